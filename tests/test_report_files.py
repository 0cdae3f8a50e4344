"""A report as a file: every row, text that stays text, and what the file is about."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from engine import plan_of, store_of
from page_reading import EVIL, complete_in_itself, name_everything_evil
from random_districts import make_district, make_request

from coursepush.errors import RequestError
from coursepush.reports import files
from coursepush.reports.files import ENDINGS, markdown, write_frame
from coursepush.reports.report import Report
from coursepush.reports.reports import Reports

NAMES = [*EVIL, "-5", "+1", "@SUM(A1)", "00123", "1e5", "https://example.org", "\tx", "a\nb", "a|b", "", None]


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return pl.DataFrame({"name": NAMES, "year": [2027] * len(NAMES), "rows": range(len(NAMES))})


@pytest.fixture(scope="module")
def report() -> Report:
    """What a push would come to in a district whose every name is a bad one."""
    tables = make_district(14)
    kind, request = make_request(14, tables)
    name_everything_evil(tables)
    store = store_of(tables)
    found = Reports(store).push_result(plan_of(store, kind, request))
    assert found.height > 10
    return found


def _sheet(path: Path, name: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(path)
    return [list(line) for line in book[name].iter_rows()]


def test_a_spreadsheet_runs_nothing_of_a_csv(rows: pl.DataFrame, tmp_path: Path) -> None:
    write_frame(rows, tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_bytes().startswith(b"\xef\xbb\xbf")  # Excel knows the encoding by it
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [line["name"] for line in csv.DictReader(file)]
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in cells)
    assert [cell.removeprefix("'") for cell in cells] == [name or "" for name in NAMES]


def test_excel_keeps_text_as_text_and_numbers_as_numbers(rows: pl.DataFrame, tmp_path: Path) -> None:
    write_frame(rows, tmp_path / "rows.xlsx")
    heads, *lines = _sheet(tmp_path / "rows.xlsx", "Report")
    assert [cell.value for cell in heads] == rows.columns
    assert [line[0].value for line in lines] == [name or None for name in NAMES]
    assert {line[0].data_type for line in lines if line[0].value is not None} == {"s"}
    assert not any(line[0].hyperlink for line in lines)
    assert [line[2].value for line in lines] == list(range(len(NAMES)))
    assert {line[1].number_format for line in lines} == {"0"}, "a year has no thousands separator"


def test_excel_has_a_sheet_that_says_what_the_report_is(report: Report, tmp_path: Path) -> None:
    lines = _sheet(report.save(tmp_path / "result.xlsx"), "About this report")
    about = [(what.value, which.value) for what, which in lines]
    assert about == report.about()
    assert ("Answer", report.answer) in about
    assert ("Rows", f"{report.height:,}") in about


def test_excel_says_when_there_are_too_many_rows(
    rows: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "EXCEL_ROWS", 3)
    with pytest.raises(RequestError, match=r"an Excel sheet holds 3\..*\.csv or \.parquet"):
        write_frame(rows, tmp_path / "rows.xlsx")
    assert not (tmp_path / "rows.xlsx").exists()


def test_parquet_is_the_frame(rows: pl.DataFrame, tmp_path: Path) -> None:
    write_frame(rows, tmp_path / "rows.parquet")
    assert pl.read_parquet(tmp_path / "rows.parquet").equals(rows)


def test_markdown_has_one_line_a_row_and_no_markup(rows: pl.DataFrame) -> None:
    heads, rule, *lines = markdown(rows).split("\n")
    assert heads == "| name | year | rows |"
    assert rule == "| --- | ---: | ---: |"
    assert len(lines) == rows.height
    for line, name in zip(lines, NAMES, strict=True):
        cells = re.split(r"(?<!\\)\|", line)
        assert len(cells) == 5, line
        assert not re.search(r"(?<!\\)[<>*_`\[\]&$~#]", cells[1])
        plain = re.sub(r"\\(.)", r"\1", cells[1]).strip()
        assert plain == " ".join((name or "").split())


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_has_every_row_of_the_report(report: Report, ending: str, tmp_path: Path) -> None:
    path = report.save(tmp_path / f"result{ending}")
    match ending:
        case ".parquet":
            assert pl.read_parquet(path).equals(report.frame)
        case ".csv":
            assert pl.read_csv(path, infer_schema=False).height == report.height
        case ".xlsx":
            assert len(_sheet(path, "Report")) == report.height + 1
        case _:
            assert sum(line.startswith("| ") for line in path.read_text("utf-8").split("\n")) == report.height + 2


def test_a_page_is_saved_by_its_ending(report: Report, tmp_path: Path) -> None:
    path = report.save(tmp_path / "result.html")
    assert path.read_text("utf-8") == report.page()
    complete_in_itself(path.read_text("utf-8"))
    with pytest.raises(RequestError, match="A page never shows counts of students"):
        report.save(tmp_path / "exact.html", exact_counts=True)


def test_another_ending_lists_those_there_are(report: Report, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"\.csv, \.xlsx, \.parquet, \.md"):
        report.save(tmp_path / "result.docx")
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_used_like_its_frame(report: Report) -> None:
    assert pl.DataFrame(report).equals(report.frame)
    assert report.filter(outcome="written").equals(report.frame.filter(outcome="written"))
    assert report["course_id"].equals(report.frame["course_id"])
    assert len(report) == report.height == report.frame.height
    assert not hasattr(report, "no_such_thing")
