"""A folder that coursepush wrote, and what became of it since: copied in part, cut, edited on purpose.

What is gone stops a load, since it cannot be told from a copy that broke off: files, and rows of a file. What was
edited or added is read, and told: that is what exports are made for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.files.manifest import NAME, Entry, ManifestFault, differences, read_manifest
from coursepush.load.csv_text import CsvFault, CsvFile
from coursepush.load.findings import Findings
from coursepush.model.tables import TABLES

_CUT = "Was it still being copied, or did the copy break off? Copy it again, or export again."
_ON_PURPOSE = (
    f"If it is meant to be so, delete {NAME} from the folder and load again; then the folder is taken as it is."
)


def check_manifest(folder: Path, sources: Mapping[str, tuple[Any, str | None]], findings: Findings) -> None:
    """Compare a folder with the manifest in it, if it has one; `sources`: table → (path, file's name)."""
    try:
        manifest = read_manifest(folder)
    except (ManifestFault, OSError) as error:
        findings.refuse(
            "bad_manifest",
            f"{NAME} cannot be read ({error}), so nobody knows whether the folder is whole. Was it still being "
            f"copied, or did the copy break off? Copy the folder again. {_ON_PURPOSE}",
            file=NAME,
        )
        return
    if manifest is None:
        return
    found = differences(folder, manifest)
    for name in found.missing:
        _tell_missing(name, manifest.files[name], sources, findings)
    for name in found.changed:
        _tell_changed(folder / name, manifest.files[name], findings)
    for name in found.added:
        table = _table_of(name)
        if table is not None and sources.get(table, (None, None))[1] == name:
            findings.warn(
                "export_added",
                f"{name} was not exported with the other files here. It was read: is it of the same day?",
                table=table,
                file=name,
            )


def _tell_missing(
    name: str, entry: Entry, sources: Mapping[str, tuple[Any, str | None]], findings: Findings
) -> None:
    table = _table_of(name)
    if table is not None and table in sources:  # given otherwise, as Parquet instead of CSV
        return
    findings.refuse(
        "export_lacks_file",
        f"{name} is missing: it was exported with {counted(entry.rows, 'row')}. {_CUT} {_ON_PURPOSE}",
        table=table,
        file=name,
    )


def _tell_changed(path: Path, entry: Entry, findings: Findings) -> None:
    name, table, rows = path.name, _table_of(path.name), _rows_of(path)
    if rows is None:  # whoever reads it says what is wrong with it
        return
    if rows < entry.rows:
        findings.refuse(
            "export_lacks_rows",
            f"{name} has {rows:,} of the {counted(entry.rows, 'row')} that were exported. {_CUT} {_ON_PURPOSE}",
            table=table,
            file=name,
            value=f"{rows:,}",
        )
        return
    more = f", with {counted(rows - entry.rows, 'row')} more" if rows > entry.rows else ""
    findings.warn(
        "export_changed",
        f"{name} was changed since it was exported{more}. It was read as it is now.",
        table=table,
        file=name,
    )


def _table_of(name: str) -> str | None:
    stem = Path(name).stem.strip().lower()
    return stem if stem in TABLES else None


def _rows_of(path: Path) -> int | None:
    try:
        if path.suffix.lower() == ".csv":
            return sum(batch.height for batch in CsvFile(path, repair=True).batches({}))
        return int(pl.scan_parquet(path, glob=False, hive_partitioning=False).select(pl.len()).collect().item())
    except (CsvFault, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
