"""What came of a plan, against the oracle row by row, on random districts that were pushed to in part."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import oracle_reconcile
import polars as pl
import pytest
from carried_out import SETUP_BELOW, frames
from engine import Tables, plan_of, store_of, tables_of
from oracle import ELEMENTS, SECTION_ELEMENTS
from rounds import TIMES, first
from vendor import asked, pushed_tables, shown_later

from coursepush.district import District
from coursepush.plan.plan import Plan
from coursepush.plan.text import plan_verdicts_sql
from coursepush.reports.reconcile.report import RECONCILED_COLUMNS, Reconciliation

UNFORESEEN = ("hop", "element", "course_id", "section_id", "key", "field", "verdict", "before", "now")


def about(kind: str, request: dict[str, Any], plan: Plan) -> tuple[set[tuple[int, str, int]], Any]:
    """The (hop, element, course) that a request is about, and whether its plan has verdicts at a place."""
    with plan.store.reading() as session:
        verdicts = session.rows("all", f"select course_id from ({plan_verdicts_sql(plan.tables)})")
        locks = session.rows("locks", "select catalog_id, lock from catalog_lock")
    courses = {row[0] for row in verdicts}
    if kind == "course":
        data = set(request["data"] or (*SECTION_ELEMENTS, "advisory"))
        return {(2, name, course) for name in data for course in courses}, lambda *place: True
    data = set(request["data"] or ("course_info", *ELEMENTS))
    reach = {(1, name, course) for name in data for course in courses}
    if request["to_sections"]:
        below = data & set(SECTION_ELEMENTS) | ({"advisory"} if "course_info" in data else set())
        reach |= {(2, name, course) for name in below for course in courses}
    locked = {lock.removeprefix("course_info.") for catalog, lock in locks if catalog == request["catalog_id"]}

    def governed(hop: int, element: str, course: int, field: str | None) -> bool:
        return ("is_advisory" if element == "advisory" else field or element) in locked

    return reach, governed


def in_named_sections(row: tuple[Any, ...], request: dict[str, Any]) -> bool:
    return not request.get("sections") or row[3] is None or row[3] in request["sections"]


def compare(
    found: Reconciliation, plan: Plan, was: Tables, now: Tables, kind: str, request: dict[str, Any]
) -> None:
    rows = plan.rows().to_dicts()
    told = found.rows()
    assert tuple(told.columns) == RECONCILED_COLUMNS
    links = {name for name in SETUP_BELOW if any(row["parent_row_id"] is not None for row in now[name])}
    expected = oracle_reconcile.reconcile(rows, was, now, links_known=links)
    assert Counter(told.filter(pl.col("outcome") != "unforeseen").rows()) == Counter(
        (*row.values(), outcome, stands) for row, outcome, stands in expected
    )
    reach, governed = about(kind, request, plan)
    beside = oracle_reconcile.unforeseen(rows, was, now, reach, governed)
    assert Counter(told.filter(outcome="unforeseen").select(UNFORESEEN).rows()) == Counter(
        row for row in beside if in_named_sections(row, request)
    )
    counts = found.counts()
    counted = told.group_by(counts.columns[:-1]).len("rows").cast({"rows": pl.Int64})
    assert Counter(counts.filter(pl.col("verdict").ne_missing("same")).rows()) == Counter(
        counted.filter(pl.col("verdict").ne_missing("same")).rows()
    )


@pytest.mark.parametrize("seed", first(range(200, 200 + 4 * TIMES)))
def test_each_outcome_is_the_oracles(seed: int, tmp_path: Path) -> None:
    tables, kind, request = asked(seed)
    district = District(store_of(tables))
    plan = plan_of(district.store, kind, request)
    path = plan.save(tmp_path / "saved.plan")
    was = tables_of(district.store)
    later = shown_later(was, pushed_tables(district.store, plan), random.Random(seed))
    district.refresh(frames(later), allow_removals=True)
    found = district.reconcile(plan)
    compare(found, plan, was, tables_of(district.store), kind, request)
    same = int(plan.counts().filter(verdict="same")["rows"].sum())
    assert found.counts().filter(verdict="same")["rows"].sum() == same
    saved = district.reconcile(path)
    assert saved.rows().equals(found.rows())
    assert saved.counts().equals(found.counts())
    district.close()


@pytest.mark.parametrize("seed", first(range(300, 300 + 2 * TIMES)))
def test_a_push_applied_here_is_compared_alike(seed: int) -> None:
    tables, kind, request = asked(seed)
    district = District(store_of(tables))
    plan = plan_of(district.store, kind, request)
    was = tables_of(district.store)
    receipt = district.apply(plan)
    nothing_yet = district.reconcile(plan)
    assert set(nothing_yet.counts()["outcome"]) <= {"came_true", "not_checked"}
    later = shown_later(was, tables_of(district.store), random.Random(seed))
    district.refresh(frames(later), allow_removals=True)
    found = district.reconcile(receipt)
    compare(found, plan, was, tables_of(district.store), kind, request)
    assert found.rows().equals(district.reconcile(plan).rows())
    assert found.rows().equals(district.reconcile(1).rows())
    assert found.counts().filter(verdict="same", outcome="came_true").is_empty()
    district.close()
