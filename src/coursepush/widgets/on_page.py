"""What a panel needs of the page that it is on, and widgets do not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as W
import traitlets

_HERE = Path(__file__).parent


class OnPage(anywidget.AnyWidget):
    """Keeps the panel's keys, brings its news into view, and lets its small tables be copied.

    **Keys.** While a drop-down, a list or a button has the focus, JupyterLab's command mode would obey single
    keys: an arrow goes to the next cell, an "x" cuts the cell away. It spares elements with the attribute
    ``data-lm-suppress-shortcuts``; widgets cannot be given attributes from Python, so each gets it when it gets
    the focus.

    **News.** What a click brings about may be told a screen away from it. The first thing of a kind that is told
    after a click, an error, a question, what was done, is scrolled into view if it is out of it.

    **Tabs.** One that is opened is brought to the top of what is seen, if it does not fit.

    **Tables.** Long lists have buttons of their own; each small table is given one, *Copy this table*.
    """

    _css = _HERE / "on_page.css"
    _esm = "".join((_HERE / name).read_text("utf-8") for name in ("clipboard.js", "on_page.js"))

    def __init__(self) -> None:
        super().__init__(layout=W.Layout(display="none"))


class Views(anywidget.AnyWidget):
    """On how many pages a part of a panel is, so that what is on none is not kept up to date."""

    _esm = """
    export default {
      render({ model }) {
        const count = (more) => {
          const { widget_manager: manager } = model;
          if ("kernel" in manager && (!manager.kernel || manager.kernel.isDisposed)) return; // nobody is there
          model.set("views", Math.max(0, model.get("views") + more));
          model.save_changes();
        };
        count(1);
        return () => count(-1);
      },
    };
    """

    views: Any = traitlets.Int(0).tag(sync=True)

    def __init__(self) -> None:
        super().__init__(layout=W.Layout(display="none"))
