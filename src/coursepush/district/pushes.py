"""Plans of pushes, of edits and of taking pushes back, and what writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.apply.apply import Receipt, apply_plan
from coursepush.apply.history import history_frame
from coursepush.apply.saved import load_saved
from coursepush.district.contents import Contents, Path
from coursepush.district.year import YearSteps
from coursepush.marks import free_of_students
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.plan.request import Name, Request
from coursepush.store.commit import writes

if TYPE_CHECKING:
    from coursepush.reports.why.why import Why
    from coursepush.scenario.edits import Edit


class Pushes(Contents, YearSteps):
    """Nothing is written until a plan is applied."""

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

    def history(self) -> pl.DataFrame:
        """The pushes applied, newest first: push_id, kind, title, rows written, digest, when, by whom, whose yes.

        >>> district.history().filter(push_id=receipt.push_id).select("title", "rows").row(0)
        ('Push All Course Masters, 2026-27, overwrite mode, to courses and sections', 236)
        """
        with self._store.reading() as session:
            return free_of_students(history_frame(session))

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
