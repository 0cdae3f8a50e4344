"""Category names stay unique: who is renamed, to what, and with which reason (RULES.md 3)."""

from __future__ import annotations

import pytest
from both_readings import Said, decides, gives, verdicts_of
from small_district import GONE, PROGRESS, SmallDistrict

LONG = "Participation and preparation for every lesson, "  # 48 characters


def renamed(rows: list[Said]) -> dict[str, tuple[str, str | None]]:
    """New name and reason of each category that is renamed, by the name it has."""
    return {row.before["name"]: (row.after["name"], row.reason) for row in rows if row.verdict == "rename"}


def taking(*names: str, mode: str = "locked") -> SmallDistrict:
    """The master calls its categories so; the course has them linked under other names."""
    d = SmallDistrict("categories")
    for number, name in enumerate(names):
        d.course.category(f"Old {number}", parent=d.master.category(name))
    return d


@gives("course_managed")
def test_a_kept_category_gives_up_its_name_to_one_the_push_writes() -> None:
    d = taking("Quizzes")
    own = d.course.category("Quizzes", weight=30)
    rows = verdicts_of(d, element="categories")
    assert renamed(rows) == {"Quizzes": ("Quizzes(1)", "course_managed")}
    [row] = [row for row in rows if row.verdict == "rename"]
    assert (row.row_id, row.link, row.parent_row_id) == (own, "local", None)
    assert row.key == {"name": "Quizzes(1)"}
    assert row.after == {**row.before, "name": "Quizzes(1)"}


def test_the_first_free_number_is_taken_case_ignored() -> None:
    d = taking("Quizzes")
    for name in ("quizzes", "QUIZZES(1)", "Quizzes(3)"):
        d.course.category(name)
    assert renamed(verdicts_of(d, element="categories")) == {"quizzes": ("quizzes(2)", "course_managed")}


def test_a_number_that_the_push_itself_writes_is_not_free() -> None:
    d = taking("Quizzes", "Quizzes(1)")
    d.course.category("Quizzes")
    assert renamed(verdicts_of(d, element="categories")) == {"Quizzes": ("Quizzes(2)", "course_managed")}


def test_renaming_can_go_on_in_a_chain() -> None:
    d = taking("Quizzes", "Quizzes(1)")
    d.course.category("Quizzes")
    d.course.category("Quizzes(1)")
    assert renamed(verdicts_of(d, element="categories")) == {
        "Quizzes": ("Quizzes(2)", "course_managed"),
        "Quizzes(1)": ("Quizzes(1)(1)", "course_managed"),
    }


def test_names_that_this_push_frees_are_free() -> None:
    d = taking("Quizzes")
    d.course.category("Quizzes")
    d.course.category("Quizzes(1)", parent=GONE)  # removed by this push
    assert renamed(verdicts_of(d, element="categories")) == {"Quizzes": ("Quizzes(1)", "course_managed")}


def test_linked_categories_can_swap_names_without_renaming() -> None:
    d = SmallDistrict("categories")
    d.course.category("Tests", parent=d.master.category("Quizzes"))
    d.course.category("Quizzes", parent=d.master.category("Tests"))
    rows = verdicts_of(d, element="categories")
    assert [row.words for row in rows] == [("update", None, "linked")] * 2


def test_a_new_name_is_cut_to_50_characters() -> None:
    d = taking(LONG + "xy")
    d.course.category(LONG + "XY")
    [(name, _)] = renamed(verdicts_of(d, element="categories")).values()
    assert name == LONG[:47] + "(1)"
    assert len(name) == 50


def test_numbers_are_given_in_order_of_name() -> None:
    d = taking(LONG + "b", LONG + "A", LONG + "c")
    for last in ("c", "B", "a"):  # cut alike, they want one name
        d.course.category(LONG + last)
    assert renamed(verdicts_of(d, element="categories")) == {
        LONG + "a": (LONG[:47] + "(1)", "course_managed"),
        LONG + "B": (LONG[:47] + "(2)", "course_managed"),
        LONG + "c": (LONG[:47] + "(3)", "course_managed"),
    }


def test_many_numbers_are_passed_over_and_a_longer_number_cuts_more() -> None:
    d = taking(LONG + "x")
    d.course.category(LONG + "X")
    for number in range(1, 10):
        d.course.category(LONG[:47] + f"({number})")
    [(name, _)] = renamed(verdicts_of(d, element="categories")).values()
    assert name == LONG[:46] + "(10)"


@gives("residual", "desynced", "missing_dependency")
def test_a_renamed_category_keeps_the_reason_it_had() -> None:
    d = taking("Residual", "Desynced", "Unpushable")
    used = d.course.category("Residual", parent=GONE)
    d.section.assignment(category=d.section.category("Residual", parent=used))
    d.course.category("Desynced", parent=GONE, broken=True)
    other = d.master.category("Renamed above", task_ids=[PROGRESS])
    d.course.category("Unpushable", parent=other)
    rows = verdicts_of(d, element="categories")
    assert renamed(rows) == {
        "Residual": ("Residual(1)", "residual"),
        "Desynced": ("Desynced(1)", "desynced"),
        "Unpushable": ("Unpushable(1)", "missing_dependency"),
    }
    assert {row.before["name"]: row.link for row in rows if row.verdict == "rename"} == {
        "Residual": "orphan",
        "Desynced": "broken",
        "Unpushable": "linked",
    }


@gives("residual")
def test_an_overwrite_renames_only_what_is_used() -> None:
    d = taking("Quizzes", "Labs")
    used = d.course.category("Quizzes")
    d.section.assignment(category=d.section.category("Quizzes", parent=used))
    d.course.category("Labs")
    rows = verdicts_of(d, element="categories", mode="overwrite")
    assert renamed(rows) == {"Quizzes": ("Quizzes(1)", "residual")}
    assert [row.before["name"] for row in rows if row.verdict == "delete"] == ["Labs"]


def test_a_category_that_is_the_same_keeps_its_name_and_others_keep_theirs_from_it() -> None:
    d = SmallDistrict("categories")
    d.course_has("categories")  # Quizzes, equal: not written
    d.course.category("Quizzes(1)")
    assert renamed(verdicts_of(d, element="categories")) == {}


# -- on sections -----------------------------------------------------------------------------------------


@decides("local category of the same name", hop=2, mode="locked")
@gives("teacher_managed")
def test_a_teachers_category_of_a_pushed_name_is_renamed_and_the_courses_is_added() -> None:
    d = SmallDistrict()
    upper = d.course.category("Quizzes", weight=20)
    own = d.section.category("quizzes", weight=20)
    d.section.category("Quizzes(1)")
    rows = verdicts_of(d, push="course", element="categories")
    said = [(*row.words, row.row_id, row.parent_row_id, row.key["name"]) for row in rows]
    assert sorted(said, key=str) == [
        ("insert", None, None, None, upper, "Quizzes"),
        ("keep", "teacher_managed", "local", d.tables()["section_category"][1]["row_id"], None, "Quizzes(1)"),
        ("rename", "teacher_managed", "local", own, upper, "quizzes(2)"),
    ]


@decides("local, paired, unused", hop=2, mode="overwrite")
def test_overwriting_takes_over_a_teachers_unused_category_of_a_pushed_name() -> None:
    d = SmallDistrict()
    upper = d.course.category("Quizzes", weight=20)
    d.section.category("quizzes", weight=5)
    [row] = verdicts_of(d, push="course", element="categories", overwrite_categories=True)
    assert (row.words, row.parent_row_id) == (("relink", None, "local"), upper)
    assert (row.after["name"], row.after["weight"]) == ("Quizzes", "20.0000")


@pytest.mark.parametrize("active", [True, False])
@decides("local category of the same name, used", hop=2, mode="overwrite")
@gives("in_use")
def test_overwriting_renames_a_teachers_category_that_is_in_use(active: bool) -> None:
    d = SmallDistrict()
    d.course.category("Quizzes")
    d.section.assignment(category=d.section.category("quizzes"), active=active)
    rows = verdicts_of(d, push="course", element="categories", overwrite_categories=True)
    assert renamed(rows) == {"quizzes": ("quizzes(1)", "in_use")}
    assert [row.words for row in rows if row.row_id is None] == [("insert", None, None)]


@gives("residual", "teacher_managed")
def test_a_residual_or_own_section_category_gives_up_its_name_to_a_linked_one() -> None:
    d = SmallDistrict()
    for name in ("Quizzes", "Tests"):
        d.section.category(f"Old {name}", parent=d.course.category(name))
    d.section.assignment(category=d.section.category("Quizzes", parent=GONE))
    d.section.category("Tests")
    rows = verdicts_of(d, push="course", element="categories")
    assert renamed(rows) == {
        "Quizzes": ("Quizzes(1)", "residual"),
        "Tests": ("Tests(1)", "teacher_managed"),
    }


@gives("not_spread", "residual")
def test_a_residual_category_renamed_on_the_course_reaches_the_rows_linked_to_it() -> None:
    d = taking("Quizzes")
    left_over = d.course.category("Quizzes", parent=GONE)
    d.section.assignment(category=d.section.category("Quizzes", parent=left_over))
    other = d.new_section(d.course, "2")
    rows = verdicts_of(d, element="categories", to_sections=True)
    assert renamed(rows) == {"Quizzes": ("Quizzes(1)", "residual")}
    said = {
        (row.section_id, row.key["name"]): row.words
        for row in rows
        if row.section_id and row.parent_row_id == left_over
    }
    assert said == {
        (d.section.id, "Quizzes(1)"): ("update", None, "linked"),
        (other.id, "Quizzes(1)"): ("skip", "not_spread", None),
    }
