"""Parquet that says by itself what a load would make of it: told, and read where it lies instead of loaded.

A load of typed columns casts them, puts a default for what is blank, and normalises text. Where no text changes by
that, the same can be said in a query over the file. What the checks found stands as long as the files do; whoever
comes here knows that they have passed and have not changed (STATEWIDE.md 1.1), because nothing is checked again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from coursepush.errors import LoadError
from coursepush.load.blanks import WORDS
from coursepush.load.checks import staged
from coursepush.load.findings import FINDING_SCHEMA, Findings
from coursepush.load.given import columns_given, keep_columns_given
from coursepush.load.source import BLOCK_ROWS, Given, given_tables
from coursepush.load.staging import fill_staged, make_staged, with_default
from coursepush.load.tables import SAVED, fill_from_staged, keep_given_tables, make_toolkit
from coursepush.load.types import normalised
from coursepush.model.tables import TABLES, Column, Table, create_table_sql
from coursepush.store import Session, Store
from coursepush.store.connection import quoted
from coursepush.store.work import keep_work

PATTERN = frozenset("*?[")
"""Signs by which a file's name would be taken for a pattern of names."""


@dataclass(frozen=True, slots=True)
class Files:
    """A table's rows where they lie.

    Attributes:
        files: Parquet files, without a sign of :data:`PATTERN` in their names.
        column: by which rows of others are left out; empty where there are none.
        value: what stands in it in the rows that are meant.
    """

    files: tuple[str, ...]
    column: str = ""
    value: str = ""


def tables_as_given(tables: Mapping[str, pl.LazyFrame]) -> frozenset[str]:
    """The tables that a load takes over as they are: typed columns under the model's names, and no text to mend.

    Args:
        tables: each read without a fault by a load before this.

    Example:
        >>> frame = pl.LazyFrame({"school_id": [1], "name": ["North "]})
        >>> tables_as_given({"school": frame}), tables_as_given({"school": frame.with_columns(name=pl.lit("N"))})
        (frozenset(), frozenset({'school'}))
    """
    return frozenset(name for name, rows in tables.items() if _is_as_given(TABLES[name], rows))


def _is_as_given(table: Table, rows: pl.LazyFrame) -> bool:
    schema = rows.collect_schema()
    texts: list[str] = []
    for name, dtype in schema.items():
        if name not in table.names:
            if name.strip().lower() in table.names:
                return False  # taken for a column of the model, under a name that is not quite its own
        elif table.column(name).kind == "text" and isinstance(dtype, pl.String):
            texts.append(name)
        elif not _is_cast(table.column(name), dtype):
            return False
    if not texts:
        return len(schema) > 0
    blocks = rows.select(texts).collect_batches(chunk_size=BLOCK_ROWS)
    return all(_is_kept(block[name], table.column(name)) for block in blocks for name in texts)


def _is_kept(text: pl.Series, column: Column) -> bool:
    return text.equals(normalised(text, column), null_equal=True) and not text.is_in(list(WORDS)).any()


def _is_cast(column: Column, dtype: pl.DataType) -> bool:
    """Whether values of a type become a column's by a cast, once they have passed the checks."""
    match column.kind:
        case "id" | "int":
            return dtype.is_integer() and not isinstance(dtype, pl.Int128 | pl.UInt128)
        case "decimal3" | "decimal4":
            return dtype.is_decimal() or (dtype.is_integer() and not isinstance(dtype, pl.Int128 | pl.UInt128))
        case "bool":
            return isinstance(dtype, pl.Boolean)
        case "date":
            return isinstance(dtype, pl.Date)
        case "ids":
            return isinstance(dtype, pl.List) and dtype.inner.is_integer()  # type: ignore[union-attr]
        case "text":
            return False


def take_as_given(
    store: Store, rows: Mapping[str, pl.LazyFrame], files: Mapping[str, Files], *, note: str
) -> None:
    """A district of files that were checked: setup is copied, students' work stays where it is, as views.

    Args:
        store: an empty one in memory, which may read `files`.
        rows: every table that is given.
        files: those of :func:`tables_as_given`; the others are read as a load reads them.
        note: what is told of this among the district's findings.

    Raises:
        LoadError, StoreError, polars errors: the files are others than were checked.
    """
    findings = Findings()
    with store.writing(create=True) as session:
        given = given_tables(rows, {}, findings)
        by_table = {one.table.name: one for one in given}
        for name, table in TABLES.items():
            if name in files and name in by_table:
                _take(session, table, by_table[name], files[name])
                continue
            session.run(f"create {name}", create_table_sql(table))
            if name in by_table:
                _load(session, by_table[name], findings)
        if findings.refusals:
            raise LoadError(findings.summary(), findings.frame())
        _keep(session, given, note)
        session.proof = replace(SAVED, damage=None)


def _keep(session: Session, given: list[Given], note: str) -> None:
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    make_toolkit(session, "load", now)
    keep_given_tables(session, given, now, lambda name: f"district.main.{name}")
    read = {one.table.name for one in given}
    keep_columns_given(session, columns_given(session, given, read, by_reader=False), now)
    said = {"severity": "warning", "rule": "not_checked_again", "message": note}
    session.take_in("note_now", pl.DataFrame([{name: said.get(name) for name in FINDING_SCHEMA}], FINDING_SCHEMA))
    session.run(
        "keep the note",
        # one row: that nothing was checked again
        "insert into district.push.finding (severity, rule, message) select severity, rule, message from note_now",
    )
    session.run("drop note", "drop table note_now")
    keep_work(session)


def _load(session: Session, given: Given, findings: Findings) -> None:
    """One table as a load reads it."""
    name = given.table.name
    make_staged(session, given.table)
    fill_staged(session, given, findings)
    fill_from_staged(session, name, is_in_order=False)
    session.run("drop what was staged", f"drop table {staged(name)}")


def _take(session: Session, table: Table, given: Given, place: Files) -> None:
    """One table: a view where it is of students' work, which few statements read, else a copy."""
    query = _query(table, given.names, place)
    if table.is_work:
        session.run(f"view {table.name}", f"create view district.main.{table.name} as {query}")
        return
    session.run(f"create {table.name}", create_table_sql(table))
    session.run(
        f"copy {table.name}",
        # one row a row of the table
        f"insert into district.main.{table.name} {query} order by {', '.join(table.key)}",
    )


def _query(table: Table, given: Collection[str], place: Files) -> str:
    """The rows of a table's files, typed as in a district. A view takes no bound values, so they are quoted."""
    columns = ", ".join(f"{_value(column, column.name in given)} as {column.name}" for column in table.columns)
    files = ", ".join(quoted(file) for file in place.files)
    name = '"' + place.column.replace('"', '""') + '"'
    own = f" where {name} = {quoted(place.value)}" if place.column else ""
    # one row a row of the files that is this district's
    return f"select {columns} from read_parquet([{files}], hive_partitioning = false){own}"


def _value(column: Column, is_given: bool) -> str:
    is_cast = is_given and column.kind not in ("text", "bool", "date")
    value = f"cast({column.name} as {column.sql_type})" if is_cast else column.name if is_given else ""
    return with_default(column, value)
