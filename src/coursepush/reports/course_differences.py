"""Where courses differ from their course masters, and the status each course has from it (RULES.md 8).

Course Audit and Course Status read the same steps, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence

from coursepush.errors import RequestError
from coursepush.load.without_setup import owners_sql
from coursepush.model.elements import ELEMENT_LABELS, SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import ATTRIBUTES, WORK_TABLES, Column
from coursepush.plan.fragments import LINK, bank_join, compared, differs, value_columns
from coursepush.plan.request import as_list
from coursepush.plan.standing import key_id_sql
from coursepush.plan.step import run_steps
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import json_object, json_value
from coursepush.plan.use import unknown_work, used_by, work_steps
from coursepush.reports.filters import Filters
from coursepush.store.database import Session
from coursepush.store.templates import template
from coursepush.store.work import work_is_kept

STATUSES = ("linked", "no_setup", "course_controlled", "desynced")
"""Of a course (RULES.md 8, Course Status)."""

_HERE, _PLAN = "coursepush.reports", "coursepush.plan"
_NOT_SAME = """p.row_id is null
        or w.upper_row_id is null
        or p.is_link_broken
        or p.parent_row_id is distinct from w.upper_row_id
        or {differs}"""
"""A pair that is not equal and soundly linked."""

_UNSOUND = """p.row_id is not null
        and (w.upper_row_id is null or p.is_link_broken or p.parent_row_id is distinct from w.upper_row_id)"""
"""A present row that is not soundly linked, whatever its values."""

_SETS_STATUS = "link in ('broken', 'local') or (link = 'orphan' and pairing = 'extra' and use <> 'unused')"
"""A row from which its course's status may follow. Use that is not known is not "not used"."""


def chosen_statuses(status: str | Sequence[str] | None) -> list[str] | None:
    """The statuses named, or None where none are; raises RequestError for one that there is not."""
    if status is None:
        return None
    chosen = [str(one) for one in as_list(status)]
    for one in chosen:
        if one not in STATUSES:
            raise RequestError.unknown("status", one, STATUSES)
    return chosen


def status_sql(statuses: Sequence[str] | None, filters: Filters, found: str) -> str:
    """SQL: a course's status (alias s) was asked for, and where data types were, `found` is not null.

    No value is bound: DuckDB hands over a result that depends on bound values several times as slowly.
    """
    conditions = ["true"] if filters.elements is None else [f"{found} is not null"]
    if statuses is not None:
        named = ", ".join(f"'{one}'" for one in STATUSES if one in statuses)
        conditions.append(f"s.status in ({named})" if named else "false")
    return " and ".join(conditions)


def find_statuses(session: Session, prefix: str, filters: Filters, *, with_values: bool) -> None:
    """Make, of the courses in question that have a course master, the tables

    - ``course``, ``target_course``: their names, and what the steps need of them
    - ``met_<element>``: the setup rows that are not soundly linked; `with_values` also those that courses lack
      or have otherwise, with both sides' values, the course masters' as a push would write them
    - ``task_after``, `with_values`: the tasks and standards that the courses have after a locked push
    - ``status``: each course's status, and how many rows of the data types asked for it follows from.
    """
    session.run("scope_course", template(_HERE, "scope_course").format(p=prefix), filters.courses)
    session.run("courses", _report("audit_target", prefix))
    unknown = unknown_work(session)
    keeps_work = work_is_kept(session)
    run_steps(session, work_steps(PlanTables(prefix), keeps_work=keeps_work))
    for element in SETUP_ELEMENTS:
        if with_values and element.use is Use.OPTION:
            session.run("task_after", _report("audit_task_after", prefix))
        known = element.use is Use.NEVER or not unknown & _needed(element)
        sql = _met(prefix, element, with_values=with_values, known=known, keeps_work=keeps_work)
        session.run(f"met {element.name}", sql)
    unsound = "\n    union all\n    ".join(
        f"select '{element.name}' as element, course_id, pairing, link, use from {prefix}met_{element.name}\n"
        f"    where {_SETS_STATUS}"
        for element in SETUP_ELEMENTS
    )
    status = _report("audit_status", prefix, locks=locks_sql(), unsound=unsound, has_setup=owners_sql())
    session.run("status", status, {"elements": filters.elements})


def find_differences(session: Session, prefix: str, filters: Filters) -> None:
    """Make, of what :func:`find_statuses` found with values, the table ``numbered``: the differences between
    courses and their course masters in the data types asked for, fields of Course Info among them."""
    selects = [_differences(prefix, element) for element in SETUP_ELEMENTS]
    selects.append(_field_differences(prefix))
    numbered = _report("audit_numbered", prefix, selects="\n    union all\n".join(selects), locks=locks_sql())
    session.run("differences", numbered, {"elements": filters.elements})


def locks_sql() -> str:
    """SQL values, one a data type: element, the lock that governs its rows, label, place in the order of a push.

    Weights alone govern no row of composites, so that a broken one fails no push (RULES.md 4.4).
    """
    return ", ".join(
        f"('{element.name}', '{element.locks[0]}', '{ELEMENT_LABELS[element.name]}', {place})"
        for place, element in enumerate(SETUP_ELEMENTS)
    )


def made_tables(prefix: str) -> list[str]:
    """The tables that :func:`find_statuses` and :func:`find_differences` make."""
    names = ["course", "target_course", "work_1", "work_2", "task_after", "status", "numbered"]
    names += [f"met_{one.name}" for one in SETUP_ELEMENTS]
    return [f"{prefix}{name}" for name in names]


def _met(prefix: str, element: SetupElement, *, with_values: bool, known: bool, keeps_work: bool) -> str:
    """The rows of one element, paired with the course masters' as a push does (RULES.md 3), and their use."""
    different = differs(element)
    joins, is_used = used_by(prefix, 1, element, keeps_work=keeps_work)
    link = LINK[1]
    if element.is_category:
        link = f"case when l.place <> 1 then 'local' else {link} end"
        joins += "\n    left join met_by_link as l on l.row_id = m.row_id"
    upper_joins, upper_values = "", value_columns("u", element, stored=True)
    if with_values:
        upper_joins, upper_values = compared(prefix, element, hop=1)
    elif element.is_standard is not None:
        upper_joins = bank_join("u", element)
    sides = "pw" if with_values else "p"
    columns = [f"{side}_{column.name}" for side in sides for column in element.values]
    met = template(_PLAN, "met_by_link" if element.is_category else "met_by_key").format_map(
        {
            "differs": different,
            "same_key": " and ".join(f"p.{name} = w.{name}" for name in element.key),
            "columns": ",\n        ".join(f"{name[0]}.{name[2:]} as {name}" for name in columns),
            "leaves_same": "l.is_same",
            "not_same": f"where {_NOT_SAME.format(differs=different) if with_values else _UNSOUND}",
        }
    )
    return _report(
        "audit_met",
        prefix,
        which="what is equal and soundly linked is left out" if with_values else "what is not soundly linked",
        element=element.name,
        table=element.table("course"),
        upper_table=element.table("master"),
        values=value_columns("r", element, stored=True),
        upper_values=upper_values,
        upper_joins=upper_joins,
        bank="" if element.is_standard is None else bank_join("r", element),
        met_as="linked" if element.is_category else "met",
        met=met,
        link=link,
        is_used=is_used,
        joins=joins,
        unused="unused" if known else "unknown",
        columns_out=",\n    ".join(f"f.{name}" for name in columns),
        where="" if with_values else "where f.link <> 'linked'",
    )


def _differences(prefix: str, element: SetupElement) -> str:
    """Of one element what is not equal and soundly linked, and the values that differ."""
    fields = [
        _both_values(column, "m.w_", "m.p_")
        for column in element.values
        if element.is_category or column.name not in element.key
    ]
    return _report(
        "audit_rows",
        prefix,
        element=element.name,
        lock=_lock(element),
        master_row=json_object(element.values, "m.w_{}"),
        course_row=json_object(element.values, "m.p_{}"),
        fields=",\n                        ".join(fields),
        key=json_object(element.key_columns, "coalesce(m.p_{0}, m.w_{0})"),
        key_id=key_id_sql(element.name, "t.key"),
        post_only=_post_only(prefix, element),
    )


def _field_differences(prefix: str) -> str:
    """The attributes and district-defined fields that differ."""
    texts = {side: json_value("text", f"{side[0]}.value") for side in ("course", "master")}
    return _report(
        "audit_fields",
        prefix,
        fields=",\n                    ".join(_both_values(column, "m.", "c.") for column in ATTRIBUTES),
        differ=" or ".join(f"c.{column.name} is distinct from m.{column.name}" for column in ATTRIBUTES),
        custom=_report("audit_custom_field", prefix, master_value=texts["master"], course_value=texts["course"]),
    )


def _both_values(column: Column, master: str, course: str) -> str:
    """SQL of a value on both sides: its name, and its texts, which are equal where the values are."""
    master_value, course_value = (json_value(column.kind, f"{side}{column.name}") for side in (master, course))
    return f"{{'field': '{column.name}', 'master_value': {master_value}, 'course_value': {course_value}}}"


def _needed(element: SetupElement) -> set[str]:
    """The tables of students' work from which its use is told."""
    return {"assignment"} if element.use is Use.CATEGORY else set(WORK_TABLES)


def _lock(element: SetupElement) -> str:
    """SQL: the lock of a value (alias t): weights of composites have one of their own (RULES.md 4.4)."""
    rows, values = element.locks[0], element.locks[-1]
    if rows == values:
        return f"'{rows}'"
    return f"case t.d.field when 'weight' then '{values}' else '{rows}' end"


def _post_only(prefix: str, element: SetupElement) -> str:
    """Whether a push wants an option (alias t) without calculation for its task's sake, which will be post only on
    the course, and not because the course master has it so (RULES.md 4.3)."""
    if element.use is not Use.OPTION:
        return "false"
    return (
        "coalesce(t.d.field = 'calc_type' and exists (select 1 from "
        f"{prefix}task_after as o where o.course_id = t.course_id and o.task_id = t.p_task_id and o.is_post_only) "
        f"and exists (select 1 from {element.table('master')} as u "
        "where u.row_id = t.upper_row_id and u.calc_type <> 'none'), false)"
    )


def _report(step: str, prefix: str, **words: str) -> str:
    return template(_HERE, step).format_map({"p": prefix, **words})
