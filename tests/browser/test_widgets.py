"""The ground panels stand on: a button and a long table, in JupyterLab and in Voilà, without the network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe import grave_findings
from rounds import few
from watched_page import WatchedPage

if TYPE_CHECKING:
    from conftest import OpenLab, OpenVoila
    from playwright.sync_api import BrowserContext

CELLS = (
    """
import ipywidgets as widgets
import polars as pl
from itables.widget import ITable

label = widgets.Label("not pressed")
button = widgets.Button(description="Press")
button.on_click(lambda _: setattr(label, "value", "pressed"))
schools = ["Riverbend High", "Lincoln High", "Oak Middle"]
names = [schools[row % 3] + (" annex" if row == 7 else "") for row in range(3000)]
rows = pl.DataFrame({"row": range(3000), "school": names})
table = ITable(rows, maxBytes=0)
widgets.VBox([button, label, table]).add_class("under-test")
""",
    """
faint = widgets.HTML("<p style='color: #bbb; background: white'>faint</p>")
widgets.VBox([widgets.Dropdown(options=["no name"]), faint]).add_class("faulty")
""",
)


def use(opened: WatchedPage, name: str) -> None:
    """Press the button, search the table, and keep a picture."""
    page = opened.page
    panel = page.locator(".under-test")
    panel.get_by_role("button", name="Press").click()
    panel.get_by_text("pressed", exact=True).wait_for()
    panel.get_by_text(re.compile(r"of 3,000 entries")).wait_for()
    panel.get_by_role("searchbox").fill("annex")
    panel.get_by_text(re.compile(r"1 to 1 of 1 entry.*filtered from 3,000")).wait_for()
    assert panel.locator("tbody tr").count() == 1
    opened.shoot(name)


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_button_and_a_table_work_in_jupyterlab(open_lab: OpenLab, theme: str) -> None:
    opened = open_lab(CELLS, theme)
    opened.run_all()
    use(opened, f"widgets-lab-{theme}")
    assert grave_findings(opened.page, ".under-test") == []
    assert [one.split()[0] for one in grave_findings(opened.page, ".faulty")] == ["color-contrast", "select-name"]


@few(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_button_and_a_table_work_in_voila(open_voila: OpenVoila, theme: str) -> None:
    use(open_voila(CELLS, theme), f"widgets-voila-{theme}")


def test_what_goes_wrong_on_a_page_is_noticed(context: BrowserContext) -> None:
    watched = WatchedPage(context, allowed=("allowed",))
    watched.page.set_content("<script>console.error('allowed'); console.error('oh'); undefined.x</script>")
    watched.page.set_content("<img src='https://example.org/picture.png'>")
    watched.page.wait_for_function("document.images[0].complete")
    said = " | ".join(watched.complaints)
    assert "console: oh" in said
    assert "error in the page" in said
    assert "a request to the network: https://example.org/picture.png" in said
    assert "allowed" not in said
