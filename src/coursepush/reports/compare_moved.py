"""Whether what a plan would write still stands as it did when the plan was made."""

from __future__ import annotations

from coursepush.model.elements import SetupElement
from coursepush.model.tables import ATTRIBUTES
from coursepush.model.verdicts import WRITING
from coursepush.plan.fragments import value_columns
from coursepush.plan.steps import verdict_tables
from coursepush.store.database import Session
from coursepush.store.templates import template

_HERE = "coursepush.reports"
_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)


def has_moved(session: Session, plan: str) -> bool:
    """Whether a row or field that the plan with that prefix would write has changed since, or others were added.

    It asks what a push asks that is applied, of the rows to be written alone; what nobody would write is not
    looked at.
    """
    selects = [_rows(plan, hop, element, table) for hop, element, table in verdict_tables(plan)]
    selects.append(template(_HERE, "compare_moved_fields").format(plan=plan, writing=_WRITING, fields=_fields()))
    every = "\nunion all\n".join(selects)
    return bool(session.value("moved since", f"select exists (\n{every}\n)"))


def _rows(plan: str, hop: int, element: SetupElement, table: str) -> str:
    names = ("parent_row_id", *(["is_link_broken"] if hop == 1 else []), *(one.name for one in element.values))
    return template(_HERE, "compare_moved_rows").format(
        plan=plan,
        hop=hop,
        family=element.family,
        verdicts=table,
        table=element.table("course" if hop == 1 else "section"),
        writing=_WRITING,
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
