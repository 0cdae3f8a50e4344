"""What reports can be narrowed by: names and ids as a user gives them, and the ids that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coursepush.errors import RequestError
from coursepush.model.elements import ELEMENT_ORDER
from coursepush.plan.request import as_list, year_of
from coursepush.plan.requests.names import (
    CALENDAR,
    CATALOG,
    COURSE,
    MASTER,
    SCHOOL,
    SECTION,
    TEACHER,
    Named,
    find_many,
)
from coursepush.reports.registry import Names, Years
from coursepush.store.database import Session

LEVELS = ("course", "section")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a user filters a report by; None is everything. Names or ids, one or several."""

    catalog: Names | None = None
    year: Years | None = None
    calendar: Names | None = None
    school: Names | None = None
    master: Names | None = None
    course: Names | None = None
    section: Names | None = None
    level: str | None = None
    element: str | Sequence[str] | None = None
    teacher: Names | None = None


EVERYTHING = Given()
"""Nothing is left out."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The same, resolved: ids, and only what is known.

    `courses` are the parameters of the step `scope_course`; `masters` is among them.
    """

    courses: dict[str, Any]
    level: str | None
    elements: list[str] | None
    teachers: list[int] | None
    masters: list[int] | None
    sections: list[int] | None

    @property
    def of_rows(self) -> dict[str, Any]:
        """What narrows the rows of the courses, as the parameters of a step."""
        names = ("level", "elements", "teachers", "sections")
        return {name: getattr(self, name) for name in names}

    @property
    def by_course(self) -> bool:
        """Whether courses are named in any way, so that rows of courses that are gone are left out."""
        return any(one is not None for one in self.courses.values())


EVERY_COURSE: dict[str, Any] = dict.fromkeys(
    ("catalogs", "years", "calendars", "schools", "courses", "masters"), None
)
"""The parameters of the step `scope_course` that leave no course out."""

EVERY_ROW = Filters(EVERY_COURSE, None, None, None, None, None)


def resolve_filters(session: Session, given: Given, elements: Sequence[str] = ELEMENT_ORDER) -> Filters:
    """The filters as ids; `elements` are the data types that the report has.

    Raises:
        RequestError: nothing has that name; the message lists the valid choices.
    """

    def ids(what: Named, names: Names | None) -> list[int] | None:
        found = find_many(session, what, names)
        return None if found is None else list(found)

    level = given.level
    if level is not None and level not in LEVELS:
        raise RequestError.unknown("level", level, LEVELS)
    masters = ids(MASTER, given.master)
    return Filters(
        courses={
            "catalogs": ids(CATALOG, given.catalog),
            "years": _years(session, given.year),
            "calendars": ids(CALENDAR, given.calendar),
            "schools": ids(SCHOOL, given.school),
            "courses": ids(COURSE, given.course),
            "masters": masters,
        },
        level=level,
        elements=one_of("data type", given.element, elements, "in this report"),
        teachers=ids(TEACHER, given.teacher),
        masters=masters,
        sections=ids(SECTION, given.section),
    )


def one_of(what: str, given: object, known: Sequence[Any], where: str = "") -> list[Any] | None:
    """What was chosen among what is known; None where nothing was.

    Raises:
        RequestError: something else; the message lists the valid choices.
    """
    if given is None:
        return None
    chosen = [str(one) if isinstance(one, str) else one for one in as_list(given)]
    for one in chosen:
        if one not in known:
            raise RequestError.unknown(what, one, known, where)
    return chosen


def _years(session: Session, given: Years | None) -> list[int] | None:
    if given is None:
        return None
    known = [row[0] for row in session.rows("years", "select distinct end_year from calendar order by 1")]
    chosen = [year_of(one) for one in as_list(given)]
    return one_of("year", chosen, known, "that a calendar of this district has")
