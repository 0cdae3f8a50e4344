"""The statements that put two plans side by side: what each writes, and what the other says of the same place."""

from __future__ import annotations

import polars as pl

from coursepush.model.elements import ADVISORY, COURSE_INFO
from coursepush.plan.fates import fate_sql
from coursepush.plan.plan import Plan
from coursepush.plan.tables import Judged, PlanTables
from coursepush.plan.text import attribute_rows_sql, json_object, plan_verdicts_sql
from coursepush.reports.reading import WRITING_SQL, Reading
from coursepush.reports.words import change_sql, element_place_sql, names_of_rows, row_words_sql

_ADDED = "v.row_id is null"
_TAKES_LINK = "verdict in ('insert', 'relink')"


def place_both(found: Reading, plans: tuple[Plan, Plan]) -> None:
    """Make ``{p}place``: one row a place that one of the plans writes, or both."""
    for side, plan in enumerate(plans, 1):
        found.do("compare/write", side=str(side), writes=_writes_sql(plan.tables))
    course_join = "join" if found.filters.by_course else "left join"
    found.do("compare/place", found.filters.of_rows, course_join=course_join)


def say_the_rest(found: Reading, plans: tuple[Plan, Plan]) -> None:
    """Make what is said of each place by the plan that does not write it, and the changes in words."""
    for side, plan in enumerate(plans, 1):
        below = plan.request.is_push and plan.request.hops == (1, 2)
        found.do(
            "compare/unwritten",
            side=str(side),
            new_ids=plan.tables.new_ids(1),
            whole=plan.tables.whole,
            verdicts=plan_verdicts_sql(plan.tables),
            only_the_other="only_second" if side == 1 else "only_first",
            to_sections=str(below).lower(),
        )
    found.do("compare/side", row_words=row_words_sql("change"), change=change_sql())


def listed(found: Reading) -> pl.DataFrame:
    """The report's rows, in order."""
    return found.frame(
        "compare/report",
        element_order=element_place_sql("r.element"),
        first_fate=_fate("first", "u"),
        second_fate=_fate("second", "v"),
        **names_of_rows(),
    )


def _fate(side: str, unwritten: str) -> str:
    """SQL of what becomes of a place in one of the plans; null where that has no verdict there."""
    differs = f"r.{side}_before is distinct from r.{side}_after"
    verdict, reason = (f"coalesce(r.{side}_{one}, {unwritten}.{one})" for one in ("verdict", "reason"))
    return fate_sql(differs, verdict, reason)


def _hangs_on(side: str, hop: int, above: str = "null") -> str:
    """SQL of a row's link as one text: the row above (`above`, else its id), and whether the link is broken."""
    broken = f" || case when {side}is_link_broken then ' broken' else '' end" if hop == 1 else ""
    return f"coalesce({above}, cast({side}parent_row_id as varchar), ''){broken}"


# -- what a plan writes ------------------------------------------------------------------------------------


def _writes_sql(plan: PlanTables) -> str:
    """One row a row or field that the plan of these tables writes."""
    nothing = (
        "null::bigint as row_id, null::varchar as key, field, before, after, null::varchar as hangs_on, "
        "null::varchar as family, null::bigint as upper_row_id, null::bigint as upper_new_of"
    )
    selects = [
        f"select hop, '{COURSE_INFO}' as element, verdict, reason, course_id, null::bigint as section_id, "
        f"course_id as owner_id, {nothing}\nfrom (\n{attribute_rows_sql(plan)}\n)\n"
        f"where verdict in ({WRITING_SQL})"
    ]
    selects += [_rows_written(plan, one) for one in plan.filled()]
    selects.append(
        f"select 2, '{ADVISORY}', verdict, reason, course_id, section_id, section_id, null, null, 'is_advisory', "
        "coalesce(cast(before_value as varchar), 'null'), coalesce(cast(after_value as varchar), 'null'), "
        f"null, null, null, null\nfrom {plan.flags} where verdict in ({WRITING_SQL})"
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
        f"as new_above from {table} where verdict in ({WRITING_SQL})) as v\n"
        f"left join (select * from {plan.new_ids(1)} where family = '{element.family}') as n "
        "on n.row_id = v.new_above"
    )
