"""The second opinion on grades: on random districts they are what the oracle says, to the last digit.

COURSEPUSH_EXAMPLES multiplies the number of districts.
"""

from __future__ import annotations

from engine import Tables, store_of
from grade_districts import with_grades
from grades_oracle import grades_of
from random_districts import make_district
from rounds import rounds

from coursepush.district import District

FIRST, DISTRICTS = 1_000, rounds(16, 150)
LEAST_GRADES = 25 * DISTRICTS


def grades_as_rows(tables: Tables) -> list[tuple[object, ...]]:
    store = store_of(tables)
    try:
        return District(store).grades().rows()
    finally:
        store.close()


def test_grades_are_what_the_oracle_says() -> None:
    times = 0
    for seed in range(FIRST, FIRST + DISTRICTS):
        tables = with_grades(make_district(seed, 1 + seed % 4), seed)
        expected = [(*key, told.percent, told.mark) for key, told in grades_of(tables).grades.items()]
        given = grades_as_rows(tables)
        assert sorted(given, key=lambda row: row[:4]) == sorted(expected, key=lambda row: row[:4]), seed
        times += len(given)
    assert times >= LEAST_GRADES
