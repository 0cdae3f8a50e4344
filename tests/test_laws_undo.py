"""The law of undo (RULES.md 7, law 6; RULES.md 10) on random districts.

An undo restores the former state exactly, ids too. What later pushes, edits or students' work rest on is left
alone and named; everything else goes back.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from engine import Tables, plan_of, tables_of
from hypothesis import assume
from laws import (
    SETUP_TABLES,
    Row,
    all_verdicts,
    aside_new_ids,
    by_id,
    differences,
    filled,
    in_order,
    is_setup,
    key_of,
    on_random_districts,
    owner_of,
    push,
    push_for,
    put_in,
    table_of,
    whole_master_push,
    with_locks,
    without_lock,
)
from random_districts import make_district
from rounds import few
from small_district import CALENDAR, CATALOG, GONE, PROGRESS, TERM, YEAR, SmallDistrict

from coursepush.apply.apply import Receipt, apply_plan
from coursepush.errors import PlanError
from coursepush.model.elements import SETUP_LOCKS
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.store import Store

Place = tuple[str, Any]
"""A setup table and a row's id (or owner and business key, where the row is not there), or a field's place."""


# -- undoing ---------------------------------------------------------------------------------------------


def undo_plan(store: Store, push_id: int, *, partial: bool = False) -> Plan:
    with store.reading() as session:
        return plan_asked(store, session, "undo", push_id=push_id, partial=partial)


def undo(store: Store, receipt: Receipt) -> Receipt:
    """Take the push back, all of it: the counts add up to what it wrote."""
    plan = undo_plan(store, receipt.push_id)
    assert plan.left_alone == 0
    assert set(plan.rows()["reason"]) <= {"undo"}
    assert plan.counts()["rows"].sum() == plan.writes == receipt.rows
    return apply_plan(store, plan)


def busy_push(seed: int, tables: Tables) -> tuple[str, Row]:
    """A push that is likely to write much."""
    kind, request = push_for(seed, tables)
    if kind == "course":
        return kind, request | {"data": None, "sections": None}
    return kind, request | {"release": "current", "data": None, "to_sections": True}


@on_random_districts(times=0.5)
def test_law_6_undo_restores_the_former_state_exactly_and_applying_again_is_applying(seed: int, size: int) -> None:
    assume(apply_undo_apply(seed, size))


def apply_undo_apply(seed: int, size: int) -> int:
    """Ids too; the digest of the push is what it was, and pushing again gives the same tables."""
    tables = make_district(seed, size)
    kind, request = busy_push(seed, tables)
    with filled(tables) as store:
        before = tables_of(store)
        plan, receipt = push(store, kind, request)
        if not receipt.rows:
            return 0
        pushed = tables_of(store)
        assert pushed != before
        undo(store, receipt)
        assert differences(before, tables_of(store)) == []
        again, _ = push(store, kind, request)
        assert (again.digest, again.state) == (plan.digest, plan.state)
        assert differences(pushed, tables_of(store)) == []
        return receipt.rows


@on_random_districts(times=0.5)
def test_law_6_undo_of_undo_is_the_push_again(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    with filled(tables) as store:
        before = tables_of(store)
        _, receipt = push(store, *busy_push(seed, tables))
        assume(receipt.rows)
        pushed = tables_of(store)
        undone = undo(store, receipt)
        redone = undo(store, undone)
        assert differences(pushed, tables_of(store)) == []
        undo(store, redone)
        assert differences(before, tables_of(store)) == []


@on_random_districts(times=0.5)
def test_law_6_undo_after_an_unrelated_push_leaves_that_push_alone(seed: int, size: int) -> None:
    """The same as if only the other courses had been pushed, ids of new rows aside."""
    tables = without_lock(make_district(seed, size), "course_info.number")
    kind, request = busy_push(seed, tables)
    request |= {"courses": None}
    with filled(tables) as store, filled(tables) as other:
        courses = sorted({row["course_id"] for row in all_verdicts(store, plan_of(store, kind, request))})
        assume(len(courses) > 1)
        first, second = courses[::2], courses[1::2]
        _, receipt = push(store, kind, {**request, "courses": first})
        assume(receipt.rows)
        push(store, kind, {**request, "courses": second})
        undo(store, receipt)
        push(other, kind, {**request, "courses": second})
        assert differences(aside_new_ids(tables_of(other)), aside_new_ids(tables_of(store))) == []


# -- undoing what something has come to rest on ----------------------------------------------------------


def places_written(before: Tables, pushed: Tables) -> set[Place]:
    """The setup rows that a push wrote."""
    written: set[Place] = set()
    for table in SETUP_TABLES:
        was, is_now = by_id(before[table]), by_id(pushed[table])
        written |= {(table, i) for i in was.keys() | is_now.keys() if was.get(i) != is_now.get(i)}
    return written


def named(before: Tables, plan: Plan) -> dict[Place, str]:
    """What an undo plan leaves alone, and why."""
    found: dict[Place, str] = {}
    for row in plan.rows(verdict="keep").to_dicts():
        if not is_setup(row):
            place = row["field"], row["section_id"] or row["course_id"]
        elif row["row_id"] is not None:
            place = table_of(row), row["row_id"]
        else:  # a row that the push deleted: by its owner and key
            table = table_of(row)
            key = owner_of(row), key_of(table, json.loads(row["key"]))
            place = table, next(r["row_id"] for r in before[table] if (r["owner_id"], key_of(table, r)) == key)
        assert place not in found
        found[place] = row["reason"]
    return found


def partly_undone(before: Tables, pushed: Tables, edited: Tables, stays: set[Place]) -> Tables:
    """What the push wrote as it was before, but what stays, and what it did not write, as it is."""
    result = dict(edited)
    written = places_written(before, pushed)
    for table in SETUP_TABLES:
        was, is_now = by_id(before[table]), by_id(edited[table])
        went_back = {i for i in was.keys() | is_now.keys() if (table, i) in written - stays}
        rows = [was.get(i) if i in went_back else is_now.get(i) for i in was.keys() | is_now.keys()]
        result[table] = [row for row in rows if row is not None]
    for table, id_column in (("course", "course_id"), ("section", "section_id")):
        was, then = ({row[id_column]: row for row in tables[table]} for tables in (before, pushed))
        result[table] = [
            row | {
                field: was[row[id_column]][field]
                for field in row
                if row[id_column] in was
                and was[row[id_column]][field] != then[row[id_column]][field]
                and (field, row[id_column]) not in stays
            }
            for row in edited[table]
        ]  # fmt: skip
    fields = [
        {(row["level"], row["owner_id"], row["field"]): row for row in tables["custom_field"]}
        for tables in (before, pushed, edited)
    ]
    rows = []
    for place in {**fields[0], **fields[2]}:
        wrote = fields[0].get(place) != fields[1].get(place) and ("custom." + place[2], place[1]) not in stays
        rows.append(fields[0 if wrote else 2].get(place))
    result["custom_field"] = [row for row in rows if row is not None]
    return in_order(result)


def has_to_stay(before: Tables, end: Tables, place: Place) -> bool:
    """Whether a row could not have gone back, as the district stands at the end: two rows of one owner would
    have one key, a row would hang on nothing, or name a task that is not there."""
    table, row_id = place
    if table == "number":
        was = next(row for row in before["course"] if row["course_id"] == row_id)
        others = [row for row in end["course"] if row["course_id"] != row_id]
        return (was["calendar_id"], was["number"]) in {(row["calendar_id"], row["number"]) for row in others}
    if table not in SETUP_TABLES:
        return False
    former = by_id(before[table]).get(row_id)
    if former is not None:
        others = [row for row in end[table] if row["owner_id"] == former["owner_id"] and row["row_id"] != row_id]
        return key_of(table, former) in [key_of(table, row) for row in others]
    level, _, family = table.partition("_")
    added = by_id(end[table])[row_id]
    hanging = end.get(f"section_{family}", []) if level == "course" else []
    return any(row["parent_row_id"] == row_id for row in hanging) or (
        family == "task" and added["task_id"] in tasks_named(end, added["owner_id"])
    )


def tasks_named(tables: Tables, course: int) -> set[int]:
    """The tasks that a course's and its sections' rows name."""
    owners = {("course", course)}
    owners |= {("section", row["section_id"]) for row in tables["section"] if row["course_id"] == course}
    found: set[int] = set()
    for table in SETUP_TABLES:
        level, _, family = table.partition("_")
        for row in tables[table] if family != "task" else ():
            if (level, row["owner_id"]) in owners:
                found |= {row.get("task_id"), row.get("child_task_id"), row.get("standard_task_id")}
                found |= set(row.get("task_ids", ()))
    return found


Edit = Callable[[Store, Tables, Tables, random.Random], dict[Place, str]]
"""Changes the district after a push; says which of what was written must be left alone, and why."""


def update(store: Store, statement: str) -> None:
    with store.writing() as session:
        session.run("edit", statement)


def edit_a_row(store: Store, before: Tables, pushed: Tables, rng: random.Random) -> dict[Place, str]:
    values = {"task": "sequence = 77", "category": "weight = 77", "composite": "weight = 77",
              "grade_calc": "last_n = 77", "assessment": "start_date = date '2011-11-11'"}  # fmt: skip
    there = {(table, row_id) for table in SETUP_TABLES for row_id in by_id(pushed[table])}
    written = sorted(places_written(before, pushed) & there)
    assume(written)
    table, row_id = rng.choice(written)
    update(store, f"update {table} set {values[table.partition('_')[2]]} where row_id = {row_id}")
    return {(table, row_id): "changed_since"}


def edit_a_field(store: Store, before: Tables, pushed: Tables, rng: random.Random) -> dict[Place, str]:
    was = {row["course_id"]: row for row in before["course"]}
    written = [row["course_id"] for row in pushed["course"] if row["name"] != was[row["course_id"]]["name"]]
    assume(written)
    course = rng.choice(sorted(written))
    update(store, f"update course set name = 'Edited since' where course_id = {course}")
    return {("name", course): "changed_since"}


def use_a_new_category(store: Store, before: Tables, pushed: Tables, rng: random.Random) -> dict[Place, str]:
    known = by_id(before["section_category"])
    added = [row for row in pushed["section_category"] if row["row_id"] not in known]
    assume(added)
    row = rng.choice(added)
    work = {"assignment_id": 9_000_000_000, "section_id": row["owner_id"], "category_row_id": row["row_id"],
            "name": "Since", "points": 10, "multiplier": 1, "is_active": False}  # fmt: skip
    put_in(store, "assignment", work)
    return {("section_category", row["row_id"]): "used_since"}


def take_a_freed_name(store: Store, before: Tables, pushed: Tables, rng: random.Random) -> dict[Place, str]:
    """A row of an owner's own, under the key that a written row had before."""
    freed = []
    for table, row_id in sorted(places_written(before, pushed)):
        former = by_id(before[table]).get(row_id)
        if former is not None:
            taken = {key_of(table, row) for row in pushed[table] if row["owner_id"] == former["owner_id"]}
            freed += [(table, former)] if key_of(table, former) not in taken else []
    assume(freed)
    table, former = rng.choice(freed)
    put_in(store, table, former | {"row_id": 9_000_000_000, "parent_row_id": None})
    return {(table, former["row_id"]): "key_taken"}


def take_a_freed_number(store: Store, before: Tables, pushed: Tables, rng: random.Random) -> dict[Place, str]:
    in_use = {(row["calendar_id"], row["number"]) for row in pushed["course"]}
    freed = [row for row in before["course"] if (row["calendar_id"], row["number"]) not in in_use]
    assume(freed)
    former = rng.choice(freed)
    put_in(store, "course", former | {"course_id": 9_000_000_000, "master_id": None})
    return {("number", former["course_id"]): "key_taken"}


def push_on_to_sections(store: Store, before: Tables, pushed: Tables, rng: random.Random) -> dict[Place, str]:
    """Push All Courses hangs rows of sections on the course rows that the first push added."""
    for calendar in sorted({row["calendar_id"] for row in pushed["course"]}):
        push(store, "course", {"calendar_id": calendar})
    now = tables_of(store)
    added: dict[Place, str] = {}
    for family in ("category", "grade_calc", "composite"):
        new = by_id(pushed[f"course_{family}"]).keys() - by_id(before[f"course_{family}"]).keys()
        hanging = {row["parent_row_id"] for row in now[f"section_{family}"]} & new
        added |= {(f"course_{family}", row_id): "changed_since" for row_id in hanging}
    assume(added)
    return added


def push_on_to_sections_and_use(
    store: Store, before: Tables, pushed: Tables, rng: random.Random
) -> dict[Place, str]:
    """The same, and students have work on what was added: of two reasons the graver is told."""
    added = push_on_to_sections(store, before, pushed, rng)
    options = by_id(pushed["course_grade_calc"])
    grades = {(row["section_id"], row["task_id"], row["term_seq"]) for row in pushed["posted_grade"]}
    new = [options[row_id] for table, row_id in added if table == "course_grade_calc"]
    assume(new)
    for option in new:
        for section in pushed["section"]:
            where = (section["section_id"], option["task_id"], option["term_seq"])
            if section["course_id"] == option["owner_id"] and where not in grades:
                put_in(store, "posted_grade", dict(zip(GRADE, (*where, 1, "A"), strict=True)))
    return added


GRADE = ("section_id", "task_id", "term_seq", "student_id", "mark")


@few(2)
@pytest.mark.parametrize(
    "edit",
    [
        push_on_to_sections_and_use,
        edit_a_row,
        edit_a_field,
        use_a_new_category,
        take_a_freed_name,
        take_a_freed_number,
    ],
)
@on_random_districts(times=0.5)
def test_law_6_undo_names_what_has_changed_and_takes_back_the_rest(edit: Edit, seed: int, size: int) -> None:
    """All or nothing unless partial; then exactly the rows named stay, each for a reason that can be seen."""
    tables = make_district(seed, size)
    request = whole_master_push(seed, tables, to_sections=edit is not push_on_to_sections_and_use)
    locks = [*SETUP_LOCKS, "course_info.name", "course_info.number"]
    tables = with_locks(tables, request["catalog_id"], *locks)
    with filled(tables) as store:
        before = tables_of(store)
        _, receipt = push(store, "master", request)
        pushed = tables_of(store)
        touched = edit(store, before, pushed, random.Random(seed))
        edited = tables_of(store)
        assert_refused(store, receipt.push_id, edited)
        plan = undo_plan(store, receipt.push_id, partial=True)
        stays = named(before, plan)
        assert touched.items() <= stays.items()
        assert plan.left_alone == len(stays)
        assert plan.counts()["rows"].sum() == receipt.rows
        apply_plan(store, plan)
        end = tables_of(store)
        assert differences(partly_undone(before, pushed, edited, set(stays)), in_order(end)) == []
        assert [place for place in stays.keys() - touched.keys() if not has_to_stay(before, end, place)] == []


def assert_refused(store: Store, push_id: int, stands: Tables) -> None:
    """Without `partial` such an undo writes nothing."""
    plan = undo_plan(store, push_id)
    assert plan.left_alone > 0
    assert any(warning.code == "left_alone" for warning in plan.warnings)
    with pytest.raises(PlanError, match="partial=True"):
        apply_plan(store, plan)
    assert tables_of(store) == stands


@on_random_districts(times=0.5)
def test_law_6_pushes_that_rest_on_each_other_are_undone_last_first(seed: int, size: int) -> None:
    """A push to courses and one on to sections: taken back in turn, everything is as it was."""
    tables = make_district(seed, size)
    request = whole_master_push(seed, tables, to_sections=False)
    with filled(tables) as store:
        before = tables_of(store)
        receipts = [push(store, "master", request)[1]]
        courses = {row["calendar_id"] for row in tables["course"]}
        receipts += [push(store, "course", {"calendar_id": calendar})[1] for calendar in sorted(courses)]
        for receipt in reversed(receipts):
            undo(store, receipt)
        assert differences(before, tables_of(store)) == []


def test_law_6_of_two_reasons_the_graver_is_told() -> None:
    """Students have grades for what was added, and a section's row that came later hangs on it or names it."""
    d = SmallDistrict("grading_tasks", "grade_calc_options")
    d.master.task(PROGRESS)
    d.master.option(TERM)
    with filled(d.tables()) as store:
        push(store, "master", {"catalog_id": CATALOG, "year": YEAR})
        for task in (PROGRESS, TERM):
            put_in(store, "posted_grade", dict(zip(GRADE, (d.section.id, task, 1, 81, "A"), strict=True)))
        used = [("grading_tasks", "used_since"), ("grade_calc_options", "used_since")]
        assert undo_plan(store, 1).rows(verdict="keep").select("element", "reason").rows() == used
        category = {"row_id": 77, "owner_id": d.course.id, "name": "Quizzes", "weight": 5, "is_excluded": False,
                    "drop_lowest": 0, "task_ids": [PROGRESS], "is_link_broken": False}  # fmt: skip
        put_in(store, "course_category", category)
        push(store, "course", {"calendar_id": CALENDAR})
        changed = [("grading_tasks", "changed_since"), ("grade_calc_options", "changed_since")]
        assert undo_plan(store, 1).rows(verdict="keep").select("element", "reason").rows() == changed


def test_law_6_a_row_that_a_later_undo_put_back_is_nothing_newer() -> None:
    """The task goes back: the category that names it did so before the push, was removed and put back since."""
    d = SmallDistrict("grading_tasks")
    d.master.task(PROGRESS)
    d.section.category("Labs", parent=GONE, task_ids=[PROGRESS])
    with filled(d.tables()) as store:
        before = tables_of(store)
        _, tasks = push(store, "master", {"catalog_id": CATALOG, "year": YEAR})
        _, sections = push(store, "course", {"calendar_id": CALENDAR})
        assert (tasks.rows, sections.rows) == (1, 1)
        undo(store, sections)
        undo(store, tasks)
        assert differences(before, tables_of(store)) == []


def test_law_6_a_row_that_hung_on_a_restored_row_before_is_nothing_newer() -> None:
    """The same for rows that hang on what an undo put back: pushed to, and taken back, they are as they were."""
    d = SmallDistrict("categories")
    labs = d.course.category("Labs", parent=GONE)
    d.section.category("Labs", parent=labs, weight=10)
    with filled(d.tables()) as store:
        _, removal = push(store, "master", {"catalog_id": CATALOG, "year": YEAR})
        removed = tables_of(store)
        restoration = undo(store, removal)
        _, sections = push(store, "course", {"calendar_id": CALENDAR})
        assert (removal.rows, sections.rows) == (1, 1)
        undo(store, sections)
        undo(store, restoration)
        assert differences(removed, tables_of(store)) == []
