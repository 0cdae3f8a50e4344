"""DuckDB as coursepush opens it: a private instance in memory, which can reach no file but those it is for."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from coursepush.errors import StoreError
from coursepush.store.memory import most_memory, pool_of

NEW_FILES = "v1.0.0"
"""The format of new files, which every DuckDB in range reads and keeps when it writes: analysts with different
versions share a file. Left to itself DuckDB 2 makes files that DuckDB 1 cannot open."""

_UNITS = {"bytes": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4}

_BESIDE = ("", ".wal", ".wal.checkpoint", ".wal.recovery")
"""Endings of the files DuckDB keeps beside a district's file while it writes, its own among them."""


def connect(
    spill: Path,
    *,
    files: Iterable[str],
    threads: int | None = None,
    memory: int | None = None,
    in_memory: bool,
    log_queries: bool = False,
) -> duckdb.DuckDBPyConnection:
    """An instance that spills into `spill` and can open `files`; with `in_memory` it holds the district itself.

    `memory`: bytes that its work may take.
    """
    connection = duckdb.connect()
    for setting in (
        f"set temp_directory = {quoted(str(spill))}",
        f"set memory_limit = '{_memory_limit(connection, memory)}B'",
        "set preserve_insertion_order = true",  # without it a query with bound values may lose its ORDER BY
        *COMMON_SETTINGS,
    ):
        connection.execute(setting)
    if threads is not None:
        connection.execute(f"set threads = {int(threads)}")
    if in_memory:
        connection.execute("attach ':memory:' as district")
        connection.execute("use district.main")
    allowed = ", ".join(quoted(each) for each in files)
    if allowed:
        connection.execute(f"set allowed_paths = [{allowed}]")
    connection.execute("set enable_external_access = false")
    if log_queries:
        connection.execute("call enable_logging('QueryLog')")
    connection.execute("set lock_configuration = true")
    return connection


COMMON_SETTINGS = (
    "set enable_progress_bar = false",
    "set python_enable_replacements = false",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
)
"""Of every instance: nothing is drawn, fetched, or taken from Python's variables."""


def with_those_beside(path: Path) -> list[str]:
    """A district's file and what DuckDB keeps beside it while it writes."""
    return [f"{path}{ending}" for ending in _BESIDE]


def _memory_limit(connection: duckdb.DuckDBPyConnection, memory: int | None) -> int:
    """The smaller of what work may take (:func:`pool_of`) and what DuckDB would: 80 % of the machine's memory."""
    [(limit,)] = connection.execute("select current_setting('memory_limit')").fetchall()
    number, unit = str(limit).split()
    return min(pool_of(memory or most_memory()), int(float(number) * _UNITS[unit]))


def district_path(path: str | os.PathLike[str]) -> Path:
    """The whole path of a district file.

    Raises:
        StoreError: DuckDB would look for the file elsewhere: what follows a question mark is no path to it.
    """
    place = Path(path).expanduser().resolve()
    if "?" in str(place):
        raise StoreError(
            f"The path {place} has a question mark ('?') in it, and DuckDB cannot keep a district file there. "
            "Name a file and folders without one. A folder to load from may have it."
        )
    return place


def quoted(text: str) -> str:
    """A SQL string literal, for the statements that take no bound values (ATTACH, SET, COPY)."""
    return "'" + text.replace("'", "''") + "'"
