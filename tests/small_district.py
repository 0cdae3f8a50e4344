"""A district of one school, one course master, one course and one section, in words an analyst would use.

    d = SmallDistrict("categories")                              # locks of its catalog
    quizzes = d.master.category("Quizzes", weight=20)            # the course master has it so
    d.course.category("Quizzes", parent=quizzes, weight=10)      # the course has it so, linked to the master
    [row] = verdicts_of(d, element="categories", mode="locked")  # what a push says, by engine and oracle
    assert row.words == ("update", None, "linked")

Ids of different tables never meet, so that a mix-up shows.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import oracle
from engine import plan_of, store_of

from coursepush.model.tables import TABLES, Column
from coursepush.plan.plan import Plan
from coursepush.plan.rules import RULES, Rule
from coursepush.plan.text import ROW_COLUMNS
from coursepush.store import Store
from coursepush.store.database import Session

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


def _native(column: Column, value: Any) -> Any:
    if value is not None and column.kind in ("decimal3", "decimal4"):
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-int(column.kind[-1])))
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
        self.district.add(
            "posted_grade", section_id=self.id, student_id=81, task_id=task, term_seq=term, **values
        )


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
        for task in (TERM, SEMESTER):
            self.course.task(task, parent=self.master.task(task))

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

    def new_course(
        self, number: str, *, master: Owner | None, calendar: int = CALENDAR, **values: Any
    ) -> Owner:
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
        self.add(
            "section", section_id=section_id, course_id=course.id, number=number, teacher_id=71, **values
        )
        return Owner(self, "section", section_id)

    def course_has(self, element: str) -> int:
        """The course has the usual row of an element, just as its master; the course row's id."""
        return self.course.typical(element, parent=self.master.typical(element))

    def work_on_everything(self, course_category: int | None = None) -> None:
        """One assignment that uses the usual row of every element on the course."""
        category = self.section.category("Taught", parent=course_category)
        self.section.assignment((PROGRESS, 1), (STANDARD, 1), (TERM, 1), category=category)

    def drop(self, table: str, row_id: int) -> None:
        self._tables[table][:] = [row for row in self._tables[table] if row["row_id"] != row_id]

    def values(self, table: str, row_id: int) -> Row:
        """The values of a setup row as plan rows show them."""
        row = next(row for row in self._tables[table] if row["row_id"] == row_id)
        spec = next(spec for spec in oracle.ELEMENTS.values() if table.endswith("_" + spec.stem))
        return json.loads(oracle.row_text(oracle.values_of(spec, row)))

    def store(self, unknown: frozenset[str] = frozenset()) -> Store:
        """The district in a store; add nothing after."""
        if self._store is None or self._store[0] != unknown:
            self._store = (unknown, store_of(self._tables, unknown))
        return self._store[1]


# -- what a push says of it ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One verdict row; `key`, `before` and `after` read from their JSON text."""

    hop: int
    element: str
    verdict: str
    reason: str | None
    link: str | None
    course_id: int
    section_id: int | None
    row_id: int | None
    parent_row_id: int | None
    key: Any
    field: str | None
    before: Any
    after: Any

    @property
    def words(self) -> tuple[str, str | None, str | None]:
        return self.verdict, self.reason, self.link


def verdicts_of(
    d: SmallDistrict,
    *,
    element: str | None = None,
    hop: int | None = None,
    push: str = "master",
    unknown: frozenset[str] = frozenset(),
    **request: Any,
) -> list[Said]:
    """What a push says, `same` included, in the order of element, course, section, key; by engine and oracle.

    `push` is "master" (Push All Course Masters) or "course" (Push All Courses). Both readings of the rules
    must agree on every row and every count, whatever is asked for here.
    """
    if push == "master":
        request = {"catalog_id": CATALOG, "year": YEAR, **request}
        expected = oracle.plan_master_push(d.tables(), **request, unknown=unknown)
    else:
        request = {"calendar_id": CALENDAR, **request}
        expected = oracle.plan_course_push(d.tables(), **request, unknown=unknown)
    with _watching_rules():
        plan = plan_of(d.store(unknown), push, request)
    assert_agree(plan, expected)
    said = [_said(row) for row in expected]
    seen.reasons.update(row.reason for row in said if row.reason)
    return [row for row in said if element in (None, row.element) and hop in (None, row.hop)]


def assert_agree(plan: Plan, expected: list[Row]) -> None:
    """The engine's plan and the oracle's verdicts say the same of every row, `same` in the counts alone."""
    stated = [{name: row[name] for name in ROW_COLUMNS} for row in expected if row["verdict"] != "same"]
    found = plan.rows().to_dicts()
    only_engine, only_oracle = _less(found, stated), _less(stated, found)
    assert not only_engine and not only_oracle, f"engine: {only_engine}\noracle: {only_oracle}"
    names = ("hop", "element", "verdict", "reason", "link")
    counted = Counter(tuple(row[name] for name in names) for row in expected)
    assert {row[:-1]: row[-1] for row in plan.counts().rows()} == counted


def _less(rows: list[Row], others: list[Row]) -> list[Row]:
    left = Counter(json.dumps(row) for row in rows)
    left.subtract(json.dumps(row) for row in others)
    return [json.loads(text) for text in left.elements()]


def _said(row: Row) -> Said:
    values = {name: row[name] for name in ROW_COLUMNS}
    for name in ("key", "before", "after"):
        values[name] = None if row[name] is None else json.loads(row[name])
    return Said(**values)


def by_element(rows: list[Said]) -> dict[str, tuple[str, str | None, str | None]]:
    """(verdict, reason, link) of the one row that each element has."""
    words = {row.element: row.words for row in rows}
    assert len(words) == len(rows), rows
    return words


def by_name(rows: list[Said]) -> dict[str, tuple[str, str | None, str | None]]:
    """(verdict, reason, link) of each category, by the name it will have."""
    words = {row.key["name"]: row.words for row in rows}
    assert len(words) == len(rows), rows
    return words


# -- which rules were at work ----------------------------------------------------------------------------


class Seen:
    """The numbers of the rules that decided, and the reasons given, since the running test began."""

    def __init__(self) -> None:
        self.rules: set[int] = set()
        self.reasons: set[str] = set()


seen = Seen()
RULES_SHOWN: dict[int, list[str]] = {}
REASONS_SHOWN: dict[str, list[str]] = {}
_END_OF_DECIDED = "\nselect\n    d.owner_id,"


@contextmanager
def _watching_rules() -> Iterator[None]:
    """Asks each verdict step, while its working tables are there, which rules decided."""
    run_all = Session.run_all

    def watched(session: Session, statements: list[tuple[str, str]]) -> None:
        run_all(session, statements)
        steps = [sql for name, sql in statements if name.startswith("verdict.") and "as rule_no" in sql]
        assert steps, "the steps that decide by the rule table have other names now"
        for sql in steps:
            decided, end, _ = sql.partition(_END_OF_DECIDED)
            assert end, "the step that decides has another shape now"
            query = decided[decided.index("\nwith facts as") :] + "\nselect distinct rule_no from decided"
            seen.rules.update(row[0] for row in session.rows("rules", query))

    Session.run_all = watched  # type: ignore[method-assign]
    try:
        yield
    finally:
        Session.run_all = run_all  # type: ignore[method-assign]


Test = Callable[..., None]


def decides(*texts: str, hop: int, mode: str | None = None) -> Callable[[Test], Test]:
    """Marks a test as showing these rules of the rule table at work; it fails where they did not decide."""
    numbers = {text: _rules_called(text, hop, mode) for text in texts}

    def mark(test: Test) -> Test:
        for found in numbers.values():
            for number in found:
                RULES_SHOWN.setdefault(number, []).append(test.__name__)

        def check(now: Seen) -> None:
            missed = [text for text, found in numbers.items() if not set(found) <= now.rules]
            assert not missed, f"these rules did not decide: {missed}"

        return _checked(test, check)

    return mark


def _rules_called(text: str, hop: int, mode: str | None) -> list[int]:
    def fits(rule: Rule) -> bool:
        return rule.text == text and rule.hop in (None, hop) and rule.mode in (None, mode)

    found = [number for number, rule in enumerate(RULES) if fits(rule)]
    assert found, f"no rule of hop {hop} is called {text!r} in mode {mode}"
    return found


def gives(*reasons: str) -> Callable[[Test], Test]:
    """Marks a test as showing these reasons; it fails where no verdict gave them."""

    def mark(test: Test) -> Test:
        for reason in reasons:
            REASONS_SHOWN.setdefault(reason, []).append(test.__name__)

        def check(now: Seen) -> None:
            assert set(reasons) <= now.reasons, f"reasons given: {sorted(now.reasons)}"

        return _checked(test, check)

    return mark


def _checked(test: Test, check: Callable[[Seen], None]) -> Test:
    @functools.wraps(test)
    def checked(*args: Any, **kwargs: Any) -> None:
        seen.rules.clear()
        seen.reasons.clear()
        test(*args, **kwargs)
        check(seen)

    return checked
