"""A district of one school, one course master, one course and one section, in words an analyst would use.

    d = SmallDistrict("categories")                              # locks of its catalog
    quizzes = d.master.category("Quizzes", weight=20)            # the course master has it so
    d.course.category("Quizzes", parent=quizzes, weight=10)      # the course has it so, linked to the master

What a push says of it: `both_readings.verdicts_of`.

Ids of different tables never meet, so that a mix-up shows.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import oracle
from engine import plan_of, store_of

from coursepush.model.tables import SETUP_KEYS, TABLES, Column
from coursepush.plan.plan import Plan
from coursepush.store import Store

Row = dict[str, Any]

CATALOG, SCHOOL, CALENDAR, SUMMER, YEAR = 11, 21, 31, 32, 2027
TERM, SEMESTER, PROGRESS, EXAM = 101, 102, 103, 104
STANDARD, OTHER_STANDARD = 111, 112
TEST, OTHER_TEST = 201, 202
GONE = 99_999
"""The id of an upper row that is no more."""

MASTER_ELEMENTS = (
    "grading_tasks",
    "standards",
    "assessments",
    "categories",
    "composite_grades",
    "grade_calc_options",
)
SECTION_ELEMENTS = ("categories", "composite_grades", "grade_calc_options")
ALL_LOCKS = (*MASTER_ELEMENTS, "composite_weights")

_DEFAULTS: dict[str, Any] = {"true": True, "false": False, "0": 0, "1": 1, "'none'": "none", "[]": []}
_FIRST_ID = {"master": 1_000, "course": 2_000, "section": 3_000}
_FAMILY_PLACE = {"task": 100, "assessment": 200, "category": 300, "grade_calc": 400, "composite": 500}

# What a course master and course usually have of each element, and a value in which they may differ.
_TYPICAL: dict[str, tuple[str, Row, Row]] = {
    "grading_tasks": ("task", {"task_id": PROGRESS, "credit": "0.5"}, {"credit": 1}),
    "standards": ("task", {"task_id": STANDARD, "sequence": 1}, {"sequence": 2}),
    "assessments": ("assessment", {"test_id": TEST}, {"copies_forward": True}),
    "categories": ("category", {"name": "Quizzes", "weight": 20}, {"weight": 10}),
    "composite_grades": (
        "composite",
        {"task_id": SEMESTER, "term_seq": 2, "child_task_id": TERM, "child_term_seq": 1, "weight": 50},
        {"weight": 25},
    ),
    "grade_calc_options": (
        "grade_calc",
        {"task_id": TERM, "term_seq": 1, "calc_type": "in_progress"},
        {"use_percent": True},
    ),
}


def number(value: Any) -> Decimal:
    """A decimal with the four places that weights, credits and percents have."""
    return Decimal(str(value)).quantize(Decimal("0.0001"))


def _native(column: Column, value: Any) -> Any:
    if value is not None and column.kind in ("decimal3", "decimal4"):
        return number(value) if column.kind == "decimal4" else Decimal(value).quantize(Decimal("0.001"))
    return sorted(value) if column.kind == "ids" else value


class Owner:
    """A course master, a course or a section: gives it setup rows and, on a section, students' work.

    Each word returns the new row's id. `parent` is the row one level up that it came from.
    """

    def __init__(self, district: SmallDistrict, level: str, id: int) -> None:
        self.district, self.level, self.id = district, level, id

    def __getitem__(self, column: str) -> Any:
        return self._row[column]

    def __setitem__(self, column: str, value: Any) -> None:
        self._row[column] = value

    @property
    def _row(self) -> Row:
        table = "course_master" if self.level == "master" else self.level
        return next(row for row in self.district.tables()[table] if row[f"{self.level}_id"] == self.id)

    def task(self, task: int, **more: Any) -> int:
        return self._setup("task", task_id=task, **more)

    def assessment(self, test: int = TEST, **more: Any) -> int:
        return self._setup("assessment", test_id=test, **more)

    def category(self, name: str, **more: Any) -> int:
        return self._setup("category", name=name, **more)

    def option(self, task: int = TERM, term: int = 1, calc_type: str = "in_progress", **more: Any) -> int:
        return self._setup("grade_calc", task_id=task, term_seq=term, calc_type=calc_type, **more)

    def composite(
        self,
        task: int = SEMESTER,
        term: int = 2,
        child: int = TERM,
        child_term: int = 1,
        weight: Any = 50,
        **more: Any,
    ) -> int:
        key = {"task_id": task, "term_seq": term, "child_task_id": child, "child_term_seq": child_term}
        return self._setup("composite", **key, weight=weight, **more)

    def typical(self, element: str, *, other: bool = False, **more: Any) -> int:
        """The usual row of an element; with `other`, one that differs from it beside the key."""
        family, values, differing = _TYPICAL[element]
        return self._setup(family, **{**values, **(differing if other else {}), **more})

    def _setup(self, family: str, *, parent: int | None = None, broken: bool = False, **values: Any) -> int:
        if self.level != "master":
            values["parent_row_id"] = parent
        if self.level == "course":
            values["is_link_broken"] = broken
        table = f"{self.level}_{family}"
        rows = self.district.tables()[table]
        row_id = _FIRST_ID[self.level] + _FAMILY_PLACE[family] + len(rows) + 1
        self.district.add(table, row_id=row_id, owner_id=self.id, **values)
        return row_id

    def custom_field(self, field: str, value: str | None) -> None:
        self.district.add("custom_field", level=self.level, owner_id=self.id, field=field, value=value)

    def meets_in(self, *terms: int) -> None:
        for term in terms:
            self.district.add("section_term", section_id=self.id, term_seq=term)

    def assignment(
        self,
        *tasks: tuple[int, int],
        category: int | None = None,
        active: bool = True,
        score: Any = None,
    ) -> int:
        """An assignment for (task, term) pairs, in a category of this section, with a student's points or not."""
        d = self.district
        assignment_id = 5_001 + len(d.tables()["assignment"])
        d.add(
            "assignment",
            assignment_id=assignment_id,
            section_id=self.id,
            category_row_id=category,
            points=10,
            is_active=active,
        )
        for task, term in tasks:
            d.add("assignment_task", assignment_id=assignment_id, task_id=task, term_seq=term)
        if score is not None:
            d.add("score", assignment_id=assignment_id, student_id=81, points=score)
        return assignment_id

    def posted_grade(self, task: int, term: int, **values: Any) -> None:
        self.district.add("posted_grade", section_id=self.id, student_id=81, task_id=task, term_seq=term, **values)


class SmallDistrict:
    """The High School catalog at Lincoln High in 2026-27; Term and Semester Grade are aligned to the course."""

    def __init__(self, *locks: str) -> None:
        self._tables: dict[str, list[Row]] = {name: [] for name in TABLES}
        self._store: tuple[frozenset[str], Store] | None = None
        self.add("catalog", catalog_id=CATALOG, name="High School")
        self.school(SCHOOL, "Lincoln High", CATALOG)
        self.calendar(CALENDAR, "Lincoln High 26-27")
        for lock in locks:
            self.lock(lock)
        for task_id, name in (
            (TERM, "Term Grade"),
            (SEMESTER, "Semester Grade"),
            (PROGRESS, "Progress"),
            (EXAM, "Exam"),
            (STANDARD, "Reads"),
            (OTHER_STANDARD, "Writes"),
        ):
            self.add("grading_task", task_id=task_id, name=name, is_standard=task_id >= STANDARD)
        for test_id in (TEST, OTHER_TEST):
            self.add("assessment_test", test_id=test_id, name=f"Test {test_id}")
        self.add("teacher", teacher_id=71, name="Ms. Rivera")
        self.master = self.new_master("MATH1")
        self.course = self.new_course("MATH1", master=self.master)
        self.section = self.new_section(self.course)
        self.aligned = [self.course.task(task, parent=self.master.task(task)) for task in (TERM, SEMESTER)]

    def add(self, table: str, **values: Any) -> None:
        row: Row = {}
        for column in TABLES[table].columns:
            default = _DEFAULTS[column.default] if column.default is not None else None
            value = values.pop(column.name, default)
            row[column.name] = _native(column, list(value) if column.kind == "ids" else value)
        assert not values, f"{table} has no {', '.join(values)}"
        self._tables[table].append(row)

    def tables(self) -> dict[str, list[Row]]:
        """Every table with every column."""
        return self._tables

    def school(self, school_id: int, name: str, catalog: int, year: int = YEAR) -> None:
        self.add("school", school_id=school_id, number=f"0{school_id}", name=name)
        self.add("catalog_school", school_id=school_id, end_year=year, catalog_id=catalog)

    def calendar(
        self, calendar_id: int, name: str, *, school: int = SCHOOL, year: int = YEAR, summer: bool = False
    ) -> None:
        """A calendar with four terms, from mid-August to early June (a summer calendar: June and July)."""
        begins, ends = (dt.date(year - 1, 8, 15), dt.date(year, 6, 5))
        if summer:
            begins, ends = dt.date(year, 6, 15), dt.date(year, 7, 15)
        self.add(
            "calendar",
            calendar_id=calendar_id,
            school_id=school,
            end_year=year,
            name=name,
            is_summer=summer,
            start_date=begins,
            end_date=ends,
        )
        for term in (1, 2, 3, 4):
            self.add("term", calendar_id=calendar_id, term_seq=term, name=f"Q{term}")

    def lock(self, lock: str) -> None:
        self.add("catalog_lock", catalog_id=CATALOG, lock=lock)

    def new_master(self, number: str, *, catalog: int = CATALOG, **values: Any) -> Owner:
        master_id = 41 + len(self._tables["course_master"])
        self.add(
            "course_master",
            master_id=master_id,
            catalog_id=catalog,
            number=number,
            **{"name": f"Course {number}", **values},
        )
        return Owner(self, "master", master_id)

    def new_course(self, number: str, *, master: Owner | None, calendar: int = CALENDAR, **values: Any) -> Owner:
        course_id = 501 + len(self._tables["course"])
        self.add(
            "course",
            course_id=course_id,
            calendar_id=calendar,
            master_id=master and master.id,
            number=number,
            **{"name": f"Course {number}", **values},
        )
        return Owner(self, "course", course_id)

    def new_section(self, course: Owner, number: str = "1", **values: Any) -> Owner:
        section_id = 601 + len(self._tables["section"])
        self.add("section", section_id=section_id, course_id=course.id, number=number, teacher_id=71, **values)
        return Owner(self, "section", section_id)

    def course_has(self, element: str) -> int:
        """The course has the usual row of an element, just as its master; the course row's id."""
        return self.course.typical(element, parent=self.master.typical(element))

    def work_on_everything(self, course_category: int | None = None) -> None:
        """One assignment that uses the usual row of every element on the course."""
        category = self.section.category("Taught", parent=course_category)
        self.section.assignment((PROGRESS, 1), (STANDARD, 1), (TERM, 1), category=category)

    def plan(self, push: str = "master", unknown: frozenset[str] = frozenset(), **request: Any) -> Plan:
        """The engine's plan of Push All Course Masters ("master") or Push All Courses ("course")."""
        named = {"catalog_id": CATALOG, "year": YEAR} if push == "master" else {"calendar_id": CALENDAR}
        return plan_of(self.store(unknown), push, {**named, **request})

    def drop(self, table: str, row_id: int) -> None:
        self._tables[table][:] = [row for row in self._tables[table] if row["row_id"] != row_id]

    def values(self, table: str, row_id: int) -> Row:
        """The values of a setup row as plan rows show them."""
        row = next(row for row in self._tables[table] if row["row_id"] == row_id)
        spec = next(spec for spec in oracle.ELEMENTS.values() if table.endswith("_" + spec.stem))
        return json.loads(oracle.row_text(oracle.values_of(spec, row)))

    def typical_values(self, level: str, element: str) -> Row:
        """The values of the usual row of an element, as it stands on that level."""
        family, values, _ = _TYPICAL[element]
        key = [name for name in values if name in SETUP_KEYS[family]]
        table = f"{level}_{family}"
        rows = [row for row in self._tables[table] if all(row[name] == values[name] for name in key)]
        return self.values(table, rows[0]["row_id"])

    def store(self, unknown: frozenset[str] = frozenset()) -> Store:
        """The district in a store; add nothing after."""
        if self._store is None or self._store[0] != unknown:
            self._store = (unknown, store_of(self._tables, unknown))
        return self._store[1]
