"""Plans side by side as a picture: a bar a plan, or curves over the values of a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from coursepush.html.bars import clean, isolated, legend, named_bars, picture, text
from coursepush.reports.plan.picture import fate_looks

_LINE, _THICK, _LEGEND = 40, 16, 21
_LEFT, _RIGHT, _TALL, _TICKS = 12, 96, 150, 8
"""Of curves: percent of the width at which they begin and end, how tall they are, how many values are written."""

_STROKES = (
    'stroke="var(--update,#1f6fb2)" stroke-width="2.5"',
    'stroke="var(--insert,#1a7f4b)" stroke-width="2" stroke-dasharray="7 3"',
    'stroke="var(--delete,#c0362c)" stroke-width="2" stroke-dasharray="2 3"',
)
"""Curves in their order: told apart by their dashes in a black and white print."""


def sides_svg(frame: pl.DataFrame) -> str:
    """What each plan writes, a bar each, divided by what becomes of the rows: one SVG element."""
    title = "What each of them would write, by what becomes of the rows"
    looks = fate_looks()
    used = [look for fate, look in looks.items() if frame[fate].sum()]
    if not used:
        return picture(title, "None of them would write a row.", 20, [text("0", 14, "none", "cp-muted")])
    top, y = legend((look, look.label) for look in used)
    lines = [(row["name"], row) for row in frame.select("name", *looks).to_dicts()]
    drawn, sentences, y = named_bars(lines, looks, y, _THICK, _LINE)
    return picture(title, " ".join(sentences), y + 4, [*top, *drawn])


def curves_svg(axis: str, heading: str, curves: Mapping[str, Sequence[tuple[float, int | None]]]) -> str:
    """Numbers over the values of a sweep, a curve each, as one SVG element; a value without a number is left open.

    Args:
        axis: what is swept.
        heading: stands above the names of the curves.
        curves: what is counted → (value, number); up to three.
    """
    points = [point for curve in curves.values() for point in curve]
    low, high = min(value for value, _ in points), max(value for value, _ in points)
    most = max((number or 0 for _, number in points), default=0)
    drawn = [text("0", 13, heading, "cp-muted"), *_names(curves)]
    top = 38.0 + _LEGEND * len([name for name in curves if name])
    for number in dict.fromkeys((0, most)):
        y = top + _TALL * (1 - number / most if most else 1)
        drawn.append(f'<line x1="{_LEFT}%" x2="{_RIGHT}%" y1="{y:g}" y2="{y:g}" class="cp-frame"/>')
        drawn.append(text(f"{_LEFT - 1.5:g}%", y + 4, f"{number:,}", "cp-number cp-muted", "end"))
    scale = _Scale(low, high, most, top)
    values = sorted({value for value, _ in points})
    for value in values[:: max(1, -(-len(values) // _TICKS))]:
        place = f"{scale.x(value):g}%"
        drawn.append(text(place, top + _TALL + 17, f"{value:g}", "cp-number cp-muted", "middle"))
    drawn.append(text("100%", top + _TALL + 36, axis, "cp-muted", "end"))
    for (name, curve), stroke in zip(curves.items(), _STROKES, strict=False):
        drawn += _curve(name or axis, sorted(curve), stroke, scale)
    told = " ".join(
        f"{value:g}: {', '.join(_told(name, dict(curve).get(value)) for name, curve in curves.items())}."
        for value in values
    )
    return picture(f"{heading} {', '.join(filter(None, curves))} by {axis}", told, top + _TALL + 44, drawn)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a value stands in percent of the width, and a number in pixels from the top."""

    low: float
    high: float
    most: int
    top: float

    def x(self, value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - self.low) / ((self.high - self.low) or 1.0)

    def y(self, number: int) -> float:
        return self.top + _TALL * (1 - (number / self.most if self.most else 0.0))


def _names(curves: Mapping[str, object]) -> list[str]:
    drawn: list[str] = []
    for place, (name, stroke) in enumerate(zip(filter(None, curves), _STROKES, strict=False)):
        y = 24.0 + _LEGEND * place
        drawn.append(f'<line x1="0" x2="26" y1="{y + 9:g}" y2="{y + 9:g}" {stroke}/>')
        drawn.append(text("34", y + 13.5, name))
    return drawn


def _curve(name: str, points: Sequence[tuple[float, int | None]], stroke: str, scale: _Scale) -> list[str]:
    drawn: list[str] = []
    before: tuple[float, float] | None = None
    for value, number in points:
        if number is None:
            before = None
            continue
        x, y = scale.x(value), scale.y(number)
        if before is not None:
            drawn.append(f'<line x1="{before[0]:g}%" y1="{before[1]:g}" x2="{x:g}%" y2="{y:g}" {stroke}/>')
        tip = clean(f"{isolated(name)}, {value:g}: {number:,}")
        ring = stroke.partition(" stroke-dash")[0]
        drawn.append(f'<g><title>{tip}</title><circle cx="{x:g}%" cy="{y:g}" r="4" {ring} fill="none"/></g>')
        before = (x, y)
    return drawn


def _told(name: str, number: int | None) -> str:
    return " ".join(filter(None, [name.lower(), "hidden" if number is None else f"{number:,}"]))
