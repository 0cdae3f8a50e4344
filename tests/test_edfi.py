"""The Ed-Fi reader on the Northridge files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.load.types import POLARS_TYPES
from coursepush.model.tables import TABLES
from coursepush.store import Store

COUNTS = {
    "school": 5,
    "calendar": 5,
    "term": 30,
    "catalog": 1,
    "catalog_school": 5,
    "grading_task": 5357,
    "course_master": 135,
    "course": 184,
    "section": 2944,
    "section_term": 8832,
    "master_task": 58,
    "course_task": 81,
}


ROWS = {
    "ClassPeriod.csv": 40,
    "Course.csv": 184,
    "CourseOffering.csv": 368,
    "EducationServiceCenter.csv": 1,
    "GradingPeriod.csv": 30,
    "LearningStandard.csv": 5357,
    "LocalEducationAgency.csv": 1,
    "School.csv": 5,
    "Section.csv": 2944,
    "Session.csv": 10,
}
"""As the folder's SOURCES.md counts them."""


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "edfi_northridge_csv"


@pytest.fixture(scope="module")
def northridge(folder: Path) -> SourceTables:
    return read_edfi(folder)


@pytest.mark.shared_data
class TestNorthridge:
    def test_counts(self, northridge: SourceTables) -> None:
        assert {name: frame.height for name, frame in northridge.tables.items()} == COUNTS

    def test_names_and_types_are_the_models(self, northridge: SourceTables) -> None:
        for name, frame in northridge.tables.items():
            wanted = {column.name: POLARS_TYPES[column.kind] for column in TABLES[name].columns}
            given = {column: kind for column, kind in wanted.items() if column in frame.columns}
            assert list(frame.schema.items()) == list(given.items())
            assert set(TABLES[name].key) <= set(given)

    def test_what_ed_fi_cannot_say_is_no_column(self, northridge: SourceTables) -> None:
        """A column that is made up would stand for what the district knows, at the next refresh."""
        for name, column in (
            ("school", "missing_percent"),
            ("grading_task", "parent_task_id"),
            ("course_task", "is_link_broken"),
        ):
            assert column not in northridge.tables[name].columns

    def test_school_and_calendar(self, northridge: SourceTables) -> None:
        school = northridge.tables["school"].row(0, named=True)
        assert school == {
            "school_id": 255901001,
            "number": "255901001",
            "name": "Riverdale High School",
        }
        calendar = northridge.tables["calendar"].row(0)
        named = "Riverdale High School 2016-17"
        assert calendar == (1, 255901001, 2017, named, False, date(2016, 8, 22), date(2017, 5, 8))

    def test_terms_are_the_grading_periods(self, northridge: SourceTables) -> None:
        terms = northridge.tables["term"].filter(pl.col("calendar_id") == 5)
        assert terms["term_seq"].to_list() == [1, 2, 3, 4, 5, 6]
        assert terms.row(1) == (5, 2, "Second Six Weeks", date(2016, 10, 3), date(2016, 11, 11))

    def test_one_catalog_for_all_schools(self, northridge: SourceTables) -> None:
        assert northridge.tables["catalog"].rows() == [(1, "Northridge ISD")]
        used = northridge.tables["catalog_school"]
        assert used.select("end_year", "catalog_id").unique().rows() == [(2017, 1)]

    def test_master_attributes(self, northridge: SourceTables) -> None:
        masters = northridge.tables["course_master"]
        algebra = masters.row(by_predicate=pl.col("number") == "ALG-1", named=True)
        told = {name: value for name, value in algebra.items() if value is not None}
        assert told == {
            "master_id": 1,
            "catalog_id": 1,
            "is_active": True,
            "number": "ALG-1",
            "name": "Algebra I",
            "description": "Algebra I",
            "department": "Mathematics",
            "sced_lowest_grade": "09",
            "sced_highest_grade": "09",
            "course_type": "Core Subject",
        }

    def test_courses_are_linked_by_code(self, northridge: SourceTables) -> None:
        courses = northridge.tables["course"].join(
            northridge.tables["course_master"].select("master_id", master_number="number"), on="master_id"
        )
        assert courses.filter(pl.col("number") != pl.col("master_number")).height == 0
        per_master = courses.group_by("master_id").len()["len"].value_counts().sort("len")
        assert per_master.rows() == [(1, 86), (2, 49)]

    def test_section_terms_of_fall_and_spring(self, northridge: SourceTables, folder: Path) -> None:
        raw = pl.read_csv(folder / "Section.csv", infer_schema=False)
        sessions = raw.select(
            number=KINDS["Section"].field("number").header,
            session=KINDS["Section"].field("session").header,
            school=KINDS["Section"].field("school").header,
            code=KINDS["Section"].field("local_code").header,
        )
        met = northridge.tables["section_term"].group_by("section_id").agg(pl.col("term_seq").sort())
        sections = (
            northridge.tables["section"]
            .join(met, on="section_id")
            .join(northridge.tables["course"].select("course_id", "calendar_id", code="number"), on="course_id")
            .join(northridge.tables["calendar"].select("calendar_id", "school_id"), on="calendar_id")
            .join(sessions, on="number", suffix="_raw")
        )
        assert sections.height == 2944
        assert sections.filter(pl.col("code") != pl.col("code_raw")).height == 0
        assert sections.filter(pl.col("school_id").cast(pl.String) != pl.col("school")).height == 0
        first, second = (
            sections.filter(pl.col("session").str.contains(season))["term_seq"].to_list()
            for season in ("Fall", "Spring")
        )
        assert len(first) == len(second) == 1472
        assert all(terms == [1, 2, 3] for terms in first)
        assert all(terms == [4, 5, 6] for terms in second)

    def test_standards_in_order_with_names_of_moderate_length(self, northridge: SourceTables) -> None:
        bank = northridge.tables["grading_task"]
        assert bank["is_standard"].all()
        assert bank["code"].head(2).to_list() == ["111.32.NA.A.1.A", "111.32.NA.A.1.B"]
        assert bank["name"][0] == "describe independent and dependent quantities in functional relationships"
        assert bank["name"].null_count() == 0
        assert bank["name"].str.len_chars().max() <= 100

    def test_windows_text_keeps_every_character(self, northridge: SourceTables, folder: Path) -> None:
        nino = northridge.tables["grading_task"].filter(pl.col("code") == "113.34.8.C")
        assert nino["name"][0].endswith("hazardous…")  # the damaged word stands beyond the cut
        short = northridge.tables["grading_task"].filter(pl.col("name").str.contains("í¿ŒËŒ_"))
        assert short.height > 20
        data = (folder / "LearningStandard.csv").read_bytes()
        assert all(name.rstrip("…").replace('"', '""').encode("cp1252") in data for name in short["name"])
        found = northridge.findings.filter(pl.col("file") == "LearningStandard.csv")
        assert northridge.format == "Ed-Fi CSV"
        assert found.filter(pl.col("rule") == "encoding")["line"].to_list() == [111]
        assert found.filter(pl.col("rule") == "damaged_text")["severity"].to_list() == ["warning"]

    def test_standards_of_courses_are_linked_to_those_of_masters(self, northridge: SourceTables) -> None:
        courses = northridge.tables["course_task"]
        assert courses["parent_row_id"].null_count() == 0
        pairs = courses.join(
            northridge.tables["master_task"], left_on="parent_row_id", right_on="row_id", suffix="_master"
        ).join(northridge.tables["course"], left_on="owner_id", right_on="course_id")
        assert pairs.height == 81
        assert pairs.filter(pl.col("task_id") != pl.col("task_id_master")).height == 0
        assert pairs.filter(pl.col("owner_id_master") != pl.col("master_id")).height == 0

    def test_what_it_lacks(self, northridge: SourceTables) -> None:
        said = " ".join(northridge.lacks)
        words = ("categories", "calculation options", "composite", "assessments", "teachers", "work")
        assert all(word in said for word in words)
        assert "score" not in northridge.tables
        noted = northridge.findings.filter(pl.col("rule") == "not_given")["message"]
        assert tuple(noted) == northridge.lacks

    def test_nothing_is_lost_in_silence(self, northridge: SourceTables) -> None:
        found = northridge.findings
        assert set(found["severity"]) == {"note", "warning"}
        unread = found.filter(pl.col("rule") == "file_not_read")["file"].to_list()
        assert unread == ["ClassPeriod.csv", "EducationServiceCenter.csv"]
        columns = found.filter((pl.col("rule") == "columns_not_read") & (pl.col("file") == "Section.csv"))
        assert "AvailableCredits.Credits1" in columns["message"][0]

    def test_every_row_is_accounted_for(self, northridge: SourceTables) -> None:
        accounts = northridge.accounts
        assert dict(accounts.select("file", "rows").rows()) == ROWS
        assert accounts.filter(pl.col("used") + pl.col("set_aside") != pl.col("rows")).is_empty()
        aside = accounts.filter(pl.col("set_aside") > 0)
        assert aside["file"].to_list() == ["ClassPeriod.csv", "EducationServiceCenter.csv"]

    def test_made_up_ids_have_keys(self, northridge: SourceTables) -> None:
        made = {"calendar", "catalog", "course_master", "course", "section", "grading_task"}
        assert set(northridge.keys) == made | {"master_task", "course_task"}  # schools keep their SchoolId
        for name, keys in northridge.keys.items():
            ids = northridge.tables[name][TABLES[name].key[0]]
            assert keys["id"].to_list() == sorted(ids)
            assert keys["source_key"].n_unique() == keys.height
        section = str(northridge.keys["section"]["source_key"][0])
        assert section.startswith("255901001 / 2017 / 2016 - 2017 Fall Semester / ALG-1 / ")

    def test_deterministic(self, northridge: SourceTables, folder: Path) -> None:
        again = read_edfi(folder)
        assert again.findings.equals(northridge.findings)
        assert all(again.tables[name].equals(frame) for name, frame in northridge.tables.items())

    def test_loads_without_refusals(self, northridge: SourceTables) -> None:
        store = Store(None)
        found = load_tables(store, northridge)
        assert set(found["severity"]) == {"note", "warning"}
        added = found.join(northridge.findings, on=found.columns, how="anti", nulls_equal=True)
        assert sorted(added["rule"]) == ["look_alike", "no_setup"]  # what the loader has to add
        assert found.height == northridge.findings.height + 2
        store.close()
