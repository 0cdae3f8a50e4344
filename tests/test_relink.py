"""Relinking desynced courses: what is set right, what is left, and that nothing else is written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import oracle
import polars as pl
import pytest
from engine import Tables, store_of, tables_of
from laws import differences
from oracle_course_status import stays_desynced
from rounds import TIMES, first, slow
from simulated import tables as simulated_tables
from small_district import CALENDAR, EXAM, GONE, SmallDistrict
from status_districts import WORK, broken_category, district, status

from coursepush.apply.apply import apply_plan
from coursepush.errors import RequestError
from coursepush.plan.plan import Plan
from coursepush.reports.status.relink import relink_plan
from coursepush.reports.status.report import HINDRANCES
from coursepush.store import Store

TODAY = dt.date(2026, 1, 15)


def relinked(store: Store, courses: pl.DataFrame, **options: Any) -> Plan:
    plan = relink_plan(store, courses, today=TODAY, assume_unused=True, **options)
    apply_plan(store, plan)
    return plan


def desynced_by_place(store: Store, tables: Tables) -> list[pl.DataFrame]:
    """The desynced courses that a push can reach, of one catalog and year each."""
    catalogs = {row["name"]: row["catalog_id"] for row in tables["catalog"]}
    calendars = {row["calendar_id"]: (row["school_id"], row["end_year"]) for row in tables["calendar"]}
    offers = {(row["school_id"], row["end_year"]): row["catalog_id"] for row in tables["catalog_school"]}
    catalog_at = {row["course_id"]: offers.get(calendars[row["calendar_id"]]) for row in tables["course"]}
    found = status(store, "desynced")
    here = [catalog_at[course] == catalogs[name] for course, name in found.select("course_id", "catalog").rows()]
    return found.filter(pl.Series(here, dtype=pl.Boolean)).partition_by("catalog", "year", maintain_order=True)


@pytest.mark.parametrize("seed", first(range(800, 800 + 8 * TIMES)))
def test_a_relink_leaves_desynced_only_what_something_else_blocks(seed: int) -> None:
    tables = district(seed)
    store = store_of(tables)
    for courses in desynced_by_place(store, tables):
        chosen = set(courses["course_id"])
        before = tables_of(store)
        plan = relinked(store, courses)
        after = tables_of(store)
        request = {
            "catalog_id": plan.request.catalog_id,
            "year": plan.request.year,
            "calendars": list(plan.request.calendars),
        }
        verdicts = oracle.plan_master_push(before, mode="overwrite", courses=sorted(chosen), **request)
        assert {row["course_id"] for row in verdicts} == chosen
        assert differences(after, tables_of(store_of(oracle.apply(before, verdicts)))) == []
        still = set(status(store, "desynced")["course_id"]) & chosen
        assert still == stays_desynced(verdicts) & chosen
        _only_these_were_written(before, after, chosen)


def _only_these_were_written(before: Tables, after: Tables, chosen: set[int]) -> None:
    for table, rows in before.items():
        if table.startswith("course_") and table != "course_master":
            kept = [[row for row in one if row["owner_id"] not in chosen] for one in (rows, after[table])]
        elif table == "course":
            kept = [[row for row in one if row["course_id"] not in chosen] for one in (rows, after[table])]
        elif table == "custom_field":
            kept = [
                [row for row in one if row["level"] != "course" or row["owner_id"] not in chosen]
                for one in (rows, after[table])
            ]
        else:
            kept = [rows, after[table]]
        assert kept[0] == kept[1], table


@slow
def test_relinking_all_desynced_courses_of_the_simulated_district() -> None:
    tables = simulated_tables()
    store = store_of(tables)
    before = status(store)
    blocked: set[int] = set()
    for courses in desynced_by_place(store, tables):
        plan = relinked(store, courses)
        assert plan.request.mode == "overwrite"
        assert set(plan.request.courses or ()) == set(courses["course_id"])
        rows = plan.rows().filter(hop=1)
        stay = (pl.col("element") == "*") | (
            (pl.col("link") == "broken") & ~pl.col("verdict").is_in(["relink", "delete"])
        )
        blocked |= set(rows.filter(stay)["course_id"])
    after = status(store)
    assert before.filter(status="desynced").height > 40
    assert set(after.filter(status="desynced")["course_id"]) == blocked
    assert 0 < len(blocked) < 10
    others = before.filter(pl.col("status") != "desynced")["course_id"].to_list()
    untouched = pl.col("course_id").is_in(others)
    assert after.filter(untouched).equals(before.filter(untouched))


def test_a_relink_reaches_summer_calendars() -> None:
    d = SmallDistrict("categories")
    d.calendar(CALENDAR + 1, "Lincoln Summer 2027", summer=True)
    broken_category(d, CALENDAR + 1)
    store = d.store()
    summer = status(store, "desynced", calendar="Lincoln Summer 2027")
    plan = relinked(store, summer)
    assert not plan.request.all_calendars
    assert plan.request.calendars == (CALENDAR + 1,)
    left = status(store, "desynced")
    assert left["calendar"].to_list() == ["Lincoln High 26-27"]
    relinked(store, left)
    assert status(store)["status"].to_list() == ["linked", "linked"]


def test_a_relink_of_some_data_types_and_on_to_sections() -> None:
    d = broken_category(SmallDistrict("categories", "grading_tasks"))
    d.course.task(EXAM, parent=d.master.task(EXAM), broken=True)
    store = d.store()
    plan = relinked(store, status(store, "desynced"), data=["categories"], to_sections=True)
    assert plan.request.data == ("categories",)
    assert plan.rows(verdict="insert").filter(hop=2)["element"].to_list() == ["categories"]
    assert status(store)["elements"].to_list() == ["Grading Tasks"]


def test_courses_that_no_push_changes_stay_in_and_have_a_verdict() -> None:
    d = broken_category(SmallDistrict("categories"), CALENDAR, CALENDAR)
    d.tables()["course"][1]["ignore_master_push"] = True
    inactive = d.new_master("BIO1", is_active=False)
    d.tables()["course"][2]["master_id"] = inactive.id
    store = d.store()
    plan = relink_plan(store, status(store, "desynced"), today=TODAY)
    whole = plan.rows(element="*").select("course_id", "verdict", "reason").rows()
    assert whole == [(502, "skip", "ignore_master_push"), (503, "skip", "master_inactive")]


def test_a_relink_that_rests_on_unknown_use_says_so() -> None:
    d = broken_category(SmallDistrict("categories"))
    d.course.category("Own", parent=GONE, broken=True)
    store = d.store(frozenset(WORK))
    plan = relink_plan(store, status(store, "desynced"), today=TODAY)
    assert "use_unknown" in {warning.code for warning in plan.warnings}
    assert not plan.request.assume_unused


def test_courses_of_two_catalogs_or_years_are_refused_with_how_to_narrow() -> None:
    store = store_of(simulated_tables())
    everything = status(store, "desynced")
    kinds = everything.group_by("catalog", "year").len().sort("catalog", "year")
    assert kinds.height > 1
    with pytest.raises(RequestError) as refused:
        relink_plan(store, everything)
    catalog, year, courses = kinds.row(0)
    assert f"{catalog} {year - 1}-{year % 100} ({courses} course" in str(refused.value)
    assert f"catalog={catalog!r}, year={year}" in str(refused.value)
    assert relink_plan(store, everything.filter(catalog=catalog, year=year), today=TODAY)


def test_no_courses_are_refused() -> None:
    store = SmallDistrict("categories").store()
    with pytest.raises(RequestError, match=r"no course to relink.*wider filters"):
        relink_plan(store, status(store, "desynced"))


def test_courses_that_are_gone_are_refused() -> None:
    d = broken_category(SmallDistrict("categories"))
    store = d.store()
    courses = status(store, "desynced")
    with store.writing() as session:
        session.run("let go", "update course set master_id = null")
    with pytest.raises(RequestError, match=r"1 course of the 1 to relink is no longer.*Run Course Status again"):
        relink_plan(store, courses)


def test_courses_that_no_push_reaches_are_refused_or_named() -> None:
    d = SmallDistrict("categories")
    d.add("catalog", catalog_id=99, name="Middle School")
    d.school(98, "Elm Middle", 99)
    d.calendar(CALENDAR + 1, "Elm Middle 26-27", school=98)
    broken_category(d, CALENDAR + 1)
    store = d.store()
    with pytest.raises(RequestError, match=r"No push reaches.*not the course catalog of Elm Middle in 2026-27"):
        relink_plan(store, status(store, school="Elm Middle"))
    plan = relink_plan(store, status(store, "desynced"), today=TODAY)
    assert plan.request.courses == (501,)
    assert any("course 502" in str(warning) for warning in plan.warnings)
    (hindered,) = status(store, school="Elm Middle")["what_to_do"]
    assert hindered.startswith(HINDRANCES["not_reached"])
