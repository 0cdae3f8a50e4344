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
from coursepush.reports.by_owner import Owner

_OWNERS: dict[Owner, tuple[str, str]] = {
    "school": (
        "course_id",
        # one row a course of those given, and its school
        "select c.course_id, k.school_id from course as c join calendar as k on k.calendar_id = c.calendar_id "
        "where c.course_id in (select unnest($ids::bigint[]))",
    ),
    "teacher": (
        "section_id",
        # one row a section of those given, and its school and teacher
        "select s.section_id, k.school_id, s.teacher_id from section as s "
        "join course as c on c.course_id = s.course_id join calendar as k on k.calendar_id = c.calendar_id "
        "where s.section_id in (select unnest($ids::bigint[]))",
    ),
}
"""By whom → the column of the rows that tells whose they are, and how to look it up."""


def owner_lines(plan: Plan, rows: pl.DataFrame, who: Owner) -> pl.DataFrame:
    """One line a school, or (of rows in sections) a school and teacher.

    Columns: school, teacher (of teachers), sections (in which something is written), a column for each fate of
    RULES.md 6.1, lost (what disappears, "Categories: 3; Grade Calc Options: 1"), school_id, teacher_id (of
    teachers). By school and teacher; rows of nobody's stand last.

    Args:
        rows: the plan's, as ``reports.push_result(plan)`` has them.
    """
    column, sql = _OWNERS[who]
    labels = fate_labels(plan.request.kind)
    of_them = rows if who == "school" else rows.filter(pl.col("section_id").is_not_null())
    asked = of_them[column].unique().drop_nulls().to_list()
    with plan.store.reading() as session, as_hop_0_leaves(session, plan):
        owners = session.frame(f"whose rows, by {who}", sql, {"ids": asked})
    ids = owners.columns[1:]
    names = ["school", "teacher"][: len(ids)]
    owned = of_them.join(owners, on=column, how="left")
    lines = owned.group_by(*names, *ids).agg(
        pl.col("section_id").filter(outcome="written").drop_nulls().n_unique().alias("sections"),
        *(pl.col("fate").filter(fate=labels[one]).len().alias(str(one)) for one in Fate),
    )
    gone = owned.filter(fate=labels[Fate.DISAPPEARS]).group_by(*ids, "element").len()
    said = pl.format("{}: {}", "element", "len").sort_by("len", "element", descending=[True, False])
    lost = gone.group_by(*ids).agg(said.str.join("; ").alias("lost"))
    return lines.join(lost, on=ids, how="left", nulls_equal=True).sort(*names, *ids, nulls_last=True)
