"""The numbers on the page of a plan are those that its rows give when counted one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import oracle_fates
import oracle_page
import polars as pl
import pytest
from engine import Tables, plan_of, store_of, tables_of
from linking import links_plan_of, links_request, without_links
from oracle_page import Row
from random_districts import make_district, make_request
from rounds import TIMES, few, first
from simulated import tables as simulated_tables
from small_district import CATALOG, YEAR, SmallDistrict

from coursepush.apply.apply import apply_plan
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.reports.plan.data import PageData, read_page_data
from coursepush.store import Store

_ALL = 1_000_000


def _with_schools_of_one_name(tables: Tables) -> Tables:
    for school in tables["school"]:
        school["name"] = "Washington Elementary" if school["school_id"] % 3 else school["name"]
    return tables


def _undo(store: Store, push_id: int) -> Plan:
    with store.reading() as session:
        return plan_asked(store, session, "undo", push_id=push_id, partial=True)


def _assert_numbers(plan: Plan, tables: Tables) -> PageData:
    rows = plan.rows().to_dicts()
    data = read_page_data(plan, _ALL)
    told = data.totals
    wanted = oracle_page.totals(rows)
    assert {name: told[name] for name in wanted} == wanted
    assert data.totals["written"] == plan.writes
    kinds = ("hop", "element", "fate", "made_by")
    assert {tuple(row[one] for one in kinds): row["rows"] for row in data.fates.to_dicts()} == (
        oracle_fates.counts(rows)
    )
    _assert_places(data, oracle_page.by_place(rows, tables))
    teachers = {row["teacher_id"]: Counter[str]() for row in data.teachers.to_dicts()}
    for row in data.teachers.to_dicts():
        teachers[row["teacher_id"]].update({name: row[name] for name in oracle_fates.FATES})
    of_teachers = oracle_fates.by_owner(rows, tables, "teacher")
    assert teachers == {teacher: Counter(totals) for teacher, totals in of_teachers.items()}
    for fate, frame in data.reasons.items():
        reasons = {row["reason"]: (row["rows"], row["courses"]) for row in frame.to_dicts()}
        assert reasons == oracle_page.reasons(rows, fate)
        assert frame["rows"].to_list() == sorted(frame["rows"], reverse=True)
    _assert_lists(data, rows)
    return data


def _assert_places(data: PageData, wanted: dict[tuple[str, str], Row]) -> None:
    places = {(row["school"], row["calendar"]): row for row in data.places.to_dicts()}
    assert places.keys() == wanted.keys()
    assert data.places.height == len(wanted)
    names = ("written", "courses", "sections", *oracle_fates.FATES)
    for place, row in places.items():
        assert {name: row[name] for name in names} == {name: wanted[place][name] for name in names}
    bad = [row["disappears"] + row["other_values"] + row["could_not"] for row in data.places.to_dicts()]
    assert bad == sorted(bad, reverse=True)
    assert data.totals["schools"] == len({school for (school, _), row in wanted.items() if row["written"]})
    for by in ("element", "fate"):
        found: dict[tuple[str, str], Counter[str]] = {}
        for row in data.changes.to_dicts():
            found.setdefault((row["school"], row["calendar"]), Counter())[row[by]] += row["rows"]
        assert found == {place: row[f"{by}s"] for place, row in wanted.items() if row[f"{by}s"]}


def _assert_lists(data: PageData, rows: list[Row]) -> None:
    """Each list has just the rows that it should have."""
    assert data.rows.keys() == {*oracle_fates.FATES, "numbers"}
    for name, listed in data.rows.items():
        assert Counter(map(_identity, listed.to_dicts())) == Counter(
            _identity(row)
            for row in rows
            if (row["reason"] == "duplicate_number" if name == "numbers" else oracle_fates.fate(row) == name)
        ), name
    told = data.rows["renamed"].select("course_id", "section_id", "old_name", "new_name").rows()
    assert Counter(told) == Counter(oracle_page.renamed(rows))
    assert set(data.rows["numbers"]["course_id"]) == oracle_page.duplicate_numbers(rows)
    assert data.totals["numbers"] == len(oracle_page.duplicate_numbers(rows))


def _identity(row: Row) -> tuple[Any, ...]:
    names = ("hop", "element", "verdict", "reason", "course_id", "section_id", "row_id", "key", "field", "after")
    return tuple(row[name] for name in names)


@pytest.mark.parametrize("seed", first(range(8 * TIMES)))
def test_of_a_random_push_before_and_after_it_is_applied_and_of_its_undo(seed: int) -> None:
    tables = _with_schools_of_one_name(make_district(seed))
    store = store_of(tables)
    plan = plan_of(store, *make_request(seed, tables))
    preview = _assert_numbers(plan, tables)
    receipt = apply_plan(store, plan)
    after = _assert_numbers(plan, tables_of(store))
    assert after.totals == preview.totals
    undo = _undo(store, receipt.push_id)
    assert _assert_numbers(undo, tables_of(store)).totals["could_not"] == 0


@pytest.mark.parametrize("seed", first(range(3 * TIMES)))
def test_of_an_undo_that_cannot_take_all_back(seed: int) -> None:
    tables = make_district(seed)
    store = store_of(tables)
    receipt = apply_plan(store, plan_of(store, *make_request(seed, tables)))
    apply_plan(store, plan_of(store, *make_request(seed + 1_000, tables)))
    undo = _undo(store, receipt.push_id)
    data = _assert_numbers(undo, tables_of(store))
    assert data.totals["could_not"] == undo.left_alone


@pytest.mark.parametrize("seed", first(range(4 * TIMES)))
def test_of_a_random_plan_of_links(seed: int) -> None:
    tables = without_links(make_district(seed))
    plan = links_plan_of(store_of(tables), links_request(seed, tables))
    assert _assert_numbers(plan, tables).totals["other_values"] == 0


@few(2)
@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize("mode", ["locked", "overwrite"])
def test_of_the_simulated_high_school(mode: str, year: int) -> None:
    tables = simulated_tables()
    chosen = {"catalog_id": "High School", "year": year, "mode": mode, "to_sections": True}
    data = _assert_numbers(plan_of(store_of(tables), "master", chosen), tables)
    assert data.totals["written"] > 100


def test_the_course_in_the_way_of_a_number_is_named_with_the_number_that_was_wanted() -> None:
    tables = simulated_tables()
    chosen = {"catalog_id": "High School", "year": 2026, "mode": "locked"}
    plan = plan_of(store_of(tables), "master", chosen)
    [row] = read_page_data(plan, 10).rows["numbers"].to_dicts()
    masters = {one["master_id"]: one for one in tables["course_master"]}
    courses = {one["course_id"]: one for one in tables["course"]}
    course = courses[row["course_id"]]
    wanted = masters[course["master_id"]]["number"]
    others = [
        f"{one['number']} {one['name']}"
        for one in courses.values()
        if one["calendar_id"] == course["calendar_id"] and one["number"] == wanted
    ]
    assert (row["wanted_number"], row["other"]) == (wanted, "; ".join(others))


# -- what is listed where not everything is ----------------------------------------------------------------


@pytest.fixture(scope="module")
def everywhere() -> Plan:
    """A push that writes to several courses at each of two schools."""
    tables = make_district(11, size=6)
    for course in tables["course"]:
        course["number"] = f"{9_999 - course['course_id']}"  # their order is not that of the ids
    plan = plan_of(store_of(tables), *make_request(3, tables))
    rows = plan.rows(names=True, verdict=["insert", "update", "delete"])
    assert rows.group_by("calendar").agg(pl.col("course_id").n_unique())["course_id"].min() == 3
    return plan


@few(1)
@pytest.mark.parametrize("most", [1, 7, 40])
def test_the_first_rows_are_the_first_of_all_rows(everywhere: Plan, most: int) -> None:
    whole = read_page_data(everywhere, _ALL)
    cut = read_page_data(everywhere, most)
    assert cut.totals == whole.totals
    assert whole.places.height > 1
    for name, rows in whole.rows.items():
        assert cut.rows[name].drop("turn").equals(rows.drop("turn").head(most)), name


def test_rows_come_with_the_worst_places_first_and_failures_before_the_rest(everywhere: Plan) -> None:
    data = read_page_data(everywhere, _ALL)
    order = {(row["school"], row["calendar"]): row["place"] for row in data.places.to_dicts()}
    for name, rows in data.rows.items():
        told = [order[row["school"], row["calendar"]] for row in rows.to_dicts()]
        if name == "could_not":
            verdicts = [("fail", "rename", "keep", "skip").index(one) for one in rows["verdict"]]
            told = list(zip(verdicts, told, strict=True))
        assert told == sorted(told), name


def test_where_something_fails_comes_before_where_more_is_written() -> None:
    d = SmallDistrict("categories")
    d.master.category("Tests")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    for place in (1, 2):
        d.school(100 + place, f"Academy {place}", CATALOG)
        d.calendar(200 + place, f"Academy {place} 26-27", school=100 + place)
        d.new_course("MATH1", master=d.master, calendar=200 + place)
    d.course.category("Labs")
    data = read_page_data(plan_of(d.store(), "master", {"catalog_id": CATALOG, "year": YEAR}), _ALL)
    told = data.places.select("school", "written", "could_not").rows()
    # At each school six data types are skipped for not being locked.
    assert told == [("Lincoln High", 1, 7), ("Academy 1", 2, 6), ("Academy 2", 2, 6)]
    assert data.rows["could_not"].select("school", "verdict").rows()[:2] == [
        ("Lincoln High", "fail"),
        ("Lincoln High", "skip"),
    ]


def test_the_number_of_statements_does_not_depend_on_the_district() -> None:
    for size in (2, 5):
        tables = make_district(5, size=size)
        store = store_of(tables)
        link = tables["catalog_school"][0]
        plan = plan_of(store, "master", {"catalog_id": link["catalog_id"], "year": link["end_year"]})
        names: list[str] = []
        store.on_statement = lambda name, _, names=names: names.append(name)
        read_page_data(plan, _ALL)
        assert len([name for name in names if name != "forget"]) <= 32


def test_nothing_of_a_page_stays_behind(everywhere: Plan) -> None:
    tables = "select count(*) from duckdb_tables() where temporary"
    read_page_data(everywhere, 5)
    counts: list[int] = []
    for _ in range(2):
        with everywhere.store.reading() as session:
            counts.append(int(session.value("tables", tables)))
        read_page_data(everywhere, 5)
    assert counts[0] == counts[1]
