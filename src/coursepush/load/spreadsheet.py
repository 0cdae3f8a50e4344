"""What spreadsheets make of numbers and dates in CSV files, read where it is certain.

Where the decimal sign is a comma, a spreadsheet separates the columns by semicolons, and writes the day before the
month. So a file with semicolons says how its numbers are meant; its dates say it themselves as soon as one of them
has a part above 12. What stays in doubt is refused, or mended where a load is asked to repair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import polars as pl

from coursepush.load.csv_text import SOURCE_LINE
from coursepush.load.findings import Findings, place
from coursepush.load.quoting import quotes
from coursepush.model.tables import Table

_NUMBERS = ("id", "int", "decimal3", "decimal4")
_DECIMAL_COMMA = r"^\s*([+-]?\d+),(\d+)\s*$"
_POINTS_AND_COMMA = r"^\s*[+-]?\d{1,3}(\.\d{3})+,\d+\s*$"
_GROUPED = r"^\s*[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*$"
_DOTTED_DATE = r"^\s*(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s.*)?$"
_SLASHED_DATE = r"^\s*(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?:\s.*)?$"

_SAID = {
    "decimal_comma": "with a decimal comma",
    "grouped_number": "with commas between thousands",
    "day_first": "with the day before the month",
}


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """One way in which values of a column are read: `rule`, what they look like, what they become."""

    column: str
    rule: str
    which: pl.Expr
    becomes: pl.Expr
    is_repair: bool


@dataclass
class _Count:
    values: int
    line: int
    before: str
    after: str


class SpreadsheetValues:
    """Reads the values of one CSV file of `table`, column by column, and remembers what it changed."""

    def __init__(self, table: Table, columns: Collection[str], delimiter: str, *, repair: bool) -> None:
        self._table = table
        self._repair = repair
        self._dates = [name for name in columns if table.column(name).kind == "date"]
        self._has_semicolons = delimiter == ";"
        numbers = [name for name in columns if table.column(name).kind in _NUMBERS]
        self._readings = [reading for name in numbers for reading in self._number_readings(name)]
        self._readings += [_dotted_date(name) for name in self._dates]
        self._day_first: bool | None = None
        self._counts: dict[_Reading, _Count] = {}

    @property
    def dates_to_see(self) -> list[str]:
        """The columns of dates whose order :meth:`see_dates` has to be shown, before anything is read."""
        return self._dates if self._has_semicolons else []

    def see_dates(self, batches: Iterable[pl.DataFrame]) -> None:
        """Learn from all dates of the file which of day and month comes first."""
        is_day, is_month = False, False
        for batch in batches:
            for name in self._dates:
                parts = pl.col(name).str.extract_groups(_SLASHED_DATE)
                first, second = (parts.struct.field(part).cast(pl.Int32) > 12 for part in "12")
                found = batch.select(first.any().alias("day"), second.any().alias("month")).row(0)
                is_day, is_month = is_day or bool(found[0]), is_month or bool(found[1])
        if is_day != is_month:
            self._day_first = is_day
        elif not is_day and self._repair:
            self._day_first = True
        for name in self._dates:
            self._readings += self._slashed_dates(name, is_certain=is_day != is_month)

    def read(self, batch: pl.DataFrame) -> pl.DataFrame:
        """`batch` with its values as they are meant; text of source_line and the columns."""
        for reading in self._readings:
            hits = batch.select(SOURCE_LINE, before=reading.column, after=reading.becomes).filter(
                batch.select(reading.which.fill_null(False)).to_series()
            )
            if hits.is_empty():
                continue
            if reading not in self._counts:
                self._counts[reading] = _Count(0, *hits.row(0))
            self._counts[reading].values += hits.height
            changed = pl.when(reading.which.fill_null(False)).then(reading.becomes)
            batch = batch.with_columns(changed.otherwise(pl.col(reading.column)).alias(reading.column))
        return batch

    def tell(self, file: str | None, findings: Findings) -> None:
        """One finding for each column and kind of change."""
        for reading, count in self._counts.items():
            if not reading.rule:
                continue
            number = "1 value" if count.values == 1 else f"{count.values:,} values"
            where = place(self._table.name, file, None)
            example = f": {count.before!r} was read as {count.after!r}" if quotes(self._table.name) else ""
            message = (
                f"{where}: {number} of column {reading.column} {_SAID[reading.rule]}, as spreadsheets write "
                f"them{example}."
            )
            table, column, value = self._table.name, reading.column, str(count.values)
            if reading.is_repair:
                findings.mended(reading.rule, message, table=table, file=file, column=column, value=value)
            else:
                findings.warn(
                    reading.rule, message, table=table, file=file, column=column, line=count.line, value=value
                )

    def _number_readings(self, name: str) -> list[_Reading]:
        text = pl.col(name)
        is_decimal = self._table.column(name).kind not in ("id", "int")
        with_point = text.str.replace(_DECIMAL_COMMA, "${1}.${2}")
        if self._has_semicolons:
            if not is_decimal:
                return []
            which = text.str.contains(_DECIMAL_COMMA)
            grouped = text.str.contains(_POINTS_AND_COMMA)
            without_points = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
            return [
                _Reading(name, "decimal_comma", which, with_point, False),
                _Reading(name, "decimal_comma", grouped, without_points, False),
            ]
        if not self._repair:
            return []
        grouped = text.str.contains(_GROUPED)
        readings = [_Reading(name, "grouped_number", grouped, text.str.replace_all(",", "", literal=True), True)]
        if is_decimal:
            which = text.str.contains(_DECIMAL_COMMA)  # what is grouped has been read by now
            readings.append(_Reading(name, "decimal_comma", which, with_point, True))
        return readings

    def _slashed_dates(self, name: str, *, is_certain: bool) -> list[_Reading]:
        text = pl.col(name)
        which = text.str.contains(_SLASHED_DATE)
        if self._day_first is None:
            return [_Reading(name, "", which, text + pl.lit(" (is the day or the month first?)"), False)]
        if not self._day_first:
            return []
        return [_Reading(name, "day_first", which, _date(name, _SLASHED_DATE), not is_certain)]


def _dotted_date(name: str) -> _Reading:
    return _Reading(name, "day_first", pl.col(name).str.contains(_DOTTED_DATE), _date(name, _DOTTED_DATE), False)


def _date(name: str, pattern: str) -> pl.Expr:
    """The day, month and year of a text as ISO writes them; a year of two digits is 1970 to 2069."""
    parts = pl.col(name).str.extract_groups(pattern)
    day, month, year = (parts.struct.field(part) for part in "123")
    century = pl.when(year < "70").then(pl.lit("20")).otherwise(pl.lit("19"))
    whole = pl.when(year.str.len_chars() == 2).then(century + year).otherwise(year)
    return pl.concat_str(whole, month.str.zfill(2), day.str.zfill(2), separator="-")
