"""The steps of a push on courses that the caller chose, as things stand, without a plan made of it.

A locked push of course masters treats a course alike whatever other courses it reaches, numbers aside, and so
does a push of courses (RULES.md 7, law 4). So one run of the steps judges the courses of many years,
schools and calendars; only a catalog's locks tell one run from the next.

The caller gives the courses as a query (columns: :meth:`coursepush.plan.request.Request.courses_sql`), reads the
tables, and drops those that were made. Course numbers are judged within what is in scope: courses whose numbers
may collide belong in it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coursepush.model.elements import MASTER_PUSH_DATA
from coursepush.plan.planner import scope_step
from coursepush.plan.requests.course_push import CoursePush
from coursepush.plan.requests.master_push import MasterPush
from coursepush.plan.step import run_steps
from coursepush.plan.steps import PlanSteps, Push
from coursepush.plan.tables import PlanTables
from coursepush.store.database import Session
from coursepush.store.work import work_is_kept

_NO_YEAR, _NO_CALENDAR = 0, 0


def run_locked_push(
    session: Session,
    tables: PlanTables,
    courses: str,
    catalog_id: int,
    unknown_work: frozenset[str],
    *,
    data: Sequence[str] = MASTER_PUSH_DATA,
) -> list[str]:
    """Judge `courses`, all of that catalog, as a locked push to courses would.

    Blanks are pushed, hop 2 is left out. Gives the names of all the tables that were made.
    """
    request = MasterPush(catalog_id, _NO_YEAR, data=tuple(data))
    return _run(session, tables, courses, {"catalog_id": catalog_id}, request, unknown_work, last_hop=1)


def run_course_push(session: Session, tables: PlanTables, courses: str, unknown_work: frozenset[str]) -> list[str]:
    """Judge all sections of `courses` as Push All Courses would, categories not overwritten; gives the same."""
    request = CoursePush(_NO_CALENDAR)
    return _run(session, tables, courses, None, request, unknown_work, last_hop=2)


def _run(
    session: Session,
    tables: PlanTables,
    courses: str,
    values: dict[str, Any] | None,
    request: Push,
    unknown_work: frozenset[str],
    *,
    last_hop: int,
) -> list[str]:
    keeps_work, scope = work_is_kept(session), request.read_scope(session)
    steps = PlanSteps(tables, request, scope, unknown_work, has_history=False, keeps_work=keeps_work)
    in_scope = scope_step(tables, courses, values)
    return run_steps(session, [in_scope, *steps.scope_steps(), *steps.build(last_hop=last_hop)])
