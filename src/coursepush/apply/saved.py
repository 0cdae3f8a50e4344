"""Reading a saved plan back, if the district still is as it was then."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.apply.undo import UndoRequest, build_plan
from coursepush.errors import ForeignPlanError, PlanError, StalePlanError
from coursepush.plan.moved import what_moved
from coursepush.plan.plan import Plan
from coursepush.plan.request import CoursePush, LinkRequest, MasterPush
from coursepush.plan.rules import RULES_VERSION
from coursepush.plan.saved import read_saved, saved_rows
from coursepush.plan.state import STATE_VERSION
from coursepush.plan.text import ROW_COLUMNS
from coursepush.store.database import Session, Store

_REQUESTS: dict[str, Any] = {
    "master_push": MasterPush,
    "course_push": CoursePush,
    "links": LinkRequest,
    "undo": UndoRequest,
}


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
    request = request_of(about["request"])
    with store.reading() as session:
        if about["district_id"] != session.value("district", "select district_id from push.district"):
            raise ForeignPlanError(f"{source} was made for another district. Plan again here.")
        plan = build_plan(store, session, request)
    if not _still_holds(plan, about):
        now = plan.rows()
        rows = saved_rows(lines, now.schema)
        moved = what_moved(rows, now)
        if moved.only_ids:
            raise StalePlanError(f"Since {source} was saved, {moved.ids_sentence}, and save that.", moved.frame)
        if moved.frame.is_empty():
            what = "rows that stay the same are others than then"
        else:
            what = f"{moved.gone.height:,} of its rows no longer hold and {moved.come.height:,} are new"
        raise StalePlanError(
            f"The district has moved since {source} was saved: {what}. Plan again and save the new plan.",
            moved.frame,
        )
    plan.id = str(about["id"])
    return plan


def _still_holds(plan: Plan, about: dict[str, Any]) -> bool:
    """Whether the saved plan's list of verdicts is that of the same request planned now.

    One that was saved when the state was made otherwise is held to its digest, which is over all rows but `same`,
    and to how many rows were the same.
    """
    if about.get("state_version") == STATE_VERSION:
        return plan.state == about["state"]
    same = plan.counts().filter(verdict="same").select("hop", "element", "rows").rows()
    return plan.digest == about["digest"] and sorted(same) == sorted(map(tuple, about["same"]))


_IDS = ("course_id", "section_id", "row_id", "parent_row_id")
_ROW_SCHEMA = pl.Schema(
    {name: pl.Int32() if name == "hop" else pl.Int64() if name in _IDS else pl.String() for name in ROW_COLUMNS}
)


@dataclass(frozen=True, eq=False)
class SavedPlan:
    """What a saved plan's file says, whether or not the district still is as it was then.

    `rows` is ``plan.rows()``; `same` counts the rows that were the same already: hop, element, rows. `refresh_id`
    is the last refresh before it was saved, 0 where there was none.
    """

    id: str
    request: Any
    rows: pl.DataFrame
    same: pl.DataFrame
    refresh_id: int


def read_plan(session: Session, path: str | os.PathLike[str]) -> SavedPlan:
    """The plan saved in `path`, to be read and not to be applied: the district may have moved since.

    Raises:
        PlanError: the file is no saved plan, was changed, or is another version's.
        ForeignPlanError: it was made for another district.
    """
    source = Path(path).expanduser()
    about, lines = read_saved(source)
    if about.get("district_id") != session.value("district", "select district_id from push.district"):
        raise ForeignPlanError(f"{source} was made for another district. Name a plan of this one.")
    try:
        return SavedPlan(
            id=str(about["id"]),
            request=request_of(about["request"]),
            rows=saved_rows(lines, _ROW_SCHEMA),
            same=pl.DataFrame(about["same"], schema=_SAME_SCHEMA, orient="row"),
            refresh_id=int(about["refresh_id"]),
        )
    except (KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise PlanError(
            f"{source} was saved by another version of coursepush and cannot be read here ({error!r}). Plan again "
            "with this version and save the new plan."
        ) from error


_SAME_SCHEMA = {"hop": pl.Int32, "element": pl.String, "rows": pl.Int64}


def request_of(told: dict[str, Any]) -> Any:
    """The request from its JSON, as a saved plan and the history keep it."""
    return _REQUESTS[told["kind"]](**{key: _tupled(value) for key, value in told.items()})


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
