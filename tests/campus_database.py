"""A simulated district's Campus-named tables in a database: SQLite, or a PostgreSQL server of the tests' own.

fill_sqlite(sqlite3.connect(path))
with postgres_server() as server:
    fill_postgres(server.connection)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from campus_extract import extract_frames, written
from simulated import frames

HAS_POSTGRES = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))

_TYPES: dict[Any, str] = {
    pl.String: "text",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Int8: "smallint",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.Null: "text",
}


def campus_tables() -> dict[str, pl.DataFrame]:
    return extract_frames(frames(7))


def fill_sqlite(connection: sqlite3.Connection) -> None:
    """SQLite has neither dates nor decimals: what stands in files stands there too."""
    for name, frame in campus_tables().items():
        rows = written(frame).with_columns(pl.selectors.decimal().cast(pl.Float64))
        columns = ", ".join(f'"{column}"' for column in rows.columns)
        connection.execute(f'create table "{name}" ({columns})')
        marks = ", ".join("?" * rows.width)
        connection.executemany(f'insert into "{name}" values ({marks})', rows.rows())
    connection.commit()


def fill_postgres(connection: Any, schema: str = "dbo") -> None:
    """With the types a database has, in a schema of their own that the connection looks into first."""
    connection.execute(f"create schema {schema}")
    connection.execute(f"alter database postgres set search_path = {schema}, public")
    connection.execute(f"set search_path = {schema}, public")
    for name, frame in campus_tables().items():
        columns = ", ".join(f'"{column}" {_postgres_type(kind)}' for column, kind in frame.schema.items())
        connection.execute(f'create table "{name}" ({columns})')
        with connection.cursor() as cursor, cursor.copy(f'copy "{name}" from stdin') as copy:
            for row in frame.iter_rows():
                copy.write_row(row)


def _postgres_type(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Decimal):
        return f"numeric({kind.precision}, {kind.scale})"
    return "bigint[]" if isinstance(kind, pl.List) else _TYPES[type(kind)]


@contextmanager
def postgres_server() -> Generator[Any]:
    """A server on a socket of its own; see :mod:`bench.alternatives.postgres.server`."""
    from bench.alternatives.postgres.server import Server

    server = Server()
    try:
        yield server
    finally:
        server.close()
