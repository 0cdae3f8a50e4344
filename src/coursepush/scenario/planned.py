"""A scenario's edits as a plan of setup makes them: on copies in its own session."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from coursepush.errors import CoursepushError, ScenarioError, StoreError
from coursepush.files.kinds import SCENARIO_MARK
from coursepush.model.tables import STUDENT_TABLES, WORK_TABLES
from coursepush.plan.setup.edits import edits_by
from coursepush.plan.setup.steps import PLANNED_TABLES
from coursepush.scenario.edits import Edit
from coursepush.scenario.overlay import LAID_OVER, Editing
from coursepush.scenario.own_sql import target_of
from coursepush.scenario.text import read_file, read_text, text_of
from coursepush.store.database import Session

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_ACTS = re.compile(
    r"\b(insert|update|delete|merge|copy|create|drop|alter|attach|detach|call|set)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_OF_STUDENTS = frozenset({*STUDENT_TABLES, *WORK_TABLES})
_BY_SQL = tuple(name for name in PLANNED_TABLES if name not in ("calendar", "term", "section", "section_term"))
"""The tables that an edit in SQL may change in a plan."""


class PlannedEditing(Editing):
    """A session in which edits change copies that stand before the district's tables, as temporary tables.

    Nothing holds a statement back from the district itself where that is about to be written, so that one in SQL
    is looked at before it runs.
    """

    def __init__(self, session: Session) -> None:
        Session.__init__(self, session.engine)
        self.copied: set[str] = set()
        self.order: list[str] = []

    @property
    def database(self) -> str:
        return "temp"

    def lay_over(self, table: str) -> str:
        assert table in LAID_OVER
        copy = f"temp.main.{table}"
        if table not in self.copied:
            self.run(f"lay over {table}", f"create temp table {table} as from {table}")
            self.copied.add(table)
            self.order.append(table)
        return copy

    def once(self, name: str) -> bool:
        raise ScenarioError("Students' work is never part of a plan.")

    def fence(self, text: str) -> None:
        _check_sql(text)


class PlannedEdits:
    """What plans of setup know of edits (:class:`coursepush.plan.setup.edits.Edits`)."""

    def text_of(self, given: Any) -> str:
        edits = edits_in(given)
        if not edits:
            raise ScenarioError("There is no edit to plan. Name some: w.category(...), or the file of a scenario.")
        for number, one in enumerate(edits, 1):
            _check(number, one)
        return text_of("", edits)

    def words_of(self, text: str) -> list[str]:
        return [one.words for one in edits_in(text)]

    def make(self, session: Session, text: str) -> list[str]:
        editing = PlannedEditing(session)
        try:
            for number, one in enumerate(edits_in(text), 1):
                _check(number, one)
                _run(editing, number, one)
        except BaseException:
            for table in [*editing.order, "edit_target", "edit_upper"]:
                with suppress(StoreError):  # a failed statement has ended the transaction, and the tables with it
                    session.run("drop", f"drop table if exists temp.main.{table}")
            raise
        return editing.order


def _run(editing: PlannedEditing, number: int, one: Edit) -> None:
    try:
        one.run(editing)
    except CoursepushError as error:
        raise ScenarioError(f"Edit {number} ({one.words}) cannot be made: {error}") from error


def edits_in(given: Any) -> list[Edit]:
    """The edits of a scenario's text, of its file, or given as edits.

    Raises:
        ScenarioError, RequestError: it is none of these.
    """
    if isinstance(given, str) and given.startswith(SCENARIO_MARK):
        return read_text(given, "The scenario")[1]
    if isinstance(given, str | os.PathLike):
        return read_file(Path(given))[1]
    if isinstance(given, Iterable):
        edits = list(given)
        if all(isinstance(one, Edit) for one in edits):
            return edits
    raise ScenarioError(
        "Edits are those of a scenario (w.plan_setup()), its file, or its text, which begins with "
        f"{SCENARIO_MARK!r}."
    )


def _check(number: int, one: Edit) -> None:
    """Refuse what is never part of a plan (SCENARIO.md 10).

    Raises:
        ScenarioError: it is of students' work, or of SQL that reaches beyond setup.
    """
    if one.do == "realign":
        raise ScenarioError(
            f"Edit {number} ({one.words}) is of students' work, and that is never part of a plan: teachers do it. "
            "Take it back, or leave it out of the file."
        )
    if one.do == "sql":
        try:
            _check_sql(str(one.given.get("text")))
        except ScenarioError as error:
            raise ScenarioError(f"Edit {number} ({one.words}) cannot be part of a plan: {error}") from error


def _check_sql(text: str) -> None:
    table = target_of(text)
    if table is not None and table not in _BY_SQL:
        raise ScenarioError(f"It changes {table}, and a plan of setup changes {', '.join(_BY_SQL)}.")
    bare = _QUOTED.sub(" ", text)
    if "--" in bare or "/*" in bare or "$" in bare or ";" in bare:
        raise ScenarioError("Write it without comments, $ and semicolons, so that it can be looked at.")
    acts = [one.lower() for one in _ACTS.findall(bare)]
    if acts not in (["update", "set"], ["insert"], ["delete"]):
        raise ScenarioError(
            f"It says {', '.join(acts)}, and one UPDATE, INSERT or DELETE and nothing else can be planned."
        )
    words = {one.lower() for one in _WORD.findall(text)}
    if reached := sorted(words & _OF_STUDENTS):
        raise ScenarioError(f"It reaches beyond setup, to {', '.join(reached)}.")


edits_by(PlannedEdits())
