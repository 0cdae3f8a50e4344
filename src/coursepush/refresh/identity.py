"""Who is who between two extracts: ids made up by a reader, rows under new ids, tables that were not given.

A source gives a row that was removed and made again another id, and gives a row that a push added an id of its
own. Rows of the grading setup are the same when owner and business key are; all others when their ids are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from coursepush.errors import counted
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.model.tables import SETUP, SETUP_KEYS, TABLES, Table
from coursepush.store.database import Session
from coursepush.store.templates import template

LEVELS = ("master", "course", "section")
_UPPER = {"course": "master", "section": "course"}
_OWNERS = {"master": "course_master", "course": "course", "section": "section"}

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


# -- rows under new ids ------------------------------------------------------------------------------


def find_moved(session: Session, read: Collection[str], pushed: Collection[str]) -> None:
    """``moved_<table>`` (old_id, new_id) of each setup table; empty where the table was not given.

    Args:
        pushed: the tables that pushes write: of these, rows that earlier pushes added are looked for too.
    """
    for name in SETUP_TABLES:
        if name not in read:
            session.run(
                f"nothing moved in {name}",
                # no row: the table was not given
                f"create temp table moved_{name} as "
                f"select row_id as old_id, row_id as new_id from district.main.{name} where false",
            )
            continue
        table = TABLES[name]
        words = {"table": name, "staged": staged(name), "same_identity": same_identity(table), "earlier": ""}
        if name in pushed:
            keys = zip(identity(table, "p"), identity(table, "n"), strict=True)
            words["same_pushed"] = " and ".join(f"p.{key} = {sql}" for (key, _), (_, sql) in keys)
            words["earlier"] = template("coursepush.refresh", "moved_earlier").format_map(words)
        session.run(f"moved {name}", template("coursepush.refresh", "moved").format_map(words))


def keep_links(session: Session, read: Collection[str], findings: Findings) -> None:
    """A table whose extract gives no links keeps those that the district has, by owner and business key."""
    for name in SETUP_TABLES:
        upper = upper_table(name)
        if upper is None or name not in read:
            continue
        given = session.value(
            f"links given in {name}", f"select count(*) from {staged(name)} where parent_row_id is not null"
        )
        held = session.value(
            f"links held in {name}", f"select count(*) from district.main.{name} where parent_row_id is not null"
        )
        if given or not held:
            continue
        has_broken = any(column.name == "is_link_broken" for column in TABLES[name].columns)
        table = TABLES[name]
        words = {
            "table": name,
            "staged": staged(name),
            "upper": upper,
            "d_keys": ", ".join(f"d.{part}" for part, _ in identity(table, "d") if part != "owner_id"),
            "broken": ", d.is_link_broken" if has_broken else "",
            "assignments": "parent_row_id = d.parent_row_id"
            + (", is_link_broken = d.is_link_broken" if has_broken else ""),
            "same_identity": same_identity(table),
        }
        session.run(f"keep links of {name}", template("coursepush.refresh", "keep_links").format_map(words))
        kept = session.value(
            f"links kept in {name}", f"select count(*) from {staged(name)} where parent_row_id is not null"
        )
        findings.warn(
            "links_kept",
            f"The extract gives no links for {name} (parent_row_id). {kept:,} rows keep the link that they have "
            "here; for the others, district.plan_links(...) proposes links by key.",
            table=name,
            column="parent_row_id",
            value=str(kept),
        )


# -- what the scaffold added -------------------------------------------------------------------------


def keep_scaffolded(session: Session, read: Collection[str], findings: Findings) -> None:
    """Stage the rows that a scaffold added to given tables: no source has them, and setup rests on them."""
    added = session.rows(
        "scaffolded", "select table_name, count(*) from district.push.scaffolded group by 1 order by 1"
    )
    for name, _ in added:
        if name not in read:
            continue
        table = TABLES[name]
        columns = ", ".join(table.names)
        before = session.value("rows before", f"select count(*) from {staged(name)}")
        same_id = " and ".join(f"n.{key} = d.{key}" for key in table.key)
        session.run(
            f"keep what was scaffolded of {name}",
            # one row a row that a scaffold added and that the extract does not have under that id or key
            f"""
            insert into {staged(name)} (source_line, {columns})
            select {before} + row_number() over (order by {", ".join(f"d.{key}" for key in table.key)}) + 1, d.*
            from (select {columns} from district.main.{name}) as d
            semi join district.push.scaffolded as s
                on s.table_name = '{name}' and s.key = concat_ws('/', {", ".join(f"d.{key}" for key in table.key)})
            anti join {staged(name)} as n on {same_id}
            anti join {staged(name)} as n on {same_identity(table)}
            """,
        )
        kept = int(session.value("rows after", f"select count(*) from {staged(name)}")) - int(before)
        kept -= _drop_rows_of_gone(session, table)
        if kept:
            findings.warn(
                "scaffold_kept",
                f"{counted(kept, 'row')} of {name} from the starting setup stay: the extract does not have them.",
                table=name,
                value=str(kept),
            )


# -- tables that were not given ----------------------------------------------------------------------


def stage_kept(session: Session, read: Collection[str], loaded: Mapping[str, str], findings: Findings) -> set[str]:
    """Stage the rows of tables that the extract does not give as they stand, and say so.

    What hangs on a row that is no longer there (a category of a section that was removed) goes with it.

    Args:
        loaded: table → the day it was loaded, for the finding.

    Returns:
        The tables kept.
    """
    kept: set[str] = set()
    for name, table in TABLES.items():
        if name in read or not session.value(f"rows held in {name}", f"select count(*) from district.main.{name}"):
            continue
        kept.add(name)
        _stage_held(session, table)
        gone = _drop_rows_of_gone(session, table)
        rows = session.value(f"rows kept in {name}", f"select count(*) from {staged(name)}")
        went = f" {counted(gone, 'row')} went with what they belonged to." if gone else ""
        since = f"as loaded on {loaded[name]}" if name in loaded else "as they are"
        findings.warn(
            "table_kept",
            f"The extract gives no {name}: {counted(rows, 'row')} kept {since}.{went}",
            table=name,
            value=str(rows),
        )
    return kept


def _stage_held(session: Session, table: Table) -> None:
    upper = upper_table(table.name) if table in SETUP else None
    joins, values = "", {name: f"d.{name}" for name in table.names}
    if upper is not None:
        joins = f"left join moved_{upper} as m on m.old_id = d.parent_row_id"
        values["parent_row_id"] = "coalesce(m.new_id, d.parent_row_id)"
    if table.name == "assignment":
        joins = "left join moved_section_category as m on m.old_id = d.category_row_id"
        values["category_row_id"] = "coalesce(m.new_id, d.category_row_id)"
    session.run(
        f"stage what is held of {table.name}",
        # one row a row as it stands in the district
        f"insert into {staged(table.name)} (source_line, {', '.join(values)})\n"
        f"select row_number() over (order by {', '.join(f'd.{name}' for name in table.key)}), "
        f"{', '.join(values.values())}\nfrom district.main.{table.name} as d\n{joins}",
    )


def _drop_rows_of_gone(session: Session, table: Table) -> int:
    """Drop staged rows that must name a row which is gone; how many there were."""
    name = staged(table.name)
    before = session.value("rows before", f"select count(*) from {name}")
    for column in table.columns:
        if column.reference is None or not column.required or column.kind != "id":
            continue
        key = TABLES[column.reference].key[0]
        session.run(
            f"drop rows of {table.name} without {column.reference}",
            f"delete from {name} where {column.name} not in (select {key} from {staged(column.reference)})",
        )
    if table.name == "custom_field":
        for level, owners in _OWNERS.items():
            if level != "section":
                session.run(
                    f"drop fields without {owners}",
                    f"delete from {name} where level = '{level}' "
                    f"and owner_id not in (select {level}_id from {staged(owners)})",
                )
    return int(before) - int(session.value("rows after", f"select count(*) from {name}"))
