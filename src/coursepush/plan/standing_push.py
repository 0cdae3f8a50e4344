"""The steps of a push on courses that the caller chose, as things stand, without a plan made of it.

A locked push of course masters treats a course alike whatever other courses it reaches, numbers aside, and so
does a push of courses (RULES.md 7, law 4). So one run of the steps judges the courses of many years,
schools and calendars; only a catalog's locks tell one run from the next.

The caller makes `{prefix}scope_course` with the columns that :func:`coursepush.plan.steps.scope_statement` gives
it, and reads the verdict and change tables of that prefix. Course numbers are judged within what is in scope:
courses whose numbers may collide belong in it too.
"""

from __future__ import annotations

from collections.abc import Sequence

from coursepush.model.elements import COURSE_PUSH_DATA, MASTER_PUSH_DATA
from coursepush.plan.planner import read_scope, run_scope
from coursepush.plan.request import CoursePush, MasterPush
from coursepush.plan.steps import PlanSteps
from coursepush.store.database import Session
from coursepush.store.work import work_is_kept

_NO_YEAR, _NO_CALENDAR = 0, 0


def run_locked_push(
    session: Session,
    prefix: str,
    catalog_id: int,
    unknown_work: frozenset[str],
    *,
    data: Sequence[str] = MASTER_PUSH_DATA,
) -> PlanSteps:
    """Judge the courses of `{prefix}scope_course`, all of that catalog, as a locked push to courses would.

    Blanks are pushed, hop 2 is left out. Gives the steps that ran; their `made_tables` tell what to drop.
    """
    request = MasterPush(
        catalog_id=catalog_id,
        year=_NO_YEAR,
        mode="locked",
        to_sections=False,
        all_calendars=True,
        calendars=(),
        masters=None,
        courses=None,
        data=tuple(data),
        blanks="push",
        release="current",
        assume_unused=False,
    )
    steps = PlanSteps(
        prefix,
        request,
        read_scope(session, request),
        unknown_work,
        has_history=False,
        keeps_work=work_is_kept(session),
    )
    run_scope(session, steps)
    session.run_all(steps.build(last_hop=1))
    return steps


def run_course_push(session: Session, prefix: str, unknown_work: frozenset[str]) -> PlanSteps:
    """Judge all sections of the courses of `{prefix}scope_course` as Push All Courses would, categories not
    overwritten. Gives the steps that ran."""
    request = CoursePush(
        calendar_id=_NO_CALENDAR,
        courses=None,
        sections=None,
        data=COURSE_PUSH_DATA,
        overwrite_categories=False,
        assume_unused=False,
    )
    steps = PlanSteps(
        prefix,
        request,
        read_scope(session, request),
        unknown_work,
        has_history=False,
        keeps_work=work_is_kept(session),
    )
    run_scope(session, steps)
    session.run_all(steps.build())
    return steps
