"""A section before and after a plan, side by side, as its teacher's grade book has it: every row, in words."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from coursepush.model.elements import ELEMENTS_BY_NAME, SetupElement
from coursepush.model.tables import TABLES
from coursepush.plan.after import as_it_stands, rows_after_sql
from coursepush.plan.fates import WRITTEN_SQL
from coursepush.plan.plan import Plan
from coursepush.plan.text import json_object
from coursepush.reports.filters import EVERYTHING, Given
from coursepush.reports.owners.counts import rows_within
from coursepush.reports.reading import Reading, reading
from coursepush.reports.words import names_of_rows, row_words_sql

SIDES = ("before", "after")

_ORDER = ("grading_tasks", "standards", "categories", "grade_calc_options", "composite_grades")
"""In a grade book: what is graded, by what it is graded, how it is calculated."""

_SHOWN = tuple(ELEMENTS_BY_NAME[name] for name in _ORDER)


class BothSides(NamedTuple):
    """Sections as they stand and as a plan would leave them.

    Attributes:
        rows: one row a row of setup; see :func:`before_and_after`.
        totals: section_id, task (null: of the categories that count for every task), total_before, total_after:
            what the categories that count for it weigh.
    """

    rows: pl.DataFrame
    totals: pl.DataFrame


def before_and_after(plan: Plan, given: Given = EVERYTHING, *, most: int | None = None) -> BothSides:
    """The sections in which a plan writes something, row by row, as they stand and as it would leave them.

    One row a category, calculation option or composite row of a section, and a task or standard of its course.
    Columns: school, calendar, course_number, course_name, section_number, teacher, element, fate (null: as it is),
    what_before, weight_before, words_before, what_after, weight_after, words_after (what it is, its weight where
    it has one, and all that its values say; null where it is not there), before, after (JSON text as in plan
    rows), school_id, teacher_id, course_id, section_id, row_id. By school, teacher, course and section.

    Args:
        most: so many sections, at most: the first in their order.

    Raises:
        RequestError: a filter names something unknown.
        StalePlanError: the district has moved since the plan was made.
    """
    with plan.store.reading() as session:
        made = as_it_stands(plan, session, "how sections would stand afterwards")
        with reading(plan.store, given) as found:
            _sections(found, rows_within(found, made.rows_sql), most)
            found.make("fate", found.step("owners/fate", rows=made.rows_sql))
            sides = (_side(found, made, one, side) for one in _SHOWN for side in SIDES)
            found.make("side", "\nunion all\n".join(sides))
            return BothSides(_side_by_side(found), found.frame("owners/total"))


def _sections(found: Reading, rows: str, most: int | None) -> None:
    """Make `{p}shown`, the sections to show: one row a section that the plan writes to, and its course."""
    limit = "" if most is None else f"\nlimit {int(most)}"
    found.make(
        "shown",
        # one row a section to be shown, and its course
        "select s.section_id, s.course_id from section as s\n"
        "semi join (\nselect distinct r.section_id from (\n"
        f"{rows}\n) as r where r.section_id is not null and {WRITTEN_SQL}\n"
        ") as r on r.section_id = s.section_id\n"
        f"left join {found.prefix}course as k on k.course_id = s.course_id\n"
        f"left join teacher as t on t.teacher_id = s.teacher_id\norder by {_OF_SECTIONS}{limit}",
    )


_OF_SECTIONS = (
    "k.school nulls last, k.school_id, t.name nulls last, s.teacher_id, k.course_number, s.course_id, "
    "s.number nulls first, s.section_id"
)
"""The order of sections."""


def _side(found: Reading, plan: Plan, element: SetupElement, side: str) -> str:
    """A query of the rows of an element on one side; tasks and standards are those of the course."""
    owner = "section" if element.has_sections else "course"
    table = element.table(owner)
    names = [column.name for column in element.values]
    if side == "after":
        owners = f"(select distinct {owner}_id as owner_id from {found.prefix}shown)"
        rows = rows_after_sql(plan.tables, table, owners=owners) if plan.tables.judged() else table
    else:
        told = ", ".join(
            f"array_to_string({one.name}, ';') as {one.name}" if one.kind == "ids" else one.name
            for one in TABLES[table].columns
        )
        rows = f"select {told} from {table}"
    standard = "" if element.is_standard is None else f"is_standard = {str(element.is_standard).lower()}"
    which = f"semi join (select task_id from grading_task where {standard}) as g on g.task_id = r.task_id"
    return found.step(
        "owners/side",
        element=element.name,
        side=side,
        owner=f"{owner}_id",
        rows=rows,
        weight="r.weight" if "weight" in names else "null::decimal(9, 4)",
        sequence="r.sequence" if "sequence" in names else "null::integer",
        key=json_object(element.key_columns, "r.{}"),
        value=json_object(element.values, "r.{}"),
        which=which if standard else "",
    )


def _side_by_side(found: Reading) -> pl.DataFrame:
    source = f"(select element, null::varchar as before, value as after from {found.prefix}side)"
    places = " ".join(f"when '{name}' then {place}" for place, name in enumerate(_ORDER))
    return found.frame(
        "owners/side_by_side",
        **names_of_rows(),
        row_words=row_words_sql(source),
        of_sections=_OF_SECTIONS,
        element_order=f"case j.element {places} end",
    )
