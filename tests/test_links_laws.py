"""What must hold of every plan of links, on random districts (RULES.md 7, as far as it is about plans)."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from engine import Tables, plan_of, tables_of
from hypothesis import assume
from laws import (
    ABOVE,
    Request,
    all_verdicts,
    as_texts,
    by_id,
    differences,
    filled,
    in_order,
    key_of,
    on_random_districts,
    push,
    table_of,
    whole_master_push,
    with_locks,
)
from linking import LINKED_TABLES, links_plan_of, links_request, parent_of, unlinked, upper_owners, without_links
from random_districts import make_district
from test_laws import as_planned, everything_in, left_as_they_are, look_at
from test_laws_undo import undo

from coursepush.apply.apply import apply_plan
from coursepush.model.elements import ELEMENTS_BY_NAME, SETUP_LOCKS
from coursepush.model.tables import WORK_TABLES
from coursepush.model.verdicts import WRITING

# -- reading and writing -----------------------------------------------------------------------------------


@on_random_districts(times=0.5)
def test_a_dry_run_changes_nothing(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    with tempfile.TemporaryDirectory() as folder, filled(tables) as store:
        before = everything_in(store)
        plan = links_plan_of(store, links_request(seed, tables))
        look_at(store, plan, Path(folder))
        plan.matches()
        assert everything_in(store) == before


@on_random_districts()
def test_applying_writes_the_links_that_the_plan_says_and_nothing_else(seed: int, size: int) -> None:
    """No value, no id, no row of students' work; and the plan's own counts add up."""
    tables = make_district(seed, size)
    with filled(tables) as store:
        before, work = tables_of(store), everything_in(store)
        plan = links_plan_of(store, links_request(seed, tables))
        rows = plan.rows().to_dicts()
        receipt = apply_plan(store, plan)
        after = tables_of(store)
        assert differences(as_planned(before, rows), in_order(after)) == []
        assert {row["verdict"] for row in rows} & set(WRITING) <= {"relink"}
        assert all(row["before"] == row["after"] for row in rows)
        written = ("parent_row_id", "is_link_broken")
        for table in LINKED_TABLES:
            plain, now = (
                [{name: value for name, value in row.items() if name not in written} for row in one[table]]
                for one in (before, after)
            )
            assert now == plain
        stands = everything_in(store)
        assert all(stands[f"main.{name}"] == work[f"main.{name}"] for name in ("enrollment", *WORK_TABLES))
        matches = plan.matches()
        assert receipt.rows == plan.writes == matches["equal"].sum() + matches["differing"].sum()


@on_random_districts()
def test_no_two_rows_of_an_owner_are_linked_to_one_row_above(seed: int, size: int) -> None:
    """Keys are unique on an owner, so that a pair by key is the only one; a linked row holds what it has."""
    tables = make_district(seed, size)
    with filled(tables) as store:
        plan = links_plan_of(store, links_request(seed, tables))
        pairs = Counter(
            (row["hop"], row["element"], row["owner_id"], row["upper_row_id"])
            for row in all_verdicts(store, plan)
            if row["upper_row_id"] is not None
        )
        assert set(pairs.values()) <= {1}
        linked = [(table_of(row), row["row_id"]) for row in plan.rows(verdict="relink").to_dicts()]
        assert len(set(linked)) == len(linked)


@on_random_districts()
def test_linking_again_writes_nothing(seed: int, size: int) -> None:
    """What was linked is linked already, what was left is left for the same reason, the digest stands still."""
    tables = make_district(seed, size)
    request = links_request(seed, tables)
    with filled(tables) as store:
        first = links_plan_of(store, request)
        apply_plan(store, first)
        after = tables_of(store)
        again = links_plan_of(store, request)
        assert again.writes == apply_plan(store, again).rows == 0
        assert tables_of(store) == after
        left = [row for row in first.rows().to_dicts() if row["verdict"] not in WRITING]
        assert as_texts(left) == as_texts(again.rows().to_dicts())
        assert left_as_they_are(left) == left_as_they_are(again.rows().to_dicts())
        third = links_plan_of(store, request)
        assert (third.digest, third.state) == (again.digest, again.state)


@on_random_districts(times=0.5)
def test_parts_one_after_the_other_are_the_whole(seed: int, size: int) -> None:
    """By data type and by course, in whatever order: no link rests on another one."""
    tables = make_district(seed, size)
    request = {**links_request(seed, tables), "data": None}
    names = list(ELEMENTS_BY_NAME)
    random.Random(seed).shuffle(names)
    with filled(tables) as one, filled(tables) as other, filled(tables) as third:
        whole = links_plan_of(one, request)
        apply_plan(one, whole)
        for part in (names[:2], names[2:]):
            apply_plan(other, links_plan_of(other, {**request, "data": part}))
        courses = sorted({row["course_id"] for row in all_verdicts(one, whole)})
        assume(courses)
        for course in reversed(courses):
            apply_plan(third, links_plan_of(third, {**request, "courses": [course]}))
        assert differences(tables_of(one), tables_of(other)) == []
        assert differences(tables_of(one), tables_of(third)) == []


# -- undo --------------------------------------------------------------------------------------------------


@on_random_districts()
def test_undo_takes_the_links_back_exactly_and_applying_again_is_applying(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    request = links_request(seed, tables)
    with filled(tables) as store:
        before = tables_of(store)
        plan = links_plan_of(store, request)
        receipt = apply_plan(store, plan)
        assume(receipt.rows)
        linked = tables_of(store)
        assert linked != before
        undone = undo(store, receipt)
        assert differences(before, tables_of(store)) == []
        again = links_plan_of(store, request)
        assert (again.digest, again.state) == (plan.digest, plan.state)
        undo(store, undone)
        assert differences(linked, tables_of(store)) == []


# -- a district whose extract has no links -------------------------------------------------------------------


@pytest.mark.parametrize("work", [True, False], ids=["used", "unused"])
@on_random_districts(times=0.5)
def test_lost_links_come_back_where_the_keys_agree(work: bool, seed: int, size: int) -> None:
    """After a push in overwrite mode; what students use may be left over, without its row above."""
    tables = make_district(seed, size)
    if not work:
        tables |= {name: [] for name in WORK_TABLES}
    request = whole_master_push(seed, tables, mode="overwrite", to_sections=True)
    with filled(with_locks(tables, request["catalog_id"], *SETUP_LOCKS)) as store:
        push(store, "master", request)
        original = tables_of(store)
    with filled(without_links(original)) as store:
        plan = links_plan_of(store, scope_of(request))
        apply_plan(store, plan)
        reached = {(table_of(row), row["row_id"]) for row in all_verdicts(store, plan) if row["element"] != "*"}
        linked = tables_of(store)
    sound = [
        (table, row)
        for table in LINKED_TABLES
        for row in original[table]
        if (table, row["row_id"]) in reached and parent_of(original, table, row)
    ]
    assume(sound)
    stands = {table: by_id(linked[table]) for table in LINKED_TABLES}
    assert [stands[table][row["row_id"]]["parent_row_id"] for table, row in sound] == [
        row["parent_row_id"] for _, row in sound
    ]


def scope_of(request: Request) -> Request:
    return {name: request[name] for name in ("catalog_id", "year", "calendars")}


def in_step(seed: int, tables: Tables) -> tuple[Tables, Request]:
    """A district whose setup was pushed to empty courses, to which schools and teachers added rows of their own.

    And the push: everything that the catalog has, locked mode, to the sections.
    """
    request = whole_master_push(seed, tables, mode="locked", to_sections=True)
    empty = {**with_locks(tables, request["catalog_id"], *SETUP_LOCKS), "assignment": [], "assignment_task": []}
    with filled({**empty, "score": [], **{table: [] for table in LINKED_TABLES}}) as store:
        push(store, "master", request)
        pushed = tables_of(store)
    for table in LINKED_TABLES:
        level, _, family = table.partition("_")
        above, uppers = f"{ABOVE[level]}_{family}", upper_owners(tables, level)
        wanted = {(row["owner_id"], key_of(above, row)) for row in pushed[above]}
        largest = max((row["row_id"] for row in pushed[table]), default=0)
        for row in tables[table]:
            if row["parent_row_id"] is None and (uppers[row["owner_id"]], key_of(table, row)) not in wanted:
                largest += 1
                pushed[table].append({**row, "row_id": largest, **unlinked(table)})
    return pushed, request


@on_random_districts()
def test_once_linked_a_locked_push_says_what_it_said_before_the_links_were_lost(seed: int, size: int) -> None:
    tables, request = in_step(seed, make_district(seed, size))
    with filled(tables) as one, filled(without_links(tables)) as other:
        before, lost = plan_of(one, "master", request), plan_of(other, "master", request)
        assume("linked" in before.counts()["link"])
        assert lost.state != before.state
        apply_plan(other, links_plan_of(other, scope_of(request)))
        assert differences(tables_of(one), tables_of(other)) == []
        after = plan_of(other, "master", request)
        assert after.counts().equals(before.counts())
        assert (after.digest, after.state) == (before.digest, before.state)
