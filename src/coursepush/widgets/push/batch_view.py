"""Under a preview: Submit to Batch, with date and time."""

from __future__ import annotations

import ipywidgets as W

from coursepush.queue.states import PRIORITIES
from coursepush.queue.times import zone_here
from coursepush.widgets.look import button, buttons, heading, muted, on_change, on_click, show
from coursepush.widgets.push.batch import Batch

_AUTO = {"description_width": "auto"}
_NOW, _AT = "Now", "At a date and time"


class BatchView(W.VBox):
    """When it is to run, how urgent it is, why; and Submit to Batch."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self.when = W.RadioButtons(options=[_NOW, _AT], value=_NOW, description="When", style=_AUTO)
        self.at = W.NaiveDatetimePicker(description="Date and time", style=_AUTO, layout=W.Layout(width="26em"))
        self.zone = W.HTML(muted(f"Local time of the computer that runs this notebook ({zone_here().name})."))
        self.priority = W.Dropdown(
            options=[(name.title(), name) for name in PRIORITIES],
            value=batch.priority,
            description="Priority",
            layout=W.Layout(width="12em"),
            style=_AUTO,
        )
        self.keep = W.Checkbox(description="Keep Until I Delete", indent=False, layout=W.Layout(width="auto"))
        self.comment = W.Text(
            description="Comment", placeholder="why", layout=W.Layout(width="30em", max_width="100%"), style=_AUTO
        )
        self.submit = button(
            "Submit to Batch", icon="clock-o", tooltip="Have a worker run it at its time; asks for no second click"
        )
        chosen = {"at": self.at, "priority": self.priority, "keep": self.keep, "comment": self.comment}
        for name, widget in chosen.items():
            on_change(widget, "value", lambda value, name=name: setattr(batch, name, value))
        on_change(self.when, "value", self._when)
        on_click(self.submit, batch.submit)
        self._at = buttons(self.at, self.zone)
        super().__init__(
            [
                W.HTML(heading("Submit to Batch")),
                self.when,
                self._at,
                buttons(self.priority, self.keep, self.comment),
                buttons(self.submit),
            ]
        )
        show(self._at, False)

    def show(self) -> None:
        """Show the state as it is."""
        batch, preview = self._batch, self._batch.state.preview
        show(self, preview is not None and bool(preview.plan.writes))
        self.submit.disabled = not batch.can_be_submitted

    def _when(self, when: str) -> None:
        self._batch.is_now = when == _NOW
        show(self._at, when != _NOW)
