"""The push panel in JupyterLab and in Voilà, clicked as a person clicks it, on a made-up district's file."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe import grave_findings
from districts import held_for_writing, pushes, state
from push_panel import PANEL, PushPanelOnPage, cells, numbers
from rounds import few, slow

import coursepush as cp

if TYPE_CHECKING:
    from conftest import OpenLab, OpenVoila

HIGH_SCHOOL = {"year": "2026-27", "catalog": "High School"}
OVERWRITE = {**HIGH_SCHOOL, "mode": "Overwrite existing course and section level data", "to_sections": True}
TODAY = dt.date(2026, 7, 1)


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_choose_preview_drill_down_run_report_undo(open_lab: OpenLab, district_file: Path, theme: str) -> None:
    before = state(district_file)
    with cp.open_district(district_file) as district:
        plan = district.plan_master_push("Elementary", year=2027, mode="overwrite", to_sections=True, today=TODAY)
        digest, writes = plan.digest[:8], plan.writes
        changed = district.reports.push_result(plan).frame.filter(fate="Gets other values")
        school, of_school = changed["school"].value_counts().sort("school").row(1)
        rows = changed.height
    opened = open_lab(cells(district_file), theme)
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**{**OVERWRITE, "catalog": "Elementary"})
    said = panel.preview()
    assert numbers(said)[0] == writes
    assert digest in said
    opened.shoot(f"push-lab-{theme}-1-preview")

    panel.open_tab(f"Gets other values ({rows:,})")
    panel.filters.first.select_option(label=f"{school} ({of_school:,})")
    panel.says(rf"^{of_school:,} of {rows:,} rows$")
    panel.search("quarter")
    few = numbers(panel.says(rf"^(?!{of_school:,} )\d+ of {rows:,} rows$"))[0]
    assert 0 < few < of_school
    assert "quarter" in panel.rows.first.inner_text().lower()
    panel.rows.first.click()
    panel.click("Why?")
    panel.says("^What a push does$")
    opened.shoot(f"push-lab-{theme}-2-why")

    panel.click("Run Now")
    asked = panel.panel.get_by_role("alertdialog").inner_text()
    assert digest in asked
    assert f"{writes:,} rows will be written" in asked
    assert pushes(district_file) == [], "one click alone does not write"
    opened.shoot(f"push-lab-{theme}-3-confirm")
    panel.click("Yes, run this push")
    assert f"{writes:,} rows written" in panel.ran()
    panel.is_seen(panel.panel.get_by_text("Done. Push 1"))
    panel.click("Get the report")
    panel.says(rf"^{writes:,} rows were written on \d+ courses")
    opened.shoot(f"push-lab-{theme}-4-report")

    panel.click("Undo")
    assert numbers(panel.previewed())[0] == writes
    panel.click("Yes, take it back")
    panel.says(r"^Done\. Push 2, Undo of push 1")
    assert pushes(district_file) == [(1, None), (2, 1)]
    assert state(district_file) == before
    opened.shoot(f"push-lab-{theme}-5-undone")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_panel(open_lab: OpenLab, district_file: Path, theme: str) -> None:
    opened = open_lab(cells(district_file), theme)
    opened.run_all()
    panel = PushPanelOnPage(opened)
    found: set[str] = set(grave_findings(opened.page, PANEL))
    panel.choose(**OVERWRITE)
    panel.preview()
    panel.click("Show as code")
    panel.click("Keep to compare")
    found.update(grave_findings(opened.page, PANEL))
    panel.open_tab("Gets other values")
    panel.rows.first.click()
    panel.click("Why?")
    panel.click("Run Now")
    found.update(grave_findings(opened.page, PANEL))
    panel.open_tab("Could not be pushed")
    found.update(grave_findings(opened.page, PANEL))
    panel.panel.get_by_role("tab", name="Grades").click()
    panel.says("^No grade rests on what this changes")
    found.update(grave_findings(opened.page, PANEL))
    panel.click("Yes, run this push")
    panel.ran()
    panel.click("Get the report")
    panel.says("rows were written on")
    found.update(grave_findings(opened.page, PANEL))
    assert not found, "\n".join(sorted(found))


def test_the_code_that_is_shown_gives_the_same_digest(open_lab: OpenLab, district_file: Path) -> None:
    opened = open_lab(cells(district_file))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**OVERWRITE)
    panel.panel.get_by_role("checkbox", name="Categories").uncheck()
    said = panel.preview()
    panel.click("Show as code")
    code = panel.panel.locator("pre").inner_text()
    assert "assert plan.digest" in code
    assert code.endswith("\nplan"), "nothing was run, so nothing is"
    names: dict[str, object] = {}
    exec(code, names)
    assert names["plan"].digest[:8] in said  # type: ignore[attr-defined]
    names["district"].close()  # type: ignore[attr-defined]


@slow
def test_two_previews_are_kept_and_compared(open_lab: OpenLab, district_file: Path) -> None:
    opened = open_lab(cells(district_file))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**HIGH_SCHOOL, to_sections=True)
    first = panel.preview()
    panel.click("Keep to compare")
    panel.panel.get_by_role("radio", name="Overwrite").check()
    panel.says("have changed since this preview")
    panel.click("Preview")
    panel.panel.get_by_role("heading", name=re.compile("overwrite mode")).wait_for()
    second = panel.previewed()
    assert first != second
    panel.click("Keep to compare")
    panel.click("Compare row by row")
    panel.rows.first.wait_for()
    panel.says(r"^[\d,]+ differences")
    opened.shoot("push-lab-compare")


@slow
def test_push_to_sections_of_a_course_opens_with_its_scope(open_lab: OpenLab, district_file: Path) -> None:
    opened = open_lab(cells(district_file, 'calendar="Riverbend High 26-27", courses="04051-1"'))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.panel.get_by_role("heading", name="Push All Courses").wait_for()
    said = panel.preview()
    with cp.open_district(district_file) as district:
        plan = district.plan_course_push("Riverbend High 26-27", courses=["04051-1"], today=TODAY)
        assert plan.digest[:8] in said
    opened.shoot("push-lab-courses")


# -- what goes wrong ---------------------------------------------------------------------------------------


def test_a_file_in_use_is_told_and_tried_again(open_lab: OpenLab, district_file: Path) -> None:
    opened = open_lab(cells(district_file))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**OVERWRITE)
    with held_for_writing(district_file):
        panel.click("Preview")
        assert "is open in another process" in panel.error.inner_text()
        panel.is_seen(panel.error)
        opened.shoot("push-lab-locked")
    panel.preview()
    assert panel.error.count() == 0
    with held_for_writing(district_file):
        panel.run()
        panel.is_seen(panel.error)
        opened.shoot("push-lab-locked-at-run")
    assert pushes(district_file) == []
    panel.run()
    panel.ran()
    assert pushes(district_file) == [(1, None)]


@slow
def test_a_stale_plan_is_refused_and_what_moved_is_shown(open_lab: OpenLab, district_file: Path) -> None:
    opened = open_lab(cells(district_file))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**OVERWRITE)
    panel.preview()
    with cp.open_district(district_file) as district:
        district.apply(district.plan_master_push("High School", year=2027, to_sections=True, today=TODAY))
    between = state(district_file)
    panel.run()
    assert "has moved since" in panel.error.inner_text()
    assert "Nothing was written." in panel.error.inner_text()
    panel.is_seen(panel.error)
    assert panel.panel.locator("th", has_text="In the preview").is_visible()
    opened.shoot("push-lab-stale")
    assert state(district_file) == between
    assert pushes(district_file) == [(1, None)]
    panel.preview()
    panel.run()
    panel.ran()
    assert pushes(district_file) == [(1, None), (2, None)]


_SLOW = "import time\ndistrict.store.on_statement = lambda name, text: time.sleep(0.05)"
"""Each statement takes longer, so that there is time to look and to stop."""


def test_a_run_is_stopped_and_nothing_is_written(open_lab: OpenLab, district_file: Path) -> None:
    before = state(district_file)
    opened = open_lab((*cells(district_file), "pass"))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**OVERWRITE)
    panel.preview()
    opened.run_in_cell(2, _SLOW)
    panel.run()
    panel.says("^Running the push")
    panel.is_seen(panel.button("Stop"))
    opened.shoot("push-lab-running")
    panel.click("Stop")
    panel.says("Stopped, as you asked. Nothing was written.")
    opened.shoot("push-lab-stopped")
    assert state(district_file) == before
    assert pushes(district_file) == []
    opened.run_in_cell(2, "district.store.on_statement = None")
    panel.run()
    panel.ran()
    assert pushes(district_file) == [(1, None)]


# -- how it is used ----------------------------------------------------------------------------------------


def test_double_clicks_make_one_push(open_lab: OpenLab, district_file: Path) -> None:
    opened = open_lab(cells(district_file))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**OVERWRITE)
    panel.button("Preview").dblclick()
    panel.previewed()
    panel.button("Run Now").dblclick()
    panel.button("Yes, run this push").dblclick()
    panel.ran()
    opened.wait_until_idle()
    assert pushes(district_file) == [(1, None)]
    panel.button("Undo").dblclick()
    panel.previewed()
    panel.button("Yes, take it back").dblclick()
    panel.says(r"^Done\. Push 2, Undo")
    opened.wait_until_idle()
    assert pushes(district_file) == [(1, None), (2, 1)]


def test_keys_in_the_panel_are_not_the_notebooks(open_lab: OpenLab, district_file: Path) -> None:
    """JupyterLab would make m a Markdown cell, x cut the cell, and move to another with the arrows."""
    opened = open_lab(cells(district_file))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    for field in ("Calendars", "Course Catalog"):
        panel.panel.get_by_label(field).focus()
        for key in ("m", "x", "a", "d", "d", "ArrowDown", "ArrowUp"):
            opened.page.keyboard.press(key)
        assert panel.panel.get_by_label(field).evaluate("one => one === document.activeElement")
    assert panel.panel.is_visible()
    assert opened.cells.count() == 2


def test_a_push_by_keyboard_alone(open_lab: OpenLab, district_file: Path) -> None:
    opened = open_lab(cells(district_file))
    keyboard = opened.page.keyboard
    keyboard.press("Shift+Enter")
    keyboard.press("Control+Enter")
    panel = PushPanelOnPage(opened)
    opened.tab_to("Year")
    opened.choose_by_keys("2026-27")
    opened.tab_to("Course Catalog")
    opened.choose_by_keys("High School")
    opened.tab_to("Overwrite existing course and section level data")
    keyboard.press("Space")
    opened.tab_to("Push locked data to sections")
    keyboard.press("Space")
    opened.tab_to("Preview")
    keyboard.press("Enter")
    writes = numbers(panel.previewed())[0]
    opened.tab_to("Summary")
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    panel.rows.first.wait_for()
    panel.says(r"^\d[\d,]* rows$")
    opened.tab_to("Run Now")
    keyboard.press("Enter")
    opened.tab_to("Yes, run this push")
    keyboard.press("Space")
    assert f"{writes:,} rows written" in panel.ran()
    opened.tab_to("Get the report")
    keyboard.press("Enter")
    panel.says(rf"^{writes:,} rows were written")
    assert pushes(district_file) == [(1, None)]


_HEART = """
import asyncio, time
gaps = [0.0]
async def beat():
    while True:
        begun = time.monotonic()
        await asyncio.sleep(0.02)
        gaps.append(time.monotonic() - begun)
heart = asyncio.get_running_loop().create_task(beat())
"""


@slow
def test_medium_is_previewed_quickly_and_the_kernel_stays_free_during_an_apply(
    open_lab: OpenLab, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    district_file = tmp_path / "medium.duckdb"
    cp.simulate_district("medium", seed=7, into=district_file).close()
    opened = open_lab((*cells(district_file), "pass"))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**OVERWRITE)
    seconds = opened.timed(lambda: panel.preview(60))
    opened.run_in_cell(2, _HEART)
    opened.run_in_cell(2, "gaps.clear()")
    panel.run()
    running = opened.run_in_cell(2, "panel.state.doing")
    panel.ran()
    longest = float(opened.run_in_cell(2, "heart.cancel(); max(gaps)"))
    record_property(
        "summary",
        f"push panel, medium: preview {seconds:.1f} s, longest wait of the kernel during an apply {longest:.2f} s",
    )
    assert running == "'run'", "the other cell was answered while the push was under way"
    assert longest < 1
    assert seconds < 10


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_short_way_in_voila(open_voila: OpenVoila, district_file: Path, theme: str) -> None:
    before = state(district_file)
    opened = open_voila(cells(district_file), theme)
    panel = PushPanelOnPage(opened)
    panel.choose(**OVERWRITE)
    writes = numbers(panel.preview())[0]
    opened.shoot(f"push-voila-{theme}-1-preview")
    assert grave_findings(opened.page, PANEL) == []
    panel.open_tab("Gets other values")
    panel.search("homework")
    panel.says(r"^\d+ of \d+ rows$")
    opened.page.set_viewport_size({"width": 390, "height": 844})
    panel.rows.first.scroll_into_view_if_needed()
    opened.shoot(f"push-voila-{theme}-phone-rows")
    assert opened.wider_than_shown(PANEL) == []
    panel.panel.get_by_role("radio", name="Push locked data").check()
    panel.is_seen(panel.panel.get_by_text("have changed since this preview"))
    opened.shoot(f"push-voila-{theme}-phone-changed")
    assert grave_findings(opened.page, PANEL) == []
    panel.panel.get_by_role("button", name="Push All Courses").click()
    panel.panel.get_by_text("have changed since this preview").wait_for(state="hidden")
    assert "Riverbend High" in str(panel.panel.get_by_label("Calendar", exact=True).input_value())
    panel.panel.get_by_role("button", name="Push All Course Masters").click()
    panel.panel.get_by_role("radio", name="Overwrite").check()
    opened.page.set_viewport_size({"width": 1280, "height": 1000})
    panel.run()
    assert f"{writes:,} rows written" in panel.ran()
    opened.shoot(f"push-voila-{theme}-2-done")
    panel.click("Undo")
    panel.previewed()
    panel.click("Yes, take it back")
    panel.says(r"^Done\. Push 2, Undo")
    assert pushes(district_file) == [(1, None), (2, 1)]
    assert state(district_file) == before
