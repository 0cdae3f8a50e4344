"""How drift is told: what others changed on courses and sections from one load to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.model.elements import field_label
from coursepush.reports.parts import (
    ON_COURSES,
    by_element,
    by_school,
    by_type,
    listed,
    on_which,
    reasons,
    text_of,
    what,
    where,
)
from coursepush.reports.report import Layout, Report
from coursepush.reports.sentences import why_and_what

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
    "as_above": ("It now is as the course master, or the course, has it.", "Nothing to do."),
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
    return by_element(
        report.frame, {label: (pl.col("change") == code).sum() for code, (_, label) in CHANGES.items()}
    )


def body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame
    if rows.is_empty():
        return []
    counts = {
        "rows": ("Rows changed", pl.len()),
        "courses": ("Courses", pl.col("course_id").filter(ON_COURSES).n_unique()),
        "sections": ("Sections", pl.col("section_id").drop_nulls().n_unique()),
        "pushed": ("Had been pushed", _PUSHED.sum()),
    }
    cells = {
        "where": ("Course or section", where),
        "what": ("What", _what),
        "change": ("Change", _change),
        "values": ("From → to", text_of("in_words")),
    }
    return [
        section("What it means, and what to do", reasons(_meant(rows), {"rows": ("Rows", pl.len())})),
        by_type(summary(report)),
        by_school(rows, counts),
        section("Row by row", listed(report, rows, max_rows, cells)),
    ]


def _meant(rows: pl.DataFrame) -> pl.DataFrame:
    code = pl.when(_AS_ABOVE).then(pl.lit("as_above")).when(_PUSHED).then(pl.lit("pushed"))
    code = code.otherwise(pl.lit("others"))
    why, what_to_do = why_and_what(code, WHY)
    return rows.select(why=why, what_to_do=what_to_do)


def _what(row: dict[str, Any]) -> str:
    name = row["name"] or (field_label(row["field"]) if row["field"] else "")
    return what({**row, "name": name})


def _change(row: dict[str, Any]) -> str:
    kind, label = CHANGES[row["change"]]
    pushed = f"<small>Push {row['push_id']} had written it.</small>" if row["push_id"] is not None else ""
    found = f"<small>Found by refresh {row['refresh_id']} on {row['when']:%Y-%m-%d}</small>"
    return f"<span class='verdict {kind}'>{label}</span>{pushed}{found}"


DRIFT = Layout.of("drift", answer=answer, summary=summary, body=body)
