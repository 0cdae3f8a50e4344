"""The notebooks run from top to bottom, offline, and what they say of their district holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def run(path: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)
    return NotebookClient(notebook, timeout=300, kernel_name="python3").execute()


def text_of(cell: Any) -> str:
    return "\n".join(output["data"].get("text/html", output["data"]["text/plain"]) for output in cell["outputs"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_small_and_without_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert len(notebook.cells) <= 15
    assert path.stat().st_size < 100_000
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_the_first_push_is_previewed_applied_and_undone() -> None:
    cells = [cell for cell in run(FOLDER / "01_first_push.ipynb").cells if cell["cell_type"] == "code"]
    assert "High School" in text_of(cells[0])
    assert "nothing is written" in text_of(cells[1])
    assert "duplicate_number" in text_of(cells[2])
    assert "Your schools keep their own setup here" in text_of(cells[3])
    assert "categories" in text_of(cells[4])
    assert "To take it back" in text_of(cells[5])
    assert "Undo of push 1" in text_of(cells[6])
