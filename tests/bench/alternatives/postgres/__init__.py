"""The push in SQL on PostgreSQL: the district lives in a server, and the push is one transaction of scripts there.

The server is Debian's package, started on a private socket with settings for bulk work (`server.SETTINGS`: no
fsync, no autovacuum, no JIT). Loading, indexes, vacuum and analyze are not part of the measured time. The scripts
of this folder run in the order of `PUSH`; what one writes the next one reads, so hop 2 sees the course as hop 1
left it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from coursepush.model.tables import SETUP, TABLES, Column, Kind, Table

from .server import Server

NAME = "PostgreSQL"

PUSH = (
    "1_scope",
    "2_course_info",
    "3_course_task",
    "4_course_assessment",
    "5_course_category",
    "pair_categories",
    "6_course_category_write",
    "7_course_composite",
    "8_course_grade_calc",
    "9_section_category",
    "pair_categories",
    "10_section_category_write",
    "11_section_composite",
    "12_section_grade_calc",
    "13_advisory",
)

WRITTEN = ("course", "section", "custom_field", *(t.name for t in SETUP if not t.name.startswith("master_")))
"""The tables a push may write."""

_TYPES: dict[Kind, str] = {
    "id": "bigint",
    "int": "integer",
    "text": "text",
    "bool": "boolean",
    "date": "date",
    "decimal4": "numeric(9, 4)",
    "decimal3": "numeric(9, 3)",
    "ids": "bigint[]",
}
_BLOCK = 1 << 20  # bytes of CSV handed to or taken from the server at once
_NULL = r"\N"


@dataclass(frozen=True, slots=True)
class State:
    server: Server
    work: Path


def prepare(tables: Path, work: Path) -> State:
    """Start a server and load every `<table>.parquet` of the folder `tables`.

    Raises ImportError where PostgreSQL or psycopg is not installed.
    """
    state = State(Server(), work)
    try:
        connection = state.server.connection
        for table in TABLES.values():
            _load(connection, table, tables / f"{table.name}.parquet", work / "load.csv")
        connection.execute(_script("indexes"))
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
    except BaseException:
        state.server.close()
        raise
    return state


def push(state: State, *, catalog: str, year: int) -> None:
    """Push All Course Masters of `catalog` in `year`: overwrite, to sections, all data.

    Raises ValueError where there is no such catalog.
    """
    connection = state.server.connection
    with connection.transaction():
        connection.execute("create schema push")
        connection.execute(
            "create unlogged table push.request (catalog_id bigint not null, year integer not null)"
        )
        found = connection.execute(
            "insert into push.request select catalog_id, %s from catalog where name = %s", (year, catalog)
        )
        if found.rowcount != 1:
            raise ValueError(f"There is no catalog {catalog!r}.")
        for name in PUSH:
            connection.execute(_script(name))
        connection.execute("drop schema push cascade")


def setup(state: State) -> dict[str, pl.DataFrame]:
    """The tables a push may write, ordered by their keys."""
    return {name: _read(state.server.connection, TABLES[name], state.work / "read.csv") for name in WRITTEN}


def close(state: State) -> None:
    state.server.close()


def _script(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text()


def _load(connection: Connection, table: Table, parquet: Path, csv: Path) -> None:
    """Make one table with its primary key and copy its rows in, by way of a CSV file."""
    columns = SQL(", ").join(
        SQL("{} {}{}").format(
            Identifier(column.name), SQL(_TYPES[column.kind]), SQL(" not null" if column.required else "")
        )
        for column in table.columns
    )
    name = Identifier(table.name)
    connection.execute(SQL("create table {} ({})").format(name, columns))
    selected = ", ".join(_as_text(column) for column in table.columns)
    with duckdb.connect() as source:
        source.execute(
            f"copy (select {selected} from read_parquet($parquet)) to '{csv}' "
            f"(format csv, header false, nullstr '{_NULL}')",
            {"parquet": str(parquet)},
        )
    options = SQL("(format csv, null {})").format(_NULL)
    copy_in = SQL("copy {} from stdin {}").format(name, options)
    with csv.open("rb") as rows, connection.cursor() as cursor, cursor.copy(copy_in) as into:
        while block := rows.read(_BLOCK):
            into.write(block)
    csv.unlink()
    key = SQL(", ").join(map(Identifier, table.key))
    connection.execute(SQL("alter table {} add primary key ({})").format(name, key))


def _as_text(column: Column) -> str:
    """A column as DuckDB writes it for PostgreSQL: a list in PostgreSQL's own notation."""
    if column.kind != "ids":
        return column.name
    return f"'{{' || array_to_string({column.name}, ',') || '}}' as {column.name}"


def _read(connection: Connection, table: Table, csv: Path) -> pl.DataFrame:
    """One table as a frame with the model's columns and types, by way of a CSV file."""
    columns = SQL(", ").join(
        SQL("array_to_string({}, ' ')" if column.kind == "ids" else "{}").format(Identifier(column.name))
        for column in table.columns
    )
    key = SQL(", ").join(map(Identifier, table.key))
    rows = SQL("copy (select {} from {} order by {}) to stdout (format csv, null {})").format(
        columns, Identifier(table.name), key, _NULL
    )
    with csv.open("wb") as file, connection.cursor() as cursor, cursor.copy(rows) as out:
        for block in out:
            file.write(block)
    with duckdb.connect() as reader:
        texts = {column.name: "VARCHAR" if column.kind == "ids" else column.sql_type for column in table.columns}
        selected = ", ".join(_as_value(column) for column in table.columns)
        read = f"read_csv('{csv}', header = false, columns = {texts}, nullstr = '{_NULL}')"
        frame = pl.DataFrame(reader.sql(f"select {selected} from {read}"))
    csv.unlink()
    return frame


def _as_value(column: Column) -> str:
    """A column as DuckDB reads it from that file: the text of a list becomes the list."""
    if column.kind != "ids":
        return column.name
    listed = f"string_split({column.name}, ' ')"
    return f"case {column.name} when '' then [] else {listed} end::bigint[] as {column.name}"
