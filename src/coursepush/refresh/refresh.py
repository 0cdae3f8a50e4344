"""Refresh: next week's extract takes the place of this week's, in one transaction; history and plans stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from coursepush.apply.history import create_history
from coursepush.errors import LoadError, RequestError
from coursepush.load.checking import check_staged, drop_staged, stage
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.load.given import Columns, columns_given, columns_not_given, keep_columns_given
from coursepush.load.reading import SourceTables
from coursepush.load.source import ColumnNames, given_tables, of_reader
from coursepush.load.tables import damage, files_of, fill_from_staged, keep_findings
from coursepush.load.without_setup import warn_of_new_masters_without_setup
from coursepush.model.tables import TABLES, create_table_sql
from coursepush.refresh.compare import OUTCOMES, compare, differs, keep_drift
from coursepush.refresh.identity import SETUP_TABLES, give_known_ids
from coursepush.refresh.kept import keep_links, stage_kept
from coursepush.refresh.kept_columns import keep_columns
from coursepush.refresh.kept_parts import keep_part, keep_part_of_bank
from coursepush.refresh.kept_scaffold import follow_scaffolded, keep_scaffolded, scaffolded_tables
from coursepush.refresh.pushed import drop_pushed, is_pushed, read_pushed
from coursepush.refresh.refreshed import CHANGE_SCHEMA, Refreshed
from coursepush.refresh.removals import check_removals, remember_removed
from coursepush.refresh.same import drop_same, find_same, follow
from coursepush.store.database import Session, Store
from coursepush.store.proof import Proof
from coursepush.store.work import keep_work

NOT_GIVEN = ("keep", "forget")
"""What a refresh does with tables and columns that the extract does not give."""


@dataclass(frozen=True)
class _Extract:
    """What the extract gives, and what else was staged beside it.

    Attributes:
        read: the tables that it gives. refused: those that it gives and that cannot be read.
        columns: of the tables read, the columns that it gives. unknown: those that it does not.
        parts: table → what the format can give of it, where that is not all.
    """

    read: frozenset[str]
    refused: frozenset[str]
    columns: Columns
    unknown: Columns
    parts: Mapping[str, str]
    format: str


def refresh_tables(
    store: Store,
    source: Any,
    *,
    columns: ColumnNames | None = None,
    repair: bool = False,
    not_given: str = "keep",
    allow_removals: bool = False,
) -> Refreshed:
    """Replace the district's tables by those of `source`; see :meth:`coursepush.District.refresh`."""
    if not_given not in NOT_GIVEN:
        raise RequestError.unknown("value of not_given", not_given, NOT_GIVEN)
    done: list[int] = []
    findings = Findings()
    reader: SourceTables | None = source if isinstance(source, SourceTables) else None
    made_by = "refresh" if reader is None else reader.format
    with store.writing() as session:
        given = given_tables(of_reader(reader) if reader else source, columns or {}, findings, repair=repair)
        read = set(stage(session, given, findings, repair=repair))
        session.run_all(create_history())
        if reader is not None and not findings.refusals:
            give_known_ids(session, reader.keys, read)
        of_tables = columns_given(session, given, read, by_reader=reader is not None)
        extract = _Extract(
            read=frozenset(read),
            # what was given and cannot be read is refused; nothing stands in for it
            refused=frozenset(one.table for one in findings.refusals if one.table is not None),
            columns=of_tables,
            unknown=columns_not_given(of_tables),
            parts={} if reader is None else reader.parts,
            format=made_by,
        )
        unknown = extract.unknown if not_given == "keep" else {}
        read_pushed(session, unknown)
        kept, kept_parts = _stage_rest(session, extract, not_given, findings)
        if "course_master" in read:
            warn_of_new_masters_without_setup(session, findings)
        try:
            checked = check_staged(session, read | kept, files_of(given), findings, repair=repair, reader=reader)
        except LoadError as error:
            raise _with_kept(error, kept) from None
        if not allow_removals:
            check_removals(session, read, kept)
        notes = [] if reader is None else [reader.findings]
        found = pl.concat([*notes, checked.findings])
        in_order = checked.in_order - set(kept_parts)
        changes = _replace(session, extract, kept, kept_parts, in_order, not_given, done)
        session.run("forget findings", "delete from district.push.finding")
        session.run(
            "forget repairs",
            "delete from district.push.repair where list_contains($tables::varchar[], table_name)",
            {"tables": sorted(read)},
        )
        keep_findings(session, dataclasses.replace(checked, findings=found))
        _remember_given(session, {one.table.name: one.origin for one in given}, kept, not_given)
        _remember_rest(session, extract, not_given)
        drop_staged(session)
        keep_work(session)
        drop_pushed(session)
        drop_same(session)
        for name in SETUP_TABLES:
            session.run("drop kept", f"drop table kept_{name}")
        session.proof = _proof(session, done[0])
    return Refreshed(done[0], changes, found, left_untidy=tuple(session.untidy))


def _stage_rest(
    session: Session, extract: _Extract, not_given: str, findings: Findings
) -> tuple[set[str], set[str]]:
    """What the extract does not give, as the district has it, in an order in which references point backwards.

    Returns:
        The tables kept, and the setup tables of which rows were kept.
    """
    loaded = {
        str(name): f"{day:%Y-%m-%d}"
        for name, day in session.rows(
            "days of loading", "select table_name, loaded_at from district.push.given_table where is_given"
        )
    }
    scaffolded = scaffolded_tables(session)
    kept: set[str] = set()
    kept_parts: set[str] = set()
    for name in TABLES:
        is_read = name in extract.read
        if is_read and name in scaffolded:
            keep_scaffolded(session, name, findings)
        part = extract.parts.get(name) if is_read else None
        if name in SETUP_TABLES:
            if keep_part(session, name, part, extract.format, findings):
                kept_parts.add(name)
            find_same(session, name, extract.read)
        elif part is not None and name == "grading_task":
            keep_part_of_bank(session, part, extract.format, findings)
        is_kept = not is_read and name not in extract.refused and not_given == "keep"
        if is_kept and stage_kept(session, name, loaded.get(name), findings):
            kept.add(name)
    keep_links(session, extract.read, extract.unknown, findings)
    if not_given == "keep":
        days = {
            (str(table), str(column)): f"{day:%Y-%m-%d}"
            for table, column, day in session.rows(
                "days of columns", "select table_name, column_name, loaded_at from district.push.given_column"
            )
        }
        keep_columns(session, extract.unknown, days, findings)
    return kept, kept_parts


def _with_kept(error: LoadError, kept: set[str]) -> LoadError:
    """The refusal, with what to do where tables that were kept no longer fit."""
    frame = error.findings
    assert frame is not None
    lost = sorted(set(frame.filter(pl.col("severity") == "refusal")["table"].drop_nulls()) & kept)
    if not lost:
        return error
    return LoadError(
        f"{error} The extract does not give {', '.join(lost)}, which the district keeps and which no longer fit. "
        "Give them too, or refresh with not_given='forget' to let them go.",
        frame,
    )


def _replace(
    session: Session,
    extract: _Extract,
    kept: set[str],
    kept_parts: set[str],
    in_order: Collection[str],
    not_given: str,
    done: list[int],
) -> pl.DataFrame:
    """Compare, write what differs, and keep what was found; the counts by table."""
    refresh_id = int(
        session.value("refresh id", "select coalesce(max(refresh_id), 0) + 1 from district.push.refresh")
    )
    done.append(refresh_id)
    read, keeps = extract.read, not_given == "keep"
    let_go = frozenset[str]() if keeps else frozenset(TABLES) - read
    compared: list[str] = []
    rows: list[tuple[Any, ...]] = []
    differing = [name for name in TABLES if name in read | kept | let_go and differs(session, name)]
    for name in TABLES:
        if name not in read | let_go:
            continue
        before = session.value(f"rows before {name}", f"select count(*) from district.main.{name}")
        after = session.value(f"rows after {name}", f"select count(*) from {staged(name)}")
        outcomes = dict.fromkeys(OUTCOMES, 0)
        if name in differing or is_pushed(session, name):
            unknown = extract.unknown.get(name, frozenset()) if keeps else frozenset[str]()
            outcomes = compare(session, name, unknown, has_kept=name in kept_parts)
            compared.append(name)
        if name in read or before:
            rows.append((name, before, after, *outcomes.values()))
    _keep_refresh(session, refresh_id, extract.format)
    keep_drift(session, refresh_id, compared)
    remember_removed(session, refresh_id)
    for name in differing:
        session.run(
            f"make {name} anew",
            create_table_sql(TABLES[name]).replace("create table", "create or replace table", 1),
        )
        fill_from_staged(session, name, is_in_order=name in in_order)
    follow(session)
    follow_scaffolded(session)
    for name in compared:
        session.run("drop compared", f"drop table compared_{name}")
    changes = pl.DataFrame(rows, schema=CHANGE_SCHEMA, orient="row")
    session.take_in("changes_now", changes)
    session.run(
        "keep the counts",
        # one row a table that was given
        f"""
        insert into district.push.refresh_table
            (refresh_id, table_name, rows_before, rows_after, {", ".join(OUTCOMES)})
        select {refresh_id}, "table", rows_before, rows_after, {", ".join(OUTCOMES)}
        from changes_now
        """,
    )
    session.run("drop changes", "drop table changes_now")
    return changes


def _keep_refresh(session: Session, refresh_id: int, made_by: str) -> None:
    session.run(
        "keep the refresh",
        # one row: this refresh, and the last push before it
        "insert into district.push.refresh (refresh_id, made_by, made_at, last_push_id) "
        "values ($1, $2, $3, (select coalesce(max(push_id), 0) from district.push.history))",
        [refresh_id, made_by, _now()],
    )


def _remember_given(session: Session, origins: Mapping[str, str], kept: set[str], not_given: str) -> None:
    """Which tables are known now; a table that is kept stays as it was known, one that is let go is not."""
    session.take_in(
        "given_now",
        pl.DataFrame(
            {"table_name": list(origins), "source": list(origins.values())},
            schema={"table_name": pl.String, "source": pl.String},
        ),
    )
    session.run(
        "remember the tables given now",
        # one row a table that the extract gives
        """
        update district.push.given_table as t
        set is_given = true, source = g.source, loaded_at = $1
        from given_now as g
        where g.table_name = t.table_name
        """,
        [_now()],
    )
    if not_given == "forget":
        session.run(
            "forget the tables not given",
            # one row a table that the extract does not give
            """
            update district.push.given_table as t
            set is_given = false, source = null, row_count = null, loaded_at = $1
            where not exists (select 1 from given_now as g where g.table_name = t.table_name)
            """,
            [_now()],
        )
    counts = " union all ".join(
        f"select '{name}' as table_name, count(*) as row_count from {staged(name)}" for name in TABLES
    )
    session.run(
        "remember how many rows",
        # one row a table that is known
        f"""
        update district.push.given_table as t
        set row_count = counted.row_count
        from ({counts}) as counted
        where counted.table_name = t.table_name and (t.is_given or t.row_count is not null)
        """,
    )
    session.run("drop given", "drop table given_now")


def _remember_rest(session: Session, extract: _Extract, not_given: str) -> None:
    """Which columns were given, of which tables only a part can be, and which rows were kept for it."""
    if not_given == "forget":
        session.run(
            "forget columns not given",
            # one row a column that the extract does not give
            "delete from district.push.given_column",
        )
    keep_columns_given(session, extract.columns, _now())
    tables = {"tables": sorted(extract.read)}
    for name in ("given_part", "kept_row"):
        session.run(
            f"forget {name}",
            # one row a part, or a row kept, of a table that is given now
            f"delete from district.push.{name} where list_contains($tables::varchar[], table_name)",
            tables,
        )
    for table, part in sorted(extract.parts.items()):
        if table in extract.read:
            session.run(
                f"remember the part of {table}",
                # one row: what the format can give of the table
                "insert into district.push.given_part (table_name, part) values ($table, $part)",
                {"table": table, "part": part},
            )
    for table in SETUP_TABLES:
        if table in extract.parts:
            session.run(
                f"remember kept rows of {table}",
                # one row a row that the source could not give
                f"insert into district.push.kept_row select '{table}', row_id from kept_{table} order by row_id",
            )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _proof(session: Session, refresh_id: int) -> Proof:
    """The district remembers its refreshes: that decides."""
    sql = "select made_at from district.push.refresh where refresh_id = $refresh_id"
    made_at = session.value("when it was made", sql, {"refresh_id": refresh_id})
    return Proof(
        f"Refresh {refresh_id}",
        lambda found: found.value("read back", sql, {"refresh_id": refresh_id}) == made_at,
        damage,
        f"for refresh {refresh_id} of {made_at} UTC in district.refreshes()",
    )
