"""How the two reports of what awaits a push are told: how much, what to do, what is left out, then the changes."""

from __future__ import annotations

from collections.abc import Sequence
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
from coursepush.reports.parts import by_school, by_type, listed, number, what, where
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

# -- course masters ----------------------------------------------------------------------------------------


def master_answer(report: Report) -> str:
    totals, height = report.facts["totals"], report.frame.height
    courses = totals["looked_at"]
    if height:
        first = (
            f"{counted(height, 'change')} of {counted(totals['masters'], 'course master')} "
            f"{'awaits' if height == 1 else 'await'} a push to {counted(totals['courses'], 'course')} "
            f"at {counted(totals['schools'], 'school')}."
        )
        return " ".join([first, *_in_the_way(report)])
    if report.facts["could_not"]:
        return _nothing_written(report, "course", "courses")
    if courses:
        looked = "the one course" if courses == 1 else f"all {courses:,} courses"
        first = (
            f"Nothing awaits a push: {looked} in scope of a push of course masters "
            f"{'has' if courses == 1 else 'have'} what is locked{_looked_at(report)} as the course master has it, "
            "as far as a push would write it."
        )
    else:
        first = "Nothing awaits a push: no course is in scope of a push of course masters."
    return first


def _in_the_way(report: Report) -> list[str]:
    """What a push would fail at and what it would leave out, a sentence each."""
    left_out = report.facts["could_not"]
    said: list[str] = []
    if desynced := left_out.get("desynced"):
        said.append(
            f"{counted(desynced['rows'], 'row')} on {counted(desynced['courses'], 'course')} could not be pushed: "
            "the link to the course master is broken."
        )
    if other := left_out.get("other"):
        why = "for other reasons" if desynced else "for reasons given below"
        said.append(
            f"{counted(other['rows'], 'row')} on {counted(other['courses'], 'course')} could not be pushed, {why}."
        )
    if whole := left_out.get("whole"):
        skipped = whole["courses"]
        said.append(
            f"{counted(skipped, 'course')} {be(skipped)} left out: marked Ignore Master Push, or of an inactive "
            "course master."
        )
    return said


def _nothing_written(report: Report, owner: str, count: str) -> str:
    """That a push would write nothing, although not all is as it should be."""
    left_out = report.facts["could_not"]
    said: list[str] = []
    if rows := left_out.get("rows"):
        said.append(f"{counted(rows['rows'], 'row')} on {counted(rows[count], owner)} could not be pushed")
    if whole := left_out.get("whole"):
        said.append(f"{counted(whole[count], owner)} {be(whole[count])} left out")
    return f"A push would write nothing; {' and '.join(said)}: see below."


def _looked_at(report: Report) -> str:
    """Of which data, where not of all."""
    data = report.facts["data"]
    return f" of {', '.join(ELEMENT_LABELS[name] for name in data)}" if data else ""


def master_summary(report: Report) -> pl.DataFrame:
    return (
        _by_element(report)
        .rename({"changes": "Changes", "masters": "Course masters", "courses": "Courses"})
        .select("Data", "Changes", "Course masters", "Courses")
    )


def master_body(report: Report, max_rows: int) -> Sequence[str]:
    frame, overview = report.frame, master_summary(report)
    most_first = frame.sort(
        pl.col("courses").sum().over("catalog", "year", "master_id"), descending=True, maintain_order=True
    )
    cells = {
        "what": ("What", what),
        "change": ("Change", _change),
        "courses": ("Courses", number("courses", "courses")),
        "schools": ("Schools", number("schools", "schools")),
    }
    rows = listed(
        report,
        most_first.head(max_rows),
        cells,
        table_id="changes",
        total=frame.height,
        numeric=("courses", "schools"),
        group=_master,
    )
    counts = {
        "courses": ("Courses", pl.col("courses").sum()),
        "writes": ("Changes on courses", pl.col("writes").sum()),
    }
    return [
        section("What to do", _calls(report, "Push All Course Masters in locked mode writes it.")),
        section("What is left out, and what to do", _left_out(report, "courses", "Courses")),
        by_type(overview),
        section("School by school", by_school(report.facts["by_school"], counts)),
        section("Change by change, the course masters with the most to push first", rows),
    ]


def _master(row: dict[str, Any]) -> str:
    """The course master under which its changes stand. The table escapes what it groups by."""
    return f"{row['master_number']} {row['master_name']} · {row['catalog']} · {school_year(row['year'])}"


# -- courses -----------------------------------------------------------------------------------------------


def course_answer(report: Report) -> str:
    totals, height = report.facts["totals"], report.frame.height
    sections = totals["looked_at"]
    if height:
        first = (
            f"{counted(height, 'change')} {'awaits' if height == 1 else 'await'} a push to "
            f"{counted(totals['sections'], 'section')} of {counted(totals['courses'], 'course')} "
            f"at {counted(totals['schools'], 'school')}."
        )
        return " ".join([first, *_in_the_way_of_courses(report)])
    if report.facts["could_not"]:
        return _nothing_written(report, "section", "owners")
    if sections:
        looked = "the one section" if sections == 1 else f"all {sections:,} sections"
        first = (
            f"Nothing awaits a push: {looked} looked at {'has' if sections == 1 else 'have'} what the course has"
            f"{_looked_at(report)}, as far as a push would write it."
        )
    else:
        first = "Nothing awaits a push: there is no section to look at."
    return first


def _in_the_way_of_courses(report: Report) -> list[str]:
    left_out = report.facts["could_not"]
    said: list[str] = []
    if rows := left_out.get("rows"):
        said.append(
            f"{counted(rows['rows'], 'row')} on {counted(rows['owners'], 'section')} could not be pushed, for "
            "reasons given below."
        )
    if whole := left_out.get("whole"):
        skipped = whole["owners"]
        said.append(f"{counted(skipped, 'section')} of courses run at another site {be(skipped)} left out.")
    return said


def course_summary(report: Report) -> pl.DataFrame:
    return (
        _by_element(report)
        .rename({"changes": "Changes", "courses": "Courses", "sections": "Sections"})
        .select("Data", "Changes", "Courses", "Sections")
    )


def course_body(report: Report, max_rows: int) -> Sequence[str]:
    frame, overview = report.frame, course_summary(report)
    cells = {"where": ("Section", where), "what": ("What", what), "change": ("Change", _change)}
    counts = {
        "courses": ("Courses", pl.col("courses").sum()),
        "sections": ("Sections", pl.col("sections").sum()),
        "writes": ("Changes", pl.col("writes").sum()),
    }
    return [
        section("What to do", _calls(report, "Push All Courses writes it, calendar by calendar.")),
        section("What is left out, and what to do", _left_out(report, "owners", "Sections")),
        by_type(overview),
        section("School by school", by_school(report.facts["by_school"], counts)),
        section(
            "Section by section",
            listed(report, frame.head(max_rows), cells, table_id="changes", total=frame.height),
        ),
    ]


# -- what both have ----------------------------------------------------------------------------------------


def _by_element(report: Report) -> pl.DataFrame:
    return report.facts["by_element"].with_columns(Data=pl.col("element").replace(ELEMENT_LABELS))


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


def _left_out(report: Report, owners: str, heading: str) -> str:
    """Each reason for which something stays as it is, with what to do about it; the most frequent first."""
    found: pl.DataFrame = report.facts["left_out"]
    if found.is_empty():
        return ""
    rows, left = number("rows", "rows"), number(owners, heading.lower())
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


MASTER_AWAITING = Layout.of(
    "master_awaiting_push",
    answer=master_answer,
    summary=master_summary,
    body=master_body,
)

COURSE_AWAITING = Layout.of(
    "course_awaiting_push",
    answer=course_answer,
    summary=course_summary,
    body=course_body,
)
