"""A grade step by step, as HTML for a notebook: for whoever may see the student's record."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from coursepush.forecast.explain import ExplainedGrade, ExplainedMove

_LINE = "border-bottom:1px solid rgba(128,128,128,.45)"
_CELL = "padding:2px 10px;border:0;vertical-align:top;white-space:nowrap"
_MUTED = "opacity:.75"

_SCORES = {
    "assignment": "Assignment",
    "category": "Category",
    "due_date": "Due",
    "possible": "Possible",
    "multiplier": "Multiplier",
    "points": "Points",
    "percent": "Percent",
    "flags": "Marked",
    "earned": "Counts with",
    "why": "Why not, or how",
}
_CATEGORIES = {
    "category": "Category",
    "weight": "Weight",
    "scores": "Scores",
    "earned": "Earned",
    "possible": "Possible",
    "percent": "Percent",
    "why": "Why it does not count",
}
_CHILDREN = {
    "task": "Child",
    "term_seq": "Term",
    "weight": "Weight",
    "percent": "Percent",
    "is_posted": "Posted",
    "why": "Why it has none",
}


def grade_html(grade: ExplainedGrade) -> str:
    """The sentence, then the children, or the categories and the scores."""
    tables = [
        _table(grade.children, _CHILDREN),
        _table(grade.categories, _CATEGORIES),
        _table(grade.scores, _SCORES),
    ]
    posted = [str(one) for one in (grade.posted_mark, grade.posted_percent) if one is not None]
    stands = f"<div style='{_MUTED}'>Posted: {escape(', '.join(posted))}.</div>" if posted else ""
    return (
        f"<div><b><bdi>{escape(grade.title)}</bdi></b><div>{escape(grade.sentence)}</div>{stands}{''.join(tables)}"
        f"<div style='{_MUTED}'>This shows a student's record. The rules: <code>cp.rules(\"grades\")</code></div>"
        "</div>"
    )


def move_html(move: ExplainedMove) -> str:
    """Both, one below the other, and what changes between them."""
    return (
        f"<div><div>Cause: <bdi>{escape(move.cause)}</bdi></div>"
        f"<h4>Before</h4>{grade_html(move.before)}<h4>After</h4>{grade_html(move.after)}</div>"
    )


def _table(frame: pl.DataFrame, heads: Mapping[str, str]) -> str:
    if frame.is_empty():
        return ""
    heads = {name: label for name, label in heads.items() if not _says_nothing(frame[name])}
    right = {name for name, dtype in frame.schema.items() if dtype.is_numeric()}
    align = {name: f"{_CELL};text-align:{'right' if name in right else 'left'}" for name in heads}
    head = "".join(f'<th style="{align[name]}">{label}</th>' for name, label in heads.items())
    body = "".join(
        f'<tr style="{_LINE}{"" if row.get("counts", True) else f";{_MUTED}"}">'
        + "".join(f'<td style="{align[name]}"><bdi>{escape(_said(row[name]))}</bdi></td>' for name in heads)
        + "</tr>"
        for row in frame.iter_rows(named=True)
    )
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:6px 0;font-size:90%">'
        f'<thead><tr style="{_LINE}">{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _says_nothing(column: pl.Series) -> bool:
    """A column without any value, or with the multiplier that multiplies nothing."""
    return column.null_count() == len(column) or (column.name == "multiplier" and bool((column == 1).all()))


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(round(value, 8))
    return str(value)


def plain(number: Decimal) -> str:
    """A number without zeros behind it: 40.0000 is 40."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
