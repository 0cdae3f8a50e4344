"""A request as a saved plan and the history keep it: read back only if it could have been asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from coursepush.apply.undo import UndoRequest
from coursepush.model.elements import COURSE_PUSH_DATA, MASTER_PUSH_DATA
from coursepush.model.tables import LARGEST_ID
from coursepush.plan.request import (
    BLANKS,
    LINK_DATA,
    LINKS_BY,
    MODES,
    RELEASES,
    CoursePush,
    LinkRequest,
    MasterPush,
)
from coursepush.plan.resolve import resolve_course_push, resolve_links, resolve_master_push
from coursepush.plan.saved_file import Unfit, is_whole, shown
from coursepush.store.database import Session

PERMISSIONS = ("assume_unused", "partial")
"""What a request may permit that an apply refuses without it. No file gives them: whoever applies does."""

_Check = tuple[str, Callable[[object], bool]]
"""What a field should be, in words, and whether a value is that."""


def permitted_by(request: object) -> tuple[str, ...]:
    """The permissions that a request holds."""
    return tuple(name for name in PERMISSIONS if getattr(request, name, False))


def request_of(told: Mapping[str, Any]) -> Any:
    """The request from its JSON.

    Raises:
        Unfit: it is none, lacks a field, or has one that is unknown or of another kind.
    """
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in _REQUESTS:
        raise Unfit(f"its request is of the kind {shown(kind)}, not {', '.join(_REQUESTS)}")
    made, checks = _REQUESTS[kind]
    unknown = sorted(told.keys() - {field.name for field in fields(made)})
    if unknown:
        raise Unfit(f"its request says {shown(unknown[0])}, which is not known here")
    for name, (words, is_right) in checks.items():
        if name not in told:
            raise Unfit(f"its request lacks {name}")
        if not is_right(told[name]):
            raise Unfit(f"its request has {name} = {shown(told[name])}, not {words}")
    return made(**{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()})


def is_still_asked(session: Session, request: Any) -> bool:
    """Whether somebody who asks for the same now, by the same ids, gets that same request.

    Raises:
        RequestError: it names what the district does not have.
    """
    if isinstance(request, UndoRequest):
        return True  # it was planned, so there is such a push
    if isinstance(request, CoursePush):
        return request == resolve_course_push(
            session,
            calendar=request.calendar_id,
            courses=request.courses,
            sections=request.sections,
            data=request.data,
            overwrite_categories=request.overwrite_categories,
            assume_unused=request.assume_unused,
        )
    calendars = None if request.all_calendars else request.calendars
    if isinstance(request, LinkRequest):
        return request == resolve_links(
            session,
            catalog=request.catalog_id,
            year=request.year,
            calendars=calendars,
            courses=request.courses,
            data=request.data,
            by=request.by,
        )
    return request == resolve_master_push(
        session,
        catalog=request.catalog_id,
        year=request.year,
        mode=request.mode,
        to_sections=request.to_sections,
        calendars=calendars,
        masters=request.masters,
        courses=request.courses,
        data=None if request.data == MASTER_PUSH_DATA else request.data,  # the oldest release takes all or nothing
        blanks=request.blanks,
        release=request.release,
        assume_unused=request.assume_unused,
    )


# -- the fields of requests ----------------------------------------------------------------------------


def _is_id(value: object) -> bool:
    return is_whole(value, -LARGEST_ID, LARGEST_ID)


def _is_ids(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_id, value)) and value == sorted(set(value))


_ID: _Check = ("an id", _is_id)
_YEAR: _Check = ("a year", _is_id)
_FLAG: _Check = ("true or false", lambda value: isinstance(value, bool))
_IDS: _Check = ("ids in ascending order", _is_ids)
_IDS_OR_ALL: _Check = ("ids in ascending order, or null", lambda value: value is None or _is_ids(value))


def _choice(valid: tuple[str, ...]) -> _Check:
    return (f"one of {', '.join(valid)}", lambda value: isinstance(value, str) and value in valid)


def _kind(name: str) -> _Check:
    return (name, lambda value: value == name)


def _data(valid: tuple[str, ...]) -> _Check:
    """Some of the data types, each once, in the order of a push."""
    return (
        f"some of {', '.join(valid)}, in that order",
        lambda value: isinstance(value, list) and value == [name for name in valid if name in value],
    )


_REQUESTS: dict[str, tuple[Any, dict[str, _Check]]] = {
    "master_push": (
        MasterPush,
        {
            "kind": _kind("master_push"),
            "catalog_id": _ID,
            "year": _YEAR,
            "mode": _choice(MODES),
            "to_sections": _FLAG,
            "all_calendars": _FLAG,
            "calendars": _IDS,
            "masters": _IDS_OR_ALL,
            "courses": _IDS_OR_ALL,
            "data": _data(MASTER_PUSH_DATA),
            "blanks": _choice(BLANKS),
            "release": _choice(RELEASES),
            "assume_unused": _FLAG,
        },
    ),
    "course_push": (
        CoursePush,
        {
            "kind": _kind("course_push"),
            "calendar_id": _ID,
            "courses": _IDS_OR_ALL,
            "sections": _IDS_OR_ALL,
            "data": _data(COURSE_PUSH_DATA),
            "overwrite_categories": _FLAG,
            "assume_unused": _FLAG,
        },
    ),
    "links": (
        LinkRequest,
        {
            "kind": _kind("links"),
            "catalog_id": _ID,
            "year": _YEAR,
            "all_calendars": _FLAG,
            "calendars": _IDS,
            "courses": _IDS_OR_ALL,
            "data": _data(LINK_DATA),
            "by": _choice(LINKS_BY),
        },
    ),
    "undo": (
        UndoRequest,
        {
            "kind": _kind("undo"),
            "push_id": ("a push's number, 1 or more", lambda value: is_whole(value, 1, LARGEST_ID)),
            "partial": _FLAG,
        },
    ),
}
"""Kind → the request and what each of its fields should be; a test holds the fields to those that there are."""
