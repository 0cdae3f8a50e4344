"""Golden cases of in-progress grades, all in one district: `coursepush.load_district(grade_cases.tables())`."""

from __future__ import annotations

import grade_cases_composites  # noqa: F401  each module's cases come with it
import grade_cases_kept  # noqa: F401
import grade_cases_marks  # noqa: F401
import grade_cases_scores  # noqa: F401
import grade_cases_sums  # noqa: F401
import polars as pl
from grade_sections import Key, all_cases

_CASES = all_cases()

EXPECTED: dict[Key, tuple[str | None, str | None]] = _CASES.expected
"""(student, section, task, term) → the percent at 4 decimals and the mark; no percent: there is no grade."""

NOT_COMPUTED, CYCLIC = _CASES.not_computed, _CASES.cyclic
"""The (section, task, term) of each."""

CASE_OF: dict[int, str] = _CASES.names
"""section → the name of its case."""


def tables() -> dict[str, pl.DataFrame]:
    return _CASES.tables()
