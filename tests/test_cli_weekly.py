"""The command line from week to week: map, load, links, export, refresh, reconcile, drift, audit."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import other_systems
import pytest
from click.testing import CliRunner, Result
from good_extract import GOOD, put, write_good

from coursepush.cli.main import cli


def run(*words: object, code: int = 0) -> Result:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_good(tmp_path / "extract")


@pytest.fixture
def made(tmp_path: Path, good_file: Path) -> Path:
    """What `load` makes of the folder."""
    return Path(shutil.copy(good_file, tmp_path / "district.duckdb"))


HIGH = ("--catalog", "High School", "--year", 2027)


def test_a_plan_is_reconciled_with_next_weeks_extract(tmp_path: Path, folder: Path, made: Path) -> None:
    put(folder, "master_category", GOOD["master_category"].replace("Tests,60", "Tests,65"))
    assert "1 row changed by others (0 added, 0 removed, 1 changed)" in run("refresh", made, folder).output
    saved, changes = tmp_path / "push.plan", tmp_path / "to key in"
    said = run("plan", "masters", made, *HIGH, "--save", saved, "--changes", changes, code=2).output
    assert "010 North.csv" in said
    with (changes / "010 North.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["What"], line["From"], line["To"]) for line in lines if line["Action"] == "Change"] == [
        ("Color", "blue", "red"),
        ("Tests", "weight 60; tasks every task", "weight 65; tasks Semester + Quarter"),
    ]
    said = run("reconcile", made, saved).output
    assert "not_done" in said
    categories = "row_id,owner_id,parent_row_id,name,weight,task_ids\n1,1,1,Tests,65,1;2\n2,1,2,Homework,40,\n"
    put(folder, "course_category", categories)
    put(folder, "custom_field", GOOD["custom_field"].replace("blue", "red"))
    put(folder, "section_category", GOOD["section_category"] + "3,2,,Extra,5\n")
    run("refresh", made, folder)
    rows = tmp_path / "rows.csv"
    said = run("reconcile", made, saved, "--outcome", "came_true", "--out", rows).output
    assert said.startswith("All 2 changes came true") or said.startswith("2 of 2 changes came true")
    with rows.open(newline="") as file:
        assert {row["outcome"] for row in csv.DictReader(file) if row["verdict"] == "update"} == {"came_true"}
    said = run("report", "drift", made, "--level", "section").output
    assert "Extra" in said
    assert "1 row on 1 section changed" in said
    assert "linked" in run("report", "audit", made).output


def test_links_are_planned_and_applied(tmp_path: Path, folder: Path) -> None:
    for table in ("course_category", "section_category", "course_task"):
        rows = [line.split(",") for line in GOOD[table].splitlines()]
        put(folder, table, "".join(",".join(row[:2] + row[3:]) + "\n" for row in rows))
    made = tmp_path / "district.duckdb"
    run("load", folder, made)
    said = run("plan", "links", made, *HIGH, code=2).output
    assert "Linked" in said
    assert "Taken over" not in said
    run("apply", "links", made, *HIGH, "--yes")
    assert "Would be written: 0 rows" in run("plan", "links", made, *HIGH).output


def test_the_export_loads_and_is_not_replaced_by_less(tmp_path: Path, made: Path) -> None:
    run("export", made, tmp_path / "out", "--students")
    run("load", tmp_path / "out", tmp_path / "again.duckdb")
    run("export", made, tmp_path / "out", "--students")
    refused = run("export", made, tmp_path / "out", code=1).output
    assert "3 files that would not be there any more: enrollment.csv, posted_grade.csv, score.csv" in refused


def test_a_mapping_is_drafted_and_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "campus"
    folder.mkdir()
    (folder / "School.csv").write_text("schoolID,number,name\n1,010,North\n")
    (folder / "Calendar.csv").write_text("calendarID,schoolID,endYear,name\n1,1,2027,North 26-27\n")
    draft = tmp_path / "map.toml"
    run("map", folder, "--output", draft)
    text = draft.read_text("utf-8")
    assert "schoolID" in text
    assert "is there already" in run("map", folder, "--output", draft, code=1).output
    assert run("map", folder).output == text
    run("load", folder, tmp_path / "district.duckdb", "--mapping", draft)
    run("load", folder, tmp_path / "plain.duckdb", "--format", "campus")


def test_what_cannot_be_refreshed_is_left_as_it_is(folder: Path, made: Path) -> None:
    put(folder, "course", "course_id,calendar_id,number,name\n1,77,0101,Algebra\n")
    assert "calendar_id 77 is not in table calendar" in run("refresh", made, folder, code=1).output
    assert "keep, forget" in run("refresh", made, folder, "--not-given", "drop", code=1).output
    put(folder, "course", GOOD["course"])
    assert "Nothing has changed since the last load." in run("refresh", made, folder).output


def test_a_mapping_that_comes_along_is_named(tmp_path: Path) -> None:
    folder = other_systems.clever(tmp_path / "files")
    run("load", folder, tmp_path / "district.duckdb", "--mapping", "clever")
    run("refresh", tmp_path / "district.duckdb", folder, "--mapping", "clever")
    said = run("load", folder, tmp_path / "other.duckdb", "--mapping", "clevr", code=1).output
    assert "Did you mean clever?" in said
    assert "--mapping clever" in run("map", folder).output
