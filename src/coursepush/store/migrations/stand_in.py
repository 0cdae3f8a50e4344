"""Reading a file of an earlier layout as it is: views in memory stand in for what it does not have yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coursepush.store.migrations.registry import migrations_after

if TYPE_CHECKING:
    from coursepush.store.session import Session

STAND_IN = "stand_in"
"""The database in memory that holds the views, for as long as the file is attached."""


def stand_in(session: Session, layout: int) -> None:
    """Let statements that name ``push.finding`` or ``course`` find them as the newest layout has them.

    The file of `layout` is attached as ``district``; whoever detaches it detaches ``stand_in`` too. Names without
    a database are looked up there first, then in the file. Nothing is written to the file.
    """
    session.run("create schema push", f"create schema {STAND_IN}.push")
    for table, query in queries(layout, tables_of(session)).items():
        session.run(f"stand in for {table}", f"create view {STAND_IN}.{table} as\n{query}")
    path = f"{STAND_IN}.main,{STAND_IN}.push,district.main,district.push"
    session.run("use", f"set search_path = '{path}'")


def queries(layout: int, tables: frozenset[str]) -> dict[str, str]:
    """Per table that a file of `layout` has not, or has otherwise: the query that gives it in the newest layout.

    Args:
        tables: the tables that the file has.
    """
    found: dict[str, str] = {}

    def earlier(table: str) -> str:
        return f"({found[table]})" if table in found else f"district.{table}"

    for migration in migrations_after(layout):
        of_this_one = {
            each.table: each.query(earlier)
            for each in migration.stand_ins
            if each.where_there_is is None or each.where_there_is in tables | set(found)
        }
        found |= of_this_one
    return found


def tables_of(session: Session) -> frozenset[str]:
    """The tables of the attached file, as ``push.district``."""
    rows = session.rows(
        "tables of the file",
        # one row a table
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = 'district' order by all",
    )
    return frozenset(str(name) for (name,) in rows)
