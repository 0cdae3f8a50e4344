"""The calls that the pages of what awaits a push print: planned, each would write just what is listed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import oracle_awaiting
import polars as pl
import pytest
from engine import Tables, plan_of, store_of
from rounds import SLOW, few, rounds
from simulated import SUMMER
from simulated import tables as simulated_tables
from small_district import CALENDAR, CATALOG, PROGRESS, SCHOOL, SmallDistrict

from coursepush.model.elements import COURSE_INFO
from coursepush.reports.awaiting.report import (
    course_awaiting,
    master_awaiting,
)
from coursepush.reports.filters import Given
from coursepush.store import Store

_ROW = (
    "course_id",
    "section_id",
    "element",
    "key",
    "field",
    "change",
    "course_value",
    "section_value",
    "row_id",
)


@pytest.fixture(scope="module")
def simulated() -> Store:
    return store_of(simulated_tables())


@pytest.fixture(scope="module")
def masters(simulated: Store) -> pl.DataFrame:
    return master_awaiting(simulated, Given()).frame


@pytest.fixture(scope="module")
def sections(simulated: Store) -> pl.DataFrame:
    return course_awaiting(simulated, Given()).frame


class Planning:
    """Stands for the district in the calls that a page prints; gives what each plan would write, in fields."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def plan_master_push(self, catalog: Any, **more: Any) -> list[tuple[Any, ...]]:
        rows = plan_of(self.store, "master", {"catalog_id": catalog, **more}).rows().to_dicts()
        return [
            (row["course_id"], row["element"], row["key"], field, change, after)
            for row in rows
            if row["verdict"] in oracle_awaiting.CHANGES
            for field, change, _, after in oracle_awaiting.written_fields(row)
        ]

    def plan_course_push(self, calendar: Any, **more: Any) -> list[tuple[Any, ...]]:
        rows = plan_of(self.store, "course", {"calendar_id": calendar, **more}).rows().to_dicts()
        return [
            (
                row["course_id"],
                row["section_id"],
                row["element"],
                row["key"],
                field,
                change,
                after,
                before,
                row["row_id"],
            )
            for row in rows
            if row["verdict"] in oracle_awaiting.CHANGES
            for field, change, before, after in oracle_awaiting.written_fields(row)
        ]

    def all(self, calls: list[str]) -> Counter[tuple[Any, ...]]:
        return Counter(row for call in calls for row in eval(call, {"district": self}))


def calls_write_what_is_listed(store: Store, tables: Tables, given: Given, *, attributes: bool = True) -> None:
    master_of = {row["course_id"]: row["master_id"] for row in tables["course"]}
    found = master_awaiting(store, given, attributes=attributes)
    names = ("master_id", "element", "key", "field", "change", "master_value")
    expected: Counter[tuple[Any, ...]] = Counter()
    for *row, courses in found.frame.select(*names, "courses").rows():
        expected[tuple(row)] += courses
    written: Counter[tuple[Any, ...]] = Counter()
    for row, count in Planning(store).all(found.facts["calls"]).items():
        written[(master_of[row[0]], *row[1:])] += count
    assert written == expected
    assert bool(found.facts["calls"]) == (found.frame.height > 0)


def calls_write_what_sections_await(store: Store, given: Given) -> None:
    found = course_awaiting(store, given)
    assert Planning(store).all(found.facts["calls"]) == Counter(found.frame.select(_ROW).rows())
    assert bool(found.facts["calls"]) == (found.frame.height > 0)


@few(2)
@pytest.mark.parametrize(
    "given",
    [
        Given(),
        Given(calendar=SUMMER),
        Given(school="Riverbend High School"),
        Given(catalog="High School", year=2026),
        Given(element=["categories", "course_info"]),
    ],
    ids=["all", "summer", "school", "catalog", "data"],
)
def test_the_calls_of_the_simulated_district_write_what_is_listed(simulated: Store, given: Given) -> None:
    calls_write_what_is_listed(simulated, simulated_tables(), given)
    if given.element is None:
        calls_write_what_sections_await(simulated, given)


def test_the_calls_of_a_narrowed_report_write_what_is_listed(
    simulated: Store, masters: pl.DataFrame, sections: pl.DataFrame
) -> None:
    tables = simulated_tables()
    setup = masters.filter(pl.col("element") != COURSE_INFO)
    master = setup["master_number"][0]
    calls_write_what_is_listed(simulated, tables, Given(master=master))
    calls_write_what_is_listed(simulated, tables, Given(master=[master, int(setup["master_id"][-1])]))
    if SLOW:
        calls_write_what_is_listed(simulated, tables, Given(), attributes=False)
    course, section = sections.select("course_id", "section_id").row(0)
    number, teacher = sections.select("section_number", "teacher").drop_nulls().row(-1)
    for given in (
        Given(course=course),
        Given(course=sections["course_number"][-1]),
        Given(section=section),
        Given(section=number),
        Given(teacher=teacher),
        Given(catalog="High School"),
        Given(element="categories"),
        Given(master=master),
        Given(course=course, element="grade_calc_options"),
    )[:: rounds(4, 1)]:
        calls_write_what_sections_await(simulated, given)
    for given in (Given(course=sections["course_number"][-1]), Given(course=[course])):
        calls_write_what_is_listed(simulated, tables, given)


def test_calendars_of_one_name_are_told_apart_by_their_ids() -> None:
    d = SmallDistrict("categories")
    quizzes = d.course.category("Quizzes", weight=3)
    d.section.category("Quizzes", parent=quizzes)
    d.calendar(33, "Lincoln High 26-27", school=SCHOOL, year=2028)
    d.add("catalog_school", school_id=SCHOOL, end_year=2028, catalog_id=CATALOG)
    later = d.new_course("MATH1", master=d.master, calendar=33)
    d.new_section(later).category("Labs", parent=later.category("Labs", weight=3))
    store = d.store()
    calls = course_awaiting(store, Given()).facts["calls"]
    assert calls == [f"district.plan_course_push({CALENDAR})", "district.plan_course_push(33)"]
    calls_write_what_sections_await(store, Given())


def test_a_part_of_the_data_without_its_tasks_is_said_to_need_them() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.master.task(PROGRESS)
    d.master.category("Quizzes", weight=25, task_ids=[PROGRESS])
    store = d.store()
    part = master_awaiting(store, Given(element="categories")).facts
    assert part["calls"] == ["district.plan_master_push('High School', year=2027, data=['categories'])"]
    assert "only together with them" in part["call_notes"][0]
    assert (
        master_awaiting(store, Given(element=["categories", "grading_tasks", "standards"])).facts["call_notes"]
        == []
    )
    assert master_awaiting(store, Given()).facts["call_notes"] == []


def test_a_call_is_a_line_of_python_whatever_the_names() -> None:
    d = SmallDistrict("categories")
    d.tables()["catalog"][0]["name"] = 'High\') or "x" & <b>\\'
    d.tables()["calendar"][0]["name"] = "26-27 '\"\n"
    d.course.category("Labs", weight=5)
    d.master.category("Tests", weight=5)
    calls_write_what_is_listed(d.store(), d.tables(), Given(school="Lincoln High", course="MATH1", master="MATH1"))
    call = master_awaiting(d.store(), Given(school="Lincoln High", course="MATH1", master="MATH1")).facts["calls"]
    assert "masters=['MATH1'], courses=['MATH1']" in call[0]
    calls_write_what_sections_await(d.store(), Given(course="MATH1", section="1"))
    assert (
        course_awaiting(d.store(), Given(course="MATH1", section="1"))
        .facts["calls"][0]
        .endswith(", courses=['MATH1'], sections=['1'])")
    )
