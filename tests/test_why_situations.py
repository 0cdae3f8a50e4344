"""Why a section has, lacks or keeps something: each situation of the rules by name."""

from __future__ import annotations

import json

import polars as pl
from asking_why import HERE, asked_of, by_rule, sentence, told
from carried_out import frames
from engine import tables_of
from oracle_why import COUNTS
from small_district import GONE, PROGRESS, SEMESTER, TERM, SmallDistrict

from coursepush.district import District


def test_it_lacks_it_because_the_catalog_does_not_lock_it() -> None:
    d = SmallDistrict()
    d.master.category("Homework")
    found = asked_of(d)
    assert told(found, "course") == ("skip", "not_locked", None)
    assert by_rule(found) == ["4", None, "4", "3.1"]
    assert told(found, "section") == (None, None, None)
    assert found.answer == (
        f"{HERE} lacks the category 'Homework' because its course lacks it: this type of data is not locked in "
        "the course catalog, and only locked data is pushed."
    )
    assert found.steps["stands"].to_list() == ["High School: Categories not locked", *STANDS[:1], None, None]


STANDS = ["Homework (weight 0)"]


def test_it_lacks_it_because_the_course_master_lacks_it() -> None:
    d = SmallDistrict("categories")
    d.new_section(d.course, "2").category("Homework")
    found = asked_of(d)
    assert found.answer.startswith("Nobody has the category 'Homework': not the course master")
    d.course.category("Homework")
    d.course.category("Gone", parent=GONE)
    d._store = None
    found = asked_of(d, key="Gone")
    assert told(found, "course") == ("delete", None, "orphan")
    assert told(found, "section") == ("skip", "not_spread", None)
    assert found.answer.startswith(f"{HERE} lacks the category 'Gone': it is left over on the course")
    assert "The course master no longer has it" in sentence(found, "course")


def test_it_lacks_it_because_the_course_ignores_pushes() -> None:
    d = SmallDistrict("categories")
    d.master.category("Homework")
    d.course["ignore_master_push"] = True
    found = asked_of(d)
    assert told(found, "course") == ("skip", "ignore_master_push", None)
    assert found.answer.endswith("because its course lacks it: the course is marked Ignore Master Push.")


def test_it_lacks_it_because_the_course_is_desynced() -> None:
    d = SmallDistrict("categories")
    upper = d.master.category("Homework", weight=20)
    own = d.course.category("HW", parent=upper, broken=True, weight=30)
    found = asked_of(d, section=None, course="MATH1")
    assert told(found, "course") == ("fail", "desynced", "broken")
    assert found.steps["row_id"].to_list() == [None, upper, own]
    assert "has the category 'Homework' as HW (weight 30" in found.answer
    assert "its link to the course master is broken" in found.answer
    in_section = d.section.category("HW", parent=own, weight=30)
    d._store = None
    found = asked_of(d)
    assert found.rows["row_id"].to_list() == [upper, own, in_section]
    assert told(found, "section") == ("same", None, "linked")
    assert "On the course: the course has become desynced here" in found.answer
    assert by_rule(found) == ["4", None, "4.2", "5.1"]


def test_it_lacks_it_because_it_does_not_meet_in_the_term() -> None:
    d = SmallDistrict("grade_calc_options")
    d.course.option(TERM, 2, parent=d.master.option(TERM, 2))
    d.section.meets_in(1, 3)
    found = asked_of(d, "grade_calc_options", ("Term Grade", 2))
    assert told(found, "section") == (None, None, None)
    assert found.answer == (
        f"{HERE} lacks the calculation option 'Term Grade, term 2': the section does not meet in that term, so it "
        "is not given it."
    )
    assert by_rule(found)[-1] == "5.1"
    own = d.section.option(TERM, 2, parent=2402)
    d.section.posted_grade(TERM, 2, mark="A")
    d._store = None
    found = asked_of(d, "grade_calc_options", ("Term Grade", "Q2"))
    assert (own, *told(found, "section")) == (found.steps["row_id"][-1], "keep", "residual", "orphan")
    assert "although it does not meet in that term: posted grades use it." in found.answer


def test_it_lacks_it_because_the_course_lacks_the_task() -> None:
    d = SmallDistrict("grade_calc_options")
    d.course.option(PROGRESS, 1, parent=d.master.option(PROGRESS, 1))
    found = asked_of(d, "grade_calc_options", {"task_id": PROGRESS, "term_seq": 1})
    assert told(found, "section") == ("skip", "missing_dependency", None)
    assert found.steps["rule"][-1] == "unpushable"
    assert by_rule(found)[-1] == "4.3"
    assert "it names a grading task or standard that the course will not have" in found.answer


def test_it_lacks_it_because_it_was_not_pushed_yet() -> None:
    d = SmallDistrict("categories")
    d.course.category("Homework", parent=d.master.category("Homework"))
    found = asked_of(d)
    assert told(found, "section") == ("insert", None, None)
    assert found.answer == (
        f"{HERE} lacks the category 'Homework': the course has it and the section does not: a push would add it."
    )


def test_it_keeps_what_is_in_use() -> None:
    d = SmallDistrict("categories")
    own = d.section.category("Homework", parent=GONE)
    for _ in range(12):
        d.section.assignment((TERM, 1), category=own)
    d.section.assignment((TERM, 1), category=own, score=7)
    found = asked_of(d)
    assert told(found, "section") == ("keep", "residual", "orphan")
    assert found.answer == (
        f"{HERE} keeps the category 'Homework' although the course no longer has it: 13 assignments "
        "and scores use it."
    )
    assert found.protection.select("level", "row_id", *COUNTS).row(0) == ("section", own, 13, 1, 0, 0, 1)
    assert found.steps.filter(pl.col("level") == "section")["rule"].item() == "extra, used"


def test_the_teachers_own_stays() -> None:
    d = SmallDistrict("categories")
    d.section.category("Homework")
    found = asked_of(d)
    assert told(found, "section") == ("keep", "teacher_managed", "local")
    assert found.answer == f"{HERE} has the category 'Homework': the teacher set this up in the section."


def test_the_teachers_own_in_the_way_is_renamed() -> None:
    d = SmallDistrict("categories")
    upper = d.course.category("Homework")
    own = d.section.category("homework", weight=5)
    found = asked_of(d)
    steps = found.steps.filter(pl.col("level") == "section").select("verdict", "reason", "row_id", "rule").rows()
    rule = "local category of the same name"
    assert steps == [("rename", "teacher_managed", own, rule), ("insert", None, None, rule)]
    assert by_rule(found)[-2:] == ["5.1, 3.3", "5.1"]
    assert "name homework → homework(1)" in found.answer
    assert set(found.rows["row_id"]) == {upper, own}


def test_linked_and_the_same() -> None:
    d = SmallDistrict("categories")
    course = d.course.category("Homework", parent=d.master.category("Homework"))
    d.section.category("Homework", parent=course)
    found = asked_of(d)
    assert told(found, "course") == told(found, "section") == ("same", None, "linked")
    assert found.answer == f"{HERE} has the category 'Homework': it comes from the course and is the same."
    assert found.steps["stands"].to_list()[1:] == STANDS * 3
    assert found.rows.select("level", "parent_row_id").rows() == [
        ("master", None),
        ("course", found.rows["row_id"][0]),
        ("section", course),
    ]
    assert json.loads(found.rows["values"][0])["weight"] == "0.0000"


def test_what_differs_awaits_a_push() -> None:
    d = SmallDistrict("categories")
    course = d.course.category("Homework", parent=d.master.category("Homework", weight=25), weight=20)
    d.section.category("Homework", parent=course, weight=20)
    found = asked_of(d)
    assert told(found, "course") == ("update", None, "linked")
    assert told(found, "section") == ("same", None, "linked")
    assert "On the course: it comes from the course master, which has it otherwise" in found.answer
    assert "weight 20 → 25" in found.answer


def test_nobody_pushes_to_a_course_without_a_master_or_of_another_catalog() -> None:
    d = SmallDistrict("categories")
    d.new_course("ART", master=None).category("Homework")
    found = asked_of(d, section=None, course="ART")
    assert told(found, "course") == (None, None, "local")
    assert "has no course master" in found.answer
    assert by_rule(found) == ["4", "1.2", "1.2"]
    d = SmallDistrict("categories")
    d.add("catalog", catalog_id=12, name="Middle School")
    d.tables()["catalog_school"][0]["catalog_id"] = 12
    d.master.category("Homework")
    found = asked_of(d)
    assert told(found, "course") == (None, None, None)
    assert sentence(found, "catalog").startswith("Lincoln High uses the course catalog Middle School in 2026-27")
    assert by_rule(found) == ["1.2", None, "1.2", "3.1"]
    assert "because its course lacks it: the school uses another course catalog" in found.answer


def test_an_inactive_master_and_a_cross_site_course() -> None:
    d = SmallDistrict("categories")
    d.course.category("Homework", parent=d.master.category("Homework"))
    d.master["is_active"] = False
    d.course["is_cross_site"] = True
    found = asked_of(d)
    assert told(found, "course") == ("skip", "master_inactive", "linked")
    assert told(found, "section") == ("skip", "cross_site", None)
    assert by_rule(found) == ["4", "1.2", "1.2", "5"]
    assert sentence(found, "master").startswith("The course master is inactive")


def test_weights_that_are_locked_alone() -> None:
    d = SmallDistrict("composite_grades", "composite_weights")
    d.course.composite(weight=1)
    found = asked_of(d, "composite_grades", ("Semester Grade", 2, "Term Grade", 1))
    assert found.steps["stands"][0] == "High School: Composite Grades locked, their weights locked"
    d = SmallDistrict("composite_weights")
    d.course.composite(weight=1)
    found = asked_of(d, "composite_grades", [SEMESTER, 2, TERM, 1])
    assert told(found, "course") == (None, None, "local")
    assert sentence(found, "course").startswith("Only the weights")
    assert by_rule(found)[:3] == ["4.4", None, "4.4"]


# -- fields ------------------------------------------------------------------------------------------------


def test_a_field_of_the_course() -> None:
    d = SmallDistrict("course_info.state_code", "course_info.custom.fee")
    d.master["state_code"], d.course["state_code"] = "A1", "B2"
    d.master.custom_field("fee", "5")
    d.course["description"] = "Their own"
    for key in ("state_code", "state code", "course_info.state_code"):
        found = asked_of(d, "course_info", key)
        assert told(found, "course") == ("update", None, None)
        assert found.answer.startswith(
            "A section uses its course's Course Info. Course MATH1 (Lincoln High 26-27)"
        )
        assert "would change state code B2 → A1." in found.answer
    found = asked_of(d, "course_info", "custom.fee")
    assert found.steps["stands"].to_list()[1:] == ["5", "blank"]
    assert told(found, "course") == ("update", None, None)
    found = asked_of(d, "course_info", "description")
    assert told(found, "course") == (None, None, None)
    assert "is not locked in the course catalog" in found.answer
    assert by_rule(found) == ["4.1", None, "4.1"]
    found = asked_of(d, "course_info", "state_cod")
    assert "Is one of these meant: 'state_code', " in found.answer


def test_the_advisory_flag() -> None:
    d = SmallDistrict("course_info.is_advisory")
    d.master["is_advisory"], d.course["is_advisory"] = True, True
    found = asked_of(d, "advisory", None)
    assert told(found, "course") == ("same", None, None)
    assert told(found, "section") == ("update", None, None)
    assert found.steps["stands"].to_list()[1:] == ["yes", "yes", "blank"]
    assert by_rule(found) == ["4.1", None, "4.1", "5.2"]
    assert "advisory blank → yes" in found.answer


def test_what_sections_do_not_have_is_answered_for_the_course() -> None:
    d = SmallDistrict("grading_tasks", "standards", "assessments")
    for element, keys in {
        "grading_tasks": (
            "Term Grade",
            TERM,
            str(TERM),
            f'{{"task_id":{TERM}}}',
            (TERM,),
            {"task_id": "term grade"},
        ),
        "standards": ("Reads",),
        "assessments": ("Test 201", 201),
    }.items():
        for key in keys:
            found = asked_of(d, element, key)
            assert found.steps["level"].to_list() == ["catalog", "master", "course"]
            assert found.answer.startswith("A section uses its course's ")
            has = "has" if element == "grading_tasks" else "Nobody has"
            assert has in found.answer, (element, key)


# -- pushes and drift --------------------------------------------------------------------------------------


def test_a_push_that_removed_it_is_named_and_one_that_took_that_back() -> None:
    d = SmallDistrict("categories")
    course = d.course.category("Homework", parent=GONE)
    d.section.category("Homework", parent=course)
    district = District(d.store())
    plan = district.plan_master_push("High School", year=2027, to_sections=True)
    removed = district.apply(plan)
    found = asked_of(d)
    assert "Nobody has the category 'Homework'" in found.answer
    assert f"Push {removed.push_id} removed it on {removed.applied_at:%Y-%m-%d}." in found.answer
    levels = ["section", "course"]
    assert found.pushes.select("level", "push_id", "verdict", "undone_by").rows() == [
        (level, 1, "delete", None) for level in levels
    ]
    assert set(found.last_pushed.rows()) == {(level, 1, None) for level in levels}
    undo = district.plan_undo(removed.push_id)
    assert told(asked_of(d, plan=undo), "section") == ("insert", "undo", None)
    assert by_rule(asked_of(d, plan=undo))[-2:] == ["10", "10"]
    back = district.apply(undo)
    found = asked_of(d)
    assert found.pushes.select("level", "push_id", "verdict", "undone_by").rows() == [
        *((level, 2, "insert", None) for level in levels),
        *((level, 1, "delete", back.push_id) for level in levels),
    ]
    assert "Push 2 added it" in found.answer
    assert found.pushes["title"].to_list() == ["Undo of push 1"] * 2 + [plan.title] * 2


def test_a_push_that_added_it_under_another_name() -> None:
    d = SmallDistrict("categories")
    upper = d.master.category("Homework")
    district = District(d.store())
    district.apply(district.plan_master_push("High School", year=2027, to_sections=True))
    tables = tables_of(district.store)
    next(row for row in tables["master_category"] if row["row_id"] == upper)["name"] = "Practice"
    district.refresh(frames(tables))
    district.apply(district.plan_master_push("High School", year=2027, to_sections=True))
    found = asked_of(d, key="Practice")
    assert found.pushes.select("level", "push_id", "verdict").rows() == [
        (level, push, verdict)
        for push, verdict in ((2, "update"), (1, "insert"))
        for level in ("section", "course")
    ]


def test_drift_is_told() -> None:
    d = SmallDistrict("categories")
    own = d.section.category("Homework", parent=d.course.category("Homework"))
    district = District(d.store())
    plan = district.plan_course_push("Lincoln High 26-27")
    tables = tables_of(district.store)
    next(row for row in tables["section_category"] if row["row_id"] == own)["name"] = "HOMEWORK"
    district.refresh(frames(tables))
    found = asked_of(d)
    assert found.drifted.select("level", "refresh_id", "change").rows() == [("section", 1, "changed")]
    assert "Others changed it: refresh 1 found it on" in found.answer
    assert told(found, "section") == ("update", None, "linked")
    older = asked_of(d, plan=plan)
    assert told(older, "section") == ("same", None, "linked")
    assert older.note == "The plan was made before refresh 1: its verdicts are of the data before that."
