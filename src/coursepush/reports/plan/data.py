"""What the page of a plan shows, read from the plan once: totals, tables, and the first rows in words.

Everything is counted in SQL; only rows that are shown one by one are put into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from coursepush.html.text import GONE
from coursepush.model.verdicts import Reason, Verdict
from coursepush.plan.fates import WRITTEN_SQL, Fate, counts_of_fates_sql
from coursepush.plan.reading import ReadablePlan
from coursepush.plan.requests.registry import request_words
from coursepush.reports.asked import asked_words
from coursepush.reports.filters import EVERYTHING, Given
from coursepush.reports.owners.counts import owner_lines, rows_within
from coursepush.reports.reading import Reading, reading
from coursepush.reports.result.report import worded_rows_sql
from coursepush.reports.words import element_place_sql

SOME_ROWS = 100
"""So many rows of each fate are listed one by one, unless asked otherwise."""


_BY_VERDICT = "case {}.verdict when 'fail' then 0 when 'keep' then 1 else 2 end"


Totals = Mapping[str, int]
"""How many rows have each fate, are written, and are courses that could not get their course master's number
(`numbers`); on how many `courses` and `sections`, and at how many `schools`, is written."""


@dataclass(frozen=True, slots=True)
class PageData:
    """Everything that the page of a plan shows.

    Attributes:
        is_narrowed: it is of some schools or teachers alone.
        same: hop, element, rows that are the same already; empty where that is not known of the part.
        fates: hop, element, fate, made_by, rows, courses, sections, schools.
        places: school, calendar, courses, sections, written, a column for each fate, place; the worst first.
        teachers: of rows of hop 2, by teacher, as :func:`coursepush.reports.owners.counts.owner_lines` has them.
        changes: school, calendar, element, fate, rows, place; what is written.
        reasons: fate → reason, rows, courses, sections, elements (a list), of `could_not` and `stays`; the most
            frequent first.
        rows: fate → its first rows in words; and `numbers`.
        request: what was asked, as (what, which); whose part it is among it.
    """

    totals: Totals
    is_narrowed: bool
    same: pl.DataFrame
    fates: pl.DataFrame
    places: pl.DataFrame
    teachers: pl.DataFrame
    changes: pl.DataFrame
    reasons: Mapping[str, pl.DataFrame]
    rows: Mapping[str, pl.DataFrame]
    request: list[tuple[str, str]]


def read_page_data(plan: ReadablePlan, max_rows: int, given: Given = EVERYTHING) -> PageData:
    """Everything of a page, in one reading of the district.

    Args:
        max_rows: so many of the rows of each fate are put into words, at most.
        given: whose part; everything by default.
    """
    place = element_place_sql("element")
    fates = counts_of_fates_sql()
    with reading(plan.store, given, of=plan) as found:
        session = found.session
        rows = rows_within(found, plan.rows_sql)
        found.do("plan/row", rows=rows, is_written=WRITTEN_SQL, gone=GONE)
        found.do("plan/place", fates=fates)
        totals = found.frame("plan/totals", fates=fates).row(0, named=True)
        is_narrowed = given != EVERYTHING
        asked = asked_words(session, given, found.filters) if is_narrowed else []
        same = plan.counts().filter(pl.col("verdict") == str(Verdict.SAME), pl.lit(not is_narrowed))
        return PageData(
            totals=totals,
            is_narrowed=is_narrowed,
            same=same.group_by("hop", "element", maintain_order=True).agg(pl.col("rows").sum()),
            fates=found.frame("plan/fates", element_place=place),
            places=session.frame("places", f"select * from {found.prefix}place order by place"),
            teachers=owner_lines(found, rows, "teacher"),
            changes=found.frame("plan/change", element_place=place),
            reasons={str(one): found.frame("plan/reason", fate=one) for one in (Fate.COULD_NOT, Fate.STAYS)},
            rows=_first_rows(found, rows, totals, max_rows),
            request=[*asked, *request_words(session, plan.request)],
        )


_LISTS = {
    **{str(one): f"{{}}.fate = '{one}'" for one in Fate},
    "numbers": f"{{}}.reason = '{Reason.DUPLICATE_NUMBER}'",
}
"""What is listed row by row: name, here and in :data:`Totals` → SQL over an alias that picks its rows."""


def _first_rows(found: Reading, rows: str, totals: Totals, max_rows: int) -> dict[str, pl.DataFrame]:
    """The first rows of each list, in words: those of the worst places first, failures before the rest.

    The courses that they stand on are found first, so that keys and values of no other row are put into text.
    """
    lists = [name for name in _LISTS if totals[name]] or [str(Fate.ADDED)]
    for name in lists:
        rank, condition = _BY_VERDICT if name == Fate.COULD_NOT else "0", _LISTS[name]
        first = found.step("plan/first_course", condition=condition.format("w"), rank=rank.format("w"))
        courses = found.session.rows("plan/first_course", first, {"most": max_rows})
        found.do(
            "plan/first",
            {"courses": [int(row[0]) for row in courses], "most": max_rows},
            list=name,
            gone=GONE,
            rows=rows,
            condition=condition.format("r"),
            order=_ORDER.format(rank=rank.format("r"), element=element_place_sql("r.element")),
        )
    # one row a row to be listed
    found.make("first", "\nunion all\n".join(f"select * from {found.prefix}first_{name}" for name in lists))
    worded = worded_rows_sql(found.prefix, f"{found.prefix}first", more=_MORE)
    listed = found.session.frame("plan/rows", f"select * from (\n{worded}\n) as r\norder by r.list, r.turn")
    return {name: listed.filter(list=name) for name in _LISTS}


_ORDER = (
    "{rank}, s.place, k.course_number nulls last, r.course_id, n.number nulls first, "
    "r.section_id nulls first, {element}, r.key nulls first, r.field nulls first, r.row_id nulls first, r.verdict"
)

_MORE = {
    "fate": "r.fate",
    "made_by": "r.made_by",
    "use": "r.use",
    "list": "r.list",
    "turn": "r.turn",
    "old_name": "case when r.verdict = 'rename' then r.before ->> '$.name' end",
    "new_name": "case when r.verdict = 'rename' then r.after ->> '$.name' end",
    "wanted_number": "case when r.reason = 'duplicate_number' then (select any_value(m.number) "
    "from course_master as m join course as c on c.master_id = m.master_id where c.course_id = r.course_id) end",
}
"""Columns of a row in words beside those of :func:`worded_rows_sql`: name → SQL over the row `r`."""
