"""Looking at the queue again and again while a list of it is on a page."""

from __future__ import annotations

import asyncio

from coursepush.queue.states import WAITING
from coursepush.widgets.queue.state import QueueState

_SOON, _LATER = 1.0, 4.0
"""Seconds between two looks: where something waits or a worker is here, and where nothing does."""


class Watch:
    """Has the state look at its queue as long as somebody sees it, by the event loop of the notebook's kernel.

    Where there is none (a script) nobody looks by itself: ``state.look()`` does.
    """

    def __init__(self, state: QueueState) -> None:
        self._state = state
        self._timer: asyncio.TimerHandle | None = None

    def shown(self, views: int) -> None:
        """On so many pages is the list now."""
        if views > 0 and self._timer is None:
            self._next(0.0)
        if views <= 0:
            self.stop()

    def stop(self) -> None:
        """Do not look any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _next(self, seconds: float) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._timer = loop.call_later(seconds, self._look)

    def _look(self) -> None:
        self._state.look()
        looked = self._state.looked
        is_lively = looked.has_worker or any(job.status in WAITING for job in looked.jobs)
        self._next(_SOON if is_lively else _LATER)
