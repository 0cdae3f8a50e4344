"""The rows of a report as the panel lists them: plain headings, codes in words, the report's columns beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from coursepush.html.text import GONE
from coursepush.model.elements import field_label
from coursepush.plan.requests.registry import verdict_labels
from coursepush.reports.audit import page as audit
from coursepush.reports.awaiting import page as awaiting
from coursepush.reports.cascade.picture import LEVELS, STATES
from coursepush.reports.drift import page as drift
from coursepush.reports.plain import STATUS_LABELS
from coursepush.reports.rehearsals.page import REHEARSALS
from coursepush.reports.report import Report
from coursepush.reports.residual import page as residual
from coursepush.widgets.reports.columns import (
    BY_DATA,
    BY_PLACE,
    BY_PLACE_AND_TEACHER,
    DATA,
    MASTER,
    PLACE,
    SECTION,
    SECTION_OF,
    in_label,
    in_words,
    joined_name,
    years,
)
from coursepush.widgets.tables import COURSE as _COURSE

LEVEL_LABELS = {"setup": "Setup", "course": "Courses", "section": "Sections"}
OUTCOME_LABELS = {"written": "Written", "could_not": "Could not be pushed"}

_CHANGES = {code: label for code, (_, label) in awaiting.CHANGES.items()}
_DIFFERENCES = audit.DIFFERENCES
_DRIFTED = {code: label for code, (_, label) in drift.CHANGES.items()}
_MADE_BY: dict[str, str] = {str(code): label for code, label in residual.MADE_BY.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """The rows of a report for :class:`~coursepush.widgets.tables.RowsTable`.

    Attributes:
        rows: the report's columns, counts of students in words, and the told ones.
        columns: those that are listed, with their headings.
        filters: those of which one value can be chosen, with their labels.
    """

    rows: pl.DataFrame
    columns: dict[str, str]
    filters: dict[str, str]


def told(report: Report, name: str) -> Told:
    """How the report that ``district.reports.<name>()`` gave is listed."""
    made = _TELLERS[name](report)
    idle = _idle(made)
    return Told(
        made.rows,
        {column: label for column, label in made.columns.items() if column not in idle},
        {
            column: label
            for column, label in made.filters.items()
            if _is_choice(made.rows, column) and not (column == "calendar" and column in idle)
        },
    )


def _idle(made: Told) -> set[str]:
    """Columns of the place that the others tell: a year that is the same everywhere, a calendar's school."""
    rows = made.rows
    idle = {one for one in ("catalog", "years") if one in made.columns and rows[one].n_unique() <= 1}
    if "calendar" in made.columns:
        calendars = rows.select("school", "calendar").n_unique()
        if calendars == rows["school"].n_unique():
            idle.add("calendar")
        elif calendars == rows["calendar"].n_unique():
            idle.add("school")
    return idle


def _is_choice(rows: pl.DataFrame, column: str) -> bool:
    return rows[column].drop_nulls().n_unique() > 1


# -- each report -----------------------------------------------------------------------------------------


def _status(report: Report) -> Told:
    rows = report.shown.with_columns(_COURSE, MASTER, years(report.shown), told=in_label("status", STATUS_LABELS))
    columns = {
        "years": "Year",
        **PLACE,
        "master": "Course master",
        "told": "Status",
        "broken": "Rows desynced",
        "local": "Rows the school made",
        "residual": "Rows left in use",
        "elements": "Data",
    }
    return Told(rows, columns, {"told": "Status", "catalog": "Course Catalog", "years": "Year", **BY_PLACE})


def _audit(report: Report) -> Told:
    differing = report.shown.filter(pl.col("difference").is_not_null())
    differing = audit.worst(differing, differing.height)
    rows = differing.with_columns(
        _COURSE,
        DATA,
        years(differing),
        told_name=joined_name(differing),
        told=in_label("difference", _DIFFERENCES),
        told_status=in_label("status", STATUS_LABELS),
        told_locked=pl.when("is_locked").then(pl.lit("Locked")).otherwise(pl.lit("Not locked")),
        above=_has("master_words", "extra"),
        here=_has("course_words", "missing"),
    )
    columns = {
        "years": "Year",
        **PLACE,
        "data": "Data",
        "told_name": "What",
        "told": "Difference",
        "above": "The course master has",
        "here": "The course has",
        "state": "State",
    }
    filters = {
        "told": "Difference",
        **BY_DATA,
        "told_locked": "Locked?",
        "told_status": "Status",
    }
    return Told(rows, columns, {**filters, "years": "Year", **BY_PLACE})


def _has(words: str, lacking: str) -> pl.Expr:
    """A value in words, or that there is none."""
    none = pl.when(pl.col("field").is_not_null()).then(pl.lit("blank")).otherwise(pl.lit("has it"))
    return (
        pl.when(pl.col("difference") == lacking)
        .then(pl.lit("does not have it"))
        .otherwise(pl.coalesce(pl.col(words), none))
    )


def _master_awaiting(report: Report) -> Told:
    rows = report.shown.with_columns(
        MASTER, DATA, years(report.shown), told=in_label("change", _CHANGES), told_words=in_words()
    )
    columns = {
        "catalog": "Course Catalog",
        "years": "Year",
        "master": "Course master",
        "data": "Data",
        "name": "What",
        "told": "Change",
        "told_words": "From → to",
        "courses": "Courses",
        "schools": "Schools",
    }
    filters = {"told": "Change", **BY_DATA, "catalog": "Course Catalog", "years": "Year"}
    return Told(rows, columns, filters)


def _course_awaiting(report: Report) -> Told:
    rows = report.shown.with_columns(
        _COURSE, SECTION_OF, DATA, years(report.shown), told=in_label("change", _CHANGES), told_words=in_words()
    )
    columns = {
        "years": "Year",
        **SECTION,
        "data": "Data",
        "name": "What",
        "told": "Change",
        "told_words": "From → to",
    }
    return Told(rows, columns, {"told": "Change", **BY_DATA, "years": "Year", **BY_PLACE_AND_TEACHER})


def _residual(report: Report) -> Told:
    rows = report.shown.with_columns(
        _COURSE,
        SECTION_OF,
        DATA,
        years(report.shown),
        told_link=in_label("link", _MADE_BY),
        told_level=in_label("level", LEVEL_LABELS),
    )
    columns = {
        "years": "Year",
        **SECTION,
        "data": "Data",
        "name": "What stays",
        "told_link": "Where it is from",
        "assignments": "Assignments",
        "scores": "Scores",
        "posted_grades": "Posted grades",
        "students": "Students",
    }
    filters = {"told_level": "On", **BY_DATA, "told_link": "Where it is from"}
    return Told(rows, columns, {**filters, "years": "Year", **BY_PLACE_AND_TEACHER})


TOLD_APART = ("course_id", "section_id", "row_id", "before", "after", "reason")
"""Columns of a push result that the history has as well. With the data type and the verdict's code they say which
row it is, but for rows that are not there and were not made: of these `twin` does, their place by key."""


def _push_result(report: Report) -> Told:
    codes = {label: str(code) for code, label in verdict_labels(report.facts["kind"]).items()}
    rows = report.shown.with_columns(
        _COURSE,
        SECTION_OF,
        pl.col("school").fill_null(GONE),
        data=pl.col("element"),
        told=in_label("outcome", OUTCOME_LABELS),
        code=in_label("verdict", codes),
    )
    rows = rows.with_columns(twin=pl.int_range(pl.len()).over(*TOLD_APART, "element", "code", "outcome"))
    columns = {
        **SECTION,
        "data": "Data",
        "what": "What",
        "told": "Outcome",
        "verdict": "What happened",
        "change": "From → to",
    }
    filters = {"told": "Outcome", "verdict": "What happened", **BY_DATA, "why": "Why"}
    return Told(rows, columns, {**filters, **BY_PLACE_AND_TEACHER})


def _cascade(report: Report) -> Told:
    """School by school: the picture has the district's numbers."""
    rows = report.facts["by_school"].filter(pl.col("owners") > 0)
    rows = rows.with_columns(
        told_level=in_label("level", {level: many.capitalize() for level, (_, many) in LEVELS.items()}),
        told=in_label("state", {state: look.label for state, look in STATES.items()}),
    )
    columns = {"school": "School", "told_level": "Level", "told": "State", "owners": "How many"}
    return Told(rows, columns, {"school": "School", "told_level": "Level", "told": "State"})


def _drift(report: Report) -> Told:
    rows = report.shown.with_columns(
        _COURSE,
        SECTION_OF,
        DATA,
        told_name=pl.coalesce("name", _field_name(report.shown)),
        told=in_label("change", _DRIFTED),
        told_push=pl.format("Push {}", "push_id"),
        found=pl.format("{} (refresh {})", pl.col("when").dt.strftime("%Y-%m-%d"), "refresh_id"),
    )
    columns = {
        **SECTION,
        "data": "Data",
        "told_name": "What",
        "told": "Change",
        "in_words": "From → to",
        "told_push": "Had been pushed",
        "found": "Found on",
    }
    return Told(rows, columns, {"told": "Change", **BY_DATA, "found": "Found on", **BY_PLACE_AND_TEACHER})


def _field_name(rows: pl.DataFrame) -> pl.Expr:
    return in_label("field", {name: field_label(name) for name in rows["field"].drop_nulls().unique()})


def _rehearsal(report: Report) -> Told:
    """The situations and where each applies; of one its steps."""
    if report.layout is REHEARSALS:
        columns = {
            "number": "No",
            "situation": "Situation",
            "masters": "Course masters",
            "courses": "Courses",
            "sections": "Sections",
            "in_years": "In",
            "advice": "What to do",
        }
        return Told(report.shown, columns, {})
    rows = report.shown.with_columns(
        told=pl.when("is_advised").then(pl.lit("Do this")).otherwise(pl.lit("Not this: to see the difference"))
    )
    columns = {
        "step": "Step",
        "told": "Advice",
        "name": "Push",
        "what": "What is done",
        "edits": "Set up first",
        "grades": "Grades in progress",
    }
    return Told(rows, columns, {})


_TELLERS: dict[str, Callable[[Report], Told]] = {
    "course_status": _status,
    "course_audit": _audit,
    "master_awaiting_push": _master_awaiting,
    "course_awaiting_push": _course_awaiting,
    "residual": _residual,
    "push_result": _push_result,
    "cascade": _cascade,
    "drift": _drift,
    "rehearsal": _rehearsal,
}
