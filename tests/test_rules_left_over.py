"""What is left over on a course does not spread to its sections, and advisory sections (RULES.md 5.1, 5.2)."""

from __future__ import annotations

from typing import Any

import pytest
from both_readings import Said, decides, gives, verdicts_of
from small_district import GONE, PROGRESS, TERM, SmallDistrict


def option_words(rows: list[Said]) -> dict[tuple[int, int | None], Any]:
    return {(row.hop, row.section_id): row.words for row in rows if row.element == "grade_calc_options"}


@decides("left over on the course", "linked, differs", hop=2)
@gives("not_spread", "residual")
def test_a_residual_row_of_the_course_stays_where_it_is_and_does_not_spread() -> None:
    d = SmallDistrict("grade_calc_options")
    left_over = d.course.option(TERM, 1, parent=GONE)
    d.section.option(TERM, 1, parent=left_over, use_percent=True)
    d.section.assignment((TERM, 1))
    without, own = d.new_section(d.course, "2"), d.new_section(d.course, "3")
    own.option(TERM, 1)
    rows = verdicts_of(d, to_sections=True)
    said = sorted((row.section_id or 0, *row.words, row.row_id) for row in rows if row.key and row.hop == 2)
    own_row = d.tables()["section_grade_calc"][1]["row_id"]
    assert option_words([row for row in rows if row.hop == 1])[1, None] == ("keep", "residual", "orphan")
    assert [row[:4] for row in said if row[0] == d.section.id] == [(d.section.id, "update", None, "linked")]
    assert [row for row in said if row[0] == without.id] == [(without.id, "skip", "not_spread", None, None)]
    assert {row[1:] for row in said if row[0] == own.id} == {  # the same key alone does not pair
        ("skip", "not_spread", None, None),
        ("keep", "teacher_managed", "local", own_row),
    }


@gives("not_spread")
def test_push_all_courses_does_not_spread_a_courses_orphans_either() -> None:
    d = SmallDistrict()
    d.course.category("Orphan", parent=GONE)
    d.course.category("Own")
    rows = verdicts_of(d, push="course", element="categories")
    assert {row.key["name"]: row.words for row in rows} == {
        "Orphan": ("skip", "not_spread", None),
        "Own": ("insert", None, None),
    }


@gives("not_spread", "residual")
def test_a_courses_own_row_kept_as_residual_by_an_overwrite_does_not_spread() -> None:
    d = SmallDistrict("grade_calc_options")
    d.course.option(TERM, 1)
    d.section.assignment((TERM, 1))
    overwritten = option_words(verdicts_of(d, mode="overwrite", to_sections=True))
    assert overwritten == {
        (1, None): ("keep", "residual", "local"),
        (2, d.section.id): ("skip", "not_spread", None),
    }
    locked = option_words(verdicts_of(d, mode="locked", to_sections=True))
    assert locked == {
        (1, None): ("keep", "course_managed", "local"),
        (2, d.section.id): ("insert", None, None),
    }


@gives("residual_task", "not_spread")
def test_an_option_set_to_no_calculation_reaches_the_sections_linked_to_it() -> None:
    d = SmallDistrict("grade_calc_options", "grading_tasks")
    d.course.task(PROGRESS, parent=GONE)
    left_over = d.course.option(PROGRESS, 1, parent=GONE)
    d.section.option(PROGRESS, 1, parent=left_over)
    d.section.assignment((PROGRESS, 1))
    other = d.new_section(d.course, "2")
    rows = verdicts_of(d, mode="overwrite", to_sections=True, element="grade_calc_options")
    assert option_words(rows) == {
        (1, None): ("update", "residual_task", "orphan"),
        (2, d.section.id): ("update", None, "linked"),
        (2, other.id): ("skip", "not_spread", None),
    }
    assert [row.after["calc_type"] for row in rows if row.after] == ["none", "none"]
    hop1 = verdicts_of(d, mode="overwrite", element="grade_calc_options")
    assert [row.hop for row in hop1] == [1]


def test_a_row_that_comes_back_on_the_master_spreads_again() -> None:
    d = SmallDistrict("grade_calc_options")
    d.master.option(TERM, 1)
    d.course.option(TERM, 1, parent=GONE)
    d.section.assignment((TERM, 1))
    assert option_words(verdicts_of(d, to_sections=True)) == {
        (1, None): ("relink", None, "orphan"),
        (2, d.section.id): ("insert", None, None),
    }


@gives("missing_dependency")
def test_a_left_over_row_that_names_a_task_the_course_lost_is_skipped_for_that() -> None:
    d = SmallDistrict()
    d.course.option(PROGRESS, 1, parent=GONE)
    [row] = verdicts_of(d, push="course", element="grade_calc_options")
    assert row.words == ("skip", "missing_dependency", None)


# -- advisory (5.2) --------------------------------------------------------------------------------------


def advisories(d: SmallDistrict, **request: Any) -> dict[int | None, Any]:
    rows = verdicts_of(d, element="advisory", **request)
    assert {row.field for row in rows} <= {"is_advisory"}
    return {row.section_id: (row.verdict, row.before, row.after) for row in rows}


@pytest.mark.parametrize("course", [True, False, None])
def test_a_section_takes_its_courses_advisory_flag_and_null_counts_as_no(course: bool | None) -> None:
    d = SmallDistrict()
    d.course["is_advisory"] = course
    sections = {value: d.new_section(d.course, str(value), is_advisory=value) for value in (True, False, None)}
    said = advisories(d, push="course")
    for value, section in sections.items():
        expected = ("update", value, bool(course)) if bool(value) != bool(course) else ("same", value, value)
        assert said[section.id] == expected


def test_a_master_push_hands_on_the_advisory_flag_that_it_gives_the_course() -> None:
    d = SmallDistrict("course_info.is_advisory")
    d.master["is_advisory"] = True
    assert advisories(d, to_sections=True) == {d.section.id: ("update", None, True)}
    assert advisories(d, to_sections=True, data=["categories"]) == {}


@gives("blank_kept")
def test_a_blank_that_is_kept_leaves_the_courses_advisory_flag_to_its_sections() -> None:
    d = SmallDistrict("course_info.is_advisory")
    d.course["is_advisory"] = True
    assert advisories(d, to_sections=True, blanks="keep") == {d.section.id: ("update", None, True)}
    assert advisories(d, to_sections=True, blanks="push") == {d.section.id: ("same", None, None)}
