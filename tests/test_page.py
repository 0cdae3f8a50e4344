"""The page of a plan: right in its numbers, sound whatever names a district has, and complete in itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from engine import Tables, plan_of, store_of
from random_districts import make_district, make_request
from simulated import tables as simulated_tables

from coursepush.apply.apply import apply_plan
from coursepush.display import plan_html, receipt_html
from coursepush.plan.plan import Plan
from coursepush.reports.pages.plan import plan_page

_EVIL = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "Science 🧪 & <b>Art</b>",
    "שלום עולם \u202e",
    "x" * 50,
    "\" onmouseover='alert(1)",
    "</style><img src=x onerror=alert(1)>",
)


class _Read(HTMLParser):
    """Tags, attributes and text as a browser reads them; every tag must be closed in order."""

    _VOID = frozenset({"meta", "br", "img", "hr", "link", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self._VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def _assert_complete_in_itself(page: str) -> _Read:
    read = _Read(page)
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in read.tags)
    for _, attributes in read.tags:
        assert not any(name in ("src", "href", "srcset") or name.startswith("on") for name in attributes)
    assert not re.search(r"@import|url\(|https?://", page)
    return read


@pytest.fixture(scope="module")
def high_school() -> Plan:
    chosen = {"catalog_id": "High School", "year": 2026, "mode": "overwrite", "to_sections": True}
    return plan_of(store_of(simulated_tables()), "master", chosen)


def test_the_first_lines_say_what_would_happen(high_school: Plan) -> None:
    rows = high_school.rows()
    written = rows.filter(rows["verdict"].is_in(["insert", "update", "relink", "rename", "delete"]))
    courses = written.filter(hop=1)["course_id"].n_unique()
    sections = written["section_id"].drop_nulls().n_unique()
    text = _assert_complete_in_itself(plan_page(high_school)).text
    assert (
        f"{high_school.writes:,} rows would be written on {courses} courses and {sections} sections at 1 school; "
        "46 rows could not be pushed." in text
    )
    assert text.index("could not be pushed") < text.index("Read these 4 first") < text.index("What kind of data")
    assert all(str(warning) in text for warning in high_school.warnings)
    assert "Preview of a push: High School · 2025-26" in text
    assert "Overwrite existing course and section level data" in text
    assert high_school.digest in text
    assert "Nothing was written to the district." in text


def test_the_page_is_the_same_each_time_and_names_no_student(high_school: Plan) -> None:
    page = plan_page(high_school)
    assert page == plan_page(high_school)
    text = _Read(page).text
    assert not re.search(r"\bstudent_id\b|\bStudent \d", text)
    assert "24102-1 French Conversation and Culture" in text


def test_rows_are_capped_and_the_rest_counted(high_school: Plan) -> None:
    page = plan_page(high_school, max_rows=10)
    text = _Read(page).text
    assert "The first 10 of 231 rows" in text
    assert "221 more rows not shown here." in text
    assert len(page) < len(plan_page(high_school))


def test_a_title_and_a_receipt() -> None:
    tables = make_district(4)
    store = store_of(tables)
    plan = plan_of(store, *make_request(4, tables))
    receipt = apply_plan(store, plan)
    text = _assert_complete_in_itself(plan_page(plan, title="Fall <push>", receipt=receipt)).text
    assert "Fall <push>" in text
    assert "Result of a push" in text
    assert f"Push {receipt.push_id} wrote" in text
    assert f"{plan.writes} rows were written on" in text


def _named_evil(tables: Tables) -> None:
    """Give everything that has a name one of the bad ones."""
    columns = {
        "school": "name", "calendar": "name", "catalog": "name", "teacher": "name", "grading_task": "name",
        "assessment_test": "name", "grading_scale": "name", "score_group": "name", "course": "name",
        "course_master": "name", "section": "number",
    }  # fmt: skip
    for table, column in columns.items():
        for place, row in enumerate(tables[table]):
            row[column] = _EVIL[place % len(_EVIL)] + (f" {place}" if table in ("calendar", "catalog") else "")
    for level in ("master", "course", "section"):
        used: dict[int, int] = {}
        for row in tables[f"{level}_category"]:
            place = used[row["owner_id"]] = used.get(row["owner_id"], -1) + 1
            row["name"] = (_EVIL[place % len(_EVIL)] + "." * (place // len(_EVIL)))[:50]


@pytest.mark.parametrize("seed", [2, 5, 9, 14])
def test_any_name_is_shown_as_text(seed: int) -> None:
    tables = make_district(seed)
    kind, request = make_request(seed, tables)
    _named_evil(tables)
    plan = plan_of(store_of(tables), kind, request)
    read = _assert_complete_in_itself(plan_page(plan))
    _Read(plan_html(plan))
    if plan.writes > 20:
        assert any(name in read.text for name in _EVIL)


@pytest.mark.parametrize("seed", range(6))
def test_random_plans_have_a_sound_page(seed: int) -> None:
    tables = make_district(seed)
    _assert_complete_in_itself(plan_page(plan_of(store_of(tables), *make_request(seed, tables))))


def _empty(tables: Tables) -> dict[str, Any]:
    """A request that has nothing in scope: a course of another catalog's master."""
    link = tables["catalog_school"][0]
    for course in tables["course"]:
        course["master_id"] = None
    return {"catalog_id": link["catalog_id"], "year": link["end_year"]}


def test_an_empty_plan_has_a_page() -> None:
    tables = make_district(8)
    request = _empty(tables)
    plan = plan_of(store_of(tables), "master", request)
    assert plan.counts().is_empty()
    text = _assert_complete_in_itself(plan_page(plan)).text
    assert "Nothing would be written: there is no course in scope." in text
    assert "Nothing is in scope" in _Read(plan_html(plan)).text


# -- the small pieces for notebooks ------------------------------------------------------------------------


def test_a_plan_in_a_notebook_runs_no_query(high_school: Plan) -> None:
    asked: list[str] = []
    high_school.store.on_statement = lambda name, _: asked.append(name)
    try:
        piece = high_school._repr_html_()
    finally:
        high_school.store.on_statement = None
    assert asked == []
    read = _Read(piece)
    assert "nothing is written" in read.text
    assert "Taken over and relinked" in read.text
    assert "Grade Calc Options" in read.text
    assert all(str(warning) in read.text for warning in high_school.warnings)
    assert len(piece) < 20_000


def test_a_receipt_in_a_notebook() -> None:
    tables = make_district(4)
    store = store_of(tables)
    receipt = apply_plan(store, plan_of(store, *make_request(4, tables)))
    read = _Read(receipt_html(receipt))
    assert f"district.plan_undo({receipt.push_id})" in read.text
