"""A district as a user holds it: the public functions, each a thin call into the package behind it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from coursepush.apply.apply import Receipt, apply_plan
from coursepush.apply.history import history_frame
from coursepush.apply.saved import load_saved
from coursepush.district.year import YearSteps
from coursepush.errors import DistrictBusyError, QueryError, StoreError
from coursepush.forecast.making import make_forecast
from coursepush.marks import free_of_students
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan, forecast_by
from coursepush.plan.request import Name, Request
from coursepush.scenario import planned
from coursepush.store.commit import writes
from coursepush.store.database import Store
from coursepush.store.guard import check_select
from coursepush.store.memory import is_out_of_memory, out_of_memory
from coursepush.store.stoppable import TimeOverError, check_timeout, stoppable

if TYPE_CHECKING:
    from coursepush.apply.approval.approvals import Approval
    from coursepush.apply.approval.policy import Policy
    from coursepush.district.what_if import WhatIf
    from coursepush.forecast.explain import ExplainedGrade
    from coursepush.forecast.forecast import Forecast
    from coursepush.queue.calls import Queue
    from coursepush.refresh.refreshed import Refreshed
    from coursepush.reports.reconcile import AnyPlan, Reconciliation
    from coursepush.reports.report import Report
    from coursepush.reports.reports import Reports
    from coursepush.reports.saved_plan import SavedPlan
    from coursepush.reports.why.why import Why
    from coursepush.scenario.edits import Edit
    from coursepush.widgets.push.panel import PushPanel
    from coursepush.widgets.queue.panel import QueuePanel
    from coursepush.widgets.reports.panel import ReportsPanel
    from coursepush.widgets.weights import WeightsPanel
    from coursepush.widgets.what_if.panel import WhatIfPanel

Path = str | os.PathLike[str]

forecast_by(make_forecast)
assert planned  # hands in what plans of setup know of edits


class District(YearSteps):
    """One district: its tables, the pushes planned and made on it, and reports. Close it when done."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def store(self) -> Store:
        """What holds the district's tables: for those who extend coursepush, not for analysis."""
        return self._store

    # -- looking around ------------------------------------------------------------------------------

    def catalogs(self, *, year: int | None = None) -> pl.DataFrame:
        """Course catalogs and the years in which schools have them: catalog_id, name, year, schools, masters.

        >>> district.catalogs(year=2027).select("name", "schools", "masters").rows()
        [('Elementary', 2, 14), ('High School', 1, 30), ('Middle School', 1, 18)]
        """
        where = "where s.end_year = $year" if year is not None else ""
        return self._read(
            "catalogs",
            "select c.catalog_id, c.name, s.end_year as year, count(distinct s.school_id) as schools, "
            "(select count(*) from course_master as m where m.catalog_id = c.catalog_id) as masters "
            f"from catalog as c join catalog_school as s on s.catalog_id = c.catalog_id {where} "
            "group by c.catalog_id, c.name, s.end_year order by s.end_year, c.name",
            {"year": year} if year is not None else None,
        )

    def calendars(self, *, year: int | None = None, catalog: Name | None = None) -> pl.DataFrame:
        """Calendars: calendar_id, name, school, year, is_summer, start_date, end_date, courses, sections.

        Args:
            catalog: name or id; only calendars of schools that have it in the calendar's year.

        Raises:
            RequestError: there is no such catalog.

        >>> district.calendars(year=2027, catalog="High School")["name"].to_list()
        ['Riverbend High 26-27']
        """
        wheres: list[str] = []
        values: dict[str, Any] = {}
        if year is not None:
            wheres.append("k.end_year = $year")
            values["year"] = year
        with self._store.reading() as session:
            if catalog is not None:
                from coursepush.plan.requests.names import CATALOG, find_one

                wheres.append(
                    "exists (select 1 from catalog_school as s where s.school_id = k.school_id "
                    "and s.end_year = k.end_year and s.catalog_id = $catalog)"
                )
                values["catalog"] = find_one(session, CATALOG, catalog)
            where = f"where {' and '.join(wheres)} " if wheres else ""
            found = session.frame(
                "calendars",
                "select k.calendar_id, k.name, h.name as school, k.end_year as year, k.is_summer, k.start_date, "
                "k.end_date, count(distinct c.course_id) as courses, count(s.section_id) as sections "
                "from calendar as k join school as h on h.school_id = k.school_id "
                "left join course as c on c.calendar_id = k.calendar_id "
                f"left join section as s on s.course_id = c.course_id {where}"
                "group by all order by k.end_year, k.name",
                values or None,
            )
        return free_of_students(found)

    def findings(self) -> pl.DataFrame:
        """What the load mended or warned of: severity, rule, table, file, line, column, value, message.

        >>> district.findings().filter(rule="parent_missing").height
        5
        """
        return self._read_located(
            "findings",
            'select severity, rule, table_name as "table", file, line, column_name as "column", value, message '
            "from push.finding order by all",
        )

    def findings_page(self, path: Path) -> Path:
        """Write the findings and repairs as an HTML page, for those who have to correct the source.

        Raises:
            RequestError: the name does not end in .html, there is no such folder, or what is there is no page that
                coursepush made.
            WriteError: it cannot be written; what was there before stays.

        >>> str(district.findings_page("findings.html"))
        'findings.html'
        """
        from coursepush.reports.files import write_text
        from coursepush.reports.pages.findings import findings_page

        write_text(findings_page(self.findings(), repairs=self.repairs()), path)
        return path

    def repairs(self) -> pl.DataFrame:
        """What a load with ``repair=True`` mended: table, file, line, row_id, column, rule, before, after.

        >>> district.repairs().columns
        ['table', 'file', 'line', 'row_id', 'column', 'rule', 'before', 'after']
        """
        return self._read_located(
            "repairs",
            'select table_name as "table", file, line, row_id, column_name as "column", rule, before, after '
            "from push.repair order by all",
        )

    def scenarios(self) -> pl.DataFrame:
        """The situations planted in a simulated district: scenario, question, request, look_at, expect.

        >>> district.scenarios()["question"][0]
        'State codes changed on several course masters. How do the courses get them, and nothing else?'
        """
        return self._read("scenarios", "select * from push.scenario order by scenario")

    # -- planning ------------------------------------------------------------------------------------

    def plan_master_push(
        self,
        catalog: Name,
        *,
        year: int,
        mode: str = "locked",
        to_sections: bool = False,
        calendars: Name | Sequence[Name] | None = None,
        masters: Name | Sequence[Name] | None = None,
        courses: Name | Sequence[Name] | None = None,
        data: Sequence[str] | None = None,
        blanks: str = "push",
        release: str = "current",
        today: dt.date | None = None,
        assume_unused: bool = False,
    ) -> Plan:
        """Plan *Push All Course Masters*: what is locked in `catalog`, to the courses of `year`. Writes nothing.

        Args:
            catalog: name or id of the course catalog; it must be a school's in `year`.
            year: the year in which the school year ends (2026-27 is 2027).
            mode: ``locked`` (teacher-created setup is retained) or ``overwrite``.
            to_sections: push on to the sections as well.
            calendars: names or ids; by default the year's, summer calendars left out.
            masters: numbers or ids; naming one is *Push to Courses*.
            courses: numbers or ids.
            data: course_info, grading_tasks, standards, assessments, categories, composite_grades,
                grade_calc_options; all by default.
            blanks: ``push`` or ``keep``: whether an empty master attribute empties the course's.
            release: ``current``, ``.2251`` or ``.2211``: the rules of that release.
            today: for the warnings about classes in session; by default the day it is.
            assume_unused: plan and apply although students' work was not loaded.

        Raises:
            RequestError: something named is unknown, or the release lacks what is asked for.

        >>> plan = district.plan_master_push("High School", year=2027, masters="03101-1")
        >>> plan.counts().filter(pl.col("verdict") != "same").select("element", "verdict", "rows").rows()
        [('grading_tasks', 'delete', 1), ('categories', 'update', 1), ('grade_calc_options', 'delete', 4)]
        """
        with self._store.reading() as session:
            return plan_asked(
                self._store,
                session,
                "master_push",
                catalog=catalog,
                year=year,
                mode=mode,
                to_sections=to_sections,
                calendars=calendars,
                masters=masters,
                courses=courses,
                data=data,
                blanks=blanks,
                release=release,
                assume_unused=assume_unused,
                today=today,
            )

    def plan_course_push(
        self,
        calendar: Name,
        *,
        courses: Name | Sequence[Name] | None = None,
        sections: Name | Sequence[Name] | None = None,
        data: Sequence[str] | None = None,
        overwrite_categories: bool = False,
        today: dt.date | None = None,
        assume_unused: bool = False,
    ) -> Plan:
        """Plan *Push All Courses*: a calendar's courses to their sections. Writes nothing.

        Args:
            calendar: name or id.
            courses: numbers or ids; naming one is *Push to Sections*.
            sections: numbers or ids.
            data: categories, composite_grades, grade_calc_options, advisory; all by default.
            overwrite_categories: replace teachers' own categories where no assignment uses them.
            today, assume_unused: as in :meth:`plan_master_push`.

        Raises:
            RequestError: something named is unknown.

        >>> plan = district.plan_course_push("Riverbend High 26-27", courses="03101-1")
        >>> plan.writes
        0
        """
        with self._store.reading() as session:
            return plan_asked(
                self._store,
                session,
                "course_push",
                calendar=calendar,
                courses=courses,
                sections=sections,
                data=data,
                overwrite_categories=overwrite_categories,
                assume_unused=assume_unused,
                today=today,
            )

    def plan_links(
        self,
        catalog: Name,
        *,
        year: int,
        calendars: Name | Sequence[Name] | None = None,
        courses: Name | Sequence[Name] | None = None,
        data: Sequence[str] | None = None,
        by: str = "key",
    ) -> Plan:
        """Plan the links that an extract lacks: which rows of courses and sections come from which row above.

        A row of a course, then of a section, that has no link is given one to the row above with the same
        business key (categories: the same name, whatever its case). Its values stay as they are. Broken links
        stay broken. ``plan.matches()`` counts what pairs, with equal and with differing values, and what does
        not. Locks, Ignore Master Push and cross-site do not matter: a link says where a row came from. Writes
        nothing.

        Args:
            catalog: name or id of the course catalog; it must be a school's in `year`.
            year: the year in which the school year ends (2026-27 is 2027).
            calendars: names or ids; by default the year's, summer calendars left out.
            courses: numbers or ids.
            data: grading_tasks, standards, assessments, categories, composite_grades, grade_calc_options; all
                by default.
            by: ``key``; there is no other way yet.

        Raises:
            RequestError: something named is unknown.

        >>> links = district.plan_links("High School", year=2027, data=["categories"])
        >>> links.matches().select("hop", "equal", "differing", "unmatched").rows()
        [(1, 1, 0, 12), (2, 2, 14, 10)]
        """
        with self._store.reading() as session:
            return plan_asked(
                self._store,
                session,
                "links",
                catalog=catalog,
                year=year,
                calendars=calendars,
                courses=courses,
                data=data,
                by=by,
            )

    def plan_setup(
        self,
        edits: Any,
        *,
        then: Plan | Request | None = None,
        today: dt.date | None = None,
    ) -> Plan:
        """Plan setup itself: a scenario's edits, and a push that follows them. Writes nothing.

        Each row and field that the edits change is a row of hop 0 (RULES.md 13), with the same verdicts as in any
        plan; all is applied in one transaction, and undone like a push. Students' work is never edited by a plan,
        nor by SQL that reaches beyond setup: such edits are refused, and named.

        Args:
            edits: the file or the text of a scenario (:meth:`WhatIf.save`, :attr:`WhatIf.text`).
            then: a push or a plan of links, planned in a scenario of these edits: planned again on the district as
                the edits leave it. See :meth:`WhatIf.plan_setup`.
            today: as in :meth:`plan_master_push`.

        Raises:
            ScenarioError: an edit is refused, or is never part of a plan. RequestError: something is unknown.

        >>> w = district.what_if("heavier tests")
        >>> w = w.category("Tests", weight=45, catalog="High School", masters="04101-1")
        >>> plan = district.plan_setup(w.text)
        >>> plan.rows().select("hop", "element", "verdict").rows()
        [(0, 'categories', 'update')]
        """
        request = then.request if isinstance(then, Plan) else then
        with self._store.reading() as session:
            return plan_asked(self._store, session, "setup", edits=edits, then=request, today=today)

    def _plan_edits(self, edits: list[Edit]) -> Plan:
        return self.plan_setup(edits)

    def plan_undo(self, push_id: int, *, partial: bool = False) -> Plan:
        """Plan to take a push back: every row and field it wrote as it was before. Writes nothing.

        What later pushes, edits or students' work rest on is left alone and named; such a plan can be applied
        only with `partial`.

        >>> undo = district.plan_undo(receipt.push_id)
        >>> undo.writes == receipt.rows
        True
        """
        with self._store.reading() as session:
            return plan_asked(self._store, session, "undo", push_id=push_id, partial=partial)

    def load_plan(self, path: Path) -> Plan:
        """A plan that was saved with ``plan.save(path)``, if the district still is as it was then.

        Its request is planned again, and the file must say what comes of it, row by row. What it permits
        (``assume_unused``, ``partial``) is in ``plan.asks_for``, and has to be given again to :meth:`apply`.

        Raises:
            StalePlanError, ForeignPlanError, PlanError: the saved plan is not good here and now.

        >>> plan = district.plan_course_push("Riverbend High 26-27", courses="03101-1")
        >>> again = district.load_plan(plan.save("to review.cpush"))
        >>> again.digest == plan.digest
        True
        """
        return load_saved(self._store, path)

    # -- writing -------------------------------------------------------------------------------------

    @writes
    def apply(
        self, plan: Plan, *, again: bool = False, assume_unused: bool = False, partial: bool = False
    ) -> Receipt:
        """Write what `plan` says, in one transaction, or nothing.

        The request is planned again on the data as they are now, and only where that gives the same list of
        verdicts is anything written. That is left out where the district is provably the one that was planned:
        a file of this machine's that nobody has written since, by its identity, size and times.

        It can be stopped until it is being saved. What history then holds is written: the receipt is given, with a
        warning (``coursepush.errors.LeftUntidyWarning``) of what could not be done after that. Every error says
        whether anything was written (``error.written``).

        Args:
            again: plan again in any case.
            assume_unused, partial: of a plan that was loaded from a file and made with them: given again, since a
                file cannot permit it.

        Raises:
            StalePlanError: the district has moved; ``error.moved`` shows old and new verdicts.
            PermissionNeededError: the plan comes from a file and asks for a permission that is not given here.
            ApprovalNeededError: the policy asks for approvals that the plan does not have, or a guard blocks it;
                it says what is missing, and ``district.refusals()`` keeps it.
            UsedPlanError, ForeignPlanError, UnknownUseError: this plan cannot be applied here.
            DistrictBusyError: another process had the file open for as long as was waited for it.
            OutcomeUnknownError: whether it was written could not be found out; says how to look.

        >>> plan = district.plan_master_push("High School", year=2027, masters="03101-1")
        >>> receipt = district.apply(plan)
        >>> receipt.rows == plan.writes
        True
        >>> undone = district.apply(district.plan_undo(receipt.push_id))
        """
        given = {"assume_unused": assume_unused, "partial": partial}
        permitted = [name for name, is_given in given.items() if is_given]
        return apply_plan(self._store, plan, again=again, permitted=permitted)

    @writes
    def refresh(
        self,
        source: Any,
        *,
        columns: Mapping[str, Mapping[str, str]] | None = None,
        repair: bool = False,
        format: str = "auto",
        mapping: Path | None = None,
        not_given: str = "keep",
        allow_removals: bool = False,
    ) -> Refreshed:
        """Replace the tables by those of a new extract, in one transaction after the same checks as a load.

        History, plans and settings stay. Rows of the grading setup that have other ids in the new extract are
        known by owner and business key, and the history follows them, so that an earlier push can still be undone.
        What is not given is not empty: a table that gives no links keeps those the district has, a column that is
        not given keeps its values, and what a format cannot give of a table is never removed by it.

        Args:
            source, columns, repair, format, mapping: as in :func:`load_district`.
            not_given: what becomes of tables and columns that the extract does not give: ``keep`` (they stay as
                they are, less what belonged to rows that are gone) or ``forget`` (they are empty; students' work
                is unknown).
            allow_removals: let the refresh take away a whole school, more than a twentieth (and at least ten) of
                the courses, of the sections or of a level's rows of setup, or all rows of a table.

        Returns:
            What changed since the last load, by table: by our pushes, by others; and the findings.

        Raises:
            LoadError: the extract is refused, with all findings; the district is as it was.
            RemovalError: so much would go, and was not asked for; ``error.removals`` has each school's numbers.
            DistrictBusyError: another process had the file open for as long as was waited for it.
            OutcomeUnknownError: whether it was written could not be found out; says how to look.

        >>> district = cp.load_district("extract/")
        >>> refreshed = district.refresh("extract/")
        >>> refreshed.summary
        'Nothing has changed since the last load.'
        """
        from coursepush.load.formats import opened_source
        from coursepush.refresh.refresh import refresh_tables

        with opened_source(source, format, mapping, repair=repair) as found:
            return refresh_tables(
                self._store,
                found,
                columns=columns,
                repair=repair,
                not_given=not_given,
                allow_removals=allow_removals,
            )

    @writes
    def scaffold(self, profile: Path | None = None, *, catalog: Name | None = None) -> pl.DataFrame:
        """Give course masters that have none a starting setup from a profile: table, rows.

        >>> district = cp.load_edfi("edfi/")
        >>> district.scaffold().filter(pl.col("rows") > 0).rows()
        [('catalog_lock', 16), ('grading_scale', 1), ('grading_scale_mark', 5), ('grading_task', 4),
        ('master_task', 4), ('master_category', 4), ('master_composite', 5), ('master_grade_calc', 7)]
        """
        from coursepush.load.scaffold.masters import load_profile, scaffold
        from coursepush.plan.requests.names import CATALOG, find_one

        catalog_id = None
        if catalog is not None:
            with self._store.reading() as session:
                catalog_id = find_one(session, CATALOG, catalog)
        return scaffold(self._store, load_profile(profile), catalog=catalog_id)

    # -- agreeing ------------------------------------------------------------------------------------

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

    @property
    def queue(self) -> Queue:
        """The batch queue: ``district.queue.submit(plan, at="22:00")``, ``.list()``, ``.start_worker()``, ...

        >>> district = cp.open_district("district.duckdb")
        >>> district.queue.list().answer
        'Nothing is in the queue.'
        """
        from coursepush.queue.calls import Queue

        return Queue(self._store, panel=self._queue_panel)

    def _queue_panel(self) -> QueuePanel:
        from coursepush.widgets.queue.panel import QueuePanel

        return QueuePanel(self)

    # -- reading -------------------------------------------------------------------------------------

    def grades(
        self,
        *,
        course: Name | Sequence[Name] | None = None,
        section: int | Sequence[int] | None = None,
        student: int | Sequence[int] | None = None,
        task: Name | Sequence[Name] | None = None,
        term: int | Sequence[int] | None = None,
    ) -> pl.DataFrame:
        """In-progress grades as they stand: student_id, section_id, task_id, term_seq, percent, mark.

        One row an enrolled student, task and term that has a grade (GRADES.md), of the courses, sections,
        students, tasks and terms named, or of all. `percent` is a decimal with 4 decimals; `mark` is null without
        a scale, and below its lowest mark. The frame names students: it is not to be sent around.

        Raises:
            RequestError: students' work was not loaded, so that no grade is known.

        >>> district.grades(section=8101).columns
        ['student_id', 'section_id', 'task_id', 'term_seq', 'percent', 'mark']
        """
        from coursepush.forecast.grades import grades_now

        return grades_now(self._store, course=course, section=section, student=student, task=task, term=term)

    def explain_grade(self, *, student: int, section: int, task: Name, term: int) -> ExplainedGrade:
        """How one grade comes about, or why there is none: score by score, category by category, to the mark.

        It is the table that a teacher would check by hand, by the rules of GRADES.md (``cp.rules("grades 3")``).
        What it gives names a student: it is not to be sent around.

        Raises:
            RequestError: there is no such section or task, or students' work was not loaded.

        >>> grade = district.explain_grade(student=100480, section=115, task="Quarter Grade", term=1)
        >>> grade.scores.columns[:3]
        ['assignment_id', 'assignment', 'category']
        """
        from coursepush.forecast.explain import explain_grade

        return explain_grade(self._store, student=student, section=section, task=task, term=term)

    def try_weights(self, *, section: int, weights: Mapping[str, float | str | Decimal]) -> Forecast:
        """What the grades of one section would be with other weights of its categories. Nothing is written.

        Args:
            weights: a category's name and what it would weigh; the others keep what they have.

        Raises:
            RequestError: the section has no such category, or a weight is none.

        >>> tried = district.try_weights(section=115, weights={"Tests": 50})
        >>> tried.rows(moves=False).columns[4:7]
        ['percent_before', 'percent_after', 'change']
        """
        from coursepush.forecast.tried import try_weights

        return try_weights(self._store, section=section, weights=weights)

    def weights_panel(self, section: int) -> WeightsPanel:
        """The same with a slider a category: what moves is shown at once, with no student.

        >>> district.weights_panel(115)
        <WeightsPanel: shown in JupyterLab, a notebook or Voilà>
        """
        from coursepush.widgets.weights import WeightsPanel

        return WeightsPanel(self, section)

    def history(self) -> pl.DataFrame:
        """The pushes applied, newest first: push_id, kind, title, rows written, digest, when, by whom, whose yes.

        >>> district.history().filter(push_id=receipt.push_id).select("title", "rows").row(0)
        ('Push All Course Masters, 2026-27, overwrite mode, to courses and sections', 236)
        """
        with self._store.reading() as session:
            return free_of_students(history_frame(session))

    def refreshes(self) -> pl.DataFrame:
        """The refreshes, newest first: when, and how many rows of which table changed, and by whom.

        >>> district.refreshes().height  # the simulated district never was
        0
        """
        from coursepush.refresh.refreshed import refreshes_frame

        with self._store.reading() as session:
            return refreshes_frame(session)

    def export(self, folder: Path, *, format: str = "csv", students: bool = False) -> pl.DataFrame:
        """Write the district's tables to `folder` in the load format; loading that gives the same district.

        Args:
            folder: where to; made if it is not there. A former export is replaced in the moment in which the new
                one is whole, if nobody has touched it and nothing of it would be gone; nothing else is.
            format: ``csv`` or ``parquet``.
            students: write enrollment, score and posted_grade too, which have a student in every row. Without
                them a load takes those tables for unknown.

        Returns:
            table, file, rows; one row a file.

        Raises:
            RequestError: the folder holds something else, or there is no such format.
            WriteError: it cannot be written; nothing is left of it.

        >>> district.export("tables/", format="parquet")["table"].head(3).to_list()
        ['school', 'calendar', 'term']
        """
        from coursepush.export.tables import export_tables

        return free_of_students(export_tables(self._store, folder, format=format, students=students))

    def reconcile(self, plan: AnyPlan, *, since: int | None = None) -> Reconciliation:
        """Did the real push do it? What came of each verdict of `plan`, in the district as it stands now.

        For after the vendor's own push: refresh the district from the new extract, then ask. Rows are found by
        owner and business key, never by id, since ids are the source's own, and compared by their values. The link
        decides only of rows whose values a push leaves alone, where the extract gives links; else they came true.

        Args:
            plan: a plan of this process, the path of a saved plan, or a push applied here (its receipt or number).
            since: the number of the first refresh that can have brought the real push's doing (see
                :meth:`refreshes`), for what changed beside the plan. By default the first after the plan was
                made or applied.

        Returns:
            `counts()` by rule and outcome, `rows()`, `examples()` and `summary`. What was `same` is counted where
            that is known: of a plan and a saved plan, not of a push in the history.

        Raises:
            RequestError: there is no such push or refresh.
            PlanError: the file is no saved plan, or is damaged.
            ForeignPlanError: the plan was made for another district.

        >>> found = district.reconcile(receipt)
        >>> found.counts().group_by("outcome").agg(pl.col("rows").sum()).sort("outcome").rows()
        [('came_true', 238), ('not_checked', 2)]
        """
        from coursepush.reports.reconcile import reconcile

        return reconcile(self._store, plan, since=since)

    def export_changes(self, push: Plan | Receipt | int, folder: Path) -> pl.DataFrame:
        """Write what a plan would change, or a push has changed, to `folder`: a CSV for each school.

        One line a change, in the words of the information system's screens (course, section, teacher, what to add,
        change, rename or remove, from what to what), to be keyed in or imported there.

        Args:
            push: a plan, a receipt, or a push's number.
            folder: where to; made if it is not there. What is there may be replaced as in :meth:`export`.

        Returns:
            school, file, changes; one row a file.

        Raises:
            RequestError: the folder holds something else, or there is no such push.
            WriteError: it cannot be written; nothing is left of it.

        >>> district.export_changes(plan, "to key in/").select("school", "changes").rows()
        [('Riverbend High School', 236)]
        """
        from coursepush.export.changes import write_changes

        return free_of_students(write_changes(self._store, push, folder))

    def why(
        self,
        section: Name | None = None,
        element: str | None = None,
        key: Any = None,
        *,
        course: Name | None = None,
        calendar: Name | None = None,
        plan: Plan | None = None,
    ) -> Why:
        """Why a section has, lacks or keeps something: catalog lock, course master, course, section, step by step.

        Without `section`, the same of a course. The verdicts are those of a locked push of that one course's
        master and of Push All Courses of that one section, as things stand; with `plan`, the plan's.

        Args:
            section: its id, or its number as text, which `course` and `calendar` tell apart.
            element: course_info, grading_tasks, standards, assessments, categories, composite_grades,
                grade_calc_options or advisory.
            key: which of them: a name, code or id; (task, term) of an option; (task, term, child, child term) of a
                composite; a field of course_info; or the key of a plan's row.
            course: number or id. calendar: name or id.

        Returns:
            `answer`, `steps` with the rule that decides on each level, `rows` read, `protection` (what makes it
            used), `pushes` that wrote it, and `drifted` (refreshes that found it changed by others).

        Raises:
            RequestError: something is unknown or ambiguous; the message lists what there is.

        >>> why = district.why("01", "categories", "Homework", course="03101-1", calendar="Riverbend High 26-27")
        >>> why.steps.select("level", "verdict", "link", "rule_section").rows()
        [('catalog', None, None, '4'), ('master', None, None, None), ('course', 'same', 'linked', '4.2'),
        ('section', 'same', 'linked', '5.1')]
        >>> print(cp.rules("5.1"))
        5.1 Rows of the grading setup
        ...
        """
        from coursepush.reports.why.why import why

        return why(self._store, section, element, key, course=course, calendar=calendar, plan=plan)

    def panel(
        self, tool: Literal["masters", "courses"] | None = None, *, today: dt.date | None = None, **choices: Any
    ) -> PushPanel:
        """The push panel, for a notebook or Voilà: choose, preview, run, get the report, undo, compare.

        Others can be asked to agree there, and the batch queue to run it: approvals, Submit to Batch, the list.

        Args:
            tool: ``masters`` (Push All Course Masters) or ``courses`` (Push All Courses); by default masters,
                unless a calendar is given.
            today: as in :meth:`plan_master_push`.
            choices: what is chosen at first: arguments of :meth:`plan_master_push` or :meth:`plan_course_push`.
                ``masters="03101-1"`` is the button *Push to Courses* of that course master;
                ``calendar=..., courses="03101-1"`` is *Push to Sections* of that course.

        Raises:
            RequestError: a choice that there is not.

        >>> panel = district.panel(masters="03101-1")
        >>> panel.preview()
        >>> panel.wait()
        >>> panel.plan.writes
        6
        """
        from coursepush.widgets.push.panel import PushPanel

        chosen = tool or ("courses" if "calendar" in choices else "masters")
        return PushPanel(self, chosen, today, choices)

    @property
    def reports(self) -> Reports:
        """The reports: ``district.reports.course_status()``, ``district.reports.residual()``, and so on.

        ``district.reports.panel()`` is the reports panel, for a notebook.
        """
        from coursepush.reports.reports import Reports

        return Reports(self._store, self._reports_panel)

    def _reports_panel(self, report: str | None, filters: dict[str, Any]) -> ReportsPanel:
        from coursepush.widgets.reports.panel import ReportsPanel

        return ReportsPanel(self, report, filters)

    def sql(
        self, query: str, params: dict[str, Any] | list[Any] | None = None, *, timeout: float | None = None
    ) -> pl.DataFrame:
        """One SELECT on the district's tables, read-only, with no other file within reach.

        Interrupting the kernel (or Ctrl-C) stops it, and the district stays open.

        Args:
            timeout: seconds after which the query is stopped; None lets it run.

        Raises:
            QueryError: it is not one SELECT statement, it failed, or it was not done in time.
            RequestError: `timeout` is no number of seconds above 0.

        >>> district.sql("select name from school where number = $number", {"number": "0301"}).item()
        'Riverbend High School'
        """
        check_timeout(timeout)
        with self._store.reading() as session:
            check_select(session, query)
            try:
                return stoppable(self._store, lambda: session.frame("sql", query, params), timeout)
            except DistrictBusyError:
                raise
            except TimeOverError as error:
                raise QueryError(
                    f"The query was not done after {timeout:,g} seconds and was stopped. Ask for less (one "
                    "calendar, one school; look at how tables are joined), or give it more time: timeout=."
                ) from error
            except StoreError as error:
                if is_out_of_memory(error.__cause__):
                    raise QueryError(out_of_memory("The query", "", self._store.memory)) from error
                raise QueryError(f"The query failed. {error.__cause__ or error}") from error

    def _read(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> pl.DataFrame:
        with self._store.reading() as session:
            return free_of_students(session.frame(name, sql, values))

    def _read_located(self, name: str, sql: str) -> pl.DataFrame:
        from coursepush.load.findings import marked

        with self._store.reading() as session:
            return marked(session.frame(name, sql))

    # -- what if -------------------------------------------------------------------------------------

    def what_if(self, title: str = "What if", *, edits: Path | None = None) -> WhatIf:
        """A scenario: this district with edits laid over it, to be planned on and forecast (SCENARIO.md).

        Nothing of it is ever written to the district. Close it when done, or use it in a ``with`` block.

        Args:
            title: what it is called.
            edits: a scenario's text that was saved (``w.save(path)``), whose edits to make here; those that cannot
                be made here are in ``w.missed``. The title is that of the text, where it has one.

        Raises:
            RequestError, ScenarioError: the text cannot be read, or is no scenario.

        >>> with district.what_if("heavier tests") as w:
        ...     w = w.category("Tests", weight=45, catalog="High School", masters="04101-1")
        ...     tried = w.plan_master_push("High School", year=2027, courses="04101-1")
        >>> tried.scenario != plan.scenario
        True
        """
        from coursepush.district.what_if import WhatIf
        from coursepush.scenario.text import read_file

        told, made = read_file(edits) if edits is not None else ("", [])
        return WhatIf(self._store, told or title, made)

    def sweep(
        self,
        axis: str,
        values: Sequence[float],
        edit: Callable[[WhatIf, Any], object],
        plan: Callable[[WhatIf], Plan],
        *,
        grades: bool | None = None,
    ) -> Report:
        """One edit with many values, each in a scenario of its own, side by side: a curve of what it does.

        Args:
            axis: what is swept, in words: ``"weight of Tests"``.
            values: the numbers to try.
            edit: makes the edit in a scenario, with one of the values.
            plan: plans in the scenario.
            grades: as of :func:`coursepush.compare`.

        Raises:
            RequestError: there are fewer than two values, or `plan` gives no plan.

        >>> found = district.sweep(
        ...     "weight of Tests",
        ...     range(20, 50, 10),
        ...     lambda w, weight: w.category("Tests", weight=weight, catalog="High School", masters="04101-1"),
        ...     lambda w: w.plan_master_push("High School", year=2027, courses="04101-1"),
        ... )
        >>> found.select("value", "other_values").rows()[0]
        (20.0, 1)
        """
        from coursepush.reports.side_by_side import sweep

        return sweep(self.what_if, values, edit, plan, axis, grades=grades)

    def rehearse(
        self,
        situation: str | int | None = None,
        *,
        catalog: Name | Sequence[Name] | None = None,
        year: int | str | None = None,
        today: dt.date | None = None,
    ) -> Report:
        """The situations that districts ask about most: where each applies here, and what its steps would do.

        Without a situation, a list of all, and to which course masters, courses and sections each applies. With
        one, its steps for the catalog and year in which it applies most: one row a step, with the columns of
        :func:`coursepush.compare`, and `is_advised`, `what`, `edits` (to be set up first, in a scenario), `call`;
        ``.places`` has where it applies, ``.plans`` the plan of each step. Nothing is written.

        Args:
            situation: its name or number; ``district.rehearse()`` lists them.
            catalog, year: look only there.
            today: as in :meth:`plan_master_push`.

        Raises:
            RequestError: there is no such situation, catalog or year.

        >>> found = district.rehearse("teachers manage their own categories", year=2026)
        >>> found.select("name", "is_advised").rows()
        [('all but Categories', True), ('with Categories', False)]
        >>> found.places.height > 0
        True
        """
        return self.reports.rehearsal(situation, catalog=catalog, year=year, today=today)

    def what_if_panel(
        self, title: str = "What if", *, edits: Path | None = None, today: dt.date | None = None, **whom: Any
    ) -> WhatIfPanel:
        """The what-if panel, for a notebook or Voilà: sliders and fields, and scenarios side by side.

        Args:
            title: of the first scenario.
            edits: a scenario's text that was saved, to begin with.
            today: as in :meth:`plan_master_push`.
            whom: what is edited at first: ``catalog`` and ``master``, ``calendar`` and ``course``, or ``section``
                (an id), and the ``year``.

        Raises:
            RequestError, ScenarioError: something named is unknown, or the text cannot be read.

        >>> panel = district.what_if_panel("heavier tests", catalog="High School", master="04101-1", year=2026)
        >>> panel.wait()
        >>> panel.fields.sliders["Tests"].value = 45
        >>> panel.wait()
        >>> panel.scenario.edits()["what"].item()
        'set categories: name Tests, weight 45; catalog High School, masters 04101-1'
        """
        from coursepush.widgets.what_if.panel import WhatIfPanel

        return WhatIfPanel(self, title, "" if edits is None else str(edits), today, whom)

    # -- closing -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the district; plans made from it can no longer be read.

        >>> district = cp.open_district("district.duckdb")
        >>> district.close()
        >>> district.catalogs()
        Traceback (most recent call last):
        coursepush.errors.StoreError: ...
        """
        self._store.close()

    def __enter__(self) -> District:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        where = "in memory" if self._store.path is None else str(self._store.path)
        return f"<District {where}{', closed' if self._store.is_closed else ''}>"
