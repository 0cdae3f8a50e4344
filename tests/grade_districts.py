"""Random setups and scores on which grades depend, put on top of the random districts of the push tests.

    tables = with_grades(make_district(seed), seed)

What a push pairs stays as it was drawn: rows keep their links, and a push changes the setup under the scores.
Beside what is there come options of the tasks that are graded, composites of composites and cycles, and scores
with every flag, of few points, so that percents tie and meet marks exactly.
"""

from __future__ import annotations

import copy
import datetime as dt
import random
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]
TaskTerm = tuple[int, int]

_POSSIBLE = ("10",) * 5 + ("20",) * 4 + ("7", "200", "200", "0", "0", "-5", None)
_SHARES = ("0", "0.5", "0.5", "0.6", "0.7", "0.7", "0.8", "0.895", "0.895", "0.89495", "0.9", "1", "1.2", "-0.1")
"""Of the points possible: few, so that they tie; 0.89495 of 200 is 178.99, half a hundredth below a mark."""
_MULTIPLIERS = ("1",) * 8 + ("2", "2", "0.3333", "0", "-1")
_LAST_N = (None, None, None, 0, 1, 2, 2, 3)
_DUE = (None, dt.date(2026, 9, 10), dt.date(2026, 9, 10), dt.date(2026, 10, 1), dt.date(2026, 11, 5))
_FLAGS = ("missing", "late", "exempt", "dropped", "cheated", "incomplete", "turned_in")
_TYPES = ("in_progress",) * 5 + ("none", "power_law")
_MARKS = (("A", "89.5"), ("B", "79.5555"), ("C", "70"), ("D", "50"))
_POSTED = (
    {"percent": Decimal("91.2345")},
    {"percent": Decimal("50.0000"), "mark": "D"},
    {"mark": "A"},
    {"comment": "Well done"},
)


def with_grades(tables: Tables, seed: int) -> Tables:
    """The district with more of what grades depend on; the one given stays as it is."""
    return _Grades(copy.deepcopy(tables), random.Random(f"grades {seed}")).made()


class _Grades:
    def __init__(self, tables: Tables, rng: random.Random) -> None:
        self.tables, self.rng = tables, rng
        self.last = {
            "student": _largest(tables["enrollment"], "student_id"),
            "assignment": _largest(tables["assignment"], "assignment_id"),
        }
        for family in ("category", "grade_calc", "composite"):
            rows = tables[f"section_{family}"]
            self.last[family] = max(_largest(rows, "row_id"), _largest(rows, "parent_row_id"))
        self.last["category"] = max(self.last["category"], _largest(tables["assignment"], "category_row_id"))
        self.scales = [row["scale_id"] for row in tables["grading_scale"]]

    def made(self) -> Tables:
        self.schools_and_scales()
        self.wear_options()
        for section in sorted(row["section_id"] for row in self.tables["section"]):
            self.section(section)
        for rows in self.tables.values():
            self.rng.shuffle(rows)
        return self.tables

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def new_id(self, kind: str) -> int:
        self.last[kind] += self.rng.choice((1, 1, 2, 5))
        return self.last[kind]

    def add(self, table: str, **values: Any) -> Row:
        self.tables[table].append(values)
        return values

    def schools_and_scales(self) -> None:
        for school in self.tables["school"]:
            school["missing_percent"] = Decimal(self.rng.choice(("0.0000", "50.0000", "33.3333", "100.0000")))
            school["missing_counts"] = self.chance(0.7)
        bare = self.rng.choice(self.scales)  # a scale without marks
        self.tables["grading_scale_mark"] = [
            {"scale_id": scale, "mark": mark, "min_percent": _four(low), "is_passing": mark != "D"}
            for scale in self.scales
            if scale != bare
            for mark, low in _MARKS
        ]

    def wear_options(self) -> None:
        """Values that matter more often; on all levels alike, so that rows that were equal are."""
        last_n = {None: None, 3: self.rng.choice(_LAST_N[3:])}
        lowest = {0: 0, 1: 1, 2: self.rng.choice((2, 9))}
        types = {"in_progress": "in_progress", "none": "none", "average": self.rng.choice(_TYPES)}
        for level in ("master", "course", "section"):
            for row in self.tables[f"{level}_grade_calc"]:
                row["last_n"], row["calc_type"] = last_n[row["last_n"]], types[row["calc_type"]]
            for row in self.tables[f"{level}_category"]:
                row["drop_lowest"] = lowest[row["drop_lowest"]]

    # -- a section ---------------------------------------------------------------------------------------------

    def section(self, section: int) -> None:
        students = [row["student_id"] for row in self.tables["enrollment"] if row["section_id"] == section]
        for _ in range(self.rng.randint(1, 3)):
            students.append(self.new_id("student"))
            self.add("enrollment", section_id=section, student_id=students[-1])
        if self.chance(0.5):
            students.append(self.new_id("student"))  # who has left
        pairs = self.options(section)
        self.composites(section, pairs)
        live = self.rng.sample(pairs, min(4, len(pairs)))
        categories = [row for row in self.tables["section_category"] if row["owner_id"] == section]
        if len(categories) < 2 or self.chance(0.3):
            categories.append(self.category(section, categories))
        categories.sort(key=lambda row: (row["is_excluded"] and self.chance(0.7), self.chance(0.5)))
        for _ in range(self.rng.randint(8, 13)):
            self.assignment(section, categories[:3], live if self.chance(0.9) else pairs, students)
        self.posted(section, pairs, students)

    def options(self, section: int) -> list[TaskTerm]:
        """Every (task, term) that is graded here or may be after a push, and options for some that have none."""
        course = next(row["course_id"] for row in self.tables["section"] if row["section_id"] == section)
        here = [row for row in self.tables["section_grade_calc"] if row["owner_id"] == section]
        above = [row for row in self.tables["course_grade_calc"] if row["owner_id"] == course]
        pairs = {(row["task_id"], row["term_seq"]): row for row in (*above, *here)}
        tasks = sorted({task for task, _ in pairs}) or [self.tables["grading_task"][0]["task_id"]]
        own = {(row["task_id"], row["term_seq"]) for row in here}
        for task in self.rng.sample(tasks, min(2, len(tasks))):
            for term in (1, 2):
                if (task, term) not in own and self.chance(0.6):
                    pairs[task, term] = self.option(section, task, term)
        return sorted(pairs)

    def option(self, section: int, task: int, term: int) -> Row:
        return self.add(
            "section_grade_calc",
            row_id=self.new_id("grade_calc"),
            owner_id=section,
            parent_row_id=None,
            task_id=task,
            term_seq=term,
            calc_type=self.rng.choice(_TYPES),
            scale_id=self.rng.choice((None, *self.scales, *self.scales)),
            weight_categories=self.chance(0.5),
            use_percent=self.chance(0.4),
            last_n=self.rng.choice(_LAST_N),
            cumulative_from_term_seq=self.rng.choice((None, 1, 1, 2)),
        )

    def category(self, section: int, others: list[Row]) -> Row:
        taken = {row["name"].lower() for row in others}
        return self.add(
            "section_category",
            row_id=self.new_id("category"),
            owner_id=section,
            parent_row_id=None,
            name=next(name for name in ("Warm-ups", "Essays", "Oral") if name.lower() not in taken),
            weight=_four(self.rng.choice(("0", "25", "33.3333"))),
            sequence=None,
            is_excluded=False,
            drop_lowest=self.rng.choice((0, 1, 9)),
            task_ids=[],
        )

    def composites(self, section: int, pairs: list[TaskTerm]) -> None:
        """Now and then a chain of composites, whose end may be its beginning; only of keys that are free."""
        there = {
            (row["task_id"], row["term_seq"], row["child_task_id"], row["child_term_seq"])
            for row in self.tables["section_composite"]
            if row["owner_id"] == section
        }
        if len(pairs) < 3 or not self.chance(0.6):
            return
        top, middle, *leaves = self.rng.sample(pairs, min(5, len(pairs)))
        wanted = [(top, middle), *((middle, leaf) for leaf in leaves), *((top, leaf) for leaf in leaves[:1])]
        if self.chance(0.3):
            wanted.append((self.rng.choice((leaves[0], middle)), middle))
        for parent, child in wanted:
            key = (*parent, *child)
            if key not in there:
                there.add(key)
                self.composite(section, key)

    def composite(self, section: int, key: tuple[int, int, int, int]) -> None:
        self.add(
            "section_composite",
            row_id=self.new_id("composite"),
            owner_id=section,
            parent_row_id=None,
            **dict(zip(("task_id", "term_seq", "child_task_id", "child_term_seq"), key, strict=True)),
            weight=_four(self.rng.choice(("0", "1", "40", "60", "33.3333"))),
        )

    # -- students' work ----------------------------------------------------------------------------------------

    def assignment(self, section: int, categories: list[Row], pairs: list[TaskTerm], students: list[int]) -> None:
        possible = self.rng.choice(_POSSIBLE)
        category = None if self.chance(0.06) else self.rng.choice(categories)["row_id"]
        one = self.new_id("assignment")
        self.add(
            "assignment",
            assignment_id=one,
            section_id=section,
            category_row_id=category,
            lesson_id=None,
            name=f"Work {one}",
            due_date=self.rng.choice(_DUE),
            points=None if possible is None else Decimal(possible).quantize(Decimal("0.001")),
            multiplier=_four(self.rng.choice(_MULTIPLIERS)),
            is_active=self.chance(0.92),
        )
        tasks = self.rng.sample(pairs, min(len(pairs), self.rng.randint(1, 3)))
        for task, term in sorted({*tasks, *((task, 1) for task, _ in tasks if self.chance(0.3))}):
            self.add("assignment_task", assignment_id=one, task_id=task, term_seq=term)
        for student in students:
            if self.chance(0.85):
                self.score(one, student, Decimal(possible or 10))

    def score(self, assignment: int, student: int, possible: Decimal) -> None:
        points = Decimal(self.rng.choice(_SHARES)) * (possible if possible > 0 else 3)
        typed = self.rng.random()
        self.add(
            "score",
            assignment_id=assignment,
            student_id=student,
            points=points.quantize(Decimal("0.001")) if typed < 0.75 else None,
            percent=_four(self.rng.choice(("89.495", "66.6667", "50"))) if 0.7 < typed < 0.95 else None,
            comment=None,
            **{f"is_{flag}": self.chance(0.06) for flag in _FLAGS},
        )

    def posted(self, section: int, pairs: list[TaskTerm], students: list[int]) -> None:
        there = {
            (row["section_id"], row["student_id"], row["task_id"], row["term_seq"])
            for row in self.tables["posted_grade"]
        }
        for student in students:
            for task, term in pairs:
                if self.chance(0.12) and (section, student, task, term) not in there:
                    told = {"mark": None, "percent": None, "comment": None} | self.rng.choice(_POSTED)
                    self.add(
                        "posted_grade", section_id=section, student_id=student, task_id=task, term_seq=term, **told
                    )


def _four(number: str) -> Decimal:
    return Decimal(number).quantize(Decimal("0.0001"))


def _largest(rows: list[Row], column: str) -> int:
    return max((row[column] for row in rows if row[column] is not None), default=100)
