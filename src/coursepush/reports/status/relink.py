"""Relinking courses whose links to their course master are broken: an overwrite push of just these courses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from coursepush.errors import RequestError, counted, examples
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.plan.request import school_year
from coursepush.reports.audit.differences import chosen_statuses
from coursepush.reports.reading import report_sql
from coursepush.reports.report import Report
from coursepush.store.database import Session, Store


@dataclass(frozen=True, eq=False, repr=False)
class CourseStatus(Report):
    """A Course Status report, from which its courses can be relinked."""

    store: Store | None = field(default=None, repr=False)

    def relink(
        self,
        *,
        status: str | Sequence[str] | None = "desynced",
        data: Sequence[str] | None = None,
        to_sections: bool = False,
        today: dt.date | None = None,
        assume_unused: bool = False,
    ) -> Plan:
        """Plan an overwrite push of just the report's courses: a plan like any other. Writes nothing.

        Args:
            status: only courses of that status, or of several; None for all courses of the report.
            data, to_sections, today, assume_unused: as of ``district.plan_master_push``.

        Raises:
            RequestError: no course of the report has that status, or they are of more than one catalog or year.

        >>> status = district.reports.course_status(catalog="High School", year=2027)
        >>> status.relink(data=["categories"]).writes
        22
        """
        assert self.store is not None
        statuses = chosen_statuses(status)
        courses = self.frame if statuses is None else self.frame.filter(pl.col("status").is_in(statuses))
        return relink_plan(
            self.store, courses, data=data, to_sections=to_sections, today=today, assume_unused=assume_unused
        )


def relink_plan(
    store: Store,
    courses: pl.DataFrame,
    *,
    data: Sequence[str] | None = None,
    to_sections: bool = False,
    today: dt.date | None = None,
    assume_unused: bool = False,
) -> Plan:
    """Plan an overwrite push of just these courses, which sets their broken links right. Writes nothing.

    Courses that are marked Ignore Master Push, or whose course master is inactive, stay in: the plan's verdicts
    say that nothing is pushed to them. What the course master has nothing like is removed; where students' work
    uses it, it stays, and stays desynced.

    Args:
        courses: rows of a Course Status report; `course_id` is read.
        data, to_sections, today, assume_unused: as of Push All Course Masters. Summer calendars are reached, too.

    Raises:
        RequestError: there are no courses, they are of more than one course catalog or year, some are no longer in
            the district, or no push reaches any of them.
    """
    ids = courses["course_id"].drop_nulls().unique().sort().to_list()
    if not ids:
        raise RequestError(
            "There is no course to relink: no row was chosen. Run Course Status with wider filters; if it shows "
            "no desynced course, there is nothing to do."
        )
    with store.reading() as session:
        catalog_id, year, calendars = _place_of(session, ids)
        return plan_asked(
            store,
            session,
            "master_push",
            catalog=catalog_id,
            year=year,
            mode="overwrite",
            to_sections=to_sections,
            calendars=calendars,
            courses=ids,
            data=data,
            assume_unused=assume_unused,
            today=today,
        )


def _place_of(session: Session, ids: list[int]) -> tuple[int, int, list[int]]:
    """The one catalog and year of these courses, and their calendars that a push of the catalog reaches."""
    places = session.frame("courses to relink", report_sql("status/relink_place"), {"courses": ids})
    gone = len(ids) - int(places["courses"].sum())
    if gone:
        raise RequestError(
            f"{counted(gone, 'course')} of the {len(ids):,} to relink {'is' if gone == 1 else 'are'} no longer in "
            "the district, or no longer linked to a course master. Run Course Status again, then relink."
        )
    kinds = places.group_by("catalog_id", "catalog", "year").agg(pl.col("courses").sum()).sort("catalog", "year")
    if kinds.height > 1:
        _, catalog, year, _ = kinds.row(0)
        each = [
            f"{catalog} {school_year(year)} ({counted(courses, 'course')})"
            for _, catalog, year, courses in kinds.rows()
        ]
        raise RequestError(
            "A relink is a push of one course catalog in one year, and these courses are of "
            f"{kinds.height}: {examples(each)}. Narrow the report to one of them, for instance with "
            f"catalog={catalog!r}, year={year}, and relink one after the other."
        )
    catalog_id, catalog, year, _ = kinds.row(0)
    reached = places.filter("is_reached")["calendar_id"].sort().to_list()
    if not reached:
        schools = places["school"].unique().sort().to_list()
        raise RequestError(
            f"No push reaches these courses: {catalog} is not the course catalog of {examples(schools)} in "
            f"{school_year(year)}. Give the school this catalog for the year, or link its courses to course "
            "masters of its own catalog."
        )
    return int(catalog_id), int(year), reached
