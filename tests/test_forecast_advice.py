"""What to do about a push that does harm to grades: the smallest choice that does none, found by planning it."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import polars as pl
import pytest
from engine import Tables, plan_of, store_of, tables_of
from grade_districts import with_grades
from random_districts import make_district, make_request
from rounds import rounds

import coursepush.district  # noqa: F401
from coursepush.apply.apply import apply_plan
from coursepush.forecast.advice import Advice

Harm = set[tuple[str, int, int, int]]


def in_progress(tables: Tables) -> dict[tuple[int, int, int], dict[str, Any]]:
    return {
        (row["owner_id"], row["task_id"], row["term_seq"]): row
        for row in tables["section_grade_calc"]
        if row["calc_type"] == "in_progress"
    }


def total(tables: Tables, section: int, task: int) -> Any:
    """What the section's categories that serve the task weigh in all; None where it has none."""
    weights = [
        row["weight"]
        for row in tables["section_category"]
        if row["owner_id"] == section
        and not row["is_excluded"]
        and (not row["task_ids"] or task in row["task_ids"])
    ]
    return sum(weights) if weights else None


def harm(before: Tables, after: Tables) -> Harm:
    """Grades that are turned off, and totals that are others, row by row."""
    was, now = in_progress(before), in_progress(after)
    found = {("turned_off", *place) for place in was if place not in now}
    for place in was.keys() & now.keys():
        if was[place]["weight_categories"] and now[place]["weight_categories"]:
            totals = total(before, *place[:2]), total(after, *place[:2])
            if None not in totals and totals[0] != totals[1]:
                found.add(("weights", *place))
    return found


@pytest.mark.parametrize("seed", range(rounds(4, 40)))
def test_the_choice_offered_does_no_harm_and_none_that_does_none_gives_up_less(seed: int) -> None:
    tables = with_grades(make_district(seed), seed)
    kind, request = make_request(seed, tables)
    request |= {"to_sections": True} if kind == "master" else {}
    with closing(store_of(tables)) as store:
        before = tables_of(store)
        plan = plan_of(store, kind, request)
        advice = plan.forecast().advice()
        best = advice.best
        harmless = [one for one in advice.choices if not one.harmed]
        assert (best is None) == (not harmless)
        if best is not None:
            assert best.given_up == min(one.given_up for one in harmless) == plan.writes - best.plan.writes
        said = set(advice.harm.select("harm", "section_id", "task_id", "term_seq").rows())
        assert bool(advice.choices) <= bool(said)
        if best is not None and best.plan.writes:
            apply_plan(store, best.plan)
            assert harm(before, tables_of(store)) == set()
    with closing(store_of(tables)) as store:
        plan = plan_of(store, kind, request)
        if plan.writes:
            apply_plan(store, plan)
        assert said == harm(before, tables_of(store))


def test_a_push_that_does_no_harm_needs_no_advice() -> None:
    tables = with_grades(make_district(3), 3)
    kind, request = make_request(3, tables)
    for level in ("master", "course"):
        for family in ("category", "grade_calc", "composite"):
            tables[f"{level}_{family}"] = []
    tables["section_category"] = [row | {"parent_row_id": None} for row in tables["section_category"]]
    tables["section_grade_calc"] = [row | {"parent_row_id": None} for row in tables["section_grade_calc"]]
    tables["section_composite"] = []
    request |= {"mode": "locked"} if kind == "master" else {"overwrite_categories": False}
    with closing(store_of(tables)) as store:
        advice = plan_of(store, kind, request).forecast().advice()
        assert advice.choices == ()
        assert advice.sentence == "It turns no grade off, and categories weigh in all what they did."
        assert advice.sentence in advice._repr_html_()


def test_sections_that_are_not_named_are_counted() -> None:
    harmed = pl.DataFrame(
        {
            "harm": ["weights"] * 9,
            "section_id": range(1, 10),
            "course_number": ["0101"] * 9,
            "section_number": ["01", None, *["03"] * 7],
        }
    )
    assert Advice(harmed, ()).sentence.startswith(
        "It changes what categories weigh in all in 9 sections (section 01 of 0101, section 2 of 0101, "
        "section 03 of 0101, section 03 of 0101 and 5 more)."
    )
