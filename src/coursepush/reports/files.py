"""Rows as a file: CSV, Excel, Parquet or Markdown, for a spreadsheet, another program or a message."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from coursepush.errors import RequestError
from coursepush.files import Kind, new_file, why_not
from coursepush.files.kinds import MARK, OF_PAGES, OF_ROWS, PARQUET_MARK
from coursepush.files.writing import place_of
from coursepush.optional import module

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ENDINGS = tuple(OF_ROWS)

PAGE_ENDINGS = tuple(OF_PAGES)

EXCEL_ROWS = 1_048_575
"""So many rows fit on an Excel sheet below its headings."""

EXCEL_TEXT = 32_767
"""So many characters fit in a cell."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARKDOWN = r"[\\`*_\[\]<>|~$&#]"


def in_the_way(path: Path) -> str:
    """Why a file with the ending of `path` may not be written there; empty where it may."""
    kind = (OF_ROWS | OF_PAGES).get(path.suffix.lower())
    return "" if kind is None else why_not(path, kind)


def write_text(text: str, path: str | os.PathLike[str]) -> Path:
    """Write a page; gives where it was written.

    Raises:
        RequestError: the name does not end as a page's does; there is no such folder; or what is there is no page
            that coursepush made.
        WriteError: it cannot be written.
    """
    given = Path(path).expanduser()
    place_of(given)
    if given.suffix.lower() not in PAGE_ENDINGS:
        raise RequestError.unknown("ending", given.suffix or given.name, PAGE_ENDINGS, "for a page")
    with new_file(given, Kind.PAGE) as file:
        file.write(text.encode())
    return given


def write_frame(
    frame: pl.DataFrame,
    path: str | os.PathLike[str],
    *,
    about: Sequence[tuple[str, str]] = (),
    sheets: Mapping[str, pl.DataFrame] | None = None,
) -> Path:
    """Write rows as CSV, Excel, Parquet or Markdown, by the name's ending; gives where they were written.

    In CSV, text that a spreadsheet would run as a formula is defused with a leading apostrophe. In Excel, text
    stays text: leading zeros stay, and nothing is run. Where the file cannot be written nothing is left of it.

    Args:
        about: what and why, (heading, text): a sheet of its own in Excel, lines above the table in Markdown.
        sheets: of a workbook, by name, instead of `frame` on one.

    Raises:
        RequestError: another ending, or more rows than an Excel sheet holds; there is no such folder; or what is
            there is no such file that coursepush made.
        WriteError: it cannot be written.
    """
    given = Path(path).expanduser()
    kind = OF_ROWS.get(given.suffix.lower())
    if kind is None:
        raise RequestError.unknown("ending", given.suffix or given.name, ENDINGS, "for a file of rows")
    _check_fits(frame, kind)
    with new_file(given, kind) as file:
        _write(frame, kind, file, about, sheets)
    return given


def frame_bytes(
    frame: pl.DataFrame,
    ending: str,
    *,
    about: Sequence[tuple[str, str]] = (),
    sheets: Mapping[str, pl.DataFrame] | None = None,
) -> bytes:
    """What :func:`write_frame` writes to a file that ends so, for whoever has no folder to write to.

    Raises:
        RequestError: another ending, or more rows than an Excel sheet holds.
    """
    kind = OF_ROWS.get(ending)
    if kind is None:
        raise RequestError.unknown("ending", ending, ENDINGS, "for a file of rows")
    _check_fits(frame, kind)
    made = io.BytesIO()
    _write(frame, kind, made, about, sheets)
    return made.getvalue()


def _check_fits(frame: pl.DataFrame, kind: Kind) -> None:
    if kind is Kind.EXCEL and frame.height > EXCEL_ROWS:
        raise RequestError(
            f"The report has {frame.height:,} rows; an Excel sheet holds {EXCEL_ROWS:,}. Narrow the report with "
            "its filters, or write it as .csv or .parquet."
        )


def _write(
    frame: pl.DataFrame,
    kind: Kind,
    file: BinaryIO,
    about: Sequence[tuple[str, str]],
    sheets: Mapping[str, pl.DataFrame] | None,
) -> None:
    if kind is Kind.PARQUET:
        frame.write_parquet(file, metadata=PARQUET_MARK)
    elif kind is Kind.CSV:
        write_csv([_all_defused(frame)], file)
    elif kind is Kind.EXCEL:
        file.write(_excel(sheets or {"Report": frame}, about))
    else:
        lines = [f"**{_said(name)}:** {_said(text)}  " for name, text in about]
        text = "\n".join([*lines, "", markdown(frame), ""] if lines else [markdown(frame), ""])
        file.write(text.encode())


def write_csv(blocks: Iterable[pl.DataFrame], file: BinaryIO) -> int:
    """Write rows as CSV that Excel opens as it is; how many. Every CSV file that coursepush makes is made here.

    It begins with a mark of its encoding, without which Excel takes letters beyond English for others. Text from
    outside has to be :func:`defused` before, unless a load shall read it back as it was.
    """
    rows = 0
    for place, block in enumerate(blocks):
        block.write_csv(file, include_bom=place == 0, include_header=place == 0, quote_style="necessary")
        rows += block.height
    return rows


def defused(name: str) -> pl.Expr:
    """The text of a column; where it begins like a formula, with an apostrophe before it."""
    column = pl.col(name)
    first = column.str.slice(0, 1)
    return pl.when(first.is_in(_FORMULA)).then(pl.lit("'") + column).otherwise(column).alias(name)


def _all_defused(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(defused(name) for name, dtype in frame.schema.items() if dtype == pl.String)


def is_writer(name: str) -> bool:
    """Whether a frame's method of that name writes its rows somewhere."""
    return name.startswith("write_") or name == "serialize"


def as_written(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows as the frame's own writer `name` may write them: text for a spreadsheet is :func:`defused`."""
    return _all_defused(frame) if name in ("write_csv", "write_clipboard") else frame


def markdown(frame: pl.DataFrame) -> str:
    """The rows as a Markdown table, numbers aligned right; text is only text, whatever it looks like."""
    cells = [
        _plain(pl.col(name).cast(pl.String).fill_null("")) if dtype == pl.String else
        pl.col(name).cast(pl.String).fill_null("")
        for name, dtype in frame.schema.items()
    ]  # fmt: skip
    rows = frame.select(pl.concat_str(cells, separator=" | ")).to_series()
    heads = " | ".join(_said(name) for name in frame.columns)
    rules = " | ".join("---:" if dtype.is_numeric() else "---" for dtype in frame.dtypes)
    return "\n".join([f"| {heads} |", f"| {rules} |", *(f"| {row} |" for row in rows)])


def _plain(text: pl.Expr) -> pl.Expr:
    """Text on one line, without meaning to Markdown."""
    return text.str.replace_all(_MARKDOWN, r"\${0}").str.replace_all(r"\s+", " ").str.strip_chars()


def _said(text: str) -> str:
    return pl.Series([text]).to_frame("t").select(_plain(pl.col("t"))).item()


def _excel(sheets: Mapping[str, pl.DataFrame], about: Sequence[tuple[str, str]]) -> bytes:
    """A workbook, made in memory: otherwise its parts would lie in the system's temporary folder meanwhile."""
    xlsxwriter = module("xlsxwriter", "Excel files")
    made = io.BytesIO()
    as_typed = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, {**as_typed, "in_memory": True}) as book:
        book.set_properties({"author": MARK})
        for name, frame in sheets.items():
            _sheet(book, name, frame)
        if about:
            sheet = book.add_worksheet("About this report")
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            sheet.set_column(0, 0, 26, wrapped)
            sheet.set_column(1, 1, 100, wrapped)
            for line, (name, text) in enumerate(about):
                sheet.write_string(line, 0, name)
                sheet.write_string(line, 1, text)
    return made.getvalue()


def _sheet(book: Workbook, name: str, frame: pl.DataFrame) -> None:
    """The rows of a frame on a sheet of their own, text that fits a cell."""
    texts = [column for column, dtype in frame.schema.items() if dtype == pl.String]
    fitting = frame.with_columns(pl.col(column).str.slice(0, EXCEL_TEXT) for column in texts)
    ids = [column for column, dtype in frame.schema.items() if dtype.is_integer() and _is_no_count(column)]
    fitting.write_excel(
        book,
        worksheet=name,
        column_formats=dict.fromkeys(ids, "0"),
        autofit=True,
        freeze_panes=(1, 0),
        header_format={"bold": True},
    )


def _is_no_count(name: str) -> bool:
    """Whether a number is a name rather than a count: a year, an id."""
    return name == "year" or name.endswith("_id")
