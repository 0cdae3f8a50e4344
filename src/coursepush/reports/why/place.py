"""The course and section that a question is about, found by id, or by number and what tells numbers apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coursepush.errors import RequestError
from coursepush.plan.request import Name, name_of, school_year
from coursepush.plan.requests.names import CALENDAR, COURSE, Named, find_many
from coursepush.reports.reading import report_sql
from coursepush.store.database import Session

_SHOWN = 20
"""Candidates that an error lists."""


@dataclass(frozen=True, slots=True)
class Place:
    """The course asked about, and the section if one was named, with the names that answers use.

    `catalog_id` and `catalog` are the course master's, or without one the school's of that year, which is
    `school_catalog_id` and `school_catalog`.
    """

    course_id: int
    course_number: str
    course_name: str
    is_cross_site: bool
    calendar_id: int
    calendar: str
    year: int
    school: str
    master_id: int | None
    master_number: str | None
    master_is_active: bool | None
    catalog_id: int | None
    catalog: str | None
    school_catalog_id: int | None
    school_catalog: str | None
    section_id: int | None
    section_number: str | None

    @property
    def is_reached(self) -> bool:
        """Whether pushes of the course master's catalog come to this course (RULES.md 1)."""
        return self.master_id is not None and self.catalog_id == self.school_catalog_id

    @property
    def course_label(self) -> str:
        return f"course {self.course_number} ({self.calendar})"

    @property
    def section_label(self) -> str:
        number = f"id {self.section_id}" if self.section_number is None else self.section_number
        return f"section {number} of {self.course_number} ({self.calendar})"

    @property
    def school_year(self) -> str:
        return school_year(self.year)


def find_place(session: Session, section: Any, course: Any, calendar: Any) -> Place:
    """The one section, or the one course, that was named.

    Args:
        section: its id, or its number as text; None to ask about the course.
        course: ids or a number; calendar: id or name; both narrow.

    Raises:
        RequestError: nothing, or more than one, is called so; lists what there is to choose from.
    """
    if section is None and course is None:
        raise RequestError(
            "Say which section, or which course: section=812 (an id), or section='3' with course='24102-1', or "
            "course='24102-1' alone."
        )
    narrowed = {
        "courses": _ids(session, COURSE, course),
        "calendars": _ids(session, CALENDAR, calendar),
    }
    named: dict[str, Any] = {"id": None, "number": None}
    if section is not None:
        name = _name(section, "section")
        named = {"id": name if isinstance(name, int) else None, "number": name if isinstance(name, str) else None}
    step = "sections" if section is not None else "courses"
    values = narrowed if section is None else {**named, **narrowed}
    found = session.rows("candidates", report_sql(f"why/{step}").format(shown=_SHOWN), values)
    if len(found) != 1:
        everywhere: list[tuple[Any, ...]] = []
        if section is not None and not found and any(narrowed.values()):
            anywhere = {**named, "courses": None, "calendars": None}
            everywhere = session.rows("candidates", report_sql(f"why/{step}").format(shown=_SHOWN), anywhere)
        raise _not_one(session, section, course, calendar, found, everywhere, narrowed)
    course_id, section_id = found[0][0], found[0][1]
    row = session.frame("place", report_sql("why/place"), {"course_id": course_id, "section_id": section_id}).row(
        0, named=True
    )
    return Place(**row)


def _ids(session: Session, what: Named, given: Any) -> list[int] | None:
    """The ids of what is called so, wherever it is; None where nothing was named."""
    if given is None:
        return None
    found = find_many(session, what, _name(given, what.called))
    return list(found or ())


def _name(given: Any, what: str) -> Name:
    """An id, or a name or number as text without outer blanks."""
    return given.strip() if isinstance(given, str) else name_of(given, what)


def _not_one(
    session: Session,
    section: Any,
    course: Any,
    calendar: Any,
    found: list[tuple[Any, ...]],
    everywhere: list[tuple[Any, ...]],
    narrowed: dict[str, list[int] | None],
) -> RequestError:
    """What to say of none, or of several."""
    if found:
        total = found[0][3]
        what = f"sections are called {section!r}" if section is not None else f"courses are called {course!r}"
        more = "calendar=..." if course is not None else "course=... and, if need be, calendar=..."
        return RequestError(
            f"{total:,} {what}. Name one by its id, or tell them apart with {more} {_listed(found)}"
        )
    where = _where(course, calendar)
    if section is None:
        others = session.rows(
            "candidates",
            report_sql("why/courses").format(shown=_SHOWN),
            {"courses": narrowed["courses"], "calendars": None},
        )
        return RequestError(f"There is no course {course!r} in the calendar {calendar!r}. {_listed(others)}")
    if everywhere:
        return RequestError(f"There is no section {section!r}{where}. {_listed(everywhere)}")
    hint = ""
    if not isinstance(section, str):
        hint = " If that is the section's number and not its id, write it as text, and name the course too."
    inside: list[tuple[Any, ...]] = []
    if any(narrowed.values()):
        every = {"id": None, "number": None, **narrowed}
        inside = session.rows("candidates", report_sql("why/sections").format(shown=_SHOWN), every)
    return RequestError(f"There is no section {section!r}{where}.{hint}{' ' + _listed(inside) if inside else ''}")


def _where(course: Any, calendar: Any) -> str:
    parts = [f" of course {course!r}" if course is not None else ""]
    parts.append(f" in the calendar {calendar!r}" if calendar is not None else "")
    return "".join(parts)


def _listed(rows: list[tuple[Any, ...]]) -> str:
    """Candidates as "24102-1, Lincoln High 26-27, section 3 (id 812)"; the first of many."""
    if not rows:
        return "There is none."
    more = rows[0][3] - len(rows)
    shown = "; ".join(str(row[2]) for row in rows)
    return f"There are: {shown}{f'; and {more:,} more' if more else ''}."
