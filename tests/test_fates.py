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
    """One to three filters, any of those that there are, and which rows are within all of them."""
    calendars = {one["calendar_id"]: one for one in tables["calendar"]}
    courses = {one["course_id"]: one for one in tables["course"]}
    sections = {one["section_id"]: one for one in tables["section"]}
    of_course: dict[str, Callable[[Row], Any]] = {
        "year": lambda course: calendars[course["calendar_id"]]["end_year"],
        "calendar": lambda course: course["calendar_id"],
        "school": lambda course: calendars[course["calendar_id"]]["school_id"],
        "master": lambda course: course["master_id"],
        "course": lambda course: course["course_id"],
    }
    of_row: dict[str, Callable[[Row], Any]] = {
        "element": lambda row: row["element"],
        "level": lambda row: {1: "course", 2: "section"}[row["hop"]],
        "section": lambda row: row["section_id"],
        "teacher": lambda row: row["section_id"] and sections[row["section_id"]]["teacher_id"],
    }
    of_row |= {name: lambda row, of=of: of(courses[row["course_id"]]) for name, of in of_course.items()}
    among = {
        "element": ["categories", "grading_tasks", "grade_calc_options"],
        "level": ["course", "section"],
        "year": sorted({one["end_year"] for one in tables["calendar"]}),
        "master": [one["master_id"] for one in tables["course_master"]],
    }
    among |= {
        name: [one[f"{name}_id"] for one in tables[name]]
        for name in ("calendar", "school", "course", "section", "teacher")
    }
    chosen = {name: rng.choice(among[name]) for name in rng.sample(sorted(among), rng.randint(1, 3))}
    return Given(**chosen), lambda row: all(of_row[name](row) == value for name, value in chosen.items())
