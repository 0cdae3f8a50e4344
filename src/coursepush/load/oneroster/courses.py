"""Course masters, courses, sections, their teachers and students out of a OneRoster bundle.

A course code is one course master, told by the district's course of that code or else by the first school's, as
in an Ed-Fi district: OneRoster has no links, and one code in one district is taken to be one course. Courses of
one code with different SCED codes, or different subjects, are not: those that contradict the one that tells the
course master have none.
"""

from __future__ import annotations

import polars as pl

from coursepush.load.codes import no_word_shared, told_apart
from coursepush.load.keys import numbered
from coursepush.load.oneroster.files import Bundle
from coursepush.load.oneroster.findings import all_rows, finding

GRADES = ("IT", "PR", "PK", "TK", "KG", *(f"{grade:02}" for grade in range(1, 14)), "PS", "AE", "UG")
"""Grade levels as OneRoster writes them (CEDS), lowest first."""

_RANKS = {grade: rank for rank, grade in enumerate(GRADES)} | {"K": GRADES.index("KG")}
_WRITTEN = dict(enumerate(GRADES))
_SCED = r"^\d{5}$"


# -- courses -----------------------------------------------------------------------------------------------


def define_courses(bundle: Bundle, schools: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Each course of the file: `course` (sourcedId), org, is_schools, number, attributes, line; and findings."""
    rows = bundle.frames["courses"]
    grade = pl.element().str.to_uppercase().str.replace(r"^(\d)$", "0${1}")
    ranks = pl.col("grades").list.eval(grade.replace_strict(_RANKS, default=None, return_dtype=pl.Int32))
    codes = pl.col("subject_codes").list.eval(pl.element().filter(pl.element().str.contains(_SCED)))
    defined = rows.select(
        "line",
        "name",
        "org",
        "school_year",
        "grades",
        "subjects",
        "subject_codes",
        course="key",
        code="code",
        number=pl.coalesce("code", "key"),
        is_schools=pl.col("org").is_in(schools.filter(~pl.col("is_above"))["school"].implode()),
        department=pl.col("subjects").list.first(),
        topics=pl.col("subjects").list.eval(pl.element().str.to_lowercase()),
        sced_codes=codes,
        sced_subject_area=codes.list.first().str.slice(0, 2),
        sced_course_id=codes.list.first().str.slice(2),
        sced_lowest_grade=ranks.list.min().replace_strict(_WRITTEN, default=None, return_dtype=pl.String),
        sced_highest_grade=ranks.list.max().replace_strict(_WRITTEN, default=None, return_dtype=pl.String),
        odd_grade=ranks.list.eval(pl.element().is_null()).list.any().fill_null(False),
        odd_code=codes.list.len() < pl.col("subject_codes").list.len(),
    )
    column = {field: bundle.column("courses", field) for field in ("grades", "subjects", "subject_codes", "code")}
    said = {
        "grades": "a grade level is not known; it was left out.",
        "subject_codes": "a subject code is no SCED code of five digits; it was left out.",
        "subjects": "there are several subjects; the first became the department.",
        "code": "there is no course code; the sourcedId became the course's number.",
    }
    shown = {field: pl.col(field).list.join(", ") for field in ("grades", "subject_codes", "subjects")}
    found = [
        all_rows(
            odd, severity, rule, "courses.csv", column[field], shown.get(field, pl.col("course")), said[field]
        )
        for odd, severity, rule, field in (
            (defined.filter("odd_grade"), "warning", "unknown_grade", "grades"),
            (defined.filter(pl.col("odd_code").fill_null(False)), "note", "unknown_subject_code", "subject_codes"),
            (defined.filter(pl.col("subjects").list.len() > 1), "note", "several_subjects", "subjects"),
            (defined.filter(pl.col("code").is_null()), "note", "no_course_code", "code"),
        )
    ]
    return defined.drop("grades", "subjects", "subject_codes", "odd_grade", "odd_code", "code"), found


def offer_courses(
    defined: pl.DataFrame, classes: pl.DataFrame, calendars: pl.DataFrame, sessions: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """Where the courses are held: calendar_id, course; the courses of schools that found no calendar; findings.

    A course stands in every calendar that has a class of it. A school's course also stands in the calendar of
    its own school year, or, with neither classes nor a year, in the school's last.
    """
    place = ["school", "year"]
    known = calendars.select("calendar_id", *place)
    by_class = classes.join(known, on=place).select("calendar_id", "course").unique()
    own = defined.filter("is_schools").select("course", "school_year", school="org")
    in_year = own.join(sessions.select("year", school_year="session"), on="school_year").join(known, on=place)
    last = calendars.sort("is_summer", "end_date", "calendar_id", descending=[False, True, False]).unique(
        "school", keep="first", maintain_order=True
    )
    idle = own.filter(pl.col("school_year").is_null()).join(by_class, on="course", how="anti")
    in_last = idle.join(last.select("calendar_id", "school"), on="school")
    offered = pl.concat([part.select("calendar_id", "course") for part in (by_class, in_year, in_last)]).unique()
    homeless = defined.filter("is_schools").join(offered, on="course", how="anti")
    said = "the school has no calendar for the course (no classes in its year); it was left out."
    found = [all_rows(homeless, "warning", "no_calendar", "courses.csv", None, pl.col("course"), said)]
    return offered, homeless, found


def make_masters(
    defined: pl.DataFrame, homeless: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """course_master: one a course code, told by the district's course, else by the first school's.

    Second: the courses that found a home, with `is_other`: the code is that of a course master, and the course is
    another one.
    """
    kept = defined.join(homeless, on="course", how="anti").sort("number", "is_schools", "org", "course")
    kept = kept.with_columns(is_other=told_apart(kept, "number", ["sced_codes", "topics"]))
    own = kept.filter(~pl.col("is_other"))
    masters = numbered(own.unique("number", keep="first", maintain_order=True), "master_id", "number")
    found = [*_of_two_subjects(kept, masters), *_described_otherwise(own, masters)]
    if kept.height:
        message = (
            f"OneRoster has no links from courses to course masters: each of the {masters.height:,} course codes "
            "became a course master, and every course of that code and subject is linked to it."
        )
        found.append(finding("note", "links_by_code", "courses.csv", message))
    return masters.with_columns(catalog_id=pl.lit(1), is_active=pl.lit(True)), kept, found


def _of_two_subjects(kept: pl.DataFrame, masters: pl.DataFrame) -> list[pl.DataFrame]:
    """A warning of the courses that are not linked, because their code means another course."""
    others = kept.filter("is_other").join(
        masters.select("number", first_name="name", first_codes="sced_codes"), on="number"
    )
    codes = [
        pl.when(pl.col(each).list.len() > 0)
        .then(pl.format(" ({})", pl.col(each).list.join(", ")))
        .otherwise(pl.lit(""))
        for each in ("sced_codes", "first_codes")
    ]
    shown = pl.format("{}: {}{}, not {}{}", "number", "name", codes[0], "first_name", codes[1])
    said = (
        "one code, two subjects: another course of that code is the course master, so these are linked to none, "
        "and no push of course masters reaches them. Give them a code of their own in the source."
    )
    return [all_rows(others, "warning", "one_code_two_subjects", "courses.csv", None, shown, said)]


def _described_otherwise(own: pl.DataFrame, masters: pl.DataFrame) -> list[pl.DataFrame]:
    """What is told of courses that are linked to a course master of other words."""
    told = ["name", "department", "sced_subject_area", "sced_course_id", "sced_lowest_grade", "sced_highest_grade"]
    first = masters.select("number", first_name="name", first_told=pl.struct(told))
    rows = (
        own.join(first, on="number")
        .with_columns(told=pl.struct(told))
        .filter(pl.col("told") != pl.col("first_told"))
    )
    apart = rows.filter(no_word_shared(pl.col("name"), pl.col("first_name")))
    said = (
        "linked by code alone to a course master with quite another title. If they are different courses, give "
        "them codes of their own in the source, or their SCED codes."
    )
    shown = pl.format("{}: {}, not {}", "number", "name", "first_name")
    found = [all_rows(apart, "warning", "titles_differ", "courses.csv", None, shown, said)]
    said = (
        "described otherwise than the course master of that code, which takes the district's words or the first."
    )
    return [*found, all_rows(rows, "note", "courses_differ", "courses.csv", None, pl.col("number"), said)]


def make_courses(
    offered: pl.DataFrame, kept: pl.DataFrame, masters: pl.DataFrame, calendars: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """course, with `school`, `year_key`: in order of calendar and number; calendar_id, course, number; findings.

    Several courses of one number in a calendar are one, unless they are of two subjects: then the number of those
    that are linked to no course master has their sourcedId behind it.
    """
    every = offered.join(kept, on="course").sort(
        "calendar_id", "number", "is_other", ~pl.col("is_schools"), "course"
    )
    is_first = pl.int_range(pl.len()).over("calendar_id", "number") == 0
    renumbered = every.filter(~is_first & pl.col("is_other"))
    named = pl.format("{} ({})", "number", "course")
    every = every.with_columns(
        code="number", number=pl.when(~is_first & pl.col("is_other")).then(named).otherwise("number")
    )
    first = every.unique(["calendar_id", "number"], keep="first", maintain_order=True)
    merged = every.join(first, on=["calendar_id", "course"], how="anti").unique("course", maintain_order=True)
    said = "the course shares its code with another of the same school and year; the two are one course."
    found = [all_rows(merged, "note", "same_code", "courses.csv", None, pl.col("course"), said)]
    said = (
        "one school has two subjects under one code in one year; the number of these has their sourcedId behind "
        "it. Give them a code of their own in the source."
    )
    once = renumbered.unique("course", maintain_order=True)
    found.append(all_rows(once, "warning", "code_taken", "courses.csv", None, named, said))
    lost = kept.filter("is_other").join(every, on="course", how="anti")
    said = "the code is that of another course, and no class of this one is held; it was left out."
    found.append(all_rows(lost, "warning", "course_left_out", "courses.csv", None, pl.col("course"), said))
    linked = first.join(masters.select("master_id", code="number"), on="code", how="left").with_columns(
        master_id=pl.when(~pl.col("is_other")).then("master_id")
    )
    courses = numbered(
        linked.join(calendars.select("calendar_id", "school", "year_key"), on="calendar_id"),
        "course_id",
        "calendar_id",
        "number",
    ).with_columns(is_active=pl.lit(True))
    return courses, every.select("calendar_id", "course", "number"), found


def make_sections(
    classes: pl.DataFrame, held: pl.DataFrame, courses: pl.DataFrame, calendars: pl.DataFrame
) -> pl.DataFrame:
    """section without teachers, with `class` (sourcedId), calendar_id, sessions: in order of sourcedId.

    Args:
        held: calendar_id, course, number; which course of the calendar a class's course is.
    """
    rows = (
        classes.select("line", "school", "year", "course", "code", "title", "sessions", **{"class": "key"})
        .join(calendars.select("school", "year", "calendar_id"), on=["school", "year"])
        .join(held.select("calendar_id", "course", course_number="number"), on=["calendar_id", "course"])
        .join(
            courses.select("calendar_id", "course_id", course_number="number"), on=["calendar_id", "course_number"]
        )
    )
    return numbered(rows.with_columns(number=pl.coalesce("code", "title")), "section_id", "class")


def make_section_terms(
    sections: pl.DataFrame, sessions: pl.DataFrame, reached: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """section_term: the terms that a class's sessions come to; none where it names a whole school year.

    Args:
        reached: calendar_id, session, term_seq (see oneroster_calendars.reach).
    """
    named = sections.select("line", "section_id", "class", "calendar_id", session="sessions").explode("session")
    kinds = named.join(sessions.select("session", "kind"), on="session", how="left")
    whole = kinds.filter(pl.col("kind") == "schoolyear").select("section_id")
    partly = kinds.join(whole, on="section_id", how="anti").drop_nulls("session")
    met = partly.join(reached, on=["calendar_id", "session"]).select("section_id", "term_seq").unique()
    lost = partly.join(met, on="section_id", how="anti").unique("class")
    said = "no term of the calendar lies in the sessions of the class; it counts as meeting in every term."
    found = [all_rows(lost, "warning", "no_terms", "classes.csv", None, pl.col("class"), said)]
    bare = sections.filter(pl.col("sessions").list.len().fill_null(0) == 0)
    said = "the class names no session; it counts as meeting in every term."
    found.append(all_rows(bare, "warning", "no_session", "classes.csv", None, pl.col("class"), said))
    return met.sort("section_id", "term_seq"), found


# -- people ------------------------------------------------------------------------------------------------


def make_teachers(
    bundle: Bundle, sections: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """teacher, with `user`; sections with teacher_id; the lines of enrollments.csv that gave them; findings.

    A section's teacher is the primary one, else one who has not left, else the first by sourcedId.
    """
    teaching = (
        bundle.frames["enrollments"]
        .filter(pl.col("role").str.to_lowercase() == "teacher")
        .join(sections.select("class", "section_id"), on="class")
        .sort(
            "section_id",
            pl.col("primary").fill_null(False),
            pl.col("end_date"),
            "user",
            "line",
            descending=[False, True, True, False, False],
            nulls_last=[False, False, False, False, False],
        )
    )
    chosen = teaching.unique("section_id", keep="first", maintain_order=True)
    others = teaching.join(chosen, on="line", how="anti")
    again = others.join(chosen, on=["section_id", "user"], how="semi")
    others = others.join(again, on="line", how="anti")
    column = bundle.column("enrollments", "role")
    said = "the class has another teacher as its first one; the model keeps one a section, so they were left out."
    found = [all_rows(others, "note", "other_teachers", "enrollments.csv", column, pl.col("class"), said)]
    said = "the teacher is the class's by another row already; they were left out."
    found.append(all_rows(again, "note", "repeated_enrollment", "enrollments.csv", None, pl.col("class"), said))
    users = bundle.frames.get("users")
    if users is None:
        users = chosen.select(key="user", given=pl.lit(None, pl.String), family=pl.lit(None, pl.String)).unique()
        users = users.with_columns(line=pl.lit(None, pl.Int64))
        message = "There is no users.csv: teachers have no names."
        found.append(finding("warning", "file_not_given", "users.csv", message))
    name = pl.concat_str("given", "family", separator=" ", ignore_nulls=True)
    staff = users.join(chosen, left_on="key", right_on="user", how="semi").select(
        "line", user="key", name=pl.when(name != "").then(name)
    )
    teachers = numbered(staff, "teacher_id", "user")
    taught = chosen.select("section_id", "user").join(teachers.select("user", "teacher_id"), on="user")
    joined = sections.join(taught.select("section_id", "teacher_id"), on="section_id", how="left").sort(
        "section_id"
    )
    return teachers, joined, chosen.select("line"), found


def make_enrollments(bundle: Bundle, sections: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """enrollment, with `student` (sourcedId) for student_id, and `line`: a student and class once; findings."""
    rows = bundle.frames["enrollments"]
    column = bundle.column("enrollments", "role")
    role = pl.col("role").str.to_lowercase()
    others = rows.filter(~role.is_in(["student", "teacher"]))
    said = "the role is neither student nor teacher; they were left out."
    found = [all_rows(others, "note", "other_roles", "enrollments.csv", column, pl.col("role"), said)]
    students = (
        rows.filter(role == "student")
        .join(sections.select("class", "section_id"), on="class")
        .select("section_id", "class", "line", student="user")
        .sort("line")
    )
    once = students.unique(["section_id", "student"], keep="first", maintain_order=True)
    again = students.join(once, on="line", how="anti")
    said = "the student is in the class by another row already; they were left out."
    found.append(all_rows(again, "note", "repeated_enrollment", "enrollments.csv", None, pl.col("class"), said))
    return once, found
