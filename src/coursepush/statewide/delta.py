"""Delta tables of a lake: which Parquet files are a table now, and whose they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl

from coursepush.errors import RequestError
from coursepush.optional import module

_NOT_BY_FILES = ("deletionVectors", "columnMapping")
"""Features of tables whose Parquet files do not say by themselves what the rows are."""


def is_delta(place: Path) -> bool:
    """Whether a table's folder is a Delta table."""
    return (place / "_delta_log").is_dir()


def delta_files(
    place: Path, column: str
) -> tuple[dict[str, list[str]], list[str], dict[str, tuple[str, int, int]]]:
    """A Delta table's files by district, those of all districts, and what tells whether each has changed.

    The files are those of the table's newest version now, so that all tasks read the same one.

    Raises:
        MissingPackageError: deltalake is not installed.
        RequestError: the table cannot be read, or keeps deleted rows or other names of columns beside its files.
    """
    deltalake: Any = module("deltalake", "Delta tables")
    try:
        table = deltalake.DeltaTable(str(place))
    except (deltalake.exceptions.DeltaError, OSError, ValueError) as error:
        raise RequestError(
            f"The Delta table {place.name} cannot be read, so that nobody knows which files it has: "
            f"{(str(error).splitlines() or [type(error).__name__])[0]}. Write it again, or as Parquet."
        ) from error
    features = [*(table.protocol().reader_features or [])]
    if (table.metadata().configuration or {}).get("delta.columnMapping.mode", "none") != "none":
        features.append("columnMapping")
    if used := [one for one in _NOT_BY_FILES if one in features]:
        raise RequestError(
            f"The Delta table {place.name} uses {', '.join(used)}, so that its files alone do not say what its "
            "rows are. Rewrite it without (in Spark: REORG TABLE ... APPLY (PURGE), then drop the feature), or "
            "write it as Parquet."
        )
    actions = pl.DataFrame(table.get_add_actions(flatten=True))
    parted = f"partition.{column}" if f"partition.{column}" in actions.columns else None
    by_district: dict[str, list[str]] = {}
    files: list[str] = []
    sizes: dict[str, tuple[str, int, int]] = {}
    wanted = ["path", "size_bytes", *([parted] if parted else [])]
    for path, size, *ids in actions.select(wanted).sort("path").rows():
        file = str(place / unquote(path))
        sizes[file] = (f"{place.name}/{path}", int(size), 0)
        if parted:
            by_district.setdefault("" if ids[0] is None else str(ids[0]), []).append(file)
        else:
            files.append(file)
    return by_district, files, sizes
