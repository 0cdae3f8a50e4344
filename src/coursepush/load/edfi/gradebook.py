"""Assignments, scores and posted grades, out of Ed-Fi's gradebooks and grades.

Ed-Fi has no grading tasks. A task ``Grade`` is made, which assignments and the grades of a grading period count
for, and one for each other type of grade (``Semester``, ``Exam``, …). They are in the bank alone: nothing says
which courses they belong to, and the scaffold or the district aligns them.
"""

from __future__ import annotations

import polars as pl

from coursepush.load.edfi.fields import ENTRY, KINDS
from coursepush.load.edfi.files import Source
from coursepush.load.edfi.findings import all_rows, finding
from coursepush.load.edfi.model import is_period_named
from coursepush.load.edfi.people import in_sections
from coursepush.load.keys import numbered

GRADE_NAME = "Grade"
GRADE_CODE = "TERM"
"""The task made for assignments. Its code is that of the term grade in the profile of the scaffold."""

PERIOD_GRADE = "grading period"
"""The type of grade that stands for a term as a whole."""

_TURNED_IN = ("graded", "submitted", "returned")
_STATUSES = (*_TURNED_IN, "exempt", "not submitted")


def make_tasks(source: Source) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """grading_task: the tasks that are made, with `type` (null for the first) and `key`; and a note of them.

    No rows where there are neither assignments nor grades.
    """
    frames = source.frames
    types = frames["Grade"].select("type").drop_nulls() if "Grade" in frames else pl.DataFrame({"type": []})
    lowered = pl.col("type").str.to_lowercase()
    own = (
        types.cast(pl.String)
        .with_columns(type=lowered, name=pl.col("type"))
        .filter(pl.col("type") != PERIOD_GRADE)
        .sort("type", "name")
        .unique("type", keep="first", maintain_order=True)
    )
    first = pl.DataFrame(
        {"type": [None], "name": [GRADE_NAME], "code": [GRADE_CODE]}, schema_overrides={"type": pl.String}
    )
    tasks = pl.concat([first, own], how="diagonal").with_columns(
        task_id=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        is_standard=pl.lit(False),
        key=pl.coalesce(pl.lit("GradeType / ") + pl.col("type"), pl.lit(GRADE_NAME)),
    )
    if not {"GradebookEntry", "Grade"} & set(frames):
        return tasks.clear(), []
    names = ", ".join(tasks["name"])
    message = (
        f"Ed-Fi has no grading tasks. Made for assignments and grades: {names}. They are aligned to no course "
        "master and no course; a scaffold aligns Grade."
    )
    return tasks, [finding("note", "made_task", "grading_task", None, message)]


# -- assignments -------------------------------------------------------------------------------------------


def make_assignments(
    source: Source, sections: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """assignment, with `entry`, calendar_id and what else its entry says, in the order of `entry`;
    section_category, with `lowered` and the section's key; findings.

    A section has a category for each type of entry that its entries have, whatever the case.
    """
    entries, lost = in_sections(source, "GradebookEntry", sections)
    once = entries.unique(ENTRY, keep="first", maintain_order=True)  # it has a line for each of its standards
    rows = numbered(once, "assignment_id", ENTRY).with_columns(lowered=pl.col("category").str.to_lowercase())
    named = rows.drop_nulls("category").sort("category").unique(["section_id", "lowered"], keep="first")
    categories = numbered(named, "row_id", "section_id", "lowered").with_columns(
        owner_id="section_id", name="category"
    )
    found = [lost]
    if categories.height:
        message = "Ed-Fi gives categories no weights: those that were made of types of entries weigh 0."
        found.append(finding("warning", "no_weights", "section_category", None, message))
    of_row = categories.select("section_id", "lowered", category_row_id="row_id")
    assignments = rows.join(of_row, on=["section_id", "lowered"], how="left", maintain_order="left")
    return assignments.with_columns(name="title"), categories, found


def place_in_terms(
    source: Source, assignments: pl.DataFrame, terms: pl.DataFrame | None, section_terms: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """assignment_id, term_seq: the term each assignment counts in; a finding about those without any.

    That is the grading period it names. Else the term of its due date, or of the day it was assigned, one of its
    section's before others; else the last of these that began before, else the first. Without a date: the only
    term its section meets in.
    """
    columns = ["assignment_id", "term_seq"]
    if terms is None or section_terms is None:
        placed = assignments.select("assignment_id", term_seq=pl.lit(None, pl.Int32)).clear()
    else:
        begins, ends = pl.col("start_date"), pl.col("end_date")
        each = (
            assignments.join(terms.drop("name", "file", "line", "row", "school", "end_year"), on="calendar_id")
            .join(section_terms.with_columns(meets=pl.lit(True)), on=["section_id", "term_seq"], how="left")
            .with_columns(
                day=pl.coalesce("due_date", "assigned"),
                meets=pl.col("meets").fill_null(pl.col("meets").is_null().all().over("assignment_id")),
            )
        )
        day = pl.col("day")
        alone = (pl.col("meets").sum() == 1).over("assignment_id") & pl.col("meets")
        ranked = each.with_columns(
            rank=pl.when(is_period_named())
            .then(0)
            .when(day.is_between(begins, ends))
            .then(pl.when("meets").then(1).otherwise(2))
            .when(begins <= day)
            .then(pl.when("meets").then(3).otherwise(5))
            .when(day.is_not_null())
            .then(pl.when("meets").then(4).otherwise(6))
            .when(alone)
            .then(7)
        ).drop_nulls("rank")
        later = pl.col("rank").is_in([1, 2, 3, 5])  # the last that began; of those to come the first
        order = pl.when(later).then(-begins.to_physical()).otherwise(begins.to_physical())
        placed = (
            ranked.sort("assignment_id", "rank", order, "term_seq")
            .unique("assignment_id", keep="first", maintain_order=True)
            .select(columns)
        )
    lost = assignments.join(placed, on="assignment_id", how="anti")
    said = "nothing says in which term the assignment counts: it counts in none."
    column = source.column("GradebookEntry", "due_date")
    return placed, all_rows(lost, "warning", "no_term", "assignment_task", column, pl.col("title"), said)


def make_assignment_tasks(
    source: Source, assignments: pl.DataFrame, placed: pl.DataFrame, standards: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """assignment_task: the task ``Grade`` and the standards that the entry names; a finding about unknown ones."""
    graded = placed.select("assignment_id", "term_seq", task_id=pl.lit(1, pl.Int64))
    named = source.frames["GradebookEntry"].drop_nulls("standard")
    known = named.join(standards.select("task_id", standard="code"), on="standard")
    lost = named.join(known, on=[ENTRY, "standard"], how="anti")
    said = "the standard is not among the standards given; the assignment does not count for it."
    column = source.column("GradebookEntry", "standard")
    found = all_rows(lost, "warning", "unknown_standard", "assignment_task", column, pl.col("standard"), said)
    of_entry = known.select(ENTRY, "task_id").unique().join(assignments.select(ENTRY, "assignment_id"), on=ENTRY)
    counted = of_entry.join(placed, on="assignment_id").select(graded.columns)
    return pl.concat([graded, counted]).sort("assignment_id", "task_id", "term_seq"), found


# -- scores and grades -------------------------------------------------------------------------------------


def make_scores(
    source: Source, assignments: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """score, with `student`; the rows that gave these; findings. Numeric grades are taken for percents."""
    kind, table = "StudentGradebookEntry", "score"
    rows = source.frames[kind]
    scores = rows.join(assignments.select(ENTRY, "assignment_id"), on=ENTRY, how="inner", maintain_order="left")
    lost = rows.join(scores, on="row", how="anti", maintain_order="left")
    status = pl.col("status").str.to_lowercase()
    found = [
        all_rows(
            lost,
            "warning",
            "no_assignment",
            table,
            source.column(kind, "identifier"),
            pl.col(ENTRY),
            "of no entry of GradebookEntry that was taken over; they were left out.",
        ),
        all_rows(
            scores.filter(status.is_not_null() & ~status.is_in(_STATUSES)),
            "warning",
            "unknown_status",
            table,
            source.column(kind, "status"),
            pl.col("status"),
            "the status is not known; the score was kept without it.",
        ),
        all_rows(
            scores.filter(pl.col("mark").is_not_null() & pl.col("points").is_null() & pl.col("percent").is_null()),
            "warning",
            "letter_score",
            table,
            source.column(kind, "mark"),
            pl.col("mark"),
            "the score is a letter alone; it was kept without points and percent.",
        ),
        all_rows(
            scores.filter(pl.col("percent").is_not_null()),
            "note",
            "numeric_as_percent",
            table,
            source.column(kind, "percent"),
            pl.lit(None),
            "the numeric grade was taken for a percent.",
        ),
    ]
    made = scores.select(
        "assignment_id",
        "student",
        "points",
        "percent",
        "comment",
        is_exempt=(status == "exempt").fill_null(False),
        is_missing=(status == "not submitted").fill_null(False),
        is_turned_in=status.is_in(_TURNED_IN).fill_null(False),
        is_late=(pl.col("late").str.to_lowercase() == "late").fill_null(False),
    )
    return made, scores.select("file", "row"), found


def make_posted_grades(
    source: Source, sections: pl.DataFrame, terms: pl.DataFrame | None, tasks: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """posted_grade, with `student`; the rows that gave these; findings.

    `tasks`: grading_task with `type`, and `code` for standards. Of several for one student, section, task and
    term the one of the association that began last is taken, then the last in the files.
    """
    kind, table = "Grade", "posted_grade"
    inside, lost = in_sections(source, kind, sections)
    inside = inside.with_columns(grade=pl.col("row").first().over(KINDS[kind].key))  # in CSV it has several rows
    found = [lost]
    if terms is None:
        placed = inside.with_columns(term_seq=pl.lit(None, pl.Int32)).clear()
    else:
        later = terms.drop("file", "line", "row", "school", "end_year", "name")
        placed = inside.join(later, on="calendar_id").filter(is_period_named())
        placed = placed.sort("row", "term_seq").unique(["grade", "standard"], keep="first", maintain_order=True)
    unplaced = inside.join(placed, on="grade", how="anti")
    said = "of no grading period of the section's calendar; they were left out."
    period = pl.coalesce("period_name", "period")
    found.append(all_rows(unplaced, "warning", "no_term", table, source.column(kind, "period"), period, said))
    lowered = pl.col("type").str.to_lowercase()
    own = pl.when(lowered != PERIOD_GRADE).then(lowered)
    values = (
        "student",
        "section_id",
        "term_seq",
        "mark",
        "percent",
        "comment",
        "start_date",
        "file",
        "line",
        "row",
        "grade",
    )
    whole = (
        placed.with_columns(type=own)
        .join(tasks.filter(~pl.col("is_standard")).select("type", "task_id"), on="type", nulls_equal=True)
        .unique("grade", keep="first", maintain_order=True)
        .filter(
            pl.any_horizontal(pl.col("mark", "percent", "comment").is_not_null()) | pl.col("standard").is_null()
        )
        .select(*values, "task_id")
    )
    standards = tasks.filter("is_standard").select("task_id", standard="code")
    of_standards = placed.drop_nulls("standard").drop("mark", "percent", "comment")
    known = of_standards.join(standards, on="standard").select(
        *(name for name in values if name not in ("mark", "percent", "comment")),
        "task_id",
        mark="standard_mark",
        percent="standard_percent",
        comment=pl.lit(None, pl.String),
    )
    gone = of_standards.join(standards, on="standard", how="anti")
    said = "the standard is not among the standards given; its grade was left out."
    column = source.column(kind, "standard")
    found.append(all_rows(gone, "warning", "unknown_standard", table, column, pl.col("standard"), said))
    every = pl.concat([whole, known.select(whole.columns)])
    one = ["section_id", "student", "task_id", "term_seq"]
    grades = every.sort("start_date", "row", nulls_last=False).unique(one, keep="last", maintain_order=True)
    earlier = every.join(grades, on=["grade", "task_id"], how="anti")
    said = "the student has another grade for the same section, task and term; it was left out."
    column = source.column(kind, "student")
    found.append(all_rows(earlier, "warning", "earlier_grade", table, column, pl.lit(None), said))
    used = inside.join(grades, on="grade", how="semi").select("file", "row")
    return grades.sort(one), used, found
