"""What the Batch Queue List says of jobs that ended, of what was clicked, and of what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coursepush.errors import CoursepushError, StoppedError, counted
from coursepush.queue.states import DONE, Job, Status
from coursepush.queue.times import local_words
from coursepush.queue.words import failure_words, joined

Kind = Literal["note", "caution", "error", "done"]


@dataclass(frozen=True)
class News:
    """A job that came to its end, in a sentence."""

    job_id: int
    kind: Kind
    text: str


@dataclass(frozen=True)
class Told:
    """What the list last said of a click."""

    kind: Kind
    text: str


def news_of(job: Job) -> News:
    """A job that came to its end."""
    return News(job.job_id, *told_of_end(job))


def told_of_end(job: Job) -> tuple[Kind, str]:
    pushed = f" (push {job.push_id})" if job.push_id is not None else ""
    head = f"Job {job.job_id} is {job.status}{pushed}: {job.title}."
    if job.status in DONE:
        more = f" {counted(job.could_not, 'row')} could not be pushed." if job.could_not else ""
        return "done", f"{head} {counted(job.rows or 0, 'row')} written.{more}"
    return "error" if job.status == Status.FAILED else "note", joined(head, job.note)


def queued_words(job: Job) -> str:
    """A job that waits again; where no worker is there, the list says so."""
    return joined(f"Job {job.job_id} is queued, to run at {local_words(job.run_at)}.", job.time_note)


def explained(error: BaseException) -> Told:
    if isinstance(error, StoppedError):
        return Told("note", str(error))
    if isinstance(error, CoursepushError):
        return Told("error", str(error))
    return Told("error", failure_words(error))
