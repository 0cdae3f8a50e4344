"""A list as it leaves a panel: to the clipboard, as a workbook, as text; made in memory, defused as files are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import polars as pl

from coursepush.errors import RequestError, counted
from coursepush.files.names import file_name
from coursepush.reports.files import as_written, frame_bytes

MOST_COPIED = 50_000
"""So many rows are copied at most: a clipboard and a spreadsheet take no more at once."""

_AS_TEXT = "mso-number-format:'\\@'"
"""By this a spreadsheet leaves “01” and “3-1” as they are, when it is pasted."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a browser is given: a file to download, or text and HTML for the clipboard.

    Attributes:
        told: what was done, in a sentence.
        name: of the file; empty for the clipboard.
    """

    told: str
    name: str = ""
    content: bytes = b""
    text: str = ""
    html: str = ""


def copied(rows: pl.DataFrame, noun: str) -> Taken:
    """The rows for a spreadsheet: columns between tabs, and the same as an HTML table.

    Text that a spreadsheet would run as a formula is defused with an apostrophe before it, as in CSV files.

    Raises:
        RequestError: there are more than :data:`MOST_COPIED`.
    """
    if rows.height > MOST_COPIED:
        raise RequestError(
            f"{counted(rows.height, noun)} are too many to copy; {MOST_COPIED:,} can be. Narrow them "
            "down, or take the CSV file."
        )
    told = f"{counted(rows.height, noun)} copied. Paste into a spreadsheet."
    return Taken(told, text=_tabbed(rows), html=_html(rows))


def as_file(rows: pl.DataFrame, name: str, ending: str, noun: str, about: Sequence[tuple[str, str]] = ()) -> Taken:
    """The rows as a file of that name and ending, .csv or .xlsx, with `about` on a sheet of its own.

    Raises:
        RequestError: more rows than an Excel sheet holds.
    """
    whole = file_name(name, ending)
    made = frame_bytes(rows, ending, about=about)
    return Taken(f"Downloaded: {whole}, {counted(rows.height, noun)}.", whole, made)


def _one_line(rows: pl.DataFrame) -> pl.DataFrame:
    """Every cell as defused text on one line."""
    texts = rows.select(pl.col(name).cast(pl.String).fill_null("") for name in rows.columns)
    return as_written(
        texts.with_columns(pl.all().str.replace_all(r"[\t\r\n\v\f\x{85}\x{2028}\x{2029}]+", " ")), "write_csv"
    )


def _tabbed(rows: pl.DataFrame) -> str:
    """Lines of cells with tabs between; a cell with quotes in it is quoted, as spreadsheets expect."""
    cells = [
        pl.when(pl.col(name).str.contains('"', literal=True))
        .then(pl.format('"{}"', pl.col(name).str.replace_all('"', '""', literal=True)))
        .otherwise(pl.col(name))
        for name in rows.columns
    ]
    lines = _one_line(rows).select(pl.concat_str(cells, separator="\t")).to_series()
    return "\n".join(["\t".join(rows.columns), *lines]) + "\n"


def _html(rows: pl.DataFrame) -> str:
    """A table whose numbers are numbers and whose texts stay texts."""
    cells: list[pl.Expr] = []
    for name, dtype in rows.schema.items():
        text = pl.col(name)
        for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.str.replace_all(sign, entity, literal=True)
        begin = "<td>" if dtype.is_numeric() else f'<td style="{_AS_TEXT}">'
        cells.append(pl.concat_str(pl.lit(begin), text, pl.lit("</td>")))
    lines = _one_line(rows).select(pl.concat_str(cells)).to_series()
    heads = "".join(f"<th>{escape(name)}</th>" for name in rows.columns)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<meta charset="utf-8"><table><tr>{heads}</tr>{body}</table>'
