"""A page whose console, errors and requests are watched: what went wrong on it, in words."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, Route, WebSocket

_FOCUSED = """() => {
    const focused = document.activeElement;
    const labels = [...(focused.labels || [])].map(label => label.textContent);
    return [focused.getAttribute('aria-label'), focused.tagName === 'SELECT' ? '' : focused.textContent, ...labels]
        .map(text => (text || '').replace(/\\u00a0/g, ' ').trim());
}"""
"""What the element with the focus is called."""

_CHOSEN = "(document.activeElement.selectedOptions?.[0]?.textContent ?? '').replace(/\\u00a0/g, ' ')"
"""What is chosen in the drop-down list that has the focus."""

_WIDER = """selector => [...document.querySelectorAll(`${selector} *`)]
    .filter(one => one.offsetHeight && one.scrollWidth > one.clientWidth + 1)
    .filter(one => ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
    .map(one => `${one.className}: ${one.scrollWidth} in ${one.clientWidth}: ${one.textContent.slice(0, 60)}`)"""

_LOCAL = ("127.0.0.1", "localhost")
_NO_REQUEST = ("data", "blob", "about")


class WatchedPage:
    """A page of `context` that reaches this computer only. `allowed`: patterns of messages that are not ours."""

    def __init__(self, context: BrowserContext, allowed: tuple[str, ...] = ()) -> None:
        self._allowed = allowed
        self._complaints: list[str] = []
        context.route(lambda address: not _is_local(address), self._refuse)
        self.page: Page = context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._complain(f"error in the page: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on("websocket", self._connected)

    @property
    def complaints(self) -> list[str]:
        """Console errors, uncaught errors, failed requests, and requests that would have left this computer."""
        return list(self._complaints)

    def shoot(self, name: str) -> None:
        """Keep a picture of the page in the folder that COURSEPUSH_SHOTS names, if it does."""
        folder = os.environ.get("COURSEPUSH_SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def wider_than_shown(self, selector: str) -> list[str]:
        """What in `selector` is wider than what is seen of it, so that it has to be scrolled aside."""
        return self.page.evaluate(_WIDER, selector)

    def tab_to(self, name: str, most: int = 120) -> None:
        """Press Tab until what has the focus is called `name`."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if name in self.page.evaluate(_FOCUSED):
                return
        raise AssertionError(f"{name!r} is not reached with the Tab key")

    def choose_by_keys(self, text: str, most: int = 20) -> None:
        """In a drop-down list that has the focus, press the arrow keys until `text` is chosen."""
        for key in ["Home"] + ["ArrowDown"] * most:
            self.page.keyboard.press(key)
            if text in self.page.evaluate(_CHOSEN):
                return
        raise AssertionError(f"{text!r} is not in the list")

    def timed(self, do: Callable[[], object]) -> float:
        """Seconds that it takes."""
        begun = time.monotonic()
        do()
        return time.monotonic() - begun

    def _complain(self, what: str) -> None:
        if not any(re.search(pattern, what) for pattern in self._allowed):
            self._complaints.append(what)

    def _refuse(self, route: Route) -> None:
        self._complain(f"a request to the network: {route.request.url}")
        route.abort()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what a page does with its own requests when it is left
            self._complain(f"request failed: {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._complain(f"{response.status} for {response.request.method} {response.url}")

    def _connected(self, socket: WebSocket) -> None:
        if not _is_local(socket.url):
            self._complain(f"a connection to the network: {socket.url}")


def _is_local(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in _NO_REQUEST or parts.hostname in _LOCAL
