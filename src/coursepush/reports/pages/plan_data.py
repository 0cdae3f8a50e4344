"""What the page of a plan shows, read from the plan once: totals, tables, and the first rows in words.

Everything is counted in SQL; only rows that are shown one by one are put into words.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.reading import ReadablePlan
from coursepush.plan.request import Request
from coursepush.plan.requests.registry import request_words
from coursepush.reports.filters import EVERY_COURSE
from coursepush.reports.pages.html import GONE
from coursepush.reports.push_result import COULD_NOT_SQL, WRITTEN_SQL, worded_rows_sql
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Session
from coursepush.store.templates import template

SOME_ROWS = 100
"""So many rows at most of what is lost, could not be done, collides or stays; what is written takes the rest."""

_HERE = "coursepush.reports"
_numbers = itertools.count(1)

_LOST = (
    f"(r.verdict in ('{Verdict.DELETE}', '{Verdict.RELINK}') and r.link = '{Link.LOCAL}' "
    f"and r.reason is distinct from '{Reason.KEY_MATCH}')"
)
"""SQL over a verdict row `r`: it takes away what a school or teacher made. A mere link does not."""

_RESIDUAL = f"(r.reason in ('{Reason.RESIDUAL}', '{Reason.RESIDUAL_TASK}'))"
_RENAMED = f"(r.verdict = '{Verdict.RENAME}')"
_NUMBER = f"(r.reason = '{Reason.DUPLICATE_NUMBER}')"
_BY_VERDICT = "case {}.verdict when 'fail' then 0 when 'rename' then 1 when 'keep' then 2 else 3 end"


@dataclass(frozen=True, slots=True)
class PageTotals:
    """How many rows of each kind, and on how many courses and sections and at how many schools is written."""

    written: int
    could_not: int
    left: int
    lost: int
    residual: int
    renamed: int
    numbers: int
    courses: int
    sections: int
    schools: int


@dataclass(frozen=True, slots=True)
class PageData:
    """Everything that the page of a plan shows.

    Attributes:
        counts: the plan's own: hop, element, verdict, reason, link, rows.
        places: school, calendar, courses, sections, written, lost_school, lost_teacher, could_not, left_as_it_is,
            place; the worst first.
        changes: school, calendar, element, verdict, rows, place; what is written.
        lost: hop, element, removed, taken_over, schools.
        residual: hop, element, reason, rows.
        could_not, left, stays: reason, rows, courses, sections, elements (a list); the most frequent first.
        rows: by name (``written, lost, could_not, renamed, numbers, residual``) the first rows in words.
        request: what was asked, as (what, which).
    """

    totals: PageTotals
    counts: pl.DataFrame
    places: pl.DataFrame
    changes: pl.DataFrame
    lost: pl.DataFrame
    residual: pl.DataFrame
    could_not: pl.DataFrame
    left: pl.DataFrame
    stays: pl.DataFrame
    rows: Mapping[str, pl.DataFrame]
    request: list[tuple[str, str]]


def read_page_data(plan: ReadablePlan, max_rows: int) -> PageData:
    """Everything of a page, in one reading of the district.

    Args:
        max_rows: so many of the rows written are put into words, at most, and of others :data:`SOME_ROWS`.
    """
    prefix = f"page{next(_numbers)}_"
    made = [f"{prefix}{name}" for name in ("course", "row", "place", "first", *(f"first_{one}" for one in _LISTS))]
    place = element_place_sql("element")
    with plan.store.reading() as session:
        try:
            session.run("courses", _sql("scope_course", prefix), EVERY_COURSE)
            session.run("page_row", _sql("page_row", prefix, rows=plan.rows_sql, **meaning_of(plan.request)))
            session.run("page_place", _sql("page_place", prefix))
            totals = PageTotals(*session.rows("page_totals", _sql("page_totals", prefix))[0])
            return PageData(
                totals=totals,
                counts=plan.counts(),
                places=session.frame("page_places", f"select * from {prefix}place order by place"),
                changes=session.frame("page_change", _sql("page_change", prefix, element_place=place)),
                lost=session.frame("page_lost", _sql("page_lost", prefix, element_place=place)),
                residual=session.frame("page_residual", _sql("page_residual", prefix, element_place=place)),
                could_not=session.frame("page_reason", _sql("page_reason", prefix, flag="is_could_not")),
                left=session.frame("page_reason", _sql("page_reason", prefix, flag="is_left")),
                stays=session.frame("page_reason", _sql("page_reason", prefix, flag="is_residual")),
                rows=_first_rows(session, plan, prefix, totals, max_rows),
                request=request_words(session, plan.request),
            )
        finally:
            plan.store.forget(made)


_LISTS = {
    "written": "is_written",
    "lost": "is_lost",
    "could_not": "is_could_not",
    "renamed": "is_renamed",
    "numbers": "is_number",
    "residual": "is_residual",
}
"""What is listed row by row: name, here and in :class:`PageTotals` → column of `page_row` that picks its rows."""


def meaning_of(request: Request) -> dict[str, str]:
    """What rows of such a plan mean: column of `page_row` → SQL over the verdict row `r`.

    An undo takes away only what its push brought, so that it loses nobody anything, and what it leaves alone is
    what it could not do. Neither it nor a plan of links leaves anything residual.
    """
    undoes = request.undoes is not None
    return {
        "is_written": WRITTEN_SQL,
        "is_could_not": f"(r.verdict = '{Verdict.KEEP}')" if undoes else COULD_NOT_SQL,
        "is_lost": "false" if undoes else _LOST,
        "is_residual": _RESIDUAL if request.is_push else "false",
        "is_renamed": _RENAMED,
        "is_number": _NUMBER,
    }


def _sql(name: str, prefix: str, **values: str) -> str:
    return template(_HERE, name).format(p=prefix, gone=GONE, **values)


def _first_rows(
    session: Session, plan: ReadablePlan, prefix: str, totals: PageTotals, max_rows: int
) -> dict[str, pl.DataFrame]:
    """The first rows of each list, in words: those of the worst places first, failures before the rest.

    The courses that they stand on are found first, so that keys and values of no other row are put into text.
    """
    meaning = meaning_of(plan.request)
    lists = [name for name in _LISTS if getattr(totals, name)] or ["written"]
    for name in lists:
        flag = _LISTS[name]
        most = max_rows if name == "written" else min(max_rows, SOME_ROWS)
        rank = _BY_VERDICT if name == "could_not" else "0"
        courses = session.rows(
            "page_first_course",
            _sql("page_first_course", prefix, flag=flag, rank=rank.format("w")),
            {"most": most},
        )
        session.run(
            "page_first",
            _sql(
                "page_first",
                prefix,
                list=name,
                rows=plan.rows_sql,
                condition=meaning[flag],
                order=_ORDER.format(rank=rank.format("r"), element=element_place_sql("r.element")),
            ),
            {"courses": [int(row[0]) for row in courses], "most": most},
        )
    every = "\nunion all\n".join(f"select * from {prefix}first_{name}" for name in lists)
    session.run("page_first", f"-- One row a row to be listed.\ncreate temp table {prefix}first as\n{every}")
    worded = worded_rows_sql(prefix, f"{prefix}first", more=_MORE)
    found = session.frame("page_rows", f"select * from (\n{worded}\n) as r\norder by r.list, r.turn")
    return {name: found.filter(list=name) for name in _LISTS}


_ORDER = (
    "{rank}, s.place, k.course_number nulls last, r.course_id, n.number nulls first, "
    "r.section_id nulls first, {element}, r.key nulls first, r.field nulls first, r.row_id nulls first, r.verdict"
)

_MORE = {
    "use": "r.use",
    "list": "r.list",
    "turn": "r.turn",
    "old_name": "case when r.verdict = 'rename' then r.before ->> '$.name' end",
    "new_name": "case when r.verdict = 'rename' then r.after ->> '$.name' end",
    "wanted_number": "case when r.reason = 'duplicate_number' then (select any_value(m.number) "
    "from course_master as m join course as c on c.master_id = m.master_id where c.course_id = r.course_id) end",
}
"""Columns of a row in words beside those of :func:`worded_rows_sql`: name → SQL over the row `r`."""
