"""Planning a push: run the steps on the district, read-only, and tell what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl

from coursepush.model.elements import field_label
from coursepush.plan.in_use import tables_with_rows
from coursepush.plan.made import Made
from coursepush.plan.request import Scope
from coursepush.plan.requests.course_push import CoursePush
from coursepush.plan.requests.master_push import MasterPush
from coursepush.plan.step import Step
from coursepush.plan.steps import PlanSteps, Push
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import read_counts
from coursepush.plan.use import unknown_work
from coursepush.plan.warnings import PlanWarning, masters_warnings, plan_warnings
from coursepush.store.database import Session
from coursepush.store.layout import has_history
from coursepush.store.work import work_is_kept


def plan_master_push(session: Session, tables: PlanTables, request: MasterPush, today: dt.date) -> Made:
    """Plan a push of course masters to courses, and on to sections if that was asked for."""
    return _plan_push(session, tables, request, today, partial(masters_warnings, session, tables, request))


def plan_course_push(session: Session, tables: PlanTables, request: CoursePush, today: dt.date) -> Made:
    """Plan a push of courses to their sections."""
    return _plan_push(session, tables, request, today, lambda scope, counts, today: [])


def _plan_push(
    session: Session,
    tables: PlanTables,
    request: Push,
    today: dt.date,
    of_its_kind: Callable[[Scope, pl.DataFrame, dt.date], list[PlanWarning]],
) -> Made:
    unknown = unknown_work(session)
    scope = request.read_scope(session)
    steps = PlanSteps(
        tables,
        request,
        scope,
        unknown,
        has_history=has_history(session),
        keeps_work=work_is_kept(session),
        in_use=tables_with_rows(session),
    )
    courses = scope_step(tables, *request.courses_sql())
    made = steps.run(session, [courses], steps.scope_steps(), steps.build())
    counts = read_counts(session, tables.knowing(made))
    unknown_rows = int(counts["unknown_use"].sum())
    counts = counts.drop("unknown_use")
    pushed = counts.filter(pl.col("hop") > 0)  # of setup before it, the push says nothing
    own = of_its_kind(scope, pushed, today)
    return Made(
        tables=made,
        counts=counts,
        warnings=plan_warnings(session, tables, request, scope, pushed, today, unknown, unknown_rows, own),
        notes=_notes(scope),
        scope=scope,
        unknown_use_rows=unknown_rows,
    )


def scope_step(tables: PlanTables, courses: str, values: dict[str, Any] | None) -> Step:
    """The step that makes `scope_course`, of a query such as a request has of its courses."""
    return Step("scope_course", f"{tables.prefix}scope_course", courses, values)


def _notes(scope: Scope) -> list[str]:
    if not scope.unlocked_fields:
        return []
    fields = ", ".join(field_label(name) for name in scope.unlocked_fields)
    return [f"Course Info fields that are not locked, and so not pushed: {fields}."]
