"""Views of a mapping: tables made by one SELECT over files of the extract, in a store in memory of its own.

What the words of a mapping cannot say (lists in a cell, a number by date, a column an assignment) is said in SQL.
The SELECT reads the files that the view names, and nothing else: the store is empty but for them, it reaches no
file, and what is run is checked like a user's own query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from coursepush.errors import QueryError, RequestError, StoreError, counted
from coursepush.load.mapping.files import Extract, ExtractFile, fault_of
from coursepush.load.mapping.language import ExtractMap, Reads, View
from coursepush.load.mapping.notes import Notes
from coursepush.load.source import READ_ERRORS
from coursepush.store import Session, Store
from coursepush.store.guard import check_select

DATE_OF = """
create or replace temp macro date_of(given) as
    coalesce(
        case when regexp_matches(given, '^ *[0-9]{4}-[0-9]{2}-[0-9]{2}')
            then try_cast(left(trim(given), 10) as date) end,
        cast(
            try_strptime(
                trim(given), ['%m/%d/%y', '%m/%d/%Y', '%m/%d/%y %H:%M', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S']
            ) as date
        )
    )
"""
"""``date_of(text)``: the day that text such as 2026-08-17, 2026-08-17T05:00:00Z or 8/17/2026 names, or null."""

SCHOOL_YEAR = """
create or replace temp macro school_year(given) as
    cast(
        case
            when date_of(given) is not null
                then year(date_of(given)) + case when month(date_of(given)) >= 7 then 1 else 0 end
            -- 2025-26, 2025/2026
            when regexp_matches(given, '20[0-9]{2} *[-/_–] *(20)?[0-9]{2}([^0-9]|$)')
                then 2000 + cast(regexp_extract(given, '20[0-9]{2} *[-/_–] *(20)?([0-9]{2})', 2) as integer)
            -- SY2526, 25-26: two years, the second the next one
            when try_cast(regexp_extract(given, '(^|[^0-9])([0-9]{2})[-/_–]?([0-9]{2})([^0-9]|$)', 3) as integer)
                - try_cast(regexp_extract(given, '(^|[^0-9])([0-9]{2})[-/_–]?([0-9]{2})([^0-9]|$)', 2) as integer)
                = 1
                then 2000
                    + cast(regexp_extract(given, '(^|[^0-9])[0-9]{2}[-/_–]?([0-9]{2})([^0-9]|$)', 2) as integer)
            when regexp_matches(given, '(^|[^0-9])20[0-9]{2}([^0-9]|$)')
                then cast(regexp_extract(given, '(^|[^0-9])(20[0-9]{2})([^0-9]|$)', 2) as integer)
                    + case when regexp_matches(lower(given), 'fall|autumn') then 1 else 0 end
        end as integer
    )
"""
"""``school_year(text)``: the year in which the school year ends, of a date (from July on the next year) or of a
name: 2025-26, SY2526, Fall 2025 and 2026 are all 2026. Null where it says none."""

DEFAULT_YEAR = "create or replace temp macro default_school_year() as cast({year} as integer)"


@dataclass(slots=True)
class ReadByViews:
    """A file that views read, read once with all its columns, and which of these they take, by position."""

    frame: pl.DataFrame
    positions: set[int]


def add_views(mapping: ExtractMap, extract: Extract, notes: Notes) -> dict[str, ReadByViews]:
    """Make the tables of the views of `mapping` and put them into `extract`; what they read of each file.

    A view whose first file is not there is not made. Of what a mapping that comes along reads, the rest may be
    missing: a table without rows, a column of nulls.

    Raises:
        RequestError: a SELECT cannot be run, or a view of the user's own reads what is not there.
    """
    read: dict[str, ReadByViews] = {}
    if not mapping.views:
        return read
    store = Store(None)
    try:
        with store.writing() as session:
            session.run("what a date is", DATE_OF)
            session.run("what a school year is", SCHOOL_YEAR)
            given = "null" if mapping.school_year is None else str(int(mapping.school_year))
            session.run("the school year given", DEFAULT_YEAR.format(year=given))
            for view in mapping.views:
                _View(view, extract, mapping.blanks, notes, read).make(session)
    finally:
        store.close()
    return read


class _View:
    """One view on its way into the extract."""

    def __init__(
        self,
        view: View,
        extract: Extract,
        blanks: Sequence[str],
        notes: Notes,
        read: dict[str, ReadByViews],
    ) -> None:
        self.view, self.extract, self.blanks, self.notes, self.read = view, extract, blanks, notes, read
        self.made_of: list[str] = []

    def make(self, session: Session) -> None:
        first = self.view.reads[0]
        if not self._files(first):
            if self.view.is_strict:
                raise self._error(f"there is no file {str(first)!r}.{self.extract.close_to(first.name)}")
            return
        for reads in self.view.reads:
            session.take_in(f'"{reads.name}"', self._table(reads))
        frame = self._selected(session)
        names = " and ".join(self.made_of[:2]) + (" and others" if len(self.made_of) > 2 else "")
        self._check(frame, names)
        called = f"{self.made_of[0]} ({self.view.name})"  # whose lines are given
        if "line" not in frame.columns:
            frame = frame.with_columns(line=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
            called = f"{self.view.name} (made of {names})"
        self.extract.add(self.view.name, called, frame, tuple(self.made_of))

    def _check(self, frame: pl.DataFrame, names: str) -> None:
        """Findings for the columns that may not be blank, and for those that are to be told of."""
        for column, text in (*self.view.must.items(), *self.view.tell.items()):
            if column not in frame.columns:
                raise self._error(f"there is something to say of {column}, which the SELECT does not give.")
            is_must = column in self.view.must
            number = frame.filter(pl.col(column).is_null() if is_must else pl.col(column).cast(pl.Boolean)).height
            if number and is_must:
                message = f"{names}: {column} is blank in {counted(number, 'row')}: {text}"
                self.notes.add("refusal", "blank_value", message, file=self.made_of[0], column=column)
            elif number:
                message = f"{names}: {counted(number, 'row')} {text}"
                self.notes.add("warning", column.removeprefix("is_"), message, file=self.made_of[0])

    def _selected(self, session: Session) -> pl.DataFrame:
        select = self.view.select.strip().rstrip(";")
        try:
            check_select(session, select, "A view of a mapping")
            # in the order of all columns: nothing may hang on the order of lines
            return session.frame(f"view {self.view.name}", f"select * from (\n{select}\n) order by all")
        except (QueryError, StoreError) as error:
            said = error.__cause__ if isinstance(error, StoreError) and error.__cause__ is not None else error
            raise self._error(f"select: {said}") from error

    def _files(self, reads: Reads) -> list[ExtractFile]:
        if reads.files:
            return self.extract.matching(reads.files, reads.having)
        found = self.extract.find((reads.name,))
        if len(found) > 1:
            listed = " and ".join(file.name for file in found)
            message = f"{listed} are both called {reads.name}. Keep one of them."
            self.notes.add("refusal", "two_files", message, file=found[-1].name, value=reads.name)
        return found[:1]

    def _table(self, reads: Reads) -> pl.DataFrame:
        """What a SELECT reads under a name: line, file (for a pattern), columns, header and value (for cells)."""
        names = dict.fromkeys(reads.columns, pl.String())
        more = {"file": pl.String()} if reads.files else {}
        cells = {"header": pl.String(), "value": pl.String()} if reads.is_cells else {}
        empty = pl.DataFrame(schema={"line": pl.Int64(), **more, **names, **cells})
        parts = [self._rows(reads, file) for file in self._files(reads)]
        found = [part.select(empty.columns) for part in parts if part is not None]
        return pl.concat([empty, *found])

    def _rows(self, reads: Reads, file: ExtractFile) -> pl.DataFrame | None:
        for name in file.made_of or (file.name,):
            if name not in self.made_of:
                self.made_of.append(name)
        positions = {column: file.positions(column) for column in reads.columns}
        for column, found in positions.items():
            if len(found) > 1:
                headers = " and ".join(repr(file.header[place]) for place in found)
                message = f"{file.name}: {headers} are both called {column}. Remove or rename one of them."
                self.notes.add("refusal", "duplicate_header", message, file=file.name, column=column)
        lost = [column for column, found in positions.items() if not found and file.fault is None]
        if lost and self.view.is_strict:
            raise self._error(f"{file.name} has no column {', '.join(lost)}.{file.close_to(lost[0])}")
        known = {column: found[0] for column, found in positions.items() if found}
        wanted = range(len(file.header)) if reads.is_cells else known.values()
        rows = self._whole(file)
        if rows is None:
            return None
        if not file.made_of:
            self.read[file.name].positions |= set(wanted)
        columns = [
            pl.col(f"c{known[name]}").alias(name) if name in known else _nothing(name) for name in positions
        ]
        named = rows.select("line", *([pl.lit(file.name).alias("file")] if reads.files else []), *columns)
        if not reads.is_cells:
            return named
        others = {
            f"c{place}": name.strip() for place, name in enumerate(file.header) if place not in known.values()
        }
        if not others:
            return named.head(0).with_columns(_nothing("header"), _nothing("value"))
        long = rows.select("line", *others).unpivot(
            on=list(others), index="line", variable_name="header", value_name="value"
        )
        headers = pl.col("header").replace_strict(others, return_dtype=pl.String, default=None)
        return long.with_columns(headers).join(named, on="line", how="left", maintain_order="left")

    def _whole(self, file: ExtractFile) -> pl.DataFrame | None:
        """All of a file, read once however many views read it: what is odd about it is told once."""
        if file.name in self.read:
            return self.read[file.name].frame
        try:
            if file.fault is not None:
                raise file.fault
            rows = file.read(range(len(file.header)), self.blanks, self.notes, "")
        except READ_ERRORS as error:
            fault_of(file, error, None, self.notes, "refusal")
            return None
        if not file.made_of:
            self.read[file.name] = ReadByViews(rows, set())
        return rows

    def _error(self, said: str) -> RequestError:
        return RequestError(f"The mapping, [view.{self.view.name}], {said}")


def _nothing(name: str) -> pl.Expr:
    return pl.lit(None, pl.String).alias(name)
