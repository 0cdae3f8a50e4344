"""On whom an edit is made: course masters, courses or sections, named as people name them (SCENARIO.md 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coursepush.errors import ScenarioError
from coursepush.model.elements import SetupElement
from coursepush.plan.request import Name, bound_ids
from coursepush.plan.requests.names import CALENDAR, CATALOG, COURSE, MASTER, SECTION, find_many, find_one
from coursepush.store.database import Session

LEVELS = ("master", "course", "section")
TABLES_OF_OWNERS = {
    "master": ("course_master", "master_id"),
    "course": ("course", "course_id"),
    "section": ("section", "section_id"),
}
_ABOVE = {"course": "master", "section": "course"}


@dataclass(frozen=True, slots=True)
class Where:
    """Who is meant, as somebody said it. `catalog` goes with course masters, `calendar` with courses."""

    catalog: Name | None = None
    masters: Any = None
    courses: Any = None
    calendar: Name | None = None
    sections: Any = None

    @property
    def level(self) -> str:
        """Which level is meant.

        Raises:
            ScenarioError: none, or several.
        """
        named = [
            level
            for level, is_named in (
                ("master", self.catalog is not None or self.masters is not None),
                ("course", self.courses is not None or self.calendar is not None),
                ("section", self.sections is not None),
            )
            if is_named
        ]
        if len(named) != 1:
            raise ScenarioError(
                "Say on whom the edit is made, in one way: catalog=... and masters=... (all of the catalog's if "
                "you leave masters out), courses=... and calendar=... (one of them is enough), or "
                "sections=...."
            )
        return named[0]


@dataclass(frozen=True, slots=True)
class Owners:
    """Who is meant, found: the level, and the ids in order."""

    level: str
    ids: tuple[int, ...]

    @property
    def above(self) -> str:
        """The level that rows of this one are linked to."""
        return _ABOVE[self.level]

    @property
    def bound(self) -> str | None:
        """The ids as they are bound to a statement that casts them to a list."""
        return bound_ids(self.ids)


def find_owners(session: Session, where: Where, element: SetupElement | None = None) -> Owners:
    """The owners that `where` names; `element`: of whose rows, which sections may not have.

    Raises:
        ScenarioError: nobody, or several levels, are named. RequestError: a name is unknown.
    """
    level = where.level
    if element is not None and level == "section" and not element.has_sections:
        raise ScenarioError(f"Sections have no {element.name} of their own. Edit the course or the course master.")
    if level == "master":
        if where.catalog is None:
            raise ScenarioError("Course masters are named within a catalog: give catalog=... too.")
        catalog_id = find_one(session, CATALOG, where.catalog)
        ids = _found(session, MASTER, where.masters, "catalog_id = $catalog_id", {"catalog_id": catalog_id})
    elif level == "course":
        if where.calendar is None:
            ids = _found(session, COURSE, where.courses, "true", {})
        else:
            calendar_id = find_one(session, CALENDAR, where.calendar)
            ids = _found(
                session, COURSE, where.courses, "calendar_id = $calendar_id", {"calendar_id": calendar_id}
            )
    else:
        ids = _found(session, SECTION, where.sections, "true", {})
    return Owners(level, ids)


def _found(session: Session, what: Any, given: Any, condition: str, values: dict[str, Any]) -> tuple[int, ...]:
    """The ids named among those that hold `condition`; all of them where none is named.

    Raises:
        RequestError: a name is unknown. ScenarioError: a name is of none of them.
    """
    unreached: list[str] = []
    ids = find_many(session, what, given, condition, values, unreached)
    if ids is None:
        rows = session.rows(
            f"all {what.called}s", f"select {what.id} from {what.table} where {condition} order by 1", values
        )
        return tuple(int(row[0]) for row in rows)
    if unreached:
        raise ScenarioError(f"There is no {unreached[0]} among those that the edit is about.")
    return ids
