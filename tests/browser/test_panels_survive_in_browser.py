"""What is left of a panel when its kernel is gone: in the page, in the saved notebook, and in copies of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe import grave_findings
from push_panel import PushPanelOnPage, cells

import coursepush as cp

if TYPE_CHECKING:
    from conftest import OpenLab
    from lab_server import Server

TWIN = ".coursepush-twin"
HIGH_SCHOOL = {"year": "2026-27", "catalog": "High School"}


def test_a_panel_outlives_its_kernel(open_lab: OpenLab, jupyterlab: Server, district_file: Path) -> None:
    opened = open_lab(cells(district_file))
    file = next(jupyterlab.folder.glob("test-a-panel-outlives*.ipynb"))
    opened.run_all()
    panel = PushPanelOnPage(opened)
    panel.choose(**HIGH_SCHOOL, mode="Overwrite", to_sections=True)
    digest = re.search(r"Digest (\w+)", panel.preview())
    assert digest is not None
    assert not opened.page.locator(TWIN).is_visible()
    opened.page.locator(f"{TWIN}:has-text('{digest[1]}')").wait_for(state="attached")
    text = opened.save(file)
    assert digest[1] in text
    assert "vnd.jupyter.widget-view" not in text, "a widget that is saved says that its model is not found"

    opened.reopen()  # the kernel still runs
    panel.button("Run Now").wait_for()
    assert panel.panel.count() == 1
    panel.open_tab("By school")

    opened.menu("Kernel", "Restart Kernel…")
    opened.page.locator(".jp-Dialog button.jp-mod-accept").click()
    twin = opened.page.locator(TWIN)
    twin.get_by_text("The kernel that this panel worked with is gone").wait_for()
    assert panel.panel.count() == 0, "no button is left that would do nothing"
    assert digest[1] in twin.inner_text()
    opened.wait_until_idle()
    opened.shoot("panel-restarted")
    assert grave_findings(opened.page, TWIN) == []

    jupyterlab.end_kernels()
    opened.reopen()
    twin.get_by_text("Run this cell to go on.").wait_for()
    assert digest[1] in twin.inner_text()
    opened.shoot("panel-reopened")

    assert digest[1] in _exported(file)
    shared = cp.share_notebook(file, file.with_name("shared.html"))
    page = Path(shared.path).read_text("utf-8")
    assert digest[1] in page
    assert "Run this cell to go on." in page


def _exported(file: Path) -> str:
    """File → Save and Export Notebook As → HTML, as JupyterLab's server makes it."""
    from nbconvert import HTMLExporter

    made: tuple[str, Any] = HTMLExporter().from_filename(str(file))
    outputs = [one for cell in json.loads(file.read_text("utf-8"))["cells"] for one in cell["outputs"]]
    assert len(outputs) == 1
    assert "Run this cell to go on." in made[0]
    return made[0]
