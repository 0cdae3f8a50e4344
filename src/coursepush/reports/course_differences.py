"""Where courses differ from their course masters, and the status each course has from it (rules.md section 8).

Course Audit and Course Status read the same steps, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence

from coursepush.errors import RequestError
from coursepush.model.elements import ELEMENT_LABELS, SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import ATTRIBUTES, WORK_TABLES, Column
from coursepush.plan.fragments import LINK, differs, present_values, value_columns
from coursepush.plan.planner import unknown_work
from coursepush.plan.request import as_list
from coursepush.plan.standing import key_id_sql
from coursepush.plan.text import json_object, json_value
from coursepush.reports.filters import Filters
from coursepush.store.database import Session
from coursepush.store.templates import template

STATUSES = ("linked", "course_controlled", "desynced")
"""Of a course (rules.md section 8, Course Status)."""

_HERE, _PLAN = "coursepush.reports", "coursepush.plan"
_PAIRING = """case
        when m.upper_row_id is null then 'extra'
        when m.row_id is not null then 'paired'
        else 'missing'
    end"""
"""What a matched row (alias m) is; what cannot be pushed (rules.md 4.3) differs all the same."""


def chosen_statuses(status: str | Sequence[str] | None) -> list[str] | None:
    """The statuses named, or None where none are; raises RequestError for one that there is not."""
    if status is None:
        return None
    chosen = [str(one) for one in as_list(status)]
    for one in chosen:
        if one not in STATUSES:
            raise RequestError.unknown("status", one, STATUSES)
    return chosen


def find_statuses(session: Session, prefix: str, filters: Filters, *, with_fields: bool) -> None:
    """Make, of the courses in question that have a course master, the tables

    - ``course``, ``target_course``: their names, and what the steps need of them
    - ``difference``: of each element what is not equal and soundly linked, and the values that differ;
      `with_fields` also the fields of Course Info, from which no status follows
    - ``status``: each course's status, and how many rows of the data types asked for it follows from.
    """
    session.run("scope_course", template(_HERE, "scope_course").format(p=prefix), filters.courses)
    session.run("courses", _report("audit_target", prefix))
    session.run("difference", _report("audit_difference", prefix))
    unknown = unknown_work(session)
    for step in ("work_2", "work_1"):
        session.run(step, _plan(step, prefix))
    for element in SETUP_ELEMENTS:
        _pair(session, prefix, element)
        _compare(session, prefix, element, unknown)
    if with_fields:
        _compare_fields(session, prefix)
    session.run("status", _report("audit_status", prefix, locks=locks_sql()), {"elements": filters.elements})


def locks_sql() -> str:
    """SQL values, one a data type: element, the lock that governs its rows, label, place in the order of a push.

    Weights alone govern no row of composites, so that a broken one fails no push (rules.md 4.4).
    """
    return ", ".join(
        f"('{element.name}', '{element.locks[0]}', '{ELEMENT_LABELS[element.name]}', {place})"
        for place, element in enumerate(SETUP_ELEMENTS)
    )


def made_tables(prefix: str) -> list[str]:
    """The tables that :func:`find_statuses` makes."""
    names = ["course", "target_course", "work_1", "work_2", "difference", "status"]
    names += [f"{kind}_1_{one.name}" for kind in ("present", "wanted", "pair", "used") for one in SETUP_ELEMENTS]
    return [f"{prefix}{name}" for name in names]


def _compare(session: Session, prefix: str, element: SetupElement, unknown: frozenset[str]) -> None:
    """Of one element what is not equal and soundly linked, and the values that differ."""
    fields = [
        f"union all\n    select *, '{column.name}', 'differs', {_lock(element, column)}, "
        f"{json_value(column.kind, f'w_{column.name}')}, {json_value(column.kind, f'p_{column.name}')}\n"
        f"    from met\n    where pairing = 'paired' and w_{column.name} is distinct from p_{column.name}"
        for column in element.values
        if element.is_category or column.name not in element.key
    ]
    columns = [f"{side}.{column.name} as {side}_{column.name}" for side in "pw" for column in element.values]
    known = element.use is Use.NEVER or not unknown & _needed(element)
    key = json_object(element.key_columns, "coalesce(t.p_{0}, t.w_{0})")
    words = {
        "element": element.name,
        "upper_table": element.table("master"),
        "unused": "unused" if known else "unknown",
        "columns": ",\n        ".join(columns),
        "lock": f"'{element.locks[0]}'",
        "master_row": f"case when pairing <> 'extra' then {json_object(element.values, 'w_{}')} end",
        "course_row": f"case when pairing <> 'missing' then {json_object(element.values, 'p_{}')} end",
        "fields": "\n    ".join(fields),
        "key": key,
        "key_id": key_id_sql(element.name, key),
        "post_only": _post_only(element),
    }
    session.run(f"differences of {element.name}", _report("audit_rows", prefix, **words))


def _compare_fields(session: Session, prefix: str) -> None:
    """The attributes and district-defined fields that differ."""
    selects = [_attribute(prefix, column) for column in ATTRIBUTES]
    texts = {side: json_value("text", f"{side[0]}.value") for side in ("course", "master")}
    selects.append(
        _report("audit_custom_field", prefix, master_value=texts["master"], course_value=texts["course"])
    )
    session.run("differences of fields", _report("audit_field", prefix, selects="\n    union all\n".join(selects)))


def _pair(session: Session, prefix: str, element: SetupElement) -> None:
    """Pair the courses' rows with the course masters' as a push does (rules.md 3), and find what is used."""
    flag = "true" if element.is_standard else "false"
    bank = f"join grading_task as k on k.task_id = u.task_id and k.is_standard = {flag}"
    steps: list[tuple[str, dict[str, str]]] = [
        ("present_1", present_values(1, element)),
        (
            "wanted_1",
            {
                "upper_table": element.table("master"),
                "blocked": "null::varchar",
                "values": value_columns("u", element, stored=True),
                "joins": "" if element.is_standard is None else bank,
                "goes": "true",
            },
        ),
        (
            "pair_categories" if element.is_category else "pair_by_key",
            {
                "goes": "true",
                "differs": differs(element),
                "same_key": " and ".join(f"p.{column} = w.{column}" for column in element.key),
                "stand_apart": "false",
                "pairing": _PAIRING,
                "link": LINK[1],
                "known": f"left join {element.table('master')} as known on known.row_id = m.parent_row_id",
            },
        ),
        (
            f"used_{element.use}_1" if element.use is Use.CATEGORY else f"used_{element.use}",
            {"rests_on_use": "x.pairing = 'extra'"},
        ),
    ]
    for step, words in steps:
        sql = _plan(step, prefix, hop="1", element=element.name, **words)
        session.run(f"{step} {element.name}", sql.replace("create temp view", "create temp table", 1))


def _needed(element: SetupElement) -> set[str]:
    """The tables of students' work from which its use is told."""
    return {"assignment"} if element.use is Use.CATEGORY else set(WORK_TABLES)


def _lock(element: SetupElement, column: Column) -> str:
    """The lock of a value: weights of composites have one of their own (rules.md 4.4)."""
    is_weight = element.use is Use.COMPOSITE and column.name == "weight"
    return f"'{element.locks[-1] if is_weight else element.locks[0]}'"


def _post_only(element: SetupElement) -> str:
    """Whether an option is wanted without calculation, its task being post only on the course (rules.md 4.3)."""
    if element.use is not Use.OPTION:
        return "false"
    return (
        "coalesce(t.field = 'calc_type' and t.p_calc_type = 'none' and exists (select 1 from course_task as o "
        "where o.owner_id = t.course_id and o.task_id = t.p_task_id and o.is_post_only), false)"
    )


def _attribute(prefix: str, column: Column) -> str:
    values = (json_value(column.kind, f"{alias}.{column.name}") for alias in "mc")
    return (
        f"    select t.course_id, '{column.name}' as field, {next(values)} as master_value, "
        f"{next(values)} as course_value\n    from {prefix}target_course as t\n"
        "    join course as c on c.course_id = t.course_id\n"
        "    join course_master as m on m.master_id = t.master_id\n"
        f"    where c.{column.name} is distinct from m.{column.name}"
    )


def _report(step: str, prefix: str, **words: str) -> str:
    return template(_HERE, step).format_map({"p": prefix, **words})


def _plan(step: str, prefix: str, **words: str) -> str:
    return template(_PLAN, step).format_map({"p": prefix, **words})
