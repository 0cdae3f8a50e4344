"""What is chosen in the push panel, and the one call it comes to: the code that is shown is the code that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import COURSE_PUSH_DATA, MASTER_PUSH_DATA
from coursepush.plan.request import (
    BLANKS,
    MODES,
    Name,
    as_list,
    check_choice,
    check_data,
)
from coursepush.plan.requests.registry import KINDS
from coursepush.widgets.calls import call_text
from coursepush.widgets.names import unique_names, usual_year
from coursepush.widgets.push.choice_words import words_of_courses, words_of_masters

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.plan.plan import Plan

Tool = Literal["masters", "courses"]
TOOLS: dict[Tool, str] = {"masters": "Push All Course Masters", "courses": "Push All Courses"}

_METHODS: dict[Tool, str] = {"masters": KINDS["master_push"].method, "courses": KINDS["course_push"].method}


@dataclass
class Choices:
    """Everything that can be chosen; names and numbers as people know them, ids where a name is not unique.

    What one tool does not know is kept for when the other is chosen again.
    """

    tool: Tool = "masters"
    year: int | None = None
    catalog: Name | None = None
    calendars: tuple[Name, ...] = ()
    mode: str = "locked"
    to_sections: bool = False
    data: tuple[str, ...] = MASTER_PUSH_DATA
    blanks: str = "push"
    masters: tuple[Name, ...] = ()
    courses: tuple[Name, ...] = ()
    calendar: Name | None = None
    course_data: tuple[str, ...] = COURSE_PUSH_DATA
    overwrite_categories: bool = False
    sections: tuple[Name, ...] = ()
    assume_unused: bool = False
    today: dt.date | None = field(default=None)

    def call(self) -> tuple[str, list[Any], dict[str, Any]]:
        """The method of a district, its arguments and its keyword arguments; what is as by default is left out.

        Raises:
            RequestError: something that a push needs is not chosen.
        """
        first = self.catalog if self.tool == "masters" else self.calendar
        if first is None or (self.tool == "masters" and self.year is None):
            what = "a year and a course catalog" if self.tool == "masters" else "a calendar"
            raise RequestError(f"Choose {what} first.")
        given = self._of_masters() if self.tool == "masters" else self._of_courses()
        if not (self._ticked()):
            raise RequestError("Nothing is ticked under “Data to be pushed”. Tick what is to be pushed.")
        if self.assume_unused:
            given["assume_unused"] = True
        if self.today is not None:
            given["today"] = self.today
        return _METHODS[self.tool], [first], given

    def plan(self, district: District) -> Plan:
        """What the chosen push would do.

        Raises:
            RequestError: something is missing or unknown.
        """
        method, args, given = self.call()
        made: Plan = getattr(district, method)(*args, **given)
        return made

    def code(self) -> str:
        """The same as Python: ``plan = district.plan_master_push(...)``."""
        method, args, given = self.call()
        return f"plan = {call_text(f'district.{method}', args, given)}"

    def words(self) -> list[tuple[str, str]]:
        """What is chosen, as people say it: (what, which)."""
        return words_of_masters(self) if self.tool == "masters" else words_of_courses(self)

    def _ticked(self) -> tuple[str, ...]:
        return self.data if self.tool == "masters" else self.course_data

    def _of_masters(self) -> dict[str, Any]:
        given: dict[str, Any] = {"year": self.year, "mode": self.mode, "to_sections": self.to_sections}
        given |= _unless(self.data, MASTER_PUSH_DATA, "data")
        given |= {name: list(chosen) for name, chosen in self._narrowed("calendars", "masters", "courses")}
        if self.blanks != "push":
            given["blanks"] = self.blanks
        return given

    def _of_courses(self) -> dict[str, Any]:
        given: dict[str, Any] = {name: list(chosen) for name, chosen in self._narrowed("courses", "sections")}
        given |= _unless(self.course_data, COURSE_PUSH_DATA, "data")
        if self.overwrite_categories:
            given["overwrite_categories"] = True
        return given

    def _narrowed(self, *names: str) -> list[tuple[str, tuple[Name, ...]]]:
        return [(name, getattr(self, name)) for name in names if getattr(self, name)]


def _unless(chosen: Sequence[str], usual: Sequence[str], name: str) -> dict[str, Any]:
    return {} if set(chosen) == set(usual) else {name: [one for one in usual if one in chosen]}


@dataclass(frozen=True)
class Offer:
    """What there is to choose from in a district: read once, when the panel opens."""

    catalogs: pl.DataFrame
    calendars: pl.DataFrame
    masters: pl.DataFrame
    reached: pl.DataFrame
    read_courses: Callable[[], pl.DataFrame] = pl.DataFrame

    @classmethod
    def of(cls, district: District) -> Offer:
        masters = district.sql("select master_id, number, name, catalog_id from course_master order by number")
        reached = district.sql(
            "select s.catalog_id, k.calendar_id from catalog_school as s join calendar as k "
            "on k.school_id = s.school_id and k.end_year = s.end_year"
        )
        courses = partial(district.sql, "select calendar_id, number, name from course order by number")
        return cls(district.catalogs(), district.calendars(), masters, reached, courses)

    @cached_property
    def courses(self) -> pl.DataFrame:
        """Every course (calendar_id, number, name): many, so they are read when somebody looks for one."""
        return self.read_courses()

    def masters_of(self, catalog: Name | None) -> pl.DataFrame:
        """The course masters of a catalog: number, name."""
        ids = _ids(self.catalogs.unique("catalog_id"), "catalog_id", [catalog])
        return self.masters.filter(pl.col("catalog_id").is_in(ids)).select("number", "name")

    def courses_of(self, calendars: Sequence[Name | None]) -> pl.DataFrame:
        """The courses of calendars, each number once: number, name."""
        ids = _ids(self.calendars, "calendar_id", calendars)
        found = self.courses.filter(pl.col("calendar_id").is_in(ids))
        return found.select("number", "name").unique("number", keep="first", maintain_order=True)

    def catalogs_reaching(self, calendar: Name | None) -> list[tuple[int, Name]]:
        """The catalogs whose pushes reach a calendar: year and name."""
        ids = _ids(self.calendars, "calendar_id", [calendar])
        years = self.calendars.filter(pl.col("calendar_id").is_in(ids))["year"].to_list()
        names = unique_names(self.catalogs.unique("catalog_id"), "catalog_id")
        reach = self.reached.filter(pl.col("calendar_id").is_in(ids))["catalog_id"].unique().sort()
        return [(year, names[one]) for year in years for one in reach if one in names]

    def years(self) -> list[int]:
        """School years in which a catalog is a school's, by the year in which they end, the latest first."""
        return sorted(set(self.catalogs["year"]), reverse=True)

    def catalogs_of(self, year: int | None) -> list[tuple[str, Name]]:
        """Of a year: what to show of each catalog, and its name (its id where the name is not unique)."""
        found = self.catalogs.filter(pl.col("year") == year)
        names = unique_names(self.catalogs.unique("catalog_id"), "catalog_id")
        return [
            (
                f"{row['name']} ({_many(row['schools'], 'school')}){_id(names[row['catalog_id']])}",
                names[row["catalog_id"]],
            )
            for row in found.iter_rows(named=True)
        ]

    def calendars_of(self, year: int | None, catalog: Name | None) -> list[tuple[str, Name]]:
        """Calendars that a push of the catalog in that year can reach."""
        names = unique_names(self.catalogs.unique("catalog_id"), "catalog_id")
        chosen = [number for number, name in names.items() if name == catalog]
        reached = self.reached.filter(pl.col("catalog_id").is_in(chosen))["calendar_id"]
        return self._calendars(
            self.calendars.filter(pl.col("calendar_id").is_in(reached.implode()), pl.col("year") == year)
        )

    def every_calendar(self) -> list[tuple[str, Name]]:
        """All calendars, of the latest year first."""
        return self._calendars(self.calendars.sort("year", "name", descending=[True, False]))

    def year_of(self, calendar: Name) -> int | None:
        """The year of a calendar that is named as the lists have it."""
        column = "name" if isinstance(calendar, str) else "calendar_id"
        found = self.calendars.filter(pl.col(column) == calendar)
        return None if found.is_empty() else int(found["year"][0])

    def calendar_id(self, calendar: Name) -> int:
        """Its id."""
        column = "name" if isinstance(calendar, str) else "calendar_id"
        return int(self.calendars.filter(pl.col(column) == calendar)["calendar_id"][0])

    def calendar(self, given: Name) -> Name:
        """A calendar by name or id as the lists above have it."""
        return _as_listed(given, self.calendars, "calendar_id", "calendar")

    def catalog(self, given: Name) -> Name:
        """A catalog by name or id as the lists above have it."""
        return _as_listed(given, self.catalogs.unique("catalog_id"), "catalog_id", "course catalog")

    def catalog_of(self, masters: Sequence[Name], year: int | None) -> Name | None:
        """The catalog that has all of these course masters in that year; None where none has.

        Raises:
            RequestError: several catalogs have them.
        """
        named = [
            (pl.col("number") == one) if isinstance(one, str) else (pl.col("master_id") == one) for one in masters
        ]
        found = set(self.catalogs.filter(pl.col("year") == year)["catalog_id"])
        for one in named:
            found &= set(self.masters.filter(one)["catalog_id"])
        if len(found) > 1:
            names = self.catalogs.filter(pl.col("catalog_id").is_in(list(found)))["name"].unique().sort()
            raise RequestError(
                f"Several course catalogs have {', '.join(map(str, masters))}: {', '.join(names)}. Say which, "
                "with catalog=..."
            )
        return found.pop() if found else None

    def _calendars(self, found: pl.DataFrame) -> list[tuple[str, Name]]:
        names = unique_names(self.calendars, "calendar_id")
        return [
            (
                f"{row['name']} · {row['school']}{' (summer)' if row['is_summer'] else ''}"
                f"{_id(names[row['calendar_id']])}",
                names[row["calendar_id"]],
            )
            for row in found.iter_rows(named=True)
        ]


def _ids(frame: pl.DataFrame, id_column: str, names: Sequence[Name | None]) -> list[int]:
    return [number for number, name in unique_names(frame, id_column).items() if name in names]


def _as_listed(given: Name, frame: pl.DataFrame, id_column: str, what: str) -> Name:
    names = unique_names(frame, id_column)
    if given in names:  # an id
        return names[int(given)]
    if given in names.values():
        return given
    raise RequestError.unknown(what, given, frame["name"].to_list())


def _id(name: Name) -> str:
    """What tells one of several of the same name apart."""
    return f" [{name}]" if isinstance(name, int) else ""


def _many(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def chosen_at_first(offer: Offer, tool: Tool, today: dt.date | None, given: dict[str, Any]) -> Choices:
    """Choices as a caller names them: the arguments of ``plan_master_push`` or ``plan_course_push``.

    Raises:
        RequestError: an argument that the tool does not have, or a catalog, year or calendar that is not there.
    """
    check_choice("tool", tool, tuple(TOOLS))
    choices = Choices(tool=tool, today=today)
    data = "data" if tool == "masters" else "course_data"
    known = _MASTER_ARGUMENTS if tool == "masters" else _COURSE_ARGUMENTS
    for name, value in given.items():
        if name not in known:
            raise RequestError.unknown("choice", name, known, f"in {TOOLS[tool]}")
        if value is None:
            continue
        several = name in ("calendars", "masters", "courses", "sections", "data")
        setattr(choices, data if name == "data" else name, tuple(as_list(value)) if several else value)
    choices.data = check_data(choices.data, MASTER_PUSH_DATA, TOOLS["masters"])
    choices.course_data = check_data(choices.course_data, COURSE_PUSH_DATA, TOOLS["courses"])
    check_choice("mode", choices.mode, MODES)
    check_choice("blanks", choices.blanks, BLANKS)
    if choices.year is None:
        choices.year = usual_year(offer.years(), today or dt.date.today())
    if choices.year is not None and choices.year not in offer.years():
        raise RequestError.unknown("school year with a course catalog", choices.year, offer.years())
    if choices.catalog is None and choices.masters:
        choices.catalog = offer.catalog_of(choices.masters, choices.year)
    if choices.catalog is not None:
        choices.catalog = offer.catalog(choices.catalog)
        there = [name for _, name in offer.catalogs_of(choices.year)]
        if choices.catalog not in there:
            raise RequestError.unknown("course catalog", choices.catalog, there, f"in {choices.year}")
    if choices.calendar is not None:
        choices.calendar = offer.calendar(choices.calendar)
    choices.calendars = tuple(offer.calendar(one) for one in choices.calendars)
    if choices.catalog is not None:
        _check_reached(offer, choices)
    return choices


def _check_reached(offer: Offer, choices: Choices) -> None:
    there = [name for _, name in offer.calendars_of(choices.year, choices.catalog)]
    for one in choices.calendars:
        if one not in there:
            raise RequestError.unknown("calendar", one, there, f"of the course catalog in {choices.year}")


_MASTER_ARGUMENTS = (
    "catalog", "year", "mode", "to_sections", "calendars", "masters", "courses", "data", "blanks",
    "assume_unused",
)  # fmt: skip
_COURSE_ARGUMENTS = ("calendar", "courses", "sections", "data", "overwrite_categories", "assume_unused")
