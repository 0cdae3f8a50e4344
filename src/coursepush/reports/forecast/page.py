"""How a forecast is told: whose grades would move, how far, what makes them move, and what is to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.forecast.forecast import OUTCOMES
from coursepush.forecast.shown import Shown, rows_in_words
from coursepush.forecast.words import HIDDEN, OUTCOME_LABELS, SOME, sentence
from coursepush.html.page import section
from coursepush.html.tables import drawn_table, more
from coursepush.html.text import safe
from coursepush.reports.forecast.picture import moves_svg
from coursepush.reports.forecast.report import named
from coursepush.reports.parts import SCHOOLS_SHOWN, listed, text_of, where
from coursepush.reports.report import Layout, Report

SECTIONS_OF = {
    "moves": "Sections",
    "mark_up": "Marks up",
    "mark_down": "Marks down",
    "passes": "Would pass",
    "fails": "Would not pass",
    "appears": "Grades appear",
    "vanishes": "Grades vanish",
    "posted_disagrees": "Posted differs",
}
"""Headings of numbers of sections."""

NO_MARK = "Percents move, no mark does"

CAUSES_SHOWN = 100
"""So many causes are listed."""

DECIDE = {
    "vanishes": "Is that meant? The push turns the calculation of these grades off or leaves nothing to count. "
    "If it is not meant, leave out the data type that does it, or spare these courses.",
    "appears": "Is that meant? The push turns a calculation on. Families who see grades in progress see new ones.",
    "fails": "Tell the teachers before the push, or wait until the term is over: these students pass now.",
    "passes": "Tell the teachers before the push: these students do not pass now.",
    "mark_down": "Decide whether marks may go down in the middle of a term, and who tells students and families.",
    "mark_up": "The same for marks that go up.",
    "posted_disagrees": "What is posted stays as it is. Teachers post again, or keep it and can say why.",
}
"""What the reader has to decide about each outcome, the gravest first."""

NOTES = (
    "A push never writes a posted grade. How grades in progress are calculated is in “coursepush rules grades”, "
    "and what may be told of them in “coursepush rules grades 12”.",
)


def answer(report: Report) -> str:
    shown: Shown | None = report.facts["shown"]
    return report.facts["headline"] if shown is None else sentence(shown)


def summary(report: Report) -> pl.DataFrame:
    """In how many sections each thing happens."""
    shown: Shown | None = report.facts["shown"]
    lines = [] if shown is None else outcome_lines(shown)
    return pl.DataFrame(
        [(OUTCOME_LABELS[one], _said(number)) for one, number in lines],
        schema={"What happens": pl.String, "In sections": pl.String},
        orient="row",
    )


def outcome_lines(shown: Shown) -> list[tuple[str, int | None]]:
    """The outcomes that there are, each with its number of sections; None where that is hidden."""
    if shown.is_few:
        return []
    found = [(one, shown.number(one) or (None if shown.any_of(one) else 0)) for one in OUTCOMES]
    return [(one, number) for one, number in found if number != 0]


def picture(report: Report) -> str:
    shown: Shown | None = report.facts["shown"]
    return "" if shown is None else moves_picture(shown)


def moves_picture(shown: Shown) -> str:
    """How far grades move, as an SVG element; empty where none moves, or nothing may be said."""
    numbers = dict(outcome_lines(shown))
    if not numbers.get("moves"):
        return ""
    return moves_svg(shown.classes().rows(), numbers.get("appears", 0), numbers.get("vanishes", 0))


def body(report: Report, max_rows: int) -> Sequence[str]:
    shown: Shown | None = report.facts["shown"]
    if shown is None or shown.is_few or report.frame.is_empty():
        return []
    rows = report.shown
    lines = outcome_lines(shown)
    cells = {
        "where": ("Course and section", where),
        "task": ("Task and term", _task),
        "what": ("What happens", _what),
        "cause": ("What makes it move", text_of("cause")),
    }
    moving = rows.filter(pl.col("moves") != "none") if lines else rows.clear()
    return [
        section("What is to be decided", _decide(lines)),
        section("School by school", group_table(shown, report.frame, "school", lines)),
        section("Teacher by teacher", group_table(shown, report.frame, "teacher", lines)),
        section("What makes grades move", causes_table(shown) if lines else ""),
        section("Task by task", listed(report, moving, max_rows, cells) if lines else ""),
    ]


def _decide(lines: Sequence[tuple[str, int | None]]) -> str:
    numbers = dict(lines)
    told = [
        {"what": OUTCOME_LABELS[one], "sections": _in_sections(numbers[one]), "decide": text}
        for one, text in DECIDE.items()
        if one in numbers
    ]
    if not told:
        return (
            "<p>Grades move by less than a mark. Nothing is to be decided, but teachers should know.</p>"
            if lines
            else ""
        )
    labels = {"what": "What happens", "sections": "Sections", "decide": "What to decide"}
    table = drawn_table(pl.DataFrame(told), "decide", labels, kind="cards", html=["sections"], right=["sections"])
    advice = (
        "<p class='more'>What choice of the same push would turn no grade off: "
        "<code>plan.forecast().advice()</code>.</p>"
    )
    return table + advice * ("vanishes" in numbers)


def group_table(shown: Shown, rows: pl.DataFrame, group: str, lines: Sequence[tuple[str, int | None]]) -> str:
    """In how many sections of each school or teacher what happens, those with most first."""
    if not lines:
        return ""
    told = named(shown, rows, group).filter(pl.col("is_hidden") | (pl.col("moves") != 0).fill_null(True))
    first = ["school"] if group == "teacher" else []
    told = told.sort(
        *first, "moves", descending=[*(False for _ in first), True], nulls_last=True, maintain_order=True
    )
    head = told.head(SCHOOLS_SHOWN)
    columns = [one for one in SECTIONS_OF if one in dict(lines)]
    numbers = ["teachers", *columns] if group == "school" else columns
    teachers = pl.when("is_hidden").then(None).otherwise("teachers").alias("teachers")
    names = ["school"] if group == "school" else ["teacher", "school"]
    frame = head.with_columns(teachers, pl.col(names[0]).fill_null("No teacher"))
    labels = {"school": "School", "teacher": "Teacher", "teachers": "Teachers", **SECTIONS_OF}
    table = drawn_table(
        frame,
        f"grades-by-{group}",
        {one: labels[one] for one in (names[0], *numbers)},
        kind="counts",
        missing=HIDDEN,
        group="school" if group == "teacher" else None,
    )
    intro = "<p class='more'>In how many sections it happens to any student.</p>"
    return intro + table + more(told.height - head.height, group, "in the report's file.")


def causes_table(shown: Shown) -> str:
    """What of the setup makes grades move, in how many sections."""
    causes = shown.causes()
    if causes.is_empty():
        return ""
    frame = causes.head(CAUSES_SHOWN)
    table = drawn_table(frame, "causes", {"what": "Change of setup", "sections": "Sections"}, kind="counts")
    left = causes.height - frame.height
    return table + (f"<p class='more'>And {counted(left, 'more change')}.</p>" if left else "")


def _task(row: dict[str, Any]) -> str:
    return f"{safe(row['task'])}<small>Term {row['term']}</small>"


def _what(row: dict[str, Any]) -> str:
    told = [OUTCOME_LABELS[one] for one in OUTCOMES[1:] if row[one] == SOME]
    return "<br>".join(escape(one) for one in told) or NO_MARK


def _in_sections(number: int | None) -> str:
    """With its unit, which is shown where a table is drawn as cards."""
    return f"{_said(number)}<span class='unit'> {'section' if number == 1 else 'sections'}</span>"


def _said(number: int | None) -> str:
    return HIDDEN if number is None else f"{number:,}"


FORECAST = Layout.of(
    "forecast",
    answer=answer,
    summary=summary,
    body=body,
    picture=picture,
    shown=partial(rows_in_words, outcomes=OUTCOMES),
    shown_note="Sections are counted, and never students.",
)
