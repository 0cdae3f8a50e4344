"""In-progress grades as they stand (GRADES.md)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import polars as pl

from coursepush.errors import RequestError
from coursepush.forecast.steps import GradeSteps, Side, standing
from coursepush.plan.request import Name, bound_ids, ids_of
from coursepush.plan.requests.names import COURSE, TASK, find_many
from coursepush.store.database import Session, Store
from coursepush.store.layout import given_tables

NEEDED = ("enrollment", "assignment", "assignment_task", "score")
"""Tables of students' work without which no grade is known; posted grades are wanted by composites alone."""

_ORDER = "section_id, student_id, task_id, term_seq"
_numbers = itertools.count(1)

Names = Name | Sequence[Name] | None


def next_prefix() -> str:
    """A prefix for the tables of one computation."""
    return f"g{next(_numbers)}_"


def work_not_loaded(session: Session) -> tuple[str, ...]:
    """The tables that grades need and that were not loaded: grades are then not known."""
    given = given_tables(session)
    return tuple(name for name in NEEDED if name not in given)


def not_known(missing: Sequence[str]) -> str:
    """What to say where grades are not known."""
    were = "were" if len(missing) > 1 else "was"
    return (
        f"Grades are not known: {', '.join(missing)} {were} not loaded. Load the district with its students' work."
    )


def grades_now(
    store: Store,
    *,
    course: Names = None,
    section: int | Sequence[int] | None = None,
    student: int | Sequence[int] | None = None,
    task: Names = None,
    term: int | Sequence[int] | None = None,
) -> pl.DataFrame:
    """See :meth:`coursepush.District.grades`."""
    with store.reading() as session:
        missing = work_not_loaded(session)
        if missing:
            raise RequestError(not_known(missing))
        prefix = next_prefix()
        steps = GradeSteps(
            session,
            prefix,
            [Side("now", standing)],
            students=None if student is None else ids_of(student, "student"),
        )
        try:
            sections, values = _sections(session, course, section)
            steps.setup(sections, values)
            steps.run(
                "asked_all",
                {
                    "tasks": bound_ids(find_many(session, TASK, task)),
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


def _sections(
    session: Session, course: Names, section: int | Sequence[int] | None
) -> tuple[str, dict[str, object] | None]:
    """The query of the sections asked for, and what it binds."""
    wheres: list[str] = []
    values: dict[str, object] = {}
    if section is not None:
        values["sections"] = bound_ids(ids_of(section, "section"))
        wheres.append("list_contains($sections::bigint[], section_id)")
    courses = find_many(session, COURSE, course)
    if courses is not None:
        values["courses"] = bound_ids(courses)
        wheres.append("list_contains($courses::bigint[], course_id)")
    where = f" where {' and '.join(wheres)}" if wheres else ""
    return f"select section_id from section{where}", values or None
