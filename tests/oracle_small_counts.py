"""What Residual Data says of students where it is shown, read off MODEL.md 10 once more, in plain Python."""

from __future__ import annotations

from typing import Any

from engine import Tables
from oracle_residual import ExpectedResidual

FEWEST = 10


def said_of_students(tables: Tables) -> dict[tuple[str, str, int], dict[str, str]]:
    """(level, element, row_id) → what stands in each column that tells of students' work, on every page alike."""
    expected = ExpectedResidual(tables)
    rows = expected.rows()
    hidden = hidden_courses(expected)
    said: dict[tuple[Any, ...], dict[str, str]] = {}
    for key, row in rows.items():
        said[key] = {name: "some" if row[name] else "none" for name in ("scores", "posted_grades", "comments")}
        if row["students"] == 0:
            said[key]["students"] = "none"
        elif expected.course_of[key] in hidden:
            said[key]["students"] = "hidden"
        else:
            assert row["students"] >= FEWEST, "a course that is not hidden has nobody few in any section"
            said[key]["students"] = "10 or more"
    return said


def hidden_courses(expected: ExpectedResidual) -> set[int]:
    """Courses on which, in one of the sections, 1 to 9 students use one of the rows."""
    return {
        expected.course_of[key]
        for key, users in expected.users.items()
        if any(1 <= len(students) < FEWEST for students in users.values())
    }
