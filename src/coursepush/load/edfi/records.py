"""One JSON file of Ed-Fi resources, taken in by DuckDB a resource a row, and the wanted values of each as text."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from coursepush.errors import StoreError
from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.resources import RESOURCES, JsonPath, json_paths, kind_of_names
from coursepush.store import Session, Store

_HEAD = 64 * 1024
_MARK = b"\xef\xbb\xbf"


class JsonFault(Exception):
    """A file that is not the JSON that can be read: the rule it breaks, where, and what to do."""

    def __init__(self, rule: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class _Form:
    """How many records a file holds, of which kinds, and the number (from 1) of the first that is none."""

    records: int
    objects: int
    lists: int
    broken: int | None


class RecordReader:
    """Takes in one file after another as the table ``record``: a row a resource, in the order of the file."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._store = Store(None, readable=[os.path.abspath(path) for path in paths])
        self._session = Session(self._store)
        self.height = 0

    def __enter__(self) -> RecordReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def take_in(self, path: Path) -> None:
        """Read `path`.

        Raises:
            JsonFault: it is no JSON, cut off, or of other things than objects.
            OSError: it cannot be opened.
        """
        form = self._list(path) if _beginning(path) == b"[" else self._lines(path)
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
            form = self._read(path, "array")
        except JsonFault as fault:
            try:
                pages = self._read(path, "unstructured")
            except JsonFault:
                raise fault from None
            if pages.lists < pages.records:
                raise
            return self._unfold()
        self._check_end(path, form)
        return form

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
        except UnicodeDecodeError as error:  # what DuckDB says of the file repeats bytes of it
            raise JsonFault("damaged_json", "the text is not UTF-8. Fetch the file again.") from error
        except StoreError as error:
            if type(error.__cause__).__name__ != "InvalidInputException":  # not about what is in the file
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
                count(*) filter (where starts_with(ltrim(cast(json as varchar), $blanks), '{')),
                count(*) filter (where starts_with(ltrim(cast(json as varchar), $blanks), '[')),
                min(rowid) filter (where json is null) + 1
            from record
            """,
            {"blanks": " \t\r\n"},
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

    def _check_end(self, path: Path, form: _Form) -> None:
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
            raise JsonFault("damaged_json", message, form.records + 1)

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
        except (JsonFault, StoreError, OSError, UnicodeDecodeError):
            return None
        return kind_of_names([str(name) for (name,) in rows])

    def written_as_text(self, names: Iterable[str]) -> list[str]:
        """Those of the names under which some resource has text where it should have values by name."""
        wanted = list(names)
        is_likely = self._session.value(
            "is text written for values",
            # one row; a look at the text alone costs little
            "select coalesce(bool_or(contains(cast(json as varchar), $sign)), false) from record",
            {"sign": '"@{'},
        )
        if not wanted or not is_likely:
            return []
        flags = ", ".join(f"coalesce(bool_or(starts_with(json ->> '$.{name}', '@{{')), false)" for name in wanted)
        rows = self._session.rows(
            "references written as text",
            # one row: a flag for each name
            f"select {flags} from record",
        )
        return [name for name, flag in zip(wanted, rows[0], strict=True) if flag]

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
        f"coalesce({', '.join(text(path) for path in paths)}, null) as {name}" for name, paths in places.items()
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
