"""Each row of a plan has one fate, and whoever tells fates tells the same numbers (RULES.md 6.1)."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import oracle_fates
import pytest
from engine import Tables, plan_of, store_of
from linking import links_plan_of, links_request, without_links
from random_districts import make_district, make_request
from rounds import rounds

import coursepush as cp
from coursepush.apply.apply import apply_plan
from coursepush.apply.approval.facts import read_facts
from coursepush.plan.door import plan_asked
from coursepush.plan.fates import Fate, totals_by_fate
from coursepush.plan.plan import Plan
from coursepush.reports.filters import Given
from coursepush.reports.owners.counts import by_owner
from coursepush.store import Store

Row = dict[str, Any]

TODAY = dt.date(2026, 7, 1)


def undo_of(store: Store, push_id: int) -> Plan:
    with store.reading() as session:
        return plan_asked(store, session, "undo", push_id=push_id, partial=True)


def agree(plan: Plan | cp.SavedPlan) -> list[Row]:
    """The counts and each row's column are what the contract gives of the rows."""
    rows = plan.rows(names=True).to_dicts()
    told = {(hop, element, fate, maker): n for hop, element, fate, maker, n in plan.fates().rows()}
    assert told == oracle_fates.counts(rows)
    for row in rows:
        assert (row["fate"], row["made_by"]) == (oracle_fates.fate(row), oracle_fates.made_by(row)), row
    totals = totals_by_fate(plan.fates())
    assert totals == oracle_fates.totals(rows)
    assert sum(totals[one] for one in oracle_fates.WRITTEN) == plan.writes
    return rows


@pytest.mark.parametrize("seed", range(rounds(3, 60)))
def test_of_a_push_of_its_file_and_of_its_undo(seed: int, tmp_path: Path) -> None:
    tables = make_district(seed)
    with closing(store_of(tables)) as store:
        plan = plan_of(store, *make_request(seed, tables))
        rows = agree(plan)
        saved = cp.read_plan(plan.save(tmp_path / "plan.cpush"))
        agree(saved)
        assert saved.fates().equals(plan.fates())
        assert repr(saved).partition(": ")[2] == repr(plan).partition(": ")[2]
        filters(plan, rows)
        with store.reading() as session:
            facts = read_facts(session, plan, plan, TODAY, with_grades=False)
        assert facts.disappears == totals_by_fate(plan.fates())["disappears"]  # what approvals go by
        if plan.writes:
            undo = undo_of(store, apply_plan(store, plan).push_id)
            agree(undo)
            back = totals_by_fate(undo.fates())
            assert (back["disappears"], back["added"]) == tuple(
                totals_by_fate(plan.fates())[one] for one in ("added", "disappears")
            )


def filters(plan: Plan, rows: list[Row]) -> None:
    found = Counter(row["fate"] for row in rows)
    for fate in Fate:
        assert plan.rows(fate=fate).height == found[fate]
    for maker in ("district", "school", "teacher"):
        assert plan.rows(made_by=maker).height == sum(row["made_by"] == maker for row in rows)


@pytest.mark.parametrize("seed", range(rounds(1, 12)))
def test_of_a_plan_of_links(seed: int) -> None:
    tables = without_links(make_district(seed))
    with closing(store_of(tables)) as store:
        plan = links_plan_of(store, links_request(seed, tables))
        agree(plan)
        assert not totals_by_fate(plan.fates())["other_values"]  # every value stays


@pytest.mark.parametrize("seed", range(rounds(3, 60)))
def test_the_lines_of_schools_and_teachers_add_up_to_the_plan(seed: int, tmp_path: Path) -> None:
    tables = make_district(seed)
    with closing(store_of(tables)) as store:
        plan = plan_of(store, *make_request(seed, tables))
        lines_add_up(plan, tables, random.Random(seed))
        saved = cp.read_plan(plan.save(tmp_path / "plan.cpush"))
        assert saved.by_school().equals(by_owner(plan, "school"))
        assert saved.by_teacher().equals(by_owner(plan, "teacher"))


def lines_add_up(plan: Plan, tables: Tables, rng: random.Random) -> None:
    """Of all of the plan, and of a random part of it, the lines are what the contract gives of the rows."""
    for given, holds in ((Given(), everything), random_part(rng, tables)):
        rows = [row for row in plan.rows().to_dicts() if holds(row)]
        for who in ("school", "teacher"):
            lines = by_owner(plan, who, given).to_dicts()
            found = {line[f"{who}_id"]: Counter[str]() for line in lines}
            for line in lines:
                found[line[f"{who}_id"]].update({name: line[name] for name in oracle_fates.FATES})
                assert line["rows"] == sum(line[name] for name in oracle_fates.FATES)
            wanted = oracle_fates.by_owner(rows, tables, who)
            assert found == {owner: Counter(totals) for owner, totals in wanted.items()}


def everything(row: Row) -> bool:
    return True


def random_part(rng: random.Random, tables: Tables) -> tuple[Given, Callable[[Row], bool]]:
    """A filter, and which rows are within it."""
    calendars = {one["calendar_id"]: one["school_id"] for one in tables["calendar"]}
    courses = {one["course_id"]: one for one in tables["course"]}
    teachers = {one["section_id"]: one["teacher_id"] for one in tables["section"]}
    kind = rng.choice(("school", "teacher", "element", "level", "course", "section"))
    if kind == "school":
        school = rng.choice(tables["school"])["school_id"]
        return Given(school=school), lambda row: calendars[courses[row["course_id"]]["calendar_id"]] == school
    if kind == "teacher":
        teacher = rng.choice(tables["teacher"])["teacher_id"]
        return Given(
            teacher=teacher
        ), lambda row: row["section_id"] is not None and teachers[row["section_id"]] == teacher
    if kind == "element":
        return Given(element="categories"), lambda row: row["element"] == "categories"
    if kind == "level":
        return Given(level="section"), lambda row: row["hop"] == 2
    if kind == "course":
        course = rng.choice(tables["course"])["course_id"]
        return Given(course=course), lambda row: row["course_id"] == course
    section = rng.choice(tables["section"])["section_id"]
    return Given(section=section), lambda row: row["section_id"] == section
