"""A district as a OneRoster bundle, grade book and all: what a vendor's export of it would be.

No public bundle carries grade books, so tests write their own from a simulated district. Version 1.1 is written
the way some vendors do: a schoolYear and its terms for every school, with nothing to say what is in what but
their dates. Version 1.2 the other way: sessions for the whole district, quarters in semesters in years.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import polars as pl

Version = Literal["1.1", "1.2"]
Tables = Mapping[str, pl.DataFrame]
Files = dict[str, pl.DataFrame]

DISTRICT = "district-1"
HEADERS: dict[str, str] = {
    "orgs": "name,type,identifier,parentSourcedId",
    "academicSessions": "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "courses": "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,"
    "subjectCodes,periods",
    "users": "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,"
    "sms,phone,agentSourcedIds,grades,password",
    "enrollments": "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "categories": "title",
    "lineItems": "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,"
    "resultValueMin,resultValueMax",
    "results": "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment",
}
"""The columns of 1.1 after sourcedId, status and dateLastModified, in the order of the standard."""

HEADERS_1_2: dict[str, str] = HEADERS | {
    "users": "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
    "agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId,pronouns",
    "roles": "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    "categories": "title,weight",
    "lineItems": "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,"
    "resultValueMin,resultValueMax,schoolSourcedId",
    "results": "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,"
    "inProgress,incomplete,late,missing",
    "lineItemLearningObjectiveIds": "lineItemSourcedId,source,learningObjectiveId",
}


def bundle(tables: Tables, version: Version) -> Files:
    """File (``orgs``, and ``manifest``) → its rows as text, of a district's tables. Drafts are not exported."""
    headers = HEADERS if version == "1.1" else HEADERS_1_2
    sections = _sections(tables)
    assignments = tables["assignment"].filter("is_active").join(sections, on="section_id")
    terms = tables["assignment_task"].group_by("assignment_id").agg(pl.col("term_seq").min())
    assignments = assignments.join(terms, on="assignment_id", how="left")
    written = {
        "orgs": _orgs(tables),
        "academicSessions": _sessions(tables, version),
        "courses": _courses(tables, version),
        "classes": _classes(tables, sections, version),
        "users": _users(tables),
        "enrollments": _enrollments(tables, sections),
        "categories": _categories(tables, assignments, version),
        "lineItems": _line_items(tables, assignments, version),
        "results": _results(tables, assignments),
    }
    if version == "1.2":
        written["roles"] = _users(tables).select(
            sourcedId=_key("role", "sourcedId"), userSourcedId="sourcedId", roleType=pl.lit("primary"), role="role"
        )
        written["lineItemLearningObjectiveIds"] = _objectives(tables, assignments)
    files = {file: _as_text(rows, headers[file]) for file, rows in written.items()}
    return files | {"manifest": _manifest(files, version)}


def write_folder(files: Files, folder: Path) -> Path:
    """The bundle as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, rows in files.items():
        rows.write_csv(folder / f"{file}.csv")
    return folder


def write_zip(files: Files, path: Path, top: str = "") -> Path:
    """The bundle as a zip, in a folder `top` where one is named."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, rows in files.items():
            archive.writestr(f"{top}{file}.csv", rows.write_csv())
    return path


def _key(kind: str, column: str) -> pl.Expr:
    return pl.format(kind + "-{}", column)


def _as_text(rows: pl.DataFrame, header: str) -> pl.DataFrame:
    """All columns of the file in the standard's order, as text, blank where `rows` lack them."""
    columns = ["sourcedId", "status", "dateLastModified", *header.split(",")]
    return rows.select(
        (pl.col(column) if column in rows.columns else pl.lit(None)).cast(pl.String).alias(column)
        for column in columns
    )


def _manifest(files: Files, version: Version) -> pl.DataFrame:
    known = HEADERS if version == "1.1" else HEADERS_1_2
    properties = {"manifest.version": "1.0", "oneroster.version": version, "source.systemName": "simulated"}
    properties |= {f"file.{file}": "bulk" if file in files else "absent" for file in (*known, "demographics")}
    return pl.DataFrame({"propertyName": list(properties), "value": list(properties.values())})


# -- organisation ------------------------------------------------------------------------------------------


def _orgs(tables: Tables) -> pl.DataFrame:
    district = pl.DataFrame({"sourcedId": [DISTRICT], "name": ["Simulated Schools"], "type": ["district"]})
    schools = tables["school"].select(
        "name",
        sourcedId=_key("school", "school_id"),
        type=pl.lit("school"),
        identifier="number",
        parentSourcedId=pl.lit(DISTRICT),
    )
    return pl.concat([district, schools], how="diagonal")


def _year(tables: Tables, version: Version) -> pl.DataFrame:
    """calendar_id, root: the key of the calendar's school year; one a school (1.1), or one a span of days."""
    calendars = tables["calendar"]
    if version == "1.1":
        return calendars.select("calendar_id", root=_key("year", "calendar_id"))
    return calendars.select("calendar_id", root=pl.format("year-{}-{}", "start_date", "end_date"))


def _terms(tables: Tables, version: Version) -> pl.DataFrame:
    """The terms, with their keys: `term`, `semester` (two after another) and `root`."""
    return (
        tables["term"]
        .join(_year(tables, version), on="calendar_id")
        .with_columns(half=(pl.col("term_seq") - 1) // 2)
        .with_columns(
            term=pl.format("{}-term-{}", "root", "term_seq"), semester=pl.format("{}-semester-{}", "root", "half")
        )
        .sort("calendar_id", "term_seq")
    )


def _sessions(tables: Tables, version: Version) -> pl.DataFrame:
    year = (
        pl.when("is_summer").then(pl.format("Summer {}", "end_year")).otherwise(pl.format("Year {}", "end_year"))
    )
    calendars = tables["calendar"].join(_year(tables, version), on="calendar_id")
    columns = {"startDate": "start_date", "endDate": "end_date", "schoolYear": "end_year"}
    years = calendars.select(sourcedId="root", title=year, type=pl.lit("schoolYear"), **columns)
    terms = _terms(tables, version).join(calendars.select("calendar_id", "end_year"), on="calendar_id")
    lowest = terms.select(
        sourcedId="term",
        title="name",
        type=pl.lit("term" if version == "1.1" else "gradingPeriod"),
        parentSourcedId=pl.lit(None, pl.String) if version == "1.1" else pl.col("semester"),
        **columns,
    )
    if version == "1.1":
        return pl.concat([years, lowest], how="diagonal").unique("sourcedId").sort("sourcedId")
    semesters = terms.group_by("semester", "root", "half", "end_year").agg(
        pl.col("start_date").min(), pl.col("end_date").max()
    )
    middle = semesters.select(
        sourcedId="semester",
        title=pl.format("Semester {}", pl.col("half") + 1),
        type=pl.lit("semester"),
        parentSourcedId="root",
        **columns,
    )
    return pl.concat([years, middle, lowest], how="diagonal").unique("sourcedId").sort("sourcedId")


# -- courses -----------------------------------------------------------------------------------------------


def _courses(tables: Tables, version: Version) -> pl.DataFrame:
    """The district's courses, and one for each school and year."""
    lowest, highest = pl.col("sced_lowest_grade"), pl.col("sced_highest_grade")
    told = {
        "title": "name",
        "courseCode": "number",
        "subjects": "department",
        "subjectCodes": pl.col("sced_subject_area") + pl.col("sced_course_id"),
        "grades": pl.when(lowest == highest).then(lowest).otherwise(lowest + "," + highest),
    }
    masters = tables["course_master"].select(
        sourcedId=_key("master", "master_id"), orgSourcedId=pl.lit(DISTRICT), **told
    )
    calendars = tables["calendar"].join(_year(tables, version), on="calendar_id")
    courses = (
        tables["course"]
        .join(calendars.select("calendar_id", "school_id", "root"), on="calendar_id")
        .select(
            sourcedId=_key("course", "course_id"),
            orgSourcedId=_key("school", "school_id"),
            schoolYearSourcedId="root",
            **told,
        )
    )
    return pl.concat([masters, courses], how="diagonal")


def _sections(tables: Tables) -> pl.DataFrame:
    """section_id, calendar_id, classSourcedId, schoolSourcedId of each section."""
    return (
        tables["section"]
        .join(tables["course"].select("course_id", "calendar_id", title="name"), on="course_id")
        .join(tables["calendar"].select("calendar_id", "school_id"), on="calendar_id")
        .select(
            "section_id",
            "calendar_id",
            classSourcedId=_key("class", "section_id"),
            schoolSourcedId=_key("school", "school_id"),
        )
    )


def _classes(tables: Tables, sections: pl.DataFrame, version: Version) -> pl.DataFrame:
    """A class names its school year where it meets all year, else its terms or (1.2) a semester they fill."""
    terms = _terms(tables, version)
    met = tables["section_term"].join(sections, on="section_id").join(terms, on=["calendar_id", "term_seq"])
    size = terms.group_by("semester").agg(size=pl.col("term_seq").n_unique())
    fills = pl.len().over("section_id", "semester") == pl.col("size")
    named = met.join(size, on="semester").with_columns(
        session=pl.when(fills & (version == "1.2")).then("semester").otherwise("term")
    )
    partly = named.sort("session").group_by("section_id").agg(pl.col("session").unique(maintain_order=True))
    return (
        tables["section"]
        .join(sections, on="section_id")
        .join(tables["course"].select("course_id", title="name"), on="course_id")
        .join(_year(tables, version), on="calendar_id")
        .join(partly, on="section_id", how="left")
        .select(
            "title",
            "schoolSourcedId",
            sourcedId="classSourcedId",
            courseSourcedId=_key("course", "course_id"),
            classCode="number",
            classType=pl.lit("scheduled"),
            termSourcedIds=pl.coalesce(pl.col("session").list.join(","), "root"),
        )
    )


# -- people ------------------------------------------------------------------------------------------------


def _users(tables: Tables) -> pl.DataFrame:
    words = pl.col("name").str.splitn(" ", 2)
    teachers = tables["teacher"].select(
        sourcedId=_key("teacher", "teacher_id"),
        role=pl.lit("teacher"),
        givenName=words.struct.field("field_0"),
        familyName=words.struct.field("field_1"),
    )
    students = (
        pl.concat([tables[name].select("student_id") for name in ("enrollment", "score")])
        .unique()
        .sort("student_id")
        .select(
            sourcedId=_key("student", "student_id"),
            role=pl.lit("student"),
            givenName=pl.lit("Student"),
            familyName=pl.col("student_id").cast(pl.String),
        )
    )
    people = pl.concat([teachers, students])
    return people.with_columns(
        enabledUser=pl.lit("true"),
        username="sourcedId",
        orgSourcedIds=pl.lit(DISTRICT),
        primaryOrg=pl.lit(DISTRICT),
    )


def _enrollments(tables: Tables, sections: pl.DataFrame) -> pl.DataFrame:
    teachers = (
        tables["section"]
        .drop_nulls("teacher_id")
        .select(
            "section_id",
            sourcedId=_key("teaching", "section_id"),
            userSourcedId=_key("teacher", "teacher_id"),
            role=pl.lit("teacher"),
            primary=pl.lit("true"),
        )
    )
    students = tables["enrollment"].select(
        "section_id",
        sourcedId=pl.format("enrollment-{}-{}", "section_id", "student_id"),
        userSourcedId=_key("student", "student_id"),
        role=pl.lit("student"),
        primary=pl.lit("false"),
    )
    return pl.concat([teachers, students]).join(sections, on="section_id")


# -- grade book --------------------------------------------------------------------------------------------


def _named_categories(tables: Tables, version: Version) -> pl.DataFrame:
    """row_id of each section's category, with `category`: the key of the district's of that name (and weight)."""
    by_name = _key("category", "name")
    by_weight = pl.format("category-{}-{}", "name", "weight")
    return tables["section_category"].select(
        "name", "weight", category_row_id="row_id", category=by_name if version == "1.1" else by_weight
    )


def _categories(tables: Tables, assignments: pl.DataFrame, version: Version) -> pl.DataFrame:
    used = _named_categories(tables, version).join(assignments, on="category_row_id", how="semi")
    return used.unique("category").sort("category").select(sourcedId="category", title="name", weight="weight")


def _line_items(tables: Tables, assignments: pl.DataFrame, version: Version) -> pl.DataFrame:
    session = "gradingPeriodSourcedId" if version == "1.1" else "academicSessionSourcedId"
    return (
        assignments.join(_terms(tables, version), on=["calendar_id", "term_seq"], how="left")
        .join(_named_categories(tables, version), on="category_row_id", how="left", suffix="_category")
        .select(
            "classSourcedId",
            "schoolSourcedId",
            pl.col("term").alias(session),
            sourcedId=_key("item", "assignment_id"),
            title="name",
            assignDate="due_date",
            dueDate="due_date",
            categorySourcedId="category",
            resultValueMin=pl.lit("0"),
            resultValueMax="points",
        )
    )


def _results(tables: Tables, assignments: pl.DataFrame) -> pl.DataFrame:
    status = (
        pl.when("is_exempt")
        .then(pl.lit("exempt"))
        .when("is_missing")
        .then(pl.lit("not submitted"))
        .when("is_turned_in")
        .then(pl.lit("fully graded"))
    )
    scores = tables["score"].join(assignments.select("assignment_id", "due_date"), on="assignment_id")
    return scores.select(
        "comment",
        sourcedId=pl.format("result-{}-{}", "assignment_id", "student_id"),
        lineItemSourcedId=_key("item", "assignment_id"),
        studentSourcedId=_key("student", "student_id"),
        scoreStatus=status,
        score="points",
        scoreDate="due_date",
        inProgress=pl.lit("false"),
        incomplete="is_incomplete",
        late="is_late",
        missing="is_missing",
    )


def _objectives(tables: Tables, assignments: pl.DataFrame) -> pl.DataFrame:
    standards = tables["grading_task"].filter("is_standard").select("task_id", "code")
    return (
        tables["assignment_task"]
        .join(standards, on="task_id")
        .join(assignments.select("assignment_id"), on="assignment_id")
        .select(
            sourcedId=pl.format("objective-{}-{}", "assignment_id", "task_id"),
            lineItemSourcedId=_key("item", "assignment_id"),
            source=pl.lit("case"),
            learningObjectiveId="code",
        )
    )
