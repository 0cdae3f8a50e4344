"""Which rows of the grading setup are the same in the new extract, under which id, and what follows them.

A row is the same row by owner and business key. By its id only a category that is nowhere by its name, where an
extract gave that id: then it was renamed. An id alone says nothing: a source hands the next free one out, and so
do we.
"""

from __future__ import annotations

from collections.abc import Collection

from coursepush.apply.history import history_tables
from coursepush.load.checks import CATEGORY_TABLES, staged
from coursepush.model.tables import TABLES, Table
from coursepush.refresh.identity import SETUP_TABLES, identity, upper_table
from coursepush.refresh.pushed import pushed_of
from coursepush.store.database import Session
from coursepush.store.layout import has_setup_history
from coursepush.store.templates import template

_HERE = "coursepush.refresh"


def find_same(session: Session, name: str, read: Collection[str]) -> None:
    """Make ``same_<table>`` (old_id, new_id, is_renamed) and ``moved_<table>`` (old_id, new_id) of a setup table.

    ``moved_`` also leads from ids of rows that are gone, and that the extract gives to others, to ids that nobody
    has. Both are empty where the table is not among those `read`, or has no row there.
    """
    any_row = f"select exists (from {staged(name)})"
    if name not in read or not session.value(f"any row of {name}", any_row):
        for made, more in (("same", ", false as is_renamed"), ("moved", "")):
            session.run(
                f"nothing {made} in {name}",
                # no row: the extract has none
                f"create temp table {made}_{name} as select row_id as old_id, row_id as new_id{more} "
                f"from district.main.{name} where false",
            )
        return
    table = TABLES[name]
    keys = identity(table, "d")
    words = {
        "table": name,
        "staged": staged(name),
        "d_keys": ", ".join(f"{sql} as {key}" for key, sql in keys),
        "same_line": _same_keys("l", table),
        "before_pushes": "",
    }
    pushed = pushed_of(name)
    if pushed is not None:
        before = ", ".join(sql for _, sql in pushed.identity("before", "p"))
        words["before_pushes"] = (
            f"union all\n    select p.row_id, {before}, 2 from pushed_{name} as p where "
            f"{pushed.was_there.format('p')}\n    "
            f"union all\n    select p.row_id, {', '.join(f'p.{key}' for key, _ in keys)}, 3 "
            f"from last_pushed_{name} as p semi join district.main.{name} as d on d.row_id = p.row_id "
            "where p.v is not null"
        )
    session.run(f"same {name}", template(_HERE, "same").format_map(words))
    if name in CATEGORY_TABLES:
        session.run(f"renamed {name}", template(_HERE, "same_renamed").format_map(words))
    words["earlier"] = ""
    held = [f"select row_id from district.main.{name}"]
    if pushed is not None:
        words["same_pushed"] = _same_keys("p", table)
        words["earlier"] = template(_HERE, "carried_out_later").format_map(words)
        held.append(f"select row_id from district.push.history_{name}")
    held.append(f"select try_cast(key as bigint) from district.push.scaffolded where table_name = '{name}'")
    held += [
        f"select parent_row_id from district.main.{lower} where parent_row_id is not null"
        for lower in SETUP_TABLES
        if upper_table(lower) == name and lower not in read
    ]
    words["held"] = "\n    union\n    ".join(held)
    words["pointing"] = "\n        ".join(
        f"union all select min({column}) from {table}" for table, column in _pointing(name)
    )
    session.run(f"moved {name}", template(_HERE, "moved").format_map(words))


def _same_keys(alias: str, table: Table) -> str:
    """SQL: columns named as :func:`identity.identity` names them, under `alias`, are a staged row's (``n``)."""
    return " and ".join(f"{alias}.{key} = {sql}" for key, sql in identity(table, "n"))


def _pointing(name: str) -> list[tuple[str, str]]:
    """(table, column) of all that points to rows of a setup table, in the district and in the extract."""
    found: list[tuple[str, str]] = []
    for lower in SETUP_TABLES:
        if upper_table(lower) == name:
            found += [(f"district.main.{lower}", "parent_row_id"), (staged(lower), "parent_row_id")]
    if name == "section_category":
        found += [("district.main.assignment", "category_row_id"), (staged("assignment"), "category_row_id")]
    return found


def follow(session: Session) -> None:
    """Let the history follow rows to their new ids, so that earlier pushes can still be undone."""
    for name in SETUP_TABLES:
        if name not in history_tables():
            if has_setup_history(session):
                session.run(f"follow {name}", template(_HERE, "follow_setup").format(table=name))
            continue
        words = {"table": name, "upper": upper_table(name)}
        session.run(f"follow {name}", template(_HERE, "follow_row").format_map(words))
        for when in ("before", "after"):
            sql = template(_HERE, "follow_parent").format_map({**words, "when": when})
            session.run(f"follow parents of {name}", sql)


def drop_same(session: Session) -> None:
    for name in SETUP_TABLES:
        for made in ("same", "moved"):
            session.run(f"drop {made}", f"drop table {made}_{name}")
