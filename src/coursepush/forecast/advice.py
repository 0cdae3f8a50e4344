"""What to do about a push that turns grades off, or changes what categories weigh in all (GRADES.md 11).

The milder choices of the same request are planned, and each is looked at for such harm; of those without any the
one that gives up least is offered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from coursepush.errors import counted, examples
from coursepush.forecast.harm import harm_by
from coursepush.forecast.sides import reached_courses
from coursepush.html.notebook import text_table
from coursepush.marks import Drawn
from coursepush.plan.door import plan_request
from coursepush.plan.plan import Plan
from coursepush.plan.request import Request
from coursepush.store.database import Session

if TYPE_CHECKING:
    from coursepush.forecast.forecast import Forecast

_SHOWN = 4


@dataclass(frozen=True, eq=False)
class Choice:
    """A milder choice of a request.

    Attributes:
        what: in words, such as "without Categories".
        plan: of that request, to be read, compared and applied like any other.
        given_up: how many rows fewer it writes.
        harmed: how many (section, task, term) it would still turn off or change the total weight of.
    """

    what: str
    plan: Plan
    given_up: int
    harmed: int


@dataclass(frozen=True, eq=False, repr=False)
class Advice(Drawn):
    """What a push would do to grades that hardly anybody means, and the smallest choice that would not.

    Attributes:
        harm: one row a section, task and term: harm (``turned_off`` or ``weights``), school, calendar,
            course_number, course_name, section_number, teacher, task, term_seq, weight_before, weight_after (what
            its categories weigh in all), course_id, section_id, task_id.
        choices: what was tried, the best first: without harm, then what gives up least.
    """

    harm: pl.DataFrame = field(repr=False)
    choices: tuple[Choice, ...]

    @property
    def best(self) -> Choice | None:
        """The choice that does no harm and gives up least; None where there is none."""
        return next((one for one in self.choices if not one.harmed), None)

    @property
    def sentence(self) -> str:
        """Both in words."""
        if self.harm.is_empty():
            return "It turns no grade off, and categories weigh in all what they did."
        return f"{self._harm_words} {self._choice_words}"

    @property
    def _harm_words(self) -> str:
        told: list[str] = []
        for code, words in _HARM.items():
            rows = self.harm.filter(pl.col("harm") == code)
            if rows.height:
                sections = rows.unique("section_id", maintain_order=True)
                number = pl.coalesce("section_number", pl.col("section_id").cast(pl.String))
                places = (
                    sections.select(pl.format("section {} of {}", number, "course_number")).to_series().to_list()
                )
                told.append(f"{words.format(counted(sections.height, 'section'))} ({examples(places, _SHOWN)})")
        return f"It {' and '.join(told)}."

    @property
    def _choice_words(self) -> str:
        best = self.best
        if best is None:
            return "No choice of the same request would avoid it."
        return (
            f"The smallest choice that does not: the same {best.what}, which leaves "
            f"{counted(best.given_up, 'row')} as {'it is' if best.given_up == 1 else 'they are'} and writes "
            f"{best.plan.writes:,}."
        )

    def __repr__(self) -> str:
        return f"<Advice: {self.sentence}>"

    def _repr_html_(self) -> str:
        lines = [(one.what, f"{one.plan.writes:,}", f"{one.harmed:,}") for one in self.choices]
        table = text_table(("The same", "Rows written", "Still harmed"), lines, numbers=2)
        return f"<div><b>What to do about it</b><div>{escape(self.sentence)}</div>{table}</div>"


_HARM = {
    "turned_off": "turns grades in progress off in {}",
    "weights": "changes what categories weigh in all in {}",
}


def advice_on(found: Forecast) -> Advice:
    """See :meth:`coursepush.forecast.forecast.Forecast.advice`."""
    harm, plan = found.harm(), found.plan
    if harm.is_empty() or plan is None:
        return Advice(harm, ())
    with plan.store.reading() as session:
        asked = plan.request.milder()
        spared = sorted(set(harm["course_id"]))
        others = plan.request.sparing(spared, reached_courses(session, plan.tables))
        if others is not None:
            asked.append((f"without {counted(len(spared), 'course')} ({plan.request.spared_by})", others))
        tried = [_tried(session, plan, what, request) for what, request in asked]
    return Advice(harm, tuple(sorted(tried, key=lambda one: (one.harmed > 0, one.given_up, one.harmed, one.what))))


def _tried(session: Session, plan: Plan, what: str, request: Request) -> Choice:
    milder = plan_request(plan.store, session, request)
    return Choice(what, milder, plan.writes - milder.writes, harm_by(session, milder).height)
