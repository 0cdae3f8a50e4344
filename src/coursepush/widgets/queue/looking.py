"""One look at a district's queue, in any thread: its jobs, who approved them, and which worker is there."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coursepush.queue.states import WAITING, Job, Status
from coursepush.queue.submitting import approved_now
from coursepush.widgets.queue.here import worker_here

if TYPE_CHECKING:
    from coursepush.district import District

_APPROVALS_AGAIN = 20.0
"""Seconds until it is looked again who approved what waits: for that the district is opened."""


@dataclass(frozen=True)
class Looked:
    """The queue at one look.

    Attributes:
        jobs: oldest first. approved: digest → who approved that plan so far.
        has_worker: whether one looks after the district, here or elsewhere.
        doing: what the worker of this notebook does, in words; empty where it has none.
    """

    jobs: tuple[Job, ...] = ()
    changed: int = 0
    has_worker: bool = False
    approved: dict[str, str] = field(default_factory=dict[str, str])
    doing: str = ""


class Looker:
    """Looks at the queue of a district. That is a few rows of the queue's own file.

    The district is opened where the program of a job is gone, and now and then for approvals.
    """

    def __init__(self, district: District) -> None:
        self._store = district.store
        self._queue = district.queue
        self._approvals_at = 0.0
        self._of_approvals: frozenset[str] = frozenset()

    def forget(self) -> None:
        """Look who approved what at the next look, however short ago that was looked at."""
        self._approvals_at = 0.0

    def look(self, was: Looked) -> Looked:
        """The queue as it stands; `was`: at the look before."""
        queue = self._queue
        changed = queue.changed
        has_worker = queue.has_worker
        jobs = was.jobs if changed == was.changed else tuple(queue.jobs())
        running = [job for job in jobs if job.status == Status.PROCESSING]
        if running and not has_worker:  # whose program may be gone: asking for it finds that out
            queue.job(running[0])
            changed, jobs = queue.changed, tuple(queue.jobs())
        worker = worker_here(queue.folder)
        doing = "" if worker is None else worker.status
        return Looked(jobs, changed, has_worker, self._approved(jobs, was.approved), doing)

    def _approved(self, jobs: tuple[Job, ...], was: dict[str, str]) -> dict[str, str]:
        digests = frozenset(job.digest for job in jobs if job.digest and job.status in WAITING)
        is_time = not self._approvals_at or time.monotonic() - self._approvals_at > _APPROVALS_AGAIN
        if not digests or (digests == self._of_approvals and not is_time):
            return was
        self._of_approvals, self._approvals_at = digests, time.monotonic()
        return {**was, **approved_now(self._store, digests)}
