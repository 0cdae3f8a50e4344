"""The tables of an extract as they were given: files of a folder or frames of a dict, found by name, as text."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import polars as pl

from coursepush.errors import RequestError
from coursepush.load.blanks import WORDS, count_words, word_findings
from coursepush.load.csv_text import FIELD_COUNT, SOURCE_LINE, CsvFault, CsvFile, odd_ends
from coursepush.load.database.reading import DatabaseTable
from coursepush.load.findings import place
from coursepush.load.listing import NO_LINE_END
from coursepush.load.mapping.notes import Notes
from coursepush.load.relations import relation_frame
from coursepush.load.source import READ_ERRORS
from coursepush.load.types import text_expression

SAMPLE_ROWS = 200_000
"""So many rows of a frame or Parquet file are looked at where a sample will do."""

_SCHEMA_PREFIX = re.compile(r"^[a-z_]\w*\.(?=[a-z_])")
_LOOSE = re.compile(r"[\s_\[\]\"`-]+")


def table_name(name: str) -> str:
    """A table's or file's name as names are compared: ``dbo.v_Grading Task`` is ``gradingtask``."""
    plain = _SCHEMA_PREFIX.sub("", re.sub(r"[\[\]\"`]", "", name.strip().casefold()))
    return _LOOSE.sub("", plain.removeprefix("v_"))


def column_name(name: str) -> str:
    """A column's name as names are compared: ``Course ID`` and ``course_id`` are ``courseid``."""
    return _LOOSE.sub("", name.strip().casefold())


class ExtractFile:
    """One table as given: `name` is what findings call it, `header` its column names.

    `fault` says why it cannot be read, where it cannot; then it has no header. `made_of` names the files that a
    view's table was made of; it then has a column `line` of its own.
    """

    def __init__(self, name: str, value: Any, made_of: tuple[str, ...] = (), *, repair: bool = False) -> None:
        self.name, self.made_of = name, made_of
        self.header: tuple[str, ...] = ()
        self.fault: BaseException | None = None
        self.may_be_cut = False
        self._csv: CsvFile | None = None
        self._frame: pl.LazyFrame | None = None
        self._unfit: dict[str, str] = {}
        self._database: DatabaseTable | None = None
        try:
            if isinstance(value, Path) and value.suffix.lower() == ".csv":
                self._csv = CsvFile(value, repair=repair)
                self.header = tuple(self._csv.header)
                return
            if isinstance(value, DatabaseTable):
                self._database = value
                self.header = tuple(value.columns)
                return
            if isinstance(value, Path):
                self._frame = pl.scan_parquet(value, glob=False, hive_partitioning=False)
            elif isinstance(value, pl.DataFrame | pl.LazyFrame):
                self._frame = value.lazy()
            else:
                frame, self._unfit = relation_frame(value)
                self._frame = frame.lazy()
            self.header = tuple(self._frame.collect_schema())
        except READ_ERRORS as error:
            self.fault = error

    def positions(self, column: str) -> list[int]:
        """Where in the header a column of this name stands; more than one: it cannot be said which is meant.

        As written; else with case, blanks and ``_`` ignored; else behind a dot (``courseSection.courseID``).
        """
        wanted, plain = column.strip().casefold(), column_name(column)
        for names, name in (
            ([each.strip().casefold() for each in self.header], wanted),
            ([column_name(each) for each in self.header], plain),
            ([column_name(each).rpartition(".")[2] for each in self.header], plain),
        ):
            found = [position for position, each in enumerate(names) if each == name]
            if found:
                return found
        return []

    def close_to(self, column: str) -> str:
        """A sentence with the columns whose names look like `column`, or nothing."""
        return _close(column_name(column), {column_name(each): each for each in self.header})

    def read(self, positions: Collection[int], blanks: Sequence[str], notes: Notes, table: str) -> pl.DataFrame:
        """The data rows as text: line (in the file, or counted from 1) and ``c<position>`` for each position.

        Empty text and `blanks` are null. Records of too many or too few fields go to `notes`.

        Raises:
            CsvFault, OSError, polars errors: it cannot be read.
        """
        wanted = {f"c{position}": position for position in sorted(positions)}
        if self.may_be_cut and table:
            notes.add("warning", "no_line_end", f"{self.name}: {NO_LINE_END}", table=table, file=self.name)
        if self._csv is not None:
            batches = list(self._csv.batches(wanted))
            rows = pl.concat(batches) if batches else pl.DataFrame(schema=dict.fromkeys(wanted, pl.String()))
            for told in self._csv.told:
                message = f"{self.name}: {told.message}"
                notes.add(
                    "warning",
                    told.rule,
                    message,
                    table=table or None,
                    file=self.name,
                    line=told.line,
                    value=told.value,
                )
            if batches:
                self._tell_of_widths(rows, notes, table)
            else:
                rows = rows.with_columns(pl.lit(None, pl.Int64).alias(SOURCE_LINE))
            rows = rows.select(pl.col(SOURCE_LINE).alias("line"), *wanted)
        else:
            frame = self._frame
            if self._database is not None:
                frame = self._database.lazy([self.header[position] for position in wanted.values()])
            assert frame is not None
            schema = frame.collect_schema()
            texts = [self._text(name, schema, notes, table) for name in wanted]
            index = pl.col("line") if self.made_of else pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
            rows = frame.select(index.alias("line"), *texts).collect()
        if not wanted:
            return rows
        if not self.made_of:  # told where the file itself was read
            self._tell_of_blanks(rows, blanks, notes, table)
        is_blank = pl.col(list(wanted)).str.strip_chars().is_in(["", *WORDS, *blanks])
        return rows.with_columns(pl.when(is_blank.not_()).then(pl.col(list(wanted))).name.keep())

    def sample(self, blanks: Sequence[str]) -> pl.DataFrame:
        """The first rows as text, as :meth:`read` gives them, for looks at values: some megabytes, not all.

        Raises:
            CsvFault, OSError, polars errors: it cannot be read.
        """
        names = {f"c{place}": place for place in range(len(self.header))}
        if self._csv is not None:
            rows = next(self._csv.batches(names), pl.DataFrame(schema=dict.fromkeys(names, pl.String())))
        else:
            frame = self._database.lazy(list(self.header)) if self._database is not None else self._frame
            assert frame is not None
            schema = frame.collect_schema()
            texts = [self._text(name, schema, Notes(), "") for name in names]
            rows = frame.select(*texts).head(SAMPLE_ROWS).collect()
        texts = rows.select(list(names))
        if not names:
            return texts
        is_blank = pl.all().str.strip_chars().is_in(["", *WORDS, *blanks])
        return texts.with_columns(pl.when(is_blank.not_()).then(pl.all().str.strip_chars()).name.keep())

    def count(self, notes: Notes) -> int:
        """How many data rows a table has that nobody reads."""
        if self._frame is not None:
            return int(self._frame.select(pl.len()).collect().item())
        return self.read((), (), notes, "").height

    def _text(self, name: str, schema: pl.Schema, notes: Notes, table: str) -> pl.Expr:
        header = self.header[int(name[1:])]
        dtype, column = self._unfit.get(header, schema[header]), pl.col(header)
        text = None if isinstance(dtype, str) else text_expression(column, dtype)
        if text is None:
            message = f"{self.name}: column {header} is of type {dtype}. Cast it to text, and read it again."
            notes.add("refusal", "wrong_type", message, table=table, file=self.name, column=header)
            text = pl.lit(None, pl.String)
        return text.alias(name)

    def _tell_of_blanks(self, rows: pl.DataFrame, blanks: Sequence[str], notes: Notes, table: str) -> None:
        columns = [name for name in rows.columns if name != "line"]
        counts = count_words(rows.select(pl.col(columns).str.strip_chars()), columns, blanks)
        called = {name: self.header[int(name[1:])] for name in columns}
        for rule, column, value, message in word_findings(self.name, counts, called, more=blanks):
            severity = "note" if set(value.split("; ")) <= set(blanks) else "warning"  # the mapping said so
            notes.add(severity, rule, message, table=table, file=self.name, column=column, value=value)

    def _tell_of_widths(self, rows: pl.DataFrame, notes: Notes, table: str) -> None:
        width = len(self.header)
        found = rows.select(pl.col(SOURCE_LINE).alias("line"), pl.col(FIELD_COUNT).cast(pl.String).alias("value"))
        said = f"the row has {{value}} fields, the header {width}. Put fields that hold commas in double quotes."
        more = found.filter(rows[FIELD_COUNT] > width)
        notes.each("refusal", "ragged_row", more, said, table=table, file=self.name)
        fewer = found.filter(rows[FIELD_COUNT] < width)
        said = "{rows} with fewer fields than the header; what is missing at the end was taken as not given."
        notes.counted("warning", "short_row", fewer, said, table=table, file=self.name)


class Extract:
    """All tables of an extract. `called` is what errors call it."""

    def __init__(self, source: Any, notes: Notes, *, repair: bool = False) -> None:
        self.files: list[ExtractFile] = []
        self._repair = repair
        if isinstance(source, str | os.PathLike):
            folder = Path(cast("str | os.PathLike[str]", source)).expanduser()
            self.called = str(folder)
            self._open_folder(folder, notes)
        elif isinstance(source, Mapping):
            self.called = "The extract"
            for name, value in cast(Mapping[Any, Any], source).items():
                self._open_given(str(name), value, notes)
        else:
            raise RequestError(
                "An extract is a folder of CSV or Parquet files, or a dict of table to frame or path, not "
                f"{type(source).__name__}."
            )
        if not self.files:
            said = f"{self.called} holds no CSV or Parquet file with a table."
            notes.add("refusal", "no_table", f"{said} Name the folder with the extract's files.")
        self._by_name: dict[str, list[ExtractFile]] = {}
        for file in self.files:
            self._by_name.setdefault(table_name(stem(file.name)), []).append(file)

    def add(self, name: str, called: str, frame: pl.DataFrame, made_of: tuple[str, ...]) -> None:
        """Put in a table made by a view: found under `name`, and only there."""
        file = ExtractFile(called, frame, made_of)
        self.files.append(file)
        self._by_name[table_name(name)] = [file]

    def matching(self, pattern: str, having: Sequence[str] = ()) -> list[ExtractFile]:
        """The files of the extract that a pattern with ``*`` and ``?`` fits, in any case, with these columns."""
        plain = pattern.casefold()
        fitting = [file for file in self.files if not file.made_of and fnmatchcase(file.name.casefold(), plain)]
        return [file for file in fitting if all(file.positions(column) for column in having)]

    def find(self, names: Sequence[str]) -> list[ExtractFile]:
        """The files of the first of `names` that is there: none, one, or several that it could be."""
        for name in names:
            found = self._by_name.get(table_name(stem(name)), [])
            exact = [
                file for file in found if not file.made_of and stem(file.name).casefold() == stem(name).casefold()
            ]
            if exact or found:
                return exact if len(exact) == 1 else found
        return []

    def close_to(self, name: str) -> str:
        """A sentence with the files whose names look like `name`, or with all of them."""
        close = _close(table_name(name), {table_name(stem(file.name)): file.name for file in self.files})
        return close or f" The extract holds {', '.join(sorted(file.name for file in self.files)) or 'nothing'}."

    def _open_folder(self, folder: Path, notes: Notes) -> None:
        if not folder.is_dir():
            what = "is a file; give the folder it is in" if folder.is_file() else "does not exist"
            notes.add("refusal", "no_folder", f"The folder {folder} {what}.", file=str(folder))
            return
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or path.is_dir():
                continue
            if path.suffix.lower() in (".csv", ".parquet"):
                self.files.append(ExtractFile(path.name, path, repair=self._repair))
            else:
                message = f"{path.name} was not read: tables are read from .csv and .parquet files."
                notes.add("note", "unknown_file", message, file=path.name, value=path.name)
        odd = {path.name for path in odd_ends(path for path in folder.iterdir() if path.suffix.lower() == ".csv")}
        for file in self.files:
            file.may_be_cut = file.name in odd

    def _open_given(self, name: str, value: Any, notes: Notes) -> None:
        if isinstance(value, str | os.PathLike):
            path = Path(cast("str | os.PathLike[str]", value)).expanduser()
            if path.suffix.lower() in (".csv", ".parquet"):
                self.files.append(ExtractFile(name + path.suffix.lower(), path, repair=self._repair))
                return
            message = f"{name} is given as {path.name}; tables are read from .csv and .parquet files."
            notes.add("refusal", "unknown_format", message, file=name, value=str(path))
        elif isinstance(value, pl.DataFrame | pl.LazyFrame | DatabaseTable) or hasattr(value, "fetchall"):
            self.files.append(ExtractFile(name, value))
        else:
            message = f"{name} is given as {type(value).__name__}. Give a polars frame, a relation or a path."
            notes.add("refusal", "unknown_format", message, file=name)


def fault_of(file: ExtractFile, error: BaseException, table: str | None, notes: Notes, severity: str) -> None:
    """The finding for a file that cannot be read."""
    if isinstance(error, CsvFault):
        message = f"{place(file.name, file.name, error.line)}: {error.message}"
        notes.add(severity, error.rule, message, table=table, file=file.name, line=error.line, value=error.value)
        return
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if not notes.quotes(table or "", file.name):
        reason = str(error.strerror or error) if isinstance(error, OSError) else type(error).__name__
    message = (
        f"{file.name} cannot be read; it may be damaged or of another format. Export it again. The reader "
        f"says: {reason}"
    )
    notes.add(severity, "unreadable_file", message, table=table, file=file.name)


def _close(given: str, names: Mapping[str, str]) -> str:
    found = get_close_matches(given, list(names), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(names[each] for each in found)}?" if found else ""


def stem(name: str) -> str:
    """A file's name without its ending."""
    for suffix in (".csv", ".parquet"):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name
