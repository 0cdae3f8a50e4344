"""Changes: how many rows a plan would write, or a push wrote, at each school and of each data type."""

from __future__ import annotations

import polars as pl

from coursepush.errors import ForeignPlanError
from coursepush.plan.fates import WRITTEN_SQL, fate_of_text_sql
from coursepush.plan.plan import Plan
from coursepush.plan.text import plan_rows_sql
from coursepush.reports.filters import Given
from coursepush.reports.reading import reading
from coursepush.reports.result.report import Applied, level_sql, rows_of_push
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Store


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
    with reading(store, given, of=push) as found:
        if isinstance(push, Plan):
            source = plan_rows_sql(push.tables)
        else:
            rows_of_push(found, push)
            source = f"select *, {fate_of_text_sql()} as fate from {found.prefix}rows"
        return found.frame(
            "changes/report",
            found.filters.of_rows,
            source=source,
            course_join="join" if found.filters.by_course else "left join",
            written=WRITTEN_SQL,
            level=level_sql("r."),
            element_order=element_place_sql("element"),
        )
