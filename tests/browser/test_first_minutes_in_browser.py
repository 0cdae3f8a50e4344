"""The first minutes: `coursepush lab` in a home without a past, the one cell of 00_start, Preview."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from push_panel import PushPanelOnPage, numbers
from rounds import slow
from watched_page import WatchedPage

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

MOST_SECONDS = 20
"""From the command to the first preview, on a machine that has never run it."""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Path]:
    """The command, begun; gives where its server will say how it is reached."""
    own = {
        name: str(tmp_path / name)
        for name in ("HOME", "XDG_CACHE_HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    environment = {name: text for name, text in os.environ.items() if not name.startswith("JUPYTER")} | own
    start = "from coursepush.cli.main import main; main()"
    options = ["--no-browser", *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", start, "lab", str(tmp_path / "lab"), *options],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield Path(own["JUPYTER_RUNTIME_DIR"]) / f"jpserver-{process.pid}.json"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@slow
def test_the_first_preview_comes_soon(
    lab: Path, context: BrowserContext, record_property: pytest.RecordProperty
) -> None:
    begun = time.monotonic()
    while not (lab.exists() and lab.read_text()):
        assert time.monotonic() - begun < 90, "the server did not start"
        time.sleep(0.05)
    said = json.loads(lab.read_text())
    server = time.monotonic() - begun
    watched = WatchedPage(context)
    page = watched.page
    page.goto(f"{said['url']}lab/tree/notebooks/00_start.ipynb?token={said['token']}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    page.get_by_text("| Idle").wait_for(timeout=60_000)  # before, JupyterLab would forget what it was asked to run
    opened = time.monotonic() - begun
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    panel = PushPanelOnPage(watched)
    shown = time.monotonic() - begun
    written = numbers(panel.preview(60))[0]
    seconds = time.monotonic() - begun
    watched.shoot("first-minutes")
    assert not page.get_by_text("Jupyter news").is_visible()
    assert written > 0
    assert panel.panel.get_by_text(
        re.compile("^Preview: Push All Course Masters, 2026-27, overwrite")
    ).is_visible()
    record_property(
        "summary",
        f"coursepush lab: first preview after {seconds:.1f} s (server {server:.1f}, notebook opened {opened:.1f}, "
        f"panel {shown:.1f})",
    )
    assert seconds < MOST_SECONDS
