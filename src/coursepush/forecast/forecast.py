"""What a plan would do to grades, before anything is written (GRADES.md 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.forecast.advice import Advice, advice_on
from coursepush.forecast.explain import ExplainedMove, explained
from coursepush.forecast.harm import harm_of
from coursepush.forecast.shown import Shown, told_sections
from coursepush.forecast.steps import Side
from coursepush.forecast.words import headline, notes
from coursepush.html.notebook import glance, muted
from coursepush.marks import Drawn, Sentence
from coursepush.plan.plan import Plan
from coursepush.plan.request import Name, as_list, ids_of
from coursepush.store.database import Store
from coursepush.store.templates import template

OUTCOMES = ("moves", "mark_up", "mark_down", "passes", "fails", "appears", "vanishes", "posted_disagrees")
"""What may become of a grade, in the order in which it is told; one grade may have several."""

BINS = (0, 1, 2, 5, 10, 20)
"""Percent points: where one class of moves ends and the next begins, upwards and downwards."""

_ROWS = (
    "f.student_id, f.section_id, f.task_id, f.term_seq, percent_before, percent_after, change, mark_before, "
    "mark_after, posted_percent, posted_mark"
)
_NAMES = {
    "school": "coalesce(h.name, h.number, 'school ' || h.school_id) as school",
    "calendar": "k.name as calendar",
    "course_number": "c.number as course_number",
    "course_name": "c.name as course_name",
    "section_number": "s.number as section_number",
    "teacher": "t.name as teacher",
    "task": "coalesce(x.name, 'task ' || f.task_id) as task",
}
_SCHOOL = "join school as h on h.school_id = f.school_id"
_TEACHER = "left join teacher as t on t.teacher_id = f.teacher_id"
_SECTION = """join section as s on s.section_id = f.section_id
join course as c on c.course_id = s.course_id
join calendar as k on k.calendar_id = c.calendar_id
join school as h on h.school_id = k.school_id
left join teacher as t on t.teacher_id = s.teacher_id"""
_TASK = "left join grading_task as x on x.task_id = f.task_id"
_BY_SECTION = "school, calendar, course_number, section_number nulls last, f.section_id"


@dataclass(frozen=True, slots=True)
class _Group:
    """By what is counted: its columns (of g, the place, or m, the grade), and the names and ids told of it."""

    keys: tuple[str, ...]
    told: tuple[str, ...]
    joins: tuple[str, ...]
    order: str


_GROUPS = {
    "all": _Group((), (), (), ""),
    "school": _Group(("g.school_id",), ("school",), (_SCHOOL,), "school, f.school_id"),
    "teacher": _Group(
        ("g.school_id", "g.teacher_id"),
        ("school", "teacher"),
        (_SCHOOL, _TEACHER),
        "school, teacher nulls last, f.teacher_id",
    ),
    "section": _Group(("m.section_id",), (*tuple(_NAMES)[:-1], "f.section_id"), (_SECTION,), _BY_SECTION),
    "grade": _Group(
        ("m.section_id", "m.task_id", "m.term_seq"),
        (*_NAMES, "f.term_seq", "f.section_id", "f.task_id"),
        (_SECTION, _TASK),
        f"{_BY_SECTION}, task, f.task_id, f.term_seq",
    ),
}


@dataclass(eq=False, repr=False)
class Forecast(Drawn):
    """Whose grades a plan would move, and by how much. Made by ``plan.forecast()``; reading it never writes.

    Only grades that rest on what the plan changes are looked at. Drawn, it shows no student and counts none
    (GRADES.md 12); the frames it gives are exact, for analysis.

    Attributes:
        store: of the district.
        of: what it is of, in words: "plan 3f2a…", or what was tried.
        plan: the plan it is of; None of what was only tried.
        is_known: False where students' work was not loaded: then nothing can be said.
        missing: the tables that were not loaded.
        is_onward: the plan stops at courses; this is what pushing on to their sections would do.
        not_computed: of how many sections, tasks and terms the calculation is of another type than in progress.
    """

    store: Store
    of: str
    is_known: bool
    plan: Plan | None = None
    missing: tuple[str, ...] = ()
    is_onward: bool = False
    not_computed: int = 0
    _prefix: str = ""
    _sides: Sequence[Side] = ()

    def rows(
        self,
        *,
        moves: bool = True,
        section: int | Sequence[int] | None = None,
        student: int | Sequence[int] | None = None,
        outcome: str | Sequence[str] | None = None,
        names: bool = False,
        limit: int | None = None,
    ) -> pl.DataFrame:
        """Grade by grade: student_id, section_id, task_id, term_seq, percent_before, percent_after, change,
        mark_before, mark_after, posted_percent, posted_mark, cause.

        `change` is in percent points (null where a grade appears or vanishes); `cause` says which changes of setup
        the grade rests on. The largest moves come first. The frame names students: it is not to be sent around.

        Args:
            moves: only grades that move; otherwise all that were looked at.
            outcome: only grades of which one of these is true: see :data:`OUTCOMES`.
            names: also school, calendar, course_number, course_name, section_number, teacher, task.
            limit: at most so many, the first in order.

        >>> plan.forecast().rows(limit=3).columns[:4]
        ['student_id', 'section_id', 'task_id', 'term_seq']
        """
        wheres = ["moves"] if moves else []
        values: dict[str, Any] = {}
        for one in [] if outcome is None else as_list(outcome):
            if one not in OUTCOMES:
                raise RequestError.unknown("outcome", one, OUTCOMES)
        if outcome is not None:
            wheres.append(f"({' or '.join(as_list(outcome)) or 'false'})")
        for name, given in (("section", section), ("student", student)):
            if given is not None:
                values[name] = str(ids_of(given, name))
                wheres.append(f"list_contains(${name}::bigint[], f.{name}_id)")
        where = f"where {' and '.join(wheres)}" if wheres else ""
        cut = f"limit {int(limit)}" if limit is not None else ""
        sql = template("coursepush.forecast", "rows").format_map(
            {
                "p": self._prefix,
                "columns": _ROWS,
                "where": where,
                "limit": cut,
                "names": "".join(f",\n    {sql}" for sql in _NAMES.values()) if names else "",
            }
        )
        return self._read("forecast rows", sql, values)

    def explain(self, *, student: int, section: int, task: Name, term: int) -> ExplainedMove:
        """How one grade comes about before and after, score by score: see ``district.explain_grade``.

        >>> move = plan.forecast().rows(limit=1).row(0, named=True)
        >>> told = plan.forecast().explain(
        ...     student=move["student_id"], section=move["section_id"], task=move["task_id"], term=move["term_seq"]
        ... )
        >>> told.after.scores.columns[:3]
        ['assignment_id', 'assignment', 'category']
        """
        self._check_known()
        with self.store.reading() as session:
            before, after = (
                explained(session, side, student=student, section=section, task=task, term=term)
                for side in self._sides
            )
        rows = self.rows(moves=False, section=section, student=student)
        causes = rows.filter(pl.col("term_seq") == term, pl.col("task_id") == after.task_id)["cause"]
        return ExplainedMove(before, after, causes[0] if len(causes) else "nothing that the plan changes")

    def counts(self, by: str = "all") -> pl.DataFrame:
        """Of how many students grades were looked at and what becomes of them: exact, not to be sent around.

        Columns: what `by` names (``all``: nothing; ``school``; ``teacher``: school, teacher; ``section``: school,
        calendar, course_number, course_name, section_number, teacher, section_id; ``grade``: also task, term_seq,
        task_id), then looked_at and one column an outcome, each a number of students, and in how many sections of
        how many teachers a grade moves.

        >>> plan.forecast().counts("school").columns[:3]
        ['school', 'looked_at', 'moves']
        """
        if by not in _GROUPS:
            raise RequestError.unknown("group", by, _GROUPS)
        group = _GROUPS[by]
        keys = [column.partition(".")[2] for column in group.keys]
        groups = ", ".join(group.keys)
        counted = template("coursepush.forecast", "counted").format_map(
            {
                "p": self._prefix,
                "groups": f"{groups}, " if keys else "",
                "any_of": ", ".join(f"bool_or({name}) as {name}" for name in OUTCOMES),
                "group_by": f"group by {groups}" if keys else "",
                "names": "".join(f"e.{key}, " for key in keys),
                "counts": ", ".join(f"count(*) filter (where e.{name}) as {name}" for name in OUTCOMES),
                "same_group": " and ".join(f"p.{key} is not distinct from e.{key}" for key in keys) or "true",
                "group_by_each": f"group by {', '.join(f'e.{key}' for key in keys)}" if keys else "",
            }
        )
        if not keys:
            return self._read("forecast counts", counted)
        named = template("coursepush.forecast", "named").format_map(
            {
                "columns": ", ".join(_NAMES.get(name, name) for name in group.told),
                "counts": ", ".join(("looked_at", *OUTCOMES, "sections", "teachers")),
                "counted": counted,
                "joins": "\n".join(group.joins),
                "order": group.order,
            }
        )
        return self._read("forecast counts", named)

    def classes(self) -> pl.DataFrame:
        """How far percents move, in classes: low, high (percent points; null: no bound), students, grades.

        >>> plan.forecast().classes().columns
        ['low', 'high', 'students', 'grades']
        """
        sql = template("coursepush.forecast", "classes").format_map({"p": self._prefix, "classes": classes_sql()})
        return self._read("forecast classes", sql)

    def causes(self) -> pl.DataFrame:
        """Which changes of setup move grades: element, what, sections, students; the one with most students first.

        >>> plan.forecast().causes().columns
        ['element', 'what', 'sections', 'students']
        """
        return self._read(
            "forecast causes", template("coursepush.forecast", "causes").format_map({"p": self._prefix})
        )

    def harm(self) -> pl.DataFrame:
        """Grades in progress that are turned off, and categories that would weigh another total.

        One row a section, task and term; see :class:`coursepush.forecast.advice.Advice`. It names no student.

        >>> plan.forecast().harm().columns[:3]
        ['harm', 'school', 'calendar']
        """
        self._check_known()
        with self.store.reading() as session:
            return harm_of(session, self._prefix, self._sides)

    def advice(self) -> Advice:
        """The smallest choice of the same request that turns no grade off and leaves total weights as they are.

        Data types left out, locked mode instead of overwrite, and sparing the courses concerned are each planned
        and looked at for that. Nothing is written.

        >>> plan.forecast().advice().best.plan
        <Plan ...>
        """
        return advice_on(self)

    @property
    def prefix(self) -> str:
        """What the names of its tables begin with."""
        return self._prefix

    @property
    def shown(self) -> Shown:
        """What may leave the district of it (GRADES.md 12): sections in numbers, students never.

        >>> plan.forecast().shown.by("school").columns[:5]
        ['school_id', 'is_hidden', 'teachers', 'moves', 'mark_up']
        """
        return Shown(self, self._told)

    @cached_property
    def _told(self) -> pl.DataFrame:
        """Kept here: were it the other way round, the tables would stay until both are collected."""
        self._check_known()
        return told_sections(self, OUTCOMES)

    @cached_property
    def headline(self) -> str:
        """What the plan would do to grades, in one or two sentences that count no students."""
        return Sentence(headline(self))

    @property
    def notes(self) -> list[str]:
        """What else has to be known to read it."""
        return notes(self)

    def __repr__(self) -> str:
        return f"<Forecast of {self.of}: {self.headline}>"

    def _repr_html_(self) -> str:
        return glance(
            "Whose grades would move",
            escape(self.of),
            f"<div>{escape(self.headline)}</div>",
            *(muted(escape(text)) for text in self.notes),
            muted(
                "By school, teacher or section: <code>district.reports.forecast(plan)</code>. Student by student, "
                "for those who may see it: <code>.rows()</code>."
            ),
        )

    def _read(self, name: str, sql: str, values: dict[str, Any] | None = None) -> pl.DataFrame:
        self._check_known()
        with self.store.reading() as session:
            return session.frame(name, sql, values or None)

    def _check_known(self) -> None:
        if not self.is_known:
            raise RequestError(f"{self.headline} Load the district with its students' work.")


def classes_sql() -> str:
    """The bounds of the classes of moves, as rows of values."""
    edges = [*(-one for one in reversed(BINS[1:])), *BINS]
    bounds = zip(["null", *edges], [*edges, "null"], strict=True)
    return ", ".join(f"({low}::integer, {high}::integer)" for low, high in bounds)
