"""How a forecast is made: the same computation on the setup as it stands and as the plan leaves it."""

from __future__ import annotations

import weakref
from collections.abc import Callable

from coursepush.errors import StalePlanError
from coursepush.forecast.change_words import change_fill
from coursepush.forecast.forecast import Forecast
from coursepush.forecast.grades import next_prefix, work_not_loaded
from coursepush.forecast.steps import GradeSteps, Side, standing
from coursepush.model.verdicts import WRITING
from coursepush.plan.after import rows_after_sql
from coursepush.plan.door import plan_request
from coursepush.plan.moved import what_moved
from coursepush.plan.plan import Plan
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import all_rows_sql
from coursepush.store.database import Session
from coursepush.store.templates import template

_ELEMENTS = ("categories", "grade_calc_options", "composite_grades")
"""What grades rest on; the rest of a section's setup leaves them alone."""

_KEPT = ("section", "cause", "move")
_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)
_BOTH_MARKED = (
    "b.percent_before is not null and b.percent_after is not null "
    "and b.passing_before is not null and b.passing_after is not null"
)


def make_forecast(plan: Plan) -> Forecast:
    """See :meth:`coursepush.plan.plan.Plan.forecast`."""
    with plan.store.reading() as session:
        missing = work_not_loaded(session)
        onward = plan.request.onward()
        if missing:
            return Forecast(plan, is_known=False, missing=missing, is_onward=onward is not None)
        written = _as_it_stands(plan, session) if onward is None else plan_request(plan.store, session, onward)
        prefix = next_prefix()
        sides = (Side("before", standing), Side("after", _left_by(written)))
        steps = GradeSteps(session, prefix, sides)
        steps.setup(_written_sections(written.tables))
        steps.run("change", **change_fill())
        steps.run("cause")
        steps.run("asked_changed")
        steps.grades()
        steps.run("move", both_marked=_BOTH_MARKED)
        not_computed = session.value(
            "not computed",
            f"select count(distinct (section_id, task_id, term_seq)) from {prefix}node "
            "where is_asked and calc_type <> 'in_progress'",
        )
        steps.drop(*_KEPT)
        found = Forecast(
            plan,
            is_known=True,
            missing=() if _is_given(session, "posted_grade") else ("posted_grade",),
            is_onward=onward is not None,
            not_computed=int(not_computed),
            _prefix=prefix,
            _sides=sides,
        )
        weakref.finalize(found, plan.store.forget, [f"{prefix}{name}" for name in _KEPT])
        return found


def _as_it_stands(plan: Plan, session: Session) -> Plan:
    """The plan, whose tables speak of the district as it was: it has to be as it was."""
    if plan.stamp is not None and plan.stamp == plan.store.stamp():
        return plan
    again = plan.made_again(session)
    if again.state != plan.state:
        was, now = (session.frame("verdicts", all_rows_sql(one.tables)) for one in (plan, again))
        raise StalePlanError(
            "The district has moved since this plan was made, so that it cannot be said what the plan would do to "
            "grades. Look at error.moved, and plan again.",
            what_moved(was, now).frame,
        )
    return again


def _left_by(plan: Plan) -> Callable[[str, str], str]:
    """The rows of a setup table as the plan leaves them; as long as somebody has this, the plan has its tables."""

    def rows(table: str, prefix: str) -> str:
        owners = f"(select section_id as owner_id from {prefix}section)"
        return rows_after_sql(plan.tables, table, owners=owners)

    return rows


def _written_sections(tables: PlanTables) -> str:
    selects = [
        f"select owner_id from {one.rows} where verdict in ({_WRITING})"
        for one in tables.judged(2)
        if one.element.name in _ELEMENTS
    ]
    return template("coursepush.forecast", "written_section").format_map(
        {"selects": "\n        union all\n        ".join(selects)}
    )


def _is_given(session: Session, table: str) -> bool:
    return bool(
        session.value("given", "select is_given from push.given_table where table_name = $name", {"name": table})
    )


Plan.forecaster = make_forecast
