"""Reading a saved plan back, if the district still is as it was then, and the file says what it was signed with.

A checksum is no lock: whoever changes a file can make its seal and digest anew. So nothing is taken from it but
the request; that is planned again, and the file has to say what comes of it. What the request permits
(`assume_unused`, `partial`) is shown, and asked for again when the plan is applied.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from coursepush.apply.saved_rows import rows_of
from coursepush.errors import ForeignPlanError, PermissionNeededError, PlanError, RequestError, StalePlanError
from coursepush.plan.door import plan_again
from coursepush.plan.moved import what_moved
from coursepush.plan.plan import Plan
from coursepush.plan.request import Request
from coursepush.plan.requests.form import Unfit
from coursepush.plan.requests.registry import is_still_asked, request_of
from coursepush.plan.rules import RULES_VERSION
from coursepush.plan.saved_file import SavedFile, read_saved, unfit
from coursepush.plan.state import STATE_VERSION
from coursepush.plan.warnings import PlanWarning
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history, last_refresh


def load_saved(store: Store, path: str | os.PathLike[str]) -> Plan:
    """The plan saved in `path`, for the district in `store`; it keeps its id, so it is applied once.

    Raises:
        PlanError: the file is no saved plan, or was changed.
        ForeignPlanError: it was made for another district or under other rules.
        StalePlanError: the district has moved since; `error.moved` shows the rows then and now.
    """
    source = Path(path).expanduser()
    file = read_saved(source)
    if file.rules_version != RULES_VERSION:
        raise ForeignPlanError(
            f"{source} was made under the rules of {file.rules_version}, and these are the rules of "
            f"{RULES_VERSION}. Plan again."
        )
    with store.reading() as session:
        saved = _read(session, file, "Plan again here.")
        plan = plan_again(store, session, saved.request)
        _refuse_others(plan, file, saved)
        try:
            is_same = is_still_asked(session, saved.request)
        except RequestError as error:
            raise PlanError(f"{source} asks for what is not in this district. {error} Plan again.") from error
    if not is_same:
        raise StalePlanError(
            f"The district has moved since {source} was saved: what was asked for now means something else. Plan "
            "again and save the new plan.",
            plan.rows().clear().select(pl.lit("was").alias("change"), pl.all()),
        )
    plan.id = file.id
    plan.seals.add(file.seal)
    if file.made_at is not None and file.made_by is not None:  # else whoever reads it counts as who made it
        plan.made_at, plan.made_by, plan.author = file.made_at, file.made_by, file.author
    plan.asks_for = plan.request.permissions
    if plan.asks_for:
        plan.warnings.insert(0, _asks_for(plan.asks_for))
    return plan


def _refuse_others(plan: Plan, file: SavedFile, saved: HeldPlan) -> None:
    """Raise unless `plan`, the saved request planned now, is what the file says, to the last row and count.

    The state is compared where it is told as it was then.
    """
    told = plan.counts().filter(verdict="same").select("hop", "element", "rows", "reason", "link").rows()
    width = len(file.same[0]) if file.same else 0
    is_state_known = file.state_version == STATE_VERSION
    if plan.digest == file.digest and sorted(map(str, file.same)) == sorted(str(one[:width]) for one in told):
        if not is_state_known or plan.state == file.state:
            return
    elif is_state_known and plan.state == file.state:
        raise PlanError(
            f"{file.path} was changed after it was saved: the district is as it was then, and the request gives "
            "other rows or counts than the file shows. Plan again and save the new plan."
        )
    moved = what_moved(saved.rows, plan.rows())
    if moved.only_ids:
        raise StalePlanError(f"Since {file.path} was saved, {moved.ids_sentence}, and save that.", moved.frame)
    if moved.frame.is_empty():
        what = "rows that stay the same are others than then"
    else:
        what = f"{moved.gone.height:,} of its rows no longer hold and {moved.come.height:,} are new"
    raise StalePlanError(
        f"The district has moved since {file.path} was saved: {what}. Plan again and save the new plan.",
        moved.frame,
    )


# -- permissions ---------------------------------------------------------------------------------------

_MEANING = {
    "assume_unused": "to remove or replace setup although it is not known whether students' work uses it",
    "partial": "to take back only a part of a push",
}


def check_permitted(plan: Plan, given: Collection[str]) -> None:
    """Make sure that who applies a plan from a file gives what its request permits, and permits nothing else.

    Raises:
        PermissionNeededError: something that the file asks for is not given.
        RequestError: something is given that the plan was not made with.
    """
    check_permissions(plan.request, plan.asks_for, given)


def check_permissions(request: Request, asks_for: Collection[str], given: Collection[str]) -> None:
    """The same of a request, and of what a file asks for."""
    missing = [name for name in asks_for if name not in given]
    if missing:
        raise PermissionNeededError(f"{_asks_for(missing)} Nothing was written.", tuple(missing))
    for name in given:
        if name not in request.permissions:
            raise RequestError(
                f"This plan was not made with {name}=True, so it cannot be applied with it. Leave it out, or plan "
                "again with it."
            )


def _asks_for(names: Collection[str]) -> PlanWarning:
    asked = " and ".join(_MEANING[name] for name in names)
    given = ", ".join(f"{name}=True" for name in names)
    return PlanWarning(
        "asks_for",
        f"This plan comes from a file, and asks {asked}. A file cannot permit that: if it is right, give it again "
        f"where the plan is applied ({given}).",
    )


# -- a plan to be read ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class HeldPlan:
    """What a saved plan's file says, held to the district, whether or not the district still is as it was then.

    `rows` is ``plan.rows()``; `same` counts the rows that were the same already: hop, element, rows. `refresh_id`
    is the last refresh before it was saved, 0 where there was none.
    """

    id: str
    request: Request
    rows: pl.DataFrame
    same: pl.DataFrame
    refresh_id: int


def read_held(session: Session, path: str | os.PathLike[str]) -> HeldPlan:
    """The plan saved in `path`, to be read and not to be applied: the district may have moved since.

    Raises:
        PlanError: the file is no saved plan, was changed, or is another version's.
        ForeignPlanError: it was made for another district.
    """
    return _read(session, read_saved(Path(path).expanduser()), "Name a plan of this one.")


def _read(session: Session, file: SavedFile, cure: str) -> HeldPlan:
    """What the file says, held to its digest and to what the district knows of it."""
    if file.district_id != session.value("district", "select district_id from push.district"):
        raise ForeignPlanError(f"{file.path} was made for another district. {cure}")
    try:
        request = request_of(file.request)
        rows = rows_of(session, file, request)
        last = last_refresh(session)
        if file.refresh_id > last:
            raise Unfit(f"it was saved after refresh {file.refresh_id:,}, and this district has had {last:,}")
    except Unfit as error:
        raise unfit(file.path, error) from error
    _refuse_another_push(session, file)
    same = pl.DataFrame([one[:3] for one in file.same], schema=_SAME_SCHEMA, orient="row")
    return HeldPlan(file.id, request, rows, same, file.refresh_id)


def _refuse_another_push(session: Session, file: SavedFile) -> None:
    """A plan that was applied under this id had this digest, or the file is another plan's."""
    if not has_history(session):
        return
    pushes = session.rows(
        "push of the saved plan",
        # one row at most
        "select push_id, digest from push.history where plan_id = $plan_id",
        {"plan_id": file.id},
    )
    for push_id, digest in pushes:
        if digest != file.digest:
            raise PlanError(
                f"{file.path} was changed after it was saved: it has the id of push {push_id}'s plan, and that "
                "was another one. Plan again and save the new plan."
            )


_SAME_SCHEMA = {"hop": pl.Int32, "element": pl.String, "rows": pl.Int64}
