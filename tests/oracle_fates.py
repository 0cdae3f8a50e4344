"""What becomes of the rows of a plan, told in plain Python from RULES.md 6.1, over what ``plan.rows()`` gives.

Shares no code with the package. A row is a dict with at least hop, verdict, reason, link, before and after.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

Row = dict[str, Any]

FATES = ("disappears", "other_values", "renamed", "linked_again", "added", "stays", "could_not")
WRITTEN = FATES[:5]


def fate(row: Row) -> str:
    """The one fate of a row."""
    verdict, reason = row["verdict"], row["reason"]
    if verdict == "relink":
        return "linked_again" if _values(row["before"]) == _values(row["after"]) else "other_values"
    if verdict == "keep":
        kept_by = ("residual", "changed_since", "used_since", "key_taken")
        return "could_not" if reason in kept_by else "stays"
    if verdict == "skip":
        return "stays" if reason in ("not_selected", "not_spread") else "could_not"
    return {
        "insert": "added",
        "update": "other_values",
        "rename": "renamed",
        "delete": "disappears",
        "fail": "could_not",
    }[verdict]


def made_by(row: Row) -> str:
    """Who made it: of a row that stands where it was made, the school or the teacher."""
    if row["link"] != "local":
        return "district"
    return {1: "school", 2: "teacher"}[row["hop"]]


def totals(rows: list[Row]) -> dict[str, int]:
    """Every fate, and how many rows have it."""
    found = Counter(fate(row) for row in rows)
    assert sum(found.values()) == len(rows)
    return {name: found[name] for name in FATES}


def counts(rows: list[Row]) -> Counter[tuple[int, str, str, str]]:
    """Hop, data type, fate and who made it → rows."""
    return Counter((row["hop"], row["element"], fate(row), made_by(row)) for row in rows)


def by_owner(rows: list[Row], tables: dict[str, list[Row]], who: str) -> dict[int | None, dict[str, int]]:
    """The id of each school (of every row) or teacher (of rows of hop 2) → its totals. None is nobody's."""
    calendars = {one["calendar_id"]: one["school_id"] for one in tables["calendar"]}
    schools = {one["course_id"]: calendars[one["calendar_id"]] for one in tables["course"]}
    teachers: dict[int | None, int | None] = {one["section_id"]: one["teacher_id"] for one in tables["section"]}
    groups: dict[int | None, list[Row]] = {}
    for row in rows:
        if who == "school":
            groups.setdefault(schools[row["course_id"]], []).append(row)
        elif row["hop"] == 2:
            groups.setdefault(teachers.get(row["section_id"]), []).append(row)
    return {owner: totals(theirs) for owner, theirs in groups.items()}


def _values(text: str | None) -> Any:
    return None if text is None else json.loads(text)
