"""The element registry: everything that differs between the data types a push carries.

An element of the grading setup is one :class:`SetupElement`: its tables per level, its business key, its
values, its locks, which of its columns name tasks and terms, and what makes a row of it *used*. The SQL of a
hop is written once and filled in from here; adding an element is one entry plus its tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coursepush.model.tables import ATTRIBUTES, SETUP_KEYS, TABLES, Column


class Use(StrEnum):
    """What makes a setup row *used*, by RULES.md 2 (each is one piece of the plan's SQL)."""

    TASK = "task"
    CATEGORY = "category"
    OPTION = "option"
    COMPOSITE = "composite"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SetupElement:
    """A kind of grading setup that is kept in rows.

    `family` names the tables (`master_<family>`, `course_<family>`, `section_<family>`). `task_columns` and
    `term_columns` are the columns by which a row names tasks and terms: a row that names one the target lacks
    cannot be pushed (RULES.md 4.3). `is_standard` splits the task family in two. `only`: the value columns that
    somebody wants to look at, where not all; the key is always among them.
    """

    name: str
    family: str
    locks: tuple[str, ...]
    use: Use
    has_sections: bool
    task_columns: tuple[str, ...] = ()
    term_columns: tuple[str, ...] = ()
    is_standard: bool | None = None
    only: tuple[str, ...] | None = None

    def table(self, level: str) -> str:
        return f"{level}_{self.family}"

    @property
    def key(self) -> tuple[str, ...]:
        return SETUP_KEYS[self.family]

    @property
    def values(self) -> tuple[Column, ...]:
        """All value columns in the order of the model, the business key among them."""
        columns = TABLES[self.table("master")].columns
        values = columns[2:]  # after row_id, owner_id
        if self.only is None:
            return values
        return tuple(column for column in values if column.name in self.only or column.name in self.key)

    @property
    def key_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.values if column.name in self.key)

    @property
    def is_category(self) -> bool:
        return self.family == "category"


COURSE_INFO = "course_info"
ADVISORY = "advisory"
WHOLE_COURSE = "*"

SETUP_ELEMENTS: tuple[SetupElement, ...] = (
    SetupElement("grading_tasks", "task", ("grading_tasks",), Use.TASK, False, is_standard=False),
    SetupElement("standards", "task", ("standards",), Use.TASK, False, is_standard=True),
    SetupElement(
        "assessments", "assessment", ("assessments",), Use.NEVER, False, task_columns=("standard_task_id",)
    ),
    SetupElement("categories", "category", ("categories",), Use.CATEGORY, True),
    SetupElement(
        "composite_grades",
        "composite",
        ("composite_grades", "composite_weights"),
        Use.COMPOSITE,
        True,
        task_columns=("task_id", "child_task_id"),
        term_columns=("term_seq", "child_term_seq"),
    ),
    SetupElement(
        "grade_calc_options",
        "grade_calc",
        ("grade_calc_options",),
        Use.OPTION,
        True,
        task_columns=("task_id",),
        term_columns=("term_seq", "cumulative_from_term_seq"),
    ),
)
"""In the order of a push (RULES.md 4)."""

ELEMENTS_BY_NAME = {element.name: element for element in SETUP_ELEMENTS}

MASTER_PUSH_DATA: tuple[str, ...] = (COURSE_INFO, *(element.name for element in SETUP_ELEMENTS))
"""Data types of Push All Course Masters, in the order of a push."""

COURSE_PUSH_DATA: tuple[str, ...] = (
    *(element.name for element in SETUP_ELEMENTS if element.has_sections),
    ADVISORY,
)
"""Data types of Push All Courses, in the order of a push."""

ELEMENT_ORDER: tuple[str, ...] = (WHOLE_COURSE, *MASTER_PUSH_DATA, ADVISORY)
"""The order in which verdict rows are listed and digested."""

AROUND_SETUP: dict[str, str] = {
    "catalog": "catalogs",
    "catalog_lock": "locks",
    "catalog_school": "school_catalogs",
    "calendar": "calendars",
    "term": "terms",
    "course_master": "course_masters",
    "course": "courses",
    "section": "sections",
    "section_term": "section_terms",
}
"""What a plan of setup writes beside rows of setup: table → what its rows are called there."""

PLAN_ELEMENTS: tuple[str, ...] = (*AROUND_SETUP.values(), *ELEMENT_ORDER)
"""What the rows of any plan are of, in the order in which they are listed and digested."""

ELEMENT_LABELS: dict[str, str] = {
    WHOLE_COURSE: "Whole course",
    COURSE_INFO: "Course Info",
    "grading_tasks": "Grading Tasks",
    "standards": "Standards",
    "assessments": "Assessments",
    "categories": "Categories",
    "composite_grades": "Composite Grades",
    "grade_calc_options": "Grade Calc Options",
    ADVISORY: "Advisory",
    "catalogs": "Catalogs",
    "locks": "Locks",
    "school_catalogs": "Catalogs of Schools",
    "calendars": "Calendars",
    "terms": "Terms",
    "course_masters": "Course Masters",
    "courses": "Courses",
    "sections": "Sections",
    "section_terms": "Terms of Sections",
}
"""What the information system's screens call each data type."""

ATTRIBUTE_LOCK = COURSE_INFO + "."
CUSTOM_FIELD_LOCK = ATTRIBUTE_LOCK + "custom."

SETUP_LOCKS: tuple[str, ...] = tuple(lock for element in SETUP_ELEMENTS for lock in element.locks)
ATTRIBUTE_LOCKS: tuple[str, ...] = tuple(ATTRIBUTE_LOCK + column.name for column in ATTRIBUTES)
KNOWN_LOCKS: tuple[str, ...] = (*SETUP_LOCKS, *ATTRIBUTE_LOCKS)
"""Every lock but those of district-defined fields (`course_info.custom.<field>`)."""

_FIELD_LABELS: dict[str, str] = {
    "task_ids": "tasks",
    "calc_type": "calculation",
    "scale_id": "grading scale",
    "score_group_id": "score group",
    "standard_task_id": "standard",
    "is_post_only": "post only",
    "is_excluded": "left out of the calculation",
    "drop_lowest": "lowest scores dropped",
    "weight_categories": "weights categories",
    "use_percent": "uses percent",
    "last_n": "last scores counted",
    "cumulative_from_term_seq": "cumulative from term",
    "term_gpa": "term GPA",
    "gpa_weight": "GPA weight",
    "is_standards_based": "standards based",
    "is_advisory": "advisory",
    "is_activity": "activity",
    "is_active": "active",
    "is_cross_site": "cross-site",
    "master_id": "course master",
    "catalog_id": "catalog",
}


def field_label(name: str) -> str:
    """What a screen calls a column: ``state_code`` is "state code", ``custom.fee`` is "fee"."""
    if name.startswith("custom."):
        return name.removeprefix("custom.")
    return _FIELD_LABELS.get(name, name.replace("_", " ").replace("sced", "SCED"))
