"""The Batch Queue List as an HTML table: one line a job, the newest first, under the words of the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from coursepush.errors import counted
from coursepush.queue.listing import HEADINGS
from coursepush.queue.states import DONE, WAITING, Job, Status
from coursepush.queue.times import local_words
from coursepush.queue.words import LIST_WORDS
from coursepush.widgets.look import muted

MOST_JOBS = 50
"""So many jobs that came to their end are listed; what waits and runs is listed whole."""

_FIRST = ("job", "status", "started", "finished", "submitted_by", "approvals")
_HEADS = {name: HEADINGS[name] for name in (*_FIRST, *(one for one in HEADINGS if one not in (*_FIRST, "report")))}
"""What changes stands first; what was asked for follows."""


def listed(jobs: Sequence[Job]) -> list[Job]:
    """The jobs that the list shows, the newest first."""
    ended = [job.job_id for job in jobs if job.status not in WAITING][-MOST_JOBS:]
    return [job for job in reversed(jobs) if job.status in WAITING or job.job_id in set(ended)]


def jobs_html(jobs: Sequence[Job], approved: Mapping[str, str], chosen: int | None = None) -> str:
    """The table; `approved`: digest → who approved that plan so far, of jobs that wait."""
    if not jobs:
        return muted("Nothing is in the queue.")
    shown = listed(jobs)
    heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in _HEADS.values())
    lines = "".join(_line(job, approved, is_chosen=job.job_id == chosen) for job in shown)
    left = len(jobs) - len(shown)
    rest = muted(f"{counted(left, 'older job')} not listed here: district.queue.list()") if left else ""
    return (
        "<div class='cpp-queue' tabindex='0' role='region' aria-label='Batch Queue List'><table><thead>"
        f"<tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>{rest}"
    )


def _line(job: Job, approved: Mapping[str, str], *, is_chosen: bool) -> str:
    cells = {
        "queued_time": local_words(job.queued_at),
        **{name: job.words.get(name, "") for name in LIST_WORDS},
        "started": local_words(job.started_at),
        "finished": local_words(job.finished_at),
        "submitted_by": job.submitted_by,
        "approvals": job.approved_by or approved.get(job.digest, ""),
    }
    made = {name: escape(text) for name, text in cells.items()}
    made["status"] = f"<b>{escape(job.status)}</b>{_beside(job)}"
    tds = "".join(f"<td class='cpp-{name}'>{made[name]}</td>" for name in _HEADS if name != "job")
    mark = " class='cpp-chosen'" if is_chosen else ""
    return f'<tr{mark}><th scope="row">{job.job_id}</th>{tds}</tr>'


def _beside(job: Job) -> str:
    """What stands under the status: when it is to run, what it wrote."""
    if job.status == Status.QUEUED:
        high = ", high priority" if job.priority else ""
        return f"<small>to run at {escape(local_words(job.run_at))}{high}</small>"
    if job.status in DONE:
        pushed = f"push {job.push_id}: " if job.push_id is not None else ""
        more = f", {job.could_not:,} could not be pushed" if job.could_not else ""
        return f"<small>{pushed}{counted(job.rows or 0, 'row')} written{more}</small>"
    return ""


def job_html(job: Job) -> str:
    """What is said of one job below the list: what came of it, what to do next, who was told, its files."""
    said = [
        job.note,
        job.time_note,
        f"Comment: “{job.comment}”" if job.comment else "",
        job.told or "",
        "Keep Until I Delete: its files stay." if job.keep else "",
        "" if job.report_path is None else f"Its report is the file {job.report_path}",
    ]
    lines = "".join(f"<div>{escape(one)}</div>" for one in said if one)
    return f"<div><b>{escape(job.headline)}</b>{lines}</div>"
