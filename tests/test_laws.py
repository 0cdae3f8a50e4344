"""The laws of rules.md section 7 on random districts, all but undo (test_laws_undo.py).

``COURSEPUSH_EXAMPLES=20`` tries twenty times as many districts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engine import Tables, fill, plan_of, tables_of
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from random_districts import make_district, make_request

from coursepush import District
from coursepush.apply.apply import Receipt, apply_plan
from coursepush.errors import StoreError
from coursepush.model.elements import ELEMENTS_BY_NAME, SETUP_ELEMENTS, SETUP_LOCKS, SetupElement
from coursepush.model.tables import ATTRIBUTES, SETUP_KEYS, TABLES, WORK_TABLES, Column
from coursepush.model.verdicts import WRITING
from coursepush.plan.plan import Plan
from coursepush.plan.text import plan_verdicts_sql
from coursepush.store import Store

Row = dict[str, Any]
Request = dict[str, Any]

EXAMPLES = 4 * int(os.environ.get("COURSEPUSH_EXAMPLES", "1"))
"""Districts a law is tried on; laws that push several times take half of them, some that only plan twice."""

ABOVE = {"course": "master", "section": "course"}
SETUP_TABLES = tuple(name for name, table in TABLES.items() if "row_id" in table.names)


# -- districts and pushes --------------------------------------------------------------------------------


def on_random_districts(*, times: float = 1) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Runs a test on districts drawn as (seed, size), other ones for each test, the same every time."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        start = zlib.crc32(test.__name__.encode())
        seeds = st.integers(0, 99_999).map(lambda drawn: (drawn * 7919 + start) % 100_000)
        return settings(
            max_examples=max(int(EXAMPLES * times), 1),
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(seed=seeds, size=st.sampled_from((3, 1, 2, 4)))(test))

    return mark


def push_for(seed: int, tables: Tables, kind: str | None = None, **chosen: Any) -> tuple[str, Request]:
    """A push that the district allows, of that kind, with what was chosen for it."""
    requests = (make_request(seed + 100_000 * turn, tables) for turn in range(1_000))
    found, request = next(one for one in requests if kind in (None, one[0]))
    return found, {**request, **chosen}


def whole_master_push(seed: int, tables: Tables, **chosen: Any) -> Request:
    """Push All Course Masters of everything, in the current release."""
    everything = {"release": "current", "data": None, "masters": None, "courses": None}
    return push_for(seed, tables, "master", **{**everything, **chosen})[1]


@contextmanager
def filled(tables: Tables, path: Path | None = None, threads: int | None = None) -> Iterator[Store]:
    store = Store(path, threads)
    try:
        with store.writing(create=True) as session:
            fill(session, tables)
        yield store
    finally:
        store.close()


def push(store: Store, kind: str, request: Request) -> tuple[Plan, Receipt]:
    plan = plan_of(store, kind, request)
    return plan, apply_plan(store, plan)


def with_locks(tables: Tables, catalog_id: int, *locks: str) -> Tables:
    """The same district; the catalog has these locks as well."""
    rows = tables["catalog_lock"]
    have = {row["lock"] for row in rows if row["catalog_id"] == catalog_id}
    more = [{"catalog_id": catalog_id, "lock": lock} for lock in dict.fromkeys(locks) if lock not in have]
    return {**tables, "catalog_lock": rows + more}


def without_lock(tables: Tables, lock: str) -> Tables:
    return {**tables, "catalog_lock": [row for row in tables["catalog_lock"] if row["lock"] != lock]}


def all_verdicts(store: Store, plan: Plan) -> list[Row]:
    """Every verdict of the plan, `same` included."""
    with store.reading() as session:
        return session.frame("verdicts", plan_verdicts_sql(plan.prefix)).to_dicts()


def targets(store: Store, plan: Plan) -> list[int]:
    """The courses that the plan works on: in scope and not skipped whole on hop 1."""
    verdicts = all_verdicts(store, plan)
    whole = {row["course_id"] for row in verdicts if row["hop"] == 1 and row["element"] == "*"}
    return sorted({row["course_id"] for row in verdicts} - whole)


# -- reading rows ----------------------------------------------------------------------------------------


def table_of(row: Row, *, above: bool = False) -> str:
    """The setup table of a verdict row's present row, or of its wanted row."""
    level = "course" if row["hop"] == 1 else "section"
    return ELEMENTS_BY_NAME[row["element"]].table(ABOVE[level] if above else level)


def owner_of(row: Row) -> int:
    return row["course_id"] if row["hop"] == 1 else row["section_id"]


def is_setup(row: Row) -> bool:
    return row["element"] in ELEMENTS_BY_NAME and row["field"] is None and row["key"] is not None


def key_of(table: str, values: Row) -> tuple[Any, ...]:
    """The business key of a setup row; case does not tell names apart."""
    key = [values[column] for column in SETUP_KEYS[table.partition("_")[2]]]
    return tuple("".join(c.lower()[0] for c in one) if isinstance(one, str) else one for one in key)


def typed(column: Column, value: Any) -> Any:
    """A value of JSON text as its table holds it."""
    if value is None:
        return None
    if column.kind in ("decimal4", "decimal3"):
        return Decimal(value)
    return dt.date.fromisoformat(value) if column.kind == "date" else value


def values_of(table: str, text: str | None) -> Row | None:
    if text is None:
        return None
    return {name: typed(TABLES[table].column(name), value) for name, value in json.loads(text).items()}


def by_id(rows: Iterable[Row]) -> dict[int, Row]:
    return {row["row_id"]: row for row in rows}


def in_order(tables: Tables) -> Tables:
    """Every table's rows by key."""
    return {
        name: sorted(rows, key=lambda row, key=TABLES[name].key: tuple(row[one] for one in key))
        for name, rows in tables.items()
    }


def aside_new_ids(tables: Tables) -> Tables:
    """The tables without row ids: links are resolved to owner and business key."""
    names = {table: {i: (r["owner_id"], key_of(table, r)) for i, r in by_id(tables[table]).items()}
             for table in SETUP_TABLES}  # fmt: skip
    plain = dict(tables)
    for table in SETUP_TABLES:
        level, _, family = table.partition("_")
        upper = names.get(f"{ABOVE.get(level)}_{family}", {})
        rows = [{column: value for column, value in row.items() if column != "row_id"} for row in tables[table]]
        for row in rows:
            if level != "master":
                row["parent_row_id"] = upper.get(row["parent_row_id"], row["parent_row_id"])
        plain[table] = sorted(rows, key=lambda row, table=table: (row["owner_id"], key_of(table, row)))
    categories = names["section_category"]
    plain["assignment"] = [
        {**row, "category_row_id": categories.get(row["category_row_id"])} for row in tables["assignment"]
    ]
    return plain


def differences(one: Tables, other: Tables) -> list[str]:
    """What one set of tables has and the other has not: short enough to be read when a law fails."""
    found = []
    for name in one:
        here, there = (Counter(repr(sorted(row.items())) for row in tables[name]) for tables in (one, other))
        found += [f"only first: {name} {row}" for row in (here - there).elements()]
        found += [f"only second: {name} {row}" for row in (there - here).elements()]
    return found


def as_texts(rows: Iterable[Row]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


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
    """The tables as `plan.rows()` says that they will be, new ids included (model.md)."""
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


# -- law 5 -----------------------------------------------------------------------------------------------


@on_random_districts(times=0.5)
def test_law_5_the_order_of_rows_changes_nothing(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    rng = random.Random(seed)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in tables.items()}
    with filled(tables) as one, filled(shuffled) as other:
        plans = [push(store, kind, request)[0] for store in (one, other)]
        assert plans[0].digest == plans[1].digest
        assert plans[0].state == plans[1].state
        assert tables_of(one) == tables_of(other)


Renumbering = dict[str, dict[int, int]]
_TASK_COLUMNS = ("task_id", "parent_task_id", "child_task_id", "standard_task_id", "task_ids")


def kind_of_id(table: str, column: str, row: Row) -> str:
    """Which ids a column's ids are among."""
    level, _, family = table.partition("_")
    if column == "owner_id":
        return (row["level"] if table == "custom_field" else level) + "_id"
    if column == "row_id":
        return table
    if column == "parent_row_id":
        return f"{ABOVE[level]}_{family}"
    if column == "category_row_id":
        return "section_category"
    return "task_id" if column in _TASK_COLUMNS else column


def id_columns(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns if column.kind in ("id", "ids")]


def new_numbers(tables: Tables, rng: random.Random, *, keep_order: bool) -> Renumbering:
    """Another number for every id that a row has or points to."""
    found: dict[str, set[int]] = {}
    for table, rows in tables.items():
        for column in id_columns(table):
            for row in rows:
                ids = row[column] if isinstance(row[column], list) else [row[column]]
                found.setdefault(kind_of_id(table, column, row), set()).update(i for i in ids if i is not None)
    numbers: Renumbering = {}
    for kind, ids in found.items():
        chosen = rng.sample(range(1, 20 * len(ids) + 20), len(ids))
        numbers[kind] = dict(zip(sorted(ids), sorted(chosen) if keep_order else chosen, strict=True))
    return numbers


def numbered(numbers: dict[int, int], given: Any) -> Any:
    if isinstance(given, list):
        return sorted(numbers.get(one, one) for one in given)
    return numbers.get(given, given)


def renumbered(tables: Tables, numbers: Renumbering) -> Tables:
    def row_of(table: str, row: Row) -> Row:
        changed = {c: numbered(numbers.get(kind_of_id(table, c, row), {}), row[c]) for c in id_columns(table)}
        return {**row, **changed}

    return {table: [row_of(table, row) for row in rows] for table, rows in tables.items()}


def renumbered_request(request: Request, numbers: Renumbering) -> Request:
    kinds = {"calendars": "calendar_id", "masters": "master_id", "courses": "course_id", "sections": "section_id",
             "catalog_id": "catalog_id", "calendar_id": "calendar_id"}  # fmt: skip
    return {
        name: numbered(numbers.get(kinds[name], {}), value) if name in kinds else value
        for name, value in request.items()
    }


def renumbered_row(row: Row, numbers: Renumbering) -> Row:
    """A row of `plan.rows()` with other ids."""
    changed = {name: numbered(numbers.get(name, {}), row[name]) for name in ("course_id", "section_id")}
    if is_setup(row):
        for name, above in (("row_id", False), ("parent_row_id", True)):
            changed[name] = numbered(numbers.get(table_of(row, above=above), {}), row[name])
        for name in ("key", "before", "after"):
            values = json.loads(row[name] or "null") or {}
            for column, value in values.items():
                kind = "task_id" if column in _TASK_COLUMNS else column
                if TABLES[table_of(row)].column(column).kind in ("id", "ids"):
                    values[column] = numbered(numbers.get(kind, {}), value)
            changed[name] = values or None
        row = {**row, **{name: json.loads(row[name] or "null") for name in ("key", "before", "after")}}
    return {**row, **changed}


@pytest.mark.parametrize("keep_order", [True, False], ids=["in order", "in any order"])
@on_random_districts(times=2)
def test_law_5_other_ids_change_nothing_but_the_ids(keep_order: bool, seed: int, size: int) -> None:
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    numbers = new_numbers(tables, random.Random(seed), keep_order=keep_order)
    back = {name: {new: old for old, new in ids.items()} for name, ids in numbers.items()}
    with filled(tables) as one, filled(renumbered(tables, numbers)) as other:
        plan = plan_of(one, kind, request)
        renamed = plan_of(other, kind, renumbered_request(request, numbers))
        assert renamed.counts().equals(plan.counts())
        expected = as_texts(renumbered_row(row, {}) for row in plan.rows().to_dicts())
        assert as_texts(renumbered_row(row, back) for row in renamed.rows().to_dicts()) == expected
        if seed % 4:
            return  # applying takes longer than planning, and does what the plan says (law 2)
        apply_plan(one, plan)
        apply_plan(other, renamed)
        found = in_order(renumbered(tables_of(other), back))
        assert differences(aside_new_ids(in_order(tables_of(one))), aside_new_ids(found)) == []


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


def put_in(store: Store, table: str, row: Row) -> None:
    names = ", ".join(row)
    with store.writing() as session:
        session.run("put in", f"insert into {table} ({names}) values ({', '.join('$' + n for n in row)})", row)


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
    """The courses of a Push All Course Masters by their fate: inactive, ignore, target (rules.md section 1)."""
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
