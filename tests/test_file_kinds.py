"""What may be replaced: a former file of the same kind, told by its content; nothing else, whatever its name."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from writers import WRITERS

import coursepush as cp
from coursepush.errors import RequestError
from coursepush.files import Kind, check_place, new_file
from coursepush.files.kinds import MARK, is_database
from coursepush.reports.files import write_frame
from coursepush.store import Store

OURS = {
    "plan": Kind.PLAN,
    "approval": Kind.APPROVAL,
    "report page": Kind.PAGE,
    "CSV": Kind.CSV,
    "Excel": Kind.EXCEL,
    "Parquet": Kind.PARQUET,
    "Markdown": Kind.MARKDOWN,
}


@pytest.fixture(scope="module")
def files(simulated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file of each kind that coursepush makes."""
    folder = tmp_path_factory.mktemp("kinds")
    with cp.open_district(simulated_file) as district:
        for name in OURS:
            WRITERS[name].write(district, folder / WRITERS[name].name)
    return {name: folder / WRITERS[name].name for name in OURS}


def test_each_kind_knows_its_own_and_no_other(files: dict[str, Path]) -> None:
    for name, path in files.items():
        assert [kind for kind in Kind if kind.is_former(path)] == [OURS[name]], name


def foreign(folder: Path, district: Path) -> Iterator[tuple[Path, str]]:
    """Files of others, and what a message calls them."""
    (folder / "extract.csv").write_text("course_id,name\n1,Algebra\n")
    yield folder / "extract.csv", "a file that coursepush did not make"
    (folder / "README.md").write_text("# Mine\n")
    yield folder / "README.md", "a file that coursepush did not make"
    (folder / "mine.html").write_text("<!doctype html><title>Mine</title>")
    yield folder / "mine.html", "a page that coursepush did not make"
    (folder / "mine.ipynb").write_text(json.dumps({"cells": [], "nbformat": 4}))
    yield folder / "mine.ipynb", "a notebook or another JSON file"
    book = openpyxl.Workbook()
    book.save(folder / "grades.xlsx")
    yield folder / "grades.xlsx", "an Excel file or another zip that coursepush did not make"
    pl.DataFrame({"a": [1]}).write_parquet(folder / "mine.parquet")
    yield folder / "mine.parquet", "a Parquet file that coursepush did not make"
    with gzip.open(folder / "log.gz", "wb") as packed:
        packed.write(b"a log\n")
    yield folder / "log.gz", "a packed file that coursepush did not make"
    with sqlite3.connect(folder / "mine.sqlite") as connection:
        connection.execute("create table a (b)")
    connection.close()
    yield folder / "mine.sqlite", "a district's file or another database"
    yield district, "a district's file or another database"


def test_what_others_made_is_left_alone_and_named(tmp_path: Path, district_file: Path) -> None:
    for path, what in foreign(tmp_path, district_file):
        before = path.read_bytes()
        for kind in Kind:
            with pytest.raises(RequestError) as caught, new_file(path, kind):
                pytest.fail("written over")
            if kind is not Kind.KEPT:
                assert f"it is {what}" in str(caught.value)
                assert "Choose another name, or delete it first" in str(caught.value)
        assert path.read_bytes() == before


def test_an_empty_file_holds_nothing_that_could_be_lost(tmp_path: Path) -> None:
    (tmp_path / "new.csv").touch()
    write_frame(pl.DataFrame({"a": [1]}), tmp_path / "new.csv")
    assert pl.read_csv(tmp_path / "new.csv").height == 1


def test_what_a_report_writes_as_its_frame_is_known_again(simulated_file: Path, tmp_path: Path) -> None:
    with cp.open_district(simulated_file) as district:
        report = district.reports.course_status(year=2027)
    for _ in range(2):
        report.write_csv(tmp_path / "a.csv", separator=";")
        report.write_excel(str(tmp_path / "a"), "Status")
        report.write_parquet(file=tmp_path / "a.parquet", metadata={"of": "me"})
    assert pl.read_csv(tmp_path / "a.csv", separator=";").height == report.height
    assert pl.read_parquet(tmp_path / "a.parquet").equals(report.shown)
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["Status"]
    report.write_ndjson(tmp_path / "a.ndjson")
    with pytest.raises(RequestError, match="is there already"):
        report.write_ndjson(tmp_path / "a.ndjson")


def test_a_workbook_that_excel_has_saved_since_is_still_a_former_one(
    files: dict[str, Path], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(files["Excel"])
    assert book.properties.creator == MARK
    book.properties.lastModifiedBy = "an analyst"
    book.save(tmp_path / "saved.xlsx")
    check_place(tmp_path / "saved.xlsx", Kind.EXCEL)


def test_no_call_takes_a_file_for_a_place_to_write_to(district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        plan = district.plan_master_push("High School", year=2027, masters="03101-1")
        assert plan.digest
        before = district_file.read_bytes()
        status = district.reports.course_status(year=2027)
        writes: tuple[Callable[[Path], object], ...] = (
            plan.save,
            lambda path: write_frame(pl.DataFrame(), path),
            lambda path: district.export(path),
            lambda path: district.export_changes(plan, path),
            status.save,
            status.page,
            district.findings_page,
            district.reconcile(plan).page,
            status.write_csv,
            status.write_parquet,
            status.write_excel,
            status.write_json,
            lambda path: status.serialize(file=path),
        )
        for write in writes:
            with pytest.raises(RequestError):
                write(district_file)
    assert district_file.read_bytes() == before


OPEN = """
import duckdb, sys
try:
    duckdb.connect(sys.argv[1]).execute("create table mine (a int)")
except duckdb.IOException as error:
    sys.exit(3 if "lock" in str(error) else 4)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="locks of another kind")
def test_looking_at_a_districts_file_does_not_take_its_lock_away(district_file: Path) -> None:
    store = Store(district_file)
    with store.writing():
        assert is_database(district_file)
        with pytest.raises(RequestError, match="a district's file"):
            check_place(district_file, Kind.PLAN)
        done = subprocess.run([sys.executable, "-c", OPEN, str(district_file)], check=False)
    store.close()
    assert done.returncode == 3, "another process could open it meanwhile"
