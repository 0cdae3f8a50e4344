"""From the given tables to staged ones in which nothing is refused: typed, mended if asked to, checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from coursepush.errors import LoadError
from coursepush.load.cautions import cautions, run_caution, warn_of_missing_links
from coursepush.load.checks import is_in_order, refusal_checks, run_check, staged
from coursepush.load.findings import Findings, marked
from coursepush.load.lookalikes import warn_of_look_alikes
from coursepush.load.reading import SourceTables, located
from coursepush.load.repair import REPAIRS, keep_repairs, make_repairs, mend
from coursepush.load.source import READ_ERRORS, Given, refuse_unreadable
from coursepush.load.staging import fill_staged, make_staged
from coursepush.load.without_setup import warn_of_masters_without_setup
from coursepush.load.zeros import warn_of_lost_zeros
from coursepush.model.tables import TABLES
from coursepush.store import Session


@dataclass(frozen=True)
class Checked:
    """What passed.

    `findings`: repairs and warnings. `repairs`: one row a mended value. `in_order`: large tables that come in the
    order of their keys.
    """

    findings: pl.DataFrame
    repairs: pl.DataFrame
    in_order: frozenset[str]


def stage(
    session: Session, given: Sequence[Given], findings: Findings, *, repair: bool, in_place: bool = False
) -> dict[str, bool]:
    """Every table of the model, typed, in a temporary table; the names of those that could be read.

    With `in_place`, the name says whether its rows went to the district itself (:mod:`coursepush.load.in_place`).
    """
    for table in TABLES.values():
        make_staged(session, table)
    make_repairs(session)
    read: dict[str, bool] = {}
    for one in given:
        try:
            is_there = fill_staged(session, one, findings, repair=repair, in_place=in_place)
        except READ_ERRORS as error:
            refuse_unreadable(error, one.table.name, one.file, findings)
        else:
            read[one.table.name] = is_there
    return read


def check_staged(
    session: Session,
    tables: Collection[str],
    files: dict[str, str | None],
    findings: Findings,
    *,
    repair: bool,
    reader: SourceTables | None = None,
    in_place: Collection[str] = (),
) -> Checked:
    """Mend if asked to, check all staged `tables` together, and warn.

    Args:
        files: table → the name of its file, for messages.
        reader: what read the source, if that knows where in it the rows stand.
        in_place: tables that are known to be in order, each key once.

    Raises:
        LoadError: something is refused; with all findings.
    """
    if repair:
        mend(session, tables)
    unread = {finding.table for finding in findings.refusals if finding.table is not None} - set(tables)
    filled = _with_rows(session, tables)  # whatever is looked for is a row of the table that it is told of
    in_order = frozenset(name for name in filled if name in in_place or is_in_order(session, TABLES[name]))
    for check in refusal_checks(tables, unread, in_order, findings):
        if check.table in filled:
            run_check(session, check, files.get(check.table), findings)
    if findings.refusals:
        frame = _placed(findings.frame(), reader)
        raise LoadError(findings.summary(frame), marked(frame))
    repairs = keep_repairs(session, files, findings)
    for caution in cautions(tables):
        if caution.table in filled:
            run_caution(session, caution, files.get(caution.table), findings)
    warn_of_missing_links(session, tables, findings)
    warn_of_masters_without_setup(session, tables, findings)
    warn_of_look_alikes(session, tables, files, findings)
    warn_of_lost_zeros(session, tables, files, findings)
    return Checked(_placed(findings.frame(), reader), repairs, in_order)


def _with_rows(session: Session, tables: Collection[str]) -> set[str]:
    """The staged tables that have any row."""
    if not tables:
        return set()
    parts = [f"select '{name}' where exists (from {staged(name)})" for name in TABLES if name in tables]
    # one row a table that has any
    return {str(name) for (name,) in session.rows("tables with rows", " union all ".join(parts))}


def _placed(findings: pl.DataFrame, reader: SourceTables | None) -> pl.DataFrame:
    return findings if reader is None else located(findings, reader.places)


def drop_staged(session: Session, in_place: Collection[str] = ()) -> None:
    """Let go of the staged tables and of the list of repairs."""
    session.run("drop the repairs", f"drop table {REPAIRS}")
    for name in TABLES:
        kind = "view" if name in in_place else "table"
        session.run("drop what was staged", f"drop {kind} {staged(name)}")
