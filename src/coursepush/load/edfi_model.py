"""The tables of the model as an Ed-Fi district fills them: one pure function each.

Every function takes the files as frames (see :mod:`coursepush.load.edfi_fields`) or tables made before, and
returns a frame with at least the columns that the source gives, plus the natural keys that others join by.
Ids are numbered in the order of natural keys, so the same files give the same ids.
"""

from __future__ import annotations

import polars as pl

from coursepush.load.edfi_checks import Frames
from coursepush.load.edfi_files import finding

NAME_LENGTH = 100
"""Of a standard's name, which is cut from its description."""

GRADES = {
    "infant/toddler": "IT",
    "preschool/prekindergarten": "PK",
    "prekindergarten": "PK",
    "transitional kindergarten": "TK",
    "kindergarten": "KG",
    "first grade": "01",
    "second grade": "02",
    "third grade": "03",
    "fourth grade": "04",
    "fifth grade": "05",
    "sixth grade": "06",
    "seventh grade": "07",
    "eighth grade": "08",
    "ninth grade": "09",
    "tenth grade": "10",
    "eleventh grade": "11",
    "twelfth grade": "12",
    "grade 13": "13",
    "adult education": "AE",
    "ungraded": "UG",
}
"""Ed-Fi's grade levels, lowest first, as school information systems write them."""

# -- organisation ------------------------------------------------------------------------------------


def make_schools(frames: Frames) -> pl.DataFrame:
    """school, with `school` (Ed-Fi's id as text) besides; numeric ids stay, otherwise they are numbered."""
    rows = frames["School.csv"].sort("school")
    numeric = rows["school"].cast(pl.Int64, strict=False)
    usable = numeric.null_count() == 0 and numeric.n_unique() == rows.height
    ids = numeric if usable else pl.int_range(1, rows.height + 1, dtype=pl.Int64, eager=True)
    return rows.select("school", "name", school_id=ids, number=pl.coalesce("number", "school")).sort("school_id")


def make_calendars(frames: Frames, schools: pl.DataFrame) -> pl.DataFrame:
    """calendar: one a school and year, from its first session to the end of its last; with `school`."""
    year = (pl.col("end_year") - 1).cast(pl.String) + "-" + (pl.col("end_year") % 100).cast(pl.String).str.zfill(2)
    named = pl.when(pl.col("name").is_duplicated()).then(pl.format("{} ({})", "name", "number")).otherwise("name")
    return (
        frames["Session.csv"]
        .group_by("school", "end_year")
        .agg(pl.col("start_date").min(), pl.col("end_date").max())
        .join(schools.select("school", "school_id", name=named), on="school")
        .sort("school_id", "end_year")
        .with_columns(
            calendar_id=pl.int_range(1, pl.len() + 1),
            name=pl.col("name") + " " + year,
            is_summer=pl.lit(False),
        )
    )


def make_terms(frames: Frames, calendars: pl.DataFrame) -> pl.DataFrame:
    """term: the grading periods of each calendar."""
    periods = frames["GradingPeriod.csv"].drop("line")
    return periods.join(calendars.select("school", "end_year", "calendar_id"), on=["school", "end_year"]).sort(
        "calendar_id", "term_seq"
    )


def make_catalog(frames: Frames) -> tuple[pl.DataFrame, pl.DataFrame]:
    """catalog: the one, named after the district most schools are of; and a finding where that is a guess."""
    schools = frames["School.csv"]
    rows = schools.group_by("district").len().sort("len", "district", descending=[True, False])
    agencies = frames.get(
        "LocalEducationAgency.csv", pl.DataFrame(schema=dict.fromkeys(("district", "name"), pl.String))
    )
    named = agencies.join(rows, on="district", how="left").sort(
        "len", "district", descending=[True, False], nulls_last=True
    )
    names = named["name"].to_list()
    name = names[0] if names else "District"
    if len(names) == 1:
        note = finding("note", "catalog", "catalog", None, f"The catalog is named after the district: {name}.")
    else:
        why = "No file names the district" if not names else f"The source names {len(names)} districts"
        message = f"{why}; all schools got one catalog, called {name}."
        note = finding("warning", "catalog", "catalog", "LocalEducationAgency.csv", message)
    return pl.DataFrame({"catalog_id": [1], "name": [name]}), note


# -- courses -----------------------------------------------------------------------------------------


def make_definitions(frames: Frames) -> pl.DataFrame:
    """Each organisation's course once, in order of organisation and code: org, code, attributes, `line`."""
    grade = pl.col("grade").str.to_lowercase()
    rank = grade.replace_strict({each: place for place, each in enumerate(GRADES)}, default=None)
    written = list(GRADES.values())
    state = pl.col("code_system").str.to_lowercase().str.starts_with("state")
    return (
        frames["Course.csv"]
        .with_columns(rank=rank)
        .group_by("org", "code", maintain_order=True)
        .agg(
            pl.col("line", "name", "description", "department", "course_type").first(),
            state_code=pl.col("other_code").filter(state).first(),
            lowest=pl.col("rank").min(),
            highest=pl.col("rank").max(),
        )
        .with_columns(
            sced_lowest_grade=pl.col("lowest").replace_strict(dict(enumerate(written)), default=None),
            sced_highest_grade=pl.col("highest").replace_strict(dict(enumerate(written)), default=None),
        )
        .drop("lowest", "highest")
        .sort(pl.col("org").cast(pl.Int64, strict=False), "org", "code", nulls_last=True)
    )


def make_masters(definitions: pl.DataFrame) -> pl.DataFrame:
    """course_master: one a course code, told by the first organisation that has it; with `code`."""
    return (
        definitions.unique("code", keep="first", maintain_order=True)
        .sort("code")
        .with_columns(
            master_id=pl.int_range(1, pl.len() + 1),
            catalog_id=pl.lit(1),
            number="code",
            is_active=pl.lit(True),
        )
    )


def make_courses(
    frames: Frames, calendars: pl.DataFrame, definitions: pl.DataFrame, masters: pl.DataFrame
) -> pl.DataFrame:
    """course: one a calendar and code that is offered there; with `org`, `code`.

    A school's course that is offered nowhere stands in the school's last year.
    """
    offered = frames["CourseOffering.csv"].select("school", "end_year", "org", "code")
    last_year = calendars.group_by("school").agg(pl.col("end_year").max())
    idle = (
        definitions.join(offered, on=["org", "code"], how="anti")
        .join(last_year, left_on="org", right_on="school")
        .select("end_year", "org", "code", school="org")
    )
    order = definitions.select("org", "code").with_row_index("order")
    keys = (
        pl.concat([offered, idle], how="diagonal")
        .join(order, on=["org", "code"])
        .sort("order")
        .unique(["school", "end_year", "code"], keep="first", maintain_order=True)
        .join(calendars.select("school", "end_year", "calendar_id"), on=["school", "end_year"])
    )
    return (
        keys.join(definitions, on=["org", "code"])
        .join(masters.select("code", "master_id"), on="code")
        .sort("calendar_id", "code")
        .with_columns(course_id=pl.int_range(1, pl.len() + 1), number="code", is_active=pl.lit(True))
    )


def make_sections(frames: Frames, calendars: pl.DataFrame, courses: pl.DataFrame) -> pl.DataFrame:
    """section, in order of calendar, course, number and session; with `school`, `end_year`, `session`."""
    offering = ["school", "end_year", "session", "local_code"]
    codes = frames["CourseOffering.csv"].select(*offering, "code")
    course = ["calendar_id", "code"]
    return (
        frames["Section.csv"]
        .join(codes, on=offering)
        .join(calendars.select("school", "end_year", "calendar_id"), on=["school", "end_year"])
        .join(courses.select(*course, "course_id"), on=course)
        .sort("course_id", "number", "session", "local_code")
        .with_columns(section_id=pl.int_range(1, pl.len() + 1))
    )


def make_section_terms(frames: Frames, sections: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """section_term: the terms whose dates lie inside the section's session."""
    session = ["school", "end_year", "session"]
    met = terms_of_sessions(frames, terms)
    return sections.join(met, on=session).select("section_id", "term_seq").sort("section_id", "term_seq")


def terms_of_sessions(frames: Frames, terms: pl.DataFrame) -> pl.DataFrame:
    """school, end_year, session, term_seq of each term whose dates lie inside the session's."""
    inside = (pl.col("start_date") <= pl.col("start_date_right")) & (
        pl.col("end_date_right") <= pl.col("end_date")
    )
    return (
        frames["Session.csv"]
        .join(terms, on=["school", "end_year"])
        .filter(inside)
        .select("school", "end_year", "session", "term_seq")
    )


# -- standards ---------------------------------------------------------------------------------------


def make_standards(frames: Frames) -> pl.DataFrame:
    """grading_task: the standards in the order of their file. Parents are not given, so none are made up."""
    return (
        frames["LearningStandard.csv"]
        .sort("line")
        .select(
            "code",
            task_id=pl.int_range(1, pl.len() + 1),
            name=pl.coalesce(short_name(pl.col("description")), "code"),
            is_standard=pl.lit(True),
        )
    )


def short_name(text: pl.Expr) -> pl.Expr:
    """`text` without a comma or semicolon at its end; cut at a word, with an ellipsis, where it is long."""
    tidy = text.str.strip_chars_end(" ;,:")
    cut = tidy.str.slice(0, NAME_LENGTH - 1).str.replace(r"\s+\S*$", "").str.strip_chars_end(" ;,:") + "…"
    return pl.when(tidy.str.len_chars() <= NAME_LENGTH).then(tidy).otherwise(cut)


def aligned_standards(frames: Frames, standards: pl.DataFrame) -> pl.DataFrame:
    """org, code, task_id: the standards that each organisation's course names."""
    named = frames["Course.csv"].select("org", "code", "standard").drop_nulls("standard").unique()
    return named.join(standards.select("task_id", standard="code"), on="standard").drop("standard")


def make_master_standards(definitions: pl.DataFrame, masters: pl.DataFrame, aligned: pl.DataFrame) -> pl.DataFrame:
    """master_task: the standards that every course of the master's code names; with `code`."""
    courses = definitions.group_by("code").agg(courses=pl.len())
    return (
        aligned.group_by("code", "task_id")
        .agg(naming=pl.len())
        .join(courses, on="code")
        .filter(pl.col("naming") == pl.col("courses"))
        .join(masters.select("code", owner_id="master_id"), on="code")
        .sort("owner_id", "task_id")
        .select("code", "owner_id", "task_id", row_id=pl.int_range(1, pl.len() + 1))
    )


def make_course_standards(
    courses: pl.DataFrame, aligned: pl.DataFrame, master_standards: pl.DataFrame
) -> pl.DataFrame:
    """course_task: the standards of each course, linked to the master's row where it has one."""
    links = master_standards.select("code", "task_id", parent_row_id="row_id")
    return (
        courses.select("org", "code", owner_id="course_id")
        .join(aligned, on=["org", "code"])
        .join(links, on=["code", "task_id"], how="left")
        .sort("owner_id", "task_id")
        .select("owner_id", "task_id", "parent_row_id", row_id=pl.int_range(1, pl.len() + 1))
    )
