"""The notebooks run from top to bottom, offline, and what they say of their district holds."""

from __future__ import annotations

import re
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from rounds import slow

from coursepush.share.notebook import share_notebook

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def run(name: str) -> list[Any]:
    """The code cells of a notebook after a run, the notebook's folder being the current one."""
    return [cell for cell in _executed(name).cells if cell["cell_type"] == "code"]


def run_with_panels(name: str) -> tuple[list[Any], str]:
    """The same, and what a person reads in the panels that it shows."""
    notebook = _executed(name)
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    told = [state["state"].get("value") for state in states if state["model_name"] == "HTMLModel"]
    cells = [cell for cell in notebook.cells if cell["cell_type"] == "code"]
    return cells, _read(" ".join(one for one in told if one))


def _executed(name: str) -> Any:
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    executed = client.execute()
    _is_shared_whole(executed)
    return executed


def _is_shared_whole(notebook: Any) -> None:
    """Nothing of ours is left out of the page that ``coursepush share`` makes of a notebook that was run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notebook.ipynb"
        nbformat.write(notebook, path)
        shared = share_notebook(path)
    shown = sum(bool(output) for cell in notebook.cells for output in cell.get("outputs", []))
    assert shared.left_out == ()
    assert shared.outputs == shown > 0


def text_of(cell: Any) -> str:
    """What a person reads of a cell's outputs."""
    told = [output.get("text") or _html_of(output) for output in cell["outputs"]]
    return _read(" ".join(told))


def _read(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def is_panel(cell: Any) -> bool:
    return any("application/vnd.jupyter.widget-view+json" in one.get("data", {}) for one in cell["outputs"])


def _html_of(output: Any) -> str:
    return output["data"].get("text/html", output["data"]["text/plain"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_small_and_without_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert len(notebook.cells) < 15
    assert path.stat().st_size < 100_000
    assert not any(cell.get("outputs") for cell in notebook.cells)
    first = notebook.cells[0]
    assert first["cell_type"] == "markdown"
    assert re.match(r"# .+\?\n", first["source"]), "it opens with the question that it answers"
    assert [cell["metadata"].get("tags") for cell in notebook.cells].count(["parameters"]) == 1


def test_the_first_minutes_are_one_cell_with_the_panel() -> None:
    cells, panel = run_with_panels("00_start")
    assert is_panel(cells[0])
    assert "Nothing is loaded" in str(cells[1]["outputs"]), "no district of one's own yet"
    assert "Push All Course Masters" in panel
    assert len(cells) == 2


def test_the_first_push_is_previewed_applied_and_undone() -> None:
    cells, panel = run_with_panels("01_first_push")
    assert "High School" in text_of(cells[0])
    assert (
        "6 of 30 courses are in sync with the course master: 3 with differences that no push changes"
        in text_of(cells[1])
    )
    assert "<svg" in _html_of(cells[1]["outputs"][0])
    assert "nothing is written" in text_of(cells[2])
    assert "Give one of the two another number." in text_of(cells[3])
    assert "its link to the course master is broken" in text_of(cells[4])
    written = re.search(r"(\d+) rows were written on \d+ courses and \d+ sections", text_of(cells[5]))
    assert written is not None
    assert text_of(cells[6]).count(f" {written[1]} ") >= 2, "the undo takes back as many rows as the push wrote"
    assert "Undo of push 1" in text_of(cells[6])
    assert is_panel(cells[7])
    assert "Push All Course Masters" in panel
    for cell in cells:
        assert sum(len(_html_of(one)) for one in cell["outputs"] if "data" in one) < 30_000


@slow
def test_before_next_year_shows_what_becomes_of_what_schools_made_and_why_not_now() -> None:
    page = FOLDER / "before_next_year.html"
    cells, panel = run_with_panels("02_before_next_year")
    try:
        assert "Your schools keep their own setup here" in text_of(cells[1])
        assert "Riverbend High School" in text_of(cells[2])
        made = re.findall(r"The (?:school|teacher) (?:Disappears|Gets other values) (\d+)", text_of(cells[3]))
        assert is_panel(cells[4])
        assert "Preview: Push All Course Masters, 2026-27, overwrite mode" in panel
        taken = [re.findall(rf"Of the first three: made by {who} (\d+) (\d+)", text_of(cells[5]))[0]
                 for who in ("teachers", "schools")]  # fmt: skip
        with_categories, without = (sum(map(int, each)) for each in zip(*taken, strict=True))
        assert sum(map(int, made)) == with_categories > without
        assert "Classes are in session" in text_of(cells[6])
        used = re.search(r"Of “could not be pushed”: residual (\d\d+) 0", text_of(cells[6]))
        assert used, "nothing is in use in a year that has not begun"
        assert "A clean slate for 2026-27" in page.read_text("utf-8")
    finally:
        page.unlink(missing_ok=True)


def test_desynced_courses_are_relinked_and_what_is_left_over_explained() -> None:
    cells, panel = run_with_panels("03_desynced_and_residual")
    assert "7 are desynced" in text_of(cells[1])
    assert "28 locked rows have a broken link" in text_of(cells[2])
    assert text_of(cells[2]).endswith("8 rows ")
    assert "25 rows would be written" in text_of(cells[3])
    assert "4 are desynced" in text_of(cells[4])
    assert "no push removes what is in use" in text_of(cells[5])
    assert "the school set this up on the course itself" in text_of(cells[6])
    before, after = text_of(cells[7]).split("link rows")[1:3]
    assert "orphan 5" in before
    assert "orphan" not in after
    assert is_panel(cells[8])
    assert "4 are desynced" in panel


def test_your_own_data_is_refused_loaded_refreshed_and_exported() -> None:
    cells = run("04_your_own_data")
    refused = text_of(cells[1])
    assert "outer_blanks" in refused
    assert "negative_weight" in refused
    assert "135 rows would be written" in text_of(cells[3])
    assert "1 row changed by others (0 added, 0 removed, 1 renamed, 0 changed)" in text_of(cells[4])
    assert "1 row on 1 course changed from one load to the next." in text_of(cells[5])
    assert "Riverbend High School" in text_of(cells[6])


@slow
def test_two_pushes_are_compared_by_mode_by_data_and_by_release() -> None:
    page = FOLDER / "two_pushes.html"
    cells, panel = run_with_panels("05_compare_two_pushes")
    try:
        modes = text_of(cells[1])
        told = re.search(
            r"The second plan would write (\d+) rows that the first does not; the first plan would write (\d+) "
            r"rows that the second does not\. (\d+) rows would be written by both, with a different outcome\. "
            r"(\d+) rows would come out the same",
            modes,
        )
        assert told is not None
        only_overwrite, only_locked, both, same = map(int, told.groups())
        whys = re.findall(
            r" (?:Disappears|Gets other values|Renamed|Only linked again|Added) (\d+)", text_of(cells[2])
        )
        assert sum(map(int, whys)) == only_overwrite
        assert "its link to the course master is broken" in text_of(cells[2])
        assert "Homework → Homework(1)" in text_of(cells[3])
        without = re.search(
            r"The first plan would write (\d+) rows that the second does not\. (\d+) rows would come out the same",
            text_of(cells[4]),
        )
        assert without is not None
        assert "second only" not in text_of(cells[4]), (
            "nothing is pushed without the categories that is not with them"
        )
        assert sum(map(int, without.groups())) == only_overwrite + both + same, "all that overwrite writes"
        assert only_locked > 0
        kinds = set(re.findall(r"⁨([A-Za-z ]+), (?:courses|sections)", text_of(cells[4])))
        assert kinds == {"Categories"}
        summer = re.search(r"Riverbend High Summer 2026 only_second (\d+) 1 row", text_of(cells[5]))
        assert summer is not None
        assert f"The second plan would write {summer[1]} rows that the first does not" in text_of(cells[5])
        assert is_panel(cells[6])
        assert "Preview: Push All Course Masters, 2026-27, overwrite mode" in panel
        assert "Overwrite existing course and section level data" in page.read_text("utf-8")
    finally:
        page.unlink(missing_ok=True)


@slow
def test_the_year_end_is_rehearsed_on_a_copy() -> None:
    cells, panel = run_with_panels("06_year_end_rehearsal")
    before = text_of(cells[1])
    assert "7 are desynced" in before
    assert "High School · 2025-26 28 rows of grading setup stay" in before
    assert "High School · 2026-27 Nothing" in before
    relinked = re.search(r"Push 1: .*?, to courses (\d+) rows written", text_of(cells[2]))
    assert relinked is not None
    assert "None is desynced" in text_of(cells[2])
    assert is_panel(cells[3])
    assert "Preview: Push All Course Masters, 2026-27, overwrite mode" in panel
    after = text_of(cells[4])
    assert re.search(r"Push 2: .* [1-9]\d* rows written", after)
    assert after.count("A push would write nothing") == 2, "both awaiting-push reports are empty"
    assert "All of them." in after
    assert "Another course of the calendar would have the same number" in text_of(cells[5])
    assert "7 are desynced" in text_of(cells[6]), "it was taken back"


@slow
def test_whose_grades_a_push_would_move() -> None:
    page = FOLDER / "whose_grades.html"
    cells = run("07_whose_grades_would_move")
    try:
        told = re.search(r"Grades in progress would move in (\d+) sections of (\d+) teachers", text_of(cells[1]))
        assert told is not None
        assert told[0] in text_of(cells[2])
        by_teacher = [int(number) for number in re.findall(r"Teacher \d+ (\d+)", text_of(cells[3]))]
        assert len(by_teacher) == int(told[2])
        assert sum(by_teacher) == int(told[1])
        locked, overwrite = re.findall(r"Grades in progress would move in (\d+) sections", text_of(cells[4]))
        assert int(locked) < int(overwrite)
        assert "grades appear" in text_of(cells[1])
        assert "grades appear" not in text_of(cells[5]), "no option is pushed, so no calculation is turned on"
        assert told[0] in page.read_text("utf-8")
    finally:
        page.unlink(missing_ok=True)


@slow
def test_a_push_is_agreed_to_submitted_run_and_taken_back() -> None:
    cells, panel = run_with_panels("08_approve_and_schedule")
    asked = text_of(cells[1])
    assert "Still needed: 1 more. 1 approval for a plan that overwrites" in asked
    assert "Blocked by nothing_disappears" in asked
    assert "Ana Analyst" in text_of(cells[2])
    assert "nothing_disappears is overridden by Dana Director. Nothing more is needed." in text_of(cells[3])
    assert re.search(r"Job 1, queued, to run at \d{4}-\d\d-\d\d 22:00", text_of(cells[4]))
    assert "No worker runs for this district" in text_of(cells[4])
    written = re.search(r"completed with errors: .*? (\d+) rows were written on", text_of(cells[5]))
    assert written is not None
    assert "Job 2, completed" in text_of(cells[6])
    for what in ("pushed", "undone", "approved", "submitted", "policy set"):
        assert f" {what} " in text_of(cells[6])
    assert is_panel(cells[6])
    assert f"push 1: {written[1]} rows written" in panel
    assert "Dana Director" in panel


@slow
def test_what_if_tests_weighed_more() -> None:
    page, text = FOLDER / "weight_of_tests.html", FOLDER / "heavier_tests.toml"
    cells, panel = run_with_panels("09_what_if_weights")
    try:
        assert "1. set categories: name Tests, weight 45; catalog High School" in re.sub(
            r"(\d) set", r"\1. set", text_of(cells[1])
        )
        assert "the lock 'categories' of the catalog High School forbids it" in text_of(cells[2])
        told = re.search(r"Grades in progress would move in (\d+) sections", text_of(cells[3]))
        assert told is not None
        side = text_of(cells[4])
        assert "3 plans side by side" in side
        assert f"most: heavier tests ({told[1]})" in side
        curve = re.search(r"Fewest sections have grades that move: at (\d+) \(", text_of(cells[5]))
        assert curve is not None
        assert 20 < int(curve[1]) < 60, "somewhere between"
        assert curve[0] in page.read_text("utf-8")
        assert is_panel(cells[6])
        assert "set categories: name Tests, weight 45; catalog High School, masters 04101-1" in panel
        assert 'do = "set"' in text.read_text("utf-8")
    finally:
        page.unlink(missing_ok=True)
        text.unlink(missing_ok=True)


@slow
def test_situations_are_rehearsed() -> None:
    page = FOLDER / "own_categories.html"
    cells = run("10_rehearse")
    try:
        assert "13 of the 13 situations apply here" in text_of(cells[1])
        own = text_of(cells[2])
        told = re.search(r"It applies to \d+ course masters, (\d+) courses, (\d+) sections", own)
        assert told is not None
        assert "all but Categories" in own
        assert text_of(cells[3]).count("Riverbend High School") == int(told[2])
        assert "plan = district.plan_master_push(" in text_of(cells[4])
        assert "realigned first" in text_of(cells[5])
        assert "Do this." in page.read_text("utf-8")
    finally:
        page.unlink(missing_ok=True)
