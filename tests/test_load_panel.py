"""The load panel, driven in process by what a browser sends: files in pieces, clicks, and choices."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import coursepush as cp
from coursepush.widgets.load.panel import LoadPanel

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[LoadPanel]:
    made = cp.load_panel(into=tmp_path / "district.duckdb")
    yield made
    made.close()


def dropped(panel: LoadPanel, files: dict[str, bytes], piece: int = 2000) -> None:
    """What the page sends when files are dropped on it."""
    for number, (name, content) in enumerate(files.items()):
        for start in range(0, max(len(content), 1), piece):
            told = {
                "kind": "piece",
                "name": name,
                "is_first": start == 0,
                "is_last": start + piece >= len(content),
                "number": number,
                "of": len(files),
            }
            panel.drop._came(None, told, [content[start : start + piece]])


def tables(**changed: str) -> dict[str, bytes]:
    """The files of the tiny district, some with other text."""
    files = {file.name: file.read_bytes() for file in sorted(TINY.glob("*.csv"))}
    return files | {f"{name}.csv": text.encode() for name, text in changed.items()}


def zipped(files: dict[str, bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def clicked(panel: LoadPanel, button: Any) -> LoadPanel:
    assert button.layout.display != "none"
    button.click()
    panel.wait()
    return panel


def test_what_is_refused_is_mended_by_a_tick_and_loaded(panel: LoadPanel, tmp_path: Path) -> None:
    text = (TINY / "master_category.csv").read_text("utf-8")
    name = text.splitlines()[1].split(",")[text.splitlines()[0].split(",").index("name")]
    dropped(panel, tables(master_category=text.replace(name, f" {name} ")))
    assert "29 files" in panel.dropped.value
    clicked(panel, panel.check)
    assert panel.state.findings is not None
    assert set(panel.state.findings.filter(severity="refusal")["rule"]) == {"outer_blanks"}
    assert not (tmp_path / "district.duckdb").exists()
    folder = str(panel.drop.folder)
    assert folder not in panel.message.value
    assert not panel.state.findings["file"].str.contains(folder, literal=True).any()
    panel.repair.value = True
    clicked(panel, panel.check)
    assert "It can be loaded as it is." in panel.message.value
    assert not (tmp_path / "district.duckdb").exists()
    clicked(panel, panel.load)
    assert panel.district is not None
    assert panel.district.sql("select count(*) from course").item() == 3
    assert "<td" in panel.there.value
    assert "repair=True" in panel.state.code()
    assert name.strip() not in panel.twin(), "a saved page has no value of the extract"


def test_a_refresh_that_takes_much_away_asks_once_more(panel: LoadPanel) -> None:
    dropped(panel, {"extract.zip": zipped(tables())})
    clicked(panel, panel.load)
    lines = (TINY / "section.csv").read_text("utf-8").splitlines()
    sections = "\n".join(lines[:1]) + "\n"
    work = {
        name: (TINY / f"{name}.csv").read_text("utf-8").splitlines()[0] + "\n"
        for name in (
            "section_term", "section_category", "section_grade_calc", "assignment", "assignment_task", "score",
            "posted_grade", "enrollment",
        )
    }  # fmt: skip
    dropped(panel, {"next.zip": zipped(tables(section=sections, **work))})
    clicked(panel, panel.refresh)
    assert panel.state.removals is not None, panel.state.said
    assert "Sections" in panel.removals.value
    assert panel.district.sql("select count(*) from section").item() > 0, "nothing was written"
    clicked(panel, panel.anyway)
    assert panel.district.sql("select count(*) from section").item() == 0
    assert "Refreshed." in panel.message.value
    assert panel.state.code().endswith("allow_removals=True)")


def test_names_of_files_lead_nowhere_else(panel: LoadPanel, tmp_path: Path) -> None:
    dropped(panel, {"../../course.csv": b"course_id\n"})
    assert panel.drop.folder is not None
    assert [one.name for one in panel.drop.folder.iterdir()] == ["course.csv"]
    folder = panel.drop.folder
    dropped(panel, {"course.exe": b"x"})
    assert "no file of an extract" in panel.dropped.value
    assert not folder.exists()
    panel.check.click()
    assert "Choose an extract first" in panel.message.value


def test_a_mapping_is_drafted_edited_and_used(panel: LoadPanel, tmp_path: Path) -> None:
    dropped(panel, {"courses.csv": b"Course Number,Course Name\n1001,Algebra\n1002,Biology\n"})
    clicked(panel, panel.draft)
    assert "Course Number" in panel.text.value
    panel.name.value = str(tmp_path / "mine.toml")
    clicked(panel, panel.use)
    assert (tmp_path / "mine.toml").read_text("utf-8") == panel.text.value
    assert panel.mapping.value == str(tmp_path / "mine.toml")
    assert "mapping=" in panel.state.code()
    panel.text.value += "# once more\n"
    clicked(panel, panel.use)
    assert (tmp_path / "mine.toml").read_text("utf-8").endswith("# once more\n")


def test_a_mapping_takes_no_other_files_place(panel: LoadPanel, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("a = 1\n", "utf-8")
    panel.state.mapping = str(tmp_path / "mine.toml")
    panel.state.use_draft("b = 2\n", str(tmp_path / "mine.toml"))
    assert "is there already" in panel.message.value
    assert (tmp_path / "mine.toml").read_text("utf-8") == "a = 1\n"


def test_a_folder_is_browsed_to(panel: LoadPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "extract").mkdir()
    for name, content in tables().items():
        (tmp_path / "extract" / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    panel.places.browse.value = True
    listed = dict(panel.places.list.options)
    panel.places.list.value = listed["extract/"]
    panel.places.choose.click()
    clicked(panel, panel.load)
    assert panel.district is not None
