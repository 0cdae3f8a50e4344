"""By school and by teacher: what becomes of the rows of a plan, a line for each who has to live with it."""

from __future__ import annotations

from typing import Literal

import polars as pl

from coursepush.plan.fates import WRITTEN_SQL, counts_of_fates_sql
from coursepush.plan.reading import ReadablePlan
from coursepush.reports.filters import EVERYTHING, Given
from coursepush.reports.reading import Reading, reading

Owner = Literal["school", "teacher"]

_GROUPS: dict[Owner, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "school": (("k.school",), ("k.school_id",), "true"),
    "teacher": (("k.school", "t.name as teacher"), ("k.school_id", "t.teacher_id"), "r.hop = 2"),
}
"""By whom → the columns with names and with ids, and which rows count."""


def by_owner(plan: ReadablePlan, who: Owner, given: Given = EVERYTHING) -> pl.DataFrame:
    """One line a school, or (of rows of hop 2) a school and teacher, with what becomes of their rows.

    Columns: school, teacher (of teachers), courses and sections (on which something is written), a column for each
    fate of RULES.md 6.1, rows, school_id, teacher_id (of teachers). Rows of a section without a teacher, and of no
    section, stand on a line without one; rows of courses that are gone on one without a school.

    Raises:
        RequestError: a filter names something unknown.
    """
    with reading(plan.store, given, of=plan) as found:
        return owner_lines(found, rows_within(found, plan.rows_sql), who)


def rows_within(found: Reading, rows_sql: str) -> str:
    """A query of the rows of `rows_sql` that are within the filters; binds nothing.

    Where sections or teachers are asked for, it makes `{p}within`: one row a section.
    """
    filters = found.filters
    joins, wheres = [], []
    if filters.by_course:
        joins.append(f"semi join {found.prefix}course as k on k.course_id = r.course_id")
    if filters.teachers is not None or filters.sections is not None:
        found.make(
            "within",
            # one row a section asked for
            "select section_id from section "
            "where ($teachers::bigint[] is null or list_contains($teachers::bigint[], teacher_id)) "
            "and ($sections::bigint[] is null or list_contains($sections::bigint[], section_id))",
            {"teachers": filters.teachers, "sections": filters.sections},
        )
        joins.append(f"semi join {found.prefix}within as w on w.section_id = r.section_id")
    if filters.level is not None:
        wheres.append(f"r.hop = {1 if filters.level == 'course' else 2}")
    if filters.elements is not None:  # names of the registry, which the filters have checked
        wheres.append(f"r.element in ({', '.join(repr(one) for one in filters.elements)})")
    if not joins and not wheres:
        return rows_sql
    where = f"\nwhere {' and '.join(wheres)}" if wheres else ""
    return "\n".join([f"select r.*\nfrom (\n{rows_sql}\n) as r", *joins]) + where


def owner_lines(found: Reading, rows: str, who: Owner) -> pl.DataFrame:
    """The lines of :func:`by_owner`, of rows with `fate`."""
    names, ids, which = _GROUPS[who]
    keys = [*ids, *(name.split(" as ")[0] for name in names)]
    order = [name.split(" as ")[-1].split(".")[-1] for name in (*names, *ids)]
    return found.frame(
        "owners/lines",
        rows=rows,
        names=",\n    ".join(names),
        ids=",\n    ".join(ids),
        which=which,
        keys=", ".join(keys),
        order=", ".join(f"{one} nulls last" for one in order),
        is_written=WRITTEN_SQL,
        fates=counts_of_fates_sql("r.fate"),
    )
