"""A work that was rehearsed, and what is held of whatever is left of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .children import Child, Ending, done, run
from .places import TRANSACTION, WRITING, Event, place_of, places_of
from .works import State, Work, fresh_copy, same

AS_BEFORE, DONE = "before", "after"


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

    @property
    def places(self) -> tuple[str, ...]:
        return TRANSACTION if self.work.transaction else (WRITING,)

    def events_in(self, place: str) -> list[int]:
        """The numbers of the events after which it is in that place."""
        if not self.work.transaction:
            return list(range(len(self.events)))
        found = places_of([event.name for event in self.events])
        numbers = [number for number, each in enumerate(found) if each == place]
        return [-1, *numbers] if place == TRANSACTION[0] else numbers

    def lasts(self, number: int) -> float:
        """Seconds from one event until the next."""
        times = [0.0, *(event.seconds for event in self.events), self.seconds]
        return times[number + 2] - times[number + 1]

    def run(self, ending: Ending | None = None) -> Child:
        """Do the work, or begin to, on what it starts from."""
        fresh_copy(self.base, self.place)
        return run(lambda ready: self.work.act(self.place, ready), self.spill, ending=ending)

    def where(self, child: Child) -> str:
        return place_of(child.names, transaction=self.work.transaction)

    def left(self, child: Child) -> str:
        """What is left of it: all or nothing, nothing of it in a temporary folder, and nothing beside it.

        The look is a normal start, which has to sweep what the child left.
        """
        state = done(lambda: self.work.look(self.place), self.spill)
        what = f"{self.work.name}, {self.where(child)} ({child.names[-1:]}), {child.said.read_text('utf-8')}"
        if same(state, self.before):
            outcome = AS_BEFORE
        else:
            assert same(state, self.after), f"half of it: {what}; {_differs(state, self.after)}"
            outcome = DONE
        assert os.listdir(self.spill) == [], f"temporary files are left: {os.listdir(self.spill)}; {what}"
        known = {path.name for path in self.base.iterdir()} | {self.work.makes, "district.duckdb.wal"}
        beside = {path.name for path in self.place.iterdir()} - known
        assert not beside, f"left beside it: {beside}; {what}"
        return outcome

    def goes_on(self, outcome: str) -> None:
        """The work can be done as if nothing had been, if nothing was."""
        if outcome == AS_BEFORE:
            child = run(lambda ready: self.work.act(self.place, ready), self.spill)
            assert child.code == 0, child.said.read_text("utf-8")
            assert same(done(lambda: self.work.look(self.place), self.spill), self.after)


def _differs(one: State, other: State) -> list[str]:
    return sorted(name for name in {**one, **other} if one.get(name) != other.get(name))


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
        fresh_copy(base, place)
        bench.before = done(lambda: work.look(place), spill)
        child = bench.run()
        assert child.code == 0, child.said.read_text("utf-8")
        bench.events, bench.seconds = child.events, child.seconds
        bench.after = done(lambda: work.look(place), spill)
        assert not same(bench.before, bench.after)
        yield bench
    finally:
        shutil.rmtree(folder, ignore_errors=True)
