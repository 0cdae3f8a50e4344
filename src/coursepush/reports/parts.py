"""The parts that the pages of reports share: header, groups, reasons, rows one by one, and the small print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import document, section
from coursepush.html.tables import counts_table, drawn_table, folded_rows, more
from coursepush.html.text import GONE, safe, said
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.requests.registry import KINDS, fate_labels
from coursepush.reports.report import Report
from coursepush.reports.small_counts import NONE

SCHOOLS_SHOWN = 300
"""So many lines of a table of schools and calendars are shown."""

Cell = Callable[[dict[str, Any]], str]
"""Gives a cell's HTML from a row; text of the district in it has gone through :func:`safe`."""

Cells = Mapping[str, tuple[str, Cell]]
"""Column → (heading, how its cell is made)."""

Numbers = Mapping[str, tuple[str, pl.Expr]]
"""Column → (heading, what is counted)."""

_FATES = {label: str(fate) for kind in KINDS for fate, label in fate_labels(kind).items()}
"""What a fate is called, in any kind of plan → its code, which gives the colour."""


def report_page(report: Report, max_rows: int) -> str:
    """The page of a report: what was asked, the answer, the parts that its layout gives, the small print."""
    asked = " · ".join(safe(which) for _, which in report.asked)
    header = (
        f"<header><p class='kind'>{escape(report.title)}{f': {asked}' if asked else ''}</p>"
        f"<h1>{escape(report.question)}</h1><p class='lead'>{safe(report.answer)}</p></header>"
        f"{report.picture}"
    )
    body = report.layout.body(report, max_rows)
    return document(
        f"{report.title}: {report.question}", [header, *body, section("About this report", _about(report))]
    )


def _about(report: Report) -> str:
    asked = report.asked or [("Asked of", "the whole district")]
    lines = [*asked, ("Rows of the report", f"{report.shown.height:,}")]
    if report.as_of:
        lines.append(("Data", report.as_of))
    terms = "".join(f"<dt>{escape(what)}</dt><dd>{safe(which)}</dd>" for what, which in lines)
    notes = "".join(f"<p>{safe(note)}</p>" for note in report.all_notes)
    return f"<dl>{terms}</dl>{notes}"


def by_school(frame: pl.DataFrame, numbers: Numbers) -> str:
    """The section that counts for each school and calendar."""
    if frame.is_empty():
        return ""
    lines = (
        frame.group_by("school", "calendar")
        .agg(what.alias(name) for name, (_, what) in numbers.items())
        .sort("school", "calendar", nulls_last=True)
    )
    head = lines.head(SCHOOLS_SHOWN).with_columns(pl.col("school").fill_null(GONE))
    labels = {"calendar": "Calendar", **{name: heading for name, (heading, _) in numbers.items()}}
    left = more(lines.height - head.height, "calendar", "in the report's file.")
    return section("School by school", counts_table(head, "by-school", labels, group="school") + left)


def reasons(frame: pl.DataFrame, numbers: Numbers) -> str:
    """Each sentence of `why` with what to do about it, the most frequent first."""
    found = (
        frame.filter(pl.col("why").is_not_null())
        .group_by("why", "what_to_do")
        .agg(pl.len().alias("_rows"), *(what.alias(name) for name, (_, what) in numbers.items()))
        .sort(
            "_rows",
            pl.sum_horizontal(pl.col(list(numbers)).cast(pl.Int64)),
            "why",
            "what_to_do",
            descending=[True, True, False, False],
            nulls_last=True,
        )
    )
    if found.is_empty():
        return ""
    counts = {name: heading for name, (heading, _) in numbers.items()}
    labels = {"why": "Why", **counts, "what_to_do": "What to do"}
    return drawn_table(found, "reasons", labels, kind="cards", missing="")


def listed(
    report: Report,
    rows: pl.DataFrame,
    most: int,
    cells: Cells,
    *,
    table_id: str = "rows",
    total: int | None = None,
    numeric: Sequence[str] = (),
    group: Cell | None = None,
    noun: str = "row",
) -> str:
    """The first `most` rows one by one, grouped by school and calendar; what is cut is said.

    Args:
        total: how many there are, where `rows` are not all of them.
        numeric: the columns that are aligned as numbers.
        group: the heading under which a row stands, instead of school and calendar.
        noun: what a row is.
    """
    total, rows = rows.height if total is None else total, rows.head(most)
    save = f'<code>report.save("{report.layout.name}.xlsx")</code> writes every one of them.'
    if rows.is_empty():
        return f"<p class='more'>{counted(total, noun)}, not listed here. {save}</p>" if total else ""
    table = cards(rows, cells, table_id, group=group or place, right=numeric)
    return folded_rows(table, rows.height, total, noun, f"not shown here. {save}")


def cards(
    rows: pl.DataFrame,
    cells: Cells,
    table_id: str,
    *,
    group: Cell | None = None,
    right: Sequence[str] = (),
    widths: Sequence[str] = (),
) -> str:
    """A table of cells made of each row; `group`: under what a row stands."""
    made = [
        {**({"group": group(row)} if group else {}), **{name: cell(row) for name, (_, cell) in cells.items()}}
        for row in rows.iter_rows(named=True)
    ]
    labels = {name: label for name, (label, _) in cells.items()}
    within = "group" if group else None
    frame, html = pl.DataFrame(made), list(cells)
    return drawn_table(frame, table_id, labels, kind="cards", html=html, right=right, widths=widths, group=within)


def by_element(frame: pl.DataFrame, numbers: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """A line a data type, in the order of a push; `numbers`: heading → what is counted."""
    lines = frame.group_by("element").agg(what.alias(name) for name, what in numbers.items()).sort(in_push_order())
    return lines.with_columns(pl.col("element").replace(ELEMENT_LABELS)).rename({"element": "Data"})


def by_type(overview: pl.DataFrame) -> str:
    """The section that has a report's summary, a line a data type."""
    if overview.is_empty():
        return ""
    return section("What kind of data", counts_table(overview, "by-type", {one: one for one in overview.columns}))


def in_push_order(column: str = "element") -> pl.Expr:
    """To sort by: the place of a data type, by its code or its label, in the order of a push."""
    return pl.col(column).replace_strict(_ORDER, default=len(_ORDER), return_dtype=pl.Int64)


_ORDER = {text: place for place, pair in enumerate(ELEMENT_LABELS.items()) for text in pair}


def on_which(rows: pl.DataFrame) -> str:
    """ "3 courses and 2 sections": where rows stand."""
    places = [
        counted(rows.filter(ON_COURSES)["course_id"].n_unique(), "course"),
        counted(rows["section_id"].drop_nulls().n_unique(), "section"),
    ]
    return " and ".join(one for one in places if not one.startswith("0 "))


ON_COURSES = pl.col("level") == "course"


# -- cells -------------------------------------------------------------------------------------------------


def place(row: dict[str, Any]) -> str:
    """School and calendar. The table escapes what it groups by."""
    return GONE if row["school"] is None else f"{row['school']} · {row['calendar'] or ''}"


def where(row: dict[str, Any]) -> str:
    """Course, and section and teacher where there is one."""
    course = f"{safe(row['course_number'])} {safe(row['course_name'])}"
    if row.get("section_id") is None:
        return course
    teacher = f", {safe(row['teacher'])}" if row.get("teacher") else ""
    return f"{course}<small>Section {safe(row['section_number'] or row['section_id'])}{teacher}</small>"


def what(row: dict[str, Any]) -> str:
    """The data type, by its code or label, and which row of it."""
    label = ELEMENT_LABELS.get(row["element"]) or row["element"]
    return f"<small>{escape(label)}</small>{safe(row['name'] if 'name' in row else row['what'])}"


def text_of(column: str) -> Cell:
    return lambda row: safe(row[column])


def marked_fate(label: str | None) -> str:
    """What becomes of a row, in its colour; nothing for none."""
    return "" if label is None else f"<span class='fate {_FATES.get(label, '')}'>{escape(label)}</span>"


def number(name: str, unit: str) -> Cell:
    """A count, or what stands in its place; `unit`, of several, is shown where a table is drawn as cards."""

    def cell(row: dict[str, Any]) -> str:
        value = row[name]
        if value is None or value in (0, NONE):
            return ""
        text = escape(said(value))
        noun = unit.removesuffix("s") if value == 1 else unit
        return f"{text}<span class='unit'> {escape(noun)}</span>"

    return cell
