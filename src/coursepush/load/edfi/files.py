"""Ed-Fi data as frames: the files found, told apart, read in their form, cleaned and typed.

What is read of them stands in :mod:`coursepush.load.edfi.fields`; what the model makes of it in
:mod:`coursepush.load.edfi.reader`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import polars as pl

from coursepush.errors import counted
from coursepush.load.edfi.csv import RawFiles, kind_of, read_csv_files
from coursepush.load.edfi.fetched import is_of_resources, read_json_files, resource_files
from coursepush.load.edfi.fields import KINDS, Form
from coursepush.load.edfi.findings import finding, refuse
from coursepush.load.edfi.resources import SUFFIXES
from coursepush.load.edfi.values import column_name, typed
from coursepush.load.edfi.versions import KNOWN_VERSIONS, is_old, of_old_version, old_names
from coursepush.load.edfi.xml import (
    Interchange,
    NotEdFi,
    XmlFault,
    is_interchange,
    read_interchange,
    stated_version,
)
from coursepush.load.quoting import in_lines, quotes

Frames = dict[str, pl.DataFrame]

_SHOWN = 5


@dataclass
class Source:
    """Ed-Fi data, typed.

    `frames`: kind → its fields, `file`, `line` and `row` (which counts the entities of a kind through all
    files; repeated values stand in several lines of one row). Kinds that are not there have no frame. `rows` and
    `kinds`: account (``Section.csv``, ``Schedule.xml: Section``; the `file` of frames) → entities in it, and
    their kind, None where it is not read.
    """

    name: str
    form: Form
    version: str | None = None
    frames: Frames = field(default_factory=dict[str, pl.DataFrame])
    rows: dict[str, int] = field(default_factory=dict[str, int])
    kinds: dict[str, str | None] = field(default_factory=dict[str, str | None])
    findings: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    @property
    def format(self) -> str:
        """For people: ``Ed-Fi CSV``, ``Ed-Fi XML 5.2``."""
        return f"Ed-Fi {self.form.upper()}" + (f" {self.version}" if self.version else "")

    def column(self, kind: str, name: str) -> str:
        """What a field is called there."""
        return column_name(self.form, kind, name)


def read_source(given: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> Source:
    """Everything that is known in a folder, in one file, or in several.

    Findings may be refusals of single values, which the caller raises together with its own.

    Raises:
        LoadError: nothing there, both forms at once, a kind that must be there is missing, or a file cannot be
            read or lacks columns; with all such findings.
    """
    name, folder, paths, findings = _listed(given)
    tables = [path for path in paths if path.suffix.lower() == ".csv"]
    trees = [path for path in paths if path.suffix.lower() == ".xml"]
    resources = [path for path in paths if path.suffix.lower() in SUFFIXES]
    is_json = bool(resources) and (not (tables or trees) or is_of_resources(resources))
    read = (*tables, *trees, *resources) if is_json else (*tables, *trees)
    others = [path.name for path in paths if path not in read]
    if others:
        message = f"Other files are not read: {', '.join(others)}."
        findings.append(finding("note", "other_files", None, None, message))
    known = [path for path in tables if kind_of(path)]
    interchanges = [path for path in trees if is_interchange(path)] if known or is_json else trees
    _refuse_two_forms(name, findings, CSV=known, XML=interchanges, JSON=resources if is_json else [])
    if is_json:
        source = Source(name, "json")
        raw = read_json_files(resources, folder)
        _count_tables(raw, tables)
        raw.findings += [_foreign(raw, path.name) for path in trees]
    elif trees and not known:
        source = Source(name, "xml")
        raw = _read_xml_files(source, trees, tables)
    else:
        source = Source(name, "csv")
        raw = read_csv_files(tables)
        raw.findings += [_foreign(raw, path.name) for path in trees]
    source.rows, source.kinds = raw.rows, raw.kinds
    source.findings = [*findings, *raw.findings]
    if raw.is_damaged:
        refuse(name, source.findings)
    for kind in (kind for kind in KINDS if kind in raw.frames):
        source.frames[kind], found = typed(source.form, kind, raw.frames[kind])
        source.findings += found
    return source


def _refuse_two_forms(name: str, findings: list[pl.DataFrame], **forms: list[Path]) -> None:
    """Refuse a folder with Ed-Fi's files in more than one form: they may be of different days."""
    given = {form: files for form, files in forms.items() if files}
    if len(given) > 1:
        shown = " and ".join(f"{form} ({files[0].name}, …)" for form, files in given.items())
        message = f"There are Ed-Fi files of several forms: {shown}. Give each a folder of its own."
        refuse(name, [*findings, finding("refusal", "two_forms", None, None, message)])


def _listed(
    given: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> tuple[str, Path | None, list[Path], list[pl.DataFrame]]:
    """What to call the source, its folder if it is one, its files by name, and notes of what is passed over."""
    if not isinstance(given, str | os.PathLike):
        paths = sorted((Path(each).expanduser() for each in given), key=lambda path: path.name)
        name = ", ".join(path.name for path in paths[:_SHOWN])
        twice = [each.name for before, each in pairwise(paths) if before.name == each.name]
        if twice:
            message = f"Two files are called {twice[0]}. Findings tell files by name: rename one of them."
            refuse(name, [finding("refusal", "two_files", None, twice[0], message)])
        return name, None, paths, []
    path = Path(given).expanduser()
    if path.is_file() and path.suffix.lower() in (".csv", ".xml", *SUFFIXES):
        return str(path), None, [path], []
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "is not there"
        message = (
            f"{path} {what}. Name the folder that holds the Ed-Fi files (School.csv, XML "
            "interchanges, or schools.jsonl)."
        )
        refuse(str(path), [finding("refusal", "no_folder", None, None, message)])
    try:
        inside = sorted(each for each in path.iterdir() if not each.name.startswith("."))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}. Check who may open the folder."
        refuse(str(path), [finding("refusal", "unreadable_file", None, None, message)])
        raise
    nested = [each for each in resource_files(path) if each.parent != path]
    folders = [each.name for each in inside if each.is_dir() and each not in {file.parent for file in nested}]
    message = f"Folders inside are not looked into: {', '.join(folders)}."
    found = [finding("note", "folder_not_read", None, None, message)] if folders else []
    return str(path), path, [*(each for each in inside if each.is_file()), *nested], found


def _foreign(raw: RawFiles, name: str) -> pl.DataFrame:
    """The note of an XML file that is no interchange; its account has no rows."""
    raw.rows[name], raw.kinds[name] = 0, None
    message = f"{name} is not read: it is XML, but no interchange of Ed-Fi."
    return finding("note", "file_not_read", None, name, message)


def _count_tables(raw: RawFiles, tables: list[Path]) -> None:
    """Count the rows of CSV files beside another form; none of them is a kind's."""
    if tables:
        rest = read_csv_files(tables)
        raw.rows |= rest.rows
        raw.kinds |= rest.kinds
        raw.findings += [found.filter(pl.col("severity") != "refusal") for found in rest.findings]


# -- XML ---------------------------------------------------------------------------------------------------


def _read_xml_files(source: Source, trees: list[Path], tables: list[Path]) -> RawFiles:
    """All interchanges as text; elements of one kind from several files come into one frame."""
    raw = RawFiles()
    stated = {path.name: version for path in trees if (version := stated_version(path)) is not None}
    old = sorted({version for version in stated.values() if is_old(version)})
    if old:
        of = {version: [name for name, each in stated.items() if each == version] for version in old}
        raw.findings.append(of_old_version(of))
        return raw
    parts: dict[str, list[pl.DataFrame]] = {}
    versions: dict[str, str] = {}
    offsets = dict.fromkeys(KINDS, 0)
    for path in trees:
        try:
            found = read_interchange(path)
        except NotEdFi:
            raw.findings.append(_foreign(raw, path.name))
            continue
        except XmlFault as fault:
            where = path.name if fault.line is None else f"{path.name}, line {fault.line:,}"
            message = f"{where}: {fault.message}"
            raw.findings.append(finding("refusal", fault.rule, None, path.name, message, line=fault.line))
            continue
        except OSError as error:
            message = f"{path.name} cannot be read: {error.strerror or error}. Check who may open it."
            raw.findings.append(finding("refusal", "unreadable_file", None, path.name, message))
            continue
        if found.version is not None:
            versions.setdefault(found.version, path.name)
        elif of_old := old_names(name for names in found.unread.values() for name in names):
            raw.old[path.name] = of_old
        _account(raw, path.name, found)
        for kind, frame in found.frames.items():
            placed = frame.with_columns(pl.col("row") + offsets[kind], file=pl.lit(f"{path.name}: {kind}"))
            parts.setdefault(kind, []).append(placed)
            offsets[kind] += found.counts[kind]
    if raw.old:
        raw.refuse_old()
        return raw
    raw.frames = {kind: pl.concat(frames) for kind, frames in parts.items()}
    _count_tables(raw, tables)
    raw.findings += _about_versions(source, versions)
    if not raw.is_damaged:
        raw.findings += [_absent(kind) for kind, what in KINDS.items() if what.must and kind not in raw.frames]
    return raw


def _account(raw: RawFiles, name: str, found: Interchange) -> None:
    """The file's accounts, one a kind of elements, and notes of what is not taken over."""
    if not found.counts:
        raw.rows[name], raw.kinds[name] = 0, None
        raw.findings.append(finding("note", "file_not_read", None, name, f"{name} holds nothing."))
    for kind in sorted(found.counts):
        account, number = f"{name}: {kind}", found.counts[kind]
        raw.rows[account], raw.kinds[account] = number, kind if kind in KINDS else None
        if kind not in KINDS:
            why = (
                "it only says what others refer to"
                if kind.endswith("Reference")
                else "the model keeps students by number alone, where other elements name them"
                if kind == "Student"
                else "the model has no table for it"
            )
            message = f"{account}, {counted(number, 'element')}: not read; {why}."
            raw.findings.append(finding("note", "element_not_read", None, account, message))
        elif found.unread.get(kind):
            message = f"{account}: values that are not taken over: {', '.join(sorted(found.unread[kind]))}."
            raw.findings.append(finding("note", "columns_not_read", KINDS[kind].table, account, message))
    for (kind, path), lines in found.more.items():
        if kind in KINDS:
            account = f"{name}: {kind}"
            message = f"{account}, line {lines[0]:,}: several values of {path}; the first was taken. "
            message += f"So it is {len(lines):,} times."
            raw.findings.append(
                finding("note", "more_values", KINDS[kind].table, account, message, line=lines[0], column=path)
            )
    lost = list(dict.fromkeys(each for each in found.lost if each[0] in KINDS))
    for kind, path in dict.fromkeys((kind, path) for kind, _, path, _ in lost):
        meant = [(line, ref) for of, line, at, ref in lost if (of, at) == (kind, path)]
        account, line = f"{name}: {kind}", meant[0][0]
        shown = "; ".join(dict.fromkeys(ref for _, ref in meant[:_SHOWN]))
        shown = shown if quotes(KINDS[kind].table) else in_lines([line for line, _ in meant])
        message = (
            f"{account}, line {line:,}: {path} refers to an element of the file that is not in it. "
            f"So it is {len(meant):,} times. See {shown}."
        )
        raw.findings.append(
            finding(
                "warning", "lost_ref", KINDS[kind].table, account, message, line=line, column=path, value=shown
            )
        )


def _about_versions(source: Source, versions: dict[str, str]) -> list[pl.DataFrame]:
    """Takes the newest version that files state; findings where they differ or it is none that is known."""
    ordered = sorted(versions, key=lambda each: [int(part) for part in each.split(".")])
    found: list[pl.DataFrame] = []
    source.version = ordered[-1] if ordered else None
    if len(ordered) > 1:
        said = "; ".join(f"{each} ({versions[each]}, …)" for each in ordered)
        message = f"The files are of several versions of the Data Standard: {said}. They are read as one district."
        found.append(finding("warning", "versions_differ", None, None, message, value=", ".join(ordered)))
    for each in ordered:
        if each.split(".")[0] not in KNOWN_VERSIONS:
            message = (
                f"{versions[each]} is of Data Standard {each}; coursepush reads {KNOWN_VERSIONS[0]} to "
                f"{KNOWN_VERSIONS[-1]}. What is named otherwise there is not found: compare the counts."
            )
            found.append(finding("warning", "unknown_version", None, versions[each], message, value=each))
    return found


def _absent(kind: str) -> pl.DataFrame:
    what = KINDS[kind]
    message = (
        f"No element {kind} in any file; it stands in the interchange {what.usual}. Add that file: a district "
        f"needs {', '.join(name for name, each in KINDS.items() if each.must)}."
    )
    return finding("refusal", "missing_element", what.table, None, message, value=kind)
