"""Rehearsals: where each applies, and that its steps say what plain Python, a plan and an apply say of them."""

from __future__ import annotations

import datetime as dt
from html import unescape
from pathlib import Path
from typing import Any

import oracle
import oracle_fates
import pytest
import scenario_oracle
from engine import store_of
from page_reading import complete_in_itself
from rehearsed import CASES, Case
from rounds import few
from small_district import CATALOG, SmallDistrict

import coursepush as cp
from coursepush.errors import RequestError
from coursepush.plan.fates import Fate
from coursepush.reports.rehearsals.rehearsal import Rehearsal
from coursepush.reports.rehearsals.situation import Step
from coursepush.reports.rehearsals.situations import SITUATIONS

TODAY = dt.date(2026, 11, 2)
"""In the year of the small district, before the next begins."""

Tables = dict[str, list[dict[str, Any]]]


def rehearsed(d: SmallDistrict, name: str) -> tuple[cp.District, Rehearsal]:
    district = cp.District(d.store())
    found = district.rehearse(name, today=TODAY)
    assert isinstance(found, Rehearsal)
    return district, found


def with_edits(tables: Tables, step: Step) -> Tables:
    """The tables as they stand once what the step sets up first is set up, in plain Python."""
    before = tables
    for one in step.edits:
        given = {name: value for name, value in one.given.items() if name not in ("catalog",)}
        if "catalog" in one.given:
            given["catalog"] = CATALOG
        tables = scenario_oracle.edited(tables, one.do, given, before)
    return tables


def verdicts(tables: Tables, step: Step) -> list[dict[str, Any]]:
    """What the step's push says of these tables, in plain Python."""
    asked = {name: value for name, value in step.asked.items() if name not in ("catalog", "masters")}
    numbers = step.asked.get("masters")
    masters = [row["master_id"] for row in tables["course_master"] if numbers is None or row["number"] in numbers]
    return oracle.plan_master_push(tables, catalog_id=CATALOG, masters=masters, **asked)


@few(5)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.make.__name__)
def test_it_applies_there_and_its_steps_say_what_plain_python_says(case: Case) -> None:
    d, places = case.make()
    district, found = rehearsed(d, case.name)
    told = found.places.select("course_id", "section_id").unique().rows()
    assert sorted(told, key=str) == sorted(
        ((course.id, section and section.id) for course, section in places), key=str
    )
    assert found.answer.startswith("It applies to ")
    assert found["is_advised"].any()
    for step, row, plan in zip(found.steps, found.frame.iter_rows(named=True), found.plans, strict=True):
        said = [one for one in verdicts(with_edits(d.tables(), step), step) if one["verdict"] != "same"]
        assert {str(one): row[str(one)] for one in Fate} == oracle_fates.totals(said), step.name
        residual = sum(one["reason"] in ("residual", "residual_task") for one in said)
        assert row["residual"] == residual, step.name
        assert row["warnings"] == len(plan.warnings)
    assert str(found.page()).count("<h3>") == len(found.steps)
    check_advised(case, d, district, found)


def check_advised(case: Case, d: SmallDistrict, district: cp.District, found: Rehearsal) -> None:
    """Its code gives its plan; and on a district that is really set up so, an apply writes as much."""
    place = next(place for place, one in enumerate(found.steps) if one.is_advised)
    step, row = found.steps[place], found.frame.row(place, named=True)
    names: dict[str, Any] = {"district": district}
    exec(row["call"], names)
    assert names["plan"].digest == found.plans[place].digest
    really = cp.District(store_of(with_edits(d.tables(), step)))
    plan = really.plan_master_push(**step.asked, today=TODAY)
    assert sum(row[str(one)] for one in list(Fate)[:5]) == plan.writes, case.name
    if plan.writes:
        assert really.apply(plan).rows == plan.writes


@few(5)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.make.__name__)
def test_it_says_plainly_where_it_applies_nowhere(case: Case) -> None:
    _, found = rehearsed(case.otherwise(), case.name)
    assert found.height == found.places.height == 0
    assert found.answer == f"This applies nowhere. {found.situation.nowhere}"
    assert found.situation.nowhere in unescape(str(found.page()))
    assert found.picture == ""


def test_there_are_the_thirteen_and_none_under_another_name() -> None:
    assert [one.number for one in SITUATIONS] == list(range(1, 14))
    assert len({one.name for one in SITUATIONS}) == len({one.where for one in SITUATIONS}) == 13
    assert {one.name for one in SITUATIONS} == {case.name for case in CASES}
    d, _ = CASES[0].make()
    district = cp.District(d.store())
    assert district.rehearse(13, today=TODAY).situation is SITUATIONS[12]
    assert district.rehearse(" The Push Fails ", today=TODAY).situation is SITUATIONS[5]
    with pytest.raises(RequestError, match=r"There is no rehearsal 'the pushes fail'"):
        district.rehearse("the pushes fail")
    with pytest.raises(RequestError, match="There is no year 1999"):
        district.rehearse(1, year=1999)
    listed = district.rehearse(today=TODAY)
    applies = dict(listed.select("name", "courses").rows())
    assert applies["state codes changed"] == 1
    assert applies["the push fails"] == 0
    several = listed.filter(listed["places"] > 0).height
    assert listed.answer.startswith(f"{several} of the 13 situations appl")
    calls = unescape(str(listed.page())).count("district.rehearse(")
    assert calls == 13 + listed.answer.count("district.rehearse(")


def test_names_are_text_and_the_page_needs_nothing_else(tmp_path: Path) -> None:
    d, _ = CASES[-1].make()
    evil = "<img src=x onerror=alert(1)> =1+1"
    d.course["name"] = d.master["name"] = evil
    district, found = rehearsed(d, CASES[-1].name)
    [shown] = found._repr_mimebundle_()[0].values()  # pyright: ignore[reportPrivateUsage]
    for text in (str(found.page()), shown, str(district.rehearse(today=TODAY).page())):
        assert "<img" not in text
        complete_in_itself(text)
    assert "&lt;img" in str(found.page())
    for ending in (".csv", ".xlsx", ".html", ".parquet", ".md"):
        assert found.save(tmp_path / f"steps{ending}").stat().st_size


def test_it_is_rehearsed_in_a_scenario_as_on_a_district_so_edited() -> None:
    d, _ = CASES[2].make()
    district = cp.District(d.store())
    with district.what_if() as w:
        w.category("Projects", weight=15, catalog="High School", masters="MATH1")
        found = w.rehearse("one course master changed", today=TODAY)
        step = found.steps[0]
        tables = scenario_oracle.edited(
            d.tables(),
            "set",
            {"element": "categories", "name": "Projects", "weight": 15, "catalog": CATALOG, "masters": "MATH1"},
            d.tables(),
        )
        said = [one for one in verdicts(tables, step) if one["verdict"] != "same"]
        row = found.frame.row(0, named=True)
        assert {str(one): row[str(one)] for one in Fate} == oracle_fates.totals(said)
        assert row["added"] == 2
