"""What a plan leaves behind, read before it is applied, is what stands there afterwards: ids and links too."""

from __future__ import annotations

from contextlib import closing

import pytest
from engine import plan_of, store_of
from random_districts import make_district, make_request
from rounds import rounds

from coursepush.apply.apply import apply_plan
from coursepush.model.tables import TABLES
from coursepush.plan.after import rows_after_sql
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.store import Store

PUSHED = [name for name in TABLES if name.startswith(("course_", "section_")) and "row_id" in TABLES[name].names]

Rows = dict[str, set[tuple[object, ...]]]


def as_the_plan_says(store: Store, plan: Plan, **narrowed: str) -> Rows:
    with store.reading() as session:
        return {
            name: set(session.rows("after", f"select {columns(name)} from ({after(plan, name, **narrowed)})"))
            for name in PUSHED
        }


def after(plan: Plan, name: str, **narrowed: str) -> str:
    return rows_after_sql(plan.tables, name, **narrowed)


def columns(name: str) -> str:
    return ", ".join(column.name for column in TABLES[name].columns)


def as_they_stand(store: Store) -> Rows:
    with store.reading() as session:
        return {
            name: set(
                session.rows(
                    "stand",
                    "select * replace (array_to_string(task_ids, ';') as task_ids) from " + name
                    if "task_ids" in TABLES[name].names
                    else f"select {columns(name)} from {name}",
                )
            )
            for name in PUSHED
        }


@pytest.mark.parametrize("seed", range(rounds(12, 60)))
def test_after_is_what_applying_leaves_and_an_undo_restores(seed: int) -> None:
    tables = make_district(seed)
    kind, request = make_request(seed, tables)
    with closing(store_of(tables)) as store:
        before = as_they_stand(store)
        plan = plan_of(store, kind, request)
        said = as_the_plan_says(store, plan)
        if not plan.writes:
            assert said == before
            return
        push = apply_plan(store, plan).push_id
        assert said == as_they_stand(store)
        with store.reading() as session:
            undo = plan_asked(store, session, "undo", push_id=push)
        assert as_the_plan_says(store, undo) == before


def test_after_is_narrowed_to_the_owners_asked_for() -> None:
    tables = make_district(1)
    kind, request = make_request(1, tables)
    with closing(store_of(tables)) as store:
        plan = plan_of(store, kind, request)
        every = as_the_plan_says(store, plan)
        owner = min(row[1] for row in every["course_category"])  # type: ignore[type-var]
        narrowed = as_the_plan_says(store, plan, owners=f"(select {owner} as owner_id)")
        for name in PUSHED:
            assert narrowed[name] == {row for row in every[name] if row[1] == owner}, name
        assert narrowed["course_category"]
