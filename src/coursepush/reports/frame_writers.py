"""What a report's frame writes by its own methods, ``report.write_csv(...)``: whole, as all files are written."""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.files import Kind, new_file
from coursepush.files.kinds import MARK, PARQUET_MARK
from coursepush.optional import module
from coursepush.reports.files import as_written

_FILES = {
    "write_csv": Kind.CSV,
    "write_excel": Kind.EXCEL,
    "write_parquet": Kind.PARQUET,
    **dict.fromkeys(
        ("serialize", "write_avro", "write_ipc", "write_ipc_stream", "write_json", "write_ndjson"), Kind.KEPT
    ),
}
"""Methods that write one file. Formats in which a former file cannot be told are never replaced."""

_EXCEL = {"nan_inf_to_errors": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd;@"}
"""As polars itself opens a workbook."""


def frame_writer(frame: pl.DataFrame, name: str) -> Callable[..., Any]:
    """The frame's method `name`, which takes and gives what polars says; a path it is given is written to whole.

    Raises, when called:
        RequestError: there is no such folder, or what is at the path is no former file of the kind.
        WriteError: it cannot be written; what was there before stays.
    """
    write: Callable[..., Any] = getattr(as_written(frame, name), name)
    kind = _FILES.get(name)
    if kind is None:
        return write

    @functools.wraps(write)
    def written(*given: Any, **options: Any) -> Any:
        word = "workbook" if kind is Kind.EXCEL else "file"
        target = given[0] if given else options.get(word)
        if kind is Kind.EXCEL and target is None:
            target = "dataframe.xlsx"
        if not isinstance(target, str | os.PathLike) or options.get("partition_by") is not None:
            return write(*given, **options)
        options.pop(word, None)
        return _write_whole(write, kind, Path(target), given[1:], options)

    return written


def _write_whole(
    write: Callable[..., Any], kind: Kind, target: Path, given: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    if kind is Kind.EXCEL:
        place = target if target.suffix else target.with_suffix(".xlsx")
        made = io.BytesIO()
        with module("xlsxwriter", "Excel files").Workbook(made, {**_EXCEL, "in_memory": True}) as book:
            book.set_properties({"author": MARK})
            write(book, *given, **options)
        with new_file(place, kind) as file:
            file.write(made.getvalue())
        return book
    if kind is Kind.CSV:
        options.setdefault("include_bom", True)
    elif kind is Kind.PARQUET and not callable(options.get("metadata")):
        options["metadata"] = {**(options.get("metadata") or {}), **PARQUET_MARK}
    with new_file(target, kind) as file:
        return write(file, *given, **options)
