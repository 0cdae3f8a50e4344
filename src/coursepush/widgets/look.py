"""How panels look: one style sheet in the colours of the notebook's theme, and small pieces of HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as W

STYLE = """<style>
.coursepush-panel {
  --cp-line: var(--jp-border-color1, #767676); --cp-text: var(--jp-ui-font-color1, inherit);
  --cp-warn: #b45309; --cp-bad: #b3261e; --cp-good: #1a7f37; --cp-soft: rgba(128, 128, 128, .09);
  max-width: 76em; padding: 4px 2px 8px; overflow: visible;
}
.coursepush-panel, .coursepush-panel .widget-html-content { color: var(--cp-text); line-height: 1.45; }
.coursepush-panel .widget-html-content { font-size: var(--jp-ui-font-size1, 13px); white-space: normal; }
.coursepush-panel .widget-html-content { min-width: 0; overflow-x: auto; }
body[data-jp-theme-light="false"] .coursepush-panel {
  --jp-widgets-dropdown-arrow: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='18' \
height='18' fill='%23ccc'%3E%3Cpath d='M5.2 5.9 9 9.7l3.8-3.8 1.2 1.2-5 5-5-5z'/%3E%3C/svg%3E");
}
.coursepush-panel h2 { font-size: 1.35em; margin: 0; font-weight: 600; }
.coursepush-panel h3 { font-size: 1.12em; margin: 10px 0 2px; font-weight: 600; }
.coursepush-panel .cpp-muted { opacity: .82; }
.coursepush-panel .cpp-confirm {
  border: 2px solid var(--cp-warn); border-radius: 4px; background: var(--cp-soft); padding: 6px 12px;
  margin: 4px 0; max-width: 70em;
}
.coursepush-panel .cpp-old { opacity: .7; filter: grayscale(1); }
.coursepush-panel .cpp-old :is(.cpp-muted, [style*="opacity"]) { opacity: 1 !important; }
.coursepush-panel .coursepush-panel .cpp-gone { display: none; }
.coursepush-gone .jupyter-widgets-disconnected::before { content: none; }
.coursepush-gone :is(button, input, select, textarea) { pointer-events: none; opacity: .5; }
.coursepush-panel pre { background: var(--cp-soft); padding: 8px 12px; margin: 2px 0; overflow-x: auto; }
.coursepush-panel .widget-label {
  color: var(--cp-text); white-space: normal; overflow: visible; height: auto; line-height: 1.3;
}
.coursepush-panel .widget-label-basic { white-space: normal; overflow: visible; height: auto; line-height: 1.4; }
.coursepush-panel .widget-checkbox { height: auto; min-height: var(--jp-widgets-inline-height); }
.coursepush-panel .widget-inline-hbox { height: auto; min-height: var(--jp-widgets-inline-height); }
.coursepush-panel .widget-dropdown > select { height: var(--jp-widgets-inline-height); }
.coursepush-panel .widget-radio-box label { color: var(--cp-text); }
.coursepush-panel .widget-radio > .widget-label { font-weight: 600; font-size: 1.12em; width: auto; }
.coursepush-panel .coursepush-filters { flex-flow: row wrap; align-items: center; gap: 2px 12px; }
.coursepush-panel .coursepush-data { flex-flow: row wrap; }
.coursepush-panel .coursepush-data .widget-checkbox { width: auto; margin-right: 14px; }
.coursepush-panel .widget-vbox { max-width: 100%; min-width: 0; }
.coursepush-panel .coursepush-buttons > .widget-html { flex: 0 1 auto; min-width: 0; max-width: 100%; }
.coursepush-panel .coursepush-buttons { flex-flow: row wrap; align-items: center; column-gap: 6px; }
.coursepush-panel .jupyter-button { width: auto; padding: 0 14px; flex: 0 0 auto; }
.coursepush-panel .lm-TabBar-tab {
  flex: 0 0 auto !important; min-width: 0 !important; max-width: none !important; color: var(--cp-text) !important;
}
.coursepush-panel .lm-TabBar-content { flex-flow: row wrap !important; }
.coursepush-panel .lm-TabBar {
  min-height: 0 !important; max-height: none !important; overflow: visible !important;
}
.coursepush-panel .dt-container, .coursepush-panel .dt-container table, .coursepush-panel .itables_anywidget {
  background: transparent !important;
}
.coursepush-panel table { color: inherit; }
.coursepush-panel .widget-html-content :is(td, th) { padding: 2px 6px !important; }
.coursepush-panel .sides table { border-collapse: collapse; width: 100%; max-width: 60em; }
.coursepush-panel .sides tr { background: transparent !important; border-bottom: 1px solid var(--cp-line); }
.coursepush-panel .sides :is(td, th) { text-align: left; vertical-align: top; }
.coursepush-panel .sides .gt_right { text-align: right; }
.coursepush-panel .sides .changed td { font-weight: 600; }
.coursepush-panel .sides .head th { background: var(--cp-soft); }
.coursepush-panel .sides small, .coursepush-panel summary small { display: block; font-weight: 400; opacity: .82; }
.coursepush-panel .cpp-queue { overflow-x: auto; max-height: 26em; overflow-y: auto; }
.coursepush-panel .cpp-queue table { border-collapse: collapse; margin: 4px 0; font-size: 92%; }
.coursepush-panel .cpp-queue :is(td, th) {
  border: 0; border-bottom: 1px solid rgba(128, 128, 128, .45); text-align: left !important; vertical-align: top;
  min-width: 2em; max-width: 18em; white-space: normal; background: transparent !important;
}
.coursepush-panel .cpp-queue :is(.cpp-status, .cpp-mode) { min-width: 8em; }
.coursepush-panel .cpp-queue :is(.cpp-started, .cpp-finished, .cpp-queued_time) { min-width: 6.5em; }
.coursepush-panel .cpp-queue :is(.cpp-calendars, .cpp-data) { min-width: 14em; }
.coursepush-panel .cpp-queue small { display: block; }
.coursepush-panel .cpp-queue tr.cpp-chosen { box-shadow: inset 3px 0 0 var(--cp-warn); }
.coursepush-drop {
  border: 2px dashed var(--cp-line); border-radius: 4px; padding: 10px 12px; margin: 4px 0; max-width: 70em;
  display: flex; flex-flow: row wrap; align-items: center; gap: 4px 10px; color: var(--cp-text);
  font-size: var(--jp-ui-font-size1, 13px);
}
.coursepush-drop > span:first-of-type { flex: 1 1 20em; }
.coursepush-drop.cpp-over { border-color: var(--cp-good); background: rgba(26, 127, 55, .1); }
.coursepush-panel .cpp-under { margin-left: 12.6em; }
.coursepush-panel .coursepush-filters .cpp-under { margin-left: 8.6em; }
@media (max-width: 640px) {
  .coursepush-panel .widget-inline-hbox { flex-wrap: wrap; max-width: 100%; margin-left: 0; margin-right: 0; }
  .coursepush-panel .widget-inline-hbox .widget-label { width: auto !important; text-align: left; flex: 1 0 100%; }
  .coursepush-panel .widget-inline-hbox > :not(.widget-label) { min-width: 0; max-width: 100%; }
  .coursepush-panel .widget-checkbox .widget-label { flex: 0 0 auto; }
  .coursepush-panel .widget-checkbox { flex-wrap: nowrap; }
  .coursepush-panel .cpp-under, .coursepush-panel .coursepush-filters .cpp-under { margin-left: 0; }
  .coursepush-panel .jupyter-button {
    white-space: normal; height: auto; min-height: 28px; flex: 0 1 auto; line-height: 1.4;
  }
  .coursepush-panel :is(.widget-html-content, .coursepush-rows) :is(td, th) {
    padding: 1px 3px !important; font-size: 11px; overflow-wrap: break-word; white-space: normal;
  }
  .coursepush-panel :is(th.dt-type-numeric, th[style*="right"], .gt_right:is(th)) {
    writing-mode: vertical-rl; transform: rotate(180deg); text-align: left !important; white-space: nowrap;
  }
  .coursepush-panel th .dt-column-order { display: none; }
  .coursepush-panel .cpp-told thead { display: none; }
  .coursepush-panel .cpp-told :is(table, tbody) { display: block; width: 100% !important; }
  .coursepush-panel .cpp-told tbody tr { display: block; padding: 4px 0; border-bottom: 1px solid var(--cp-line); }
  .coursepush-panel .cpp-told tbody td { display: inline; border: 0 !important; font-size: 12px; }
  .coursepush-panel .cpp-told tbody td:empty { display: none; }
  .coursepush-panel .cpp-told tbody td + td::before { content: "· "; }
  .coursepush-panel .widget-tab > .widget-tab-contents { padding: 4px 2px; }
}
.coursepush-panel .cpp-beside { display: flex; flex-flow: row wrap; gap: 6px 32px; }
.coursepush-panel .cpp-beside > div { flex: 1 1 300px; max-width: 46em; min-width: 0; }
.coursepush-panel .cpp-beside h4 { margin: 4px 0 0; font-weight: 600; font-size: 1em; }
.coursepush-panel .cpp-beside p { margin: 2px 0 6px; }
.coursepush-panel .coursepush-rows td { white-space: normal; vertical-align: top; max-width: 30em; }
</style>"""


LEVELS = {0: "Setup", 1: "Courses", 2: "Sections"}
"""What a hop writes on."""


def heading(text: str, level: int = 3) -> str:
    return f"<h{level}>{escape(text)}</h{level}>"


def muted(text: str) -> str:
    return f"<span class='cpp-muted'>{escape(text)}</span>"


_BOXES = {
    "note": ("#767676", "rgba(128,128,128,.09)"),
    "caution": ("#b45309", "rgba(217,130,43,.12)"),
    "error": ("#b3261e", "rgba(179,38,30,.1)"),
    "done": ("#1a7f37", "rgba(26,127,55,.1)"),
}
"""The line and the ground of a box, of each kind. In the element itself: what is saved has no style sheet."""


def box(kind: str, text: str, *, is_news: bool = False) -> str:
    """A sentence that stands out: `kind` is note, caution, error or done. News is brought into view."""
    role = "alert" if kind == "error" else "note"
    news = " cpp-news" if is_news or kind in ("error", "done") else ""
    line, ground = _BOXES[kind]
    style = f"border-left:4px solid {line};background:{ground};padding:6px 12px;margin:4px 0;max-width:70em"
    return f"<div class='cpp-box cpp-{kind}{news}' role='{role}' style='{style}'>{escape(text)}</div>"


def news(html: str) -> str:
    """HTML that is brought into view when a click has made it."""
    return f"<div class='cpp-news'>{html}</div>"


def code(text: str) -> str:
    return f"<pre tabindex='0' aria-label='Code' style='white-space:pre-wrap'>{escape(text)}</pre>"


def button(text: str, *, icon: str = "", style: str = "", tooltip: str = "") -> W.Button:
    """A button as wide as its words."""
    return W.Button(description=text, icon=icon, button_style=style, tooltip=tooltip or text)


def on_click(widget: W.Button, call: Callable[[], object]) -> None:
    """`call` when the button is clicked; it is not told which button it was."""

    def clicked(_: Any) -> None:
        call()

    widget.on_click(clicked)


def on_change(widget: W.Widget, trait: str, call: Callable[[Any], object]) -> None:
    """`call` with the new value when a trait of the widget changes."""

    def changed(change: Any) -> None:
        call(change["new"])

    widget.observe(changed, trait)


def drawn(thing: Any) -> str:
    """How a plan, a report or another answer shows itself in a notebook, as HTML."""
    return str(thing._repr_html_())


def buttons(*children: W.Widget) -> W.HBox:
    row = W.HBox(list(children))
    row.add_class("coursepush-buttons")
    return row


def show(widget: Any, is_shown: bool) -> None:
    """Show a part of a panel or take it away from readers, screen readers among them."""
    widget.layout.display = None if is_shown else "none"
