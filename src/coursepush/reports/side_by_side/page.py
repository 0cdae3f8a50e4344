"""How plans side by side are told: one table with a column a plan, and a picture of what they differ in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.html.page import section
from coursepush.html.tables import folded
from coursepush.html.text import safe
from coursepush.plan.fates import FATE_WORDS, Fate
from coursepush.reports.report import Layout, Report
from coursepush.reports.side_by_side.picture import curves_svg, sides_svg

MEASURES: dict[str, str] = {
    **{str(one): FATE_WORDS[one].label for one in Fate},
    "teachers_setup": "Of the first three: made by teachers",
    "schools_setup": "Of the first three: made by schools",
    "residual": "Of “could not be pushed”: residual",
    "courses": "Courses written to",
    "sections": "Sections written to",
    "teachers": "Their teachers",
    "sections_moves": "Sections where grades in progress move",
    "sections_passes": "… where somebody would pass",
    "sections_fails": "… where somebody would no longer pass",
    "sections_appears": "… where grades appear",
    "sections_vanishes": "… where grades vanish",
    "warnings": "Warnings",
}
"""The lines of the table, by the column that each shows."""

NOT_TOLD = "–"

_CURVES = {"moves": "A grade in progress moves", "passes": "It would pass", "fails": "It would no longer pass"}
"""The curves of a sweep, as its picture calls them."""

_MOST = 8
"""So many plans stand in a table beside one another on a page; more go on in the next."""


def answer(report: Report) -> str:
    """Which of them writes least, and which moves grades in the fewest sections."""
    frame = report.frame
    axis = report.facts.get("axis")
    parts = [f"{frame.height:,} {f'values of the {axis}' if axis else 'plans'} side by side."]
    if axis:
        frame = frame.with_columns(name="at " + pl.col("name"))
    parts.append(_least(frame, "disappears", "rows disappear", "Rows disappear in none of them."))
    if frame["sections_moves"].null_count() < frame.height:
        none = "No grade in progress would move in any of them, as far as that is told."
        parts.append(_least(frame, "sections_moves", "sections have grades that move", none))
    return " ".join(parts)


def _least(frame: pl.DataFrame, column: str, words: str, none: str) -> str:
    told = frame.drop_nulls(column).sort(column, maintain_order=True)
    if not told[column].max():
        return none
    least, most = told.row(0, named=True), told.row(-1, named=True)
    if least[column] == most[column]:
        return f"In each of them {least[column]:,} {words}."
    return f"Fewest {words}: {least['name']} ({least[column]:,}); most: {most['name']} ({most[column]:,})."


def summary(report: Report) -> pl.DataFrame:
    """One line a measure, one column a plan."""
    return side_table(report.frame)


def side_table(frame: pl.DataFrame) -> pl.DataFrame:
    """The measures as text, each plan in a column of its own; lines that are 0 in all of them are left out."""
    names = frame["name"].to_list()
    lines = [
        (label, *(NOT_TOLD if value is None else f"{value:,}" for value in frame[column]))
        for column, label in MEASURES.items()
        if frame[column].null_count() or frame[column].max()
    ]
    return pl.DataFrame(lines, schema=dict.fromkeys(("What", *names), pl.String()), orient="row")


def picture(report: Report) -> str:
    frame, axis = report.frame, report.facts.get("axis")
    if not axis:
        return sides_svg(frame)
    if frame["sections_moves"].null_count() == frame.height:
        return curves_svg(axis, "Rows that get other values", {"": frame.select("value", "other_values").rows()})
    curves = {words: frame.select("value", f"sections_{one}").rows() for one, words in _CURVES.items()}
    return curves_svg(axis, "Sections in which, for somebody:", curves)


def body(report: Report, max_rows: int) -> Sequence[str]:
    frame = report.frame
    tables = [_table(frame[start : start + _MOST]) for start in range(0, frame.height, _MOST)]
    asked = "".join(
        f"<dt>{safe(row['name'])}</dt><dd>{safe(row['request'])}. {safe(row['grades'])}</dd>"
        for row in frame.iter_rows(named=True)
    )
    each = folded(f"{frame.height:,} of them, each in a sentence", f"<dl>{asked}</dl>", rows=3 * frame.height)
    return [section("Side by side", "".join(tables)), section("What each is", each)]


def _table(frame: pl.DataFrame) -> str:
    """A column a plan, the least number of a line strong; lines that are the same in all are told below it."""
    names = "".join(f"<th scope='col'>{safe(name)}</th>" for name in frame["name"])
    lines: list[str] = []
    alike: list[str] = []
    for column, label in MEASURES.items():
        values: list[Any] = frame[column].to_list()
        told = [one for one in values if one is not None]
        if told and not any(told):
            continue
        if len(set(values)) == 1:
            alike.append(f"{escape(label)}: {values[0]:,}" if told else f"{escape(label)}: not told")
            continue
        least = min(told)
        cells = "".join(
            f"<td>{NOT_TOLD if one is None else f'<b>{one:,}</b>' if one == least else f'{one:,}'}</td>"
            for one in values
        )
        lines.append(f"<tr><th scope='row'>{escape(label)}</th>{cells}</tr>")
    same = f"<p class='more'>The same in each. {'; '.join(alike)}.</p>" if alike else ""
    if not lines:
        return same
    return (
        f"<div class='table beside'><table><thead><tr><th scope='col'>What</th>{names}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>{same}"
    )


SIDE_BY_SIDE = Layout(
    name="side-by-side",
    title="Side by side",
    question="What would each of these do, and how do they differ?",
    answer=answer,
    summary=summary,
    body=body,
    picture=picture,
)
