"""What is chosen in the reports panel, and the one call it comes to: the code shown is the code that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.request import as_list, school_year
from coursepush.reports.plain import STATUS_LABELS
from coursepush.reports.registry import IN_PANEL, Kind
from coursepush.reports.rehearsals.situations import SITUATIONS
from coursepush.widgets.calls import call_text
from coursepush.widgets.names import unique_names, usual_year
from coursepush.widgets.reports.told import LEVEL_LABELS, OUTCOME_LABELS

if TYPE_CHECKING:
    from coursepush.district import District

Option = tuple[str, Any]
"""What a reader sees, and the value."""

TYPED = ("master", "course", "section", "teacher")
"""Filters that are typed: there are too many to list."""


@dataclass
class Choices:
    """The report, and its filters: a value, several as a tuple, or nothing for all.

    Filters stay when another report is chosen, and those that it does not have are set aside; but reports of how
    things stand and reports of what was done have filters of their own, for a push is seldom of the same year.
    """

    report: str = "course_status"
    now: dict[str, Any] = field(default_factory=dict[str, Any])
    done: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def kind(self) -> Kind:
        return IN_PANEL[self.report]

    @property
    def filters(self) -> dict[str, Any]:
        """Those that the chosen report is asked with, and maybe more."""
        return self.now if self.kind.is_of_now else self.done

    def given(self) -> dict[str, Any]:
        """The keyword arguments of the call; what is as by default is left out."""
        chosen = {name: self.filters.get(name) for name in self.kind.filters}
        return {
            name: _one_or_list(value) if isinstance(value, tuple) else value
            for name, value in chosen.items()
            if value is not None and value is not True and value != ()
        }

    def code(self) -> str:
        """The same as Python: ``district.reports.course_status(...)``."""
        return call_text(f"district.reports.{self.report}", [], self.given())


def _one_or_list(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else list(values)


@dataclass(frozen=True)
class Offer:
    """What there is to choose from in a district."""

    catalogs: pl.DataFrame
    calendars: pl.DataFrame
    schools: pl.DataFrame
    pushes: pl.DataFrame
    refreshes: pl.DataFrame
    read: Callable[[str], pl.DataFrame] = pl.DataFrame

    @classmethod
    def of(cls, district: District) -> Offer:
        calendars = district.sql(
            "select k.calendar_id, k.name, k.school_id, h.name as school, k.end_year as year from calendar as k "
            "join school as h on h.school_id = k.school_id order by k.end_year desc, k.name"
        )
        return cls(
            district.sql("select catalog_id, name from catalog order by name"),
            calendars,
            district.sql("select school_id, name from school order by name"),
            district.history(),
            district.refreshes(),
            district.sql,
        )

    @cached_property
    def masters(self) -> pl.DataFrame:
        """The numbers of course masters with a name each; read when somebody looks for one."""
        return self.read(_NUMBERS.format("course_master"))

    @cached_property
    def courses(self) -> pl.DataFrame:
        """The same of courses."""
        return self.read(_NUMBERS.format("course"))

    def options(self, name: str, kind: Kind, chosen: Mapping[str, Any]) -> list[Option]:
        """What a filter of a report can be, the first option all of it."""
        told: dict[str, tuple[str, Iterable[Option]]] = {
            "year": ("All years", [(school_year(year), year) for year in self.years()]),
            "catalog": ("All course catalogs", _offered(self.catalogs, "catalog_id")),
            "school": ("All schools", _offered(self.schools, "school_id")),
            "calendar": ("All calendars", self._calendars(chosen)),
            "element": ("All data types", [(ELEMENT_LABELS[one], one) for one in kind.elements]),
            "status": ("Every status", _turned(STATUS_LABELS)),
            "level": ("Courses and sections", _turned(LEVEL_LABELS)),
            "outcome": ("What was written and what was not", _turned(OUTCOME_LABELS)),
            "situation": ("All, and where each applies", [(one.title, one.name) for one in SITUATIONS]),
            "push_id": ("The last push", [(f"{one}: {title}", one) for one, title in self._pushes()]),
            "refresh": ("All refreshes", [(f"{one} ({when:%Y-%m-%d})", one) for one, when in self._refreshes()]),
        }
        everything, options = told[name]
        return [(everything, None), *options]

    def years(self) -> list[int]:
        """School years of the district's calendars, by the year in which they end, the latest first."""
        return sorted(set(self.calendars["year"]), reverse=True)

    def named(self, name: str, given: Any) -> Any:
        """A catalog, school or calendar as the lists have it: its name, or its id where the name is not unique."""
        lists = {"catalog": self.catalogs, "school": self.schools, "calendar": self.calendars}
        if name not in lists or isinstance(given, tuple):
            return given
        names = unique_names(lists[name], f"{name}_id")
        return names.get(given, given)

    def _calendars(self, chosen: Mapping[str, Any]) -> list[Option]:
        """Those of the year and the school that are chosen."""
        found, school = self.calendars, chosen.get("school")
        names = unique_names(found, "calendar_id")
        if isinstance(chosen.get("year"), int):
            found = found.filter(year=chosen["year"])
        if school is not None:
            schools = [
                number for number, one in unique_names(self.schools, "school_id").items() if one in as_list(school)
            ]
            found = found.filter(pl.col("school_id").is_in(schools))
        rows = found.select("name", "school", "calendar_id").rows()
        return [(name if school in name else f"{name} · {school}", names[one]) for name, school, one in rows]

    def _pushes(self) -> list[tuple[int, str]]:
        return self.pushes.select("push_id", "title").rows()

    def _refreshes(self) -> list[tuple[int, dt.datetime]]:
        return self.refreshes.select("refresh_id", "made_at").unique().sort("refresh_id", descending=True).rows()


_NUMBERS = "select number, min(name) as name from {} where number is not null group by number order by number"
"""One row a number of course masters, or of courses."""


def _offered(frame: pl.DataFrame, id_column: str) -> list[Option]:
    names = unique_names(frame, id_column)
    return [
        (name if names[number] == name else f"{name} (id {number})", names[number])
        for number, name in frame.select(id_column, "name").rows()
    ]


def _turned(labels: Mapping[str, str]) -> list[Option]:
    return [(label, code) for code, label in labels.items()]


def chosen_at_first(offer: Offer, report: str | None, given: Mapping[str, Any], today: dt.date) -> Choices:
    """Choices as a caller names them: a report, and filters of its method.

    Where neither a year nor a calendar is named, reports of how things stand begin with the school year it is.

    Raises:
        RequestError: there is no such report or filter, or a filter has no such value.
    """
    choices = Choices(report or "course_status")
    if choices.report not in IN_PANEL:
        raise RequestError.unknown("report", choices.report, list(IN_PANEL))
    kind = choices.kind
    for name, value in given.items():
        if name not in kind.filters:
            raise RequestError.unknown("filter", name, kind.filters, f"in {kind.title}")
        several = tuple(as_list(value)) if name in TYPED and value is not None else _plain(value)
        choices.filters[name] = offer.named(name, several)
        _check(offer, name, kind, choices.filters)
    if "year" not in given and "calendar" not in given:
        choices.now["year"] = usual_year(offer.years(), today)
    return choices


def _plain(value: Any) -> Any:
    """One value, or several as a tuple, which a list to choose from can hold."""
    return tuple(value) if isinstance(value, list) else value


def _check(offer: Offer, name: str, kind: Kind, chosen: Mapping[str, Any]) -> None:
    """That each value of a filter that is chosen from a list is on it."""
    if name in TYPED or name == "attributes":
        return
    valid = [value for _, value in offer.options(name, kind, {}) if value is not None]
    for one in as_list(chosen[name]) if chosen[name] is not None else ():
        if one not in valid and offer.named(name, one) not in valid:
            raise RequestError.unknown(name.replace("_id", ""), one, valid, f"in {kind.title}")
