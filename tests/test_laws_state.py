"""The law of a plan's state: it is equal exactly where all that the plan says is, `same` included."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from engine import Tables, plan_of
from laws import ABOVE, SETUP_TABLES, all_that_it_says, filled, on_random_districts, push_for
from random_districts import make_district

from coursepush.model.tables import ATTRIBUTES, SETUP_KEYS, TABLES

Edit = Callable[[random.Random, Tables], list[str]]


def _a_row(rng: random.Random, tables: Tables, *levels: str) -> tuple[str, dict[str, Any]]:
    known = [table for table in SETUP_TABLES if table.partition("_")[0] in levels and tables[table]]
    table = rng.choice(known)
    return table, rng.choice(tables[table])


def another_value(rng: random.Random, tables: Tables) -> list[str]:
    table, row = _a_row(rng, tables, "master", "course", "section")
    keys = SETUP_KEYS[table.partition("_")[2]]
    values = [name for name in TABLES[table].names if name not in (*keys, *_COMMON)]
    name, other = rng.choice(values), rng.choice(tables[table])["row_id"]
    return [
        f"update {table} set {name} = (select {name} from {table} where row_id = {other}) "
        f"where row_id = {row['row_id']}"
    ]


_COMMON = ("row_id", "owner_id", "parent_row_id", "is_link_broken")


def another_parent(rng: random.Random, tables: Tables) -> list[str]:
    table, row = _a_row(rng, tables, "course", "section")
    level, _, family = table.partition("_")
    known = [one["row_id"] for one in tables[f"{ABOVE[level]}_{family}"]] or [1]
    parent = rng.choice(("null", "77777777777", str(rng.choice(known))))
    return [f"update {table} set parent_row_id = {parent} where row_id = {row['row_id']}"]


def another_flag(rng: random.Random, tables: Tables) -> list[str]:
    table, row = _a_row(rng, tables, "course")
    return [f"update {table} set is_link_broken = not is_link_broken where row_id = {row['row_id']}"]


def another_id(rng: random.Random, tables: Tables) -> list[str]:
    """What points to the row follows, so that nothing but ids is another."""
    table, row = _a_row(rng, tables, "master", "course", "section")
    level, _, family = table.partition("_")
    row_id, new_id = row["row_id"], row["row_id"] + 50_000_000
    found = [f"update {table} set row_id = {new_id} where row_id = {row_id}"]
    for lower, upper in ABOVE.items():
        if upper == level and f"{lower}_{family}" in TABLES:
            found.append(f"update {lower}_{family} set parent_row_id = {new_id} where parent_row_id = {row_id}")
    if table == "section_category":
        found.append(f"update assignment set category_row_id = {new_id} where category_row_id = {row_id}")
    return found


def no_row(rng: random.Random, tables: Tables) -> list[str]:
    table, row = _a_row(rng, tables, "master", "course", "section")
    return [f"delete from {table} where row_id = {row['row_id']}"]


def another_attribute(rng: random.Random, tables: Tables) -> list[str]:
    table = rng.choice(("course", "course_master"))
    key = TABLES[table].key[0]
    one, other = (rng.choice(tables[table])[key] for _ in range(2))
    name = rng.choice([column.name for column in ATTRIBUTES if column.name != "number"])
    return [f"update {table} set {name} = (select {name} from {table} where {key} = {other}) where {key} = {one}"]


def another_advisory(rng: random.Random, tables: Tables) -> list[str]:
    section = rng.choice(tables["section"])["section_id"]
    return [
        f"update section set is_advisory = {rng.choice(('null', 'false', 'true'))} where section_id = {section}"
    ]


def another_course(rng: random.Random, tables: Tables) -> list[str]:
    section, course = rng.choice(tables["section"])["section_id"], rng.choice(tables["course"])["course_id"]
    return [f"update section set course_id = {course} where section_id = {section}"]


def another_reach(rng: random.Random, tables: Tables) -> list[str]:
    if rng.random() < 0.5:
        master = rng.choice(tables["course_master"])["master_id"]
        return [f"update course_master set is_active = not is_active where master_id = {master}"]
    course = rng.choice(tables["course"])["course_id"]
    return [f"update course set ignore_master_push = not ignore_master_push where course_id = {course}"]


def other_work(rng: random.Random, tables: Tables) -> list[str]:
    table = rng.choice(("assignment_task", "posted_grade", "assignment"))
    key, column = {
        "assignment_task": ("assignment_id", "assignment_id"),
        "posted_grade": ("section_id", "section_id"),
        "assignment": ("assignment_id", "assignment_id"),
    }[table]
    rows = tables[table] or [{key: 0}]
    return [f"delete from {table} where {column} = {rng.choice(rows)[key]}"]


EDITS: tuple[Edit, ...] = (
    another_value, another_value, another_parent, another_parent, another_flag, another_id, another_id, no_row,
    another_attribute, another_advisory, another_course, another_reach, other_work,
)  # fmt: skip


@on_random_districts(times=0.5)
def test_the_state_is_equal_exactly_where_all_that_a_plan_says_is(seed: int, size: int) -> None:
    tables = make_district(seed, min(size, 2))
    kind, request = push_for(seed, tables)
    rng = random.Random(seed)
    with filled(tables, threads=1) as store:
        plan = plan_of(store, kind, request)
        was = plan.state, all_that_it_says(store, plan)
        for _ in range(6):
            statements = rng.choice(EDITS)(rng, tables)
            with store.writing() as session:
                for sql in statements:
                    session.run("edit", sql)
            plan = plan_of(store, kind, request)
            now = plan.state, all_that_it_says(store, plan)
            assert (was[0] == now[0]) == (was[1] == now[1]), statements
            was = now
