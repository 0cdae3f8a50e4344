"""Simulated districts: the same by seed, valid by the model, and with everything in them that a push can meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import pytest
from simulated import HIGH_26, SUMMER, RequestedDistrict, Rows, frames, tables

from coursepush.errors import RequestError
from coursepush.model.elements import CUSTOM_FIELD_LOCK, KNOWN_LOCKS
from coursepush.model.tables import TABLES, Column, Table
from coursepush.simulate import PROFILES, simulate_tables

# -- the same by seed ------------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_rows_on_any_number_of_threads() -> None:
    one = simulate_tables("small", 7, threads=1)
    four = simulate_tables("small", 7, threads=4)
    for name in TABLES:
        assert one[name].equals(four[name]), name
        assert one[name].equals(frames()[name]), name


def test_another_seed_makes_other_rows() -> None:
    for name in ("course_category", "section", "enrollment", "assignment_task", "score", "posted_grade"):
        assert not frames(7)[name].equals(frames(8)[name]), name


def test_an_unknown_size_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(RequestError, match=r"There is no size 'smal'.*Did you mean 'small'"):
        simulate_tables("smal", 7)


def test_small_is_of_the_size_it_promises() -> None:
    counts = {name: frame.height for name, frame in frames().items()}
    assert counts["school"] == 4
    assert 55 <= counts["course_master"] <= 65
    assert 140 <= counts["course"] <= 175
    assert 320 <= counts["section"] <= 380
    current = frames()["assignment"].group_by("section_id").len()["len"]
    assert 12 <= current.mean() <= 18  # type: ignore[operator]
    assert list(PROFILES) == ["small", "medium", "large"]


# -- valid by the model ----------------------------------------------------------------------------------

_POLARS_TYPES = {
    "id": pl.Int64,
    "int": pl.Int32,
    "text": pl.String,
    "bool": pl.Boolean,
    "date": pl.Date,
    "decimal4": pl.Decimal(9, 4),
    "decimal3": pl.Decimal(9, 3),
    "ids": pl.List(pl.Int64),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_has_every_column_of_its_type_in_order_of_key(table: Table) -> None:
    frame = frames()[table.name]
    assert frame.schema == pl.Schema({column.name: _POLARS_TYPES[column.kind] for column in table.columns})
    assert frame.height > 0
    assert frame.equals(frame.sort(table.key))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_keys_are_unique_and_required_values_given(table: Table) -> None:
    frame = frames()[table.name]
    if "name" in frame.columns and table.name.endswith("_category"):
        frame = frame.with_columns(pl.col("name").str.to_lowercase().str.strip_chars())
    for columns in (table.key, *table.unique):
        assert not frame.select(columns).is_duplicated().any(), columns
    for column in table.columns:
        if column.required or column.name in table.key:
            assert not frame[column.name].has_nulls(), column.name


_REFERENCES = [(table, column) for table in TABLES.values() for column in table.columns if column.reference]


@pytest.mark.parametrize(("table", "column"), _REFERENCES, ids=lambda part: part.name)
def test_references_are_found(table: Table, column: Column) -> None:
    values = frames()[table.name][column.name]
    if column.kind == "ids":
        values = values.explode()
    target = TABLES[str(column.reference)]
    found = frames()[target.name][target.key[0]]
    assert set(values.drop_nulls()) <= set(found)


def test_what_a_load_must_refuse_is_not_there() -> None:
    given = tables()
    custom = {f"{CUSTOM_FIELD_LOCK}{row['field']}" for row in given["custom_field"]}
    assert {row["lock"] for row in given["catalog_lock"]} <= {*KNOWN_LOCKS, *custom}
    owners = {
        "master": {row["master_id"] for row in given["course_master"]},
        "course": {row["course_id"] for row in given["course"]},
    }
    assert all(row["owner_id"] in owners[row["level"]] for row in given["custom_field"])
    section_of = {row["row_id"]: row["owner_id"] for row in given["section_category"]}
    assert all(section_of[row["category_row_id"]] == row["section_id"] for row in given["assignment"])
    for name, rows in given.items():
        for row in rows:
            assert row.get("weight") is None or row["weight"] >= 0, (name, row)
            assert row.get("task_ids") is None or row["task_ids"] == sorted(set(row["task_ids"])), (name, row)
            if name.endswith("_category"):
                assert len(row["name"]) <= 50
            for value in row.values():
                assert not isinstance(value, str) or (value and value == value.strip()), (name, row)


def test_names_are_those_of_a_district() -> None:
    text = files("coursepush.simulate").joinpath("sced_courses.csv").read_text(encoding="utf-8")
    courses = pl.read_csv(text.encode(), infer_schema=False)
    assert courses["code"].str.contains(r"^\d{5}$").all()
    assert courses["subject_area"].equals(courses["code"].str.slice(0, 2))
    assert not courses.select("level", "code").is_duplicated().any()
    titles = {(row["subject_area"], row["code"][2:]): row["title"] for row in courses.to_dicts()}
    for row in tables()["course_master"]:
        assert row["name"] == titles[row["sced_subject_area"], row["sced_course_id"]]
    assert not frames()["course"]["name"].str.contains(r"^(Course|Master|Class) \d+$").any()
    assert frames()["teacher"]["name"].str.contains(r"^Teacher \d{4}$").all()
    assert frames()["course"]["number"].str.starts_with("0").any()


def test_the_future_year_has_setup_and_no_work() -> None:
    given = tables()
    future = {row["calendar_id"] for row in given["calendar"] if row["end_year"] == 2027}
    courses = {row["course_id"] for row in given["course"] if row["calendar_id"] in future}
    sections = {row["section_id"] for row in given["section"] if row["course_id"] in courses}
    assert any(row["owner_id"] in sections for row in given["section_category"])
    for name in ("enrollment", "assignment", "posted_grade"):
        assert not any(row["section_id"] in sections for row in given[name])
    dates = {(row["start_date"], row["end_date"]) for row in given["calendar"] if not row["is_summer"]}
    assert dates == {(date(2025, 8, 18), date(2026, 5, 29)), (date(2026, 8, 17), date(2027, 5, 28))}


def test_most_setup_is_linked() -> None:
    for family in ("task", "category", "grade_calc", "composite", "assessment"):
        rows = tables()[f"course_{family}"]
        upper = {row["row_id"] for row in tables()[f"master_{family}"]}
        linked = [row for row in rows if row["parent_row_id"] in upper and not row["is_link_broken"]]
        assert 0.8 < len(linked) / len(rows) < 1, family


# -- everything that a push can say comes up --------------------------------------------------------------

HIGH = {"catalog": "High School", "year": 2026}
REQUESTS: dict[str, Callable[[RequestedDistrict], Rows]] = {
    "high locked": lambda d: d.plan_master_push(**HIGH, to_sections=True),
    "high overwrite": lambda d: d.plan_master_push(**HIGH, mode="overwrite", to_sections=True),
    "high blanks kept": lambda d: d.plan_master_push(**HIGH, data=["course_info"], blanks="keep"),
    "high future": lambda d: d.plan_master_push(
        catalog="High School", year=2027, mode="overwrite", to_sections=True
    ),
    "elementary future": lambda d: d.plan_master_push(catalog="Elementary", year=2027, to_sections=True),
    "high summer": lambda d: d.plan_master_push(**HIGH, calendars=[SUMMER], to_sections=True),
    "courses": lambda d: d.plan_course_push(calendar=HIGH_26),
    "courses with categories": lambda d: d.plan_course_push(calendar=HIGH_26, overwrite_categories=True),
}

# (hop, verdict, reason, link): the requests it must come up in.
EXPECTED: dict[tuple[int, str, str | None, str | None], tuple[str, ...]] = {
    (1, "skip", "master_inactive", None): ("high locked", "high overwrite"),
    (1, "skip", "ignore_master_push", None): ("elementary future",),
    (1, "skip", "not_selected", None): ("high blanks kept",),
    (1, "skip", "not_locked", None): ("elementary future",),
    (1, "update", None, None): ("high locked",),  # an attribute
    (1, "same", None, None): ("high locked",),
    (1, "skip", "blank_kept", None): ("high blanks kept",),
    (1, "fail", "duplicate_number", None): ("high locked",),
    (1, "insert", None, None): ("high locked", "high overwrite"),
    (1, "same", None, "linked"): ("high locked", "high overwrite"),
    (1, "update", None, "linked"): ("high locked", "high overwrite"),
    (1, "fail", "desynced", "broken"): ("high locked", "elementary future"),
    (1, "relink", None, "broken"): ("high overwrite", "high future"),
    (1, "relink", None, "orphan"): ("high locked", "high overwrite"),
    (1, "relink", None, "local"): ("high overwrite", "high future"),
    (1, "same", None, "local"): ("high locked",),
    (1, "skip", "course_managed", "local"): ("high locked", "elementary future"),
    (1, "keep", "course_managed", "local"): ("high locked", "elementary future"),
    (1, "delete", None, "local"): ("high overwrite", "high future"),
    (1, "delete", None, "orphan"): ("high future",),
    (1, "delete", None, "broken"): ("high overwrite",),
    (1, "keep", "residual", "local"): ("high overwrite",),
    (1, "keep", "residual", "orphan"): ("high locked", "high overwrite"),
    (1, "keep", "residual", "broken"): ("high overwrite",),
    (1, "update", "residual_task", "orphan"): ("high overwrite",),
    (1, "rename", "course_managed", "local"): ("high locked",),
    (1, "rename", "desynced", "broken"): ("high locked",),
    (1, "rename", "residual", "local"): ("high overwrite",),
    (1, "rename", "residual", "orphan"): ("high locked", "high overwrite"),
    (1, "rename", "residual", "broken"): ("high overwrite",),
    (1, "rename", "missing_dependency", "linked"): ("high locked", "high overwrite"),
    (1, "skip", "missing_dependency", None): ("high future",),
    (1, "skip", "missing_dependency", "linked"): ("high locked",),
    (1, "skip", "no_such_term", None): ("high summer",),
    (1, "skip", "no_such_term", "linked"): ("high summer",),
    (2, "skip", "cross_site", None): ("high locked", "courses"),
    (2, "insert", None, None): ("high locked", "courses"),
    (2, "update", None, None): ("high locked", "courses"),  # advisory
    (2, "same", None, None): ("high locked", "courses"),
    (2, "same", None, "linked"): ("high locked", "courses"),
    (2, "update", None, "linked"): ("high locked", "courses"),
    (2, "relink", None, "orphan"): ("high locked", "courses"),
    (2, "relink", None, "local"): ("high overwrite", "courses with categories"),
    (2, "same", None, "local"): ("high locked", "courses"),
    (2, "skip", "teacher_managed", "local"): ("high locked", "courses"),
    (2, "keep", "teacher_managed", "local"): ("high locked", "courses"),
    (2, "rename", "teacher_managed", "local"): ("high locked", "courses"),
    (2, "skip", "in_use", "local"): ("high overwrite",),
    (2, "rename", "in_use", "local"): ("high overwrite", "courses with categories"),
    (2, "delete", None, "local"): ("high overwrite", "courses with categories"),
    (2, "delete", None, "orphan"): ("high future", "courses"),
    (2, "keep", "residual", "local"): ("high overwrite", "courses with categories"),
    (2, "keep", "residual", "orphan"): ("courses",),
    (2, "rename", "residual", "orphan"): ("high locked", "courses"),
    (2, "rename", "missing_dependency", "linked"): ("high locked", "courses"),
    (2, "skip", "missing_dependency", None): ("high locked", "courses"),
    (2, "skip", "no_such_term", None): ("high summer",),
    (2, "skip", "not_spread", None): ("high locked", "courses"),
}


@cache
def said(name: str) -> Counter[tuple[Any, ...]]:
    rows = REQUESTS[name](RequestedDistrict(tables(7)))
    return Counter((row["hop"], row["verdict"], row["reason"], row["link"]) for row in rows)


@pytest.mark.parametrize(("expected", "names"), EXPECTED.items(), ids=str)
def test_every_verdict_comes_up(expected: tuple[Any, ...], names: tuple[str, ...]) -> None:
    for name in names:
        assert said(name)[expected], name


def test_nothing_else_comes_up() -> None:
    """What the requests say and EXPECTED does not name is a gap in EXPECTED."""
    found = {combination for name in REQUESTS for combination in said(name)}
    assert found - set(EXPECTED) == set()
