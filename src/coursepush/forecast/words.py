"""A forecast in words that may leave the district (GRADES.md 12).

A count of students is never told: only whether there is any, and from 10 on at least how many. So nothing bounds a
count from above, but "hidden", which is 1 to 9; and what is below a hidden count is hidden whole, none at all too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from coursepush.errors import counted

if TYPE_CHECKING:
    from coursepush.forecast.forecast import Forecast

STEPS = (10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000)
"""At least how many students there are is told in these steps."""

NONE, SOME, HIDDEN = "none", "some", "hidden"

OUTCOME_LABELS = {
    "looked_at": "Grades looked at",
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
    "mark_up": "marks go up for {}",
    "mark_down": "marks go down for {}",
    "passes": "{} would pass who do not now",
    "fails": "{} would no longer pass",
    "appears": "grades appear for {}",
    "vanishes": "grades vanish for {}",
    "posted_disagrees": "posted grades, which no push changes, no longer agree for {}",
}


def at_least(students: int) -> str:
    """A count of students as it may be shown.

    >>> [at_least(number) for number in (0, 9, 10, 1234)]
    ['none', 'hidden', '10 or more', '1,000 or more']
    """
    if not students:
        return NONE
    reached = [step for step in STEPS if step <= students]
    return f"{reached[-1]:,} or more" if reached else HIDDEN


def at_least_each(column: str) -> pl.Expr:
    """The same of a column."""
    shown = pl.when(pl.col(column) == 0).then(pl.lit(NONE))
    for low, high in zip(STEPS, [*STEPS[1:], None], strict=True):
        within = pl.col(column) >= low if high is None else pl.col(column).is_between(low, high, closed="left")
        shown = shown.when(within).then(pl.lit(f"{low:,} or more"))
    return shown.otherwise(pl.lit(HIDDEN)).alias(column)


def headline(found: Forecast) -> str:
    """What a plan would do to grades, in one to three sentences without a small count."""
    if not found.is_known:
        return (
            f"What this would do to grades is not known: {', '.join(found.missing)} "
            f"{'were' if len(found.missing) > 1 else 'was'} not loaded."
        )
    total = found.counts().row(0, named=True)
    if not total["moves"]:
        told = "No grade in progress would move." if total["looked_at"] else "No grade rests on what this changes."
    else:
        where = f"in {counted(total['sections'], 'section')} of {counted(total['teachers'], 'teacher')}"
        told = f"Grades in progress would move for {_students(total['moves'])} {where}"
        parts = [sentence.format(_students(total[name])) for name, sentence in _SENTENCES.items() if total[name]]
        told += f": {'; '.join(parts)}." if parts else "; no mark changes."
    if found.is_onward:
        told = f"Pushed on to sections, as this push does not: {told[0].lower()}{told[1:]}"
    return told


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
    return said


def _students(number: int) -> str:
    shown = at_least(number)
    return "some students" if shown == HIDDEN else f"{shown} students"
