"""A real browser and real servers. Where there is no browser these tests are skipped, unless it is required.

COURSEPUSH_BROWSER=required makes a missing browser a failure; COURSEPUSH_SHOTS names a folder for pictures.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lab_page import LabPage
    from lab_server import Server
    from playwright.sync_api import Browser, BrowserContext
    from voila_page import VoilaPage

OpenLab = Callable[..., "LabPage"]
OpenVoila = Callable[..., "VoilaPage"]

_VIEW = {"width": 1280, "height": 1000}
_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage")


def missing() -> str | None:
    """What these tests need and do not have here."""
    for module in ("playwright", "voila", "axe_playwright_python"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is missing: pip install -e '.[browser]'"
    if chromium() is None:
        return "there is no Chromium: apt-get install chromium"
    if "PYTEST_XDIST_WORKER" in os.environ and os.environ.get("COURSEPUSH_BROWSER") != "required":
        return "they want the machine to themselves: pytest tests/browser"
    return None


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session", autouse=True)
def _has_a_browser() -> None:
    why = missing()
    if why is not None and os.environ.get("COURSEPUSH_BROWSER") == "required":
        pytest.fail(f"A browser is required here, but {why}")
    if why is not None:
        pytest.skip(f"tests in a real browser: {why}")


@pytest.fixture(scope="session")
def jupyterlab(_has_a_browser: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One JupyterLab for all tests."""
    from lab_server import lab_server

    with lab_server(tmp_path_factory.mktemp("jupyterlab")) as server:
        yield server


@pytest.fixture(scope="session")
def voila(_has_a_browser: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Voilà for all tests."""
    from lab_server import voila_server

    with voila_server(tmp_path_factory.mktemp("voila")) as server:
        yield server


@pytest.fixture(scope="module")
def browser(_has_a_browser: None) -> Iterator[Browser]:
    """One Chromium a module: Playwright holds the thread's event loop, which other tests need."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(_SWITCHES))
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without a past."""
    opened = browser.new_context(viewport=_VIEW, locale="en-US")  # type: ignore[arg-type]
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def open_lab(jupyterlab: Server, context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[OpenLab]:
    """Opens a notebook of these cells in JupyterLab; at the end no page may have anything to complain of."""
    from lab_page import LabPage

    pages: list[LabPage] = []

    def open_notebook(cells: Sequence[str], theme: str = "light") -> LabPage:
        jupyterlab.set_theme(theme)
        path = jupyterlab.write(_name(request, len(pages)), cells)
        pages.append(LabPage(context, jupyterlab, path))
        return pages[-1]

    yield open_notebook
    complaints = [complaint for page in pages for complaint in page.complaints]
    for page in pages:
        page.page.close()
    jupyterlab.end_kernels()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def open_voila(voila: Server, context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[OpenVoila]:
    """Opens a notebook of these cells in Voilà; at the end no page may have anything to complain of."""
    from voila_page import VoilaPage

    pages: list[VoilaPage] = []

    def open_notebook(cells: Sequence[str], theme: str = "light") -> VoilaPage:
        path = voila.write(_name(request, len(pages)), cells)
        pages.append(VoilaPage(context, voila, path, theme))
        return pages[-1]

    yield open_notebook
    complaints = [complaint for page in pages for complaint in page.complaints]
    for page in pages:
        page.page.close()
    assert not complaints, "\n".join(complaints)


def _name(request: pytest.FixtureRequest, number: int) -> str:
    text = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    return f"{text}-{number}" if number else text
