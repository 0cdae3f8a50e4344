"""What is said of jobs: in the list, in a note, in a message. Counts and names of staff, no student, no row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from coursepush.errors import CoursepushError, counted
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.request import Request, school_year
from coursepush.plan.requests.registry import request_words
from coursepush.queue.states import DONE, Job
from coursepush.store.database import Session

LIST_WORDS = ("catalog_or_calendar", "school_year", "mode", "calendars", "data", "pushed_to_sections")
"""What the Batch Queue List says of a request."""


def list_words(session: Session, request: Request) -> dict[str, str]:
    """The same, with the names that the session's tables have."""
    asked = dict(request_words(session, request))
    overwrites = ", Overwrite Categories" if asked.get("Overwrite Categories") == "yes" else ""
    to_sections = "" if request.undoes is not None else "yes" if 2 in request.hops else "no"
    return {
        "catalog_or_calendar": asked.get("Course catalog") or asked.get("Calendar") or "",
        "school_year": asked.get("School year") or _year(session, request),
        "mode": asked.get("Push mode") or f"{asked['Push']}{overwrites}",
        "calendars": asked.get("Calendars") or asked.get("Calendar") or "",
        "data": asked.get("Data to be pushed") or asked.get("Data to be linked") or "",
        "pushed_to_sections": asked.get("Push to sections") or to_sections,
    }


def _year(session: Session, request: Request) -> str:
    calendar = getattr(request, "calendar_id", None)
    year = session.value("year", "select end_year from calendar where calendar_id = $id", {"id": calendar})
    return "" if year is None else school_year(int(year))


def moved_words(moved: pl.DataFrame) -> str:
    """What moved since a plan was made, in a sentence: by data type, how much is gone and how much is new."""
    if moved.is_empty():
        return ""
    by_type = moved.group_by("element", maintain_order=True).agg(
        gone=(pl.col("change") == "was").sum(), come=(pl.col("change") == "now").sum()
    )
    parts = [
        f"{ELEMENT_LABELS.get(name, name)} ({gone:,} no longer hold, {come:,} are new)"
        for name, gone, come in by_type.rows()
    ]
    courses = moved["course_id"].drop_nulls().n_unique()
    return f"What moved: {'; '.join(parts)}, on {counted(courses, 'course')}."


def failure_words(error: BaseException) -> str:
    """Why a job failed, without anything that a program said of its data."""
    if isinstance(error, CoursepushError):
        return str(error)
    return (
        f"Something that should not happen did ({type(error).__name__}). Restart the job with "
        "COURSEPUSH_DEBUG=1 set where the worker runs to see where it comes from, and please report it."
    )


def nobody_runs_it(district: Path, job_id: int) -> str:
    """What to say of a job for which no worker is there."""
    return (
        "No worker runs for this district, so nothing happens yet. Start one (district.queue.start_worker(), or "
        f"coursepush worker {district.name}), or run this job here: district.queue.run_now({job_id})."
    )


def message_of(job: Job) -> tuple[str, str]:
    """The subject and the text of a notification."""
    lines = [job.title]
    place = [one for one in (job.words.get("catalog_or_calendar"), job.words.get("school_year")) if one]
    lines += [", ".join(place)] if place else []
    if job.status in DONE and job.rows is not None:
        could_not = f"; {counted(job.could_not or 0, 'row')} could not be pushed" if job.could_not else ""
        lines.append(f"{counted(job.rows, 'row')} written{could_not}.")
    else:
        lines.append(job.note)
    lines.append(f"Submitted by {job.submitted_by}.")
    if job.approved_by:
        lines.append(f"Approved by {job.approved_by}.")
    if job.report_path is not None:
        lines.append(f"Get the report: {job.report_path.resolve().as_uri()}")
    pushed = f" (push {job.push_id})" if job.push_id is not None else ""
    return f"Batch queue: job {job.job_id} {job.status}{pushed}", "\n".join(lines)


def joined(*sentences: str) -> str:
    """Sentences as one text; empty ones left out."""
    return " ".join(one for one in sentences if one)


def names_of(approvals: Sequence[str]) -> str:
    """Names once each, in order."""
    return "; ".join(dict.fromkeys(approvals))
