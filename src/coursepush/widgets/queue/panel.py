"""``district.queue.panel()``: the Batch Queue List, live, with what can be done about its jobs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import ipywidgets as W

from coursepush.widgets.calls import call_text
from coursepush.widgets.look import heading
from coursepush.widgets.panel import Panel
from coursepush.widgets.push.panel import PushPanel, plan_panel
from coursepush.widgets.queue.state import QueueState
from coursepush.widgets.queue.table import jobs_html
from coursepush.widgets.queue.view import QueueView, Undoing

if TYPE_CHECKING:
    from coursepush.district import District

_SECONDS = 2.0
"""For so long it is waited for the first look, by which the page of a notebook without a kernel has the list."""


class QueuePanel(Panel):
    """The batch queue of a district's file: statuses, started and finished; cancel, restart, run now, and so on.

    It looks by itself as long as it is on a page. In a script, :meth:`look` looks and :meth:`wait` waits.

    Attributes:
        state: what the list is at, in plain Python.
        view: the widgets; ``view.acts["cancel"].click()`` is what a click does.
        undoing: the panel with the preview of an undo; None before the first.
    """

    _is_made = False

    def __init__(self, district: District) -> None:
        self.state = QueueState(district, self._show)
        self.undoing: PushPanel | None = None
        self._undo = W.VBox()
        self.view = QueueView(self.state, Undoing(self._preview_undo, self._is_hindered), level=2)
        super().__init__([self.view, self._undo])
        self._is_made = True
        self.look()
        with suppress(TimeoutError):  # then the list comes when it is there: a notebook does not wait for others
            self.wait(_SECONDS)

    def look(self) -> None:
        """Look at the queue now."""
        self.state.look()

    def wait(self, timeout: float = 600) -> None:
        """Wait until what is under way is done and shown.

        Raises:
            TimeoutError: it takes longer than `timeout` seconds.
        """
        if self.undoing is not None:
            self.undoing.wait(timeout)
        self.state.wait(timeout)

    def close(self) -> None:
        """Take it off the page. A worker that it started ends."""
        if self._is_made:  # one that was refused is closed too, when it is let go of
            self.view.close()
        super().close()

    @property
    def is_busy(self) -> bool:
        return self.undoing is not None and self.undoing.is_busy

    def twin(self) -> str:
        """The list as it is now, and an undo that is previewed below it."""
        looked = self.state.looked
        undoing = self.undoing.twin() if self.undoing is not None else ""
        return heading("Batch Queue List", 2) + jobs_html(looked.jobs, looked.approved) + undoing

    def _show(self) -> None:
        if self._is_made:
            self.view.show()

    def _preview_undo(self, push: int, is_partial: bool) -> None:
        district, given = self.state.district, {"partial": True} if is_partial else {}
        code = f"plan = {call_text('district.plan_undo', [push], given)}"
        self.undoing = plan_panel(
            district, lambda: district.plan_undo(push, partial=is_partial), code, submitted=self.state.submitted
        )
        self._undo.children = (self.undoing,)

    def _is_hindered(self) -> bool:
        return self.undoing is not None and self.undoing.state.is_hindered
