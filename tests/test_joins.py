"""No step compares every row with every other: at a district's size that would take hours."""

from __future__ import annotations

import re
from collections import Counter

import duckdb
import pytest
from district_files import worn_district
from query_plans import joins_of_all_with_all

import coursepush as cp
from coursepush.store import Store

ONE_ROW_OR_A_FEW = {
    "scope_section",  # the one row that holds the request's sections
    "new_id",  # the largest id there is
    "ids given again",  # the smallest id there is
    "whole",  # the data types that are skipped whole
    "verdict_1_course_info",  # the locked fields
    "check",  # two counts, a row each
    "count course",  # likewise
}
"""Steps that pair rows with a handful that does not grow with the district."""
HALVES = {"CROSS_PRODUCT", "BLOCKWISE_NL_JOIN"}
TAKEN_APART = {"met.2.composite_grades", "met.2.grade_calc_options"}
"""Steps that take some pairs apart again, by pairing each with the two halves that may come of it, and no more."""


@pytest.mark.parametrize(
    ("join", "operators"),
    [
        ("a join b on a.x = b.x", []),
        ("a left join b on a.x = b.x and a.y < b.y", []),
        ("a where x in (select x from b)", []),
        ("a, b", ["CROSS_PRODUCT"]),
        ("a join b on a.x = b.x or a.y = b.y", ["BLOCKWISE_NL_JOIN"]),
        ("a left join b on a.x <> b.x", ["NESTED_LOOP_JOIN"]),
        ("a join b on a.x < b.x", ["PIECEWISE_MERGE_JOIN"]),
    ],
)
def test_a_join_of_all_with_all_is_seen(join: str, operators: list[str]) -> None:
    """Whatever DuckDB's version calls them: without this the tests below could pass without looking."""
    store = Store(None)
    for name in "ab":
        store.run("make", f"create temp table {name} as select range as x, range as y from range(10)")
    for wide in ("*", ", ".join(f"a.x + {number} as n_{number}" for number in range(60))):
        assert joins_of_all_with_all(store, f"select {wide} from {join}") == operators
        assert joins_of_all_with_all(store, f"create temp table c as select {wide} from {join}") == operators
    store.close()


def test_no_step_of_a_push_compares_all_rows_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    run = Store.execute

    def explained(store: Store, name: str, sql: str, values: object = None, cursor: object = None) -> object:
        if re.match(r"\s*(--[^\n]*\n\s*)*(create temp table|insert|update|delete|select|with)\b", sql):
            seen[name] += 1
            try:
                joins = joins_of_all_with_all(store, sql, values)
                if name in TAKEN_APART:
                    assert len([join for join in joins if join in HALVES]) <= 1, name
                    joins = [join for join in joins if join not in HALVES]
                if joins:
                    found["check" if name.startswith("check ") else name.split(".")[0]] += 1
            except duckdb.Error:
                seen[name] -= 1
        return run(store, name, sql, values, cursor)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "execute", explained)
    with cp.District(worn_district().store()) as district:
        for plan in (
            district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True),
            district.plan_course_push("Lincoln High 26-27", overwrite_categories=True),
        ):
            receipt = district.apply(plan)
            district.apply(district.plan_undo(receipt.push_id))
    assert len(seen) > 110
    assert set(found) <= ONE_ROW_OR_A_FEW, found
