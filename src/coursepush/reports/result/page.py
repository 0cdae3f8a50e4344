"""How a push's result is told ("Get the report"): what could not be pushed and why, then what was written."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.html.text import safe
from coursepush.plan.requests.registry import KINDS, fate_labels
from coursepush.reports.parts import (
    ON_COURSES,
    by_school,
    by_type,
    in_push_order,
    listed,
    on_which,
    reasons,
    where,
)
from coursepush.reports.report import Layout, Report

_WRITTEN = pl.col("outcome") == "written"
_COULD_NOT = pl.col("outcome") == "could_not"
_CODES = {label: str(fate) for kind in KINDS for fate, label in fate_labels(kind).items()}
"""What a fate is called, in any kind of plan → its code, which gives the colour."""


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
    return (
        report.frame.group_by(pl.col("element").alias("Data"))
        .agg((pl.col("fate") == one).sum().alias(one) for one in labels)
        .sort(in_push_order("Data"))
    )


def body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame
    if rows.is_empty():
        return []
    could_not, written = rows.filter(_COULD_NOT), rows.filter(_WRITTEN)
    stays = rows.filter(~_WRITTEN & ~_COULD_NOT)
    room = max(max_rows - written.height, (max_rows + 1) // 2)
    shown = could_not.head(room)  # what was written has the rest of the room, at least half of it
    counts = {"rows": ("Rows", pl.len()), "courses": ("Courses", pl.col("course_id").n_unique())}
    return [
        section(
            "What could not be pushed, and what to do",
            reasons(could_not, counts) or "<p>Everything could be pushed.</p>",
        ),
        by_type(summary(report)),
        section(
            "School by school",
            by_school(
                rows,
                {
                    "written": ("Rows written", _WRITTEN.sum()),
                    "courses": ("Courses", pl.col("course_id").filter(_WRITTEN & ON_COURSES).n_unique()),
                    "sections": ("Sections", pl.col("section_id").filter(_WRITTEN).drop_nulls().n_unique()),
                    "could_not": ("Could not be pushed", _COULD_NOT.sum()),
                },
            ),
        ),
        section("What could not be pushed, row by row", _rows(report, shown, could_not.height, "could-not")),
        section(
            f"What {'would be' if report.facts.get('preview') else 'was'} written, row by row",
            _rows(report, written.head(max_rows - shown.height), written.height, "rows"),
        ),
        section("What stays, row by row", _rows(report, stays.head(max_rows), stays.height, "stays")),
    ]


def _rows(report: Report, rows: pl.DataFrame, total: int, table_id: str) -> str:
    cells = {
        "where": ("Course or section", where),
        "what": ("What", _what),
        "outcome": ("Outcome", _outcome),
        "change": ("Change", _change),
    }
    return listed(report, rows, cells, table_id=table_id, total=total)


def _what(row: dict[str, Any]) -> str:
    return f"<small>{escape(row['element'])}</small>{safe(row['what'])}"


def _change(row: dict[str, Any]) -> str:
    return safe(row["change"])


def _outcome(row: dict[str, Any]) -> str:
    why = f"<small>{safe(row['why'])}</small>" if row["why"] else ""
    return f"<span class='fate {_CODES.get(row['fate'], '')}'>{escape(row['fate'])}</span>{why}"


PUSH_RESULT = Layout.of(
    "push_result",
    answer=answer,
    summary=summary,
    body=body,
)
