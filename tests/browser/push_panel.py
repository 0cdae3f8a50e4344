"""The push panel in a page, in a person's words: choose, preview, drill down, run, report, undo."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator
    from watched_page import WatchedPage

PANEL = ".coursepush-panel"


def cells(file: Path, choices: str = "") -> tuple[str, ...]:
    """A notebook that opens the district in `file` and shows its push panel."""
    return (
        f"import datetime as dt\nimport coursepush as cp\n\ndistrict = cp.open_district({str(file)!r})",
        f"panel = district.panel(today=dt.date(2026, 7, 1){', ' if choices else ''}{choices})\npanel",
    )


class PushPanelOnPage:
    """What can be done with the panel on `opened`, by mouse."""

    def __init__(self, opened: WatchedPage) -> None:
        self.page = opened.page
        self.panel = self.page.locator(PANEL)
        self.panel.get_by_role("heading", name="Push All").wait_for(timeout=60_000)

    def button(self, name: str) -> Locator:
        """By its words; an icon before them counts as a letter."""
        return self.panel.get_by_role("button", name=re.compile(rf"^\W*{re.escape(name)}$"))

    def click(self, name: str) -> None:
        self.button(name).click()

    def choose(self, *, year: str, catalog: str, mode: str = "", to_sections: bool = False) -> None:
        self.panel.get_by_label("Year").select_option(label=year)
        offered = self.panel.get_by_label("Course Catalog").locator("option", has_text=catalog)
        self.panel.get_by_label("Course Catalog").select_option(value=offered.first.get_attribute("value"))
        if mode:
            self.panel.get_by_role("radio", name=mode).check()
        self.panel.get_by_role("checkbox", name="Push locked data to sections").set_checked(to_sections)

    def preview(self, seconds: float = 30) -> str:
        """Click Preview; returns the sentence above its tabs."""
        self.click("Preview")
        return self.previewed(seconds)

    def previewed(self, seconds: float = 30) -> str:
        """Wait for a preview's sentence."""
        said = self.panel.get_by_text("Nothing is written yet.")
        said.wait_for(timeout=seconds * 1000)
        return said.inner_text()

    def open_tab(self, title: str) -> None:
        self.panel.get_by_role("tab", name=title).click()
        self.rows.first.wait_for()

    @property
    def rows(self) -> Locator:
        """Rows of the list that is open, as far as its page shows them."""
        return self.panel.locator(".coursepush-rows tbody tr:visible")

    @property
    def filters(self) -> Locator:
        return self.panel.locator(".coursepush-filters select:visible")

    def search(self, words: str) -> None:
        field = self.panel.get_by_label("Search").locator("visible=true")
        field.fill(words)
        field.press("Enter")

    def says(self, pattern: str, seconds: float = 15) -> str:
        """Wait until the panel shows text like this; returns it."""
        found = self.panel.get_by_text(re.compile(pattern)).locator("visible=true").first
        found.wait_for(timeout=seconds * 1000)
        return found.inner_text()

    def is_seen(self, what: Locator) -> None:
        """It is on the part of the page that is in view, where whoever clicked last is looking."""
        from playwright.sync_api import expect

        expect(what).to_be_in_viewport(timeout=5_000)

    @property
    def error(self) -> Locator:
        """The box that tells what went wrong."""
        return self.panel.get_by_role("alert").locator("visible=true")

    def run(self, name: str = "Run Now") -> None:
        """Run Now, and the confirming click."""
        self.click(name)
        self.click("Yes, run this push")

    def ran(self, seconds: float = 60) -> str:
        """Wait for the receipt of a push; returns its sentence."""
        return self.says(r"^Done\. Push \d+", seconds)


def numbers(text: str) -> list[int]:
    """The whole numbers in a sentence."""
    return [int(one.replace(",", "")) for one in re.findall(r"\b\d[\d,]*\b", text)]
