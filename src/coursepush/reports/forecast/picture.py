"""How far grades would move, as a picture: a bar for each class of moves, as long as its number of sections."""

from __future__ import annotations

from collections.abc import Sequence

from coursepush.html.bars import Look, Part, bar, picture, text

UP, DOWN = (Look("Up", "insert", "#1a7f4b", "plain"), Look("Down", "delete", "#c0362c", "stripes"))
_APPEARS, _VANISHES = (
    Look("Grade appears", "update", "#1f6fb2", "dots"),
    Look("Grade vanishes", "rename", "#8a5d00", "crossed"),
)
_LINE, _THICK = 22, 15
_LABELS, _BARS = 31, 58
"""Percent of the width: what the labels take, and the longest bar."""

Class = tuple[int | None, int | None, int | None]
"""From and to how many percent points (None: no bound), and in how many sections (None: hidden)."""


def moves_svg(classes: Sequence[Class], appears: int | None, vanishes: int | None) -> str:
    """How far grades would move, as one SVG element; classes beyond the last in which any moves are left out.

    Args:
        classes: from the farthest down to the farthest up.
        appears: in how many sections there is a grade that there was not; None where that is hidden.
        vanishes: the same, of grades that are there no more.
    """
    lines = [
        *(
            (_label(low, high), DOWN if (high is not None and high <= 0) else UP, sections)
            for low, high, sections in _cut(classes)
        ),
        *(
            (look.label, look, number)
            for look, number in ((_APPEARS, appears), (_VANISHES, vanishes))
            if number != 0
        ),
    ]
    title = "How far grades would move, in percent points, and in how many sections"
    if not lines:
        return picture(title, "None would.", 20, [text("0", 14, "none", "cp-muted")])
    longest = max((number or 0 for *_, number in lines), default=0) or 1
    drawn = [text("0", 12, "Percent points", "cp-muted"), text("100%", 12, "Sections", "cp-muted", "end")]
    y = 18.0
    sentences: list[str] = []
    for label, look, number in lines:
        drawn.append(text("0", y + 14, label, "cp-number"))
        told = "hidden" if number is None else f"{number:,}"
        drawn.append(text("100%", y + 14, told, "cp-number cp-strong" if number else "cp-muted", "end"))
        if number:
            width = 100 * number / longest
            bars = bar(0, _THICK, width, [Part(look, number, f"{label}: {number:,} sections")], numbers=False)
            place = f'x="{_LABELS}%" y="{y + 2:g}" width="{_BARS}%" height="{_THICK}"'
            drawn.append(f'<svg {place} overflow="hidden">{bars}</svg>')
        sentences.append(f"{label}: {told}.")
        y += _LINE
    return picture(title, " ".join(sentences), y + 4, drawn)


def _cut(classes: Sequence[Class]) -> Sequence[Class]:
    """Without what is empty at both ends."""
    places = [place for place, (*_, number) in enumerate(classes) if number != 0]
    return classes[places[0] : places[-1] + 1] if places else ()


def _label(low: int | None, high: int | None) -> str:
    """ "−10 to −5", "+20 or more"."""
    if low is None:
        return f"{_signed(high)} or more"
    if high is None:
        return f"{_signed(low)} or more"
    return f"{_signed(low)} to {_signed(high)}"


def _signed(points: int | None) -> str:
    return "0" if not points else f"{'−' if points < 0 else '+'}{abs(points)}"
