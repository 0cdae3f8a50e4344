"""One load command for all formats: told from the files, the public files counted, the same from week to week."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import oneroster_bundle
import polars as pl
import pytest
from campus_extract import write_extract
from good_extract import GOOD, write_good
from rounds import few
from simulated import frames

import coursepush as cp
from coursepush.errors import LoadError, RequestError
from coursepush.load.formats import opened_source
from coursepush.load.reading import SourceTables
from coursepush.model.tables import TABLES


def read(source: Path, **options: Any) -> Any:
    with opened_source(source, **options) as found:
        return found


def format_of(source: Any, **options: Any) -> str:
    found = read(source, **options)
    return found.format if isinstance(found, SourceTables) else "tables"


@few(1)
@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("folder", "told", "counts"),
    [
        (
            "edfi_northridge_csv",
            "Ed-Fi CSV",
            {"school": 5, "course_master": 135, "course": 184, "section": 2944, "grading_task": 5357},
        ),
        (
            "edfi_v52_grandbend",
            "Ed-Fi XML",
            {"school": 3, "course_master": 84, "course": 84, "section": 532, "teacher": 56},
        ),
        ("oneroster_10_lmstoolkit", "OneRoster 1.0", {"school": 1, "course_master": 2, "course": 2, "section": 2}),
        ("oneroster_11_lmstoolkit", "OneRoster 1.1", {"school": 1, "course_master": 2, "course": 2, "section": 2}),
    ],
)
def test_public_districts_are_told_and_load(
    shared_data: Path, folder: str, told: str, counts: dict[str, int]
) -> None:
    assert format_of(shared_data / folder).startswith(told)
    with cp.load_district(shared_data / folder) as district:
        assert {name: district.sql(f"select count(*) from {name}").item() for name in counts} == counts
        before = {name: district.sql(f"from {name}") for name in TABLES}
        refreshed = district.refresh(shared_data / folder)
        assert refreshed.summary == "Nothing has changed since the last load."
        for name in TABLES:
            assert district.sql(f"from {name}").equals(before[name]), name


@pytest.mark.shared_data
@pytest.mark.parametrize("folder", ["oulad", "tesd_course_catalog", "sced_nces"])
def test_other_files_are_refused_with_what_to_do(shared_data: Path, folder: str) -> None:
    with pytest.raises(LoadError) as caught:
        cp.load_district(shared_data / folder)
    assert caught.value.findings is not None
    assert caught.value.findings["rule"].to_list().count("no_table") == 1
    assert "coursepush map" in str(caught.value)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "folder", ["edfi_northridge_csv", "edfi_v52_grandbend", "oneroster_10_lmstoolkit", "oneroster_11_lmstoolkit"]
)
def test_every_row_read_is_used_or_spoken_of(shared_data: Path, folder: str) -> None:
    found = read(shared_data / folder)
    accounts = found.accounts
    assert accounts.height
    assert accounts.filter(pl.col("rows") != pl.col("used") + pl.col("set_aside")).is_empty()
    spoken_of = set(found.findings["file"].drop_nulls())
    for file in accounts.filter(pl.col("set_aside") > 0)["file"]:
        assert file in spoken_of, file


def test_a_folder_of_the_model_is_told_zipped_or_not(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    assert format_of(folder) == "tables"
    with zipfile.ZipFile(tmp_path / "extract.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    with cp.load_district(tmp_path / "extract.zip") as district:
        assert district.sql("select count(*) from course").item() == GOOD["course"].count("\n") - 1


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for each in folder.rglob("*.csv"):
            archive.write(each, each.relative_to(folder))
    return path


def test_a_folder_that_holds_a_folder_is_read_like_a_zip_that_does(tmp_path: Path) -> None:
    outer = tmp_path / "monday"
    (outer / "__MACOSX").mkdir(parents=True)
    (outer / ".DS_Store").write_text("")
    (outer / "district").mkdir()
    folder = write_good(outer / "district" / "extract")
    with cp.load_district(outer) as district:
        assert sources_of(district)["course"] == str(folder / "course.csv")
    with cp.load_district(zipped(outer, tmp_path / "monday.zip")) as district:
        assert sources_of(district)["course"] == f"{tmp_path / 'monday.zip'}: course.csv"
    (outer / "notes.csv").write_text("a\n1\n")  # now it is not the only thing in there
    with pytest.raises(LoadError, match="No table of a district"):
        cp.load_district(outer)


def sources_of(district: cp.District) -> dict[str, str]:
    with district.store.reading() as session:
        return dict(session.rows("sources", "select table_name, source from push.given_table where is_given"))


def test_a_refused_zip_is_called_by_its_own_name(tmp_path: Path) -> None:
    folder = tmp_path / "roster"
    folder.mkdir()
    oneroster_bundle.write_folder(oneroster_bundle.bundle(frames(7), "1.2"), folder)
    (folder / "orgs.csv").unlink()
    (tmp_path / "campus").mkdir()
    (tmp_path / "campus" / "School.csv").write_text("schoolID,number,name\n1,010,North\n2,0")
    (tmp_path / "mapping.toml").write_text("[school]\nfrom = 'School'\ncolumns = { school_id = 'schoolID' }\n")
    for name, options in (("roster", {}), ("campus", {"mapping": tmp_path / "mapping.toml"})):
        path = zipped(tmp_path / name, tmp_path / f"{name} of monday.zip")
        with pytest.raises((LoadError, RequestError)) as caught, opened_source(path, **options) as found:
            pytest.fail(str(found))
        findings = getattr(caught.value, "findings", None)
        text = str(caught.value) + ("" if findings is None else findings.write_csv())
        assert f"{name} of monday.zip" in text
        assert "coursepush-" not in text


def test_a_zip_s_rows_are_found_in_it_when_they_are_refused_later(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    (folder / "teacher.csv").write_text("teacher_id,name\nx,Ng\n", encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        cp.load_district(zipped(folder, tmp_path / "monday.zip"))
    assert "teacher.csv, line 2" in str(caught.value)
    assert "coursepush-" not in str(caught.value)


def test_a_column_of_another_system_does_not_make_it_another_format(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    (folder / "teacher.csv").write_text("teacher_id,name,hr.EmployeeId\n1,Ng,77\n", encoding="utf-8")
    assert format_of(folder) == "tables"


def test_views_and_schemas_before_names_are_told(tmp_path: Path) -> None:
    (tmp_path / "v_School.csv").write_text("schoolID,number,name\n1,010,North\n")
    (tmp_path / "dbo.Calendar.csv").write_text("calendarID,schoolID,endYear,name\n1,1,2027,North 26-27\n")
    assert "Campus" in format_of(tmp_path)


def test_simulated_extracts_are_told(tmp_path: Path) -> None:
    roster, campus = tmp_path / "roster", tmp_path / "campus"
    for folder in (roster, campus):
        folder.mkdir()
    oneroster_bundle.write_folder(oneroster_bundle.bundle(frames(7), "1.2"), roster)
    assert format_of(roster) == "OneRoster 1.2"
    write_extract(frames(7), campus)
    assert "Campus" in format_of(campus, mapping=campus / "mapping.toml")
    (campus / "mapping.toml").unlink()
    assert "Campus" in format_of(campus)


def test_what_is_named_goes_before_what_is_told(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    with pytest.raises(LoadError):
        read(folder, format="oneroster")
    with pytest.raises(RequestError, match="auto, tables, oneroster, edfi, campus, mapped"):
        read(folder, format="excel")
    with pytest.raises(RequestError, match="needs a mapping"):
        read(folder, format="mapped")
    with pytest.raises(RequestError, match="A mapping goes with"):
        read(folder, format="edfi", mapping=folder / "course.csv")


def test_a_district_without_setup_is_scaffolded_on_request(tmp_path: Path) -> None:
    roster = tmp_path / "roster"
    roster.mkdir()
    oneroster_bundle.write_folder(oneroster_bundle.bundle(frames(7), "1.1"), roster)
    with cp.load_district(roster, scaffold=True, into=tmp_path / "d.duckdb") as district:
        masters = district.sql("select count(*) from course_master where is_active").item()
        assert masters > 0
        assert district.sql("select count(distinct owner_id) from master_category").item() == masters
        catalog, year = district.catalogs().select("name", "year").row(0)
        plan = district.plan_master_push(catalog, year=year, mode="overwrite", to_sections=True)
        assert plan.counts().filter(pl.col("verdict") == "insert")["rows"].sum() > 0
        before = {name: district.sql(f"from {name}") for name in TABLES}
        refreshed = district.refresh(roster)
        assert refreshed.moved.is_empty(), "the next extract leaves the starting setup as it is"
        assert refreshed.warnings.filter(pl.col("rule") == "scaffold_kept").height > 0
        for name in TABLES:
            assert district.sql(f"from {name}").equals(before[name]), name
