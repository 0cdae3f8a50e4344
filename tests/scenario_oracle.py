"""What an edit of a scenario does, row by row in plain Python, written from SCENARIO.md.

`edited(tables, do, given)` gives the district's tables as they stand after the edit, or raises :class:`Refused`.
"""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from year_oracle import copy_master, roll

Row = dict[str, Any]
Tables = dict[str, list[Row]]

FAMILIES = {
    "grading_tasks": "task",
    "standards": "task",
    "assessments": "assessment",
    "categories": "category",
    "composite_grades": "composite",
    "grade_calc_options": "grade_calc",
}
KEYS = {
    "task": {"task": "task_id"},
    "category": {"name": "name"},
    "grade_calc": {"task": "task_id", "term": "term_seq"},
    "composite": {
        "task": "task_id",
        "term": "term_seq",
        "child": "child_task_id",
        "child_term": "child_term_seq",
    },
    "assessment": {"test": "test_id"},
}
DEFAULTS: dict[str, Row] = {
    "task": {
        "score_group_id": None,
        "credit_type": None,
        "credit": None,
        "term_gpa": None,
        "is_post_only": False,
        "sequence": None,
    },
    "category": {
        "weight": Decimal("0.0000"),
        "sequence": None,
        "is_excluded": False,
        "drop_lowest": 0,
        "task_ids": [],
    },
    "grade_calc": {
        "calc_type": "none",
        "scale_id": None,
        "weight_categories": False,
        "use_percent": False,
        "last_n": None,
        "cumulative_from_term_seq": None,
    },
    "composite": {"weight": Decimal("0.0000")},
    "assessment": {"standard_task_id": None, "start_date": None, "end_date": None, "copies_forward": False},
}
ARGUMENTS = {
    "task_id": "task",
    "child_task_id": "child",
    "task_ids": "tasks",
    "test_id": "test",
    "standard_task_id": "standard",
    "scale_id": "scale",
    "score_group_id": "score_group",
    "cumulative_from_term_seq": "cumulative_from_term",
}
UPPER = {"course": "master", "section": "course"}
LOWER = {"master": "course", "course": "section"}
OWNERS = {
    "master": ("course_master", "master_id"),
    "course": ("course", "course_id"),
    "section": ("section", "section_id"),
}


class Refused(Exception):
    """The edit is refused, and nothing is changed."""


def edited(tables: Tables, do: str, given: Row, district: Tables) -> Tables:
    """The tables after the edit; the ones given are left as they are. `district`: those before all edits."""
    after = copy.deepcopy(tables)
    if do in ("set", "copy_master", "roll"):
        {"set": set_rows, "copy_master": copy_master, "roll": roll}[do](after, dict(given), district)
        return after
    {"remove": remove, "info": info, "ignore": ignore, "assign": assign, "lock": lock}.get(
        do, {"unlock": unlock, "link": link, "unlink": unlink, "realign": realign}.get(do)
    )(after, dict(given))  # type: ignore[misc]
    return after


# -- section 2 -----------------------------------------------------------------------------------------------


def owners_of(tables: Tables, given: Row) -> tuple[str, list[int]]:
    if "catalog" in given or "masters" in given:
        level = "master"
        named = given.pop("masters", None)
        rows = [row for row in tables["course_master"] if row["catalog_id"] == given["catalog"]]
        given.pop("catalog")
    elif "courses" in given or "calendar" in given:
        level = "course"
        named, calendar = given.pop("courses", None), given.pop("calendar", None)
        rows = [row for row in tables["course"] if calendar in (None, row["calendar_id"])]
    else:
        level, named = "section", given.pop("sections")
        rows = tables["section"]
    _, key = OWNERS[level]
    wanted = None if named is None else (named if isinstance(named, list) else [named])
    found = [row[key] for row in rows if wanted is None or row[key] in wanted or row.get("number") in wanted]
    return level, sorted(found)


# -- sections 3 and 4 ----------------------------------------------------------------------------------------


def key_of(family: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[name].lower() if name == "name" else row[name] for name in KEYS[family].values())


def owner_above(tables: Tables, level: str, owner: int) -> int | None:
    if level == "course":
        return next(row["master_id"] for row in tables["course"] if row["course_id"] == owner)
    return next(row["course_id"] for row in tables["section"] if row["section_id"] == owner)


def is_linked(tables: Tables, level: str, family: str, row: Row) -> bool:
    if level == "master" or row["parent_row_id"] is None or row.get("is_link_broken"):
        return False
    above = owner_above(tables, level, row["owner_id"])
    for upper in tables[f"{UPPER[level]}_{family}"]:
        if upper["row_id"] == row["parent_row_id"] and upper["owner_id"] == above:
            return family == "category" or key_of(family, upper) == key_of(family, row)
    return False


def is_orphan(tables: Tables, level: str, family: str, row: Row) -> bool:
    if level == "master" or row["parent_row_id"] is None or row.get("is_link_broken"):
        return False
    return all(upper["row_id"] != row["parent_row_id"] for upper in tables[f"{UPPER[level]}_{family}"])


def is_locked(tables: Tables, course: int, lock: str) -> bool:
    master = owner_above(tables, "course", course)
    for row in tables["course_master"]:
        if row["master_id"] == master:
            return any(one == {"catalog_id": row["catalog_id"], "lock": lock} for one in tables["catalog_lock"])
    return False


def check_editable(tables: Tables, level: str, element: str, row: Row, *, removed: bool) -> None:
    family = FAMILIES[element]
    if not is_linked(tables, level, family, row):
        return
    if level == "section":
        raise Refused
    lock = "composite_weights" if element == "composite_grades" and not removed else element
    if element != "assessments" and is_locked(tables, row["owner_id"], lock):
        raise Refused


def largest(tables: Tables, level: str, family: str, district: Tables) -> int:
    table = f"{level}_{family}"
    ids = [row["row_id"] for one in (tables, district) for row in one[table]]
    ids += [row.get("parent_row_id") for row in tables[table]]
    ids += [row["parent_row_id"] for row in tables.get(f"{LOWER.get(level)}_{family}", [])]
    if table == "section_category":
        ids += [row["category_row_id"] for row in tables["assignment"]]
    return max((one for one in ids if one is not None), default=0)


def set_rows(tables: Tables, given: Row, district: Tables) -> None:
    element, rename = given.pop("element"), given.pop("rename", None)
    family = FAMILIES[element]
    level, owners = owners_of(tables, given)
    key = {column: given.pop(name) for name, column in KEYS[family].items()}
    values = {
        name: given[ARGUMENTS.get(name, name)] for name in DEFAULTS[family] if ARGUMENTS.get(name, name) in given
    }
    if "task_ids" in values:
        values["task_ids"] = sorted(set(values["task_ids"]))
    if rename is not None:
        values["name"] = rename
    table = tables[f"{level}_{family}"]
    new = largest(tables, level, family, district)
    before = copy.deepcopy(tables)
    for owner in owners:
        row = next(
            (one for one in table if one["owner_id"] == owner and key_of(family, one) == key_of(family, key)), None
        )
        if row is None:
            if rename is None:
                new += 1
                link: Row = {"master": {}, "course": {"parent_row_id": None, "is_link_broken": False}}.get(
                    level, {"parent_row_id": None}
                )
                table.append({"row_id": new, "owner_id": owner, **link, **key, **DEFAULTS[family], **values})
            continue
        taken = [
            one
            for one in table
            if rename is not None
            and one["owner_id"] == owner
            and one is not row
            and one["name"].lower() == rename.lower()
        ]
        if taken:
            raise Refused
        if all(row[name] == one for name, one in values.items()):
            continue
        check_editable(before, level, element, row, removed=False)
        if level == "course" and is_orphan(before, level, family, row):
            row["parent_row_id"] = None
        elif level == "course" and is_linked(before, level, family, row):
            row["is_link_broken"] = True
        row.update(values)


def remove(tables: Tables, given: Row) -> None:
    element = given.pop("element")
    family = FAMILIES[element]
    level, owners = owners_of(tables, given)
    key = {column: given.pop(name) for name, column in KEYS[family].items()}
    table = tables[f"{level}_{family}"]
    gone = [row for row in table if row["owner_id"] in owners and key_of(family, row) == key_of(family, key)]
    for row in gone:
        check_editable(tables, level, element, row, removed=True)
        has_work = any(one["category_row_id"] == row["row_id"] for one in tables["assignment"])
        if level == "section" and element == "categories" and has_work:
            raise Refused
    tables[f"{level}_{family}"] = [row for row in table if row not in gone]


# -- sections 5 to 8 -----------------------------------------------------------------------------------------


def info(tables: Tables, given: Row) -> None:
    level, owners = owners_of(tables, given)
    table, key = OWNERS[level]
    for row in tables[table]:
        if row[key] not in owners:
            continue
        for name, value in given.items():
            if row[name] == value:
                continue
            if level == "course" and is_locked(tables, row["course_id"], f"course_info.{name}"):
                raise Refused
            row[name] = value
    within = "catalog_id" if level == "master" else "calendar_id"
    numbers = [(row[within], row["number"]) for row in tables[table]]
    if "number" in given and len(set(numbers)) != len(numbers):
        raise Refused


def ignore(tables: Tables, given: Row) -> None:
    on = given.pop("on", True)
    _, owners = owners_of(tables, given)
    for row in tables["course"]:
        if row["course_id"] in owners:
            row["ignore_master_push"] = on


def assign(tables: Tables, given: Row) -> None:
    catalog, master = given.pop("catalog", None), given.pop("master", None)
    _, owners = owners_of(tables, given)
    found = None
    if master is not None:
        found = next(
            row["master_id"]
            for row in tables["course_master"]
            if row["catalog_id"] == catalog and master in (row["master_id"], row["number"])
        )
    for row in tables["course"]:
        if row["course_id"] in owners:
            row["master_id"] = found


def lock(tables: Tables, given: Row) -> None:
    for one in given["locks"]:
        row = {"catalog_id": given["catalog"], "lock": one}
        if row not in tables["catalog_lock"]:
            tables["catalog_lock"].append(row)


def unlock(tables: Tables, given: Row) -> None:
    gone = [{"catalog_id": given["catalog"], "lock": one} for one in given["locks"]]
    tables["catalog_lock"] = [row for row in tables["catalog_lock"] if row not in gone]


def chosen_rows(tables: Tables, given: Row) -> tuple[str, str, list[Row]]:
    element, name = given.pop("element"), given.pop("name", None)
    family = FAMILIES[element]
    level, owners = owners_of(tables, given)
    rows = [row for row in tables[f"{level}_{family}"] if row["owner_id"] in owners]
    if family == "task":
        standards = {row["task_id"] for row in tables["grading_task"] if row["is_standard"]}
        rows = [row for row in rows if (row["task_id"] in standards) == (element == "standards")]
    if name is not None:
        rows = [row for row in rows if row["name"].lower() == name.lower()]
    return level, family, rows


def link(tables: Tables, given: Row) -> None:
    level, family, rows = chosen_rows(tables, given)
    for row in rows:
        above = owner_above(tables, level, row["owner_id"])
        for upper in tables[f"{UPPER[level]}_{family}"]:
            if upper["owner_id"] == above and key_of(family, upper) == key_of(family, row):
                row["parent_row_id"] = upper["row_id"]
                if level == "course":
                    row["is_link_broken"] = False


def unlink(tables: Tables, given: Row) -> None:
    level, _, rows = chosen_rows(tables, given)
    for row in rows:
        if row["parent_row_id"] is not None:
            row["parent_row_id"] = None
            if level == "course":
                row["is_link_broken"] = False


def realign(tables: Tables, given: Row) -> None:
    sections = given["sections"] if isinstance(given["sections"], list) else [given["sections"]]
    if "task" in given:
        here = {row["assignment_id"] for row in tables["assignment"] if row["section_id"] in sections}
        seen: list[Row] = []
        for row in tables["assignment_task"]:
            if row["assignment_id"] in here and row["task_id"] == given["task"]:
                row = {**row, "task_id": given["to"]}
            if row not in seen:
                seen.append(row)
        tables["assignment_task"] = seen
        return
    for section in sections:
        ids = {
            row["name"].lower(): row["row_id"] for row in tables["section_category"] if row["owner_id"] == section
        }
        if given["category"].lower() not in ids or given["to"].lower() not in ids:
            raise Refused
        for row in tables["assignment"]:
            if row["category_row_id"] == ids[given["category"].lower()]:
                row["category_row_id"] = ids[given["to"].lower()]
