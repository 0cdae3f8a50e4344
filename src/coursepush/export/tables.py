"""The district back to the load format: one file a table, from which a load makes the same district."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl
from polars.io.plugins import register_io_source

from coursepush.errors import RequestError
from coursepush.files import FolderKind, new_folder
from coursepush.model.tables import STUDENT_TABLES, TABLES, Column, Table
from coursepush.reports.files import write_csv
from coursepush.store.database import Session, Store
from coursepush.store.layout import given_tables

TABLE_FORMATS = ("csv", "parquet")

ROWS_AT_A_TIME = 2_000_000


def export_tables(
    store: Store, folder: str | os.PathLike[str], *, format: str = "csv", students: bool = False
) -> pl.DataFrame:
    """Write the tables of the district to `folder`, one file each; see :meth:`coursepush.District.export`."""
    if format not in TABLE_FORMATS:
        raise RequestError.unknown("format", format, TABLE_FORMATS)
    place = Path(folder).expanduser()
    written: list[tuple[str, str, int]] = []
    with new_folder(place, FolderKind.TABLES) as new, store.reading() as session:
        for name in _given(session):
            if name in STUDENT_TABLES and not students:
                continue
            file_name = f"{name}.{format}"
            with new.new_file(file_name) as file:
                new.rows[file_name] = _write(session, TABLES[name], file, format)
            written.append((name, str(place / file_name), new.rows[file_name]))
    return pl.DataFrame(written, schema={"table": pl.String, "file": pl.String, "rows": pl.Int64}, orient="row")


def _given(session: Session) -> list[str]:
    """Tables that were given or have rows since: one that is unknown stays so."""
    given = given_tables(session)
    return [name for name in TABLES if name in given or session.value("any row", f"select count(*) from {name}")]


def _write(session: Session, table: Table, file: BinaryIO, format: str) -> int:
    """One file, block by block in the order of the key; how many rows."""
    if format == "csv":
        cells = [_cell(column) for column in table.columns]
        return write_csv((block.select(cells) for block in _blocks(session, table)), file)
    empty = session.frame(f"columns of {table.name}", f"select {', '.join(table.names)} from {table.name} limit 0")
    register_io_source(_source(session, table), schema=empty.schema).sink_parquet(file)
    return int(session.value("rows", f"select count(*) from {table.name}"))


def _source(session: Session, table: Table) -> Callable[..., Iterator[pl.DataFrame]]:
    """The blocks as polars asks for them, so that the file is written while they are read."""

    def blocks(
        columns: list[str] | None, predicate: pl.Expr | None, limit: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        assert (columns, predicate, limit) == (None, None, None)
        yield from _blocks(session, table)

    return blocks


def _blocks(session: Session, table: Table) -> Iterator[pl.DataFrame]:
    """The rows in the order of the key, in blocks that end where the key's first column changes."""
    first, columns = table.key[0], ", ".join(table.names)
    order = ", ".join(table.key)
    ends = session.rows(
        f"blocks of {table.name}",
        f"""
        -- one row a block: the last value of the key's first column in it
        with counted as (
            select {first} as part, count(*) as rows from {table.name} group by {first}
        ), placed as (
            select part, (sum(rows) over (order by part) - 1) // {ROWS_AT_A_TIME} as block from counted
        )
        select max(part) from placed group by block order by 1
        """,
    )
    if not ends:
        yield session.frame(f"read {table.name}", f"select {columns} from {table.name} where false")
    low = None
    for (high,) in ends:
        yield session.frame(
            f"read {table.name}",
            f"select {columns} from {table.name} where {first} <= $high and ($low is null or {first} > $low) "
            f"order by {order}",
            {"high": high, "low": low},
        )
        low = high


def _cell(column: Column) -> pl.Expr:
    """A value as the load reads it back: lists as ``3;5;8``."""
    if column.kind == "ids":
        return pl.col(column.name).cast(pl.List(pl.String)).list.join(";").alias(column.name)
    return pl.col(column.name)
