"""One district, opened where it lies: its file; or its tables, loaded with all checks or taken as checked."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import LoadError, StoreError
from coursepush.load.as_given import PATTERN, Files, tables_as_given, take_as_given
from coursepush.load.findings import Findings
from coursepush.load.source import READ_ERRORS
from coursepush.statewide.lake import ENDING, Checked, Part, Source
from coursepush.store import Store
from coursepush.store.limits import Limits

if TYPE_CHECKING:
    from coursepush.district import District

OPENED, LOADED, AS_CHECKED = "opened", "loaded", "as_checked"
"""How a district was read: its file was opened; its tables were loaded with all checks, or read as checked."""

SETTLED = 2.0
"""Seconds that a file has to be old before its time can prove anything: clocks of file systems are coarse."""


def open_source(source: Source, limits: Limits, told: dict[str, Any] | None = None) -> District:
    """The district; how it was read goes to `told`.

    Raises:
        LoadError: it is refused, with its findings.
        StoreError: its file cannot be opened.
    """
    from coursepush.district import load_district, open_district

    told = {} if told is None else told
    if source.fault:
        findings = Findings()
        findings.refuse("district_id", source.fault, column="district")
        raise LoadError(source.fault, findings.frame())
    if source.place.endswith(ENDING):
        told["read"] = OPENED
        return open_district(source.place, **limits.given)
    if source.checked is not None:
        opened = _as_checked(source, source.checked, limits)
        if opened is not None:
            told |= {"read": AS_CHECKED, "checked_by": source.checked.by, **_tables(source.checked)}
            return opened
    told["read"] = LOADED
    if source.place:
        return load_district(source.place, **limits.given)
    begun = time.time_ns()
    rows = source.tables()
    opened = load_district(rows, **limits.given)
    if are_the_same(source.parts) and _were_settled(source.parts, begun):
        told |= _tables(_found_out(source, rows))
    return opened


def _tables(checked: Checked) -> dict[str, str]:
    return {"tables_given": ", ".join(checked.given), "tables_as_given": ", ".join(checked.as_given)}


def _found_out(source: Source, rows: Mapping[str, pl.LazyFrame]) -> Checked:
    """What is known of a district that was loaded just now."""
    named = {part.table for part in source.parts if not PATTERN & set("".join(part.files))}
    as_given = tables_as_given({name: one for name, one in rows.items() if name in named})
    return Checked("", tuple(rows), tuple(name for name in rows if name in as_given))


def are_the_same(parts: Iterable[Part]) -> bool:
    """Whether all files are still those that the driver saw."""
    for part in parts:
        for file, (size, written) in zip(part.files, part.marks, strict=True):
            try:
                now = os.stat(file)
            except OSError:
                return False
            if now.st_size != size or (written and now.st_mtime_ns != written):
                return False
    return True


def _were_settled(parts: Iterable[Part], begun: int) -> bool:
    return all(written + SETTLED * 1e9 < begun for part in parts for _, written in part.marks)


def _as_checked(source: Source, checked: Checked, limits: Limits) -> District | None:
    """The district without a load; None where its files are others after all: it is loaded, then."""
    from coursepush.district import District

    if not are_the_same(source.parts):
        return None
    files = {
        part.table: Files(part.files, part.column, source.district if part.column else "")
        for part in source.parts
        if part.table in checked.as_given
    }
    note = f"Not checked again: the same files were loaded with all checks by the run {checked.by}."
    store = Store(None, readable=[file for one in files.values() for file in one.files], **limits.given)
    try:
        take_as_given(store, source.tables(), files, note=note)
    except (LoadError, StoreError, *READ_ERRORS):
        store.close()
        return None
    except BaseException:
        store.close()
        raise
    return District(store)
