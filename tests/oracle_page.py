"""What the page of a plan has to say, counted in plain Python from the plan's rows and the district's tables.

Shares no code with the package; what becomes of a row is told by :mod:`oracle_fates`. Read into the words where
they are short:

- A school is called by its name, or by its number where it has no name. Where two schools of the district have
  the same name, the number comes behind it.
- What is written to a course itself is hop 1; a section counts where hop 2 writes to it.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import oracle_fates

Row = dict[str, Any]
WRITES = ("insert", "update", "relink", "rename", "delete")


def school_names(tables: dict[str, list[Row]]) -> dict[int, str]:
    """What each school is called on a page, by id."""
    often = Counter(school["name"] for school in tables["school"])
    names: dict[int, str] = {}
    for school in tables["school"]:
        number = school["number"] or f"school {school['school_id']}"
        name = school["name"]
        names[school["school_id"]] = number if name is None else f"{name} ({number})" if often[name] > 1 else name
    return names


def is_written(row: Row) -> bool:
    return row["verdict"] in WRITES


def totals(rows: list[Row]) -> Row:
    written = [row for row in rows if is_written(row)]
    return {
        "written": len(written),
        "courses": len({row["course_id"] for row in written if row["hop"] == 1}),
        "sections": len({row["section_id"] for row in written if row["section_id"] is not None}),
        **oracle_fates.totals(rows),
    }


def by_place(rows: list[Row], tables: dict[str, list[Row]]) -> dict[tuple[str, str], Row]:
    """School and calendar → courses and sections written to, rows by what becomes of them, and by data type."""
    calendars = {one["calendar_id"]: one for one in tables["calendar"]}
    calendar_of = {one["course_id"]: calendars[one["calendar_id"]] for one in tables["course"]}
    schools = school_names(tables)
    places: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        calendar = calendar_of[row["course_id"]]
        places.setdefault((schools[calendar["school_id"]], calendar["name"]), []).append(row)
    return {
        place: {
            **totals(there),
            "elements": dict(Counter(row["element"] for row in there if is_written(row))),
            "fates": dict(Counter(oracle_fates.fate(row) for row in there if is_written(row))),
        }
        for place, there in places.items()
    }


def reasons(rows: list[Row], fate: str) -> dict[str | None, tuple[int, int]]:
    """Reason → rows and courses, of those that have a fate."""
    chosen = [row for row in rows if oracle_fates.fate(row) == fate]
    return {
        reason: (
            sum(row["reason"] == reason for row in chosen),
            len({row["course_id"] for row in chosen if row["reason"] == reason}),
        )
        for reason in {row["reason"] for row in chosen}
    }


def renamed(rows: list[Row]) -> list[tuple[int, int | None, str, str]]:
    """Course, section, old name and new name of each category that a plan renames."""
    return [
        (row["course_id"], row["section_id"], json.loads(row["before"])["name"], json.loads(row["after"])["name"])
        for row in rows
        if row["verdict"] == "rename"
    ]


def duplicate_numbers(rows: list[Row]) -> set[int]:
    """Courses that do not get their course master's number because another course has it or would have it."""
    return {row["course_id"] for row in rows if row["reason"] == "duplicate_number"}
