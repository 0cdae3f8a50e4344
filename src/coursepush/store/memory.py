"""How much memory DuckDB may take before it spills to disk, and what to say where memory runs out."""

from __future__ import annotations

import os
import re

import duckdb

from coursepush.errors import StoreError

MEMORY = "COURSEPUSH_MEMORY"
"""The environment's variable with the limit, such as 8GB or 500MB."""

USUAL_MEMORY = 3 * 1024**3
"""Bytes that DuckDB keeps in memory at most before it spills, so that a notebook leaves room for others."""

_LEAST = 16 * 1024**2
"""Bytes below which DuckDB cannot work at all."""

_UNITS = {"MB": 1000**2, "GB": 1000**3, "TB": 1000**4, "MIB": 1024**2, "GIB": 1024**3, "TIB": 1024**4}


def most_memory() -> int:
    """Bytes that DuckDB may keep in memory: what the environment says, else the usual.

    Raises:
        StoreError: the environment says something else than an amount of memory.
    """
    said = os.environ.get(MEMORY, "").strip()
    if not said:
        return USUAL_MEMORY
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([MGT]i?B)", said, re.IGNORECASE)
    most = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if most < _LEAST:
        raise StoreError(
            f"The environment variable {MEMORY} is {said!r}. Set it to an amount of memory of 16MB or more, such "
            "as 500MB or 8GB, or unset it."
        )
    return most


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether DuckDB, or Python, had no more memory."""
    return isinstance(error, duckdb.OutOfMemoryException | MemoryError)


def out_of_memory(what: str, said: str) -> str:
    """What to say where memory ran out: `what` did it, and `said` is the library's word."""
    limit = f"{most_memory() / 1024**3:.1f} GiB"
    return (
        f"{what} ran out of memory (DuckDB may take up to {limit} here), or of room on disk for the rest. "
        "Close other programs or free some space, name fewer calendars, courses or data types at a time, or allow "
        f"more, if the machine has it: set the environment variable {MEMORY} (such as 8GB) and start again."
        f"{f' DuckDB says: {said}' if said else ''}"
    )
