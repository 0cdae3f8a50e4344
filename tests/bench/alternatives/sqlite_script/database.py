"""The district as a SQLite file: made from Parquet before the clock starts, read back after it has stopped."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from coursepush.model.tables import TABLES, Column, Table

ROWS_AT_A_TIME = 50_000

INDEXES = (
    "create index course_of_calendar on course (calendar_id, number)",
    "create index course_of_master on course (master_id)",
    "create index section_of_course on section (course_id)",
    # which assignments a section has, and which categories have any, without visiting the table
    "create index assignment_of_section on assignment (section_id, is_active, assignment_id)",
    "create index assignment_in_category on assignment (category_row_id)",
    # what posted grades use of a section; grades that say nothing are not in it
    "create index posted_work on posted_grade (section_id, task_id, term_seq) "
    "where mark is not null or percent is not null or comment is not null",
)

# Of a score a push asks only whether there is one; the other columns, most of a district's bytes, stay behind.
SCORE_COLUMNS = ("assignment_id", "student_id")

# How a value is kept in SQLite, which has no decimals, dates, booleans or lists: decimals as text in the
# column's scale, so that equal amounts are equal texts and nothing is rounded.
_STORED = {
    "id": "{0}",
    "int": "{0}",
    "text": "{0}",
    "bool": "cast({0} as integer)",
    "date": "cast({0} as varchar)",
    "decimal4": "cast({0} as varchar)",
    "decimal3": "cast({0} as varchar)",
    "ids": "array_to_string({0}, ';')",
}
_INTEGERS = {"id", "int", "bool"}


@dataclass
class State:
    """An open connection to the district; transactions are begun and ended by hand."""

    connection: sqlite3.Connection


def prepare(tables: Path, work: Path) -> State:
    """Load every table of the model from `tables` (`<table>.parquet`) into a SQLite file in the folder `work`.

    Of scores only the keys are loaded.
    """
    connection = sqlite3.connect(work / "district.sqlite", isolation_level=None, cached_statements=512)
    for pragma in (
        "page_size = 8192",
        "journal_mode = wal",
        "synchronous = normal",
        "cache_size = -1000000",  # KiB
        "mmap_size = 8000000000",  # bytes
        "temp_store = memory",
    ):
        connection.execute(f"pragma {pragma}")
    with duckdb.connect(config={"memory_limit": "2GiB", "temp_directory": str(work / "sorting")}) as parquet:
        parquet.execute("set enable_progress_bar = false")
        for table in TABLES.values():
            _load(connection, parquet, table, tables / f"{table.name}.parquet")
    for sql in INDEXES:
        connection.execute(sql)
    for table in TABLES.values():
        if "row_id" in table.key:
            connection.execute(f"create index {table.name}_of_owner on {table.name} (owner_id)")
        if table.name.startswith("section_") and table.name != "section_term":
            connection.execute(f"create index {table.name}_of_parent on {table.name} (parent_row_id)")
    connection.execute("analyze")
    connection.execute("pragma wal_checkpoint(truncate)")
    return State(connection)


def setup(state: State) -> dict[str, pl.DataFrame]:
    """The tables a push may write, in the columns and types of the model, ordered by key."""
    return {
        name: _frame(state.connection, table)
        for name, table in TABLES.items()
        if name in ("course", "section", "custom_field")
        or ("row_id" in table.key and not name.startswith("master_"))
    }


def close(state: State) -> None:
    """Close the connection; the file stays in the folder it was made in."""
    state.connection.close()


def _load(connection: sqlite3.Connection, parquet: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    taken = [column for column in table.columns if table.name != "score" or column.name in SCORE_COLUMNS]
    columns = ", ".join(f"{column.name} {'integer' if column.kind in _INTEGERS else 'text'}" for column in taken)
    # A key of one number is the row's own number in SQLite; any other key orders the table by itself.
    rowid = "" if len(table.key) == 1 and table.column(table.key[0]).kind == "id" else " without rowid"
    connection.execute(f"create table {table.name} ({columns}, primary key ({', '.join(table.key)})){rowid}")
    stored = ", ".join(_STORED[column.kind].format(column.name) for column in taken)
    rows = parquet.execute(
        f"select {stored} from read_parquet($path) order by {', '.join(table.key)}", {"path": str(path)}
    )
    insert = f"insert into {table.name} values ({', '.join('?' * len(taken))})"
    connection.execute("begin")
    while batch := rows.fetchmany(ROWS_AT_A_TIME):
        connection.executemany(insert, batch)
    connection.execute("commit")


def _frame(connection: sqlite3.Connection, table: Table) -> pl.DataFrame:
    rows = connection.execute(
        f"select {', '.join(table.names)} from {table.name} order by {', '.join(table.key)}"
    ).fetchall()
    stored = {name: pl.Int64 if table.column(name).kind in _INTEGERS else pl.String for name in table.names}
    return pl.DataFrame(rows, schema=stored, orient="row").select(_restored(column) for column in table.columns)


def _restored(column: Column) -> pl.Expr:
    """A column of SQLite in the type of the model."""
    if column.kind == "ids":
        texts = pl.col(column.name).str.split(";").list.eval(pl.element().filter(pl.element() != ""))
        return texts.cast(pl.List(pl.Int64))
    if column.kind == "date":
        return pl.col(column.name).str.to_date("%Y-%m-%d")
    types: dict[str, Any] = {
        "id": pl.Int64,
        "int": pl.Int32,
        "text": pl.String,
        "bool": pl.Boolean,
        "decimal4": pl.Decimal(9, 4),
        "decimal3": pl.Decimal(9, 3),
    }
    return pl.col(column.name).cast(types[column.kind])
