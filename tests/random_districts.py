"""Random small school districts and push requests that stress every rule of a push.

A district starts as a district office would want it (masters, courses copied from them, sections
copied from the courses) and is then worn: rows are dropped, edited, unlinked, orphaned, linked to
the wrong row, renamed, and half of everything gets used by students' work. It stays a district
that a load accepts; what a load merely warns about is made on purpose.

``make_district`` and ``make_request`` are plain functions of a seed; ``districts`` is the
hypothesis strategy over both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_TEXTS = (
    "description state_code department subject_type sced_subject_area sced_course_id "
    "sced_course_level sced_lowest_grade sced_highest_grade course_type honors_code"
).split()
_INTEGERS = "terms schedules periods max_students".split()
_FLAGS = "takes_attendance is_standards_based on_transcript is_advisory is_activity".split()
ATTRIBUTES = (
    "name description state_code department subject_type sced_subject_area sced_course_id "
    "sced_course_level sced_lowest_grade sced_highest_grade terms schedules periods max_students "
    "takes_attendance is_standards_based on_transcript is_advisory is_activity course_type "
    "honors_code gpa_weight"
).split()
_VALUES = {
    "task": "task_id score_group_id credit_type credit term_gpa is_post_only sequence",
    "category": "name weight sequence is_excluded drop_lowest task_ids",
    "grade_calc": "task_id term_seq calc_type scale_id weight_categories use_percent last_n "
    "cumulative_from_term_seq",
    "composite": "task_id term_seq child_task_id child_term_seq weight",
    "assessment": "test_id standard_task_id start_date end_date copies_forward",
}
_KEYS = {
    "task": ("task_id",),
    "category": ("name",),
    "grade_calc": ("task_id", "term_seq"),
    "composite": ("task_id", "term_seq", "child_task_id", "child_term_seq"),
    "assessment": ("test_id",),
}
_LINKS = {"master": "", "course": "parent_row_id is_link_broken", "section": "parent_row_id"}
_SECTION_ELEMENTS = ("category", "grade_calc", "composite")
_UPPER = {"course": "master", "section": "course"}

COLUMNS: dict[str, list[str]] = {
    table: columns.split()
    for table, columns in {
        "school": "school_id number name missing_percent missing_counts",
        "calendar": "calendar_id school_id end_year name is_summer start_date end_date",
        "term": "calendar_id term_seq name start_date end_date",
        "catalog": "catalog_id name",
        "catalog_school": "school_id end_year catalog_id",
        "catalog_lock": "catalog_id lock",
        "grading_task": "task_id name code is_standard parent_task_id",
        "assessment_test": "test_id name",
        "score_group": "score_group_id name",
        "grading_scale": "scale_id name",
        "grading_scale_mark": "scale_id mark min_percent is_passing",
        "course_master": f"master_id catalog_id number is_active {' '.join(ATTRIBUTES)}",
        "course": "course_id calendar_id master_id number is_active ignore_master_push "
        f"is_cross_site {' '.join(ATTRIBUTES)}",
        "section": "section_id course_id number teacher_id is_advisory",
        "teacher": "teacher_id name",
        "section_term": "section_id term_seq",
        "custom_field": "level owner_id field value",
        **{
            f"{level}_{element}": f"row_id owner_id {links} {_VALUES[element]}"
            for level, links in _LINKS.items()
            for element in _VALUES
            if level != "section" or element in _SECTION_ELEMENTS
        },
        "enrollment": "section_id student_id",
        "assignment": "assignment_id section_id category_row_id lesson_id name due_date points "
        "multiplier is_active",
        "assignment_task": "assignment_id task_id term_seq",
        "score": "assignment_id student_id points percent is_missing is_late is_exempt is_dropped "
        "is_cheated is_incomplete is_turned_in comment",
        "posted_grade": "section_id student_id task_id term_seq mark percent comment",
    }.items()
}
_MASTER_DATA = (
    "course_info grading_tasks standards categories assessments grade_calc_options composite_grades"
).split()
_COURSE_DATA = "categories grade_calc_options composite_grades advisory".split()

# Four names of 47 to 50 characters with one beginning: numbering them means cutting them.
_STEM = "Participation and preparation for every lesson1"
_NAMES = ["Homework", "Tests", "Quizzes", "Projects", "Labs", "Études", "ΛΟΓΟΣ", "İş", "Maße"]
_LONG_NAMES = [_STEM, _STEM + "x", _STEM + "xy", _STEM + "xyz"]
_NUMBERED = ["Homework(1)", "tests(1)", "Quizzes (1)", "Labs(2)", _STEM + "(1)", "Homework(1)(1)"]
_CUSTOM_FIELDS = ["pathway", "exit.code", "House color"]


def folded(name: str) -> str:
    """The name as the rules compare it: lower-cased character by character."""
    return "".join(character.lower() for character in name)


def _number(value: object, scale: int = 4) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-scale))


class _Maker:
    """Builds one district from the top down, so that every level has something to copy."""

    def __init__(self, seed: int, size: int) -> None:
        self.rng = random.Random(seed * 16 + size)
        self.size = size
        self.tables: Tables = {table: [] for table in COLUMNS}
        self.last: dict[str, int] = {}
        self.gone: dict[str, list[int]] = {}  # ids that were a row once, or never were
        self.had: dict[tuple[str, str, int], list[Row]] = {}  # what the level below copied
        self.owned: dict[tuple[str, str, int], list[Row]] = {}

    def make(self) -> Tables:
        """Every table, rows in no particular order."""
        self.banks()
        self.places()
        self.masters()
        self.courses()
        self.custom_fields()
        self.locks()
        self.sections()
        for table in self.tables.values():
            self.rng.shuffle(table)
        return self.tables

    # Small change

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def some(self, items: Iterable[Any], low: int, high: int) -> list[Any]:
        pool = list(items)
        return self.rng.sample(pool, min(len(pool), self.rng.randint(low, high)))

    def new_id(self, kind: str) -> int:
        if kind not in self.last:
            far = 3_000_000_000 if self.chance(0.05) else 0
            self.last[kind] = far + self.rng.randint(2, 40)
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
        row = dict.fromkeys(COLUMNS[table]) | values
        self.tables[table].append(row)
        return row

    # Banks and places

    def banks(self) -> None:
        """The lists that all setup refers to."""
        self.bank: list[int] = []
        self.standards: list[int] = []
        for is_standard, names in ((False, ("Quarter", "Exam", "Semester", "Conduct")),
                                   (True, ("Reading", "Ratios", "Proof", "Motion"))):
            for name in names:
                task = self.new_id("grading_task")
                above = self.standards[0] if is_standard and self.standards else None
                (self.standards if is_standard else self.bank).append(task)
                self.add("grading_task", task_id=task, name=name, is_standard=is_standard,
                         code=name[:3] if self.chance(0.5) else None, parent_task_id=above)
        self.tests = [self.new_id("assessment_test") for _ in range(4)]
        self.scales = [self.new_id("grading_scale") for _ in range(2)]
        self.groups = [self.new_id("score_group") for _ in range(2)]
        for table, key, ids in (("assessment_test", "test_id", self.tests),
                                ("grading_scale", "scale_id", self.scales),
                                ("score_group", "score_group_id", self.groups)):
            for place, one in enumerate(ids):
                self.add(table, **{key: one, "name": f"{table} {place}"})
        for scale in self.scales:
            for mark, percent in (("A", "89.5"), ("C", "70"), ("F", "0")):
                self.add("grading_scale_mark", scale_id=scale, mark=mark,
                         min_percent=_number(percent), is_passing=mark != "F")
        self.teachers = [self.new_id("teacher") for _ in range(2)]
        for teacher in self.teachers:
            self.add("teacher", teacher_id=teacher, name=f"T. {teacher}")

    def places(self) -> None:
        """Schools, their calendars and terms, and the catalog each school has in a year."""
        self.catalogs = [self.new_id("catalog") for _ in range(self.rng.choice((1, 1, 2, 2, 3)))]
        for place, catalog in enumerate(self.catalogs):
            self.add("catalog", catalog_id=catalog, name=f"Catalog {place}")
        self.terms: dict[int, list[int]] = {}
        self.catalog_of: dict[int, int] = {}
        for place in range(1 if self.size == 1 else self.rng.randint(1, 2)):
            school = self.new_id("school")
            self.add("school", school_id=school, number=f"0{place}", name=f"School {place}",
                     missing_percent=_number(0), missing_counts=self.chance(0.8))
            kinds = [(2027, False)] + self.some([(2027, True), (2026, False)], 0, 2)
            for year in sorted({year for year, _ in kinds}):
                catalog = self.catalogs[0] if self.chance(0.8) else self.rng.choice(self.catalogs)
                if place and self.chance(0.1):
                    continue
                self.add("catalog_school", school_id=school, end_year=year, catalog_id=catalog)
                self.catalog_of |= {school * 10_000 + year: catalog}
            for year, is_summer in kinds:
                self.calendar(school, place, year, is_summer)

    def calendar(self, school: int, place: int, year: int, is_summer: bool) -> None:
        calendar = self.new_id("calendar")
        first = date(year, 6, 20) if is_summer else date(year - 1, 8, 20)
        length = 40 if is_summer else 280
        self.add("calendar", calendar_id=calendar, school_id=school, end_year=year,
                 name=f"School {place} {year}{' summer' if is_summer else ''}",
                 is_summer=is_summer, start_date=first, end_date=first + timedelta(length))
        seqs = list(range(1, self.rng.choices((1, 2, 3, 4), (1, 3, 3, 4))[0] + 1))
        if self.chance(0.1):
            seqs = sorted(self.some(range(1, 5), 2, 3))
        for index, seq in enumerate(seqs):
            begin = first + timedelta(length * index // len(seqs))
            self.add("term", calendar_id=calendar, term_seq=seq, name=f"T{seq}", start_date=begin,
                     end_date=begin + timedelta(length // len(seqs) - 1))
        self.terms[calendar] = seqs

    # Values of setup rows

    def term(self) -> int:
        return self.rng.choices((1, 2, 3, 4), (5, 4, 2, 1))[0]

    def value(self, column: str, row: Row) -> Any:
        """A value for one column, out of few, so that two rows are often equal in it."""
        rng = self.rng
        makers: dict[str, Callable[[], Any]] = {
            "score_group_id": lambda: rng.choice((None, *self.groups)),
            "credit_type": lambda: rng.choice((None, "Core", "Elective")),
            "credit": lambda: rng.choice((None, _number("0.5"), _number(1))),
            "term_gpa": lambda: rng.choice((None, _number(1), _number("1.25"))),
            "is_post_only": lambda: self.chance(0.25),
            "sequence": lambda: rng.choice((None, 1, 2, 3)),
            "weight": lambda: _number(rng.choice((0, 10, 25, "33.3333", 50))),
            "is_excluded": lambda: self.chance(0.2),
            "drop_lowest": lambda: rng.choice((0, 0, 1, 2)),
            "calc_type": lambda: rng.choice(("in_progress", "in_progress", "none", "average")),
            "scale_id": lambda: rng.choice((None, *self.scales)),
            "weight_categories": lambda: self.chance(0.5),
            "use_percent": lambda: self.chance(0.5),
            "last_n": lambda: rng.choice((None, None, 3)),
            "cumulative_from_term_seq": lambda: (
                None if self.chance(0.7) else rng.randint(1, row["term_seq"])
            ),
            "standard_task_id": lambda: rng.choice((None, *self.standards)),
            "start_date": lambda: rng.choice((None, date(2026, 9, 1))),
            "end_date": lambda: rng.choice((None, date(2026, 10, 1), date(2027, 2, 1))),
            "copies_forward": lambda: self.chance(0.5),
            "task_ids": lambda: sorted(set(self.some(self.naming, 1, 2))) if self.chance(0.5) else [],
        }
        return makers[column]()

    def change(self, element: str, row: Row) -> None:
        """Another value in one or two columns that are not the key."""
        columns = [c for c in _VALUES[element].split() if c not in _KEYS[element]]
        for column in self.some(columns, 1, 2):
            before = row[column]
            for _ in range(9):
                row[column] = self.value(column, row)
                if row[column] != before:
                    break

    def key(self, element: str, tasks: list[int], terms: list[int]) -> tuple[Any, ...]:
        """A business key, mostly of tasks and terms that the owner has."""
        rng = self.rng

        def task() -> int:
            if not tasks or self.chance(0.1):
                return rng.choice(self.bank + self.standards)
            return rng.choice(tasks)

        def term() -> int:
            return rng.choice(terms) if self.chance(0.85) else self.term()

        if element == "task":
            return (rng.choice(self.bank + self.standards),)
        if element == "category":
            return (rng.choice(_NAMES + _NUMBERED + _LONG_NAMES),)
        if element == "assessment":
            return (rng.choice(self.tests),)
        return (task(), term()) if element == "grade_calc" else (task(), term(), task(), term())

    def has(self, level: str, element: str, owner: int, key: tuple[Any, ...]) -> bool:
        return any(
            tuple(folded(v) if isinstance(v, str) else v for v in (row[c] for c in _KEYS[element]))
            == tuple(folded(v) if isinstance(v, str) else v for v in key)
            for row in self.owned.get((level, element, owner), ())
        )

    def put(self, level: str, element: str, owner: int, values: Row, **links: Any) -> Row | None:
        """A setup row with the values given, unless the owner has its key already."""
        key = tuple(values[column] for column in _KEYS[element])
        if self.has(level, element, owner, key):
            return None
        table = f"{level}_{element}"
        copied = {c: values[c] for c in _VALUES[element].split()}
        row = self.add(table, row_id=self.new_id(table), owner_id=owner, **copied, **links)
        if element == "category":
            row["task_ids"] = list(row["task_ids"])
        self.owned.setdefault((level, element, owner), []).append(row)
        return row

    def fresh(self, element: str, key: tuple[Any, ...]) -> Row:
        row = dict(zip(_KEYS[element], key, strict=True))
        for column in _VALUES[element].split():
            if column not in row:
                row[column] = self.value(column, row)
        return row

    # Masters

    def masters(self) -> None:
        """Masters with their setup; part of what their courses copied is gone or replaced."""
        self.masters_of: dict[int, list[int]] = {}
        self.rows: dict[tuple[str, int], Row] = {}
        for place, catalog in enumerate(self.catalogs):
            count = self.rng.randint(2, 4) if not place else self.rng.randint(1, 2)
            numbers = self.rng.sample([*"123456", "01", "A1"], count)
            for number in numbers:
                master = self.new_id("course_master")
                self.masters_of.setdefault(catalog, []).append(master)
                self.rows["master", master] = self.add(
                    "course_master", master_id=master, catalog_id=catalog, number=number,
                    is_active=not self.chance(0.1), **self.attributes())
                self.master_setup(master)

    def attributes(self) -> Row:
        return {column: self.attribute(column) for column in ATTRIBUTES}

    def attribute(self, column: str) -> Any:
        if column == "name":
            return self.rng.choice(("Algebra", "Biology", "Band"))
        if self.chance(0.3):
            return None
        if column in _FLAGS:
            return self.chance(0.5)
        if column in _INTEGERS:
            return self.rng.randint(1, 3)
        if column == "gpa_weight":
            return _number(self.rng.choice((1, "1.5")))
        return self.rng.choice(("KG", "02", "x"))

    def master_setup(self, master: int) -> None:
        tasks = self.some(self.bank, 2, 3) + self.some(self.standards, 1, 3)
        self.naming = tasks if self.chance(0.6) else tasks + self.bank[:1]
        keys = {"task": [(task,) for task in tasks]}
        for element, low, high in (("category", 2, 4), ("grade_calc", 3, 5), ("composite", 2, 4),
                                   ("assessment", 1, 2)):
            terms = sorted({self.term() for _ in range(3)})
            keys[element] = [
                self.key(element, tasks, terms) for _ in range(self.rng.randint(low, high))
            ]
        removed: list[int] = []
        for element, wanted in keys.items():
            for key in wanted:
                values = self.fresh(element, key)
                fate = self.rng.random()
                if element == "grade_calc" and key[0] in removed and self.chance(0.7):
                    fate = 0.1
                if fate < 0.17:  # no longer on the master
                    if element == "task":
                        removed.append(key[0])
                    self.copied(element, master, values | {"row_id": self.retired(element), "owner_id": master})
                    continue
                row = self.put("master", element, master, values)
                if row is None or fate < 0.27:  # new: no course has it
                    continue
                replaced = fate < 0.37
                self.copied(element, master,
                            row | {"row_id": self.retired(element)} if replaced else row)

    def copied(self, element: str, master: int, row: Row) -> None:
        self.had.setdefault(("master", element, master), []).append(row)

    def retired(self, element: str) -> int:
        table = f"master_{element}"
        row_id = self.new_id(table)
        self.gone.setdefault(table, []).append(row_id)
        return row_id

    # Courses and sections

    def courses(self) -> None:
        """Courses of every calendar, their numbers shuffled among few, and their setup."""
        calendars = self.tables["calendar"]
        weights = [2 if row["is_summer"] or row["end_year"] == 2026 else 5 for row in calendars]
        everyone = [master for masters in self.masters_of.values() for master in masters]
        free = {row["calendar_id"]: [*"123456", "01", "A1", "B2"] for row in calendars}
        self.course_ids: list[int] = []
        count = self.rng.randint(self.size + 1, 2 * self.size + (self.size < 3))
        for calendar in self.rng.choices(calendars, weights, k=count):
            here = calendar["calendar_id"]
            catalog = self.catalog_of.get(calendar["school_id"] * 10_000 + calendar["end_year"])
            master = self.rng.choice(
                everyone if catalog is None or self.chance(0.06) else self.masters_of[catalog])
            if self.chance(0.06):
                master = None
            number = self.rng.choice(free[here])
            wanted = self.rows["master", master]["number"] if master else None
            if wanted in free[here] and self.chance(0.3):
                number = wanted
            free[here].remove(number)
            course = self.new_id("course")
            attributes = self.attributes()
            if master:
                for column in ATTRIBUTES:
                    if self.chance(0.75):
                        attributes[column] = self.rows["master", master][column]
            row = self.add(
                "course", course_id=course, calendar_id=here, master_id=master, number=number,
                is_active=not self.chance(0.1), ignore_master_push=self.chance(0.08),
                is_cross_site=self.chance(0.08), **attributes)
            self.rows["course", course] = row
            self.course_ids.append(course)
            self.naming = [one["task_id"] for one in self.had.get(("master", "task", master), ())]
            for element in _VALUES:
                self.derive("course", element, course, master, self.terms[here])

    def derive(
        self, level: str, element: str, owner: int, upper: int | None, terms: list[int]
    ) -> None:
        """The owner's rows of one element: copies of the upper owner's rows, worn, and strays."""
        above = _UPPER[level]
        source = self.had if level == "course" else self.owned
        rows = list(source.get((above, element, upper), ()))  # type: ignore[arg-type]
        self.rng.shuffle(rows)
        for row in rows:
            fate = self.rng.random()
            values = dict(row)
            if fate < 0.1:
                continue
            if 0.48 < fate < 0.76 and self.chance(0.7):
                self.change(element, values)
            parent: int | None = row["row_id"]
            if 0.62 < fate < 0.76:
                parent = None
            elif 0.76 < fate < 0.84:
                parent = self.gone_id(f"{above}_{element}")
            elif fate > 0.84:
                parent = self.wrong_parent(level, element, row, above)
            self.link(level, element, owner, values, parent, fate)
        if element == "category" and rows:
            self.twist(level, owner, rows)
        for _ in range(self.rng.choices((0, 1, 2), (2, 3, 2))[0]):
            values = self.fresh(element, self.key(element, self.naming, terms))
            parent = self.rng.choice((None, None, self.gone_id(f"{above}_{element}"),
                                      self.wrong_parent(level, element, None, above)))
            self.link(level, element, owner, values, parent, self.rng.random())

    def link(self, level: str, element: str, owner: int, values: Row, parent: int | None,
             fate: float) -> Row | None:
        if level == "section":
            return self.put(level, element, owner, values, parent_row_id=parent)
        broken = 0.48 < fate < 0.58 or (fate > 0.62 and self.chance(0.1))
        return self.put(level, element, owner, values, parent_row_id=parent, is_link_broken=broken)

    def wrong_parent(self, level: str, element: str, row: Row | None, above: str) -> int | None:
        """A row above that is not the one to copy: mostly another owner's, or another key's."""
        rows = self.tables[f"{above}_{element}"]
        if row is not None and self.chance(0.5):
            own = [one for one in rows if one["owner_id"] == row["owner_id"] and one["row_id"] != row["row_id"]]
            rows = own or rows
        return self.rng.choice(rows)["row_id"] if rows else None

    def twist(self, level: str, owner: int, above: list[Row]) -> None:
        """Category names that get into each other's way."""
        rng = self.rng
        rows = self.owned.get((level, "category", owner), [])
        for row in self.some(rows, 0, 2):
            other = rng.choice(above)
            name = rng.choice((row["name"].swapcase(), row["name"][:47] + "(1)", other["name"],
                               rng.choice(_NAMES + _LONG_NAMES)))
            self.rename(level, owner, row, name)
        if len(rows) > 1 and self.chance(0.15):
            first, second = rng.sample(rows, 2)
            first["name"], second["name"] = second["name"], first["name"]
        for row in self.some(rows, 0, 2):
            if not self.chance(0.6):
                continue
            name = row["name"]
            wanted = {one["row_id"]: one["name"] for one in above}.get(row["parent_row_id"], name)
            self.rename(level, owner, row, rng.choice(_NAMES + _NUMBERED))
            kind = rng.choice(("local", "gone", "wrong", "twin"))
            parent = {"local": None, "gone": self.gone_id(f"{_UPPER[level]}_category"),
                      "wrong": self.wrong_parent(level, "category", None, _UPPER[level]),
                      "twin": row["parent_row_id"]}[kind]
            self.link(level, "category", owner, row | {"name": wanted}, parent, rng.random())

    def rename(self, level: str, owner: int, row: Row, name: str) -> None:
        same = folded(name) == folded(row["name"])
        if len(name) <= 50 and name.strip() == name and (
            same or not self.has(level, "category", owner, (name,))
        ):
            row["name"] = name

    def sections(self) -> None:
        """Sections of the courses, the terms they meet in, and their students' work."""
        for course in self.course_ids:
            terms = self.terms[self.rows["course", course]["calendar_id"]]
            self.naming = [row["task_id"] for row in self.owned.get(("course", "task", course), ())]
            for place in range(self.rng.choices((0, 1, 2, 3), (1, 4, 4, 2))[0]):
                section = self.new_id("section")
                self.add("section", section_id=section, course_id=course, number=f"0{place}",
                         teacher_id=self.rng.choice((None, *self.teachers)),
                         is_advisory=self.rng.choice((None, False, True)))
                if self.chance(0.35):
                    for seq in self.some(terms, 1, len(terms)):
                        self.add("section_term", section_id=section, term_seq=seq)
                for element in _SECTION_ELEMENTS:
                    self.derive("section", element, section, course, terms)
                self.work(section, course, terms)

    def work(self, section: int, course: int, terms: list[int]) -> None:
        """Assignments, scores and posted grades, some of which do not count as use."""
        rng = self.rng
        students = [self.new_id("student") for _ in range(2)]
        for student in students:
            self.add("enrollment", section_id=section, student_id=student)
        pairs = [(task, term) for task in self.naming for term in terms[:2]]
        for level, owner in (("course", course), ("section", section)):
            pairs += [(row["task_id"], row["term_seq"])
                      for element in ("grade_calc", "composite")
                      for row in self.owned.get((level, element, owner), ())]
        pairs = list(dict.fromkeys(pairs))
        for category in self.owned.get(("section", "category", section), ()):
            if self.chance(0.45):
                self.assignment(section, category["row_id"], pairs, students)
        for task, term in self.some(pairs, 0, 2):
            kept = rng.choice(("mark", "percent", "comment", None, None))
            grade = {"mark": "A", "percent": _number(91), "comment": "Well done"}
            self.add("posted_grade", section_id=section, student_id=rng.choice(students),
                     task_id=task, term_seq=term, **({kept: grade[kept]} if kept else {}))

    def assignment(self, section: int, category: int, pairs: list[tuple[int, int]],
                   students: list[int]) -> None:
        assignment = self.new_id("assignment")
        self.add("assignment", assignment_id=assignment, section_id=section,
                 category_row_id=category, name=f"Work {assignment}", points=_number(10, 3),
                 lesson_id=self.new_id("lesson") if self.chance(0.2) else None,
                 due_date=self.rng.choice((None, date(2026, 10, 1))), multiplier=_number(1),
                 is_active=self.chance(0.7))
        for task, term in self.some(pairs, 0, 2):
            self.add("assignment_task", assignment_id=assignment, task_id=task, term_seq=term)
        flags = [column for column in COLUMNS["score"] if column.startswith("is_")]
        for student in self.some(students, 0, 1):
            self.add("score", assignment_id=assignment, student_id=student,
                     points=self.rng.choice((None, _number(7, 3))),
                     **{flag: self.chance(0.1) for flag in flags})

    # What depends on all of it

    def custom_fields(self) -> None:
        """Values of fields that the district made up itself."""
        for level, table in (("master", "course_master"), ("course", "course")):
            for row in self.tables[table]:
                for field in self.some(_CUSTOM_FIELDS, 0, 2):
                    self.add("custom_field", level=level, owner_id=row[f"{level}_id"], field=field,
                             value=self.rng.choice((None, "red", "blue", "blue")))

    def locks(self) -> None:
        """Locks of every catalog; composites' structure and weights apart."""
        known = sorted({row["field"] for row in self.tables["custom_field"]})
        for catalog in self.catalogs:
            locks = [name for name in _MASTER_DATA[1:-1] if self.chance(0.85)]
            locks += ["composite_grades"] * self.chance(0.75)
            locks += ["composite_weights"] * self.chance(0.55)
            if self.chance(0.85):
                fields = self.some(ATTRIBUTES, 1, 4)
                fields += ["number"] * self.chance(0.6) + ["is_advisory"] * self.chance(0.4)
                fields += [f"custom.{field}" for field in self.some(known, 0, 2)]
                locks += [f"course_info.{field}" for field in dict.fromkeys(fields)]
            for lock in locks:
                self.add("catalog_lock", catalog_id=catalog, lock=lock)


def make_district(seed: int, size: int = 3) -> Tables:
    """One district of size 1 (two or three courses) to 4 (up to eight), the same every time."""
    return _Maker(seed, size).make()


def make_request(seed: int, tables: Tables) -> tuple[str, Row]:
    """A push that the district allows: ("master", arguments) or ("course", arguments)."""
    rng = random.Random(seed)
    if rng.random() < 0.65:
        return "master", _master_request(rng, tables)
    return "course", _course_request(rng, tables)


def _subset(rng: random.Random, ids: Iterable[int], probability: float) -> list[int] | None:
    """None, mostly, or some of the ids, at least one."""
    pool = sorted(ids)
    if not pool or rng.random() >= probability:
        return None
    return rng.sample(pool, rng.randint((len(pool) + 1) // 2, len(pool)))


def _data(rng: random.Random, known: list[str], probability: float) -> list[str] | None:
    if rng.random() >= probability:
        return None
    return rng.sample(known, rng.randint(1, len(known)))


def _master_request(rng: random.Random, tables: Tables) -> Row:
    catalog_of = {(r["school_id"], r["end_year"]): r["catalog_id"] for r in tables["catalog_school"]}
    masters = {r["master_id"]: r["catalog_id"] for r in tables["course_master"]}
    reach: dict[tuple[int, int], list[int]] = {key: [] for key in sorted(
        {(catalog, year) for (_, year), catalog in catalog_of.items()})}
    calendars: dict[int, tuple[int, int]] = {}
    for row in sorted(tables["calendar"], key=lambda row: row["calendar_id"]):
        place = row["school_id"], row["end_year"]
        if place in catalog_of:
            calendars[row["calendar_id"]] = catalog_of[place], row["end_year"]
    for row in sorted(tables["course"], key=lambda row: row["course_id"]):
        key = calendars.get(row["calendar_id"])
        if key and masters.get(row["master_id"]) == key[0]:
            reach[key].append(row["course_id"])
    weights = [0.05 + len(courses) ** 2 for courses in reach.values()]
    catalog, year = key = rng.choices(list(reach), weights)[0]
    release = rng.choices(("current", ".2251", ".2211"), (84, 8, 8))[0]
    old = release == ".2211"
    valid = [calendar for calendar, at in calendars.items() if at == key]
    if release == "current" and rng.random() < 0.5:
        chosen = rng.sample(valid, rng.randint((len(valid) + 1) // 2, len(valid))) or None
    else:
        chosen = None
    default = {r["calendar_id"] for r in tables["calendar"]
               if r["calendar_id"] in valid and (not r["is_summer"] or release != "current")}
    scope = [r["course_id"] for r in tables["course"]
             if r["course_id"] in reach[key]
             and r["calendar_id"] in (default if chosen is None else chosen)]
    own = [master for master, at in masters.items() if at == catalog]
    return {
        "catalog_id": catalog, "year": year, "to_sections": rng.random() < 0.85,
        "mode": "locked" if old or rng.random() < 0.47 else "overwrite",
        "calendars": chosen,
        "masters": _subset(rng, own, 0.15),
        "courses": _subset(rng, scope, 0.15),
        "data": None if old else _data(rng, _MASTER_DATA, 0.2),
        "blanks": "keep" if not old and rng.random() < 0.35 else "push",
        "release": release,
    }


def _course_request(rng: random.Random, tables: Tables) -> Row:
    courses: dict[int, list[int]] = {row["calendar_id"]: [] for row in tables["calendar"]}
    courses = dict(sorted(courses.items()))
    for row in sorted(tables["course"], key=lambda row: row["course_id"]):
        courses[row["calendar_id"]].append(row["course_id"])
    weights = [0.05 + len(here) ** 2 for here in courses.values()]
    calendar = rng.choices(list(courses), weights)[0]
    named = _subset(rng, courses[calendar], 0.2)
    reached = courses[calendar] if named is None else named
    sections = [r["section_id"] for r in tables["section"] if r["course_id"] in reached]
    return {
        "calendar_id": calendar, "courses": named, "sections": _subset(rng, sections, 0.15),
        "data": _data(rng, _COURSE_DATA, 0.2), "overwrite_categories": rng.random() < 0.5,
    }


def _drawn(seed: int, size: int) -> tuple[Tables, tuple[str, Row]]:
    tables = make_district(seed, size)
    return tables, make_request(seed, tables)


districts = st.builds(_drawn, st.integers(0, 99_999), st.integers(1, 4))
