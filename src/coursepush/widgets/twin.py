"""The twin of a panel: HTML without a script, which is saved with a notebook in the place of the live panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as W
import traitlets

from coursepush.marks import drawn_with_mark
from coursepush.widgets.look import box

HINT = "This is what the panel showed last. Run this cell to go on."
GONE = (
    "The kernel that this panel worked with is gone, so nothing in it answers. Run this cell to go on; where no "
    "cells are shown, open the page again."
)


class Twin(anywidget.AnyWidget):
    """Keeps the twin of a panel up to date, on the page and so in the file of the notebook.

    A widget that is saved with a notebook shows nothing once its kernel is gone. So where a page can write to its
    notebook (JupyterLab, Jupyter Notebook), the twin is what is saved, and the live panel is put in front of it.
    Elsewhere (Voilà, editors) the panel stays a widget; it says so when its kernel is gone.

    Args:
        panel: the panel.
        draw: what it shows now, as HTML without a script and without students.
        is_busy: whether work is under way, beside which nothing may be asked of the district.
    """

    _esm = Path(__file__).with_name("twin.js").read_text("utf-8")

    panel: Any = traitlets.Unicode().tag(sync=True)
    html: Any = traitlets.Unicode().tag(sync=True)
    mark: Any = traitlets.Dict().tag(sync=True)
    gone: Any = traitlets.Unicode(f"<div role='status' class='cpp-gone'>{box('caution', GONE)}</div>").tag(
        sync=True
    )

    def __init__(self, panel: W.Widget, draw: Callable[[], str], is_busy: Callable[[], bool]) -> None:
        self._draw, self._is_busy = draw, is_busy
        super().__init__(panel=panel.model_id)
        self.on_msg(self._asked)

    def draw(self) -> tuple[dict[str, str], dict[str, Any]]:
        """The twin as it is now: an output's data, and the mark that nobody is shown in it, as its metadata."""
        hint = f"<div>{box('note', HINT)}</div>"
        said = f"<div class='coursepush-twin coursepush-of-{self.panel}'>{hint}{self._draw()}</div>"
        data, mark = drawn_with_mark(said)
        with self.hold_sync():
            self.mark, self.html = mark, said
        return data, mark

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "twin" and not self._is_busy():
            self.draw()  # when the work ends, the page changes, and asks again
