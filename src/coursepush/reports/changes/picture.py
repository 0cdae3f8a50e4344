"""What a plan writes as a picture: a bar for each school or data type, divided by what becomes of the rows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from coursepush.html.bars import (
    Look,
    Part,
    bar,
    isolated,
    name_line,
    picture,
    swatch,
    text,
)
from coursepush.model.elements import ELEMENT_LABELS, ELEMENT_ORDER
from coursepush.plan.fates import FATE_WORDS, WRITTEN_FATES, Fate

MOST_SCHOOLS = 30
"""So many schools have a bar; the rest are counted in one line."""

BY = ("school", "element")

FATE_COLOURS: dict[str, tuple[str, str, str]] = {
    Fate.DISAPPEARS: ("delete", "#c0362c", "crossed"),
    Fate.OTHER_VALUES: ("update", "#1f6fb2", "diagonal"),
    Fate.RENAMED: ("rename", "#8a5d00", "dots"),
    Fate.LINKED_AGAIN: ("relink", "#6b4fb8", "stripes"),
    Fate.ADDED: ("insert", "#1a7f4b", "plain"),
}
_FEW = 12
_LINE = 21
_LEGEND_CHARACTERS = 20
_NUMBER_WIDTH = 66

_Bars = list[tuple[str, dict[str, int]]]


def changes_svg(frame: pl.DataFrame, by: str = "school", labels: Mapping[str, str] | None = None) -> str:
    """How many rows are written, as one SVG element: a bar for each school, or for each data type.

    Bars are as long as their share of the longest one and divided by fate; their number stands at the right.
    Above them a legend has each fate's number. Schools come with the most rows first, the first 30 of them;
    data types in the order of a push.

    Args:
        frame: school, element, fate (of what is written), rows. Rows of one kind are added up.
        by: ``school`` or ``element``.
        labels: what to call the fates, where a plan has its own words for them.

    Raises:
        ValueError: `by` is another word, or the frame has another fate.
    """
    if by not in BY:
        raise ValueError(f"Changes can be drawn by {' or '.join(BY)}, not by {by!r}.")
    words = {str(fate): labels[fate] if labels else FATE_WORDS[fate].label for fate in WRITTEN_FATES}
    looks = {fate: Look(label, *FATE_COLOURS[fate]) for fate, label in words.items()}
    bars = _bars(frame, by)
    shown, more = (bars[:MOST_SCHOOLS], bars[MOST_SCHOOLS:]) if by == "school" else (bars, [])
    totals = {fate: sum(line[fate] for _, line in bars) for fate in words}
    title = f"Changes {'at each school' if by == 'school' else 'to each kind of data'}"
    if not bars:
        return picture(title, "No row is written.", 20, [text("0", 14, "none", "cp-muted")])
    used = [fate for fate in words if totals[fate]]
    drawn, y = _legend(used, totals, looks)
    thick = 16 if len(shown) <= _FEW else 9
    longest = max(sum(line.values()) for _, line in shown)
    for name, line in shown:
        drawn.append(_line(y, name, line, looks, thick, longest))
        y += thick + _LINE
    if more:
        rows = sum(sum(line.values()) for _, line in more)
        schools = "1 more school" if len(more) == 1 else f"{len(more):,} more schools"
        drawn.append(text("0", y + 13, f"and {schools}", "cp-muted"))
        drawn.append(text("100%", y + 13, f"{rows:,}", "cp-number cp-muted", "end"))
        y += _LINE
    return picture(title, _in_words(shown, len(more), words), y, drawn)


def _bars(frame: pl.DataFrame, by: str) -> _Bars:
    """The bars in their order, those without a row left out."""
    found: dict[str, dict[str, int]] = {}
    grouped = frame.group_by(by, "fate").agg(pl.col("rows").sum()).sort(by, "fate", nulls_last=True)
    for name, fate, rows in grouped.rows():
        if fate not in WRITTEN_FATES:
            raise ValueError(f"The fate {fate!r} writes nothing, so it has no place in this picture.")
        line = found.setdefault(str(name or ""), dict.fromkeys(map(str, WRITTEN_FATES), 0))
        line[fate] += int(rows or 0)
    bars = [(name, line) for name, line in found.items() if any(line.values())]
    if by == "school":
        return sorted(bars, key=lambda one: (-sum(one[1].values()), one[0]))
    order = {name: place for place, name in enumerate(ELEMENT_ORDER)}
    bars.sort(key=lambda one: (order.get(one[0], len(order)), one[0]))
    return [(ELEMENT_LABELS.get(name, name), line) for name, line in bars]


def _legend(used: list[str], totals: Mapping[str, int], looks: Mapping[str, Look]) -> tuple[list[str], float]:
    """The fates that come up with their numbers, in two columns where they fit; and the height they take."""
    drawn: list[str] = []
    cell = 0
    for fate in used:
        label = f"{looks[fate].label} {totals[fate]:,}"
        cells = 2 if len(label) > _LEGEND_CHARACTERS else 1
        cell += cell % 2 if cells == 2 else 0
        drawn.append(
            f'<svg x="{50 * (cell % 2)}%" y="{cell // 2 * _LINE}" width="{50 * cells}%" height="{_LINE}">'
            f"{swatch('0', 3, looks[fate])}{text('20', 13.5, label, 'cp-number')}</svg>"
        )
        cell += cells
    return drawn, (cell + 1) // 2 * _LINE + 10


def _line(
    y: float, name: str, line: Mapping[str, int], looks: Mapping[str, Look], thick: float, longest: int
) -> str:
    total = sum(line.values())
    parts = [
        Part(looks[fate], number, f"{isolated(name)}: {number:,} {looks[fate].label.lower()}")
        for fate, number in line.items()
        if number
    ]
    return (
        name_line(y + 13, name, _NUMBER_WIDTH)
        + text("100%", y + 13, f"{total:,}", "cp-number cp-strong", "end")
        + bar(y + 17, thick, max(100 * total / longest, 1), parts, numbers=thick > 12)
    )


def _in_words(shown: _Bars, more: int, words: Mapping[str, str]) -> str:
    sentences: list[str] = []
    for name, line in shown:
        told = ", ".join(f"{number:,} {words[fate].lower()}" for fate, number in line.items() if number)
        sentences.append(f"{isolated(name)}: {told}.")
    if more:
        sentences.append(f"And {more:,} more {'school' if more == 1 else 'schools'}.")
    return " ".join(sentences)
