"""By school and by teacher: pages, files and the command line have the numbers of the plan, part by part."""

from __future__ import annotations

import re
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import oracle_fates
import polars as pl
import pytest
from click.testing import CliRunner
from engine import plan_of, store_of
from page_reading import complete_in_itself, name_everything_evil
from random_districts import make_district, make_request
from simulated import tables as simulated_tables

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.plan.fates import FATE_WORDS, Fate
from coursepush.plan.plan import Plan
from coursepush.reports.reports import Reports
from coursepush.reports.result.report import OUTCOMES

HIGH_SCHOOL = {"catalog_id": "High School", "year": 2026, "mode": "overwrite", "to_sections": True}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(store_of(simulated_tables()), "master", HIGH_SCHOOL)


@pytest.fixture(scope="module")
def at_two_schools() -> Plan:
    made = plan_of(store_of(make_district(11, size=6)), *make_request(3, make_district(11, size=6)))
    assert made.rows(names=True)["school"].n_unique() == 2
    return made


def test_the_report_its_answer_its_page_and_its_files_have_the_plans_numbers(plan: Plan, tmp_path: Path) -> None:
    totals = oracle_fates.totals(plan.rows(hop=2).to_dicts())
    report = Reports(plan.store).by_teacher(plan)
    assert {one: report[one].sum() for one in totals} == totals
    assert f": {totals['disappears']} disappear, {totals['other_values']} get other values" in report.answer
    text = words_of(str(report.page()))
    tiles = " ".join(f"{rows:,} {FATE_WORDS[fate].label}" for fate, rows in totals.items() if rows)
    assert tiles in text
    for ending in (".csv", ".xlsx"):
        path = report.save(tmp_path / f"teachers{ending}")
        saved = pl.read_csv(path) if ending == ".csv" else read_sheet(path, "Report")
        assert {one: saved[one].sum() for one in totals} == totals
        assert saved.columns[-2:] == ["school_id", "teacher_id"]


def words_of(page: str) -> str:
    """The text of a page that needs nothing else, a blank between what stands apart."""
    complete_in_itself(page)
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)).split())


def read_sheet(path: Path, name: str) -> pl.DataFrame:
    heads, *lines = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return pl.DataFrame(lines, schema=[str(one) for one in heads], orient="row", infer_schema_length=None)


def test_a_page_opens_to_each_section_that_changes_before_and_after(plan: Plan) -> None:
    report = Reports(plan.store).by_teacher(plan)
    page = str(report.page())
    assert page.count("<details class='section'>") == report.sections["section_id"].n_unique()
    row = report.sections.filter(element="categories", fate="disappears").row(0, named=True)
    rest = page[page.index(f"section <bdi>{row['section_number']}") :]
    assert re.search(rf"<bdi>{row['what_before']}</bdi>.*?<td class='none'>–</td>", rest, re.DOTALL)
    assert "Total" in rest
    one = Reports(plan.store).by_teacher(plan, teacher=row["teacher"])
    assert one.sections["teacher"].unique().to_list() == [row["teacher"]]
    assert str(one.page()).count("<details class='section'>") == one.sections["section_id"].n_unique()
    cut = str(report.page(max_rows=2))
    assert cut.count("<details class='section'>") == 2
    assert f"{report.sections['section_id'].n_unique() - 2} more sections not shown here" in cut


def test_text_that_people_see_names_sections_years_and_teachers(plan: Plan) -> None:
    reports = Reports(plan.store)
    every = reports.by_teacher(plan)
    numbered = reports.by_teacher(plan, section="01", year="2025-26")
    rows = plan.rows(hop=2, section="01")
    assert numbered["rows"].sum() == rows.height > 0
    assert set(plan.rows(hop=2, section="01", names=True)["section_number"]) == {"01"}
    name = every["teacher"].drop_nulls()[0]
    assert reports.by_teacher(plan, teacher=name)["rows"].sum() == plan.rows(teacher=name).height


@pytest.mark.parametrize("form", ["page", "workbook"])
def test_each_school_gets_a_file_of_its_own_part(at_two_schools: Plan, form: Any, tmp_path: Path) -> None:
    report = Reports(at_two_schools.store).by_school(at_two_schools)
    written = report.to_folder(tmp_path / "parts", form)
    assert written["school"].to_list() == report["school"].to_list()
    for school, file in written.select("school", "file").rows():
        path = Path(file)
        rows = at_two_schools.rows(school=school).to_dicts()
        totals = oracle_fates.totals(rows)
        others = set(report["school"]) - {school}
        if form == "page":
            text = words_of(path.read_text("utf-8"))
            assert " ".join(f"{n:,} {FATE_WORDS[one].label}" for one, n in totals.items() if n) in text
            assert not any(other in text for other in others)
        else:
            line = read_sheet(path, "Report").row(0, named=True)
            assert {one: line[one] for one in totals} == totals
            assert set(read_sheet(path, "Before and after")["school"]) <= {school}
    assert {path.suffix for path in (tmp_path / "parts").iterdir()} >= {".html" if form == "page" else ".xlsx"}


def test_rows_are_written_in_words_with_ids_last_and_numbers_as_numbers(plan: Plan, tmp_path: Path) -> None:
    report = Reports(plan.store).push_result(plan, outcome=OUTCOMES)
    saved = read_sheet(report.save(tmp_path / "rows.xlsx"), "Report")
    assert saved.height == plan.rows().height
    assert saved.columns[-3:] == ["course_id", "section_id", "row_id"]
    texts = [name for name, dtype in saved.schema.items() if dtype == pl.String]
    for name in texts:
        assert not saved[name].drop_nulls().str.starts_with("{").any(), name
    assert not {"before", "after", "key", "reason"} & set(saved.columns)
    assert set(saved["fate"]) == {FATE_WORDS[one].label for one in Fate}
    assert saved.schema["section_number"] == pl.String
    assert "01" in saved["section_number"].to_list()
    assert saved.schema["year"].is_integer()
    counted = saved["fate"].value_counts()
    totals = oracle_fates.totals(plan.rows().to_dicts())
    assert dict(counted.rows()) == {FATE_WORDS[one].label: rows for one, rows in totals.items()}


def test_a_workbook_has_a_sheet_for_each_school_where_that_is_asked(at_two_schools: Plan, tmp_path: Path) -> None:
    report = Reports(at_two_schools.store).push_result(at_two_schools)
    path = report.save(tmp_path / "rows.xlsx", sheet_per_school=True)
    schools = sorted(set(report["school"]))
    assert openpyxl.load_workbook(path).sheetnames == [*schools, "About this report"]
    assert sum(read_sheet(path, school).height for school in schools) == report.height


def test_any_name_is_only_text_and_a_good_name_of_a_file(tmp_path: Path) -> None:
    tables = make_district(14)
    kind, request = make_request(14, tables)
    name_everything_evil(tables)
    with closing(store_of(tables)) as store:
        plan = plan_of(store, kind, request)
        for who in ("by_school", "by_teacher"):
            report = getattr(Reports(store), who)(plan)
            complete_in_itself(report.page())
            report._repr_html_()
            written = report.to_folder(tmp_path / who, "workbook")
            assert all(Path(file).is_file() for file in written["file"])
            report.save(tmp_path / f"{who}.xlsx", sheet_per_school=True)


def test_the_command_line_writes_a_file_for_each_school(district_file: Path, tmp_path: Path) -> None:
    saved = tmp_path / "push.cpush"
    with cp.open_district(district_file) as district:
        made = district.plan_master_push("High School", year=2026, mode="overwrite", to_sections=True)
        made.save(saved)
        totals = oracle_fates.totals(made.rows(hop=2).to_dicts())
    folder, book = tmp_path / "schools", tmp_path / "teachers.xlsx"
    told = run("report", "by-teacher", district_file, saved, "--out", folder)
    assert f"{totals['disappears']} disappear" in told
    [page] = folder.glob("*.html")
    assert page.name == "Riverbend High School.html"
    assert "What does the push change in each teacher's grade book?" in unescape(page.read_text("utf-8"))
    run("report", "by-teacher", district_file, saved, "--out", book, "--teacher", "Teacher 0050")
    assert read_sheet(book, "Report")["teacher"].to_list() == ["Teacher 0050"]
    assert "Riverbend High School" in run("report", "by-school", district_file, saved, "--year", "2026")


def run(*words: object) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output
