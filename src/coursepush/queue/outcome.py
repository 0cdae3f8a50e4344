"""What is left of a job beside the queue: its push's result as a page, or what moved as a file of rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from coursepush.errors import CoursepushError, MissingPackageError
from coursepush.queue.place import Place
from coursepush.queue.states import Job
from coursepush.reports.files import write_frame
from coursepush.reports.report import Report
from coursepush.reports.reports import Reports
from coursepush.store.database import Store


@dataclass(frozen=True, slots=True)
class Result:
    """Of a push that was written.

    Attributes:
        could_not: how many rows could not be pushed.
        answer: the report's, in a sentence or two.
        file: the report's, as the queue keeps it: in its folder by the name alone; empty where there is none.
        trouble: why there is none, as a sentence.
    """

    could_not: int = 0
    answer: str = ""
    file: str = ""
    trouble: str = ""


def keep_result(store: Store, place: Place, job: Job) -> Result:
    """Write the push's result ("Get the report") to a page; without what pages need, its rows to a CSV file.

    What goes wrong changes nothing of what was written, and is told.
    """
    try:
        report = Reports(store).push_result(job.push_id)
    except CoursepushError as error:
        return Result(
            trouble=f"Its report could not be made: {error} district.reports.push_result() makes it again."
        )
    could_not = report.frame.filter(pl.col("outcome") == "could_not").height
    try:
        return Result(could_not, report.answer, _written(report, place, job))
    except CoursepushError as error:
        return Result(could_not, report.answer, trouble=f"Its report could not be saved: {error}")


def _written(report: Report, place: Place, job: Job) -> str:
    name = f"push {job.push_id}, job {job.job_id}.html"
    folder = Path(job.report_folder) if job.report_folder else place.folder
    try:
        report.page(folder / name)
    except MissingPackageError:
        name = name.replace(".html", ".csv")
        report.save(folder / name)
    return str(folder / name) if job.report_folder else name


def keep_moved(place: Place, job: Job, moved: pl.DataFrame) -> str:
    """Write old and new verdicts of a plan that is stale to a CSV file; gives its name, or nothing."""
    if moved.is_empty():
        return ""
    name = f"job {job.job_id}, what moved.csv"
    try:
        write_frame(moved, place.folder / name)
    except CoursepushError:
        return ""
    return name
