"""A join that names a key is done by it: no statement compares every row of one table with every row of another.

DuckDB before 2 does an outer join row by row as soon as its condition says anything beside the keys, such as of
which rows it is; that is quick in a small district and takes hours in a large one. So CI runs this under the
lowest version too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest
from whole_way import every_report, there_and_back

import coursepush as cp
from coursepush.store.engine import Engine

ROW_BY_ROW = ("BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN")
QUERY = re.compile(
    r"(\s|--[^\n]*\n)*(select|with|from|\(|create (or replace )?temp table \S+ as|insert|delete|update)\b", re.I
)
KEY = re.compile(r"(?<![<>!])\b\w+\)* = \(*\w+\b(?!')")
"""In a condition of DuckDB's: column = column. A word in quotes is none."""

SMALL = {
    "masters without a setup": "course masters of one catalog beside the few that lack a setup",
}
"""Steps that may, because one side has a handful of rows in any district."""


def nodes(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in plan:
        yield node
        yield from nodes(node["children"])


class Explained:
    """Every statement of a kind once, explained before it runs."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.row_by_row: dict[str, str] = {}

    def explain(self, connection: duckdb.DuckDBPyConnection, name: str, sql: str, values: Any) -> None:
        kind = re.sub(r"\d+", "0", sql)
        if kind in self.seen or not QUERY.match(sql):
            return
        self.seen.add(kind)
        rows = connection.execute(f"explain (format json) {sql}", values or None).fetchall()
        for node in nodes(json.loads(rows[0][-1])):
            said = str(node.get("extra_info", {}))
            if node["name"].strip() in ROW_BY_ROW and KEY.search(said):
                self.row_by_row[name] = said


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> Explained:
    found = Explained()
    ask, fetch = Engine._ask, Engine.fetch

    def asked(self: Engine, name: str, sql: str, values: Any = None, cursor: Any = None) -> Any:
        found.explain(cursor or self.connection, name, sql, values)
        return ask(self, name, sql, values, cursor)

    def fetched(self: Engine, name: str, sql: str, values: Any = None) -> Any:
        found.explain(self.connection, name, sql, values)
        return fetch(self, name, sql, values)

    monkeypatch.setattr(Engine, "_ask", asked)
    monkeypatch.setattr(Engine, "fetch", fetched)
    return found


def test_no_statement_compares_every_row_with_every_other(explained: Explained) -> None:
    with cp.simulate_district("small", seed=7) as district:
        plan = district.plan_master_push("High School", year=2026, mode="overwrite", to_sections=True)
        assert plan.forecast().rows().height
        rows = plan.rows()
        for element in rows["element"].unique():
            asked = rows.filter(pl.col("element") == element, pl.col("section_id").is_not_null()).rows(named=True)
            for row in asked[-1:]:
                assert district.why(row["section_id"], element, row["key"], plan=plan).answer
        district.rehearse()
        there_and_back(district)
        every_report(district)
    assert len(explained.seen) > 300
    found = [f"{name}: {said}" for name, said in explained.row_by_row.items() if name not in SMALL]
    assert not found, "\n".join(found)
