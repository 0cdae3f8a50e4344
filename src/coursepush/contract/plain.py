"""Markdown as plain text for a terminal: what the package's own pages use of it, and no more."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence

WIDTH = 80
"""Columns of a terminal that has not been made wider."""

_GAP = 2
_NARROWEST = 6
_ITEM = re.compile(r"^(\s*)([-*]|\d+\.) (.*)$")
_SPANS = re.compile(r"`([^`]*)`|\*\*([^*]+)\*\*|(?<![\w*])\*([^*\s][^*]*?)\*(?![\w*])")
_UNDERLINES = {1: "=", 2: "-"}


def plain_text(markdown: str, width: int = WIDTH) -> str:
    """The text without its marks, wrapped, with tables in columns; no line is longer than `width`."""
    return "\n".join(_lines(markdown.splitlines(), width)).strip("\n")


def unmarked(text: str) -> str:
    """A line without the marks of code, strong and emphasised text."""

    def bare(span: re.Match[str]) -> str:
        code, *words = span.groups()
        return code if code is not None else unmarked(next(one for one in words if one is not None))

    return _SPANS.sub(bare, text)


def _lines(lines: Sequence[str], width: int) -> Iterator[str]:
    place = 0
    while place < len(lines):
        line = lines[place]
        end = place + 1
        if not line.strip():
            yield ""
        elif line.startswith("#"):
            marks, _, title = line.partition(" ")
            told = textwrap.wrap(unmarked(title), width)
            yield from told
            underline = _UNDERLINES.get(len(marks))
            if underline is not None:
                yield underline * max(len(one) for one in told)
        elif line.startswith("|"):
            end = _while(lines, place, lambda one: one.startswith("|"))
            yield from _table(lines[place:end], width)
        elif line.startswith("    "):
            yield line
        elif _ITEM.match(line):
            end = _while(lines, end, _goes_on)
            yield from _item(lines[place:end], width)
        else:
            end = _while(lines, end, lambda one: _goes_on(one) and not one.startswith("    "))
            yield from textwrap.wrap(unmarked(" ".join(lines[place:end])), width, break_on_hyphens=False)
        place = end


def _while(lines: Sequence[str], start: int, holds: Callable[[str], bool]) -> int:
    place = start
    while place < len(lines) and holds(lines[place]):
        place += 1
    return place


def _goes_on(line: str) -> bool:
    """Whether a line belongs to the paragraph or item before it."""
    return bool(line.strip()) and not line.startswith(("#", "|")) and not _ITEM.match(line)


def _item(lines: Sequence[str], width: int) -> list[str]:
    told = _ITEM.match(lines[0])
    assert told is not None
    indent, mark = told[1], told[2]
    text = unmarked(" ".join([told[3], *(line.strip() for line in lines[1:])]))
    head = f"{indent}{mark} "
    return textwrap.wrap(
        text, width, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    )


# -- tables ------------------------------------------------------------------------------------------------


def _table(lines: Sequence[str], width: int) -> Iterator[str]:
    """A table in columns; a row that takes several lines is set apart by empty ones."""
    rows = [[unmarked(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    head, rows = rows[0], rows[2:]
    widths = _widths([head, *rows], width)
    cells = [[_wrapped(*both) for both in zip(row, widths, strict=True)] for row in [head, *rows]]
    heights = [max(len(cell) for cell in row) for row in cells]
    for number, row in enumerate(cells):
        if number > 1 and max(heights[number - 1 : number + 1]) > 1:
            yield ""
        for line in range(heights[number]):
            parts = [cell[line] if line < len(cell) else "" for cell in row]
            yield (" " * _GAP).join(part.ljust(size) for part, size in zip(parts, widths, strict=True)).rstrip()
        if number == 0:
            yield (" " * _GAP).join("-" * size for size in widths)


def _wrapped(cell: str, width: int) -> list[str]:
    return textwrap.wrap(cell, width, break_on_hyphens=False) or [""]


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """A width for each column: what its longest cell takes, or its share of what there is."""
    columns = list(zip(*rows, strict=True))
    wanted = [max(len(cell) for cell in column) for column in columns]
    room = width - _GAP * (len(columns) - 1)
    if sum(wanted) <= room:
        return wanted
    least = [
        min(max((len(word) for cell in column for word in cell.split()), default=0), max(room // 3, _NARROWEST))
        for column in columns
    ]
    widths = least if sum(least) <= room else [max(room // len(columns), 1)] * len(columns)
    while sum(widths) < room:
        # a column more to where the text would take most lines
        tallest = max(
            (place for place, size in enumerate(widths) if size < wanted[place]),
            key=lambda place: sum(len(cell) for cell in columns[place]) / widths[place],
        )
        widths[tallest] += 1
    return widths
