"""What a plan writes as a picture: a bar for each school or data type, divided by what becomes of the rows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from coursepush.html.bars import Bars, Look, legend, named_bars, picture, text
from coursepush.html.text import GONE
from coursepush.model.elements import ELEMENT_LABELS, ELEMENT_ORDER
from coursepush.plan.fates import FATE_WORDS, WRITTEN_FATES, Fate

MOST_SCHOOLS = 30
"""So many schools have a bar; the rest are counted in one line."""

BY = ("school", "element")

_COLOURS: dict[Fate, tuple[str, str, str]] = {
    Fate.DISAPPEARS: ("delete", "#c0362c", "crossed"),
    Fate.OTHER_VALUES: ("update", "#1f6fb2", "diagonal"),
    Fate.RENAMED: ("rename", "#8a5d00", "dots"),
    Fate.LINKED_AGAIN: ("relink", "#6b4fb8", "stripes"),
    Fate.ADDED: ("insert", "#1a7f4b", "plain"),
}
_FEW, _LINE = 12, 21


def fate_looks(labels: Mapping[str, str] | None = None) -> dict[str, Look]:
    """How each fate of a written row looks; `labels`: what a plan calls them that has its own words."""
    called = labels or {fate: told.label for fate, told in FATE_WORDS.items()}
    return {str(one): Look(called[one], *_COLOURS[one]) for one in WRITTEN_FATES}


def changes_pictures(rows: pl.DataFrame, labels: Mapping[str, str]) -> str:
    """What is written (school, element, fate, rows) by data type and, of several, by school; empty for nothing."""
    if rows.is_empty():
        return ""
    frame = rows.with_columns(pl.col("school").fill_null(GONE))
    by_data = changes_svg(frame, "element", labels)
    return by_data if frame["school"].n_unique() == 1 else by_data + changes_svg(frame, "school", labels)


def changes_svg(frame: pl.DataFrame, by: str = "school", labels: Mapping[str, str] | None = None) -> str:
    """How many rows are written, as one SVG element: a bar for each school, or for each data type.

    Above the bars a legend has each fate's number. Schools come with the most rows first, the first 30 of them;
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
    looks = fate_looks(labels)
    bars = _bars(frame, by)
    shown, more = (bars[:MOST_SCHOOLS], bars[MOST_SCHOOLS:]) if by == "school" else (bars, [])
    title = f"Changes {'at each school' if by == 'school' else 'to each kind of data'}"
    if not bars:
        return picture(title, "No row is written.", 20, [text("0", 14, "none", "cp-muted")])
    totals = {fate: sum(line[fate] for _, line in bars) for fate in looks}
    drawn, y = legend((looks[one], f"{looks[one].label} {number:,}") for one, number in totals.items() if number)
    thick = 16 if len(shown) <= _FEW else 9
    made, sentences, y = named_bars(shown, looks, y, thick, thick + _LINE, numbers=thick > 12)
    drawn += made
    if more:
        rows = sum(sum(line.values()) for _, line in more)
        schools = "1 more school" if len(more) == 1 else f"{len(more):,} more schools"
        drawn.append(text("0", y + 13, f"and {schools}", "cp-muted"))
        drawn.append(text("100%", y + 13, f"{rows:,}", "cp-number cp-muted", "end"))
        sentences.append(f"And {schools}.")
        y += _LINE
    return picture(title, " ".join(sentences), y, drawn)


def _bars(frame: pl.DataFrame, by: str) -> Bars:
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
