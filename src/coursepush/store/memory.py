"""How much memory the work on a district may take before it spills to disk, and what to say where it runs out."""

from __future__ import annotations

import os
import re

import duckdb

from coursepush.errors import StoreError

MEMORY = "COURSEPUSH_MEMORY"
"""The environment's variable with the limit, such as 8GB or 500MB."""

USUAL_MEMORY = 3 * 1024**3
"""Bytes that work takes at most before it spills, so that a notebook leaves room for others."""

_BESIDE_POOL = 192 * 1024**2
"""Bytes that DuckDB took beyond its own limit while it spilled (500 MiB asked, 677 MiB used), rounded up."""

_LEAST = 16 * 1024**2
"""Bytes below which DuckDB cannot work at all."""

_UNITS = {"MB": 1000**2, "GB": 1000**3, "TB": 1000**4, "MIB": 1024**2, "GIB": 1024**3, "TIB": 1024**4}


def most_memory(given: str | int | None = None) -> int:
    """Bytes that work may take: what was given (bytes, or text such as 8GB), what the environment says, the usual.

    Raises:
        StoreError: it is no amount of memory.
    """
    if given is not None and not isinstance(given, str):
        if isinstance(given, bool) or given < _LEAST:
            raise StoreError(
                f"The memory is {given!r}; it must be 16MB or more: bytes, or text such as 500MB or 8GB."
            )
        return given
    said = (os.environ.get(MEMORY, "") if given is None else given).strip()
    if not said and given is None:
        return USUAL_MEMORY
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([MGT]i?B)", said, re.IGNORECASE)
    most = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if most < _LEAST:
        if given is not None:
            raise StoreError(f"The memory is {given!r}; it must be 16MB or more, such as 500MB or 8GB.")
        raise StoreError(
            f"The environment variable {MEMORY} is {said!r}. Set it to an amount of memory of 16MB or more, such "
            "as 500MB or 8GB, or unset it."
        )
    return most


def pool_of(most: int) -> int:
    """Bytes of DuckDB's own limit, so that what it takes beside its pool stays within `most` as near as can be."""
    return max(most // 2, most - _BESIDE_POOL)


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether DuckDB, or Python, had no more memory."""
    return isinstance(error, duckdb.OutOfMemoryException | MemoryError)


def out_of_memory(what: str, said: str, most: int | None = None) -> str:
    """What to say where memory ran out: `what` did it, `said` is the library's word, `most` could be taken."""
    limit = f"{(most or most_memory()) / 1024**3:.1f} GiB"
    return (
        f"{what} ran out of memory (it may take up to {limit} here), or of room on disk for the rest. "
        "Close other programs or free some space, name fewer calendars, courses or data types at a time, or allow "
        f"more, if the machine has it: memory='8GB' where the district is opened, or the environment variable "
        f"{MEMORY}."
        f"{f' DuckDB says: {said}' if said else ''}"
    )
