"""Ed-Fi resources as they are fetched from the API: a file of JSON or JSON Lines each, as frames of text.

``edfi_api_client`` gives lists of resources, ``lightbeam`` writes a resource a line, ``earthmover`` lines or whole
lists. All are read by DuckDB, a resource a row; only the wanted values become a frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from coursepush.load.edfi.csv import RawFiles, near_headers
from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.findings import finding
from coursepush.load.edfi.records import JsonFault, RecordReader
from coursepush.load.edfi.resources import (
    BOOKKEEPING,
    RESOURCES,
    SUFFIXES,
    is_page,
    json_paths,
    kind_of_file,
    kind_of_name,
)
from coursepush.load.edfi.versions import old_names
from coursepush.load.findings import close_matches

_SHOWN = 8
_LOOKED_INTO = 50


def resource_files(folder: Path) -> list[Path]:
    """The JSON files of `folder`, by name, and those of folders in it that are called after a resource."""
    inside = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    nested = [
        each
        for below in inside
        if below.is_dir() and kind_of_name(below.name) is not None
        for each in sorted(below.iterdir())
        if not each.name.startswith(".")
    ]
    return [each for each in (*inside, *nested) if each.suffix.lower() in SUFFIXES and each.is_file()]


def is_of_resources(paths: Iterable[Path]) -> bool:
    """Whether a file among these holds resources that are read, by its name or else by what is in it."""
    found = list(paths)
    if any(kind_of_file(path) for path in found):
        return True
    found = found[:_LOOKED_INTO]
    with RecordReader(found) as reader:
        return any(reader.kind_of_content(path) for path in found)


def read_json_files(paths: list[Path], folder: Path | None) -> RawFiles:
    """The files among `paths` that hold a kind's resources, as text; notes of the rest.

    Args:
        folder: the one that they were found in; a file below it is called by the way to it.

    Nothing is raised: what is missing or cannot be read is a refusal among the findings.
    """
    raw = RawFiles()
    parts: dict[str, list[pl.DataFrame]] = {}
    offsets = dict.fromkeys(KINDS, 0)
    raw.findings += _given_twice(paths)
    with RecordReader(paths) as reader:
        for path in paths:
            name = path.name if folder is None else path.relative_to(folder).as_posix()
            kind = kind_of_file(path) or reader.kind_of_content(path)
            if kind is None:
                raw.rows[name], raw.kinds[name] = 0, None
                raw.findings.append(_not_read(path, name))
                continue
            try:
                reader.take_in(path)
                frame = _read_kind(raw, reader, kind, name)
            except JsonFault as fault:
                where = name if fault.line is None else f"{name}, record {fault.line:,}"
                message = f"{where}: {fault.message}"
                raw.findings.append(
                    finding("refusal", fault.rule, KINDS[kind].table, name, message, line=fault.line)
                )
            except OSError as error:
                message = f"{name} cannot be read: {error.strerror or error}. Check who may open it."
                raw.findings.append(finding("refusal", "unreadable_file", KINDS[kind].table, name, message))
            else:
                parts.setdefault(kind, []).append(frame.with_columns(pl.col("row") + offsets[kind]))
                offsets[kind] += reader.height
    raw.frames = {kind: pl.concat(parts[kind]) for kind in KINDS if kind in parts}
    if raw.old:
        raw.refuse_old()
        return raw
    if not raw.is_damaged:
        raw.findings += [
            _absent(kind, raw) for kind, what in KINDS.items() if what.must and kind not in raw.frames
        ]
    raw.findings += [
        _without_rows(kind) for kind, frame in raw.frames.items() if KINDS[kind].must and frame.is_empty()
    ]
    return raw


def _given_twice(paths: Iterable[Path]) -> list[pl.DataFrame]:
    """Refusals of resources that come in two files that are no pages: one of them may be an older fetch."""
    whole: dict[tuple[Path, str], Path] = {}
    found: list[pl.DataFrame] = []
    for path in paths:
        kind = kind_of_file(path)
        if kind is None or is_page(path):
            continue
        first = whole.setdefault((path.parent, kind), path)
        if first is not path:
            message = f"{first.name} and {path.name} both give {RESOURCES[kind]}. Keep the newer of them."
            found.append(finding("refusal", "two_files", KINDS[kind].table, path.name, message, value=first.name))
    return found


def _not_read(path: Path, name: str) -> pl.DataFrame:
    """The note of a file that holds no resource that is read."""
    if re.search(r"(deletes|key_?changes)$", path.stem, re.IGNORECASE):
        why = "it says what was deleted or renamed since an earlier fetch. Fetch the resources anew instead"
        return finding("warning", "file_not_read", None, name, f"{name} is not read: {why}.")
    plain = re.sub(r"[^a-z]", "", path.stem.lower())
    why = (
        "the model keeps students by number alone, where other resources name them"
        if plain == "students"
        else "the model has no table for it"
    )
    hint = close_matches(plain, [each.lower() for each in RESOURCES.values()])
    return finding("note", "file_not_read", None, name, f"{name} is not read: {why}.{hint}")


def _absent(kind: str, raw: RawFiles) -> pl.DataFrame:
    resource = RESOURCES[kind]
    inside = ", ".join(raw.rows) or "no resources"
    message = (
        f"There are no {resource} (a file {resource}.jsonl or {resource}.json); the files given are {inside}. "
        f"Fetch {resource} too: a district needs "
        f"{', '.join(RESOURCES[name] for name, each in KINDS.items() if each.must)}."
    )
    return finding("refusal", "missing_file", KINDS[kind].table, None, message, value=resource)


def _without_rows(kind: str) -> pl.DataFrame:
    message = f"The file of {RESOURCES[kind]} holds none. Is it whole? Fetch them again."
    return finding("refusal", "no_rows", KINDS[kind].table, None, message, value=RESOURCES[kind])


# -- a file ------------------------------------------------------------------------------------------------


def _read_kind(raw: RawFiles, reader: RecordReader, kind: str, name: str) -> pl.DataFrame:
    """The wanted text of the file that was taken in: columns of the kind, with file, line and row.

    Raises:
        JsonFault: it holds other things than resources of the kind.
    """
    names = reader.names()
    if signs := old_names(names):
        raw.old[name] = signs
    known = {path.begins for field in KINDS[kind].fields for path in json_paths(kind, field.name)}
    if reader.height and not names & known:
        shown = ", ".join(sorted(names)[:_SHOWN]) or "nothing"
        raise JsonFault(
            "no_column",
            f"nothing of {RESOURCES[kind]} was recognised; it has {shown}. Is it what the API gave, or an error "
            "that it sent instead? Fetch it again.",
        )
    nested = sorted(
        {
            path.begins
            for field in KINDS[kind].fields
            for path in json_paths(kind, field.name)
            if "." in path.path and path.repeats is None and "[" not in path.path
        }
    )
    flat = reader.written_as_text(nested)
    if flat:
        raise JsonFault(
            "flattened",
            f"{', '.join(flat)}: what lies inside was written as text ('@{{…}}'), as PowerShell's ConvertTo-Json "
            "does it beyond two levels. Write the file again with ConvertTo-Json -Depth 10.",
        )
    frame = reader.frame(kind)
    raw.rows[name], raw.kinds[name] = reader.height, kind
    unread = sorted(names - known - BOOKKEEPING)
    raw.findings += near_headers(name, KINDS[kind].table, unread, dict.fromkeys(sorted(known - names), ()))
    if unread:
        message = f"{name}: values that are not taken over: {', '.join(unread)}."
        raw.findings.append(finding("note", "columns_not_read", KINDS[kind].table, name, message))
    return frame.with_columns(file=pl.lit(name))
