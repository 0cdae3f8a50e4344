"""What a panel needs of the page that it is on, and widgets do not have."""

from __future__ import annotations

from typing import Any

import anywidget
import ipywidgets as W
import traitlets


class OnPage(anywidget.AnyWidget):
    """Keeps the panel's keys, and brings its news into view.

    **Keys.** While a drop-down, a list or a button has the focus, JupyterLab's command mode would obey single
    keys: an arrow goes to the next cell, an "x" cuts the cell away. It spares elements with the attribute
    ``data-lm-suppress-shortcuts``; widgets cannot be given attributes from Python, so each gets it when it gets
    the focus.

    **News.** What a click brings about may be told a screen away from it. The first thing of a kind that is told
    after a click, an error, a question, what was done, is scrolled into view if it is out of it.
    """

    _esm = """
    const NEWS = "[role=status], .cpp-news";

    function keepKeys({ target }) {
      if (target.closest?.(".coursepush-panel")) {
        target.setAttribute("data-lm-suppress-shortcuts", "true");
      }
    }

    function isOutOfView(element) {
      const { top, bottom } = element.getBoundingClientRect();
      const page = element.closest(".jp-WindowedPanel-outer")?.getBoundingClientRect();
      return top < (page?.top ?? 0) || bottom > (page?.bottom ?? innerHeight);
    }

    export default {
      render() {
        let panel = null;
        let known = new WeakSet();
        let kinds = new Set();
        const shown = () => [...(panel?.querySelectorAll(NEWS) ?? [])].filter((one) => one.offsetHeight);
        const watch = new MutationObserver(() => {
          for (const one of shown()) {
            const kind = one.className + one.getAttribute("role");
            if (known.has(one) || kinds.has(kind)) continue;
            known.add(one);
            kinds.add(kind);
            if (isOutOfView(one)) one.scrollIntoView({ block: "center" });
          }
        });
        const clicked = ({ target }) => {
          panel = target.closest?.(".coursepush-panel") ?? null;
          known = new WeakSet(shown());
          kinds = new Set();
          watch.disconnect();
          if (panel) {
            watch.observe(panel, { childList: true, subtree: true, attributes: true, attributeFilter: ["style"] });
          }
        };
        document.addEventListener("focusin", keepKeys);
        document.addEventListener("click", clicked, true);
        return () => {
          watch.disconnect();
          document.removeEventListener("focusin", keepKeys);
          document.removeEventListener("click", clicked, true);
        };
      },
    };
    """

    def __init__(self) -> None:
        super().__init__(layout=W.Layout(display="none"))


class Views(anywidget.AnyWidget):
    """On how many pages a part of a panel is, so that what is on none is not kept up to date."""

    _esm = """
    export default {
      render({ model }) {
        const count = (more) => {
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
