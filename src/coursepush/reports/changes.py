"""Changes: how many rows a plan would write, or a push wrote, at each school and of each data type."""

from __future__ import annotations

import itertools

import polars as pl

from coursepush.errors import ForeignPlanError
from coursepush.plan.plan import Plan
from coursepush.plan.text import plan_rows_sql
from coursepush.reports.filters import EVERY_COURSE
from coursepush.reports.push_result import WRITTEN_SQL, Applied, find_push
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Store
from coursepush.store.templates import template

_HERE = "coursepush.reports"
_numbers = itertools.count(1)


def changes_frame(store: Store, push: int | Plan | Applied | None) -> pl.DataFrame:
    """How many rows are written, by catalog, year, school, calendar, level, element and verdict.

    Columns: those, and rows, courses, sections (how many different ones). One row a combination that there is,
    sorted as they stand there; courses that are no longer in the district are left out.

    Args:
        push: a plan, a push's number, its receipt, or None for the last push.

    Raises:
        RequestError: there is no such push.
        ForeignPlanError: the plan was made from another district.
    """
    if isinstance(push, Plan) and push.store is not store:
        raise ForeignPlanError("This plan was made from another district. Ask for its changes there.")
    prefix = f"changes{next(_numbers)}_"
    with store.reading() as session:
        if isinstance(push, Plan):
            source = plan_rows_sql(push.prefix)
        else:
            push_id = find_push(session, push.push_id if isinstance(push, Applied) else push)
            source = f"select * from push.history_row where push_id = {push_id}"
        try:
            session.run("scope_course", template(_HERE, "scope_course").format(p=prefix), EVERY_COURSE)
            sql = template(_HERE, "changes").format(
                p=prefix, source=source, written=WRITTEN_SQL, element_order=element_place_sql("element")
            )
            return session.frame("changes", sql)
        finally:
            store.forget([f"{prefix}course"])
