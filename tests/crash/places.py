"""Where in its work a child is, told by the statements that it reports before it runs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BEFORE = "before BEGIN"
UNTIL = "until COMMIT"
INSIDE = "inside COMMIT"
AFTER = "after COMMIT"
CHECKPOINT = "in the checkpoint"
FINISHED = "finished"

TRANSACTION = (BEFORE, UNTIL, INSIDE, AFTER, CHECKPOINT)
_COMMITS = ("commit", "commit the layout")

UNOPENED = "before it is open"
WRITING = "while writing"
FLUSHING = "while flushing"
RENAMING = "while renaming"
NAMED = "after renaming"

FILE = (UNOPENED, WRITING, FLUSHING, RENAMING, NAMED)
"""Of a work that writes files, and has no transaction."""

STEP = "file: "
"""How the report of a writer's step begins."""
_STEPS = {"written": FLUSHING, "flushed": RENAMING, "old aside": RENAMING}


@dataclass(frozen=True)
class Event:
    """A statement or a writer's step that a child reported, and the seconds since it was ready."""

    name: str
    seconds: float


def places_of(names: Iterable[str], *, transaction: bool) -> list[str]:
    """The place from each event on until the next."""
    return _in_transaction(names) if transaction else _in_file(names)


def place_of(names: list[str], *, transaction: bool) -> str:
    """Where a child was that reported these, and no more."""
    first = BEFORE if transaction else UNOPENED
    return [first, *places_of(names, transaction=transaction)][-1]


def _in_transaction(names: Iterable[str]) -> list[str]:
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


def _in_file(names: Iterable[str]) -> list[str]:
    """A folder is written file by file, each of which may be renamed in it, and flushed when all are there."""
    found: list[str] = []
    place, open_ones = UNOPENED, 0
    for step in (name.removeprefix(STEP) if name.startswith(STEP) else "" for name in names):
        open_ones += (step == "opened") - (step == "renamed")
        if step == "renamed" and not open_ones:
            place = NAMED
        elif step in _STEPS and open_ones == 1:
            place = _STEPS[step]
        elif step:
            place = WRITING
        found.append(place)
    return found
