"""A notebook as Voilà shows it: its outputs alone, run when the page is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watched_page import WatchedPage

if TYPE_CHECKING:
    from lab_server import Server
    from playwright.sync_api import BrowserContext

ALLOWED = (r"https://cdn\.jsdelivr\.net/npm/@fortawesome/fontawesome-free@%5E5/css/(all|v4-shims)\.min\.css",)
"""Voilà's template asks for these two style sheets on every page. They are refused, and nothing is missed."""


class VoilaPage(WatchedPage):
    """One notebook, in a page of its own, in the theme `light` or `dark`."""

    def __init__(self, context: BrowserContext, server: Server, path: str, theme: str) -> None:
        super().__init__(context, ALLOWED)
        # Voilà runs the notebook while the page is loaded
        self.page.goto(f"{server.address}/voila/render/{path}?theme={theme}&token={server.token}", timeout=120_000)
        self.page.wait_for_selector(".jp-OutputArea-output", timeout=120_000)
