"""Course Status once more, a course and a row at a time, from the text of RULES.md 2, 3 and 8.

Where the text is silent: rows of weights alone are no rows of composite grades (their structure is locked by
the lock of composite grades); use that is not known keeps a row residual, as it keeps a push from removing it.
A filter by data type changes no status: it keeps the courses that have rows of these data types to count, and
counts those alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import oracle

Row = dict[str, Any]
Tables = dict[str, list[Row]]

LABELS = {
    "grading_tasks": "Grading Tasks",
    "standards": "Standards",
    "assessments": "Assessments",
    "categories": "Categories",
    "composite_grades": "Composite Grades",
    "grade_calc_options": "Grade Calc Options",
}
COLUMNS = (
    "catalog", "year", "school", "calendar", "course_number", "course_name", "master_number", "master_name",
    "status", "ignore_master_push", "master_is_active", "broken", "local", "residual", "elements",
    "course_id", "master_id",
)  # fmt: skip


def has_setup(tables: Tables, master_id: int) -> bool:
    """Whether a course master has any row of setup."""
    setup = [rows for name, rows in tables.items() if name.startswith("master_")]
    return any(row["owner_id"] == master_id for rows in setup for row in rows)


def course_statuses(tables: Tables, unknown: bool = False, asked: Collection[str] | None = None) -> dict[int, Row]:
    """Each course that has a course master: the report's columns but its sentences and their codes.

    `unknown`: the tables of students' work were not loaded (and are empty). `asked`: the data types of a filter.
    """
    d = oracle.District(tables)
    locks = {(row["catalog_id"], row["lock"]) for row in tables["catalog_lock"]}
    catalogs = {row["catalog_id"]: row["name"] for row in tables["catalog"]}
    calendars = {row["calendar_id"]: row for row in tables["calendar"]}
    schools = _school_names(tables)
    found: dict[int, Row] = {}
    for course in tables["course"]:
        if course["master_id"] is None:
            continue
        master = d.masters[course["master_id"]]
        states: dict[str, list[str]] = {"broken": [], "local": [], "residual": []}  # the element of each row
        for element in LABELS:
            if (master["catalog_id"], element) in locks:
                for state in _states(d, course, master, element, unknown):
                    states[state].append(element)
        counts = {state: len(elements) for state, elements in states.items()}
        if counts["broken"]:
            status, named = "desynced", set(states["broken"])
        else:
            managed = counts["local"] or counts["residual"] or course["ignore_master_push"]
            follows = "linked" if has_setup(tables, master["master_id"]) else "no_setup"
            status = "course_controlled" if managed else follows
            named = {*states["local"], *states["residual"]}
        if asked is not None:
            named &= set(asked)
            counts = {state: sum(one in asked for one in elements) for state, elements in states.items()}
            if not named:
                continue
        calendar = calendars[course["calendar_id"]]
        found[course["course_id"]] = {
            "catalog": catalogs[master["catalog_id"]],
            "year": calendar["end_year"],
            "school": schools[calendar["school_id"]],
            "calendar": calendar["name"],
            "course_number": course["number"],
            "course_name": course["name"],
            "master_number": master["number"],
            "master_name": master["name"],
            "status": status,
            "ignore_master_push": course["ignore_master_push"],
            "master_is_active": master["is_active"],
            **counts,
            "elements": ", ".join(label for element, label in LABELS.items() if element in named) or None,
            "course_id": course["course_id"],
            "master_id": master["master_id"],
        }
    return found


def _school_names(tables: Tables) -> dict[int, str]:
    """Schools of one name are told apart by their numbers."""
    often = Counter(row["name"] for row in tables["school"])
    named: dict[int, str] = {}
    for row in tables["school"]:
        number = row["number"] or f"school {row['school_id']}"
        doubled = f"{row['name']} ({number})" if often[row["name"]] > 1 else row["name"]
        named[row["school_id"]] = doubled if row["name"] else number
    return named


def _states(d: oracle.District, course: Row, master: Row, element: str, unknown: bool) -> Iterator[str]:
    """Broken, local or residual, for each row of the course that is one of these."""
    spec = oracle.ELEMENTS[element]
    wanted = [
        oracle.Wanted(row["row_id"], row["owner_id"], oracle.values_of(spec, row))
        for row in d.rows("master", element, master["master_id"])
    ]
    present = d.rows("course", element, course["course_id"])
    links = {row["row_id"]: d.course_link(spec, course, row) for row in present}
    for upper, row, link in oracle.pair(spec, wanted, present, links, "broken"):
        if row is None:
            continue
        if link in ("broken", "local"):
            yield link
        elif link == "orphan" and upper is None:
            never = spec.stem == "assessment"
            if d.used_on_course(spec, course, row) or (unknown and not never):
                yield "residual"


def stays_desynced(verdicts: list[Row]) -> set[int]:
    """The courses of an overwrite push that it leaves desynced: some broken row is neither relinked nor removed,
    or the course is skipped whole."""
    return {
        row["course_id"]
        for row in verdicts
        if row["hop"] == 1
        and (row["element"] == "*" or (row["link"] == "broken" and row["verdict"] not in ("relink", "delete")))
    }
