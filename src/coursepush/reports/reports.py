"""The reports of a district, each for the people who have to act on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Any, Unpack

from coursepush.errors import RequestError
from coursepush.html.notebook import html_table
from coursepush.reports.asked import choice_words
from coursepush.reports.audit.page import COURSE_AUDIT
from coursepush.reports.audit.report import course_audit_frame
from coursepush.reports.awaiting.page import COURSE_AWAITING, MASTER_AWAITING
from coursepush.reports.awaiting.report import course_awaiting, master_awaiting
from coursepush.reports.base import a_report, in_one_reading
from coursepush.reports.cascade.page import CASCADE
from coursepush.reports.cascade.report import cascade_frames
from coursepush.reports.drift.page import DRIFT
from coursepush.reports.drift.report import drift_frame
from coursepush.reports.filters import Given
from coursepush.reports.plan_reports import PlanReports
from coursepush.reports.registry import (
    QUESTIONS,
    CourseFilters,
    ElementFilters,
    Names,
    RowFilters,
    SetupFilters,
    Years,
)
from coursepush.reports.report import Report
from coursepush.reports.residual.page import RESIDUAL
from coursepush.reports.residual.report import residual_frame
from coursepush.reports.status.page import COURSE_STATUS, STATUS_LABELS
from coursepush.reports.status.relink import CourseStatus
from coursepush.reports.status.report import course_status_frame


class Reports(PlanReports):
    """``district.reports``: each method gives a :class:`Report`, with the filters named in it.

    A report shows its answer in a notebook and in a terminal, may be used like the polars frame of its rows
    (``report.filter(...)``, ``report.frame``), and is sent around with ``report.page("….html")`` or
    ``report.save("….xlsx")``. Every filter but `level` takes one name or id, or several; what is unknown is an
    error that lists the valid choices.
    """

    def panel(self, report: str | None = None, **filters: Any) -> Any:
        """The reports panel, for a notebook or Voilà: choose, show, ask why, relink, push on, save.

        Args:
            report: the method's name, such as ``course_status``, which is the one by default.
            filters: what is chosen at first: arguments of that method. Where neither a year nor a calendar is
                named, reports of how things stand begin with the school year it is; ``year=None`` is all of them.

        Raises:
            RequestError: there is no such report or filter, or a filter has no such value.

        >>> panel = district.reports.panel("course_status", catalog="High School", year=2027)
        >>> panel.show()
        >>> panel.wait()
        >>> panel.report.height
        30
        """
        if self._panel is None:
            raise RequestError(
                "These reports are not a district's. Ask for the panel as district.reports.panel()."
            )
        return self._panel(report, filters)

    def __repr__(self) -> str:
        width = max(len(name) for name in QUESTIONS)
        return "\n".join(f"district.reports.{name:<{width}}  {text}" for name, text in QUESTIONS.items())

    def _repr_html_(self) -> str:
        lines = [
            [f"<code>district.reports.{escape(name)}(…)</code>", escape(text)] for name, text in QUESTIONS.items()
        ]
        return html_table((), lines)

    @a_report
    def residual(self, **filters: Unpack[RowFilters]) -> Report:
        """Residual Data as things stand: setup that is used and has nothing like it on the level above.

        Columns: catalog, year, school, calendar, course_number, course_name, section_number, teacher, level
        (``course`` or ``section``), element, name, link (``orphan``, ``local`` or ``broken``), assignments,
        inactive_assignments (of these, the ones that are switched off), scores, posted_grades, comments, students,
        other_students (enrolled, without anything that uses it; null where enrollment was not loaded), is_hidden
        (how many students is not said on pages and in files, ``coursepush rules model 10``), why, what_to_do,
        course_id, section_id, row_id.

        Raises:
            RequestError: a filter names something unknown.
            UnknownUseError: students' work was not loaded.

        >>> district.reports.residual(school="Riverbend High School").answer
        '28 rows of grading setup stay on 10 courses and 6 sections: no push removes what is in use. 16 came from
        above; 12 were made by schools or teachers.'
        """
        given = Given(**filters)
        return self._report(RESIDUAL, given, residual_frame(self._store, given))

    @a_report
    def course_status(
        self, *, status: str | Sequence[str] | None = None, **filters: Unpack[ElementFilters]
    ) -> CourseStatus:
        """Course Status: which courses follow their course master, which do not, and why.

        One row a course that has a course master. Columns: catalog, year, school, calendar, course_number,
        course_name, master_number, master_name, status (``linked``, ``no_setup``, ``course_controlled`` or
        ``desynced``),
        ignore_master_push, master_is_active, broken, local, residual (rows of locked elements whose link is
        broken, which the school made, which stay because they are used), elements (the data types these are of),
        why, what_to_do, because and hindrances (the codes of these), course_id, master_id. With an element filter
        broken, local, residual and elements are of these data types only. ``report.relink(...)`` plans an
        overwrite push of the desynced ones.

        Args:
            status: of the course.

        Raises:
            RequestError: a filter names something unknown.

        >>> district.reports.course_status(catalog="High School", year=2027).answer
        '16 of 30 courses follow their course master. 7 are course controlled: the school manages some of it. 7 are
        desynced: the link of 28 locked rows to the course master is broken.'
        """
        given = Given(**filters)
        frame = course_status_frame(self._store, status, given)
        asked, as_of = self._asked(given, lambda _: choice_words("Status", status, STATUS_LABELS))
        return CourseStatus(COURSE_STATUS, frame, asked, as_of, self._unknown_use(), store=self._store)

    @a_report
    def course_audit(
        self, *, status: str | Sequence[str] | None = None, **filters: Unpack[ElementFilters]
    ) -> Report:
        """Course Audit: every difference between courses and their course masters, and each course's status.

        One row a row that one of the two lacks, a value that differs, or a link that is not sound though the
        values are equal; and one row, without a data type, a course that has none of these. Courses without a
        course master are not in it.

        Columns: catalog, year, school, calendar, course_number, course_name, master_number, status (``linked``,
        ``course_controlled`` or ``desynced``), sets_status (whether the course has its status from this row),
        ignore_master_push, element, name, key, field, difference (``missing`` on the course, ``extra`` there,
        ``differs``, ``link``, or ``rename`` where it has to give up its name), state (linked, course managed or
        desynced; null where there is no row), link, use (of what is extra: used, unused, or unknown where
        students' work was not loaded), is_locked,
        master_value and course_value (JSON text as in plan rows; of a row or of the field), master_words and
        course_words (the same for reading), why, what_to_do, because (the code of `why`), hindrance (what keeps a
        locked push from writing it; null exactly where such a push writes it), last_pushed (as our last push left
        it, null where none wrote it or where it took it away), push_id (of that push), drifted_since (the day of
        the last refresh that found it changed by others, null where a push of ours has written it since),
        course_id, master_id, row_id.

        Args:
            status: of the course.

        Raises:
            RequestError: a filter names something unknown.

        >>> district.reports.course_audit(course="03101-1").answer
        '12 differences on 2 of 2 courses, 12 of them in what is locked. No course is desynced: no locked row has a
        broken link.'
        """
        given = Given(**filters)
        frame = course_audit_frame(self._store, status, given)
        return self._report(
            COURSE_AUDIT,
            given,
            frame,
            lambda _: choice_words("Status", status, STATUS_LABELS),
            notes=self._unknown_use(),
        )

    @a_report
    def master_awaiting_push(self, *, attributes: bool = True, **filters: Unpack[ElementFilters]) -> Report:
        """Course Master Awaiting Push: what a locked push would write on courses, by course master and field.

        One row a course master, row or field, and value to be written. Columns: catalog, year, master_number,
        master_name, element, name, key, field (null where the whole row is added, removed or only linked again),
        change (``add``, ``change``, ``relink``, ``rename``, ``remove``), master_value (to be written),
        course_value (null where the courses differ among themselves), course_values (in how many ways they have
        it), in_words, courses, schools (how many), master_id. Summer calendars are left out unless one is named,
        as in a push.

        Args:
            attributes: with Course Info; the information system's own report has grading setup only.

        Raises:
            RequestError: a filter names something unknown.

        >>> district.reports.master_awaiting_push(catalog="High School", year=2027).answer
        '42 changes of 16 course masters await a push to 16 courses at 1 school. 27 rows on 6 courses could not be
        pushed: the link to the course master is broken. 11 rows on 4 courses could not be pushed, for other
        reasons. 1 course is left out: marked Ignore Master Push, or of an inactive course master.'
        """
        given = Given(**filters)
        found = master_awaiting(self._store, given, attributes=attributes)
        return self._report(MASTER_AWAITING, given, found.frame, notes=found.notes, facts=found.facts)

    @a_report
    def course_awaiting_push(self, **filters: Unpack[SetupFilters]) -> Report:
        """Course Awaiting Push: what a push of courses would write in sections as things stand.

        One row a section, row or field. Columns: catalog, year, school, calendar, course_number, course_name,
        section_number, teacher, element, name, key, field, change, course_value (to be written), section_value,
        in_words, course_id, section_id, row_id.

        Raises:
            RequestError: a filter names something unknown.

        >>> district.reports.course_awaiting_push(calendar="Riverbend High 26-27").answer
        '43 changes await a push to 7 sections of 4 courses at 1 school. 1 row on 1 section could not be pushed,
        for reasons given below. 2 sections of courses run at another site are left out.'
        """
        given = Given(**filters)
        found = course_awaiting(self._store, given)
        return self._report(COURSE_AWAITING, given, found.frame, notes=found.notes, facts=found.facts)

    @a_report
    def cascade(self, **filters: Unpack[CourseFilters]) -> Report:
        """The cascade from catalogs to sections: how much is in sync at each level, with a picture.

        One row a level and state. Columns: level (``catalog``, ``master``, ``course``, ``section``), state
        (``in_sync``, ``differs`` (and no push changes it), ``pending``, ``residual``, ``desynced``, ``ignored``),
        owners (how many are in that state, each in its worst one), rows (setup rows and fields in that state),
        awaiting (to how many of these owners a push would write, whatever else they are).

        Raises:
            RequestError: a filter names something unknown.

        >>> district.reports.cascade(catalog="High School", year=2027).answer
        '6 of 30 courses are in sync with the course master: 3 with differences that no push changes, 13 awaiting
        push, 7 desynced, 1 left out of pushes. 52 of 61 sections are in sync with the course: 7 awaiting push, 2
        left out of pushes.'
        """
        given = Given(**filters)
        frame, by_school = cascade_frames(self._store, given)
        return self._report(CASCADE, given, frame, notes=self._unknown_use(), facts={"by_school": by_school})

    @in_one_reading
    def rehearsal(
        self,
        situation: str | int | None = None,
        *,
        catalog: Names | None = None,
        year: Years | None = None,
        today: dt.date | None = None,
    ) -> Report:
        """The situations that districts ask about: all, and where each applies; or one, with its steps.

        The same as :meth:`coursepush.District.rehearse`.

        >>> district.reports.rehearsal().frame.columns[:3]
        ['number', 'name', 'situation']
        """
        from coursepush.reports.rehearsals.rehearsal import list_rehearsals, rehearse

        given = Given(catalog=catalog, year=year)
        if situation is None:
            return list_rehearsals(self._store, given, today)
        return rehearse(self._store, situation, given, today)

    @a_report
    def drift(self, *, refresh: int | Sequence[int] | None = None, **filters: Unpack[RowFilters]) -> Report:
        """What changed on courses and sections from one load to the next that no push of ours wrote.

        One row a row of setup, attribute, district-defined field or advisory flag and refresh that found it
        changed, where the course or section is still there.

        Columns: catalog, year, school, calendar, course_number, course_name, section_number, teacher, level,
        element, name, key, field, refresh_id, when (of the refresh), change (``added``, ``removed``, ``changed``,
        ``renamed``, or ``link``: its values are as they were), last_pushed (as our last push left it, null where
        none wrote it
        or where it took it away), push_id (of that push, null where none wrote it), before, now (as it stands
        now), wanted (as the course master or the course has it now, null where that has none), in_words,
        course_id, section_id. Keys and values are JSON text as in plan rows.

        Args:
            refresh: numbers of refreshes; all by default.

        Raises:
            RequestError: a filter names something unknown.

        >>> district.reports.drift(year=2027).answer
        'Not known yet: the district has not been refreshed since it was loaded.'
        """
        given = Given(**filters)
        frame = drift_frame(self._store, refresh, given)
        with self._store.reading() as session:
            refreshes = session.value("refreshes", "select count(*) from push.refresh")
        return self._report(
            DRIFT,
            given,
            frame,
            lambda _: choice_words("Refresh", refresh),
            notes=["What was on courses and sections that are no longer there is left out."] if refreshes else [],
            facts={"refreshes": refreshes},
        )
