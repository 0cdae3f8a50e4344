"""What the page of a plan shows, read from the plan once: totals, tables and the first rows in words."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import polars as pl

from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.plan import Plan, verdict_labels
from coursepush.plan.text import plan_rows_sql
from coursepush.reports.filters import EVERY_COURSE
from coursepush.reports.push_result import COULD_NOT_SQL, ORDER_SQL, WRITTEN_SQL, worded_rows_sql
from coursepush.reports.request_words import request_words
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Session
from coursepush.store.templates import template

_numbers = itertools.count(1)

LOST_SQL = (
    f"(r.verdict in ('{Verdict.DELETE}', '{Verdict.RELINK}') and r.link = '{Link.LOCAL}' "
    f"and r.reason is distinct from '{Reason.KEY_MATCH}')"
)
"""SQL over a verdict row `r`: it takes away what a school or teacher made. A mere link does not."""


@dataclass(frozen=True)
class PageData:
    """`counts`: of the plan. `by_school`: school, calendar, courses, sections, written, could_not.
    `lost`: school, hop, element, verdict, rows. `reasons`: reason, rows, courses, elements (a list).
    `lost_rows` and `rows`: the first ones in words; `all_rows`: how many there are of the latter.
    `labels`: what verdicts are called.
    """

    counts: pl.DataFrame
    written: int
    could_not: int
    could_not_verdicts: list[tuple[str, int]]
    courses: int
    sections: int
    schools: int
    by_school: pl.DataFrame
    lost: pl.DataFrame
    lost_rows: pl.DataFrame
    reasons: pl.DataFrame
    rows: pl.DataFrame
    all_rows: int
    request: list[tuple[str, str]]
    labels: dict[str, str]


def read_page_data(plan: Plan, max_rows: int) -> PageData:
    """Everything of a page, in one reading of the district."""
    prefix = f"page{next(_numbers)}_"
    made = [f"{prefix}{name}" for name in ("course", "all", "lost_rows", "rows")]
    with plan.store.reading() as session:
        try:
            session.run("courses", template("coursepush.reports", "scope_course").format(p=prefix), EVERY_COURSE)
            session.run("all", _all_sql(plan, prefix))
            totals = session.rows("totals", _totals_sql(prefix))[0]
            return PageData(
                counts=plan.counts(),
                written=int(totals[0] or 0),
                could_not=int(totals[1] or 0),
                could_not_verdicts=[
                    (str(verdict), int(rows))
                    for verdict, rows in session.rows("could not", _could_not_sql(prefix))
                ],
                courses=int(totals[2] or 0),
                sections=int(totals[3] or 0),
                schools=int(totals[4] or 0),
                by_school=session.frame("by school", _by_school_sql(prefix)),
                lost=session.frame("lost", _lost_sql(prefix)),
                lost_rows=_first_rows(session, plan, prefix, "lost_rows", LOST_SQL, min(max_rows, 100)),
                reasons=session.frame("reasons", _reasons_sql(prefix)),
                rows=_first_rows(session, plan, prefix, "rows", f"({WRITTEN_SQL} or {COULD_NOT_SQL})", max_rows),
                all_rows=int(totals[5] or 0),
                request=request_words(session, plan.request),
                labels=verdict_labels(plan.request.kind),
            )
        finally:
            plan.store.forget(made)


def _all_sql(plan: Plan, prefix: str) -> str:
    return (
        f"create temp table {prefix}all as\n"
        "select r.hop, r.element, r.verdict, r.reason, r.link, r.course_id, r.section_id, k.school, k.calendar, "
        f"{WRITTEN_SQL} as is_written, coalesce({COULD_NOT_SQL}, false) as is_could_not, "
        f"coalesce({LOST_SQL}, false) as is_lost\n"
        f"from (\n{plan_rows_sql(plan.prefix)}\n) as r\n"
        f"join {prefix}course as k on k.course_id = r.course_id"
    )


def _totals_sql(prefix: str) -> str:
    return (
        "select count_if(is_written), count_if(is_could_not), "
        "count(distinct case when is_written and hop = 1 then course_id end), "
        "count(distinct case when is_written then section_id end), "
        "count(distinct case when is_written then school end), "
        f"count_if(is_written or is_could_not)::bigint from {prefix}all"
    )


def _could_not_sql(prefix: str) -> str:
    return (
        f"select verdict, count(*) as rows from {prefix}all where is_could_not "
        "group by verdict order by rows desc, verdict"
    )


def _by_school_sql(prefix: str) -> str:
    return (
        "select school, calendar, count(distinct case when is_written and hop = 1 then course_id end) as courses, "
        "count(distinct case when is_written then section_id end) as sections, "
        "count_if(is_written)::bigint as written, count_if(is_lost)::bigint as lost, "
        "count_if(is_could_not)::bigint as could_not "
        f"from {prefix}all group by school, calendar order by school, calendar"
    )


def _lost_sql(prefix: str) -> str:
    return (
        "select school, hop, element, count_if(verdict = 'delete')::bigint as removed, "
        f"count_if(verdict = 'relink')::bigint as taken_over from {prefix}all where is_lost "
        f"group by school, hop, element order by school, hop, {element_place_sql('element')}"
    )


def _reasons_sql(prefix: str) -> str:
    return (
        "select reason, count(*) as rows, count(distinct course_id) as courses, "
        f"list_distinct(list(element)) as elements from {prefix}all where is_could_not "
        "group by reason order by rows desc, reason"
    )


def _first_rows(session: Session, plan: Plan, prefix: str, name: str, condition: str, limit: int) -> pl.DataFrame:
    """The first rows that meet `condition`, in words; only those are put into words."""
    session.run(
        name,
        f"create temp table {prefix}{name} as\nselect r.* from (\n{plan_rows_sql(plan.prefix)}\n) as r\n"
        f"join {prefix}course as k on k.course_id = r.course_id\n"
        "left join section as s on s.section_id = r.section_id\n"
        f"where {condition}\norder by {_named_order()}\nlimit {int(limit)}",
    )
    worded = worded_rows_sql(prefix, f"{prefix}{name}")
    return session.frame(name, f"select * from (\n{worded}\n) as r\norder by {ORDER_SQL}")


def _named_order() -> str:
    """ORDER_SQL over the tables that its names come from."""
    return (
        "k.catalog nulls last, k.year, k.school, k.calendar, k.course_number, r.course_id, "
        f"s.number nulls first, r.section_id nulls first, {element_place_sql('r.element')}, r.key nulls first, "
        "r.field nulls first, r.row_id nulls first, r.verdict"
    )
