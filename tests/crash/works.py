"""What is killed: one entry each. A work is done in a folder; what is left of it is told by a look."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from district_files import file_of, locked_then_pushed, worn_district
from writers import WRITERS, Writer

import coursepush as cp
from coursepush.district.sample import ready_made
from coursepush.queue.place import Place
from coursepush.queue.purge import purge
from coursepush.queue.worker import Worker
from coursepush.simulate.drift import drift
from coursepush.store import Store
from coursepush.store.migrations import OLDEST
from coursepush.store.owner import now_in_utc

State = dict[str, Any]
Ready = Callable[[], None]

DISTRICT = "district.duckdb"
NOTHING: State = {}

_NOT_THE_SAME_TWICE = (
    "plan_id|applied_at|made_at|loaded_at|migrated_at|district_id|approval_key|approved_at|kept_at"
)
"""Columns with a time, or a number that is made up anew each time."""


@dataclass(frozen=True)
class Work:
    """Something that writes.

    Attributes:
        prepare: makes, in an empty folder, what `act` starts from.
        act: does it, having said that it is ready; tells nothing of what came of it.
        look: what is there: of a district every row of every table; nothing, of what is not there.
        transaction: whether it has one.
        later: whether it is done later than at its commit or renaming: a new file when it has its place.
        command: the same on the command line, in that folder.
        needs_room: what came of it can be told only when the disk is no longer full.
    """

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path, Ready], None]
    look: Callable[[Path], State]
    transaction: bool = True
    later: bool = False
    command: tuple[str, ...] = ()
    needs_room: bool = False


# -- what is there -----------------------------------------------------------------------------------------


def look_at_district(folder: Path) -> State:
    store = Store(folder / DISTRICT, threads=1)  # a normal start, which sweeps
    if (folder / DISTRICT).exists():
        return state_of(store)
    store.close()
    return NOTHING


def state_of(store: Store) -> State:
    """Every table, the toolkit's own too: how many rows, and a hash of all of them."""
    with store.reading() as session:
        columns = session.rows(
            "columns of all tables",
            # the terms of push.work are a set: in which order they are listed is left to DuckDB
            "select schema_name || '.' || table_name, "
            "string_agg(case when column_name = 'terms' and data_type like '%[]' then 'list_sort(terms) as terms' "
            "else column_name end, ', ' order by column_index) "
            "from duckdb_columns() where database_name = 'district' and not internal "
            f"and not regexp_full_match(column_name, '{_NOT_THE_SAME_TWICE}') group by 1 order by 1",
        )
        counted = " union all ".join(
            f"select '{name}', count(*), sum(hash(t))::varchar from (select {names} from district.{name}) as t"
            for name, names in columns
        )
        found = {name: [rows, total] for name, rows, total in session.rows("everything", counted)}
    store.close()
    return {name: state for name, state in sorted(found.items()) if state[0]}


# -- districts -----------------------------------------------------------------------------------------------


def _simulated(folder: Path) -> None:
    cp.simulate_district("small", seed=7, into=folder / DISTRICT).close()


def _worn(folder: Path) -> None:
    """A handful of rows of each kind: what an apply costs without any data."""
    file_of(worn_district(), folder / DISTRICT)


def _approved(folder: Path) -> None:
    """The same, with an approval of the push, which uses it up."""
    _worn(folder)
    _approve(folder, lambda: None)


def _approve(folder: Path, ready: Ready) -> None:
    with cp.open_district(folder / DISTRICT) as district:
        plan = _plan(district)
        assert plan.digest
        ready()
        district.approve(plan, by="Dana Director")


def _plan(district: cp.District) -> Any:
    return district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)


def _pushed(folder: Path) -> None:
    _simulated(folder)
    with cp.open_district(folder / DISTRICT) as district:
        district.apply(_plan(district))


def _apply(folder: Path, ready: Ready) -> None:
    with cp.open_district(folder / DISTRICT) as district:
        plan = _plan(district)
        assert plan.digest
        assert plan.state
        ready()
        district.apply(plan)


def _undo(folder: Path, ready: Ready) -> None:
    with cp.open_district(folder / DISTRICT) as district:
        plan = district.plan_undo(1)
        assert plan.digest
        assert plan.state
        ready()
        district.apply(plan)


def _set_up(folder: Path, ready: Ready) -> None:
    with cp.open_district(folder / DISTRICT) as district:
        plan = locked_then_pushed(district)
        assert plan.digest
        assert plan.state
        ready()
        district.apply(plan)


def _edited(folder: Path) -> None:
    """A district, and edits of its setup as a file."""
    _worn(folder)
    with cp.open_district(folder / DISTRICT) as district, district.what_if("locked") as tried:
        tried.lock("High School", "course_info.gpa_weight").save(folder / "edits.toml")


def _queued(folder: Path) -> None:
    """A job of that push, approved."""
    _approved(folder)
    with cp.open_district(folder / DISTRICT) as district:
        district.queue.submit(_plan(district))


def _submit(folder: Path, ready: Ready) -> None:
    with cp.open_district(folder / DISTRICT) as district:
        plan = _plan(district)
        assert plan.digest
        ready()
        district.queue.submit(plan)


def _look_at_submitted(folder: Path) -> State:
    """The queue's jobs, and the files beside it: a saved plan for each, and no other."""
    with cp.open_district(folder / DISTRICT) as district:
        jobs = district.queue.jobs()
        for job in jobs:
            assert job.status == "queued"
            assert job.plan_path is not None
            assert cp.read_plan(job.plan_path).digest == job.digest
    purge(Place(folder / DISTRICT), now_in_utc() + dt.timedelta(days=2))
    plans = {path.name for path in folder.glob("*.queue/*.cpush")}
    assert plans == {job.plan_file for job in jobs}, plans
    return {"queue": len(jobs)} if jobs else NOTHING


def _run_queued(folder: Path, ready: Ready) -> None:
    with cp.open_district(folder / DISTRICT) as district:
        for job in district.queue.jobs():
            if job.status == "failed":
                district.queue.restart(job)
    ready()
    Worker([folder / DISTRICT]).once()


def _look_at_queue(folder: Path) -> State:
    """The district, and what its queue says of the job, which has to agree with its history and approvals."""
    with cp.open_district(folder / DISTRICT) as district:
        [row] = district.queue.list().frame.rows(named=True)
        [job] = district.queue.jobs()
        pushed = district.history().filter(plan_id=job.plan_id)
        used = district.approvals().filter(pl.col("push_id").is_not_null())
        assert row["status"] in ("queued", "failed", "completed", "completed with errors"), row
        assert bool(job.is_written) == (pushed.height == 1) == (used.height == 1), (job, pushed, used)
        assert job.is_written or job.can_be_restarted or row["status"] == "queued", job
        if job.is_written:
            assert (job.push_id, job.digest) == (pushed["push_id"][0], pushed["digest"][0])
            assert job.report_path is not None
            assert job.report_path.exists()
    return {**look_at_district(folder), "queue": [bool(job.is_written), job.push_id]}


def _extract(folder: Path, *, drifts: bool) -> None:
    """A district's tables as a folder to load, in which others have changed things."""
    made = folder / "made.duckdb"
    with cp.simulate_district("small", seed=7, into=made) as district:
        if drifts:
            drift(district.store)
        district.export(folder / "extract", format="parquet", students=True)
    made.unlink()


def _prepare_refresh(folder: Path) -> None:
    _pushed(folder)
    _extract(folder, drifts=True)


def _refresh(folder: Path, ready: Ready) -> None:
    with cp.open_district(folder / DISTRICT) as district:
        ready()
        district.refresh(folder / "extract")


def _load(folder: Path, ready: Ready) -> None:
    ready()
    cp.load_district(folder / "extract", into=folder / DISTRICT).close()


def _simulate(folder: Path, ready: Ready) -> None:
    ready()
    _simulated(folder)


def _kept(folder: Path) -> None:
    """The ready-made district, which this computer keeps."""
    os.environ["XDG_CACHE_HOME"] = str(folder / "kept")
    assert ready_made() is not None


def _sample(folder: Path, ready: Ready) -> None:
    os.environ["XDG_CACHE_HOME"] = str(folder / "kept")
    ready()
    cp.sample_district(folder / DISTRICT).close()


def _earlier(folder: Path) -> None:
    from layouts import make_file

    make_file(OLDEST, "weekly", folder / DISTRICT)


def _bring_up(folder: Path, ready: Ready) -> None:
    store = Store(folder / DISTRICT, threads=1)
    ready()
    with store.writing():
        pass
    store.close()


# -- files ---------------------------------------------------------------------------------------------------


def _of_writer(name: str, writer: Writer) -> Work:
    """A file or folder: it is there as it must be, or not at all."""

    def act(folder: Path, ready: Ready) -> None:
        with cp.open_district(folder / DISTRICT) as district:
            made = writer.make(district)
            ready()
            writer.put(made, folder / writer.name)

    def look(folder: Path) -> State:
        place = folder / writer.name
        cp.open_district(folder / DISTRICT).close()  # a normal start, which sweeps
        if not place.exists():
            return NOTHING
        return {"read": hashlib.sha256(repr(writer.read(place)).encode()).hexdigest()}

    return Work(name, _simulated, act, look, transaction=False)


_HIGH = ("--catalog", "High School", "--year", "2027", "--mode", "overwrite", "--to-sections", "--yes")

WORKS: dict[str, Work] = {
    work.name: work
    for work in (
        Work("apply", _simulated, _apply, look_at_district, command=("apply", "masters", DISTRICT, *_HIGH)),
        Work("approve", _worn, _approve, look_at_district),
        Work("small apply", _approved, _apply, look_at_district, command=("apply", "masters", DISTRICT, *_HIGH)),
        Work(
            "setup",
            _edited,
            _set_up,
            look_at_district,
            command=("apply", "setup", DISTRICT, "--edits", "edits.toml", "--yes"),
        ),
        Work("submit", _worn, _submit, _look_at_submitted, transaction=False, later=True),
        Work(
            "queued apply",
            _queued,
            _run_queued,
            _look_at_queue,
            command=("worker", DISTRICT, "--once"),
            needs_room=True,
        ),
        Work("undo", _pushed, _undo, look_at_district, command=("undo", DISTRICT, "1", "--yes")),
        Work("refresh", _prepare_refresh, _refresh, look_at_district, command=("refresh", DISTRICT, "extract")),
        Work(
            "load",
            lambda folder: _extract(folder, drifts=False),
            _load,
            look_at_district,
            later=True,
            command=("load", "extract", DISTRICT),
        ),
        Work("simulate", lambda folder: None, _simulate, look_at_district, later=True),
        Work("sample", _kept, _sample, look_at_district, transaction=False),
        Work("new layout", _earlier, _bring_up, look_at_district),
        *(_of_writer(name, writer) for name, writer in WRITERS.items() if not writer.name.endswith(".duckdb")),
    )
}


def fresh_copy(base: Path, place: Path) -> Path:
    """What a work starts from, anew."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(base, place)
    return place


def same(one: State, other: State) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
