"""Whose grades would move: a plan's forecast as a report."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from coursepush.forecast.forecast import OUTCOMES, Forecast
from coursepush.forecast.shown import Shown
from coursepush.reports.filters import EVERYTHING, Given
from coursepush.reports.reading import reading
from coursepush.store.database import Store

FORECAST_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("catalog",), pl.String()),
    "year": pl.Int32(),
    **dict.fromkeys(
        ("school", "calendar", "course_number", "course_name", "section_number", "teacher", "task"), pl.String()
    ),
    "term": pl.Int32(),
    **dict.fromkeys(("looked_at", *OUTCOMES), pl.Int64()),
    **dict.fromkeys(("cause", "hidden_by"), pl.String()),
    **dict.fromkeys(("school_id", "teacher_id", "course_id", "section_id", "task_id"), pl.Int64()),
}
"""The columns of the report, and their types where nothing is known."""


@dataclass(frozen=True)
class Found:
    """The rows of a report, and what may be said of them together (None where students' work was not loaded)."""

    frame: pl.DataFrame
    shown: Shown | None


def forecast_rows(store: Store, found: Forecast, given: Given) -> Found:
    """The report, one row a section, task and term whose grades the plan may move, in the order of its columns.

    Raises:
        RequestError: a filter names something unknown.
    """
    with reading(store, given) as read:
        if not found.is_known:
            return Found(pl.DataFrame(schema=FORECAST_SCHEMA), None)
        shown = found.shown
        frame = read.frame(
            "forecast/report",
            {"sections": read.filters.sections, "teachers": read.filters.teachers},
            f=found.prefix,
            counted=", ".join(f"count(*) filter (where {one}) as {one}" for one in OUTCOMES),
            outcomes=",\n    ".join(f"g.{one}" for one in OUTCOMES),
        )
    if given == EVERYTHING:
        return Found(frame, shown)
    return Found(frame, shown.within(frame["section_id"].unique().to_list()))


def named(shown: Shown, rows: pl.DataFrame, group: str) -> pl.DataFrame:
    """What may be said of each school, teacher or section: names, is_hidden, teachers, and a column an outcome.

    Args:
        shown: see :meth:`coursepush.forecast.shown.Shown.by`.
        rows: those of the report, which give the names.
        group: ``school``, ``teacher`` or ``section``.
    """
    told = shown.by(group)
    keys = {"school": ["school_id"], "teacher": ["school_id", "teacher_id"], "section": ["section_id"]}[group]
    names = {
        "school": ["school"],
        "teacher": ["school", "teacher"],
        "section": ["school", "calendar", "course_number", "course_name", "section_number", "teacher"],
    }[group]
    each = rows.select(*keys, *names).unique(keys, keep="first", maintain_order=True).with_row_index("_place")
    joined = told.join(each, on=keys, how="inner", nulls_equal=True)
    order = ["school", pl.col("teacher"), *keys] if group == "teacher" else ["_place"]
    return joined.sort(*order, nulls_last=True).select(*names, "is_hidden", "teachers", *OUTCOMES)
