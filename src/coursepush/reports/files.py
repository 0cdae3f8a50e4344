"""Rows of a report or a plan as a file for a spreadsheet or another program."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from coursepush.errors import RequestError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write rows as CSV or Parquet, by the name's ending.

    In CSV, text that a spreadsheet would run as a formula is defused with a leading apostrophe.

    Raises:
        RequestError: another ending.
    """
    ending = path.suffix.lower()
    if ending == ".parquet":
        frame.write_parquet(path)
    elif ending == ".csv":
        columns = [name for name, dtype in frame.schema.items() if dtype == pl.String]
        frame.with_columns([defused(name) for name in columns]).write_csv(path)
    else:
        raise RequestError.unknown("ending", ending or path.name, (".csv", ".parquet"), "for a file of rows")


def defused(name: str) -> pl.Expr:
    """The text of a column; where it begins like a formula, with an apostrophe before it."""
    column = pl.col(name)
    first = column.str.slice(0, 1)
    return pl.when(first.is_in(_FORMULA)).then(pl.lit("'") + column).otherwise(column).alias(name)
