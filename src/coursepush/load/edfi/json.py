"""Ed-Fi resources as they are fetched from the API: a file of JSON or JSON Lines each, as frames of text.

``edfi_api_client`` gives lists of resources, ``lightbeam`` writes a resource a line, ``earthmover`` lines or whole
lists. All are read by DuckDB, a resource a row; only the wanted values become a frame.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from coursepush.errors import StoreError
from coursepush.load.edfi.csv import RawFiles
from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.findings import finding
from coursepush.load.edfi.resources import (
    BOOKKEEPING,
    RESOURCES,
    SUFFIXES,
    JsonPath,
    json_paths,
    kind_of_file,
    kind_of_name,
    kind_of_names,
)
from coursepush.load.findings import close_matches
from coursepush.store import Session, Store

_HEAD = 64 * 1024
_MARK = b"\xef\xbb\xbf"
_SHOWN = 8


class JsonFault(Exception):
    """A file that is not the JSON that can be read: the rule it breaks, where, and what to do."""

    def __init__(self, rule: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line


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
    with _Reader(found) as reader:
        return any(reader.kind_of_content(path) for path in found)


def read_json_files(paths: list[Path], folder: Path | None) -> RawFiles:
    """The files among `paths` that hold a kind's resources, as text; notes of the rest.

    Args:
        folder: the one that they were found in; a file below it is called by the way to it.

    Nothing is raised: what is missing or cannot be read is a refusal among the findings.
    """
    raw = RawFiles()
    parts: dict[str, list[pl.DataFrame]] = {}
    with _Reader(paths) as reader:
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
                before = sum(part["row"].n_unique() for part in parts.get(kind, ()))
                parts.setdefault(kind, []).append(frame.with_columns(pl.col("row") + before))
    raw.frames = {kind: pl.concat(parts[kind]) for kind in KINDS if kind in parts}
    if not raw.is_damaged:
        raw.findings += [
            _absent(kind, raw) for kind, what in KINDS.items() if what.must and kind not in raw.frames
        ]
    raw.findings += [
        _without_rows(kind) for kind, frame in raw.frames.items() if KINDS[kind].must and frame.is_empty()
    ]
    return raw


def _not_read(path: Path, name: str) -> pl.DataFrame:
    """The note of a file that holds no resource that is read."""
    if re.search(r"(deletes|key_?changes)$", path.stem, re.IGNORECASE):
        why = "it says what was deleted or renamed since an earlier fetch; coursepush takes the resources as they are"
        return finding("warning", "file_not_read", None, name, f"{name} is not read: {why}. Fetch them anew.")
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


def _read_kind(raw: RawFiles, reader: _Reader, kind: str, name: str) -> pl.DataFrame:
    """The wanted text of the file that was taken in: columns of the kind, with file, line and row.

    Raises:
        JsonFault: it holds other things than resources of the kind.
    """
    names = reader.names()
    known = {path.begins for field in KINDS[kind].fields for path in json_paths(kind, field.name)}
    if reader.height and not names & known:
        shown = ", ".join(sorted(names)[:_SHOWN]) or "nothing"
        raise JsonFault(
            "no_column",
            f"nothing of {RESOURCES[kind]} was recognised; it has {shown}. Is it what the API gave, or an error that "
            "it sent instead? Fetch it again.",
        )
    frame = reader.frame(kind)
    raw.rows[name], raw.kinds[name] = reader.height, kind
    unread = sorted(names - known - BOOKKEEPING)
    if unread:
        message = f"{name}: values that are not taken over: {', '.join(unread)}."
        raw.findings.append(finding("note", "columns_not_read", KINDS[kind].table, name, message))
    return frame.with_columns(file=pl.lit(name))


@dataclass(frozen=True, slots=True)
class _Form:
    """How many records a file holds, of which kinds, and the number (from 1) of the first that is none."""

    records: int
    objects: int
    lists: int
    broken: int | None


class _Reader:
    """Takes in one file after another as the table ``record``: a row a resource, in the order of the file."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._store = Store(None, readable=[os.path.abspath(path) for path in paths])
        self._session = Session(self._store)
        self.height = 0

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def take_in(self, path: Path) -> None:
        """Read `path`.

        Raises:
            JsonFault: it is no JSON, cut off, or of other things than objects.
            OSError: it cannot be opened.
        """
        begins = _beginning(path)
        if begins == b"[":
            form = self._list(path)
        else:
            form = self._lines(path)
        if form.objects < form.records:
            number = self._session.value(
                "first that is no object",
                "select min(rowid) + 1 from record where json is null or json_type(json) <> 'OBJECT'",
            )
            message = "there is no resource here: an object in braces is expected. Fetch the file again."
            raise JsonFault("not_an_object", message, int(number))
        self.height = form.records

    def _list(self, path: Path) -> _Form:
        """A list of resources; or one a line, as somebody writes who writes page by page."""
        try:
            self._read(path, "array")
        except JsonFault as fault:
            try:
                form = self._read(path, "unstructured")
            except JsonFault:
                raise fault from None
            if form.lists < form.records:
                raise
            return self._unfold()
        self._check_end(path)
        return self._form()

    def _lines(self, path: Path) -> _Form:
        """A resource a line; or over several lines each."""
        form = self._read(path, "newline_delimited")
        if form.broken is None:
            return form
        try:
            return self._read(path, "unstructured")
        except JsonFault as fault:
            if form.broken > 1 or path.suffix.lower() != ".json":
                message = "this is no JSON, or it is cut off or not in UTF-8. Fetch the file again."
                raise JsonFault("damaged_json", message, form.broken) from fault
            raise

    def _read(self, path: Path, form: str) -> _Form:
        try:
            self._session.run(
                "take in resources",
                # one row a record of the file; a line that is no JSON is null
                f"""
                create or replace temp table record as
                select json
                from read_json_objects($path, format = '{form}', ignore_errors = {form == "newline_delimited"})
                """,
                {"path": os.path.abspath(path)},
            )
        except StoreError as error:
            if not isinstance(error.__cause__, duckdb.InvalidInputException):
                raise
            said = str(error.__cause__).strip().splitlines()[0].rpartition(": ")[2].rstrip(". ")
            message = f"the JSON is damaged or cut off ({said or 'no JSON'}). Fetch the file again."
            raise JsonFault("damaged_json", message) from error
        return self._form()

    def _form(self) -> _Form:
        rows = self._session.rows(
            "form of the file",
            # one row
            """
            select
                count(*),
                count(*) filter (where json_type(json) = 'OBJECT'),
                count(*) filter (where json_type(json) = 'ARRAY'),
                min(rowid) filter (where json is null) + 1
            from record
            """,
        )
        return _Form(*rows[0])

    def _unfold(self) -> _Form:
        self._session.run(
            "take pages apart",
            # one row a resource, in the order of the pages and within them
            """
            create or replace temp table record as
            select page.json
            from (
                select
                    rowid as page_number,
                    unnest(cast(json as json[])) as json,
                    generate_subscripts(cast(json as json[]), 1) as place
                from record
            ) as page
            order by page.page_number, page.place
            """,
        )
        return self._form()

    def _check_end(self, path: Path) -> None:
        """Make sure that the list ends after the last resource read: DuckDB drops one that is cut off.

        Raises:
            JsonFault: something else follows, or nothing.
        """
        last = self._session.value(
            "last resource",
            # one row at most
            "select cast(json as varchar) from record order by rowid desc limit 1",
        )
        expected = b"" if last is None else str(last).encode().strip()
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - len(expected) - _HEAD))
            end = file.read().rstrip()
        before = end[:-1].rstrip()
        opening = before.removeprefix(_MARK).strip() == b"["
        if not end.endswith(b"]") or not (opening if last is None else before.endswith(expected)):
            message = "the list is cut off before its end. Fetch the file again."
            raise JsonFault("damaged_json", message, self._form().records + 1)

    # -- what was taken in ---------------------------------------------------------------------------------

    def names(self) -> set[str]:
        """The names that resources have at their top."""
        rows = self._session.rows(
            "names of resources",
            # one row a name that some resource has
            "select distinct unnest(json_keys(json)) as name from record order by name",
        )
        return {str(name) for (name,) in rows}

    def kind_of_content(self, path: Path) -> str | None:
        """The kind of the first resource of a file, by its names; None where it has none, or cannot be read."""
        try:
            form = "array" if _beginning(path) == b"[" else "unstructured"
            rows = self._session.rows(
                "names of the first resource",
                # one row a name
                f"""
                select unnest(json_keys(first.json)) as name
                from (select json from read_json_objects($path, format = '{form}') limit 1) as first
                order by name
                """,
                {"path": os.path.abspath(path)},
            )
        except (JsonFault, StoreError, OSError):
            return None
        return kind_of_names([str(name) for (name,) in rows])

    def frame(self, kind: str) -> pl.DataFrame:
        """Text columns of the kind's fields, `line` (the record, from 1) and `row` (from 0); in order.

        A resource with several values in a list has a row for each of them.
        """
        return self._session.frame(f"read {RESOURCES[kind]}", _rows_sql(kind))


def _beginning(path: Path) -> bytes:
    """The first byte that says something.

    Raises:
        JsonFault: it cannot be the beginning of resources.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]:
        message = "the text is UTF-16, as Windows PowerShell writes it. Save it as UTF-8 (-Encoding utf8)."
        raise JsonFault("bad_encoding", message)
    first = head.removeprefix(_MARK).lstrip()[:1]
    if first == b"<":
        message = "this is a web page or XML, perhaps an error that the API sent. Fetch the file again."
        raise JsonFault("damaged_json", message)
    if first not in (b"[", b"{", b""):
        raise JsonFault("damaged_json", "this is no JSON. Fetch the file again.")
    return first


def _rows_sql(kind: str) -> str:
    """The statement that takes a kind's fields out of ``record``; paths come from the registry."""
    fields = KINDS[kind].fields
    places = {field.name: json_paths(kind, field.name) for field in fields}
    groups = list(dict.fromkeys(path.repeats for paths in places.values() for path in paths if path.repeats))
    plain = list(dict.fromkeys(path.path for paths in places.values() for path in paths if not path.repeats))
    wanted = ", ".join(f"'$.{each}'" for each in (*plain, *groups))
    lists = [f"try_cast(texts[{len(plain) + at}] as json[]) as list_{at}" for at in range(1, len(groups) + 1)]
    lengths = ", ".join(f"coalesce(len(list_{at}), 0)" for at in range(1, len(groups) + 1))
    number = f"unnest(range(1, greatest(1, {lengths}) + 1))" if groups else "1"

    def text(path: JsonPath) -> str:
        if path.repeats is None:
            return f"texts[{plain.index(path.path) + 1}]"
        return f"json_extract_string(list_{groups.index(path.repeats) + 1}[place], '$.{path.path}')"

    columns = ",\n            ".join(
        f"coalesce({', '.join(text(path) for path in paths)}) as {name}"
        if len(paths) > 1
        else f"{text(paths[0])} as {name}"
        for name, paths in places.items()
    )
    return f"""
        -- one row a resource and place in its lists
        select
            {columns},
            record_number + 1 as line,
            record_number as "row"
        from (
            select *, {number} as place
            from (
                select {", ".join(["record_number", "texts", *lists])}
                from (
                    select rowid as record_number, json_extract_string(json, [{wanted}]) as texts
                    from record
                )
            )
        )
        order by record_number, place
    """
