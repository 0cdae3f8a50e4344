"""What lists to choose from have in common: names that tell things apart, and the year to begin with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from coursepush.plan.request import Name, school_year_of


def unique_names(frame: pl.DataFrame, id_column: str) -> dict[int, Name]:
    """Of each id the column `name`, or the id itself where another has the same name."""
    twice = set(frame.filter(pl.col("name").is_duplicated())[id_column])
    return {number: number if number in twice else name for number, name in frame.select(id_column, "name").rows()}


def usual_year(years: Iterable[int], today: dt.date) -> int | None:
    """The school year that it is, or the next there is, or else the latest; by the year in which it ends."""
    there, now = list(years), school_year_of(today)
    return now if now in there else min((one for one in there if one > now), default=max(there, default=None))
