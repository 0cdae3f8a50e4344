"""The tables of the district's file in which approvals, the policy and refusals are kept: ``push.approval``, ...

Nothing is ever changed or deleted in them: what is withdrawn, used or set anew has a row of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from coursepush.apply.approval.approvals import Approval
from coursepush.apply.approval.given import policy_of_json
from coursepush.apply.approval.policy import Policy
from coursepush.errors import RequestError, StoreError
from coursepush.plan.plan import Plan
from coursepush.store.database import Session, WritingSession
from coursepush.store.owner import now_in_utc, user_name

_COLUMNS = (
    "approval_id, approval_key, digest, plan_id, title, approved_by, os_user, comment, overrides, approved_at, "
    "from_file"
)


def policy_in(session: Session) -> Policy:
    """The policy that holds; an empty one where none was ever set.

    Raises:
        StoreError: a newer coursepush set it, with what this one does not know.
    """
    rows = session.rows(
        "policy",
        # one row at most: the policy that was set last
        "select policy, os_user, set_at from push.policy "
        "where policy_id = (select max(policy_id) from push.policy)",
    )
    if not rows:
        return Policy()
    text, set_by, set_at = rows[0]
    try:
        return policy_of_json(text, set_by, set_at)
    except (RequestError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"The policy of this district was set by another version of coursepush, which this one cannot read: "
            f"{error} Update coursepush, or set the policy anew (district.set_policy)."
        ) from error


def keep_policy(session: WritingSession, policy: Policy, by: str, comment: str) -> None:
    session.run(
        "set the policy",
        # one row: the policy that holds from now on
        "insert into push.policy (policy_id, policy, set_by, os_user, comment, set_at) select "
        "coalesce(max(policy_id), 0) + 1, $policy, $by, $user, $comment, $now from push.policy",
        {
            "policy": policy.to_json(),
            "by": by,
            "user": user_name(),
            "comment": comment,
            "now": now_in_utc(),
        },
    )


def approvals_in_force(session: Session, digest: str) -> list[Approval]:
    """The approvals of that digest that were neither withdrawn nor used by a push, in the order they came."""
    rows = session.rows(
        "approvals of the plan",
        # one row an approval in force
        f"select {_COLUMNS} from push.approval as a where digest = $digest "
        "and not exists (select 1 from push.approval_withdrawn as w where w.approval_id = a.approval_id) "
        "and not exists (select 1 from push.approval_use as u where u.approval_id = a.approval_id) "
        "order by approval_id",
        {"digest": digest},
    )
    return [_approval(row) for row in rows]


def _approval(row: Sequence[object]) -> Approval:
    number, key, digest, plan_id, title, by, user, comment, overrides, at, from_file = row
    names = tuple(str(overrides).split(",")) if overrides else ()
    assert isinstance(number, int)
    assert isinstance(at, dt.datetime)
    return Approval(
        approval_id=number,
        key=str(key),
        digest=str(digest),
        plan_id=str(plan_id),
        title=str(title),
        by=str(by),
        user=str(user),
        comment=str(comment),
        overrides=names,
        at=at,
        from_file=bool(from_file),
    )


def keep_approval(session: WritingSession, approval: Approval) -> int:
    """Keep a new approval; gives its number.

    Raises:
        RequestError: it was taken in before.
    """
    before = session.rows(
        "the same approval",
        # one row at most
        "select a.approval_id, w.approval_id is not null from push.approval as a "
        "left join push.approval_withdrawn as w on w.approval_id = a.approval_id where a.approval_key = $key",
        {"key": approval.key},
    )
    if before:
        [(number, is_withdrawn)] = before
        withdrawn = ", and was withdrawn since" if is_withdrawn else ""
        raise RequestError(f"This approval was taken in before, as approval {number}{withdrawn}.")
    approval_id = int(session.value("approval id", "select coalesce(max(approval_id), 0) + 1 from push.approval"))
    session.run(
        "keep the approval",
        # one row: the approval
        f"insert into push.approval ({_COLUMNS}, kept_by, kept_at) values ($id, $key, $digest, $plan_id, $title, "
        "$by, $user, $comment, $overrides, $at, $from_file, $kept_by, $now)",
        {
            "id": approval_id,
            "key": approval.key,
            "digest": approval.digest,
            "plan_id": approval.plan_id,
            "title": approval.title,
            "by": approval.by,
            "user": approval.user,
            "comment": approval.comment,
            "overrides": ",".join(approval.overrides),
            "at": approval.at,
            "from_file": approval.from_file,
            "kept_by": user_name(),
            "now": now_in_utc(),
        },
    )
    return approval_id


def withdraw(session: WritingSession, approval_id: int, by: str, comment: str) -> None:
    """Raises RequestError where there is no such approval in force."""
    found = session.rows(
        "the approval",
        # one row at most: the approval, whether it was withdrawn, and the push that used it
        "select w.approval_id is not null, u.push_id from push.approval as a "
        "left join push.approval_withdrawn as w on w.approval_id = a.approval_id "
        "left join push.approval_use as u on u.approval_id = a.approval_id where a.approval_id = $id",
        {"id": approval_id},
    )
    if not found:
        every = session.rows("approvals", "select approval_id from push.approval order by approval_id")
        raise RequestError.unknown("approval", approval_id, (row[0] for row in every))
    [(is_withdrawn, push_id)] = found
    if is_withdrawn:
        raise RequestError(f"Approval {approval_id} was withdrawn before.")
    if push_id is not None:
        raise RequestError(
            f"Push {push_id} was applied with approval {approval_id}, which stays for that. Undo the push instead."
        )
    session.run(
        "withdraw the approval",
        # one row: the approval that no longer holds
        "insert into push.approval_withdrawn (approval_id, withdrawn_by, os_user, comment, withdrawn_at) "
        "values ($id, $by, $user, $comment, $now)",
        {"id": approval_id, "by": by, "user": user_name(), "comment": comment, "now": now_in_utc()},
    )


def keep_use(session: WritingSession, push_id: int, approvals: Sequence[tuple[Approval, bool]]) -> None:
    """Keep with which approvals a push was applied, and which of them counted."""
    if not approvals:
        return
    frame = pl.DataFrame(
        [(push_id, one.approval_id, is_counted) for one, is_counted in approvals],
        schema={"push_id": pl.Int64, "approval_id": pl.Int64, "is_counted": pl.Boolean},
        orient="row",
    )
    with session.lent("used_approvals", frame):
        # one row an approval that the push uses up
        session.run("use the approvals", "insert into push.approval_use select * from used_approvals")


def keep_refusal(session: WritingSession, plan: Plan, digest: str, missing: Sequence[str]) -> None:
    session.run(
        "keep the refusal",
        # one row: an apply that was refused
        "insert into push.refusal (refusal_id, refused_at, refused_to, plan_id, digest, kind, title, missing) "
        "select coalesce(max(refusal_id), 0) + 1, $now, $user, $plan_id, $digest, $kind, $title, $missing "
        "from push.refusal",
        {
            "now": now_in_utc(),
            "user": user_name(),
            "plan_id": plan.id,
            "digest": digest,
            "kind": plan.request.kind,
            "title": plan.title,
            "missing": " ".join(missing),
        },
    )


def approvals_frame(session: Session, digest: str | None) -> pl.DataFrame:
    """Every approval, the newest first, or those of one digest; see :meth:`coursepush.District.approvals`."""
    return session.frame(
        "approvals",
        # one row an approval
        "select a.approval_id, a.digest, a.plan_id, a.title, a.approved_by, a.os_user, a.comment, a.overrides, "
        "a.approved_at, a.from_file, w.withdrawn_by, w.comment as withdrawn_comment, w.withdrawn_at, u.push_id, "
        "u.is_counted from push.approval as a "
        "left join push.approval_withdrawn as w on w.approval_id = a.approval_id "
        "left join push.approval_use as u on u.approval_id = a.approval_id "
        "where $digest::varchar is null or a.digest = $digest order by a.approval_id desc",
        {"digest": digest},
    )


def refusals_frame(session: Session) -> pl.DataFrame:
    """Every refusal, the newest first; see :meth:`coursepush.District.refusals`."""
    return session.frame(
        "refusals",
        # one row an apply that was refused
        "select refusal_id, refused_at, refused_to, plan_id, digest, kind, title, missing from push.refusal "
        "order by refusal_id desc",
    )
