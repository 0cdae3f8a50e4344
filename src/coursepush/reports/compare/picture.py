"""Where two plans differ, as a picture: a bar for each data type, divided by which of the two writes."""

from __future__ import annotations

from collections.abc import Mapping

from coursepush.html.bars import Look, Part, bar, isolated, name_line, picture, swatch, text

_COLOURS: dict[str, tuple[str, str, str]] = {
    "only_first": ("update", "#1f6fb2", "plain"),
    "only_second": ("relink", "#6b4fb8", "stripes"),
    "differs": ("rename", "#8a5d00", "crossed"),
}
_LINE = 21
_THICK = 17
_NUMBER_WIDTH = 66


def compare_svg(lines: Mapping[str, Mapping[str, int]], labels: Mapping[str, str]) -> str:
    """Where two plans differ, as one SVG element: a bar for each of the lines, its number at the right.

    Bars are as long as their share of the longest one. Above them a legend has each difference's number.

    Args:
        lines: name → difference (``only_first``, ``only_second``, ``differs``) → rows, in the order of the bars.
        labels: what the differences are called.
    """
    looks = {one: Look(labels[one], *_COLOURS[one]) for one in _COLOURS}
    shown = {name: line for name, line in lines.items() if any(line.values())}
    title = "Where the two plans differ"
    if not shown:
        return picture(title, "They do not.", 20, [text("0", 14, "none", "cp-muted")])
    drawn: list[str] = []
    y = 0.0
    for one, look in looks.items():
        total = sum(line.get(one, 0) for line in shown.values())
        if total:
            drawn.append(swatch("0", y + 3, look) + text("20", y + 13.5, f"{look.label} {total:,}", "cp-number"))
            y += _LINE
    y += 10
    longest = max(sum(line.values()) for line in shown.values())
    sentences: list[str] = []
    for name, line in shown.items():
        told = {one: line[one] for one in looks if line.get(one)}
        rows = sum(told.values())
        parts = [
            Part(looks[one], number, f"{isolated(name)}: {number:,} {looks[one].label.lower()}")
            for one, number in told.items()
        ]
        drawn.append(name_line(y + 13, name, _NUMBER_WIDTH))
        drawn.append(text("100%", y + 13, f"{rows:,}", "cp-number cp-strong", "end"))
        drawn.append(bar(y + 17, _THICK, max(100 * rows / longest, 1), parts))
        said = ", ".join(f"{number:,} {looks[one].label.lower()}" for one, number in told.items())
        sentences.append(f"{isolated(name)}: {said}.")
        y += 17 + _THICK + 10
    return picture(title, " ".join(sentences), y, drawn)
