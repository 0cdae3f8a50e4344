"""What a source may show after its own push: some of it done, some not, and other hands in it meanwhile."""

from __future__ import annotations

import copy
import random
from typing import Any

from carried_out import SETUP_BELOW, carried_out
from engine import Tables, store_of, tables_of
from random_districts import make_district, make_request

from coursepush.apply.apply import apply_plan
from coursepush.plan.door import plan_request
from coursepush.plan.plan import Plan
from coursepush.store import Store

Row = dict[str, Any]


def pushed_tables(store: Store, plan: Plan) -> Tables:
    """The tables once `plan` was applied; the store itself stays as it is."""
    copied = store_of(tables_of(store))
    with copied.reading() as session:
        again = plan_request(copied, session, plan.request)
    apply_plan(copied, again)
    after = tables_of(copied)
    copied.close()
    return after


def shown_later(before: Tables, after: Tables, chance: random.Random) -> Tables:
    """`before` with the push from there to `after` done on some courses, not all of it, and with other changes."""
    courses = sorted(row["course_id"] for row in before["course"])
    done = {course for course in courses if chance.random() < 0.75}
    tables = copy.deepcopy(carried_out(before, after, done, chance))
    owner = {row["section_id"]: row["course_id"] for row in before["section"]}
    for name in SETUP_BELOW:
        of = (lambda row: owner[row["owner_id"]]) if name.startswith("section_") else (lambda row: row["owner_id"])
        left_out = {course for course in done if chance.random() < 0.2}
        rows = [row for row in tables[name] if of(row) not in left_out]
        tables[name] = rows + [copy.deepcopy(row) for row in before[name] if of(row) in left_out]
    for row in tables["course"]:
        if chance.random() < 0.2:
            row["state_code"] = chance.choice((None, "KG", "V9"))
        if chance.random() < 0.1:
            row["name"] = "Zoology"
    for row in tables["section"]:
        if chance.random() < 0.15:
            row["is_advisory"] = chance.choice((None, True, False))
    for row in tables["custom_field"]:
        if row["level"] == "course" and chance.random() < 0.2:
            row["value"] = chance.choice((None, "green"))
    _edit_rows(tables, chance)
    _take_away(tables, chance)
    _settle_numbers(before, tables)
    return tables


def _edit_rows(tables: Tables, chance: random.Random) -> None:
    used = {row["category_row_id"] for row in tables["assignment"]}
    columns = {"task": "sequence", "category": "drop_lowest", "composite": "weight", "grade_calc": "last_n"}
    for name in SETUP_BELOW:
        column = columns.get(name.partition("_")[2])
        kept: list[Row] = []
        for row in tables[name]:
            fate = chance.random()
            if fate < 0.04 and row["row_id"] not in used:
                continue
            if fate < 0.1 and column is not None:
                row[column] = (row[column] or 0) + 1
            elif fate < 0.14:
                row["parent_row_id"] = None
            elif fate < 0.18 and name.endswith("_category"):
                row["name"] = f"Renamed {row['row_id']}"
            kept.append(row)
        if name.endswith("_category") and tables[name] and chance.random() < 0.7:
            other = copy.deepcopy(chance.choice(tables[name]))
            free = max(10**9, *(row["row_id"] for row in tables[name])) + 1
            other |= {"row_id": free, "name": "Somebody's own", "parent_row_id": None}
            kept.append(other)
        tables[name] = kept


def _take_away(tables: Tables, chance: random.Random) -> None:
    """Now and then a course or a section, with all that is on it."""
    courses, sections = set(), set()
    if chance.random() < 0.3:
        courses = {chance.choice(tables["course"])["course_id"]}
        sections = {row["section_id"] for row in tables["section"] if row["course_id"] in courses}
    if tables["section"] and chance.random() < 0.4:
        sections.add(chance.choice(tables["section"])["section_id"])
    work = {row["assignment_id"] for row in tables["assignment"] if row["section_id"] in sections}
    for name, rows in tables.items():
        gone = sections if name.startswith("section_") else courses if name.startswith("course_") else set()
        if name == "course_master":
            gone = set()
        tables[name] = [
            row
            for row in rows
            if row.get("owner_id") not in gone
            or (name == "custom_field" and not (row["level"] == "course" and row["owner_id"] in courses))
        ]
        tables[name] = [
            row
            for row in tables[name]
            if not (name == "custom_field" and row["level"] == "course" and row["owner_id"] in courses)
            and row.get("section_id") not in sections
            and not (name in ("course", "section") and row["course_id"] in courses)
            and row.get("assignment_id") not in work
        ]


def _settle_numbers(before: Tables, tables: Tables) -> None:
    """Course numbers are unique in a calendar: where half a push would break that, none of it was done."""
    numbers = [(row["calendar_id"], row["number"]) for row in tables["course"]]
    if len(set(numbers)) < len(numbers):
        number = {row["course_id"]: row["number"] for row in before["course"]}
        for row in tables["course"]:
            row["number"] = number[row["course_id"]]


def asked(seed: int) -> tuple[Tables, str, Row]:
    """A random district and a push that it allows."""
    tables = make_district(seed)
    return tables, *make_request(seed, tables)
