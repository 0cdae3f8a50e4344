"""The reports that the panel has: their names, the filters and data types of each, and what a row of them is."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from coursepush.model.elements import (
    COURSE_PUSH_DATA,
    ELEMENT_ORDER,
    MASTER_PUSH_DATA,
    SETUP_ELEMENTS,
    WHOLE_COURSE,
    Use,
)
from coursepush.reports.audit.page import COURSE_AUDIT
from coursepush.reports.awaiting.page import COURSE_AWAITING, MASTER_AWAITING
from coursepush.reports.cascade.page import CASCADE
from coursepush.reports.changes.page import CHANGES
from coursepush.reports.drift.page import DRIFT
from coursepush.reports.rehearsals.page import REHEARSALS
from coursepush.reports.report import Layout
from coursepush.reports.reports import Reports
from coursepush.reports.residual.page import RESIDUAL
from coursepush.reports.result.page import PUSH_RESULT
from coursepush.reports.status.page import COURSE_STATUS

_SETUP = tuple(one.name for one in SETUP_ELEMENTS)
_EVERY = tuple(name for name in ELEMENT_ORDER if name != WHOLE_COURSE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One report.

    Attributes:
        name: of the method of ``district.reports``.
        elements: the data types that it can be narrowed to.
        noun: what one of its rows is.
        is_of_now: it tells how things stand, rather than what a push or others did.
    """

    name: str
    layout: Layout
    elements: tuple[str, ...] = _EVERY
    noun: str = "row"
    is_of_now: bool = True

    @property
    def title(self) -> str:
        """What the information system calls it."""
        return self.layout.title

    @property
    def question(self) -> str:
        return self.layout.question

    @property
    def filters(self) -> tuple[str, ...]:
        """What it can be narrowed down by: the arguments of its method."""
        arguments = tuple(inspect.signature(getattr(Reports, self.name)).parameters)[1:]
        return tuple(name for name in arguments if name != "today")


KINDS: dict[str, Kind] = {
    one.name: one
    for one in (
        Kind("course_status", COURSE_STATUS, _SETUP, "course"),
        Kind("course_audit", COURSE_AUDIT, MASTER_PUSH_DATA, "difference"),
        Kind("master_awaiting_push", MASTER_AWAITING, MASTER_PUSH_DATA, "change"),
        Kind("course_awaiting_push", COURSE_AWAITING, COURSE_PUSH_DATA, "change"),
        Kind("residual", RESIDUAL, tuple(one.name for one in SETUP_ELEMENTS if one.use is not Use.NEVER)),
        Kind("push_result", PUSH_RESULT, ELEMENT_ORDER, is_of_now=False),
        Kind("changes", CHANGES, ELEMENT_ORDER, "line", is_of_now=False),
        Kind("cascade", CASCADE, noun="line"),
        Kind("drift", DRIFT, is_of_now=False),
        Kind("rehearsal", REHEARSALS, noun="line"),
    )
}
"""In the order in which the panel offers them."""
