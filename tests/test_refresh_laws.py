"""A refresh with the whole is a load of the whole; with a part it is the whole with that part replaced.

The second extract of a random district has other values in many rows, and other ids under its setup: often those
of other rows. Of it a random part is given, tables and columns. Rows are told by owner and business key, links by
those of the row above.
"""

from __future__ import annotations

import copy
import random
from typing import Any

import polars as pl
import pytest
from carried_out import frames
from engine import Tables, store_of, tables_of
from random_districts import make_district
from rounds import first, rounds

from coursepush.district import District
from coursepush.model.tables import SETUP, SETUP_KEYS, TABLES, Column
from coursepush.refresh.identity import SETUP_TABLES, upper_table

Told = dict[str, dict[Any, dict[str, Any]]]
SEEDS = range(900, 906)
_SETUP = {table.name for table in SETUP}


# -- the second extract ------------------------------------------------------------------------------


def edited(tables: Tables, chance: random.Random) -> Tables:
    """The same rows with other values in many of them; keys, owners and whom they name stay."""
    later = copy.deepcopy(tables)
    for name, rows in later.items():
        table = TABLES[name]
        keys = {*table.key, *(column for each in table.unique for column in each), "name", "number"}
        free = [
            column
            for column in table.columns
            if column.name not in keys
            and column.reference is None
            and column.name not in ("parent_row_id", "level", "owner_id", "end_year", "lock")
            and column.kind in ("bool", "text", "decimal4", "decimal3")
        ]
        for row in rows:
            for column in free:
                if chance.random() < 0.2:
                    row[column.name] = _other(column, row[column.name], chance)
    return later


def _other(column: Column, value: Any, chance: random.Random) -> Any:
    if column.kind == "bool":
        return not value
    if column.kind == "text":
        return chance.choice(["north", "south", "none" if column.required else None])
    return chance.choice([one for one in (1, 2, 3) if one != value])


def renumbered(tables: Tables, chance: random.Random, which: set[str]) -> Tables:
    """Other ids under the setup tables `which`, often those of other rows; what points to them follows."""
    later = copy.deepcopy(tables)
    for name in sorted(which):
        ids = [row["row_id"] for row in later[name]]
        if chance.random() < 0.5:
            others = chance.sample(ids, len(ids))
        else:
            others = [2_000_000_000 + place for place in chance.sample(range(len(ids)), len(ids))]
        new = dict(zip(ids, others, strict=True))
        for row in later[name]:
            row["row_id"] = new[row["row_id"]]
        for lower in SETUP_TABLES:
            if upper_table(lower) == name:
                for row in later[lower]:
                    row["parent_row_id"] = new.get(row["parent_row_id"], row["parent_row_id"])
        if name == "section_category":
            for row in later["assignment"]:
                row["category_row_id"] = new.get(row["category_row_id"], row["category_row_id"])
    return later


# -- told without ids --------------------------------------------------------------------------------


def key_of(name: str, row: dict[str, Any]) -> Any:
    table = TABLES[name]
    if name not in _SETUP:
        return tuple(row[column] for column in table.key)
    parts = [row[column] for column in SETUP_KEYS[name.partition("_")[2]]]
    return (row["owner_id"], *(part.lower() if isinstance(part, str) else part for part in parts))


def told(tables: Tables) -> Told:
    """Table → key → values; what a link or a category points to is told by its key, or as pointing to nothing."""
    places = {name: {row["row_id"]: key_of(name, row) for row in tables[name]} for name in _SETUP}
    found: Told = {}
    for name, rows in tables.items():
        found[name] = {}
        for row in rows:
            values = {column: value for column, value in row.items() if column != "row_id"}
            if values.get("parent_row_id") is not None:
                values["parent_row_id"] = places[upper_table(name) or ""].get(row["parent_row_id"], "nothing")
            if values.get("category_row_id") is not None:
                values["category_row_id"] = places["section_category"].get(row["category_row_id"], "nothing")
            found[name][key_of(name, row)] = values
    return found


def assert_same(found: Told, expected: Told) -> None:
    for name in TABLES:
        assert found[name].keys() == expected[name].keys(), name
        for key, values in expected[name].items():
            assert found[name][key] == values, (name, key)


# -- the laws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first(SEEDS))
def test_with_the_whole_it_is_a_load_of_the_whole(seed: int) -> None:
    chance = random.Random(seed)
    before = make_district(seed)
    later = renumbered(edited(before, chance), chance, set(SETUP_TABLES))
    district = District(store_of(before))
    refreshed = district.refresh(frames(later))
    assert tables_of(district.store) == tables_of(store_of(later))
    assert refreshed.changes.select("added", "removed", "renamed").sum().row(0) == (0, 0, 0)
    assert district.refresh(frames(later)).moved.is_empty()
    district.close()


@pytest.mark.parametrize("seed", first(SEEDS))
def test_with_a_part_it_is_the_whole_with_that_part_replaced(seed: int) -> None:
    chance = random.Random(seed)
    before = make_district(seed)
    given = [name for name in TABLES if chance.random() < 0.5]
    later = renumbered(edited(before, chance), chance, {name for name in SETUP_TABLES if name in given})
    columns = {name: given_columns(name, chance) for name in given}
    district = District(store_of(before))
    extract = frames(later)
    refreshed = district.refresh({name: extract[name].select(columns[name]) for name in given})
    was, now = told(tables_of(store_of(before))), told(tables_of(store_of(later)))
    expected = {name: dict(was[name]) for name in TABLES}
    for name in given:
        expected[name] = {
            key: was[name][key] | {column: values[column] for column in columns[name] if column in values}
            for key, values in now[name].items()
        }
    assert_same(told(tables_of(district.store)), expected)
    named = set(refreshed.warnings.filter(rule="column_kept").select("table", "column").rows())
    for name in given:
        for column in TABLES[name].columns:
            if column.name not in columns[name] and column.name != "parent_row_id":
                is_held = any(row[column.name] not in (None, False, 0, []) for row in before[name])
                if is_held and column.default is None:
                    assert (name, column.name) in named
    kept = set(refreshed.warnings.filter(rule="table_kept")["table"])
    assert kept == {name for name in TABLES if name not in given and before[name]}
    district.close()


def given_columns(name: str, chance: random.Random) -> list[str]:
    """A random part of the columns: what must be given is; a table without any link keeps those that there are."""
    return [
        column.name
        for column in TABLES[name].columns
        if (column.required and column.default is None) or chance.random() < 0.7
    ]


@pytest.mark.parametrize("third", first(range(3)))
def test_of_every_pair_of_tables_one_may_be_given_without_the_other(third: int) -> None:
    """Each table is given once by itself, so that whatever points to it, or it points to, is kept."""
    chance = random.Random(third)
    tables = make_district(930 + third, 4)
    district = District(store_of(tables))
    for name in list(TABLES)[third :: 3 * rounds(3, 1)]:
        later = renumbered(edited(tables, chance), chance, {name} & set(SETUP_TABLES))
        district.refresh({name: frames(later)[name]})
        expected = told(tables) | {name: told(later)[name]}
        tables = tables_of(district.store)
        assert_same(told(tables), expected)
    district.close()


def test_the_frames_hold_all_columns() -> None:
    """What the laws leave out of an extract would otherwise be there."""
    given = frames(make_district(SEEDS[0]))
    assert {name: tuple(frame.columns) for name, frame in given.items()} == {
        name: table.names for name, table in TABLES.items()
    }
    assert isinstance(given["school"], pl.DataFrame)
