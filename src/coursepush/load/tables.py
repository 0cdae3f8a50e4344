"""A source becomes a new district, or a list of everything that is wrong with it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import polars as pl

from coursepush.errors import LoadError, StoreError
from coursepush.load.cautions import cautions, run_caution, warn_of_missing_links
from coursepush.load.checks import refusal_checks, run_check, staged
from coursepush.load.findings import Findings
from coursepush.load.source import READ_ERRORS, ColumnNames, Given, given_tables, refuse_unreadable
from coursepush.load.staging import fill_staged, make_staged
from coursepush.model.tables import TABLES, create_table_sql
from coursepush.store import Session, Store
from coursepush.store.database import SCHEMA_VERSION
from coursepush.store.layout import TOOLKIT_TABLES, create_toolkit_sql


def load_tables(
    store: Store,
    source: Any,
    *,
    columns: ColumnNames | None = None,
    made_by: str = "load",
    notes: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Write a new district into `store`, in one transaction after all checks.

    Args:
        store: an empty database, or a file that does not exist yet.
        source: a folder with one ``<table>.csv`` or ``<table>.parquet`` per table, or a dict of table →
            polars DataFrame or LazyFrame, DuckDB relation, or path of a CSV or Parquet file.
        columns: table → their column name → the model's.
        made_by: what to remember as the district's maker.
        notes: findings of whatever read the source before, kept with the warnings.

    Returns:
        The warnings: severity, rule, table, file, line, column, value, message; one row a rule and table.

    Raises:
        LoadError: the source is refused, with all findings at once, or the store holds a district already.
            Nothing was written, and no new file is left.
        RequestError: `columns` names a table or column that the model lacks, or `source` is of another type.
        StoreError: the file cannot be opened.
    """
    existed = store.path is None or store.path.exists()
    findings = Findings()
    is_open = False
    try:
        with store.writing(create=True) as session:
            is_open = True
            _refuse_second_district(session, store)
            given = given_tables(source, columns or {}, findings)
            read = _stage(session, given, findings)
            unread = _named_with_faults(findings) - read
            files = {table.table.name: table.file for table in given}
            for check in refusal_checks(read, unread, findings):
                run_check(session, check, files[check.table], findings)
            if findings.refusals:
                raise LoadError(findings.summary(), findings.frame())
            for caution in cautions(read):
                run_caution(session, caution, files[caution.table], findings)
            warn_of_missing_links(session, read, findings)
            warnings = findings.frame("warning")
            if notes is not None:
                warnings = pl.concat([notes, warnings])
            _write_district(session, read)
            _write_toolkit(session, given, warnings, made_by)
    except BaseException:
        if is_open and not existed and store.path is not None:
            store.path.unlink(missing_ok=True)
            store.path.with_name(store.path.name + ".wal").unlink(missing_ok=True)
        raise
    _read_back(store)
    return warnings


def _read_back(store: Store) -> None:
    """Make sure that the commit saved the district: after a failed statement it would have saved nothing."""
    with store.reading() as session:
        if session.value("read back", "select count(*) from district.push.district") != 1:
            raise StoreError("The district was not saved. Load it again.")


def _refuse_second_district(session: Session, store: Store) -> None:
    held = session.value(
        "is there a district",
        "select count(*) from duckdb_tables() where database_name = 'district'",
    )
    if not held:
        return
    what = "This store" if store.path is None else str(store.path)
    message = (
        f"{what} already holds a district, and district.refresh is not available yet. Load into another file, "
        "or delete that one first (its plans and history go with it)."
    )
    raise LoadError(message, Findings().frame())


def _stage(session: Session, given: list[Given], findings: Findings) -> set[str]:
    """Every table of the model, typed, in a temporary table; the names of those that could be read."""
    for table in TABLES.values():
        make_staged(session, table)
    read: set[str] = set()
    for one in given:
        try:
            fill_staged(session, one, findings)
        except READ_ERRORS as error:
            refuse_unreadable(error, one.table.name, one.file, findings)
        else:
            read.add(one.table.name)
    return read


def _named_with_faults(findings: Findings) -> set[str]:
    return {finding.table for finding in findings.refusals if finding.table is not None}


def _write_district(session: Session, given: Collection[str]) -> None:
    """All tables of the model, each in the order of its key, so that one source gives one content."""
    for table in TABLES.values():
        session.run(f"create {table.name}", create_table_sql(table))
        if table.name not in given:
            continue
        names = ", ".join(table.names)
        session.run(
            f"write {table.name}",
            # one row a row of the table
            f"insert into district.main.{table.name} ({names}) "
            f"select {names} from {staged(table.name)} order by {', '.join(table.key)}",
        )


def _write_toolkit(session: Session, given: list[Given], warnings: pl.DataFrame, made_by: str) -> None:
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    session.run("create schema", "create schema district.push")
    for name, columns in TOOLKIT_TABLES:
        session.run(f"create push.{name}", create_toolkit_sql(name, columns))
    session.run(
        "name the district",
        # one row: the district
        "insert into district.push.district (layout_version, district_id, made_by, made_at) "
        "values ($1, $2, $3, $4)",
        [SCHEMA_VERSION, str(uuid.uuid4()), made_by, now],
    )
    session.take_in("given_now", _origins(given))
    counts = " union all ".join(
        f"select '{name}' as table_name, count(*) as row_count from {staged(name)}" for name in TABLES
    )
    session.run(
        "remember the given tables",
        # one row a table of the model; how many rows an unknown table has is unknown too
        f"""
        insert into district.push.given_table (table_name, is_given, source, row_count, loaded_at)
        select given_now.table_name, given_now.is_given, given_now.source,
            case when given_now.is_given or not given_now.is_work then counted.row_count end, $1
        from given_now
        join ({counts}) as counted on counted.table_name = given_now.table_name
        order by given_now.position
        """,
        [now],
    )
    session.take_in("warnings_now", warnings.with_row_index("position"))
    session.run(
        "keep the warnings",
        # one row a warning
        """
        insert into district.push.finding
            (severity, rule, table_name, file, line, column_name, value, message)
        select severity, rule, "table", file, line, "column", value, message
        from warnings_now
        order by position
        """,
    )
    _drop_temporary(session, ("given_now", "warnings_now", *(staged(name) for name in TABLES)))


def _origins(given: list[Given]) -> pl.DataFrame:
    """position, table_name, is_given, is_work, source; one row a table of the model."""
    origins = {one.table.name: one.origin for one in given}
    return pl.DataFrame(
        [
            (position, table.name, table.name in origins, table.is_work, origins.get(table.name))
            for position, table in enumerate(TABLES.values())
        ],
        schema={
            "position": pl.Int64,
            "table_name": pl.String,
            "is_given": pl.Boolean,
            "is_work": pl.Boolean,
            "source": pl.String,
        },
        orient="row",
    )


def _drop_temporary(session: Session, names: Collection[str]) -> None:
    for name in names:
        session.run("drop what was staged", f"drop table {name}")
