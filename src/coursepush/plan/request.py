"""What is asked of a push: validated, names turned into ids, defaults filled in (RULES.md 1)."""

from __future__ import annotations

import datetime as dt
import json
import operator
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from coursepush.errors import RequestError
from coursepush.model.elements import (
    ADVISORY,
    ATTRIBUTE_LOCK,
    COURSE_INFO,
    CUSTOM_FIELD_LOCK,
    ELEMENTS_BY_NAME,
    MASTER_PUSH_DATA,
    SETUP_ELEMENTS,
    SetupElement,
)
from coursepush.model.tables import ATTRIBUTES, LARGEST_ID, Column
from coursepush.plan.rules import Mode

Name = int | str
"""How a user names a thing: by id, or by its name or number."""

RELEASES = ("current", ".2251", ".2211")
MODES = ("locked", "overwrite")
BLANKS = ("push", "keep")
LINKS_BY = ("key",)
"""How links can be proposed: by the business key, a category's name."""

LINK_DATA: tuple[str, ...] = tuple(element.name for element in SETUP_ELEMENTS)
"""Data types whose rows have links, in the order of a push."""


@dataclass(frozen=True, slots=True)
class MasterPush:
    """Push All Course Masters, every choice made. Ids are sorted; None for masters or courses: all.

    `all_calendars`: none were named, so that a calendar added later belongs to the request too.
    """

    catalog_id: int
    year: int
    mode: Mode
    to_sections: bool
    all_calendars: bool
    calendars: tuple[int, ...]
    masters: tuple[int, ...] | None
    courses: tuple[int, ...] | None
    data: tuple[str, ...]
    blanks: Literal["push", "keep"]
    release: str
    assume_unused: bool
    kind: Literal["master_push"] = "master_push"


@dataclass(frozen=True, slots=True)
class CoursePush:
    """Push All Courses, every choice made. Ids are sorted; None for courses or sections: all."""

    calendar_id: int
    courses: tuple[int, ...] | None
    sections: tuple[int, ...] | None
    data: tuple[str, ...]
    overwrite_categories: bool
    assume_unused: bool
    kind: Literal["course_push"] = "course_push"


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """Propose the links of setup rows to the rows above, every choice made. Ids are sorted; None for courses: all.

    `all_calendars` as in :class:`MasterPush`. `data`: elements of the grading setup; nothing else has links.
    """

    catalog_id: int
    year: int
    all_calendars: bool
    calendars: tuple[int, ...]
    courses: tuple[int, ...] | None
    data: tuple[str, ...]
    by: Literal["key"]
    kind: Literal["links"] = "links"


Push = MasterPush | CoursePush


def request_text(request: object) -> str:
    """The request as JSON text in one form: what the digest covers and what history keeps."""
    return json.dumps(asdict(request), sort_keys=True, separators=(",", ":"))  # type: ignore[call-overload]


def check_choice(what: str, given: object, valid: Sequence[str]) -> None:
    if given not in valid:
        raise RequestError.unknown(what, given, valid)


def check_data(data: Sequence[str] | None, valid: tuple[str, ...], tool: str) -> tuple[str, ...]:
    """The ticked data types in the order of a push; all of them when none are named."""
    if data is None:
        return valid
    ticked = as_list(data)
    for name in ticked:
        if name not in valid:
            raise RequestError.unknown("data type", name, valid, f"in {tool}")
    return tuple(name for name in valid if name in ticked)


def check_release(release: str, *, mode: str, calendars: object, data: object) -> None:
    """An older release cannot be asked for what it lacks (RULES.md 1)."""
    check_choice("release", release, RELEASES)
    if release == "current":
        return
    if calendars is not None:
        raise RequestError(
            f"Release {release} cannot choose calendars: it pushes to all of the year's calendars at schools "
            "that have the catalog. Leave calendars out, or use release='current'."
        )
    if release == ".2211" and mode != "locked":
        raise RequestError(
            "Release .2211 has no push modes: it pushes what is locked. Use mode='locked', or a later release."
        )
    if release == ".2211" and data is not None:
        raise RequestError(
            "Release .2211 cannot choose data types: it pushes everything that is locked. Leave data out, or "
            "use a later release."
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """What a request comes to on the district as it is: which elements and fields go on each hop.

    `locked_fields` and `locked_custom_fields` are empty where course_info does not go.
    """

    locks: frozenset[str]
    hop1: tuple[SetupElement, ...]
    hop2: tuple[SetupElement, ...]
    course_info: bool
    locked_fields: tuple[Column, ...]
    locked_custom_fields: tuple[str, ...]
    unlocked_fields: tuple[str, ...]
    advisory: bool
    not_selected: tuple[str, ...]
    not_locked: tuple[str, ...]
    composite_structure: bool
    composite_weights: bool


def master_push_scope(request: MasterPush, locks: frozenset[str], custom_fields: Sequence[str]) -> Scope:
    """Which elements a Push All Course Masters carries: ticked and locked (RULES.md 4 and 5)."""
    ticked = set(request.data)
    fields = tuple(column for column in ATTRIBUTES if ATTRIBUTE_LOCK + column.name in locks)
    custom = tuple(sorted(lock.removeprefix(CUSTOM_FIELD_LOCK) for lock in locks if _is_custom(lock)))
    info_locked = bool(fields or custom)
    info_goes = COURSE_INFO in ticked and info_locked
    unlocked = [column.name for column in ATTRIBUTES if column not in fields]
    unlocked += [f"custom.{field}" for field in custom_fields if field not in custom]
    going = tuple(e for e in SETUP_ELEMENTS if e.name in ticked and locks.intersection(e.locks))
    structure = "composite_grades" in locks
    return Scope(
        locks=locks,
        hop1=going,
        hop2=tuple(e for e in going if e.has_sections and (e.name != "composite_grades" or structure))
        if request.to_sections
        else (),
        course_info=info_goes,
        locked_fields=fields if info_goes else (),
        locked_custom_fields=custom if info_goes else (),
        unlocked_fields=tuple(unlocked) if COURSE_INFO in ticked else (),
        advisory=request.to_sections and info_goes and ATTRIBUTE_LOCK + "is_advisory" in locks,
        not_selected=tuple(name for name in MASTER_PUSH_DATA if name not in ticked),
        not_locked=tuple(
            name
            for name in MASTER_PUSH_DATA
            if name in ticked
            and not (info_locked if name == COURSE_INFO else locks.intersection(ELEMENTS_BY_NAME[name].locks))
        ),
        composite_structure=structure,
        composite_weights="composite_weights" in locks,
    )


def course_push_scope(request: CoursePush) -> Scope:
    """Which elements a Push All Courses carries: those ticked, locked or not."""
    return Scope(
        locks=frozenset(),
        hop1=(),
        hop2=tuple(e for e in SETUP_ELEMENTS if e.has_sections and e.name in request.data),
        course_info=False,
        locked_fields=(),
        locked_custom_fields=(),
        unlocked_fields=(),
        advisory=ADVISORY in request.data,
        not_selected=(),
        not_locked=(),
        composite_structure=True,
        composite_weights=True,
    )


def _is_custom(lock: str) -> bool:
    return lock.startswith(CUSTOM_FIELD_LOCK)


def school_year_of(today: dt.date) -> int:
    """The year in which the school year around `today` ends; July opens the next one."""
    return today.year + (1 if today.month >= 7 else 0)


def school_year(end_year: int) -> str:
    """The school year that ends in `end_year`, as people write it: 2027 is "2026-27"."""
    return f"{end_year - 1}-{end_year % 100:02d}"


def as_list(given: Any) -> list[Any]:
    """One name or several, as a list."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        return [given]
    return list(given)


def bound_ids(ids: Sequence[int] | None) -> str | None:
    """Ids as they are bound to a statement, which casts them to a list; None stays None.

    As text, since DuckDB takes in a list of Python's numbers one by one: a hundred took it 15 ms.
    """
    return None if ids is None else str([int(one) for one in ids])


def id_of(given: Any, what: str) -> int:
    """A whole number that can be an id; whatever counts as one (numpy's too), but not true and false."""
    try:
        if isinstance(given, bool):
            raise TypeError
        number = operator.index(given)
    except TypeError as error:
        raise RequestError(f"A {what} is named by a whole number or by text, not by {given!r}.") from error
    if abs(number) > LARGEST_ID:
        raise RequestError(f"There is no {what} {number}: ids are smaller than that.")
    return number


def ids_of(given: Any, what: str) -> list[int]:
    """One id or several, each checked."""
    return [id_of(one, what) for one in as_list(given)]


def name_of(given: Any, what: str) -> Name:
    """A name as text, or an id."""
    return given if isinstance(given, str) else id_of(given, what)


def year_of(given: Any) -> int:
    """A school year by the year in which it ends: 2027, or "2027"."""
    if isinstance(given, str) and given.strip().isdecimal():
        return int(given)
    if isinstance(given, str):
        raise RequestError(f"A year is a whole number such as 2027 (for 2026-27), not {given!r}.")
    return id_of(given, "year")


def day_of(given: Any) -> dt.date | None:
    """A day: a date, a datetime, or ISO text; None stays None."""
    if given is None:
        return None
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(str(given))
    except ValueError as error:
        raise RequestError(f"A day is a date such as 2026-08-17, not {given!r}.") from error
