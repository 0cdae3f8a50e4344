"""Submit to Batch: a preview becomes a job of the district's queue, now or at a date and time. Plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coursepush.queue.states import Job
from coursepush.queue.times import local_words
from coursepush.queue.words import joined
from coursepush.widgets.calls import call_text
from coursepush.widgets.push.state import PushState, Said


@dataclass(eq=False)
class Batch:
    """What is chosen for the job, and the click that submits it.

    Attributes:
        submitted: called with each job that was submitted here.
        at: the local date and time at which it is to run; None for now.
        by: who submits it; empty for the system's user.
        keep: its files stay until somebody deletes the job.
    """

    state: PushState
    submitted: Callable[[Job], object]
    at: dt.datetime | None = None
    is_now: bool = True
    priority: str = "normal"
    keep: bool = False
    comment: str = ""
    by: str = ""

    @property
    def can_be_submitted(self) -> bool:
        """The preview could be run as it is, as far as is known now."""
        return self.state.can_be_run and not self.state.doing

    def submit(self) -> None:
        """Submit to Batch: approvals and guards are judged when its time comes."""
        preview, state = self.state.preview, self.state
        if preview is None or not self.can_be_submitted:
            return
        if not self.is_now and self.at is None:
            state.say(Said("error", "Say at which date and time it is to run, or choose “Now”."), "batch")
            return
        given = self._given()

        def done(job: Job) -> None:
            arguments = call_text("", [], given)[1:-1]
            preview.clicks.append(f"job = district.queue.submit(plan{arguments and f', {arguments}'})")
            state.said = Said("caution" if job.note else "done", told_of(job))
            self.submitted(job)

        def submit() -> Job:
            return state.district.queue.submit(preview.plan, **given)

        state.begin("submit", submit, done, "batch")

    def _given(self) -> dict[str, Any]:
        """The arguments of the call that are not as by default."""
        given: dict[str, Any] = {}
        if not self.is_now and self.at is not None:
            given["at"] = f"{self.at:%Y-%m-%d %H:%M}"
        if self.priority != "normal":
            given["priority"] = self.priority
        if self.keep:
            given["keep_until_deleted"] = True
        if self.comment.strip():
            given["comment"] = self.comment.strip()
        if self.by.strip():
            given["by"] = self.by.strip()
        return given


def told_of(job: Job) -> str:
    """A job that was submitted, in sentences; what it notes is that no worker is there."""
    nobody = "No worker runs for this district yet: see the Batch Queue List." if job.note else ""
    return joined(f"Job {job.job_id} is queued, to run at {local_words(job.run_at)}.", job.time_note, nobody)
