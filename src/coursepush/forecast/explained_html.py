"""A grade step by step, as HTML for a notebook: for whoever may see the student's record."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.html.notebook import html_table, muted
from coursepush.html.text import plain_number

if TYPE_CHECKING:
    from coursepush.forecast.explain import ExplainedGrade, ExplainedMove

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
    stands = muted(f"Posted: {escape(', '.join(posted))}.") if posted else ""
    return (
        f"<div><b><bdi>{escape(grade.title)}</bdi></b><div>{escape(grade.sentence)}</div>{stands}{''.join(tables)}"
        + muted('This shows a student\'s record. The rules: <code>cp.rules("grades")</code>')
        + "</div>"
    )


def move_html(move: ExplainedMove) -> str:
    """Both, one below the other, and what changes between them."""
    return (
        f"<div><div>Cause: <bdi>{escape(move.cause)}</bdi></div>"
        f"<h4>Before</h4>{grade_html(move.before)}<h4>After</h4>{grade_html(move.after)}</div>"
    )


def _table(frame: pl.DataFrame, heads: Mapping[str, str]) -> str:
    heads = {
        name: head for name, head in heads.items() if name in frame.columns and not _says_nothing(frame[name])
    }
    return html_table(
        tuple(heads.values()),
        ([f"<bdi>{escape(_said(row[name]))}</bdi>" for name in heads] for row in frame.iter_rows(named=True)),
        [frame.schema[name].is_numeric() for name in heads],
        muted_rows=[not counts for counts in frame["counts"]] if "counts" in frame.columns else (),
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
        return plain_number(round(value, 8))
    return str(value)
