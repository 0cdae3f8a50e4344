"""How many students a report counts, in words that give no small count away (MODEL.md 10)."""

from __future__ import annotations

import polars as pl

SMALL = 10
"""A course on which fewer students than this are counted somewhere, but any, is hidden."""

MANY = f"{SMALL} or more"
"""What stands in the place of a count of students."""

HIDDEN = "hidden"
"""What stands in its place on a course that is hidden."""

SOME, NONE = "some", "none"
"""What stands in the place of the counts of what students have; none at all is nobody's."""

WORK = ("scores", "posted_grades", "comments")
"""Columns that count what students have."""

COUNTS = (*WORK, "students")
"""Columns that are told in words; assignments and setup rows are counted openly."""

KEPT_BACK = ("other_students", "is_hidden")
"""Columns that are not shown at all."""

NOTE = (
    f"How many students use a row is said in words: “{MANY}”, or “{HIDDEN}” for all rows of a course and its "
    f"sections where fewer than {SMALL} students of a section use one of them."
)


def without_small_counts(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with :data:`COUNTS` as words, and without :data:`KEPT_BACK`.

    Each row is told by itself: what is hidden was decided with all rows of its course, before any filter. Nothing
    is shown that bounds a count of students from above, so none can be worked out from any set of pages.

    Args:
        frame: has :data:`COUNTS` and `is_hidden`.
    """
    in_words = [pl.when(pl.col(name) > 0).then(pl.lit(SOME)).otherwise(pl.lit(NONE)).alias(name) for name in WORK]
    students = (
        pl.when(pl.col("students") == 0)
        .then(pl.lit(NONE))
        .when(pl.col("is_hidden").fill_null(True))
        .then(pl.lit(HIDDEN))
        .otherwise(pl.lit(MANY))
        .alias("students")
    )
    return frame.with_columns(*in_words, students).drop(KEPT_BACK, strict=False)
