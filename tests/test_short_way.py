"""The whole way once, short: what every version of Python, DuckDB and polars in range must get through.

Run in each of the environments that CI makes, the lowest versions and the newest Python among them.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
from both_versions import TODAY

import coursepush as cp

DIGESTS = {
    "locked": "832faf86641e6bbbc8778bccf0337388d7815bbfbb443bc82dfed117de11702b",
    "overwrite": "14522c95fa91f75fa91f2128218bc0c32d270df5e2d659cbcd42298d26048857",
    "links": "a094bee1c24e6a1cb5be7fa70208f97607d74435f0fa544ece5a598b65952a35",
    "undo": "afddb62377a28c6ae71f0c33a324e814d479b4d18bc793568a5cab36aa51e52a",
}
"""Of the small simulated district with seed 7: the same on every machine and under every version. They change with
the rules of a push, the text of requests and rows, or the simulation, and with nothing else."""


def test_digests_are_the_same_everywhere(district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        found: dict[str, str] = {}
        for mode in ("locked", "overwrite"):
            plan = district.plan_master_push("High School", year=2027, mode=mode, to_sections=True, today=TODAY)
            found[mode] = plan.digest
        found["links"] = district.plan_links("High School", year=2027).digest
        before = {name: district.sql(f"from {name} order by all") for name in ("course", "section_category")}
        receipt = district.apply(plan)
        assert receipt.rows == plan.writes > 200
        undo = district.plan_undo(receipt.push_id)
        found["undo"] = undo.digest
        district.apply(undo)
        for name, frame in before.items():
            assert district.sql(f"from {name} order by all").equals(frame)
    assert found == DIGESTS


def test_the_demo_runs_and_leaves_a_page(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from coursepush.cli.main import main; main()", "demo", "--folder", "made"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "exactly as they were before that push" in done.stdout
    assert "<table" in (tmp_path / "made" / "plan.html").read_text("utf-8")


def test_a_folder_is_loaded_refreshed_saved_and_read_again(tmp_path: Path) -> None:
    tiny = Path(__file__).resolve().parents[1] / "data" / "tiny"
    with cp.load_district(tiny, into=tmp_path / "district.duckdb", repair=True) as district:
        plan = district.plan_master_push("Middle School", year=2027, to_sections=True)
        plan.save(tmp_path / "plan.cpush")
        assert district.refresh(tiny).changes["changed"].sum() == 0
        again = district.load_plan(tmp_path / "plan.cpush")
        assert again.digest == plan.digest
        assert district.apply(again).rows == plan.writes
        assert district.history().height == 1


def test_reports_are_frames_pages_and_files(district_file: Path, tmp_path: Path) -> None:
    with cp.open_district(district_file) as district:
        report = district.reports.course_status(catalog="High School", year=2026)
        assert isinstance(report.frame, pl.DataFrame)
        assert "<table" in str(report.page(tmp_path / "status.html").read_text("utf-8"))
        book = openpyxl.load_workbook(report.save(tmp_path / "status.xlsx"))
        assert book.worksheets[0].max_row == report.frame.height + 1
        assert report._repr_html_()


def test_a_panel_previews_by_a_click(district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        panel = district.panel(catalog="High School", year=2027, mode="overwrite", to_sections=True, today=TODAY)
        panel.preview_button.click()
        panel.wait()
        assert panel.state.said is None
        assert panel.plan is not None
        assert panel.plan.digest == DIGESTS["overwrite"]
        assert "Course Status" in str(district.reports.panel().form.report.options)


def test_a_notebook_is_shared(tmp_path: Path) -> None:
    notebook = Path(__file__).resolve().parents[1] / "notebooks" / "01_first_push.ipynb"
    page = cp.share_notebook(notebook, tmp_path / "page.html").path.read_text("utf-8")
    assert "<script" not in page
    assert "</html>" in page


def test_the_versions_are_told(record_property: Callable[[str, object], None]) -> None:
    """In the summary of a run: with which versions it was."""
    text = f"Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}, polars {pl.__version__}"
    record_property("summary", text)
    assert all(part.split()[1][0].isdigit() for part in text.split(", "))
