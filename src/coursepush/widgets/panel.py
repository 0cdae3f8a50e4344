"""What both panels are: a box of widgets, and the same at a glance where no widget can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as W

from coursepush.marks import drawn_with_mark
from coursepush.widgets.look import STYLE
from coursepush.widgets.on_page import OnPage


class Panel(W.VBox):
    """A panel. Where a notebook shows no widgets (a viewer, a shared page, a kernel that is gone) its twin stands.

    The twin is HTML without a script, made when the panel is shown, and free of students.
    """

    def __init__(self, children: Sequence[W.Widget]) -> None:
        super().__init__([W.HTML(STYLE), OnPage(), *children])
        self.add_class("coursepush-panel")

    def twin(self) -> str:
        """What the panel shows now, as HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, **kwargs: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        widget: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        twin, mark = drawn_with_mark(self.twin())
        return {**widget, **twin}, mark

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: shown in JupyterLab, a notebook or Voilà>"
