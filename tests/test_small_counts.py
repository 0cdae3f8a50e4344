"""Small counts of students in what leaves the district (MODEL.md 10)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import polars as pl
import pytest
from engine import store_of
from random_districts import make_district
from rounds import first
from simulated import tables as simulated_tables

from coursepush.reports.report import Report
from coursepush.reports.reports import Reports
from coursepush.reports.small_counts import COUNTS, FEW, HIDDEN, SMALL, without_small_counts


def _frame(*rows: tuple[int, int, int, int, int, int | None]) -> pl.DataFrame:
    names = ("course_id", "scores", "posted_grades", "comments", "students", "other_students")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")


def test_counts_that_single_nobody_out_are_shown() -> None:
    shown = without_small_counts(_frame((1, 120, 40, 15, 40, 12)))
    assert shown.row(0) == (1, "120", "40", "15", "40")


@pytest.mark.parametrize(
    ("counts", "students"),
    [
        ((30, 30, 30, 9, 30), FEW),
        ((30, 30, 30, 30, 9), FEW),
        ((30, 30, 30, 30, None), FEW),
        ((30, 9, 30, 30, 30), HIDDEN),
        ((30, 30, 9, 30, 30), HIDDEN),
    ],
    ids=["few students", "all but few", "how many others is unknown", "few grades", "few comments"],
)
def test_each_way_to_be_small_hides_the_whole_line(counts: tuple[Any, ...], students: str) -> None:
    shown = without_small_counts(_frame((1, *counts)))
    assert shown.row(0) == (1, HIDDEN, HIDDEN, HIDDEN, students)


def test_no_comment_at_all_hides_nothing() -> None:
    assert without_small_counts(_frame((1, 30, 0, 0, 30, 30))).row(0) == (1, "30", "0", "0", "30")


def test_ten_is_not_few() -> None:
    assert without_small_counts(_frame((1, 10, 10, 10, 10, 10))).row(0) == (1, "10", "10", "10", "10")


def test_a_hidden_section_cannot_be_worked_out_from_its_course() -> None:
    """Course 1 counts 40 students, its one section shown 34: the other section's 6 would follow."""
    frame = _frame((1, 80, 40, 40, 40, 30), (1, 68, 34, 34, 34, 20), (1, 12, 6, 6, 6, 20), (2, 80, 40, 40, 40, 30))
    assert without_small_counts(frame)["students"].to_list() == [HIDDEN, HIDDEN, FEW, "40"]


def _left_to_reckon_with(shown: pl.DataFrame) -> list[int]:
    """Courses with a hidden count beside which a count of students, or of what each has, is shown."""
    seen: dict[int, set[bool]] = {}
    for row in shown.iter_rows(named=True):
        seen.setdefault(row["course_id"], set()).update(row[name] in (FEW, HIDDEN) for name in COUNTS)
    return [course for course, kinds in seen.items() if len(kinds) > 1]


@pytest.mark.parametrize("seed", first(range(12), keep=4))
def test_no_hidden_count_has_a_number_beside_it_to_reckon_with(seed: int) -> None:
    report = Reports(store_of(make_district(seed))).residual()
    exact, shown = report.frame, report.shown
    assert _left_to_reckon_with(shown) == []
    for row, seen in zip(exact.iter_rows(named=True), shown.iter_rows(named=True), strict=True):
        if row["students"] < SMALL or row["other_students"] < SMALL:
            assert [seen[name] for name in COUNTS] == [HIDDEN, HIDDEN, HIDDEN, FEW]
        else:
            assert seen["students"] in (HIDDEN, str(row["students"])), "few are said to be few only where they are"


def test_where_enough_students_are_counted_the_page_shows_them() -> None:
    report = Reports(store_of(simulated_tables())).residual(course="0301-2")
    many = report.frame.with_columns(pl.lit(30, pl.Int64).alias(name) for name in (*COUNTS, "other_students"))
    rows = Report(report.layout, many).page().split("About this report")[0]
    assert "30<span class='unit'> students</span>" in rows
    assert FEW not in unescape(rows)


def test_the_page_and_the_files_hide_alike_and_the_frame_does_not(tmp_path: Any) -> None:
    report = Reports(store_of(simulated_tables())).residual()
    assert report.frame["students"].dtype == pl.Int64
    saved = pl.read_csv(report.save(tmp_path / "residual.csv"), infer_schema=False)
    assert "other_students" not in saved.columns
    assert saved["students"].to_list() == report.shown["students"].to_list()
    assert FEW in saved["students"].to_list()
    exact = pl.read_csv(report.save(tmp_path / "exact.csv", exact_counts=True))
    assert exact["students"].to_list() == report.frame["students"].to_list()
    assert "fewer than 10" in str(report.page())
    for text in (report._repr_html_(), repr(report)):
        assert not re.search(r"\b(students|scores|comments)\b(?!' work)", text), "they count rows alone"
