"""What is true of a plan on the day on which it is judged: counts of what it writes, and where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from coursepush.errors import RequestError, StalePlanError
from coursepush.model.verdicts import WRITING, Link, Reason, Verdict
from coursepush.plan.fates import Fate, fate_sql
from coursepush.plan.plan import Plan
from coursepush.plan.request import school_year_of
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import plan_verdicts_sql
from coursepush.store.database import Session
from coursepush.store.templates import template

OF_THE_DAY = ("in_session", "not_a_future_year", "not_reached", "asks_for")
"""Warnings that say what the day, the way of asking or the file brings, and not what the plan does."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of a plan.

    Attributes:
        writes: how many rows and fields it writes. Of one that writes nothing nothing is asked.
        warnings: the codes of what it warns of, but :data:`OF_THE_DAY`.
        overwrites: what schools and teachers made may be replaced.
        in_session: the calendars it writes to in which classes are in session, or may be: dates are not known.
        open_terms: the terms of those calendars that are open, or may be.
        not_future: the calendars it writes to that are of no future school year.
        sections: to how many it writes.
        disappears: how many rows disappear, whoever made them (RULES.md 6.1).
        schools_lost, teachers_lost: how many rows that schools and teachers made disappear or are taken over.
        students_moved: how many students' grades would move; None where that is not known.
        is_unattended: the queue planned it when its time came, and nobody has looked at it.
    """

    today: dt.date
    writes: int = 0
    warnings: frozenset[str] = frozenset()
    overwrites: bool = False
    in_session: tuple[str, ...] = ()
    open_terms: tuple[str, ...] = ()
    not_future: tuple[str, ...] = ()
    sections: int = 0
    disappears: int = 0
    schools_lost: int = 0
    teachers_lost: int = 0
    students_moved: int | None = None
    is_unattended: bool = False

    def moves_more_than(self, students: int) -> bool:
        """Whether more students' grades would move than that; what is not known counts as moving."""
        return self.students_moved is None or self.students_moved > students


_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)
_LOST = (
    f"verdict in ('{Verdict.DELETE}', '{Verdict.RELINK}') and link = '{Link.LOCAL}' "
    f"and reason is distinct from '{Reason.KEY_MATCH}'"
)


def read_facts(session: Session, plan: Plan, made: Plan, today: dt.date, *, with_grades: bool) -> Facts:
    """What is true of `made`, which is `plan` as it is planned now, on that day.

    Args:
        with_grades: find out whose grades would move; otherwise they count as not known.
    """
    written = _written(made.tables)
    words = {"written": written, "lost": _LOST, "disappears": f"{fate_sql('true')} = '{Fate.DISAPPEARS}'"}
    [counts] = session.rows("what it writes", template("coursepush.apply", "written_counts").format(**words))
    writes, sections, disappears, schools_lost, teachers_lost = (int(one) for one in counts)
    values = {"today": today, "year": school_year_of(today)}
    with as_hop_0_leaves(session, made):  # it may write to courses that it adds
        calendars = session.rows(
            "where it writes", template("coursepush.apply", "written_calendars").format(**words), values
        )
    return Facts(
        today=today,
        writes=writes,
        warnings=frozenset(one.code for one in plan.warnings if one.code not in OF_THE_DAY),
        overwrites=plan.request.overwrites,
        in_session=_named(calendars, "in_session"),
        open_terms=_named(calendars, "open_term"),
        not_future=_named(calendars, "not_future"),
        sections=sections,
        disappears=disappears,
        schools_lost=schools_lost,
        teachers_lost=teachers_lost,
        students_moved=_students_moved(made) if with_grades else None,
        is_unattended=plan.is_unattended,
    )


def _written(tables: PlanTables) -> str:
    """A query of what a plan writes.

    Of setup itself the hop is that of the level it is on, and another link alone is no loss.
    """
    pushed = f"select * from (\n{plan_verdicts_sql(tables)}\n) where verdict in ({_WRITING}) and hop > 0"
    if not tables.has_setup:
        return f"({pushed})"
    return (
        f"({pushed}\nunion all\n"
        "select case when section_id is not null then 2 when course_id is not null then 1 else 0 end, element, "
        f"case verdict when '{Verdict.RELINK}' then '{Verdict.UPDATE}' else verdict end, reason, link, course_id, "
        "coalesce(section_id, course_id), row_id, parent_row_id, false, field\n"
        f"from {tables.setup} where verdict in ({_WRITING}))"
    )


def _named(rows: list[tuple[str, str]], what: str) -> tuple[str, ...]:
    return tuple(name for kind, name in rows if kind == what)


def _students_moved(made: Plan) -> int | None:
    try:
        found = made.forecast()
        return int(found.counts()["moves"][0]) if found.is_known else None
    except (RequestError, StalePlanError):
        return None
