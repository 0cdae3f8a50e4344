"""DuckDB's errors in words that say what, where, and what to do next."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import duckdb

from coursepush.errors import DistrictBusyError, StoppedError, StoreError
from coursepush.store.memory import is_out_of_memory, out_of_memory

_HOLDER = re.compile(
    r"(?:held|open) in\s+(?P<program>.+?) \(PID (?P<pid>\d+)\)(?: by user (?P<user>[^.\s]+))?", re.DOTALL
)
_IN_USE = ("could not set lock on file", "being used by another process")

_FULL = ("no space left", "file too large", "disk quota", "not enough space", "disk full")
"""In the systems' words: nothing more can be written."""

_DAMAGED = ("not a valid duckdb database file", "corrupt", "checksum")
"""In DuckDB's words, told by text: what class of error a damaged file raises differs between its versions."""

_OTHER_VERSION = ("storage version", "newer version", "database file with version number")


_UNTOLD = "…"
_PIECE = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s'\",;:()]*\d[^\s'\",;:()]*")
"""What may be a value: a text in quotes, or anything with a digit."""


def without_values(text: str, known: str) -> str:
    """What DuckDB says of a statement, without what it quotes of the data: students' numbers may be among them.

    Texts in quotes and longer numbers stay where they stand in `known`, the statement itself.

    >>> without_values("Could not convert string '98765x' to INT64", "select cast(student_id as bigint)")
    "Could not convert string '…' to INT64"
    """

    def told(found: re.Match[str]) -> str:
        piece = found[0]
        bare = piece.strip("'\"")
        is_number = piece == bare
        if not bare or bare in known or (is_number and not re.search(r"\d{3}", bare)):
            return piece
        return piece.replace(bare, _UNTOLD)

    return _PIECE.sub(told, text)


_OF_NO_DATA = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.IOException)
"""Errors that name tables, columns and files, and never a value."""


def cause_of(error: Exception, sql: str) -> Exception:
    """DuckDB's error to be attached as the cause: of the same class, and :func:`without_values`."""
    told = _told(error, sql)
    return error if told == str(error) else type(error)(told)


def _told(error: Exception, sql: str) -> str:
    return str(error) if isinstance(error, _OF_NO_DATA) else without_values(str(error), sql)


def interrupt_in(error: RuntimeError) -> KeyboardInterrupt | None:
    """The Ctrl-C behind DuckDB's error: a signal's handler that raises while a statement runs ends up as that.

    DuckDB 1 keeps what was raised, DuckDB 2 does not.
    """
    if type(error) is not RuntimeError or str(error) != "Query interrupted":
        return None
    raised = error.__context__
    return raised if isinstance(raised, KeyboardInterrupt) else KeyboardInterrupt()


def explained(
    error: Exception, name: str, path: Path | None, sql: str = "", memory: int | None = None
) -> StoreError:
    """DuckDB's error at a step in words that say what to do; of the data only what stands in the step's SQL.

    `memory`: bytes that it may take.
    """
    text = str(error)
    if isinstance(error, duckdb.InterruptException):
        return StoppedError("Stopped, as you asked.")
    if name == "attach":
        busy = _busy(text)
        if busy is not None:
            return busy
    if "read enough bytes" in text:
        return not_whole(path, f"DuckDB says: {_first_line(text)}")
    if any(word in text.lower() for word in _DAMAGED):
        return StoreError(
            f"{path} is not a district file that can be read (damaged, or not a DuckDB file). Load the "
            f"district again with coursepush.load_district(source, into=...). DuckDB says: {_first_line(text)}"
        )
    if any(word in text.lower() for word in _OTHER_VERSION):
        return StoreError(
            f"{path} was written by a newer version of DuckDB than the one here ({duckdb.__version__}). Bring "
            "that up to date (pip install --upgrade duckdb), or load the district again with the version here. "
            f"DuckDB says: {_first_line(text)}"
        )
    if isinstance(error, duckdb.IOException) and name == "attach":
        return StoreError(f"The district file {path} cannot be opened. DuckDB says: {_first_line(text)}")
    if any(word in text.lower() for word in _FULL):
        return StoreError(
            f"The step {name!r} ran out of disk space. Free some space where the district file is, and where "
            f"temporary files are ({tempfile.gettempdir()}), then try again. DuckDB says: {_first_line(text)}"
        )
    if is_out_of_memory(error):
        return StoreError(out_of_memory(f"The step {name!r}", _first_line(text), memory))
    return StoreError(
        f"The step {name!r} failed. If it is a query of yours, correct it; otherwise please report this with the "
        f"name of the step. DuckDB says: {_told(error, f'{sql} {path}')}"
    )


def _busy(text: str) -> DistrictBusyError | None:
    """Who has the file, where that is what keeps it from being attached."""
    if "is already attached by database" in text:
        return DistrictBusyError("The district file is in use by other work of this same program.")
    holder = _HOLDER.search(text)
    if holder is None and not any(word in text.lower() for word in _IN_USE):
        return None
    busy = DistrictBusyError("The district file is open in another process.")
    busy.pid = 0
    if holder is not None:
        busy.pid, busy.program = int(holder["pid"]), holder["program"].strip()
        busy.user = holder["user"] or ""
    return busy


def not_whole(path: Path | None, detail: str) -> StoreError:
    """A district file of which a part is missing."""
    return StoreError(
        f"{path} is not whole: a part of the file is missing. Was it still being copied, or did the copy break "
        "off? Copy it again, or load the district again with coursepush.load_district(source, into=...). "
        f"{detail}"
    )


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[0]
