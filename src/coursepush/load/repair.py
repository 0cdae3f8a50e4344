"""Repair: what a load mends if asked to, with a list of what stood there before.

Four faults can be mended without a guess (MODEL.md 8): blanks around a category's name, a name of more than 50
characters, a list of tasks out of order, and two categories of one name on one owner. The first is mended where
the text is read (:mod:`coursepush.load.staging`), the others here, in the staged tables. Two more are no faults,
but warned of: names that only look the same (:mod:`coursepush.load.lookalikes`), and numbers without their leading
zeros (:mod:`coursepush.load.zeros`).
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

import polars as pl

from coursepush.load.checks import CATEGORY_TABLES, NAME_LIMIT, staged
from coursepush.load.findings import Findings, place
from coursepush.load.lookalikes import mend_look_alikes
from coursepush.load.zeros import mend_lost_zeros
from coursepush.model.tables import TABLES
from coursepush.store import Session
from coursepush.store.templates import template

REPAIRS = "staged_repair"
"""The temporary table of repairs: table_name, source_line, rule, column_name, before, after."""

_REPEATED = "staged_repeated_name"
"""The temporary table of rows whose name another row of their owner has."""

_DONE = {
    "look_alike": "it is written as it looks, with plain blanks and letters",
    "lost_zeros": "it has the leading zeros of the course master's again",
    "outer_blanks": "the blanks around it were taken off",
    "name_too_long": f"it was cut to {NAME_LIMIT} characters",
    "unsorted_task_ids": "it was put in ascending order, each id once",
    "duplicate_key": "the row of the larger id was numbered, as a push would number it",
}
"""What was done about each rule, for the finding."""


def make_repairs(session: Session) -> None:
    """The empty list of repairs."""
    session.run(
        "list repairs",
        # one row a value that was mended
        f"create temp table {REPAIRS} (table_name varchar, source_line bigint, rule varchar, column_name varchar, "
        "before varchar, after varchar)",
    )


def mend(session: Session, tables: Collection[str]) -> None:
    """Mend the staged category tables among `tables`. Cutting may make two names one, so numbers come last."""
    mend_look_alikes(session, tables, REPAIRS)
    mend_lost_zeros(session, tables, REPAIRS)
    for table in CATEGORY_TABLES:
        if table not in tables:
            continue
        words = {
            "table": table,
            "staged": staged(table),
            "repairs": REPAIRS,
            "limit": NAME_LIMIT,
            "repeated": _REPEATED,
        }
        for rule, apply in (
            ("name_too_long", "repair_apply_text"),
            ("unsorted_task_ids", "repair_apply_list"),
        ):
            for step in (f"repair_{rule}", apply):
                _change(session, step, **words, rule=rule)
        _number(session, **words)


def _number(session: Session, **words: object) -> None:
    """Number names that repeat: first with the numbers of one digit, then of two, until each row has its own."""
    repeated = template("coursepush.load", "repeated_name").format_map(words)
    waiting = session.run(
        f"names that repeat in {words['table']}", f"create or replace temp table {_REPEATED} as\n{repeated}"
    )
    if not waiting:
        return
    for digits in count(1):
        waiting -= _change(session, "repair_duplicate_key", **words, digits=digits, lowest=10 ** (digits - 1))
        if waiting <= 0:
            break
    _change(session, "repair_apply_text", **words, rule="duplicate_key")


def _change(session: Session, step: str, **words: object) -> int:
    """Run a step on a table; gives how many rows it made or changed."""
    return session.run(f"{step} {words['table']}", template("coursepush.load", step).format_map(words)) or 0


def keep_repairs(session: Session, files: dict[str, str | None], findings: Findings) -> pl.DataFrame:
    """Say what was mended, one finding a table and rule, and give the whole list with the rows' ids.

    Returns:
        table, file, line, row_id, column, rule, before, after; one row a value, in the order of the source.
    """
    mended = session.rows("mended tables", f"select distinct table_name from {REPAIRS} order by table_name")
    # a table without repairs is not looked at
    keys = " union all ".join(
        f"select '{table}' as table_name, source_line, {_id_column(table)} as row_id from {staged(table)}"
        for table in ([str(name) for (name,) in mended] or CATEGORY_TABLES)
    )
    repairs = session.frame(
        "repairs",
        # one row a value that was mended
        f"""
        select r.table_name as "table", r.source_line as line, k.row_id, r.column_name as "column", r.rule,
            r.before, r.after
        from {REPAIRS} as r
        join ({keys}) as k on k.table_name = r.table_name and k.source_line = r.source_line
        order by r.table_name, r.source_line, r.rule, r.column_name
        """,
    )
    known = pl.DataFrame(
        {"table": list(files), "file": list(files.values())}, schema={"table": pl.String, "file": pl.String}
    )
    repairs = repairs.join(known, on="table", how="left", maintain_order="left")
    for (table, rule, _), rows in repairs.group_by("table", "rule", "column", maintain_order=True):
        _tell(str(table), str(rule), rows, files.get(str(table)), findings)
    return repairs.select("table", "file", "line", "row_id", "column", "rule", "before", "after")


def _id_column(table: str) -> str:
    """The column that says which row it is: a setup row's own id, a custom field's owner."""
    key = TABLES[table].key
    return "owner_id" if "owner_id" in key else key[0]


def _tell(table: str, rule: str, rows: pl.DataFrame, file: str | None, findings: Findings) -> None:
    column = str(rows["column"][0])
    number = "1 value was" if rows.height == 1 else f"{rows.height:,} values were"
    shown = "; ".join(
        f"{before!r} became {after!r}" for before, after in rows.select("before", "after").head(3).rows()
    )
    more = f"; and {rows.height - 3:,} more, in district.repairs()" if rows.height > 3 else ""
    assert table in TABLES
    findings.mended(
        rule,
        f"{place(table, file, None)}: {number} mended in column {column}: {_DONE[rule]}. {shown}{more}.",
        table=table,
        file=file,
        column=column,
        value=str(rows.height),
    )
