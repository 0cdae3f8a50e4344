"""The cascade as a picture: catalog, course masters, courses, sections, and how much of each is in sync."""

from __future__ import annotations

import polars as pl

from coursepush.html.bars import Look, Part, bar, picture, swatch, text

LEVELS: dict[str, tuple[str, str]] = {
    "catalog": ("course catalog", "course catalogs"),
    "master": ("course master", "course masters"),
    "course": ("course", "courses"),
    "section": ("section", "sections"),
}
"""From the top down, each with what one of it and several are called."""

STATES: dict[str, Look] = {
    "in_sync": Look("In sync", "insert", "#1a7f4b", "plain"),
    "differs": Look("Differs, no push changes it", "relink", "#6b4fb8", "stripes"),
    "pending": Look("Awaiting push", "update", "#1f6fb2", "diagonal"),
    "residual": Look("Residual data", "rename", "#8a5d00", "dots"),
    "desynced": Look("Desynced", "delete", "#c0362c", "crossed"),
    "ignored": Look("Left out of pushes", "quiet", "#6b7480", "lines"),
}
"""In the order of their segments."""

_IN_WORDS = {"residual": "with residual data", "differs": "with differences that no push changes"}
"""Where the label would not do in a sentence."""

_FLOWS = {"master": "what the catalog locks", "course": "Push All Course Masters", "section": "Push All Courses"}
_HEADS = {"catalog": "Catalogs", "master": "Masters", "course": "Courses", "section": "Sections"}
_COLUMNS = {"catalog": 52, "master": 68, "course": 84, "section": 100}

_TITLE = "How much of the district's setup is in sync, level by level"
_BLOCK, _BAR, _LINE = 74, 22, 21


def cascade_svg(frame: pl.DataFrame) -> str:
    """How much of each level is in sync, as one SVG element to put on a page or show alone.

    Each level has a bar of the whole width: all of that level. Below the bars a table gives every number.

    Args:
        frame: level (catalog, master, course, section), state (in_sync, differs, pending, residual, desynced,
            ignored), owners (how many), awaiting (to how many of these a push would write, whatever their state);
            other columns are not looked at. Rows of one level and state are added up, and what the frame does not
            have counts as none.

    Raises:
        ValueError: the frame has a level or a state that the picture does not know.
    """
    counts, awaiting = _counts(frame)
    drawn: list[str] = []
    y = 0.0
    for level in LEVELS:
        if level in _FLOWS:
            drawn.append(_flow(y, level, awaiting[level]))
        drawn.append(_level(y, level, counts[level]))
        y += _BLOCK
    y -= _BLOCK - 20 - _BAR - 14
    states = [state for state in STATES if any(counts[level][state] for level in LEVELS)]
    drawn.append(_legend(y, counts, states))
    return picture(_TITLE, _in_words(counts), y + (len(states) + 1) * _LINE, drawn)


def _counts(frame: pl.DataFrame) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Owners by level and state, and how many of a level await a push."""
    counts = {level: dict.fromkeys(STATES, 0) for level in LEVELS}
    awaited = dict.fromkeys(LEVELS, 0)
    for level, state, owners, awaiting in frame.select("level", "state", "owners", "awaiting").rows():
        if level not in counts or state not in STATES:
            raise ValueError(f"The cascade has no level {level!r} with the state {state!r}.")
        counts[level][state] += int(owners or 0)
        awaited[level] += int(awaiting or 0)
    return counts, awaited


def _level(y: float, level: str, counts: dict[str, int]) -> str:
    total = sum(counts.values())
    label = text("0", y + 14, _many(total, level), "cp-strong cp-number")
    if not total:
        return label + text("0", y + 34, "none", "cp-muted")
    parts = [
        Part(STATES[state], number, f"{STATES[state].label}: {number:,} of {_many(total, level)}")
        for state, number in counts.items()
        if number
    ]
    return label + bar(y + 20, _BAR, 100, parts)


def _flow(y: float, level: str, awaiting: int) -> str:
    """The connector from the bar above down to this level: what goes down there, and how many wait for it."""
    top, tip = y - _BLOCK + 20 + _BAR + 3, y - 3
    arrow = f'<path class="cp-line" d="M7 {top:g}V{tip:g}M3 {tip - 4:g}L7 {tip:g}L11 {tip - 4:g}"/>'
    words = _FLOWS[level]
    if awaiting and level != "master":
        words += f": {_many(awaiting, level)} {'awaits' if awaiting == 1 else 'await'} it"
    return arrow + text("20", (top + tip) / 2 + 4, words, "cp-muted")


def _legend(y: float, counts: dict[str, dict[str, int]], states: list[str]) -> str:
    """A table: a line a state, a column a level."""
    if not states:
        return ""
    drawn = [
        text(f"{_COLUMNS[level]}%", y + 13, _HEADS[level], "cp-muted", "end")
        for level in LEVELS
    ]  # fmt: skip
    for place, state in enumerate(states, 1):
        line = y + place * _LINE
        drawn.append(f'<line class="cp-frame" x1="0" x2="100%" y1="{line:g}" y2="{line:g}"/>')
        drawn.append(swatch("0", line + 4.5, STATES[state]))
        drawn.append(_label(line + 15, STATES[state].label))
        for level in LEVELS:
            number = counts[level][state]
            kind = "cp-number" if number else "cp-muted"
            drawn.append(text(f"{_COLUMNS[level]}%", line + 15, f"{number:,}" if number else "–", kind, "end"))
    return "".join(drawn)


def _label(y: float, label: str) -> str:
    """What a state is called; on a phone without what follows a comma, for which there is no room."""
    short = label.partition(",")[0]
    if short == label:
        return text("20", y, label)
    return text("20", y, short, "cp-narrow") + text("20", y, label, "cp-wide")


def _in_words(counts: dict[str, dict[str, int]]) -> str:
    sentences: list[str] = []
    for level, states in counts.items():
        total = sum(states.values())
        told = ", ".join(f"{number:,} {in_words(state)}" for state, number in states.items() if number)
        sentences.append(f"{_many(total, level)}: {told or 'none'}.")
    return " ".join(sentences)


def in_words(state: str) -> str:
    """A state as it stands after a count in a sentence: "3 awaiting push"."""
    return _IN_WORDS.get(state, STATES[state].label.lower())


def _many(number: int, level: str) -> str:
    one, several = LEVELS[level]
    return f"1 {one}" if number == 1 else f"{number:,} {several}"
