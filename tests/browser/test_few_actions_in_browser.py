"""The questions that people come with, from the opened panel: each is answered in at most so many actions.

An action is a click, a choice, or words typed with Enter. The answer is looked for on the page.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from axe import grave_findings
from districts import pushes, state
from push_panel import PANEL, PushPanelOnPage, cells

import coursepush as cp

if TYPE_CHECKING:
    from conftest import OpenVoila
    from playwright.sync_api import Locator
    from voila_page import VoilaPage

CHOICES = 'year=2027, catalog="High School", mode="overwrite", to_sections=True'
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 1000}


class Person:
    """Somebody at the panel, whose actions are counted."""

    def __init__(self, opened: VoilaPage) -> None:
        self.opened = opened
        self.at = PushPanelOnPage(opened)
        self.actions = 0

    def preview(self) -> None:
        self.click(self.at.button("Preview"))
        self.at.previewed()

    def open(self, tab: str) -> None:
        self.click(self.at.panel.get_by_role("tab", name=tab))
        self.at.rows.first.wait_for()

    def click(self, what: Locator) -> None:
        self.actions += 1
        what.click()

    def search(self, words: str) -> None:
        self.actions += 1
        self.at.search(words)

    def took(self) -> int:
        """How many actions since the last question."""
        actions, self.actions = self.actions, 0
        return actions

    def cells(self, heading: str) -> list[str]:
        """What the rows that are shown have under a heading."""
        heads = self.at.panel.locator(".coursepush-rows thead th:visible").all_inner_texts()
        place = [" ".join(one.split()) for one in heads].index(heading) + 1
        return self.at.rows.locator(f"td:nth-child({place})").all_inner_texts()

    def shoot(self, name: str, what: Locator) -> None:
        """With that in view at both widths; on a phone nothing is wider than the page."""
        self.opened.shoot(f"few-actions-{name}")
        self.opened.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        what.scroll_into_view_if_needed()
        assert self.opened.wider_than_shown(PANEL) == []
        self.opened.shoot(f"few-actions-{name}-phone")
        self.opened.page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_questions_are_answered_in_few_actions(open_voila: OpenVoila, district_file: Path) -> None:
    before = state(district_file)
    with cp.open_district(district_file) as district:
        plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
        lost = district.reports.by_teacher(plan, element="categories").filter(pl.col("disappears") > 0)
        losing = dict(lost.select("teacher", "disappears").rows())
        of_sections = district.reports.push_result(plan).frame.drop_nulls("section_number")
        section = of_sections.filter(fate="Gets other values").row(0, named=True)
        of_section = of_sections.filter(section_id=section["section_id"]).height
    opened = open_voila(cells(district_file, CHOICES))
    person = Person(opened)
    found: set[str] = set()

    # which teachers lose categories?
    person.preview()
    person.open("By teacher")
    assert person.took() <= 2
    person.at.is_seen(person.at.rows.nth(5))
    told = dict(zip(person.cells("Teacher"), person.cells("What disappears"), strict=True))
    names = {name.replace("Page", "").strip(): text for name, text in told.items()}
    shown = {
        name: int(text.split("Categories: ")[1].split(";")[0]) for name, text in names.items() if "Cat" in text
    }
    assert shown == losing
    assert [bool(text) for text in told.values()] == sorted((bool(text) for text in told.values()), reverse=True)
    person.shoot("1-by-teacher", person.at.rows.first)
    found.update(grave_findings(opened.page, PANEL))

    # what do I send to one principal?
    person.actions = 1  # Preview, as from the opened panel
    person.open("By school")
    school = person.cells("School")[0].replace("Page", "").strip()
    with opened.page.expect_download() as started:
        person.click(person.at.rows.first.get_by_role("button", name=f"Page: {school}"))
    assert person.took() <= 3
    assert started.value.suggested_filename == f"{school}.html"
    page = Path(started.value.path()).read_text("utf-8")
    assert school in page
    assert "<details class='section'>" in page, "with its sections before and after"
    person.at.says("It names no student")
    person.shoot("2-by-school", person.at.rows.first)
    found.update(grave_findings(opened.page, PANEL))

    # what happens to one section, and why?
    person.actions = 1
    person.open("All rows")
    person.search(f"{section['course_number']} {section['section_number']}")
    person.at.says(rf"^{of_section} of [\d,]+ rows$")
    assert set(person.cells("Section")) == {section["section_number"]}
    person.click(person.at.rows.first)
    person.at.says("^What a push does$")
    assert person.took() <= 4
    person.at.is_seen(person.at.panel.get_by_text(re.compile("^What a push does$")).first)
    person.shoot("3-why", person.at.panel.get_by_text("What a push does").first)
    found.update(grave_findings(opened.page, PANEL))

    # and take it back
    person.at.run()
    person.at.ran()
    person.took()
    person.click(person.at.button("Undo"))
    person.at.previewed()
    question = person.at.panel.get_by_role("alertdialog")
    person.at.is_seen(question)
    person.shoot("4-undo", question)
    found.update(grave_findings(opened.page, PANEL))
    person.click(person.at.button("Yes, take it back"))
    person.at.says(r"^Done\. Push 2, Undo of push 1")
    assert person.took() <= 2
    assert pushes(district_file) == [(1, None), (2, 1)]
    assert state(district_file) == before
    assert not found, "\n".join(sorted(found))


_SLOW = """import time
from pathlib import Path

slow = Path({file!r}).with_name("slow")
district.store.on_statement = lambda name, text: time.sleep(0.05 if slow.exists() else 0)"""
"""While there is a file of that name, each statement takes longer, so that there is time to stop."""


def test_two_visitors_of_voila_run_stop_report_and_hear_of_each_other(
    open_voila: OpenVoila, district_file: Path
) -> None:
    opened_with, shown = cells(district_file, CHOICES)
    notebook = (f"{opened_with}\n{_SLOW.format(file=str(district_file))}", shown)
    one, other = (PushPanelOnPage(open_voila(notebook)) for _ in range(2))
    one.preview()
    other.preview()

    slow = district_file.with_name("slow")
    slow.touch()
    one.run()
    one.says("^Running the push")
    one.click("Stop")
    one.says(r"Stopped, as you asked\. Nothing was written\.")
    slow.unlink()
    assert pushes(district_file) == []

    one.run()
    one.ran()
    one.click("Get the report")
    one.says("rows were written on")
    other.run()
    assert "has moved since" in other.error.inner_text()
    assert pushes(district_file) == [(1, None)]
    other.click("Preview")
    other.says("^Nothing would be written")
