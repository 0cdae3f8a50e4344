"""What finds no place in the model, or only in part, out of Ed-Fi's courses, sessions and standards."""

from __future__ import annotations

import polars as pl

from coursepush.load.codes import no_word_shared
from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.files import Source
from coursepush.load.edfi.findings import all_rows, each_row
from coursepush.load.edfi.model import GRADES, NAME_LENGTH
from coursepush.load.edfi.values import PLACE


def left_out(source: Source, calendars: pl.DataFrame, definitions: pl.DataFrame) -> list[pl.DataFrame]:
    """Courses of schools without sessions; grades and standards that nobody knows.

    Also the codes that schools describe differently, since the course master can say one thing only.
    """
    frames = source.frames
    schools = frames["School"].select(org="school")
    homeless = (
        definitions.join(schools, on="org", how="semi")
        .join(calendars.select(org="school"), on="org", how="anti")
        .join(frames["CourseOffering"], on=["org", "code"], how="anti")
    )
    said = "of a school without sessions: it has no calendar to be in; only its course master was made"
    own = definitions.filter(~pl.col("is_other"))
    told = pl.struct(pl.exclude("org", "code", *PLACE))
    differing = own.filter(told.ne_missing(told.first().over("code")))
    renamed = own.filter(no_word_shared(pl.col("name"), pl.col("name").first().over("code")))
    quite = "the code of a course with quite another title, and linked to its course master by that code alone"
    others = (
        "one code, two subjects: an earlier school's course of that code is about something else, so this one is "
        "linked to no course master, and no push of course masters reaches it. Give it a code of its own"
    )
    differs = "described otherwise by an earlier school; the course master takes the earlier description"
    grades = frames["Course"].filter(~pl.col("grade").str.to_lowercase().is_in(list(GRADES)))
    unknown = "not a grade level that is known; it was left out"
    found = [
        _of_courses(source, homeless, "no_calendar", "code", said),
        _of_courses(source, grades, "unknown_grade", "grade", unknown),
        _of_courses(source, differing, "courses_differ", "code", differs, severity="note"),
        _of_courses(source, renamed, "titles_differ", "code", quite),
        _of_courses(source, definitions.filter("is_other"), "one_code_two_subjects", "code", others),
    ]
    if "LearningStandard" not in frames:
        named = frames["Course"].filter(pl.col("standard").is_not_null())
        said = "no standards are given (LearningStandard); those that courses name were left out."
        column, value = source.column("Course", "standard"), pl.col("standard")
        found.append(all_rows(named, "warning", "no_standards", KINDS["Course"].table, column, value, said))
    return found


def _of_courses(
    source: Source, rows: pl.DataFrame, rule: str, field: str, said: str, severity: str = "warning"
) -> pl.DataFrame:
    """A finding for each of these rows of Course: ``<value> is <said>.``"""
    column, message = source.column("Course", field), pl.format("{} is " + said + ".", field)
    return each_row(rows, severity, rule, KINDS["Course"].table, column, pl.col(field), message)


def sessions_without_terms(source: Source, calendars: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """Warnings: the sections of a session that holds no grading period count as meeting in all terms.

    Args:
        met: school, end_year, session, term_seq of the terms of sessions.
    """
    session = ["school", "end_year", "session"]
    bare = (
        source.frames["Session"]
        .join(calendars, on=session[:2], how="semi")
        .join(met, on=session, how="anti")
        .unique("row", keep="first")
    )
    message = pl.format(
        "no grading period of school {} lies inside {}; its sections count as meeting in every term.",
        "school",
        "session",
    )
    column = source.column("Session", "session")
    return each_row(bare, "warning", "no_terms", KINDS["Session"].table, column, pl.col("session"), message)


def cut_names(source: Source) -> pl.DataFrame:
    """One note a file of how many descriptions were cut to make a name."""
    length = pl.col("description").str.strip_chars_end(" ;,:").str.len_chars()
    rows = source.frames["LearningStandard"].filter(length > NAME_LENGTH)
    said = f"descriptions over {NAME_LENGTH} characters; the names made of them are cut."
    column = source.column("LearningStandard", "description")
    return all_rows(rows, "note", "name_cut", KINDS["LearningStandard"].table, column, pl.lit(None), said)
