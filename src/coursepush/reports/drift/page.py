"""How drift is told: what others changed on courses and sections from one load to the next."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.html.text import safe
from coursepush.model.elements import ELEMENT_LABELS, field_label
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

CHANGES = {
    "added": ("insert", "Added"),
    "changed": ("update", "Changed"),
    "removed": ("delete", "Removed"),
    "renamed": ("rename", "Renamed"),
    "link": ("relink", "Link changed"),
}
_PUSHED = pl.col("push_id").is_not_null()
_AS_ABOVE = (pl.col("change") != "link") & pl.col("now").eq_missing(pl.col("wanted"))

WHY: dict[str, tuple[str, str]] = {
    "as_above": (
        "It now is as the course master, or the course, has it.",
        "Nothing to do.",
    ),
    "pushed": (
        "A push from here had written it, and it was changed since.",
        "Ask who changed it. A push sets it back where it is locked; or change the course master.",
    ),
    "others": (
        "No push from here had written it.",
        "Nothing to do if the school or the teacher is to manage it; Course Audit and Course Awaiting Push say "
        "what a push would do.",
    ),
}
"""What a change means beside our pushes and the level above, and what to do about it."""


def answer(report: Report) -> str:
    rows = report.frame
    if rows.is_empty():
        if report.facts.get("refreshes") == 0:
            return "Not known yet: the district has not been refreshed since it was loaded."
        return "Nothing: no refresh found anything changed that no push from here had written."
    pushed = rows.filter(_PUSHED).height
    on = on_which(rows)
    sentence = f"{counted(rows.height, 'row')} on {on} changed from one load to the next."
    return f"{sentence} A push from here had written {pushed:,} of them." if pushed else sentence


def summary(report: Report) -> pl.DataFrame:
    lines = (
        report.frame.group_by("element")
        .agg((pl.col("change") == code).sum().alias(label) for code, (_, label) in CHANGES.items())
        .sort(in_push_order())
    )
    return lines.with_columns(pl.col("element").replace(ELEMENT_LABELS)).rename({"element": "Data"})


def body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame
    if rows.is_empty():
        return []
    return [
        section("What it means, and what to do", reasons(_meant(rows), {"rows": ("Rows", pl.len())})),
        by_type(summary(report)),
        section(
            "School by school",
            by_school(
                rows,
                {
                    "rows": ("Rows changed", pl.len()),
                    "courses": ("Courses", pl.col("course_id").filter(ON_COURSES).n_unique()),
                    "sections": ("Sections", pl.col("section_id").drop_nulls().n_unique()),
                    "pushed": ("Had been pushed", _PUSHED.sum()),
                },
            ),
        ),
        section(
            "Row by row",
            listed(
                report,
                rows.head(max_rows),
                {
                    "where": ("Course or section", where),
                    "what": ("What", _what),
                    "change": ("Change", _change),
                    "values": ("From → to", _values),
                },
                total=rows.height,
            ),
        ),
    ]


def _meant(rows: pl.DataFrame) -> pl.DataFrame:
    code = pl.when(_AS_ABOVE).then(pl.lit("as_above")).when(_PUSHED).then(pl.lit("pushed"))
    code = code.otherwise(pl.lit("others"))
    why, what_to_do = (
        code.replace_strict({name: said[place] for name, said in WHY.items()}, return_dtype=pl.String)
        for place in (0, 1)
    )
    return rows.select(why=why, what_to_do=what_to_do)


def _what(row: dict[str, Any]) -> str:
    name = row["name"] or (field_label(row["field"]) if row["field"] else "")
    return f"<small>{escape(ELEMENT_LABELS[row['element']])}</small>{safe(name)}"


def _values(row: dict[str, Any]) -> str:
    return safe(row["in_words"])


def _change(row: dict[str, Any]) -> str:
    kind, label = CHANGES[row["change"]]
    pushed = f"<small>Push {row['push_id']} had written it.</small>" if row["push_id"] is not None else ""
    found = f"<small>Found by refresh {row['refresh_id']} on {row['when']:%Y-%m-%d}</small>"
    return f"<span class='verdict {kind}'>{label}</span>{pushed}{found}"


DRIFT = Layout.of(
    "drift",
    answer=answer,
    summary=summary,
    body=body,
)
