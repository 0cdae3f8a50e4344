"""SIGKILL, placed by what the child reports: some in every place, and none that leaves half."""

from __future__ import annotations

import random
import signal
from collections import Counter

from .bench import AS_BEFORE, DONE, Bench
from .children import Ending
from .places import (
    AFTER,
    BEFORE,
    CHECKPOINT,
    FILE,
    FINISHED,
    FLUSHING,
    NAMED,
    TRANSACTION,
    UNOPENED,
    UNTIL,
    WRITING,
)

Figures = Counter[tuple[str, str]]
"""Place, what was left: how often."""


def kill_each(bench: Bench, kills: int, chance: random.Random) -> Figures:
    """So many kills, shared out among the places until each has its floor: half of an even share.

    What was finished before its kill came is looked at as well, and is none of them.
    """
    figures: Figures = Counter()
    places = bench.places
    floor = max(1, kills // (2 * len(places)))
    shares = dict.fromkeys(places, 1.0)
    for tried in range(4 * kills + 4 * len(places)):
        short = [place for place in places if _in(figures, place) < floor]
        if not short and sum(_in(figures, place) for place in places) >= kills:
            break
        place = short[tried % len(short)] if short else places[tried % len(places)]
        seconds = shares[place] * chance.choice((0.0, 1.0))
        where = kill_once(bench, place, figures, chance, seconds, goes_on=tried % 25 == 0)
        # a place lasts longer in a rehearsal than later, or less long: on a machine that has other work
        shares[place] = min(1.0, shares[place] * (1.5 if where == place else 0.5 if seconds else 1.0))
    for place in places:
        assert _in(figures, place) >= floor, f"{bench.work.name}: {_in(figures, place)} kills {place}, not {floor}"
    return figures


def kill_once(
    bench: Bench, place: str, figures: Figures, chance: random.Random, share: float, *, goes_on: bool
) -> str:
    """Kill it there, within this share of what the place lasts; where it was killed."""
    number = chance.choice(bench.events_in(place))
    child = bench.run(Ending(signal.SIGKILL, number + 1, share * chance.uniform(0, bench.lasts(number))))
    where = bench.where(child) if child.code else FINISHED
    outcome = bench.left(child)
    _check(bench, where, outcome)
    figures[where, outcome] += 1
    if goes_on:
        bench.goes_on(outcome)
    return where


def _check(bench: Bench, where: str, outcome: str) -> None:
    """What is before the commit is undone, what is after it is done, unless that comes later."""
    if where in (BEFORE, UNTIL, UNOPENED, WRITING, FLUSHING):
        assert outcome == AS_BEFORE, f"{bench.work.name}: killed {where}, and it was done"
    if (where in (AFTER, CHECKPOINT, NAMED) and not bench.work.later) or where == FINISHED:
        assert outcome == DONE, f"{bench.work.name}: killed {where}, and nothing was done"


def _in(figures: Figures, place: str) -> int:
    return sum(number for (where, _), number in figures.items() if where == place)


def told(name: str, figures: Figures) -> str:
    """The figures of a work, a line a place."""
    order = [*TRANSACTION, *FILE, FINISHED]
    lines = [
        f"  {where:18} {_in(figures, where):5}"
        f"   as before {figures[where, AS_BEFORE]:5}   done {figures[where, DONE]:5}"
        for where in order
        if _in(figures, where)
    ]
    return "\n".join([name, *lines])
