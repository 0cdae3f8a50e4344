"""A state: its districts where they lie, the engine that plans them, and runs over all of them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from coursepush.errors import RequestError, counted, examples
from coursepush.marks import Drawn
from coursepush.plan.request import day_of
from coursepush.progress import tell
from coursepush.statewide.asked import Asked, Catalogs, asked_of, versions_here
from coursepush.statewide.checked import Proofs
from coursepush.statewide.here import Here
from coursepush.statewide.kept import RunFolder
from coursepush.statewide.lake import Lake, find_districts
from coursepush.statewide.reading import open_source
from coursepush.statewide.run import Run
from coursepush.statewide.task import Answer, Task
from coursepush.store.limits import Limits, spill_given, threads_given
from coursepush.store.memory import most_memory
from coursepush.store.stoppable import check_timeout

if TYPE_CHECKING:
    from coursepush.district import District


class Engine(Protocol):
    """What hands tasks out and brings their answers back.

    Attributes:
        name: what it is, as part of a sentence.
        wave: how many districts are kept at a time.
    """

    name: str
    wave: int

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[str, Answer]]:
        """Each task's district and its answer, once, in any order."""
        ...

    def close(self) -> None:
        """Let go of what it started itself."""
        ...


def statewide(
    lake: str | os.PathLike[str],
    *,
    district: str = "district_id",
    engine: Any = None,
    workers: int | None = None,
    wave: int | None = None,
    checked: str | os.PathLike[str] | None = None,
    threads: int = 1,
    memory: str | int = "1GiB",
    spill: str | os.PathLike[str] | None = None,
    timeout: float | None = None,
) -> State:
    """Many districts of a state, to preview one push in each of them. Nothing is ever applied statewide.

    Args:
        lake: a folder of district files (``D001.duckdb``), of a folder or zip for each district, or of tables of
            all districts: a folder each, as Parquet parted into folders ``district_id=D001`` or with a column of
            that name, or as Delta. Driver and workers reach it under the same path.
        district: what the ids of districts are called in such tables.
        engine: a Spark session, classic or Connect (extra ``spark``); by default this machine's cores.
        workers: on this machine, how many processes; by default one for every core.
        wave: how many districts are kept at a time; what a run that is broken off loses at most.
        checked: the folder of an earlier run over the same lake: districts that it loaded, with all checks, and
            whose files are still the same, are read as they lie and not checked again (STATEWIDE.md 1.1).
        threads, memory, spill: of each task, as in :func:`open_district`; `spill` is a folder of its machine.
        timeout: seconds that a district may take. One that takes longer is ended with the statement that is over
            them, and has the status ``timed_out``. None: as long as it takes.

    Raises:
        RequestError: there is no district in the lake, or the engine is none, or `checked` is no run over it.
        StoreError: `threads` or `memory` is none, or, on this machine, `spill` no folder.

    >>> state = cp.statewide("lake/")
    >>> state.districts()["district"].to_list()
    ['D001', 'D002']
    """
    folder = None if spill is None else os.fspath(spill)
    check_timeout(timeout)
    if engine is None:
        made: Engine = Here(workers)
        folder = spill_given(spill)
    elif hasattr(engine, "range") and hasattr(engine, "createDataFrame"):
        from coursepush.statewide.spark import SparkEngine

        made = SparkEngine(engine)
    else:
        raise RequestError(f"An engine is a Spark session, or None for this machine's cores; not {engine!r:.60}.")
    if wave is not None:
        if isinstance(wave, bool) or wave < 1:
            raise RequestError(f"A wave is of {wave!r} districts; it must be of 1 or more.")
        made.wave = wave
    found = find_districts(os.fspath(lake), district)
    proofs = None if checked is None else Proofs(checked, found.path, district)
    limits = Limits(None, threads_given(threads), most_memory(memory), folder)
    return State(found, district, made, limits, proofs, timeout)


class State(Drawn):
    """The districts of a state.

    Attributes:
        lake: where they lie, as it was when they were looked for.
        engine: what plans them.
        limits: of each task.
        column: what the districts' ids are called in tables.
        proofs: which of them an earlier run has checked.
        timeout: seconds that a task may take.
    """

    def __init__(
        self,
        lake: Lake,
        column: str,
        engine: Engine,
        limits: Limits,
        proofs: Proofs | None = None,
        timeout: float | None = None,
    ) -> None:
        self.lake = lake
        self.engine = engine
        self.limits = limits
        self.column = column
        self.proofs = proofs
        self.timeout = timeout

    def districts(self) -> pl.DataFrame:
        """The districts that there are: district, bytes, fault (why one cannot be read at all).

        >>> state.districts().columns
        ['district', 'bytes', 'fault']
        """
        rows = [(one.district, one.bytes, one.fault or None) for one in self.lake.sources.values()]
        schema = {"district": pl.String, "bytes": pl.Int64, "fault": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row").sort("district")

    def open(self, district: str) -> District:
        """One district here, with all of coursepush; a plan of it has the digest that a run names.

        Raises:
            RequestError: there is no such district.
            LoadError: it is refused; ``error.findings`` says why.

        >>> with state.open("D001") as one:
        ...     one.sql("select count(*) as sections from section").item()
        3
        """
        source = self.lake.sources.get(district)
        if source is None:
            raise RequestError.unknown("district", district, sorted(self.lake.sources), f"in {self.lake.path}")
        return open_source(source, self.limits)

    def plan_master_push(
        self,
        catalog: Catalogs,
        *,
        year: int,
        into: str | os.PathLike[str],
        mode: str = "locked",
        to_sections: bool = False,
        calendars: Any = None,
        masters: Any = None,
        data: Sequence[str] | None = None,
        blanks: str = "push",
        release: str = "current",
        today: dt.date | None = None,
        assume_unused: bool = False,
        rows: bool = True,
        grades: bool = False,
    ) -> Run:
        """Plan *Push All Course Masters* in every district, into a folder of its own. Writes to no district.

        The same call again goes on where a run was broken off, and plans nothing that has an answer; see
        :meth:`Run.again`. Whatever is the matter with one district is its status, and costs no other its answer.

        Args:
            catalog: its name; or district → name, where a district may be a pattern: ``{"D049": "Secondary", "*":
                "High School"}``. A district that none fits has the status ``not_there``.
            into: the run's folder.
            year, mode, to_sections, calendars, masters, data, blanks, release, assume_unused: as in
                :meth:`District.plan_master_push`; calendars and masters by name or number.
            today: for the warnings about classes in session: the same day in all districts, and kept when the run
                goes on later.
            rows: keep every row, or counts alone.
            grades: say, too, in how many sections grades would move, where students' work is there.

        Raises:
            RequestError: a choice that there is not; or the folder has another run, or something else, in it.

        >>> run = state.plan_master_push("Middle School", year=2027, mode="overwrite", into="run/")
        >>> run.told
        '1 planned, 1 without what was named; 9 rows would be written'
        """
        asked = asked_of(
            catalog,
            year=year,
            mode=mode,
            to_sections=to_sections,
            calendars=calendars,
            masters=masters,
            data=data,
            blanks=blanks,
            release=release,
            assume_unused=assume_unused,
            today=today,
            rows=rows,
            grades=grades,
        )
        folder = RunFolder(into)
        about = folder.read()
        if about is not None:
            asked = _same_run(folder, asked, day_of(today))
        else:
            if folder.path.is_relative_to(self.lake.path):
                raise RequestError(
                    f"{folder.path} is inside the lake, where it would be taken for a district. Name one that is "
                    "not."
                )
            folder.begin(self.lake.path, self.column, asked)
        plan_into(self, folder, asked, answered_in)
        return Run(self, folder)

    def open_run(self, into: str | os.PathLike[str]) -> Run:
        """A run that was made before; plans nothing.

        Raises:
            RequestError: there is none.

        >>> state.open_run("run/").told
        '1 planned, 1 without what was named; 9 rows would be written'
        """
        return Run(self, RunFolder(into))

    def __repr__(self) -> str:
        beside = f" (not read: {examples(self.lake.beside)})" if self.lake.beside else ""
        districts = counted(len(self.lake.sources), "district")
        return f"<State of {districts}, {self.lake.told}{beside}, on {self.engine.name}>"

    def _repr_html_(self) -> str:
        return f"<div>{escape(repr(self)[1:-1])}.</div>"


def plan_into(
    state: State, folder: RunFolder, asked: Asked, done_in: Callable[[RunFolder, Lake], frozenset[str]]
) -> None:
    """Plan what is asked in all districts but those that are done, wave by wave, each kept as a whole."""
    check_versions(folder, asked)
    with folder.alone():
        state.lake = find_districts(state.lake.path, state.column)
        done = done_in(folder, state.lake)
        sources = [source for name, source in state.lake.sources.items() if name not in done]
        if state.proofs is not None:
            sources = state.proofs.of(sources, asked.versions)
        left = [Task(source, asked, state.limits, state.timeout) for source in sources]
        try:
            for start in range(0, len(left), state.engine.wave):
                part = left[start : start + state.engine.wave]
                answers: dict[str, Answer] = {}
                for district, found in state.engine.run(part):
                    answers[district] = found
                    tell(f"district {len(done) + start + len(answers)} of {len(done) + len(left)}")
                folder.add(answers)
        finally:
            state.engine.close()


def answered_in(folder: RunFolder, lake: Lake) -> frozenset[str]:
    """The districts that have an answer, whatever it is."""
    newest = folder.newest()
    return frozenset() if newest.is_empty() else frozenset(newest["district"])


def check_versions(folder: RunFolder, asked: Asked) -> None:
    """Raise where what would plan here is another version than what has planned in the folder.

    Raises:
        RequestError: it is.
    """
    told = ", ".join(
        f"{name} {before}, now {now}"
        for (name, before), (_, now) in zip(asked.versions, versions_here(), strict=True)
        if before != now
    )
    if told:
        raise RequestError(
            f"The run in {folder.path} was planned with other versions ({told}), and a run is of one. Go on with "
            "those, or plan into a new folder."
        )


def _same_run(folder: RunFolder, asked: Asked, today: dt.date | None) -> Asked:
    """What the run in `folder` asks, if it is that.

    Raises:
        RequestError: it is another run.
    """
    there = folder.asked
    check_versions(folder, there)
    wanted = asked if today is not None else replace(asked, today=there.today)
    if wanted != there:
        other = [name for name in Asked.__dataclass_fields__ if getattr(wanted, name) != getattr(there, name)]
        raise RequestError(
            f"The run in {folder.path} asks for something else ({', '.join(other)}). Name a new folder."
        )
    return there
