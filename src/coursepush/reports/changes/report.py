"""Changes: how many rows a plan would write, or a push wrote, at each school and of each data type."""

from __future__ import annotations

import itertools

import polars as pl

from coursepush.errors import ForeignPlanError
from coursepush.plan.fates import WRITTEN_SQL, fate_of_text_sql
from coursepush.plan.plan import Plan
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.plan.text import plan_rows_sql
from coursepush.reports.filters import Given, resolve_filters
from coursepush.reports.reading import report_sql
from coursepush.reports.result.report import Applied, find_push, level_sql
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Store

_numbers = itertools.count(1)


def changes_frame(store: Store, push: int | Plan | Applied | None, given: Given) -> pl.DataFrame:
    """How many rows are written, by catalog, year, school, calendar, level, element, fate and verdict.

    Columns: those, and rows, courses, sections (how many different ones). One row a combination that there is,
    sorted as they stand there. Courses that are no longer in the district stand last, without names, unless a
    filter names courses in any way.

    Args:
        push: a plan, a push's number, its receipt, or None for the last push.

    Raises:
        RequestError: there is no such push, or a filter names something unknown.
        ForeignPlanError: the plan was made from another district.
    """
    if isinstance(push, Plan) and push.store is not store:
        raise ForeignPlanError("This plan was made from another district. Ask for its changes there.")
    prefix = f"changes{next(_numbers)}_"
    with store.reading() as session, as_hop_0_leaves(session, push):
        filters = resolve_filters(session, given)
        narrowed = any(one is not None for one in filters.courses.values())
        source = (
            plan_rows_sql(push.tables)
            if isinstance(push, Plan)
            else f"select *, {fate_of_text_sql()} as fate from {prefix}rows"
        )
        try:
            if not isinstance(push, Plan):
                session.run(
                    "rows of the push",
                    # one row a verdict row of the push
                    f"create temp table {prefix}rows as select * from push.history_row where push_id = $push_id",
                    {"push_id": find_push(session, push.push_id if isinstance(push, Applied) else push)},
                )
            session.run("scope_course", report_sql("scope_course").format(p=prefix), filters.courses)
            sql = report_sql("changes/report").format(
                p=prefix,
                source=source,
                course_join="join" if narrowed else "left join",
                written=WRITTEN_SQL,
                level=level_sql("r."),
                element_order=element_place_sql("element"),
            )
            values = {
                "level": filters.level,
                "elements": filters.elements,
                "teachers": filters.teachers,
                "sections": filters.sections,
            }
            return session.frame("changes", sql, values)
        finally:
            store.forget([f"{prefix}course", f"{prefix}rows"])
