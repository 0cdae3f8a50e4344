"""What a district can ask for before a plan is applied: each condition and each guard a row of a table.

A *condition* asks for a number of approvals where it applies. A *guard* refuses a plan, unless an approval names
it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from coursepush.apply.approval.facts import Facts
from coursepush.errors import counted, examples
from coursepush.marks import Drawn

_FEWEST = 10
"""Fewer students than that are told in no number (MODEL.md 10)."""

Limit = int | None
Freeze = tuple[dt.date, dt.date, str]
Wanted = int | tuple[int, int]
"""How many approvals; of a condition with a limit: (limit, how many)."""
GuardValue = bool | int | tuple[Freeze, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A kind of plan of which a district may ask for approvals.

    Attributes:
        applies: whether a plan is of that kind; of one with a limit, whether it is over that.
        words: what such a plan does, after "a plan that": with the limit in it.
        has_limit: it is set as (limit, number).
        usual: how many it asks for where the policy does not name it; such a one is kept as 0, too.
    """

    name: str
    applies: Callable[[Facts, int], bool]
    words: str
    has_limit: bool = False
    needs_grades: bool = False
    usual: int = 0


CONDITIONS: dict[str, Condition] = {
    one.name: one
    for one in (
        Condition("every_plan", lambda f, _: True, "writes anything"),
        Condition("warnings", lambda f, _: bool(f.warnings), "warns of something"),
        Condition("overwrite", lambda f, _: f.overwrites, "overwrites"),
        Condition("in_session", lambda f, _: bool(f.in_session), "writes where classes are in session"),
        Condition(
            "over_sections", lambda f, n: f.sections > n, "writes to more than {:,} sections", has_limit=True
        ),
        Condition("disappears", lambda f, _: f.disappears > 0, "makes rows disappear"),
        Condition(
            "schools_setup_lost",
            lambda f, _: f.schools_lost > 0,
            "takes away or takes over what schools set up themselves",
        ),
        Condition(
            "teachers_setup_lost",
            lambda f, _: f.teachers_lost > 0,
            "takes away or takes over what teachers set up themselves",
        ),
        Condition(
            "grades_move",
            lambda f, n: f.moves_more_than(n),
            "moves the grades of more than {:,} students, as far as is known",
            has_limit=True,
            needs_grades=True,
        ),
        Condition(
            "unattended",
            lambda f, _: f.is_unattended,
            "was made by the batch queue, and that nobody has looked at",
            usual=1,
        ),
    )
}
"""By name. RULES.md 9.1 has the same rows."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a district may not let through.

    Attributes:
        fact: why a plan may not pass, as a sentence with the facts in it; empty where it may.
        cure: what to do about it, beside having it overridden.
        kind: ``flag`` (it is on or off), ``number`` (at most so many) or ``dates`` (from, to, why).
    """

    name: str
    fact: Callable[[Facts, Any], str]
    cure: str
    kind: str = "flag"
    needs_grades: bool = False


def _frozen(facts: Facts, freezes: Sequence[Freeze]) -> str:
    held = [one for one in freezes if one[0] <= facts.today <= one[1]]
    return " ".join(f"Today, {facts.today}, is within {begin} to {end}: {why}." for begin, end, why in held)


GUARDS: dict[str, Guard] = {
    one.name: one
    for one in (
        Guard(
            "only_future_years",
            lambda f, _: (
                f"It writes to {examples(f.not_future)}, of no future school year." if f.not_future else ""
            ),
            "Push to next year's calendars.",
        ),
        Guard(
            "no_open_term",
            lambda f, _: (
                f"A term is open, or its dates are not known, in {examples(f.open_terms)}." if f.open_terms else ""
            ),
            "Apply it between terms.",
        ),
        Guard(
            "most_sections",
            lambda f, n: (
                f"It writes to {counted(f.sections, 'section')}, and at most {n:,} are let through."
                if f.sections > n
                else ""
            ),
            "Choose fewer calendars, courses or sections.",
            kind="number",
        ),
        Guard(
            "nothing_disappears",
            lambda f, _: f"{counted(f.disappears, 'row')} would disappear." if f.disappears else "",
            "Push in locked mode, or leave out the data types that they are of.",
        ),
        Guard(
            "most_grades",
            lambda f, n: _moved(f, n),
            "Look at plan.forecast(), and choose what moves fewer grades.",
            kind="number",
            needs_grades=True,
        ),
        Guard(
            "nothing_unlinked",
            lambda f, _: (
                "It rests on names and keys alone: a data type has no link to the level above."
                if "nothing_linked" in f.warnings
                else ""
            ),
            "Apply the plan of district.plan_links(...) first.",
        ),
        Guard("freeze_dates", _frozen, "Wait until they are over.", kind="dates"),
    )
}
"""By name. RULES.md 9.1 has the same rows."""


@dataclass(frozen=True, repr=False)
class Policy(Drawn):
    """What a district asks for before a plan is applied; see :meth:`coursepush.District.set_policy`.

    Attributes:
        approvals: condition → how many approvals; of one with a limit, (limit, how many).
        guards: guard → True, the most that is let through, or the freeze dates: (from, to, why).
        set_by, set_at: who set it (user), and when (UTC); None where none was set.
    """

    approvals: Mapping[str, Wanted] = field(default_factory=dict[str, Wanted])
    guards: Mapping[str, GuardValue] = field(default_factory=dict[str, GuardValue])
    set_by: str | None = field(default=None, compare=False)
    set_at: dt.datetime | None = field(default=None, compare=False)

    @property
    def is_empty(self) -> bool:
        return not self.approvals and not self.guards

    @property
    def needs_grades(self) -> bool:
        """Whether it has to be known whose grades would move."""
        named = [*(CONDITIONS[name] for name in self.approvals), *(GUARDS[name] for name in self.guards)]
        return any(one.needs_grades for one in named)

    @property
    def all_approvals(self) -> dict[str, Wanted]:
        """What it asks for, and what is asked for where it says nothing."""
        usual = {name: one.usual for name, one in CONDITIONS.items() if one.usual}
        return {**usual, **self.approvals}

    @property
    def sentences(self) -> list[str]:
        """What it asks for, a sentence each."""
        told = [
            f"{counted(number, 'approval') if number else 'No approval'} for a plan that {words_of(name, limit)} "
            f"({name})."
            for name, (limit, number) in ((name, parts(one)) for name, one in self.approvals.items())
        ]
        for name, value in self.guards.items():
            if GUARDS[name].kind == "dates":
                assert isinstance(value, tuple)
                told += [f"Nothing from {begin} to {end}: {why} ({name})." for begin, end, why in value]
            else:
                most = "" if GUARDS[name].kind == "flag" else f": {value:,}"
                told.append(f"Not let through: {name}{most}.")
        return told

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps({"approvals": self.approvals, "guards": self.guards}, default=str)

    def __repr__(self) -> str:
        return f"<Policy: {' '.join(self.sentences) or 'nothing is asked for'}>"

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(one)}</li>" for one in self.sentences)
        return f"<div><b>Policy</b>{f'<ul>{lines}</ul>' if lines else ': nothing is asked for.'}</div>"


def parts(wanted: Wanted) -> tuple[int, int]:
    """(limit, how many approvals); the limit is 0 where there is none."""
    return (0, wanted) if isinstance(wanted, int) else wanted


def words_of(name: str, limit: int) -> str:
    """What a plan does of which the condition is, after "a plan that"."""
    return CONDITIONS[name].words.format(limit)


def told_of(name: str, limit: int) -> str:
    """The same of a plan to which it applies: from which no small count of students follows."""
    if CONDITIONS[name].needs_grades and limit + 1 < _FEWEST:
        return "moves the grades of more students than the policy's limit, as far as is known"
    return words_of(name, limit)


def _moved(facts: Facts, most: int) -> str:
    if not facts.moves_more_than(most):
        return ""
    if facts.students_moved is None:
        return "It is not known whose grades would move, since students' work was not loaded."
    if most + 1 < _FEWEST:
        return "Grades of more students would move than are let through."
    return f"Grades of more than {most:,} students would move."
