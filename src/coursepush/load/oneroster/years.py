"""School years out of OneRoster's academic sessions: which there are, and which year each session is in.

A year is a span of dates: the sessions of type schoolYear with the same first and last day are one year,
whatever they are called, since some vendors write one for the district and some one for each school. A session
is in the year of the schoolYear above it; without one above, in the shortest year whose days hold its own; where
no schoolYear was given at all, in a year made of the sessions with the same end year.
"""

from __future__ import annotations

import polars as pl

from coursepush.load.oneroster.findings import all_rows

_FILE = "academicSessions.csv"
_SPAN = ["year_start", "year_end", "made"]
_SUMMER = r"(?i)\bsummer\b"
_TYPES = ("schoolyear", "semester", "term", "gradingperiod")
_DEEPEST = 30
_FIRST_MONTH = 7
"""A session that starts in this month or later is in the school year that ends the year after."""


def place_sessions(given: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """Years, sessions and ancestors of the frame of academicSessions; and findings.

    Returns:
        years: year (number, in order of dates), start_date, end_date, end_year, title, is_summer, year_key.
        sessions: session, kind (type in lower case), title, start_date, end_date, year, is_parent, line.
        ancestors: session, ancestor; one row a session and each session above it.
    """
    kind = pl.col("type").str.to_lowercase().str.replace_all(r"[^a-z]", "")
    rows = given.select(
        "line", "title", "start_date", "end_date", "parent", "end_year", session="key", kind=kind, type="type"
    )
    unknown = rows.filter(~pl.col("kind").is_in(_TYPES))
    said = "the type is none of OneRoster's; they count as terms."
    findings = [all_rows(unknown, "warning", "unknown_type", _FILE, "type", pl.col("type"), said)]
    rows = rows.with_columns(is_year=pl.col("kind") == "schoolyear")
    ancestors, circular = _ancestors(rows)
    said = "parentSourcedId leads back to the session itself; dates decide which year it is in."
    findings.append(all_rows(circular, "warning", "circle", _FILE, "parentSourcedId", pl.col("session"), said))
    corrected, wrong = _corrected(rows)
    said = (
        "schoolYear is the year in which the school year starts; the year in which it ends was taken, "
        "as OneRoster wants it."
    )
    findings.append(
        all_rows(wrong, "warning", "school_year_differs", _FILE, "schoolYear", pl.col("session"), said)
    )
    spans = _spans(corrected, ancestors)
    years = _years(spans)
    parents = rows.select(session="parent").drop_nulls().unique()
    sessions = (
        spans.join(years.select("year", *_SPAN), on=_SPAN, nulls_equal=True)
        .join(parents.with_columns(is_parent=pl.lit(True)), on="session", how="left")
        .with_columns(pl.col("is_parent").fill_null(False))
        .select("session", "kind", "title", "start_date", "end_date", "year", "is_parent", "line")
        .sort("line")
    )
    return years.drop(_SPAN), sessions, ancestors, findings


def _ancestors(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """session, ancestor, depth (1: its parent); and the rows of sessions that are above themselves."""
    parents = rows.select("session", "parent").drop_nulls()
    step = parents.select("session", ancestor="parent", depth=pl.lit(1))
    found = [step]
    for depth in range(2, _DEEPEST):
        if step.is_empty():
            break
        above = parents.select(ancestor="session", next="parent")
        step = step.join(above, on="ancestor").select("session", ancestor="next", depth=pl.lit(depth))
        found.append(step)
    every = pl.concat(found).unique(["session", "ancestor"], keep="first", maintain_order=True)
    circular = every.filter(pl.col("session") == pl.col("ancestor"))
    # what hangs below a circle climbs into it and finds no year there either
    return every.filter(pl.col("session") != pl.col("ancestor")), rows.join(circular, on="session", how="semi")


def _corrected(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`rows` with the end_year of their dates where the file gives the year before; and those rows."""
    first, last = pl.col("start_date").dt.year(), pl.col("end_date").dt.year()
    starts = pl.col("is_year") & (last == first + 1) & (pl.col("end_year") == first)
    wrong = rows.filter(starts)
    return rows.with_columns(end_year=pl.when(starts).then(last).otherwise("end_year")), wrong


def _spans(rows: pl.DataFrame, ancestors: pl.DataFrame) -> pl.DataFrame:
    """`rows` with year_start, year_end (those of a schoolYear), or `made`: the end year, where there is none."""
    own = rows.filter("is_year").select("session", year_start="start_date", year_end="end_date")
    above = (
        ancestors.join(own.rename({"session": "ancestor"}), on="ancestor")
        .sort("depth")
        .unique("session", keep="first", maintain_order=True)
        .select("session", "year_start", "year_end")
        .join(own, on="session", how="anti")
    )
    known = pl.concat([own, above])
    others = rows.join(known, on="session", how="anti").select("session", "start_date", "end_date")
    days = pl.col("year_end") - pl.col("year_start")
    middle = pl.col("start_date") + (pl.col("end_date") - pl.col("start_date")) / 2
    inside = (pl.col("year_start") <= pl.col("start_date")) & (pl.col("end_date") <= pl.col("year_end"))
    by_dates = (
        others.join(own.select("year_start", "year_end").unique(), how="cross")
        .with_columns(inside=inside, days=days)
        .filter(middle.is_between("year_start", "year_end"))
        .sort(~pl.col("inside"), "days", "year_start")
        .unique("session", keep="first", maintain_order=True)
        .select("session", "year_start", "year_end")
    )
    month, year = pl.col("start_date").dt.month(), pl.col("start_date").dt.year()
    by_start = year + (month >= _FIRST_MONTH).cast(pl.Int32)
    made = pl.when(pl.col("year_start").is_null()).then(pl.coalesce("end_year", by_start))
    return rows.join(pl.concat([known, by_dates]), on="session", how="left").with_columns(made=made)


def _years(spans: pl.DataFrame) -> pl.DataFrame:
    """One row a year. Its key is the sourcedId of its first schoolYear, so that it stays when dates move."""
    summer = pl.col("title").str.contains(_SUMMER).fill_null(False)
    given = (
        spans.filter("is_year")
        .sort("session")
        .group_by("year_start", "year_end", maintain_order=True)
        .agg(
            year_key=pl.col("session").first(),
            title=pl.col("title").drop_nulls().first(),
            is_summer=summer.any(),
            end_year=pl.coalesce(pl.col("end_year").max(), pl.col("year_end").first().dt.year()),
        )
        .with_columns(start_date="year_start", end_date="year_end", made=pl.lit(None, pl.Int32))
    )
    made = (
        spans.filter(pl.col("made").is_not_null())
        .sort("session")
        .group_by("made", maintain_order=True)
        .agg(
            pl.col("start_date").min(),
            pl.col("end_date").max(),
            title=pl.col("title").first(),
            is_summer=summer.all(),
        )
        .with_columns(
            year_key=pl.format("school year {}", "made"),
            end_year="made",
            year_start=pl.lit(None, pl.Date),
            year_end=pl.lit(None, pl.Date),
        )
    )
    return (
        pl.concat([given, made.select(given.columns)])
        .sort("start_date", "end_date", "year_key")
        .with_columns(year=pl.int_range(1, pl.len() + 1))
    )
