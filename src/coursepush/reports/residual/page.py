"""How Residual Data is told: what stays only because students' work uses it, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.html.text import safe
from coursepush.model.verdicts import Link
from coursepush.reports.parts import (
    ON_COURSES,
    by_element,
    by_school,
    by_type,
    listed,
    number,
    on_which,
    reasons,
    what,
    where,
)
from coursepush.reports.report import Layout, Report
from coursepush.reports.small_counts import NOTE, without_small_counts

MADE_BY = {
    Link.ORPHAN: "Came from above",
    Link.LOCAL: "Made by the school or the teacher",
    Link.BROKEN: "Came from above, its link is broken",
}


def answer(report: Report) -> str:
    rows = report.frame
    if rows.is_empty():
        return "Nothing: all setup on courses and sections that students' work uses is set up above as well."
    on = on_which(rows)
    stays = "stays" if rows.height == 1 else "stay"
    sentence = f"{counted(rows.height, 'row')} of grading setup {stays} on {on}: no push removes what is in use."
    local = rows.filter(link=Link.LOCAL).height
    if local == rows.height:
        return f"{sentence} The schools or teachers made {'it' if local == 1 else 'all of it'}."
    if not local:
        return f"{sentence} {'It' if rows.height == 1 else 'All of it'} came from above."
    made = "was" if local == 1 else "were"
    return f"{sentence} {rows.height - local:,} came from above; {local:,} {made} made by schools or teachers."


def summary(report: Report) -> pl.DataFrame:
    return by_element(report.frame, {"Rows on courses": ON_COURSES.sum(), "Rows in sections": (~ON_COURSES).sum()})


_COUNTS = ("assignments", "scores", "posted_grades", "comments", "students")


def body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.shown
    if rows.is_empty():
        return []
    counts = {
        "courses": ("Rows on courses", ON_COURSES.sum()),
        "sections": ("Rows in sections", (~ON_COURSES).sum()),
    }
    words = {one: one.replace("_", " ") for one in _COUNTS}
    cells = {
        "where": ("Course or section", _where),
        "what": ("What stays", _what),
        **{one: (word.capitalize(), number(one, word)) for one, word in words.items()},
        "assignments": ("Assign\u00adments", number("assignments", "assignments")),
    }
    return [
        section("Why it stays, and what to do", reasons(rows, {"rows": ("Rows", pl.len())})),
        by_type(summary(report)),
        by_school(rows, counts),
        section("Row by row", listed(report, rows, max_rows, cells, numeric=_COUNTS)),
    ]


def _where(row: dict[str, Any]) -> str:
    """On a course its teachers too: those in whose sections it is used."""
    if row["section_id"] is None and row["teacher"]:
        return f"{where(row)}<small>Used by {safe(row['teacher'])}</small>"
    return where(row)


def _what(row: dict[str, Any]) -> str:
    inactive = row["inactive_assignments"]
    idle = f"<small>{counted(inactive, 'inactive assignment')}</small>" if inactive else ""
    return f"{what(row)}<small>{MADE_BY[row['link']]}</small>{idle}"


RESIDUAL = Layout.of(
    "residual", answer=answer, summary=summary, body=body, shown=without_small_counts, shown_note=NOTE
)
