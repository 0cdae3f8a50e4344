"""What was written to a folder: a small JSON file in it, by which anyone sees whether all of it is still there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NAME = "coursepush-manifest.json"

_MOST = 8 * 1024**2
_MADE_BY = "coursepush"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was written; `rows` of a table, without its header."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`kind`: a word for what the folder holds. `files`: name → what it was."""

    kind: str
    files: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Differences:
    """How a folder differs from its manifest: names of files, sorted."""

    missing: list[str]
    changed: list[str]
    added: list[str]

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.added)


class ManifestFault(ValueError):
    """A manifest that cannot be read: cut, or edited."""


def write_manifest(folder: Path, kind: str, rows: Mapping[str, int]) -> None:
    """Describe the files of a folder in it; `rows`: file → how many. The same files give the same text."""
    files = {
        name: {"rows": rows[name], "bytes": (folder / name).stat().st_size, "sha256": fingerprint(folder / name)}
        for name in sorted(rows)
    }
    about = {"made_by": _MADE_BY, "kind": kind, "files": files}
    (folder / NAME).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """A folder's manifest; None where it has none.

    Raises:
        ManifestFault: it is none that coursepush wrote whole.
        OSError: it cannot be read.
    """
    try:
        with (folder / NAME).open("rb") as file:
            text = file.read(_MOST)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        about = json.loads(text)
        if about["made_by"] != _MADE_BY:
            raise ManifestFault(f"made_by is {about['made_by']!r}")
        files = {
            name: Entry(int(of["rows"]), int(of["bytes"]), str(of["sha256"]))
            for name, of in about["files"].items()
        }
        kind = str(about["kind"])
    except ManifestFault:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ManifestFault(f"{type(error).__name__}: {error}") from error
    if any(not name or name in (".", "..") or set(name) & set("/\\\0") for name in files):
        raise ManifestFault("it names files outside its folder")
    return Manifest(kind, files)


def differences(folder: Path, manifest: Manifest) -> Differences:
    """What became of the files that a manifest names, and which others are there; every one is read.

    Hidden files, and those that systems leave in every folder that is looked at, do not count.
    """
    there = {path.name: path for path in folder.iterdir()}
    changed = [
        name for name, of in manifest.files.items() if name in there and not _is_as_written(there[name], of)
    ]
    added = [name for name in there if name not in manifest.files and name != NAME and not _is_systems(name)]
    return Differences(sorted(manifest.files.keys() - there.keys()), sorted(changed), sorted(added))


def _is_systems(name: str) -> bool:
    return name.startswith(".") or name.lower() in ("thumbs.db", "desktop.ini")


def is_part_of_folder(path: Path) -> bool:
    """Whether a file is one that a manifest beside it names, or that manifest."""
    try:
        manifest = read_manifest(path.parent)
    except (ManifestFault, OSError):
        return True
    return manifest is not None and (path.name in manifest.files or path.name == NAME)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_as_written(path: Path, entry: Entry) -> bool:
    return path.is_file() and path.stat().st_size == entry.bytes and fingerprint(path) == entry.sha256
