"""Whom the what-if panel's edits are about, and the push that is tried: each is a call's arguments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.plan.request import Name
from coursepush.plan.requests.registry import KINDS
from coursepush.widgets.calls import call_text
from coursepush.widgets.push.choices import Offer, chosen_at_first

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.plan.plan import Plan

LEVELS = {"master": "Course master", "course": "Course", "section": "Section"}

PUSHES: dict[str, dict[str, str]] = {
    "master": {
        "master": "Push this course master to its courses",
        "masters": "Push all course masters of the catalog",
    },
    "course": {
        "sections": "Push this course to its sections",
        "to_course": "Push its course master to this course",
        "courses": "Push all courses of the calendar",
    },
    "section": {
        "section": "Push its course to this section",
        "sections": "Push its course to all of its sections",
        "to_course": "Push the course master to its course",
    },
}
"""The pushes that can be tried, by the level of the edits."""

OF_MASTERS = frozenset({"master", "masters", "to_course"})
"""Those that begin at course masters."""

WIDE = frozenset({"masters", "courses"})
"""Those that are worked out only when asked for, since they may take long."""

MOST_LISTED = 300
"""So many course masters or courses are offered at once; a search narrows them down."""


@dataclass
class Whom:
    """Whom edits are about, and which push is tried, in names and numbers as people know them.

    `catalog` and `year` of a course are its course master's and its calendar's; it may have no catalog.
    """

    level: str = "master"
    year: int | None = None
    catalog: Name | None = None
    master: Name | None = None
    calendar: Name | None = None
    course: Name | None = None
    section: int | None = None
    push: str = "master"
    mode: str = "locked"
    to_sections: bool = True
    overwrite_categories: bool = False
    today: dt.date | None = None

    @property
    def is_chosen(self) -> bool:
        """Somebody whom an edit can be about."""
        if self.level == "master":
            return None not in (self.year, self.catalog, self.master)
        is_course = None not in (self.calendar, self.course)
        return is_course if self.level == "course" else is_course and self.section is not None

    def owners(self) -> dict[str, Any]:
        """Whom it is about, as arguments of an edit."""
        if self.level == "master":
            return {"catalog": self.catalog, "masters": self.master}
        if self.level == "course":
            return {"courses": self.course, "calendar": self.calendar}
        return {"sections": self.section}

    def pushes(self) -> dict[str, str]:
        """The pushes that can be tried here: none of a course master where there is none."""
        every = PUSHES[self.level]
        return {name: words for name, words in every.items() if name not in OF_MASTERS or self.catalog is not None}

    def call(self) -> tuple[str, list[Any], dict[str, Any]]:
        """The push that is tried: a method of a district, its arguments, its keyword arguments.

        Raises:
            RequestError: nobody is chosen.
        """
        if not self.is_chosen:
            raise RequestError(f"Choose a {LEVELS[self.level].lower()} first.")
        given: dict[str, Any] = {}
        if self.push in OF_MASTERS:
            given = {"year": self.year, "mode": self.mode, "to_sections": self.to_sections}
            if self.push == "master":
                given["masters"] = self.master
            elif self.push == "to_course":
                given |= {"calendars": self.calendar, "courses": self.course}
        else:
            given |= {"courses": self.course} if self.push != "courses" else {}
            given |= {"sections": self.section} if self.push == "section" else {}
            given |= {"overwrite_categories": True} if self.overwrite_categories else {}
        given |= {"today": self.today} if self.today is not None else {}
        of_masters = self.push in OF_MASTERS
        method = KINDS["master_push" if of_masters else "course_push"].method
        return method, [self.catalog if of_masters else self.calendar], given

    def plan(self, district: District) -> Plan:
        """What that push would do, on a district or in a scenario.

        Raises:
            RequestError: nobody is chosen, or something is unknown.
        """
        method, args, given = self.call()
        made: Plan = getattr(district, method)(*args, **given)
        return made

    def code(self, name: str) -> str:
        """The same as Python, on the district that is called `name`."""
        method, args, given = self.call()
        return call_text(f"{name}.{method}", args, given)


def whom_at_first(district: District, offer: Offer, given: dict[str, Any], today: dt.date | None) -> Whom:
    """Whom a caller names: ``catalog`` and ``master``, ``calendar`` and ``course``, or ``section``; and ``year``.

    Raises:
        RequestError: there is no such argument, or nobody of that name; or several.
    """
    for name in given:
        if name not in ("year", "catalog", "master", "calendar", "course", "section"):
            raise RequestError.unknown("choice", name, list(given), "in the what-if panel")
    whom = Whom(today=today)
    if given.get("section") is not None:
        whom.level = "section"
        _take_section(district, offer, whom, given["section"])
    elif given.get("course") is not None or given.get("calendar") is not None:
        whom.level = "course"
        _take_named_course(district, offer, whom, given)
    else:
        _take_master(offer, whom, given, today)
    whom.push = next(iter(whom.pushes()), whom.push)
    return whom


def _take_master(offer: Offer, whom: Whom, given: dict[str, Any], today: dt.date | None) -> None:
    asked = {name: given.get(name) for name in ("year", "catalog")}
    choices = chosen_at_first(offer, "masters", today, {**asked, "masters": given.get("master")})
    whom.year, whom.catalog = choices.year, choices.catalog
    if given.get("master") is None:
        return
    catalogs = offer.catalogs.unique("catalog_id")
    ids = catalogs.filter(pl.col("name") == whom.catalog)["catalog_id"].to_list() or [whom.catalog]
    column = "number" if isinstance(given["master"], str) else "master_id"
    there = offer.masters.filter(pl.col("catalog_id").is_in(ids), pl.col(column) == given["master"])
    if there.is_empty():
        known = offer.masters.filter(pl.col("catalog_id").is_in(ids))[column].sort().to_list()
        raise RequestError.unknown("course master", given["master"], known)
    whom.master = there["number"].item() or there["master_id"].item()


def _take_named_course(district: District, offer: Offer, whom: Whom, given: dict[str, Any]) -> None:
    calendar = offer.calendar(given["calendar"]) if given.get("calendar") is not None else None
    if given.get("course") is None:
        whom.calendar = calendar
        whom.year = None if calendar is None else offer.year_of(calendar)
        return
    column = "number" if isinstance(given["course"], str) else "course_id"
    rows = courses_of(district, f"c.{column} = $course", {"course": given["course"]})
    if calendar is not None:
        rows = rows.filter(pl.col("calendar_id") == offer.calendar_id(calendar))
    if rows.is_empty():
        raise RequestError(f"There is no course {given['course']!r}{f' in {calendar}' if calendar else ''}.")
    if rows.height > 1:
        names = ", ".join(rows["calendar"].to_list()[:5])
        raise RequestError(f"Several calendars have a course {given['course']}: {names}. Say which, calendar=....")
    take_course(offer, whom, rows.row(0, named=True))


def _take_section(district: District, offer: Offer, whom: Whom, section: Any) -> None:
    found = district.sql(
        "select course_id from section where section_id = try_cast($section as bigint)", {"section": str(section)}
    )
    if found.is_empty():
        raise RequestError(f"There is no section with the id {section!r}. Sections are named by their ids here.")
    rows = courses_of(district, "c.course_id = $course", {"course": found.item()})
    take_course(offer, whom, rows.row(0, named=True))
    whom.section = int(section)


def take_course(offer: Offer, whom: Whom, row: dict[str, Any]) -> None:
    """Let it be about a course, a row of :func:`courses_of`."""
    whom.calendar, whom.year = offer.calendar(int(row["calendar_id"])), row["year"]
    whom.course = row["number"] or row["course_id"]
    whom.catalog = None if row["catalog_id"] is None else _catalog_in(offer, row["catalog_id"], row["year"])
    whom.section = None


def _catalog_in(offer: Offer, catalog_id: int, year: int) -> Name | None:
    """The catalog as the lists have it, if a school has it that year: only then it can be pushed."""
    is_there = offer.catalogs.filter(pl.col("catalog_id") == catalog_id, pl.col("year") == year)
    return None if is_there.is_empty() else offer.catalog(catalog_id)


def masters_of(district: District, catalog: Name | None, words: str = "") -> pl.DataFrame:
    """Course masters of a catalog whose number or name has these words: master_id, number, name."""
    column = "name" if isinstance(catalog, str) else "catalog_id"
    return district.sql(
        "select m.master_id, m.number, m.name from course_master as m "
        f"join catalog as c on c.catalog_id = m.catalog_id where c.{column} = $catalog "
        "and contains(lower(concat_ws(' ', m.number, m.name)), lower($words)) order by m.number, m.master_id",
        {"catalog": catalog, "words": words},
    )


def courses_of(district: District, where: str, values: dict[str, Any], words: str = "") -> pl.DataFrame:
    """Courses: course_id, number, name, calendar_id, calendar, year, and the catalog of the course master."""
    return district.sql(
        "select c.course_id, c.number, c.name, k.calendar_id, k.name as calendar, k.end_year as year, "
        "m.catalog_id "
        "from course as c join calendar as k on k.calendar_id = c.calendar_id "
        f"left join course_master as m on m.master_id = c.master_id where {where} "
        "and contains(lower(concat_ws(' ', c.number, c.name)), lower($words)) order by c.number, c.course_id",
        {**values, "words": words},
    )


def sections_of(district: District, calendar_id: int, course: Name) -> list[tuple[str, int]]:
    """Sections of a course, with their teachers: what to show, and the id."""
    column = "number" if isinstance(course, str) else "course_id"
    found = district.sql(
        "select s.section_id, s.number, t.name from section as s join course as c on c.course_id = s.course_id "
        "left join teacher as t on t.teacher_id = s.teacher_id "
        f"where c.calendar_id = $calendar and c.{column} = $course order by s.number, s.section_id",
        {"calendar": calendar_id, "course": course},
    )
    return [
        (", ".join(filter(None, [f"Section {number or section_id}", teacher])), section_id)
        for section_id, number, teacher in found.rows()
    ]


@dataclass(frozen=True, slots=True)
class Lists:
    """What there is to choose from: read beside the notebook, for the store may be busy.

    Attributes:
        key: of what: it is read again when that is another.
        owners: course masters, or courses as of :func:`courses_of`; None where no place is chosen.
        sections: of the course: what to show, and the id.
    """

    key: tuple[Any, ...] = ()
    owners: pl.DataFrame | None = None
    sections: tuple[tuple[str, int], ...] = ()

    def course(self, name: Name) -> dict[str, Any] | None:
        """The row of a course, by number or id."""
        column = "number" if isinstance(name, str) else "course_id"
        found = None if self.owners is None else self.owners.filter(pl.col(column) == name)
        return None if found is None or found.is_empty() else found.row(0, named=True)


def key_of_lists(whom: Whom, words: str) -> tuple[Any, ...]:
    """What the lists depend on."""
    place = whom.catalog if whom.level == "master" else whom.calendar
    return (whom.level == "master", place, words, whom.course if whom.level == "section" else None)


def read_lists(district: District, offer: Offer, whom: Whom, words: str) -> Lists:
    """The lists, with owners that have these words in their number or name."""
    key = key_of_lists(whom, words)
    if whom.level == "master":
        return Lists(key, None if whom.catalog is None else masters_of(district, whom.catalog, words))
    if whom.calendar is None:
        return Lists(key)
    at = offer.calendar_id(whom.calendar)
    courses = courses_of(district, "c.calendar_id = $calendar", {"calendar": at}, words)
    sections = [] if key[-1] is None else sections_of(district, at, key[-1])
    return Lists(key, courses, tuple(sections))
