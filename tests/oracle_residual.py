"""Residual Data, read off the rules once more, a row at a time: which rows, and whose work uses them."""

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
            for element, spec in oracle.ELEMENTS.items():
                above = self.district.rows("master", element, course["master_id"]) if course["master_id"] else []
                present = self.district.rows("course", element, course["course_id"])
                links = {row["row_id"]: self.district.course_link(spec, course, row) for row in present}
                for row, link in self._extra(spec, above, present, links, "broken"):
                    if self.district.used_on_course(spec, course, row):
                        sections = self.district.sections_of[course["course_id"]]
                        key = ("course", element, row["row_id"])
                        found[key] = self._entry(spec, key, row, link, sections)
                        self.course_of[key] = course["course_id"]
            for section in self.district.sections_of[course["course_id"]]:
                for element in oracle.SECTION_ELEMENTS:
                    spec = oracle.ELEMENTS[element]
                    above = self._met(section, self.district.rows("course", element, course["course_id"]))
                    present = self.district.rows("section", element, section["section_id"])
                    links = {r["row_id"]: "local" if r["parent_row_id"] is None else "orphan" for r in present}
                    for row, link in self._extra(spec, above, present, links, "orphan"):
                        if self.district.used_on_section(spec, section["section_id"], row):
                            key = ("section", element, row["row_id"])
                            found[key] = self._entry(spec, key, row, link, [section])
                            self.course_of[key] = course["course_id"]
        return found

    def _met(self, section: dict[str, Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Without rows for a term of the calendar in which the section does not meet (RULES.md 5.1)."""
        meets = self.district.meets_in.get(section["section_id"])
        calendar = self.district.courses[section["course_id"]]["calendar_id"]
        terms = {row["term_seq"] for row in self.tables["term"] if row["calendar_id"] == calendar}
        return [row for row in rows if not meets or row.get("term_seq") not in terms - meets]

    def _extra(
        self, spec: Any, above: list[Any], present: list[Any], links: dict[int, str], mismatch: str
    ) -> list[tuple[dict[str, Any], str]]:
        wanted = [oracle.Wanted(row["row_id"], row["owner_id"], oracle.values_of(spec, row)) for row in above]
        pairs = oracle.pair(spec, wanted, present, links, mismatch)
        return [(row, link) for upper, row, link in pairs if upper is None and link in ("local", "orphan")]

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
