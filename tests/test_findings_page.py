"""The page of a load's findings: what stops it first, nothing from the source obeyed, what is cut said."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from good_extract import GOOD, add, put, write_good

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import LoadError
from coursepush.load.findings import FINDING_SCHEMA
from coursepush.reports.findings.page import findings_page


def test_a_refused_load(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    add(folder, "course", '3,77,,0103,"<script>alert(1)</script>"')
    add(folder, "master_category", "3,1,Labs ,-1,")
    with pytest.raises(LoadError) as caught:
        cp.load_district(folder)
    assert caught.value.findings is not None
    page = findings_page(caught.value.findings, title="<b>Extract</b>")
    assert "Not loaded:</strong> 3 things have to be corrected first" in page
    assert "course.csv" in page
    assert "<script>" not in page
    assert "<b>Extract" not in page
    assert "calendar_id 77 is not in table calendar" in page


def test_a_load_with_repairs_shows_before_and_after(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    add(folder, "master_category", "3,1,Labs ,0,")
    with cp.load_district(folder, repair=True) as district:
        page = findings_page(district.findings(), repairs=district.repairs())
        assert district.findings_page(tmp_path / "page.html").read_text("utf-8") == page
    assert "Loaded</strong>, with 1 kind of repair" in page
    assert "“Labs ”" in page
    assert "“Labs”" in page


def test_nothing_to_say() -> None:
    assert "There is nothing to say of this load" in findings_page(pl.DataFrame(schema=FINDING_SCHEMA))


def test_a_long_list_is_cut_and_says_so() -> None:
    rows = [
        ("warning", "unknown_column", "course", "course.csv", line, None, "x", f"Line {line}")
        for line in range(40)
    ]
    page = findings_page(pl.DataFrame(rows, schema=FINDING_SCHEMA, orient="row"), max_rows=4)
    assert "The first 4 of 40 findings" in page
    assert "36 more rows not shown here" in page
    assert "Line 3" in page
    assert "Line 4" not in page


def test_the_command_line_writes_it_refused_or_not(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    put(folder, "courses", "course_id\n1\n")
    page, into = tmp_path / "findings.html", tmp_path / "district.duckdb"
    done = CliRunner().invoke(cli, ["load", str(folder), str(into), "--findings", str(page)])
    assert done.exit_code == 0, done.output
    assert "courses.csv was left out" in page.read_text("utf-8")
    add(folder, "master_category", "3,1,Labs ,0,")
    done = CliRunner().invoke(cli, ["refresh", str(into), str(folder), "--findings", str(page)])
    assert done.exit_code == 1
    assert "with repair=True (--repair)" in done.output
    assert "Not loaded" in page.read_text("utf-8")
    done = CliRunner().invoke(cli, ["refresh", str(into), str(folder), "--repair", "--findings", str(page)])
    assert done.exit_code == 0, done.output
    assert "1 row changed by others (1 added" in done.output
    assert "What was mended" in page.read_text("utf-8")
    assert GOOD["master_category"].count("\n") == 3
