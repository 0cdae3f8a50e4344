"""The laws of a push on random districts (RULES.md 7); ids, use and undo have files of their own."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engine import Tables, plan_of, tables_of
from hypothesis import assume
from laws import (
    ABOVE,
    SETUP_TABLES,
    Request,
    Row,
    all_verdicts,
    as_texts,
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
    table_of,
    targets,
    typed,
    values_of,
    without_lock,
)
from random_districts import make_district

from coursepush import District
from coursepush.apply.apply import apply_plan
from coursepush.errors import StoreError
from coursepush.model.elements import SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import ATTRIBUTES, SETUP_KEYS, WORK_TABLES
from coursepush.model.verdicts import WRITING
from coursepush.plan.plan import Plan
from coursepush.store import Store

# -- law 1 -----------------------------------------------------------------------------------------------


def everything_in(store: Store) -> dict[str, list[str]]:
    """Every table of the district's database, the toolkit's own too."""
    with store.reading() as session:
        tables = session.rows(
            "tables",
            "select schema_name, table_name from duckdb_tables() where database_name = 'district' order by all",
        )
        return {
            f"{schema}.{name}": sorted(map(repr, session.rows("all", f"select * from district.{schema}.{name}")))
            for schema, name in tables
        }


def look_at(store: Store, plan: Plan, folder: Path) -> None:
    """Everything that can be done with a plan short of applying it."""
    plan.rows()
    plan.rows(names=True, limit=5)
    plan.counts()
    assert plan.digest
    assert plan.state
    assert repr(plan)
    assert plan._repr_html_()
    plan.save(folder / "plan.parquet")
    district = District(store)
    district.reports.push_result(plan)
    district.reports.residual()
    district.history()


@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
@on_random_districts(times=0.5)
def test_law_1_a_dry_run_changes_nothing(in_file: bool, seed: int, size: int) -> None:
    """No table of the district changes, and no byte of its file."""
    tables = make_district(seed, size)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "district.duckdb" if in_file else None
        with filled(tables, path) as store:
            before = everything_in(store)
            bytes_before = hashlib.sha256(path.read_bytes()).digest() if path else None
            plan = plan_of(store, *push_for(seed, tables))
            look_at(store, plan, Path(folder))
            assert everything_in(store) == before
            assert (hashlib.sha256(path.read_bytes()).digest() if path else None) == bytes_before


@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into catalog values (987654, 'x')",
        "update course set name = 'x'",
        "delete from score",
        "create table district.main.x (i integer)",
        "drop table score",
    ],
)
def test_law_1_the_database_itself_refuses_to_write_while_a_plan_reads(
    in_file: bool, statement: str, tmp_path: Path
) -> None:
    with filled(make_district(7, 1), tmp_path / "district.duckdb" if in_file else None) as store:
        before = everything_in(store)
        with store.reading() as session, pytest.raises(StoreError) as caught:
            session.run("write", statement)
        assert isinstance(caught.value.__cause__, duckdb.Error)
        assert "read-only" in str(caught.value.__cause__)
        assert everything_in(store) == before


# -- laws 2 and 7 ----------------------------------------------------------------------------------------


def as_planned(before: Tables, rows: list[Row]) -> Tables:
    """The tables as `plan.rows()` says that they will be, new ids included (MODEL.md 5)."""
    after = {name: [dict(row) for row in stand] for name, stand in before.items()}
    writes = [row for row in rows if row["verdict"] in WRITING]
    new_ids: dict[tuple[str, int, tuple[Any, ...]], int] = {}
    for level in ABOVE:
        for family in SETUP_KEYS:
            table = f"{level}_{family}"
            mine = [row for row in writes if is_setup(row) and table_of(row) == table]
            if mine:
                _number_new_rows(before, table, mine, new_ids)
                _write_rows(after[table], table, mine, new_ids)
    for row in writes:
        if row["element"] == "course_info":
            _write_attribute(after, row)
        elif row["element"] == "advisory":
            section = next(one for one in after["section"] if one["section_id"] == row["section_id"])
            assert section["is_advisory"] == json.loads(row["before"])
            section["is_advisory"] = json.loads(row["after"])
    return in_order(after)


def _number_new_rows(before: Tables, table: str, rows: list[Row], new_ids: dict[Any, int]) -> None:
    """Upward from the largest id in use or pointed to, in order of owner and business key."""
    level, _, family = table.partition("_")
    taken = [row["row_id"] for row in before[table]]
    taken += [row["parent_row_id"] or 0 for row in before.get(f"section_{family}", []) if level == "course"]
    if table == "section_category":
        taken += [row["category_row_id"] for row in before["assignment"]]
    added = [row for row in rows if row["verdict"] == "insert"]
    keys = sorted((owner_of(row), key_of(table, json.loads(row["key"]))) for row in added)
    for place, (owner, key) in enumerate(keys, max(taken, default=0) + 1):
        new_ids[table, owner, key] = place


def _write_rows(stand: list[Row], table: str, rows: list[Row], new_ids: dict[Any, int]) -> None:
    found = by_id(stand)
    for row in rows:
        key = key_of(table, json.loads(row["key"]))
        upper_id = row["parent_row_id"]
        if upper_id is None and row["verdict"] in ("insert", "relink"):
            upper_id = new_ids[table_of(row, above=True), row["course_id"], key]
        if row["verdict"] == "insert":
            found[0] = {"row_id": new_ids[table, owner_of(row), key], "owner_id": owner_of(row)}
            present = found.pop(0)
            stand.append(present)
        else:
            present = found[row["row_id"]]
            was = values_of(table, row["before"])
            assert was == {name: present[name] for name in was}, "before is the row as it stands"
        if row["verdict"] == "delete":
            assert row["after"] is None
            stand.remove(present)
            continue
        present |= values_of(table, row["after"])
        if row["verdict"] in ("insert", "relink"):
            present["parent_row_id"] = upper_id
            if table.startswith("course_"):
                present["is_link_broken"] = False


def _write_attribute(after: Tables, row: Row) -> None:
    course, field = row["course_id"], row["field"]
    value, was = json.loads(row["after"]), json.loads(row["before"])
    if field.startswith("custom."):
        mine = {"level": "course", "owner_id": course, "field": field.removeprefix("custom.")}
        found = [one for one in after["custom_field"] if mine.items() <= one.items()]
        assert was == (found[0]["value"] if found else None)
        if found:
            found[0]["value"] = value
        else:
            after["custom_field"].append({**mine, "value": value})
        return
    column = next(one for one in ATTRIBUTES if one.name == field)
    present = next(one for one in after["course"] if one["course_id"] == course)
    assert present[field] == typed(column, was)
    present[field] = typed(column, value)


@on_random_districts()
def test_law_2_applying_does_what_the_plan_says_and_nothing_else(seed: int, size: int) -> None:
    """Every row that the plan writes stands as its `after`; every other row of every table is untouched."""
    tables = make_district(seed, size)
    with filled(tables) as store:
        before = tables_of(store)
        plan = plan_of(store, *push_for(seed, tables))
        rows = plan.rows().to_dicts()
        receipt = apply_plan(store, plan)
        assert differences(as_planned(before, rows), in_order(tables_of(store))) == []
        assert receipt.rows == plan.writes == sum(row["verdict"] in WRITING for row in rows)


@on_random_districts()
def test_law_7_students_work_is_untouched_by_any_push(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    if kind == "master" and request["release"] != ".2211":
        request |= {"mode": "overwrite", "to_sections": True}
    names = {"enrollment", *WORK_TABLES}
    with filled(tables) as store:
        before = {name: rows for name, rows in everything_in(store).items() if name[5:] in names}
        assert len(before) == len(names) == 5
        push(store, kind, request)
        assert {name: rows for name, rows in everything_in(store).items() if name in before} == before


# -- law 3 -----------------------------------------------------------------------------------------------


def left_as_they_are(rows: Iterable[Row]) -> set[tuple[Any, ...]]:
    """The present rows, fields, courses and elements that a plan leaves as they are, and why."""
    return {
        (row["hop"], row["element"], owner_of(row) if row["section_id"] else row["course_id"], row["row_id"],
         row["field"], row["verdict"], row["reason"])
        for row in rows
        if row["verdict"] not in WRITING and (row["row_id"] or not row["key"])
    }  # fmt: skip


@on_random_districts()
def test_law_3_the_same_push_again_writes_nothing(seed: int, size: int) -> None:
    """What was written is the same now, what was left stays left for the same reason, the digest stands still."""
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    with filled(tables) as store:
        first, _ = push(store, kind, request)
        after = tables_of(store)
        again, receipt = push(store, kind, request)
        assert again.rows(verdict=list(WRITING)).to_dicts() == []
        assert (again.writes, receipt.rows) == (0, 0)
        assert tables_of(store) == after
        assert left_as_they_are(first.rows().to_dicts()) <= left_as_they_are(again.rows().to_dicts())
        third = plan_of(store, kind, request)
        assert (third.digest, third.state) == (again.digest, again.state)
        assert third.id != again.id


# -- law 4 -----------------------------------------------------------------------------------------------


@on_random_districts(times=0.5)
def test_law_4_disjoint_courses_one_after_the_other_are_courses_together(seed: int, size: int) -> None:
    """Course numbers aside, and the ids of new rows."""
    tables = without_lock(make_district(seed, size), "course_info.number")
    kind, request = push_for(seed, tables, courses=None, masters=None)
    if kind == "course":
        request.pop("masters")
    with filled(tables) as one, filled(tables) as other:
        together, _ = push(one, kind, request)
        courses = sorted({row["course_id"] for row in all_verdicts(one, together)})
        assume(len(courses) > 1)
        random.Random(seed).shuffle(courses)
        cut = len(courses) // 2
        parts = [push(other, kind, {**request, "courses": part})[0] for part in (courses[:cut], courses[cut:])]
        rows = [row for part in parts for row in part.rows().to_dicts()]
        assert as_texts(rows) == as_texts(together.rows().to_dicts())
        assert differences(aside_new_ids(tables_of(one)), aside_new_ids(tables_of(other))) == []


# -- law 8 -----------------------------------------------------------------------------------------------


def is_local(row: Row) -> bool:
    return row["parent_row_id"] is None


@pytest.mark.parametrize("kind", ["master", "course"])
@on_random_districts(times=0.5)
def test_law_8_locked_mode_deletes_no_local_row_and_changes_none_but_renamed(
    kind: str, seed: int, size: int
) -> None:
    tables = make_district(seed, size)
    gentle = {"mode": "locked", "to_sections": True} if kind == "master" else {"overwrite_categories": False}
    _, request = push_for(seed, tables, kind, **gentle)
    with filled(tables) as store:
        before = tables_of(store)
        plan, _ = push(store, kind, request)
        after = tables_of(store)
        touched = [row for row in plan.rows(link="local").to_dicts() if row["verdict"] in WRITING]
        assert {row["verdict"] for row in touched} <= {"rename"}
        renamed = {(table_of(row), row["row_id"]) for row in touched}
        for table in SETUP_TABLES:
            stand = by_id(after[table])
            for row in before[table] if not table.startswith("master_") else ():
                if is_local(row):
                    name = {"name": stand[row["row_id"]]["name"]} if (table, row["row_id"]) in renamed else {}
                    assert stand[row["row_id"]] == {**row, **name}


# -- law 11 ----------------------------------------------------------------------------------------------


def totals(plans: Iterable[Plan], hop: int) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for plan in plans:
        for *words, rows in plan.counts().rows():
            if words[0] == hop:
                found[tuple(words)] += rows
    return found


@on_random_districts(times=0.5)
def test_law_11_locked_to_sections_is_hop_1_and_then_push_all_courses(seed: int, size: int) -> None:
    """Of the same courses, per calendar, with the data types that are ticked and locked."""
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables, "master", mode="locked", to_sections=True)
    with filled(tables) as one, filled(tables) as other:
        at_once, _ = push(one, kind, request)
        push(other, kind, {**request, "to_sections": False})
        data = [element.name for element in at_once.scope.hop2] + ["advisory"] * at_once.scope.advisory
        chosen = set(targets(one, at_once))
        calendar_of = {row["course_id"]: row["calendar_id"] for row in tables["course"]}
        calendars = sorted({calendar_of[course] for course in chosen})
        then = []
        for calendar in calendars:
            courses = sorted(course for course in chosen if calendar_of[course] == calendar)
            then.append(push(other, "course", {"calendar_id": calendar, "courses": courses, "data": data})[0])
        assert totals([at_once], 2) == totals(then, 2)
        ends = [tables_of(one), tables_of(other)]
        if len(calendars) > 1:
            ends = [aside_new_ids(end) for end in ends]
        assert differences(*ends) == []


# -- accounting and determinism --------------------------------------------------------------------------


def in_scope(tables: Tables, request: Request) -> dict[str, set[int]]:
    """The courses of a Push All Course Masters by their fate: inactive, ignore, target (RULES.md 1)."""
    catalog_of = {(row["school_id"], row["end_year"]): row["catalog_id"] for row in tables["catalog_school"]}
    calendars = {
        row["calendar_id"]
        for row in tables["calendar"]
        if row["end_year"] == request["year"]
        and catalog_of.get((row["school_id"], row["end_year"])) == request["catalog_id"]
        and (request["calendars"] is None or row["calendar_id"] in request["calendars"])
        and (request["calendars"] or request["release"] != "current" or not row["is_summer"])
    }
    masters = {row["master_id"]: row for row in tables["course_master"]}
    fates: dict[str, set[int]] = {"inactive": set(), "ignore": set(), "target": set()}
    for course in tables["course"]:
        master = masters.get(course["master_id"])
        if course["calendar_id"] not in calendars or not master:
            continue
        if master["catalog_id"] != request["catalog_id"]:
            continue
        if request["masters"] and master["master_id"] not in request["masters"]:
            continue
        if request["courses"] and course["course_id"] not in request["courses"]:
            continue
        fate = "ignore" if course["ignore_master_push"] else "target"
        fates[fate if master["is_active"] else "inactive"].add(course["course_id"])
    return fates


def present_ids(tables: Tables, element: SetupElement, level: str, owners: Iterable[int]) -> set[int]:
    standards = {row["task_id"] for row in tables["grading_task"] if row["is_standard"]}
    return {
        row["row_id"]
        for row in tables[element.table(level)]
        if row["owner_id"] in owners
        and (element.is_standard is None or (row["task_id"] in standards) == element.is_standard)
    }


@on_random_districts()
def test_every_pair_has_exactly_one_verdict_and_the_counts_add_up(seed: int, size: int) -> None:
    """Each (hop, element, owner, row or field) once: no row twice, none left out, `same` only counted."""
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    with filled(tables) as store:
        plan = plan_of(store, kind, request)
        rows, verdicts = plan.rows().to_dicts(), all_verdicts(store, plan)
    counts = plan.counts()
    same = sum(row["verdict"] == "same" for row in verdicts)
    assert not any(row["verdict"] == "same" for row in rows)
    assert len(rows) + same == counts["rows"].sum() == len(verdicts)
    words = [name for name in counts.columns if name != "rows"]
    counted = {row[:-1]: row[-1] for row in counts.rows()}
    assert Counter(tuple(row[word] for word in words) for row in verdicts) == counted
    shown = Counter(tuple(row[word] for word in words) for row in rows)
    assert shown == {said: number for said, number in counted.items() if said[2] != "same"}
    assert all_once(verdicts, rows)
    if kind == "master":
        assert none_left_out(tables, request, plan, verdicts)


def all_once(verdicts: list[Row], rows: list[Row]) -> bool:
    present = [(v["hop"], v["element"], v["owner_id"], v["row_id"], v["field"]) for v in verdicts
               if v["row_id"] or v["field"]]  # fmt: skip
    absent = [(row["hop"], row["element"], owner_of(row), row["key"]) for row in rows
              if row["key"] and not row["row_id"]]  # fmt: skip
    parts = ("row_id", "field", "upper_row_id", "upper_is_new")
    whole = [(v["hop"], v["element"], v["course_id"]) for v in verdicts if not any(v[part] for part in parts)]
    return all(len(some) == len(set(some)) for some in (present, absent, whole))


def none_left_out(tables: Tables, request: Request, plan: Plan, verdicts: list[Row]) -> bool:
    """Every present row of every element that goes, of every course and section in scope, has its verdict."""
    fates = in_scope(tables, request)
    reached = {row["course_id"] for row in verdicts if row["element"] == "*" and row["hop"] == 1}
    assert reached == fates["inactive"] | fates["ignore"]
    crossing = {row["course_id"] for row in tables["course"] if row["is_cross_site"]}
    sections = {r["section_id"] for r in tables["section"] if r["course_id"] in fates["target"] - crossing}
    hops = [(1, "course", fates["target"], plan.scope.hop1), (2, "section", sections, plan.scope.hop2)]
    for hop, level, owners, going in hops:
        for element in SETUP_ELEMENTS:
            said = {v["row_id"] for v in verdicts if (v["hop"], v["element"]) == (hop, element.name)} - {None}
            there = present_ids(tables, element, level, owners) if element in going else set()
            weights_only = element.name == "composite_grades" and not plan.scope.composite_structure
            assert said <= there if weights_only else said == there
    fields = Counter(v["course_id"] for v in verdicts if v["element"] == "course_info" and v["field"])
    locked = len(plan.scope.locked_fields) + len(plan.scope.locked_custom_fields)
    assert fields == (dict.fromkeys(fates["target"], locked) if locked else {})
    return True


@on_random_districts(times=0.5)
def test_neither_threads_nor_the_place_of_the_district_change_a_plan(seed: int, size: int) -> None:
    """One thread, two threads, in memory or in a file: the same digest, and the same tables when applied."""
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for path, threads in ((None, 1), (None, 2), (Path(folder) / "district.duckdb", 2)):
            with filled(tables, path, threads) as store:
                plan, _ = push(store, kind, request)
                found.append((plan.digest, plan.state, tables_of(store)))
    assert found[0] == found[1] == found[2]
