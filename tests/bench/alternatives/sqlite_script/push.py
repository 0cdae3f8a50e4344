"""The walk: every course in scope, one after the other, in one transaction."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import NamedTuple

from coursepush.model.tables import ATTRIBUTES

from .database import State
from .pairing import TO_SECTIONS, TaskLists
from .to_course import CourseInfo, push_to_course
from .to_sections import push_to_sections
from .work import Work
from .write import Writer

# One row a course that the push works on (RULES.md 1), in the order in which new rows are numbered.
SCOPE = """
select c.course_id, c.calendar_id, c.master_id, c.is_cross_site, c.number, m.number
from calendar as k
join catalog_school as x on x.school_id = k.school_id and x.end_year = k.end_year
join course as c on c.calendar_id = k.calendar_id
join course_master as m on m.master_id = c.master_id and m.catalog_id = x.catalog_id
where x.catalog_id = ?1 and k.end_year = ?2 and not k.is_summer
    and m.is_active and not c.ignore_master_push
order by c.course_id
"""


class Course(NamedTuple):
    course_id: int
    calendar_id: int
    master_id: int
    is_cross_site: bool
    number: str
    new_number: str


class Locks:
    """What a catalog locks: names of elements, attributes in the model's order, district-defined fields."""

    def __init__(self, connection: sqlite3.Connection, catalog_id: int) -> None:
        locks = connection.execute("select lock from catalog_lock where catalog_id = ?", (catalog_id,))
        self.all = {lock for (lock,) in locks}
        self.attributes = [column.name for column in ATTRIBUTES if f"course_info.{column.name}" in self.all]
        prefix = "course_info.custom."
        self.custom_fields = sorted(lock.removeprefix(prefix) for lock in self.all if lock.startswith(prefix))

    def __contains__(self, lock: str) -> bool:
        return lock in self.all


def push(state: State, *, catalog: str, year: int) -> None:
    """Push All Course Masters of a catalog in a year: overwrite, to sections, all data, blanks too."""
    connection = state.connection
    connection.execute("begin immediate")
    try:
        _push(connection, catalog, year)
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _push(connection: sqlite3.Connection, catalog: str, year: int) -> None:
    (catalog_id,) = connection.execute("select catalog_id from catalog where name = ?", (catalog,)).fetchone()
    locks = Locks(connection, catalog_id)
    courses = [Course(*row) for row in connection.execute(SCOPE, (catalog_id, year))]
    failing = _failing_numbers(connection, courses) if "course_info.number" in locks else set()
    terms: defaultdict[int, set[int]] = defaultdict(set)
    for calendar_id, term_seq in connection.execute("select calendar_id, term_seq from term"):
        terms[calendar_id].add(term_seq)
    onward = [element for element in TO_SECTIONS if element.name in locks]

    info = CourseInfo(connection, locks.attributes, locks.custom_fields)
    writer = Writer(connection)
    task_lists = TaskLists()
    for course in courses:
        work = Work(connection, course.course_id)
        info.push(course.course_id, course.master_id, keep_number=course.course_id in failing)
        left = push_to_course(
            writer, work, course.course_id, course.master_id, terms[course.calendar_id], locks.all, task_lists
        )
        if not course.is_cross_site:
            push_to_sections(writer, work, course.course_id, terms[course.calendar_id], onward, left, task_lists)
            if "course_info.is_advisory" in locks:
                _push_advisory(connection, course.course_id)
    writer.insert_into_sections()


def _push_advisory(connection: sqlite3.Connection, course_id: int) -> None:
    """Sections take the course's advisory flag (RULES.md 5.2); null counts as false."""
    connection.execute(
        "update section set is_advisory = not coalesce(is_advisory, false) "
        "where course_id = ?1 and coalesce(is_advisory, false) "
        "<> (select coalesce(is_advisory, false) from course where course_id = ?1)",
        (course_id,),
    )


def _failing_numbers(connection: sqlite3.Connection, courses: list[Course]) -> set[int]:
    """The courses that keep their number, since another course of the calendar would have the new one (4.1).

    Every number is first assumed to go through; those that collide fall back, until none collides.
    """
    changing: defaultdict[int, dict[int, Course]] = defaultdict(dict)
    for course in courses:
        if course.new_number != course.number:
            changing[course.calendar_id][course.course_id] = course
    failing: set[int] = set()
    for calendar_id, here in changing.items():
        numbers: dict[int, str] = dict(
            connection.execute("select course_id, number from course where calendar_id = ?", (calendar_id,))
        )
        holders: defaultdict[str, set[int]] = defaultdict(set)
        for course_id, number in numbers.items():
            holders[here[course_id].new_number if course_id in here else number].add(course_id)
        while colliding := [course for course in here.values() if len(holders[course.new_number]) > 1]:
            for course in colliding:
                del here[course.course_id]
                failing.add(course.course_id)
                holders[course.new_number].discard(course.course_id)
                holders[course.number].add(course.course_id)
    return failing
