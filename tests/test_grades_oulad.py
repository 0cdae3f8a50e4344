"""Real assessments and scores: every student has the weighted average that a few independent lines give."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from engine import tables_of
from grades_oracle import grades_of
from oulad import COURSEWORK, EXAM, PASSING, POOLED, PRESENTATION, only, oulad_tables, read, with_missing
from polars.testing import assert_frame_equal

import coursepush as cp

KEYS = ["student_id", "section_id", "task_id"]
ONE = 9
"""The presentation that the oracle calculates, one of 22: seven assessments marked by computer, six by tutors."""

IS_EXAM = pl.col("assessment_type") == "Exam"

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "oulad"


def tables(folder: Path, *, missing: bool) -> dict[str, pl.DataFrame]:
    return with_missing(oulad_tables(folder)) if missing else oulad_tables(folder)


def averages(folder: Path, *, missing: bool) -> pl.DataFrame:
    """Σ weight × score / Σ weight, straight from the files, in whole numbers.

    Over the scores that there are; with `missing`, coursework that was not handed in counts 0.
    """
    sections = read(folder, "courses").sort(PRESENTATION).with_row_index("section_id", 1)
    assessments = read(folder, "assessments").join(sections, on=PRESENTATION)
    scores = read(folder, "studentAssessment").with_columns(handed_in=True)
    sums = (
        read(folder, "studentRegistration")
        .join(assessments, on=PRESENTATION)
        .join(scores, on=["id_student", "id_assessment"], how="left")
        .filter(pl.col("score").is_not_null() | (pl.col("handed_in").is_null() & ~IS_EXAM & missing))
        .group_by(
            student_id=pl.col("id_student").cast(pl.Int64),
            section_id=pl.col("section_id").cast(pl.Int64),
            task_id=pl.when(IS_EXAM).then(EXAM).otherwise(COURSEWORK).cast(pl.Int64),
        )
        .agg(
            over=(tenths(pl.col("weight")) * pl.col("score").cast(pl.Int64).fill_null(0)).sum(),
            under=tenths(pl.col("weight")).sum(),
        )
        .filter(pl.col("under") > 0)
    )
    eight = (2 * 10**8 * pl.col("over") + pl.col("under")) // (2 * pl.col("under"))  # half up: none is below 0
    shown, hundredths = (eight + 5_000) // 10_000, (eight + 500_000) // 1_000_000
    mark = pl.when(hundredths >= 100 * PASSING).then(pl.lit("Pass")).otherwise(pl.lit("Fail"))
    return sums.select(*KEYS, percent=shown, mark=mark)


def tenths(weight: pl.Expr) -> pl.Expr:
    return (weight.cast(pl.Decimal(9, 1)) * 10).cast(pl.Int64)


def with_the_pool(expected: pl.DataFrame) -> pl.DataFrame:
    """The third task has the grades of the first."""
    coursework = expected.filter(task_id=COURSEWORK)
    return pl.concat([expected, coursework.with_columns(task_id=pl.lit(POOLED, pl.Int64))]).sort(KEYS)


def test_the_oracle_gives_the_weighted_averages_of_a_presentation(folder: Path) -> None:
    with cp.load_district(only(tables(folder, missing=False), ONE)) as district:
        grades = grades_of(tables_of(district.store)).grades
    assert len(grades) > 2_000
    given = pl.DataFrame(
        [(*key[:3], int(grade.percent * 10_000), grade.mark) for key, grade in grades.items()],
        schema=[*KEYS, "percent", "mark"],
        orient="row",
    )
    expected = averages(folder, missing=False).filter(section_id=ONE)
    assert_frame_equal(given.sort(KEYS), with_the_pool(expected))


@pytest.mark.parametrize("missing", [False, True], ids=["handed in", "the rest is missing"])
def test_every_students_grades_are_the_weighted_averages(folder: Path, missing: bool) -> None:
    with cp.load_district(tables(folder, missing=missing)) as district:
        given = district.grades()
    expected = with_the_pool(averages(folder, missing=missing))
    assert expected.filter(task_id=COURSEWORK)["student_id"].n_unique() > 20_000
    in_units = (pl.col("percent") * 10_000).cast(pl.Int64)
    assert_frame_equal(given.select(*KEYS, in_units, "mark").sort(KEYS), expected)
