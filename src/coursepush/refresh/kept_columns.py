"""Columns that an extract does not give: rows that are there still keep what they had in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coursepush.errors import counted
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.model.tables import SETUP, TABLES, Column, Table
from coursepush.store.database import Session
from coursepush.store.templates import template

_HERE = "coursepush.refresh"


def keep_columns(
    session: Session,
    unknown: Mapping[str, Collection[str]],
    given_before: Mapping[tuple[str, str], str],
    findings: Findings,
) -> None:
    """Rows that are there still keep their values in columns that the extract does not give.

    Args:
        unknown: table → those columns. given_before: (table, column) → the day it was last given, where it ever
        was.
    """
    for name in TABLES:
        lacking = set(unknown.get(name, ())) - {"parent_row_id"}  # links are kept whole, or given
        columns = [TABLES[name].column(each) for each in sorted(lacking, key=TABLES[name].names.index)]
        if not columns:
            continue
        counts = ", ".join(
            f"count(*) filter (where {each.name} is distinct from {_default(each)})" for each in columns
        )
        held = session.rows(
            f"values held in {name}",
            # one row: of each column, how many rows have another value than a load would put there
            f"select {counts} from district.main.{name}",
        )[0]
        kept = [column for column, rows in zip(columns, held, strict=True) if rows]
        if kept:
            _keep_values(session, TABLES[name], kept)
        for column in columns:
            if column in kept or (name, column.name) in given_before:
                lost = _forget_lost(session, TABLES[name], column) if column in kept else 0
                _tell_column(session, TABLES[name], column, given_before.get((name, column.name)), lost, findings)


def _default(column: Column) -> str:
    return f"cast({column.default or 'null'} as {column.sql_type})"


def _keep_values(session: Session, table: Table, columns: list[Column]) -> None:
    is_setup = table in SETUP
    values = {column.name: f"d.{column.name}" for column in columns}
    joins: list[str] = []
    if is_setup:
        joins.append(f"join same_{table.name} as s on s.old_id = d.row_id")
    if "category_row_id" in values:
        joins.append("left join moved_section_category as m on m.old_id = d.category_row_id")
        values["category_row_id"] = "coalesce(m.new_id, d.category_row_id)"
    words = {
        "table": table.name,
        "staged": staged(table.name),
        "column_names": ", ".join(values),
        "assignments": ", ".join(f"{name} = d.{name}" for name in values),
        "values": ", ".join(f"{sql} as {name}" for name, sql in values.items()),
        "ids": "s.new_id as row_id" if is_setup else ", ".join(f"d.{key}" for key in table.key),
        "joins": "\n    ".join(joins),
        "same_row": " and ".join(f"d.{key} = n.{key}" for key in table.key),
    }
    session.run(f"keep columns of {table.name}", template(_HERE, "keep_columns").format_map(words))


def _forget_lost(session: Session, table: Table, column: Column) -> int:
    """Empty values that were kept and name a row that is gone; how many."""
    if column.reference is None or column.kind != "id":
        return 0
    name, key = staged(table.name), TABLES[column.reference].key[0]
    lost = (
        f"{column.name} is not null and not exists "
        f"(select 1 from {staged(column.reference)} as t where t.{key} = n.{column.name})"
    )
    rows = int(session.value(f"lost {column.name}", f"select count(*) from {name} as n where {lost}"))
    if rows:
        session.run(
            f"forget lost {column.name}",
            # one row a row whose kept value names what is gone
            f"update {name} as n set {column.name} = null where {lost}",
        )
    return rows


def _tell_column(
    session: Session, table: Table, column: Column, loaded: str | None, lost: int, findings: Findings
) -> None:
    rows, new = session.rows(
        f"rows of {table.name} with and without",
        # one row: how many rows there are, and how many of them are new
        f"select count(*), count(*) filter (where {_is_new(table)}) from {staged(table.name)} as n",
    )[0]
    since = f"as loaded on {loaded}" if loaded is not None else "as they are"
    default = "blank" if column.default is None else column.default.strip("'")
    later = f" {_are(int(new), f'that {{are}} new {{get}} {default}')}." if new else ""
    gone = f" {_are(lost, f'named a {column.reference} that is gone, and {{are}} blank now')}." if lost else ""
    findings.warn(
        "column_kept",
        f"The extract gives no column {column.name} of {table.name}: {counted(int(rows - new), 'row')} kept "
        f"{since}.{later}{gone} Give the column, or refresh with not_given='forget' to let its values go.",
        table=table.name,
        column=column.name,
        value=str(rows - new),
    )


def _are(number: int, words: str) -> str:
    """ "1 row that is new gets 0", "2 rows that are new get 0"."""
    one = number == 1
    return f"{counted(number, 'row')} {words.format(are='is' if one else 'are', get='gets' if one else 'get')}"


def _is_new(table: Table) -> str:
    """SQL of a staged row `n`: the district does not have it."""
    if table in SETUP:
        return f"not exists (select 1 from same_{table.name} as s where s.new_id = n.row_id)"
    same = " and ".join(f"d.{key} = n.{key}" for key in table.key)
    return f"not exists (select 1 from district.main.{table.name} as d where {same})"
