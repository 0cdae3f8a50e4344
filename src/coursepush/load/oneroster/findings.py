"""The findings of a OneRoster bundle, as frames: one row singly, every row of many, or many in one."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.errors import LoadError, counted
from coursepush.load.causes import CAUSE, by_cause, refused_by
from coursepush.load.findings import FINDING_SCHEMA, ROWS_SHOWN
from coursepush.load.oneroster.fields import FILES
from coursepush.load.quoting import all_shortened, in_lines, untold

LISTED = ROWS_SHOWN
"""So many rows of one rule and column are refused one by one; one more finding counts the rest."""

NO_FINDINGS = pl.DataFrame(schema=FINDING_SCHEMA)

_SHOWN = 5


def table_of(file: str | None) -> str | None:
    """The model's table that a file (``users.csv``) feeds first."""
    kind = FILES.get((file or "").removesuffix(".csv"))
    return None if kind is None else kind.table


def quotes_of(file: str | None) -> bool:
    """Whether values of a file (``users.csv``) may be told; what is said of no file has none of one."""
    name = (file or "").removesuffix(".csv")
    return file in (None, "manifest.csv") or (name in FILES and FILES[name].quotes)


def finding(
    severity: str,
    rule: str,
    file: str | None,
    message: str,
    *,
    line: int | None = None,
    column: str | None = None,
    value: str | None = None,
) -> pl.DataFrame:
    """One finding as a frame of one row."""
    name = (file or "").removesuffix(".csv")
    told = name not in FILES or FILES[name].quotes
    row = (severity, rule, table_of(file), file, line, column, value if told else None, message)
    return pl.DataFrame([row], schema=FINDING_SCHEMA, orient="row")


def each_row(
    rows: pl.DataFrame, rule: str, file: str, column: str | None, value: pl.Expr, said: pl.Expr
) -> pl.DataFrame:
    """A refusal for each of `rows` (which have `line`): ``orgs.csv, line 7: `` and what `said` makes of it."""
    if rows.is_empty():
        return NO_FINDINGS
    is_quoted = quotes_of(file)
    first = rows.sort("line").head(LISTED)
    first = all_shortened(first) if is_quoted else untold(first)
    found = first.select(
        severity=pl.lit("refusal"),
        rule=pl.lit(rule),
        table=pl.lit(table_of(file), pl.String),
        file=pl.lit(file),
        line=pl.col("line"),
        column=pl.lit(column, pl.String),
        value=value.cast(pl.String).str.slice(0, 200) if is_quoted else pl.lit(None, pl.String),
        message=pl.concat_str(pl.format(file + ", line {}: ", "line"), said, ignore_nulls=True),
    )
    if rows.height <= LISTED:
        return found
    message = f"{file}: {counted(rows.height - LISTED, 'more row')} with the same fault ({rule})."
    return pl.concat([found, finding("refusal", rule, file, message, column=column)])


def all_rows(
    rows: pl.DataFrame, severity: str, rule: str, file: str, column: str | None, value: pl.Expr, said: str
) -> pl.DataFrame:
    """One finding for all `rows` at the first of them, with the first values; none where there are none.

    `said` follows the number: ``orgs.csv, 3 rows: ``. Values that repeat are shown once; where they are not told,
    the first lines are.
    """
    if rows.is_empty():
        return NO_FINDINGS
    sorted_rows = rows.sort("line")
    values = (
        sorted_rows.select(value.cast(pl.String).alias("value"))["value"].drop_nulls().unique(maintain_order=True)
    )
    shown = "; ".join(values.head(_SHOWN).str.slice(0, 80).to_list())
    more = f" and {values.len() - _SHOWN:,} more" if values.len() > _SHOWN else ""
    see = f" See {shown}{more}." if shown else ""
    if not quotes_of(file):
        shown, see = "", f" See {in_lines(sorted_rows['line'].unique(maintain_order=True).to_list())}."
    message = f"{file}, {counted(rows.height, 'row')}: {said}{see}"
    line = int(sorted_rows["line"][0])
    return finding(severity, rule, file, message, line=line, column=column, value=shown or None)


def refuse(source: str, findings: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All findings in one frame; raises LoadError with them when any of them refuses."""
    everything = pl.concat([NO_FINDINGS, *findings])
    told = refused_by(everything, _SHOWN)
    if not told.things:
        return everything
    first = "".join(f"\n  {message}" for message in told.first)
    more = f"\n  and {told.things - _SHOWN:,} more" if told.things > _SHOWN else ""
    raise LoadError(
        f"The OneRoster files {source} were not read: {told.count} them ({told.rules}). Correct the export and "
        f"read it again; the error's .findings lists everything.{first}{more}",
        by_cause(everything).drop(CAUSE),
    )
