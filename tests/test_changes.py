"""Change files: a plan or a push as one CSV a school, one line a change, to be keyed in by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from engine import store_of
from random_districts import make_district
from small_district import SmallDistrict

import coursepush as cp
from coursepush.district import District
from coursepush.errors import RequestError
from coursepush.export.changes import ACTIONS, CHANGE_COLUMNS, change_lines
from coursepush.model.verdicts import WRITING


def lines_of(folder: Path) -> list[dict[str, str]]:
    lines: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.csv")):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            assert tuple(reader.fieldnames or ()) == CHANGE_COLUMNS
            lines += list(reader)
    return lines


def test_every_write_is_a_line_of_its_school(tmp_path: Path, district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        plan = district.plan_master_push("Elementary", year=2026, mode="overwrite", to_sections=True)
        written = district.export_changes(plan, tmp_path / "changes")
        assert written["changes"].sum() == plan.writes
        assert written.height == 2
        lines = lines_of(tmp_path / "changes")
        assert len(lines) == plan.writes
        for row in written.iter_rows(named=True):
            with Path(row["file"]).open(encoding="utf-8-sig", newline="") as file:
                assert {line["School"] for line in csv.DictReader(file)} == {row["school"]}
        by_action = {action: sum(line["Action"] == action for line in lines) for action in ACTIONS.values()}
        counts = dict(plan.counts().group_by("verdict").agg(pl.col("rows").sum()).rows())
        assert by_action == {ACTIONS[verdict]: counts.get(verdict, 0) for verdict in WRITING}


def test_the_lines_of_a_push_are_those_of_its_plan(tmp_path: Path, district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        plan = district.plan_master_push("High School", year=2027, mode="locked", to_sections=True)
        before = change_lines(district.store, plan)
        receipt = district.apply(plan)
        after = change_lines(district.store, receipt)
        assert after.drop("Why").equals(before.drop("Why"))
        district.export_changes(receipt.push_id, tmp_path / "changes")
        assert len(lines_of(tmp_path / "changes")) == receipt.rows


def test_a_line_says_from_what_to_what(tmp_path: Path, district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
        lines = change_lines(district.store, plan)
        added = lines.filter((pl.col("Action") == "Add") & (pl.col("Data") == "Categories")).row(0, named=True)
        assert added["From"] is None
        assert added["To"].startswith("weight ")
        removed = lines.filter((pl.col("Action") == "Remove") & (pl.col("Data") == "Categories")).row(
            0, named=True
        )
        assert removed["To"] is None
        changed = lines.filter((pl.col("Action") == "Change") & (pl.col("Data") == "Grade Calc Options"))
        sides = set(changed.select("From", "To").rows())
        assert ("last scores counted blank", "last scores counted 10") in sides


def test_two_sections_of_one_number_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    d = SmallDistrict("categories")
    d.master.category("Tests", weight=60)
    twin = d.new_section(d.course)
    district = District(d.store())
    plan = district.plan_master_push("High School", year=2027, to_sections=True)
    district.export_changes(plan, tmp_path / "changes")
    lines = [tuple(line.values()) for line in lines_of(tmp_path / "changes")]
    assert len(lines) == len(set(lines)) == 3
    ids = [(line["On"], line["Course ID"], line["Section ID"]) for line in lines_of(tmp_path / "changes")]
    course, section = str(d.course.id), str(d.section.id)
    assert sorted(ids) == sorted(
        [("Course", course, ""), ("Section", course, section), ("Section", course, str(twin.id))]
    )
    district.close()


def test_names_of_schools_make_safe_file_names(tmp_path: Path) -> None:
    tables = make_district(1)
    names = ["../../etc/passwd", "A/B\\C:D", "A B C D", "=1+1", "東京校", "", "x" * 300]
    for school, name in zip(tables["school"], names * 5, strict=False):
        school["name"], school["number"] = name or None, None
    for course in tables["course"]:
        course["name"] = "=cmd|' /C calc'!A0"
    district = District(store_of(tables))
    wrote = 0
    for place, calendar in enumerate(tables["calendar"]):
        plan = district.plan_course_push(calendar["calendar_id"], assume_unused=True)
        folder = tmp_path / str(place)
        written = district.export_changes(plan, folder)
        wrote += written.height
        for path in written["file"]:
            assert Path(path).parent == folder
            assert Path(path).exists()
        for line in lines_of(folder):
            assert line["Course Name"].startswith("'=")
    assert wrote
    district.close()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, simulated_file: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with cp.open_district(simulated_file) as district:
        plan = district.plan_course_push(1)
        with pytest.raises(RequestError, match="not an empty folder"):
            district.export_changes(plan, tmp_path)
        with pytest.raises(RequestError, match="Nothing has been pushed"):
            district.export_changes(9, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
