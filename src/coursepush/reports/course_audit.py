"""Course Audit: where courses differ from their course masters, what state they are in, and why."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import MASTER_PUSH_DATA, SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import ATTRIBUTES, WORK_TABLES, Column
from coursepush.model.verdicts import REASON_SENTENCES, Reason
from coursepush.plan.fragments import LINK, differs, present_values, value_columns
from coursepush.plan.planner import unknown_work
from coursepush.plan.request import as_list
from coursepush.plan.standing import key_id_sql
from coursepush.plan.text import json_object, json_value
from coursepush.reports.drift import last_pushed
from coursepush.reports.filters import Given, resolve_filters
from coursepush.reports.words import element_place_sql, what_sql
from coursepush.store.database import Session, Store
from coursepush.store.templates import template

AUDIT_COLUMNS: tuple[str, ...] = (
    "catalog",
    "year",
    "school",
    "calendar",
    "course_number",
    "course_name",
    "master_number",
    "status",
    "ignore_master_push",
    "element",
    "name",
    "key",
    "field",
    "difference",
    "state",
    "link",
    "use",
    "is_locked",
    "master_value",
    "course_value",
    "why",
    "last_pushed",
    "push_id",
    "drifted_since",
    "course_id",
    "master_id",
    "row_id",
)

STATUSES = ("linked", "course_controlled", "desynced")
"""Of a course (rules.md section 8, Course Status)."""

WHY: dict[str, str] = {
    "ignore_master_push": REASON_SENTENCES[Reason.IGNORE_MASTER_PUSH][0],
    "master_inactive": REASON_SENTENCES[Reason.MASTER_INACTIVE][0],
    "flagged": "Its link is marked as broken: it was changed on the course while not locked, or by a script.",
    "other_master": "It is linked to a row of another course master.",
    "other_key": "It is linked to a row of the course master that is of something else.",
    "local_paired": "The school set it up on the course itself; the course master has one like it.",
    "local_extra": "The school set it up on the course itself; the course master has none like it.",
    "orphan_paired": "The row it came from is gone from the course master, which has another one like it.",
    "orphan_used": "The course master no longer has it, and students' work uses it: it stays as residual setup.",
    "orphan_unused": "The course master no longer has it, and no students' work uses it.",
    "orphan_unknown": "The course master no longer has it; whether students' work uses it is not known, since "
    "that was not loaded.",
    "post_only": "The task is post only on the course, so that its option is pushed as No Calculation.",
    "not_locked": "It is not locked in the course catalog, so the course may differ.",
    "missing": "The course master has it and the course does not: it awaits a push.",
    "differs": "The course master governs it and has another value: it awaits a push.",
}
"""Why a course and its course master differ, by what is found."""

_HERE, _PLAN = "coursepush.reports", "coursepush.plan"
_PAIRING = """case
        when m.upper_row_id is null then 'extra'
        when m.row_id is not null then 'paired'
        else 'missing'
    end"""
"""What a matched row (alias m) is; what cannot be pushed (rules.md 4.3) differs all the same."""
_MADE = ("course", "target_course", "work_1", "work_2", "difference", "numbered", "status", "owner", "last_pushed")
_numbers = itertools.count(1)


def course_audit_frame(store: Store, status: str | Sequence[str] | None, given: Given) -> pl.DataFrame:
    """The report. Shape: :data:`AUDIT_COLUMNS`, one row a difference, and one a course without any, sorted.

    Raises:
        RequestError: a filter names something unknown.
    """
    prefix = f"audit{next(_numbers)}_"
    kinds = ("present", "wanted", "pair", "used")
    pairs = [f"{prefix}{kind}_1_{element.name}" for kind in kinds for element in SETUP_ELEMENTS]
    statuses = None if status is None else [str(one) for one in as_list(status)]
    for one in statuses or ():
        if one not in STATUSES:
            raise RequestError.unknown("status", one, STATUSES)
    with store.reading() as session:
        filters = resolve_filters(session, given, MASTER_PUSH_DATA)
        try:
            session.run("scope_course", template(_HERE, "scope_course").format(p=prefix), filters.courses)
            session.run("courses", _report("audit_target", prefix))
            _find_differences(session, prefix)
            session.run("numbered", _report("audit_numbered", prefix))
            # Weights alone govern no row of composites, so that a broken one fails no push (rules.md 4.4).
            locks = ", ".join(f"('{element.name}', '{element.locks[0]}')" for element in SETUP_ELEMENTS)
            session.run("status", _report("audit_status", prefix, locks=locks))
            session.run(
                "owners",
                # one row a course
                f"create temp table {prefix}owner as\nselect 1 as hop, course_id as owner_id "
                f"from {prefix}target_course",
            )
            last_pushed(session, prefix)
            session.run("drifted", _report("audit_drift", prefix))
            found = session.frame(
                "course audit",
                _report(
                    "course_audit",
                    prefix,
                    what=what_sql(),
                    element_order=element_place_sql("r.element"),
                ),
                {"statuses": statuses, "elements": filters.elements},
            )
        finally:
            store.forget([*(f"{prefix}{name}" for name in (*_MADE, "drifted")), *pairs])
    why = pl.col("because").replace_strict(WHY, default=None, return_dtype=pl.String)
    return found.with_columns(why=why).select(AUDIT_COLUMNS)


def _find_differences(session: Session, prefix: str) -> None:
    """Make ``difference``: of each element what is not equal and soundly linked, and the fields that differ."""
    session.run("difference", _report("audit_difference", prefix))
    unknown = unknown_work(session)
    for step in ("work_2", "work_1"):
        session.run(step, _plan(step, prefix))
    for element in SETUP_ELEMENTS:
        _pair(session, prefix, element)
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
