"""Large tables in the order of their keys are filled and checked in their place: all else is as ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from lakes import Tables, tiny_tables

import coursepush as cp
from coursepush.errors import LoadError
from coursepush.load.in_place import InPlace
from coursepush.load.sure import is_sure
from coursepush.load.types import normalised
from coursepush.model.tables import LARGEST_ID, TABLES, Column
from coursepush.store import Store

_COLUMNS = """
    select table_name, column_name, data_type, is_nullable, column_default from duckdb_columns()
    where database_name = 'district' and schema_name = 'main' order by table_name, column_index
"""


@pytest.fixture(scope="module")
def tiny() -> Tables:
    return {name: frame.sort(TABLES[name].key) for name, frame in tiny_tables().items()}


@pytest.fixture
def in_blocks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Four rows are a large table, and four a block; gives which tables were filled in their place."""
    used: list[str] = []
    show = InPlace.show

    def shown(self: InPlace) -> None:
        used.append(self.name)
        show(self)

    monkeypatch.setattr("coursepush.load.checks.MANY_ROWS", 4)
    monkeypatch.setattr("coursepush.load.source.BLOCK_ROWS", 4)
    monkeypatch.setattr(InPlace, "show", shown)
    return used


def contents(tables: Mapping[str, Any], **given: Any) -> dict[str, Any]:
    """All that a load makes of tables: rows as they lie, columns, findings."""
    with cp.load_district(tables, **given) as district:
        store: Store = district._store
        with store.reading() as session:
            found: dict[str, Any] = {name: session.rows(name, f"from district.main.{name}") for name in TABLES}
            found["columns"] = session.rows("columns", _COLUMNS)
            found["work"] = session.rows("work", "from push.work order by all")
        return found | {"findings": district.findings().rows()}


def test_a_table_in_order_is_filled_in_its_place(
    tiny: Tables, in_blocks: list[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_place = contents(tiny)
    assert {"district.main.score", "district.main.course_category"} <= {*in_blocks}
    assert contents(tiny, into=tmp_path / "d.duckdb") == in_place
    in_blocks.clear()
    assert contents({name: frame.reverse() for name, frame in tiny.items()}) == in_place
    assert not in_blocks
    given_up: list[str] = []
    give_up = InPlace._give_up
    monkeypatch.setattr(InPlace, "_give_up", lambda self: (given_up.append(self.name), give_up(self)))
    name = "course_category"
    later = {**tiny, name: pl.concat([tiny[name].slice(1), tiny[name].head(1)])}
    assert contents(later) == in_place
    assert f"district.main.{name}" not in in_blocks
    assert given_up == [f"district.main.{name}"], "the last block is out of order"


FAULTS = {
    "a number out of range": ("score", "student_id", lambda one: pl.when(one == one.max()).then(2**62 + 1)),
    "nothing where something is": (
        "assignment",
        "section_id",
        lambda one: pl.when(one == one.max()).then(None),
    ),
    "a reference to nothing": ("score", "assignment_id", lambda one: pl.when(one == one.max()).then(9_999_999)),
    "a key twice": ("score", "student_id", lambda one: pl.when(one == one.max()).then(one.min())),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_refused_in_its_place_is_told_as_ever(
    tiny: Tables, in_blocks: list[str], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, column, change = FAULTS[what]
    changed = change(pl.col(column)).otherwise(pl.col(column)).alias(column)
    source = {**tiny, table: tiny[table].with_columns(changed)}
    with pytest.raises(LoadError) as in_place:
        cp.load_district(source)
    assert in_blocks
    monkeypatch.undo()
    with pytest.raises(LoadError) as staged:
        cp.load_district(source)
    assert str(in_place.value) == str(staged.value)
    assert in_place.value.findings.equals(staged.value.findings)


@pytest.mark.parametrize(
    ("kind", "values", "dtype"),
    [
        ("id", [LARGEST_ID + 1], pl.Int64),
        ("id", [-LARGEST_ID - 1], pl.Int64),
        ("id", [2**64 - 1], pl.UInt64),
        ("int", [2**31], pl.Int64),
        ("text", ["a\0b"], pl.String),
        ("id", ["1"], pl.String),
        ("decimal3", [1], pl.Decimal(9, 4)),
        ("decimal4", [1], pl.Decimal(10, 4)),
        ("date", [-719_163], pl.Date),
        ("ids", ["1;2"], pl.String),
    ],
)
def test_what_may_be_at_fault_is_never_sure(kind: Any, values: list[Any], dtype: Any) -> None:
    series = pl.Series("x", values).cast(dtype) if dtype is not pl.String else pl.Series("x", values)
    assert not is_sure(Column("x", kind), series)
    assert not is_sure(Column("x", kind, required=True), pl.Series("x", [None], dtype=series.dtype))


@pytest.mark.parametrize(("kind", "value"), [("id", LARGEST_ID), ("int", -(2**31)), ("text", "é"), ("bool", True)])
def test_what_is_within_its_bounds_is_sure(kind: Any, value: Any) -> None:
    assert is_sure(Column("x", kind), pl.Series("x", [value, None]))


def test_text_is_normalised_whatever_stands_beside_it() -> None:
    column = Column("x", "text")
    plain, marked = [" a ", "", None, "\u00a0b"], ["cafe\u0301", "\u212b"]
    assert normalised(pl.Series("x", plain[:3]), column).to_list() == ["a", None, None]
    assert normalised(pl.Series("x", plain + marked), column).to_list() == ["a", None, None, "b", "café", "Å"]
    assert normalised(pl.Series("x", marked), Column("x", "id")).to_list() == marked
