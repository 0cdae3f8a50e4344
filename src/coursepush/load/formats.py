"""Which of the formats a source is in, told from its files' names and headers, and its reader."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.load.archive import called_by, in_their_words, only_folder, unpacked
from coursepush.load.csv_text import CsvFault, CsvFile
from coursepush.load.database.reading import Database, is_database, opened_database
from coursepush.load.edfi.fetched import is_of_resources, resource_files
from coursepush.load.edfi.xml import is_interchange
from coursepush.load.known import named_if_refused, refuse_known
from coursepush.load.listing import NamedSource
from coursepush.load.mapping.files import table_name
from coursepush.load.reading import SourceTables
from coursepush.model.tables import TABLES

FORMATS = {
    "tables": "the tables of data/README.md, one file each",
    "oneroster": "OneRoster 1.0, 1.1 or 1.2 CSV",
    "edfi": "Ed-Fi CSV, XML, or JSON of API resources",
    "campus": "tables of Infinite Campus by their own names",
    "mapped": "any files, by a mapping",
}
"""The formats by the names that ``format=`` takes."""

_ONEROSTER = {"manifest", "orgs", "academicsessions", "courses", "classes", "enrollments"}

_PREFIX = re.compile(r"^(\w+\.)?(v_)?")
"""What stands before the name of a table or view: ``dbo.``, ``v_``."""


@contextmanager
def opened_source(
    source: Any,
    format: str = "auto",
    mapping: str | os.PathLike[str] | None = None,
    *,
    repair: bool = False,
) -> Generator[Any]:
    """What the loader takes: `source` itself where it holds the model's tables, else what its reader made of it.

    A zip is unpacked into a private folder for as long as the block lasts, and a database is held open; a folder
    that holds nothing but a folder stands for that.

    Args:
        source: a folder, a zip of one, a dict of names to frames and paths, or a database: an address such as
            ``postgresql+psycopg://user@host/name``, or a connection.
        format: one of :data:`FORMATS`, or ``auto``: told from the files.
        mapping: for an extract with names of its own, a mapping that comes along, by name, or a file (TOML): by
            itself, or, for an Infinite Campus extract, in the place of those tables of the built-in mapping that
            it names.
        repair: read text in doubtful encodings, each line as what it is.

    Raises:
        LoadError: the source is refused by its reader, with all findings; or it is another system's, whose
            mapping is named.
        RequestError: there is no such format.
    """
    if format != "auto" and format not in FORMATS:
        raise RequestError.unknown("format", format, ("auto", *FORMATS))
    with ExitStack() as stack:
        if is_database(source):
            yield _read_database(stack.enter_context(opened_database(source)), format, mapping)
            return
        called, is_zip = None, False
        if isinstance(source, str | os.PathLike):
            source = Path(source).expanduser()
            is_zip = source.is_file() and source.suffix.lower() == ".zip"
            called = str(source)
            if is_zip:
                source = stack.enter_context(unpacked(source))
                stack.enter_context(called_by(source, called))
            else:
                source = only_folder(source)
                called = str(source)
        if format == "auto":
            if mapping is None and isinstance(source, Path) and source.is_dir():
                refuse_known(source)
            format = _told(source)
            if mapping is not None and format != "campus":
                format = "mapped"
        else:
            stack.enter_context(named_if_refused(source))
        found = _read(source, format, mapping, repair=repair)
        if isinstance(found, SourceTables):
            findings = found.findings if called is None else in_their_words(found.findings, source, called)
            found = replace(found, findings=findings, origin=called)
        elif called is not None and is_zip:
            found = NamedSource(found, called)
        yield found


def _read(source: Any, format: str, mapping: str | os.PathLike[str] | None, *, repair: bool = False) -> Any:
    if format == "campus":
        from coursepush.load.mapping.campus import read_campus

        return read_campus(source, mapping, repair=repair)
    if format == "mapped":
        from coursepush.load.mapping.campus import read_mapped

        if mapping is None:
            raise RequestError("The format 'mapped' needs a mapping. Draft one with: coursepush map FOLDER.")
        return read_mapped(source, mapping, repair=repair)
    if mapping is not None:
        raise RequestError(f"A mapping goes with campus or mapped, not with {format}. Leave one of the two out.")
    if format == "tables":
        return source
    if not isinstance(source, Path):
        raise RequestError(
            f"The format {format!r} is read from a folder or a zip, not from {type(source).__name__}."
        )
    if format == "oneroster":
        from coursepush.load.oneroster.reader import read_oneroster

        return read_oneroster(source, repair=repair)
    from coursepush.load.edfi.reader import read_edfi

    return read_edfi(source)


def _read_database(database: Database, format: str, mapping: str | os.PathLike[str] | None) -> Any:
    """What the loader takes of a database: of its tables only those that the format knows."""
    if format == "auto":
        headers = {
            name.rpartition(".")[2].lower(): {column.lower() for column in table.columns}
            for name, table in database.tables.items()
        }
        format = _by_headers(headers)
        if mapping is not None and format != "campus":
            format = "mapped"
    if format == "tables":
        known = {name: table for name, table in database.tables.items() if name.lower() in TABLES}
        return NamedSource(database.only(known), database.called)
    if format in ("campus", "mapped"):
        from coursepush.load.mapping.campus import tables_named

        named = tables_named(mapping, with_built_in=format == "campus")
        wanted = {name for name in database.tables if table_name(name) in named}
        found = _read(database.only(wanted), format, mapping)
        return replace(found, origin=database.called, findings=pl.concat([database.notes(), found.findings]))
    raise RequestError(f"The format {format!r} is read from a folder or a zip, not from a database.")


def _told(source: Any) -> str:
    """The format of a folder or dict. What cannot be told is left to the loader, whose refusal says why."""
    if isinstance(source, Mapping):
        names = {str(name).strip().lower() for name in source}  # type: ignore[reportUnknownVariableType]
        return "tables" if names & set(TABLES) or not names else "campus"
    if isinstance(source, SourceTables) or not isinstance(source, Path) or not source.is_dir():
        return "tables"
    files = {
        path.stem.strip().lower(): path
        for path in sorted(source.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }
    headers = {stem: {name.strip().lower() for name in _header(path)} for stem, path in files.items()}
    theirs = [header for stem, header in headers.items() if stem in _ONEROSTER]
    if len(theirs) >= 2 and (any("sourcedid" in header for header in theirs) or not any(theirs)):
        return "oneroster"
    if any(path.suffix.lower() == ".xml" and is_interchange(path) for path in files.values()):
        return "edfi"
    ours = sum(bool(header & set(TABLES[stem].key)) for stem, header in headers.items() if stem in TABLES)
    if not ours and any("." in name and name.endswith("id") for header in headers.values() for name in header):
        return "edfi"
    if not ours and is_of_resources(resource_files(source)):
        return "edfi"
    return _by_headers(headers)


def _by_headers(headers: Mapping[str, set[str]]) -> str:
    """Whether tables (name → columns, in lower case) are the model's or those of Infinite Campus."""
    ours = sum(bool(header & set(TABLES[stem].key)) for stem, header in headers.items() if stem in TABLES)
    theirs = sum(f"{_PREFIX.sub('', stem).replace('_', '')}id" in header for stem, header in headers.items())
    return "campus" if theirs > ours else "tables"


def _header(path: Path) -> list[str]:
    """The column names of a CSV or Parquet file; none where they cannot be read, which is told elsewhere."""
    try:
        if path.suffix.lower() == ".csv":
            return CsvFile(path, repair=True).header
        if path.suffix.lower() == ".parquet":
            return list(pl.read_parquet_schema(path))
    except (CsvFault, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return []
    return []
