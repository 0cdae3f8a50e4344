"""Two previews that were kept, side by side: what was asked, what each would write, and where they differ."""

from __future__ import annotations

from functools import partial
from html import escape

import ipywidgets as W
import polars as pl

from coursepush.html.notebook import text_table
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.fates import FATE_WORDS, Fate
from coursepush.widgets.look import LEVELS, button, buttons, drawn, heading, muted, on_click, show
from coursepush.widgets.push.preview import headline
from coursepush.widgets.push.state import MOST_KEPT, Preview, PushState
from coursepush.widgets.tables import COURSE, RowsTable

_COLUMNS = {
    "school": "School",
    "course": "Course",
    "section_number": "Section",
    "teacher": "Teacher",
    "element": "Data",
    "what": "What",
    "difference": "Difference",
    "first_fate": "In the first",
    "first_change": "First changes",
    "second_fate": "In the second",
    "second_change": "Second changes",
}
_FILTERS = {"difference": "Difference", "school": "School", "teacher": "Teacher", "element": "Data"}


_DIFFERENCES = {
    "only_first": "Only the first writes",
    "only_second": "Only the second writes",
    "differs": "Both write, differently",
}


class CompareView(W.VBox):
    """The previews kept, and how they differ."""

    def __init__(self, state: PushState) -> None:
        self._state = state
        self._shown: object = None
        self.kept = W.VBox()
        self.compare = button(
            "Compare row by row", icon="exchange", tooltip="List every place where the two differ"
        )
        on_click(self.compare, state.compare)
        self.result = W.VBox()
        super().__init__([W.HTML(heading("Compare")), self.kept, buttons(self.compare), self.result])

    def show(self) -> None:
        """Show the state as it is."""
        state = self._state
        show(self, bool(state.kept))
        self.compare.disabled = bool(state.doing)
        show(self.compare, len(state.kept) == MOST_KEPT and state.comparison is None)
        if tuple(state.kept) != self._shown:
            self._shown = tuple(state.kept)
            self.kept.children = self._kept()
        if state.comparison is None:
            self.result.children = ()
        elif not self.result.children:
            words = pl.col("difference").replace(_DIFFERENCES)
            rows = state.comparison.frame.with_columns(words, COURSE)
            table = RowsTable(
                rows,
                _COLUMNS,
                _FILTERS,
                noun="difference",
                title="Differences",
                remembered=state.remembered,
            )
            self.result.children = (W.HTML(drawn(state.comparison)), table)

    def _kept(self) -> tuple[W.Widget, ...]:
        lines: list[W.Widget] = []
        for place, preview in enumerate(self._state.kept):
            forget = button("Forget", tooltip=f"Do not keep preview {place + 1} any longer")
            on_click(forget, partial(self._state.forget, place))
            text = f"<b>{_ORDER[place]}</b>: {escape(name_of(preview))}<br>{escape(headline(preview))}"
            lines.append(W.HBox([W.HTML(text, layout=W.Layout(flex="1 1 auto")), forget]))
        if len(self._state.kept) < MOST_KEPT:
            return (*lines, W.HTML(muted("Preview another push and keep it too: then the two are compared.")))
        return (*lines, W.HTML(side_by_side(*self._state.kept)))


_ORDER = ("First", "Second")


def name_of(preview: Preview) -> str:
    """A preview in words: what was asked, and what was chosen beyond the usual."""
    said = "; ".join(f"{what}: {which}" for what, which in preview.asked)
    return f"{preview.plan.title} ({said})" if said else preview.plan.title


def side_by_side(first: Preview, second: Preview) -> str:
    """What becomes of rows by level and data type, of both, and the difference."""
    keys = ["hop", "element", "fate"]
    tables = [one.plan.fates().group_by(keys).agg(pl.col("rows").sum()) for one in (first, second)]
    both = tables[0].join(tables[1], on=keys, how="full", coalesce=True).fill_null(0)
    elements, fates = list(ELEMENT_LABELS), list(Fate)
    lines = sorted(both.rows(), key=lambda row: (row[0], elements.index(row[1]), fates.index(row[2])))
    heads = ("On", "Data", "What becomes of it", "First", "Second", "Difference")
    differing = [line for line in lines if line[3] != line[4]]
    if not differing:
        return muted("Of equally many rows of each kind becomes the same in both.")
    table = [
        (LEVELS[hop], ELEMENT_LABELS[element], FATE_WORDS[fate].label, f"{one:,}", f"{two:,}", f"{two - one:+,}")
        for hop, element, fate, one, two in differing
    ]
    alike = len(lines) - len(differing)
    rest = muted(f"Equally many in both: {alike} more kinds of change.") if alike else ""
    return text_table(heads, table, numbers=3) + rest
