"""Course master to course: which courses and elements go, and the table of rows (RULES.md 4 and 4.2)."""

from __future__ import annotations

import pytest
from both_readings import Said, by_element, decides, gives, verdicts_of
from small_district import (
    ALL_LOCKS,
    GONE,
    MASTER_ELEMENTS,
    PROGRESS,
    STANDARD,
    TERM,
    SmallDistrict,
)

both_modes = pytest.mark.parametrize("mode", ["locked", "overwrite"])
Words = tuple[str, str | None, str | None]


def every(*words: str | None) -> dict[str, Words]:
    """These words for each element."""
    verdict, reason, link = words
    assert verdict is not None
    return dict.fromkeys(MASTER_ELEMENTS, (verdict, reason, link))


def rows_of(d: SmallDistrict, mode: str, **request: object) -> list[Said]:
    """What a push of everything but course info says of the course, apart from the two aligned tasks."""
    rows = verdicts_of(d, hop=1, mode=mode, data=MASTER_ELEMENTS, **request)
    return [row for row in rows if row.key is not None and row.row_id not in d.aligned]


# -- courses and elements (section 4) --------------------------------------------------------------------


@gives("ignore_master_push")
def test_a_course_that_ignores_master_pushes_is_skipped_whole_and_so_are_its_sections() -> None:
    d = SmallDistrict(*ALL_LOCKS)
    d.course["ignore_master_push"] = True
    d.master.category("Quizzes")
    d.course.category("Tests")
    [row] = verdicts_of(d, mode="overwrite", to_sections=True)
    assert (row.hop, row.element, row.words) == (1, "*", ("skip", "ignore_master_push", None))
    [row] = verdicts_of(d, push="course", data=["categories"])  # Push All Courses still reaches it
    assert row.words == ("insert", None, None)


@gives("master_inactive")
def test_an_inactive_masters_courses_are_skipped_whole() -> None:
    d = SmallDistrict(*ALL_LOCKS)
    d.master["is_active"] = False
    d.course["ignore_master_push"] = True  # the first reason that applies
    [row] = verdicts_of(d, to_sections=True)
    assert (row.hop, row.element, row.words) == (1, "*", ("skip", "master_inactive", None))


def test_inactive_courses_are_in_and_courses_without_a_master_are_out() -> None:
    d = SmallDistrict("categories")
    d.course["is_active"] = False
    alone = d.new_course("ART1", master=None)
    alone.category("Sketches")
    d.master.category("Quizzes")
    rows = verdicts_of(d, mode="overwrite", data=["categories"], to_sections=True)
    assert {row.course_id for row in rows} == {d.course.id}
    assert [row.words for row in rows if row.element == "categories"] == [("insert", None, None)] * 2


@gives("not_selected", "not_locked")
def test_what_is_not_ticked_or_not_locked_is_skipped_once_an_element() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.master.category("Quizzes")
    d.master.task(STANDARD)
    for element in MASTER_ELEMENTS:
        d.course.typical(element)
    rows = verdicts_of(d, mode="overwrite", data=["categories", "standards", "composite_grades"])
    words = {row.element: row.words for row in rows if row.key is None}
    not_selected, not_locked = ("skip", "not_selected", None), ("skip", "not_locked", None)
    assert words == {
        "course_info": not_selected,
        "grading_tasks": not_selected,
        "standards": not_locked,
        "assessments": not_selected,
        "composite_grades": not_locked,
        "grade_calc_options": not_selected,
    }
    assert {row.element for row in rows if row.key is not None} == {"categories"}


def test_tasks_and_standards_are_locked_apart() -> None:
    d = SmallDistrict("standards")
    d.master.task(PROGRESS)
    d.master.task(STANDARD)
    rows = verdicts_of(d, data=["grading_tasks", "standards"])
    words = {row.element: (row.words, row.key) for row in rows if row.element in MASTER_ELEMENTS[:2]}
    assert words == {
        "grading_tasks": (("skip", "not_locked", None), None),
        "standards": (("insert", None, None), {"task_id": STANDARD}),
    }


# -- the table of 4.2 ------------------------------------------------------------------------------------


@both_modes
@decides("missing", hop=1)
def test_a_missing_row_is_added_and_linked(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    masters = {element: d.master.typical(element) for element in MASTER_ELEMENTS}
    rows = rows_of(d, mode)
    assert by_element(rows) == every("insert", None, None)
    for row in rows:
        assert (row.row_id, row.parent_row_id, row.before) == (None, masters[row.element], None)
        assert row.after == d.typical_values("master", row.element)


@both_modes
@decides("linked, equal", hop=1)
def test_a_linked_row_that_is_equal_stays_the_same(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    for element in MASTER_ELEMENTS:
        d.course_has(element)
    assert by_element(rows_of(d, mode)) == every("same", None, "linked")


@both_modes
@decides("linked, differs", hop=1)
def test_a_linked_row_that_differs_takes_the_masters_values(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    masters = {element: d.master.typical(element, other=True) for element in MASTER_ELEMENTS}
    courses = {element: d.course.typical(element, parent=row) for element, row in masters.items()}
    rows = rows_of(d, mode)
    assert by_element(rows) == every("update", None, "linked")
    for row in rows:
        assert (row.row_id, row.parent_row_id) == (courses[row.element], masters[row.element])
        assert row.before == d.typical_values("course", row.element)
        assert row.after == d.typical_values("master", row.element)


def test_the_order_of_display_counts_as_a_difference() -> None:
    d = SmallDistrict("categories")
    d.course.category("Quizzes", parent=d.master.category("Quizzes", sequence=2), sequence=1)
    [row] = verdicts_of(d, element="categories")
    assert row.words == ("update", None, "linked")


@decides("broken, paired", hop=1, mode="locked")
@gives("desynced")
def test_a_desynced_row_fails_in_locked_mode() -> None:
    d = desynced_district()
    rows = rows_of(d, "locked")
    assert by_element(rows) == every("fail", "desynced", "broken")
    assert all(row.before == row.after for row in rows)


@decides("broken, paired", hop=1, mode="overwrite")
def test_a_desynced_row_is_relinked_in_overwrite_mode() -> None:
    d = desynced_district()
    rows = rows_of(d, "overwrite")
    assert by_element(rows) == every("relink", None, "broken")
    assert all(row.after == d.typical_values("master", row.element) for row in rows)


def desynced_district() -> SmallDistrict:
    d = SmallDistrict(*ALL_LOCKS)
    for element in MASTER_ELEMENTS:
        d.course.typical(element, other=True, parent=d.master.typical(element), broken=True)
    return d


@both_modes
def test_a_row_of_another_master_counts_as_desynced(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    science = d.new_master("SCI1")
    for element in MASTER_ELEMENTS:
        d.master.typical(element)
        d.course.typical(element, parent=science.typical(element))
    expected = {"locked": ("fail", "desynced", "broken"), "overwrite": ("relink", None, "broken")}
    assert by_element(rows_of(d, mode)) == every(*expected[mode])


@both_modes
def test_a_task_linked_to_a_standard_of_its_master_counts_as_desynced(mode: str) -> None:
    d = SmallDistrict("grading_tasks", "standards")
    standard = d.master.task(STANDARD)
    d.course.task(STANDARD, parent=standard)
    d.course.task(PROGRESS, parent=standard)
    rows = [row for row in rows_of(d, mode) if row.key == {"task_id": PROGRESS}]
    expected = {"locked": ("fail", "desynced", "broken"), "overwrite": ("delete", None, "broken")}
    assert by_element(rows) == {"grading_tasks": expected[mode]}


@both_modes
@decides("orphan, paired by key", hop=1)
def test_a_row_whose_master_row_was_replaced_or_came_back_is_relinked(mode: str) -> None:
    d = SmallDistrict(*ALL_LOCKS)
    masters = {element: d.master.typical(element) for element in MASTER_ELEMENTS}
    for element in MASTER_ELEMENTS:
        d.course.typical(element, parent=GONE)
    rows = rows_of(d, mode)
    assert by_element(rows) == every("relink", None, "orphan")
    assert all(row.parent_row_id == masters[row.element] and row.before == row.after for row in rows)


def local_district(*, other: bool) -> SmallDistrict:
    d = SmallDistrict(*ALL_LOCKS)
    for element in MASTER_ELEMENTS:
        d.master.typical(element)
        d.course.typical(element, other=other)
    return d


@decides("local, paired, equal", hop=1, mode="locked")
def test_a_courses_own_row_equal_to_the_masters_stays_its_own_in_locked_mode() -> None:
    assert by_element(rows_of(local_district(other=False), "locked")) == every("same", None, "local")


@decides("local, paired, differs", hop=1, mode="locked")
@gives("course_managed")
def test_a_courses_own_row_that_differs_is_left_to_the_course_in_locked_mode() -> None:
    rows = rows_of(local_district(other=True), "locked")
    assert by_element(rows) == every("skip", "course_managed", "local")
    assert all(row.before == row.after for row in rows)


@pytest.mark.parametrize("other", [False, True])
@decides("local, paired", hop=1, mode="overwrite")
def test_a_courses_own_row_is_taken_over_in_overwrite_mode(other: bool) -> None:
    d = local_district(other=other)
    rows = rows_of(d, "overwrite")
    assert by_element(rows) == every("relink", None, "local")
    assert all(row.after == d.typical_values("master", row.element) for row in rows)


def extra_district(*, used: bool, parent: int | None = None, broken: bool = False) -> SmallDistrict:
    """The course has a row of each element that its master has not; the Term Grade itself is on the master."""
    d = SmallDistrict(*ALL_LOCKS)
    rows = {element: d.course.typical(element, parent=parent, broken=broken) for element in MASTER_ELEMENTS}
    if used:
        d.work_on_everything(rows["categories"])
    return d


def gone_or_residual(link: str, *, used: bool) -> dict[str, Words]:
    """Removed, unless used; an assessment is never used."""
    if not used:
        return every("delete", None, link)
    return {**every("keep", "residual", link), "assessments": ("delete", None, link)}


@pytest.mark.parametrize("used", [False, True])
@decides("extra, local", hop=1, mode="locked")
@gives("course_managed")
def test_a_courses_own_extra_row_is_kept_in_locked_mode(used: bool) -> None:
    rows = rows_of(extra_district(used=used), "locked")
    assert by_element(rows) == every("keep", "course_managed", "local")
    assert all(row.parent_row_id is None and row.before == row.after for row in rows)


@decides("extra", hop=1)
def test_a_courses_own_extra_row_is_removed_in_overwrite_mode() -> None:
    rows = rows_of(extra_district(used=False), "overwrite")
    assert by_element(rows) == gone_or_residual("local", used=False)
    assert all(row.after is None and row.before is not None and row.row_id for row in rows)


@decides("extra, used", "extra", hop=1)
@gives("residual")
def test_a_courses_own_extra_row_that_is_used_is_kept_as_residual_in_overwrite_mode() -> None:
    rows = rows_of(extra_district(used=True), "overwrite")
    assert by_element(rows) == gone_or_residual("local", used=True)


@both_modes
@decides("extra", hop=1)
def test_a_row_that_the_master_lost_is_removed(mode: str) -> None:
    rows = rows_of(extra_district(used=False, parent=GONE), mode)
    assert by_element(rows) == gone_or_residual("orphan", used=False)


@both_modes
@decides("extra, used", "extra", hop=1)
@gives("residual")
def test_a_row_that_the_master_lost_is_kept_as_residual_where_it_is_used(mode: str) -> None:
    rows = rows_of(extra_district(used=True, parent=GONE), mode)
    assert by_element(rows) == gone_or_residual("orphan", used=True)
    assert all(row.before == row.after for row in rows if row.verdict == "keep")


@pytest.mark.parametrize("used", [False, True])
@decides("extra, broken", hop=1, mode="locked")
@gives("desynced")
def test_a_desynced_extra_row_fails_in_locked_mode(used: bool) -> None:
    rows = rows_of(extra_district(used=used, parent=GONE, broken=True), "locked")
    assert by_element(rows) == every("fail", "desynced", "broken")


@pytest.mark.parametrize("used", [False, True])
@decides("extra", hop=1)
def test_a_desynced_extra_row_is_removed_in_overwrite_mode_unless_used(used: bool) -> None:
    rows = rows_of(extra_district(used=used, parent=GONE, broken=True), "overwrite")
    assert by_element(rows) == gone_or_residual("broken", used=used)


def test_only_the_desynced_rows_of_a_course_fail() -> None:
    d = SmallDistrict("categories")
    d.course.category("Labs", parent=d.master.category("Labs", weight=5), broken=True)
    d.course.category("Tests", parent=d.master.category("Tests", weight=60))
    d.master.category("Quizzes")
    rows = verdicts_of(d, element="categories")
    assert {row.key["name"]: row.verdict for row in rows} == {
        "Labs": "fail",
        "Tests": "update",
        "Quizzes": "insert",
    }


def test_a_broken_flag_without_a_parent_is_just_a_local_row() -> None:
    d = SmallDistrict("categories")
    d.course.category("Labs", broken=True)
    [row] = verdicts_of(d, element="categories")
    assert row.words == ("keep", "course_managed", "local")


# -- residual tasks --------------------------------------------------------------------------------------


def residual_task_district(*, parent: int | None = GONE, calc_type: str = "in_progress") -> SmallDistrict:
    """Progress was taken off the master; on the course it has an option and students' work in term 1."""
    d = SmallDistrict(*ALL_LOCKS)
    d.course.task(PROGRESS, parent=GONE)
    d.course.option(PROGRESS, 1, calc_type, parent=parent)
    d.section.assignment((PROGRESS, 1))
    return d


def option_of(d: SmallDistrict, mode: str) -> Said:
    [row] = verdicts_of(d, element="grade_calc_options", mode=mode, data=MASTER_ELEMENTS)
    return row


@decides("extra, orphan, on a residual task", hop=1, mode="overwrite")
@gives("residual_task", "residual")
def test_the_option_of_a_residual_task_is_set_to_no_calculation_in_overwrite_mode() -> None:
    d = residual_task_district()
    row = option_of(d, "overwrite")
    assert row.words == ("update", "residual_task", "orphan")
    assert row.after == {**row.before, "calc_type": "none"}
    assert row.parent_row_id is None  # nothing above wants it; its own link stays
    rows = verdicts_of(d, element="grading_tasks", mode="overwrite", data=MASTER_ELEMENTS)
    assert [row.words for row in rows if row.key == {"task_id": PROGRESS}] == [("keep", "residual", "orphan")]


@gives("residual")
def test_the_option_of_a_residual_task_stays_in_locked_mode() -> None:
    assert option_of(residual_task_district(), "locked").words == ("keep", "residual", "orphan")


@decides("extra, used", hop=1)
def test_an_option_that_is_no_calculation_already_is_residual() -> None:
    assert option_of(residual_task_district(calc_type="none"), "overwrite").words == (
        "keep",
        "residual",
        "orphan",
    )


def test_the_cure_a_course_set_up_itself_is_left_alone_by_a_later_overwrite() -> None:
    row = option_of(residual_task_district(parent=None), "overwrite")
    assert row.words == ("keep", "residual", "local")
    assert row.after["calc_type"] == "in_progress"


def test_an_option_of_a_task_the_master_still_has_is_no_option_of_a_residual_task() -> None:
    d = residual_task_district()
    d.master.task(PROGRESS)
    row = option_of(d, "overwrite")
    assert row.words == ("keep", "residual", "orphan")
    assert row.after["calc_type"] == "in_progress"


def test_an_unused_option_of_a_residual_task_is_removed() -> None:
    d = residual_task_district()
    d.course.option(PROGRESS, 2, parent=GONE)  # the work is in term 1
    rows = verdicts_of(d, element="grade_calc_options", mode="overwrite")
    assert {row.key["term_seq"]: row.words for row in rows} == {
        1: ("update", "residual_task", "orphan"),
        2: ("delete", None, "orphan"),
    }


@both_modes
@decides("orphan, paired by key", hop=1)
def test_what_stayed_residual_relinks_when_the_task_comes_back_under_another_id(mode: str) -> None:
    d = residual_task_district(calc_type="none")
    task, option = d.master.task(PROGRESS), d.master.option(PROGRESS, 1, "in_progress")
    rows = [row for row in rows_of(d, mode) if row.key["task_id"] == PROGRESS]
    assert by_element(rows) == {
        "grading_tasks": ("relink", None, "orphan"),
        "grade_calc_options": ("relink", None, "orphan"),
    }
    assert {row.parent_row_id for row in rows} == {task, option}
    assert next(row for row in rows if row.element == "grade_calc_options").after["calc_type"] == "in_progress"


def test_a_residual_task_stays_even_where_only_a_locked_option_names_it() -> None:
    d = SmallDistrict("grade_calc_options")  # tasks are not locked
    d.course.task(PROGRESS)
    d.course.option(PROGRESS, 1, parent=GONE)
    d.course.option(TERM, 1, parent=GONE)
    d.section.posted_grade(PROGRESS, 1, mark="B")
    rows = verdicts_of(d, element="grade_calc_options", mode="overwrite")
    assert {row.key["task_id"]: row.words for row in rows} == {
        PROGRESS: ("update", "residual_task", "orphan"),
        TERM: ("delete", None, "orphan"),
    }
