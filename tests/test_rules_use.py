"""What counts as students' work, and what makes a row used (RULES.md 2)."""

from __future__ import annotations

import pytest
from both_readings import decides, verdicts_of
from small_district import (
    ALL_LOCKS,
    EXAM,
    GONE,
    PROGRESS,
    SEMESTER,
    STANDARD,
    TERM,
    SmallDistrict,
)

from coursepush.model.tables import WORK_TABLES


def test_what_counts_as_work() -> None:
    """Each course has the same task of its own; what its section holds of it is named by the course."""
    d = SmallDistrict("grading_tasks")
    works = {
        "an active assignment": lambda s: s.assignment((PROGRESS, 1)),
        "an inactive assignment with a score": lambda s: s.assignment((PROGRESS, 1), active=False, score=0),
        "a mark": lambda s: s.posted_grade(PROGRESS, 4, mark="A"),
        "a percent": lambda s: s.posted_grade(PROGRESS, 4, percent=90),
        "a comment": lambda s: s.posted_grade(PROGRESS, 4, comment="Good"),
        "an inactive assignment": lambda s: s.assignment((PROGRESS, 1), active=False),
        "an empty posted grade": lambda s: s.posted_grade(PROGRESS, 4),
        "work on another task": lambda s: s.assignment((EXAM, 1)),
        "nothing": lambda s: None,
    }
    courses = {}
    for name, work in works.items():
        course = d.new_course(name, master=d.master)
        course.task(PROGRESS)
        d.new_section(course)
        work(d.new_section(course, "2"))
        courses[course.id] = name
    rows = verdicts_of(d, mode="overwrite", data=["grading_tasks"], element="grading_tasks")
    kept = [courses[row.course_id] for row in rows if row.words == ("keep", "residual", "local")]
    gone = [courses[row.course_id] for row in rows if row.words == ("delete", None, "local")]
    assert kept == list(works)[:5]
    assert gone == list(works)[5:]


def test_a_standard_is_used_by_work_in_any_term_of_any_section() -> None:
    d = SmallDistrict("standards")
    d.course.task(STANDARD, parent=GONE)
    d.new_section(d.course, "2").assignment((STANDARD, 4))
    [row] = verdicts_of(d, element="standards")
    assert row.words == ("keep", "residual", "orphan")


@decides("extra, used", "extra", hop=1)
def test_an_option_is_used_by_work_on_its_task_in_its_terms() -> None:
    d = SmallDistrict("grade_calc_options")
    d.course.option(TERM, 1, parent=GONE)  # no work in term 1
    d.course.option(TERM, 2, parent=GONE)  # work in term 2
    d.course.option(TERM, 3, parent=GONE, cumulative_from_term_seq=1)  # from term 1 to 3: term 2 too
    d.course.option(TERM, 4, parent=GONE, cumulative_from_term_seq=3)
    d.course.option(SEMESTER, 2, parent=GONE)  # work on another task
    d.section.assignment((TERM, 2))
    rows = verdicts_of(d, element="grade_calc_options")
    used = {(row.key["task_id"], row.key["term_seq"]) for row in rows if row.verdict == "keep"}
    assert used == {(TERM, 2), (TERM, 3)}
    assert len(rows) == 5


def test_a_composite_row_is_used_by_work_on_its_parent_or_on_its_child() -> None:
    d = SmallDistrict("composite_grades", "composite_weights")
    for term, child_term in ((1, 1), (2, 2), (3, 4), (4, 3), (4, 4)):
        d.course.composite(SEMESTER, term, TERM, child_term, parent=GONE)
    d.section.posted_grade(SEMESTER, 2, mark="A")
    d.section.assignment((TERM, 4))
    rows = verdicts_of(d, element="composite_grades")
    used = {(row.key["term_seq"], row.key["child_term_seq"]) for row in rows if row.verdict == "keep"}
    assert used == {(2, 2), (3, 4), (4, 4)}


def test_a_category_of_a_course_is_used_where_a_sections_category_from_it_holds_an_assignment() -> None:
    d = SmallDistrict("categories")
    for name, parent_of_it in (("Quizzes", True), ("Tests", False), ("Labs", True)):
        row = d.course.category(name, parent=GONE)
        taught = d.section.category(name, parent=row if parent_of_it else None)
        if name != "Labs":
            d.section.assignment(category=taught, active=False)  # active or not
    rows = verdicts_of(d, element="categories")
    assert {row.key["name"]: row.verdict for row in rows} == {
        "Quizzes": "keep",
        "Tests": "delete",  # the section's is its own
        "Labs": "delete",  # nothing in it
    }


def test_an_assessment_is_never_used() -> None:
    d = SmallDistrict(*ALL_LOCKS)
    d.course.task(STANDARD, parent=GONE)
    d.course.assessment(standard_task_id=STANDARD, parent=GONE)
    d.section.assignment((STANDARD, 1))
    words = {row.element: row.words for row in verdicts_of(d) if row.element in ("standards", "assessments")}
    assert words == {"standards": ("keep", "residual", "orphan"), "assessments": ("delete", None, "orphan")}


@pytest.mark.parametrize("missing", [WORK_TABLES, ("score",)])
def test_use_that_cannot_be_known_is_marked_on_each_verdict_that_rests_on_it(missing: tuple[str, ...]) -> None:
    d = SmallDistrict("categories", "grading_tasks", "assessments")
    d.course.category("Labs", parent=GONE)
    d.course.task(PROGRESS, parent=GONE)
    d.course.assessment(parent=GONE)
    d.master.category("Quizzes")
    plan = d.plan(unknown=frozenset(missing))
    use = {row["element"]: row["use"] for row in plan.rows(names=True, verdict="delete").to_dicts()}
    assert use == {
        "categories": "unknown" if "assignment" in missing else "unused",
        "grading_tasks": "unknown",
        "assessments": "unused",  # never used
    }
    assert plan.rows(names=True, verdict="insert")["use"].to_list() == [None]


def test_known_use_is_marked_used_or_unused() -> None:
    d = SmallDistrict("grading_tasks")
    d.course.task(PROGRESS, parent=GONE)
    d.course.task(EXAM, parent=GONE)
    d.section.assignment((EXAM, 1))
    rows = d.plan(data=["grading_tasks"]).rows(names=True, element="grading_tasks").to_dicts()
    assert {row["verdict"]: row["use"] for row in rows} == {"delete": "unused", "keep": "used"}
