"""Where in its work a child is, told by the statements that it reports before it runs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BEFORE = "before BEGIN"
UNTIL = "until COMMIT"
INSIDE = "inside COMMIT"
AFTER = "after COMMIT"
CHECKPOINT = "in the checkpoint"
WRITING = "while writing"
"""Of a work that writes files, and has no transaction."""
FINISHED = "finished"

TRANSACTION = (BEFORE, UNTIL, INSIDE, AFTER, CHECKPOINT)
_COMMITS = ("commit", "commit the layout")


@dataclass(frozen=True)
class Event:
    """A statement that a child reported, and the seconds since it was ready."""

    name: str
    seconds: float


def places_of(names: Iterable[str]) -> list[str]:
    """The place from each event on until the next."""
    found: list[str] = []
    place = BEFORE
    for name in names:
        if name in _COMMITS:
            place = INSIDE
        elif name == "begin" and place in (BEFORE, CHECKPOINT):
            place = UNTIL
        elif name == "detach" and place in (INSIDE, AFTER):
            place = CHECKPOINT
        elif place == INSIDE:
            place = AFTER
        found.append(place)
    return found


def place_of(names: list[str], *, transaction: bool) -> str:
    """Where a child was that reported these, and no more."""
    if not transaction:
        return WRITING
    return places_of(names)[-1] if names else BEFORE
