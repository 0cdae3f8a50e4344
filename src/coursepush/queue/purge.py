"""What is gone after a while: the files of jobs that ended long ago. That there was a job stays known."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from coursepush.queue.place import Place
from coursepush.queue.states import WAITING, Job, Status

KEPT_FOR = dt.timedelta(days=90)
"""After its end, of a job that is not kept until it is deleted."""


def purge(place: Place, now: dt.datetime) -> None:
    """Delete jobs whose time is over."""
    for job in place.jobs.all():
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
