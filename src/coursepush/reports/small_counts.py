"""Small counts of students, hidden in what leaves the district (MODEL.md 10)."""

from __future__ import annotations

import polars as pl

SMALL = 10
"""A count of students below this is hidden, and one that leaves fewer than this out."""

FEW = f"<{SMALL}"
"""What stands in the place of a hidden count of students."""

HIDDEN = "hidden"
"""What stands in the place of the counts beside it."""

COUNTS = ("scores", "posted_grades", "comments", "students")
"""Columns that count students or what each of them has; assignments and setup rows are counted openly."""

NOTE = (
    f"“{FEW}” students: fewer than {SMALL}, or all but fewer than {SMALL}. Counts that say “{HIDDEN}” are those "
    "from which such a small count on the same course could be worked out."
)


def without_small_counts(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with :data:`COUNTS` as text, small ones hidden, and without `other_students`.

    Rows of one course and its sections count the same students: so that none can be worked out from the others,
    a course's counts are all shown, or none. No page shows a total of them. No scores, grades or comments at all
    are nobody's, and hide nothing.

    Args:
        frame: has `course_id`, :data:`COUNTS` and `other_students` (how many of those enrolled are not counted;
            null where that is not known).
    """
    few = (pl.col("students") < SMALL) | (pl.col("other_students") < SMALL).fill_null(True)
    little = pl.any_horizontal(pl.col(name).is_between(1, SMALL - 1) for name in COUNTS)
    hides = (few | little).any().over("course_id")
    shown = [
        pl.when(hides)
        .then(pl.when(few).then(pl.lit(FEW)).otherwise(pl.lit(HIDDEN)) if name == "students" else pl.lit(HIDDEN))
        .otherwise(pl.col(name).cast(pl.String))
        .alias(name)
        for name in COUNTS
    ]
    return frame.with_columns(shown).drop("other_students")
