"""Who is who between two extracts: what makes two rows the same, and the ids that a reader made up.

A source gives a row that was removed and made again another id, and gives a row that a push added an id of its
own. Rows of the grading setup are the same when owner and business key are; all others when their ids are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from coursepush.load.checks import staged
from coursepush.model.tables import SETUP, SETUP_KEYS, TABLES, Table
from coursepush.store.database import Session
from coursepush.store.templates import template

LEVELS = ("master", "course", "section")
_UPPER = {"course": "master", "section": "course"}

SETUP_TABLES: tuple[str, ...] = tuple(
    table.name for level in LEVELS for table in SETUP if table.name.startswith(f"{level}_")
)
"""The tables of the grading setup, masters' first: what a link points to stands before it."""


def upper_table(table: str) -> str | None:
    """The table that `parent_row_id` of a setup table points into; None for masters' tables."""
    level, _, family = table.partition("_")
    return f"{_UPPER[level]}_{family}" if level in _UPPER else None


def identity(table: Table, alias: str) -> list[tuple[str, str]]:
    """(name, SQL) of what makes two rows of `table` the same: owner and business key, or the table's key."""
    if table not in SETUP:
        return [(name, f"{alias}.{name}") for name in table.key]
    keys = SETUP_KEYS[table.name.partition("_")[2]]
    parts = [("owner_id", f"{alias}.owner_id")]
    for name in keys:
        parts.append((name, f"lower({alias}.{name})" if name == "name" else f"{alias}.{name}"))
    return parts


def same_identity(table: Table, left: str = "d", right: str = "n") -> str:
    pairs = zip(identity(table, left), identity(table, right), strict=True)
    return " and ".join(f"{one} = {other}" for (_, one), (_, other) in pairs)


# -- ids that a reader made up -----------------------------------------------------------------------


_COLUMNS_OF_NO_TABLE = {"student": "student_id", "lesson": "lesson_id"}
"""What a reader may number that has no table of its own, and the column that names it."""


def give_known_ids(session: Session, keys: Mapping[str, pl.DataFrame], read: Collection[str]) -> None:
    """Give what the source calls by a known name the id that it had; what is new gets the next free ones.

    Afterwards ``push.source_key`` knows all of them.
    """
    for name in sorted(keys, key=lambda one: [*TABLES, *_COLUMNS_OF_NO_TABLE].index(one)):
        session.take_in("keys_now", keys[name])
        words = {"table": name, "held": _held_ids(name)}
        for step in ("renumber", "new_source_key"):
            session.run(f"{step} {name}", template("coursepush.refresh", step).format_map(words))
        if session.value("any id moved", f"select count(*) from renumber_{name} where old_id <> new_id"):
            for table in TABLES.values():
                if table.name in read:
                    _renumber_references(session, name, table)
        for made in ("keys_now", f"renumber_{name}"):
            session.run("drop keys", f"drop table {made}")


def _held_ids(name: str) -> str:
    """SQL: the ids of `name` that the district holds."""
    if name in TABLES:
        return f"select {TABLES[name].key[0]} as id from district.main.{name}"
    column = _COLUMNS_OF_NO_TABLE[name]
    holders = [table.name for table in TABLES.values() if column in table.names]
    return " union all ".join(f"select {column} as id from district.main.{holder}" for holder in holders)


def _renumber_references(session: Session, target: str, table: Table) -> None:
    """Every column of staged `table` that names a row of `target`."""
    for column in table.columns:
        named = column.reference == target or (table.name == target and column.name == table.key[0])
        if column.name == "parent_row_id":
            named = upper_table(table.name) == target
        if column.name == _COLUMNS_OF_NO_TABLE.get(target):
            named = True
        words = {"staged": staged(table.name), "column": column.name, "target": target, "where": "true"}
        if table.name == "custom_field" and column.name == "owner_id":
            level = {"course_master": "master", "course": "course"}.get(target)
            named = level is not None
            words["where"] = f"n.level = '{level}'"
        if named:
            step = "renumber_list" if column.kind == "ids" else "renumber_reference"
            session.run(
                f"{step} {table.name}.{column.name}", template("coursepush.refresh", step).format_map(words)
            )
