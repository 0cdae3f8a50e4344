"""How a forecast is made: the same computation on the setup as it stands and as the plan leaves it."""

from __future__ import annotations

import weakref

from coursepush.forecast.change_words import change_fill
from coursepush.forecast.forecast import Forecast
from coursepush.forecast.grades import work_not_loaded
from coursepush.forecast.sides import setup_by
from coursepush.forecast.steps import GradeSteps
from coursepush.plan.plan import Plan
from coursepush.store.database import Session, Store
from coursepush.store.layout import given_tables

_KEPT = ("section", "option", "cause", "move")
_BOTH_MARKED = (
    "b.percent_before is not null and b.percent_after is not null "
    "and b.passing_before is not null and b.passing_after is not null"
)


def make_forecast(plan: Plan) -> Forecast:
    """See :meth:`coursepush.plan.plan.Plan.forecast`."""
    of = f"plan {plan.id}"
    is_onward = plan.request.onward() is not None
    with plan.store.reading() as session:
        missing = work_not_loaded(session)
        if missing:
            return Forecast(plan.store, of, is_known=False, plan=plan, missing=missing, is_onward=is_onward)
        steps = setup_by(session, plan)
        return forecast_of(plan.store, session, steps, of, plan=plan, is_onward=is_onward)


def forecast_of(
    store: Store,
    session: Session,
    steps: GradeSteps,
    of: str,
    *,
    plan: Plan | None = None,
    is_onward: bool = False,
) -> Forecast:
    """The forecast of a setup that stands before and after in `steps`: see :class:`Forecast` for the rest."""
    prefix = steps.prefix
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
        store,
        of,
        is_known=True,
        plan=plan,
        missing=() if "posted_grade" in given_tables(session) else ("posted_grade",),
        is_onward=is_onward,
        not_computed=int(not_computed),
        _prefix=prefix,
        _sides=steps.sides,
    )
    weakref.finalize(found, store.forget, [f"{prefix}{name}" for name in _KEPT])
    return found
