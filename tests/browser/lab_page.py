"""A notebook in JupyterLab, as a person uses it: open it, run all cells, look at what came out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from watched_page import WatchedPage

if TYPE_CHECKING:
    from lab_server import Server
    from playwright.sync_api import BrowserContext, Locator

ALLOWED: tuple[str, ...] = ()
"""What JupyterLab itself complains of, whatever the notebook holds."""

_ALL_RAN = """() => {
    const prompts = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')];
    return prompts.length > 0 && prompts.every(prompt => /^\\[\\d+\\]:$/.test(prompt.textContent.trim()));
}"""


class LabPage(WatchedPage):
    """One notebook, in a page of its own."""

    def __init__(self, context: BrowserContext, server: Server, path: str) -> None:
        super().__init__(context, ALLOWED)
        workspace = re.sub(r"\W", "-", path)
        self.page.goto(f"{server.address}/lab/workspaces/{workspace}/tree/{path}?token={server.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        self.wait_until_idle()

    def run_all(self, seconds: float = 120) -> None:
        """Run → Run All Cells, and wait until every cell has its number and the kernel is idle."""
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(_ALL_RAN, timeout=seconds * 1000)
        self.wait_until_idle(seconds)

    def menu(self, name: str, entry: str) -> None:
        """Choose an entry of a menu of JupyterLab's."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(rf"^{name}$")).click()
        found = f'.lm-Menu-item:has(.lm-Menu-itemLabel:text-is("{entry}"))'
        self.page.locator(found).hover()
        self.page.locator(f"{found}.lm-mod-active").click()

    def restart_and_run_all(self, seconds: float = 120) -> None:
        """Kernel → Restart Kernel and Run All Cells…, and yes."""
        self.menu("Kernel", "Restart Kernel and Run All Cells…")
        self.page.locator(".jp-Dialog button", has_text="Restart").click()
        self.page.wait_for_function(f"!({_ALL_RAN})()", timeout=seconds * 1000)
        self.page.wait_for_function(_ALL_RAN, timeout=seconds * 1000)
        self.wait_until_idle(seconds)

    def save(self, file: Path) -> str:
        """File → Save Notebook, and wait until it is written; returns what is in the file."""
        was = file.stat().st_mtime_ns
        self.menu("File", "Save Notebook")
        for _ in range(100):
            if file.stat().st_mtime_ns != was:
                break
            self.page.wait_for_timeout(100)
        return file.read_text("utf-8")

    def reopen(self) -> None:
        """The page is opened anew."""
        self.page.reload()
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)

    def wait_until_idle(self, seconds: float = 60) -> None:
        """The status bar says so; the toolbar's circle looks the same before there is a kernel."""
        self.page.get_by_text(re.compile(r"\| Idle$")).wait_for(timeout=seconds * 1000)

    def run_in_cell(self, number: int, text: str) -> str:
        """Put `text` into the cell with this number, run it, and return what it shows."""
        cell = self.cell(number)
        cell.locator(".cm-content").fill(text)
        was = cell.locator(".jp-InputPrompt").inner_text()
        cell.locator(".cm-content").press("Control+Enter")
        self.page.wait_for_function(
            "([cell, was]) => /\\d/.test(cell.textContent) && cell.textContent.trim() !== was.trim()",
            arg=[cell.locator(".jp-InputPrompt").element_handle(), was],
            timeout=30_000,
        )
        shown = self.output(number).locator("pre")
        return shown.first.inner_text() if shown.count() else ""

    @property
    def cells(self) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell")

    def cell(self, number: int) -> Locator:
        """The cell with this number, from 0."""
        return self.cells.nth(number)

    def output(self, number: int) -> Locator:
        """What the cell with this number shows."""
        return self.cell(number).locator(".jp-Cell-outputArea")
