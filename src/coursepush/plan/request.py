"""What every request has in common, and how what a user types is checked (RULES.md 1).

Each kind has a module of its own in :mod:`coursepush.plan.requests`, whose registry holds them all.
"""

from __future__ import annotations

import datetime as dt
import json
import operator
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from coursepush.errors import RequestError
from coursepush.model.elements import ADVISORY, ELEMENT_LABELS, SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import LARGEST_ID, Column
from coursepush.plan.rules import Mode
from coursepush.store.database import Session

Name = int | str
"""How a user names a thing: by id, or by its name or number."""

RELEASES = ("current", ".2251", ".2211")
MODES = ("locked", "overwrite")
BLANKS = ("push", "keep")
LINKS_BY = ("key",)
"""How links can be proposed: by the business key, a category's name."""

SECTION_DATA: tuple[str, ...] = (*(element.name for element in SETUP_ELEMENTS if element.has_sections), ADVISORY)
"""Data types that sections have."""

LINK_DATA: tuple[str, ...] = tuple(element.name for element in SETUP_ELEMENTS)
"""Data types whose rows have links, in the order of a push."""

PERMISSIONS = ("assume_unused", "partial")
"""What a request may permit that an apply refuses without it. No file gives them: whoever applies does."""


def request_fields(request: Request) -> dict[str, Any]:
    """Every field of the request, as a saved plan keeps it."""
    return asdict(request)  # type: ignore[call-overload]


def request_text(request: Request, scenario: str = "") -> str:
    """The request as JSON text in one form: what the digest covers and what history keeps.

    `scenario`: the digest of the edits under which it was planned, if it was in a scenario.
    """
    within = {"scenario": scenario} if scenario else {}
    return json.dumps({**request_fields(request), **within}, sort_keys=True, separators=(",", ":"))


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


def data_left_out(data: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """The ticked data types without each of those that sections have, with what is left out in words."""
    return [
        (f"without {ELEMENT_LABELS[one]}", tuple(name for name in data if name != one))
        for one in data
        if one in SECTION_DATA and len(data) > 1
    ]


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

    `catalog_id` is of the catalog whose locks hold, None where none do. `locked_fields` and `locked_custom_fields`
    are empty where course_info does not go.
    """

    hop2: tuple[SetupElement, ...]
    advisory: bool
    catalog_id: int | None = None
    locks: frozenset[str] = frozenset()
    hop1: tuple[SetupElement, ...] = ()
    course_info: bool = False
    locked_fields: tuple[Column, ...] = ()
    locked_custom_fields: tuple[str, ...] = ()
    unlocked_fields: tuple[str, ...] = ()
    not_selected: tuple[str, ...] = ()
    not_locked: tuple[str, ...] = ()
    composite_structure: bool = True
    composite_weights: bool = True


class Request:
    """What every kind of request tells: a base for the frozen classes of :mod:`coursepush.plan.requests`.

    Attributes:
        kind: its name in the registry (:data:`coursepush.plan.requests.registry.KINDS`), part of the digest.
        is_push: values go down, by the rule table.
        missing_task_cure: what to do where something is pushed without the task it needs.
    """

    __slots__ = ()

    kind: str
    is_push: ClassVar[bool] = False
    missing_task_cure: ClassVar[str] = ""

    @property
    def title(self) -> str:
        """The request in a few words."""
        raise NotImplementedError

    @property
    def hops(self) -> tuple[int, ...]:
        """Which hops it has verdicts on: 1 to courses, 2 to sections."""
        return (1, 2)

    def milder(self) -> list[tuple[str, Request]]:
        """Choices of the same request that do less to sections' grades, with what is chosen in words."""
        return []

    spared_by: ClassVar[str] = ""
    """How a course is spared, in words."""

    def sparing(self, courses: Sequence[int], reached: Sequence[int]) -> Request | None:
        """The same request without some of the courses that it reaches; None where courses are not chosen."""
        return None

    @property
    def only_sections(self) -> tuple[int, ...] | None:
        """The sections that it names, by id; None for all."""
        return None

    @property
    def keeps_blanks(self) -> bool:
        """An empty field of a course master leaves the course's as it is."""
        return False

    @property
    def overwrites(self) -> bool:
        """What schools and teachers made may be replaced."""
        return False

    @property
    def undoes(self) -> int | None:
        """The push that it takes back."""
        return None

    @property
    def permissions(self) -> tuple[str, ...]:
        """Which of :data:`PERMISSIONS` it holds."""
        return tuple(name for name in PERMISSIONS if getattr(self, name, False))

    def onward(self) -> Request | None:
        """The same, going on to sections; None where it does, or can not be asked for."""
        return None

    def mode_of(self, element: SetupElement) -> Mode | None:
        """The mode in which a push judges an element (RULES.md 5); None for what is no push."""
        return None

    def courses_sql(self) -> tuple[str, dict[str, Any]] | None:
        """A query of the courses in scope and the values it binds; None where the request names none.

        Columns: course_id, calendar_id, master_id, is_cross_site, whole (why it is skipped whole, or null).
        """
        return None

    def read_scope(self, session: Session) -> Scope | None:
        """What it comes to under the locks as they are now; None where locks have no say."""
        return None

    def reach(self, scope: Scope | None) -> list[tuple[int, str, bool]]:
        """(hop, element, whether it decides on values there) of the data types asked for."""
        return []

    def arguments(self) -> dict[str, Any]:
        """The arguments, by ids, with which somebody would ask for it, those that everybody gives first."""
        raise NotImplementedError


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
    """A school year by the year in which it ends: 2027 or "2027"; or as people write it, "2026-27"."""
    if isinstance(given, str) and given.strip().isdecimal():
        return int(given)
    if isinstance(given, str) and (ends := _year_in_words(given.strip())) is not None:
        return ends
    if isinstance(given, str):
        raise RequestError(f"A year is a whole number such as 2027 (for 2026-27), not {given!r}.")
    return id_of(given, "year")


def _year_in_words(text: str) -> int | None:
    """The end of "2026-27", "2026–27", "2026/27" or "2026-2027"; None where it is no school year."""
    begin, _, end = text.replace("–", "-").replace("/", "-").partition("-")
    if not (len(begin) == 4 and begin.isdecimal() and end.isdecimal()):
        return None
    ends = int(begin) + 1
    return ends if end in (str(ends), f"{ends % 100:02d}") else None


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
