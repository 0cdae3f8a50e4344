"""The law of forecasts: what is said of each grade is what it is, computed anew once the plan is applied.

Judged by the plain-Python reading of GRADES.md, before and after. `python -m tests.forecasts 500` does it on so
many random districts.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import Any, NamedTuple

import pytest
from engine import Tables, plan_of, store_of, tables_of
from grade_districts import with_grades
from grades_oracle import Grade, Key, grades_of
from random_districts import make_district, make_request
from rounds import rounds

import coursepush as cp
import coursepush.district
from coursepush.apply.apply import apply_plan
from coursepush.errors import RequestError, StalePlanError
from coursepush.forecast.forecast import Forecast
from coursepush.plan.plan import Plan
from coursepush.store import Store

Moves = dict[Key, tuple[Any, ...]]


def said(found: Forecast) -> Moves:
    """What the forecast says of every grade that it looked at."""
    return {
        (row["student_id"], row["section_id"], row["task_id"], row["term_seq"]): (
            row["percent_before"],
            row["mark_before"],
            row["percent_after"],
            row["mark_after"],
        )
        for row in found.rows(moves=False).iter_rows(named=True)
    }


def really(before: dict[Key, Grade], after: dict[Key, Grade]) -> Moves:
    """What the oracle says of every grade there is before or after."""
    nothing = (None, None)
    shown = [{key: (grade.percent, grade.mark) for key, grade in side.items()} for side in (before, after)]
    return {key: (*shown[0].get(key, nothing), *shown[1].get(key, nothing)) for key in {*before, *after}}


def check(seed: int) -> tuple[int, int]:
    """One random district and push; how many grades were looked at, and how many move."""
    tables = with_grades(make_district(seed), seed)
    kind, request = make_request(seed, tables)
    if kind == "master":
        request["to_sections"] = True
    with closing(store_of(tables)) as store:
        plan = plan_of(store, kind, request)
        found = plan.forecast()
        looked_at = said(found)
        before = grades_of(tables_of(store)).grades
        if plan.writes:
            apply_plan(store, plan)
        every = really(before, grades_of(tables_of(store)).grades)
        moving = {key for key, one in every.items() if one[:2] != one[2:]}
        assert {key: every[key] for key in looked_at} == looked_at
        assert moving <= set(looked_at), "a grade moves that was not looked at"
        check_counts(found, every, moving)
    return len(looked_at), len(moving)


def check_counts(found: Forecast, every: Moves, moving: set[Key]) -> None:
    """What is counted is what is listed, by whatever it is counted."""
    listed = found.rows()
    # another scale may say of the same mark that it passes, which the oracle does not ask
    crossing = set(said_keys(found.rows(outcome=["passes", "fails"])))
    assert set(said_keys(listed)) - (crossing - moving) == moving
    moving = moving | crossing
    [total] = found.counts().rows(named=True)
    assert total["moves"] == len({student for student, *_ in moving})
    assert total["sections"] == len({section for _, section, *_ in moving})
    appearing = {key for key in moving if every[key][0] is None}
    assert total["appears"] == len({student for student, *_ in appearing})
    of_sections = Counter(section for section, _ in {(key[1], key[0]) for key in moving})
    by_section = found.counts("section")
    assert {row["section_id"]: row["moves"] for row in by_section.iter_rows(named=True) if row["moves"]} == dict(
        of_sections
    )
    by_grade = found.counts("grade")
    assert by_grade["looked_at"].sum() == found.rows(moves=False).height
    assert found.classes()["grades"].sum() == listed.filter(listed["change"] != 0).height
    assert not listed["cause"].has_nulls(), "each move has a cause"
    assert (listed["cause"] != "").all()


def said_keys(listed: Any) -> list[Key]:
    return listed.select("student_id", "section_id", "task_id", "term_seq").rows()


@pytest.fixture(scope="module")
def drawn() -> list[tuple[int, int]]:
    return []


@pytest.mark.parametrize("seed", range(rounds(16, 120)))
def test_a_forecast_is_what_really_happens(seed: int, drawn: list[tuple[int, int]]) -> None:
    drawn.append(check(seed))


def test_the_districts_put_it_to_the_test(drawn: list[tuple[int, int]]) -> None:
    if len(drawn) >= rounds(16, 120) // 2:
        assert sum(looked for looked, _ in drawn) > 2 * len(drawn)
        assert sum(1 for _, moving in drawn if moving) > len(drawn) / 4


# -- what a forecast is not -----------------------------------------------------------------------------------


class Pushed(NamedTuple):
    """A district, and a push of its course masters to sections that would move grades."""

    tables: Tables
    request: dict[str, Any]

    def without(self, *missing: str) -> Store:
        tables = self.tables | {name: [] for name in missing}
        return store_of(tables, frozenset(missing))

    def plan(self, store: Store, **other: Any) -> Plan:
        return plan_of(store, "master", self.request | other)


@pytest.fixture(scope="module")
def pushed() -> Pushed:
    for seed in range(40):
        tables = with_grades(make_district(seed), seed)
        kind, request = make_request(seed, tables)
        found = Pushed(tables, request)
        if kind == "master" and request["to_sections"]:
            with closing(found.without()) as store:
                if found.plan(store).forecast().counts()["moves"].item():
                    return found
    raise AssertionError("no such district")


@pytest.mark.parametrize("missing", ["enrollment", "assignment", "assignment_task", "score"])
def test_what_is_not_loaded_is_not_known_and_never_nothing(pushed: Pushed, missing: str) -> None:
    with closing(pushed.without(missing)) as store:
        found = pushed.plan(store).forecast()
        assert not found.is_known
        assert "is not known" in found.headline
        assert missing in found.headline
        assert missing in found._repr_html_()
        for read in (found.rows, found.counts, found.classes, found.causes):
            with pytest.raises(RequestError, match="not known"):
                read()
        with pytest.raises(RequestError, match=f"not known: {missing} was not loaded"):
            cp.District(store).grades()


def test_without_posted_grades_composites_go_by_grades_in_progress_and_that_is_said(pushed: Pushed) -> None:
    with closing(pushed.without("posted_grade")) as store:
        found = pushed.plan(store).forecast()
        assert found.is_known
        assert any("Posted grades were not loaded" in note for note in found.notes)


def test_a_district_that_has_moved_is_not_forecast(pushed: Pushed) -> None:
    with closing(pushed.without()) as store:
        plan, again = (pushed.plan(store) for _ in range(2))
        apply_plan(store, again)
        with pytest.raises(StalePlanError, match="plan again") as refused:
            plan.forecast()
        assert refused.value.moved.height


def test_a_plan_that_stops_at_courses_is_forecast_as_if_it_went_on(pushed: Pushed) -> None:
    with closing(pushed.without()) as store:
        there = pushed.plan(store).forecast()
        found = pushed.plan(store, to_sections=False).forecast()
        assert (there.is_onward, found.is_onward) == (False, True)
        assert said(found) == said(there)
        assert found.headline.startswith("Pushed on to sections, as this push does not: ")


def test_an_undo_moves_grades_back(pushed: Pushed) -> None:
    with closing(pushed.without()) as store:
        plan = pushed.plan(store)
        moved = said(plan.forecast())
        push = apply_plan(store, plan).push_id
        back = said(cp.District(store).plan_undo(push).forecast())
        turned = {key: (*one[2:], *one[:2]) for key, one in moved.items() if one[:2] != one[2:]}
        assert {key: back[key] for key in turned} == turned


def test_a_forecast_is_told_without_students_and_small_counts(pushed: Pushed) -> None:
    with closing(pushed.without()) as store:
        found = pushed.plan(store).forecast()
        assert 0 < found.counts()["moves"].item() < 10
        for told in (repr(found), found._repr_html_(), found.headline):
            assert "student_id" not in told
            assert "for fewer than 10 students. More is not said of so few." in told


def test_unknown_filters_are_refused_with_the_choices(pushed: Pushed) -> None:
    with closing(pushed.without()) as store:
        found = pushed.plan(store).forecast()
        with pytest.raises(RequestError, match="mark_up"):
            found.rows(outcome="better")
        with pytest.raises(RequestError, match="teacher"):
            found.counts("pupil")
        worse = found.rows(outcome=["mark_down", "vanishes"], names=True)
        assert worse.height <= found.rows().height
        assert worse.columns[-1] == "task"
