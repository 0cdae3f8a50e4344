"""Small pieces of HTML for notebooks and panels: no style sheet, in the colours of whatever theme is around them.

Text inherits its colour, lines are grey at half strength, so that both light and dark themes read well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from coursepush.errors import counted
from coursepush.html.text import said

if TYPE_CHECKING:
    import polars as pl

_MUTED = "opacity:.75"
_ROW = "background:transparent;border-bottom:1px solid rgba(128,128,128,.45)"
_CELL = "padding:2px 10px;border:0"
_WARNING = (
    "margin:4px 0;padding:4px 10px;border-left:4px solid #d9822b;background:rgba(217,130,43,.12);max-width:60em"
)
_LISTED = 25


def muted(html: str, tag: str = "div") -> str:
    """What is said beside the answer."""
    return f"<{tag} style='{_MUTED}'>{html}</{tag}>" if html else ""


def warned(texts: Iterable[str]) -> str:
    """Sentences that stand out, as text."""
    return "".join(f'<div style="{_WARNING}">{escape(text)}</div>' for text in texts if text)


def glance(title: str, beside: str, *parts: str) -> str:
    """An object at a glance: its title, what is said beside it, and the rest below; all of it HTML."""
    return f"<div><b>{title}</b> {muted(beside, 'span')}{''.join(parts)}</div>"


def html_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    right: Sequence[bool] | None = None,
    *,
    muted_rows: Sequence[bool] = (),
    steady: int = 0,
) -> str:
    """A small table; nothing where it has no row.

    Args:
        heads: as text; none for a table without a head.
        rows: of cells that are HTML.
        right: which columns are aligned as numbers.
        muted_rows: which rows stand back.
        steady: so many columns, the first ones, keep their text on one line.
    """
    lines = list(rows)
    if not lines:
        return ""
    sides = ["right" if one else "left" for one in right or [False] * len(lines[0])]
    styles = [
        f"{_CELL};text-align:{side};vertical-align:top{';white-space:nowrap' if place < steady else ''}"
        for place, side in enumerate(sides)
    ]
    head = "".join(
        f'<th style="{style}">{escape(one)}</th>' for one, style in zip(heads, styles, strict=bool(heads))
    )
    body = ""
    for place, cells in enumerate(lines):
        back = f";{_MUTED}" if muted_rows and muted_rows[place] else ""
        tds = "".join(f'<td style="{style}">{cell}</td>' for cell, style in zip(cells, styles, strict=True))
        body += f'<tr style="{_ROW}{back}">{tds}</tr>'
    head = f'<thead><tr style="{_ROW}">{head}</tr></thead>' if heads else ""
    return (
        '<div style="overflow-x:auto" tabindex="0" role="group" aria-label="Table">'
        '<table style="border-collapse:collapse;margin:6px 0;font-size:90%">'
        f"{head}<tbody>{body}</tbody></table></div>"
    )


def text_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int = 0) -> str:
    """A small table of text, the last `numbers` columns to the right."""
    right = [place >= len(heads) - numbers for place in range(len(heads))]
    return html_table(heads, [[escape(one) for one in row] for row in rows], right)


def frame_table(frame: pl.DataFrame) -> str:
    """A small frame under the names of its columns, numbers to the right; years and ids as they are."""
    plain = [name == "year" or name.endswith("_id") for name in frame.columns]
    cells = (
        [
            escape(str(one) if is_plain and one is not None else said(one))
            for one, is_plain in zip(row, plain, strict=True)
        ]
        for row in frame.iter_rows()
    )
    return html_table(frame.columns, cells, [one.is_numeric() for one in frame.dtypes])


def frame_html(frame: pl.DataFrame) -> str:
    """The first rows of a frame as a plain table, and how many there are."""
    rows = counted(frame.height, "row")
    told = f"The first {_LISTED} of {rows}" if frame.height > _LISTED else rows
    return frame_table(frame.head(_LISTED)) + muted(told)


def label(code: str, labels: Any) -> str:
    """What a code is called: by `labels`, else in plain words."""
    plain = "Whole course" if code == "*" else code.replace("_", " ").capitalize()
    return escape((labels or {}).get(code, plain))
