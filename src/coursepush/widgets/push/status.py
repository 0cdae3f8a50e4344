"""What is under way and what was said last, beside the click that it came of: the form, the grades, Run Now."""

from __future__ import annotations

import ipywidgets as W
import polars as pl

from coursepush.html.notebook import text_table
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import VERDICT_LABELS
from coursepush.widgets.look import LEVELS, box, button, buttons, muted, on_click, show
from coursepush.widgets.push.state import PushState, Said, Where

_DOING = {
    "preview": "Looking at what this push would do",
    "forecast": "Calculating whose grades would move",
    "run": "Running the push",
    "report": "Getting the report",
    "awaiting": "Looking at what awaits a push",
    "compare": "Comparing the two previews",
    "page": "Saving the page",
    "save": "Saving the plan",
    "standing": "Looking who has approved it",
    "take in": "Taking in the approval",
    "submit": "Submitting it to the batch queue",
}


class StatusView(W.VBox):
    """Progress, Stop, and the last message, if they belong to this place."""

    def __init__(self, state: PushState, where: Where) -> None:
        self._state = state
        self._where = where
        self.progress = W.HTML()
        self.stop = button("Stop", icon="stop", tooltip="Stop what is under way; nothing is written")
        self._under_way = buttons(self.stop, self.progress)
        self.message = W.HTML()
        on_click(self.stop, state.stop)
        super().__init__([self._under_way, self.message])

    def show(self) -> None:
        """Show the state as it is."""
        state = self._state
        is_here = state.where == self._where
        is_busy = is_here and bool(state.doing)
        show(self._under_way, is_busy)
        self.stop.disabled = not is_busy
        self.progress.value = _progress(state) if is_busy else ""
        said = state.said if is_here else None
        self.message.value = "" if said is None else _said(said)
        show(self.message, said is not None)


def _progress(state: PushState) -> str:
    words = f"{_DOING[state.doing]} …"
    if state.progress is not None:
        words += f" {state.progress.words_of(state.doing)}"
    return f"<span role='status'>{muted(words)}</span>"


def _said(said: Said) -> str:
    made = box(said.kind, said.text, is_news=True)
    return made if said.moved is None else made + _moved(said.moved)


def _moved(moved: pl.DataFrame) -> str:
    """Of verdicts that are no longer the same: how many of which kind there were, and there are."""
    counts = (
        moved.group_by("hop", "element", "verdict")
        .agg(was=(pl.col("change") == "was").sum(), now=(pl.col("change") == "now").sum())
        .rows()
    )
    elements, verdicts = list(ELEMENT_LABELS), list(VERDICT_LABELS)
    lines = sorted(counts, key=lambda row: (row[0], elements.index(row[1]), verdicts.index(row[2])))
    table = [
        (LEVELS[hop], ELEMENT_LABELS[element], VERDICT_LABELS[verdict], f"{was:,}", f"{now:,}")
        for hop, element, verdict, was, now in lines
    ]
    return text_table(("On", "Data", "Outcome", "In the preview", "Now"), table, numbers=2)
