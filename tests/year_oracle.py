"""The year's steps of a scenario, row by row in plain Python, written from SCENARIO.md 11 and 12."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]

ELEMENTS = ("grading_tasks", "standards", "assessments", "categories", "composite_grades", "grade_calc_options")
FAMILIES = {
    "grading_tasks": "task",
    "standards": "task",
    "assessments": "assessment",
    "categories": "category",
    "composite_grades": "composite",
    "grade_calc_options": "grade_calc",
}
KEYS = {
    "task": ("task_id",),
    "category": ("name",),
    "grade_calc": ("task_id", "term_seq"),
    "composite": ("task_id", "term_seq", "child_task_id", "child_term_seq"),
    "assessment": ("test_id",),
}
NOT_INFO = ("master_id", "catalog_id", "is_active", "number", "name")


def largest(tables: Tables, district: Tables, table: str, key: str, *pointing: int | None) -> int:
    ids = [row[key] for one in (tables, district) for row in one[table]]
    return max((one for one in [*ids, *pointing] if one is not None), default=0)


def largest_row(tables: Tables, district: Tables, level: str, family: str) -> int:
    below = {"master": "course", "course": "section"}.get(level)
    pointing = [row.get("parent_row_id") for row in tables[f"{level}_{family}"]]
    pointing += [row["parent_row_id"] for row in tables.get(f"{below}_{family}", [])]
    if (level, family) == ("section", "category"):
        pointing += [row["category_row_id"] for row in tables["assignment"]]
    return largest(tables, district, f"{level}_{family}", "row_id", *pointing)


def key_of(family: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[name].lower() if name == "name" else row[name] for name in KEYS[family])


def copy_master(tables: Tables, given: Row, district: Tables) -> None:
    """`given` names everything by id."""
    source = next(row for row in tables["course_master"] if row["master_id"] == given["master"])
    catalog = given.get("to_catalog", given["catalog"])
    ticked = set(given.get("data", ("course_info", *ELEMENTS)))
    if ticked & {"grade_calc_options", "composite_grades", "categories"}:
        ticked |= {"grading_tasks", "standards"}
    if "assessments" in ticked:
        ticked.add("standards")
    if "onto" in given:
        targets = [row for row in tables["course_master"] if row["master_id"] in given["onto"]]
    else:
        made = dict.fromkeys(source)
        pointing = [row["master_id"] for row in tables["course"]]
        made["master_id"] = (
            max([row["master_id"] for row in tables["course_master"]] + [p for p in pointing if p]) + 1
        )
        made |= {"catalog_id": catalog, "is_active": True, "number": given["number"], "name": given["name"]}
        tables["course_master"].append(made)
        targets = [made]
    if "course_info" in ticked:
        _copy_info(tables, source, targets)
    standards = {row["task_id"] for row in tables["grading_task"] if row["is_standard"]}
    for element in ELEMENTS:
        if element not in ticked:
            continue
        family = FAMILIES[element]
        table = tables[f"master_{family}"]
        new = largest_row(tables, district, "master", family)
        rows = [row for row in table if row["owner_id"] == source["master_id"]]
        if family == "task":
            rows = [row for row in rows if (row["task_id"] in standards) == (element == "standards")]
        for target in sorted(targets, key=lambda row: row["master_id"]):
            there = {key_of(family, row): row for row in table if row["owner_id"] == target["master_id"]}
            for row in sorted(rows, key=lambda row: key_of(family, row)):
                values = {name: copy.copy(one) for name, one in row.items() if name not in ("row_id", "owner_id")}
                if key_of(family, row) in there:
                    there[key_of(family, row)].update(values)
                else:
                    new += 1
                    table.append({"row_id": new, "owner_id": target["master_id"], **values})


def _copy_info(tables: Tables, source: Row, targets: list[Row]) -> None:
    for target in targets:
        target.update({name: one for name, one in source.items() if name not in NOT_INFO and one is not None})
        for field in [row for row in tables["custom_field"] if row["level"] == "master"]:
            if field["owner_id"] != source["master_id"] or field["value"] is None:
                continue
            tables["custom_field"] = [
                row
                for row in tables["custom_field"]
                if (row["level"], row["owner_id"], row["field"]) != ("master", target["master_id"], field["field"])
            ]
            tables["custom_field"].append({**field, "owner_id": target["master_id"]})


def later(day: dt.date | None, years: int) -> dt.date | None:
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)


def roll(tables: Tables, given: Row, district: Tables) -> None:
    """`given` has the calendar's id, and a name."""
    own = next(row for row in tables["calendar"] if row["calendar_id"] == given["calendar"])
    year = given.get("year", own["end_year"] + 1)
    years = year - own["end_year"]
    new = largest(tables, district, "calendar", "calendar_id") + 1
    dates = {name: later(own[name], years) for name in ("start_date", "end_date")}
    tables["calendar"].append({**own, "calendar_id": new, "end_year": year, "name": given["name"], **dates})
    for row in [row for row in tables["term"] if row["calendar_id"] == own["calendar_id"]]:
        dates = {name: later(row[name], years) for name in ("start_date", "end_date")}
        tables["term"].append({**row, "calendar_id": new, **dates})
    used = {row["end_year"]: row for row in tables["catalog_school"] if row["school_id"] == own["school_id"]}
    if own["end_year"] in used and year not in used:
        tables["catalog_school"].append({**used[own["end_year"]], "end_year": year})
    courses: dict[int, int] = {}
    at = largest(tables, district, "course", "course_id")
    for row in sorted(tables["course"], key=lambda row: row["course_id"]):
        if row["calendar_id"] == own["calendar_id"] and (row["is_active"] or given.get("inactive", False)):
            courses[row["course_id"]] = at = at + 1
            tables["course"].append({**row, "course_id": at, "calendar_id": new})
    for row in list(tables["custom_field"]):
        if row["level"] == "course" and row["owner_id"] in courses:
            tables["custom_field"].append({**row, "owner_id": courses[row["owner_id"]]})
    sections: dict[int, int] = {}
    at = largest(tables, district, "section", "section_id")
    for row in sorted(tables["section"], key=lambda row: row["section_id"]):
        if row["course_id"] in courses:
            sections[row["section_id"]] = at = at + 1
            tables["section"].append({**row, "section_id": at, "course_id": courses[row["course_id"]]})
    for row in list(tables["section_term"]):
        if row["section_id"] in sections:
            tables["section_term"].append({**row, "section_id": sections[row["section_id"]]})
    for family in KEYS:
        rows = _roll_rows(tables, district, "course", family, courses, {})
        if f"section_{family}" in tables:
            _roll_rows(tables, district, "section", family, sections, rows)


def _roll_rows(
    tables: Tables, district: Tables, level: str, family: str, owners: dict[int, int], parents: dict[int, int]
) -> dict[int, int]:
    table = tables[f"{level}_{family}"]
    at = largest_row(tables, district, level, family)
    made: dict[int, int] = {}
    for row in sorted(table, key=lambda row: row["row_id"]):
        if row["owner_id"] not in owners or (family == "assessment" and not row["copies_forward"]):
            continue
        made[row["row_id"]] = at = at + 1
        parent = parents.get(row["parent_row_id"], row["parent_row_id"])
        table.append({**row, "row_id": at, "owner_id": owners[row["owner_id"]], "parent_row_id": parent})
    return made
