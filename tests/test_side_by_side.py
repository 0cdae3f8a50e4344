"""Plans side by side: the numbers are the plans' own, in the report and on its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import coursepush as cp
from coursepush.errors import ForeignPlanError, RequestError
from coursepush.plan.fates import Fate
from coursepush.plan.plan import Plan
from coursepush.reports.side_by_side.page import MEASURES

ASKED: dict[str, Any] = {"catalog": "High School", "year": 2026, "to_sections": True}


@pytest.fixture(scope="module")
def district() -> Iterator[cp.District]:
    with cp.simulate_district("small", seed=7) as one:
        yield one


@pytest.fixture(scope="module")
def plans(district: cp.District) -> Iterator[list[Plan]]:
    """Two pushes of the district, and one in a scenario."""
    with district.what_if("heavier tests") as w:
        w.category("Tests", weight=45, catalog="High School")
        yield [
            district.plan_master_push(**ASKED, mode="overwrite"),
            district.plan_master_push(**ASKED),
            w.plan_master_push(**ASKED),
        ]


def test_each_number_is_the_plans_own(plans: list[Plan]) -> None:
    found = cp.compare(plans)
    for plan, row in zip(plans, found.frame.iter_rows(named=True), strict=True):
        rows = plan.rows(names=True)
        for fate in Fate:
            assert row[str(fate)] == plan.rows(fate=str(fate)).height, fate
        lost = plan.rows(fate=["disappears", "other_values", "renamed"], made_by="teacher")
        assert row["teachers_setup"] == lost.height
        assert row["residual"] == rows["reason"].is_in(["residual", "residual_task"]).sum()
        written = rows.filter(pl.col("verdict").is_in(["insert", "update", "relink", "rename", "delete"]))
        for name, column in (("courses", "course_id"), ("sections", "section_id")):
            assert row[name] == written[column].drop_nulls().n_unique(), name
        assert row["warnings"] == len(plan.warnings)
        shown = plan.forecast().shown
        assert row["sections_moves"] == shown.number("moves") > 0
        assert row["sections_fails"] == (shown.number("fails") or (None if shown.any_of("fails") else 0))
        assert row["grades"] == plan.forecast().headline


def test_names_tell_what_is_different(plans: list[Plan]) -> None:
    names = cp.compare(plans, grades=False).frame["name"].to_list()
    assert names == ["overwrite mode", "locked mode", "heavier tests, locked mode"]
    assert cp.compare([plans[0], plans[0]], grades=False).frame["name"].to_list() == [
        "as it is (1)",
        "as it is (2)",
    ]
    assert cp.compare({"a": plans[0], "b": plans[1]}, grades=False).frame["name"].to_list() == ["a", "b"]


def test_the_page_has_the_numbers_of_the_frame_and_nothing_from_outside(plans: list[Plan], tmp_path: Path) -> None:
    found = cp.compare(plans)
    text = found.page(tmp_path / "side.html").read_text("utf-8")
    lines = {
        unescape(label): [re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", cells)]
        for label, cells in re.findall(r"<tr><th scope='row'>(.*?)</th>(.*?)</tr>", text)
    }
    for column, label in MEASURES.items():
        values = found.frame[column].to_list()
        if len(set(values)) > 1:
            assert lines[label] == ["–" if one is None else f"{one:,}" for one in values], label
        elif values[0]:
            assert f"{label}: {values[0]:,}" in unescape(text), label
    assert "<script" not in text
    assert not re.search(r"(src|href)=['\"]http", text)


def test_a_sweep_is_the_same_edit_with_other_values(district: cp.District, tmp_path: Path) -> None:
    def edit(w: Any, weight: float) -> None:
        w.category("Tests", weight=weight, catalog="High School")

    def plan(w: Any) -> Plan:
        return w.plan_master_push(**ASKED, courses="04101-1")

    found = district.sweep("weight of <Tests>", [40, 20, 30.5], edit, plan)
    assert found.frame["value"].to_list() == [40.0, 20.0, 30.5]
    for value, other_values in found.frame.select("value", "other_values").rows():
        with district.what_if() as w:
            edit(w, value)
            assert plan(w).rows(fate="other_values").height == other_values
    text = found.page(tmp_path / "sweep.html").read_text("utf-8")
    assert "weight of &lt;Tests&gt;" in text
    assert "<Tests>" not in text
    assert "30.5" in found.picture


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "two plans or more"),
        (["plan", "plan"], "Only plans are compared"),
        ([1, 2], "Only plans are compared"),
    ],
)
def test_what_cannot_be_compared_is_refused(given: list[Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        cp.compare(given)


def test_plans_of_two_districts_are_not_compared(plans: list[Plan]) -> None:
    with cp.simulate_district("small", seed=8) as other:
        theirs = other.plan_master_push(**ASKED)
        with pytest.raises(ForeignPlanError, match="two districts"):
            cp.compare([plans[0], theirs])


@pytest.mark.parametrize("values", [[10], [], [True, False], ["10", "20"]])
def test_a_sweep_wants_numbers(district: cp.District, values: list[Any]) -> None:
    with pytest.raises(RequestError, match="two or more numbers"):
        district.sweep("weight", values, lambda w, value: None, lambda w: w.plan_master_push(**ASKED))


def test_where_work_is_not_known_grades_are_not_told(plans: list[Plan]) -> None:
    found = cp.compare(plans, grades=False)
    assert found.frame["sections_moves"].null_count() == 3
    assert "grades=True" in found.frame["grades"][0]
    assert "sections have grades" not in found.answer
