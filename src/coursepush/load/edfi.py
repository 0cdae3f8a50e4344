"""An Ed-Fi folder (CSV, as the Ed-Fi sample data generator reads it) as tables of the model.

A course code of the district becomes a course master, each school's course of that code a course linked to
it. What Ed-Fi's files do not say is left out, so that it counts as not given rather than as empty;
:attr:`EdFiDistrict.lacks` says what that is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from coursepush.load.edfi_checks import Frames, broken_references, distinct
from coursepush.load.edfi_fields import header
from coursepush.load.edfi_files import finding, findings_of, read_files, refuse
from coursepush.load.edfi_model import (
    GRADES,
    NAME_LENGTH,
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
)
from coursepush.model.tables import TABLES, Column, Kind

POLARS_TYPES: dict[Kind, pl.DataType] = {
    "id": pl.Int64(),
    "int": pl.Int32(),
    "text": pl.String(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "decimal4": pl.Decimal(9, 4),
    "decimal3": pl.Decimal(9, 3),
    "ids": pl.List(pl.Int64()),
}

_LACKS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("term", "section_term"),
        "No grading periods: calendars have no terms, and sections no terms they meet in.",
    ),
    (
        ("grading_task", "master_task", "course_task"),
        "No learning standards: nothing is aligned to course masters and courses.",
    ),
    (("catalog_lock",), "No locks: nothing is pushed until the catalog has some."),
    (("score_group", "grading_scale", "grading_scale_mark"), "No score groups and no grading scales."),
    (("master_category", "course_category", "section_category"), "No categories."),
    (("master_grade_calc", "course_grade_calc", "section_grade_calc"), "No grade calculation options."),
    (("master_composite", "course_composite", "section_composite"), "No composite grades."),
    (("assessment_test", "master_assessment", "course_assessment"), "No assessments."),
    (("custom_field",), "No district-defined fields."),
    (("teacher",), "No teachers: reports cannot name who has to act."),
    (
        ("enrollment", "assignment", "assignment_task", "score", "posted_grade"),
        "No students and none of their work: whether setup is used is unknown, not 'unused'.",
    ),
)


@dataclass(frozen=True)
class EdFiDistrict:
    """What an Ed-Fi folder gives.

    `tables`: frames by the model's table names, all columns of the table in its order and types; tables that
    the source does not give are absent. `lacks`: sentences that say which those are. `findings`: severity
    (`warning`, `note`), rule, table, file, line, column, value, message; one row each.
    """

    tables: dict[str, pl.DataFrame]
    lacks: tuple[str, ...]
    findings: pl.DataFrame


def read_edfi(folder: str | os.PathLike[str]) -> EdFiDistrict:
    """Read School, Session, Course, CourseOffering and Section.csv of the folder, and three more if there.

    Those are LocalEducationAgency (names the catalog), GradingPeriod (terms), LearningStandard (standards).

    Raises:
        LoadError: a required file or column is missing, a file cannot be read, values cannot be understood,
            or rows name what is not there; with all findings.
    """
    path = Path(folder).expanduser()
    raw, findings = read_files(path)
    frames, repeats = distinct(raw)
    findings += [*repeats, *broken_references(frames)]
    refuse(path, findings)

    schools = make_schools(frames)
    calendars = make_calendars(frames, schools)
    catalog, notes = make_catalog(frames)
    definitions = make_definitions(frames)
    masters = make_masters(definitions)
    courses = make_courses(frames, calendars, definitions, masters)
    sections = make_sections(frames, calendars, courses)
    tables = {
        "school": schools,
        "calendar": calendars,
        "catalog": catalog,
        "catalog_school": calendars.select("school_id", "end_year", catalog_id=pl.lit(1)),
        "course_master": masters,
        "course": courses,
        "section": sections,
    }
    findings += [notes, *_left_out(frames, calendars, definitions)]
    if "GradingPeriod.csv" in frames:
        tables["term"] = make_terms(frames, calendars)
        tables["section_term"] = make_section_terms(frames, sections, tables["term"])
        findings.append(_sessions_without_terms(frames, calendars, tables["term"]))
    if "LearningStandard.csv" in frames:
        tables["grading_task"] = make_standards(frames)
        aligned = aligned_standards(frames, tables["grading_task"])
        tables["master_task"] = make_master_standards(definitions, masters, aligned)
        tables["course_task"] = make_course_standards(courses, aligned, tables["master_task"])
        findings.append(_cut_names(frames))
    shaped = {name: _shaped(name, tables[name]) for name in TABLES if name in tables}
    lacks = tuple(text for names, text in _LACKS if not any(name in shaped for name in names))
    if "grading_task" in shaped:
        lacks = ("No grading tasks other than standards.", *lacks)
    findings += [finding("note", "not_given", None, None, text) for text in lacks]
    return EdFiDistrict(shaped, lacks, refuse(path, findings))


# -- findings and shapes -----------------------------------------------------------------------------


def _left_out(frames: Frames, calendars: pl.DataFrame, definitions: pl.DataFrame) -> list[pl.DataFrame]:
    """What finds no place: courses of schools without sessions, grades and standards that nobody knows.

    Also the codes that schools describe differently, since the master can say one thing only.
    """
    name = "Course.csv"
    schools = frames["School.csv"].select(org="school")
    homeless = (
        definitions.join(schools, on="org", how="semi")
        .join(calendars.select(org="school"), on="org", how="anti")
        .join(frames["CourseOffering.csv"], on=["org", "code"], how="anti")
    )
    said = "of a school without sessions: the course has no calendar and was left out"
    grades = frames[name].filter(~pl.col("grade").str.to_lowercase().is_in(list(GRADES)))
    found = [
        _row_warning(homeless, "no_calendar", "code", said),
        _row_warning(grades, "unknown_grade", "grade", "not a grade level that is known; it was left out"),
    ]
    told = pl.struct(pl.exclude("org", "code", "line"))
    differing = definitions.filter(told != told.first().over("code"))
    said = "described otherwise by an earlier school; the course master takes the earlier description"
    found.append(_row_warning(differing, "courses_differ", "code", said, severity="note"))
    if "LearningStandard.csv" not in frames:
        named = frames[name].filter(pl.col("standard").is_not_null())
        said = "a standard of a file that was not given; it was left out"
        found.append(_row_warning(named, "no_standards", "standard", said))
    return found


def _row_warning(rows: pl.DataFrame, rule: str, field: str, said: str, severity: str = "warning") -> pl.DataFrame:
    """A finding for each of these rows of Course.csv."""
    message = pl.format("Course.csv, line {}: {} is " + said + ".", "line", field)
    return findings_of(rows, severity, rule, "Course.csv", header("Course.csv", field), pl.col(field), message)


def _sessions_without_terms(frames: Frames, calendars: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Warnings: the sections of a session that holds no grading period count as meeting in all terms."""
    session = ["school", "end_year", "session"]
    rows = frames["Session.csv"].join(calendars, on=["school", "end_year"], how="semi")
    bare = rows.join(terms_of_sessions(frames, terms), on=session, how="anti").sort("line")
    message = pl.format(
        "Session.csv, line {}: no grading period of school {} lies inside {}; its sections count as "
        "meeting in every term.",
        "line",
        "school",
        "session",
    )
    return findings_of(
        bare,
        "warning",
        "no_terms",
        "Session.csv",
        header("Session.csv", "session"),
        pl.col("session"),
        message,
    )


def _cut_names(frames: Frames) -> pl.DataFrame:
    """One note of how many descriptions were cut to make a name."""
    name = "LearningStandard.csv"
    rows = frames[name].filter(pl.col("description").str.strip_chars_end(" ;,:").str.len_chars() > NAME_LENGTH)
    message = f"{rows.height:,} standards have descriptions over {NAME_LENGTH} characters; their names are cut."
    column = header(name, "description")
    return findings_of(rows.head(1), "note", "name_cut", name, column, pl.col("description"), pl.lit(message))


_DEFAULTS: dict[str | None, object] = {
    None: None,
    "true": True,
    "false": False,
    "0": Decimal(0),
    "1": Decimal(1),
    "'none'": "none",
}


def _shaped(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with exactly the columns of the model's table, in order, typed, defaults where not given."""
    return frame.select(_cell(column, frame.columns) for column in TABLES[name].columns)


def _cell(column: Column, given: Sequence[str]) -> pl.Expr:
    kind = POLARS_TYPES[column.kind]
    if column.name in given:
        return pl.col(column.name).cast(kind)
    return pl.lit(_DEFAULTS[column.default], kind).alias(column.name)
