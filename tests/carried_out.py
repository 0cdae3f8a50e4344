"""The district as its source has it after the source's own push: on some courses, new rows under its own ids."""

from __future__ import annotations

import copy
import random
from typing import Any

import polars as pl
from engine import Tables, frame_of

from coursepush.model.tables import TABLES

LOWER = [name for name in TABLES if name.startswith(("course_", "section_")) and name != "course_master"]
SETUP_BELOW = [name for name in LOWER if name != "section_term"]


def frames(tables: Tables) -> dict[str, pl.DataFrame]:
    return {name: frame_of(TABLES[name], rows) for name, rows in tables.items()}


def carried_out(before: Tables, after: Tables, courses: set[int], chance: random.Random) -> Tables:
    """The district as the source has it once it pushed to these courses: rows that it added have its own ids."""
    tables = copy.deepcopy(before)
    owner = {row["section_id"]: row["course_id"] for row in before["section"]}

    def is_pushed(name: str, row: dict[str, Any]) -> bool:
        return (owner[row["owner_id"]] if name.startswith("section_") else row["owner_id"]) in courses

    new_ids: dict[tuple[str, int], int] = {}
    for name in SETUP_BELOW:
        known = {row["row_id"] for row in before[name]}
        added = [row["row_id"] for row in after[name] if row["row_id"] not in known and is_pushed(name, row)]
        chance.shuffle(added)
        below = before.get(name.replace("course_", "section_"), []) if name.startswith("course_") else []
        largest = max([*known, *(row["parent_row_id"] or 0 for row in below), 0])
        for place, row_id in enumerate(added, start=1):
            new_ids[name, row_id] = largest + place
    for name in SETUP_BELOW:
        upper = name.replace("section_", "course_")
        rows = [row for row in before[name] if not is_pushed(name, row)]
        for row in copy.deepcopy(after[name]):
            if is_pushed(name, row):
                row["row_id"] = new_ids.get((name, row["row_id"]), row["row_id"])
                if name.startswith("section_"):
                    row["parent_row_id"] = new_ids.get((upper, row["parent_row_id"]), row["parent_row_id"])
                rows.append(row)
        tables[name] = sorted(rows, key=lambda row: row["row_id"])
    for name, key in (("course", "course_id"), ("section", "course_id")):
        pushed = {row[TABLES[name].key[0]]: row for row in after[name]}
        tables[name] = [
            copy.deepcopy(pushed[row[TABLES[name].key[0]]]) if row[key] in courses else row for row in before[name]
        ]
    fields = [row for row in before["custom_field"] if row["level"] == "master" or row["owner_id"] not in courses]
    fields += [row for row in after["custom_field"] if row["level"] == "course" and row["owner_id"] in courses]
    tables["custom_field"] = sorted(fields, key=lambda row: (row["level"], row["owner_id"], row["field"]))
    return tables
