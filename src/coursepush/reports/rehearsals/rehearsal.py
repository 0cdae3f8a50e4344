"""A rehearsal: where a situation applies, and what each step would do there; and the list of all of them."""

from __future__ import annotations

import datetime as dt
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import polars as pl

from coursepush.calls import call_text
from coursepush.errors import CoursepushError
from coursepush.marks import free_of_students
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.plan.request import day_of, school_year
from coursepush.plan.use import unknown_work
from coursepush.reports.asked import as_of_words
from coursepush.reports.filters import Given
from coursepush.reports.rehearsals.page import REHEARSAL, REHEARSALS
from coursepush.reports.rehearsals.places import Found, looked_at
from coursepush.reports.rehearsals.situation import Places, Situation, Step
from coursepush.reports.rehearsals.situations import SITUATIONS, situation_of
from coursepush.reports.report import Report
from coursepush.reports.side_by_side.report import SCHEMA, measured
from coursepush.scenario.code import edit_code
from coursepush.scenario.edits import Edit
from coursepush.scenario.overlay import Overlay
from coursepush.scenario.scenario import Scenario
from coursepush.store.database import Session, Store

PLACE_COLUMNS: tuple[str, ...] = (
    "catalog", "year", "school", "calendar", "master_number", "master_name", "course_number", "course_name",
    "section_number", "teacher", "what", "course_id", "section_id", "master_id",
)  # fmt: skip
"""Of :attr:`Rehearsal.places`, one row a place."""

STEP_SCHEMA: dict[str, pl.DataType] = {
    "step": pl.Int64(),
    "is_advised": pl.Boolean(),
    "what": pl.String(),
    "edits": pl.String(),
    "call": pl.String(),
    **SCHEMA,
}
"""Of a rehearsal, one row a step."""

LIST_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.Int64(),
    "name": pl.String(),
    "situation": pl.String(),
    "question": pl.String(),
    **dict.fromkeys(("places", "masters", "courses", "sections"), pl.Int64()),
    "in_years": pl.String(),
    "advice": pl.String(),
}
"""Of the list, one row a situation."""


class Rehearsal(Report):
    """A report of steps that can be looked into: the places, and the plan of each step."""

    @property
    def situation(self) -> Situation:
        found: Situation = self.facts["situation"]
        return found

    @property
    def places(self) -> pl.DataFrame:
        """Where it applies, in the catalog and year that is rehearsed: one row a place."""
        found: pl.DataFrame = self.facts["places"]
        return free_of_students(found.select(PLACE_COLUMNS))

    @property
    def steps(self) -> list[Step]:
        """What each step is: a push, and the edits that are to be made before it."""
        found: list[Step] = self.facts["steps"]
        return found

    @property
    def plans(self) -> list[Plan]:
        """The plan of each step, in their order; where something is set up first, of a scenario."""
        found: list[Plan] = self.facts["plans"]
        return found


def list_rehearsals(store: Store, given: Given, today: dt.date | None) -> Report:
    """All situations, and where each applies.

    Raises:
        RequestError: a filter names something unknown.
    """
    with store.reading() as session, looked_at(store, given, _day(today)) as found:
        rows: list[dict[str, Any]] = []
        for one in SITUATIONS:
            places = found.places(one)
            rows.append(
                {
                    "number": one.number,
                    "name": one.name,
                    "situation": one.title,
                    "question": one.question,
                    "places": places.height,
                    "masters": places["master_id"].n_unique(),
                    "courses": places["course_id"].n_unique(),
                    "sections": places["section_id"].drop_nulls().n_unique(),
                    "in_years": ", ".join(_where(catalog, year) for catalog, year in _catalogs(places)),
                    "advice": one.advice,
                }
            )
        return Report(
            REHEARSALS, pl.DataFrame(rows, schema=LIST_SCHEMA), [], as_of_words(session), _notes(session)
        )


def rehearse(store: Store, name: str | int, given: Given, today: dt.date | None) -> Rehearsal:
    """One situation: the steps for the catalog and year that have most places.

    Raises:
        RequestError: there is no such situation, or a filter names something unknown.
    """
    situation, day = situation_of(name), _day(today)
    with store.reading() as session:
        with looked_at(store, given, day) as found:
            every, notes, steps = _steps(found, situation, session, day)
        places = every.filter(pl.col("is_rehearsed")).drop("is_rehearsed")
        rows: list[dict[str, Any]] = []
        plans: list[Plan] = []
        opened: list[Scenario] = []
        for number, step in enumerate(steps, 1):
            plan, scenario = _planned(store, session, step, day)
            opened += [scenario] if scenario is not None else []
            plans.append(plan)
            missed = [one.missed for one in scenario.missed] if scenario is not None else []
            notes += [f"Step {number}, an edit that cannot be made: {one}" for one in missed]
            rows.append(_row(number, step, plan))
        facts: dict[str, Any] = {"situation": situation, "places": places, "plans": plans, "steps": steps}
        facts["warnings"] = [list(plan.warnings) for plan in plans]
        made = Rehearsal(
            REHEARSAL,
            pl.DataFrame(rows, schema=STEP_SCHEMA),
            _asked(situation, places),
            as_of_words(session),
            [*notes, *_notes(session)],
            facts,
        )
    weakref.finalize(made, _close, opened)
    return made


def _steps(
    found: Found, situation: Situation, session: Session, today: dt.date
) -> tuple[pl.DataFrame, list[str], list[Step]]:
    """All places, those marked that are rehearsed; notes; and the steps for these."""
    every = found.places(situation)
    if every.is_empty():
        return every.with_columns(is_rehearsed=pl.lit(False)), [], []
    most = every.group_by("catalog_id", "year").len().sort(
        "len", "year", "catalog_id", descending=[True, True, False]
    ).row(0)  # fmt: skip
    here = (pl.col("catalog_id") == most[0]) & (pl.col("year") == most[1])
    places = Places(every.filter(here), session, today)
    steps = situation.steps(places)
    others = [_where(catalog, year) for catalog, year in _catalogs(every.filter(~here))]
    notes = list(places.notes)
    if others:
        notes.insert(0, f"It applies in {', '.join(others)} as well; catalog=... and year=... rehearse it there.")
    return every.with_columns(is_rehearsed=here), notes, steps


def _planned(store: Store, session: Session, step: Step, today: dt.date) -> tuple[Plan, Scenario | None]:
    """The plan of a step, and the scenario it was made in where something is set up first."""
    if not step.edits:
        return plan_asked(store, session, "master_push", today=today, **step.asked), None
    scenario = _scenario(store, step.name, step.edits)
    with scenario.overlay.reading() as within:
        return plan_asked(scenario.overlay, within, "master_push", today=today, **step.asked), scenario


def _scenario(store: Store, title: str, edits: Sequence[Edit]) -> Scenario:
    if isinstance(store, Overlay):
        return Scenario(store.base, title, [*store.edits, *edits])
    return Scenario(store, title, edits)


def _row(number: int, step: Step, plan: Plan) -> dict[str, Any]:
    return {
        **measured(step.name, plan),
        "step": number,
        "is_advised": step.is_advised,
        "what": step.what,
        "edits": _in_words(step.edits),
        "call": _code(step),
    }


def _code(step: Step) -> str:
    """``plan = district.plan_master_push(...)``, in a scenario where there are edits."""
    where = "w" if step.edits else "district"
    lines = ["w = district.what_if()", *(edit_code(one, "w") for one in step.edits)] if step.edits else []
    more = {name: one for name, one in step.asked.items() if name != "catalog"}
    return "\n".join([*lines, f"plan = {call_text(f'{where}.plan_master_push', [step.asked['catalog']], more)}"])


def _in_words(edits: Sequence[Edit]) -> str | None:
    """The first edits, and how many more there are; the call has them all."""
    left = len(edits) - _MOST_EDITS
    told = [one.words for one in edits[:_MOST_EDITS]]
    return "; ".join([*told, *([f"and {left:,} more"] if left > 0 else [])]) or None


_MOST_EDITS = 6


def _asked(situation: Situation, places: pl.DataFrame) -> list[tuple[str, str]]:
    told = [("Rehearsed", situation.title)]
    if not places.is_empty():
        told.append(("In", _where(places["catalog"][0], int(places["year"][0]))))
    return told


def _catalogs(places: pl.DataFrame) -> list[tuple[str, int]]:
    return places.select("catalog", "year").unique().sort("catalog", "year").rows()


def _where(catalog: str, year: int) -> str:
    return f"{catalog} {school_year(year)}"


def _notes(session: Session) -> list[str]:
    if not unknown_work(session):
        return []
    return [
        "Students' work was not loaded, so it is not known which setup is in use: situations that follow from "
        "that are not found."
    ]


def _day(today: dt.date | None) -> dt.date:
    return day_of(today) or dt.date.today()


def _close(opened: list[Scenario]) -> None:
    for one in opened:
        with suppress(CoursepushError):
            one.close()
