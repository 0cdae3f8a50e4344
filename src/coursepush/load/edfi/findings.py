"""The findings of Ed-Fi data, as frames: one for each row, or one for all rows of a file."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.errors import LoadError
from coursepush.load.causes import CAUSE, by_cause, refused_by
from coursepush.load.findings import FINDING_SCHEMA, ROWS_SHOWN, row_word
from coursepush.load.quoting import all_shortened, quotes, untold

LISTED = ROWS_SHOWN
"""So many rows of one rule, kind and column are refused one by one; one more finding counts the rest."""

NO_FINDINGS = pl.DataFrame(schema=FINDING_SCHEMA)

_SHOWN = 5


def finding(
    severity: str,
    rule: str,
    table: str | None,
    file: str | None,
    message: str,
    *,
    line: int | None = None,
    column: str | None = None,
    value: str | None = None,
) -> pl.DataFrame:
    """One finding as a frame of one row."""
    row = (severity, rule, table, file, line, column, value if quotes(table) else None, message)
    return pl.DataFrame([row], schema=FINDING_SCHEMA, orient="row")


def each_row(
    rows: pl.DataFrame,
    severity: str,
    rule: str,
    table: str,
    column: str | None,
    value: pl.Expr,
    said: pl.Expr,
) -> pl.DataFrame:
    """A finding for each of `rows` (which have `file`, `line`, `row`): ``Course.csv, line 7: `` and `said`.

    After :data:`LISTED` of them the rest is counted.
    """
    if rows.is_empty():
        return NO_FINDINGS
    is_quoted = quotes(table)
    found = rows.sort("row", maintain_order=True).head(LISTED)
    found = all_shortened(found) if is_quoted else untold(found)
    word = row_word(str(found["file"][0]))
    listed = found.select(
        severity=pl.lit(severity),
        rule=pl.lit(rule),
        table=pl.lit(table),
        file=pl.col("file"),
        line=pl.col("line"),
        column=pl.lit(column, pl.String),
        value=value.cast(pl.String).str.slice(0, 200) if is_quoted else pl.lit(None, pl.String),
        message=pl.concat_str(pl.format("{}, " + word + " {}: ", "file", "line"), said, ignore_nulls=True),
    )
    if rows.height <= LISTED:
        return listed
    file = str(found["file"][-1])
    more = f"{file} and others: {rows.height - LISTED:,} more rows with the same fault ({rule})."
    return pl.concat([listed, finding(severity, rule, table, file, more, column=column)])


def all_rows(
    rows: pl.DataFrame, severity: str, rule: str, table: str, column: str | None, value: pl.Expr, said: str
) -> pl.DataFrame:
    """One finding a file for all of `rows` (which have `file`, `line`, `row`) in it, with the first values.

    `said` follows the number: ``Staff.csv, 3 rows: ``. Values that repeat are shown once; where they are not told,
    the first lines are.
    """
    if rows.is_empty():
        return NO_FINDINGS
    shown = value.cast(pl.String).str.slice(0, 80).drop_nulls().unique(maintain_order=True)
    said_before = pl.lit(" See ")
    if not quotes(table):
        shown = pl.col("line").unique(maintain_order=True).cast(pl.String)
        said_before = pl.lit(f" See {row_word(str(rows['file'][0]))} ")
    number = pl.len().cast(pl.String) + pl.when(pl.len() == 1).then(pl.lit(" row: ")).otherwise(pl.lit(" rows: "))
    return (
        rows.unique("row", keep="first", maintain_order=True)
        .sort("row")
        .group_by("file", maintain_order=True)
        .agg(
            line=pl.col("line").first(),
            number=number,
            value=shown.head(_SHOWN).str.join("; "),
            more=shown.len().cast(pl.Int64) - _SHOWN,
        )
        .with_columns(value=pl.when(pl.col("value") != "").then("value"))
        .select(
            severity=pl.lit(severity),
            rule=pl.lit(rule),
            table=pl.lit(table),
            file=pl.col("file"),
            line=pl.col("line"),
            column=pl.lit(column, pl.String),
            value=pl.col("value") if quotes(table) else pl.lit(None, pl.String),
            message=pl.concat_str(
                pl.col("file"),
                pl.lit(", "),
                pl.col("number"),
                pl.lit(said),
                said_before + pl.col("value"),
                pl.when(pl.col("more") > 0).then(pl.format(" and {} more", "more")),
                pl.when(pl.col("value").is_not_null()).then(pl.lit(".")),
                ignore_nulls=True,
            ),
        )
    )


def refuse(source: str, findings: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All findings in one frame; raises LoadError with them when any of them refuses."""
    everything = pl.concat(
        [NO_FINDINGS, *(each.cast(pl.Schema(FINDING_SCHEMA)) for each in findings if each.height)]
    )
    told = refused_by(everything, _SHOWN)
    if told.things:
        more = f" And {told.things - _SHOWN:,} more: see .findings of this error." if told.things > _SHOWN else ""
        raise LoadError(
            f"The Ed-Fi files {source} were not loaded, {told.things:,} "
            f"{'thing stands' if told.things == 1 else 'things stand'} in the way. {' '.join(told.first)}{more}",
            by_cause(everything).drop(CAUSE),
        )
    return everything
