"""A load looks whether all of an export is there: what is gone stops it, what was edited is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from good_extract import write_good

import coursepush as cp
from coursepush.errors import LoadError
from coursepush.files.manifest import NAME
from coursepush.load import load_tables
from coursepush.store import Store


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    with cp.load_district(write_good(folder / "extract")) as district:
        district.export(folder / "csv", students=True)
        district.export(folder / "parquet", format="parquet", students=True)
    return folder


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported / "csv", tmp_path / "csv"))


def told(folder: Path) -> list[tuple[Any, ...]]:
    """What a load says of the export: severity, rule, file."""
    store = Store(None, threads=1)
    found: pl.DataFrame | None
    try:
        found = load_tables(store, folder)
    except LoadError as error:
        found = error.findings
    finally:
        store.close()
    assert found is not None
    about = found.filter(pl.col("rule").str.starts_with("export_") | (pl.col("rule") == "bad_manifest"))
    return about.select("severity", "rule", "file").rows()


def test_an_export_that_is_whole_has_nothing_to_tell(exported: Path, folder: Path) -> None:
    assert told(folder) == told(exported / "parquet") == []
    (folder / ".DS_Store").write_bytes(b"")
    assert told(folder) == []


def test_files_that_are_gone_stop_the_load(folder: Path) -> None:
    (folder / "score.csv").unlink()
    (folder / "course.csv").unlink()
    assert told(folder) == [("refusal", "export_lacks_file", name) for name in ("course.csv", "score.csv")]
    (folder / NAME).unlink()
    assert told(folder) == []


def test_rows_that_are_gone_stop_the_load(folder: Path) -> None:
    path = folder / "score.csv"
    path.write_bytes(path.read_bytes().rpartition(b"\n")[0].rpartition(b"\n")[0] + b"\n")
    with pytest.raises(
        LoadError, match=r"score\.csv has \d+ of the \d+ rows that were exported\. .* delete "
    ) as error:
        cp.load_district(folder)
    assert NAME in str(error.value)


def test_what_was_edited_or_added_is_read_and_told(exported: Path, folder: Path) -> None:
    path = folder / "teacher.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([*lines[:-1], lines[-1] + "x", "99,New"]) + "\n")
    with cp.load_district(folder) as district:
        assert district.sql("select name from teacher where teacher_id = 99").item() == "New"
        [message] = district.findings().filter(rule="export_changed")["message"]
    assert message == "teacher.csv was changed since it was exported, with 1 row more. It was read as it is now."
    about = json.loads((folder / NAME).read_text("utf-8"))
    del about["files"]["score.csv"]
    (folder / NAME).write_text(json.dumps(about))
    (folder / "course.csv").unlink()
    shutil.copy(exported / "parquet" / "course.parquet", folder)
    assert told(folder) == [
        ("warning", "export_changed", "teacher.csv"),
        ("warning", "export_added", "course.parquet"),
        ("warning", "export_added", "score.csv"),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"made_by": "other"}', b'{"made_by": "coursepush", "kind": "tables", "files": {"a": 1}}',
     b'{"made_by": "coursepush", "kind": "tables", "files": {"../a": {"rows": 1, "bytes": 1, "sha256": ""}}}',
     b"[" * 100_000, b"\xff\xfe"],
)  # fmt: skip
def test_a_manifest_that_cannot_be_read_stops_the_load(folder: Path, content: bytes) -> None:
    (folder / NAME).write_bytes(content)
    assert told(folder) == [("refusal", "bad_manifest", NAME)]


def test_a_zip_of_an_export_is_looked_at_too(folder: Path, tmp_path: Path) -> None:
    (folder / "score.csv").unlink()
    zipped = shutil.make_archive(str(tmp_path / "export"), "zip", folder)
    with pytest.raises(LoadError, match=r"score\.csv is missing: it was exported with"):
        cp.load_district(zipped)
