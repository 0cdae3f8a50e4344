"""Who has to agree before a plan is applied, and who did (RULES.md 9.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.district.contents import Contents, Path
from coursepush.marks import free_of_students
from coursepush.plan.plan import Plan
from coursepush.store.commit import writes

if TYPE_CHECKING:
    from coursepush.apply.approval.approvals import Approval
    from coursepush.apply.approval.policy import Policy
    from coursepush.reports.plan.saved import SavedPlan


class Agreement(Contents):
    """Approvals, and the policy that asks for them."""

    @writes
    def approve(
        self,
        plan: Plan | SavedPlan | Path,
        file: Path | None = None,
        *,
        by: str | None = None,
        comment: str = "",
        overrides: str | Sequence[str] | None = None,
    ) -> Approval:
        """Keep that somebody agrees to `plan`, or take in the approval that somebody made from the plan's file.

        An approval is bound to the plan's digest: a plan that changed needs new ones. One push uses it up. It does
        not count of whoever made the plan, by the operating system's user or by name, and once a person
        (RULES.md 9.1). It is a record of who agreed to what, not a lock against somebody who can write the file.

        Args:
            plan: a plan, or the file of a saved one.
            file: what ``cp.approve(...)`` or ``coursepush approve`` wrote. It says the rest.
            by: the name of who approves. The user that the operating system knows is kept beside it.
            comment: why, or on what condition.
            overrides: guards that the plan may pass.

        Raises:
            ApprovalError: the file is no approval, was changed, or is of another plan.
            ForeignPlanError: the plan was made for another district.
            RequestError: no name is given, there is no such guard, or the file was taken in before.

        >>> approval = district.approve(plan, by="Dana Director", comment="As agreed on Monday.")
        >>> district.approvals(plan).select("approved_by", "comment").rows()
        [('Dana Director', 'As agreed on Monday.')]
        """
        from coursepush.apply.approval.calls import approve_plan

        return approve_plan(self._store, plan, file, by=by, comment=comment, overrides=overrides)

    @writes
    def withdraw_approval(self, approval: Approval | int, *, by: str, comment: str = "") -> None:
        """Withdraw an approval, by its number; that it was given, and who withdrew it, is kept.

        Raises:
            RequestError: there is no such approval, it was withdrawn before, or a push was applied with it.

        >>> approval = district.approve(plan, by="Pat Principal")
        >>> district.withdraw_approval(approval, by="Pat Principal", comment="The weights are last year's.")
        >>> district.approvals(plan)["withdrawn_by"][0]
        'Pat Principal'
        """
        from coursepush.apply.approval.calls import withdraw_approval

        withdraw_approval(self._store, approval, by=by, comment=comment)

    def approvals(self, plan: Plan | SavedPlan | Path | None = None) -> pl.DataFrame:
        """Every approval that was given, the newest first, or those of one plan.

        Columns: approval_id, digest, plan_id, title, approved_by, os_user, comment, overrides, approved_at,
        from_file, withdrawn_by, withdrawn_comment, withdrawn_at, push_id (the push that used it up), is_counted.
        What is still missing is ``plan.approvals``.

        >>> district.approvals().columns[:4]
        ['approval_id', 'digest', 'plan_id', 'title']
        """
        from coursepush.apply.approval.calls import approvals_of

        return free_of_students(approvals_of(self._store, plan))

    def policy(self) -> Policy:
        """What this district asks for before a plan is applied; by default nothing.

        >>> district.policy().is_empty
        True
        """
        from coursepush.apply.approval.calls import policy_now

        return policy_now(self._store)

    @writes
    def set_policy(
        self,
        *,
        approvals: Mapping[str, Any] | None = None,
        guards: Mapping[str, Any] | None = None,
        by: str = "",
        comment: str = "",
    ) -> Policy:
        """Say what this district asks for before a plan is applied, in the place of what it asked for before.

        Args:
            approvals: how many approvals a plan needs, by condition; the largest that applies counts:
                ``every_plan``, ``warnings``, ``overwrite``, ``in_session``, ``disappears``,
                ``schools_setup_lost``, ``teachers_setup_lost``; and, as (limit, how many), ``over_sections`` and
                ``grades_move`` (students whose grades would move; not known counts as moving). ``unattended``, of
                what the batch queue plans when its time comes, is 1 unless it is set, also to 0.
            guards: what is not let through, unless an approval overrides it: ``only_future_years``,
                ``no_open_term``, ``nothing_disappears``, ``nothing_unlinked`` (True); ``most_sections``,
                ``most_grades`` (a number); ``freeze_dates`` (a list of (from, to, why)).
            by: the name of who sets it. comment: why.

        Without arguments nothing is asked for. RULES.md 9.1 says each in full.

        Raises:
            RequestError: there is no such condition or guard, or a value is not what it should be.

        >>> district = cp.simulate_district("small", seed=7)
        >>> district.set_policy(
        ...     approvals={"overwrite": 2, "over_sections": (100, 1)},
        ...     guards={"nothing_unlinked": True, "freeze_dates": [("2027-01-10", "2027-01-20", "report cards")]},
        ... )
        <Policy: 2 approvals for a plan that overwrites (overwrite). 1 approval for a plan that writes to more than
        100 sections (over_sections). Not let through: nothing_unlinked. Nothing from 2027-01-10 to 2027-01-20:
        report cards (freeze_dates).>
        """
        from coursepush.apply.approval.calls import set_policy

        return set_policy(self._store, approvals, guards, by=by, comment=comment)

    def refusals(self) -> pl.DataFrame:
        """Applies that were refused for want of approvals or by a guard, the newest first.

        Columns: refusal_id, refused_at, refused_to (the operating system's user), plan_id, digest, kind, title,
        missing.

        >>> district.refusals().height
        0
        """
        from coursepush.apply.approval.calls import refusals_of

        return free_of_students(refusals_of(self._store))
