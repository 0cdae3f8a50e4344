"""What students' work uses (RULES.md 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .frames import Frames
from .pairing import Mask, is_in


@dataclass(frozen=True)
class Work:
    """`on_section`, `on_course`: owner_id, task_id, term_seq with work on them, once each.

    `filled`: ids of section categories that have an assignment; `filled_below`: owner_id (a course) and
    row_id of the course categories from which a category with an assignment came.
    """

    on_section: pd.DataFrame
    on_course: pd.DataFrame
    filled: pd.Series[int]
    filled_below: pd.DataFrame

    @classmethod
    def of(cls, tables: Frames, sections: pd.DataFrame) -> Work:
        """The work in `sections` (section_id, course_id)."""
        assignment = tables["assignment"]
        assignment = assignment[assignment["section_id"].isin(sections["section_id"])]
        inactive = assignment.loc[~assignment["is_active"], "assignment_id"]
        score = tables["score"]["assignment_id"]
        scored = score[score.isin(inactive)]
        counting = assignment[assignment["is_active"] | assignment["assignment_id"].isin(scored)]
        assigned = tables["assignment_task"].merge(counting[["assignment_id", "section_id"]], on="assignment_id")
        posted = tables["posted_grade"]
        says_something = posted["mark"].notna() | posted["percent"].notna() | posted["comment"].notna()
        posted = posted[says_something & posted["section_id"].isin(sections["section_id"])]

        columns = ["section_id", "task_id", "term_seq"]
        on_section = pd.concat([part[columns].drop_duplicates() for part in (assigned, posted)]).drop_duplicates()
        on_course = on_section.merge(sections[["section_id", "course_id"]], on="section_id")
        on_course = on_course[["course_id", "task_id", "term_seq"]].drop_duplicates()

        filled = assignment["category_row_id"].dropna().drop_duplicates().astype("int64")
        below = tables["section_category"]
        below = below[below["parent_row_id"].notna() & below["row_id"].isin(filled)]
        below = below.merge(sections, left_on="owner_id", right_on="section_id")
        filled_below = pd.DataFrame(
            {"owner_id": below["course_id"], "row_id": below["parent_row_id"].astype("int64")}
        )
        return cls(
            on_section.rename(columns={"section_id": "owner_id"}),
            on_course.rename(columns={"course_id": "owner_id"}),
            filled,
            filled_below,
        )

    def uses(self, family: str, rows: pd.DataFrame, *, on_sections: bool) -> Mask:
        """Which setup rows are used, of sections or of courses."""
        work = self.on_section if on_sections else self.on_course
        if family == "task":
            return is_in(rows, ["owner_id", "task_id"], work, ["owner_id", "task_id"])
        if family == "category":
            if on_sections:
                return rows["row_id"].isin(self.filled).to_numpy()
            return is_in(rows, ["owner_id", "row_id"], self.filled_below, ["owner_id", "row_id"])
        named = ["owner_id", "task_id", "term_seq"]
        if family == "composite":
            child = is_in(rows, ["owner_id", "child_task_id", "child_term_seq"], work, named)
            return is_in(rows, named, work, named) | child
        if family == "grade_calc":
            return is_in(rows, named, work, named) | _is_worked_on_since(rows, work)
        return np.zeros(len(rows), dtype=bool)  # an assessment is never used


def _is_worked_on_since(rows: pd.DataFrame, work: pd.DataFrame) -> Mask:
    """Which cumulative options have work on their task in a term from the one they count from to their own."""
    asked = rows[["owner_id", "task_id", "term_seq", "cumulative_from_term_seq"]].reset_index(drop=True)
    asked = asked[asked["cumulative_from_term_seq"].notna()].reset_index(names="at")
    found = asked.merge(work, on=["owner_id", "task_id"], suffixes=("", "_worked"))
    term = found["term_seq_worked"]
    found = found[(term >= found["cumulative_from_term_seq"]) & (term <= found["term_seq"])]
    used = np.zeros(len(rows), dtype=bool)
    used[found["at"].to_numpy()] = True
    return used
