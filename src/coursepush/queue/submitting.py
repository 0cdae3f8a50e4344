"""What is submitted becomes a job: a plan, a saved plan's file, or a request that is planned when its time comes.

A saved plan or a file is taken without the district, which may be locked just then. What can be known at once is
said at once; the rest is found out when the job is run.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursepush.apply.approval.approvals import comment_given
from coursepush.apply.approval.kept import approvals_in_force
from coursepush.apply.saved import check_permissions, check_permitted
from coursepush.apply.saved_alone import read_alone
from coursepush.errors import DistrictBusyError, ForeignPlanError, RequestError, UsedPlanError
from coursepush.files import Kind, new_file
from coursepush.plan.of_district import check_of_district
from coursepush.plan.plan import Plan
from coursepush.plan.request import Request, request_text
from coursepush.plan.saved import name_of_person
from coursepush.queue.place import Place
from coursepush.queue.states import PRIORITIES
from coursepush.queue.words import list_words, names_of
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history
from coursepush.store.owner import user_name


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a job is of, as it is kept."""

    request: Request
    plan_id: str
    district_id: str
    digest: str
    words: dict[str, str]
    permitted: tuple[str, ...]
    author: str
    is_planned: bool


def take_in(
    store: Store, place: Place, given: Any, key: str, permitted: Collection[str], by: str | None
) -> Submitted:
    """Look at what is submitted, and keep its plan's file in the queue's folder.

    Raises:
        RequestError: it is none of these.
        PlanError: a file is no saved plan; PermissionNeededError: it asks for what is not given.
        ForeignPlanError, UsedPlanError: as far as that is known now.
    """
    if isinstance(given, Plan):
        return _of_plan(store, place, given, key, permitted, by)
    if isinstance(given, Request):
        return _of_request(store, given, permitted, by)
    path = given if isinstance(given, (str, os.PathLike)) else getattr(given, "path", None)
    if path is None:
        raise RequestError(
            "Submit a plan, the file of a saved one, or a request (district.queue.request(...)), not "
            f"{given!r:.60}."
        )
    return _of_file(store, place, Path(path).expanduser(), key, permitted)


def plan_file(key: str) -> str:
    return f"{key}.cpush"


def _of_plan(
    store: Store, place: Place, plan: Plan, key: str, permitted: Collection[str], by: str | None
) -> Submitted:
    check_of_district(plan, "submitted to the batch queue")
    check_permitted(plan, permitted or (() if plan.asks_for else plan.request.permissions))
    with plan.store.reading() as session:
        words = list_words(session, plan.request)
    _check(store, plan.district_id, plan.id)
    place.jobs.make()
    plan.save(place.folder / plan_file(key), by=by)
    own = plan.request.permissions
    return Submitted(plan.request, plan.id, plan.district_id, plan.digest, words, own, plan.author, True)


def _of_request(store: Store, request: Request, permitted: Collection[str], by: str | None) -> Submitted:
    check_permissions(request, (), permitted)
    with store.reading() as session:
        words = list_words(session, request)
        district_id = str(session.value("district", "select district_id from push.district"))
    return Submitted(request, uuid.uuid4().hex[:12], district_id, "", words, request.permissions, by or "", False)


def _of_file(store: Store, place: Place, path: Path, key: str, permitted: Collection[str]) -> Submitted:
    read = read_alone(path)
    try:
        check_permissions(read.request, read.request.permissions, permitted)
        with read.store.reading() as session:
            words = list_words(session, read.request)
    finally:
        read.store.close()
    file = read.file
    _check(store, file.district_id, file.id)
    place.jobs.make()
    with path.open("rb") as source, new_file(place.folder / plan_file(key), Kind.PLAN) as target:
        target.write(source.read())
    return Submitted(
        read.request, file.id, file.district_id, read.digest, words, tuple(permitted), file.author, True
    )


def _check(store: Store, district_id: str, plan_id: str) -> None:
    """What the district says of a plan, if nobody writes to it just now."""
    look = Store(store.path, threads=1, wait=0)
    try:
        with look.reading() as session:
            if session.value("district", "select district_id from push.district") != district_id:
                raise ForeignPlanError(
                    "This plan was made for another district (or for this one before it was loaded anew). "
                    "Plan again here."
                )
            pushed = push_of(session, plan_id)
            if pushed is not None:
                raise UsedPlanError(
                    f"This plan was applied before, as push {pushed[0]}. A plan is applied once; plan again "
                    "to push again."
                )
    except DistrictBusyError:
        return
    finally:
        look.close()


def push_of(session: Session, plan_id: str) -> tuple[int, str, int, str] | None:
    """push_id, digest, rows and whose approval, of the push of that plan; None where it was not applied."""
    if not has_history(session):
        return None
    found = session.rows(
        "push of the plan",
        # one row at most
        "select push_id, digest, rows from push.history where plan_id = $plan_id",
        {"plan_id": plan_id},
    )
    if not found:
        return None
    push_id, digest, rows = found[0]
    names = session.rows(
        "whose approval",
        # one row an approval that counted
        "select a.approved_by from push.approval_use as u join push.approval as a on a.approval_id = "
        "u.approval_id where u.push_id = $push_id and u.is_counted order by a.approval_id",
        {"push_id": push_id},
    )
    return int(push_id), str(digest), int(rows), names_of([row[0] for row in names])


def approved_now(store: Store, digests: Collection[str]) -> dict[str, str]:
    """Digest → who approved that plan so far; empty where somebody writes to the district just now."""
    if not digests:
        return {}
    look = Store(store.path, threads=1, wait=0)
    try:
        with look.reading() as session:
            return {
                digest: names_of([one.by for one in approvals_in_force(session, digest)])
                for digest in sorted(set(digests))
            }
    except DistrictBusyError:
        return {}
    finally:
        look.close()


def values_of(
    given: Submitted,
    key: str,
    *,
    priority: Any,
    keep: bool,
    comment: str,
    by: str | None,
    report_folder: str,
) -> dict[str, object]:
    """The columns of a new job.

    Raises:
        RequestError: a comment, a name or a priority is none.
    """
    if priority not in PRIORITIES:
        raise RequestError.unknown("priority", priority, PRIORITIES, "of a job")
    user = user_name()
    name = name_of_person(by, "who submits it") if by is not None else given.author or user
    return {
        "key": key,
        "kind": given.request.kind,
        "title": given.request.title,
        "status": "queued",
        "district_id": given.district_id,
        "plan_id": given.plan_id,
        "digest": given.digest,
        "request": "" if given.is_planned else request_text(given.request),
        "plan_file": plan_file(key) if given.is_planned else "",
        "words": given.words,
        "permitted": given.permitted,
        "is_looked_at": given.is_planned,
        "priority": PRIORITIES[priority],
        "keep": bool(keep),
        "comment": comment_given(comment),
        "submitted_by": name,
        "os_user": user,
        "attempts": 0,
        "worker": "",
        "is_cancel_asked": False,
        "approved_by": "",
        "note": "",
        "report": "",
        "report_folder": report_folder,
    }
