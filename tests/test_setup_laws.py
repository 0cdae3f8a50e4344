"""A scenario that becomes real is a district edited so, and goes back: on random edits (RULES.md 13)."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from engine import Tables, plan_of, request_of, store_of, tables_of
from random_districts import make_district, make_request
from random_edits import random_edits
from rounds import rounds
from setup_oracle import hop_0
from test_differential import as_sets

import coursepush.district
from coursepush.errors import CoursepushError, RequestError
from coursepush.plan.plan import Plan
from coursepush.scenario.edits import Edit, edit
from coursepush.scenario.scenario import Scenario

DISTRICTS = rounds(2, 60)


def edits_of(seed: int, tables: Tables) -> tuple[list[Edit], Tables]:
    """Random edits that are made, and the tables after them; none of students' work."""
    made: list[Edit] = []
    after = tables
    for do, given, expected in random_edits(seed, tables, often=8, work=False, steps=True):
        if expected is not None:
            made.append(edit(do, given))
            after = expected
    return made, after


def rows_of(plan: Plan) -> list[dict[str, Any]]:
    return sorted(plan.rows(hop=0).to_dicts(), key=str)


def check(seed: int) -> Counter[str]:
    """One district, edits that become real with a push after them, and their undo; what came up how often."""
    came: Counter[str] = Counter()
    tables = make_district(seed)
    edits, after = edits_of(seed, tables)
    if not edits:
        return Counter({"nothing": 1})
    kind, chosen = make_request(seed, tables)
    with closing(coursepush.district.District(store_of(tables))) as district:
        before = as_sets(tables_of(district.store))
        plan = district.plan_setup(edits)
        assert rows_of(plan) == sorted(hop_0(tables, after), key=str)
        came.update(f"{row['element']} {row['verdict']}" for row in rows_of(plan))
        assert as_sets(tables_of(district.store)) == before
        assert plan.fates()["rows"].sum() == plan.rows().height == plan.writes
        _apply_alone(district, plan, before, after, kind, chosen, came)
        follows = _then(district, edits, kind, chosen)
        if follows is None:
            came["nothing follows"] += 1
            return came
        both = district.plan_setup(edits, then=follows)
        came["followed"] += 1
        with closing(coursepush.district.District(store_of(after))) as edited:
            push = plan_of(edited.store, kind, chosen)
            assert both.rows().filter(hop=0).equals(plan.rows())
            assert both.rows().remove(hop=0).equals(push.rows())
            came["rows that follow"] += push.rows().height
            if random.Random(seed).random() < 0.5:
                both = district.load_plan(both.save(Path(district_folder()) / f"{seed}.cpush"))
            receipt = district.apply(both, **_permitted(both))
            edited.apply(push)
            done = as_sets(tables_of(district.store))
            assert done == as_sets(tables_of(edited.store))
        undo = district.plan_undo(receipt.push_id)
        assert not undo.left_alone, undo.rows(verdict="keep")
        district.apply(undo)
        assert as_sets(tables_of(district.store)) == before
        again = district.plan_undo(receipt.push_id + 1)
        assert not again.left_alone, again.rows(verdict="keep")
        district.apply(again)
        assert as_sets(tables_of(district.store)) == done
    return came


def district_folder() -> str:
    import tempfile

    return tempfile.gettempdir()


def _permitted(plan: Plan) -> dict[str, bool]:
    return dict.fromkeys(plan.asks_for, True)


def _then(district: coursepush.district.District, edits: list[Edit], kind: str, chosen: dict[str, Any]) -> Any:
    """What is pushed afterwards, asked for in a scenario; None where it cannot be asked for there."""
    with closing(Scenario(district.store, "then", edits)) as scenario, scenario.overlay.reading() as session:
        try:
            return request_of(session, kind, chosen)
        except RequestError:
            return None


def _apply_alone(
    district: coursepush.district.District,
    plan: Plan,
    before: Any,
    after: Tables,
    kind: str,
    chosen: dict[str, Any],
    came: Counter[str],
) -> None:
    """Applied by itself the district is the one edited so, and a push is planned as on that one."""
    receipt = district.apply(plan)
    assert as_sets(tables_of(district.store)) == as_sets(after)
    with closing(store_of(after)) as edited:
        try:
            expected = plan_of(edited, kind, chosen)
        except CoursepushError:
            expected = None
        if expected is not None:
            assert plan_of(district.store, kind, chosen).rows().equals(expected.rows())
    undo = district.plan_undo(receipt.push_id)
    assert not undo.left_alone, undo.rows(verdict="keep")
    assert undo.writes == receipt.rows
    district.apply(undo)
    assert as_sets(tables_of(district.store)) == before
    came["applied"] += 1


@pytest.mark.parametrize("seed", range(DISTRICTS))
def test_a_scenario_becomes_real_and_goes_back(seed: int) -> None:
    assert check(seed)
