"""The district as a plan leaves it: relations for whoever reads on, before anything is written.

A query made here gives a setup table as it would stand once the plan is applied: what the plan leaves alone, what
it changes, and what it adds under the ids that it would give. It needs the plan's tables and the district as it
was when the plan was made.
"""

from __future__ import annotations

from coursepush.errors import StalePlanError
from coursepush.model.tables import TABLES, Column
from coursepush.model.verdicts import WRITING, Verdict
from coursepush.plan.door import plan_again
from coursepush.plan.moved import what_moved
from coursepush.plan.plan import Plan
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import all_rows_sql
from coursepush.store.database import Session
from coursepush.store.templates import template

_CHANGING = ", ".join(f"'{verdict}'" for verdict in WRITING if verdict != Verdict.INSERT)


def as_it_stands(plan: Plan, session: Session, unsaid: str) -> Plan:
    """The plan, or the same one planned again, whose tables speak of the district as it is now.

    Args:
        unsaid: what cannot be said otherwise, for the error.

    Raises:
        StalePlanError: the district has moved since the plan was made.
    """
    if plan.stamp is not None and plan.stamp == plan.store.stamp():
        return plan
    again = plan_again(plan.store, session, plan.request)
    if again.state != plan.state:
        was, now = (session.frame("verdicts", all_rows_sql(one.tables)) for one in (plan, again))
        raise StalePlanError(
            f"The district has moved since this plan was made, so that it cannot be said {unsaid}. Look at "
            "error.moved, and plan again.",
            what_moved(was, now).frame,
        )
    return again


def rows_after_sql(tables: PlanTables, table: str, *, owners: str | None = None) -> str:
    """The query of `table` (``section_category`` …) as the plan leaves it, with the columns of the model.

    A list of tasks is its canonical text (``3;5;8``), as in the plan's own tables.

    Args:
        tables: the plan's.
        owners: a table with the column owner_id, to which the rows are narrowed; all by default.
    """
    family = table.partition("_")[2]
    judged = [one for one in tables.judged() if one.table == table]
    hop = judged[0].hop
    links = ["parent_row_id"] + (["is_link_broken"] if hop == 1 else [])
    values = [column for column in TABLES[table].columns if column.name not in {"row_id", "owner_id", *links}]
    names = ["verdict", "row_id", "owner_id", "upper_row_id", "restored_id"]
    names += [f"a_{name}" for name in [*links, *(column.name for column in values)]]
    narrowed = f"semi join {owners} as o on o.owner_id = {{}}.owner_id" if owners else ""

    def verdicts(which: str) -> str:
        return "\n        union all\n        ".join(
            f"select {', '.join(names)} from {one.rows} where {which}" for one in judged
        )

    return template("coursepush.plan", "rows_after").format_map(
        {
            "new_ids": tables.new_ids(hop),
            "table": tables.as_left(table),
            "family": family,
            "link_kept": _each([_kept(name, f"r.{name}") for name in links]),
            "values_kept": _each([_kept(column.name, _as_text(column)) for column in values]),
            "link_added": _each([f"v.a_{name}" for name in links]),
            "values_added": _each([f"v.a_{column.name}" for column in values]),
            "changed": verdicts(f"verdict in ({_CHANGING})"),
            "added": verdicts(f"verdict = '{Verdict.INSERT}'"),
            "owners_of_present": narrowed.format("r"),
            "owners_of_added": narrowed.format("v"),
        }
    )


def _kept(name: str, present: str) -> str:
    return f"case when v.verdict is null then {present} else v.a_{name} end as {name}"


def _as_text(column: Column) -> str:
    return f"array_to_string(r.{column.name}, ';')" if column.kind == "ids" else f"r.{column.name}"


def _each(columns: list[str]) -> str:
    return ",\n        ".join(columns)
