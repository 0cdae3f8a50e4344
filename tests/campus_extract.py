"""A district written as an extract of Infinite Campus: tables by their product names, as database tools do.

    folder = write_extract(simulate_tables("small", 7), tmp_path)
    read_campus(folder, folder / "mapping.toml")       # the same district again

Nulls are written NULL, bits 1 and 0, dates with a time of day. What the product keeps apart is kept apart: terms
hang on schedule structures, departments and credit types on tables of their own, categories stand once for each of
their tasks, and every calendar has a trial that is not active, with a section that is not part of the district.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

Frames = Mapping[str, pl.DataFrame]

MAPPING = """
# The simulated district knows no lessons, and one score may count for several tasks: not so in the product.
[assignment]
from = "LessonPlanGroupActivity"
lookup = [
    { table = "IMLearningObjectSection", as = "Lesson", by = "objectSectionID" },
    { table = "IMLearningObjectSchedulingSet", as = "Set", by = "Lesson.schedulingSetID" },
    { table = "IMLearningObject", as = "Object", by = "Set.objectID" },
]
[assignment.columns]
assignment_id = "groupActivityID"
section_id = "sectionID"
category_row_id = "groupID"
lesson_id = "lessonID"
name = "Object.name"
due_date = "Lesson.endDate"
points = "totalPoints"
multiplier = "weight"
is_active = "Lesson.active"

[[assignment_task]]
from = "LessonPlanGroupActivity"
lookup = [{ table = "Term", by = "termID" }]
[assignment_task.columns]
assignment_id = "groupActivityID"
task_id = "taskID"
term_seq = "Term.seq"

[[assignment_task]]
from = "AlsoCountsFor"
lookup = [{ table = "Term", by = "termID" }]
[assignment_task.columns]
assignment_id = "groupActivityID"
task_id = "taskID"
term_seq = "Term.seq"

# The codes of this extract.
[section_grade_calc]
from = "LessonPlanPreference"
lookup = [{ table = "Term", by = "termID" }]
[section_grade_calc.columns]
row_id = "preferenceID"
owner_id = "sectionID"
parent_row_id = "parentRowID"
task_id = "taskID"
term_seq = "Term.seq"
calc_type = { column = "calcMethod", values = { x = "none", p = "in_progress" }, otherwise = "refuse" }
scale_id = "curveID"
weight_categories = "groupWeighted"
use_percent = "usePercent"
last_n = "maxAssignments"
cumulative_from_term_seq = "cumulativeTermSeq"
"""


def write_extract(district: Frames, folder: Path) -> Path:
    """Write `district` (table of the model → frame) into `folder`: a CSV for each table, and mapping.toml."""
    for name, frame in extract_frames(district).items():
        written(frame).write_csv(folder / f"{name}.csv", null_value="NULL")
    (folder / "mapping.toml").write_text(MAPPING, "utf-8")
    return folder


def written(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` as SQL Server writes values: bits as 1 and 0, dates with a time of day."""
    return frame.with_columns(
        pl.col(pl.Boolean).cast(pl.Int8), pl.col(pl.Date).dt.strftime("%Y-%m-%d 00:00:00.000")
    )


def extract_frames(district: Frames) -> dict[str, pl.DataFrame]:
    """The tables of the extract by their product names."""
    return _organisation(district) | _banks(district) | _courses(district) | _setup(district) | _work(district)


def _organisation(d: Frames) -> dict[str, pl.DataFrame]:
    calendars = d["calendar"]
    terms = _terms(d)
    return {
        "School": d["school"].select(schoolID="school_id", number="number", name="name"),
        "LessonPlanFlagPreference": pl.concat(
            [
                d["school"].select(
                    schoolID="school_id",
                    flagType=pl.lit("M"),
                    percentage="missing_percent",
                    autoCalculate="missing_counts",
                ),
                d["school"].select(
                    schoolID="school_id",
                    flagType=pl.lit("L"),
                    percentage=pl.lit(50, pl.Decimal(9, 4)),
                    autoCalculate=pl.lit(False),
                ),
            ]
        ),
        "Calendar": calendars.select(
            calendarID="calendar_id",
            schoolID="school_id",
            endYear="end_year",
            name="name",
            startDate="start_date",
            endDate="end_date",
            summerSchool="is_summer",
        ),
        "ScheduleStructure": calendars.select(
            structureID=pl.col("calendar_id") + 1000, calendarID="calendar_id", name=pl.lit("Main")
        ),
        "TermSchedule": calendars.select(
            termScheduleID=pl.col("calendar_id") + 2000, structureID=pl.col("calendar_id") + 1000
        ),
        "Term": terms.select(
            termID="termID",
            termScheduleID=pl.col("calendar_id") + 2000,
            name="name",
            seq="term_seq",
            startDate="start_date",
            endDate="end_date",
        ),
        "Trial": pl.concat(
            [
                calendars.select(
                    trialID=pl.col("calendar_id") * 10 + nth, calendarID="calendar_id", active=pl.lit(nth == 1)
                )
                for nth in (1, 2)
            ]
        ),
        "CourseCatalog": d["catalog"].select(catalogID="catalog_id", name="name"),
        "CourseCatalogSchool": d["catalog_school"].select(
            schoolID="school_id", endYear="end_year", catalogID="catalog_id"
        ),
        "CourseCatalogLock": d["catalog_lock"].select(catalogID="catalog_id", lock="lock"),
    }


def _terms(d: Frames) -> pl.DataFrame:
    return d["term"].with_columns(termID=pl.int_range(5001, 5001 + pl.len()))


def _banks(d: Frames) -> dict[str, pl.DataFrame]:
    return {
        "GradingTask": d["grading_task"].select(
            taskID="task_id",
            name="name",
            code="code",
            standardID=pl.when("is_standard").then(pl.col("task_id") + 70_000),
            parentTaskID="parent_task_id",
        ),
        "Test": d["assessment_test"].select(testID="test_id", name="name"),
        "ScoreGroup": d["score_group"].select(scoreGroupID="score_group_id", name="name"),
        "Curve": d["grading_scale"].select(curveID="scale_id", name="name"),
        "CurveListItem": d["grading_scale_mark"].select(
            curveID="scale_id", score="mark", minPercent="min_percent", passingScore="is_passing"
        ),
        "Department": _departments(d),
        "CurriculumStandard": _credit_types(d),
    }


def _departments(d: Frames) -> pl.DataFrame:
    names = pl.concat([d[name].select(name="department") for name in ("course_master", "course")])
    return names.drop_nulls().unique().sort("name").with_columns(departmentID=pl.int_range(1, pl.len() + 1))


def _credit_types(d: Frames) -> pl.DataFrame:
    names = pl.concat([d[name].select(name="credit_type") for name in ("master_task", "course_task")])
    return names.drop_nulls().unique().sort("name").with_columns(standardID=pl.int_range(1, pl.len() + 1))


_ATTRIBUTES = {
    "number": "number",
    "name": "name",
    "description": "description",
    "state_code": "stateCode",
    "departmentID": "departmentID",
    "subject_type": "subjectType",
    "sced_subject_area": "scedSubjectArea",
    "sced_course_id": "scedCourseID",
    "sced_course_level": "scedCourseLevel",
    "sced_lowest_grade": "scedLowestGrade",
    "sced_highest_grade": "scedHighestGrade",
    "terms": "terms",
    "schedules": "schedules",
    "periods": "periods",
    "max_students": "maxStudents",
    "takes_attendance": "attendance",
    "is_standards_based": "standardsBased",
    "on_transcript": "transcript",
    "is_advisory": "advisory",
    "is_activity": "activity",
    "course_type": "type",
    "honors_code": "honorsCode",
    "gpa_weight": "gpaWeight",
}


def _courses(d: Frames) -> dict[str, pl.DataFrame]:
    departments = _departments(d).rename({"name": "department"})
    masters, courses = (
        d[name].join(departments, on="department", how="left", maintain_order="left")
        for name in ("course_master", "course")
    )
    decoys = d["course"].unique("calendar_id", maintain_order=True).sort("calendar_id")
    sections = d["section"].join(d["course"].select("course_id", "calendar_id"), on="course_id")
    sections = sections.join(d["teacher"].rename({"name": "teacherDisplay"}), on="teacher_id", how="left")
    placements = (
        d["section_term"]
        .join(sections.select("section_id", "calendar_id"), on="section_id")
        .join(_terms(d).select("calendar_id", "term_seq", "termID"), on=["calendar_id", "term_seq"])
    )
    fields = d["custom_field"].select("level", "field").unique().sort("level", "field")
    fields = fields.with_columns(attributeID=pl.int_range(1, pl.len() + 1))
    custom = d["custom_field"].join(fields, on=["level", "field"], maintain_order="left")
    return {
        "CourseMaster": masters.select(
            pl.col("master_id").alias("courseMasterID"),
            pl.col("catalog_id").alias("catalogID"),
            pl.col("is_active").alias("active"),
            *(pl.col(ours).alias(theirs) for ours, theirs in _ATTRIBUTES.items()),
        ),
        "Course": courses.select(
            pl.col("course_id").alias("courseID"),
            pl.col("calendar_id").alias("calendarID"),
            pl.col("master_id").alias("courseMasterID"),
            pl.col("is_active").alias("active"),
            pl.col("ignore_master_push").alias("ignoreMasterPush"),
            pl.col("is_cross_site").alias("crossSite"),
            *(pl.col(ours).alias(theirs) for ours, theirs in _ATTRIBUTES.items()),
        ),
        "StaffMember": d["teacher"].select(
            personID="teacher_id", firstName=pl.lit(None, pl.String), lastName="name"
        ),
        "Section": pl.concat(
            [
                sections.select(
                    sectionID="section_id",
                    courseID="course_id",
                    trialID=pl.col("calendar_id") * 10 + 1,
                    number="number",
                    teacherPersonID="teacher_id",
                    teacherDisplay="teacherDisplay",
                    advisory="is_advisory",
                ),
                decoys.select(
                    sectionID=pl.col("course_id") + 900_000,
                    courseID="course_id",
                    trialID=pl.col("calendar_id") * 10 + 2,
                    number=pl.lit("99"),
                    teacherPersonID=pl.lit(None, pl.Int64),
                    teacherDisplay=pl.lit(None, pl.String),
                    advisory=pl.lit(None, pl.Boolean),
                ),
            ]
        ),
        "SectionPlacement": pl.concat(
            [
                placements.select(sectionID="section_id", termID="termID", periodID=pl.lit(period))
                for period in (1, 2)
            ]
        ),
        "CampusAttribute": fields.select(
            attributeID="attributeID",
            object=pl.col("level").replace({"course": "Course", "master": "CourseMaster"}),
            element="field",
        ),
        "CustomCourse": custom.filter(level="course").select("attributeID", "value", courseID="owner_id"),
        "CustomCourseMaster": custom.filter(level="master").select(
            "attributeID", "value", courseMasterID="owner_id"
        ),
    }


_OWNERS = {"master": "courseMasterID", "course": "courseID", "section": "sectionID"}


def _setup(d: Frames) -> dict[str, pl.DataFrame]:
    credits = _credit_types(d).rename({"name": "credit_type"})
    tables: dict[str, pl.DataFrame] = {}
    for level, name in (("master", "GradingTaskCreditMaster"), ("course", "GradingTaskCredit")):
        rows = d[f"{level}_task"].join(credits, on="credit_type", how="left", maintain_order="left")
        tables[name] = rows.select(
            *_common(level, rows, "gradingTaskCreditID"),
            pl.col("task_id").alias("taskID"),
            pl.col("score_group_id").alias("scoreGroupID"),
            "standardID",
            "credit",
            pl.col("term_gpa").alias("termGPA"),
            pl.col("is_post_only").alias("postOnly"),
            pl.col("sequence").alias("seq"),
        )
    for level, name in (("master", "CourseMasterTest"), ("course", "CourseTest")):
        rows = d[f"{level}_assessment"]
        tables[name] = rows.select(
            *_common(level, rows, f"{name[0].lower()}{name[1:]}ID"),
            pl.col("test_id").alias("testID"),
            pl.col("standard_task_id").alias("taskID"),
            pl.col("start_date").alias("startDate"),
            pl.col("end_date").alias("endDate"),
            pl.col("copies_forward").alias("copiesForward"),
        )
    for level, ending in (("master", "Master"), ("course", "Course"), ("section", "")):
        tables[f"LessonPlanGroup{ending}"] = _categories(level, d[f"{level}_category"])
        tables[f"LessonPlanPreference{ending}"] = _options(d, level)
        rows = d[f"{level}_composite"]
        tables[f"GradingTaskComposite{ending or 'Section'}"] = rows.select(
            *_common(level, rows, "compositeID"),
            pl.col("task_id").alias("taskID"),
            pl.col("term_seq").alias("termSeq"),
            pl.col("child_task_id").alias("childTaskID"),
            pl.col("child_term_seq").alias("childTermSeq"),
            "weight",
        )
    return tables


def _common(level: str, rows: pl.DataFrame, id_name: str) -> list[pl.Expr]:
    names = {"row_id": id_name, "owner_id": _OWNERS[level]}
    names |= {"parent_row_id": "parentRowID", "is_link_broken": "linkBroken"}
    return [pl.col(ours).alias(theirs) for ours, theirs in names.items() if ours in rows.columns]


def _categories(level: str, rows: pl.DataFrame) -> pl.DataFrame:
    """A row for each task of a category; the first keeps the category's id, the others get large ones."""
    listed = pl.when(pl.col("task_ids").list.len() > 0).then("task_ids")
    each = rows.with_columns(task_ids=listed).explode("task_ids").with_row_index("nth")
    first = pl.col("row_id").is_first_distinct()
    each = each.with_columns(
        row_id=pl.when(first).then("row_id").otherwise(5_000_000 + pl.col("nth").cast(pl.Int64))
    )
    inactive = []
    if level == "section":
        inactive.append(
            each.head(1).select(
                groupID=pl.lit(9_999_999, pl.Int64), sectionID=pl.lit(900_001, pl.Int64), name=pl.lit("Old")
            )
        )
    made = each.select(
        *_common(level, rows, "groupID"),
        "name",
        "weight",
        pl.col("sequence").alias("seq"),
        pl.col("is_excluded").alias("calcExclude"),
        pl.col("drop_lowest").alias("dropLowest"),
        pl.col("task_ids").alias("taskID"),
    )
    return pl.concat([made.reverse(), *inactive], how="diagonal")


def _options(d: Frames, level: str) -> pl.DataFrame:
    """Calculation options; a section's name their term by its id, and their method by a code."""
    rows = d[f"{level}_grade_calc"]
    term, method = pl.col("term_seq").alias("termSeq"), pl.col("calc_type")
    if level == "section":
        rows = _with_term(d, rows, "owner_id")
        term, method = pl.col("termID"), method.replace({"none": "X", "in_progress": "p"})
    return rows.select(
        *_common(level, rows, "preferenceID"),
        pl.col("task_id").alias("taskID"),
        term,
        method.alias("calcMethod"),
        pl.col("scale_id").alias("curveID"),
        pl.col("weight_categories").alias("groupWeighted"),
        pl.col("use_percent").alias("usePercent"),
        pl.col("last_n").alias("maxAssignments"),
        pl.col("cumulative_from_term_seq").alias("cumulativeTermSeq"),
    )


def _with_term(d: Frames, rows: pl.DataFrame, section: str) -> pl.DataFrame:
    calendars = d["section"].join(d["course"].select("course_id", "calendar_id"), on="course_id")
    terms = _terms(d).select("calendar_id", "term_seq", "termID")
    return rows.join(
        calendars.select(pl.col("section_id").alias(section), "calendar_id"), on=section, maintain_order="left"
    ).join(terms, on=["calendar_id", "term_seq"], maintain_order="left")


def _work(d: Frames) -> dict[str, pl.DataFrame]:
    assignments = d["assignment"]
    tasks = d["assignment_task"].join(assignments.select("assignment_id", "section_id"), on="assignment_id")
    tasks = _with_term(d, tasks.sort("assignment_id", "task_id", "term_seq"), "section_id")
    is_first = pl.col("assignment_id").is_first_distinct()
    first = tasks.filter(is_first).select("assignment_id", "termID", taskID="task_id")
    activities = assignments.join(first, on="assignment_id", how="left", maintain_order="left")
    percents = d["score"].select("percent").drop_nulls().unique().sort("percent")
    marks = percents.with_columns(mark=pl.format("M{}", pl.int_range(1, pl.len() + 1)))
    scores = d["score"].join(marks, on="percent", how="left", maintain_order="left")
    scores = scores.join(
        assignments.select("assignment_id", "section_id"), on="assignment_id", maintain_order="left"
    )
    posted = _with_term(d, d["posted_grade"], "section_id")
    return {
        "Roster": pl.concat(
            [
                d["enrollment"].select(
                    personID="student_id", sectionID="section_id", endDate=pl.lit(None, pl.Date)
                ),
                d["enrollment"]
                .head(3)
                .select(
                    personID=pl.col("student_id") + 7_000_000,
                    sectionID="section_id",
                    endDate=pl.date(2026, 1, 5),
                ),
                d["enrollment"]
                .head(2)
                .select(
                    personID="student_id",
                    sectionID=pl.lit(900_001, pl.Int64),
                    endDate=pl.lit(None, pl.Date),
                ),
            ]
        ),
        "IMLearningObjectSection": assignments.select(
            objectSectionID=pl.col("assignment_id") + 100_000,
            sectionID="section_id",
            schedulingSetID=pl.col("assignment_id") + 200_000,
            endDate="due_date",
            active="is_active",
        ),
        "IMLearningObjectSchedulingSet": assignments.select(
            schedulingSetID=pl.col("assignment_id") + 200_000, objectID=pl.col("assignment_id") + 300_000
        ),
        "IMLearningObject": assignments.select(objectID=pl.col("assignment_id") + 300_000, name="name"),
        "LessonPlanGroupActivity": activities.select(
            "taskID",
            "termID",
            groupActivityID="assignment_id",
            groupID="category_row_id",
            sectionID="section_id",
            objectSectionID=pl.col("assignment_id") + 100_000,
            lessonID="lesson_id",
            totalPoints="points",
            weight="multiplier",
            markGroupID=pl.lit(1),
        ),
        "AlsoCountsFor": tasks.filter(is_first.not_()).select(
            "termID", groupActivityID="assignment_id", taskID="task_id"
        ),
        "AssignmentMark": marks.select("percent", markGroupID=pl.lit(1), score="mark"),
        "LessonPlanScore": scores.select(
            groupActivityID="assignment_id",
            sectionID="section_id",
            personID="student_id",
            score=pl.coalesce(pl.col("points").cast(pl.String), "mark"),
            missing="is_missing",
            late="is_late",
            exempt="is_exempt",
            dropped="is_dropped",
            cheated="is_cheated",
            incomplete="is_incomplete",
            turnedIn="is_turned_in",
            comments="comment",
        ),
        "GradingScore": posted.select(
            "termID",
            "percent",
            sectionID="section_id",
            personID="student_id",
            taskID="task_id",
            score="mark",
            comments="comment",
        ),
    }
