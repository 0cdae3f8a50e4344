"""What a plan warns of, and when it does not (RULES.md 1); `today` is given."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from engine import plan_of, store_of
from small_district import (
    CALENDAR,
    CATALOG,
    GONE,
    PROGRESS,
    SEMESTER,
    STANDARD,
    SUMMER,
    TERM,
    YEAR,
    SmallDistrict,
)

from coursepush.district import District
from coursepush.model.tables import WORK_TABLES
from coursepush.plan.plan import Plan

BEFORE, FIRST, LAST, AFTER = (
    dt.date(2026, 8, 14),
    dt.date(2026, 8, 15),
    dt.date(2027, 6, 5),
    dt.date(2027, 6, 6),
)


def plan(d: SmallDistrict, push: str = "master", today: dt.date = BEFORE, **request: Any) -> Plan:
    named = {"catalog_id": CATALOG, "year": YEAR} if push == "master" else {"calendar_id": CALENDAR}
    unknown = request.pop("unknown", frozenset())
    return plan_of(d.store(unknown), push, {**named, **request}, today)


def codes(d: SmallDistrict, push: str = "master", today: dt.date = BEFORE, **request: Any) -> list[str]:
    return [warning.code for warning in plan(d, push, today, **request).warnings]


def text_of(made: Plan, code: str) -> str:
    [warning] = [warning for warning in made.warnings if warning.code == code]
    return str(warning)


def test_a_sound_push_before_the_year_warns_of_nothing() -> None:
    d = SmallDistrict("categories", "composite_grades", "composite_weights", "grading_tasks", "standards")
    for element in ("categories", "composite_grades"):
        d.section.typical(element, parent=d.course_has(element))
    assert codes(d, mode="overwrite", to_sections=True) == []
    assert codes(d, "course", overwrite_categories=True) == []


# -- classes in session, years ---------------------------------------------------------------------------


@pytest.mark.parametrize(("today", "warned"), [(BEFORE, False), (FIRST, True), (LAST, True), (AFTER, False)])
def test_classes_in_session_are_warned_of_from_the_first_day_to_the_last(today: dt.date, warned: bool) -> None:
    d = SmallDistrict("categories")
    assert ("in_session" in codes(d, today=today)) is warned
    assert ("in_session" in codes(d, "course", today=today)) is warned


def test_the_warning_names_the_calendars_in_session_that_the_push_reaches() -> None:
    d = SmallDistrict("categories")
    d.calendar(SUMMER, "Lincoln High summer 27", summer=True)
    d.calendar(33, "Lincoln High night 26-27")
    d.calendar(34, "Lincoln High empty 26-27")
    for calendar in (SUMMER, 33):
        d.new_course("MATH1", master=d.master, calendar=calendar)
    text = text_of(plan(d, today=FIRST), "in_session")
    assert "Lincoln High 26-27, Lincoln High night 26-27" in text
    assert "summer" not in text
    assert "empty" not in text  # no course of it is in scope
    in_june = plan(d, today=dt.date(2027, 6, 20), calendars=[CALENDAR, SUMMER])
    assert "in session in Lincoln High summer 27." in text_of(in_june, "in_session")


def test_the_warning_is_stronger_for_overwrite() -> None:
    d = SmallDistrict("categories")
    mild = text_of(plan(d, today=FIRST), "in_session")
    assert mild == text_of(plan(d, "course", today=FIRST), "in_session")
    for strong in (
        plan(d, today=FIRST, mode="overwrite"),
        plan(d, "course", today=FIRST, overwrite_categories=True),
    ):
        assert "Overwriting now replaces setup" in text_of(strong, "in_session")
    assert "Overwriting" not in mild


@pytest.mark.parametrize(("today", "warned"), [(BEFORE, False), (FIRST, True), (AFTER, True)])
def test_overwrite_is_warned_of_unless_the_year_is_a_future_one(today: dt.date, warned: bool) -> None:
    d = SmallDistrict("categories")
    assert ("not_a_future_year" in codes(d, today=today, mode="overwrite")) is warned
    assert "not_a_future_year" not in codes(d, today=today)


def test_without_dates_the_school_year_of_today_decides() -> None:
    d = SmallDistrict("categories")
    d.tables()["calendar"][0].update(start_date=None, end_date=None)
    assert codes(d, today=dt.date(2026, 6, 30), mode="overwrite") == []
    assert codes(d, today=dt.date(2026, 7, 1), mode="overwrite") == ["not_a_future_year"]


# -- what is taken away, or would not fit ----------------------------------------------------------------------


def test_overwrite_says_how_much_of_the_schools_own_setup_would_go() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.course.category("Own", parent=None)
    d.master.category("Quizzes")
    d.course.category("Quizzes")
    d.course.category("Orphan", parent=GONE)
    d.course.task(PROGRESS)
    d.course.option(TERM, 1)  # not locked
    text = text_of(plan(d, mode="overwrite"), "local_setup_lost")
    assert text.endswith(
        "Of 3 rows that they made on courses (Grading Tasks, Categories), 2 disappear, 1 is only linked again."
    )
    assert "local_setup_lost" not in codes(d)
    ticked = plan(d, mode="overwrite", data=["grading_tasks"])
    assert "Of 1 row that they made on courses (Grading Tasks), 1 disappears." in text_of(
        ticked, "local_setup_lost"
    )
    assert "local_setup_lost" not in codes(d, mode="overwrite", data=["grade_calc_options"])


def test_what_teachers_would_lose_is_not_the_schools() -> None:
    d = SmallDistrict("categories")
    d.section.category("Own")
    made = plan(d, mode="overwrite", to_sections=True)
    assert made.rows(verdict="delete", link="local").height == 1
    assert "local_setup_lost" not in [warning.code for warning in made.warnings]


def test_own_setup_that_stays_because_it_is_used_is_not_counted() -> None:
    d = SmallDistrict("grading_tasks")
    d.course.task(PROGRESS)
    d.section.assignment((PROGRESS, 1))
    assert "local_setup_lost" not in codes(d, mode="overwrite")


def test_composite_weights_and_structure_locked_apart_are_warned_of() -> None:
    for locks, said in (
        (["composite_grades"], "Composite structure is locked and composite weights are not"),
        (["composite_weights"], "Composite weights are locked and composite structure is not"),
    ):
        d = SmallDistrict(*locks)
        assert said in text_of(plan(d), "weights_apart")
        assert "weights_apart" not in codes(d, data=["categories"])
    assert "weights_apart" not in codes(SmallDistrict("composite_grades", "composite_weights"))
    assert "weights_apart" not in codes(SmallDistrict("categories"))


def test_setup_without_the_tasks_it_needs_is_warned_of() -> None:
    d = SmallDistrict("grading_tasks", "standards", "categories", "grade_calc_options")
    d.master.task(PROGRESS)
    d.master.option(PROGRESS, 1)
    d.master.category("Quizzes", task_ids=[PROGRESS])
    text = text_of(plan(d, data=["grade_calc_options", "categories"]), "missing_dependency")
    assert text.startswith("Categories, Grade Calc Options would be pushed without")
    assert "2 rows would be skipped for naming one" in text
    assert "missing_dependency" not in codes(d)


@pytest.mark.parametrize(("task", "pushed"), [(STANDARD, "grading_tasks"), (PROGRESS, "standards")])
def test_the_one_of_tasks_and_standards_that_goes_does_not_make_up_for_the_other(task: int, pushed: str) -> None:
    d = SmallDistrict("grading_tasks", "standards", "grade_calc_options")
    d.master.task(task)
    d.master.option(task, 1)
    assert codes(d, data=[pushed, "grade_calc_options"]) == ["missing_dependency"]


def test_setup_whose_tasks_are_on_the_course_already_is_not_warned_of() -> None:
    d = SmallDistrict("composite_grades", "composite_weights", "grade_calc_options")
    d.master.option(TERM, 1)
    d.master.composite(SEMESTER, 2, TERM, 1)
    assert codes(d, data=["grade_calc_options", "composite_grades"]) == []


def test_a_course_push_warns_of_rows_that_name_tasks_the_course_lacks() -> None:
    d = SmallDistrict()
    d.course.option(PROGRESS, 1)
    assert codes(d, "course") == ["missing_dependency"]
    assert codes(d, "course", data=["categories"]) == []


# -- links and use ---------------------------------------------------------------------------------------


def test_a_level_that_has_rows_and_no_link_is_warned_of() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.course.category("Quizzes")
    d.section.category("Quizzes")
    d.section.option(TERM, 1)  # not locked: it does not go
    warned = [str(w) for w in plan(d, to_sections=True).warnings if w.code == "nothing_linked"]
    assert [text[:34] for text in warned] == [
        "1 row of Categories on courses, an",
        "1 row of Categories on sections, a",
    ]
    assert codes(d) == ["nothing_linked"]  # sections are not reached
    assert codes(d, "course", data=["categories"]) == ["nothing_linked"]
    assert codes(d, data=["grading_tasks"]) == []


def test_one_link_on_a_level_is_enough() -> None:
    d = SmallDistrict("categories")
    d.course_has("categories")
    d.course.category("Own")
    assert codes(d) == []


@pytest.mark.parametrize("broken", [False, True])
def test_a_link_that_leads_nowhere_or_is_broken_is_one(broken: bool) -> None:
    d = SmallDistrict("categories")
    d.course.category("Gone", parent=GONE, broken=broken)
    d.course.category("Own")
    assert codes(d) == []


def test_composites_of_which_only_the_weights_are_locked_are_warned_of_without_a_link() -> None:
    """They have no verdict of their own then (RULES.md 4.4)."""
    d = SmallDistrict("composite_weights")
    above = d.master.composite()
    d.course.composite()
    text = text_of(plan(d), "nothing_linked")
    assert text.startswith("1 row of Composite Grades on courses, and no link")
    assert "nothing_linked" not in codes(d, data=["categories"])
    d = SmallDistrict("composite_weights")
    d.course.composite(parent=above)
    d.master.composite()
    d.course.composite(child_term=2)
    assert "nothing_linked" not in codes(d)
    assert "nothing_linked" not in codes(SmallDistrict("composite_weights"))


def test_the_categories_that_would_be_renamed_for_want_of_links_are_counted() -> None:
    """By level: two teachers' own, and none of the school's."""
    d = SmallDistrict("categories")
    d.master.category("Quizzes")
    d.course.category("Labs", weight=1)
    for owner in (d.section, d.new_section(d.course, "2")):
        owner.category("Labs", weight=2)
        owner.category("Own", weight=2)
    on_course, on_sections = (str(w) for w in plan(d, to_sections=True).warnings if w.code == "nothing_linked")
    assert "renamed" not in on_course
    assert "4 rows of Categories on sections" in on_sections
    assert "2 teachers' categories of the same name would be renamed" in on_sections


def test_use_that_is_not_known_is_said_first() -> None:
    d = SmallDistrict("grading_tasks", "categories")
    d.course.category("Labs")
    d.course.task(PROGRESS, parent=GONE)
    d.master.category("Quizzes")
    unknown = frozenset({"score", "posted_grade"})
    made = plan(d, today=FIRST, mode="overwrite", unknown=unknown)
    assert [warning.code for warning in made.warnings] == [
        "use_unknown",
        "in_session",
        "not_a_future_year",
        "local_setup_lost",
        "nothing_linked",
    ]
    text = text_of(made, "use_unknown")
    assert "posted_grade, score were not loaded" in text
    assert "1 row would disappear or be taken over" in text  # the task; categories need assignments alone
    all_unknown = plan(d, mode="overwrite", unknown=frozenset(WORK_TABLES))
    assert "2 rows would disappear or be taken over" in text_of(all_unknown, "use_unknown")
    assert "use_unknown" not in codes(d, mode="overwrite")


# -- named and not reached -------------------------------------------------------------------------------


def test_what_is_named_and_not_within_reach_is_said() -> None:
    d = SmallDistrict("categories")
    d.new_course("OWN1", master=None)
    with District(store_of(d.tables())) as district:
        plans = [
            district.plan_master_push(CATALOG, year=2027, courses=["MATH1", "OWN1"], today=BEFORE),
            district.plan_master_push(CATALOG, year=2027, courses=["MATH1"], today=BEFORE),
        ]
        assert "course OWN1" in text_of(plans[0], "not_reached")
        assert "not_reached" not in [warning.code for warning in plans[1].warnings]
