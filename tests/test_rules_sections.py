"""Course to section: which sections and elements go, the table of rows, and advisory (RULES.md 5)."""

from __future__ import annotations

from typing import Any

import pytest
from both_readings import Said, by_element, by_name, decides, gives, verdicts_of
from small_district import (
    ALL_LOCKS,
    GONE,
    MASTER_ELEMENTS,
    SECTION_ELEMENTS,
    SEMESTER,
    TERM,
    SmallDistrict,
)

both_modes = pytest.mark.parametrize("mode", ["normal", "overwrite"])
Words = tuple[str, str | None, str | None]


def every(verdict: str, reason: str | None = None, link: str | None = None) -> dict[str, Words]:
    """These words for each element that sections have."""
    return dict.fromkeys(SECTION_ELEMENTS, (verdict, reason, link))


def section_rows(d: SmallDistrict, mode: str, **request: Any) -> list[Said]:
    """What hop 2 says: Push All Courses in normal mode, Push All Course Masters in overwrite mode."""
    if mode == "normal":
        return verdicts_of(d, push="course", data=SECTION_ELEMENTS, **request)
    return verdicts_of(d, hop=2, mode="overwrite", to_sections=True, data=MASTER_ELEMENTS, **request)


# -- the table of 5.1 ------------------------------------------------------------------------------------


@both_modes
@decides("missing", hop=2)
def test_a_row_the_section_lacks_is_added_and_linked(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    uppers = {element: d.course_has(element) for element in SECTION_ELEMENTS}
    rows = section_rows(d, mode)
    assert by_element(rows) == every("insert")
    for row in rows:
        assert (row.section_id, row.row_id, row.before) == (d.section.id, None, None)
        assert row.parent_row_id == uppers[row.element]
        assert row.after == d.typical_values("course", row.element)


@both_modes
@decides("linked, equal", hop=2)
def test_a_linked_section_row_that_is_equal_stays_the_same(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    for element in SECTION_ELEMENTS:
        d.section.typical(element, parent=d.course_has(element))
    assert by_element(section_rows(d, mode)) == every("same", None, "linked")


@both_modes
@decides("linked, differs", hop=2)
def test_a_linked_section_row_that_differs_takes_the_courses_values(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    for element in SECTION_ELEMENTS:
        d.section.typical(element, parent=d.course_has(element), other=True)
    rows = section_rows(d, mode)
    assert by_element(rows) == every("update", None, "linked")
    assert all(row.after == d.typical_values("course", row.element) for row in rows)


@both_modes
@decides("orphan, paired by key", hop=2)
def test_a_section_row_whose_course_row_was_replaced_is_relinked(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    uppers = {element: d.course_has(element) for element in SECTION_ELEMENTS}
    for element in SECTION_ELEMENTS:
        d.section.typical(element, parent=GONE, other=True)
    rows = section_rows(d, mode)
    assert by_element(rows) == every("relink", None, "orphan")
    assert {row.element: row.parent_row_id for row in rows} == uppers


@both_modes
@decides("orphan, paired by key", hop=2)
def test_a_row_of_another_course_counts_as_orphan(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    elsewhere = d.new_course("ART1", master=None)
    for element in SECTION_ELEMENTS:
        d.course_has(element)
        d.section.typical(element, parent=elsewhere.typical(element))
    assert by_element(section_rows(d, mode)) == every("relink", None, "orphan")


def teachers_own(*, equal: bool, used: bool) -> SmallDistrict:
    """The teacher set up what the course has too."""
    d = SmallDistrict(*ALL_LOCKS)
    for element in SECTION_ELEMENTS:
        d.course_has(element)
    rows = {element: d.section.typical(element, other=not equal) for element in SECTION_ELEMENTS}
    if used:
        d.section.assignment((TERM, 1), category=rows["categories"])
    return d


@pytest.mark.parametrize("used", [False, True])
@decides("local, paired, equal", hop=2, mode="locked")
def test_a_teachers_row_equal_to_the_courses_stays_the_teachers_in_normal_mode(used: bool) -> None:
    rows = section_rows(teachers_own(equal=True, used=used), "normal")
    options = [row for row in rows if row.element != "categories"]
    assert set(by_element(options).values()) == {("same", None, "local")}


@decides("local, paired, differs", "local category of the same name", hop=2, mode="locked")
@gives("teacher_managed")
def test_a_teachers_row_that_differs_is_left_alone_and_a_category_renamed_in_normal_mode() -> None:
    rows = section_rows(teachers_own(equal=False, used=False), "normal")
    present = [row for row in rows if row.row_id]
    managed = ("skip", "teacher_managed", "local")
    assert by_element(present) == {
        "categories": ("rename", "teacher_managed", "local"),
        "composite_grades": managed,
        "grade_calc_options": managed,
    }
    assert by_element([row for row in rows if not row.row_id]) == {"categories": ("insert", None, None)}


@pytest.mark.parametrize("equal", [False, True])
@decides("local, paired, unused", hop=2, mode="overwrite")
def test_a_teachers_unused_row_is_taken_over_in_overwrite_mode(equal: bool) -> None:
    rows = section_rows(teachers_own(equal=equal, used=False), "overwrite")
    assert by_element(rows) == every("relink", None, "local")


@pytest.mark.parametrize("equal", [False, True])
@decides("local, paired, used", "local category of the same name, used", hop=2, mode="overwrite")
@gives("in_use")
def test_a_teachers_row_in_use_is_left_alone_and_a_category_renamed_in_overwrite_mode(equal: bool) -> None:
    rows = section_rows(teachers_own(equal=equal, used=True), "overwrite")
    in_use = ("skip", "in_use", "local")
    assert by_element([row for row in rows if row.row_id]) == {
        "categories": ("rename", "in_use", "local"),
        "composite_grades": in_use,
        "grade_calc_options": in_use,
    }
    assert by_element([row for row in rows if not row.row_id]) == {"categories": ("insert", None, None)}


def extra_on_section(*, used: bool, parent: int | None = None) -> SmallDistrict:
    d = SmallDistrict(*ALL_LOCKS)
    rows = {element: d.section.typical(element, parent=parent) for element in SECTION_ELEMENTS}
    if used:
        d.section.assignment((TERM, 1), category=rows["categories"])
    return d


@pytest.mark.parametrize("used", [False, True])
@decides("extra, local", hop=2, mode="locked")
@gives("teacher_managed")
def test_a_teachers_extra_row_is_kept_in_normal_mode(used: bool) -> None:
    rows = section_rows(extra_on_section(used=used), "normal")
    assert by_element(rows) == every("keep", "teacher_managed", "local")


@decides("extra", hop=2)
def test_a_teachers_extra_row_is_removed_in_overwrite_mode() -> None:
    rows = section_rows(extra_on_section(used=False), "overwrite")
    assert by_element(rows) == every("delete", None, "local")


@decides("extra, used", hop=2)
@gives("residual")
def test_a_teachers_extra_row_that_is_used_is_kept_as_residual_in_overwrite_mode() -> None:
    rows = section_rows(extra_on_section(used=True), "overwrite")
    assert by_element(rows) == every("keep", "residual", "local")


@both_modes
@decides("extra", hop=2)
def test_a_section_row_that_the_course_lost_is_removed(mode: str) -> None:
    rows = section_rows(extra_on_section(used=False, parent=GONE), mode)
    assert by_element(rows) == every("delete", None, "orphan")


@both_modes
@decides("extra, used", hop=2)
@gives("residual")
def test_a_section_row_that_the_course_lost_is_kept_as_residual_where_it_is_used(mode: str) -> None:
    rows = section_rows(extra_on_section(used=True, parent=GONE), mode)
    assert by_element(rows) == every("keep", "residual", "orphan")


def test_use_counts_in_the_rows_own_section_alone() -> None:
    d = extra_on_section(used=False, parent=GONE)
    other = d.new_section(d.course, "2")
    other.assignment((TERM, 1), category=other.category("Quizzes", parent=GONE))
    words = {(row.section_id, row.element): row.words for row in section_rows(d, "normal")}
    assert all(words[d.section.id, element] == ("delete", None, "orphan") for element in SECTION_ELEMENTS)
    assert words[other.id, "categories"] == ("keep", "residual", "orphan")


def test_locked_mode_with_sections_is_normal_mode() -> None:
    d = teachers_own(equal=False, used=True)
    by_masters = verdicts_of(d, hop=2, to_sections=True)
    assert by_masters == section_rows(d, "normal")


def test_push_all_courses_overwrites_categories_alone() -> None:
    d = extra_on_section(used=False)
    rows = section_rows(d, "normal", overwrite_categories=True)
    kept = ("keep", "teacher_managed", "local")
    assert by_element(rows) == {
        "categories": ("delete", None, "local"),
        "composite_grades": kept,
        "grade_calc_options": kept,
    }


# -- what goes on to sections ----------------------------------------------------------------------------


@gives("cross_site")
def test_a_cross_site_courses_sections_are_skipped_once_a_course() -> None:
    d = SmallDistrict("categories")
    d.course["is_cross_site"] = True
    d.new_section(d.course, "2")
    d.master.category("Quizzes")
    rows = verdicts_of(d, data=["categories"], to_sections=True, mode="overwrite")
    said = {(row.hop, row.element, row.section_id): row.words for row in rows if row.reason != "not_selected"}
    skipped = ("skip", "cross_site", None)
    assert said == {(1, "categories", None): ("insert", None, None), (2, "*", None): skipped}
    [row] = verdicts_of(d, push="course")
    assert (row.hop, row.element, row.section_id, row.words) == (2, "*", None, skipped)
    assert {row.hop for row in verdicts_of(d)} == {1}  # nothing goes to sections: nothing to say of them


def goes_on(d: SmallDistrict, **request: Any) -> set[str]:
    return {row.element for row in verdicts_of(d, hop=2, **request)}


def test_a_master_push_takes_on_what_is_ticked_and_locked() -> None:
    d = SmallDistrict("categories", "composite_weights", "course_info.is_advisory", "course_info.name")
    for element in SECTION_ELEMENTS:
        d.course_has(element)
    assert goes_on(d, to_sections=True) == {"categories", "advisory"}
    assert goes_on(d, to_sections=True, data=["course_info", "grade_calc_options"]) == {"advisory"}
    assert goes_on(d, to_sections=True, data=["composite_grades", "categories"]) == {"categories"}
    assert goes_on(d) == set()


def test_composite_grades_go_on_whole_where_their_structure_is_locked() -> None:
    d = SmallDistrict("composite_grades")
    d.section.typical("composite_grades", parent=d.course_has("composite_grades"), weight=1)
    [row] = verdicts_of(d, hop=2, to_sections=True)
    assert (row.words, row.after["weight"]) == (("update", None, "linked"), "50.0000")


def test_push_all_courses_takes_on_what_is_ticked_locked_or_not() -> None:
    d = SmallDistrict()
    for element in SECTION_ELEMENTS:
        d.course.typical(element)
    assert goes_on(d, push="course") == {*SECTION_ELEMENTS, "advisory"}
    assert goes_on(d, push="course", data=["grade_calc_options"]) == {"grade_calc_options"}


def test_all_rows_of_the_course_go_its_own_and_its_desynced_ones_too() -> None:
    d = SmallDistrict("categories")
    d.course.category("Own")
    d.course.category("Desynced", parent=d.master.category("Desynced", weight=9), broken=True)
    rows = verdicts_of(d, hop=2, element="categories", to_sections=True)
    assert by_name(rows) == {"Own": ("insert", None, None), "Desynced": ("insert", None, None)}


def test_sections_are_planned_on_the_course_as_hop_1_will_leave_it() -> None:
    d = SmallDistrict("categories")
    d.master.category("New")
    changed = d.course.category("Changed", weight=1, parent=d.master.category("Changed", weight=2))
    gone = d.course.category("Gone", parent=GONE)
    d.section.category("Changed", weight=1, parent=changed)
    d.section.category("Gone", parent=gone)
    rows = verdicts_of(d, hop=2, element="categories", to_sections=True)
    assert by_name(rows) == {
        "New": ("insert", None, None),
        "Changed": ("update", None, "linked"),
        "Gone": ("delete", None, "orphan"),  # its course row goes with this very push
    }
    assert {row.key["name"]: row.parent_row_id for row in rows} == {
        "New": None,  # this plan inserts it
        "Changed": changed,
        "Gone": None,
    }


# -- terms in which the section does not meet ------------------------------------------------------------


def test_a_section_is_not_given_what_belongs_to_terms_it_does_not_meet_in() -> None:
    d = SmallDistrict()
    d.section.meets_in(1, 2)
    everywhere = d.new_section(d.course, "2")  # no terms named: all of them
    for term in (1, 3, 5):
        d.course.option(TERM, term)
    d.course.composite(SEMESTER, 2, TERM, 3)  # only the parent's term counts
    d.course.composite(SEMESTER, 4, TERM, 1)
    rows = verdicts_of(d, push="course", data=SECTION_ELEMENTS)
    said = {(row.section_id, row.element, row.key["term_seq"]): row.words[:2] for row in rows}
    added, no_term = ("insert", None), ("skip", "no_such_term")
    assert said == {
        (d.section.id, "grade_calc_options", 1): added,
        (d.section.id, "grade_calc_options", 5): no_term,
        (d.section.id, "composite_grades", 2): added,
        (everywhere.id, "grade_calc_options", 1): added,
        (everywhere.id, "grade_calc_options", 3): added,
        (everywhere.id, "grade_calc_options", 5): no_term,
        (everywhere.id, "composite_grades", 2): added,
        (everywhere.id, "composite_grades", 4): added,
    }


@gives("residual")
def test_a_linked_row_of_a_term_the_section_does_not_meet_in_counts_as_orphan() -> None:
    d = SmallDistrict()
    d.section.meets_in(1)
    for term in (1, 2, 3):
        d.section.option(TERM, term, parent=d.course.option(TERM, term))
    d.section.assignment((TERM, 3))
    rows = verdicts_of(d, push="course", element="grade_calc_options")
    assert {row.key["term_seq"]: row.words for row in rows} == {
        1: ("same", None, "linked"),
        2: ("delete", None, "orphan"),
        3: ("keep", "residual", "orphan"),
    }
