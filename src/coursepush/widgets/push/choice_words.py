"""What is chosen in the push panel, in words: (what, which), and nothing of what is as usual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coursepush.errors import examples
from coursepush.model.elements import COURSE_PUSH_DATA, ELEMENT_LABELS, MASTER_PUSH_DATA
from coursepush.plan.request import Name, school_year

if TYPE_CHECKING:
    from coursepush.widgets.push.choices import Choices

_MODES = {"locked": "Push locked data", "overwrite": "Overwrite existing course and section level data"}


def words_of_masters(choices: Choices) -> list[tuple[str, str]]:
    said = [
        ("Year", "" if choices.year is None else school_year(choices.year)),
        ("Course Catalog", _listed([choices.catalog] if choices.catalog is not None else [])),
        ("Calendars", _listed(choices.calendars)),
        ("Push Mode", _MODES[choices.mode]),
        ("Push locked data to sections", "Yes" if choices.to_sections else "No"),
        ("Only course masters", _listed(choices.masters)),
        ("Only courses", _listed(choices.courses)),
        ("Data to be pushed", _labels(choices.data, MASTER_PUSH_DATA)),
        ("Where a course master is blank", "" if choices.blanks == "push" else "Leave what the courses have"),
    ]
    return [(what, which) for what, which in said if which]


def words_of_courses(choices: Choices) -> list[tuple[str, str]]:
    said = [
        ("Calendar", _listed([choices.calendar] if choices.calendar is not None else [])),
        ("Overwrite Categories", "Yes" if choices.overwrite_categories else "No"),
        ("Only courses", _listed(choices.courses)),
        ("Only sections", _listed(choices.sections)),
        ("Data to be pushed", _labels(choices.course_data, COURSE_PUSH_DATA)),
    ]
    return [(what, which) for what, which in said if which]


def _labels(chosen: Sequence[str], usual: Sequence[str]) -> str:
    return "" if set(chosen) == set(usual) else ", ".join(ELEMENT_LABELS[one] for one in usual if one in chosen)


def _listed(names: Sequence[Name]) -> str:
    return examples([str(one) for one in names], 6)
