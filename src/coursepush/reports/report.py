"""A report: its rows as a frame, its answer in a sentence, its page, its files, and how it shows itself."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.files.writing import place_of
from coursepush.marks import Drawn, Sentence, free_of_students
from coursepush.reports.files import ENDINGS, frame_bytes, is_writer, write_frame, write_text
from coursepush.reports.frame_writers import frame_writer
from coursepush.reports.plain import by_school, in_plain_words
from coursepush.reports.registry import KINDS

_TAKING_AWAY = ("filter", "head", "tail", "limit", "slice", "sort", "unique", "drop")
"""What a frame does by which nothing comes to it from elsewhere."""

MAX_ROWS = 300
"""So many rows a page lists one by one, unless asked otherwise."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of report is told to a reader.

    Attributes:
        name: of its files and on the command line.
        title: what the information system calls it.
        question: the one question that its page answers.
        answer: plain text, one to three sentences with the numbers; says why where there is nothing.
        summary: a few rows to see at once, under the headings a reader sees.
        body: the sections of its page below the answer, as HTML; at most so many rows one by one.
        picture: the same at a glance, as HTML; empty where there is nothing to draw.
        is_told_by_picture: the picture has every number of the summary.
        shown: its frame as it may leave the district, where that counts students; None where it counts none.
        shown_note: a sentence on what `shown` leaves out.
    """

    name: str
    title: str
    question: str
    answer: Callable[[Report], str]
    summary: Callable[[Report], pl.DataFrame]
    body: Callable[[Report, int], Sequence[str]]
    picture: Callable[[Report], str] | None = None
    is_told_by_picture: bool = False
    shown: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    shown_note: str = ""

    @staticmethod
    def of(name: str, **parts: Any) -> Layout:
        """The layout of a report of the registry, with its name, title and question."""
        kind = KINDS[name]
        return Layout(kind.file or name, kind.title, kind.question, **parts)


def _marking(method: Callable[..., pl.DataFrame]) -> Callable[..., pl.DataFrame]:
    @functools.wraps(method)
    def marked(*given: Any, **options: Any) -> pl.DataFrame:
        return free_of_students(method(*given, **options))

    return marked


@dataclass(frozen=True, eq=False, repr=False)
class Report(Drawn):
    """One report on a district as it stood. It may be used like its frame: ``report.filter(...)`` gives a frame.

    What such a frame has is exact; what the report itself writes (``report.write_csv(...)`` too) hides small
    counts.

    Attributes:
        layout: how it is told.
        frame: every row, with exact numbers: for analysis, not to be sent around.
        asked: the filters, as (what, which).
        as_of: which data it speaks of.
        notes: what was left out and why, as sentences.
        facts: further frames and numbers that its page shows, by name.
    """

    layout: Layout
    frame: pl.DataFrame
    asked: Sequence[tuple[str, str]] = ()
    as_of: str = ""
    notes: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def title(self) -> str:
        return self.layout.title

    @property
    def question(self) -> str:
        """The one question that the report answers."""
        return self.layout.question

    def __post_init__(self) -> None:
        if self.layout.shown is None:
            free_of_students(self.frame)

    @property
    def answer(self) -> str:
        """The answer, in one to three sentences with the numbers."""
        return Sentence(self.layout.answer(self))

    @property
    def summary(self) -> pl.DataFrame:
        """A few rows to see at once, under headings for a reader."""
        return free_of_students(self.layout.summary(self))

    @property
    def picture(self) -> str:
        """The report at a glance, as HTML that needs nothing else; empty where there is nothing to draw."""
        return self.layout.picture(self) if self.layout.picture is not None else ""

    @property
    def shown(self) -> pl.DataFrame:
        """The rows as they may leave the district: counts of students are told in words."""
        return self.frame if self.layout.shown is None else free_of_students(self.layout.shown(self.frame))

    def excerpt(self, *columns: str, limit: int | None = None, **equal: Any) -> pl.DataFrame:
        """Some of its rows as they may be shown: a few columns of those that have these values.

        A notebook that is shared has it (``coursepush share``), which it has of no frame that was calculated.

        Args:
            columns: all by default.
            limit: at most so many rows, the first.

        Raises:
            RequestError: there is no such column.

        >>> audit = district.reports.course_audit(year=2027)
        >>> audit.excerpt("course_number", "element", "name", difference="missing", limit=1).columns
        ['course_number', 'element', 'name']
        """
        rows = self.shown
        for name in (*columns, *equal):
            if name not in rows.columns:
                raise RequestError.unknown("column", name, rows.columns, f"in {self.title}")
        kept = rows.filter(*(pl.col(name).eq_missing(pl.lit(value)) for name, value in equal.items()))
        kept = kept.select(columns) if columns else kept
        return free_of_students(kept if limit is None else kept.head(limit))

    def count_by(self, *columns: str, of: str | None = None, **equal: Any) -> pl.DataFrame:
        """How many of its rows have each value of these columns, most first; with a column `rows`.

        Args:
            of: count the different values of this column instead: ``of="section_id"`` gives a column `sections`.
            equal: only of rows that have these values.

        Raises:
            RequestError: there is no such column.

        >>> district.reports.course_status(year=2027).count_by("status").columns
        ['status', 'rows']
        """
        rows = self.excerpt(*columns, *([] if of is None else [of]), **equal)
        name = "rows" if of is None else f"{of.removesuffix('_id')}s"
        number = pl.len() if of is None else pl.col(of).drop_nulls().n_unique()
        counted = rows.group_by(columns).agg(number.alias(name))
        order = [name, *columns]
        return free_of_students(counted.sort(order, descending=[True, *(False for _ in columns)]))

    @property
    def all_notes(self) -> list[str]:
        """The notes, and what is hidden."""
        note = self.layout.shown_note
        return [*self.notes, *([note] if note and not self.frame.is_empty() else [])]

    def page(self, path: str | os.PathLike[str] | None = None, *, max_rows: int = MAX_ROWS) -> str | Path:
        """The report as one self-contained HTML page: the text, or, with `path`, the file it was written to.

        Args:
            max_rows: so many rows are listed one by one, at most; the page says how many there are.

        >>> district.reports.course_status(year=2027).page("status.html").name
        'status.html'
        """
        from coursepush.reports.parts import report_page

        made = report_page(self, max_rows)
        return made if path is None else write_text(made, path)

    def save(
        self, path: str | os.PathLike[str], *, exact_counts: bool = False, sheet_per_school: bool = False
    ) -> Path:
        """Write all rows to a file, by the name's ending: .csv, .xlsx, .parquet, .md; or the page: .html.

        A .csv, .xlsx or .md says what the page says: codes in words, no raw values, ids last. A .parquet is for
        programs and has every column as it is.

        Args:
            sheet_per_school: in Excel, a sheet for each school that rows are of.
            exact_counts: write counts of students as numbers, also where they are small. Such a file is for those
                who may see each student's record.

        Raises:
            RequestError: another ending, or more rows than such a file holds.

        >>> district.reports.course_status(year=2027).save("status.xlsx").name
        'status.xlsx'
        """
        place = Path(path).expanduser()
        place_of(place)
        if place.suffix.lower() == ".html":
            if exact_counts:
                raise RequestError(
                    "A page never shows counts of students. Save the rows instead: "
                    f"{', '.join(ENDINGS)} with exact_counts=True."
                )
            return Path(self.page(place))
        if place.suffix.lower() not in ENDINGS:
            raise RequestError.unknown("ending", place.suffix or place.name, (*ENDINGS, ".html"), "for a report")
        rows, sheets = self._told(place.suffix.lower(), exact_counts, sheet_per_school)
        return write_frame(rows, place, about=self.about(exact_counts=exact_counts), sheets=sheets)

    def file_bytes(self, ending: str) -> bytes:
        """What :meth:`save` writes to a file that ends so: for a browser, which has no folder here.

        Raises:
            RequestError: another ending, or more rows than such a file holds.

        >>> district.reports.course_status(year=2027).file_bytes(".xlsx")[:2]
        b'PK'
        """
        if ending == ".html":
            return str(self.page()).encode()
        if ending not in ENDINGS:
            raise RequestError.unknown("ending", ending, (*ENDINGS, ".html"), "for a report")
        rows, sheets = self._told(ending, exact_counts=False, sheet_per_school=False)
        return frame_bytes(rows, ending, about=self.about(), sheets=sheets)

    def _told(
        self, ending: str, exact_counts: bool, sheet_per_school: bool
    ) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
        """The rows as a file of that ending tells them, and as sheets of a workbook."""
        rows = self.frame if exact_counts else self.shown
        if ending != ".parquet":
            rows = in_plain_words(rows)
        sheets = {"Report": rows, **self._sheets()}
        return rows, by_school(sheets) if sheet_per_school else sheets

    def _sheets(self) -> dict[str, pl.DataFrame]:
        """Further sheets of its workbook, by name; most reports have none."""
        return {}

    def about(self, *, exact_counts: bool = False) -> list[tuple[str, str]]:
        """What the report is and on what, for whoever gets it without having made it.

        >>> dict(district.reports.course_status(year=2027).about())["Rows"]
        '76'
        """
        notes = list(self.notes) if exact_counts else self.all_notes
        rows = self.frame if exact_counts else self.shown
        return [
            ("Report", self.title),
            ("Question", self.question),
            ("Answer", self.answer),
            *self.asked,
            ("Rows", f"{rows.height:,}"),
            *([("Data", self.as_of)] if self.as_of else []),
            *[("Note", note) for note in notes],
        ]

    def __repr__(self) -> str:
        from coursepush.reports.glance import report_text

        return report_text(self)

    def _repr_html_(self) -> str:
        from coursepush.reports.glance import report_html

        return report_html(self)

    # -- as its frame ----------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        """Whatever a report does not have itself, its frame has: ``report.filter(...)``, ``report.height``.

        What writes (``report.write_csv(...)``) writes the rows as they may leave the district, as :meth:`save`
        does, and as whole files; ``report.frame.write_csv(...)`` writes exact counts, as polars writes.
        """
        if name.startswith("_") or name == "frame":
            raise AttributeError(name)
        if is_writer(name):
            return frame_writer(self.shown, name)
        method = getattr(self.frame, name)
        if name in _TAKING_AWAY and self.layout.shown is None:
            return _marking(method)
        return method

    def __getitem__(self, key: Any) -> Any:
        return self.frame[key]

    def __len__(self) -> int:
        return self.frame.height

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """So that ``pl.DataFrame(report)``, DuckDB and others read it as a table."""
        return self.frame.__arrow_c_stream__(requested_schema)
