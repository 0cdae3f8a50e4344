"""What a plan of setup says, row by row in plain Python, written from RULES.md 13: what edits change, by table.

`hop_0(before, after)` gives the rows of hop 0 of a plan whose edits turn the tables `before` into `after`.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from coursepush.model.tables import TABLES

Row = dict[str, Any]
Tables = dict[str, list[Row]]

AROUND = {
    "catalog": ("catalogs", ("catalog_id",)),
    "catalog_lock": ("locks", ("catalog_id", "lock")),
    "catalog_school": ("school_catalogs", ("school_id", "end_year")),
    "calendar": ("calendars", ("calendar_id",)),
    "term": ("terms", ("calendar_id", "term_seq")),
    "course_master": ("course_masters", ("master_id",)),
    "course": ("courses", ("course_id",)),
    "section": ("sections", ("section_id",)),
    "section_term": ("section_terms", ("section_id", "term_seq")),
}
SETUP = {
    "task": ("task_id",),
    "assessment": ("test_id",),
    "category": ("name",),
    "grade_calc": ("task_id", "term_seq"),
    "composite": ("task_id", "term_seq", "child_task_id", "child_term_seq"),
}
ELEMENTS = {
    "assessment": "assessments",
    "category": "categories",
    "grade_calc": "grade_calc_options",
    "composite": "composite_grades",
}
ABOVE = {"course": "master", "section": "course"}
LINKS = ("row_id", "owner_id", "parent_row_id", "is_link_broken")


def text(value: Any) -> str:
    """A value as JSON text in the one form of RULES.md 9."""
    if isinstance(value, Decimal | dt.date):
        return json.dumps(str(value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def object_text(row: Row, names: list[str]) -> str:
    return "{" + ",".join(f"{json.dumps(name)}:{text(row[name])}" for name in names) + "}"


def hop_0(before: Tables, after: Tables) -> list[Row]:
    """Each row and field that differs, in no order."""
    found: list[Row] = []
    for table, (element, key) in AROUND.items():
        found += _around(before, after, table, element, key)
    found += _custom_fields(before["custom_field"], after["custom_field"])
    for level in ("master", "course", "section"):
        for family in SETUP:
            if f"{level}_{family}" in before:
                found += _setup(before, after, level, family)
    return found


def _row(element: str, verdict: str, **given: Any) -> Row:
    columns = ("link", "course_id", "section_id", "row_id", "parent_row_id", "key", "field", "before", "after")
    return {"hop": 0, "element": element, "verdict": verdict, "reason": None} | {
        name: given.get(name) for name in columns
    }


def _by(rows: list[Row], key: tuple[str, ...]) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[name] for name in key): row for row in rows}


def _around(before: Tables, after: Tables, table: str, element: str, key: tuple[str, ...]) -> list[Row]:
    was, will = _by(before[table], key), _by(after[table], key)
    found: list[Row] = []
    for one in sorted({*was, *will}):
        old, new = was.get(one), will.get(one)
        row = new or old
        assert row is not None
        owner = {
            "course_id": row["course_id"] if table in ("course", "section") else None,
            "section_id": row["section_id"] if table in ("section", "section_term") else None,
        }
        at = object_text(row, [name for name in TABLES[table].names if name in key])
        if old is None or new is None:
            sides = {
                side: None if one is None else object_text(one, list(TABLES[table].names))
                for side, one in (("before", old), ("after", new))
            }
            found.append(_row(element, "insert" if old is None else "delete", key=at, **owner, **sides))
            continue
        for name in row:
            if old[name] != new[name]:
                is_info = table in ("course", "course_master")
                found.append(
                    _row(
                        "course_info" if is_info else element,
                        "update",
                        key=None if table == "course" else at,
                        field=name,
                        before=text(old[name]),
                        after=text(new[name]),
                        **owner,
                    )
                )
    return found


def _custom_fields(before: list[Row], after: list[Row]) -> list[Row]:
    key = ("level", "owner_id", "field")
    was, will = _by(before, key), _by(after, key)
    found: list[Row] = []
    for one in sorted({*was, *will}):
        old, new = was.get(one), will.get(one)
        if old == new:
            continue
        of_course = one[0] == "course"
        found.append(
            _row(
                "course_info",
                "insert" if old is None else "delete" if new is None else "update",
                course_id=one[1] if of_course else None,
                key=None if of_course else f'{{"master_id":{one[1]}}}',
                field=f"custom.{one[2]}",
                before=None if old is None else text(old["value"]),
                after=None if new is None else text(new["value"]),
            )
        )
    return found


def _setup(before: Tables, after: Tables, level: str, family: str) -> list[Row]:
    was, will = (_by(one[f"{level}_{family}"], ("row_id",)) for one in (before, after))
    standards = {row["task_id"] for row in before["grading_task"] if row["is_standard"]}
    found: list[Row] = []
    for one in sorted({*was, *will}):
        old, new = was.get(one), will.get(one)
        if old == new:
            continue
        row = new or old
        assert row is not None
        names = [name for name in TABLES[f"{level}_{family}"].names if name not in LINKS]
        element = ELEMENTS.get(family) or ("standards" if row["task_id"] in standards else "grading_tasks")
        key = object_text(row, [name for name in names if name in SETUP[family]])
        if level == "master":
            key = f'{{"master_id":{row["owner_id"]},{key[1:]}'
        section = row["owner_id"] if level == "section" else None
        course = next((s["course_id"] for s in after["section"] if s["section_id"] == section), None)
        uppers = [] if level == "master" else before[f"{ABOVE[level]}_{family}"]
        parent = None if new is None else new.get("parent_row_id")
        found.append(
            _row(
                element,
                _verdict(old, new, names),
                link=None if old is None or level == "master" else _link(before, level, family, old, uppers),
                course_id=row["owner_id"] if level == "course" else course,
                section_id=section,
                row_id=None if old is None else one[0],
                parent_row_id=parent if parent in [upper["row_id"] for upper in uppers] else None,
                key=key,
                before=None if old is None else object_text(old, names),
                after=None if new is None else object_text(new, names),
            )
        )
    return found


def _verdict(old: Row | None, new: Row | None, names: list[str]) -> str:
    if old is None or new is None:
        return "insert" if old is None else "delete"
    differing = [name for name in names if old[name] != new[name]]
    if not differing:
        return "relink"
    return "rename" if differing == ["name"] else "update"


def _link(tables: Tables, level: str, family: str, row: Row, uppers: list[Row]) -> str:
    """RULES.md 2.2, without the pairing of several categories."""
    if row["parent_row_id"] is None:
        return "local"
    if row.get("is_link_broken"):
        return "broken"
    owner = next(one for one in tables[level] if one[f"{level}_id"] == row["owner_id"])
    above = owner["master_id" if level == "course" else "course_id"]
    for upper in uppers:
        if upper["row_id"] != row["parent_row_id"]:
            continue
        same = family == "category" or all(upper[name] == row[name] for name in SETUP[family])
        if upper["owner_id"] == above and same:
            return "linked"
        return "broken" if level == "course" else "orphan"
    return "orphan"
