"""Where a state's districts lie, and what of that is one district's: found by names, read by tasks alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl

from coursepush.errors import RequestError, examples
from coursepush.files.manifest import NAME as MANIFEST
from coursepush.model.tables import TABLES
from coursepush.statewide.delta import delta_files, is_delta

NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__"
"""What engines call the folder of rows without a value in the column by which a table is parted."""


@dataclass(frozen=True, slots=True)
class Part:
    """One district's part of one table of a lake.

    Attributes:
        table: of the model.
        files: Parquet files that have it.
        marks: of each file its bytes and when it was written, in nanoseconds; 0: it is never written again.
        column: by which rows of other districts are left out; empty where the files have no others.
    """

    table: str
    files: tuple[str, ...]
    marks: tuple[tuple[int, int], ...]
    column: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What an earlier run found out about a district whose files are still the same.

    Attributes:
        by: the folder of the run that loaded it, with all checks.
        given: its tables.
        as_given: those of them that a load takes over as they are (:mod:`coursepush.load.as_given`).
    """

    by: str
    given: tuple[str, ...]
    as_given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One district, where it lies: what its task needs, and nothing of another district.

    Attributes:
        district: its id.
        place: its file or folder; empty where it lies in `parts`.
        parts: of the lake's tables.
        stamp: changes whenever one of its files does.
        bytes: of its files; of shared ones, their share.
        fault: why it cannot be read at all; else empty.
        checked: by which run it was checked, unchanged since then.
    """

    district: str
    place: str = ""
    parts: tuple[Part, ...] = ()
    stamp: str = ""
    bytes: int = 0
    fault: str = ""
    checked: Checked | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """As JSON can keep it."""
        return asdict(self)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Source:
        """From :attr:`fields`."""
        parts = tuple(
            Part(one["table"], tuple(one["files"]), tuple((size, at) for size, at in one["marks"]), one["column"])
            for one in fields["parts"]
        )
        was = fields["checked"]
        checked = was and Checked(was["by"], tuple(was["given"]), tuple(was["as_given"]))
        read: dict[str, Any] = {**fields, "parts": parts, "checked": checked}
        return cls(**read)

    def tables(self) -> dict[str, pl.LazyFrame]:
        """Table → its rows of this district. A table without any is not given: nobody knows that it is empty."""
        found = {part.table: self._rows(part) for part in self.parts}
        return {table: rows for table, rows in found.items() if rows is not None}

    def _rows(self, part: Part) -> pl.LazyFrame | None:
        rows = _scan(part.files)
        if not part.column:
            return rows
        if self.checked is not None:
            return own_rows(rows, part.column, self.district) if part.table in self.checked.given else None
        return of_district(rows, part.column, self.district)


ENDING = ".duckdb"

Stamp = tuple[str, int, int]
"""A file's name in its lake, its bytes, and when it was written: another one whenever it changes."""


def of_district(rows: pl.LazyFrame, column: str, district: str) -> pl.LazyFrame | None:
    """The rows with `district` in `column`, without that column; None where there are none.

    What cannot be looked at is given as it is: whoever reads it finds out, and says so.
    """
    try:
        own = own_rows(rows, column, district)
        return own if own.head(1).collect().height else None
    except (pl.exceptions.PolarsError, OSError):
        return rows


def own_rows(rows: pl.LazyFrame, column: str, district: str) -> pl.LazyFrame:
    """The rows with `district` in `column`, without that column."""
    dtype = rows.collect_schema()[column]
    wanted = pl.lit(district).cast(dtype) if dtype != pl.String else pl.lit(district)
    return rows.filter(pl.col(column) == wanted).drop(column)


@dataclass(frozen=True, slots=True)
class Lake:
    """All districts of a folder.

    Attributes:
        path: the folder.
        told: how its districts lie, as part of a sentence.
        sources: of each district by id, the largest first: the last task is then a short one.
        beside: names of what lies there, too, and is no part of any district.
    """

    path: str
    told: str
    sources: Mapping[str, Source]
    beside: tuple[str, ...] = ()


def find_districts(path: str | Path, column: str) -> Lake:
    """The districts of a lake, as it is now.

    A lake is a folder of district files (``D001.duckdb``), of one folder or zip for each district, as
    :func:`coursepush.load_district` takes it, or of the model's tables: a folder or Parquet file each, parted into
    folders ``district_id=D001`` or with a column of that name; or Delta tables.

    Args:
        column: what the districts' ids are called in tables.

    Raises:
        RequestError: there is no such folder, or no district in it.
    """
    if "://" in str(path):
        raise RequestError(
            f"{path} is an address, and a lake is a folder: tasks read files themselves, not through the engine. "
            "Name the path under which driver and workers have it mounted (/lakehouse/default/Files, /Volumes)."
        )
    folder = Path(path).expanduser().resolve()
    if not folder.is_dir():
        raise RequestError(f"There is no folder {folder}. A state's districts are read from a folder.")
    inside = [
        one for one in sorted(folder.iterdir()) if not one.name.startswith((".", "_")) and one.name != MANIFEST
    ]
    files = [one for one in inside if one.suffix.lower() == ENDING and one.is_file()]
    tables = [one for one in inside if one.stem.lower() in TABLES and (one.is_dir() or one.suffix == ".parquet")]
    if files:
        told, read, sources = "a district file each", files, [_whole(one.stem, one) for one in files]
    elif tables:
        told, read, sources = "tables of all districts", tables, _of_tables(tables, column)
    else:
        told, read = "a folder each", [one for one in inside if one.is_dir() or one.suffix.lower() == ".zip"]
        sources = [_whole(one.stem if one.is_file() else one.name, one) for one in read]
    if not sources:
        raise RequestError(
            f"There is no district in {folder}. It should hold a .duckdb file or a folder for each district, or a "
            f"folder for each table, parted by district ({column}=...): {', '.join(list(TABLES)[:4])}, ..."
        )
    ordered = sorted((_checked(one) for one in _once(sources)), key=lambda one: (-one.bytes, one.district))
    logs = tuple(f"{one.name}." for one in files)  # DuckDB's, of what is not in the file yet
    beside = tuple(one.name for one in inside if one not in read and not one.name.startswith(logs))
    return Lake(str(folder), told, {one.district: one for one in ordered}, beside)


def _once(sources: Iterable[Source]) -> list[Source]:
    """Each district once: of two deliveries under one name neither is taken for the district."""
    found: dict[str, list[Source]] = {}
    for one in sources:
        found.setdefault(one.district, []).append(one)
    return [own[0] if len(own) == 1 else _twice(own) for own in found.values()]


def _twice(own: Sequence[Source]) -> Source:
    names = " and ".join(Path(one.place).name for one in own)
    return replace(
        own[0],
        stamp=_together((one.place, one.bytes, 0) for one in own),
        bytes=sum(one.bytes for one in own),
        fault=f"The lake has this district more than once: {names}. Leave the one that counts there.",
    )


def _checked(source: Source) -> Source:
    """A district whose id is none is still there: what is wrong with it has to be seen."""
    name = source.district
    if source.fault:
        return source
    if name and name == name.strip() and name.isprintable():
        return source
    what = "are without a district id" if not name.strip() else f"have the district id {name!r}"
    fault = (
        f"Rows of the lake {what}. A district id is text without blanks around it. Correct it where the lake is "
        "made; until then these rows belong to no district."
    )
    return replace(source, fault=fault)


def _whole(name: str, place: Path) -> Source:
    files = [place] if place.is_file() else [one for one in sorted(place.rglob("*")) if one.is_file()]
    stamps = [_stamp(one, place.parent) for one in files]
    return Source(name, str(place), (), _together(stamps), sum(size for _, size, _ in stamps))


def _of_tables(tables: Iterable[Path], column: str) -> list[Source]:
    """The districts of a lake whose folders are tables."""
    parts: dict[str, list[Part]] = {}
    stamps: dict[str, Stamp] = {}
    shared: list[Part] = []
    places: dict[str, Path] = {}
    for place in tables:
        table = place.stem.lower()
        if places.setdefault(table, place) != place:
            raise RequestError(
                f"The lake has the table {table} twice: {places[table].name} and {place.name}. Leave one of them "
                "there, or name a folder that has one."
            )
        by_district, files, sizes = _files_of(place, column)
        stamps |= sizes
        for district, own in by_district.items():
            parts.setdefault(district, []).append(Part(table, tuple(own), _marks(own, sizes)))
        if files:
            shared.append(Part(table, tuple(files), _marks(files, sizes), column))
    for part in shared:
        if not TABLES[part.table].is_work:  # students' work is the largest by far, and no district has that alone
            for district in _ids(part.files, column):
                parts.setdefault(district, [])
    common = [stamps[file] for part in shared for file in part.files]
    share = sum(size for _, size, _ in common) // max(len(parts), 1)
    found: list[Source] = []
    for name, own in parts.items():
        mine = [stamps[file] for part in own for file in part.files]
        size = share + sum(one[1] for one in mine)
        fault = _lies_in_both(own, shared, column)
        found.append(Source(name, "", (*own, *shared), _together([*mine, *common]), size, fault))
    return found


def _lies_in_both(own: Iterable[Part], shared: Iterable[Part], column: str) -> str:
    """Why a district cannot be read that has a folder of its own in a table that has files of all districts, too.

    Which of them count is not known; nor, of students' work, whether those files have rows of it.
    """
    both = sorted({part.table for part in own} & {part.table for part in shared})
    if not both:
        return ""
    return (
        f"{examples(both)}: the lake has a folder of this district ({column}=...) and files of all districts, "
        "too. Leave the ones that count there."
    )


def _marks(files: Iterable[str], stamps: Mapping[str, Stamp]) -> tuple[tuple[int, int], ...]:
    return tuple(stamps[file][1:] for file in files)


def _files_of(place: Path, column: str) -> tuple[dict[str, list[str]], list[str], dict[str, Stamp]]:
    """A table's files by district, those of all districts, and what tells whether each has changed."""
    if is_delta(place):
        return delta_files(place, column)
    by_district: dict[str, list[str]] = {}
    sizes: dict[str, Stamp] = {}
    files: list[str] = []
    if place.is_file():
        sizes[str(place)] = _stamp(place, place.parent)
        return {}, [str(place)], sizes
    for one in sorted(place.rglob("*.parquet")):
        inner = one.relative_to(place).parts
        if any(part.startswith((".", "_")) for part in inner):
            continue
        sizes[str(one)] = _stamp(one, place.parent)
        named = [part.partition("=") for part in inner[:-1]]
        ids = [unquote(value) for name, equals, value in named if equals and name == column]
        others = sorted({name for name, equals, _ in named if equals and name != column})
        if ids:
            by_district.setdefault("" if ids[0] == NULL_FOLDER else ids[0], []).append(str(one))
        elif others:
            raise RequestError(
                f"The table {place.name} is parted by {examples(others)}, not by {column}. Name the column of "
                f"districts: statewide(..., district={others[0]!r})."
            )
        else:
            files.append(str(one))
    return by_district, files, sizes


def _ids(files: tuple[str, ...], column: str) -> list[str]:
    """The districts in the column of a table; none where it cannot be read, which their tasks will find."""
    try:
        found = _scan(files).select(pl.col(column).cast(pl.String).unique().sort()).collect().to_series()
    except pl.exceptions.ColumnNotFoundError as error:
        raise RequestError(
            f"{Path(files[0]).parent.name or files[0]} has no column {column}, by which its rows would be told "
            "apart by district. Name the column: statewide(..., district=...)."
        ) from error
    except (pl.exceptions.PolarsError, OSError):
        return []
    return ["" if one is None else str(one) for one in found.to_list()]


def _scan(files: Iterable[str]) -> pl.LazyFrame:
    return pl.scan_parquet(list(files), glob=False, hive_partitioning=False)


def _stamp(file: Path, folder: Path) -> Stamp:
    status = file.stat()
    return str(file.relative_to(folder)), status.st_size, status.st_mtime_ns


def _together(stamps: Iterable[Stamp]) -> str:
    return hashlib.sha256(repr(sorted(stamps)).encode()).hexdigest()[:16]
