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
    from conftest import OpenLab
    from lab_page import LabPage
    from playwright.sync_api import Locator

CHOICES = 'year=2027, catalog="High School", mode="overwrite", to_sections=True'
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 1000}


class Person:
    """Somebody at the panel, whose actions are counted."""

    def __init__(self, opened: LabPage) -> None:
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

    def shoot(self, name: str) -> None:
        """At both widths; on a phone nothing sticks out."""
        self.opened.shoot(f"few-actions-{name}")
        self.opened.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self.opened.page.wait_for_timeout(300)
        self.opened.shoot(f"few-actions-{name}-phone")
        self.opened.page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_questions_are_answered_in_few_actions(open_lab: OpenLab, district_file: Path) -> None:
    before = state(district_file)
    with cp.open_district(district_file) as district:
        plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
        lost = district.reports.by_teacher(plan, element="categories").filter(pl.col("disappears") > 0)
        losing = dict(lost.select("teacher", "disappears").rows())
        of_sections = district.reports.push_result(plan).frame.drop_nulls("section_number")
        section = of_sections.filter(fate="Gets other values").row(0, named=True)
        of_section = of_sections.filter(section_id=section["section_id"]).height
    opened = open_lab(cells(district_file, CHOICES))
    opened.run_all()
    person = Person(opened)
    found: set[str] = set()

    # which teachers lose categories?
    person.preview()
    person.open("By teacher")
    assert person.took() <= 2
    told = dict(zip(person.cells("Teacher"), person.cells("What disappears"), strict=True))
    names = {name.replace("Page", "").strip(): text for name, text in told.items()}
    shown = {
        name: int(text.split("Categories: ")[1].split(";")[0]) for name, text in names.items() if "Cat" in text
    }
    assert shown == losing
    assert [bool(text) for text in told.values()] == sorted((bool(text) for text in told.values()), reverse=True)
    person.shoot("1-by-teacher")
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
    person.shoot("2-by-school")
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
    person.shoot("3-why")
    found.update(grave_findings(opened.page, PANEL))

    # and take it back
    person.at.run()
    person.at.ran()
    person.took()
    person.click(person.at.button("Undo"))
    person.at.previewed()
    question = person.at.panel.get_by_role("alertdialog")
    person.at.is_seen(question)
    person.shoot("4-undo")
    found.update(grave_findings(opened.page, PANEL))
    person.click(person.at.button("Yes, take it back"))
    person.at.says(r"^Done\. Push 2, Undo of push 1")
    assert person.took() <= 2
    assert pushes(district_file) == [(1, None), (2, 1)]
    assert state(district_file) == before
    assert not found, "\n".join(sorted(found))
