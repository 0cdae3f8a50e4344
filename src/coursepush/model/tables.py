"""The tables of a district, their columns, keys and references.

One :class:`Table` per table of the model. Everything that needs an identifier (the loader, the plan's SQL,
apply, history) takes it from here, so that no name of a table or column is ever built from what a user typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "int", "text", "bool", "date", "decimal4", "decimal3", "ids"]

SQL_TYPES: dict[Kind, str] = {
    "id": "BIGINT",
    "int": "INTEGER",
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "date": "DATE",
    "decimal4": "DECIMAL(9,4)",  # credit, weight, multiplier, percents
    "decimal3": "DECIMAL(9,3)",  # points
    "ids": "BIGINT[]",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its kind, what stands in it when it is not given, and the table it points to.

    `default` is a SQL literal (``None``: null). `required` columns are never null. `reference` names the table
    whose key of the same meaning the value must be found in; a link one level up (`parent_row_id`) is no
    reference, since it may point to nothing. `bounds`: the smallest and the largest value, where not all that the
    kind can hold are meant; what is only kept, compared and pushed has none.
    """

    name: str
    kind: Kind
    required: bool = False
    default: str | None = None
    reference: str | None = None
    bounds: tuple[int, int] | None = None

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `key` identifies a row; `unique` lists further column sets that must not repeat.

    `is_work` marks students' work, which is unknown rather than empty when it is not given. `meaning` says in
    a sentence what one row is.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    is_work: bool = False

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


LAST_TERM = 999
MOST_COUNTED = 9999


def _id(name: str, reference: str | None = None, required: bool = True) -> Column:
    return Column(name, "id", required=required, reference=reference)


def _int(name: str, required: bool = False) -> Column:
    return Column(name, "int", required=required)


def _term(name: str, required: bool = True) -> Column:
    """The number of a term within its calendar. Calculation options count from one to another."""
    return Column(name, "int", required=required, bounds=(0, LAST_TERM))


def _year(name: str) -> Column:
    """The year in which a school year ends."""
    return Column(name, "int", required=True, bounds=(1, 9999))


def _number_of(name: str, required: bool = False, default: str | None = None) -> Column:
    """How many of something."""
    return Column(name, "int", required=required, default=default, bounds=(0, MOST_COUNTED))


def _text(name: str, required: bool = False) -> Column:
    return Column(name, "text", required=required)


def _flag(name: str, default: str = "false") -> Column:
    return Column(name, "bool", required=True, default=default)


def _date(name: str) -> Column:
    return Column(name, "date")


def _decimal(name: str, required: bool = False, default: str | None = None) -> Column:
    return Column(name, "decimal4", required=required, default=default)


def _points(name: str) -> Column:
    return Column(name, "decimal3")


# Attributes of a course master and of a course, `number` first, in the order of the model. Each has a lock
# of its own. Booleans among them may be null: "not said" differs from "no".
ATTRIBUTES: tuple[Column, ...] = (
    _text("number", required=True),
    _text("name", required=True),
    _text("description"),
    _text("state_code"),
    _text("department"),
    _text("subject_type"),
    _text("sced_subject_area"),
    _text("sced_course_id"),
    _text("sced_course_level"),
    _text("sced_lowest_grade"),
    _text("sced_highest_grade"),
    _int("terms"),
    _int("schedules"),
    _int("periods"),
    _int("max_students"),
    Column("takes_attendance", "bool"),
    Column("is_standards_based", "bool"),
    Column("on_transcript", "bool"),
    Column("is_advisory", "bool"),
    Column("is_activity", "bool"),
    _text("course_type"),
    _text("honors_code"),
    _decimal("gpa_weight"),
)

LARGEST_ID = 2**62
"""Ids are BIGINT and stay under this, so that there is room for new ones above the largest."""

ORGANISATION = (
    Table(
        "school",
        "A school, and what a missing score counts there.",
        (
            _id("school_id"),
            _text("number"),
            _text("name"),
            Column("missing_percent", "decimal4", required=True, default="0", bounds=(0, 100)),
            _flag("missing_counts", default="true"),
        ),
        key=("school_id",),
    ),
    Table(
        "calendar",
        "A school in a year.",
        (
            _id("calendar_id"),
            _id("school_id", "school"),
            _year("end_year"),
            _text("name", required=True),
            _flag("is_summer"),
            _date("start_date"),
            _date("end_date"),
        ),
        key=("calendar_id",),
        unique=(("name",),),
    ),
    Table(
        "term",
        "A term of a calendar.",
        (
            _id("calendar_id", "calendar"),
            _term("term_seq"),
            _text("name"),
            _date("start_date"),
            _date("end_date"),
        ),
        key=("calendar_id", "term_seq"),
    ),
    Table(
        "catalog",
        "A course catalog: a named set of course masters with its locks.",
        (_id("catalog_id"), _text("name", required=True)),
        key=("catalog_id",),
        unique=(("name",),),
    ),
    Table(
        "catalog_school",
        "The catalog a school uses in a year.",
        (_id("school_id", "school"), _year("end_year"), _id("catalog_id", "catalog")),
        key=("school_id", "end_year"),
    ),
    Table(
        "catalog_lock",
        "A lock of a catalog: what is locked is pushed.",
        (_id("catalog_id", "catalog"), _text("lock", required=True)),
        key=("catalog_id", "lock"),
    ),
)

BANKS = (
    Table(
        "grading_task",
        "A grading task or, with is_standard, a standard.",
        (
            _id("task_id"),
            _text("name"),
            _text("code"),
            _flag("is_standard"),
            _id("parent_task_id", "grading_task", required=False),
        ),
        key=("task_id",),
    ),
    Table("assessment_test", "A test.", (_id("test_id"), _text("name")), key=("test_id",)),
    Table("score_group", "A score group.", (_id("score_group_id"), _text("name")), key=("score_group_id",)),
    Table("grading_scale", "A grading scale.", (_id("scale_id"), _text("name")), key=("scale_id",)),
    Table(
        "grading_scale_mark",
        "A mark of a grading scale, given from min_percent upwards.",
        (
            _id("scale_id", "grading_scale"),
            _text("mark", required=True),
            _decimal("min_percent", required=True),
            _flag("is_passing"),
        ),
        key=("scale_id", "mark"),
        unique=(("scale_id", "min_percent"),),
    ),
)

COURSES = (
    Table(
        "course_master",
        "A course of a catalog, set up once for the district.",
        (_id("master_id"), _id("catalog_id", "catalog"), _flag("is_active", default="true"), *ATTRIBUTES),
        key=("master_id",),
        unique=(("catalog_id", "number"),),
    ),
    Table(
        "course",
        "A course of a school in a year, linked to its course master or not.",
        (
            _id("course_id"),
            _id("calendar_id", "calendar"),
            _id("master_id", "course_master", required=False),
            _flag("is_active", default="true"),
            _flag("ignore_master_push"),
            _flag("is_cross_site"),
            *ATTRIBUTES,
        ),
        key=("course_id",),
        unique=(("calendar_id", "number"),),
    ),
    Table(
        "teacher",
        "A member of staff, so that reports can name who has to act.",
        (_id("teacher_id"), _text("name")),
        key=("teacher_id",),
    ),
    Table(
        "section",
        "A teacher's class of a course.",
        (
            _id("section_id"),
            _id("course_id", "course"),
            _text("number"),
            _id("teacher_id", "teacher", required=False),
            Column("is_advisory", "bool"),
        ),
        key=("section_id",),
    ),
    Table(
        "section_term",
        "A term the section meets in; a section without any meets in all terms of its calendar.",
        (_id("section_id", "section"), _term("term_seq")),
        key=("section_id", "term_seq"),
    ),
    Table(
        "custom_field",
        "The value of a district-defined field of a course master or course.",
        (
            _text("level", required=True),
            _id("owner_id"),
            _text("field", required=True),
            _text("value"),
        ),
        key=("level", "owner_id", "field"),
    ),
)

_SETUP_VALUES: dict[str, tuple[Column, ...]] = {
    "task": (
        _id("task_id", "grading_task"),
        _id("score_group_id", "score_group", required=False),
        _text("credit_type"),
        _decimal("credit"),
        _decimal("term_gpa"),
        _flag("is_post_only"),
        _int("sequence"),
    ),
    "category": (
        _text("name", required=True),
        _decimal("weight", required=True, default="0"),
        _int("sequence"),
        _flag("is_excluded"),
        _number_of("drop_lowest", required=True, default="0"),
        Column("task_ids", "ids", required=True, default="[]", reference="grading_task"),
    ),
    "grade_calc": (
        _id("task_id", "grading_task"),
        _term("term_seq"),
        Column("calc_type", "text", required=True, default="'none'"),
        _id("scale_id", "grading_scale", required=False),
        _flag("weight_categories"),
        _flag("use_percent"),
        _number_of("last_n"),
        _term("cumulative_from_term_seq", required=False),
    ),
    "composite": (
        _id("task_id", "grading_task"),
        _term("term_seq"),
        _id("child_task_id", "grading_task"),
        _term("child_term_seq"),
        _decimal("weight", required=True, default="0"),
    ),
    "assessment": (
        _id("test_id", "assessment_test"),
        _id("standard_task_id", "grading_task", required=False),
        _date("start_date"),
        _date("end_date"),
        _flag("copies_forward"),
    ),
}

SETUP_KEYS: dict[str, tuple[str, ...]] = {
    "task": ("task_id",),
    "category": ("name",),
    "grade_calc": ("task_id", "term_seq"),
    "composite": ("task_id", "term_seq", "child_task_id", "child_term_seq"),
    "assessment": ("test_id",),
}

_SETUP_WORDS = {
    "task": "A grading task or standard aligned to a {level}",
    "category": "A category of a {level}",
    "grade_calc": "The grade calculation options of a task in a term, on a {level}",
    "composite": "A child of a composite grade, with its weight, on a {level}",
    "assessment": "An assessment aligned to a {level}",
}
_OWNERS = {"master": "course_master", "course": "course", "section": "section"}


def _setup_table(level: str, what: str) -> Table:
    columns = [_id("row_id"), _id("owner_id", _OWNERS[level])]
    if level != "master":
        columns.append(_id("parent_row_id", required=False))
    if level == "course":
        columns.append(_flag("is_link_broken"))
    words = {"master": "course master"}.get(level, level)
    return Table(
        f"{level}_{what}",
        _SETUP_WORDS[what].format(level=words) + ".",
        (*columns, *_SETUP_VALUES[what]),
        key=("row_id",),
        unique=(("owner_id", *SETUP_KEYS[what]),),
    )


SETUP = tuple(
    _setup_table(level, what)
    for what, levels in (
        ("task", ("master", "course")),
        ("assessment", ("master", "course")),
        ("category", ("master", "course", "section")),
        ("grade_calc", ("master", "course", "section")),
        ("composite", ("master", "course", "section")),
    )
    for level in levels
)

WORK = (
    Table(
        "enrollment",
        "A student of a section.",
        (_id("section_id", "section"), _id("student_id")),
        key=("section_id", "student_id"),
    ),
    Table(
        "assignment",
        "An assignment of a section, in one of its categories.",
        (
            _id("assignment_id"),
            _id("section_id", "section"),
            _id("category_row_id", "section_category", required=False),
            _id("lesson_id", required=False),
            _text("name"),
            _date("due_date"),
            _points("points"),
            _decimal("multiplier", required=True, default="1"),
            _flag("is_active", default="true"),
        ),
        key=("assignment_id",),
        is_work=True,
    ),
    Table(
        "assignment_task",
        "A task or standard, in a term, that an assignment counts for.",
        (
            _id("assignment_id", "assignment"),
            _id("task_id", "grading_task"),
            _term("term_seq"),
        ),
        key=("assignment_id", "task_id", "term_seq"),
        is_work=True,
    ),
    Table(
        "score",
        "A student's score on an assignment.",
        (
            _id("assignment_id", "assignment"),
            _id("student_id"),
            _points("points"),
            _decimal("percent"),
            _flag("is_missing"),
            _flag("is_late"),
            _flag("is_exempt"),
            _flag("is_dropped"),
            _flag("is_cheated"),
            _flag("is_incomplete"),
            _flag("is_turned_in"),
            _text("comment"),
        ),
        key=("assignment_id", "student_id"),
        is_work=True,
    ),
    Table(
        "posted_grade",
        "A grade posted for a student, a task and a term.",
        (
            _id("section_id", "section"),
            _id("student_id"),
            _id("task_id", "grading_task"),
            _term("term_seq"),
            _text("mark"),
            _decimal("percent"),
            _text("comment"),
        ),
        key=("section_id", "student_id", "task_id", "term_seq"),
        is_work=True,
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (*ORGANISATION, *BANKS, *COURSES, *SETUP, *WORK)}
"""Every table of the model by name, in an order in which references point backwards."""

WORK_TABLES: tuple[str, ...] = tuple(table.name for table in WORK if table.is_work)
"""Tables of students' work that are unknown, not empty, when they were not loaded."""

STUDENT_TABLES: tuple[str, ...] = tuple(table.name for table in WORK if "student_id" in table.names)
"""Tables with a student in every row: of these no value is told, and they are exported only if asked for."""


def create_table_sql(table: Table, schema: str = "district.main") -> str:
    """The statement that makes an empty `table`. No constraint is declared: the load checks with queries."""
    columns = ",\n    ".join(
        f"{column.name} {column.sql_type}" + (" not null" if column.required else "") for column in table.columns
    )
    return f"create table {schema}.{table.name} (\n    {columns}\n)"


def image_columns(table: str) -> tuple[Column, ...]:
    """All columns of a setup table but its row_id: what a before or after image holds."""
    return TABLES[table].columns[1:]
