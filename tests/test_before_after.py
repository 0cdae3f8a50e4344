"""A section before and after a plan, side by side, is the section as it is read before and after applying it."""

from __future__ import annotations

import json
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from engine import plan_of, store_of, tables_of
from random_districts import make_district, make_request
from rounds import rounds

from coursepush.apply.apply import apply_plan
from coursepush.errors import StalePlanError
from coursepush.plan.plan import Plan
from coursepush.reports.filters import Given
from coursepush.reports.owners.before_after import BothSides, before_and_after

Row = dict[str, Any]
Sides = dict[tuple[str, int, int], Row]

_TABLES = {
    "categories": "section_category",
    "grade_calc_options": "section_grade_calc",
    "composite_grades": "section_composite",
}
_LINKS = ("row_id", "owner_id", "parent_row_id", "is_link_broken")


def as_read(tables: dict[str, list[Row]], sections: set[int]) -> Sides:
    """Data type, section and row → its values, of the tables of a district."""
    found = {
        (element, row["owner_id"], row["row_id"]): values(row)
        for element, table in _TABLES.items()
        for row in tables[table]
        if row["owner_id"] in sections
    }
    standards = {one["task_id"]: one["is_standard"] for one in tables["grading_task"]}
    for section in tables["section"]:
        if section["section_id"] in sections:
            for row in tables["course_task"]:
                if row["owner_id"] == section["course_id"]:
                    element = "standards" if standards[row["task_id"]] else "grading_tasks"
                    found[element, section["section_id"], row["row_id"]] = values(row)
    return found


def values(row: Row) -> Row:
    return {name: plain(value) for name, value in row.items() if name not in _LINKS}


def plain(value: Any) -> Any:
    """A value as JSON text has it, numbers without their trailing zeros."""
    if isinstance(value, (Decimal, float)):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, list):
        return sorted(value)
    return value


def as_told(sides: BothSides, side: str) -> Sides:
    found: Sides = {}
    for row in sides.rows.to_dicts():
        if row[side] is not None:
            told = json.loads(row[side])
            for name, value in told.items():
                if isinstance(value, str) and name in ("weight", "credit", "term_gpa", "multiplier"):
                    told[name] = plain(Decimal(value))
            found[row["element"], row["section_id"], row["row_id"]] = told
    return found


def totals_of(rows: Sides) -> dict[tuple[int, int | None], Decimal]:
    """Section and task that a category names (None: what counts for every task) → what counts for it weighs."""
    found: dict[tuple[int, int | None], Decimal] = {}
    categories = [(section, row) for (element, section, _), row in rows.items() if element == "categories"]
    categories = [(section, row) for section, row in categories if not row["is_excluded"]]
    for section, task in {(section, task) for section, row in categories for task in (None, *row["task_ids"])}:
        theirs = [row for other, row in categories if other == section]
        counting = [row for row in theirs if not row["task_ids"] or task in row["task_ids"]]
        if counting:
            found[section, task] = sum((Decimal(row["weight"]) for row in counting), Decimal(0))
    return found


def holds(seed: int) -> None:
    tables = make_district(seed)
    with closing(store_of(tables)) as store:
        plan = plan_of(store, *make_request(seed, tables))
        written = plan.rows(hop=2, verdict=["insert", "update", "relink", "rename", "delete"])["section_id"]
        sections = set(written.drop_nulls().to_list())
        sides = before_and_after(plan)
        assert set(sides.rows["section_id"]) <= sections
        before = as_read(tables_of(store), sections)
        assert as_told(sides, "before") == before
        fates_hold(plan, sides)
        for teacher in sides.rows["teacher_id"].drop_nulls().head(1):  # a part says what the whole says of it
            part = before_and_after(plan, Given(teacher=teacher))
            assert part.rows.equals(sides.rows.filter(teacher_id=teacher))
        if plan.writes:
            apply_plan(store, plan)
        after = as_read(tables_of(store), sections)
        assert as_told(sides, "after") == after
        names = {one["task_id"]: one["name"] or f"task {one['task_id']}" for one in tables["grading_task"]}
        for side, read in (("before", before), ("after", after)):
            wanted = {(section, task and names[task]): total for (section, task), total in totals_of(read).items()}
            told = {
                (row["section_id"], row["task"]): row[f"total_{side}"]
                for row in sides.totals.to_dicts()
                if row[f"total_{side}"] is not None
            }
            assert wanted.items() <= told.items()  # what only the other side names has a total here too


ALIKE = ("linked_again", "stays", "could_not")
"""What may become of a row whose values stay."""


def fates_hold(plan: Plan, sides: BothSides) -> None:
    """Each row bears the fate that the plan's rows have; what has none is as it was, and what changes has one."""
    fates = {
        (row["element"], row["section_id"], row["row_id"]): row["fate"]
        for row in plan.rows(hop=2, names=True).to_dicts()
        if row["row_id"] is not None
    }
    for row in sides.rows.filter(sides.rows["element"].is_in(list(_TABLES))).to_dicts():
        key = (row["element"], row["section_id"], row["row_id"])
        assert row["fate"] == ("added" if row["before"] is None else fates.get(key))
    for row in sides.rows.to_dicts():
        assert (row["fate"] is None) == (row["before"] == row["after"] and row["fate"] not in ALIKE), row


@pytest.mark.parametrize("seed", range(rounds(4, 60)))
def test_side_by_side_is_what_stands_before_and_after_applying(seed: int) -> None:
    holds(seed)


def test_of_a_district_that_has_moved_nothing_is_told() -> None:
    tables = make_district(1)
    with closing(store_of(tables)) as store:
        plan = plan_of(store, *make_request(1, tables))
        with store.writing() as session:
            session.run("edit", "delete from course_category")
            session.run("edit", "delete from section_category")
        with pytest.raises(StalePlanError, match="how sections would stand afterwards"):
            before_and_after(plan)
