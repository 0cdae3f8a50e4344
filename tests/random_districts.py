"""Random small school districts and push requests that stress every rule of a push.

A district starts as a district office would want it (masters, courses copied from them, sections
copied from the courses) and is then worn: rows are dropped, edited, unlinked, orphaned, linked to
the wrong row, renamed, and half of everything gets used by students' work. It stays a district
that a load accepts; what a load merely warns about is made on purpose.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_KEYS = {
    "task": ("task_id",),
    "category": ("name",),
    "grade_calc": ("task_id", "term_seq"),
    "composite": ("task_id", "term_seq", "child_task_id", "child_term_seq"),
    "assessment": ("test_id",),
}
_VALUES = {  # beside the key
    "task": ("score_group_id", "credit_type", "credit", "term_gpa", "is_post_only", "sequence"),
    "category": ("weight", "sequence", "is_excluded", "drop_lowest", "task_ids"),
    "grade_calc": (
        "calc_type",
        "scale_id",
        "weight_categories",
        "use_percent",
        "last_n",
        "cumulative_from_term_seq",
    ),
    "composite": ("weight",),
    "assessment": ("standard_task_id", "start_date", "end_date", "copies_forward"),
}
_SECTION_ELEMENTS = ("category", "grade_calc", "composite")
_ABOVE = {"course": "master", "section": "course"}
_SETUP = [
    f"{level}_{element}"
    for level in ("master", "course", "section")
    for element in (_VALUES if level != "section" else _SECTION_ELEMENTS)
]
_TABLES = [
    "school",
    "calendar",
    "term",
    "catalog",
    "catalog_school",
    "catalog_lock",
    "teacher",
    "grading_task",
    "assessment_test",
    "score_group",
    "grading_scale",
    "grading_scale_mark",
    "course_master",
    "course",
    "section",
    "section_term",
    "custom_field",
    "enrollment",
    "assignment",
    "assignment_task",
    "score",
    "posted_grade",
    *_SETUP,
]
_MASTER_DATA = [
    "course_info",
    "grading_tasks",
    "standards",
    "categories",
    "assessments",
    "grade_calc_options",
    "composite_grades",
]
_COURSE_DATA = ["categories", "grade_calc_options", "composite_grades", "advisory"]

# Names of 47 to 50 characters with one beginning: numbering them means cutting them.
_STEM = "Participation and preparation for every lesson1"
_NAMES = [
    "Homework",
    "Tests",
    "Quizzes",
    "Projects",
    "Labs",
    "Études",
    "ΛΟΓΟΣ",
    "İş",
    "Maße",
    _STEM,
    _STEM + "x",
    _STEM + "xy",
    _STEM + "xyz",
]
_NUMBERED = ["Homework(1)", "tests(1)", "Quizzes (1)", "Labs(2)", _STEM + "(1)", "Homework(1)(1)"]


def _number(value: object, scale: int = 4) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-scale))


_TERMS = (1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4)
_POOLS: dict[str, tuple[Any, ...]] = {  # few values, so that two rows are often equal
    "credit_type": (None, "Core", "Elective"),
    "credit": (None, _number("0.5"), _number(1)),
    "term_gpa": (None, _number(1), _number("1.25")),
    "is_post_only": (False, False, False, True),
    "sequence": (None, 1, 2, 3),
    "is_excluded": (False, False, False, True),
    "weight": tuple(_number(weight) for weight in (0, 10, 25, "33.3333", 50)),
    "drop_lowest": (0, 0, 1, 2),
    "calc_type": ("in_progress", "in_progress", "none", "average"),
    "weight_categories": (False, True),
    "use_percent": (False, True),
    "last_n": (None, None, 3),
    "start_date": (None, date(2026, 9, 1)),
    "copies_forward": (False, True),
    "end_date": (None, date(2026, 10, 1), date(2027, 2, 1)),
}
_ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "name": ("Algebra", "Biology", "Band"),
    "gpa_weight": (None, _number(1), _number("1.5")),
    **dict.fromkeys(
        (
            "description",
            "state_code",
            "department",
            "subject_type",
            "sced_subject_area",
            "sced_course_id",
            "sced_course_level",
            "sced_lowest_grade",
            "sced_highest_grade",
            "course_type",
            "honors_code",
        ),
        (None, "KG", "02", "x"),
    ),
    **dict.fromkeys(("terms", "schedules", "periods", "max_students"), (None, 1, 2)),
    **dict.fromkeys(
        ("takes_attendance", "is_standards_based", "on_transcript", "is_advisory", "is_activity"),
        (None, False, True),
    ),
}
_SCORE_FLAGS = ("missing", "late", "exempt", "dropped", "cheated", "incomplete", "turned_in")


@cache
def _folded(name: str) -> str:
    """A name as the rules compare it, if anything too generous about the dotted capital I."""
    return "".join(character.lower() for character in name).replace("i\u0307", "i")


class _Maker:
    """Builds one district from the top down, so that every level has something to copy."""

    def __init__(self, seed: int, size: int) -> None:
        self.rng, self.size = random.Random(seed * 16 + size), size
        self.tables: Tables = {table: [] for table in _TABLES}
        self.last: dict[str, int] = {}
        self.terms: dict[int, list[int]] = {}
        self.catalog_of: dict[tuple[int, int], int] = {}
        self.masters_of: dict[int | None, list[int | None]] = {}
        self.rows: dict[tuple[str, int], Row] = {}
        self.gone: dict[str, list[int]] = {}  # ids that were a row once, or never were
        self.had: dict[tuple[str, str, int | None], list[Row]] = {}  # what courses copied
        self.owned: dict[tuple[str, str, int | None], list[Row]] = {}

    def make(self) -> Tables:
        for step in (
            self.banks,
            self.places,
            self.masters,
            self.courses,
            self.custom_fields_and_locks,
            self.sections,
        ):
            step()
        for table in self.tables.values():
            self.rng.shuffle(table)
        return self.tables

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def some(self, items: Iterable[Any], low: int, high: int) -> list[Any]:
        pool = list(items)
        return self.rng.sample(pool, min(len(pool), self.rng.randint(low, high)))

    def new_id(self, kind: str) -> int:
        if kind not in self.last:
            self.last[kind] = 3_000_000_000 * self.chance(0.05) + self.rng.randint(2, 40)
        self.last[kind] += self.rng.choice((1, 1, 1, 2, 3, 7))
        return self.last[kind]

    def gone_id(self, table: str) -> int:
        """An id that no row of the table has, now and then above all that are in use."""
        gone = self.gone.setdefault(table, [])
        if not gone or self.chance(0.3):
            gone.append(self.new_id(table) + self.rng.choice((0, 0, 30)))
            self.last[table] = gone[-1]
        return self.rng.choice(gone)

    def add(self, table: str, **values: Any) -> Row:
        self.tables[table].append(values)
        return values

    def banks(self) -> None:
        """The lists that all setup refers to."""
        names = ("Quarter", "Exam", "Semester", "Conduct", "Reading", "Ratios", "Proof", "Motion")
        ids = [self.new_id("grading_task") for _ in names]
        self.bank, self.standards = ids[:4], ids[4:]
        for task, name in zip(ids, names, strict=True):
            self.add(
                "grading_task",
                task_id=task,
                name=name,
                is_standard=task in self.standards,
                code=name[:3],
                parent_task_id=ids[4] if task in ids[5:] else None,
            )
        self.lists: dict[str, list[int]] = {}
        for key, table in {
            "test_id": "assessment_test",
            "teacher_id": "teacher",
            "scale_id": "grading_scale",
            "score_group_id": "score_group",
        }.items():
            self.lists[key] = [self.new_id(table) for _ in range(3)]
            for one in self.lists[key]:
                self.add(table, **{key: one, "name": f"{table} {one}"})
        pools = self.lists | {"standard_task_id": self.standards}
        self.pools = _POOLS | {column: (None, *pool) for column, pool in pools.items()}
        for scale in self.lists["scale_id"]:
            for mark, low in (("A", _number("89.5")), ("F", _number(0))):
                self.add("grading_scale_mark", scale_id=scale, mark=mark, min_percent=low, is_passing=mark == "A")

    def places(self) -> None:
        """Schools, their calendars and terms, and the catalog each school has in a year."""
        self.catalogs = [self.new_id("catalog") for _ in range(self.rng.choice((1, 1, 1, 2, 3)))]
        for place, catalog in enumerate(self.catalogs):
            self.add("catalog", catalog_id=catalog, name=f"Catalog {place}")
        for place in range(1 if self.size == 1 else self.rng.randint(1, 2)):
            school = self.new_id("school")
            self.add(
                "school",
                school_id=school,
                number=f"0{place}",
                name=f"School {place}",
                missing_percent=_number(0),
                missing_counts=self.chance(0.8),
            )
            kinds = [(2027, False), *self.some([(2027, True), (2026, False)], 0, 2)]
            for year in sorted({year for year, _ in kinds}):
                catalog = self.rng.choice(self.catalogs) if self.chance(0.2) else self.catalogs[0]
                if not place or self.chance(0.9):
                    self.add("catalog_school", school_id=school, end_year=year, catalog_id=catalog)
                    self.catalog_of[school, year] = catalog
            for year, is_summer in kinds:
                self.calendar(school, f"School {place} {year}", year, is_summer)

    def calendar(self, school: int, name: str, year: int, is_summer: bool) -> None:
        calendar, length = self.new_id("calendar"), 40 if is_summer else 280
        first = date(year, 6, 20) if is_summer else date(year - 1, 8, 20)
        self.add(
            "calendar",
            calendar_id=calendar,
            school_id=school,
            end_year=year,
            name=name + " summer" * is_summer,
            is_summer=is_summer,
            start_date=first,
            end_date=first + timedelta(length),
        )
        seqs = self.terms[calendar] = self.rng.choice(
            ([1], [1, 2], [1, 2], [1, 2, 3], [1, 2, 3], [1, 2, 3, 4], [1, 2, 4], [2, 3])
        )
        for index, seq in enumerate(seqs):
            begin, end = (first + timedelta(length * at // len(seqs)) for at in (index, index + 1))
            self.add(
                "term",
                calendar_id=calendar,
                term_seq=seq,
                name=f"T{seq}",
                start_date=begin,
                end_date=end - timedelta(1),
            )

    def value(self, column: str, row: Row) -> Any:
        if column == "task_ids":
            return sorted(set(self.some(self.naming, 1, 2))) if self.chance(0.6) else []
        if column == "cumulative_from_term_seq":
            return self.rng.randint(1, row["term_seq"]) if self.chance(0.3) else None
        return self.rng.choice(self.pools[column])

    def fresh(self, element: str, key: tuple[Any, ...]) -> Row:
        row = dict(zip(_KEYS[element], key, strict=True))
        return row | {column: self.value(column, row) for column in _VALUES[element]}

    def change(self, element: str, row: Row) -> None:
        """Another value in one or two columns that are not the key."""
        for column in self.some(_VALUES[element], 1, 2):
            others = (self.value(column, row) for _ in range(9))
            row[column] = next((one for one in others if one != row[column]), row[column])

    def key(self, element: str, tasks: list[int], terms: list[int]) -> tuple[Any, ...]:
        """A business key, mostly of tasks and terms that the owner has."""
        everything, names = self.bank + self.standards, _NAMES + _NUMBERED
        if len(_KEYS[element]) == 1:
            pool = {"task": everything, "category": names, "assessment": self.lists["test_id"]}
            return (self.rng.choice(pool[element]),)
        return tuple(
            self.rng.choice(
                (terms if self.chance(0.85) else _TERMS)
                if column.endswith("seq")
                else tasks
                if tasks and self.chance(0.9)
                else everything
            )
            for column in _KEYS[element]
        )

    def has(self, level: str, element: str, owner: int, key: tuple[Any, ...]) -> bool:
        plain = _folded if element == "category" else int
        wanted, columns = [plain(value) for value in key], _KEYS[element]
        return any(
            [plain(row[column]) for column in columns] == wanted
            for row in self.owned.get((level, element, owner), ())
        )

    def put(
        self, level: str, element: str, owner: int, values: Row, parent: int | None = None, broken: bool = False
    ) -> Row | None:
        """A setup row with the values given, unless the owner has its key already."""
        if self.has(level, element, owner, tuple(values[column] for column in _KEYS[element])):
            return None
        table = f"{level}_{element}"
        row = self.add(table, row_id=self.new_id(table), owner_id=owner)
        row |= {column: values[column] for column in (*_KEYS[element], *_VALUES[element])}
        if level != "master":
            row["parent_row_id"] = parent
        if level == "course":
            row["is_link_broken"] = broken or self.chance(0.05)
        if element == "category":
            row["task_ids"] = row["task_ids"].copy()
        self.owned.setdefault((level, element, owner), []).append(row)
        return row

    def masters(self) -> None:
        for catalog in self.catalogs:
            for number in self.some([*"123456", "01", "A1"], 2, 4):
                master = self.new_id("course_master")
                self.masters_of.setdefault(catalog, []).append(master)
                attributes = {c: self.rng.choice(pool) for c, pool in _ATTRIBUTES.items()}
                self.rows["master", master] = self.add(
                    "course_master",
                    master_id=master,
                    catalog_id=catalog,
                    number=number,
                    is_active=self.chance(0.88),
                    **attributes,
                )
                self.master_setup(master)

    def master_setup(self, master: int) -> None:
        """A master's rows; some that its courses copied are gone or were replaced since."""
        tasks = self.some(self.bank, 2, 3) + self.some(self.standards, 1, 3)
        self.naming = tasks + [task for task in self.bank if task not in tasks][:1] * 2
        retired = self.some(tasks, 1, 1) if self.chance(0.7) else []
        terms = sorted(set(self.rng.choices(_TERMS, k=3)))
        keys: dict[str, list[tuple[Any, ...]]] = {"task": [(task,) for task in tasks]}
        for element, most in zip((*_VALUES,)[1:], (5, 5, 4, 3), strict=True):
            count = self.rng.randint(most - 2, most)
            keys[element] = [self.key(element, tasks, terms) for _ in range(count)]
        keys["grade_calc"] += [(task, term) for task in retired for term in (1, 2)]
        for element, wanted in keys.items():
            copied = self.had.setdefault(("master", element, master), [])
            table = f"master_{element}"
            for key in dict.fromkeys(wanted):
                values = self.fresh(element, key) | {"owner_id": master}
                fate = self.rng.random()
                if key[0] in retired and element in ("task", "grade_calc"):
                    fate *= 0.14
                row = self.put("master", element, master, values) if fate > 0.13 else None
                if fate < 0.13 or (row and fate > 0.9):  # no longer on the master, or replaced
                    copied.append(values | {"row_id": self.new_id(table)})
                    self.gone.setdefault(table, []).append(copied[-1]["row_id"])
                elif row and fate > 0.22:  # else new: no course has it
                    copied.append(row)

    def courses(self) -> None:
        """Courses of every calendar, their numbers shuffled among few, and their setup."""
        calendars = self.tables["calendar"]
        weights = [1 if row["is_summer"] or row["end_year"] == 2026 else 4 for row in calendars]
        everyone = [row["master_id"] for row in self.tables["course_master"]]
        free = {row["calendar_id"]: [*"123456", "01", "A1", "B2"] for row in calendars}
        count = self.rng.randint(self.size + 2, min(8, 2 * self.size + 2))
        for calendar in self.rng.choices(calendars, weights, k=count):
            here = calendar["calendar_id"]
            catalog = self.catalog_of.get((calendar["school_id"], calendar["end_year"]))
            masters = [None] if self.chance(0.05) else self.masters_of.get(catalog, everyone)
            master = self.rng.choice(everyone if self.chance(0.05) else masters)
            above = self.rows["master", master] if master else {"number": None}
            same = above["number"] in free[here] and self.chance(0.3)
            number = above["number"] if same else self.rng.choice(free[here])
            free[here].remove(number)
            course = self.new_id("course")
            attributes = {
                c: above[c] if master and self.chance(0.7) else self.rng.choice(pool)
                for c, pool in _ATTRIBUTES.items()
            }
            self.rows["course", course] = self.add(
                "course",
                course_id=course,
                calendar_id=here,
                master_id=master,
                number=number,
                is_active=self.chance(0.9),
                ignore_master_push=self.chance(0.1),
                is_cross_site=self.chance(0.09),
                **attributes,
            )
            self.naming = [one["task_id"] for one in self.had.get(("master", "task", master), ())]
            for element in _VALUES:
                self.derive("course", element, course, master, self.terms[here])

    def derive(self, level: str, element: str, owner: int, upper: int | None, terms: list[int]) -> None:
        """The owner's rows of one element: copies of the upper owner's rows, worn, and strays."""
        above, source = ("master", self.had) if level == "course" else ("course", self.owned)
        table, rows = f"{above}_{element}", source.get((above, element, upper), [])
        for row in self.rng.sample(rows, max(0, len(rows) - self.chance(0.35))):
            fate, values = self.rng.uniform(0.1, 1), dict(row)
            if 0.34 < fate < 0.78 and self.chance(0.7):
                self.change(element, values)
            parent = (
                row["row_id"]
                if fate < 0.62
                else None
                if fate < 0.8
                else self.gone_id(table)
                if fate < 0.89
                else self.wrong_parent(table, upper, row["row_id"])
            )
            self.put(level, element, owner, values, parent, 0.46 < fate < 0.58)
        if element == "category" and self.chance(0.85 if level == "course" else 0.6):
            self.twist(level, owner, upper)
        for _ in range(self.rng.choices((0, 1, 2), (2, 3, 2))[0]):
            values = self.fresh(element, self.key(element, self.naming, terms))
            parent = self.rng.choice((None, None, self.gone_id(table), self.wrong_parent(table, upper)))
            self.put(level, element, owner, values, parent, self.chance(0.15))

    def wrong_parent(self, table: str, upper: int | None, but: int = 0) -> int | None:
        """A row of the upper table that is another owner's, or another of the upper owner's."""
        rows = self.tables[table]
        own = [row["row_id"] for row in rows if row["owner_id"] == upper and row["row_id"] != but]
        others = [row["row_id"] for row in rows if row["owner_id"] != upper]
        return self.rng.choice(own if but and own and self.chance(0.5) else others or own or [None])

    def twist(self, level: str, owner: int, upper_owner: int | None) -> None:
        """Category names that get into each other's way."""
        rng, table, names = self.rng, f"{_ABOVE[level]}_category", _NAMES + _NUMBERED
        rows = self.owned.setdefault((level, "category", owner), [])
        wanted = self.owned.get((_ABOVE[level], "category", upper_owner), [])
        tasks = {row["task_id"] for row in self.owned.get((_ABOVE[level], "task", upper_owner), ())}
        ids = [row["row_id"] for row in wanted]
        sound = [row for row in wanted if tasks.issuperset(row["task_ids"])]
        for row in self.some(rows, 0, 1):
            self.rename(row, row["name"].swapcase(), row["name"][:47] + "(1)")
        if len(rows) > 1 and self.chance(0.15):
            first, second = rng.sample(rows, 2)
            first["name"], second["name"] = second["name"], first["name"]
        for upper in [upper for upper in wanted if rows and self.chance(0.95)]:
            row = rng.choice(
                [row for row in rows if row["parent_row_id"] == upper["row_id"]]
                or [row for row in rows if row["parent_row_id"] not in ids]
                or rows
            )
            row["parent_row_id"] = upper["row_id"]
            if upper in sound:  # another row has the name that it should have
                self.rename(row, *rng.sample(names, 5))
                parent = rng.choice(
                    (
                        row["parent_row_id"],
                        *[None] * 5,
                        *[self.gone_id(table)] * 3,
                        *[self.wrong_parent(table, upper_owner)] * 6,
                    )
                )
                self.put(level, "category", owner, row | {"name": upper["name"]}, parent)
            elif sound:  # of a task that isn't there, under the name that another should have
                name = rng.choice(sound)["name"]
                for other in rows:
                    if other is not row and _folded(other["name"]) == _folded(name):
                        self.rename(other, *rng.sample(names, 5))
                self.rename(row, name)
            if level == "course":
                row["is_link_broken"] = upper not in sound and self.chance(0.5)

    def rename(self, row: Row, *names: str) -> None:
        """The first name that fits and is free."""
        level = "course" if "is_link_broken" in row else "section"
        for name in names:
            taken = self.has(level, "category", row["owner_id"], (name,))
            if len(name) <= 50 and (not taken or _folded(name) == _folded(row["name"])):
                row["name"] = name
                break

    def sections(self) -> None:
        """Sections of the courses, the terms they meet in, and their students' work."""
        for course in [row["course_id"] for row in self.tables["course"]]:
            terms = self.terms[self.rows["course", course]["calendar_id"]]
            self.naming = [row["task_id"] for row in self.owned.get(("course", "task", course), ())]
            for place in range(self.rng.choices((0, 1, 2, 3), (1, 3, 4, 4))[0]):
                section = self.new_id("section")
                self.add(
                    "section",
                    section_id=section,
                    course_id=course,
                    number=f"0{place}",
                    teacher_id=self.rng.choice((None, *self.lists["teacher_id"])),
                    is_advisory=self.rng.choice((None, False, True)),
                )
                for seq in self.some(terms, 1, len(terms)) if self.chance(0.3) else ():
                    self.add("section_term", section_id=section, term_seq=seq)
                for element in _SECTION_ELEMENTS:
                    self.derive("section", element, section, course, terms)
                self.work(section, course, terms)

    def work(self, section: int, course: int, terms: list[int]) -> None:
        """Assignments, scores and posted grades, some of which do not count as use."""
        students = [self.new_id("student"), self.new_id("student")]
        for student in students:
            self.add("enrollment", section_id=section, student_id=student)
        pairs = [(task, term) for task in self.naming for term in terms[:2]]
        aged = []  # of rows that lost their row above, or never had one
        for level, owner in (("course", course), ("section", section)):
            upper = {row["row_id"] for row in self.tables[f"{_ABOVE[level]}_grade_calc"]}
            rows = self.owned.get((level, "grade_calc", owner), [])
            aged += [(row["task_id"], row["term_seq"]) for row in rows if row["parent_row_id"] not in upper]
            rows = rows + self.owned.get((level, "composite", owner), [])
            pairs += [(row["task_id"], row["term_seq"]) for row in rows]
        rows = self.owned.get(("section", "category", section), [])
        for category in [row for row in rows if self.chance(0.8)]:
            one = self.new_id("assignment")
            self.add(
                "assignment",
                assignment_id=one,
                section_id=section,
                name=f"Work {one}",
                category_row_id=category["row_id"],
                points=_number(10, 3),
                lesson_id=self.new_id("lesson") if self.chance(0.2) else None,
                due_date=self.rng.choice((None, date(2026, 10, 1))),
                multiplier=_number(1),
                is_active=self.chance(0.7),
            )
            for task, term in dict.fromkeys(self.some(pairs, 0, 2)):
                self.add("assignment_task", assignment_id=one, task_id=task, term_seq=term)
            for student in self.some(students, 0, 1):
                self.add(
                    "score",
                    assignment_id=one,
                    student_id=student,
                    percent=None,
                    points=self.rng.choice((None, _number(7, 3))),
                    comment=None,
                    **{f"is_{flag}": self.chance(0.1) for flag in _SCORE_FLAGS},
                )
        for task, term in dict.fromkeys(self.some(pairs, 0, 1) + self.some(aged, 0, 2)):
            grade = dict.fromkeys(("mark", "percent", "comment")) | self.rng.choice(
                ({"mark": "A"}, {"percent": _number(91)}, {"comment": "Well done"}, {})
            )
            self.add(
                "posted_grade",
                section_id=section,
                student_id=self.rng.choice(students),
                task_id=task,
                term_seq=term,
                **grade,
            )

    def custom_fields_and_locks(self) -> None:
        """Fields the district made up itself; each catalog's locks, weights apart."""
        for level, owner in self.rows:
            for field in self.some(("pathway", "exit.code", "House color"), 0, 2):
                self.add(
                    "custom_field",
                    level=level,
                    owner_id=owner,
                    field=field,
                    value=self.rng.choice((None, "red", "blue", "blue")),
                )
        known = sorted({row["field"] for row in self.tables["custom_field"]})
        for catalog in self.catalogs:
            locks = [name for name in _MASTER_DATA[1:] if self.chance(0.82)]
            locks += ["composite_weights"] * self.chance(0.55)
            fields = self.some(_ATTRIBUTES, 1, 4)
            fields += ["number"] * self.chance(0.6) + ["is_advisory"] * self.chance(0.4)
            fields += [f"custom.{field}" for field in self.some(known, 0, 2)]
            if self.chance(0.85):
                locks += [f"course_info.{field}" for field in dict.fromkeys(fields)]
            for lock in locks:
                self.add("catalog_lock", catalog_id=catalog, lock=lock)


def make_district(seed: int, size: int = 3) -> Tables:
    """One district of size 1 (three or four courses) to 4 (six to eight), the same every time."""
    return _Maker(seed, size).make()


def make_request(seed: int, tables: Tables) -> tuple[str, Row]:
    """A push that the district allows: ("master", arguments) or ("course", arguments)."""
    rng = random.Random(seed)
    kind, make = ("master", _master) if rng.random() < 0.65 else ("course", _course)
    return kind, make(rng, tables)


def _subset(rng: random.Random, known: Iterable[Any], often: float) -> list[Any] | None:
    """None, mostly, or some of them, at least one."""
    pool = sorted(known)
    return rng.sample(pool, rng.randint(1, len(pool))) if pool and rng.random() < often else None


def _master(rng: random.Random, tables: Tables) -> Row:
    catalog_of = {(row["school_id"], row["end_year"]): row["catalog_id"] for row in tables["catalog_school"]}
    masters = {row["master_id"]: row["catalog_id"] for row in tables["course_master"]}
    calendars = {row["calendar_id"]: row for row in tables["calendar"]}
    offers = {
        key: (catalog_of.get((row["school_id"], row["end_year"])), row["end_year"])
        for key, row in calendars.items()
    }
    reach = [
        row
        for row in tables["course"]
        if row["master_id"] and masters[row["master_id"]] == offers[row["calendar_id"]][0]
    ]
    kinds = sorted({(catalog, year) for (_, year), catalog in catalog_of.items()})
    counts = [sum(offers[row["calendar_id"]] == kind for row in reach) for kind in kinds]
    catalog, year = kind = rng.choices(kinds, [0.05 + count**2 for count in counts])[0]
    release = rng.choices(("current", ".2251", ".2211"), (84, 8, 8))[0]
    valid = sorted(key for key, at in offers.items() if at == kind)
    chosen = _subset(rng, valid, 0.4) if release == "current" else None
    default = [key for key in valid if release != "current" or not calendars[key]["is_summer"]]
    scope = [row["course_id"] for row in reach if row["calendar_id"] in (chosen or default)]
    old = release == ".2211"  # it has neither modes nor data types
    return {
        "catalog_id": catalog,
        "year": year,
        "calendars": chosen,
        "release": release,
        "mode": "locked" if old or rng.random() < 0.46 else "overwrite",
        "to_sections": rng.random() < 0.85,
        "masters": _subset(rng, [key for key, at in masters.items() if at == catalog], 0.12),
        "courses": _subset(rng, scope, 0.12),
        "data": None if old else _subset(rng, _MASTER_DATA, 0.15),
        "blanks": "keep" if not old and rng.random() < 0.5 else "push",
    }


def _course(rng: random.Random, tables: Tables) -> Row:
    courses = {
        calendar: [row["course_id"] for row in tables["course"] if row["calendar_id"] == calendar]
        for calendar in sorted(row["calendar_id"] for row in tables["calendar"])
    }
    calendar = rng.choices(list(courses), [0.05 + len(here) ** 2 for here in courses.values()])[0]
    named = _subset(rng, courses[calendar], 0.2)
    sections = [row["section_id"] for row in tables["section"] if row["course_id"] in (named or courses[calendar])]
    return {
        "calendar_id": calendar,
        "courses": named,
        "sections": _subset(rng, sections, 0.15),
        "data": _subset(rng, _COURSE_DATA, 0.18),
        "overwrite_categories": rng.random() < 0.5,
    }


districts = st.tuples(st.integers(0, 99_999), st.integers(1, 4)).map(
    lambda drawn: (make_district(*drawn), make_request(drawn[0], make_district(*drawn)))
)
