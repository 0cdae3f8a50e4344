"""The second opinion: on 96 random districts (240 with `--slow`) the SQL says what the oracle says, row for row.

Compared are every verdict with its reason, link, ids, key, before and after; the counts, `same` included; and,
after applying every eighth (with `--slow` every fourth, in a long run all), every table of the district, new ids
included. The run prints how often each (verdict, reason, link) came up. COURSEPUSH_EXAMPLES multiplies the number
of districts for a long run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from statistics import median
from typing import Any

import oracle
import pytest
from engine import Tables, plan_of, store_of, tables_of
from hypothesis import HealthCheck, Phase, given, seed, settings
from random_districts import districts
from rounds import SLOW, TIMES, rounds

from coursepush.apply.apply import apply_plan
from coursepush.model.tables import TABLES
from coursepush.model.verdicts import WRITING, Reason
from coursepush.plan.text import ROW_COLUMNS

HALVES = (1, 2)
EXAMPLES = rounds(48, 120)
APPLIED = (4 if TIMES == 1 else 1) if SLOW else 8
"""One of so many districts has its plan applied as well: that costs twice what judging does."""
LEAST_ROWS = 40
LEAST_TIMES = 2
"""In each half: whatever comes up at all comes up more than once."""
OTHER_PLANS = {"key_match", "undo", "changed_since", "used_since", "key_taken"}
"""Reasons that a push does not give."""


def oracle_verdicts(tables: Tables, kind: str, request: dict[str, Any]) -> list[dict[str, Any]]:
    push = oracle.plan_master_push if kind == "master" else oracle.plan_course_push
    return push(tables, **request)


def as_sets(tables: Tables) -> dict[str, Counter[tuple[str, ...]]]:
    return {
        name: Counter(tuple(str(row[column]) for column in TABLES[name].names) for row in rows)
        for name, rows in tables.items()
    }


def check_district(
    tables: Tables, kind: str, request: dict[str, Any], *, applied: bool = True
) -> list[tuple[str, str | None, str | None]]:
    """Plan with both, and apply if asked to; returns what the verdicts were."""
    expected = oracle_verdicts(tables, kind, request)
    store = store_of(tables)
    try:
        plan = plan_of(store, kind, request)
        listed = [{name: row[name] for name in ROW_COLUMNS} for row in expected if row["verdict"] != "same"]
        as_row = [tuple(row[name] for name in ROW_COLUMNS) for row in listed]
        assert Counter(plan.rows().rows()) == Counter(as_row)
        counted = Counter(
            (row["hop"], row["element"], row["verdict"], row["reason"], row["link"]) for row in expected
        )
        assert {row[:-1]: row[-1] for row in plan.counts().rows()} == dict(counted)
        if applied:
            apply_plan(store, plan)
            assert as_sets(tables_of(store)) == as_sets(oracle.apply(tables, expected))
    finally:
        store.close()
    return [(row["verdict"], row["reason"], row["link"]) for row in expected]


@pytest.mark.parametrize("half", HALVES)
def test_the_engine_agrees_with_the_oracle(half: int, record_property: Callable[[str, object], None]) -> None:
    times: Counter[tuple[str, str | None, str | None]] = Counter()
    sizes: list[int] = []

    @seed(half)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(districts)
    def compare(district: tuple[Tables, tuple[str, dict[str, Any]]]) -> None:
        tables, (kind, request) = district
        verdicts = check_district(tables, kind, request, applied=len(sizes) % APPLIED == 0)
        times.update(verdicts)
        sizes.append(len(verdicts))

    compare()
    lines = [f"{len(sizes)} random districts, {sum(sizes):,} verdicts, median {median(sizes):g} a district"]
    for (verdict, reason, link), count in sorted(times.items(), key=str):
        lines.append(f"  {verdict:<7} {reason or '-':<20} {link or '-':<7} {count:>6,}")
    record_property("summary", "\n".join(lines))
    assert len(sizes) >= EXAMPLES
    assert median(sizes) >= LEAST_ROWS
    assert min(times.values()) >= LEAST_TIMES, [key for key, count in times.items() if count < LEAST_TIMES]
    assert {reason for _, reason, _ in times} - {None} == {str(reason) for reason in Reason} - OTHER_PLANS
    assert {verdict for verdict, _, _ in times} >= {str(verdict) for verdict in WRITING}
