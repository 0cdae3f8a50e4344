"""A request in words: what was asked, with names for its ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coursepush.errors import examples
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.request import CoursePush, LinkRequest, MasterPush
from coursepush.store.database import Session

_MODES = {
    "locked": "Push locked data",
    "overwrite": "Overwrite existing course and section level data",
}
_SHOWN = 12


def request_words(session: Session, request: Any) -> list[tuple[str, str]]:
    """What each choice is called and what was chosen, in the order of the screen it is made on."""
    if isinstance(request, MasterPush):
        return _master_push(session, request)
    if isinstance(request, CoursePush):
        return _course_push(session, request)
    if isinstance(request, LinkRequest):
        return _links(session, request)
    words = [("Push", f"Undo of push {request.push_id}")]
    if request.partial:
        words.append(("What cannot go back", "left as it is; the rest goes back"))
    return words


def school_year(end_year: int) -> str:
    return f"{end_year - 1}-{end_year % 100:02d}"


def _master_push(session: Session, request: MasterPush) -> list[tuple[str, str]]:
    words = [
        ("Push", "Push All Course Masters"),
        ("School year", school_year(request.year)),
        ("Course catalog", _names(session, "catalog", "catalog_id", "name", [request.catalog_id])),
        ("Push mode", _MODES[request.mode]),
        ("Push to sections", "yes" if request.to_sections else "no"),
        ("Calendars", _names(session, "calendar", "calendar_id", "name", request.calendars)),
        ("Course masters", _names(session, "course_master", "master_id", _NUMBERED, request.masters)),
        ("Courses", _names(session, "course", "course_id", _NUMBERED, request.courses)),
        ("Data to be pushed", _data(request.data)),
        (
            "Blank fields of a course master",
            "empty the course's field" if request.blanks == "push" else "leave the course's field as it is",
        ),
    ]
    if request.release != "current":
        words.append(("Release", request.release))
    return words + _unused(request.assume_unused)


def _course_push(session: Session, request: CoursePush) -> list[tuple[str, str]]:
    return [
        ("Push", "Push All Courses"),
        ("Calendar", _names(session, "calendar", "calendar_id", "name", [request.calendar_id])),
        ("Courses", _names(session, "course", "course_id", _NUMBERED, request.courses)),
        ("Sections", _names(session, "section", "section_id", "number", request.sections)),
        ("Data to be pushed", _data(request.data)),
        ("Overwrite Categories", "yes" if request.overwrite_categories else "no"),
        *_unused(request.assume_unused),
    ]


def _links(session: Session, request: LinkRequest) -> list[tuple[str, str]]:
    return [
        ("Push", "Link setup by key; no values are pushed"),
        ("School year", school_year(request.year)),
        ("Course catalog", _names(session, "catalog", "catalog_id", "name", [request.catalog_id])),
        ("Calendars", _names(session, "calendar", "calendar_id", "name", request.calendars)),
        ("Courses", _names(session, "course", "course_id", _NUMBERED, request.courses)),
        ("Data to be linked", _data(request.data)),
    ]


_NUMBERED = "number || ' ' || name"


def _names(session: Session, table: str, id_column: str, name: str, ids: Sequence[int] | None) -> str:
    if ids is None:
        return "all"
    found = session.rows(
        f"names of {table}",
        f"select coalesce({name}, '') from {table} where list_contains($ids::bigint[], {id_column}) order by 1",
        {"ids": list(ids)},
    )
    return examples([row[0] for row in found], _SHOWN) or "none"


def _data(names: Sequence[str]) -> str:
    return ", ".join(ELEMENT_LABELS[name] for name in names) or "none"


def _unused(assumed: bool) -> list[tuple[str, str]]:
    return [("Students' work", "not loaded; assumed to use nothing")] if assumed else []
