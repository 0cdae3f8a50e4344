"""What a rehearsal is made of: a situation, the places where it applies, and steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from coursepush.errors import examples
from coursepush.scenario.edits import Edit
from coursepush.store.database import Session

MOST_COURSES = 25
"""So many courses are rehearsed at most where a step has an edit for each of them or their sections."""


@dataclass(frozen=True, slots=True)
class Step:
    """One push, with the edits that are to be made before it.

    Attributes:
        name: a few words, unique in its rehearsal.
        what: what is done, in a sentence or two.
        asked: the arguments of ``district.plan_master_push``.
        edits: made first, in a scenario: what somebody has to set up in the information system.
        is_advised: it is what the documentation says to do; else it shows what another choice would do.
    """

    name: str
    what: str
    asked: dict[str, Any]
    edits: tuple[Edit, ...] = ()
    is_advised: bool = True


def advised(name: str, what: str, asked: dict[str, Any], edits: tuple[Edit, ...] = ()) -> Step:
    return Step(name, what, asked, edits)


def instead(name: str, what: str, asked: dict[str, Any], edits: tuple[Edit, ...] = ()) -> Step:
    return Step(name, what, asked, edits, is_advised=False)


@dataclass(frozen=True)
class Places:
    """Where a situation applies in one catalog and year.

    Attributes:
        frame: the columns of ``sql/place.sql``, one row a place.
        session: the district's, to look up what the steps need.
    """

    frame: pl.DataFrame
    session: Session
    today: dt.date
    notes: list[str] = field(default_factory=list[str])

    @property
    def catalog(self) -> Any:
        """As an edit and a request name it."""
        return self.frame["catalog"][0] if self._is_alone("catalog", "name") else self.frame["catalog_id"][0]

    @property
    def year(self) -> int:
        return int(self.frame["year"][0])

    def masters(self, frame: pl.DataFrame | None = None) -> list[str]:
        """Numbers of course masters: unique in their catalog."""
        rows = self.frame if frame is None else frame
        return rows["master_number"].unique().sort().to_list()

    def courses(self, frame: pl.DataFrame | None = None) -> list[int]:
        """Ids of courses."""
        rows = self.frame if frame is None else frame
        return rows["course_id"].unique().sort().to_list()

    def details(self) -> list[str]:
        """What the places are about, for the steps: each once, in order."""
        return sorted({part for one in self.frame["detail"] for part in one.split(",") if part})

    def first_courses(self) -> pl.DataFrame:
        """The places on the first courses, where each takes an edit of its own; what is left out is noted."""
        courses = self.frame["course_id"].unique(maintain_order=True)
        if len(courses) <= MOST_COURSES:
            return self.frame
        self.notes.append(
            f"It applies on {len(courses):,} courses; the steps are of the first {MOST_COURSES}, since each takes "
            "edits of its own."
        )
        return self.frame.filter(pl.col("course_id").is_in(courses.head(MOST_COURSES).to_list()))

    def in_session(self, frame: pl.DataFrame | None = None) -> bool:
        """Whether a calendar of these courses has begun."""
        calendars = (self.frame if frame is None else frame)["calendar_id"].unique().sort().to_list()
        found = self.session.value(
            "calendars that have begun",
            "select count(*) from calendar where list_contains($calendars::bigint[], calendar_id) "
            "and coalesce(start_date, make_date(end_year - 1, 7, 1)) <= $today",
            {"calendars": calendars, "today": self.today},
        )
        return bool(found)

    def names_of(self, column: str) -> str:
        return examples(self.frame[column].unique(maintain_order=True).to_list(), 5)

    def _is_alone(self, table: str, column: str) -> bool:
        sql = f"select count(*) from {table} where {column} = $name"
        return self.session.value("of that name", sql, {"name": self.frame["catalog"][0]}) == 1


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation.

    Attributes:
        number: in the order of the documentation.
        name: what it is asked for by.
        title: what it is about, for lists.
        question: as somebody asks it.
        advice: what the documentation says to do, in our words.
        where: the statement in ``sql/`` that finds it; applies: what is so there, in words.
        nowhere: that it applies nowhere, in a sentence.
        steps: makes the steps for the places of one catalog and year.
    """

    number: int
    name: str
    title: str
    question: str
    advice: str
    where: str
    applies: str
    nowhere: str
    steps: Callable[[Places], list[Step]]


Steps = Callable[[Places], list[Step]]


def situation(
    number: int, name: str, title: str, question: str, advice: str, applies: str, nowhere: str
) -> Callable[[Steps], Situation]:
    """A situation in words, of the function that makes its steps; the statement of that name finds it."""
    return lambda steps: Situation(number, name, title, question, advice, steps.__name__, applies, nowhere, steps)


def push_of(places: Places, **more: Any) -> dict[str, Any]:
    """What ``district.plan_master_push`` is asked for there."""
    return {"catalog": places.catalog, "year": places.year, **more}
