"""A report's rows as a spreadsheet has them: what the page says in words, no codes and no raw text, ids last."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.fates import FATE_WORDS, MAKER_LABELS

_RAW = (
    "key", "field", "before", "after", "now", "wanted", "last_pushed", "master_value", "course_value",
    "course_values", "section_value", "reason", "first_reason", "second_reason", "because", "hindrance",
    "hindrances",
)  # fmt: skip
"""Columns for programs: JSON text, and codes that another column says in words. Parquet files have them."""

_SAID_BY = ("why", "change", "in_words", "master_words", "words_before", "first_why")
"""Where a report has one of these, it says in words what the raw columns say."""

STATUS_LABELS: dict[str, str] = {
    "desynced": "Desynced",
    "course_controlled": "Course controlled",
    "no_setup": "No setup",
    "linked": "Linked",
}
"""What a reader sees for each status of a course, the worst first."""

_LABELS: dict[str, dict[str, str]] = {
    "element": ELEMENT_LABELS,
    "level": {"setup": "Setup", "course": "Course", "section": "Section"},
    "fate": {fate: told.label for fate, told in FATE_WORDS.items()},
    "made_by": MAKER_LABELS,
    "outcome": {"written": "Written", "could_not": "Could not be pushed", "stays": "Stays"},
    "link": {"linked": "Linked", "broken": "Link broken", "orphan": "Row above is gone", "local": "Made here"},
    "difference": {
        "only_first": "Only the first writes",
        "only_second": "Only the second writes",
        "differs": "Both write, differently",
        "missing": "Missing on the course",
        "extra": "Only on the course",
        "link": "Link is not sound",
    },
    "status": STATUS_LABELS,
    "use": {"used": "Used", "unused": "Not used", "unknown": "Not known"},
}


_MOST_IN_SHEET = 31
"""So many characters has the name of a sheet at most."""


def in_plain_words(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` for people: codes in words, raw columns left out where others say the same, ids last.

    Names of columns stay, and so do numbers, dates, and numbers that are text ("01").
    """
    raw = [name for name in _RAW if name in frame.columns] if set(_SAID_BY) & set(frame.columns) else []
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    told = frame.drop(raw).with_columns(
        pl.col(name).replace(labels) for name, labels in _LABELS.items() if name in texts
    )
    ids = [name for name in told.columns if name.endswith("_id")]
    return told.select([*(name for name in told.columns if name not in ids), *ids])


def by_school(sheets: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The sheets of a workbook parted by school, in order of name: those without a school stay whole."""
    found: dict[str, pl.DataFrame] = {}
    for name, frame in sheets.items():
        if "school" not in frame.columns or frame.is_empty():
            found[_sheet_name(name, found)] = frame
            continue
        for (school,), rows in frame.sort("school", nulls_last=True, maintain_order=True).group_by(
            "school", maintain_order=True
        ):
            told = str(school or "No school") + ("" if name == "Report" else f", {name.lower()}")
            found[_sheet_name(told, found)] = rows
    return found


def _sheet_name(text: str, taken: Mapping[str, object]) -> str:
    """A name that Excel takes and no other sheet has."""
    plain = re.sub(r"[\\[\]:*?/\\\\\x00-\x1f]", " ", text).strip(" '") or "School"
    name, number = plain[:_MOST_IN_SHEET], 1
    while name.lower() in {one.lower() for one in taken} or name.lower() == "history":
        number += 1
        end = f" ({number})"
        name = plain[: _MOST_IN_SHEET - len(end)] + end
    return name
