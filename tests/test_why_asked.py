"""Why a section has, lacks or keeps something: how it is asked, what protects it, how it is shown, its cost."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from asking_why import asked_of, sentence, told
from oracle_why import COUNTS
from rounds import few
from small_district import GONE, SEMESTER, TERM, SmallDistrict
from taking_names import besides_names

from coursepush import simulate_district
from coursepush.district import District
from coursepush.errors import ForeignPlanError, RequestError
from coursepush.reports.why.why import why
from coursepush.store import Store


@pytest.fixture(scope="module")
def large() -> Iterator[District]:
    """The simulated district, not to be changed."""
    with simulate_district("small", seed=7) as opened:
        yield opened


# -- what is asked -----------------------------------------------------------------------------------------


def two_courses() -> SmallDistrict:
    d = SmallDistrict("categories")
    d.calendar(33, "Lincoln High 25-26", year=2026)
    d.course.category("Homework")
    d.new_section(d.new_course("MATH1", master=d.master, calendar=33))
    d.new_section(d.new_course("ART", master=None), "2")
    return d


def test_sections_are_found_by_number_course_and_calendar() -> None:
    d = two_courses()
    named = [{"section": d.section.id}, {"section": " 1 ", "calendar": "Lincoln High 26-27"}]
    named += [{"section": "1", "course": d.course.id}, {"section": "1", "course": "MATH1", "calendar": 31}]
    titles = {asked_of(d, **one).title for one in named}
    assert titles == {"section 1 of MATH1 (Lincoln High 26-27), the category 'Homework'"}


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"section": "1", "course": "MATH1"}, r"2 sections .*calendar=.*26-27, section 1 \(id 601\)"),
        ({"section": "1"}, r"course=.*MATH1, Lincoln High 25-26, section 1 \(id 602\)"),
        ({"section": "9"}, r"There is no section '9'\."),
        ({"section": "9", "course": "ART"}, r"There are: ART, Lincoln High 26-27, section 2 \(id 603\)"),
        ({"section": "2", "course": "MATH1"}, r"no section '2' of course 'MATH1'.*ART, Lincoln High 26-27"),
        ({"section": 1}, r"no section 1\. If that is the section's number"),
        ({"section": "1", "course": "MUSIC"}, r"no course 'MUSIC'.*ART"),
        ({"section": "1", "calendar": "Mars"}, r"no calendar 'Mars'.*Lincoln High 26-27"),
        ({"section": None}, r"Say which section, or which course"),
        ({"section": None, "course": "MATH1"}, r"2 courses are called 'MATH1'.*\(id 501\)"),
        ({"section": None, "course": "ART", "calendar": 33}, r"no course 'ART' in the calendar 33.*\(id 503\)"),
        ({"section": True}, r"whole number or by text"),
        ({"section": 2**70}, r"smaller"),
        ({"element": "category"}, r"no data type 'category'.*Did you mean 'categories'"),
    ],
)  # fmt: skip
def test_what_is_not_one_section_lists_what_there_is(named: dict[str, Any], said: str) -> None:
    d = two_courses()
    with pytest.raises(RequestError, match=said):
        why(d.store(), **{"element": "categories", "key": "Homework", **named})


@pytest.mark.parametrize(
    ("element", "key", "said"),
    [
        ("categories", None, r"a category's name, such as key='Homework'\. There are here: Homework\."),
        ("course_info", None, r"the name of a field.*number, name, description"),
        ("grade_calc_options", None, r"There are here: nothing"),
        ("grade_calc_options", "Term Grade", r"two things: .*key=\('Term Grade', 1\).*task_id, term_seq"),
        ("grade_calc_options", ("Term Grade", "Q9"), r"no term 'Q9' in Lincoln High 26-27.*1 \(Q1\)"),
        ("grade_calc_options", ("Term Grade", 1.5), r"is no key here"),
        ("grade_calc_options", (True, 1), r"is no key here"),
        ("composite_grades", (SEMESTER, 2, TERM), r"four things"),
        ("categories", 12, r"a category's name"),
        ("categories", " ", r"a category's name"),
        ("categories", {"nom": "Homework"}, r"a category's name"),
        ("course_info", 3, r"the name of a field"),
        ("advisory", "name", r"is no key here"),
    ],
)  # fmt: skip
def test_a_key_of_another_form_says_what_is_wanted(element: str, key: Any, said: str) -> None:
    d = two_courses()
    with pytest.raises(RequestError, match=said):
        asked_of(d, element, key)


def test_a_key_that_nobody_has_is_an_answer() -> None:
    d = two_courses()
    found = asked_of(d, key="Homewrok")
    assert found.answer == (
        "Nobody has the category 'Homewrok': not the course master, not the course and not section 1 of MATH1 "
        "(Lincoln High 26-27). Is 'Homework' meant?"
    )
    assert found.rows.is_empty()
    assert found.protection.select(COUNTS).row(0) == (0, 0, 0, 0, 0)
    for element, key in (
        ("grade_calc_options", (999, 1)),
        ("grade_calc_options", ("Nothing", 1)),
        ("standards", "X"),
    ):
        assert "They have nothing of the kind." in asked_of(d, element, key).answer
    assert "'Term Grade'" in asked_of(d, "grading_tasks", "term grad").answer


def test_two_tasks_of_one_name_are_told_apart_by_what_stands_there() -> None:
    d = SmallDistrict("grading_tasks")
    d.add("grading_task", task_id=105, name="Term Grade", code="TG")
    assert asked_of(d, "grading_tasks", "Term Grade").rows["key"].to_list() == [f'{{"task_id":{TERM}}}'] * 2
    assert "Nobody has" in asked_of(d, "grading_tasks", "tg").answer
    d.course.task(105)
    d._store = None
    with pytest.raises(RequestError, match=r"2 are called 'Term Grade': .*id 101.*code TG \(id 105\)"):
        asked_of(d, "grading_tasks", "Term Grade")


# -- a plan that is given ----------------------------------------------------------------------------------


def test_a_plan_that_does_not_come_here_says_so() -> None:
    d = SmallDistrict("categories")
    d.course.category("Homework", parent=d.master.category("Homework"))
    other = d.new_section(d.new_course("ART", master=d.new_master("ART")))
    district = District(d.store())
    courses = district.plan_master_push("High School", year=2027, courses="ART")
    found = asked_of(d, plan=courses)
    assert told(found, "course") == (None, None, "linked")
    assert "This plan does not reach it." in sentence(found, "course")
    whole = district.plan_master_push("High School", year=2027)
    found = asked_of(d, plan=whole)
    assert told(found, "course") == ("same", None, "linked")
    assert sentence(found, "section") == "This plan stops at the courses."
    down = district.plan_course_push("Lincoln High 26-27", sections=[other.id], data=["advisory"])
    assert sentence(asked_of(d, plan=down), "section") == "This plan does not reach it."
    down = district.plan_course_push("Lincoln High 26-27", data=["advisory"])
    found = asked_of(d, plan=down)
    assert sentence(found, "course") == "This plan starts from the course as it stands."
    assert sentence(found, "section") == "This plan does not carry this type of data on to sections."
    assert told(asked_of(d, plan=district.plan_links("High School", year=2027)), "course")[0] == "same"


def test_a_plan_of_another_district_or_no_plan_is_refused(large: District) -> None:
    d = SmallDistrict("categories")
    with pytest.raises(RequestError, match=r"load_plan\(path\)"):
        asked_of(d, plan="plan.zip")
    district = District(d.store())
    plan = district.plan_course_push("Lincoln High 26-27")
    with pytest.raises(ForeignPlanError, match="another district"):
        why(large.store, 1, "categories", "Homework", plan=plan)


# -- what protects, and what is shown of it ----------------------------------------------------------------


def test_use_that_is_not_known_is_null_and_said() -> None:
    d = SmallDistrict("categories", "grade_calc_options")
    d.section.category("Homework", parent=GONE)
    d.section.option(TERM, 1, parent=GONE)
    unknown = frozenset({"assignment", "assignment_task", "score"})
    found = asked_of(d, unknown=unknown)
    assert found.protection.select(COUNTS).row(0) == (None, None, 0, None, None)
    assert "assignment, score were not loaded" in found.protection["sentence"][0]
    assert "it is not known whether anything uses it" in found.answer
    found = asked_of(d, "grade_calc_options", (TERM, 1), unknown=unknown)
    assert found.protection.select(COUNTS).row(0) == (None, None, 0, None, None)


@pytest.mark.parametrize("students", [9, 12, 36])
def test_students_are_counted_in_the_protection_alone(students: int) -> None:
    d = SmallDistrict("categories")
    own = d.section.category("Homework", parent=GONE)
    assignments = [d.section.assignment((TERM, 1), category=own) for _ in range(3)]
    for student in range(40):
        d.add("enrollment", section_id=d.section.id, student_id=student)
        if student < students:
            comment = "Good" if student < 7 else None
            d.add("score", assignment_id=assignments[0], student_id=student, points=1, comment=comment)
    found = asked_of(d)
    exact = (3, students, 0, 7, students, 40 - students)
    assert found.protection.select(*COUNTS, "other_students").row(0) == exact
    shown = html.unescape(re.sub("<[^>]*>", " ", found._repr_html_()))
    said = "3 assignments, scores and comments use it"
    for text in (found.answer, found.protection["sentence"][0], shown, re.sub(r"\s+", " ", repr(found))):
        assert said in text
        assert not re.search(r"\d\S* (students|scores|comments|posted grades)", text)


# -- how it is shown ---------------------------------------------------------------------------------------

EVIL = "<script>alert(1)</script>"
TURNED = "\u202eevil\x1b[2J\nline"


def test_names_are_only_text() -> None:
    d = SmallDistrict("categories")
    d.tables()["calendar"][0]["name"] = f"{EVIL} 26-27"
    d.tables()["catalog"][0]["name"] = '"><img src=x>'
    d.course["number"] = "=cmd|' /C calc'!A0"
    upper = d.course.category(EVIL, parent=d.master.category(EVIL))
    d.section.category(EVIL, parent=upper)
    d.section.category(TURNED)
    for key in (EVIL, TURNED, f"{EVIL}?"):
        found = asked_of(d, key=key)
        shown = found._repr_html_()
        assert "<script" not in shown
        assert "<img" not in shown
        assert "&lt;script&gt;" in shown
        assert "\x1b" not in repr(found)
        assert "\u202e" not in repr(found)
        assert shown.count("<bdi>") == shown.count("</bdi>")
    assert len(repr(asked_of(d, key=EVIL)).splitlines()) < 20


def test_it_reads_well_in_a_terminal() -> None:
    d = SmallDistrict("categories")
    d.section.category("Homework", parent=d.course.category("Homework"))
    lines = repr(asked_of(d)).splitlines()
    assert lines[0] == "<Why: section 1 of MATH1 (Lincoln High 26-27), the category 'Homework'>"
    assert all(len(line) <= 100 for line in lines)
    assert [line.split()[0] for line in lines if line[:2] == "  " and line[2] != " "] == [
        "catalog",
        "master",
        "course",
        "section",
        "The",
    ]
    assert "[rule 4.2]" in " ".join(lines)
    assert lines[-1] == "  The rules in full: coursepush rules 5.1"


# -- what it costs -----------------------------------------------------------------------------------------


def statements(store: Store, **asked: Any) -> Counter[str]:
    names: Counter[str] = Counter()
    store.on_statement = lambda name, sql: names.update([name])
    try:
        why(store, **asked)
    finally:
        store.on_statement = None
    del names["forget"]  # temporary tables of earlier answers, dropped at leisure
    # only where a plan writes something that weighs
    return Counter({name: n for name, n in names.items() if not name.endswith("category weights would not fit")})


@few(2)
@pytest.mark.parametrize(
    "element", ["categories", "grade_calc_options", "grading_tasks", "advisory", "course_info"]
)
def test_the_number_of_statements_does_not_depend_on_the_size(element: str, large: District) -> None:
    small = SmallDistrict("categories", "grade_calc_options", "grading_tasks", "course_info.name")
    small.section.category("Homework")
    small.section.option(TERM, 1)
    keys = {
        "categories": "Homework",
        "grade_calc_options": (TERM, 1),
        "grading_tasks": TERM,
        "advisory": None,
        "course_info": "name",
    }
    counted = statements(small.store(), section=small.section.id, element=element, key=keys[element])
    assert sum(counted.values()) > 50
    found = {
        "categories": "select s.section_id, r.name from section_category as r "
        "join section as s on s.section_id = r.owner_id order by s.section_id, r.name limit 1",
        "grade_calc_options": "select owner_id, [task_id, term_seq] from section_grade_calc order by all limit 1",
        "grading_tasks": "select s.section_id, t.task_id from course_task as t join grading_task as k "
        "on k.task_id = t.task_id and not k.is_standard join section as s on s.course_id = t.owner_id "
        "order by all limit 1",
    }
    section, key = large.sql(found.get(element, "select min(section_id), null from section")).row(0)
    key = keys[element] if element in ("advisory", "course_info") else key
    if element == "grade_calc_options":
        key = tuple(key)
    asked = {"section": section, "element": element, "key": key}
    assert large.sql("select count(*) from section").item() > 300
    assert besides_names(statements(large.store, **asked)) == besides_names(counted)
