"""The second opinion on links: on random districts the SQL says what the oracle says, row for row.

As in `test_differential.py`; COURSEPUSH_EXAMPLES multiplies the number of districts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import oracle
import oracle_links
from both_readings import assert_agree
from engine import Tables, store_of, tables_of
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from linking import links_plan_of, links_request
from random_districts import make_district
from rounds import SLOW, rounds
from test_differential import as_sets

from coursepush.apply.apply import apply_plan

EXAMPLES = rounds(16, 60)
APPLIED = 1 if SLOW else 4
"""One of so many districts has its links written as well: that costs twice what judging does."""
LEAST_TIMES = rounds(2, 10)

WORDS = {
    ("skip", "master_inactive", None),
    ("same", None, "linked"),
    ("keep", "desynced", "broken"),
    ("relink", "key_match", "local"),
    ("relink", "key_match", "orphan"),
    ("keep", "course_managed", "local"),
    ("keep", "teacher_managed", "local"),
    ("keep", None, "orphan"),
}
"""Every (verdict, reason, link) there is."""


def check_links(tables: Tables, request: dict[str, object], *, applied: bool = True) -> list[dict[str, object]]:
    """Plan with both, and apply if asked to; returns the verdicts."""
    expected = oracle_links.plan_links(tables, **request)
    store = store_of(tables)
    try:
        plan = links_plan_of(store, request)
        assert_agree(plan, expected)
        counted = {(hop, element): tuple(rows) for hop, element, *rows in plan.matches().rows()}
        assert counted == oracle_links.matches(expected)
        if applied:
            apply_plan(store, plan)
            assert as_sets(tables_of(store)) == as_sets(oracle.apply(tables, expected))
    finally:
        store.close()
    return expected


def test_the_engine_links_what_the_oracle_links(record_property: Callable[[str, object], None]) -> None:
    times: Counter[tuple[object, ...]] = Counter()
    matched: Counter[tuple[object, ...]] = Counter()
    drawn = []

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(st.integers(0, 99_999), st.integers(1, 4))
    def compare(number: int, size: int) -> None:
        tables = make_district(number, size)
        verdicts = check_links(tables, links_request(number, tables), applied=len(drawn) % APPLIED == 0)
        times.update((row["verdict"], row["reason"], row["link"]) for row in verdicts)
        matched.update(
            (row["hop"], row["element"], row["_differs"]) for row in verdicts if row["verdict"] == "relink"
        )
        drawn.append(len(verdicts))

    compare()
    lines = [f"links of {len(drawn)} random districts, {sum(drawn):,} verdicts"]
    for (verdict, reason, link), count in sorted(times.items(), key=str):
        lines.append(f"  {verdict:<7} {reason or '-':<20} {link or '-':<7} {count:>6,}")
    record_property("summary", "\n".join(lines))
    assert set(times) == WORDS
    assert min(times.values()) >= LEAST_TIMES, times
    pairs = {(1, name) for name in oracle.ELEMENTS} | {(2, name) for name in oracle.SECTION_ELEMENTS}
    assert set(matched) == {(*pair, differs) for pair in pairs for differs in (False, True)}
