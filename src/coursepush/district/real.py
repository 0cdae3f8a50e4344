"""A scenario becomes real: its edits as a plan of the district that it was made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from coursepush.errors import ScenarioError
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.plan.request import Request
from coursepush.scenario.edits import Edit
from coursepush.scenario.scenario import Scenario


def plan_real(
    scenario: Scenario, more: Sequence[Edit], then: Plan | Request | None, today: dt.date | None
) -> Plan:
    """See :meth:`coursepush.district.what_if.WhatIf.plan_setup`."""
    for number, one in enumerate(scenario.made, 1):
        if one.missed:
            raise ScenarioError(
                f"Edit {number} ({one.edit.words}) was not made: {one.missed} Take it back first: "
                f"take_back({number})."
            )
    with scenario.overlay.reading():  # it is still based on the district as it is
        own = scenario.overlay.scenario
    if isinstance(then, Plan) and then.scenario != own:
        raise ScenarioError(
            "What is to follow was planned elsewhere, or before the last edit. Plan it again in this scenario."
        )
    base = scenario.overlay.base
    with base.reading() as session:
        return plan_asked(
            base,
            session,
            "setup",
            edits=[*(one.edit for one in scenario.made), *more],
            then=then.request if isinstance(then, Plan) else then,
            today=today,
        )
