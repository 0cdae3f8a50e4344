"""Small districts in which each rehearsal applies, or does not, in words an analyst would use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from small_district import ALL_LOCKS, PROGRESS, TERM, Owner, SmallDistrict

NEXT = 33


Applies = tuple[SmallDistrict, list[tuple[Owner, Owner | None]]]


@dataclass(frozen=True)
class Case:
    """A situation, and where it applies: pairs of course and section."""

    name: str
    make: Callable[[], Applies]
    otherwise: Callable[[], SmallDistrict]


def locked(*more: str) -> SmallDistrict:
    return SmallDistrict(*ALL_LOCKS, *more)


def follows() -> SmallDistrict:
    """A course that follows its course master in all, with work in its section."""
    d = locked("course_info.state_code", "course_info.number")
    for element in ("categories", "grading_tasks", "grade_calc_options"):
        d.course_has(element)
    [of_course] = d.tables()["course_category"]
    quizzes = d.section.category("Quizzes", parent=of_course["row_id"], weight=20)
    d.section.assignment((TERM, 1), category=quizzes, score=8)
    return d


def another_course(d: SmallDistrict) -> Owner:
    """A second course of the same course master, at another school."""
    d.school(22, "Oak High", 11)
    d.calendar(34, "Oak High 26-27", school=22)
    course = d.new_course("MATH1", master=d.master, calendar=34)
    for row in list(d.tables()["course_task"]):
        if row["owner_id"] == d.course.id:
            course.task(row["task_id"], parent=row["parent_row_id"])
    return course


def state_codes() -> Applies:
    d = locked("course_info.state_code")
    d.master["state_code"] = "A1"
    d.course["state_code"] = "B2"
    return d, [(d.course, None)]


def state_codes_not_locked() -> Applies:
    d = locked()
    d.master["state_code"] = "A1"
    return d, [(d.course, None)]


def one_master() -> Applies:
    d = locked()
    d.course.category("Quizzes", parent=d.master.category("Quizzes", weight=20), weight=10)
    d.master.category("Tests", weight=40)
    return d, [(d.course, None)]


def one_change() -> SmallDistrict:
    d = locked()
    d.course.category("Quizzes", parent=d.master.category("Quizzes", weight=20), weight=10)
    return d


def all_but_one() -> Applies:
    d = locked()
    other = another_course(d)
    d.course.category("Quizzes", parent=(quizzes := d.master.category("Quizzes", weight=20)), weight=10)
    d.course.category("Journal", weight=5)
    other.category("Quizzes", parent=quizzes, weight=15)
    return d, [(d.course, None)]


def managed_alone() -> SmallDistrict:
    d = locked()
    d.course.category("Journal", weight=5)
    d.master.category("Quizzes", weight=20)
    return d


def next_year() -> Applies:
    d = locked()
    d.calendar(NEXT, "Lincoln High 27-28", year=2028)
    d.add("catalog_school", school_id=21, end_year=2028, catalog_id=11)
    later = d.new_course("MATH1", master=d.master, calendar=NEXT)
    d.new_section(later).category("Extra", weight=10)
    later.category("Journal", weight=5)
    d.master.category("Quizzes", weight=20)
    return d, [(later, None)]


def schools_keep_theirs() -> Applies:
    d = follows()
    d.course.category("Journal", weight=5)
    d.section.category("Extra", weight=10)
    return d, [(d.course, None), (d.course, d.section)]


def push_fails() -> Applies:
    d = locked()
    d.course.category("Quizzes", parent=d.master.category("Quizzes", weight=20), weight=10, broken=True)
    return d, [(d.course, None)]


def not_locked() -> Applies:
    d = SmallDistrict("grading_tasks")
    d.course.category("Quizzes", parent=d.master.category("Quizzes", weight=20), weight=10)
    return d, [(d.course, None)]


def left_after_overwrite() -> Applies:
    d = locked()
    quizzes = d.course.category("Quizzes", parent=d.master.category("Quizzes", weight=20), weight=20)
    old = d.course.category("Warm-Ups", parent=99_999, weight=5)
    d.section.category("Quizzes", parent=quizzes, weight=20)
    d.section.assignment((TERM, 1), category=d.section.category("Warm-Ups", parent=old, weight=5), score=7)
    return d, [(d.course, None)]


def left_but_unused() -> SmallDistrict:
    d = locked()
    d.course.category("Warm-Ups", parent=99_999, weight=5)
    return d


def pushed_properly() -> Applies:
    d = locked()
    d.course.category("Quizzes", parent=d.master.category("Quizzes", weight=20), weight=10, broken=True)
    d.master.option(PROGRESS, 1)
    return d, [(d.course, None)]


def managed_mixed() -> Applies:
    d = locked()
    another_course(d)
    d.course.category("Journal", weight=5)
    return d, [(d.course, None)]


def all_managed() -> SmallDistrict:
    d = locked()
    d.course.category("Journal", weight=5)
    return d


def task_removed() -> Applies:
    d = locked()
    d.course.task(PROGRESS, parent=99_999)
    d.section.assignment((PROGRESS, 1), score=6)
    return d, [(d.course, None)]


def task_unused() -> SmallDistrict:
    d = locked()
    d.course.task(PROGRESS, parent=99_999)
    return d


def no_calculation() -> Applies:
    d, places = task_removed()
    option = d.course.option(PROGRESS, 1, parent=99_998)
    d.section.option(PROGRESS, 1, parent=option)
    return d, places


def own_categories() -> Applies:
    d = locked()
    d.course.option(TERM, 1, parent=d.master.option(TERM, 1), broken=True, use_percent=True)
    d.section.category("Extra", weight=10)
    return d, [(d.course, d.section)]


def own_categories_alone() -> SmallDistrict:
    d = locked()
    d.section.category("Extra", weight=10)
    return d


CASES = (
    Case("state codes changed", state_codes, follows),
    Case("state codes changed", state_codes_not_locked, follows),
    Case("one course master changed", one_master, one_change),
    Case("all courses but one", all_but_one, managed_alone),
    Case("next year from scratch", next_year, follows),
    Case("schools keep their setup", schools_keep_theirs, follows),
    Case("the push fails", push_fails, follows),
    Case("data did not arrive", not_locked, follows),
    Case("leftovers after overwriting", left_after_overwrite, left_but_unused),
    Case("was it pushed properly", pushed_properly, one_change),
    Case("back to course masters", managed_mixed, all_managed),
    Case("restore a removed task", task_removed, task_unused),
    Case("no calculation", no_calculation, lambda: task_removed()[0]),
    Case("teachers manage their own categories", own_categories, own_categories_alone),
)
