"""How a push's result is told ("Get the report"): what could not be pushed and why, then what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.html.text import safe
from coursepush.plan.requests.registry import fate_labels
from coursepush.reports.parts import (
    ON_COURSES,
    by_element,
    by_school,
    by_type,
    listed,
    marked_fate,
    on_which,
    reasons,
    text_of,
    what,
    where,
)
from coursepush.reports.report import Layout, Report

_WRITTEN = pl.col("outcome") == "written"
_COULD_NOT = pl.col("outcome") == "could_not"


def answer(report: Report) -> str:
    counts = dict(report.frame.group_by("outcome").agg(pl.len()).rows())
    written, could_not = counts.get("written", 0), counts.get("could_not", 0)
    is_preview = report.facts.get("preview")
    done = "would be" if is_preview else "was" if written <= 1 else "were"
    if not written and not could_not:
        return f"Nothing {done} written, and nothing is in its way."
    rows = report.frame.filter(_WRITTEN)
    on = on_which(rows) or "catalogs and course masters"
    back = "go back" if report.facts.get("kind") == "undo" else "be pushed"
    first = f"{counted(written, 'row')} {done} written on {on}" if written else f"Nothing {done} written"
    return (
        f"{first}; {counted(could_not, 'row')} could not {back}."
        if could_not
        else f"{first}; everything could {back}."
    )


def summary(report: Report) -> pl.DataFrame:
    there = set(report.frame["fate"])
    labels = [label for label in fate_labels(str(report.facts.get("kind"))).values() if label in there]
    return by_element(report.frame, {one: (pl.col("fate") == one).sum() for one in labels})


def body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame
    if rows.is_empty():
        return []
    could_not, written = rows.filter(_COULD_NOT), rows.filter(_WRITTEN)
    stays = rows.filter(~_WRITTEN & ~_COULD_NOT)
    room = max(max_rows - written.height, (max_rows + 1) // 2)  # what was written has the rest, at least half
    counts = {"rows": ("Rows", pl.len()), "courses": ("Courses", pl.col("course_id").n_unique())}
    numbers = {
        "written": ("Rows written", _WRITTEN.sum()),
        "courses": ("Courses", pl.col("course_id").filter(_WRITTEN & ON_COURSES).n_unique()),
        "sections": ("Sections", pl.col("section_id").filter(_WRITTEN).drop_nulls().n_unique()),
        "could_not": ("Could not be pushed", _COULD_NOT.sum()),
    }
    cells = {
        "where": ("Course or section", where),
        "what": ("What", what),
        "outcome": ("Outcome", _outcome),
        "change": ("Change", text_of("change")),
    }
    left = max_rows - min(room, could_not.height)
    done = "would be" if report.facts.get("preview") else "was"
    return [
        section(
            "What could not be pushed, and what to do",
            reasons(could_not, counts) or "<p>Everything could be pushed.</p>",
        ),
        by_type(summary(report)),
        by_school(rows, numbers),
        section(
            "What could not be pushed, row by row", listed(report, could_not, room, cells, table_id="could-not")
        ),
        section(f"What {done} written, row by row", listed(report, written, left, cells)),
        section("What stays, row by row", listed(report, stays, max_rows, cells, table_id="stays")),
    ]


def _outcome(row: dict[str, Any]) -> str:
    return marked_fate(row["fate"]) + (f"<small>{safe(row['why'])}</small>" if row["why"] else "")


PUSH_RESULT = Layout.of("push_result", answer=answer, summary=summary, body=body)
