"""What is gone after a while: the files of jobs that ended long ago. That there was a job stays known.

And what killed programs left in the queue's folder: files half written, and plans that never became a job.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from contextlib import suppress

from coursepush.files import sweep_folder
from coursepush.queue.place import Place
from coursepush.queue.states import WAITING, Job, Status

KEPT_FOR = dt.timedelta(days=90)
"""After its end, of a job that is not kept until it is deleted."""

_NO_JOB = dt.timedelta(days=1)
"""After its making, of a plan's file that belongs to no job: its program was killed before there was one."""

_PLAN = re.compile(r"([0-9a-f]{32})\.cpush")


def purge(place: Place, now: dt.datetime) -> None:
    """Delete jobs whose time is over, and what belongs to no job."""
    if not place.jobs.is_there:
        return
    jobs = place.jobs.all()
    _sweep(place, {job.key for job in jobs}, now)
    for job in jobs:
        if job.is_done and not job.keep and job.finished_at is not None and job.finished_at < now - KEPT_FOR:
            delete(place, job, now, "")


def delete(place: Place, job: Job, now: dt.datetime, by: str) -> Job | None:
    """Take a job out of the list, with its files in the queue's folder; None where it runs just now."""
    gone = place.jobs.change(
        job,
        "deleted" if by else "deleted after 90 days",
        now,
        only_if=[one for one in Status if one not in WAITING or one == Status.QUEUED],
        by=by,
        deleted_at=now,
        plan_file="",
        report=job.report if job.report_folder else "",
    )
    if gone is not None:
        for path in (job.plan_path, None if job.report_folder else job.report_path):
            if path is not None:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
    return gone


def _sweep(place: Place, keys: Collection[str], now: dt.datetime) -> None:
    """Remove what killed programs left in the queue's folder, where there are jobs with these keys."""
    sweep_folder(place.folder)
    for path in place.folder.glob("*.cpush"):
        match = _PLAN.fullmatch(path.name)
        if match and match[1] not in keys:
            with suppress(OSError):
                made = dt.datetime.fromtimestamp(path.lstat().st_mtime, dt.UTC).replace(tzinfo=None)
                if made < now - _NO_JOB:
                    path.unlink(missing_ok=True)
