"""Sections with a few rows of setup and scores each, and what grades these should give: all in one district.

    @case
    def two_categories(s):
        s.options(weight_categories=True)
        homework, tests = s.category("Homework", 40), s.category("Tests", 60)
        s.score(homework, 8, 10)
        s.score(tests, 70, 100)
        s.gives("74.0000", "C")                          # (40 × 80 + 60 × 70) / 100

A case is a section of its own, with one student, numbered 1, who is enrolled unless the case says otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
from engine import frame_of

from coursepush.model.tables import TABLES, Column

Row = dict[str, Any]
Key = tuple[int, int, int, int]  # student, section, task, term
Place = tuple[int, int, int]  # section, task, term
Number = int | str

TERM, SEMESTER, EXAM, YEAR, READS = 101, 102, 103, 104, 111
LETTERS, FULL, FINE, UNUSED = 1, 2, 3, 4
"""Scales: A 90, B 80, C 70, D 60 and nothing below; the same with F from 0; Good from 79.5555; no marks."""

ZERO, HALF, TYPED = 21, 22, 23
"""Schools, at which a missing score is 0, is half of the points possible, and counts by what is typed."""

_MARKS = {
    LETTERS: {"A": "90", "B": "80", "C": "70", "D": "60"},
    FULL: {"A": "90", "B": "80", "C": "70", "D": "60", "F": "0"},
    FINE: {"Good": "79.5555"},
}
_DEFAULTS: dict[str, Any] = {"true": True, "false": False, "0": 0, "1": 1, "'none'": "none", "[]": []}


class Cases:
    """The district: its tables, and what is expected of each section."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self.expected: dict[Key, tuple[str | None, str | None]] = {}
        self.not_computed: set[Place] = set()
        self.cyclic: set[Place] = set()
        self.names: dict[int, str] = {}
        """section → the case that it is."""
        for school, name in ((ZERO, "North"), (HALF, "South"), (TYPED, "West")):
            percent = 50 if school == HALF else 0
            self.add(
                "school", school_id=school, name=name, missing_percent=percent, missing_counts=school != TYPED
            )
            self.add("calendar", calendar_id=school + 10, school_id=school, end_year=2027, name=f"{name} 26-27")
            for term in (1, 2, 3, 4):
                self.add("term", calendar_id=school + 10, term_seq=term, name=f"Q{term}")
            self.add("course", course_id=school + 20, calendar_id=school + 10, number="100", name="Algebra")
        for task in (TERM, SEMESTER, EXAM, YEAR, READS):
            self.add("grading_task", task_id=task, name=f"Task {task}", is_standard=task == READS)
        for scale in (LETTERS, FULL, FINE, UNUSED):
            self.add("grading_scale", scale_id=scale, name=f"Scale {scale}")
            for mark, least in _MARKS.get(scale, {}).items():
                self.add(
                    "grading_scale_mark", scale_id=scale, mark=mark, min_percent=least, is_passing=mark != "F"
                )

    def add(self, table: str, **values: Any) -> None:
        row: Row = {}
        for column in TABLES[table].columns:
            default = _DEFAULTS[column.default] if column.default is not None else None
            row[column.name] = _native(column, values.pop(column.name, default))
        assert not values, f"{table} has no {', '.join(values)}"
        self.rows[table].append(row)

    def new_id(self, table: str, first: int) -> int:
        return first + len(self.rows[table])

    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table as a frame; `coursepush.load_district` takes them."""
        return {name: frame_of(TABLES[name], rows) for name, rows in self.rows.items()}


def _native(column: Column, value: Any) -> Any:
    """Decimals in full, as they are written."""
    return Decimal(str(value)) if value is not None and column.kind in ("decimal3", "decimal4") else value


class Section:
    """The section of a case, in words a teacher would use; tasks and terms are (TERM, 1) unless named."""

    def __init__(self, cases: Cases, name: str, school: int = ZERO) -> None:
        self.cases, self.id = cases, cases.new_id("section", 1001)
        cases.names[self.id] = name
        cases.add("section", section_id=self.id, course_id=school + 20, number=str(self.id))
        self.enrol(1)

    def enrol(self, *students: int) -> None:
        for student in students:
            self.cases.add("enrollment", section_id=self.id, student_id=student)

    def leaves(self, student: int) -> None:
        rows = self.cases.rows["enrollment"]
        rows.remove({"section_id": self.id, "student_id": student})

    def options(self, task: int = TERM, term: int = 1, **more: Any) -> None:
        row = {"calc_type": "in_progress", "scale_id": LETTERS, "task_id": task, "term_seq": term, **more}
        self._setup("grade_calc", 5001, **row)

    def category(self, name: str = "Homework", weight: Number = 0, **more: Any) -> int:
        return self._setup("category", 3001, name=name, weight=weight, **more)

    def composite(self, parent: tuple[int, int], child: tuple[int, int], weight: Number = 1) -> None:
        keys = {
            "task_id": parent[0],
            "term_seq": parent[1],
            "child_task_id": child[0],
            "child_term_seq": child[1],
        }
        self._setup("composite", 7001, weight=weight, **keys)

    def _setup(self, family: str, first: int, **values: Any) -> int:
        table = f"section_{family}"
        row_id = self.cases.new_id(table, first)
        self.cases.add(table, row_id=row_id, owner_id=self.id, **values)
        return row_id

    def assignment(
        self,
        category: int | None,
        possible: Number | None,
        *,
        due: str | None = None,
        tasks: tuple[tuple[int, int], ...] = ((TERM, 1),),
        **more: Any,
    ) -> int:
        """An assignment due on a day such as ``"10-01"``, aligned to these tasks in these terms."""
        assignment = self.cases.new_id("assignment", 10_001)
        self.cases.add(
            "assignment",
            assignment_id=assignment,
            section_id=self.id,
            category_row_id=category,
            points=possible,
            due_date=dt.date.fromisoformat(f"2026-{due}") if due else None,
            **more,
        )
        for task, term in tasks:
            self.cases.add("assignment_task", assignment_id=assignment, task_id=task, term_seq=term)
        return assignment

    def earns(
        self, assignment: int, points: Number | None = None, *flags: str, student: int = 1, **more: Any
    ) -> None:
        """A student's score: points or a percent or neither, and flags such as ``"missing"``."""
        told = {f"is_{flag}": True for flag in flags}
        self.cases.add("score", assignment_id=assignment, student_id=student, points=points, **told, **more)

    def score(
        self,
        category: int | None,
        points: Number | None,
        possible: Number | None,
        *flags: str,
        percent: Number | None = None,
        **more: Any,
    ) -> None:
        """An assignment with a score of student 1."""
        self.earns(self.assignment(category, possible, **more), points, *flags, percent=percent)

    def posted(self, task: int, term: int, percent: Number | None = None, **more: Any) -> None:
        row = {"student_id": 1, "task_id": task, "term_seq": term, "percent": percent, **more}
        self.cases.add("posted_grade", section_id=self.id, **row)

    def gives(
        self, percent: str | None, mark: str | None = None, *, student: int = 1, task: int = TERM, term: int = 1
    ) -> None:
        """What the grade should be, at 4 decimals; None: there is none."""
        self.cases.expected[student, self.id, task, term] = (percent, mark)

    def not_computed(self, task: int = TERM, term: int = 1) -> None:
        self.cases.not_computed.add((self.id, task, term))

    def cyclic(self, *pairs: tuple[int, int]) -> None:
        self.cases.cyclic |= {(self.id, *pair) for pair in pairs}


CASES: list[tuple[str, int, Callable[[Section], None]]] = []


def case(made: Callable[[Section], None]) -> Callable[[Section], None]:
    """A case at the school at which a missing score is 0."""
    CASES.append((made.__name__, ZERO, made))
    return made


def case_at(school: int) -> Callable[[Callable[[Section], None]], Callable[[Section], None]]:
    def kept(made: Callable[[Section], None]) -> Callable[[Section], None]:
        CASES.append((made.__name__, school, made))
        return made

    return kept


def all_cases() -> Cases:
    cases = Cases()
    for name, school, made in CASES:
        made(Section(cases, name, school))
    return cases
