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

Rows = list[tuple[Any, ...]]


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


@dataclass(frozen=True, slots=True)
class _Named:
    """What was named, as it was written, with the ids that courses and calendars stand for (None: not named)."""

    session: Session
    section: Any
    course: Any
    calendar: Any
    courses: list[int] | None
    calendars: list[int] | None

    def sections(self, section: Any, *, anywhere: bool = False) -> Rows:
        """The sections that are called so: all for None; `anywhere`: of any course and calendar."""
        name = None if section is None else _name(section, "section")
        values = {
            "id": name if isinstance(name, int) else None,
            "number": name if isinstance(name, str) else None,
            "courses": None if anywhere else self.courses,
            "calendars": None if anywhere else self.calendars,
        }
        return self._look("sections", values)

    def course_rows(self, *, anywhere: bool = False) -> Rows:
        """The courses that are called so; `anywhere`: in any calendar."""
        return self._look("courses", {"courses": self.courses, "calendars": None if anywhere else self.calendars})

    def _look(self, step: str, values: dict[str, Any]) -> Rows:
        return self.session.rows("candidates", report_sql(f"why/{step}", shown=_SHOWN), values)


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
    courses, calendars = _ids(session, COURSE, course), _ids(session, CALENDAR, calendar)
    named = _Named(session, section, course, calendar, courses, calendars)
    found = named.course_rows() if section is None else named.sections(section)
    if len(found) > 1:
        raise _several(named, found)
    if not found:
        raise _none(named)
    ids = {"course_id": found[0][0], "section_id": found[0][1]}
    return Place(**session.frame("place", report_sql("why/place"), ids).row(0, named=True))


def _ids(session: Session, what: Named, given: Any) -> list[int] | None:
    """The ids of what is called so, wherever it is; None where nothing was named."""
    return None if given is None else list(find_many(session, what, _name(given, what.called)) or ())


def _name(given: Any, what: str) -> Name:
    """An id, or a name or number as text without outer blanks."""
    return given.strip() if isinstance(given, str) else name_of(given, what)


def _several(named: _Named, found: Rows) -> RequestError:
    what = f"courses are called {named.course!r}"
    if named.section is not None:
        what = f"sections are called {named.section!r}"
    more = "calendar=..." if named.course is not None else "course=... and, if need be, calendar=..."
    return RequestError(
        f"{found[0][3]:,} {what}. Name one by its id, or tell them apart with {more} {_listed(found)}"
    )


def _none(named: _Named) -> RequestError:
    """That nothing is called so there, with what is: elsewhere, or of other names there."""
    if named.section is None:
        others = _listed(named.course_rows(anywhere=True))
        return RequestError(f"There is no course {named.course!r} in the calendar {named.calendar!r}. {others}")
    where = f" of course {named.course!r}" if named.course is not None else ""
    where += f" in the calendar {named.calendar!r}" if named.calendar is not None else ""
    is_narrowed = bool(named.courses or named.calendars)
    if is_narrowed and (everywhere := named.sections(named.section, anywhere=True)):
        return RequestError(f"There is no section {named.section!r}{where}. {_listed(everywhere)}")
    hint = ""
    if not isinstance(named.section, str):
        hint = " If that is the section's number and not its id, write it as text, and name the course too."
    inside = named.sections(None) if is_narrowed else []
    listed = f" {_listed(inside)}" if inside else ""
    return RequestError(f"There is no section {named.section!r}{where}.{hint}{listed}")


def _listed(rows: Rows) -> str:
    """Candidates as "24102-1, Lincoln High 26-27, section 3 (id 812)"; the first of many."""
    if not rows:
        return "There is none."
    more = rows[0][3] - len(rows)
    shown = "; ".join(str(row[2]) for row in rows)
    return f"There are: {shown}{f'; and {more:,} more' if more else ''}."
