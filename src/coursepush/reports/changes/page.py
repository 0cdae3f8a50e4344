"""How the changes of a push are told: how many, of what, and where, as a picture and as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.html.text import GONE
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.fates import WRITTEN_FATES
from coursepush.plan.requests.registry import fate_labels
from coursepush.reports.changes.picture import changes_svg
from coursepush.reports.parts import by_school, by_type, in_push_order
from coursepush.reports.report import Layout, Report


def answer(report: Report) -> str:
    rows = report.frame
    would = report.facts.get("preview")
    if rows.is_empty():
        return f"Nothing {'would be' if would else 'was'} written."
    total, schools = int(rows["rows"].sum()), rows["school"].drop_nulls().n_unique()
    most = (
        rows.drop_nulls("school")
        .group_by("school")
        .agg(pl.col("rows").sum())
        .sort("rows", "school", descending=[True, False])
    )
    done = "would be" if would else "was" if total == 1 else "were"
    first = f"{counted(total, 'row')} {done} written at {counted(schools, 'school')}"
    nowhere = rows.filter(pl.col("school").is_null())
    gone = int(nowhere.filter(pl.col("level") != "setup")["rows"].sum())
    setup = int(nowhere.filter(level="setup")["rows"].sum())
    left = f" {setup:,} of them on course masters and catalogs." if setup else ""
    left += f" {gone:,} of them on courses that are no longer there." if gone else ""
    if not schools:
        return f"{first}.{left}"
    if schools == 1:
        return f"{first}, {most['school'][0]}.{left}"
    return f"{first}, most of them ({most['rows'][0]:,}) at {most['school'][0]}.{left}"


def summary(report: Report) -> pl.DataFrame:
    rows = report.frame
    labels = fate_labels(report.facts["kind"])
    there = [fate for fate in WRITTEN_FATES if fate in rows["fate"].to_list()]
    lines = (
        rows.group_by("element", "level")
        .agg(pl.col("rows").filter(pl.col("fate") == str(one)).sum().alias(labels[one]) for one in there)
        .sort("level", in_push_order())
    )
    return lines.select(
        pl.col("level").replace({"setup": "Setup", "course": "Courses", "section": "Sections"}).alias("On"),
        pl.col("element").replace(ELEMENT_LABELS).alias("Data"),
        *(labels[one] for one in there),
    )


def picture(report: Report) -> str:
    return drawn(report.frame, fate_labels(report.facts["kind"]))


def drawn(rows: pl.DataFrame, labels: Mapping[str, str]) -> str:
    """What is written (school, element, fate, rows) by data type and, of several, by school; empty for nothing."""
    if rows.is_empty():
        return ""
    frame = rows.with_columns(pl.col("school").fill_null(GONE))
    by_data = changes_svg(frame, "element", labels)
    return by_data if frame["school"].n_unique() == 1 else by_data + changes_svg(frame, "school", labels)


def body(report: Report, max_rows: int) -> Sequence[str]:
    del max_rows  # nothing is listed row by row
    if report.frame.is_empty():
        return []
    numbers = {
        element: (label, pl.col("rows").filter(pl.col("element") == element).sum())
        for element, label in ELEMENT_LABELS.items()
        if element in report.frame["element"].to_list()
    }
    return [
        by_type(summary(report)),
        section("School by school", by_school(report.frame, numbers)),
    ]


CHANGES = Layout.of(
    "changes",
    answer=answer,
    summary=summary,
    body=body,
    picture=picture,
)
