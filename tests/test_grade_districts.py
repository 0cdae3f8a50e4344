"""Random districts have what grades depend on: each trait moves some grade, and is not only there."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any

import oracle as pushes
import pytest
from grade_districts import Tables, with_grades
from grades_oracle import Grades, grades_of
from random_districts import make_district, make_request

SEEDS = range(12)
LEAST_GRADES = 15

Change = Callable[[Tables], object]


def every(table: str, **values: Any) -> Change:
    """Gives every row of a table these values."""
    return lambda tables: [row.update(values) for row in tables[table]]


def instead(table: str, column: str, old: Any, new: Any) -> Change:
    """Gives the rows of a table that have one value of a column another."""
    return lambda tables: [row.update({column: new}) for row in tables[table] if row[column] == old]


def in_order(*changes: Change) -> Change:
    return lambda tables: [change(tables) for change in changes]


def turned_round(tables: Tables) -> None:
    """The ids of assignments the other way round: the order of those that tie."""
    for table in ("assignment", "assignment_task", "score"):
        for row in tables[table]:
            row["assignment_id"] = -row["assignment_id"]


def everybody_enrolled(tables: Tables) -> None:
    section = {row["assignment_id"]: row["section_id"] for row in tables["assignment"]}
    there = {(section[row["assignment_id"]], row["student_id"]) for row in tables["score"]}
    tables["enrollment"] = [{"section_id": one, "student_id": student} for one, student in sorted(there)]


def only_once(tables: Tables) -> None:
    """Of the terms in which an assignment is aligned to a task, the first alone."""
    first: dict[tuple[int, int], Any] = {}
    for row in sorted(tables["assignment_task"], key=lambda row: row["term_seq"]):
        first.setdefault((row["assignment_id"], row["task_id"]), row)
    tables["assignment_task"] = list(first.values())


def categories_for_all(tables: Tables) -> None:
    owned = {row["owner_id"]: row["row_id"] for row in tables["section_category"]}
    for row in tables["assignment"]:
        row["category_row_id"] = row["category_row_id"] or owned.get(row["section_id"])


NO_LAST_N = every("section_grade_calc", last_n=None)
NO_DROPPING = every("section_category", drop_lowest=0)

TRAITS: dict[str, Change] = {
    "missing": every("score", is_missing=False),
    "cheated": every("score", is_cheated=False),
    "exempt": every("score", is_exempt=False),
    "dropped": every("score", is_dropped=False),
    "typed percents": every("score", percent=None),
    "missing percent of the school": every("school", missing_percent=Decimal("10.0000")),
    "schools where missing counts": every("school", missing_counts=False),
    "schools where missing does not count": every("school", missing_counts=True),
    "inactive assignments": every("assignment", is_active=True),
    "assignments without a category": categories_for_all,
    "extra credit": instead("assignment", "points", Decimal(0), None),
    "negative points possible": instead("assignment", "points", Decimal(-5), Decimal(5)),
    "unknown points possible": instead("assignment", "points", None, Decimal(5)),
    "multipliers": every("assignment", multiplier=Decimal("1.0000")),
    "multipliers of 0": instead("assignment", "multiplier", Decimal(0), Decimal(1)),
    "multipliers below 0": instead("assignment", "multiplier", Decimal(-1), Decimal(1)),
    "null due dates": instead("assignment", "due_date", None, dt.date(2027, 1, 1)),
    "excluded categories": every("section_category", is_excluded=False),
    "task ids": every("section_category", task_ids=[]),
    "drop lowest": NO_DROPPING,
    "drop lowest larger than the scores": instead("section_category", "drop_lowest", 9, 0),
    "ties of drop lowest": in_order(NO_LAST_N, turned_round),
    "last n": NO_LAST_N,
    "last n of 0": instead("section_grade_calc", "last_n", 0, None),
    "ties of last n": in_order(NO_DROPPING, turned_round),
    "cumulative": every("section_grade_calc", cumulative_from_term_seq=None),
    "aligned in several terms": only_once,
    "use percent": every("section_grade_calc", use_percent=False),
    "weight categories": every("section_grade_calc", weight_categories=False),
    "scales": every("section_grade_calc", scale_id=None),
    "other types": every("section_grade_calc", calc_type="in_progress"),
    "composites": lambda tables: tables.update(section_composite=[]),
    "weights of children": every("section_composite", weight=Decimal(1)),
    "posted percents": every("posted_grade", percent=None),
    "students who have left": everybody_enrolled,
}
"""What is taken away, and by what. (What reaches itself is counted apart.)"""

UNTIED = {"ties of drop lowest": NO_LAST_N, "ties of last n": NO_DROPPING}
"""What a change is held against, where that is not the district as it is."""


@pytest.fixture(scope="module")
def districts() -> dict[int, Tables]:
    return {seed: with_grades(make_district(seed, 1 + seed % 3), seed) for seed in SEEDS}


@pytest.fixture(scope="module")
def grades(districts: dict[int, Tables]) -> dict[int, Grades]:
    return {seed: grades_of(tables) for seed, tables in districts.items()}


def changed(tables: Tables, *changes: Change) -> Grades:
    tables = copy.deepcopy(tables)
    for change in changes:
        change(tables)
    return grades_of(tables)


def test_a_fair_share_has_grades(districts: dict[int, Tables], grades: dict[int, Grades]) -> None:
    assert median(len(told.grades) for told in grades.values()) >= LEAST_GRADES
    assert sum(len(told.not_computed) for told in grades.values()) > 0
    assert sum(len(told.cyclic) for told in grades.values()) > 0
    marks = [grade.mark for told in grades.values() for grade in told.grades.values()]
    assert set(marks) >= {"A", "B", "C", "D", None}
    at_a_mark = {
        mark
        for told in grades.values()
        for grade in told.grades.values()
        for mark, low in (("A", "89.50"), ("C", "70.00"), ("D", "50.00"))
        if grade.mark == mark and f"{grade.percent:.2f}" == low
    }
    assert at_a_mark == {"A", "C", "D"}


@pytest.mark.parametrize("trait", TRAITS)
def test_each_trait_moves_some_grade(trait: str, districts: dict[int, Tables], grades: dict[int, Grades]) -> None:
    for seed, tables in districts.items():
        before = changed(tables, UNTIED[trait]) if trait in UNTIED else grades[seed]
        if changed(tables, TRAITS[trait]) != before:
            return
    pytest.fail(f"{trait} moves no grade of {len(SEEDS)} districts")


def test_late_incomplete_and_turned_in_move_none(districts: dict[int, Tables], grades: dict[int, Grades]) -> None:
    told = every("score", is_late=True, is_incomplete=True, is_turned_in=True, comment="Well done")
    assert all(changed(tables, told) == grades[seed] for seed, tables in districts.items())


def test_a_push_moves_grades_of_most_districts(districts: dict[int, Tables], grades: dict[int, Grades]) -> None:
    moved = 0
    for seed, tables in districts.items():
        kind, request = make_request(seed, tables)
        push = pushes.plan_master_push if kind == "master" else pushes.plan_course_push
        after = pushes.apply(tables, push(tables, **request))
        moved += grades_of(after).grades != grades[seed].grades
    assert moved >= len(SEEDS) // 3
