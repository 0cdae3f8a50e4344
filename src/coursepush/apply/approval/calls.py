"""What a district's methods do about approvals, the policy and refusals; and how an apply is judged."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import polars as pl

from coursepush.apply.approval.approvals import Approval, comment_given
from coursepush.apply.approval.facts import Facts, read_facts
from coursepush.apply.approval.file import read_approval
from coursepush.apply.approval.given import check_overrides, policy_of
from coursepush.apply.approval.judge import Standing, judge
from coursepush.apply.approval.kept import (
    approvals_frame,
    approvals_in_force,
    keep_approval,
    keep_policy,
    keep_refusal,
    policy_in,
    refusals_frame,
    withdraw,
)
from coursepush.apply.approval.policy import Policy
from coursepush.apply.saved_alone import read_alone
from coursepush.errors import (
    ApprovalError,
    ApprovalNeededError,
    CoursepushError,
    ForeignPlanError,
    RequestError,
)
from coursepush.plan.of_district import check_of_district
from coursepush.plan.plan import Plan, judged_by
from coursepush.plan.request import id_of
from coursepush.plan.saved import name_of_person
from coursepush.store.commit import a_note_of_it
from coursepush.store.database import Session, Store
from coursepush.store.owner import now_in_utc, user_name
from coursepush.store.proof import Proof


class Approvable(Protocol):
    """A plan of this process, or one that was read from its file."""

    id: str
    district_id: str

    @property
    def digest(self) -> str: ...

    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is approved."""

    id: str
    district_id: str
    digest: str
    title: str
    seals: frozenset[str]


AnyPlan = Approvable | str | os.PathLike[str]


def _subject(plan: AnyPlan) -> _Subject:
    if isinstance(plan, (str, os.PathLike)):
        read = read_alone(plan)
        read.store.close()
        file = read.file
        return _Subject(file.id, file.district_id, read.digest, read.request.title, frozenset({file.seal}))
    if not hasattr(plan, "digest") or not hasattr(plan, "district_id"):
        raise RequestError(f"Name a plan, or the file of a saved plan, not {plan!r:.60}.")
    check_of_district(plan, "approved")
    seals = getattr(plan, "seals", None) or {getattr(plan, "seal", "")} - {""}
    return _Subject(plan.id, plan.district_id, plan.digest, plan.title, frozenset(seals))


def approve_plan(
    store: Store,
    plan: AnyPlan,
    file: str | os.PathLike[str] | None = None,
    *,
    by: str | None = None,
    comment: str = "",
    overrides: Any = None,
) -> Approval:
    """See :meth:`coursepush.District.approve`."""
    subject = _subject(plan)
    if file is None:
        approval = Approval(
            approval_id=None,
            key=uuid.uuid4().hex,
            digest=subject.digest,
            plan_id=subject.id,
            title=subject.title,
            by=name_of_person(by, "who approves it"),
            user=user_name(),
            comment=comment_given(comment),
            overrides=check_overrides(overrides),
            at=now_in_utc(),
        )
        district_id = subject.district_id
    else:
        if by is not None or comment or overrides:
            raise RequestError("The file says who approves, why and what: leave by, comment and overrides out.")
        approval, district_id, seal = read_approval(file)
        _refuse_another_plan(subject, approval, seal, file)
    with store.writing() as session:
        if {district_id, subject.district_id} != {_district(session)}:
            raise ForeignPlanError("This plan was made for another district. Approve it there.")
        number = keep_approval(session, approval)
        session.proof = _proof("approval", number, f"Approval {number}")
    return replace(approval, approval_id=number)


def _refuse_another_plan(subject: _Subject, approval: Approval, seal: str, file: str | os.PathLike[str]) -> None:
    if approval.digest != subject.digest:
        raise ApprovalError(
            f"{file} approves another plan: its digest is {approval.digest[:12]}, and this plan's is "
            f"{subject.digest[:12]}. A plan that changed needs a new approval: save it, and ask for one of that."
        )
    if approval.plan_id == subject.id and subject.seals and seal not in subject.seals:
        raise ApprovalError(
            f"{file} was made from another file of this plan than the one that is known here. What that showed "
            "beside the plan's rows (names, warnings, who made it) may differ: ask for an approval of this file."
        )


def withdraw_approval(store: Store, approval: Approval | int, *, by: str, comment: str = "") -> None:
    """See :meth:`coursepush.District.withdraw_approval`."""
    number = approval.approval_id if isinstance(approval, Approval) else id_of(approval, "approval")
    if number is None:
        raise RequestError("This approval is in a file alone: name it by its number in district.approvals().")
    name, said = name_of_person(by, "who withdraws it"), comment_given(comment)
    with store.writing() as session:
        withdraw(session, number, name, said)
        session.proof = _proof("approval_withdrawn", number, f"Withdrawing approval {number}")


def set_policy(
    store: Store,
    approvals: Mapping[str, Any] | None,
    guards: Mapping[str, Any] | None,
    *,
    by: str,
    comment: str,
) -> Policy:
    """See :meth:`coursepush.District.set_policy`."""
    policy = policy_of(approvals, guards)
    name = name_of_person(by, "who sets it") if by else ""
    said = comment_given(comment)
    with store.writing() as session:
        keep_policy(session, policy, name, said)
        session.proof = Proof("The policy", look="at district.policy()")
    return policy_now(store)


def policy_now(store: Store) -> Policy:
    with store.reading() as session:
        return policy_in(session)


def approvals_of(store: Store, plan: AnyPlan | None) -> pl.DataFrame:
    """See :meth:`coursepush.District.approvals`."""
    digest = None if plan is None else _subject(plan).digest
    with store.reading() as session:
        return approvals_frame(session, digest)


def refusals_of(store: Store) -> pl.DataFrame:
    """See :meth:`coursepush.District.refusals`."""
    with store.reading() as session:
        return refusals_frame(session)


def _proof(table: str, number: int, what: str) -> Proof:
    def found(session: Session) -> bool:
        sql = f"select count(*) from district.push.{table} where approval_id = $number"
        return session.value("read back", sql, {"number": number}) == 1

    return Proof(what, found, look=f"for {number} in district.approvals() (coursepush approvals)")


def _district(session: Session) -> str:
    return str(session.value("district", "select district_id from push.district"))


# -- judging -------------------------------------------------------------------------------------------


def today_here() -> dt.date:
    """The day it is where the district's people are: this machine's."""
    return dt.date.today()


def makers_of(plan: Plan) -> list[str]:
    """What whoever made the plan is called."""
    return [one for one in (plan.made_by, plan.author) if one]


def standing_of(session: Session, plan: Plan, made: Plan, digest: str, *, with_grades: bool = True) -> Standing:
    """What the district's policy says of `plan`, which is `made` as it is planned now."""
    policy = policy_in(session)
    approvals = approvals_in_force(session, digest)
    if policy.is_empty and not plan.is_unattended:
        # nothing is asked, so nothing has to be known
        return judge(policy, Facts(today_here(), writes=plan.writes), approvals, makers_of(plan))
    looked = with_grades and policy.needs_grades
    facts = read_facts(session, plan, made, today_here(), with_grades=looked)
    return judge(policy, facts, approvals, makers_of(plan), are_grades_looked_at=looked or not policy.needs_grades)


def standing_now(plan: Plan, with_grades: bool) -> Standing:
    """The same of a plan that is only looked at. Its digest, which is dear, is needed only where anybody asks."""
    with plan.store.reading() as session:
        is_asked = plan.is_unattended or not policy_in(session).is_empty
        if not is_asked and not session.value("approvals", "select count(*) from push.approval"):
            return judge(Policy(), Facts(today_here(), writes=plan.writes), [], makers_of(plan))
    digest = plan.digest
    with plan.store.reading() as session:
        return standing_of(session, plan, plan, digest, with_grades=with_grades)


def remember_refusal(store: Store, plan: Plan, digest: str, error: ApprovalNeededError) -> None:
    """Keep that an apply was refused. Where that cannot be kept, the refusal says so and stands."""
    try:
        with a_note_of_it(), store.writing() as session:
            keep_refusal(session, plan, digest, error.missing)
    except CoursepushError as trouble:
        error.add_note(f"The refusal could not be kept in district.refusals(): {trouble}")


judged_by(standing_now)
