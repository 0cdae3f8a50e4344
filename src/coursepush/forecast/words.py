"""A forecast in words that may leave the district: they count sections, and never students (GRADES.md 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coursepush.errors import counted

if TYPE_CHECKING:
    from coursepush.forecast.forecast import Forecast
    from coursepush.forecast.shown import Shown

FEWEST = 10
"""Of a group with fewer students than this whose grades were looked at nothing is said."""

NONE, SOME, HIDDEN = "none", "some", "hidden"
"""What is said of students."""

OUTCOME_LABELS = {
    "moves": "Grades move",
    "mark_up": "Mark goes up",
    "mark_down": "Mark goes down",
    "passes": "Passes from now on",
    "fails": "Fails from now on",
    "appears": "Grade appears",
    "vanishes": "Grade vanishes",
    "posted_disagrees": "Posted grade no longer agrees",
}
"""What each outcome is called in headings."""

_SENTENCES = {
    "mark_up": "marks go up",
    "mark_down": "marks go down",
    "passes": "some who do not pass now would pass",
    "fails": "some who pass now would not",
    "appears": "grades appear",
    "vanishes": "grades vanish",
    "posted_disagrees": "posted grades, which no push changes, no longer agree",
}

FEW_NOTE = (
    f"Sections are counted, and never students. Of a school, a teacher or a section in which grades of fewer than "
    f"{FEWEST} students were looked at nothing is said, and its sections are in no number."
)


def headline(found: Forecast) -> str:
    """What a plan would do to grades, in one or two sentences that count no students."""
    if not found.is_known:
        return (
            f"What this would do to grades is not known: {', '.join(found.missing)} "
            f"{'were' if len(found.missing) > 1 else 'was'} not loaded."
        )
    return sentence(found.shown)


def sentence(shown: Shown) -> str:
    """The same of what a forecast was narrowed to."""
    told = _sentence(shown)
    if shown.found.is_onward:
        told = f"Pushed on to sections, as this push does not: {told[0].lower()}{told[1:]}"
    return told


def _sentence(shown: Shown) -> str:
    if shown.sections.is_empty():
        return f"No grade{' here' if shown.only is not None else ''} rests on what this changes."
    if not shown.any_of("moves"):
        return "No grade in progress would move."
    if shown.is_few:
        return f"Grades in progress would move for fewer than {FEWEST} students. More is not said of so few."
    sections = shown.number("moves")
    if not sections:
        return "Grades in progress would move only where they are of so few students that no more is said."
    moving = shown.told.filter("moves")
    schools = moving["school_id"].n_unique()
    where = f"in {counted(sections, 'section')}"
    if teachers := moving["teacher_id"].drop_nulls().n_unique():
        where += f" of {counted(teachers, 'teacher')}"
    if schools > 1:
        where += f" at {counted(schools, 'school')}"
    numbers = {said: shown.number(name) for name, said in _SENTENCES.items()}
    parts = [f"{said} in {number:,}" if sections > 1 else said for said, number in numbers.items() if number]
    if parts and sections > 1:
        parts[0] += " of them"
    if parts:
        return f"Grades in progress would move {where}: {'; '.join(parts)}."
    if any(shown.any_of(name) for name in _SENTENCES):
        return f"Grades in progress would move {where}."
    return f"Grades in progress would move {where}; no mark changes."


def notes(found: Forecast) -> list[str]:
    """What else has to be known to read a forecast."""
    said: list[str] = []
    if found.is_known and found.missing:
        said.append("Posted grades were not loaded: composite grades go by grades in progress alone.")
    if found.not_computed:
        said.append(
            f"In {found.not_computed:,} places (a section's task in a term) the calculation is of another type "
            "than in progress: those grades are not computed."
        )
    if found.is_known and found.shown.hides and not found.shown.is_few:
        said.append(FEW_NOTE)
    return said
