"""The what-if panel in JupyterLab: a weight moved by keyboard, a lock, a second scenario, taken back, saved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe import grave_findings
from districts import pushes, state
from rounds import few

import coursepush as cp

if TYPE_CHECKING:
    from conftest import OpenLab, OpenVoila
    from playwright.sync_api import BrowserContext

PANEL = ".coursepush-panel"


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_weigh_compare_take_back_and_save(open_lab: OpenLab, district_file: Path, theme: str) -> None:
    before = state(district_file)
    opened = open_lab(
        (
            f"import coursepush as cp\ndistrict = cp.open_district({str(district_file)!r})",
            'district.what_if_panel("heavier tests", catalog="High School", master="04101-1", year=2026)',
        ),
        theme,
    )
    opened.run_all()
    page = opened.page
    page.set_default_timeout(30_000)
    panel = page.locator(PANEL).first
    panel.get_by_role("heading", name="How far grades in progress would move").wait_for(timeout=60_000)

    def click(name: str) -> None:
        panel.get_by_role("button", name=re.compile(rf"^\W*{re.escape(name)}$")).click()

    opened.shoot(f"what-if-lab-{theme}-1-opened")
    found = set(grave_findings(page, PANEL))

    slider = panel.get_by_label("Tests", exact=True)
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    panel.get_by_text(re.compile("^set categories: name Tests, weight")).wait_for()
    moved = int(panel.get_by_label("Tests, as a number").input_value())
    panel.get_by_text(f"set categories: name Tests, weight {moved}; catalog High School").wait_for()
    assert page.evaluate("document.activeElement.type") == "range", "the slider keeps the focus"
    number = panel.get_by_label("Tests, as a number")
    number.fill("55")
    number.press("Enter")
    panel.get_by_text(re.compile("^set categories: name Tests, weight 55")).wait_for()
    panel.get_by_role("status").wait_for(state="hidden")
    panel.get_by_role("cell", name="Gets other values").wait_for()
    panel.get_by_text(re.compile(r"^Grades in progress would move in \d")).wait_for()
    found |= set(grave_findings(page, PANEL))

    panel.get_by_label("Another scenario").fill("not locked")
    panel.get_by_label("Another scenario").press("Tab")
    click("Start it with these edits")
    panel.get_by_role("columnheader", name="not locked").wait_for()
    panel.get_by_role("tab", name="Locks").click()
    panel.get_by_label("Categories", exact=True).uncheck()
    panel.get_by_text("unlock: locks categories; catalog High School").wait_for()
    for tab in ("Grade Calc Options", "Tasks and standards", "Weights"):
        panel.get_by_role("tab", name=tab).click()
        found |= set(grave_findings(page, PANEL))
        opened.shoot(f"what-if-lab-{theme}-2-{tab.split()[0].lower()}")
    click("Take back the last")
    panel.get_by_text("unlock: locks categories; catalog High School").wait_for(state="detached")

    file = district_file.with_name("heavier.toml")
    name = panel.get_by_label("File", exact=True)
    name.fill(str(file))
    name.press("Tab")
    click("Save the scenario")
    panel.get_by_text(re.compile("^Saved as ")).wait_for()
    click("Show as code")
    panel.get_by_text(re.compile(r"heavier_tests\.category\(")).wait_for()
    opened.shoot(f"what-if-lab-{theme}-3-code")
    assert not found, "\n".join(sorted(found))

    assert "weight = 55" in file.read_text("utf-8")
    opened.run_in_cell(1, "district.close()")
    assert state(district_file) == before
    assert pushes(district_file) == []


def test_it_fits_a_narrow_window(open_voila: OpenVoila, context: BrowserContext, district_file: Path) -> None:
    opened = open_voila(
        (
            f"import coursepush as cp\ndistrict = cp.open_district({str(district_file)!r})",
            'district.what_if_panel("heavier tests", catalog="High School", master="04101-1", year=2026)',
        )
    )
    opened.page.set_viewport_size({"width": 390, "height": 2400})
    panel = opened.page.locator(PANEL).first
    panel.get_by_role("heading", name="How far grades in progress would move").wait_for(timeout=60_000)
    opened.shoot("what-if-voila-narrow")
    assert not grave_findings(opened.page, PANEL)
    assert panel.evaluate("one => one.scrollWidth - one.clientWidth") <= 1, "nothing sticks out"


def test_other_weights_are_tried_in_one_section(open_lab: OpenLab, district_file: Path) -> None:
    opened = open_lab(
        (
            f"import coursepush as cp\ndistrict = cp.open_district({str(district_file)!r})",
            "district.weights_panel(115)",
        )
    )
    opened.run_all()
    panel = opened.page.locator(PANEL).first
    panel.get_by_text("No grade rests on what this changes").wait_for()
    panel.get_by_label("Tests, as a number").fill("5")
    panel.get_by_label("Tests, as a number").press("Enter")
    panel.get_by_text(re.compile("would move in 1 section")).wait_for()
    opened.shoot("weights-lab")
    assert not grave_findings(opened.page, PANEL)
    with cp.open_district(district_file) as district:
        tried = district.try_weights(section=115, weights={"Tests": 5}).headline
    panel.get_by_text(tried).wait_for()
