"""Reading a saved plan back, if the district still is as it was then."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.apply.undo import UndoRequest, build_plan
from coursepush.errors import ForeignPlanError, StalePlanError
from coursepush.plan.plan import Plan
from coursepush.plan.request import CoursePush, MasterPush
from coursepush.plan.rules import RULES_VERSION
from coursepush.plan.saved import read_saved, saved_rows
from coursepush.store.database import Store

_REQUESTS: dict[str, Any] = {"master_push": MasterPush, "course_push": CoursePush, "undo": UndoRequest}


def load_saved(store: Store, path: str | os.PathLike[str]) -> Plan:
    """The plan saved in `path`, for the district in `store`; it keeps its id, so it is applied once.

    Raises:
        PlanError: the file is no saved plan, or was changed.
        ForeignPlanError: it was made for another district or under other rules.
        StalePlanError: the district has moved since; `error.moved` shows the rows then and now.
    """
    source = Path(path).expanduser()
    about, lines = read_saved(source)
    if about["rules_version"] != RULES_VERSION:
        raise ForeignPlanError(
            f"{source} was made under the rules of {about['rules_version']}, and these are the rules of "
            f"{RULES_VERSION}. Plan again."
        )
    told = about["request"]
    request = _REQUESTS[told["kind"]](**{key: _tupled(value) for key, value in told.items()})
    with store.reading() as session:
        if about["district_id"] != session.value("district", "select district_id from push.district"):
            raise ForeignPlanError(f"{source} was made for another district. Plan again here.")
        plan = build_plan(store, session, request)
    if plan.state != about["state"]:
        now = plan.rows()
        rows = saved_rows(lines, now.schema)
        gone = rows.join(now, on=now.columns, how="anti", nulls_equal=True)
        come = now.join(rows, on=now.columns, how="anti", nulls_equal=True)
        if gone.is_empty() and come.is_empty():
            what = "rows that stay the same are others than then"
        else:
            what = f"{gone.height:,} of its rows no longer hold and {come.height:,} are new"
        raise StalePlanError(
            f"The district has moved since {source} was saved: {what}. Plan again and save the new plan.",
            pl.concat(
                [
                    gone.select(pl.lit("was").alias("change"), *now.columns),
                    come.select(pl.lit("now").alias("change"), *now.columns),
                ]
            ),
        )
    plan.id = str(about["id"])
    return plan


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
