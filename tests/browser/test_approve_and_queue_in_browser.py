"""Two notebooks in JupyterLab: a push is saved, agreed to in the other one, submitted, run and undone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe import grave_findings
from districts import pushes, state
from push_panel import PANEL, PushPanelOnPage, cells, numbers
from rounds import few
from test_panel_in_browser import OVERWRITE

import coursepush as cp

if TYPE_CHECKING:
    from conftest import OpenLab
    from lab_page import LabPage

_DIRECTOR = """import os
os.environ["LOGNAME"] = "dana"  # another user of the system than whoever planned
import coursepush as cp
cp.approve("to review.cpush", by="Dana Director", comment="After report cards.")"""


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_save_ask_approve_submit_run_report_undo(open_lab: OpenLab, district_file: Path, theme: str) -> None:
    with cp.open_district(district_file) as district:
        district.set_policy(approvals={"overwrite": 1}, by="Sam")
    before = state(district_file)
    opened = open_lab(cells(district_file), theme)
    opened.run_all()
    panel = PushPanelOnPage(opened)
    found: set[str] = set()

    panel.choose(**{**OVERWRITE, "catalog": "Elementary"})
    panel.preview()
    panel.says(r"^Still needed: 1 more\. 1 approval for a plan that overwrites")
    panel.panel.get_by_label("Your name").locator("visible=true").fill("Ana Analyst")
    panel.click("Ask for approval")
    panel.says(r"^The plan is saved as .*to review\.cpush")
    mail = panel.panel.get_by_label("Mail").input_value()
    assert 'coursepush approve "to review.cpush" --by "Your name"' in mail
    found.update(grave_findings(opened.page, PANEL))
    _see(opened, panel, "Approvals", f"queue-lab-{theme}-1-asked")

    director = open_lab(["1 + 1", "2 + 2"], theme)
    assert "approval" in director.run_in_cell(0, _DIRECTOR)
    panel.click("Take in")
    panel.says(r"^Taken in: the approval of Dana Director\.$")
    panel.says(r"^Dana Director \(user dana\), .*“After report cards\.”")
    panel.says(r"^Nothing more is needed\.")
    _see(opened, panel, "Approvals", f"queue-lab-{theme}-2-agreed")

    panel.panel.get_by_role("radio", name="At a date and time").check()
    when = panel.panel.get_by_label("Date and time", exact=True)
    when.fill("2099-12-01T22:00")
    when.press("Tab")
    panel.panel.get_by_label("Comment").fill("Tonight.")
    opened.tab_to("Submit to Batch")
    opened.page.keyboard.press("Enter")
    panel.says(r"^Job 1 is queued, to run at 2099-12-01 22:00.* No worker runs for this district")
    found.update(grave_findings(opened.page, PANEL))
    _see(opened, panel, "Submit to Batch", f"queue-lab-{theme}-3-submitted")

    show = f"district = cp.open_district({str(district_file)!r})\ndistrict.queue.panel()"
    director.run_in_cell(1, show)
    there = director.page.locator(PANEL)
    there.get_by_text("to run at 2099-12-01 22:00").first.wait_for()
    new_time = panel.panel.get_by_label("New time")
    new_time.fill("2098-05-01T07:30")
    new_time.press("Tab")
    panel.click("Reschedule")
    there.get_by_text("to run at 2098-05-01 07:30").first.wait_for()  # by itself: nobody clicked there
    panel.click("Cancel")
    panel.says(r"^Canceled by Ana Analyst\.$")
    panel.click("Restart")
    panel.says(r"^Job 1 is queued")
    panel.click("Start worker here")
    news = panel.says(r"^Job 1 is completed.* \(push 1\): Push All Course Masters.*rows written", 60)
    there.get_by_text(re.compile("^Job 1 is completed")).first.wait_for()
    found.update(grave_findings(opened.page, PANEL))
    found.update(grave_findings(director.page, PANEL))
    _see(opened, panel, "Batch Queue List", f"queue-lab-{theme}-4-done")
    director.shoot(f"queue-lab-{theme}-5-elsewhere")
    panel.click("Get the report")
    written = numbers(news.partition("sections.")[2])[0]
    panel.says("^Push result$")
    report = panel.panel.locator(".widget-html-content", has_text="Push result").inner_text()
    assert f"{written:,} rows were written on" in report
    _see(opened, panel, "Batch Queue List", f"queue-lab-{theme}-6-report")

    panel.click("Undo")
    panel.previewed()
    panel.click("Yes, take it back")
    panel.says(r"^Done\. Push 2, Undo of push 1")
    panel.click("Stop the worker")
    panel.says(r"^The worker has ended")
    assert pushes(district_file) == [(1, None), (2, 1)]
    assert state(district_file) == before
    with cp.open_district(district_file) as district:
        assert district.history().sort("push_id")["approved_by"][0] == "Dana Director"
    assert not found, "\n".join(sorted(found))


def _see(opened: LabPage, panel: PushPanelOnPage, heading: str, name: str) -> None:
    """Keep a picture with that heading at the top."""
    panel.panel.get_by_role("heading", name=heading, exact=True).evaluate("one => one.scrollIntoView()")
    opened.shoot(name)
