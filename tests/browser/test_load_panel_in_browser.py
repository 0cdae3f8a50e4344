"""The load panel in Voilà: files are chosen, what is found is mended by a tick, loaded, and pushed from there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from axe import grave_findings
from push_panel import PANEL

import coursepush as cp

if TYPE_CHECKING:
    from conftest import OpenVoila

TINY = Path(__file__).resolve().parents[2] / "data" / "tiny"


def test_files_are_chosen_mended_loaded_and_pushed(open_voila: OpenVoila, tmp_path: Path) -> None:
    into = tmp_path / "loaded.duckdb"
    files = [str(one) for one in sorted(TINY.glob("*.csv")) if one.name != "master_category.csv"]
    blank = tmp_path / "master_category.csv"
    head, first, *rest = (TINY / "master_category.csv").read_text("utf-8").splitlines()
    place = head.split(",").index("name")
    cells = first.split(",")
    cells[place] = f" {cells[place]} "
    blank.write_text("\n".join([head, ",".join(cells), *rest]) + "\n", "utf-8")

    opened = open_voila((f"import coursepush as cp\ncp.load_panel(into={str(into)!r})",))
    panel = opened.page.locator(PANEL).first

    def click(name: str) -> None:
        panel.get_by_role("button", name=re.compile(rf"^\W*{re.escape(name)}$")).click()

    panel.locator("input[type=file]").set_input_files([*files, str(blank)])
    panel.get_by_text(f"Dropped: {len(files) + 1} files.").wait_for()
    click("Look it through")
    panel.get_by_text(re.compile("^It cannot be loaded")).wait_for()
    panel.locator(".coursepush-rows tbody tr").first.wait_for()
    found = set(grave_findings(opened.page, PANEL))
    opened.shoot("load-voila-1-found")
    opened.page.set_viewport_size({"width": 390, "height": 844})
    opened.shoot("load-voila-2-phone")
    assert opened.wider_than_shown(PANEL) == []
    found |= set(grave_findings(opened.page, PANEL))
    opened.page.set_viewport_size({"width": 1280, "height": 1000})
    panel.get_by_role("checkbox", name=re.compile("^Mend what can be mended")).check()
    click("Load")
    panel.get_by_text(re.compile("^Loaded into loaded.duckdb")).wait_for()
    opened.shoot("load-voila-3-loaded")
    with cp.open_district(into) as district:
        assert district.sql("select count(*) from course").item() == 3
        assert district.repairs().height == 1
    click("Refresh")
    panel.get_by_text(re.compile("^Refreshed. Nothing has changed")).wait_for()
    click("Open the push panel")
    panel.get_by_role("heading", name="Push All Course Masters").wait_for()
    assert not found, "\n".join(sorted(found))
