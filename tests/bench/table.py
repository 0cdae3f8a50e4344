"""The one table: its rows, and how figures are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

HEADINGS = (
    "what",
    "district",
    "figure",
    "held against",
    "its figure",
    "ratio",
    "aim",
    "aim held",
    "fastest",
    "peak memory",
    "statements",
    "best of",
)
RIGHT = {"figure", "its figure", "ratio", "peak memory", "statements", "best of"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line, as text under :data:`HEADINGS`; empty where there is nothing to say."""

    what: str
    district: str
    figure: str
    against: str = ""
    against_figure: str = ""
    ratio: str = ""
    aim: str = ""
    held: str = ""
    fastest: str = ""
    peak: str = ""
    statements: str = ""
    best_of: str = ""


def seconds(value: float) -> str:
    """A time in three digits: ``850 ms``, ``1.24 s``, ``95.0 s``, ``1,203 s``."""
    if value < 0.9995:
        return f"{value * 1000:.3g} ms"
    return f"{value:.2f} s" if value < 9.995 else f"{value:.1f} s" if value < 99.95 else f"{value:,.0f} s"


def times(value: float) -> str:
    """A ratio: ``0.85 ×``, ``12.3 ×``, ``1,203 ×``."""
    return f"{value:.2f} ×" if value < 9.995 else f"{value:.1f} ×" if value < 99.95 else f"{value:,.0f} ×"


def gib(value: float) -> str:
    """Bytes as ``0.48 GiB``."""
    return f"{value / 1024**3:.2f} GiB"


def rendered(rows: Iterable[Row]) -> str:
    """A Markdown table whose columns are padded, so that it can be read in a terminal too."""
    lines = [HEADINGS, *(astuple(row) for row in rows)]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    widths = [max(3, *(len(line[place]) for line in cells)) for place in range(len(HEADINGS))]

    def line(texts: list[str]) -> str:
        padded = [
            text.rjust(width) if name in RIGHT else text.ljust(width)
            for text, width, name in zip(texts, widths, HEADINGS, strict=True)
        ]
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * (width - 1) + ":" if name in RIGHT else "-" * width
        for width, name in zip(widths, HEADINGS, strict=True)
    ]
    return "\n".join([line(cells[0]), f"| {' | '.join(rule)} |", *(line(texts) for texts in cells[1:])])
