"""The reports of a district, each a table for the people who have to act on it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.plan.plan import Plan
from coursepush.reports.filters import Given, Names
from coursepush.reports.push_result import Applied, push_result_frame
from coursepush.reports.residual import residual_frame
from coursepush.store.database import Store


class Reports:
    """``district.reports``: each method gives a polars frame, sorted, with the filters named in it.

    Every filter takes one name or id, or several; what is unknown is an error that lists the valid choices.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def residual(
        self,
        *,
        catalog: Names | None = None,
        year: int | Sequence[int] | None = None,
        calendar: Names | None = None,
        school: Names | None = None,
        course: Names | None = None,
        level: str | None = None,
        element: str | Sequence[str] | None = None,
        teacher: Names | None = None,
    ) -> pl.DataFrame:
        """Residual Data as things stand: setup that is used and has nothing like it on the level above.

        Columns: catalog, year, school, calendar, course_number, course_name, section_number, teacher, level
        (``course`` or ``section``), element, name, link (``orphan`` or ``local``), assignments, scores,
        posted_grades, comments, students, why, what_to_do, course_id, section_id, row_id.

        Raises:
            RequestError: a filter names something unknown.
            UnknownUseError: students' work was not loaded.
        """
        return residual_frame(self._store, Given(catalog, year, calendar, school, course, level, element, teacher))

    def push_result(
        self,
        push_id: int | Plan | Applied | None = None,
        *,
        outcome: str | Sequence[str] | None = None,
        catalog: Names | None = None,
        year: int | Sequence[int] | None = None,
        calendar: Names | None = None,
        school: Names | None = None,
        course: Names | None = None,
        level: str | None = None,
        element: str | Sequence[str] | None = None,
        teacher: Names | None = None,
    ) -> pl.DataFrame:
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
        return push_result_frame(
            self._store,
            push_id,
            outcome,
            Given(catalog, year, calendar, school, course, level, element, teacher),
        )
