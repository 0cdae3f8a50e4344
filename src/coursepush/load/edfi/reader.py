"""Ed-Fi data (CSV, XML interchanges or JSON resources) as tables of the model.

A course code of the district becomes a course master, each school's course of that code a course linked to
it. What Ed-Fi does not say is left out, so that it counts as not given rather than as empty; `lacks` says what
that is. Every entity of every file is used, or set aside with a finding.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import polars as pl

from coursepush.load.edfi.checks import check_references, distinct
from coursepush.load.edfi.fields import ENTRY, KINDS, SECTION
from coursepush.load.edfi.files import Source, read_source
from coursepush.load.edfi.findings import all_rows, finding, refuse
from coursepush.load.edfi.gradebook import (
    make_assignment_tasks,
    make_assignments,
    make_posted_grades,
    make_scores,
    make_tasks,
    place_in_terms,
)
from coursepush.load.edfi.model import (
    aligned_standards,
    make_calendars,
    make_catalog,
    make_course_standards,
    make_courses,
    make_definitions,
    make_master_standards,
    make_masters,
    make_schools,
    make_section_terms,
    make_sections,
    make_standards,
    make_terms,
    terms_of_sessions,
    with_ids,
)
from coursepush.load.edfi.notes import cut_names, left_out, sessions_without_terms
from coursepush.load.edfi.people import make_enrollments, make_teachers
from coursepush.load.keys import composed, keys_of
from coursepush.load.reading import ACCOUNT_SCHEMA, SourceTables
from coursepush.load.types import POLARS_TYPES
from coursepush.model.tables import TABLES

_LACKS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("term", "section_term"),
        "No grading periods: calendars have no terms, and sections no terms they meet in.",
    ),
    (("master_task", "course_task"), "No learning standards: nothing is aligned to course masters and courses."),
    (("catalog_lock",), "No locks: nothing is pushed until the catalog has some."),
    (("score_group", "grading_scale", "grading_scale_mark"), "No score groups and no grading scales."),
    (("master_category", "course_category", "section_category"), "No categories."),
    (("master_grade_calc", "course_grade_calc", "section_grade_calc"), "No grade calculation options."),
    (("master_composite", "course_composite", "section_composite"), "No composite grades."),
    (("assessment_test", "master_assessment", "course_assessment"), "No assessments."),
    (("custom_field",), "No district-defined fields."),
    (("teacher",), "No teachers: reports cannot name who has to act."),
    (("enrollment",), "No students of sections."),
    (
        ("assignment", "assignment_task", "score"),
        "No assignments and scores, students' work: whether setup is used is unknown, not 'unused'.",
    ),
    (("posted_grade",), "No posted grades: whether grades rest on a setup is unknown."),
)

_PARTS: dict[str, str] = {
    **dict.fromkeys(("grading_task", "master_task", "course_task"), "standards"),
    "section_category": "used",
}
"""Tables of which Ed-Fi gives standards alone, and the categories that assignments of a section have."""


def read_edfi(source: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> SourceTables:
    """Read a folder of Ed-Fi CSV files, XML interchanges or JSON resources (Data Standard 3 to 6), or such files.

    School, Session, Course, CourseOffering and Section must be there: files of these names in CSV, elements in
    any file in XML, files called after the resources in JSON (``courseOfferings.jsonl``), also in folders of that
    name. Everything else of :data:`coursepush.load.edfi.fields.KINDS` is read where it is. A file's
    account is called ``Section.csv``, in XML ``Schedule.xml: Section``. Students are known by number alone:
    where their ids are not numbers already, those made up are in `keys` under ``student``, the one name there
    that is no table.

    Raises:
        LoadError: something that must be there is missing, a file cannot be read or is damaged, values cannot be
            understood, or entities name what is not there; with all findings.
    """
    data = read_source(source)
    data.frames = distinct(data)
    check_references(data)
    refuse(data.name, data.findings)
    maker = _Maker(data)
    maker.make()
    shaped = {name: _shaped(name, maker.tables[name]) for name in TABLES if name in maker.tables}
    lacks = tuple(text for names, text in _LACKS if not any(name in shaped for name in names))
    if not maker.has_own_tasks:
        lacks = ("No grading tasks other than standards.", *lacks)
    data.findings += [finding("note", "not_given", None, None, text) for text in lacks]
    accounts = _accounts(data, maker.used)
    return SourceTables(
        format=data.format,
        tables=shaped,
        findings=refuse(data.name, data.findings),
        accounts=accounts,
        keys=maker.keys,
        lacks=lacks,
        parts=_PARTS,
        places={
            name: maker.tables[name].select("file", "line")
            for name in shaped
            if {"file", "line"} <= set(maker.tables[name].columns)
        },
    )


class _Maker:
    """Fills `tables`, `keys` and `used` (kind → `file` and `row` of its entities that found a place).

    A table whose rows are entities has their `file` and `line` besides its own columns.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.frames = source.frames
        self.tables: dict[str, pl.DataFrame] = {}
        self.keys: dict[str, pl.DataFrame] = {}
        self.used: dict[str, pl.DataFrame] = {}
        self.has_own_tasks = False

    def make(self) -> None:
        """All tables that the source gives, from the organisation down to grades."""
        self._organisation()
        self._courses()
        self._terms()
        self._bank()
        self._people()
        self._work()
        self._students()

    def _found(self, *findings: pl.DataFrame) -> None:
        self.source.findings += findings

    def _key(self, table: str, name: str, *parts: str) -> None:
        self.keys[table] = keys_of(self.tables[table], name, composed(*parts))

    def _organisation(self) -> None:
        tables, frames = self.tables, self.frames
        tables["school"], made = make_schools(frames)
        if made:
            self._key("school", "school_id", "school")
        self.calendars = tables["calendar"] = make_calendars(frames, tables["school"])
        tables["catalog"], found = make_catalog(frames)
        self._found(*found)
        tables["catalog_school"] = self.calendars.select("school_id", "end_year", catalog_id=pl.lit(1))
        self._key("calendar", "calendar_id", "school", "end_year")
        self.keys["catalog"] = keys_of(tables["catalog"], "catalog_id", pl.col("district").fill_null("District"))
        self.used |= {"School": frames["School"], "Session": frames["Session"]}
        if "LocalEducationAgency" in frames:
            owners = pl.concat([tables["catalog"]["district"], frames["Course"]["org"]]).implode()
            self.used["LocalEducationAgency"] = frames["LocalEducationAgency"].filter(
                pl.col("district").is_in(owners)
            )

    def _courses(self) -> None:
        tables, frames = self.tables, self.frames
        self.definitions = make_definitions(frames)
        self.masters = tables["course_master"] = make_masters(self.definitions)
        self.courses = tables["course"] = make_courses(frames, self.calendars, self.definitions, self.masters)
        self.sections = tables["section"] = make_sections(frames, self.calendars, self.courses)
        self._found(*left_out(self.source, self.calendars, self.definitions))
        self._key("course_master", "master_id", "code")
        self._key("course", "course_id", "school", "end_year", "code")
        self._key("section", "section_id", *SECTION)
        told = pl.concat([each.select("org", "code") for each in (self.masters, self.courses)])
        self.used |= {"CourseOffering": frames["CourseOffering"], "Section": frames["Section"]}
        self.used["Course"] = frames["Course"].join(told, on=["org", "code"], how="semi")

    def _terms(self) -> None:
        self.terms = self.section_terms = None
        if "GradingPeriod" not in self.frames:
            return
        self.terms, found = make_terms(self.source, self.calendars)
        met = terms_of_sessions(self.frames, self.terms)
        self.section_terms = make_section_terms(met, self.sections)
        self.tables |= {"term": self.terms, "section_term": self.section_terms}
        self.used["GradingPeriod"] = self.terms
        self._found(found, sessions_without_terms(self.source, self.calendars, met))

    def _bank(self) -> None:
        """Grading tasks that are made, and standards with what they are aligned to."""
        self.bank, found = make_tasks(self.source)
        self._found(*found)
        self.has_own_tasks = not self.bank.is_empty()
        if "LearningStandard" in self.frames:
            standards, lost = make_standards(self.source, self.bank.height + 1)
            self._found(lost, cut_names(self.source))
            self.used["LearningStandard"] = standards
            keyed = standards.with_columns(key=pl.lit("LearningStandard / ") + pl.col("code"))
            self.bank = pl.concat([self.bank, keyed], how="diagonal")
        if self.bank.is_empty():
            return
        self.tables["grading_task"] = self.bank
        self.keys["grading_task"] = keys_of(self.bank, "task_id", pl.col("key"))
        if "LearningStandard" in self.frames:
            aligned = aligned_standards(self.frames, self.bank.filter("is_standard"))
            of_masters = make_master_standards(self.definitions, self.masters, aligned)
            of_courses = make_course_standards(self.courses, aligned, of_masters)
            self.tables |= {"master_task": of_masters, "course_task": of_courses}
            for table, owner in (("master_task", "course_master"), ("course_task", "course")):
                owners = self.keys[owner].select(owner_id="id", owner="source_key")
                rows = (
                    self.tables[table]
                    .join(owners, on="owner_id")
                    .join(self.bank.select("task_id", "key"), on="task_id")
                )
                self.keys[table] = keys_of(rows, "row_id", composed("owner", "key"))

    def _people(self) -> None:
        if "StaffSectionAssociation" in self.frames:
            teachers, taught, used, made, found = make_teachers(self.source, self.sections)
            self._found(*found)
            self.tables["teacher"] = teachers
            self.tables["section"] = self.sections.join(taught, on="section_id", how="left").sort("section_id")
            self.used["StaffSectionAssociation"] = used
            if made:
                self._key("teacher", "teacher_id", "staff")
            if "Staff" in self.frames:
                self.used["Staff"] = self.frames["Staff"].join(teachers, on="staff", how="semi")
        elif "Staff" in self.frames:
            self._set_aside("Staff", "nothing says which sections they teach (StaffSectionAssociation)")
        if "StudentSectionAssociation" in self.frames:
            self.tables["enrollment"], used, found = make_enrollments(self.source, self.sections)
            self.used["StudentSectionAssociation"] = used
            self._found(*found)

    def _work(self) -> None:
        source, tables = self.source, self.tables
        if "GradebookEntry" in self.frames:
            assignments, categories, found = make_assignments(source, self.sections)
            self._found(*found)
            placed, lost = place_in_terms(source, assignments, self.terms, self.section_terms)
            tables["assignment"] = assignments
            self.keys["assignment"] = keys_of(assignments, "assignment_id", pl.col(ENTRY))
            if not categories.is_empty():
                tables["section_category"] = categories
                self._key("section_category", "row_id", *SECTION, "lowered")
            standards = self.bank.filter("is_standard").select("task_id", pl.col("^code$"))
            tables["assignment_task"], unknown = make_assignment_tasks(source, assignments, placed, standards)
            self._found(lost, unknown)
            entries = self.frames["GradebookEntry"]
            self.used["GradebookEntry"] = entries.join(assignments, on=ENTRY, how="semi")
            if "StudentGradebookEntry" in self.frames:
                tables["score"], self.used["StudentGradebookEntry"], found = make_scores(source, assignments)
                self._found(*found)
        elif "StudentGradebookEntry" in self.frames:
            self._set_aside("StudentGradebookEntry", "the assignments are not there (GradebookEntry)")
        if "Grade" in self.frames:
            tables["posted_grade"], self.used["Grade"], found = make_posted_grades(
                source, self.sections, self.terms, self.bank
            )
            self._found(*found)

    def _students(self) -> None:
        """student_id for the ids of students."""
        names = [name for name in ("enrollment", "score", "posted_grade") if name in self.tables]
        if not names:
            return
        every = pl.concat([self.tables[name].select("student") for name in names]).unique()
        students, made = with_ids(every, "student_id", "student")
        if made:
            self.keys["student"] = keys_of(students, "student_id", pl.col("student"))
        for name in names:
            joined = self.tables[name].join(students, on="student")
            self.tables[name] = joined.sort(TABLES[name].key)

    def _set_aside(self, kind: str, why: str) -> None:
        """A warning for each file of a kind that nothing can be made of."""
        nothing = pl.lit(None, pl.String)
        said = f"{why}; they were left out."
        self._found(all_rows(self.frames[kind], "warning", "set_aside", KINDS[kind].table, None, nothing, said))


def _accounts(source: Source, used: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Where every entity went, an account a row, in the order of their names."""
    parts = [frame.select("file", "row") for frame in used.values()]
    placed = dict(pl.concat(parts).unique().group_by("file").len().rows())
    rows: list[tuple[str, int, str | None, int, int]] = []
    for account, number in sorted(source.rows.items()):
        kind, found = source.kinds[account], int(placed.get(account, 0))
        rows.append((account, number, KINDS[kind].table if kind else None, found, number - found))
    return pl.DataFrame(rows, schema=ACCOUNT_SCHEMA, orient="row")


def _shaped(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the model's table that `frame` has, in order and typed: what is not given is left out."""
    given = [column for column in TABLES[name].columns if column.name in frame.columns]
    return frame.select(pl.col(column.name).cast(POLARS_TYPES[column.kind]) for column in given)
