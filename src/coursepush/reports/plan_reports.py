"""The reports that read a plan or a push: what becomes of its rows, for whom, and beside another one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from coursepush.apply.apply import Receipt
from coursepush.forecast.forecast import Forecast
from coursepush.plan.plan import Plan
from coursepush.reports.asked import choice_words
from coursepush.reports.base import ReportsBase, Words, a_report
from coursepush.reports.compare.page import COMPARE
from coursepush.reports.compare.report import compare_plans
from coursepush.reports.files import write_text
from coursepush.reports.filters import Given
from coursepush.reports.forecast.page import FORECAST, NOTES
from coursepush.reports.forecast.report import forecast_rows
from coursepush.reports.owners.counts import Owner, by_owner
from coursepush.reports.owners.page import BY_SCHOOL, BY_TEACHER
from coursepush.reports.owners.report import OwnerReport
from coursepush.reports.plan.data import SOME_ROWS
from coursepush.reports.plan.page import plan_page
from coursepush.reports.registry import Names, RowFilters, SectionFilters, SetupFilters
from coursepush.reports.report import Report
from coursepush.reports.result.page import PUSH_RESULT
from coursepush.reports.result.report import Applied, find_push, push_kind, push_result_frame
from coursepush.store.database import Session


class PlanReports(ReportsBase):
    """Those of ``district.reports`` that read a plan, or a push that was applied."""

    @a_report
    def push_result(
        self,
        push_id: int | Plan | Applied | None = None,
        *,
        outcome: str | Sequence[str] | None = None,
        **filters: Unpack[RowFilters],
    ) -> Report:
        """What a push wrote and what could not be pushed, with the reason in a sentence and what to do.

        Columns: outcome (``written``, ``could_not`` or ``stays``), catalog, year, school, calendar, course_number,
        course_name, section_number, teacher, level, element, what, field, fate and made_by (in words, RULES.md
        6.1), verdict, link, change, before, after, reason, why, what_to_do, course_id, section_id, row_id.

        Args:
            push_id: a push's number or its receipt; by default the last push. A plan that was not applied
                gives what it would come to.
            outcome: ``written``, ``could_not``, ``stays``; one or several. By default the first two.

        Raises:
            RequestError: there is no such push, or a filter names something unknown.

        >>> district.reports.push_result(receipt, outcome="could_not")["reason"].to_list()
        ['missing_dependency', 'cross_site', 'master_inactive', 'duplicate_number']
        """
        given = Given(**filters)
        frame = push_result_frame(self._store, push_id, outcome, given)
        words = {"written": "What was written", "could_not": "What could not be pushed", "stays": "What stays"}
        with self._store.reading() as session:
            kind, notes = push_kind(session, push_id), _undone(session, push_id)
        return self._report(
            PUSH_RESULT,
            given,
            frame,
            lambda session: [*_push_words(session, push_id), *choice_words("Only", outcome, words)],
            notes=notes,
            facts={"preview": isinstance(push_id, Plan), "kind": kind},
        )

    @a_report
    def compare(self, first: Plan, second: Plan, **filters: Unpack[RowFilters]) -> Report:
        """Two plans, of any kind, side by side: where they would leave something different.

        One row a row or field. A row that is there is the same in both plans by its id, one that is added by its
        owner and key; so where one plan adds a category beside the teacher's and renames that one, and the other
        takes the teacher's over, there are two rows: the one that is there, which both write, and the one that is
        added. Compared is what would stand afterwards: values and link. What both leave alike is counted, by
        whatever verdict; what neither writes is no difference, though their reasons may not be the same.

        Columns: difference (``only_first``: only the first plan writes here; ``only_second``; ``differs``: both
        write, with a different outcome), catalog, year, school, calendar, course_number, course_name,
        section_number, teacher, level, element, what (as it stands), field, then for each plan (``first_``,
        ``second_``) fate (in words, RULES.md 6.1), verdict, change ("weight 20 → 25"; null where only the link
        changes, or nothing), reason, why; course_id, section_id, row_id (null where a row is added). A plan that
        has no verdict here has null for it, and says in `why` how that is.

        Further in ``report.facts``: `same` (how many rows both write alike: school, calendar, level, element,
        rows), `asked` (what was asked differently: (what, of the first, of the second)).

        Raises:
            RequestError: a filter names something unknown.
            ForeignPlanError: a plan was made from another district.

        >>> locked = district.plan_master_push("High School", year=2027)
        >>> district.reports.compare(locked, plan).answer
        'The second plan would write 194 rows that the first does not. 2 rows would be written by both, with a
        different outcome. 40 rows would come out the same.'
        """
        given = Given(**filters)
        found = compare_plans(self._store, first, second, given)
        return self._report(
            COMPARE,
            given,
            found.frame,
            lambda _: [("First plan", first.title), ("Second plan", second.title)],
            notes=found.notes,
            facts={"same": found.same, "asked": found.asked},
        )

    def plan_page(
        self,
        plan: Plan,
        path: str | os.PathLike[str] | None = None,
        *,
        receipt: Receipt | None = None,
        title: str | None = None,
        max_rows: int = SOME_ROWS,
        grades: bool | None = None,
        school: Names | None = None,
        teacher: Names | None = None,
    ) -> str | Path:
        """A plan as one self-contained HTML page: the text, or, with `path`, the file it was written to.

        What has to be decided, then what becomes of each row (RULES.md 6.1): by data type, school and teacher, and
        one by one. With its `receipt` the same page says what happened.

        Args:
            title: instead of the plan's own.
            max_rows: so many rows of each fate are listed one by one; the page says how many there are.
            school, teacher: whose part of the plan it is; everybody's by default.
            grades: whether it says whose grades would move; None: unless the plan reaches over 10,000 sections,
                of which that takes a minute or more.

        Raises:
            RequestError: the receipt is of another plan, or there is no such folder.
            ForeignPlanError: the plan was made from another district.

        >>> district.reports.plan_page(plan, "plan.html", title="A clean slate").name
        'plan.html'
        """
        self._check_own(plan, "page")
        made = plan_page(
            plan,
            title=title,
            receipt=receipt,
            max_rows=max_rows,
            grades=grades,
            given=Given(school=school, teacher=teacher),
        )
        return made if path is None else write_text(made, path)

    @a_report
    def by_school(self, plan: Plan, **filters: Unpack[RowFilters]) -> OwnerReport:
        """What becomes of a plan's rows at each school: one line each, opening to sections before and after.

        Columns: school, courses and sections (on which something is written), disappears, other_values, renamed,
        linked_again, added, stays, could_not (RULES.md 6.1: each row of ``plan.rows()`` is counted once), rows,
        school_id. ``report.sections`` has the sections side by side, ``report.to_folder(...)`` writes a file for
        each school.

        Raises:
            RequestError: a filter names something unknown.
            ForeignPlanError: the plan was made from another district.

        >>> district.reports.by_school(plan).select("school", "disappears", "added").rows()
        [('Riverbend High School', 78, 9)]
        """
        given = Given(**filters)
        return self._owner_report(plan, "school", given)

    @a_report
    def by_teacher(self, plan: Plan, **filters: Unpack[SetupFilters]) -> OwnerReport:
        """What becomes of the rows in each teacher's sections, as :meth:`by_school` has it of schools.

        Columns: those, and teacher and teacher_id. Only hop 2: what happens to courses is their school's.

        Raises:
            RequestError: a filter names something unknown.
            ForeignPlanError: the plan was made from another district.

        >>> district.reports.by_teacher(plan, teacher="Teacher 0050").select("sections", "disappears").rows()
        [(3, 6)]
        """
        given = Given(**filters)
        return self._owner_report(plan, "teacher", given)

    @a_report
    def forecast(self, plan: Plan | Forecast, **filters: Unpack[SectionFilters]) -> Report:
        """Whose grades in progress a plan would move: :meth:`coursepush.plan.plan.Plan.forecast` as a report.

        One row a section, task and term whose grades were looked at. Columns: catalog, year, school, calendar,
        course_number, course_name, section_number, teacher, task, term, looked_at (students), moves, mark_up,
        mark_down, passes, fails, appears, vanishes, posted_disagrees (of so many of them), cause, hidden_by (the
        largest group of which pages and files say nothing, ``coursepush rules grades 12``), school_id, teacher_id,
        course_id, section_id, task_id. Where students' work was not loaded there is no row; the answer says so.

        What is shown counts sections and no student; filters narrow it down and decide nothing about what is
        hidden.

        Args:
            plan: or its forecast, which is then not made once more.

        Raises:
            RequestError: a filter names something unknown.
            ForeignPlanError: the plan was made from another district.
            StalePlanError: the district has moved since the plan was made.

        >>> district.reports.forecast(plan).answer
        'No grade rests on what this changes.'
        """
        self._check_own(plan, "forecast")
        given = Given(**filters)
        found = plan if isinstance(plan, Forecast) else plan.forecast()
        what = found.of if found.plan is None else found.plan.title
        rows = forecast_rows(self._store, found, given)
        return self._report(
            FORECAST,
            given,
            rows.frame,
            lambda _: [("Forecast of", what)],
            notes=[*found.notes, *NOTES],
            facts={"shown": rows.shown, "headline": found.headline},
        )

    def _owner_report(self, plan: Plan, who: Owner, given: Given) -> OwnerReport:
        self._check_own(plan, "report")
        layout = BY_SCHOOL if who == "school" else BY_TEACHER
        frame = by_owner(plan, who, given)
        asked, as_of = self._asked(given, lambda session: _push_words(session, plan))
        facts = {"who": who, "kind": plan.request.kind}
        return OwnerReport(layout, frame, asked, as_of, facts=facts, plan=plan, who=who, given=given)


def _undone(session: Session, push: int | Plan | Applied | None) -> list[str]:
    """Which pushes took this one back."""
    if isinstance(push, Plan):
        return []
    push_id = find_push(session, push)
    sql = "select push_id from push.history where undoes = $push_id order by push_id"
    return [f"Push {row[0]} is an undo of this push." for row in session.rows("undos", sql, {"push_id": push_id})]


def _push_words(session: Session, push: int | Plan | Applied | None) -> Words:
    """Which push a result is of."""
    if isinstance(push, Plan):
        return [("Preview of", push.title)]
    push_id = find_push(session, push)
    title, when, who = session.rows(
        "the push",
        "select title, applied_at, applied_by from push.history where push_id = $push_id",
        {"push_id": push_id},
    )[0]
    by = f" by {who}" if who else ""
    return [("Push", f"{push_id}: {title}, applied {when:%Y-%m-%d %H:%M} UTC{by}")]
