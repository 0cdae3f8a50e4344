"""Apply: see that the plan still holds, write, keep the history, check, commit, read back. Or nothing.

That a plan holds is seen by planning again and comparing, unless the district is provably the one that was planned
(:mod:`coursepush.store.stamp`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from html import escape

import polars as pl

from coursepush.apply.approval.calls import remember_refusal, standing_of
from coursepush.apply.approval.kept import keep_use
from coursepush.apply.history import create_history
from coursepush.apply.saved import check_permitted
from coursepush.apply.write import write_plan
from coursepush.errors import (
    ApprovalNeededError,
    ForeignPlanError,
    PlanError,
    ScenarioError,
    StalePlanError,
    UnknownUseError,
    UsedPlanError,
    counted,
)
from coursepush.html.notebook import glance, muted, warned
from coursepush.marks import Drawn
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import WRITING
from coursepush.plan.door import plan_again
from coursepush.plan.fates import WRITTEN_FATES
from coursepush.plan.glance import fates_table
from coursepush.plan.moved import what_moved
from coursepush.plan.of_district import check_of_district
from coursepush.plan.plan import Plan, rows_as_text
from coursepush.plan.requests.registry import fate_labels
from coursepush.plan.rules import RULES_VERSION
from coursepush.plan.text import ROW_COLUMNS, all_rows_sql
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history
from coursepush.store.owner import user_name
from coursepush.store.proof import Proof


@dataclass(frozen=True, eq=False)
class Receipt(Drawn):
    """What an apply wrote: the push's number, and the counts of what was written.

    `written` is a polars frame: hop, element, verdict, reason, link, rows; the writing verdicts only. `fates`
    says what became of the same rows: hop, element, fate, made_by, rows.
    `left_untidy` says what could not be done once it was written; most often nothing.
    """

    push_id: int
    plan_id: str
    kind: str
    title: str
    digest: str
    written: pl.DataFrame = field(repr=False)
    rows: int
    applied_at: dt.datetime
    applied_by: str
    fates: pl.DataFrame = field(repr=False)
    left_untidy: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Receipt of push {self.push_id}: {self.title}: {self.rows:,} rows written>"

    def _repr_html_(self) -> str:
        counts = self.fates.select("hop", "element", "fate", "rows").rows()
        who = f" by {escape(self.applied_by)}" if self.applied_by else ""
        return glance(
            f"Push {self.push_id}: {escape(self.title)}",
            "",
            f"<div>{counted(self.rows, 'row')} written on {self.applied_at:%Y-%m-%d %H:%M} UTC{who}, digest "
            f"<code>{escape(self.digest[:12])}</code>.</div>",
            fates_table(counts, {**fate_labels(self.kind), **ELEMENT_LABELS}),
            warned(self.left_untidy),
            muted(
                f"Get the report: <code>district.reports.push_result({self.push_id})</code>. To take it back: "
                f"<code>district.plan_undo({self.push_id})</code>, then apply that plan."
            ),
        )


def apply_plan(store: Store, plan: Plan, *, again: bool = False, permitted: Collection[str] = ()) -> Receipt:
    """Write `plan` to the district in `store`; see :meth:`coursepush.District.apply` for the errors.

    `permitted`: what a plan from a file asks for, given again (:data:`coursepush.plan.request.PERMISSIONS`).
    """
    check_of_district(plan, "applied")
    if plan.rules_version != RULES_VERSION:
        raise ForeignPlanError(
            f"This plan was made under the rules of {plan.rules_version}, and these are the rules of "
            f"{RULES_VERSION}. Plan again."
        )
    check_permitted(plan, permitted)
    digest = plan.digest
    if plan.store is not store:
        _ = plan.state  # read before the file is opened for writing: the other store's may be the same
    stale: pl.DataFrame | None = None
    try:
        with store.writing() as session:
            _may_be_applied(session, plan)
            made = plan
            if again or not _is_as_planned(store, plan):
                made = _planned_again(store, session, plan)
                if made.state != plan.state:
                    stale = _all_rows(session, made)
                    raise _Stale
            _may_be_written(made)
            standing = standing_of(session, plan, made, digest)
            standing.check()
            receipt = _write(session, plan, made, digest)
            used = [(one, True) for one in standing.counted] + [(one, False) for one in standing.not_counted]
            keep_use(session, receipt.push_id, used)
            session.proof = _proof(receipt)
    except ApprovalNeededError as error:
        remember_refusal(store, plan, digest, error)
        raise
    except _Stale:
        assert stale is not None
        raise StalePlanError(*_what_moved(plan, stale)) from None
    return replace(receipt, left_untidy=tuple(session.untidy))


def _planned_again(store: Store, session: Session, plan: Plan) -> Plan:
    """The same request on the district as it is.

    Raises:
        StalePlanError: an edit of setup can no longer be made.
    """
    try:
        return plan_again(store, session, plan.request)
    except ScenarioError as error:
        raise StalePlanError(
            f"The district has moved since this plan was made. {error} Nothing was written. Plan again.",
            pl.DataFrame(schema={"change": pl.String, **dict.fromkeys(ROW_COLUMNS, pl.String)}),
        ) from error


def _is_as_planned(store: Store, plan: Plan) -> bool:
    """Whether the district, which is held now, is provably the one that the plan was made on."""
    return plan.store is store and plan.stamp is not None and plan.stamp == store.stamp()


class _Stale(Exception):
    """Leaves the transaction so that it is rolled back before the old plan is read again."""


def _may_be_applied(session: Session, plan: Plan) -> None:
    district_id = session.value("district", "select district_id from push.district")
    if plan.district_id != district_id:
        raise ForeignPlanError(
            "This plan was made for another district (or for this one before it was loaded anew). Plan again here."
        )
    if has_history(session):
        used = session.value(
            "used plan", "select push_id from push.history where plan_id = $plan_id", {"plan_id": plan.id}
        )
        if used is not None:
            raise UsedPlanError(
                f"This plan was applied before, as push {used}. A plan is applied once; plan again to push again."
            )
    if plan.left_alone and "partial" not in plan.request.permissions:
        raise PlanError(
            f"Push {plan.request.undoes} cannot be taken back whole: {plan.left_alone:,} of its rows have "
            "changed or are used since (see plan.rows(verdict='keep')). Plan the undo with partial=True to take "
            "back the rest."
        )


def _may_be_written(made: Plan) -> None:
    """What is known of use may be another than when the plan was made, and the list of verdicts the same."""
    if made.unknown_use_rows and "assume_unused" not in made.request.permissions:
        raise UnknownUseError(
            f"{made.unknown_use_rows:,} rows would disappear or be taken over although it is not known whether "
            "students' work uses them: that work was not loaded. Load it, or plan with assume_unused=True."
        )


def _write(session: Session, plan: Plan, made: Plan, digest: str) -> Receipt:
    """Write `made`, which says what `plan` says, on the district as it is."""
    if not has_history(session):
        session.run_all(create_history())
    push_id = int(session.value("push id", "select coalesce(max(push_id), 0) + 1 from push.history"))
    written = made.counts().filter(pl.col("verdict").is_in(list(WRITING)))
    text = plan if plan.store is made.store else made
    write_plan(session, made.tables, push_id, written, rows_as_text(text, session))
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    receipt = Receipt(
        push_id=push_id,
        plan_id=plan.id,
        kind=plan.request.kind,
        title=plan.title,
        digest=digest,
        written=written,
        rows=made.writes,
        applied_at=now,
        applied_by=user_name(),
        fates=made.fates().filter(pl.col("fate").is_in([str(one) for one in WRITTEN_FATES])),
    )
    session.run(
        "history",
        "insert into push.history (push_id, kind, title, request, digest, rules_version, plan_id, rows, undoes, "
        "applied_at, applied_by) values ($push_id, $kind, $title, $request, $digest, $rules, $plan_id, $rows, "
        "$undoes, $now, $user)",
        {
            "push_id": push_id,
            "kind": receipt.kind,
            "title": receipt.title,
            "request": plan.request_text,
            "digest": receipt.digest,
            "rules": RULES_VERSION,
            "plan_id": receipt.plan_id,
            "rows": receipt.rows,
            "undoes": plan.request.undoes,
            "now": now,
            "user": receipt.applied_by,
        },
    )
    return receipt


def _proof(receipt: Receipt) -> Proof:
    """History is what decides whether a push is written."""

    def found(session: Session) -> bool:
        return (
            has_history(session)
            and session.value(
                "read back",
                "select count(*) from district.push.history where push_id = $push_id and plan_id = $plan_id",
                {"push_id": receipt.push_id, "plan_id": receipt.plan_id},
            )
            == 1
        )

    return Proof(
        f"Push {receipt.push_id}",
        found,
        look=f"for push {receipt.push_id}, plan {receipt.plan_id}, in district.history() (coursepush history)",
    )


def _all_rows(session: Session, plan: Plan) -> pl.DataFrame:
    return session.frame("verdicts", all_rows_sql(plan.tables))


def _what_moved(plan: Plan, now: pl.DataFrame) -> tuple[str, pl.DataFrame]:
    """The message and the frame of a refusal: old and new verdicts of what is no longer the same."""
    with plan.store.reading() as session:
        was = _all_rows(session, plan)
    moved = what_moved(was, now)
    frame = moved.frame.sort(
        "hop",
        "element",
        "course_id",
        "section_id",
        "row_id",
        "key",
        "field",
        "change",
        descending=[False] * 7 + [True],
    )
    if moved.only_ids:
        return (
            f"Since this plan was made, {moved.ids_sentence}, and apply that. Nothing was written.",
            frame,
        )
    what = (
        f"{moved.gone.height:,} of its verdicts no longer hold and {moved.come.height:,} are new"
        if frame.height
        else "what was asked for now means something else"
    )
    return (
        f"The district has moved since this plan was made: {what}. Nothing was written. Look at error.moved, "
        "plan again, and apply the new plan.",
        frame,
    )
