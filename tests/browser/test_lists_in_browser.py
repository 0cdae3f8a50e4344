"""A panel's lists in JupyterLab and in Voilà: sorted, chosen by keys, remembered, and taken along in one click."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from axe import grave_findings
from push_panel import PANEL, PushPanelOnPage, cells
from rounds import few

import coursepush as cp

if TYPE_CHECKING:
    from conftest import OpenLab, OpenVoila
    from playwright.sync_api import BrowserContext
    from watched_page import WatchedPage

CHOICES = 'year=2027, catalog="High School", mode="overwrite", to_sections=True'
LIST = "Gets other values"


class Opened:
    """The list `LIST` of a preview, on a page."""

    def __init__(self, page: WatchedPage) -> None:
        self.on_page = page
        self.page = page.page
        self.panel = PushPanelOnPage(page)

    def open(self) -> None:
        self.panel.preview()
        self.panel.open_tab(LIST)

    def column(self, place: int) -> list[str]:
        """What the rows that are shown have in a column."""
        return self.panel.rows.locator(f"td:nth-child({place})").all_inner_texts()

    def filter(self, label: str) -> Any:
        return self.panel.panel.locator(".coursepush-rows").get_by_label(label, exact=True).locator("visible=true")

    def download(self, name: str) -> tuple[str, bytes]:
        with self.page.expect_download() as started:
            self.panel.panel.get_by_role("button", name=name).locator("visible=true").click()
        return started.value.suggested_filename, Path(started.value.path()).read_bytes()

    def copied(self) -> list[list[str]]:
        self.panel.panel.get_by_role("button", name="Copy", exact=True).locator("visible=true").click()
        self.panel.says("copied. Paste into a spreadsheet")
        return self.clipboard()

    def clipboard(self) -> list[list[str]]:
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return [line.split("\t") for line in text.splitlines()]


@pytest.fixture(scope="module")
def changed(simulated_file: Path) -> pl.DataFrame:
    """The rows of the list, as Python has them."""
    with cp.open_district(simulated_file) as district:
        plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
        return district.reports.push_result(plan).frame.filter(fate=LIST)


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_list_is_sorted_chosen_by_keys_remembered_and_taken_along(
    open_lab: OpenLab, context: BrowserContext, district_file: Path, changed: pl.DataFrame, theme: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab = open_lab(cells(district_file, CHOICES), theme)
    lab.run_all()
    opened = Opened(lab)
    opened.open()
    panel, keyboard = opened.panel, lab.page.keyboard

    # a header sorts every row, whatever the browser has of them
    head = panel.panel.locator(".coursepush-rows thead th:visible").filter(has_text="What")
    head.first.click()
    panel.panel.locator('th[aria-sort="ascending"]:visible').wait_for()
    whats = [what.lower() for what in changed["what"]]
    place = panel.panel.locator(".coursepush-rows thead th:visible").all_inner_texts().index("What") + 1
    assert [text.lower() for text in opened.column(place)] == sorted(whats)[:10]
    head.first.click()
    panel.panel.locator('th[aria-sort="descending"]:visible').wait_for()
    assert [text.lower() for text in opened.column(place)] == sorted(whats, reverse=True)[:10]

    # rows by keys
    panel.rows.first.focus()
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    panel.panel.locator('tr.selected[aria-selected="true"]:visible').wait_for()
    assert "selected" in (panel.rows.nth(2).get_attribute("class") or "")
    assert lab.cells.count() == 2, "the notebook took no key"
    panel.click("Why?")
    panel.says("^What a push does$")
    opened.on_page.shoot(f"lists-lab-{theme}-1-chosen")

    # narrowed, and taken along
    teacher = changed["teacher"].drop_nulls().mode().sort()[0]
    mine = changed.filter(teacher=teacher)
    opened.filter("Teacher").select_option(label=f"{teacher} ({mine.height:,})")
    panel.says(rf"^{mine.height:,} of {changed.height:,} rows$")
    rows = opened.copied()
    assert len(rows) == mine.height + 1
    assert "Course" in rows[0]
    assert {row[rows[0].index("Teacher")] for row in rows[1:]} == {teacher}
    assert all(" " in row[rows[0].index("Course")] for row in rows[1:]), "numbers and names"
    name, content = opened.download("CSV")
    assert name == "Gets other values.csv"
    assert pl.read_csv(io.BytesIO(content), infer_schema=False).height == mine.height
    name, content = opened.download("Excel")
    assert name == "Gets other values.xlsx"
    assert content.startswith(b"PK")
    opened.on_page.shoot(f"lists-lab-{theme}-2-taken")
    found = set(grave_findings(lab.page, PANEL))

    # remembered in the next tab, and in the next session of the notebook
    panel.open_tab("By teacher")
    panel.says(r"^1 of [\d,]+ teachers$")
    assert opened.filter("Teacher").input_value() == f"{teacher} (1)"
    lab.restart_and_run_all()
    again = Opened(lab)
    again.open()
    again.panel.says(rf"^{mine.height:,} of {changed.height:,} rows$")
    again.panel.click("Show all")
    again.panel.says(rf"^{changed.height:,} rows$")
    assert not found, "\n".join(sorted(found))


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_visitor_of_voila_takes_lists_and_reports_home(
    open_voila: OpenVoila, context: BrowserContext, district_file: Path, changed: pl.DataFrame, theme: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    report = 'district.reports.panel("course_status", year=2027)'
    voila = open_voila((*cells(district_file, CHOICES), report), theme)
    opened = Opened(voila)
    opened.panel.panel = voila.page.locator(PANEL).first
    opened.panel.preview()
    opened.panel.button("Copy this table").first.click()
    opened.panel.says("^Copied. Paste into a spreadsheet")
    counts = opened.clipboard()
    assert counts[0][:2] == ["On", "Data"]
    assert sum(int(row[counts[0].index(LIST)] or 0) for row in counts[1:]) == changed.height
    opened.panel.open_tab(LIST)
    assert len(opened.copied()) == changed.height + 1
    assert opened.download("CSV")[0] == "Gets other values.csv"
    opened.on_page.shoot(f"lists-voila-{theme}-1")
    opened.panel.panel = voila.page.locator(PANEL).nth(1)
    opened.panel.click("Show the report")
    name, content = opened.download("Download")
    assert name == "course_status.xlsx"
    assert content.startswith(b"PK")
    opened.panel.says("It names no student")
    opened.on_page.shoot(f"lists-voila-{theme}-2-report")
    found = grave_findings(voila.page, PANEL)
    voila.page.set_viewport_size({"width": 390, "height": 844})  # a phone
    opened.panel.panel = voila.page.locator(PANEL).first
    opened.panel.button("CSV").locator("visible=true").first.scroll_into_view_if_needed()
    opened.on_page.shoot(f"lists-voila-{theme}-3-phone")
    assert found + grave_findings(voila.page, PANEL) == []
