"""How Course Status is told: which courses follow their course master, which do not and why, and how to relink."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.calls import literal
from coursepush.errors import counted
from coursepush.html.page import section, tiles
from coursepush.html.text import be, safe
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.reports.parts import by_school, listed, reasons, text_of, where
from coursepush.reports.plain import STATUS_LABELS
from coursepush.reports.report import Layout, Report
from coursepush.reports.status.report import HINDRANCES, SENTENCES

COLOURS = {"desynced": "delete", "course_controlled": "rename", "no_setup": "skip", "linked": "insert"}
_ROWS = {"broken": "Rows desynced", "local": "Rows the school made", "residual": "Rows left in use"}

CAUSES: dict[str, tuple[str, str]] = {
    "broken": (
        "Rows have lost their link to the course master: they were changed on the course while not locked, or are "
        "linked to something else.",
        "Look at what the school changed (Course Audit shows it), then relink these courses.",
    ),
    "local": (
        "The school set rows up on the course itself.",
        "Nothing to do where the school is to manage them; otherwise agree with the school, then relink the "
        "course.",
    ),
    "residual": (
        "The course master no longer has rows that students' work uses, or may use.",
        "Realign or delete the assignments and grades that use them and push again; Residual Data lists them.",
    ),
    "ignored": SENTENCES["ignored"],
    "no_setup": SENTENCES["no_setup"],
    "master_inactive": ("The course master is inactive.", HINDRANCES["master_inactive"]),
    "not_reached": (
        "The school does not have the course master's course catalog that year.",
        HINDRANCES["not_reached"],
    ),
}
"""Why courses do not follow their course master, and what to do about it, by what is found on them."""


AWAITING = "Values that only await a push count as linked: see Course Master Awaiting Push."
"""What linked does not mean."""


def answer(report: Report) -> str:
    rows = report.frame
    if rows.is_empty():
        if report.asked:
            return "None to show: no course with a course master fits what was asked for."
        return "None: no course of the district is linked to a course master."
    desynced, controlled, bare, linked = (rows.filter(status=one).height for one in STATUS_LABELS)
    narrowed = is_narrowed(report)
    if not desynced and not controlled and not bare:
        if narrowed:
            return f"{counted(linked, 'course')} {be(linked)} linked. {AWAITING}"
        return (
            f"All of them. No course is desynced: on the {counted(linked, 'course')} looked at nothing that is "
            f"locked has come away from the course master. {AWAITING}"
        )
    sentences: list[str] = []
    if not narrowed:
        follow = "follows its" if linked == 1 or rows.height == 1 else "follow their"
        sentences.append(f"{linked:,} of {counted(rows.height, 'course')} {follow} course master.")
    elif linked:
        follow = "follows its" if linked == 1 else "follow their"
        sentences.append(f"{counted(linked, 'course')} {follow} course master.")
    if bare:
        number = f"{bare:,}" if sentences else counted(bare, "course")
        follows = "follows a course master that has" if bare == 1 else "follow course masters that have"
        sentences.append(f"{number} {follows} no setup.")
    if controlled:
        number = f"{controlled:,}" if sentences else counted(controlled, "course")
        sentences.append(f"{number} {be(controlled)} course controlled: the school manages some of it.")
    if desynced:
        number = f"{desynced:,}" if sentences else counted(desynced, "course")
        broken = counted(int(rows["broken"].sum()), "locked row")
        sentences.append(f"{number} {be(desynced)} desynced: the link of {broken} to the course master is broken.")
    elif not narrowed:
        sentences.append("None is desynced.")
    return " ".join(sentences)


def is_narrowed(report: Report, *by: str) -> bool:
    """Whether only some statuses, or what is of some data, was asked for; or by the one that is named."""
    return any(what in (by or ("Status", "Data")) for what, _ in report.asked)


def summary(report: Report) -> pl.DataFrame:
    counts = report.frame.group_by("status").agg(
        pl.len().cast(pl.Int64).alias("courses"), *(pl.col(name).sum() for name in _ROWS)
    )
    lines = pl.DataFrame({"status": list(STATUS_LABELS)}).join(
        counts, on="status", how="inner", maintain_order="left"
    )
    return lines.select(
        pl.col("status").replace(STATUS_LABELS).alias("Status"),
        pl.col("courses").alias("Courses"),
        *(pl.col(name).alias(label) for name, label in _ROWS.items()),
    )


def body(report: Report, max_rows: int) -> Sequence[str]:
    rows = report.frame
    if rows.is_empty():
        return []
    counts = {one: rows.filter(status=one).height for one in STATUS_LABELS}
    desynced, controlled, bare = (rows.filter(status=one) for one in ("desynced", "course_controlled", "no_setup"))
    left = max(max_rows - desynced.height, 0)
    rest = max(left - controlled.height, 0)
    return [
        tiles([(COLOURS[one], label, counts[one]) for one, label in STATUS_LABELS.items() if counts[one]]),
        section("Why, and what to do", reasons(_causes(rows), {"courses": ("Courses", pl.len())})),
        section("Relinking", _relinking(desynced)),
        by_school(rows, {one: (label, (pl.col("status") == one).sum()) for one, label in STATUS_LABELS.items()}),
        section("Desynced courses", _courses(report, desynced, max_rows, "desynced")),
        section("Course controlled courses", _courses(report, controlled, left, "controlled")),
        section("Courses of course masters without setup", _courses(report, bare, rest, "no_setup")),
        section("Linked courses", _linked(report, counts["linked"])),
    ]


def _causes(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a course and cause; a course may have several."""
    ignored = pl.col("ignore_master_push").fill_null(False)
    found = {
        "broken": pl.col("broken") > 0,
        "local": pl.col("local") > 0,
        "residual": pl.col("residual") > 0,
        "ignored": ignored,
        "no_setup": pl.col("status") == "no_setup",
        "master_inactive": ~pl.col("master_is_active").fill_null(True),
        "not_reached": _is_hindered("not_reached"),
    }
    causes = [
        rows.filter(found[cause]).select("course_id", why=pl.lit(why), what_to_do=pl.lit(what))
        for cause, (why, what) in CAUSES.items()
    ]
    return pl.concat(causes)


def _is_hindered(by: str) -> pl.Expr:
    """Whether that keeps every push away from a course."""
    return pl.col("hindrances").str.split(", ").list.contains(by).fill_null(False)


# -- relinking ---------------------------------------------------------------------------------------------


def _relinking(desynced: pl.DataFrame) -> str:
    if desynced.is_empty():
        return "<p>No course is desynced, so there is nothing to relink.</p>"
    places = desynced.select("catalog", "year").unique().sort("catalog", "year")
    catalog, year = places.row(0)
    labels = desynced.filter(catalog=catalog, year=year)["elements"].str.split(", ").explode().unique().to_list()
    data = [name for name, label in ELEMENT_LABELS.items() if label in labels]
    intro = (
        "<p>A relink is an overwrite push of just these courses. What is desynced takes the course master's "
        "values and is linked again, or is removed if the course master has none like it (and students' work "
        "does not use it). So is what the school made of the same data. It is a plan like any other: nothing is "
        "written until it is applied, and it can be undone.</p>"
    )
    blocked = desynced["hindrances"].count()
    stay = (
        f"<p>No push reaches {counted(blocked, 'desynced course')}, nor does a relink: what is in the way is said "
        f"beside {'it' if blocked == 1 else 'them'} below.</p>"
        if blocked
        else ""
    )
    call = f'plan = report.relink(status="desynced", data={literal(data)})'
    if places.height == 1:
        return f"{intro}{_code(call)}{stay}"
    narrow = f"report = district.reports.course_status(catalog={literal(catalog)}, year={year})"
    return (
        f"{intro}<p>One course catalog and one year at a time; these are {places.height:,}. For the first:</p>"
        f"{_code(narrow)}{_code(call)}{stay}"
    )


def _code(line: str) -> str:
    return f"<p><code>{safe(line)}</code></p>"


# -- the courses -------------------------------------------------------------------------------------------


def _courses(report: Report, rows: pl.DataFrame, room: int, table_id: str) -> str:
    if rows.is_empty():
        return ""
    shown = _worst(rows, room)
    is_cut = 0 < shown.height < rows.height
    cut = "<p>Listed are those with the most rows that do not follow.</p>" if is_cut else ""
    cells = {
        "where": ("Course", where),
        "master": ("Course master", _master),
        "why": ("Why", text_of("why")),
        "what_to_do": ("What to do", text_of("what_to_do")),
    }
    return cut + listed(report, shown, room, cells, table_id=table_id, total=rows.height, noun="course")


def _worst(rows: pl.DataFrame, room: int) -> pl.DataFrame:
    """The courses with the most rows that do not follow, in the order of the report."""
    return (
        rows.with_row_index("place")
        .sort(["broken", pl.col("local") + pl.col("residual"), "place"], descending=[True, True, False])
        .head(room)
        .sort("place")
        .drop("place")
    )


def _master(row: dict[str, Any]) -> str:
    inactive = "" if row["master_is_active"] in (True, None) else f"<small>{escape('inactive')}</small>"
    return f"{safe(row['master_number'])} {safe(row['master_name'])}{inactive}"


def _linked(report: Report, number: int) -> str:
    if not number:
        return "" if is_narrowed(report) else "<p>No course is linked in all that is locked.</p>"
    return (
        f"<p>{counted(number, 'course')} {be(number)} linked in all that is locked: counted above and not listed "
        f'here. <code>report.filter(status="linked")</code> lists them. {AWAITING}</p>'
    )


COURSE_STATUS = Layout.of("course_status", answer=answer, summary=summary, body=body)
