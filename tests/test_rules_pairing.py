"""Which present row belongs to which wanted row (RULES.md 3)."""

from __future__ import annotations

import pytest
from both_readings import by_name, verdicts_of
from small_district import GONE, PROGRESS, SEMESTER, TERM, TEST, SmallDistrict

both_modes = pytest.mark.parametrize("mode", ["locked", "overwrite"])


def test_a_row_pairs_with_the_row_it_came_from_flag_or_not() -> None:
    d = SmallDistrict("categories")
    d.course.category("Tests", parent=d.master.category("Exams"))
    d.course.category("Labs", parent=d.master.category("Projects"), broken=True)
    rows = verdicts_of(d, element="categories", mode="overwrite")
    said = {row.before["name"]: (row.verdict, row.after["name"]) for row in rows if row.before}
    assert said == {"Tests": ("update", "Exams"), "Labs": ("relink", "Projects")}
    assert len(rows) == 2


def test_of_several_categories_from_one_the_one_with_its_name_pairs() -> None:
    d = SmallDistrict("categories")
    quizzes = d.master.category("Quizzes", weight=20)
    for name in ("Pop quizzes", "quizzes", "A quiz"):
        d.course.category(name, weight=10, parent=quizzes)
    rows = verdicts_of(d, element="categories")
    assert {row.before["name"]: row.words for row in rows} == {
        "quizzes": ("update", None, "linked"),
        "Pop quizzes": ("keep", "course_managed", "local"),  # the others count as local
        "A quiz": ("keep", "course_managed", "local"),
    }


def test_of_several_categories_from_one_without_its_name_the_first_by_name_pairs() -> None:
    d = SmallDistrict("categories")
    quizzes = d.master.category("Quizzes")
    for name in ("b", "C", "a"):
        d.course.category(name, parent=quizzes, broken=name == "C")
    rows = verdicts_of(d, element="categories")
    assert {row.before["name"]: row.words for row in rows} == {
        "a": ("update", None, "linked"),
        "b": ("keep", "course_managed", "local"),
        "C": ("keep", "course_managed", "local"),
    }


@both_modes
def test_the_others_of_several_categories_can_pair_by_name(mode: str) -> None:
    d = SmallDistrict("categories")
    quizzes = d.master.category("Quizzes")
    tests = d.master.category("Tests", weight=60)
    d.course.category("Quizzes", parent=quizzes)
    d.course.category("Tests", parent=quizzes)
    rows = verdicts_of(d, element="categories", mode=mode)
    [other] = [row for row in rows if row.key["name"] == "Tests"]
    expected = {"locked": ("skip", "course_managed", "local"), "overwrite": ("relink", None, "local")}
    assert other.words == expected[mode]
    assert other.parent_row_id == tests


def test_of_several_section_categories_from_one_the_others_are_the_teachers() -> None:
    d = SmallDistrict()
    quizzes = d.course.category("Quizzes")
    d.section.category("Quizzes", parent=quizzes)
    d.section.category("Mine", parent=quizzes)
    words = {"Quizzes": ("same", None, "linked"), "Mine": ("keep", "teacher_managed", "local")}
    assert by_name(verdicts_of(d, push="course", element="categories")) == words
    words["Mine"] = ("delete", None, "local")
    assert by_name(verdicts_of(d, push="course", overwrite_categories=True, element="categories")) == words


@both_modes
def test_a_row_whose_key_is_not_its_masters_counts_as_desynced(mode: str) -> None:
    d = SmallDistrict(
        "grade_calc_options", "composite_grades", "composite_weights", "assessments", "grading_tasks"
    )
    d.course.option(TERM, 2, parent=d.master.option(TERM, 1))
    d.course.composite(SEMESTER, 2, TERM, 2, parent=d.master.composite(SEMESTER, 2, TERM, 1))
    d.course.task(PROGRESS, parent=d.tables()["master_task"][0]["row_id"])
    rows = [row for row in verdicts_of(d, mode=mode) if row.key and row.verdict != "same"]
    gone = {"locked": ("fail", "desynced", "broken"), "overwrite": ("delete", None, "broken")}[mode]
    assert [(row.element, *row.words) for row in rows if row.row_id] == [
        ("grading_tasks", *gone),
        ("composite_grades", *gone),
        ("grade_calc_options", *gone),
    ]
    added = [row.element for row in rows if row.words == ("insert", None, None)]
    assert added == ["composite_grades", "grade_calc_options"]


@both_modes
def test_rows_that_changed_places_pair_by_key_and_count_as_desynced(mode: str) -> None:
    d = SmallDistrict("grade_calc_options")
    first, second = d.master.option(TERM, 1), d.master.option(TERM, 2, use_percent=True)
    d.course.option(TERM, 2, parent=first)
    d.course.option(TERM, 1, parent=second)
    rows = verdicts_of(d, element="grade_calc_options", mode=mode)
    words = {"locked": ("fail", "desynced", "broken"), "overwrite": ("relink", None, "broken")}[mode]
    assert [row.words for row in rows] == [words, words]
    assert {row.key["term_seq"]: row.parent_row_id for row in rows} == {1: first, 2: second}


def test_a_section_row_whose_key_is_not_its_courses_counts_as_orphan() -> None:
    d = SmallDistrict()
    first, second = d.course.option(TERM, 1), d.course.option(TERM, 2)
    d.section.option(TERM, 2, parent=first)
    d.section.option(TERM, 3, parent=second)
    rows = verdicts_of(d, push="course", element="grade_calc_options")
    said = {row.key["term_seq"]: (*row.words, row.parent_row_id) for row in rows}
    assert said == {
        1: ("insert", None, None, first),
        2: ("relink", None, "orphan", second),
        3: ("delete", None, "orphan", None),
    }


def test_names_pair_whatever_their_case_and_case_is_a_difference() -> None:
    d = SmallDistrict("categories")
    d.course.category("TESTS", parent=d.master.category("Tests"))
    d.master.category("Quizzes")
    d.course.category("quizzes")
    d.master.category("ÉTUDES")
    d.course.category("études", parent=GONE)
    rows = verdicts_of(d, element="categories")
    assert {row.before["name"]: (*row.words, row.after["name"]) for row in rows} == {
        "TESTS": ("update", None, "linked", "Tests"),
        "quizzes": ("skip", "course_managed", "local", "quizzes"),
        "études": ("relink", None, "orphan", "ÉTUDES"),
    }


def test_a_row_linked_by_id_goes_before_one_of_the_same_key() -> None:
    d = SmallDistrict("categories")
    quizzes = d.master.category("Quizzes")
    d.course.category("Old quizzes", parent=quizzes)
    d.course.category("Labs", parent=GONE)
    d.master.category("labs")
    rows = verdicts_of(d, element="categories")
    assert by_name(rows) == {"Quizzes": ("update", None, "linked"), "labs": ("relink", None, "orphan")}


def test_the_order_of_tasks_of_a_category_and_the_kind_of_number_make_no_difference() -> None:
    d = SmallDistrict("categories", "assessments")
    upper = d.master.category("Quizzes", task_ids=[SEMESTER, TERM], weight="33.3333")
    d.course.category("Quizzes", parent=upper, task_ids=[TERM, SEMESTER], weight=33.3333)
    d.course.assessment(TEST, parent=d.master.assessment(TEST))
    words = {row.element: row.words for row in verdicts_of(d) if row.key}
    assert words["categories"] == words["assessments"] == ("same", None, "linked")
