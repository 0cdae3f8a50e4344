"""Which tables a folder or a dict gives, by the names of its files and entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursepush.files.manifest import NAME as MANIFEST
from coursepush.load.csv_text import odd_ends
from coursepush.load.findings import Findings, close_matches
from coursepush.model.tables import TABLES


@dataclass(frozen=True, slots=True)
class NamedSource:
    """A folder or dict of tables that people know by another name: the zip or the database it came out of."""

    source: Path | Mapping[str, Any]
    called: str


def in_folder(folder: Path, findings: Findings) -> dict[str, tuple[Any, str | None]]:
    """Table → (path, name for findings) of the files in `folder`."""
    folder = folder.expanduser()
    if not folder.is_dir():
        what = "is a file; give the folder it is in" if folder.is_file() else "does not exist"
        findings.refuse("no_folder", f"The folder {folder} {what}.", file=str(folder))
        return {}
    sources: dict[str, tuple[Any, str | None]] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.is_dir() or path.name == MANIFEST:
            continue
        name, suffix = path.stem.strip().lower(), path.suffix.lower()
        if name not in TABLES or suffix not in (".csv", ".parquet"):
            hint = close_matches(name, TABLES) if name not in TABLES else " Files end in .csv or .parquet."
            findings.warn(
                "unknown_file",
                f"{path.name} was left out: it is no table of a district.{hint}",
                file=path.name,
                value=path.name,
            )
        elif name in sources:
            findings.refuse(
                "two_files",
                f"{sources[name][1]} and {path.name} both give table {name}. Keep one of them.",
                table=name,
                file=path.name,
            )
        else:
            sources[name] = (path, path.name)
    return sources


def in_mapping(source: Mapping[Any, Any], findings: Findings) -> dict[str, tuple[Any, str | None]]:
    """Table → (frame, relation or path; name for findings) of the entries of a dict."""
    sources: dict[str, tuple[Any, str | None]] = {}
    for given, value in source.items():
        name = str(given).strip().lower()
        if name not in TABLES:
            findings.warn(
                "unknown_table",
                f"{given!r} was left out: it is no table of a district.{close_matches(name, TABLES)}",
                value=str(given),
            )
        elif name in sources:
            findings.refuse("two_files", f"Table {name} is given twice. Keep one of them.", table=name)
        else:
            is_path = isinstance(value, str | Path)
            sources[name] = (Path(value).expanduser(), str(value)) if is_path else (value, None)
    return sources


def tell_of_odd_ends(sources: Mapping[str, tuple[Any, str | None]], findings: Findings) -> None:
    """Warn of files that may have been cut within their last value."""
    files = {path: (table, name) for table, (path, name) in sources.items() if path.suffix.lower() == ".csv"}
    for path in odd_ends(files):
        table, name = files[path]
        findings.warn("no_line_end", f"{name}: {NO_LINE_END}", table=table, file=name)


NO_LINE_END = (
    "its last line has no line end, unlike other files beside it. It may have been cut within its last value: "
    "look at that line, or export the file again."
)
