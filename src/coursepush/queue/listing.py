"""The Batch Queue List: the jobs of a district as a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import RequestError, counted
from coursepush.html.page import section
from coursepush.html.tables import drawn_table
from coursepush.html.text import safe, shown_of
from coursepush.plan.request import as_list
from coursepush.queue.states import WAITING, Job, Status
from coursepush.queue.times import local_words
from coursepush.reports.asked import choice_words
from coursepush.reports.report import Layout, Report

LIST_COLUMNS: dict[str, Any] = {
    "job": pl.Int64,
    "queued_time": pl.Datetime("us"),
    "catalog_or_calendar": pl.String,
    "school_year": pl.String,
    "mode": pl.String,
    "calendars": pl.String,
    "data": pl.String,
    "pushed_to_sections": pl.String,
    "status": pl.String,
    "started": pl.Datetime("us"),
    "finished": pl.Datetime("us"),
    "submitted_by": pl.String,
    "approvals": pl.String,
    "report": pl.String,
    "scheduled": pl.Datetime("us"),
    "title": pl.String,
    "push_id": pl.Int64,
    "rows": pl.Int64,
    "could_not": pl.Int64,
    "note": pl.String,
    "notified": pl.String,
    "comment": pl.String,
}
"""The columns of the list; times are UTC."""

HEADINGS = {
    "job": "Job",
    "queued_time": "Queued Time",
    "catalog_or_calendar": "Catalog or Calendar",
    "school_year": "School Year",
    "mode": "Mode",
    "calendars": "Calendars",
    "data": "Data",
    "pushed_to_sections": "Pushed To Sections",
    "status": "Status",
    "started": "Started",
    "finished": "Finished",
    "submitted_by": "Submitted by",
    "approvals": "Approvals",
    "report": "Get the report",
}
"""What the page shows, under the words of the screen; `note` and the rest stand below the status."""


def jobs_chosen(
    jobs: Sequence[Job],
    *,
    status: str | Sequence[str] | None = None,
    kind: str | Sequence[str] | None = None,
    submitted_by: str | Sequence[str] | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> list[Job]:
    """The jobs that pass the filters, the newest first.

    Raises:
        RequestError: there is no such status.
    """
    wanted = None if status is None else as_list(status)
    for one in wanted or ():
        if one not in list(Status):
            raise RequestError.unknown("status", one, list(Status), "of a job")
    kinds = None if kind is None else as_list(kind)
    names = None if submitted_by is None else as_list(submitted_by)
    return [
        job
        for job in reversed(jobs)
        if (wanted is None or job.status in wanted)
        and (kinds is None or job.kind in kinds)
        and (names is None or job.submitted_by in names)
        and (since is None or job.queued_at.date() >= since)
        and (until is None or job.queued_at.date() <= until)
    ]


def list_frame(jobs: Sequence[Job], approved: Mapping[str, str]) -> pl.DataFrame:
    """One row a job; `approved`: digest → who approved that plan so far, where that was looked up just now."""
    rows = [
        (
            job.job_id,
            job.queued_at,
            *(job.words.get(name, "") for name in list(LIST_COLUMNS)[2:8]),
            str(job.status),
            job.started_at,
            job.finished_at,
            job.submitted_by,
            job.approved_by or approved.get(job.digest, ""),
            None if job.report_path is None else str(job.report_path),
            job.run_at,
            job.title,
            job.push_id,
            job.rows,
            job.could_not,
            " ".join(one for one in (job.note, job.time_note) if one),
            job.told or "",
            job.comment,
        )
        for job in jobs
    ]
    return pl.DataFrame(rows, schema=LIST_COLUMNS, orient="row")


def list_report(
    jobs: Sequence[Job],
    approved: Mapping[str, str],
    asked: Mapping[str, Any],
    now: dt.datetime,
    notes: Sequence[str],
) -> Report:
    """The report of those jobs. `asked`: the filters, by heading."""
    said = [pair for what, given in asked.items() for pair in choice_words(what, given)]
    return Report(QUEUE_LIST, list_frame(jobs, approved), said, f"The queue at {local_words(now)}", notes)


# -- how it is told ------------------------------------------------------------------------------------------


def _answer(report: Report) -> str:
    rows = report.frame
    if rows.is_empty():
        return "Nothing is in the queue." if not report.asked else "No job is like that."
    counts = dict(rows.group_by("status").agg(pl.len()).rows())
    told = [f"{counts[one]:,} {one}" for one in Status if one in counts]
    waiting = rows.filter(pl.col("status") == str(Status.QUEUED))["scheduled"].min()
    when = f" The next is to run at {local_words(waiting)}." if isinstance(waiting, dt.datetime) else ""
    return f"{counted(rows.height, 'job')}: {', '.join(told)}.{when}"


def _summary(report: Report) -> pl.DataFrame:
    rows = report.frame.head(10)
    times = [pl.col(name).map_elements(local_words, return_dtype=pl.String).fill_null("") for name in _TIMES]
    return rows.with_columns(times).select(
        pl.col(name).alias(HEADINGS[name])
        for name in ("job", "queued_time", "catalog_or_calendar", "mode", "status", "finished", "submitted_by")
    )


_TIMES = ("queued_time", "started", "finished")


def _body(report: Report, max_rows: int) -> Sequence[str]:
    waits = pl.col("status").is_in([str(one) for one in WAITING])
    parts = (
        ("Waiting and running", "waiting", report.frame.filter(waits)),
        ("Done, canceled or failed", "ended", report.frame.filter(~waits)),
    )
    return [section(heading, _table(rows, name, max_rows)) for heading, name, rows in parts]


def _table(rows: pl.DataFrame, table_id: str, max_rows: int) -> str:
    if rows.is_empty():
        return ""
    made = pl.DataFrame([_cells(row) for row in rows.head(max_rows).iter_rows(named=True)])
    table = drawn_table(made, table_id, HEADINGS, kind="cards", html=list(HEADINGS))
    return f"<h3>{shown_of(made.height, rows.height, 'job')}</h3>{table}"


def _cells(row: dict[str, Any]) -> dict[str, str]:
    cells = {name: safe(row[name]) for name in HEADINGS}
    cells |= {name: escape(local_words(row[name])) for name in _TIMES}
    said = [row["note"], row["notified"], row["comment"] and f"“{row['comment']}”"]
    if row["status"] == str(Status.QUEUED):
        said.insert(0, f"To run at {local_words(row['scheduled'])}.")
    cells["status"] = safe(row["status"]) + "".join(f"<small>{safe(one)}</small>" for one in said if one)
    cells["mode"] += f"<small>{safe(row['title'])}</small>"
    return cells


QUEUE_LIST = Layout(
    name="batch_queue",
    title="Batch Queue List",
    question="What was submitted to the batch queue, and what came of it?",
    answer=_answer,
    summary=_summary,
    body=_body,
)
