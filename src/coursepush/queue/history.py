"""The history of a district: who pushed, undid, approved, refused, submitted and canceled what, when, and why.

Pushes, approvals, refusals, policies and refreshes are in the district file; what was done to jobs, and the
names and comments of those who submitted them, are in the queue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from coursepush.errors import RequestError, counted
from coursepush.html.page import section
from coursepush.html.tables import drawn_table
from coursepush.html.text import safe, shown_of
from coursepush.plan.request import as_list, day_of, id_of
from coursepush.queue.jobs import Jobs
from coursepush.queue.states import Job
from coursepush.queue.times import local_words
from coursepush.reports.asked import as_of_words, choice_words
from coursepush.reports.report import Layout, Report
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history
from coursepush.store.templates import template

HISTORY_COLUMNS: dict[str, Any] = {
    "when": pl.Datetime("us"),
    "what": pl.String,
    "push_id": pl.Int64,
    "job": pl.Int64,
    "title": pl.String,
    "who": pl.String,
    "os_user": pl.String,
    "comment": pl.String,
    "rows": pl.Int64,
    "approved_by": pl.String,
    "undoes": pl.Int64,
    "undone_by": pl.String,
    "digest": pl.String,
    "report": pl.String,
}

WHAT = (
    "pushed",
    "undone",
    "linked",
    "approved",
    "approval withdrawn",
    "refused",
    "policy set",
    "refreshed",
    "submitted",
    "rescheduled",
    "cancel asked",
    "canceled",
    "restarted",
    "failed",
    "deleted",
)
"""What can have been done; from "submitted" on, to a job."""

_TO_JOBS = WHAT[WHAT.index("submitted") :]


def history_report(
    store: Store,
    jobs: Jobs | None,
    *,
    what: str | Sequence[str] | None = None,
    who: str | Sequence[str] | None = None,
    push: int | None = None,
    since: dt.date | str | None = None,
    until: dt.date | str | None = None,
) -> Report:
    """See :meth:`coursepush.queue.calls.Queue.history`. `jobs` is None of a district in memory."""
    wanted = None if what is None else as_list(what)
    for one in wanted or ():
        if one not in WHAT:
            raise RequestError.unknown("kind of event", one, WHAT, "in the history")
    names = None if who is None else as_list(who)
    first, last = day_of(since), day_of(until)
    known = [] if jobs is None else jobs.all(with_deleted=True)
    with store.reading() as session:
        frame = pl.concat([_in_district(session, known), _of_jobs(jobs, known)]).sort(
            "when", "push_id", "job", descending=True, nulls_last=True, maintain_order=True
        )
        as_of = as_of_words(session)
    day = pl.col("when").dt.date()
    chosen = frame.filter(
        pl.lit(True) if wanted is None else pl.col("what").is_in(wanted),
        pl.lit(True) if names is None else pl.col("who").is_in(names) | pl.col("os_user").is_in(names),
        pl.lit(True) if push is None else (pl.col("push_id") == id_of(push, "push")),
        pl.lit(True) if first is None else day >= first,
        pl.lit(True) if last is None else day <= last,
    )
    asked = {"What": what, "Who": who, "Push": push, "Since": first, "Until": last}
    said = [pair for heading, given in asked.items() for pair in choice_words(heading, given)]
    return Report(HISTORY, chosen, said, as_of)


def _in_district(session: Session, jobs: Sequence[Job]) -> pl.DataFrame:
    """What the district's file tells; of a push that was queued, who submitted it and why is the job's."""
    queued = pl.DataFrame(
        [
            (job.plan_id, job.job_id, job.submitted_by, job.os_user, job.comment, _report(job))
            for job in jobs
            if job.push_id is not None
        ],
        schema={
            "plan_id": pl.String,
            "job_id": pl.Int64,
            "submitted_by": pl.String,
            "os_user": pl.String,
            "comment": pl.String,
            "report": pl.String,
        },
        orient="row",
    ).unique("plan_id", keep="last", maintain_order=True)
    steps = ["history_of_pushes"] if has_history(session) else []
    events = "\nunion all\n".join(template("coursepush.queue", step) for step in [*steps, "history_of_the_rest"])
    with session.lent("queued_jobs", queued):
        found = session.frame("history of the district", events)
    return found.select(pl.col(name).cast(kind) for name, kind in HISTORY_COLUMNS.items())


def _of_jobs(jobs: Jobs | None, known: Sequence[Job]) -> pl.DataFrame:
    """What was done to jobs."""
    of = {job.job_id: job for job in known}
    rows = [
        (
            dt.datetime.fromisoformat(at),
            "deleted" if what.startswith("deleted") else what,
            of[job_id].push_id if what != "submitted" else None,
            job_id,
            of[job_id].title,
            by,
            os_user,
            detail,
            None,
            None,
            None,
            None,
            of[job_id].digest,
            None,
        )
        for job_id, at, what, by, os_user, detail in ([] if jobs is None else jobs.events())
        if job_id in of and (what in _TO_JOBS or what.startswith("deleted"))
    ]
    return pl.DataFrame(rows, schema=HISTORY_COLUMNS, orient="row")


def _report(job: Job) -> str | None:
    path = job.report_path
    return None if path is None or not path.exists() else str(path)


# -- how it is told ------------------------------------------------------------------------------------------


def _answer(report: Report) -> str:
    rows = report.frame
    if rows.is_empty():
        return "Nothing was done yet." if not report.asked else "Nothing like that was done."
    counts = dict(rows.group_by("what").agg(pl.len()).rows())
    last = rows.row(0, named=True)
    told = ", ".join(f"{counts[one]:,} {one}" for one in WHAT if one in counts)
    by = f" by {last['who']}" if last["who"] else ""
    return f"{counted(rows.height, 'event')}: {told}. The last: {last['what']}{by}, {local_words(last['when'])}."


def _summary(report: Report) -> pl.DataFrame:
    return report.frame.head(10).select(
        pl.col("when").map_elements(local_words, return_dtype=pl.String).alias("When"),
        pl.col("what").alias("What"),
        pl.col("push_id").alias("Push"),
        pl.col("title").alias("Title"),
        pl.col("who").alias("Who"),
        pl.col("comment").alias("Why"),
    )


_HEADINGS = {"when": "When", "what": "What was done", "title": "To what", "who": "Who", "comment": "Why"}


def _body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame.head(max_rows)
    if rows.is_empty():
        return []
    made = pl.DataFrame([_cells(row) for row in rows.iter_rows(named=True)])
    table = drawn_table(made, "history", _HEADINGS, kind="cards", html=list(_HEADINGS))
    heading = shown_of(rows.height, report.frame.height, "event")
    return [section(heading, table)]


def _cells(row: dict[str, Any]) -> dict[str, str]:
    more = [
        f"{counted(row['rows'], 'row')} written" if row["rows"] is not None else "",
        f"approved by {row['approved_by']}" if row["approved_by"] else "",
        f"taken back by push {row['undone_by']}" if row["undone_by"] else "",
        f"Get the report: {row['report']}" if row["report"] else "",
        f"digest {row['digest'][:12]}" if row["digest"] else "",
    ]
    number = [f"push {row['push_id']}" if row["push_id"] is not None else ""]
    number.append(f"job {row['job']}" if row["job"] is not None else "")
    user = f"<small>user {safe(row['os_user'])}</small>" if row["os_user"] != row["who"] else ""
    return {
        "when": safe(local_words(row["when"])),
        "what": safe(row["what"]) + "".join(f"<small>{safe(one)}</small>" for one in number if one),
        "title": safe(row["title"]) + "".join(f"<small>{safe(one)}</small>" for one in more if one),
        "who": safe(row["who"]) + user,
        "comment": safe(row["comment"]),
    }


HISTORY = Layout(
    name="history",
    title="History",
    question="Who pushed, approved and undid what, when, and why?",
    answer=_answer,
    summary=_summary,
    body=_body,
)
