"""How By school and By teacher are told: a line for each, opening to their sections before and after."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section, tiles
from coursepush.html.tables import counts_table
from coursepush.html.text import GONE
from coursepush.plan.fates import Fate, fates_sentence
from coursepush.plan.requests.registry import fate_labels, fate_words
from coursepush.reports.owners.report import OwnerReport, shown_sides
from coursepush.reports.owners.sides import side_by_side
from coursepush.reports.report import Layout, Report

NO_TEACHER = "No teacher named"
"""Where rows stand that are in no teacher's section."""


def answer(report: Report) -> str:
    rows = report.frame
    who = report.facts["who"]
    if rows.is_empty():
        return "Nothing: the plan has no row here."
    known = rows.drop_nulls(f"{who}_id")
    touched = known.filter(pl.sum_horizontal(*map(str, _WRITTEN)) > 0)
    would = f"Something is written for {touched.height:,} of {counted(known.height, who)}"
    return f"{would}: {fates_sentence(_totals(rows), fate_words(report.facts['kind']))}."


_WRITTEN = (Fate.DISAPPEARS, Fate.OTHER_VALUES, Fate.RENAMED, Fate.LINKED_AGAIN, Fate.ADDED)


def _totals(rows: pl.DataFrame) -> dict[str, int]:
    return {str(one): int(rows[one].sum()) for one in Fate}


def summary(report: Report) -> pl.DataFrame:
    """The lines with most that disappears or gets other values."""
    labels = _labels(report, report.frame)
    return _worst_first(report.frame).select(
        pl.col(name).fill_null(_NOBODY[name]).alias(label) if name in _NOBODY else pl.col(name).alias(label)
        for name, label in labels.items()
    )


_NOBODY = {"school": GONE, "teacher": NO_TEACHER}
_SHOWN = 12


def _worst_first(rows: pl.DataFrame) -> pl.DataFrame:
    worst = pl.sum_horizontal("disappears", "other_values", "could_not")
    return rows.sort(worst, descending=True, maintain_order=True).head(_SHOWN)


def _labels(report: Report, rows: pl.DataFrame) -> dict[str, str]:
    """The columns to show, with their headings: names, and what some line has a number of."""
    fates = fate_labels(report.facts["kind"])
    names = {name: name.capitalize() for name in _NOBODY if name in rows.columns}
    counts = {"sections": "Sections", **{str(one): fates[one] for one in Fate}}
    return {**names, **{name: label for name, label in counts.items() if rows[name].sum()}}


def body(report: Report, max_rows: int) -> Sequence[str]:
    if report.frame.is_empty():
        return []
    assert isinstance(report, OwnerReport)
    who = str(report.facts["who"])
    fates = fate_labels(report.facts["kind"])
    totals = [(fate, fates[fate], number) for fate, number in _totals(report.frame).items() if number]
    labels = _labels(report, report.frame)
    lines = report.frame.with_columns(
        pl.col(name).fill_null(text) for name, text in _NOBODY.items() if name in labels
    )
    group = "school" if who == "teacher" else None
    table = counts_table(
        lines, f"by-{who}", {name: label for name, label in labels.items() if name != group}, group=group
    )
    return [tiles(totals), section(f"{who.capitalize()} by {who}", table), *_opened(report, lines, max_rows)]


def _opened(report: OwnerReport, lines: pl.DataFrame, max_rows: int) -> list[str]:
    """A part for each line that has sections to show."""
    who = report.who
    sides = shown_sides(report, max_rows)
    words = fate_words(report.facts["kind"])
    parts: list[str] = []
    for line in lines.iter_rows(named=True):
        theirs = sides.of(line[f"{who}_id"], line["school_id"])
        if theirs.rows.is_empty():
            continue
        told = fates_sentence({str(one): line[one] for one in Fate}, words)
        at = f", {line['school']}" if who == "teacher" and lines["school"].n_unique() > 1 else ""
        heading = escape(f"{line[who]}{at}")
        parts.append(
            section(heading, f"<p>{escape(told)}.</p>{side_by_side(theirs, with_teacher=who == 'school')}")
        )
    if sides.left:
        parts.append(
            f"<p class='more'>{counted(sides.left, 'more section')} not shown here. Narrow the report to a school "
            f"or a teacher: <code>district.reports.by_{who}(plan, school=…)</code>.</p>"
        )
    return parts


BY_SCHOOL = Layout.of("by_school", answer=answer, summary=summary, body=body)
BY_TEACHER = Layout.of("by_teacher", answer=answer, summary=summary, body=body)
