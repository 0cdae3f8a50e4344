"""How Course Audit is told: where courses differ from their course master, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.model.elements import COURSE_INFO, ELEMENT_LABELS, field_label
from coursepush.reports.course_audit import SENTENCES, WHY
from coursepush.reports.pages.course_status import STATUS_LABELS
from coursepush.reports.pages.html import many, safe, section
from coursepush.reports.pages.parts import by_school, counted, listed, reasons, tiles, where
from coursepush.reports.report import Layout, Report

_COLOURS = {"desynced": "delete", "course_controlled": "rename", "linked": "insert"}
_DIFFERENCES = {
    "missing": "Missing on the course",
    "extra": "Only on the course",
    "differs": "Another value",
    "link": "Same values, no sound link",
}
_STATES = {"desynced": "delete", "course managed": "rename", "linked": "insert"}
_PLACES = {name: place for place, name in enumerate(ELEMENT_LABELS)}
_BROKEN = {
    "flagged": "changed on the course while not locked or by a script",
    "other_master": "linked to another course master",
    "other_key": "linked to a row of something else",
}
"""Why rows are desynced, in few words."""

_IS_BROKEN = (pl.col("link") == "broken").fill_null(False) & pl.col("sets_status")
_ROW = pl.struct("element", "row_id")
_GRADE = pl.when(_IS_BROKEN).then(0).when(pl.col("is_locked")).then(1).otherwise(2)
"""How grave a difference is, the gravest first."""
_DIFFERS = pl.col("difference").is_not_null()


def answer(report: Report) -> str:
    rows = report.frame
    courses = rows["course_id"].n_unique()
    if not courses:
        if report.asked:
            return "Nothing to show: no course with a course master, or no difference, fits what was asked for."
        return "There is nothing to compare: no course of the district is linked to a course master."
    found = rows.select("course_id", "difference", "is_locked", "sets_status", "link", "element", "row_id", "why")
    found = found.filter(_DIFFERS)
    if found.is_empty():
        return f"Nowhere: nothing on the {many(courses, 'course')} looked at differs from the course master."
    on = found["course_id"].n_unique()
    differing = (
        f"{many(found.height, 'difference')} on {on:,} of {many(courses, 'course')}, "
        f"{found.filter('is_locked').height:,} of them in what is locked."
    )
    desynced = rows.filter(status="desynced")["course_id"].n_unique()
    if not desynced:
        return f"{differing} No course is desynced: no locked row has a broken link."
    return f"{differing} {desynced:,} {'course is' if desynced == 1 else 'courses are'} desynced{_because(found)}."


def _because(found: pl.DataFrame) -> str:
    """How many rows lost their link, by the way in which; only of the data that was asked for."""
    broken = found.filter(_IS_BROKEN).unique(["element", "row_id"])
    if broken.is_empty():
        return ""
    ways = dict(broken.group_by("why").len().rows())
    rows = f"{many(broken.height, 'locked row')} {'has' if broken.height == 1 else 'have'} a broken link"
    if len(ways) == 1:
        return f": {rows}, {next(text for code, text in _BROKEN.items() if WHY[code] in ways)}"
    told = [f"{ways[WHY[code]]:,} {text}" for code, text in _BROKEN.items() if WHY[code] in ways]
    return f": {rows} ({', '.join(told)})"


def summary(report: Report) -> pl.DataFrame:
    lines = (
        report.frame.filter(_DIFFERS)
        .group_by("element")
        .agg(
            pl.col("course_id").n_unique().cast(pl.Int64).alias("Courses"),
            *(
                (pl.col("difference") == code).sum().cast(pl.Int64).alias(label)
                for code, label in _DIFFERENCES.items()
            ),
            _ROW.filter(_IS_BROKEN).n_unique().cast(pl.Int64).alias("Rows desynced"),
        )
        .sort(pl.col("element").replace_strict(_PLACES, return_dtype=pl.Int64))
    )
    return lines.with_columns(pl.col("element").replace(ELEMENT_LABELS)).rename({"element": "Data"})


def body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame
    if rows.is_empty():
        return []
    overview = summary(report)
    statuses = rows.unique("course_id")["status"].value_counts()
    counts = dict(statuses.rows())
    found = rows.filter(_DIFFERS)
    courses = {
        one: (label, pl.col("course_id").filter(pl.col("status") == one).n_unique())
        for one, label in STATUS_LABELS.items()
    }
    return [
        tiles(
            [
                (_COLOURS[one], f"{label} courses", counts[one])
                for one, label in STATUS_LABELS.items()
                if one in counts
            ]
        ),
        section(
            "Why they differ, and what to do",
            reasons(
                _reasons(rows),
                {
                    "courses": ("Courses", pl.col("course_id").n_unique()),
                    "differences": ("Differences", pl.col("count").sum()),
                },
            ),
        ),
        section(
            "What kind of data",
            "" if overview.is_empty() else counted(overview, "by-type", {name: name for name in overview.columns}),
        ),
        section("School by school", by_school(rows, {**courses, "differences": ("Differences", _DIFFERS.sum())})),
        section("Difference by difference", _listed(report, found, max_rows)),
    ]


def _reasons(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with one reason for all that is not locked: nothing else is to be done about that."""
    why, what_to_do = SENTENCES["not_locked"]
    unlocked = ~pl.col("is_locked").fill_null(True)
    return rows.select(
        "course_id",
        count=_DIFFERS,
        why=pl.when(unlocked).then(pl.lit(why)).otherwise("why"),
        what_to_do=pl.when(unlocked).then(pl.lit(what_to_do)).otherwise("what_to_do"),
    )


def _listed(report: Report, found: pl.DataFrame, max_rows: int) -> str:
    """Desynced courses first, in each of them what is desynced, what is not locked last."""
    shown = _worst(found, max_rows)
    cut = (
        "<p>Listed first are rows whose link is broken, then other locked ones, then what is not locked.</p>"
        if shown.height < found.height
        else ""
    )
    made = listed(
        report,
        shown,
        {
            "where": ("Course", where),
            "what": ("What", _what),
            "master": ("The course master has", _master_has),
            "course": ("The course has", _course_has),
            "why": ("Why", _why),
        },
        table_id="differences",
        total=found.height,
    )
    return cut + made if made else ""


def _worst(found: pl.DataFrame, max_rows: int) -> pl.DataFrame:
    """The rows to list: the gravest, as many as there is room for, course by course, desynced courses first."""
    ranks = {name: place for place, name in enumerate(STATUS_LABELS)}
    places = (
        found.lazy()
        .select("course_id", rank=pl.col("status").replace_strict(ranks, return_dtype=pl.Int64), grade=_GRADE)
        .with_row_index("place")
        .sort("grade", "rank", "place")
        .head(max_rows)
        .with_columns(course_place=pl.col("place").min().over("course_id"))
        .sort("rank", "course_place", "grade", "place")
        .collect()["place"]
    )
    return found[places]


# -- cells -------------------------------------------------------------------------------------------------


def _what(row: dict[str, Any]) -> str:
    label = escape(ELEMENT_LABELS[row["element"]])
    field = row["field"]
    if field is None or row["element"] == COURSE_INFO:
        return f"<small>{label}</small>{safe(row['name'])}"
    return f"<small>{label}</small>{safe(row['name'])}<small>{escape(field_label(field))}</small>"


def _master_has(row: dict[str, Any]) -> str:
    return _has("Course master", row, "extra", row["master_words"])


def _course_has(row: dict[str, Any]) -> str:
    return _has("Course", row, "missing", row["course_words"])


def _has(whose: str, row: dict[str, Any], lacking: str, words: str | None) -> str:
    """A value in words, or that there is none; whose it is, where the table is drawn as cards."""
    if row["difference"] == lacking:
        text = "<i>does not have it</i>"
    elif words is not None:
        text = safe(words)
    else:
        text = "<i>blank</i>" if row["field"] is not None else "<i>has it</i>"
    return f"<span class='unit'>{whose}: </span>{text}"


def _why(row: dict[str, Any]) -> str:
    state = row["state"]
    marked = f"<span class='verdict {_STATES[state]}'>{escape(state)}</span>" if state else ""
    unlocked = "" if row["is_locked"] else "<small>not locked</small>"
    return f"{marked}<small>{safe(row['why'])}</small>{unlocked}"


COURSE_AUDIT = Layout(
    name="course_audit",
    title="Course Audit",
    question="Where do courses differ from their course master, and why?",
    answer=answer,
    summary=summary,
    body=body,
)
