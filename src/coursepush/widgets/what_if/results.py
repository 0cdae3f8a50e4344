"""The edits in words, and what the push would do: scenarios side by side, rows by fate, how far grades move."""

from __future__ import annotations

import ipywidgets as W

from coursepush.html.notebook import text_table
from coursepush.reports.forecast.page import moves_picture
from coursepush.reports.report import Report
from coursepush.widgets.look import box, button, buttons, heading, muted, on_click, show
from coursepush.widgets.what_if.state import WhatIfState
from coursepush.widgets.what_if.tried import AS_IT_IS, Tried


class EditsView(W.VBox):
    """The edits of the chosen scenario, the last of which can be taken back; and its file."""

    def __init__(self, state: WhatIfState) -> None:
        self._state = state
        self.list = W.HTML()
        self.take_back = button("Take back the last", icon="undo", tooltip="Take back the last edit")
        self.path = W.Text(
            value="what if.toml",
            description="File",
            layout=W.Layout(width="22em", max_width="100%"),
            style={"description_width": "auto"},
            tooltip="The file's name; in the notebook's folder, unless it names another",
        )
        self.save = button("Save the scenario", icon="download", tooltip="Write its edits to this file")
        self.read = button("Open a scenario", icon="folder-open", tooltip="Make this file's edits, in a new one")
        on_click(self.take_back, lambda: state.take_back())
        on_click(self.save, lambda: state.save(self.path.value))
        on_click(self.read, lambda: state.add("", file=self.path.value))
        files = buttons(self.path, self.save, self.read)
        super().__init__([W.HTML(heading("Edits")), self.list, buttons(self.take_back), files])

    def show(self) -> None:
        """Show the state as it is."""
        made = self._state.edits()
        is_busy = bool(self._state.doing)
        self.take_back.disabled = is_busy or made.is_empty()
        self.save.disabled = is_busy or made.is_empty()
        self.read.disabled = is_busy
        self.list.value = edits_html(self._state)


def edits_html(state: WhatIfState) -> str:
    """The edits of the chosen scenario, one a line."""
    made = state.edits()
    if made.is_empty():
        return muted("No edits yet: move a slider, or set a field above.")
    lines = [
        (str(number), what, f"missed: {missed}" if missed else f"{rows:,} {'row' if rows == 1 else 'rows'}")
        for number, what, rows, missed in made.rows()
    ]
    return text_table(("", "Edit", "Changes"), lines)


class ResultView(W.VBox):
    """What the push would do in each scenario."""

    def __init__(self, state: WhatIfState) -> None:
        self._state = state
        self.told = W.HTML()
        self.curve = W.HTML()
        super().__init__([self.told, self.curve])

    def show(self) -> None:
        """Show the state as it is."""
        self.told.value = result_html(self._state)
        show(self.told, bool(self.told.value))
        curve = self._state.curve
        self.curve.value = "" if curve is None else _curve(curve)
        show(self.curve, curve is not None)


def result_html(state: WhatIfState) -> str:
    """Scenarios side by side as far as they are worked out: the answer, the table, and the pictures."""
    found = state.compared
    if found is None:
        return ""
    told = text_table(found.summary.columns, found.summary.rows(), numbers=found.summary.width - 1)
    outdated = "" if state.is_complete else box("note", "Not all of it is worked out.")
    pictures = "".join(_grades(one) for one in (state.base, *state.tried))
    return (
        f"{heading('Side by side')}{outdated}<p style='margin:6px 0'>{muted(_request(state))}</p>"
        f"{told}{heading('Rows by what becomes of them')}{found.picture}"
        f"{heading('How far grades in progress would move')}<div class='cpp-beside'>{pictures}</div>"
    )


def _request(state: WhatIfState) -> str:
    """What is pushed, and that the first column is today's district."""
    row = next(one.row for one in (state.base, *state.tried) if one.row is not None)
    return f"{row['request']}. “{AS_IT_IS}” is the same push without any edit. Nothing is written."


def _grades(one: Tried) -> str:
    """What is said of one scenario's grades, and how far they move."""
    if one.row is None:
        return ""
    drawn = "" if one.shown is None else moves_picture(one.shown)
    return f"<div>{heading(one.name, 4)}<p>{muted(one.row['grades'])}</p>{drawn}</div>"


def _curve(report: Report) -> str:
    summary = report.summary
    table = text_table(summary.columns, summary.rows(), numbers=summary.width - 1)
    title = f"Curve: {report.facts['axis']}"
    return f"{heading(title)}<p style='margin:6px 0'>{muted(report.answer)}</p>{report.picture}{table}"
