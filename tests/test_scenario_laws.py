"""A scenario is a district really edited so: its tables, plans and forecasts, on random edits (SCENARIO.md)."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing

import pytest
from engine import Tables, plan_of, store_of, tables_of
from grade_districts import with_grades
from random_districts import make_district, make_request
from random_edits import random_edits
from rounds import rounds
from test_differential import as_sets

import coursepush.district
from coursepush.errors import RequestError, ScenarioError
from coursepush.scenario.scenario import Scenario
from coursepush.store.work import keep_work

DISTRICTS = rounds(16, 120)


def with_work(tables: Tables, keeps: bool) -> coursepush.district.District:
    store = store_of(tables)
    if keeps:
        with store.writing() as session:
            keep_work(session)
    return coursepush.district.District(store)


def check(seed: int) -> Counter[str]:
    """One district, edited in a scenario and by the oracle; how often each edit was made or refused."""
    came: Counter[str] = Counter()
    tables = make_district(seed)
    is_graded = seed % 4 == 0
    if is_graded:
        tables = with_grades(tables, seed)
    kind, request = make_request(seed, tables)
    keeps = random.Random(seed).random() < 0.5
    with closing(with_work(tables, keeps)) as base, closing(Scenario(base.store, "random")) as scenario:
        before, after = as_sets(tables_of(base.store)), tables
        made: list[str] = []
        for do, given, expected in random_edits(seed, tables):
            if expected is None:
                with pytest.raises(ScenarioError):
                    scenario.do(do, dict(given))
                came[f"{do} refused"] += 1
            else:
                scenario.do(do, dict(given))
                after = expected
                came[do] += 1
            made.append(f"{do} {given}{' (refused)' if expected is None else ''}")
        assert as_sets(tables_of(scenario.overlay)) == as_sets(after), made
        with closing(with_work(after, keeps)) as really:
            try:
                tried = plan_of(scenario.overlay, kind, request)
            except RequestError as error:  # what it names may be gone
                with pytest.raises(RequestError, match="There is no"):
                    plan_of(really.store, kind, request)
                came[f"no plan: {type(error).__name__}"] += 1
                return came
            expected_plan = plan_of(really.store, kind, request)
            assert tried.rows().equals(expected_plan.rows())
            assert tried.counts().equals(expected_plan.counts())
            assert [str(one) for one in tried.warnings] == [str(one) for one in expected_plan.warnings]
            assert tried.state == expected_plan.state
            assert tried.digest != expected_plan.digest
            if is_graded:
                forecasts = [one.forecast().rows(moves=False) for one in (tried, expected_plan)]
                assert forecasts[0].equals(forecasts[1])
                came["forecast"] += forecasts[0].height
        assert as_sets(tables_of(base.store)) == before, "the district is as it was"
    return came


@pytest.mark.parametrize("seed", range(DISTRICTS))
def test_a_scenario_is_a_district_edited_so(seed: int) -> None:
    check(seed)


def test_the_districts_have_every_edit_and_some_that_are_refused() -> None:
    """By what is drawn alone, so that it holds however the districts are shared out among workers."""
    drawn: Counter[str] = Counter()
    for seed in range(DISTRICTS):
        for do, _, expected in random_edits(seed, make_district(seed)):
            drawn[do if expected is not None else f"{do} refused"] += 1
    for do in ("set", "remove", "info", "ignore", "assign", "lock", "unlock", "link", "unlink", "realign"):
        assert drawn[do], (do, drawn)
    assert drawn["set refused"], drawn
