"""The floor and the hand-written queries over plain DuckDB; each function is the work of one fresh process."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from coursepush.model.tables import TABLES
from coursepush.store import Store

from .ours import CATALOG, YEAR, Told, told
from .sections import FLOOR, REPORTS, bound, group, read_sections
from .timing import repeated

ASKED: dict[str, Any] = {"catalog": CATALOG, "year": YEAR}
SETTINGS = ("memory_limit", "threads", "preserve_insertion_order")


def connected(work: str) -> duckdb.DuckDBPyConnection:
    """Plain DuckDB with the settings that coursepush works with; `work` takes what spills."""
    store = Store(None)
    values = {
        name: store.connection.execute(f"select current_setting('{name}')").fetchall()[0][0] for name in SETTINGS
    }
    store.close()
    connection = duckdb.connect()
    for name, value in values.items():
        connection.execute(f"set {name} = '{value}'")
    connection.execute(f"set temp_directory = '{work}'")
    connection.execute("set enable_progress_bar = false")
    return connection


def attach(connection: duckdb.DuckDBPyConnection, path: str | Path, *, read_only: bool = True) -> None:
    """Attach the district afresh, as coursepush does for each piece of work: nothing is in DuckDB's memory."""
    connection.execute(f"attach '{path}' as district" + (" (read_only)" if read_only else ""))
    connection.execute("use district.main")


def let_go(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("use memory.main")
    connection.execute("detach district")


def compare(path: str, reach: str, work: str, times: int) -> Told:
    """The floor of a plan: the sections of one group, ``whole`` or ``reached``, one after the other."""
    statements = group(read_sections(FLOOR), reach)
    connection = connected(work)
    counts: dict[str, int] = {}

    def once() -> float:
        attach(connection, path)
        began = time.perf_counter()
        for name, sql in statements.items():
            counts[name] = connection.execute(sql, bound(sql, ASKED)).fetchall()[0][0]
        seconds = time.perf_counter() - began
        let_go(connection)
        return seconds

    return told(repeated(times, once), counts=counts)


def query(path: str, name: str, work: str, times: int) -> Told:
    """The hand-written query for the rows of one report, fetched as a polars frame like the report's."""
    sql = read_sections(REPORTS)[name]
    connection = connected(work)
    heights: list[int] = []

    def once() -> float:
        attach(connection, path)
        began = time.perf_counter()
        heights.append(pl.DataFrame(connection.sql(sql, params=bound(sql, ASKED) or {})).height)
        seconds = time.perf_counter() - began
        let_go(connection)
        return seconds

    return told(repeated(times, once), rows=heights[-1])


# -- the bare writes of an apply ---------------------------------------------------------------------------


def stage(connection: duckdb.DuckDBPyConnection, applied: str, push_id: int) -> int:
    """Make `staged`: the history of the push, taken from the file to which it was applied. How many rows."""
    connection.execute("attach ':memory:' as staged")
    connection.execute(f"attach '{applied}' as applied (read_only)")
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'applied' and schema_name = 'push' "
        "and (table_name = 'history' or starts_with(table_name, 'history_')) order by table_name"
    ).fetchall()
    staged = 0
    for (table,) in found:
        connection.execute(
            f"create table staged.{table} as from applied.push.{table} where push_id = $push_id",
            {"push_id": push_id},
        )
        staged += connection.execute(f"select count(*) from staged.{table}").fetchall()[0][0]
    connection.execute("detach applied")
    return staged


def write(path: str, applied: str, push_id: int, work: str, times: int) -> Told:
    """The floor of an apply: from opening the file for writing to letting it go, which writes it out.

    Raises:
        AssertionError: the file does not end up with the rows that apply wrote.
    """
    statements = group(read_sections(FLOOR), "writes")
    connection = connected(work)
    rows = stage(connection, applied, push_id)
    copy = Path(work, "bare.duckdb")

    def once() -> float:
        shutil.copyfile(path, copy)
        began = time.perf_counter()
        attach(connection, copy, read_only=False)
        connection.execute("begin transaction")
        for sql in statements.values():
            connection.execute(sql)
        connection.execute("commit")
        let_go(connection)
        return time.perf_counter() - began

    timed = repeated(times, once)
    _same_tables(connection, copy, applied)
    copy.unlink()
    return told(timed, rows=rows, statements=len(statements) + 2)


def _same_tables(connection: duckdb.DuckDBPyConnection, copy: Path, applied: str) -> None:
    states: list[dict[str, tuple[int, int]]] = []
    for path in (copy, applied):
        attach(connection, path)
        states.append(
            {
                name: connection.execute(
                    f"select count(*), coalesce(sum(hash(t)), 0) from {name} as t"
                ).fetchall()[0]
                for name, table in TABLES.items()
                if not table.is_work
            }
        )
        let_go(connection)
    wrong = [name for name in states[0] if states[0][name] != states[1][name]]
    assert not wrong, f"the bare writes leave other rows than apply in {', '.join(wrong)}"
