"""A job: what is to be run, when, for whom; and what came of it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from pathlib import Path

from coursepush.marks import Drawn
from coursepush.queue.times import local_words


class Status(StrEnum):
    """The states of a job, as the Batch Queue List calls them."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completed with errors"
    CANCELED = "canceled"
    FAILED = "failed"


WAITING = (Status.QUEUED, Status.PROCESSING)
"""The states that something still comes after by itself."""

DONE = (Status.COMPLETED, Status.COMPLETED_WITH_ERRORS)

PRIORITIES = {"normal": 0, "high": 1}
"""By name; the larger one runs before the others."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Job(Drawn):
    """One job of a district's queue, as it stood when it was asked for. Times are UTC, without a zone.

    Attributes:
        job_id: its number in the queue. key: its own, wherever it is.
        kind, title, plan_id: of the plan; one job has one plan's id, and a district takes each id once.
        request: of a job that is planned when its time comes, as JSON; empty where a saved plan is run.
        digest: of the plan; empty where it is not planned yet.
        words: the request as the list shows it: catalog_or_calendar, school_year, mode, calendars, data,
            pushed_to_sections.
        permitted: what whoever submitted it permits (`assume_unused`, `partial`).
        is_looked_at: somebody has seen the plan that is to be run.
        run_at, zone, time_note: when it is to run, as said in which zone, and what was decided about that.
        is_written: whether the push is in the district; None where that is not known yet.
        note: what came of it, in sentences; what to do next.
        could_not: how many rows could not be pushed.
        report: the file with the push's result, or with what moved.
        told: of the notification, whom it reached; None as long as nothing was tried.
        attempts: how often it was begun.
        changed: a number that grows with each change of any job.
    """

    job_id: int
    key: str
    kind: str
    title: str
    status: Status
    district_id: str
    plan_id: str
    digest: str
    request: str
    plan_file: str
    words: dict[str, str]
    permitted: tuple[str, ...]
    is_looked_at: bool
    run_at: dt.datetime
    zone: str
    time_note: str
    priority: int
    keep: bool
    comment: str
    submitted_by: str
    os_user: str
    queued_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    attempts: int
    worker: str
    is_cancel_asked: bool
    push_id: int | None
    is_written: bool | None
    rows: int | None
    could_not: int | None
    approved_by: str
    note: str
    report: str
    report_folder: str
    told: str | None
    deleted_at: dt.datetime | None
    changed: int
    folder: Path = field(default=Path())

    @property
    def is_done(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.status not in WAITING

    @property
    def can_be_restarted(self) -> bool:
        """Whether it came to its end and its push surely is not in the district."""
        return self.status in (Status.CANCELED, Status.FAILED) and self.is_written is False

    @property
    def plan_path(self) -> Path | None:
        """The file with its plan; None where it is not planned yet, or was deleted."""
        return self.folder / self.plan_file if self.plan_file else None

    @property
    def report_path(self) -> Path | None:
        """The file with what came of it ("Get the report"); None where there is none."""
        return self.folder / self.report if self.report else None

    @property
    def headline(self) -> str:
        """The job in a sentence."""
        when = f", to run at {local_words(self.run_at)}" if self.status == Status.QUEUED else ""
        return f"Job {self.job_id}, {self.status}{when}: {self.title}"

    def __repr__(self) -> str:
        return f"<{self.headline}{f'. {self.note}' if self.note else ''}>"

    def _repr_html_(self) -> str:
        note = f"<div>{escape(self.note)}</div>" if self.note else ""
        path = self.report_path
        link = f"<div>Get the report: <code>{escape(str(path))}</code></div>" if path is not None else ""
        return f"<div><b>{escape(self.headline)}</b>{note}{link}</div>"


# -- as it is kept ---------------------------------------------------------------------------------------

COLUMNS = (
    "job_id, key, kind, title, status, district_id, plan_id, digest, request, plan_file, words, permitted, "
    "is_looked_at, run_at, zone, time_note, priority, keep, comment, submitted_by, os_user, queued_at, "
    "started_at, "
    "finished_at, attempts, worker, is_cancel_asked, push_id, is_written, rows, could_not, approved_by, "
    "note, report, report_folder, told, deleted_at, changed"
)
_TIMES = ("run_at", "queued_at", "started_at", "finished_at", "deleted_at")
_FLAGS = ("is_looked_at", "keep", "is_cancel_asked", "is_written")


def job_of(row: tuple[object, ...], folder: Path) -> Job:
    """A job of its row.

    Raises:
        ValueError, TypeError, KeyError: the row is none that was written here.
    """
    names = COLUMNS.split(", ")
    values: dict[str, object] = dict(zip(names, row, strict=True))
    for name in _TIMES:
        text = values[name]
        values[name] = None if text is None else dt.datetime.fromisoformat(str(text))
    for name in _FLAGS:
        values[name] = None if values[name] is None else bool(values[name])
    words = json.loads(str(values["words"]))
    if not isinstance(words, dict):
        raise TypeError("the words of a job are none")
    values["words"] = {str(name): str(text) for name, text in words.items()}
    values["permitted"] = tuple(one for one in str(values["permitted"]).split(",") if one)
    values["status"] = Status(str(values["status"]))
    for name in ("plan_file", *(() if values["report_folder"] else ("report",))):
        if Path(str(values[name])).name != str(values[name]):
            raise ValueError(f"{name} is no name of a file in the queue's folder")
    return Job(**values, folder=folder)  # type: ignore[arg-type]


def kept(value: object) -> object:
    """A value of a job as SQLite keeps it."""
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, tuple):
        return ",".join(str(one) for one in value)
    return str(value) if isinstance(value, StrEnum) else value
