"""How rows of courses and sections stand to those above them, as things are: for readers who ask for no push.

Pairing, link and use (RULES.md 2 and 3) of the courses that the caller chose, of many years, schools and calendars
at once, and the rule and verdict of each pair where a mode is given (4.2, 4.3, 5.1). The steps are a plan's own: a
push treats a course alike whatever other courses it reaches, numbers aside (7, law 4).

The caller gives the courses as a query (columns: :meth:`coursepush.plan.request.Request.courses_sql`), reads the
tables, and drops those that were made. A table of verdicts here has a plan's columns, of the value columns that
were asked for, and what its function adds to them.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from coursepush.model.elements import MASTER_PUSH_DATA, SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.verdicts import WRITING
from coursepush.plan.in_use import tables_with_rows
from coursepush.plan.judging import no_verdict_step, tasks_judged
from coursepush.plan.meeting import Judging
from coursepush.plan.planner import scope_step
from coursepush.plan.request import Scope
from coursepush.plan.requests.course_push import CoursePush
from coursepush.plan.requests.master_push import MasterPush
from coursepush.plan.rules import Mode, Numbered
from coursepush.plan.step import Made, Step
from coursepush.plan.steps import PlanSteps
from coursepush.plan.tables import PlanTables
from coursepush.plan.use import unknown_work, work_steps
from coursepush.store.database import Session
from coursepush.store.templates import template
from coursepush.store.work import work_is_kept

_NO_CATALOG, _NO_YEAR, _NO_CALENDAR = 0, 0, 0
_FOR_LINKS = ("cumulative_from_term_seq",)
_FOR_KEEPING = ("is_post_only", "task_ids", "calc_type", "cumulative_from_term_seq")
"""The value columns that pairing, link and use ask for beside the key; and what decides which rows stay."""

_HAS_MASTER = "m.course_id in (select course_id from {p}target_course where master_id is not null)"
_MAY_STAY = "j.is_used and j.pairing = 'extra'"


# -- pushes as they would be, without a plan made of them --------------------------------------------------


def run_locked_push(
    session: Session, tables: PlanTables, courses: str, catalog_id: int, *, data: Sequence[str] = MASTER_PUSH_DATA
) -> dict[str, int]:
    """Judge `courses`, all of that catalog, as a locked push to courses would; gives the tables that were made.

    Blanks are pushed, hop 2 is left out. Course numbers are judged within what is in scope: courses whose numbers
    may collide belong in it too.
    """
    request = MasterPush(catalog_id, _NO_YEAR, data=tuple(data))
    steps = PlanSteps(tables, request, request.read_scope(session), **_district(session))
    return _run(session, steps, courses, steps.build(last_hop=1), {"catalog_id": catalog_id})


def run_course_push(session: Session, tables: PlanTables, courses: str) -> dict[str, int]:
    """Judge all sections of `courses` as Push All Courses would, categories not overwritten; gives the same."""
    request = CoursePush(_NO_CALENDAR)
    steps = PlanSteps(tables, request, request.read_scope(session), **_district(session))
    return _run(session, steps, courses, steps.build())


# -- pairs of whatever courses -------------------------------------------------------------------------------


def find_links(session: Session, tables: PlanTables, courses: str, *, to_sections: bool = False) -> dict[str, int]:
    """Pairing, link and use of the rows of `courses`, and of their sections if asked for, that are not linked.

    Adds `pairing` to the columns; `use` is told of what has nothing like it above. Every other row that stands is
    linked. Sections are held against their courses as these stand.
    """
    loose: dict[int, str] = {1: "j.link <> 'linked'", 2: "j.link <> 'linked'"}
    asked = _Asked(to_sections=to_sections, also=("pairing",), blocks=False, only_unsound=(1, 2), where=loose)
    steps = _PairSteps(session, tables, asked)
    return _run(session, steps, courses, steps.pairs())


def find_differences(session: Session, tables: PlanTables, courses: str) -> dict[str, int]:
    """Judge `courses` in locked mode, whatever their catalogs and whether a push reaches them, all data locked.

    Which tasks a course will have follows from the locks as they are (RULES.md 4.3). Adds to the columns
    `pairing`, `differs`, `parent_owner_id` (whose row the parent is) and all values of the wanted row (`w_`). What
    is linked and equal is left out.
    """
    also = ("pairing", "differs", "parent_owner_id")
    steps = _PairSteps(session, tables, _Asked("locked", only=None, also=also, all_wanted=True, by_locks=True))
    return _run(session, steps, courses, steps.pairs())


def find_residual(session: Session, tables: PlanTables, courses: str) -> dict[str, int]:
    """Judge `courses` and their sections as an overwrite push of everything, to sections, would, all data locked.

    A course without a course master is left as it stands. On hop 2 there is only what is kept because it is used.
    """
    where = {1: _HAS_MASTER.format(p=tables.prefix), 2: _MAY_STAY}
    asked = _Asked("overwrite", only=_FOR_KEEPING, to_sections=True, only_unsound=(2,), where=where)
    steps = _PairSteps(session, tables, asked)
    return _run(session, steps, courses, steps.pairs())


def find_duplicate_numbers(session: Session, tables: PlanTables, courses: str) -> dict[str, int]:
    """Make ``tables.duplicates``: of `courses`, all of which are to take their course masters' numbers, those that
    cannot, since another course of the calendar would have the same (RULES.md 4.1)."""
    steps = _PairSteps(session, tables, _Asked())
    return _run(session, steps, courses, [steps.duplicates()])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is looked at of the pairs.

    Attributes:
        mode: in which they are judged; None for pairing, link and use alone.
        only: the value columns looked at beside the key; None for all.
        to_sections: hop 2 too.
        also: what the tables keep beside a plan's columns.
        all_wanted: they keep all values of the wanted row.
        by_locks: tasks that a catalog does not lock stay as they are.
        blocks: whether what RULES.md 4.3 names is held against wanted rows.
        only_unsound: the hops on which linked rows are left out, whatever their values.
        where: hop → which verdicts there are (:class:`coursepush.plan.meeting.Judging`).
    """

    mode: Mode | None = None
    only: tuple[str, ...] | None = _FOR_LINKS
    to_sections: bool = False
    also: tuple[str, ...] = ()
    all_wanted: bool = False
    by_locks: bool = False
    blocks: bool = True
    only_unsound: tuple[int, ...] = ()
    where: Mapping[int, str] = field(default_factory=dict[int, str])


class _PairSteps(PlanSteps):
    """The steps of a push of everything, but what only a plan needs, with more or fewer columns."""

    def __init__(self, session: Session, tables: PlanTables, asked: _Asked) -> None:
        elements = tuple(replace(element, only=asked.only) for element in SETUP_ELEMENTS)
        if asked.mode == "overwrite":  # assessments are never used, and go no further
            elements = tuple(element for element in elements if element.use is not Use.NEVER)
        below = tuple(element for element in elements if element.has_sections and asked.to_sections)
        request = MasterPush(_NO_CATALOG, _NO_YEAR, mode=asked.mode or "locked", to_sections=asked.to_sections)
        super().__init__(tables, request, Scope(hop1=elements, hop2=below, advisory=False), **_district(session))
        self.asked = asked

    def pairs(self) -> Iterator[Step]:
        """All steps after those of the scope."""
        yield from work_steps(self.tables, keeps_work=self.keeps_work, seen=self._seen)
        is_task = [element.family == "task" for element in self.scope.hop1]
        yield from self._judge(1, tuple(itertools.compress(self.scope.hop1, is_task)), part="_tasks")
        if self.asked.blocks:
            rows = template("coursepush.plan", "locked_task") if self.asked.by_locks else "{}"
            yield self._step("task_after", **tasks_judged(self.tables, WRITING, rows))
        yield from self._judge(1, tuple(itertools.compress(self.scope.hop1, map(operator.not_, is_task))))
        if self.scope.hop2:
            going = {element.name for element in self.scope.hop1}
            for element in (one for one in SETUP_ELEMENTS if one.name not in going):
                yield no_verdict_step(self.tables, 1, element)
            yield self._new_ids(1)
            yield self._not_meeting()
            yield from self._judge(2, self.scope.hop2)

    def _rename(self, hop: int, element: SetupElement) -> Iterator[Step]:
        return super()._rename(hop, element) if hop == 1 and self.asked.mode is not None else iter(())

    def _rules(self, hop: int, ways: Iterable[Judging]) -> Numbered:
        return super()._rules(hop, ways) if self.asked.mode else []

    def _how(self, hop: int, element: SetupElement) -> Judging:
        asked = self.asked
        wanted = [f"w_{column.name}" for column in element.values if column.name not in element.key]
        return replace(
            super()._how(hop, element),
            also=(*asked.also, *(wanted if asked.all_wanted else ())),
            blocks=asked.blocks,
            only_unsound=hop in asked.only_unsound,
            only_used=hop == 2 and asked.mode is not None,
            where=asked.where.get(hop),
        )


def _district(session: Session) -> dict[str, Any]:
    """What the steps ask of the district."""
    return {
        "unknown_work": unknown_work(session),
        "has_history": False,
        "keeps_work": work_is_kept(session),
        "in_use": tables_with_rows(session),
    }


def _run(
    session: Session,
    steps: PlanSteps,
    courses: str,
    judging: Iterable[Step],
    values: dict[str, Any] | None = None,
) -> Made:
    return steps.run(session, [scope_step(steps.tables, courses, values)], steps.scope_steps(), judging)
