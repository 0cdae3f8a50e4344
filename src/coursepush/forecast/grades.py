"""In-progress grades as they stand (GRADES.md)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import polars as pl

from coursepush.errors import RequestError
from coursepush.forecast.steps import GradeSteps, Side, standing
from coursepush.plan.request import as_list, bound_ids, ids_of
from coursepush.store.database import Session, Store

NEEDED = ("enrollment", "assignment", "assignment_task", "score")
"""Tables of students' work without which no grade is known; posted grades are wanted by composites alone."""

_ORDER = "section_id, student_id, task_id, term_seq"
_numbers = itertools.count(1)

Some = int | str | Sequence[int | str] | None


def next_prefix() -> str:
    """A prefix for the tables of one computation."""
    return f"g{next(_numbers)}_"


def work_not_loaded(session: Session) -> tuple[str, ...]:
    """The tables that grades need and that were not loaded: grades are then not known."""
    given = {
        row[0] for row in session.rows("given tables", "select table_name from push.given_table where is_given")
    }
    return tuple(name for name in NEEDED if name not in given)


def grades_now(
    store: Store,
    *,
    course: Some = None,
    section: int | Sequence[int] | None = None,
    student: int | Sequence[int] | None = None,
    task: int | Sequence[int] | None = None,
    term: int | Sequence[int] | None = None,
) -> pl.DataFrame:
    """See :meth:`coursepush.District.grades`."""
    with store.reading() as session:
        missing = work_not_loaded(session)
        if missing:
            raise RequestError(
                f"Grades are not known: {', '.join(missing)} {'were' if len(missing) > 1 else 'was'} not loaded. "
                "Load the district with its students' work."
            )
        prefix = next_prefix()
        steps = GradeSteps(
            session,
            prefix,
            [Side("now", lambda table: standing(table, prefix))],
            students=None if student is None else ids_of(student, "student"),
        )
        try:
            sections, values = _sections(course, section)
            steps.setup(sections, values)
            steps.run(
                "asked_all",
                {
                    "tasks": bound_ids(None if task is None else ids_of(task, "task")),
                    "terms": bound_ids(None if term is None else ids_of(term, "term")),
                },
            )
            steps.grades()
            return session.frame(
                "grades",
                "select student_id, section_id, task_id, term_seq, percent, mark "
                f"from {prefix}grade order by {_ORDER}",
            )
        finally:
            steps.drop()


def _sections(course: Some, section: int | Sequence[int] | None) -> tuple[str, dict[str, object] | None]:
    """The query of the sections asked for, and what it binds."""
    wheres: list[str] = []
    values: dict[str, object] = {}
    if section is not None:
        values["sections"] = bound_ids(ids_of(section, "section"))
        wheres.append("list_contains($sections::bigint[], s.section_id)")
    if course is not None:
        given = as_list(course)
        values["numbers"] = [one for one in given if isinstance(one, str)]
        values["courses"] = bound_ids(ids_of([one for one in given if not isinstance(one, str)], "course"))
        wheres.append(
            "(list_contains($courses::bigint[], c.course_id) or list_contains($numbers::varchar[], c.number))"
        )
    where = f" where {' and '.join(wheres)}" if wheres else ""
    return (
        f"select s.section_id from section as s join course as c on c.course_id = s.course_id{where}",
        values or None,
    )
