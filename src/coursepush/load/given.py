"""Which columns a source gave of each table: what was not given is unknown, not empty."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import polars as pl

from coursepush.load.checks import staged
from coursepush.load.source import Given
from coursepush.model.tables import TABLES
from coursepush.store import Session

Columns = Mapping[str, frozenset[str]]
"""Table → some of its columns."""


def columns_given(session: Session, given: Sequence[Given], read: Collection[str], *, by_reader: bool) -> Columns:
    """The columns that the source gave of each table that was `read` into its staged rows.

    A reader of another format makes a column that its source lacks, and leaves it blank: a column that is blank in
    every row was not given.
    """
    found: dict[str, frozenset[str]] = {}
    for one in given:
        table = one.table
        if table.name not in read or not one.names:
            continue
        names = set(one.names)
        optional = [column.name for column in table.columns if column.name in names and not column.required]
        if by_reader and optional:
            counts = session.rows(
                f"values given in {table.name}",
                # one row: how many rows there are, and how many have a value in each column
                f"select count(*), {', '.join(f'count({name})' for name in optional)} from {staged(table.name)}",
            )[0]
            if counts[0]:
                names -= {name for name, values in zip(optional, counts[1:], strict=True) if not values}
        found[table.name] = frozenset(names)
    return found


def columns_not_given(columns: Columns) -> Columns:
    """Of each table in `columns` the columns that are not there."""
    return {name: frozenset(TABLES[name].names) - given for name, given in columns.items()}


def keep_columns_given(session: Session, columns: Columns, now: datetime) -> None:
    """Remember which columns were given; others of these tables stay known as given at an earlier time."""
    session.take_in(
        "columns_now",
        pl.DataFrame(
            [
                (table, column)
                for table, names in columns.items()
                for column in TABLES[table].names
                if column in names
            ],
            schema={"table_name": pl.String, "column_name": pl.String},
            orient="row",
        ).with_row_index("position"),
    )
    session.run(
        "columns no longer given",
        # one row a column that was given before, of a table that is given now
        "update district.push.given_column set is_given = false "
        "where table_name in (select table_name from columns_now)",
    )
    session.run(
        "columns given again",
        # one row a column that is given now
        "delete from district.push.given_column as c using columns_now as n "
        "where n.table_name = c.table_name and n.column_name = c.column_name",
    )
    session.run(
        "remember the given columns",
        # one row a column that is given now
        "insert into district.push.given_column (table_name, column_name, is_given, loaded_at) "
        "select table_name, column_name, true, $1 from columns_now order by position",
        [now],
    )
    session.run("drop columns", "drop table columns_now")
