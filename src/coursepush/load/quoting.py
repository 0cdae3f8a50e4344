"""Which values of a source may be told: in findings, errors and logs, and on the pages made of them.

A table with a student in every row is told of by file, line and column, never by a value: a number, a comment, a
score, and whatever stands in a column where it does not belong. Which tables these are, the registry says
(:data:`coursepush.model.tables.STUDENT_TABLES`). Every reader asks here before it quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from coursepush.load.csv_text import looks_like_data
from coursepush.model.tables import STUDENT_TABLES

UNTOLD = "…"
"""What stands in a message in the place of a value."""

LONGEST = 120
"""So many characters of a value are shown."""

_PLACES = ("file", "line", "row", "source_line", "field_count", "first_row", "first_line", "first_file")
"""Columns that say where a row stands, and are no values of it."""

_MAYBE_ID = re.compile(r"\d{5}|@|.{81}")


COUNTS = ("ragged_row", "short_row")
"""Rules whose value is a number of fields, and none of the source."""


def quotes(table: str | None, rule: str | None = None) -> bool:
    """Whether values of a table of the model may be told, by what is said of the rule."""
    return table not in STUDENT_TABLES or rule in COUNTS


def quotes_source(table: str | None) -> bool:
    """Whether values of a file in another format may be told; `table` is the first table of the model it feeds.

    Files of people have students beside teachers, and of what feeds no table nothing is known.
    """
    return table is not None and table != "teacher" and quotes(table)


def untold(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of which messages may be made: every value that there is became :data:`UNTOLD`, lists became null."""
    return rows.with_columns(
        pl.lit(None, dtype).alias(name)
        if isinstance(dtype, pl.List | pl.Struct)
        else pl.when(pl.col(name).is_not_null()).then(pl.lit(UNTOLD)).alias(name)
        for name, dtype in rows.schema.items()
        if name not in _PLACES
    )


def shortened(value: Any) -> Any:
    """A value for a message: text of more than :data:`LONGEST` characters is cut, with how long it is.

    >>> shortened("a" * 5_000)[118:]
    'aa… (5,000 characters)'
    """
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value):,} characters)"
    return value


def all_shortened(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of which messages may be made: every text is :func:`shortened`, that in lists without a word.

    >>> all_shortened(pl.DataFrame({"name": ["a" * 5_000]}))["name"][0][118:]
    'aa… (5000 characters)'
    """
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String and name not in _PLACES]
    lists = [name for name, dtype in rows.schema.items() if dtype == pl.List(pl.String)]
    text, size = pl.col(texts), pl.col(texts).str.len_chars()
    return rows.with_columns(
        pl.when(size > LONGEST)
        .then(pl.format("{}… ({} characters)", text.str.slice(0, LONGEST), size))
        .otherwise(text)
        .name.keep(),
        pl.col(lists).list.eval(pl.element().str.slice(0, LONGEST)),
    )


def in_lines(lines: Sequence[int], word: str = "line") -> str:
    """Where rows stand, in the place of their values: ``line 3, 7, 9 and 2 more``.

    >>> in_lines([3, 7, 9, 12, 15, 40, 41])
    'line 3, 7, 9, 12, 15 and 2 more'
    """
    first = ", ".join(f"{line:,}" for line in lines[:5])
    return f"{word} {first}" + (f" and {len(lines) - 5:,} more" if len(lines) > 5 else "")


def columns_told(header: Sequence[str], which: Sequence[str], *, is_quoted: bool) -> list[str]:
    """What to call the columns of a file that are not known: by name; by place where that may be a value.

    Where values must not be told, a header of which nothing is known may be a row of data, as one that holds
    numbers or dates is.

    >>> columns_told(["section_id", "student_id", "Note", "98765"], ["Note", "98765"], is_quoted=False)
    ['number 3', 'number 4']
    >>> columns_told(["section_id", "student_id", "Note", "X98765"], ["Note", "X98765"], is_quoted=False)
    ['Note', 'number 4']
    """
    given = [name.strip() for name in header]
    are_known = set(which) < {name for name in given if name}
    return list(which) if is_quoted else header_told(given, which, are_names=are_known)


def header_told(header: Sequence[str], which: Iterable[str] | None = None, *, are_names: bool = True) -> list[str]:
    """The columns of a file of which it is not known whether it tells of students, by name where that is none's.

    >>> header_told(["1", "98765", "Good work"])  # there is no header at all
    ['number 1', 'number 2', 'number 3']
    """
    given = [name.strip() for name in header]
    are_names = are_names and not looks_like_data(name for name in given if name)
    return [
        name if are_names and not _MAYBE_ID.search(name) else f"number {_place(given, name)}"
        for name in (given if which is None else which)
    ]


def _place(header: Sequence[str], name: str) -> int | str:
    return header.index(name) + 1 if name in header else "unknown"
