"""How Course Audit is told: where courses differ from their course master, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section, tiles
from coursepush.html.text import be, safe
from coursepush.model.elements import COURSE_INFO, field_label
from coursepush.reports.audit.report import SENTENCES
from coursepush.reports.parts import by_element, by_school, by_type, listed, reasons, what, where
from coursepush.reports.report import Layout, Report
from coursepush.reports.status.page import COLOURS, STATUS_LABELS, is_narrowed

DIFFERENCES = {
    "missing": "Missing on the course",
    "extra": "Only on the course",
    "differs": "Another value",
    "link": "Same values, no sound link",
    "rename": "Has to give up its name",
}
_STATES = {"desynced": "delete", "course managed": "rename", "linked": "insert"}
_BROKEN = {
    "flagged": "changed on the course while not locked or by a script",
    "other_master": "linked to another course master",
    "other_key": "linked to a row of something else",
}
"""Why rows are desynced, in few words."""

_IS_BROKEN = (pl.col("link") == "broken").fill_null(False) & pl.col("sets_status")
_ROW = pl.struct("element", "row_id")
_IS_UNLOCKED = (pl.col("hindrance") == "not_locked").fill_null(False)
"""Whether it is not locked, so that no push changes it; weights have a lock of their own."""
_GRADE = pl.when(_IS_BROKEN).then(0).when(~_IS_UNLOCKED).then(1).otherwise(2)
"""How grave a difference is, the gravest first."""
_DIFFERS = pl.col("difference").is_not_null()


def answer(report: Report) -> str:
    rows = report.frame
    courses = rows["course_id"].n_unique()
    if not courses:
        if report.asked:
            return "Nothing to show: no course with a course master, or no difference, fits what was asked for."
        return "There is nothing to compare: no course of the district is linked to a course master."
    found = rows.filter(_DIFFERS)
    if found.is_empty():
        return f"Nowhere: nothing on the {counted(courses, 'course')} looked at differs from the course master."
    differing = (
        f"{counted(found.height, 'difference')} on {_on(report, found, courses)}, {_in_what_is_locked(found)}."
    )
    broken = found.filter(_IS_BROKEN).unique(["course_id", "element", "row_id"])
    if broken.is_empty():
        if is_narrowed(report, "Status"):
            return differing
        here = (
            " by this data: none of its locked rows has" if is_narrowed(report, "Data") else ": no locked row has"
        )
        return f"{differing} No course is desynced{here} a broken link."
    desynced = broken["course_id"].n_unique()
    return f"{differing} {counted(desynced, 'course')} {be(desynced)} desynced: {_ways(broken)}."


def _on(report: Report, found: pl.DataFrame, courses: int) -> str:
    """On how many courses; of a data type only courses that differ in it are shown."""
    if is_narrowed(report, "Data"):
        return counted(found["course_id"].n_unique(), "course")
    if courses == 1:
        return "the 1 course looked at"
    return f"{found['course_id'].n_unique():,} of {counted(courses, 'course')}"


def _in_what_is_locked(found: pl.DataFrame) -> str:
    locked = found.filter(~_IS_UNLOCKED).height
    if found.height == 1:
        return "in what is locked" if locked else "in what is not locked"
    return f"{locked:,} of them in what is locked"


def _ways(broken: pl.DataFrame) -> str:
    """How many rows lost their link, by the way in which; only of the data that was asked for."""
    ways = dict(broken.group_by("because").len().rows())
    rows = f"{counted(broken.height, 'locked row')} {'has' if broken.height == 1 else 'have'} a broken link"
    if len(ways) == 1:
        return f"{rows}, {next(text for code, text in _BROKEN.items() if code in ways)}"
    told = [f"{ways[code]:,} {text}" for code, text in _BROKEN.items() if code in ways]
    return f"{rows} ({', '.join(told)})"


def summary(report: Report) -> pl.DataFrame:
    return by_element(
        report.frame.filter(_DIFFERS),
        {
            "Courses": pl.col("course_id").n_unique().cast(pl.Int64),
            **{label: (pl.col("difference") == code).sum().cast(pl.Int64) for code, label in DIFFERENCES.items()},
            "Rows desynced": _ROW.filter(_IS_BROKEN).n_unique().cast(pl.Int64),
        },
    )


def body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame
    if rows.is_empty():
        return []
    found = rows.filter(_DIFFERS)
    courses = {
        one: (label, pl.col("course_id").filter(pl.col("status") == one).n_unique())
        for one, label in STATUS_LABELS.items()
    }
    if is_narrowed(report, "Data"):
        # A status may follow from other data: counted are the courses that this data makes desynced.
        courses = {"desynced": ("Desynced", pl.col("course_id").filter(_IS_BROKEN).n_unique())}
    counts = rows.select(count.alias(one) for one, (_, count) in courses.items()).row(0, named=True)
    told = [(COLOURS[one], f"{label} courses", counts[one]) for one, (label, _) in courses.items() if counts[one]]
    why = {
        "courses": ("Courses", pl.col("course_id").n_unique()),
        "differences": ("Differences", pl.col("count").sum()),
    }
    return [
        tiles(told),
        section("Why they differ, and what to do", reasons(_reasons(rows), why)),
        by_type(summary(report)),
        by_school(rows, {**courses, "differences": ("Differences", _DIFFERS.sum())}),
        section("Difference by difference", _listed(report, found, max_rows)),
    ]


def _reasons(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with one reason for all that is not locked: nothing else is to be done about that."""
    why, what_to_do = SENTENCES["not_locked"]
    return rows.select(
        "course_id",
        count=_DIFFERS,
        why=pl.when(_IS_UNLOCKED).then(pl.lit(why)).otherwise("why"),
        what_to_do=pl.when(_IS_UNLOCKED).then(pl.lit(what_to_do)).otherwise("what_to_do"),
    )


def _listed(report: Report, found: pl.DataFrame, max_rows: int) -> str:
    """Desynced courses first, in each of them what is desynced, what is not locked last."""
    shown = worst(found, max_rows)
    cut = (
        "<p>Listed first are rows whose link is broken, then other locked ones, then what is not locked.</p>"
        if shown.height < found.height
        else ""
    )
    cells = {
        "where": ("Course", where),
        "what": ("What", _what),
        "master": ("The course master has", _master_has),
        "course": ("The course has", _course_has),
        "why": ("Why", _why),
    }
    made = listed(report, shown, max_rows, cells, table_id="differences", total=found.height)
    return cut + made if made else ""


def worst(found: pl.DataFrame, max_rows: int) -> pl.DataFrame:
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
    field = None if row["element"] == COURSE_INFO else row["field"]
    return what(row) + (f"<small>{escape(field_label(field))}</small>" if field is not None else "")


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
    unlocked = "<small>not locked</small>" if row["hindrance"] == "not_locked" else ""
    return f"{marked}<small>{safe(row['why'])}</small>{unlocked}"


COURSE_AUDIT = Layout.of("course_audit", answer=answer, summary=summary, body=body)
