"""The organisation, courses, sections and standards of the model as Ed-Fi data fill them: one function each.

Every function takes the kinds as frames (see :mod:`coursepush.load.edfi.fields`) or tables made before, and
returns a frame with at least the columns that the source gives, plus the natural keys that others join by.
Ids are numbered in the order of natural keys, so the same data give the same ids.
"""

from __future__ import annotations

import polars as pl

from coursepush.load.codes import told_apart
from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.files import Frames, Source
from coursepush.load.edfi.findings import NO_FINDINGS, all_rows, finding
from coursepush.load.keys import numbered
from coursepush.model.tables import LARGEST_ID

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


def with_ids(rows: pl.DataFrame, name: str, key: str) -> tuple[pl.DataFrame, bool]:
    """`rows`, one a `key` (text), with an id `name`, in its order; and whether the ids were made up.

    Where every key is a whole number, that is its id; otherwise keys are numbered in their order as text.
    """
    number = rows.select(pl.col(key).cast(pl.Int64, strict=False)).to_series()
    own = number.null_count() == 0 and number.n_unique() == rows.height
    if own and number.is_between(0, LARGEST_ID, closed="left").all():
        return rows.with_columns(number.alias(name)).sort(name), False
    return numbered(rows, name, key), True


# -- organisation ------------------------------------------------------------------------------------


def make_schools(frames: Frames) -> tuple[pl.DataFrame, bool]:
    """school, with `school` (Ed-Fi's id as text) besides; and whether its ids were made up."""
    rows = frames["School"].with_columns(number=pl.coalesce("number", "school"))
    return with_ids(rows, "school_id", "school")


def make_calendars(frames: Frames, schools: pl.DataFrame) -> pl.DataFrame:
    """calendar: one a school and year, from its first session to the end of its last; with `school`."""
    year = (pl.col("end_year") - 1).cast(pl.String) + "-" + (pl.col("end_year") % 100).cast(pl.String).str.zfill(2)
    named = pl.when(pl.col("name").is_duplicated()).then(pl.format("{} ({})", "name", "school")).otherwise("name")
    return (
        frames["Session"]
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


def make_terms(source: Source, calendars: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """term: the grading periods of each calendar, with `given_seq`, `descriptor`, `period_name`; and a finding.

    They keep their sequence. Where one of a calendar has none or two have the same (semesters beside quarters),
    that calendar's are counted by date.
    """
    table = KINDS["GradingPeriod"].table
    seq = pl.col("given_seq")
    rows = (
        source.frames["GradingPeriod"]
        .rename({"term_seq": "given_seq", "name": "descriptor"})
        .join(calendars.select("school", "end_year", "calendar_id"), on=["school", "end_year"])
        .sort("calendar_id", "start_date", "end_date", "given_seq", "descriptor", "period_name")
        .with_columns(
            is_usable=(seq.is_not_null() & seq.is_first_distinct()).all().over("calendar_id"),
            counted=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("calendar_id"),
            name=pl.coalesce("descriptor", "period_name"),
        )
        .with_columns(term_seq=pl.when("is_usable").then("given_seq").otherwise("counted"))
        .sort("calendar_id", "term_seq")
    )
    said = "the sequence is missing, or not one of its own in the school and year; the terms were counted by date."
    column = source.column("GradingPeriod", "term_seq")
    return rows, all_rows(rows.filter(~pl.col("is_usable")), "warning", "terms_counted", table, column, seq, said)


def make_catalog(frames: Frames) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """catalog: the one, named after the district most schools are of, with `district`; and findings."""
    schools = frames["School"]
    rows = schools.group_by("district").len().sort("len", "district", descending=[True, False])
    agencies = frames.get("LocalEducationAgency")
    if agencies is None or agencies.is_empty():
        message = "Nothing names the district; all schools got one catalog, called District."
        nothing = pl.select(catalog_id=pl.lit(1), name=pl.lit("District"), district=pl.lit(None, pl.String))
        return nothing, [finding("warning", "catalog", "catalog", None, message)]
    named = agencies.join(rows, on="district", how="left").sort(
        "len", "district", descending=[True, False], nulls_last=True
    )
    name = str(named["name"][0])
    catalog = named.head(1).select("name", "district", catalog_id=pl.lit(1))
    if named.height == 1:
        message = f"The catalog is named after the district: {name}."
        return catalog, [finding("note", "catalog", "catalog", None, message)]
    said = f"several districts are named; all schools got one catalog, called {name}."
    return catalog, [all_rows(named, "warning", "catalog", "catalog", None, pl.col("name"), said)]


# -- courses -----------------------------------------------------------------------------------------


def make_definitions(frames: Frames) -> pl.DataFrame:
    """Each organisation's course once, in order of organisation and code: org, code, attributes, `line`.

    `is_other`: the code is another course's, of another subject, whose course master it is not linked to.
    """
    grade = pl.col("grade").str.to_lowercase()
    rank = grade.replace_strict({each: place for place, each in enumerate(GRADES)}, default=None)
    written = list(GRADES.values())
    state = pl.col("code_system").str.to_lowercase().str.starts_with("state").fill_null(False)
    told = (
        frames["Course"]
        .with_columns(rank=rank)
        .group_by("org", "code", maintain_order=True)
        .agg(
            pl.col("file", "line", "row", "name", "description", "department", "course_type").first(),
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
    subject = pl.concat_list(pl.col("department").str.to_lowercase()).list.drop_nulls()
    apart = told_apart(told.with_columns(subject=subject), "code", ["subject"])
    return told.with_columns(is_other=apart)


def make_masters(definitions: pl.DataFrame) -> pl.DataFrame:
    """course_master: one a course code, told by the first organisation that has it; with `org`, `code`."""
    told = definitions.filter(~pl.col("is_other")).unique("code", keep="first", maintain_order=True)
    return numbered(told, "master_id", "code").with_columns(
        catalog_id=pl.lit(1), number="code", is_active=pl.lit(True)
    )


def make_courses(
    frames: Frames, calendars: pl.DataFrame, definitions: pl.DataFrame, masters: pl.DataFrame
) -> pl.DataFrame:
    """course: one a calendar and code that is offered there; with `school`, `end_year`, `org`, `code`.

    A school's course that is offered nowhere stands in the school's last year.
    """
    offered = frames["CourseOffering"].select("school", "end_year", "org", "code")
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
    rows = keys.join(definitions, on=["org", "code"]).join(
        masters.select("code", "master_id"), on="code", how="left"
    )
    rows = rows.with_columns(master_id=pl.when(~pl.col("is_other")).then("master_id"))
    return numbered(rows, "course_id", "calendar_id", "code").with_columns(number="code", is_active=pl.lit(True))


def make_sections(frames: Frames, calendars: pl.DataFrame, courses: pl.DataFrame) -> pl.DataFrame:
    """section, in order of calendar, course, number and session; with calendar_id and the SECTION key."""
    offering = ["school", "end_year", "session", "local_code"]
    codes = frames["CourseOffering"].select(*offering, "code")
    course = ["calendar_id", "code"]
    rows = (
        frames["Section"]
        .join(codes, on=offering)
        .join(calendars.select("school", "end_year", "calendar_id"), on=["school", "end_year"])
        .join(courses.select(*course, "course_id"), on=course)
    )
    return numbered(rows, "section_id", "course_id", "number", "session", "local_code")


# -- terms -------------------------------------------------------------------------------------------


def make_section_terms(met: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    """section_term: the terms of the section's session (see terms_of_sessions)."""
    session = ["school", "end_year", "session"]
    return sections.join(met, on=session).select("section_id", "term_seq").sort("section_id", "term_seq")


def terms_of_sessions(frames: Frames, terms: pl.DataFrame) -> pl.DataFrame:
    """school, end_year, session, term_seq: the terms whose dates lie inside a session's, and those it names."""
    inside = (pl.col("start_date") <= pl.col("start_date_right")) & (
        pl.col("end_date_right") <= pl.col("end_date")
    )
    rows = frames["Session"].join(terms, on=["school", "end_year"])
    wanted = ["school", "end_year", "session", "term_seq"]
    by_date = rows.filter(inside).select(wanted)
    return pl.concat([by_date, rows.filter(is_period_named()).select(wanted)]).unique().sort(wanted)


def is_period_named() -> pl.Expr:
    """Whether the grading period that a line refers to (see edfi_fields) is the term it was joined with.

    What the reference leaves out is not asked: Data Standard 5 has no sequence in it, earlier ones no name.
    """
    pairs = (("period", "descriptor"), ("period_name", "period_name_right"), ("period_seq", "given_seq"))
    agree = [pl.col(one).is_null() | (pl.col(one) == pl.col(other)).fill_null(False) for one, other in pairs]
    named = pl.any_horizontal(pl.col(one).is_not_null() for one, _ in pairs)
    return named & pl.all_horizontal(agree)


# -- standards ---------------------------------------------------------------------------------------


def make_standards(source: Source, first_id: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """grading_task: the standards in the order of the files, numbered from `first_id`; and a finding."""
    rows = (
        source.frames["LearningStandard"]
        .sort("row")
        .select(
            "code",
            "parent",
            "file",
            "line",
            "row",
            task_id=pl.int_range(pl.len(), dtype=pl.Int64) + first_id,
            name=pl.coalesce(short_name(pl.col("description")), "code"),
            is_standard=pl.lit(True),
        )
    )
    if not rows["parent"].count():
        return rows, NO_FINDINGS
    above = rows.select(parent="code", parent_task_id="task_id")
    linked = rows.join(above, on="parent", how="left", maintain_order="left")
    lost = linked.filter(pl.col("parent").is_not_null() & pl.col("parent_task_id").is_null())
    said = "the standard above is not there; the standard stands on its own."
    column = source.column("LearningStandard", "parent")
    return linked, all_rows(lost, "warning", "lost_parent", "grading_task", column, pl.col("parent"), said)


def short_name(text: pl.Expr) -> pl.Expr:
    """`text` without a comma or semicolon at its end; cut at a word, with an ellipsis, where it is long."""
    tidy = text.str.strip_chars_end(" ;,:")
    cut = tidy.str.slice(0, NAME_LENGTH - 1).str.replace(r"\s+\S*$", "").str.strip_chars_end(" ;,:") + "…"
    return pl.when(tidy.str.len_chars() <= NAME_LENGTH).then(tidy).otherwise(cut)


def aligned_standards(frames: Frames, standards: pl.DataFrame) -> pl.DataFrame:
    """org, code, task_id: the standards that each organisation's course names."""
    named = frames["Course"].select("org", "code", "standard").drop_nulls("standard").unique()
    return named.join(standards.select("task_id", standard="code"), on="standard").drop("standard")


def make_master_standards(definitions: pl.DataFrame, masters: pl.DataFrame, aligned: pl.DataFrame) -> pl.DataFrame:
    """master_task: the standards that every course of the master's code and subject names; with `code`."""
    own = definitions.filter(~pl.col("is_other"))
    courses = own.group_by("code").agg(courses=pl.len())
    rows = (
        aligned.join(own, on=["org", "code"], how="semi")
        .group_by("code", "task_id")
        .agg(naming=pl.len())
        .join(courses, on="code")
        .filter(pl.col("naming") == pl.col("courses"))
        .join(masters.select("code", owner_id="master_id"), on="code")
    )
    return numbered(rows.select("code", "owner_id", "task_id"), "row_id", "owner_id", "task_id")


def make_course_standards(
    courses: pl.DataFrame, aligned: pl.DataFrame, master_standards: pl.DataFrame
) -> pl.DataFrame:
    """course_task: the standards of each course, linked to the master's row where it has one."""
    links = master_standards.select("code", "task_id", parent_row_id="row_id")
    rows = (
        courses.select("org", "code", "is_other", owner_id="course_id")
        .join(aligned, on=["org", "code"])
        .join(links, on=["code", "task_id"], how="left")
        .with_columns(parent_row_id=pl.when(~pl.col("is_other")).then("parent_row_id"))
    )
    return numbered(rows.select("owner_id", "task_id", "parent_row_id"), "row_id", "owner_id", "task_id")
