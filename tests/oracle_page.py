"""What the page of a plan has to say, counted in plain Python from the plan's rows and the district's tables.

Shares no code with the package. Read into the words where they are short:

- "Could not be pushed" is as RULES.md 6 has it. Of an undo it is what cannot go back: every `keep`.
- "Left as it is" is every other row that is not written: `keep` and `skip` that RULES.md does not count among
  what could not be pushed.
- What schools and teachers made and would lose: `delete` and `relink` with link = local (RULES.md 6). A
  mere link (`key_match`) takes nothing away, and an undo takes away only what its push brought.
- What stays residual is what has that for its reason, renamed or not: `residual` and `residual_task`.
- A school is called by its name, or by its number where it has no name. Where two schools of the district have
  the same name, the number comes behind it.
- What is written to a course itself is hop 1; a section counts where hop 2 writes to it.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

Row = dict[str, Any]
WRITES = ("insert", "update", "relink", "rename", "delete")
PUSH, LINKS, UNDO = "push", "links", "undo"


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


def could_not(row: Row, kind: str = PUSH) -> bool:
    verdict, reason = row["verdict"], row["reason"]
    if kind == UNDO:
        return verdict == "keep"
    if verdict == "fail":
        return True
    if verdict == "skip":
        return reason not in ("not_selected", "not_spread")
    if verdict == "keep":
        return reason == "residual"
    return verdict == "rename" and reason not in (None, "course_managed", "teacher_managed")


def is_left(row: Row, kind: str = PUSH) -> bool:
    return row["verdict"] in ("keep", "skip", "fail") and not could_not(row, kind)


def is_lost(row: Row, kind: str = PUSH) -> bool:
    return (
        kind == PUSH
        and row["verdict"] in ("delete", "relink")
        and row["link"] == "local"
        and row["reason"] != "key_match"
    )


def stays(row: Row) -> bool:
    return row["reason"] in ("residual", "residual_task")


def totals(rows: list[Row], kind: str = PUSH) -> Row:
    written = [row for row in rows if is_written(row)]
    return {
        "written": len(written),
        "could_not": sum(could_not(row, kind) for row in rows),
        "left": sum(is_left(row, kind) for row in rows),
        "lost": sum(is_lost(row, kind) for row in rows),
        "residual": sum(stays(row) for row in rows) if kind == PUSH else 0,
        "courses": len({row["course_id"] for row in written if row["hop"] == 1}),
        "sections": len({row["section_id"] for row in written if row["section_id"] is not None}),
    }


def by_place(rows: list[Row], tables: dict[str, list[Row]], kind: str = PUSH) -> dict[tuple[str, str], Row]:
    """School and calendar → courses and sections written to, rows by what becomes of them, and by data type."""
    calendars = {one["calendar_id"]: one for one in tables["calendar"]}
    calendar_of = {one["course_id"]: calendars[one["calendar_id"]] for one in tables["course"]}
    schools = school_names(tables)
    places: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        calendar = calendar_of[row["course_id"]]
        places.setdefault((schools[calendar["school_id"]], calendar["name"]), []).append(row)
    found: dict[tuple[str, str], Row] = {}
    for place, there in places.items():
        line = totals(there, kind)
        del line["residual"]
        line["lost_school"] = sum(is_lost(row, kind) and row["hop"] == 1 for row in there)
        line["lost_teacher"] = sum(is_lost(row, kind) and row["hop"] == 2 for row in there)
        line["elements"] = dict(Counter(row["element"] for row in there if is_written(row)))
        line["verdicts"] = dict(Counter(row["verdict"] for row in there if is_written(row)))
        found[place] = line
    return found


def lost(rows: list[Row], kind: str = PUSH) -> dict[tuple[int, str], tuple[int, int]]:
    """Hop and data type → how many rows of schools (1) and teachers (2) are removed, and taken over."""
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for row in rows:
        if is_lost(row, kind):
            removed, taken = found.get((row["hop"], row["element"]), (0, 0))
            goes = row["verdict"] == "delete"
            found[row["hop"], row["element"]] = (removed + goes, taken + (not goes))
    return found


def residual(rows: list[Row]) -> Counter[tuple[int, str, str]]:
    """Hop, data type and reason → rows that stay though nothing like them is set up above."""
    return Counter((row["hop"], row["element"], row["reason"]) for row in rows if stays(row))


def reasons(rows: list[Row], kind: str, which: str) -> dict[str | None, tuple[int, int]]:
    """Reason → rows and courses, of what `could_not` be pushed or is `left` as it is."""
    chosen = [row for row in rows if (could_not if which == "could_not" else is_left)(row, kind)]
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
