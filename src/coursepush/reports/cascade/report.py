"""The cascade's numbers: how many catalogs, course masters, courses and sections are in sync, and how many not."""

from __future__ import annotations

import polars as pl

from coursepush.model.elements import ELEMENT_ORDER, WHOLE_COURSE
from coursepush.model.verdicts import Reason, Verdict
from coursepush.reports.awaiting.steps import Standing, standing
from coursepush.reports.cascade.picture import LEVELS as _LEVELS
from coursepush.reports.filters import Given
from coursepush.store.database import Store

LEVELS = tuple(_LEVELS)
"""From the top of the cascade to the bottom."""

STATES = ("in_sync", "differs", "pending", "residual", "desynced", "ignored")
"""How an owner stands to what is above it, the worse the later: it has what that has; it lacks something or has it
otherwise, and no push changes that; a push would write; something stays because it is used; a link is broken, so
that a push fails; no push reaches it."""

_ELEMENTS = tuple(name for name in ELEMENT_ORDER if name != WHOLE_COURSE)
_STATE_COLUMN = pl.DataFrame({"state": STATES})
_STAYS = (
    Reason.COURSE_MANAGED,
    Reason.TEACHER_MANAGED,
    Reason.IN_USE,
    Reason.DUPLICATE_NUMBER,
    Reason.MISSING_DEPENDENCY,
    Reason.NO_SUCH_TERM,
)
_LEFT = ", ".join(f"'{reason}'" for reason in _STAYS)
_DIFFERS = f"(verdict in ('{Verdict.SKIP}', '{Verdict.FAIL}') and reason in ({_LEFT}))"
"""SQL: what the level above has is not there as it should be, and a push refuses or leaves it (RULES.md 4 and 5).
What a school or teacher has beyond it is kept for two of these reasons, and is no difference."""


def cascade_frames(store: Store, given: Given) -> tuple[pl.DataFrame, pl.DataFrame]:
    """How much is in sync, level by level, as things stand: level, state, owners, rows, awaiting; and the same of
    the courses and sections of each school, with a column school, sorted by its name.

    Every level and state has a row, from the top down, zeros included. Sections and teachers that `given` names
    narrow the sections, data types what is looked at. An owner is in one state only, the worst of desynced,
    residual, pending, differs, in_sync:

    - a course, by a locked push of its catalog: ignored where it ignores course masters or its master is inactive,
      desynced where a link of what the catalog locks is broken. Courses that such a push does not have in scope
      are not in it (no course master, one of a catalog that is not the school's that year, a summer calendar that
      was not named);
    - a section of any course, by a push of courses: ignored where the course is run at another site;
    - a course master: the worst of its courses that are not ignored; ignored where it is inactive or all are;
    - a catalog: pending where something below it is pending, residual or desynced, else differs where something
      is, else in_sync.

    `rows` counts rows and fields by the state they are in themselves, not by their owner's: those of courses (at
    the level of course masters too) and those of sections; 0 for catalogs and what is ignored.

    `awaiting` counts, of the owners in that state, those to which a push would write: of course masters to a
    course, of courses to a section; a catalog or course master to a course of which it would write. The sum over
    the states of a level is what the reports of what awaits a push give.

    Raises:
        RequestError: a filter names something unknown.
    """
    with standing(store, given, _ELEMENTS, written=False, judged=True) as found:
        owners, rows = _counts(found)
    whole = pl.DataFrame({"level": LEVELS}).join(_STATE_COLUMN, how="cross", maintain_order="left")
    schools = owners.select("school").drop_nulls().unique().sort("school")
    places = schools.join(whole.filter(pl.col("level").is_in(["course", "section"])), how="cross")
    of_masters = rows.filter(level="course").with_columns(level=pl.lit("master"))
    return (
        _placed(whole, owners.drop("school"), pl.concat([rows, of_masters]).drop("school")),
        _placed(places, owners, rows),
    )


def _counts(found: Standing) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Owners and rows by school, level and state."""
    elements = {"elements": found.filters.elements}
    found.do("cascade/state", elements, differs=_DIFFERS, states=str(list(STATES)))
    rows = found.frame("cascade/rows", elements, differs=_DIFFERS)
    return found.frame("cascade/owners"), rows


def _placed(places: pl.DataFrame, owners: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """`places` in their order, with the sums of what is counted there; nothing there is 0."""
    counted = places.with_row_index("place")
    for frame, names in ((owners, ("owners", "awaiting")), (rows, ("rows",))):
        sums = frame.group_by(places.columns).agg(pl.col(names).sum())
        counted = counted.join(sums, on=places.columns, how="left")
    counts = ("owners", "rows", "awaiting")
    return counted.sort("place").select(*places.columns, pl.col(counts).fill_null(0))
