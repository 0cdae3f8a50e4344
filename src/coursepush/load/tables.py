"""A source becomes a new district, or a list of everything that is wrong with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from coursepush.errors import LoadError
from coursepush.load.checking import Checked, check_staged, drop_staged, stage
from coursepush.load.checks import staged
from coursepush.load.findings import FINDING_SCHEMA, Findings
from coursepush.load.given import columns_given, keep_columns_given
from coursepush.load.in_place import settle
from coursepush.load.reading import SourceTables
from coursepush.load.source import ColumnNames, Given, given_tables, of_reader
from coursepush.model.tables import TABLES, create_table_sql
from coursepush.store import Session, Store
from coursepush.store.layout import TOOLKIT_TABLES, create_toolkit_sql
from coursepush.store.migrations import SCHEMA_VERSION
from coursepush.store.proof import Proof
from coursepush.store.work import keep_work


def load_tables(
    store: Store,
    source: Any,
    *,
    columns: ColumnNames | None = None,
    made_by: str = "load",
    notes: pl.DataFrame | None = None,
    repair: bool = False,
    finish: Callable[[Session], object] | None = None,
) -> pl.DataFrame:
    """Write a new district into `store`, in one transaction after all checks.

    Args:
        store: an empty database, or a file that does not exist yet.
        source: a folder with one ``<table>.csv`` or ``<table>.parquet`` per table, or a dict of table →
            polars DataFrame or LazyFrame, DuckDB relation, or path of a CSV or Parquet file; or what a reader of
            another format made (:class:`coursepush.load.reading.SourceTables`).
        columns: table → their column name → the model's.
        made_by: what to remember as the district's maker.
        notes: findings of whatever read the source before, kept with the warnings.
        repair: mend the faults that can be mended without a guess, and keep a list of them (MODEL.md).
        finish: what else to write into the district, in the same transaction.

    Returns:
        The repairs and warnings: severity, rule, table, file, line, column, value, message.

    Raises:
        LoadError: the source is refused, with all findings at once, or the store holds a district already.
            Nothing was written, and no new file is left.
        RequestError: `columns` names a table or column that the model lacks, or `source` is of another type.
        StoreError: the file cannot be opened.
    """
    findings = Findings()
    reader = source if isinstance(source, SourceTables) else None
    keys: Mapping[str, pl.DataFrame] = {}
    if reader is not None:
        made_by, keys, notes, source = reader.format, reader.keys, reader.findings, of_reader(reader)
    with store.writing(create=True) as session:
        _refuse_second_district(session, store)
        given = given_tables(source, columns or {}, findings, repair=repair)
        read = stage(session, given, findings, repair=repair, in_place=not repair)
        in_place = [name for name, is_there in read.items() if is_there]
        checked = check_staged(
            session, read, files_of(given), findings, repair=repair, reader=reader, in_place=in_place
        )
        found = checked.findings if notes is None else pl.concat([notes, checked.findings])
        _write_district(session, read, checked.in_order, in_place)
        checked = replace(checked, findings=found)
        _write_toolkit(session, given, checked, keys, made_by, by_reader=reader is not None)
        drop_staged(session, in_place)
        for name in in_place:
            settle(session, TABLES[name])
        if finish is None:
            session.proof = SAVED
        else:
            finish(session)
            session.proof = replace(SAVED, damage=_other_rows(_row_counts(session)))
    return found


def files_of(given: Collection[Given]) -> dict[str, str | None]:
    """Table → what its file is called in findings."""
    return {one.table.name: one.file for one in given}


def is_saved(session: Session) -> bool:
    """Whether a commit saved a district: after a failed statement it saves nothing and says nothing."""
    found = session.value(
        "is the district there",
        "select count(*) from duckdb_tables() "
        "where database_name = 'district' and schema_name = 'push' and table_name = 'district'",
    )
    sql = "select count(*) from district.push.district"
    return found == 1 and session.value("read back the district", sql) == 1


def damage(session: Session) -> str:
    """What is wrong with a district that was saved, as a sentence; empty if every table has all its rows."""
    wrong = session.value(
        "read back",
        # one row: the tables that have other rows than were written
        f"""
        select string_agg(g.table_name, ', ')
        from district.push.given_table as g
        join ({_COUNTS}) as c on c.table_name = g.table_name
        where g.row_count is not null and g.row_count <> c.row_count
        """,
    )
    return _not_as_written(wrong) if wrong else ""


def _row_counts(session: Session) -> dict[str, int]:
    return dict(session.rows("row counts", _COUNTS))


def _other_rows(written: Mapping[str, int]) -> Callable[[Session], str]:
    """Likewise, of a district in which there is more than what was given."""

    def damage(session: Session) -> str:
        now = _row_counts(session)
        wrong = ", ".join(name for name, rows in written.items() if now.get(name) != rows)
        return _not_as_written(wrong) if wrong else ""

    return damage


def _not_as_written(wrong: str) -> str:
    return (
        f"The district was not saved as it was written: {wrong} have other numbers of rows. Load it again from "
        "its source, into another file; if it happens again, please report it."
    )


_COUNTS = " union all ".join(
    f"select '{name}' as table_name, count(*) as row_count from district.main.{name}" for name in TABLES
)
"""A query: one row a table, with how many rows it has."""


SAVED = Proof("The district", is_saved, damage, "whether the file is there")
"""Of a new district. Its file gets its place only when it is whole."""


def _refuse_second_district(session: Session, store: Store) -> None:
    held = session.value(
        "is there a district",
        "select count(*) from duckdb_tables() where database_name = 'district'",
    )
    if not held:
        return
    what = "This store" if store.path is None else str(store.path)
    message = (
        f"{what} already holds a district. To bring next week's data into it, and keep its history and plans, "
        "open it and use district.refresh(source) (coursepush refresh). To start anew, load into another file."
    )
    raise LoadError(message, Findings().frame())


def _write_district(
    session: Session, given: Collection[str], in_order: Collection[str], in_place: Collection[str]
) -> None:
    """All tables of the model, each in the order of its key, so that one source gives one content."""
    for name, table in TABLES.items():
        if name in in_place:
            continue
        session.run(f"create {name}", create_table_sql(table))
        if name in given:
            fill_from_staged(session, name, is_in_order=name in in_order)


def fill_from_staged(session: Session, name: str, *, is_in_order: bool) -> None:
    """Fill the district's empty table `name` from its staged rows, sorted by key unless they are so already."""
    table = TABLES[name]
    names = ", ".join(table.names)
    order = "" if is_in_order else f" order by {', '.join(table.key)}"
    session.run(
        f"write {name}",
        # one row a row of the table
        f"insert into district.main.{name} ({names}) select {names} from {staged(name)}{order}",
    )


def _write_toolkit(
    session: Session,
    given: list[Given],
    checked: Checked,
    keys: Mapping[str, pl.DataFrame],
    made_by: str,
    *,
    by_reader: bool,
) -> None:
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    make_toolkit(session, made_by, now)
    keep_given_tables(session, given, now, staged)
    read = {one.table.name for one in given}
    keep_columns_given(session, columns_given(session, given, read, by_reader=by_reader), now)
    keep_findings(session, checked)
    keep_source_keys(session, keys)
    keep_work(session)


def keep_given_tables(session: Session, given: list[Given], now: datetime, place: Callable[[str], str]) -> None:
    """Remember which tables were given, whence, and with how many rows.

    Args:
        place: table → what holds its rows.
    """
    session.take_in("given_now", _origins(given))
    counts = " union all ".join(
        f"select '{name}' as table_name, count(*) as row_count from {place(name)}" for name in TABLES
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
    session.run("drop given", "drop table given_now")


def make_toolkit(session: Session, made_by: str, now: datetime) -> None:
    """The toolkit's own tables, empty but for the one row that says which district this is."""
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


def keep_findings(session: Session, checked: Checked) -> None:
    """Keep what the load said and mended, in the place of what an earlier one said of the same tables."""
    session.take_in("findings_now", checked.findings.select(list(FINDING_SCHEMA)).with_row_index("position"))
    session.run(
        "keep the findings",
        # one row a finding
        """
        insert into district.push.finding
            (severity, rule, table_name, file, line, column_name, value, message)
        select severity, rule, "table", file, line, "column", value, message
        from findings_now
        order by position
        """,
    )
    session.take_in("repairs_now", checked.repairs.with_row_index("position"))
    session.run(
        "keep the repairs",
        # one row a value that was mended
        """
        insert into district.push.repair (table_name, file, line, row_id, column_name, rule, before, after)
        select "table", file, line, row_id, "column", rule, before, after
        from repairs_now
        order by position
        """,
    )
    for name in ("findings_now", "repairs_now"):
        session.run("drop what was said", f"drop table {name}")


def keep_source_keys(session: Session, keys: Mapping[str, pl.DataFrame]) -> None:
    """Remember which id was made for what the source calls a thing, so that a refresh gives it again."""
    for name in sorted(keys):
        session.take_in("keys_now", keys[name])
        session.run(
            f"keep source keys of {name}",
            # one row an id that was made
            f"insert into district.push.source_key (table_name, source_key, id) "
            f"select '{name}', source_key, id from keys_now order by id",
        )
        session.run("drop keys", "drop table keys_now")


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
