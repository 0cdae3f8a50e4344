"""Residual Data, read off the rules once more, a row at a time: which rows, and whose work uses them.

Which rows: what an overwrite push of everything, to sections, would keep as residual or set to No Calculation,
whatever keeps a push away from a course.
"""

from __future__ import annotations

from typing import Any

import oracle
from engine import Tables

COUNTS = (
    "assignments",
    "inactive_assignments",
    "scores",
    "posted_grades",
    "comments",
    "students",
    "other_students",
)
"""What of a row :meth:`ExpectedResidual.rows` counts."""


class ExpectedResidual:
    """Walks every course and section of a district, row by row.

    After :meth:`rows`, by the same keys: `users` (section → the students there who use the row), and `course_of`.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.district = oracle.District(tables)
        self.scores: dict[int, list[dict[str, Any]]] = {}
        for score in tables["score"]:
            self.scores.setdefault(score["assignment_id"], []).append(score)
        self.work: dict[int, list[dict[str, Any]]] = {}
        for row in tables["assignment_task"]:
            self.work.setdefault(row["assignment_id"], []).append(row)
        self.users: dict[tuple[Any, ...], dict[int, set[int]]] = {}
        self.course_of: dict[tuple[Any, ...], int] = {}

    def rows(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        for course in self.tables["course"]:
            after = oracle.CourseAfter(self.district, course)
            sections = self.district.sections_of[course["course_id"]]
            for element in oracle.ELEMENTS if course["master_id"] else ():
                locks = {*oracle.ELEMENTS, "composite_weights"}
                for one in oracle.push_element_to_course(self.district, course, element, locks, True, after):
                    if one.reason in ("residual", "residual_task"):
                        self._add(found, "course", element, course, one, sections)
            tasks, terms = after.tasks(), self.district.terms_of[course["calendar_id"]]
            for element in oracle.SECTION_ELEMENTS:
                spec = oracle.ELEMENTS[element]
                upper = oracle.want(spec, after.upper[element], tasks, terms)
                for section in sections:
                    place = section["section_id"]
                    outcomes = oracle.push_element_to_section(self.district, place, element, upper, terms, True)
                    for one in outcomes:
                        if one.reason == "residual":
                            self._add(found, "section", element, course, one, [section])
        return found

    def _add(
        self,
        found: dict[tuple[Any, ...], dict[str, Any]],
        level: str,
        element: str,
        course: dict[str, Any],
        outcome: Any,
        sections: list[dict[str, Any]],
    ) -> None:
        key = (level, element, outcome.row["row_id"])
        found[key] = self._entry(oracle.ELEMENTS[element], key, outcome.row, outcome.link, sections)
        self.course_of[key] = course["course_id"]

    def _entry(
        self, spec: Any, key: tuple[Any, ...], row: dict[str, Any], link: str, sections: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """The counts of what uses one row."""
        ids = {section["section_id"] for section in sections}
        assignments = [
            one
            for one in self.tables["assignment"]
            if one["section_id"] in ids and self._uses(spec, key[0], row, one)
        ]
        scores = [score for one in assignments for score in self.scores.get(one["assignment_id"], [])]
        grades = [
            grade
            for grade in self.tables["posted_grade"]
            if grade["section_id"] in ids
            and spec.stem != "category"
            and self._names(spec, row, grade["task_id"], grade["term_seq"])
            and any(grade[column] is not None for column in ("mark", "percent", "comment"))
        ]
        users: dict[int, set[int]] = {section: set() for section in ids}
        for one in assignments:
            users[one["section_id"]] |= {
                score["student_id"] for score in self.scores.get(one["assignment_id"], [])
            }
        for grade in grades:
            users[grade["section_id"]].add(grade["student_id"])
        self.users[key] = users
        return {
            "link": link,
            "assignments": len(assignments),
            "inactive_assignments": sum(not one["is_active"] for one in assignments),
            "scores": len(scores),
            "posted_grades": len(grades),
            "comments": sum(one["comment"] is not None for one in (*scores, *grades)),
            "students": len({one["student_id"] for one in (*scores, *grades)}),
            "other_students": len(
                {one["student_id"] for one in self.tables["enrollment"] if one["section_id"] in ids}
                - {one["student_id"] for one in (*scores, *grades)}
            ),
        }

    def _uses(self, spec: Any, level: str, row: dict[str, Any], assignment: dict[str, Any]) -> bool:
        if spec.stem == "category":
            if level == "section":
                return assignment["category_row_id"] == row["row_id"]
            filled = self.district.by_id["section_category"].get(assignment["category_row_id"])
            return filled is not None and filled["parent_row_id"] == row["row_id"]
        if not assignment["is_active"] and assignment["assignment_id"] not in self.scores:
            return False
        work = self.work.get(assignment["assignment_id"], [])
        return any(self._names(spec, row, one["task_id"], one["term_seq"]) for one in work)

    @staticmethod
    def _names(spec: Any, row: dict[str, Any], task: int, term: int) -> bool:
        if spec.stem == "composite":
            return (task, term) in (
                (row["task_id"], row["term_seq"]),
                (row["child_task_id"], row["child_term_seq"]),
            )
        if task != row.get("task_id"):
            return False
        if spec.stem == "task":
            return True
        start = row["cumulative_from_term_seq"]
        return term == row["term_seq"] or (start is not None and start <= term <= row["term_seq"])
