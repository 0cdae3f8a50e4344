"""Keys pressed in a panel belong to the panel."""

from __future__ import annotations

import anywidget
import ipywidgets as W


class OwnKeys(anywidget.AnyWidget):
    """Keeps JupyterLab from taking keys that are meant for a panel's drop-down, list or button.

    While such an element has the focus, JupyterLab's command mode would obey single keys: an arrow goes to the
    next cell, an "x" cuts the cell away. It spares elements with the attribute ``data-lm-suppress-shortcuts``;
    widgets cannot be given attributes from Python, so each gets it when it gets the focus.
    """

    _esm = """
    export default {
      render() {
        const keep = ({ target }) => {
          if (target.closest?.(".coursepush-panel")) {
            target.setAttribute("data-lm-suppress-shortcuts", "true");
          }
        };
        document.addEventListener("focusin", keep);
        return () => document.removeEventListener("focusin", keep);
      },
    };
    """

    def __init__(self) -> None:
        super().__init__(layout=W.Layout(display="none"))
