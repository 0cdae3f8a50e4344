"""Law 5 on random districts: neither the order of rows nor the ids of a district matter (RULES.md 7)."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from engine import Tables, plan_of, tables_of
from laws import (
    ABOVE,
    Request,
    Row,
    as_texts,
    aside_new_ids,
    differences,
    filled,
    in_order,
    is_setup,
    on_random_districts,
    push,
    push_for,
    table_of,
)
from random_districts import make_district

from coursepush.apply.apply import apply_plan
from coursepush.model.tables import TABLES

# -- law 5 -----------------------------------------------------------------------------------------------


@on_random_districts(times=0.5)
def test_law_5_the_order_of_rows_changes_nothing(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    rng = random.Random(seed)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in tables.items()}
    with filled(tables) as one, filled(shuffled) as other:
        plans = [push(store, kind, request)[0] for store in (one, other)]
        assert plans[0].digest == plans[1].digest
        assert plans[0].state == plans[1].state
        assert tables_of(one) == tables_of(other)


Renumbering = dict[str, dict[int, int]]
_TASK_COLUMNS = ("task_id", "parent_task_id", "child_task_id", "standard_task_id", "task_ids")


def kind_of_id(table: str, column: str, row: Row) -> str:
    """Which ids a column's ids are among."""
    level, _, family = table.partition("_")
    if column == "owner_id":
        return (row["level"] if table == "custom_field" else level) + "_id"
    if column == "row_id":
        return table
    if column == "parent_row_id":
        return f"{ABOVE[level]}_{family}"
    if column == "category_row_id":
        return "section_category"
    return "task_id" if column in _TASK_COLUMNS else column


def id_columns(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns if column.kind in ("id", "ids")]


def new_numbers(tables: Tables, rng: random.Random, *, keep_order: bool) -> Renumbering:
    """Another number for every id that a row has or points to."""
    found: dict[str, set[int]] = {}
    for table, rows in tables.items():
        for column in id_columns(table):
            for row in rows:
                ids = row[column] if isinstance(row[column], list) else [row[column]]
                found.setdefault(kind_of_id(table, column, row), set()).update(i for i in ids if i is not None)
    numbers: Renumbering = {}
    for kind, ids in found.items():
        chosen = rng.sample(range(1, 20 * len(ids) + 20), len(ids))
        numbers[kind] = dict(zip(sorted(ids), sorted(chosen) if keep_order else chosen, strict=True))
    return numbers


def numbered(numbers: dict[int, int], given: Any) -> Any:
    if isinstance(given, list):
        return sorted(numbers.get(one, one) for one in given)
    return numbers.get(given, given)


def renumbered(tables: Tables, numbers: Renumbering) -> Tables:
    def row_of(table: str, row: Row) -> Row:
        changed = {c: numbered(numbers.get(kind_of_id(table, c, row), {}), row[c]) for c in id_columns(table)}
        return {**row, **changed}

    return {table: [row_of(table, row) for row in rows] for table, rows in tables.items()}


def renumbered_request(request: Request, numbers: Renumbering) -> Request:
    kinds = {"calendars": "calendar_id", "masters": "master_id", "courses": "course_id", "sections": "section_id",
             "catalog_id": "catalog_id", "calendar_id": "calendar_id"}  # fmt: skip
    return {
        name: numbered(numbers.get(kinds[name], {}), value) if name in kinds else value
        for name, value in request.items()
    }


def renumbered_row(row: Row, numbers: Renumbering) -> Row:
    """A row of `plan.rows()` with other ids."""
    changed = {name: numbered(numbers.get(name, {}), row[name]) for name in ("course_id", "section_id")}
    if is_setup(row):
        for name, above in (("row_id", False), ("parent_row_id", True)):
            changed[name] = numbered(numbers.get(table_of(row, above=above), {}), row[name])
        for name in ("key", "before", "after"):
            values = json.loads(row[name] or "null") or {}
            for column, value in values.items():
                kind = "task_id" if column in _TASK_COLUMNS else column
                if TABLES[table_of(row)].column(column).kind in ("id", "ids"):
                    values[column] = numbered(numbers.get(kind, {}), value)
            changed[name] = values or None
        row = {**row, **{name: json.loads(row[name] or "null") for name in ("key", "before", "after")}}
    return {**row, **changed}


@pytest.mark.parametrize("keep_order", [True, False], ids=["in order", "in any order"])
@on_random_districts(times=2)
def test_law_5_other_ids_change_nothing_but_the_ids(keep_order: bool, seed: int, size: int) -> None:
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    numbers = new_numbers(tables, random.Random(seed), keep_order=keep_order)
    back = {name: {new: old for old, new in ids.items()} for name, ids in numbers.items()}
    with filled(tables) as one, filled(renumbered(tables, numbers)) as other:
        plan = plan_of(one, kind, request)
        renamed = plan_of(other, kind, renumbered_request(request, numbers))
        assert renamed.counts().equals(plan.counts())
        expected = as_texts(renumbered_row(row, {}) for row in plan.rows().to_dicts())
        assert as_texts(renumbered_row(row, back) for row in renamed.rows().to_dicts()) == expected
        if seed % 4:
            return  # applying takes longer than planning, and does what the plan says (law 2)
        apply_plan(one, plan)
        apply_plan(other, renamed)
        found = in_order(renumbered(tables_of(other), back))
        assert differences(aside_new_ids(in_order(tables_of(one))), aside_new_ids(found)) == []
