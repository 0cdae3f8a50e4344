"""What all panels are: a box of widgets, and the same at a glance where no widget can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as W

from coursepush.widgets.look import STYLE
from coursepush.widgets.on_page import OnPage
from coursepush.widgets.twin import Twin


class Panel(W.VBox):
    """A panel. Where a notebook shows no widgets (a viewer, a shared page, a kernel that is gone) its twin stands.

    The twin is HTML without a script, and free of students. It is made when the panel is shown, and anew whenever
    the panel on the page has changed and is at rest: what makes a panel need not ask for it.
    """

    def __init__(self, children: Sequence[W.Widget]) -> None:
        super().__init__()
        self._twin = Twin(self, self.twin, lambda: self.is_busy)
        self.children = (W.HTML(STYLE), OnPage(), self._twin, *children)
        self.add_class("coursepush-panel")

    @property
    def is_busy(self) -> bool:
        """Whether work is under way beside the notebook: the twin waits until it is done."""
        return False

    def twin(self) -> str:
        """What the panel shows now, as HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, **kwargs: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        widget: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        twin, mark = self._twin.draw()
        return {**widget, **twin}, mark

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: shown in JupyterLab, a notebook or Voilà>"
