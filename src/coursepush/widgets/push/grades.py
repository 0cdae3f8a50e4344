"""What the panel tells of whose grades a previewed plan would move: read from its forecast once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from coursepush.forecast.shown import GROUPS
from coursepush.forecast.words import HIDDEN
from coursepush.reports.forecast.page import NO_MARK, SECTIONS_OF, outcome_lines
from coursepush.reports.forecast.report import named

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.forecast.shown import Shown
    from coursepush.plan.plan import Plan
    from coursepush.reports.report import Report


@dataclass(frozen=True)
class Grades:
    """What the tab shows of a plan's forecast; it counts sections and no student.

    Attributes:
        tables: by group (``school``, ``teacher``, ``section``), their names and a column an outcome, of sections
            `what` happens in words; empty where there is nothing to tell.
        outcomes: the columns of outcomes, with their headings.
    """

    headline: str
    notes: tuple[str, ...]
    picture: str
    tables: dict[str, pl.DataFrame]
    outcomes: dict[str, str]


def grades_of(district: District, plan: Plan) -> Grades:
    """The forecast of a plan, read once."""
    report: Report = district.reports.forecast(plan)
    shown: Shown | None = report.facts["shown"]
    lines = [] if shown is None else outcome_lines(shown)
    outcomes = {one: heading for one, heading in SECTIONS_OF.items() if one in dict(lines)}
    tables: dict[str, pl.DataFrame] = {}
    if shown is not None and lines:
        tables = {one: _told(named(shown, report.frame, one), one, list(outcomes)) for one in GROUPS}
    return Grades(report.answer, tuple(report.notes), report.picture, tables, outcomes)


def _told(rows: pl.DataFrame, group: str, outcomes: list[str]) -> pl.DataFrame:
    """Those in which a grade moves, or that are hidden; of sections what happens in words, of others how often."""
    kept = rows.filter(pl.col("is_hidden") | (pl.col("moves") != 0).fill_null(True))
    if group == "section":
        words = [pl.when(pl.col(one) > 0).then(pl.lit(SECTIONS_OF[one])) for one in outcomes if one != "moves"]
        said = pl.concat_str(words, separator="; ", ignore_nulls=True) if words else pl.lit("")
        told = pl.when("is_hidden").then(pl.lit(HIDDEN)).when(said == "").then(pl.lit(NO_MARK)).otherwise(said)
        course = pl.concat_str("course_number", "course_name", separator=" ", ignore_nulls=True)
        return kept.with_columns(course.alias("course"), told.alias("what"))
    some_hidden = [one for one in outcomes if kept[one].has_nulls()]
    return kept.with_columns(pl.col(one).cast(pl.String).fill_null(HIDDEN) for one in some_hidden)
