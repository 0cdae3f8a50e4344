"""No step compares every row with every other: at a district's size that would take hours."""

from __future__ import annotations

import re
from collections import Counter

import duckdb
import pytest
from district_files import worn_district

import coursepush as cp
from coursepush.store import Store

ALL_WITH_ALL = re.compile(r"BLOCKWISE_NL_JOIN|NESTED_LOOP_JOIN|CROSS_PRODUCT|PIECEWISE_MERGE_JOIN|IE_JOIN")
ONE_ROW_OR_A_FEW = {
    "scope_section",  # the one row that holds the request's sections
    "new_id",  # the largest id there is
    "whole",  # the data types that are skipped whole
    "verdict_1_course_info",  # the locked fields
}
"""Steps that pair rows with a handful that does not grow with the district."""
HALVES = re.compile(r"CROSS_PRODUCT")
TAKEN_APART = {"verdict.2.composite_grades", "verdict.2.grade_calc_options"}
"""Steps that take some pairs apart again, by pairing each with the two halves that may come of it, and no more."""


def test_no_step_of_a_push_compares_all_rows_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    run = Store.execute

    def explained(store: Store, name: str, sql: str, values: object = None, cursor: object = None) -> object:
        if re.match(r"\s*(--[^\n]*\n\s*)*(create temp table|insert|update|delete|select|with)\b", sql):
            seen[name] += 1
            try:
                rows = store.connection.execute("explain " + sql, values).fetchall()  # type: ignore[arg-type]
                text = "".join(str(row) for row in rows)
                if name in TAKEN_APART:
                    assert len(HALVES.findall(text)) <= 1, name
                    text = HALVES.sub("", text)
                if ALL_WITH_ALL.search(text):
                    found[name.split(".")[0]] += 1
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
    assert len(seen) > 150
    assert set(found) <= ONE_ROW_OR_A_FEW, found
