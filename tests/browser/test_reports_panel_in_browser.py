"""The reports panel in JupyterLab: show a report, narrow it down, relink what is desynced, save it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe import grave_findings
from districts import pushes
from rounds import few

import coursepush as cp

if TYPE_CHECKING:
    from conftest import OpenLab
    from playwright.sync_api import Locator

PANEL = ".coursepush-panel"


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_show_status_relink_and_save(open_lab: OpenLab, district_file: Path, theme: str) -> None:
    with cp.open_district(district_file) as district:
        status = district.reports.course_status(catalog="High School", year=2026)
        desynced, courses = status.filter(status="desynced").height, status.height
    opened = open_lab(
        (
            f"import coursepush as cp\ndistrict = cp.open_district({str(district_file)!r})",
            'district.reports.panel("course_status", catalog="High School", year=2026)',
        ),
        theme,
    )
    opened.run_all()
    panel = opened.page.locator(PANEL).first
    rows = panel.locator(".coursepush-rows tbody tr:visible")

    def click(name: str) -> None:
        _button(panel, name).click()

    click("Show the report")
    rows.first.wait_for()
    opened.shoot(f"reports-lab-{theme}-1-status")
    found = set(grave_findings(opened.page, PANEL))

    statuses = panel.locator(".coursepush-rows .coursepush-filters").get_by_label("Status")
    statuses.select_option(label=f"Desynced ({desynced})")
    panel.get_by_text(re.compile(rf"^{desynced} of {courses}")).wait_for()
    click(f"Relink the {desynced} listed desynced courses")
    panel.get_by_text("Nothing is written yet.").wait_for()
    found |= set(grave_findings(opened.page, PANEL))
    opened.shoot(f"reports-lab-{theme}-2-relink")
    click("Run Now")
    click("Yes, run this push")
    panel.get_by_text(re.compile("^Done. Push 1")).wait_for()
    assert pushes(district_file) == [(1, None)]
    click("Close this push")
    _button(panel, "Run Now").wait_for(state="detached")

    page = district_file.with_name("status.html")
    name = panel.get_by_label("as", exact=True).locator("visible=true")
    name.fill(str(page))
    name.press("Tab")
    click("Save as a file")
    panel.get_by_text(re.compile("^Saved: ")).wait_for()
    assert "Course Status" in page.read_text("utf-8")
    assert not found, "\n".join(sorted(found))


def _button(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("button", name=re.compile(rf"^\W*{re.escape(name)}$"))
