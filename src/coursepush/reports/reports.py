"""The reports of a district, each for the people who have to act on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from coursepush.plan.plan import Plan
from coursepush.reports.asked import as_of_words, asked_words, choice_words
from coursepush.reports.course_audit import course_audit_frame
from coursepush.reports.drift import drift_frame
from coursepush.reports.filters import Given, Names, resolve_filters
from coursepush.reports.pages.drift import DRIFT
from coursepush.reports.pages.push_result import PUSH_RESULT
from coursepush.reports.pages.residual import RESIDUAL
from coursepush.reports.push_result import Applied, find_push, push_result_frame
from coursepush.reports.report import Layout, Report
from coursepush.reports.residual import residual_frame
from coursepush.store.database import Session, Store

Years = int | Sequence[int]
Words = Sequence[tuple[str, str]]


class Reports:
    """``district.reports``: each method gives a :class:`Report`, with the filters named in it.

    A report shows its answer in a notebook and in a terminal, may be used like the polars frame of its rows
    (``report.filter(...)``, ``report.frame``), and is sent around with ``report.page("….html")`` or
    ``report.save("….xlsx")``. Every filter takes one name or id, or several; what is unknown is an error that
    lists the valid choices.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def residual(
        self,
        *,
        catalog: Names | None = None,
        year: Years | None = None,
        calendar: Names | None = None,
        school: Names | None = None,
        master: Names | None = None,
        course: Names | None = None,
        section: Names | None = None,
        level: str | None = None,
        element: str | Sequence[str] | None = None,
        teacher: Names | None = None,
    ) -> Report:
        """Residual Data as things stand: setup that is used and has nothing like it on the level above.

        Columns: catalog, year, school, calendar, course_number, course_name, section_number, teacher, level
        (``course`` or ``section``), element, name, link (``orphan`` or ``local``), assignments, scores,
        posted_grades, comments, students, other_students (enrolled, without anything that uses it; null where
        enrollment was not loaded), why, what_to_do, course_id, section_id, row_id.

        Raises:
            RequestError: a filter names something unknown.
            UnknownUseError: students' work was not loaded.
        """
        given = Given(catalog, year, calendar, school, course, level, element, teacher, master, section)
        return self._report(RESIDUAL, given, residual_frame(self._store, given))

    def push_result(
        self,
        push_id: int | Plan | Applied | None = None,
        *,
        outcome: str | Sequence[str] | None = None,
        catalog: Names | None = None,
        year: Years | None = None,
        calendar: Names | None = None,
        school: Names | None = None,
        master: Names | None = None,
        course: Names | None = None,
        section: Names | None = None,
        level: str | None = None,
        element: str | Sequence[str] | None = None,
        teacher: Names | None = None,
    ) -> Report:
        """What a push wrote and what could not be pushed, with the reason in a sentence and what to do.

        Columns: outcome (``written`` or ``could_not``), catalog, year, school, calendar, course_number,
        course_name, section_number, teacher, level, element, what, field, verdict, link, change, before, after,
        reason, why, what_to_do, course_id, section_id, row_id.

        Args:
            push_id: a push's number or its receipt; by default the last push. A plan that was not applied
                gives what it would come to.
            outcome: only ``written`` or only ``could_not``.

        Raises:
            RequestError: there is no such push, or a filter names something unknown.
        """
        given = Given(catalog, year, calendar, school, course, level, element, teacher, master, section)
        frame = push_result_frame(self._store, push_id, outcome, given)
        words = {"written": "What was written", "could_not": "What could not be pushed"}
        return self._report(
            PUSH_RESULT,
            given,
            frame,
            lambda session: [*_push_words(session, push_id), *choice_words("Only", outcome, words)],
            facts={"preview": isinstance(push_id, Plan)},
        )

    def course_audit(
        self,
        *,
        catalog: Names | None = None,
        year: int | Sequence[int] | None = None,
        calendar: Names | None = None,
        school: Names | None = None,
        course: Names | None = None,
        element: str | Sequence[str] | None = None,
        status: str | Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Course Audit: every difference between courses and their course masters, and each course's status.

        One row a row that one of the two lacks, a value that differs, or a link that is not sound though the
        values are equal; and one row, without a data type, a course that has none of these. Courses without a
        course master are not in it.

        Columns: catalog, year, school, calendar, course_number, course_name, master_number, status (``linked``,
        ``course_controlled`` or ``desynced``), ignore_master_push, element, name, key, field, difference
        (``missing`` on the course, ``extra`` there, ``differs``, or ``link``), state (linked, course managed or
        desynced; null where there is no row), link, use (of what is extra: used, unused, or unknown where
        students' work was not loaded), is_locked, master_value and course_value (JSON text as in plan rows; of a
        row or of the field), why, last_pushed (as our last push left it, null where none wrote it or where it took
        it away), push_id (of that push), drifted_since (the day of the last refresh that found it changed by
        others, null where a push of ours has written it since), course_id, master_id, row_id.

        Args:
            status: of the course.

        Raises:
            RequestError: a filter names something unknown.
        """
        return course_audit_frame(
            self._store, status, Given(catalog, year, calendar, school, course, element=element)
        )

    def drift(
        self,
        *,
        catalog: Names | None = None,
        year: Years | None = None,
        calendar: Names | None = None,
        school: Names | None = None,
        master: Names | None = None,
        course: Names | None = None,
        section: Names | None = None,
        level: str | None = None,
        element: str | Sequence[str] | None = None,
        teacher: Names | None = None,
        refresh: int | Sequence[int] | None = None,
    ) -> Report:
        """What changed on courses and sections from one load to the next that no push of ours wrote.

        One row a row of setup, attribute, district-defined field or advisory flag and refresh that found it
        changed, where the course or section is still there.

        Columns: catalog, year, school, calendar, course_number, course_name, section_number, teacher, level,
        element, name, key, field, refresh_id, when (of the refresh), change (``added``, ``removed``, ``changed``,
        or ``link``: its values are as they were), last_pushed (as our last push left it, null where none wrote it
        or where it took it away), push_id (of that push, null where none wrote it), before, now (as it stands
        now), wanted (as the course master or the course has it now, null where that has none), in_words,
        course_id, section_id. Keys and values are JSON text as in plan rows.

        Args:
            refresh: numbers of refreshes; all by default.

        Raises:
            RequestError: a filter names something unknown.
        """
        given = Given(catalog, year, calendar, school, course, level, element, teacher, master, section)
        frame = drift_frame(self._store, refresh, given)
        with self._store.reading() as session:
            refreshes = session.value("refreshes", "select count(*) from push.refresh")
        return self._report(
            DRIFT, given, frame, lambda _: choice_words("Refresh", refresh), facts={"refreshes": refreshes}
        )

    def _report(
        self,
        layout: Layout,
        given: Given,
        frame: pl.DataFrame,
        more: Callable[[Session], Words] = lambda _: (),
        *,
        notes: Sequence[str] = (),
        facts: dict[str, Any] | None = None,
    ) -> Report:
        with self._store.reading() as session:
            filters = resolve_filters(session, given)
            asked = [*more(session), *asked_words(session, given, filters)]
            as_of = as_of_words(session)
        return Report(layout, frame, asked, as_of, notes, facts or {})


def _push_words(session: Session, push: int | Plan | Applied | None) -> Words:
    """Which push a result is of."""
    if isinstance(push, Plan):
        return [("Preview of", push.title)]
    push_id = find_push(session, push.push_id if isinstance(push, Applied) else push)
    title, when, who = session.rows(
        "the push",
        "select title, applied_at, applied_by from push.history where push_id = $push_id",
        {"push_id": push_id},
    )[0]
    by = f" by {who}" if who else ""
    return [("Push", f"{push_id}: {title}, applied {when:%Y-%m-%d %H:%M} UTC{by}")]
