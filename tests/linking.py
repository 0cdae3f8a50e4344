"""What the tests of links share: planning them, random requests, and districts whose links were lost."""

from __future__ import annotations

import random
from typing import Any

from engine import Tables
from laws import ABOVE, SETUP_TABLES, Request, Row, by_id, key_of
from random_districts import make_request

from coursepush.model.elements import ELEMENTS_BY_NAME
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.store import Store

LINKED_TABLES = tuple(table for table in SETUP_TABLES if not table.startswith("master_"))


def links_plan_of(store: Store, chosen: Request) -> Plan:
    """A plan of links; `chosen` as `oracle_links.plan_links` takes it."""
    options: Request = dict(chosen)
    catalog = options.pop("catalog_id")
    with store.reading() as session:
        return plan_asked(store, session, "links", catalog=catalog, **options)


def links_request(seed: int, tables: Tables) -> Request:
    """What to link: a catalog and a year that have courses, now and then narrowed."""
    rng = random.Random(seed)
    pushes = (make_request(seed + 100_000 * turn, tables) for turn in range(1_000))
    request = next(one for kind, one in pushes if kind == "master" and one["release"] == "current")
    chosen = {name: request[name] for name in ("catalog_id", "year", "calendars", "courses")}
    if rng.random() < 0.2:
        chosen["data"] = rng.sample(list(ELEMENTS_BY_NAME), rng.randint(1, 5))
    return chosen


def unlinked(table: str) -> Row:
    """The columns of a row of `table` that says nothing of where it came from."""
    lost: Row = {"parent_row_id": None}
    return lost | {"is_link_broken": False} if table.startswith("course_") else lost


def without_links(tables: Tables) -> Tables:
    """The same district as an extract gives it that says of no row where it came from."""
    lost = {table: [{**row, **unlinked(table)} for row in tables[table]] for table in LINKED_TABLES}
    return {**tables, **lost}


def upper_owners(tables: Tables, level: str) -> dict[int, Any]:
    """Each course's course master, or each section's course."""
    return {row[f"{level}_id"]: row[f"{ABOVE[level]}_id"] for row in tables[level]}


def parent_of(tables: Tables, table: str, row: Row) -> Row | None:
    """The row that `row` is linked to, if it is its own upper owner's, of its element, and has its key."""
    level, _, family = table.partition("_")
    above = f"{ABOVE[level]}_{family}"
    parent = by_id(tables[above]).get(row["parent_row_id"])
    if parent is None or parent["owner_id"] != upper_owners(tables, level)[row["owner_id"]]:
        return None
    return parent if key_of(above, parent) == key_of(table, row) else None
