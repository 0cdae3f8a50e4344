"""What becomes of a preview's rows at each school and in each teacher's sections, counted from the rows it has.

The numbers are those of ``reports.by_school(plan)`` and ``by_teacher(plan)``, which ask the plan anew, and have a
line also for those of whom every row is the same already.
"""

from __future__ import annotations

import polars as pl

from coursepush.plan.fates import Fate
from coursepush.plan.plan import Plan
from coursepush.plan.requests.registry import fate_labels
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.reports.owners.counts import Owner

_SCHOOLS = (
    # one row a course of those given, and its school
    "select c.course_id, k.school_id from course as c join calendar as k on k.calendar_id = c.calendar_id "
    "where c.course_id in (select unnest($ids::bigint[]))"
)
_TEACHERS = (
    # one row a section of those given, and its teacher
    "select section_id, teacher_id from section where section_id in (select unnest($ids::bigint[]))"
)


def owner_lines(plan: Plan, rows: pl.DataFrame, who: Owner) -> pl.DataFrame:
    """One line a school, or (of rows in sections) a school and teacher.

    Columns: school, teacher (of teachers), sections (in which something is written), a column for each fate of
    RULES.md 6.1, lost (what disappears, "Categories: 3; Grade Calc Options: 1"), school_id, teacher_id (of
    teachers). By school and teacher; rows of nobody's stand last.

    Args:
        rows: the plan's, as ``reports.push_result(plan)`` has them.
    """
    labels = fate_labels(plan.request.kind)
    owned = rows if who == "school" else rows.filter(level="section")
    names, ids = ["school"], ["school_id"]
    asked: list[tuple[str, str]] = [("course_id", _SCHOOLS)]
    if who == "teacher":
        names, ids = ["school", "teacher"], ["school_id", "teacher_id"]
        asked.append(("section_id", _TEACHERS))
    with plan.store.reading() as session, as_hop_0_leaves(session, plan):
        for column, sql in asked:
            known = owned[column].unique().drop_nulls().to_list()
            owners = session.frame(f"whose {column.removesuffix('_id')}", sql, {"ids": known})
            owned = owned.join(owners, on=column, how="left")
    lines = owned.group_by(*names, *ids).agg(
        pl.col("section_id").filter(outcome="written").drop_nulls().n_unique().alias("sections"),
        *(pl.col("fate").filter(fate=labels[one]).len().alias(str(one)) for one in Fate),
    )
    gone = owned.filter(fate=labels[Fate.DISAPPEARS]).group_by(*ids, "element").len()
    said = pl.format("{}: {}", "element", "len").sort_by("len", "element", descending=[True, False])
    lost = gone.group_by(*ids).agg(said.str.join("; ").alias("lost"))
    return lines.join(lost, on=ids, how="left", nulls_equal=True).sort(*names, *ids, nulls_last=True)
