"""A OneRoster bundle (CSV, 1.0 to 1.2; a folder or a zip) as tables of the model.

What OneRoster does not say is left out, so that it counts as not given rather than as empty; `lacks` says what
that is. Every row of every file is used, or set aside with a finding.
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from coursepush.errors import counted
from coursepush.load.archive import unpacked
from coursepush.load.keys import composed, keys_of, numbered
from coursepush.load.oneroster.calendars import (
    classes_in_years,
    make_calendars,
    make_catalog,
    make_schools,
    make_terms,
    reach,
)
from coursepush.load.oneroster.checks import check, follow, latest_results, leave_out
from coursepush.load.oneroster.courses import (
    define_courses,
    make_courses,
    make_enrollments,
    make_masters,
    make_section_terms,
    make_sections,
    make_teachers,
    offer_courses,
)
from coursepush.load.oneroster.fields import FILES
from coursepush.load.oneroster.files import Bundle, read_bundle
from coursepush.load.oneroster.findings import all_rows, finding, refuse
from coursepush.load.oneroster.gradebook import (
    align_courses,
    make_assignments,
    make_categories,
    make_course_tasks,
    make_master_tasks,
    make_scores,
    make_tasks,
    place_in_terms,
)
from coursepush.load.oneroster.manifest import MANIFEST
from coursepush.load.oneroster.years import place_sessions
from coursepush.load.reading import ACCOUNT_SCHEMA, SourceTables
from coursepush.load.types import POLARS_TYPES
from coursepush.model.tables import TABLES

_LACKS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("catalog_lock",), "No locks: nothing is pushed until the catalog has some."),
    (
        ("master_category", "course_category", "master_grade_calc", "course_grade_calc", "section_grade_calc"),
        "No grading setup of course masters and courses: no categories, no grade calculation options.",
    ),
    (("master_composite", "course_composite", "section_composite"), "No composite grades."),
    (("score_group", "grading_scale", "grading_scale_mark"), "No score groups and no grading scales."),
    (("assessment_test", "master_assessment", "course_assessment"), "No assessments."),
    (("custom_field",), "No district-defined fields."),
    (("enrollment",), "No students, and no teachers of classes: reports cannot name who has to act."),
    (("section_category",), "No categories of classes."),
    (("grading_task",), "No grading tasks and no standards."),
    (
        ("assignment", "assignment_task", "score"),
        "No assignments and scores: whether setup is used is unknown, not 'unused'.",
    ),
    (("posted_grade",), "No posted grades: whether grades rest on a setup is unknown."),
)

_PLACES = {
    "school": "orgs",
    "course_master": "courses",
    "course": "courses",
    "section": "classes",
    "teacher": "users",
    "enrollment": "enrollments",
    "section_category": "categories",
    "assignment": "lineItems",
    "score": "results",
}
"""Tables whose rows stand for one row each of a file; a category of a class for that of the district's list."""

_PARTS: dict[str, str] = dict.fromkeys(("grading_task", "master_task", "course_task", "section_category"), "used")
"""Tables that are told from line items, so that what has none is not given."""


def read_oneroster(source: str | os.PathLike[str], *, repair: bool = False) -> SourceTables:
    """Read a OneRoster bundle: a folder of CSV files, or the zip of one.

    orgs, academicSessions, courses and classes.csv must be there. Students are known by number alone: their ids
    (columns student_id) are in `keys` under ``student``, the one name there that is no table.

    Raises:
        LoadError: a file is missing, damaged, or a delta; columns or values are missing or cannot be understood;
            sourcedIds repeat; rows name what is not there; or the zip is refused (:mod:`load.archive`). With all
            findings.
    """
    path = Path(source).expanduser()
    if path.is_file():
        with unpacked(path) as folder:
            return _read(folder, str(path), repair)
    return _read(path, str(path), repair)


def _read(folder: Path, source: str, repair: bool) -> SourceTables:
    bundle = read_bundle(folder, source, repair=repair)
    bundle.findings += leave_out(bundle)
    bundle.findings += check(bundle)
    refuse(source, bundle.findings)
    maker = _Maker(bundle)
    maker.make()
    lacks = tuple(text for names, text in _LACKS if not any(name in maker.tables for name in names))
    bundle.findings += [finding("note", "not_given", None, text) for text in lacks]
    return SourceTables(
        format=f"OneRoster {bundle.version}",
        tables={name: _shaped(name, maker.tables[name]) for name in TABLES if name in maker.tables},
        findings=refuse(source, bundle.findings),
        accounts=_accounts(bundle, maker.used),
        keys=maker.keys,
        lacks=lacks,
        parts=_PARTS,
        places={
            name: maker.tables[name].select(file=pl.lit(f"{file}.csv"), line="line")
            for name, file in _PLACES.items()
            if name in maker.tables and file in bundle.frames
        },
    )


class _Maker:
    """Fills `tables`, `keys` and `used` (file → how many of its rows found a place) from a bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.tables: dict[str, pl.DataFrame] = {}
        self.keys: dict[str, pl.DataFrame] = {}
        self.used: dict[str, int] = {}

    def make(self) -> None:
        """All tables that the bundle gives, from the organisation down to scores."""
        self._organisation()
        self._courses()
        self._people()
        if "lineItems" in self.bundle.frames:
            self._gradebook()
        elif "categories" in self.bundle.frames:
            self.used["categories"] = 0
            self._set_aside("categories", "no lineItems.csv says which classes have these; they were left out.")
        self._students()

    def _found(self, *findings: pl.DataFrame) -> None:
        self.bundle.findings += findings

    def _organisation(self) -> None:
        frames = self.bundle.frames
        self.years, self.sessions, self.ancestors, found = place_sessions(frames["academicSessions"])
        self.schools, of_type = make_schools(self.bundle)
        self.catalog, of_catalog = make_catalog(self.bundle, self.schools)
        self.classes, of_classes = classes_in_years(self.bundle, self.years, self.sessions)
        self._found(*found, *of_type, *of_catalog, *of_classes)
        frames["classes"] = self.classes
        for file in ("enrollments", "lineItems", "results", "lineItemLearningObjectiveIds"):
            if file in frames:  # what hangs on classes that are in no year
                self._found(*follow(self.bundle, file))
        self.calendars, found = make_calendars(self.classes, self.schools, self.years)
        self._found(*found)
        self._terms()
        used = pl.concat([self.schools["school"], frames["courses"]["org"], self.catalog["org"]]).drop_nulls()
        self.used["orgs"] = frames["orgs"].filter(pl.col("key").is_in(used.implode())).height
        self.tables |= {"school": self.schools, "calendar": self.calendars, "catalog": self.catalog}
        self.tables["catalog_school"] = (
            self.calendars.select("school_id", "end_year", catalog_id=pl.lit(1))
            .unique()
            .sort("school_id", "end_year")
        )
        self.keys["school"] = keys_of(self.schools, "school_id", pl.col("school"))
        self.keys["calendar"] = keys_of(self.calendars, "calendar_id", composed("school", "year_key"))
        self.keys["catalog"] = keys_of(self.catalog, "catalog_id", pl.col("org").fill_null("District"))
        self._set_aside("orgs", "no school, and no owner of courses or name of the catalog; they were left out.")

    def _terms(self) -> None:
        """Terms of calendars, and what the sessions that classes and line items name come to there."""
        place = ["school", "year"]
        rows = self.classes.select("key", *place, session="sessions").explode("session")
        parts = [rows.join(self.calendars, on=place).select("calendar_id", "session")]
        if "lineItems" in self.bundle.frames:
            items = self.bundle.frames["lineItems"].select("session", key="class")
            of_class = self.classes.select("key", *place)
            parts.append(
                items.join(of_class, on="key").join(self.calendars, on=place).select("calendar_id", "session")
            )
        named = pl.concat(parts).drop_nulls().unique()
        of_year = named.join(self.calendars.select("calendar_id", "year"), on="calendar_id").join(
            self.sessions.select("session", "year"), on=["session", "year"], how="semi"
        )
        self.terms, found = make_terms(self.calendars, self.years, self.sessions, self.ancestors, of_year)
        self.reached = reach(of_year, self.terms, self.sessions, self.ancestors)
        self.tables["term"] = self.terms
        self._found(*found)
        held = self.calendars["year"].implode()
        self.used["academicSessions"] = self.sessions.filter(pl.col("year").is_in(held)).height
        self._set_aside("academicSessions", "of school years in which no class is held; they were left out.")

    def _courses(self) -> None:
        defined, found = define_courses(self.bundle, self.schools)
        offered, homeless, of_offers = offer_courses(defined, self.classes, self.calendars, self.sessions)
        self.masters, kept, of_masters = make_masters(defined, homeless)
        self.courses, held, of_courses = make_courses(offered, kept, self.masters, self.calendars)
        self.sections = make_sections(self.classes, held, self.courses, self.calendars)
        section_terms, of_terms = make_section_terms(self.sections, self.sessions, self.reached)
        self._found(*found, *of_offers, *of_masters, *of_courses, *of_terms)
        lost = kept.filter("is_other").join(held, on="course", how="anti").height
        self.used |= {"courses": kept.height - lost, "classes": self.sections.height}
        self.tables |= {"course_master": self.masters, "course": self.courses, "section_term": section_terms}
        self.tables["section"] = self.sections
        self.keys["course_master"] = keys_of(self.masters, "master_id", pl.col("number"))
        self.keys["course"] = keys_of(self.courses, "course_id", composed("school", "year_key", "number"))
        self.keys["section"] = keys_of(self.sections, "section_id", pl.col("class"))

    def _people(self) -> None:
        if "enrollments" not in self.bundle.frames:
            self.used["users"] = 0
            self._set_aside("users", "no enrollments.csv says who of these people teaches; they were left out.")
            return
        teachers, self.sections, teaching, found = make_teachers(self.bundle, self.sections)
        self.enrollments, of_students = make_enrollments(self.bundle, self.sections)
        self._found(*found, *of_students)
        self.used |= {"users": teachers.height, "enrollments": teaching.height + self.enrollments.height}
        self.tables |= {"teacher": teachers, "section": self.sections, "enrollment": self.enrollments}
        self.keys["teacher"] = keys_of(teachers, "teacher_id", pl.col("user"))
        self._set_aside(
            "users", "these people are no class's first teacher; the model keeps students by number alone."
        )

    def _gradebook(self) -> None:
        bundle = self.bundle
        categories, items, found = make_categories(bundle, self.sections)
        assignments, of_items = make_assignments(bundle, items)
        placed, of_terms = place_in_terms(assignments, self.terms, self.tables["section_term"], self.reached)
        self._found(*found, *of_items, *of_terms)
        self.tables["assignment"] = assignments
        self.used["lineItems"] = assignments.height
        self.keys["assignment"] = keys_of(assignments, "assignment_id", pl.col("item"))
        if "categories" in bundle.frames:
            named = bundle.frames["categories"].join(items, left_on="key", right_on="category", how="semi")
            self.used["categories"] = named.height
            has_weights = "weight" in bundle.headers["categories"]
            self.tables["section_category"] = categories if has_weights else categories.drop("weight")
            self.keys["section_category"] = keys_of(categories, "row_id", composed("class", "category"))
        self._tasks(assignments, placed)
        if "results" in bundle.frames:
            results, earlier = latest_results(bundle.frames["results"])
            scores, of_scores = make_scores(bundle, results, assignments)
            said = "the student has a later result for the same line item; the earlier ones were left out."
            value = pl.col("line_item")
            self._found(
                *of_scores, all_rows(earlier, "warning", "earlier_result", "results.csv", None, value, said)
            )
            self.used["results"] = scores.height
            self.tables["score"] = scores

    def _tasks(self, assignments: pl.DataFrame, placed: pl.DataFrame) -> None:
        """Grading tasks, and what they are aligned to."""
        tasks, assignment_tasks, note = make_tasks(self.bundle, assignments, placed)
        aligned = align_courses(assignment_tasks, assignments, self.sections, self.courses)
        master_tasks = make_master_tasks(aligned, self.masters)
        course_tasks = make_course_tasks(aligned, master_tasks)
        self._found(note)
        self.tables |= {"grading_task": tasks, "assignment_task": assignment_tasks}
        self.tables |= {"master_task": master_tasks, "course_task": course_tasks}
        self.keys["grading_task"] = keys_of(tasks, "task_id", pl.col("key"))
        task = tasks.select("task_id", task="key")
        masters = self.keys["course_master"].select(owner_id="id", owner="source_key")
        courses = self.keys["course"].select(owner_id="id", owner="source_key")
        for table, owners in (("master_task", masters), ("course_task", courses)):
            rows = self.tables[table].join(task, on="task_id").join(owners, on="owner_id")
            self.keys[table] = keys_of(rows, "row_id", composed("owner", "task"))
        if "lineItemLearningObjectiveIds" in self.bundle.frames:
            self.used["lineItemLearningObjectiveIds"] = self.bundle.frames["lineItemLearningObjectiveIds"].height

    def _students(self) -> None:
        """student_id for the sourcedIds of students, in the order of these."""
        tables = [name for name in ("enrollment", "score") if name in self.tables]
        if not tables:
            return
        every = pl.concat([self.tables[name].select("student") for name in tables]).unique()
        students = numbered(every, "student_id", "student")
        self.keys["student"] = keys_of(students, "student_id", pl.col("student"))
        for name in tables:
            self.tables[name] = self.tables[name].join(students, on="student").sort(TABLES[name].key)

    def _set_aside(self, file: str, said: str) -> None:
        """A note of how many rows of `file` that were there so far found no place."""
        if file not in self.bundle.frames:
            return
        rows = self.bundle.frames[file].height - self.used[file]
        if rows:
            name = f"{file}.csv"
            self._found(finding("note", "set_aside", name, f"{name}, {counted(rows, 'row')}: {said}"))


def _accounts(bundle: Bundle, used: dict[str, int]) -> pl.DataFrame:
    """Where every row went, a file a row, in the order of the files' names."""
    rows: list[tuple[str, int, str | None, int, int]] = []
    for name, count in sorted(bundle.rows.items()):
        file = name.removesuffix(".csv")
        found = bundle.manifest.used if name == MANIFEST else used.get(file, 0)
        table = FILES[file].table if file in FILES else None
        rows.append((name, count, table, found, count - found))
    return pl.DataFrame(rows, schema=ACCOUNT_SCHEMA, orient="row")


def _shaped(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the model's table that `frame` has, in order and typed."""
    given = [column for column in TABLES[name].columns if column.name in frame.columns]
    return frame.select(pl.col(column.name).cast(POLARS_TYPES[column.kind]) for column in given)
