"""What makes a wanted row unpushable, and the two locks of composite grades (RULES.md 4.3 and 4.4)."""

from __future__ import annotations

from typing import Any

import pytest
from both_readings import Said, by_name, decides, gives, verdicts_of
from small_district import (
    ALL_LOCKS,
    EXAM,
    GONE,
    OTHER_STANDARD,
    OTHER_TEST,
    PROGRESS,
    SEMESTER,
    STANDARD,
    TERM,
    TEST,
    Owner,
    SmallDistrict,
)

both_modes = pytest.mark.parametrize("mode", ["locked", "overwrite"])
NO_TASK, NO_TERM = ("skip", "missing_dependency"), ("skip", "no_such_term")
DEPENDENT = ("assessments", "categories", "composite_grades", "grade_calc_options")


def said_of(d: SmallDistrict, **request: Any) -> list[tuple[Any, ...]]:
    """(element, key, verdict, reason) of what names tasks or terms."""
    rows = verdicts_of(d, **request)
    return [(row.element, *row.key.values(), row.verdict, row.reason) for row in rows if row.element in DEPENDENT]


def name_everywhere(owner: Owner, task: int, standard: int) -> None:
    """Rows of every element that name a task or standard, in every column that can."""
    owner.assessment(TEST, standard_task_id=standard)
    owner.category("Any of its tasks", task_ids=[TERM, task])
    owner.composite(task, 2, TERM, 1)
    owner.composite(SEMESTER, 2, task, 1)
    owner.option(task, 1)


EVERYWHERE_SKIPPED = [
    ("assessments", TEST, *NO_TASK),
    ("categories", "Any of its tasks", *NO_TASK),
    ("composite_grades", PROGRESS, 2, TERM, 1, *NO_TASK),
    ("composite_grades", SEMESTER, 2, PROGRESS, 1, *NO_TASK),
    ("grade_calc_options", PROGRESS, 1, *NO_TASK),
]
EVERYWHERE_ADDED = [(*said[:-2], "insert", None) for said in EVERYWHERE_SKIPPED]


@both_modes
@decides("unpushable", hop=1)
@gives("missing_dependency")
def test_a_row_that_names_a_task_the_course_will_not_have_is_skipped(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    name_everywhere(d.master, PROGRESS, STANDARD)
    d.master.assessment(OTHER_TEST)  # names none
    d.master.category("Names no task")
    d.master.option(TERM, 1)
    assert sorted(said_of(d, mode=mode)) == sorted(
        [
            *EVERYWHERE_SKIPPED,
            ("assessments", OTHER_TEST, "insert", None),
            ("categories", "Names no task", "insert", None),
            ("grade_calc_options", TERM, 1, "insert", None),
        ]
    )


def test_a_task_that_this_very_push_brings_counts() -> None:
    d = SmallDistrict(*ALL_LOCKS)
    name_everywhere(d.master, PROGRESS, STANDARD)
    d.master.task(PROGRESS)
    d.master.task(STANDARD)
    assert said_of(d) == EVERYWHERE_ADDED
    assert said_of(d, data=DEPENDENT) == EVERYWHERE_SKIPPED  # tasks and standards are not ticked


def test_a_task_that_this_very_push_takes_off_does_not_count() -> None:
    d = SmallDistrict(*ALL_LOCKS)
    name_everywhere(d.master, PROGRESS, STANDARD)
    d.course.task(PROGRESS, parent=GONE)
    d.course.task(STANDARD, parent=GONE)
    assert said_of(d) == EVERYWHERE_SKIPPED
    assert said_of(d, data=DEPENDENT) == EVERYWHERE_ADDED  # nothing takes them off


@pytest.mark.parametrize("kept", ["local", "residual", "desynced"])
def test_a_task_that_stays_on_the_course_counts(kept: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    name_everywhere(d.master, PROGRESS, STANDARD)
    for task in (PROGRESS, STANDARD):
        d.course.task(task, parent=None if kept == "local" else GONE, broken=kept == "desynced")
        if kept == "residual":
            d.section.assignment((task, 3))
    assert said_of(d) == EVERYWHERE_ADDED


@both_modes
@gives("no_such_term")
def test_a_row_that_names_a_term_the_calendar_lacks_is_skipped(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    d.master.option(TERM, 5)
    d.master.option(TERM, 4, cumulative_from_term_seq=0)
    d.master.option(TERM, 3, cumulative_from_term_seq=1)
    d.master.composite(SEMESTER, 5, TERM, 1)
    d.master.composite(SEMESTER, 2, TERM, 6)
    d.master.composite(SEMESTER, 2, TERM, 2)
    d.master.option(EXAM, 7)  # neither the task nor the term
    assert sorted(said_of(d, mode=mode)) == [
        ("composite_grades", SEMESTER, 2, TERM, 2, "insert", None),
        ("composite_grades", SEMESTER, 2, TERM, 6, *NO_TERM),
        ("composite_grades", SEMESTER, 5, TERM, 1, *NO_TERM),
        ("grade_calc_options", TERM, 3, "insert", None),
        ("grade_calc_options", TERM, 4, *NO_TERM),
        ("grade_calc_options", TERM, 5, *NO_TERM),
        ("grade_calc_options", EXAM, 7, *NO_TASK),
    ]


@both_modes
@decides("unpushable", hop=1)
def test_the_partner_of_an_unpushable_row_is_left_alone_whatever_its_link(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    links: dict[str, tuple[int | None, bool]] = {}
    for name, link in (("Linked", "same"), ("Broken", "broken"), ("Orphan", "gone"), ("Local", "none")):
        upper = d.master.category(name, weight=10, task_ids=[PROGRESS])
        parent = {"same": upper, "broken": upper, "gone": GONE, "none": None}[link]
        d.course.category(name, weight=20, parent=parent, broken=link == "broken")
        links[name] = (upper, link == "broken")
    rows = verdicts_of(d, element="categories", mode=mode)
    assert by_name(rows) == {name: (*NO_TASK, name.lower()) for name in links}
    assert all(row.before == row.after and row.row_id for row in rows)
    assert {row.key["name"]: row.parent_row_id for row in rows} == {name: up for name, (up, _) in links.items()}


@decides("unpushable", hop=2)
@gives("missing_dependency", "no_such_term")
def test_a_course_row_that_names_a_task_or_term_the_course_lacks_is_skipped_for_sections() -> None:
    d = SmallDistrict()
    name_everywhere(d.course, PROGRESS, OTHER_STANDARD)
    d.course.option(TERM, 5)
    linked = d.course.option(TERM, 4, cumulative_from_term_seq=0, parent=None)
    d.section.option(TERM, 4, "none", parent=linked)
    rows = said_of(d, push="course")
    assert sorted(rows) == sorted(
        [
            *EVERYWHERE_SKIPPED[1:],
            ("grade_calc_options", TERM, 5, *NO_TERM),
            ("grade_calc_options", TERM, 4, *NO_TERM),  # the section's own row is left alone
        ]
    )


def test_a_local_row_left_naming_a_task_that_the_push_takes_off_is_skipped_for_sections() -> None:
    d = SmallDistrict(*ALL_LOCKS)
    d.course.task(PROGRESS, parent=GONE)
    d.course.option(PROGRESS, 1)
    d.course.category("Labs", task_ids=[PROGRESS])
    words = {(row.hop, row.element): row.words for row in verdicts_of(d, to_sections=True) if row.key}
    assert words[1, "grade_calc_options"] == words[1, "categories"] == ("keep", "course_managed", "local")
    assert words[2, "grade_calc_options"] == words[2, "categories"] == (*NO_TASK, None)


# -- post-only tasks -------------------------------------------------------------------------------------


def post_only_district() -> SmallDistrict:
    """The master has made the Term Grade post-only; the course has it with an option in terms 1 and 2."""
    d = SmallDistrict("grading_tasks", "grade_calc_options")
    d.tables()["master_task"][0]["is_post_only"] = True
    for term, calc_type in ((1, "in_progress"), (2, "none")):
        course_option = d.course.option(TERM, term, calc_type, parent=d.master.option(TERM, term))
        d.section.option(TERM, term, calc_type, parent=course_option)
    d.master.option(TERM, 3)
    return d


@both_modes
def test_options_of_a_task_that_becomes_post_only_are_wanted_without_calculation(mode: str) -> None:
    rows = verdicts_of(post_only_district(), element="grade_calc_options", mode=mode, to_sections=True)
    said = {(row.hop, row.key["term_seq"]): (row.verdict, row.after["calc_type"]) for row in rows}
    assert said == {
        (1, 1): ("update", "none"),
        (1, 2): ("same", "none"),
        (1, 3): ("insert", "none"),
        (2, 1): ("update", "none"),
        (2, 2): ("same", "none"),
        (2, 3): ("insert", "none"),
    }


def test_a_task_counts_as_post_only_as_it_will_be_on_the_course() -> None:
    d = post_only_district()
    rows = verdicts_of(d, element="grade_calc_options", data=["grade_calc_options"])
    said = {row.key["term_seq"]: (row.verdict, row.after["calc_type"]) for row in rows}
    assert said == {1: ("same", "in_progress"), 2: ("update", "in_progress"), 3: ("insert", "in_progress")}


def test_a_course_option_of_a_post_only_task_reaches_sections_without_calculation() -> None:
    d = SmallDistrict()
    d.tables()["course_task"][0]["is_post_only"] = True
    d.section.option(TERM, 1, parent=d.course.option(TERM, 1))
    [row] = verdicts_of(d, push="course", element="grade_calc_options")
    assert (row.words, row.after["calc_type"]) == (("update", None, "linked"), "none")


# -- composite structure and weights (4.4) ---------------------------------------------------------------


def composites(*locks: str) -> SmallDistrict:
    """Composite rows by their child's term: 1 linked, 2 missing, 3 local, 4 broken; weights differ.

    The course's Semester Grade of term 3 is an orphan that comes back, and that of term 4 is extra.
    """
    d = SmallDistrict(*locks)
    for child_term in (1, 2, 3, 4):
        upper = d.master.composite(SEMESTER, 2, TERM, child_term, weight=40)
        if child_term != 2:
            parent = None if child_term == 3 else upper
            d.course.composite(SEMESTER, 2, TERM, child_term, weight=10, parent=parent, broken=child_term == 4)
    d.master.composite(SEMESTER, 3, TERM, 1, weight=40)
    d.course.composite(SEMESTER, 3, TERM, 1, weight=10, parent=GONE)
    d.course.composite(SEMESTER, 4, TERM, 1, weight=10, parent=GONE)
    return d


def weights_of(rows: list[Said]) -> dict[tuple[int, int], tuple[str, str | None]]:
    """Verdict, and the weight that the row then has, by term and child's term."""
    return {
        (row.key["term_seq"], row.key["child_term_seq"]): (row.verdict, row.after and row.after["weight"])
        for row in rows
    }


@both_modes
def test_structure_and_weights_locked(mode: str) -> None:
    rows = verdicts_of(composites("composite_grades", "composite_weights"), element="composite_grades", mode=mode)
    overwrite = mode == "overwrite"
    assert weights_of(rows) == {
        (2, 1): ("update", "40.0000"),
        (2, 2): ("insert", "40.0000"),
        (2, 3): ("relink", "40.0000") if overwrite else ("skip", "10.0000"),
        (2, 4): ("relink", "40.0000") if overwrite else ("fail", "10.0000"),
        (3, 1): ("relink", "40.0000"),
        (4, 1): ("delete", None),
    }


@both_modes
def test_structure_locked_and_weights_not(mode: str) -> None:
    rows = verdicts_of(composites("composite_grades"), element="composite_grades", mode=mode)
    overwrite = mode == "overwrite"
    assert weights_of(rows) == {
        (2, 1): ("same", "10.0000"),  # not compared
        (2, 2): ("insert", "40.0000"),  # new rows take the master's
        (2, 3): ("relink", "10.0000") if overwrite else ("same", "10.0000"),
        (2, 4): ("relink", "10.0000") if overwrite else ("fail", "10.0000"),
        (3, 1): ("relink", "10.0000"),  # relinked ones keep theirs too
        (4, 1): ("delete", None),
    }


@both_modes
def test_weights_locked_and_structure_not(mode: str) -> None:
    d = composites("composite_weights")
    rows = verdicts_of(d, element="composite_grades", mode=mode, to_sections=True)
    assert weights_of(rows) == {(2, 1): ("update", "40.0000")}  # nothing else has a verdict
    assert rows[0].words == ("update", None, "linked")


def test_weights_alone_leave_equal_weights_and_unpushable_rows() -> None:
    d = SmallDistrict("composite_weights")
    d.course.composite(SEMESTER, 2, TERM, 1, parent=d.master.composite(SEMESTER, 2, TERM, 1))
    d.course.composite(SEMESTER, 2, TERM, 5, 10, parent=d.master.composite(SEMESTER, 2, TERM, 5, 20))
    rows = verdicts_of(d, element="composite_grades")
    assert [row.words for row in rows] == [("same", None, "linked"), (*NO_TERM, "linked")]


def test_neither_structure_nor_weights_locked() -> None:
    [row] = verdicts_of(composites("categories"), element="composite_grades")
    assert (row.words, row.key) == (("skip", "not_locked", None), None)
