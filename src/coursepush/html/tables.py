"""Tables of pages: drawn by great-tables, in the style of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.text import as_it_is, shown_of
from coursepush.optional import module

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_INLINE = re.compile(r'(<div id="[\w-]+") style="[^"]*"')
_OPEN = 12
"""So many rows are shown without being asked for."""


def drawn_table(
    frame: pl.DataFrame,
    table_id: str,
    labels: Mapping[str, str],
    *,
    kind: str = "",
    html: Sequence[str] = (),
    right: Sequence[str] = (),
    missing: str | None = None,
    widths: Sequence[str] = (),
    group: str | None = None,
) -> str:
    """A table of the columns in `labels` under their headings, numbers with separators.

    The style sheet that the library brings along is left out: the page has one that knows light, dark and paper.

    Args:
        kind: ``cards`` becomes a card a row on a phone, ``counts`` is narrow.
        html: columns of HTML; all others are text, which is escaped.
        right: columns of HTML that are aligned as numbers.
        missing: what stands for a number that is null; a number that is 0 is then left out.
        widths: of the columns.
        group: a column under whose values the rows stand.

    Raises:
        MissingPackageError: great-tables is not installed.
    """
    numbers = [name for name in labels if frame.schema[name].is_numeric()]
    shown = frame.select(*labels, *([group] if group else []))
    table = module("great_tables", "Pages").GT(shown, id=table_id, groupname_col=group)
    table = table.fmt(as_it_is, columns=list(html)) if html else table
    table = table.fmt_integer(columns=numbers) if numbers else table
    if missing is not None and numbers:
        table = table.sub_zero(columns=numbers, zero_text="").sub_missing(columns=numbers, missing_text=missing)
    texts = [name for name in labels if name not in (*numbers, *html)]
    table = table.sub_missing(columns=texts, missing_text="") if texts else table
    table = table.cols_align("right", columns=list(right)) if right else table
    table = table.cols_width(dict(zip(labels, widths, strict=True))) if widths else table
    made = _INLINE.sub(r"\1", _STYLE.sub("", table.cols_label(dict[str, Any](labels)).as_raw_html()))
    return f"<div class='table {kind}'>{made}</div>"


def counts_table(
    frame: pl.DataFrame, table_id: str, labels: Mapping[str, str], *, group: str | None = None
) -> str:
    """A table of counts: text at the left, nothing for zero."""
    return drawn_table(frame, table_id, labels, kind="counts", missing="", group=group)


def folded(summary: str, content: str, *, rows: int) -> str:
    """What is long, under a line that opens it: open from the start only where it has few rows."""
    return f"<details{' open' if rows <= _OPEN else ''}><summary>{summary}</summary>{content}</details>"


def folded_rows(table: str, shown: int, total: int, noun: str = "row", rest: str = "") -> str:
    """A list of rows under a line that says how many there are; `rest`: where those are that are not shown."""
    return folded(shown_of(shown, total, noun), table + more(total - shown, noun, rest), rows=shown)


def more(left: int, noun: str, rest: str = "not shown here.") -> str:
    """How many more there are than a page shows; nothing where there is none."""
    return f"<p class='more'>{counted(left, f'more {noun}')} {rest}</p>" if left > 0 else ""
