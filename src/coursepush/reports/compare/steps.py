"""The statements that put two plans side by side: what each writes, and what the other says of the same place."""

from __future__ import annotations

from typing import Any

from coursepush.model.elements import ADVISORY, COURSE_INFO
from coursepush.model.verdicts import WRITING
from coursepush.plan.fates import fate_sql
from coursepush.plan.plan import Plan
from coursepush.plan.tables import Judged, PlanTables
from coursepush.plan.text import attribute_rows_sql, json_object, plan_verdicts_sql
from coursepush.reports.filters import Filters
from coursepush.reports.reading import report_sql
from coursepush.reports.words import (
    change_sql,
    element_place_sql,
    key_of_sql,
    named_sql,
    row_words_sql,
    what_sql,
)
from coursepush.store.database import Session

MADE = (
    "course",
    "write_1",
    "write_2",
    "place",
    "unwritten_1",
    "unwritten_2",
    "side",
    "owner",
    "standing",
    "hanging",
)
"""What the steps make, after the report's prefix."""

_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)
_ADDED = "v.row_id is null"
_TAKES_LINK = "verdict in ('insert', 'relink')"


def place_both(session: Session, prefix: str, plans: tuple[Plan, Plan], filters: Filters) -> None:
    """Make ``<prefix>place``: one row a place that one of the plans writes, or both; and the courses' names."""
    session.run("scope_course", _filled("scope_course", prefix), filters.courses)
    for side, plan in enumerate(plans, 1):
        session.run("written", _filled("compare/write", prefix, side=side, writes=_writes_sql(plan.tables)))
    narrowed = any(one is not None for one in filters.courses.values())
    session.run(
        "places",
        _filled("compare/place", prefix, course_join="join" if narrowed else "left join"),
        {
            "level": filters.level,
            "elements": filters.elements,
            "teachers": filters.teachers,
            "sections": filters.sections,
        },
    )


def say_the_rest(session: Session, prefix: str, plans: tuple[Plan, Plan]) -> None:
    """Make what is said of each place by the plan that does not write it, and the changes in words."""
    for side, plan in enumerate(plans, 1):
        below = plan.request.is_push and plan.request.hops == (1, 2)
        sql = _filled(
            "compare/unwritten",
            prefix,
            side=side,
            new_ids=plan.tables.new_ids(1),
            whole=plan.tables.whole,
            verdicts=plan_verdicts_sql(plan.tables),
            only_the_other="only_second" if side == 1 else "only_first",
            writing=_WRITING,
            to_sections=str(below).lower(),
        )
        session.run("unwritten", sql)
    words = _filled("compare/side", prefix, row_words=row_words_sql("change"), change=change_sql())
    session.run("changes in words", words)


def listed_sql(prefix: str) -> str:
    """The query of the report's rows, in order."""
    return _filled(
        "compare/report",
        prefix,
        key_of=key_of_sql(),
        what=what_sql(),
        named=named_sql(),
        element_order=element_place_sql("r.element"),
        first_fate=_fate("first", "u"),
        second_fate=_fate("second", "v"),
    )


def _fate(side: str, unwritten: str) -> str:
    """SQL of what becomes of a place in one of the plans; null where that has no verdict there."""
    differs = f"r.{side}_before is distinct from r.{side}_after"
    verdict, reason = (f"coalesce(r.{side}_{one}, {unwritten}.{one})" for one in ("verdict", "reason"))
    return fate_sql(differs, verdict, reason)


def same_sql(prefix: str) -> str:
    """The query of how many rows both plans write alike: school, calendar, level, element, rows."""
    return _filled("compare/same", prefix, element_order=element_place_sql("element"))


def _hangs_on(side: str, hop: int, above: str = "null") -> str:
    """SQL of a row's link as one text: the row above (`above`, else its id), and whether the link is broken."""
    broken = f" || case when {side}is_link_broken then ' broken' else '' end" if hop == 1 else ""
    return f"coalesce({above}, cast({side}parent_row_id as varchar), ''){broken}"


def _filled(step: str, prefix: str, **words: Any) -> str:
    return report_sql(step).format(p=prefix, **words)


# -- what a plan writes ------------------------------------------------------------------------------------


def _writes_sql(plan: PlanTables) -> str:
    """One row a row or field that the plan of these tables writes."""
    nothing = (
        "null::bigint as row_id, null::varchar as key, field, before, after, null::varchar as hangs_on, "
        "null::varchar as family, null::bigint as upper_row_id, null::bigint as upper_new_of"
    )
    selects = [
        f"select hop, '{COURSE_INFO}' as element, verdict, reason, course_id, null::bigint as section_id, "
        f"course_id as owner_id, {nothing}\nfrom (\n{attribute_rows_sql(plan)}\n)\nwhere verdict in ({_WRITING})"
    ]
    selects += [_rows_written(plan, one) for one in plan.filled()]
    selects.append(
        f"select 2, '{ADVISORY}', verdict, reason, course_id, section_id, section_id, null, null, 'is_advisory', "
        "coalesce(cast(before_value as varchar), 'null'), coalesce(cast(after_value as varchar), 'null'), "
        f"null, null, null, null\nfrom {plan.flags} where verdict in ({_WRITING})"
    )
    return "\nunion all\n".join(selects)


def _rows_written(plan: PlanTables, one: Judged) -> str:
    hop, element, table = one
    before, after = (json_object(element.values, f"v.{side}_{{}}") for side in "ba")
    old_key, new_key = (json_object(element.key_columns, f"v.{side}_{{}}") for side in "ba")
    hangs_on = _hangs_on("v.a_", hop, "'new ' || n.upper_row_id")
    return (
        f"select {hop} as hop, '{element.name}' as element, v.verdict, v.reason, v.course_id, "
        f"{'v.owner_id' if hop == 2 else 'null::bigint'} as section_id, v.owner_id, v.row_id, "
        f"case when {_ADDED} then {new_key} else {old_key} end as key, null::varchar as field, "
        f"case when not {_ADDED} then {before} end as before, "
        f"case when v.verdict <> 'delete' then {after} end as after, "
        f"case when v.verdict <> 'delete' then {hangs_on} end as hangs_on, '{element.family}' as family, "
        "case when n.row_id is null then v.upper_row_id end as upper_row_id, n.upper_row_id as upper_new_of\n"
        f"from (select *, case when upper_is_new and {_TAKES_LINK} then upper_row_id end "
        f"as new_above from {table} where verdict in ({_WRITING})) as v\n"
        f"left join (select * from {plan.new_ids(1)} where family = '{element.family}') as n "
        "on n.row_id = v.new_above"
    )
