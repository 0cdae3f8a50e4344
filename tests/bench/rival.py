"""The push done by another program, in a process of its own: prepared, pushed, and its tables compared."""

from __future__ import annotations

import importlib
import json
import resource
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb
import polars as pl

from coursepush.model.tables import SETUP, TABLES

from .ours import CATALOG, YEAR, Told

COMPARED: tuple[str, ...] = (
    "course",
    "section",
    "custom_field",
    *(table.name for table in SETUP if not table.name.startswith("master_")),
)
"""The tables that a push can change."""


class TookTooLong(Exception):
    """The push was not done within the time it is given."""


def export_tables(path: str, folder: str, tables: list[str] | None = None) -> Told:
    """Write each table of the model, or those named, as ``<table>.parquet``."""
    connection = duckdb.connect(config={"memory_limit": "3GiB"})
    connection.execute(f"attach '{path}' as district (read_only)")
    connection.execute("use district.main")
    for name in tables or list(TABLES):
        columns = ", ".join(TABLES[name].names)
        target = Path(folder, f"{name}.parquet")
        connection.execute(f"copy (select {columns} from {name}) to '{target}' (format parquet)")
    connection.close()
    return {}


def compare_tables(got: dict[str, pl.DataFrame], expected: Path) -> None:
    """Assert that the tables are those in the folder `expected`, row for row, whatever their order.

    Raises:
        AssertionError: names the table and shows the first rows that only one of the two has.
    """
    for name in COMPARED:
        want = pl.read_parquet(expected / f"{name}.parquet").sort(TABLES[name].key)
        assert name in got, f"{name} was not given"
        have = got[name].select(want.columns).cast(dict(want.schema)).sort(TABLES[name].key)
        if have.equals(want):
            continue
        raise AssertionError(_difference(name, have, want))


def _difference(name: str, have: pl.DataFrame, want: pl.DataFrame) -> str:
    """How many rows only one of the two has, and the first key of them with what is not the same."""
    lacks = want.join(have, on=want.columns, how="anti", nulls_equal=True)
    beyond = have.join(want, on=want.columns, how="anti", nulls_equal=True)
    told = f"{name}: {lacks.height:,} of {want.height:,} rows are not there, {beyond.height:,} others are"
    key = list(TABLES[name].key)
    first = pl.concat([lacks, beyond]).select(key).unique().sort(key).head(1)
    one, other = (frame.join(first, on=key).to_dicts() for frame in (lacks, beyond))
    if len(one) != 1 or len(other) != 1:
        return f"{told}; first: expected {one}, found {other}"
    uneven = {
        column: (one[0][column], other[0][column]) for column in one[0] if one[0][column] != other[0][column]
    }
    return f"{told}; first: {first.to_dicts()[0]}, expected and found: {uneven}"


def push(module: str, tables: str, work: str, expected: str, limit: float) -> Told:
    """Prepare, push (timed) and compare. `module` is the full name of a module of ``alternatives``.

    Tells ``left_out`` where its packages are missing, ``too_long`` where the push takes more than `limit`
    seconds, ``differs`` where its tables are not ours.
    """
    try:
        program: Any = importlib.import_module(module)
        state = program.prepare(Path(tables), Path(work))
    except ImportError as error:
        return {"left_out": str(error)}
    found: Told = {"name": program.NAME}
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGALRM, _too_long)
    try:
        signal.setitimer(signal.ITIMER_REAL, limit)
        began = time.perf_counter()
        try:
            program.push(state, catalog=CATALOG, year=YEAR)
        except Exception:
            # what the alarm raises may come out as an error of the library that it stopped
            if time.perf_counter() - began < limit:
                raise
            return {**found, "too_long": limit}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        found["seconds"] = time.perf_counter() - began
        found["peak"] = peak_bytes()
        try:
            compare_tables(program.setup(state), Path(expected))
        except AssertionError as error:
            found["differs"] = str(error)
        return found
    finally:
        program.close(state)


def peak_bytes() -> int:
    """The most memory that this process had at any time, in bytes.

    Linux counts in `ru_maxrss` what the process had before it became this program, as a fork of its parent.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(json.dumps({"stopped": number}))


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TookTooLong
