"""Every kind of edit in one place: what it is called, what it takes, and what makes it (SCENARIO.md 3 to 9)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursepush.errors import RequestError, ScenarioError
from coursepush.model.elements import ELEMENT_LABELS, ELEMENTS_BY_NAME, SetupElement
from coursepush.plan.request import Name
from coursepush.scenario.copying import copy_master
from coursepush.scenario.courses import (
    assign,
    ignore,
    new_catalog,
    new_master,
    set_info,
    set_locks,
    use_catalog,
)
from coursepush.scenario.linking import link_rows, unlink_rows
from coursepush.scenario.overlay import Editing
from coursepush.scenario.own_sql import run_sql
from coursepush.scenario.owners import Where
from coursepush.scenario.realigning import realign_category, realign_task
from coursepush.scenario.rolling import roll_calendar
from coursepush.scenario.setting import remove_rows, set_rows

Given = Mapping[str, Any]
OWNERS = ("catalog", "masters", "courses", "calendar", "sections")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit, as somebody asked for it: its kind, and its arguments by name."""

    do: str
    given: dict[str, Any] = field(default_factory=dict[str, Any])

    def run(self, session: Editing) -> int:
        """Make it; how many rows it changed.

        Raises:
            ScenarioError: it is refused. RequestError: it names what there is not.
        """
        return VERBS[self.do](session, **self.given)

    @property
    def words(self) -> str:
        """The edit in a line: ``set categories: name Tests, weight 40; catalog High School``."""
        given = dict(self.given)
        what = " ".join(filter(None, [self.do.replace("_", " "), str(given.pop("element", ""))]))
        whom = {name: given.pop(name) for name in OWNERS if name in given}
        given = {name: given[name] for name in sorted(given, key=lambda name: given[name] is None)}
        parts = [
            ", ".join(f"{name.replace('_', ' ')} {_shown(one)}" for name, one in each.items())
            for each in (given, whom)
        ]
        told = "; ".join(filter(None, parts))
        return f"{what}: {told}" if told else what


def edit(do: str, given: Given) -> Edit:
    """The edit, if it could be asked for; what it names is looked up when it is made.

    Raises:
        RequestError: there is no such kind. ScenarioError: an argument is missing, or is none of that kind.
    """
    if do not in VERBS:
        raise RequestError.unknown("edit", do, VERBS)
    wanted = {name: one for name, one in given.items() if one is not None or name not in _OPTIONAL}
    try:
        inspect.signature(VERBS[do]).bind(None, **wanted)
    except TypeError as error:
        takes = ", ".join(
            name for name in inspect.signature(VERBS[do]).parameters if name not in ("session", "given")
        )
        raise ScenarioError(f"The edit {do!r}: {error}. It takes {takes}.") from None
    return Edit(do, wanted)


def element_of(name: object) -> SetupElement:
    """The data type of that name.

    Raises:
        RequestError: there is none, or it is not kept in rows.
    """
    if name not in ELEMENTS_BY_NAME:
        raise RequestError.unknown("data type", name, ELEMENTS_BY_NAME, "with rows of setup")
    return ELEMENTS_BY_NAME[str(name)]


def _set(session: Editing, *, element: str, rename: str | None = None, **given: Any) -> int:
    where, values = _apart(given)
    found = element_of(element)
    if rename is not None and not found.is_category:
        raise ScenarioError(f"Only categories are renamed; {ELEMENT_LABELS[found.name]} are told by their key.")
    return set_rows(session, found, where, values, rename)


def _remove(session: Editing, *, element: str, **given: Any) -> int:
    where, values = _apart(given)
    return remove_rows(session, element_of(element), where, values)


def _info(session: Editing, **given: Any) -> int:
    where, values = _apart(given)
    return set_info(session, where, values)


def _new_master(session: Editing, *, catalog: Name, number: str, name: str, **given: Any) -> int:
    return new_master(session, catalog, number, name, **given)


def _assign(
    session: Editing,
    *,
    catalog: Name | None = None,
    master: Name | None = None,
    courses: Any = None,
    calendar: Name | None = None,
) -> int:
    return assign(session, Where(courses=courses, calendar=calendar), catalog, master)


def _ignore(session: Editing, *, on: bool = True, **given: Any) -> int:
    where, values = _apart(given)
    _none_else("ignore", values)
    return ignore(session, where, on)


def _lock(session: Editing, *, catalog: Name, locks: Any) -> int:
    return set_locks(session, catalog, locks, on=True)


def _unlock(session: Editing, *, catalog: Name, locks: Any) -> int:
    return set_locks(session, catalog, locks, on=False)


def _use_catalog(session: Editing, *, school: Name, year: int, catalog: Name) -> int:
    return use_catalog(session, school, year, catalog)


def _new_catalog(session: Editing, *, name: str) -> int:
    return new_catalog(session, name)


def _link(session: Editing, *, element: str, name: str | None = None, **given: Any) -> int:
    where, values = _apart(given)
    _none_else("link", values)
    return link_rows(session, element_of(element), where, name)


def _unlink(session: Editing, *, element: str, name: str | None = None, **given: Any) -> int:
    where, values = _apart(given)
    _none_else("unlink", values)
    return unlink_rows(session, element_of(element), where, name)


def _realign(
    session: Editing, *, sections: Any, to: Name, category: str | None = None, task: Name | None = None
) -> int:
    if (category is None) == (task is None):
        raise ScenarioError(
            "Assignments are realigned from a category or from a task: give one of category=..., task=...."
        )
    if category is not None:
        return realign_category(session, sections, category, str(to))
    assert task is not None
    return realign_task(session, sections, task, to)


def _copy_master(session: Editing, *, catalog: Name, master: Name, **given: Any) -> int:
    known = ("number", "name", "to_catalog", "onto", "data")
    _none_else("copy_master", {name: one for name, one in given.items() if name not in known})
    return copy_master(session, catalog, master, **given)


def _roll(session: Editing, *, calendar: Name, **given: Any) -> int:
    known = ("year", "name", "start_date", "end_date", "inactive")
    _none_else("roll", {name: one for name, one in given.items() if name not in known})
    return roll_calendar(session, calendar, **given)


def _sql(session: Editing, *, text: str) -> int:
    return run_sql(session, text)


VERBS: dict[str, Callable[..., int]] = {
    "set": _set,
    "remove": _remove,
    "info": _info,
    "new_master": _new_master,
    "assign": _assign,
    "ignore": _ignore,
    "lock": _lock,
    "unlock": _unlock,
    "use_catalog": _use_catalog,
    "new_catalog": _new_catalog,
    "link": _link,
    "unlink": _unlink,
    "copy_master": _copy_master,
    "roll": _roll,
    "realign": _realign,
    "sql": _sql,
}
"""By name, as a scenario's text has them; each makes its edit in a session, and gives how many rows it changed."""

_OPTIONAL = frozenset({*OWNERS, "rename", "name", "master", "category", "task"})
"""Arguments that are left out where they are None."""


def _apart(given: Given) -> tuple[Where, dict[str, Any]]:
    """Who is meant, and the rest."""
    where = Where(**{name: given[name] for name in OWNERS if name in given})
    return where, {name: one for name, one in given.items() if name not in OWNERS}


def _none_else(do: str, values: Given) -> None:
    if values:
        raise ScenarioError(f"The edit {do!r} does not take {next(iter(values))}.")


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
