"""Whether what a plan would write still stands as it did when the plan was made."""

from __future__ import annotations

from coursepush.model.tables import ATTRIBUTES
from coursepush.plan.tables import Judged, PlanTables
from coursepush.plan.text import value_columns
from coursepush.reports.reading import report_sql
from coursepush.store.database import Session


def has_moved(session: Session, plan: PlanTables) -> bool:
    """Whether a row or field that the plan of these tables would write has changed since, or others were added.

    It asks what a push asks that is applied, of the rows to be written alone; what nobody would write is not
    looked at.
    """
    selects = [_rows(plan, one) for one in plan.filled()]
    selects.append(report_sql("compare/moved_fields", verdicts=plan.fields, flags=plan.flags, fields=_fields()))
    every = "\nunion all\n".join(selects)
    return bool(session.value("moved since", f"select exists (\n{every}\n)"))


def _rows(plan: PlanTables, one: Judged) -> str:
    hop, element, table = one
    names = ("parent_row_id", *(["is_link_broken"] if hop == 1 else []), *(one.name for one in element.values))
    return report_sql(
        "compare/moved_rows",
        new_ids=plan.new_ids(hop),
        family=element.family,
        verdicts=table,
        table=one.table,
        is_link_broken="r.is_link_broken" if hop == 1 else "false",
        values=value_columns("r", element, stored=True),
        differs=" or ".join(f"s.{name} is distinct from v.b_{name}" for name in names),
    )


def _fields() -> str:
    """One row a course and attribute or district-defined field, as text."""
    selects = [
        f"select course_id, '{one.name}' as field, cast({one.name} as varchar) as now from course"
        for one in ATTRIBUTES
    ]
    selects.append("select owner_id, 'custom.' || field, value from custom_field where level = 'course'")
    return "\n    union all\n    ".join(selects)
