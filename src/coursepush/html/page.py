"""What all pages share: one self-contained document, tables without a style, text that is only text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.files.kinds import PAGE_MARK
from coursepush.optional import module

if TYPE_CHECKING:
    from great_tables import GT

GONE = "Courses that are no longer there"
"""Where rows of such courses stand: of a push or an undo, after a refresh that took the course away."""

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_INLINE = re.compile(r'(<div id="[\w-]+") style="[^"]*"')


def document(title: str, parts: Sequence[str]) -> str:
    """A whole page: no script, nothing from the network, legible on paper and phone, in light and dark."""
    body = "\n".join(with_contents(parts))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n{PAGE_MARK}\n'
        f"<title>{escape(title)}</title>\n<style>\n{_stylesheet()}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


@cache
def _stylesheet() -> str:
    return files("coursepush.html").joinpath("page.css").read_text("utf-8")


def section(heading: str, content: str) -> str:
    """A part of a page under its heading; nothing where there is no content."""
    return f"<section><h2>{heading}</h2>{content}</section>" if content else ""


def with_contents(parts: Sequence[str]) -> list[str]:
    """The parts of a page with a table of contents before the first :func:`section`, where there are several."""
    there = [part for part in parts if part]
    headings = [(place, found[1]) for place, part in enumerate(there) if (found := _HEADING.match(part))]
    if len(headings) < _FEWEST:
        return there
    for place, heading in headings:
        there[place] = there[place].replace("<section>", f"<section id='{_anchor(heading)}'>", 1)
    links = "".join(f"<li><a href='#{_anchor(heading)}'>{heading}</a></li>" for _, heading in headings)
    there.insert(headings[0][0], f"<nav class='contents' aria-label='On this page'><ul>{links}</ul></nav>")
    return there


_HEADING = re.compile(r"<section><h2>([^<]*)</h2>")
_FEWEST = 3
"""So many sections have a table of contents."""


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def folded(summary: str, content: str, *, rows: int) -> str:
    """What is long, under a line that opens it: open from the start only where it has few rows."""
    return f"<details{' open' if rows <= _OPEN else ''}><summary>{summary}</summary>{content}</details>"


_OPEN = 12
"""So many rows are shown without being asked for."""


def new_table(frame: pl.DataFrame, **options: Any) -> GT:
    """A table to be drawn of `frame`; `options` are those of :class:`great_tables.GT`.

    Raises:
        MissingPackageError: great-tables is not installed.
    """
    return module("great_tables", "Pages").GT(frame, **options)


def gt_table(table: GT, kind: str = "") -> str:
    """A table without the style sheet it brings along: the page has one that knows light, dark and paper."""
    made = _INLINE.sub(r"\1", _STYLE.sub("", table.as_raw_html()))
    return f"<div class='table {kind}'>{made}</div>"


def as_it_is(value: Any) -> str:
    """For cells that hold HTML made here."""
    return str(value)


def safe(value: Any) -> str:
    """Text from the district, escaped, and kept from turning its surroundings' direction around."""
    return "" if value is None or value == "" else f"<bdi>{escape(str(value))}</bdi>"


def shown(column: str) -> pl.Expr:
    """A column with nothing where it is null."""
    return pl.col(column).fill_null("")


def many(number: int, what: str) -> str:
    """A count with its noun: ``1 row``, ``2,000 rows``."""
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"


def shown_of(number: int, total: int, noun: str = "row") -> str:
    """The heading of a list that may be cut."""
    if number < total:
        return f"The first {number:,} of {total:,} {noun}s"
    return f"The one {noun}" if total == 1 else f"All {total:,} {noun}s"
