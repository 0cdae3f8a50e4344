"""The second opinion on grades: on random districts they are what the oracle says, to the last digit.

So is what a plan would do to them: the oracle plans and applies the push by itself, and looks before and after.
COURSEPUSH_EXAMPLES multiplies the number of districts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import oracle as pushes
from engine import Tables, plan_of, store_of
from grade_districts import with_grades
from grades_oracle import grades_of
from random_districts import make_district, make_request
from rounds import rounds

from coursepush.district import District

FIRST = 1_000
DISTRICTS, PUSHES = rounds(16, 150), rounds(6, 60)
LEAST_GRADES, LEAST_MOVES = 25, 3
"""Of a district on average, and of each push: others have too little to compare, and are left out."""

Key = tuple[int, int, int, int]
KEYS = ("student_id", "section_id", "task_id", "term_seq")
SIDES = ("percent_before", "mark_before", "percent_after", "mark_after")


def random_district(seed: int) -> Tables:
    return with_grades(make_district(seed, 1 + seed % 4), seed)


def grades_by_key(tables: Tables) -> dict[Key, tuple[Any, ...]]:
    return {key: (told.percent, told.mark) for key, told in grades_of(tables).grades.items()}


def by_key(rows: list[tuple[Any, ...]]) -> dict[Key, tuple[Any, ...]]:
    found = {(row[0], row[1], row[2], row[3]): row[4:] for row in rows}
    assert len(found) == len(rows), "each grade once"
    return found


def test_grades_are_what_the_oracle_says() -> None:
    times = 0
    for seed in range(FIRST, FIRST + DISTRICTS):
        tables = random_district(seed)
        store = store_of(tables)
        try:
            given = by_key(District(store).grades().select(*KEYS, "percent", "mark").rows())
        finally:
            store.close()
        assert given == grades_by_key(tables), seed
        times += len(given)
    assert times >= LEAST_GRADES * DISTRICTS


def test_a_forecast_is_what_the_oracle_says_of_before_and_after() -> None:
    for seed, tables, kind, request, expected in itertools.islice(pushes_that_move_grades(), PUSHES):
        store = store_of(tables)
        try:
            given = by_key(plan_of(store, kind, request).forecast().rows().select(*KEYS, *SIDES).rows())
        finally:
            store.close()
        assert given == expected, (seed, kind)


def pushes_that_move_grades() -> Iterator[tuple[int, Tables, str, dict[str, Any], dict[Key, tuple[Any, ...]]]]:
    for seed in itertools.count(FIRST):
        tables = random_district(seed)
        kind, request = make_request(seed, tables)
        if kind == "master":
            request["to_sections"] = True  # else the forecast is of what going on to sections would do
        expected = moves(tables, kind, request)
        if len(expected) >= LEAST_MOVES:
            yield seed, tables, kind, request, expected


def moves(tables: Tables, kind: str, request: dict[str, Any]) -> dict[Key, tuple[Any, ...]]:
    """Every grade that is another afterwards: percent and mark before and after."""
    push = pushes.plan_master_push if kind == "master" else pushes.plan_course_push
    before = grades_by_key(tables)
    after = grades_by_key(pushes.apply(tables, push(tables, **request)))
    nothing = (None, None)
    sides = {key: (before.get(key, nothing), after.get(key, nothing)) for key in {*before, *after}}
    return {key: (*was, *becomes) for key, (was, becomes) in sides.items() if was != becomes}
