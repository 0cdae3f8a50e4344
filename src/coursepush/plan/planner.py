"""From a request to a plan: run the steps on the district, read-only, and keep the verdict rows."""

from __future__ import annotations

import datetime as dt
import itertools
import weakref
from collections.abc import Sequence

from coursepush.model.elements import field_label
from coursepush.model.tables import WORK_TABLES
from coursepush.plan.plan import Plan
from coursepush.plan.request import (
    CoursePush,
    MasterPush,
    Push,
    Scope,
    bound_ids,
    course_push_scope,
    day_of,
    master_push_scope,
)
from coursepush.plan.steps import PlanSteps, kept_tables, scope_statement
from coursepush.plan.text import counts_sql
from coursepush.plan.warnings import plan_warnings, unreached_warning
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history, last_refresh
from coursepush.store.work import work_is_kept

_numbers = itertools.count(1)


def next_prefix() -> str:
    """A prefix for one plan's tables that no other plan of this process has."""
    return f"p{next(_numbers)}_"


def make_plan(
    store: Store,
    session: Session,
    request: Push,
    today: dt.date | None = None,
    *,
    unreached: Sequence[str] = (),
) -> Plan:
    """Plan `request` in `session`, which may be one that reads or the one that is about to write.

    `unreached` is what the request named and does not reach.
    """
    today = day_of(today) or dt.date.today()
    prefix = next_prefix()
    unknown = unknown_work(session)
    scope = read_scope(session, request)
    steps = PlanSteps(
        prefix, request, scope, unknown, has_history=has_history(session), keeps_work=work_is_kept(session)
    )
    name, sql, needed = scope_statement(prefix, request)
    given = {key: getattr(request, key) for key in needed}
    session.run(name, sql, {key: bound_ids(one) if isinstance(one, tuple) else one for key, one in given.items()})
    run_scope(session, steps, getattr(request, "sections", None))
    session.run_all(steps.build())
    counts = session.frame("counts", counts_sql(prefix))
    unknown_rows = int(counts["unknown_use"].sum())
    counts = counts.drop("unknown_use")
    warnings = plan_warnings(session, prefix, request, scope, counts, today, unknown, unknown_rows)
    plan = Plan(
        store=store,
        prefix=prefix,
        request=request,
        scope=scope,
        district_id=str(session.value("district", "select district_id from push.district")),
        refresh_id=last_refresh(session),
        warnings=[*unreached_warning(unreached), *warnings],
        notes=_notes(scope),
        _counts=counts,
        unknown_use_rows=unknown_rows,
        stamp=store.stamp(),
        _remake=lambda session: make_plan(store, session, request, today),
    )
    kept = kept_tables(prefix)
    drop_working_tables(session, steps.made_tables(), kept)
    weakref.finalize(plan, store.forget, sorted(kept))
    return plan


def read_scope(session: Session, request: Push) -> Scope:
    """The locks as they are now, and what the request comes to under them."""
    catalog_id = request.catalog_id if isinstance(request, MasterPush) else None
    locks = session.rows(
        "locks", "select lock from catalog_lock where catalog_id = $catalog_id", {"catalog_id": catalog_id}
    )
    fields = session.rows("custom fields", "select distinct field from custom_field order by field")
    if isinstance(request, MasterPush):
        return master_push_scope(request, frozenset(row[0] for row in locks), [row[0] for row in fields])
    assert isinstance(request, CoursePush)
    return course_push_scope(request)


def unknown_work(session: Session) -> frozenset[str]:
    """The tables of students' work that were not loaded: use cannot be known from them."""
    given = session.rows("given tables", "select table_name from push.given_table where is_given")
    return frozenset(WORK_TABLES) - {row[0] for row in given}


def run_scope(session: Session, steps: PlanSteps, sections: Sequence[int] | None = None) -> None:
    """Make the tables of the courses and sections that the steps work on, of `scope_course`."""
    (courses, courses_sql), (scope_section, sections_sql) = steps.scope_statements()
    session.run(courses, courses_sql)
    session.run(scope_section, sections_sql, {"sections": bound_ids(sections)})


def drop_working_tables(session: Session, made: Sequence[str], keep: set[str]) -> None:
    """Drop the tables that planning made and does not keep."""
    for name in reversed(made):
        if name not in keep:
            session.run("drop", f"drop table if exists {name}")


def _notes(scope: Scope) -> list[str]:
    if not scope.unlocked_fields:
        return []
    fields = ", ".join(field_label(name) for name in scope.unlocked_fields)
    return [f"Course Info fields that are not locked, and so not pushed: {fields}."]
