"""The Open University Learning Analytics Dataset as tables of a district: real assessments, weights and scores.

A presentation of a module is a section, a registered student is enrolled. Every assessment has a weight of its own
within the coursework, and none within its type, so each is a category; exams are weighed apart, as the dataset's
description says, and are a task of their own. An assessment's weight is its multiplier as well, and a third task
takes all coursework as one pool: what comes out must be the same.

The dataset: Kuzilek, Hlosta, Zdrahal: Open University Learning Analytics dataset, Scientific Data 4:170171 (2017),
CC BY 4.0.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

COURSEWORK, EXAM, POOLED = 1, 2, 3
PRESENTATION = ["code_module", "code_presentation"]
PASSING = 40
"""A score below 40 is a fail."""


def read(folder: Path, name: str) -> pl.DataFrame:
    """A file as it is, all text; a question mark is how it says that there is nothing."""
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False, null_values=["?", ""])


def oulad_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables that a load takes. What a student has not handed in has no score: see `with_missing`."""
    presentations = (
        read(folder, "courses")
        .sort(PRESENTATION)
        .with_row_index("section_id", 1)
        .with_columns(pl.col("section_id").cast(pl.Int64), _begins())
    )
    assessments = (
        read(folder, "assessments")
        .join(presentations, on=PRESENTATION, how="left")
        .with_columns(pl.col("id_assessment").cast(pl.Int64), pl.col("weight").cast(pl.Decimal(9, 4)))
    )
    return {
        **_places(presentations),
        "section_category": assessments.select(
            row_id="id_assessment",
            owner_id="section_id",
            name=pl.format("{} {}", "assessment_type", "id_assessment"),
            weight="weight",
        ),
        "section_grade_calc": _options(presentations),
        "enrollment": read(folder, "studentRegistration")
        .join(presentations, on=PRESENTATION)
        .select("section_id", student_id=pl.col("id_student").cast(pl.Int64)),
        "assignment": assessments.select(
            assignment_id="id_assessment",
            section_id="section_id",
            category_row_id="id_assessment",
            due_date=pl.col("begins").dt.offset_by(pl.format("{}d", pl.col("date"))),
            points=pl.lit(100, pl.Decimal(9, 3)),
            multiplier="weight",
        ),
        "assignment_task": _tasks(assessments),
        "score": read(folder, "studentAssessment").select(
            assignment_id=pl.col("id_assessment").cast(pl.Int64),
            student_id=pl.col("id_student").cast(pl.Int64),
            points=pl.col("score").cast(pl.Decimal(9, 3)),
            is_missing=pl.lit(False),
            is_turned_in=pl.lit(True),
        ),
        "posted_grade": pl.DataFrame(
            schema={"section_id": pl.Int64, "student_id": pl.Int64, "task_id": pl.Int64, "term_seq": pl.Int32}
        ),
    }


def with_missing(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The same, where coursework that a registered student has not handed in is missing.

    Exams are left alone: of most of them the dataset has no results.
    """
    handed_in = tables["score"]
    coursework = tables["assignment_task"].filter(task_id=COURSEWORK)
    missing = (
        tables["enrollment"]
        .join(tables["assignment"].select("section_id", "assignment_id"), on="section_id")
        .join(coursework, on="assignment_id", how="semi")
        .join(handed_in, on=["assignment_id", "student_id"], how="anti")
        .select(
            "assignment_id",
            "student_id",
            points=pl.lit(None, pl.Decimal(9, 3)),
            is_missing=pl.lit(True),
            is_turned_in=pl.lit(False),
        )
    )
    return tables | {"score": pl.concat([handed_in, missing])}


def only(tables: dict[str, pl.DataFrame], section: int) -> dict[str, pl.DataFrame]:
    """One presentation alone."""
    assignments = tables["assignment"].filter(section_id=section)
    kept = tables | {
        name: rows.join(assignments, on="assignment_id", how="semi")
        for name, rows in tables.items()
        if "assignment_id" in rows.columns
    }
    for name in ("section", "enrollment"):
        kept[name] = tables[name].filter(section_id=section)
    for name in ("section_category", "section_grade_calc"):
        kept[name] = tables[name].filter(owner_id=section)
    return kept


def _begins() -> pl.Expr:
    """B begins in February, J in October."""
    code = pl.col("code_presentation")
    month = code.str.tail(1).replace_strict({"B": 2, "J": 10}, return_dtype=pl.Int8)
    return pl.date(code.str.head(4).cast(pl.Int32), month, 1).alias("begins")


def _places(presentations: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """A calendar and its one term for each presentation, as each has its own days."""
    named = presentations.with_columns(name=pl.format("{} {}", *PRESENTATION))
    return {
        "school": pl.DataFrame({"school_id": [1], "name": ["Open University"]}),
        "calendar": named.select(
            "name", calendar_id="section_id", school_id=pl.lit(1), end_year=pl.col("begins").dt.year() + 1
        ),
        "term": named.select(calendar_id="section_id", term_seq=pl.lit(1)),
        "course": named.select("name", course_id="section_id", calendar_id="section_id", number="code_module"),
        "section": named.select("section_id", course_id="section_id", number=pl.lit("1")),
        "grading_task": pl.DataFrame(
            {"task_id": [COURSEWORK, EXAM, POOLED], "name": ["Coursework", "Exam", "Pooled"]}
        ),
        "grading_scale": pl.DataFrame({"scale_id": [1], "name": ["Pass or fail"]}),
        "grading_scale_mark": pl.DataFrame(
            {
                "scale_id": [1, 1],
                "mark": ["Pass", "Fail"],
                "min_percent": [PASSING, 0],
                "is_passing": [True, False],
            }
        ),
    }


def _options(presentations: pl.DataFrame) -> pl.DataFrame:
    tasks = pl.DataFrame(
        {"task_id": [COURSEWORK, EXAM, POOLED], "weight_categories": [True, True, False]}
    ).with_columns(term_seq=pl.lit(1), calc_type=pl.lit("in_progress"), scale_id=pl.lit(1))
    return (
        presentations.select(owner_id="section_id").join(tasks, how="cross").with_row_index("row_id", 1)
    ).with_columns(pl.col("row_id").cast(pl.Int64))


def _tasks(assessments: pl.DataFrame) -> pl.DataFrame:
    is_exam = pl.col("assessment_type") == "Exam"
    aligned = [
        assessments.filter(is_exam if task == EXAM else ~is_exam).select(
            assignment_id="id_assessment", task_id=pl.lit(task), term_seq=pl.lit(1)
        )
        for task in (COURSEWORK, EXAM, POOLED)
    ]
    return pl.concat(aligned)
