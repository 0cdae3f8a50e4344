"""The notebooks run from top to bottom, offline, and what they say of their district holds."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def run(name: str) -> list[Any]:
    """The code cells of a notebook after a run, the notebook's folder being the current one."""
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    return [cell for cell in client.execute().cells if cell["cell_type"] == "code"]


def text_of(cell: Any) -> str:
    """What a person reads of a cell's outputs."""
    told = [output.get("text") or _html_of(output) for output in cell["outputs"]]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(told))))


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


def test_the_first_push_is_previewed_applied_and_undone() -> None:
    cells = run("01_first_push")
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
    for cell in cells:
        assert sum(len(_html_of(one)) for one in cell["outputs"] if "data" in one) < 30_000


def test_before_next_year_shows_what_would_be_lost_and_why_not_now() -> None:
    page = FOLDER / "before_next_year.html"
    cells = run("02_before_next_year")
    try:
        assert "Your schools keep their own setup here" in text_of(cells[1])
        assert "Riverbend High School" in text_of(cells[2])
        lost = [int(number) for number in re.findall(r'"(?:delete|relink)" (\d+)', text_of(cells[3]))]
        with_categories, without = re.findall(r"'schools and teachers lose': (\d+)", text_of(cells[4]))
        assert sum(lost) == int(with_categories) > int(without)
        assert "Classes are in session" in text_of(cells[5])
        assert re.search(r"\((\d\d+), 0\)", text_of(cells[5])), "nothing is in use in a year that has not begun"
        assert "A clean slate for 2026-27" in page.read_text("utf-8")
    finally:
        page.unlink(missing_ok=True)


def test_desynced_courses_are_relinked_and_what_is_left_over_explained() -> None:
    cells = run("03_desynced_and_residual")
    assert "7 are desynced" in text_of(cells[1])
    assert "28 locked rows have a broken link" in text_of(cells[2])
    assert "25 rows would be written" in text_of(cells[3])
    assert "4 are desynced" in text_of(cells[4])
    assert "no push removes what is in use" in text_of(cells[5])
    assert "the school set this up on the course itself" in text_of(cells[6])
    assert "5 differences without a row above, then 0" in text_of(cells[7])


def test_your_own_data_is_refused_loaded_refreshed_and_exported() -> None:
    cells = run("04_your_own_data")
    refused = text_of(cells[1])
    assert "outer_blanks" in refused
    assert "negative_weight" in refused
    assert "13 rows would be written" in text_of(cells[3])
    assert "2 rows changed by others (1 added, 1 removed, 0 changed)" in text_of(cells[4])
    assert "2 rows on 1 course changed from one load to the next." in text_of(cells[5])
    assert "Maple Grove" in text_of(cells[6])
