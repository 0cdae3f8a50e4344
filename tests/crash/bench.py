"""A work that was rehearsed, and what is held of whatever is left of it."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from coursepush.files.aside import ASIDE

from .children import Child, Ending, done, run, warm_up_with
from .places import FILE, TRANSACTION, Event, place_of, places_of
from .works import DISTRICT, State, Work, fresh_copy, same

AS_BEFORE, DONE = "before", "after"

COPIES = 4
SETTLED = 2.1
"""Seconds after which planning takes a district's file for settled: an apply need not plan anew."""


@dataclass
class Bench:
    """One work: what it starts from, its states before and after, and what it reports when nothing stops it."""

    work: Work
    base: Path
    place: Path
    spill: Path
    before: State
    after: State
    events: list[Event]
    seconds: float
    known: set[str] = field(default_factory=set[str])
    copies: deque[Path] = field(default_factory=deque[Path])

    @property
    def places(self) -> tuple[str, ...]:
        return TRANSACTION if self.work.transaction else FILE

    def events_in(self, place: str) -> list[int]:
        """The numbers of the events after which it is in that place."""
        found = places_of([event.name for event in self.events], transaction=self.work.transaction)
        numbers = [number for number, each in enumerate(found) if each == place]
        return [-1, *numbers] if place == self.places[0] else numbers

    def fresh(self) -> None:
        """What it starts from, anew: a copy that was made some time ago."""
        while len(self.copies) <= COPIES:
            self.copies.append(fresh_copy(self.base, self.base.with_name(f"copy-{next(_numbers)}")))
        shutil.rmtree(self.place, ignore_errors=True)
        self.copies.popleft().rename(self.place)

    def lasts(self, number: int) -> float:
        """Seconds from one event until the next."""
        times = [0.0, *(event.seconds for event in self.events), self.seconds]
        return times[number + 2] - times[number + 1]

    def run(self, ending: Ending | None = None) -> Child:
        """Do the work, or begin to, on what it starts from."""
        self.fresh()
        return run(lambda ready: self.work.act(self.place, ready), self.spill, ending=ending)

    def where(self, child: Child) -> str:
        return place_of(child.names, transaction=self.work.transaction)

    def left(self, child: Child) -> str:
        """What is left of it: all or nothing, nothing of it in a temporary folder, and nothing beside it.

        The look is a normal start, which has to sweep what the child left.
        """
        state = done(lambda: self.work.look(self.place), self.spill)
        what = f"{self.work.name}, {self.where(child)} ({child.names[-1:]}), {child.said}"
        if same(state, self.before):
            outcome = AS_BEFORE
        else:
            assert same(state, self.after), f"half of it: {what}; {_differs(state, self.after)}"
            outcome = DONE
        assert os.listdir(self.spill) == [], f"temporary files are left: {os.listdir(self.spill)}; {what}"
        beside = {path.name for path in self.place.iterdir()} - self.known
        beside |= {str(path) for path in self.place.rglob(f"{ASIDE}*")}
        assert not beside, f"left beside it: {beside}; {what}"
        return outcome

    def goes_on(self, outcome: str) -> None:
        """The work can be done as if nothing had been, if nothing was."""
        if outcome == AS_BEFORE:
            child = run(lambda ready: self.work.act(self.place, ready), self.spill)
            assert child.code == 0, child.said
            assert same(done(lambda: self.work.look(self.place), self.spill), self.after)


def _differs(one: State, other: State) -> list[str]:
    return sorted(name for name in {**one, **other} if one.get(name) != other.get(name))


def _modules_of(bench: Bench) -> list[str]:
    """What a child that does it has imported at its end."""
    bench.fresh()

    def act_and_tell() -> list[str]:
        bench.work.act(bench.place, lambda: None)
        return sorted(sys.modules)

    return done(act_and_tell, bench.spill)


_numbers = itertools.count()


@contextmanager
def rehearsed(work: Work) -> Generator[Bench]:
    """Prepare a work, and do it once."""
    # no TemporaryDirectory: a process that is forked off would remove it at its end
    folder = Path(tempfile.mkdtemp(prefix="crash-"))
    try:
        base, place, spill = folder / "base", folder / "work", folder / "spill"
        base.mkdir()
        spill.mkdir()
        done(lambda: work.prepare(base), spill)
        bench = Bench(work, base, place, spill, {}, {}, [], 0.0)
        bench.fresh()
        bench.before = done(lambda: work.look(place), spill)
        time.sleep(SETTLED)
        warm_up_with(_modules_of(bench))
        child = bench.run()
        assert child.code == 0, child.said
        bench.events, bench.seconds = child.events, child.seconds
        bench.after = done(lambda: work.look(place), spill)
        bench.known = {path.name for path in (*base.iterdir(), *place.iterdir())} | {f"{DISTRICT}.wal"}
        assert not same(bench.before, bench.after)
        yield bench
    finally:
        shutil.rmtree(folder, ignore_errors=True)
