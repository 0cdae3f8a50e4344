"""How two plans are compared: what was asked differently, and what each would write that the other would not."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.bars import Look, legend, named_bars
from coursepush.html.bars import picture as drawn_picture
from coursepush.html.page import section
from coursepush.html.tables import drawn_table
from coursepush.html.text import safe
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.reports.parts import Cell, by_school, by_type, in_push_order, listed, marked_fate, what, where
from coursepush.reports.report import Layout, Report

HEADINGS: dict[str, str] = {
    "only_first": "First only",
    "only_second": "Second only",
    "differs": "Both, differently",
    "same": "Both, alike",
}
"""What the differences are called in tables, and what is no difference."""

_LOOKS: dict[str, Look] = {
    "only_first": Look(HEADINGS["only_first"], "update", "#1f6fb2", "plain"),
    "only_second": Look(HEADINGS["only_second"], "relink", "#6b4fb8", "stripes"),
    "differs": Look(HEADINGS["differs"], "rename", "#8a5d00", "crossed"),
}

DIFFERENCES: tuple[str, ...] = tuple(_LOOKS)


def answer(report: Report) -> str:
    counts = dict(report.frame.group_by("difference").agg(pl.len()).rows())
    first, second, both = (counts.get(one, 0) for one in ("only_first", "only_second", "differs"))
    same = int(report.facts["same"]["rows"].sum())
    if not (first or second or both):
        if not same:
            return "Neither plan would write anything."
        return f"The two plans would write the same: {counted(same, 'row')}, and no difference."
    sides = [
        f"the {one} plan would write {counted(number, 'row')} that the {other} does not"
        for one, other, number in (("second", "first", second), ("first", "second", first))
        if number
    ]
    told = "; ".join(sides)
    told = f"{told[:1].upper()}{told[1:]}." if told else ""
    differently = f" {counted(both, 'row')} would be written by both, with a different outcome." if both else ""
    alike = f" {counted(same, 'row')} would come out the same." if same else " Nothing would come out the same."
    return f"{told}{differently}{alike}".strip()


def summary(report: Report) -> pl.DataFrame:
    lines = (
        _with_same(report)
        .group_by("level", "element")
        .agg(_number(one).alias(heading) for one, heading in HEADINGS.items())
        .sort("level", in_push_order())
    )
    return lines.select(
        pl.col("level").replace({"course": "Courses", "section": "Sections"}).alias("On"),
        pl.col("element").alias("Data"),
        *HEADINGS.values(),
    )


def _with_same(report: Report) -> pl.DataFrame:
    """How many rows, by school, calendar, level, data type and difference, the same in both among them."""
    columns = ("school", "calendar", "level", "element", "difference", "rows")
    listed_rows = report.frame.group_by("school", "calendar", "level", "element", "difference").agg(
        pl.len().cast(pl.Int64).alias("rows")
    )
    same = report.facts["same"].with_columns(
        pl.col("element").replace(ELEMENT_LABELS), difference=pl.lit("same"), rows=pl.col("rows").cast(pl.Int64)
    )
    return pl.concat([listed_rows.select(columns), same.select(columns)])


def _number(difference: str) -> pl.Expr:
    return pl.col("rows").filter(pl.col("difference") == difference).sum()


def picture(report: Report) -> str:
    """A bar for each data type, on courses and in sections, in the order of a push."""
    rows = summary(report).to_dicts()
    lines = [
        (f"{row['Data']}, {row['On'].lower()}", {one: int(row[HEADINGS[one]]) for one in _LOOKS}) for row in rows
    ]
    totals = {one: sum(line[one] for _, line in lines) for one in _LOOKS}
    if not any(totals.values()):
        return ""
    top, y = legend((_LOOKS[one], f"{HEADINGS[one]} {total:,}") for one, total in totals.items() if total)
    drawn, sentences, y = named_bars([line for line in lines if any(line[1].values())], _LOOKS, y, 17, 44)
    return drawn_picture("Where the two plans differ", " ".join(sentences), y, [*top, *drawn])


def body(report: Report, max_rows: int) -> Sequence[str]:
    asked = section("What was asked differently", _asked(report))
    counts = _with_same(report)
    if counts.is_empty():
        return [asked]
    cells = {
        "where": ("Course or section", where),
        "what": ("What", what),
        "first": ("The first plan", _outcome("first")),
        "second": ("The second plan", _outcome("second")),
    }
    return [
        asked,
        by_type(summary(report)),
        by_school(counts, {one: (heading, _number(one)) for one, heading in HEADINGS.items()}),
        section("Row by row", listed(report, report.frame, max_rows, cells)),
    ]


def _asked(report: Report) -> str:
    """The choices in which the two requests differ, side by side."""
    differing = report.facts["asked"]
    if not differing:
        return "<p>Nothing: both plans were asked for in the same words.</p>"
    lines = [
        {
            "what": escape(what),
            "first": _which("first") + (safe(first) or "–"),
            "second": _which("second") + (safe(second) or "–"),
        }
        for what, first, second in differing
    ]
    columns = {"what": "Choice", "first": "The first plan", "second": "The second plan"}
    return drawn_table(pl.DataFrame(lines), "asked", columns, kind="cards", html=list(columns))


def _which(side: str) -> str:
    """Which plan it is, shown where a table is drawn as cards."""
    return f"<span class='unit'>{side.capitalize()}: </span>"


def _outcome(side: str) -> Cell:
    """What becomes of it in a plan, and why."""

    def cell(row: dict[str, Any]) -> str:
        fate, change, why = (row[f"{side}_{name}"] for name in ("fate", "change", "why"))
        done = ": ".join(part for part in (marked_fate(fate), safe(change)) if part)
        small = f"<small>{safe(why)}</small>" if why else ""
        return f"{_which(side)}{done}{small}"

    return cell


COMPARE = Layout.of("compare", answer=answer, summary=summary, body=body, picture=picture)
