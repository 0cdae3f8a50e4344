"""Planning setup itself: the edits made on copies, what they change, and the push that follows on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from coursepush.errors import StoreError
from coursepush.plan.made import Made
from coursepush.plan.request import Request
from coursepush.plan.requests.setup import SetupRequest
from coursepush.plan.setup.edits import known_edits
from coursepush.plan.setup.sound import check_sound
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.plan.setup.steps import ids_before_step, setup_step
from coursepush.plan.step import Step, run_steps
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import read_counts
from coursepush.store.database import Session

PlanOfThen = Callable[[Session, PlanTables, Request, dt.date], Made]
"""Plans what follows, by its kind."""


def plan_setup(
    session: Session, tables: PlanTables, request: SetupRequest, today: dt.date, plan_then: PlanOfThen
) -> Made:
    """Plan the edits of `request`, and what follows on the district as they leave it."""
    copied = known_edits().make(session, request.edits)
    try:
        for table in copied:
            left = f"{tables.prefix}left_{table}"
            session.run(f"left {table}", f"alter table temp.main.{table} rename to {left}")
            tables.left[table] = left
        check_sound(session, tables)
        made = run_steps(session, [setup_step(tables), ids_before_step(tables)])
        if request.then is None:
            made |= run_steps(session, _nothing_follows(tables))
            counts = read_counts(session, tables.knowing(made)).drop("unknown_use")
            found = Made(tables=made, counts=counts, warnings=[])
        else:
            with as_hop_0_leaves(session, tables):
                found = plan_then(session, tables, request.then, today)
            found = replace(found, tables={**made, **found.tables})
    except BaseException:
        for table in copied:
            with suppress(StoreError):  # a failed statement has ended the transaction, and the tables with it
                session.run("drop", f"drop table if exists temp.main.{tables.prefix}left_{table}")
        raise
    return found


def _nothing_follows(tables: PlanTables) -> list[Step]:
    """The tables of both hops, empty."""
    there = {tables.setup, *tables.left.values()}
    kept = {name: columns for name, columns in tables.columns().items() if name not in there}
    return [Step(name.removeprefix(tables.prefix), name, columns=columns) for name, columns in kept.items()]
