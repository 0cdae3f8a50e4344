"""Refresh: next week's extract takes the place of this week's, in one transaction; history and plans stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

from coursepush.apply.history import create_history, history_tables
from coursepush.errors import LoadError, RequestError, StoreError, counted
from coursepush.load.checking import check_staged, drop_staged, stage
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.load.reading import SourceTables
from coursepush.load.source import ColumnNames, given_tables, of_reader
from coursepush.load.tables import check_saved, files_of, fill_from_staged, keep_findings
from coursepush.marks import Drawn
from coursepush.model.tables import TABLES, create_table_sql
from coursepush.refresh.compare import OUTCOMES, compare, differs, keep_drift
from coursepush.refresh.identity import (
    SETUP_TABLES,
    find_moved,
    give_known_ids,
    keep_links,
    keep_scaffolded,
    stage_kept,
    upper_table,
)
from coursepush.refresh.pushed import PUSHED_TABLES, drop_pushed, is_pushed, read_pushed
from coursepush.store.database import Session, Store
from coursepush.store.templates import template
from coursepush.store.work import keep_work

NOT_GIVEN = ("keep", "forget")
"""What a refresh does with tables that the extract does not give."""

CHANGE_SCHEMA: dict[str, pl.DataType] = {
    "table": pl.String(),
    "rows_before": pl.Int64(),
    "rows_after": pl.Int64(),
    **{what: pl.Int64() for what in OUTCOMES},
}


_OF_STUDENTS = ("enrollment", "score", "posted_grade")
"""Tables with a row for a student: how many of them changed is not shown around, it may be one."""


@dataclass(frozen=True, eq=False)
class Refreshed(Drawn):
    """What a refresh changed since the last load, and by whom.

    Attributes:
        refresh_id: its number.
        changes: table, rows_before, rows_after, by_our_push, not_carried_out, added, removed, changed; one row a
            table that was given. `by_our_push`: what pushes wrote here and the extract has too; `not_carried_out`:
            what they wrote and the extract does not have; the last three are the doing of others.
        warnings: the findings of the load.
    """

    refresh_id: int
    changes: pl.DataFrame = field(repr=False)
    warnings: pl.DataFrame = field(repr=False)

    @property
    def moved(self) -> pl.DataFrame:
        """The rows of `changes` in which anything changed."""
        return self.changes.filter(pl.sum_horizontal(OUTCOMES) > 0)

    @property
    def summary(self) -> str:
        """One sentence."""
        return _sentence(self.changes) or "Nothing has changed since the last load."

    @property
    def told(self) -> tuple[str, pl.DataFrame]:
        """The same without the tables whose rows are a student's: one sentence, and the other tables' rows."""
        others = self.changes.filter(~pl.col("table").is_in(_OF_STUDENTS))
        nothing = "Nothing has changed since the last load."
        if not self.moved.is_empty():
            nothing = "Since the last load nothing has changed but enrollment or students' work."
        return _sentence(others) or nothing, others

    def __repr__(self) -> str:
        return f"<Refresh {self.refresh_id}: {self.summary}>"

    def _repr_html_(self) -> str:
        from coursepush.display import refreshed_html

        return refreshed_html(self)


def _sentence(changes: pl.DataFrame) -> str:
    """What changed, over all rows of `changes`; empty for nothing."""
    totals = {what: int(changes[what].sum()) for what in OUTCOMES}
    others = totals["added"] + totals["removed"] + totals["changed"]
    if not sum(totals.values()):
        return ""
    parts: list[str] = []
    if totals["by_our_push"]:
        parts.append(f"{counted(totals['by_our_push'], 'row')} as our pushes wrote them")
    if totals["not_carried_out"]:
        parts.append(
            f"{counted(totals['not_carried_out'], 'row')} that our pushes wrote here and the extract does not have"
        )
    if others:
        parts.append(
            f"{counted(others, 'row')} changed by others ({totals['added']:,} added, "
            f"{totals['removed']:,} removed, {totals['changed']:,} changed)"
        )
    return f"Since the last load: {'; '.join(parts)}."


def refresh_tables(
    store: Store,
    source: Any,
    *,
    columns: ColumnNames | None = None,
    repair: bool = False,
    not_given: str = "keep",
) -> Refreshed:
    """Replace the district's tables by those of `source`; see :meth:`coursepush.District.refresh`."""
    if not_given not in NOT_GIVEN:
        raise RequestError.unknown("value of not_given", not_given, NOT_GIVEN)
    done: list[int] = []
    findings = Findings()
    reader: SourceTables | None = source if isinstance(source, SourceTables) else None
    made_by = "refresh" if reader is None else reader.format
    with store.writing(read_back=lambda session: _read_back(session, done[0])) as session:
        given = given_tables(of_reader(reader) if reader else source, columns or {}, findings, repair=repair)
        read = stage(session, given, findings, repair=repair)
        if reader is not None and not findings.refusals:
            give_known_ids(session, reader.keys, read)
        # what was given and cannot be read is refused; nothing stands in for it
        given_at_all = read | {finding.table for finding in findings.refusals if finding.table is not None}
        keep_scaffolded(session, read, findings)
        session.run_all(create_history())
        mark = session.value("last mark", "select coalesce(max(last_push_id), 0) from district.push.refresh")
        read_pushed(session, int(mark))
        find_moved(session, read, PUSHED_TABLES)
        kept = _stage_rest(session, given_at_all, not_given, findings)
        try:
            checked = check_staged(session, read | kept, files_of(given), findings, repair=repair, reader=reader)
        except LoadError as error:
            raise _with_kept(error, kept) from None
        notes = [] if reader is None else [reader.findings]
        found = pl.concat([*notes, checked.findings])
        changes = _replace(session, read, kept, checked.in_order, not_given, made_by, done)
        session.run("forget findings", "delete from district.push.finding")
        session.run(
            "forget repairs",
            "delete from district.push.repair where list_contains($tables::varchar[], table_name)",
            {"tables": sorted(read)},
        )
        keep_findings(session, dataclasses.replace(checked, findings=found))
        _remember_given(session, {one.table.name: one.origin for one in given}, kept, not_given)
        drop_staged(session)
        keep_work(session)
        drop_pushed(session)
        for name in SETUP_TABLES:
            session.run("drop moved", f"drop table moved_{name}")
    return Refreshed(done[0], changes, found)


def _stage_rest(session: Session, read: set[str], not_given: str, findings: Findings) -> set[str]:
    """Links and tables that the extract does not give, as the district has them; the tables kept."""
    keep_links(session, read, findings)
    if not_given == "forget":
        return set()
    loaded = {
        str(name): f"{day:%Y-%m-%d}"
        for name, day in session.rows(
            "days of loading", "select table_name, loaded_at from district.push.given_table where is_given"
        )
    }
    return stage_kept(session, read, loaded, findings)


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
    read: set[str],
    kept: set[str],
    in_order: Collection[str],
    not_given: str,
    made_by: str,
    done: list[int],
) -> pl.DataFrame:
    """Compare, write what differs, and keep what was found; the counts by table."""
    refresh_id = int(
        session.value("refresh id", "select coalesce(max(refresh_id), 0) + 1 from district.push.refresh")
    )
    done.append(refresh_id)
    let_go = set() if not_given == "keep" else set(TABLES) - read
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
            outcomes = compare(session, name)
            compared.append(name)
        if name in read or before:
            rows.append((name, before, after, *outcomes.values()))
    _keep_refresh(session, refresh_id, made_by)
    keep_drift(session, refresh_id, compared)
    for name in differing:
        session.run(
            f"make {name} anew",
            create_table_sql(TABLES[name]).replace("create table", "create or replace table", 1),
        )
        fill_from_staged(session, name, is_in_order=name in in_order)
    _follow(session)
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


def _follow(session: Session) -> None:
    """Let the history follow rows to their new ids, so that earlier pushes can still be undone."""
    for name in SETUP_TABLES:
        if name not in history_tables():
            continue
        words = {"table": name, "upper": upper_table(name)}
        session.run(f"follow {name}", template("coursepush.refresh", "follow_row").format_map(words))
        for when in ("before", "after"):
            sql = template("coursepush.refresh", "follow_parent").format_map({**words, "when": when})
            session.run(f"follow parents of {name}", sql)


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


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _read_back(session: Session, refresh_id: int) -> None:
    """A commit that follows a failed statement saves nothing and says nothing: look."""
    sql = "select count(*) from district.push.refresh where refresh_id = $refresh_id"
    check_saved(session)
    if session.value("read back", sql, {"refresh_id": refresh_id}) != 1:
        raise StoreError(
            "The refresh was not saved although no step failed. The district is as it was; refresh again."
        )


def refreshes_frame(session: Session) -> pl.DataFrame:
    """The refreshes, newest first: refresh_id, made_by, made_at, table and the counts of each table that moved."""
    return session.frame(
        "refreshes",
        f"""
        select r.refresh_id, r.made_by, r.made_at, t.table_name as "table", t.rows_before, t.rows_after,
            {", ".join(f"t.{what}" for what in OUTCOMES)}
        from push.refresh as r
        left join push.refresh_table as t
            on t.refresh_id = r.refresh_id and ({" + ".join(f"t.{what}" for what in OUTCOMES)}) > 0
        order by r.refresh_id desc, t.table_name
        """,
    )
