"""How the two reports of what awaits a push are told: how much, what to do, what is left out, then the changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.html.tables import drawn_table
from coursepush.html.text import be, safe
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import REASON_SENTENCES
from coursepush.plan.request import school_year
from coursepush.reports.awaiting.report import WHOLE
from coursepush.reports.parts import Numbers, by_school, by_type, listed, number, what, where
from coursepush.reports.report import Layout, Report

_PUSHES_SHOWN = 6
"""So many pushes are written out as calls."""

CHANGES = {
    "add": ("insert", "Added"),
    "change": ("update", "Changed"),
    "relink": ("relink", "Linked again"),
    "rename": ("rename", "Renamed"),
    "remove": ("delete", "Removed"),
}
"""What a change is called, with the class that gives its colour."""

SAID = {"add": "added", "remove": "removed", "rename": "renamed", "relink": "linked again"}
"""With what the words of a whole row, or of a new name, begin; the label says it already."""

_OWNERS = {1: "course", 2: "section"}
_NOTHING = {
    1: (
        "in scope of a push of course masters {} what is locked{} as the course master has it",
        "no course is in scope of a push of course masters",
    ),
    2: ("looked at {} what the course has{}", "there is no section to look at"),
}
"""Of the owners of a hop: that they have all that they should, and that there are none."""


# -- the answer --------------------------------------------------------------------------------------------


def _answer(report: Report, hop: int) -> str:
    totals, height, left_out = report.facts["totals"], report.frame.height, report.facts["could_not"]
    if height:
        on_courses, schools = counted(totals["courses"], "course"), counted(totals["schools"], "school")
        of = f" of {counted(totals['masters'], 'course master')}" if hop == 1 else ""
        to = on_courses if hop == 1 else f"{counted(totals['sections'], 'section')} of {on_courses}"
        first = (
            f"{counted(height, 'change')}{of} {'awaits' if height == 1 else 'await'} a push to {to} at {schools}."
        )
        return " ".join([first, *(_in_masters_way(left_out) if hop == 1 else _in_courses_way(left_out))])
    if left_out:
        return _nothing_written(left_out, _OWNERS[hop])
    number, (all_of, none) = totals["looked_at"], _NOTHING[hop]
    if not number:
        return f"Nothing awaits a push: {none}."
    looked = f"the one {_OWNERS[hop]}" if number == 1 else f"all {number:,} {_OWNERS[hop]}s"
    data = report.facts["data"]
    of = f" of {', '.join(ELEMENT_LABELS[name] for name in data)}" if data else ""
    told = all_of.format("has" if number == 1 else "have", of)
    return f"Nothing awaits a push: {looked} {told}, as far as a push would write it."


def _in_masters_way(left_out: Mapping[str, Any]) -> list[str]:
    """What a push of course masters would fail at and what it would leave out, a sentence each."""
    said: list[str] = []
    desynced = left_out.get("desynced")
    for part, why in ((desynced, ": the link to the course master is broken"), (left_out.get("other"), None)):
        if part:
            why = why or (", for other reasons" if desynced else ", for reasons given below")
            said.append(f"{_rows_on(part, 'course')} could not be pushed{why}.")
    if whole := left_out.get("whole"):
        skipped = whole["owners"]
        said.append(
            f"{counted(skipped, 'course')} {be(skipped)} left out: marked Ignore Master Push, or of an inactive "
            "course master."
        )
    return said


def _in_courses_way(left_out: Mapping[str, Any]) -> list[str]:
    """The same of a push of courses."""
    said: list[str] = []
    if rows := left_out.get("rows"):
        said.append(f"{_rows_on(rows, 'section')} could not be pushed, for reasons given below.")
    if whole := left_out.get("whole"):
        skipped = whole["owners"]
        said.append(f"{counted(skipped, 'section')} of courses run at another site {be(skipped)} left out.")
    return said


def _nothing_written(left_out: Mapping[str, Any], owner: str) -> str:
    """That a push would write nothing, although not all is as it should be."""
    said = [f"{_rows_on(rows, owner)} could not be pushed"] if (rows := left_out.get("rows")) else []
    if whole := left_out.get("whole"):
        said.append(f"{counted(whole['owners'], owner)} {be(whole['owners'])} left out")
    return f"A push would write nothing; {' and '.join(said)}: see below."


def _rows_on(part: Mapping[str, Any], owner: str) -> str:
    return f"{counted(part['rows'], 'row')} on {counted(part['owners'], owner)}"


# -- its parts ---------------------------------------------------------------------------------------------


def _summary(report: Report, labels: Mapping[str, str]) -> pl.DataFrame:
    return report.facts["by_element"].select(
        pl.col("element").replace(ELEMENT_LABELS).alias("Data"),
        pl.col("changes").alias("Changes"),
        *(pl.col(name).alias(label) for name, label in labels.items()),
    )


def _body(report: Report, do: str, owners: str, counts: Numbers, list_heading: str, rows: str) -> Sequence[str]:
    return [
        section("What to do", _calls(report, do)),
        section("What is left out, and what to do", _left_out(report, owners)),
        by_type(report.summary),
        by_school(report.facts["by_school"], counts),
        section(list_heading, rows),
    ]


def master_body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame.sort(
        pl.col("courses").sum().over("catalog", "year", "master_id"), descending=True, maintain_order=True
    )
    cells = {
        "what": ("What", what),
        "change": ("Change", _change),
        "courses": ("Courses", number("courses", "courses")),
        "schools": ("Schools", number("schools", "schools")),
    }
    told = listed(report, rows, max_rows, cells, table_id="changes", numeric=("courses", "schools"), group=_master)
    return _body(
        report,
        "Push All Course Masters in locked mode writes it.",
        "Courses",
        {
            "courses": ("Courses", pl.col("courses").sum()),
            "writes": ("Changes on courses", pl.col("writes").sum()),
        },
        "Change by change, the course masters with the most to push first",
        told,
    )


def _master(row: dict[str, Any]) -> str:
    """The course master under which its changes stand. The table escapes what it groups by."""
    return f"{row['master_number']} {row['master_name']} · {row['catalog']} · {school_year(row['year'])}"


def course_body(report: Report, max_rows: int) -> Sequence[str]:
    cells = {"where": ("Section", where), "what": ("What", what), "change": ("Change", _change)}
    return _body(
        report,
        "Push All Courses writes it, calendar by calendar.",
        "Sections",
        _sums({"courses": "Courses", "sections": "Sections", "writes": "Changes"}),
        "Section by section",
        listed(report, report.frame, max_rows, cells, table_id="changes"),
    )


def _sums(labels: Mapping[str, str]) -> Numbers:
    return {name: (label, pl.col(name).sum()) for name, label in labels.items()}


def _calls(report: Report, sentence: str) -> str:
    """How to look at the push before it is made, as code."""
    calls: Sequence[str] = report.facts["calls"]
    if not calls:
        return ""
    left = len(calls) - _PUSHES_SHOWN
    more = f" and {left:,} more like it" if left > 0 else ""
    shown = "".join(f"<br><code>{escape(call)}</code>" for call in calls[:_PUSHES_SHOWN])
    notes = "".join(f"<p>{escape(note)}</p>" for note in report.facts["call_notes"])
    return f"<p>{sentence} Row by row, before anything is written:{shown}{more}</p>{notes}"


def _left_out(report: Report, heading: str) -> str:
    """Each reason for which something stays as it is, with what to do about it; the most frequent first."""
    found: pl.DataFrame = report.facts["left_out"]
    if found.is_empty():
        return ""
    rows, left = number("rows", "rows"), number("owners", heading.lower())
    lines = [
        {
            "why": REASON_SENTENCES[row["reason"]][0],
            "rows": "" if row["reason"] in WHOLE else rows(row),
            "owners": left(row),
            "advice": REASON_SENTENCES[row["reason"]][1],
        }
        for row in found.to_dicts()
    ]
    labels = {"why": "Why", "rows": "Rows", "owners": heading, "advice": "What to do about it"}
    html = ("rows", "owners")
    return drawn_table(pl.DataFrame(lines), "left-out", labels, kind="cards", html=html, right=html)


def _change(row: dict[str, Any]) -> str:
    kind, label = CHANGES[row["change"]]
    words: str = row["in_words"]
    if row["field"] is None or row["change"] == "rename":
        words = words.removeprefix(SAID[row["change"]]).removeprefix(": ")
    colon = ": " if words and not words.startswith(", ") else ""
    return f"<span class='verdict {kind}'>{label}</span>{colon}{safe(words)}"


def _layout(name: str, hop: int, labels: Mapping[str, str], body: Callable[..., Sequence[str]]) -> Layout:
    return Layout.of(name, answer=partial(_answer, hop=hop), summary=partial(_summary, labels=labels), body=body)


MASTER_AWAITING = _layout(
    "master_awaiting_push", 1, {"masters": "Course masters", "courses": "Courses"}, master_body
)
COURSE_AWAITING = _layout("course_awaiting_push", 2, {"courses": "Courses", "sections": "Sections"}, course_body)
