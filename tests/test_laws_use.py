"""Laws 9 and 10 on random districts: what is used stays and comes back; more locks govern more (RULES.md 7)."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from engine import Tables, plan_of, tables_of
from hypothesis import assume
from laws import (
    Row,
    all_verdicts,
    by_id,
    filled,
    key_of,
    on_random_districts,
    push,
    push_for,
    put_in,
    table_of,
    targets,
    whole_master_push,
    with_locks,
)
from random_districts import make_district

from coursepush.model.elements import ELEMENTS_BY_NAME, SETUP_LOCKS
from coursepush.plan.plan import Plan
from coursepush.store import Store

# -- law 9 -----------------------------------------------------------------------------------------------


def most_common_task(tables: Tables, courses: list[int]) -> tuple[int, int] | None:
    """A master and one of its tasks that most of these courses have, linked to it, and have sections."""
    taught = {row["course_id"] for row in tables["section"]} & set(courses)
    master_of = {row["course_id"]: row["master_id"] for row in tables["course"] if row["course_id"] in taught}
    on_master = {(row["owner_id"], row["task_id"]) for row in tables["master_task"]}
    found = Counter(
        (master_of[row["owner_id"]], row["task_id"])
        for row in tables["course_task"]
        if (master_of.get(row["owner_id"]), row["task_id"]) in on_master
    )
    return min(found, key=lambda one: (-found[one], one)) if found else None


def graded_on(tables: Tables, task_id: int) -> Tables:
    """The same district; in every section one more student has a grade on the task in every term."""
    calendar_of = {row["course_id"]: row["calendar_id"] for row in tables["course"]}
    grades = [
        {"section_id": section["section_id"], "student_id": 9_000_000_000, "task_id": task_id,
         "term_seq": term["term_seq"], "mark": "A", "percent": None, "comment": None}
        for section in tables["section"]
        for term in tables["term"]
        if term["calendar_id"] == calendar_of[section["course_id"]]
    ]  # fmt: skip
    return {**tables, "posted_grade": tables["posted_grade"] + grades}


MASTER_TASK_SETUP = {
    "master_task": "task_id = {task}",
    "master_grade_calc": "task_id = {task}",
    "master_composite": "{task} in (task_id, child_task_id)",
}
"""The rows of a master that go when a task is taken off it."""


@on_random_districts(times=0.5)
def test_law_9_a_task_taken_off_a_master_and_put_back_relinks_what_stayed(seed: int, size: int) -> None:
    """Overwrite without the task keeps what is used; with the task back under new ids it is taken up again."""
    tables = make_district(seed, size)
    request = whole_master_push(seed, tables, mode="overwrite", to_sections=True, calendars=None)
    tables = with_locks(tables, request["catalog_id"], *SETUP_LOCKS)
    with filled(tables) as store:
        chosen = most_common_task(tables, targets(store, plan_of(store, "master", request)))
    assume(chosen)
    master, task = chosen
    with filled(graded_on(tables, task)) as store:
        push(store, "master", request)
        taken_off = take_task_off(store, master, task)
        without, _ = push(store, "master", request)
        of_master = {row["course_id"] for row in tables["course"] if row["master_id"] == master}
        stayed = {
            (row["element"], row["row_id"])
            for row in without.rows(hop=1, reason=["residual", "residual_task"]).to_dicts()
            if row["course_id"] in of_master and key_of(table_of(row), json.loads(row["key"])) in taken_off
        }
        assert any(element in ("grading_tasks", "standards") for element, _ in stayed)
        put_task_back(store, taken_off)
        back, _ = push(store, "master", request)
        said = {(row["element"], row["row_id"]): row for row in back.rows(hop=1).to_dicts() if row["row_id"]}
        unpushable = {one for one in stayed if said[one]["reason"] in ("missing_dependency", "no_such_term")}
        assert {said[one]["verdict"] for one in stayed - unpushable} == {"relink"}
        assert {said[one]["link"] for one in stayed - unpushable} <= {"orphan", "local"}
        assert all_linked(tables_of(store), stayed - unpushable)


def take_task_off(store: Store, master: int, task: int) -> dict[tuple[Any, ...], tuple[str, Row]]:
    """Delete what names the task from the master: business key → table and row."""
    gone: dict[tuple[Any, ...], tuple[str, Row]] = {}
    for table, where in MASTER_TASK_SETUP.items():
        rows = [row for row in tables_of(store)[table] if row["owner_id"] == master]
        with store.writing() as session:
            named = f"owner_id = {master} and {where.format(task=task)}"
            ids = {row[0] for row in session.rows("find", f"select row_id from {table} where {named}")}
            session.run("take off", f"delete from {table} where {named}")
        gone |= {key_of(table, row): (table, row) for row in rows if row["row_id"] in ids}
    return gone


def put_task_back(store: Store, rows: dict[tuple[Any, ...], tuple[str, Row]]) -> None:
    """The same rows under ids that none had before."""
    new_id = 8_000_000_000
    for table, row in rows.values():
        new_id += 1
        put_in(store, table, {**row, "row_id": new_id})


def all_linked(tables: Tables, rows: Iterable[tuple[str, int]]) -> bool:
    """Whether these course rows hang on rows of their masters now."""
    for element, row_id in rows:
        table = ELEMENTS_BY_NAME[element].table("course")
        row = by_id(tables[table])[row_id]
        upper = by_id(tables[table.replace("course", "master")])[row["parent_row_id"]]
        if row["is_link_broken"] or key_of(table, upper) != key_of(table, row):
            return False
    return True


# -- law 10 ----------------------------------------------------------------------------------------------


def governed(store: Store, plan: Plan) -> set[tuple[Any, ...]]:
    """The present rows and fields that the plan has a verdict for."""
    return {
        (row["hop"], row["element"], row["owner_id"], row["row_id"], row["field"])
        for row in all_verdicts(store, plan)
        if row["row_id"] is not None or row["field"] is not None
    }


@on_random_districts()
def test_law_10_more_locks_never_govern_fewer_rows(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    request = whole_master_push(seed, tables, to_sections=True)
    rng = random.Random(seed)
    known = [*SETUP_LOCKS, "course_info.name", "course_info.number", "course_info.is_advisory"]
    locks = rng.sample(known, len(known))
    catalog = request["catalog_id"]
    bare = {**tables, "catalog_lock": [r for r in tables["catalog_lock"] if r["catalog_id"] != catalog]}
    found: list[set[tuple[Any, ...]]] = []
    for count in sorted(rng.sample(range(len(locks) + 1), 3)):
        with filled(with_locks(bare, catalog, *locks[:count])) as store:
            found.append(governed(store, plan_of(store, "master", request)))
    assert found[0] <= found[1] <= found[2]


def more_used(tables: Tables, rng: random.Random) -> Tables:
    """The same district with assignments and posted grades added to a good part of what is set up."""
    assignments, tasks, grades = [], [], []
    of_course = {row["section_id"]: row["course_id"] for row in tables["section"]}
    options: dict[int, list[tuple[int, int]]] = {}
    for table in ("course_grade_calc", "course_composite"):
        for row in tables[table]:
            options.setdefault(row["owner_id"], []).append((row["task_id"], row["term_seq"]))
    for place, row in enumerate(rng.sample(tables["section_category"], len(tables["section_category"]) // 2)):
        one = 9_000_000_000 + place
        assignments.append(
            {"assignment_id": one, "section_id": row["owner_id"], "category_row_id": row["row_id"],
             "lesson_id": None, "name": "More", "due_date": None, "points": Decimal(10),
             "multiplier": Decimal(1), "is_active": rng.random() < 0.7}
        )  # fmt: skip
        for task, term in set(rng.sample(options.get(of_course[row["owner_id"]], []), 1)):
            tasks.append({"assignment_id": one, "task_id": task, "term_seq": term})
    for section, course in of_course.items():
        for task, term in dict.fromkeys(options.get(course, [])):
            if rng.random() < 0.4:
                grades.append(
                    {"section_id": section, "student_id": 9_000_000_000, "task_id": task, "term_seq": term,
                     "mark": "A", "percent": None, "comment": None}
                )  # fmt: skip
    more = {"assignment": assignments, "assignment_task": tasks, "posted_grade": grades}
    return {name: rows + more.get(name, []) for name, rows in tables.items()}


@on_random_districts()
def test_law_10_more_use_never_deletes_more(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    if kind == "master" and request["release"] != ".2211":
        request |= {"mode": "overwrite", "to_sections": True}
    gone: list[set[tuple[Any, ...]]] = []
    for district in (tables, more_used(tables, random.Random(seed))):
        with filled(district) as store:
            deleted = plan_of(store, kind, request).rows(verdict="delete").to_dicts()
            gone.append({(row["hop"], row["element"], row["row_id"]) for row in deleted})
    assert gone[1] <= gone[0]
