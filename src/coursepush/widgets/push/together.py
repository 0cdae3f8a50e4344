"""The push panel's parts for pushes that others agree to and that a worker runs: approvals, batch, the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import traitlets

from coursepush.errors import CoursepushError
from coursepush.queue.states import Job
from coursepush.widgets.look import on_change, show
from coursepush.widgets.push.approval import Agreement
from coursepush.widgets.push.approval_view import ApprovalView
from coursepush.widgets.push.batch import Batch
from coursepush.widgets.push.batch_view import BatchView
from coursepush.widgets.push.state import Preview, PushState
from coursepush.widgets.queue.state import QueueState
from coursepush.widgets.queue.view import QueueView, Undoing

if TYPE_CHECKING:
    from coursepush.district import District


class Together:
    """The three parts, which share a name: who saves, who submits, who cancels.

    Args:
        told: what a preview comes to, in a sentence.
        submitted: called with a job that is submitted here, by who shows the queue already; None to show it here.

    Attributes:
        queue: the Batch Queue List; none where another one is shown, and of a district in memory, which has none.
    """

    def __init__(
        self, state: PushState, told: Callable[[Preview], str], submitted: Callable[[Job], object] | None
    ) -> None:
        self._state = state
        self.approvals = ApprovalView(Agreement(state, told))
        self.list_state: QueueState | None = None
        self.queue: tuple[QueueView, ...] = ()
        if submitted is None and _has_queue(state.district):
            self.list_state = QueueState(state.district, self._show_list)
            submitted = self.list_state.submitted
        batch = Batch(state, submitted or _nobody)
        self.batch = BatchView(batch)
        on_change(self.approvals.by, "value", lambda name: setattr(batch, "by", name))
        if self.list_state is not None:
            self.queue = (QueueView(self.list_state, Undoing(self._undo, self._is_hindered)),)
            show(self.queue[0].by, False)  # the name above is the same
            traitlets.link((self.approvals.by, "value"), (self.queue[0].by, "value"))
            self.list_state.look()

    def show(self) -> None:
        """Show the state as it is."""
        self.approvals.show()
        self.batch.show()
        for view in self.queue:
            view.show()

    def wait(self, timeout: float) -> None:
        if self.list_state is not None:
            self.list_state.wait(timeout)

    def close(self) -> None:
        for view in self.queue:
            view.close()

    def _show_list(self) -> None:
        for view in self.queue:
            view.show()

    def _undo(self, push: int, is_partial: bool) -> None:
        self._state.undo(push=push, partial=is_partial)

    def _is_hindered(self) -> bool:
        return self._state.is_hindered


def _has_queue(district: District) -> bool:
    """A district in memory and a scenario have none: submitting to it says so."""
    try:
        return bool(district.queue.folder)
    except CoursepushError:
        return False


def _nobody(_: Job) -> None:
    """No list is shown."""
