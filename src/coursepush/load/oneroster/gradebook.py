"""Categories, assignments, scores and what they count for, out of a OneRoster bundle.

OneRoster lists categories for the whole district and names one on each line item: a class has the categories
that its line items name. It has no grading tasks, so one is made, ``Grade``, which every assignment counts for;
learning objectives (1.2) become standards.
"""

from __future__ import annotations

import polars as pl

from coursepush.load.keys import composed, numbered
from coursepush.load.oneroster.files import Bundle
from coursepush.load.oneroster.findings import all_rows, finding

GRADE_TASK = 1
GRADE_NAME = "Grade"
GRADE_CODE = "TERM"
"""The task made for assignments. Its code is that of the term grade in the profile of the scaffold."""

_GRADED = ("fully graded", "partially graded", "submitted", "late")
_STATUSES = (*_GRADED, "exempt", "not submitted")


def make_categories(
    bundle: Bundle, sections: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """section_category, with `class`, `category`; line items with section_id, row_id; and findings.

    One row a class and category that its line items name. Categories of one name and weight are one.
    """
    items = bundle.frames["lineItems"].join(
        sections.select("class", "section_id", "calendar_id"), on="class", how="inner"
    )
    given = bundle.frames.get("categories")
    if given is None:
        return pl.DataFrame(), items.with_columns(row_id=pl.lit(None, pl.Int64)), []
    named = given.select("line", category="key", name="title", weight=pl.col("weight").fill_null(0))
    wanted = (
        items.select("section_id", "class", "category")
        .unique()
        .join(named, on="category")
        .sort("section_id", "category")
    )
    one = ["section_id", "name", "weight"]
    categories = numbered(
        wanted.unique(one, keep="first", maintain_order=True), "row_id", "section_id", "category"
    ).with_columns(owner_id="section_id")
    rows = wanted.join(categories.select(*one, "row_id"), on=one).select("section_id", "category", "row_id")
    idle = given.join(items, left_on="key", right_on="category", how="anti")
    said = "no line item names the category; it was left out."
    found = [all_rows(idle, "note", "category_not_used", "categories.csv", None, pl.col("title"), said)]
    if categories.height and "weight" not in bundle.headers["categories"]:
        message = "categories.csv gives no weights: the categories of classes weigh 0."
        found.append(finding("warning", "no_weights", "categories.csv", message))
    return categories, items.join(rows, on=["section_id", "category"], how="left"), found


def make_assignments(bundle: Bundle, items: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """assignment, with `item` (sourcedId), calendar_id, session, line; in order of sourcedId."""
    assignments = numbered(items, "assignment_id", "key").select(
        "assignment_id",
        "section_id",
        "due_date",
        "points",
        "calendar_id",
        "session",
        "line",
        item="key",
        name="title",
        category_row_id="row_id",
    )
    least = items.filter(pl.col("least") != 0)
    column = bundle.column("lineItems", "least")
    said = "the least result is not 0; the model counts points from 0."
    return assignments, [all_rows(least, "note", "least_points", "lineItems.csv", column, pl.col("least"), said)]


def place_in_terms(
    assignments: pl.DataFrame, terms: pl.DataFrame, section_terms: pl.DataFrame, reached: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """assignment_id, term_seq: the term each assignment counts in; findings for those without any.

    That is the term its session comes to; of several (it names a semester) the one it is due in, else the last.
    Without a session: the term it is due in, else the last that began before, else the first; without a due
    date, the only term its class meets in.
    """
    due, begins, ends = pl.col("due_date"), pl.col("start_date"), pl.col("end_date")
    inside = due.is_between(begins, ends).fill_null(False)
    wanted = assignments.select("assignment_id", "section_id", "calendar_id", "session", "due_date")
    by_session = (
        wanted.join(reached, on=["calendar_id", "session"])
        .sort(~inside, -pl.col("term_seq"))
        .unique("assignment_id", keep="first", maintain_order=True)
    )
    rest = wanted.join(by_session, on="assignment_id", how="anti")
    by_date = (
        rest.drop_nulls("due_date")
        .join(terms.select("calendar_id", "term_seq", "start_date", "end_date"), on="calendar_id")
        .with_columns(after=(begins <= due))
        .sort(~inside, ~pl.col("after"), pl.when("after").then(-pl.col("term_seq")).otherwise("term_seq"))
        .unique("assignment_id", keep="first", maintain_order=True)
    )
    met = pl.concat([section_terms, _all_terms(assignments, terms, section_terms)])
    single = met.filter(pl.len().over("section_id") == 1)
    by_section = rest.filter(pl.col("due_date").is_null()).join(single, on="section_id")
    columns = ["assignment_id", "term_seq"]
    placed = pl.concat([part.select(columns) for part in (by_session, by_date, by_section)]).sort(columns)
    lost = assignments.join(placed, on="assignment_id", how="anti")
    said = "neither a session nor a due date says in which term the assignment counts: it counts in none."
    return placed, [all_rows(lost, "warning", "no_term", "lineItems.csv", None, pl.col("item"), said)]


def _all_terms(assignments: pl.DataFrame, terms: pl.DataFrame, section_terms: pl.DataFrame) -> pl.DataFrame:
    """section_id, term_seq of the sections that meet in every term of their calendar."""
    sections = assignments.select("section_id", "calendar_id").unique()
    whole = sections.join(section_terms, on="section_id", how="anti")
    return whole.join(terms.select("calendar_id", "term_seq"), on="calendar_id").select("section_id", "term_seq")


# -- what assignments count for ----------------------------------------------------------------------------


def make_tasks(
    bundle: Bundle, assignments: pl.DataFrame, placed: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """grading_task, with its key; assignment_task; and a note of the task that was made.

    First comes the task that was made, then a standard for each learning objective that a line item names.
    """
    message = (
        f"OneRoster has no grading tasks: one was made, {GRADE_NAME!r}, which every assignment counts for, and "
        "aligned to every course master and course."
    )
    note = finding("note", "made_task", "lineItems.csv", message)
    grade = pl.DataFrame(
        {
            "task_id": [GRADE_TASK],
            "name": [GRADE_NAME],
            "code": [GRADE_CODE],
            "is_standard": [False],
            "key": ["Grade"],
        }
    )
    counted_for = placed.select("assignment_id", "term_seq", task_id=pl.lit(GRADE_TASK, pl.Int64))
    given = bundle.frames.get("lineItemLearningObjectiveIds")
    if given is None:
        return grade, counted_for, note
    named = given.select("source", "objective", item="line_item").unique()
    bank = numbered(named.select("source", "objective").unique(), "task_id", "source", "objective").select(
        "source",
        "objective",
        task_id=pl.col("task_id") + GRADE_TASK,
        name="objective",
        code="objective",
        is_standard=pl.lit(True),
        key=composed("source", "objective"),
    )
    standards = (
        named.join(bank, on=["source", "objective"], nulls_equal=True)
        .join(assignments.select("item", "assignment_id"), on="item")
        .join(placed, on="assignment_id")
    )
    every = pl.concat([counted_for, standards.select(counted_for.columns)]).sort("assignment_id", "task_id")
    return pl.concat([grade, bank.select(grade.columns)]), every, note


def align_courses(
    assignment_tasks: pl.DataFrame, assignments: pl.DataFrame, sections: pl.DataFrame, courses: pl.DataFrame
) -> pl.DataFrame:
    """course_id, master_id, task_id: the task that was made for every course, a standard where it is assigned."""
    used = (
        assignment_tasks.filter(pl.col("task_id") != GRADE_TASK)
        .join(assignments.select("assignment_id", "section_id"), on="assignment_id")
        .join(sections.select("section_id", "course_id"), on="section_id")
        .select("course_id", "task_id")
        .unique()
    )
    grade = courses.select("course_id", task_id=pl.lit(GRADE_TASK, pl.Int64))
    return pl.concat([grade, used]).join(courses.select("course_id", "master_id"), on="course_id")


def make_master_tasks(aligned: pl.DataFrame, masters: pl.DataFrame) -> pl.DataFrame:
    """master_task: the task that was made for every course master, a standard that all of its courses have."""
    size = aligned.group_by("master_id").agg(courses=pl.col("course_id").n_unique())
    shared = (
        aligned.filter(pl.col("task_id") != GRADE_TASK)
        .group_by("master_id", "task_id")
        .agg(having=pl.len())
        .join(size, on="master_id")
        .filter(pl.col("having") == pl.col("courses"))
        .select(owner_id="master_id", task_id="task_id")
    )
    grade = masters.select(owner_id="master_id", task_id=pl.lit(GRADE_TASK, pl.Int64))
    return numbered(pl.concat([grade, shared]), "row_id", "owner_id", "task_id")


def make_course_tasks(aligned: pl.DataFrame, master_tasks: pl.DataFrame) -> pl.DataFrame:
    """course_task, linked to the course master's row of that task where there is one."""
    links = master_tasks.select(master_id="owner_id", task_id="task_id", parent_row_id="row_id")
    rows = aligned.join(links, on=["master_id", "task_id"], how="left")
    return numbered(rows.rename({"course_id": "owner_id"}), "row_id", "owner_id", "task_id")


# -- scores ------------------------------------------------------------------------------------------------


def make_scores(
    bundle: Bundle, results: pl.DataFrame, assignments: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """score, with `student` (sourcedId) for student_id, and `line`; findings.

    exempt: is_exempt; not submitted: is_missing, as grade books show it; graded, submitted or late: is_turned_in,
    late: is_late as well. The columns missing, late and incomplete (1.2) go before the status.

    Args:
        results: one row a line item and student.
    """
    status = pl.col("score_status").str.to_lowercase()
    scores = (
        results.join(assignments.select("assignment_id", line_item="item"), on="line_item")
        .with_columns(
            is_exempt=(status == "exempt").fill_null(False),
            is_missing=pl.coalesce("is_missing", status == "not submitted", pl.lit(False)),
            is_late=pl.coalesce("is_late", status == "late", pl.lit(False)),
            is_incomplete=pl.col("is_incomplete").fill_null(False),
            is_turned_in=status.is_in(_GRADED).fill_null(False),
        )
        .sort("assignment_id", "student")
    )
    odd = results.filter(status.is_not_null() & ~status.is_in(_STATUSES))
    column = bundle.column("results", "score_status")
    said = "the status is not known; the score was kept without it."
    found = [all_rows(odd, "warning", "unknown_status", "results.csv", column, pl.col("score_status"), said)]
    marks = results.filter(pl.col("points").is_null() & pl.col("text_score").is_not_null())
    column = bundle.column("results", "text_score")
    said = "the score is given as text alone; the row was kept without points."
    found.append(all_rows(marks, "warning", "text_score", "results.csv", column, pl.col("text_score"), said))
    users = bundle.frames.get("users")
    if users is not None:
        gone = results.join(users, left_on="student", right_on="key", how="anti")
        said = "the student is not in users.csv; the scores were kept, since they count as use of the setup."
        column = bundle.column("results", "student")
        found.append(all_rows(gone, "warning", "unknown_student", "results.csv", column, pl.col("student"), said))
    return scores, found
