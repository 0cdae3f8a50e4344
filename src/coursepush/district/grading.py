"""Grades as they stand, how each comes about, and with other weights (GRADES.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from coursepush.district.contents import Contents
from coursepush.plan.request import Name

if TYPE_CHECKING:
    from coursepush.forecast.explain import ExplainedGrade
    from coursepush.forecast.forecast import Forecast


class Grading(Contents):
    """In-progress grades; what a push does to them is ``plan.forecast()``."""

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
