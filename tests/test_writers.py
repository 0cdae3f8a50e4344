"""What is written is whole under its name or not there, whatever ends the writing: a kill, a full disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from writers import WRITERS, files_of_at_most, kill_once, left_aside

import coursepush as cp
from coursepush.errors import WriteError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ends its own processes with a signal")

FILE = """
import os, signal, sys
from coursepush.files import FolderKind, Kind, aside, new_file, new_folder

place, step, is_folder = sys.argv[1], sys.argv[2], sys.argv[3] == "folder"
aside.on_step = lambda reached: os.kill(os.getpid(), signal.SIGKILL) if reached == step else None
if is_folder:
    with new_folder(place, FolderKind.TABLES) as new:
        for name in ("a.csv", "b.csv"):
            with new.new_file(name) as file:
                file.write(step.encode())
            new.rows[name] = 1
else:
    with new_file(place, Kind.CSV) as file:
        file.write(b"\\xef\\xbb\\xbf" + step.encode())
"""


def write(place: Path, step: str, what: str) -> int:
    command = [sys.executable, "-c", FILE, str(place), step, what]
    return subprocess.run(command, capture_output=True).returncode


def content(place: Path, what: str) -> str:
    if what == "file":
        return place.read_text("utf-8-sig")
    texts = {(place / name).read_text() for name in ("a.csv", "b.csv")}
    assert len(texts) == 1
    return texts.pop()


@pytest.mark.parametrize(
    ("what", "step", "left"),
    [
        ("file", "opened", "none"),
        ("file", "flushed", "none"),
        ("file", "renamed", "renamed"),
        ("folder", "file 2", "none"),
        ("folder", "flushed", "none"),
        ("folder", "old aside", None),
        ("folder", "renamed", "renamed"),
    ],
)
def test_a_killed_writer_leaves_the_old_or_the_new(what: str, step: str, left: str | None, tmp_path: Path) -> None:
    place = tmp_path / "place.csv"
    assert write(place, "none", what) == 0
    assert write(place, step, what) == -signal.SIGKILL
    if left is None:  # between two names; both are whole, aside, and the old one gets its name back
        assert not place.exists()
        assert len(left_aside(tmp_path)) == 2
    else:
        assert content(place, what) == left
    assert write(place, "again", what) == 0
    assert content(place, what) == "again"
    assert [path.name for path in tmp_path.iterdir()] == ["place.csv"], "what was left is swept"


@pytest.mark.parametrize("name", ["plan", "CSV", "Excel", "Parquet", "tables as CSV", "tables as Parquet"])
@pytest.mark.parametrize("part", [0.0, 0.9])
def test_a_full_disk_leaves_what_was_there(name: str, part: float, simulated_file: Path, tmp_path: Path) -> None:
    writer = WRITERS[name]
    place = tmp_path / writer.name
    with cp.open_district(simulated_file) as district:
        writer.write(district, place)
        before = writer.read(place)
        size = max(path.stat().st_size for path in ([*place.iterdir()] if place.is_dir() else [place]))
        with files_of_at_most(int(size * part)), pytest.raises(WriteError) as caught:
            writer.write(district, place)
    assert str(caught.value).startswith(f"{place} was not written. It would be larger than a file may be")
    assert str(caught.value).endswith("What was there before is as it was.")
    assert writer.read(place) == before
    assert left_aside(tmp_path) == []


def test_a_full_disk_leaves_no_district_half_loaded(tmp_path: Path) -> None:
    writer = WRITERS["loaded district"]
    place = tmp_path / writer.name
    with (
        files_of_at_most(2_000_000),
        pytest.raises(WriteError, match=r"new\.duckdb was not written\. .* Nothing was left"),
    ):
        writer.write(None, place)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "ending"), [("tables as CSV", "file 3"), ("loaded district", "written")])
def test_a_kill_leaves_nothing_half(name: str, ending: str, simulated_file: Path, tmp_path: Path) -> None:
    writer = WRITERS[name]
    whole, own = tmp_path / "whole", tmp_path / "own"
    own.mkdir()
    with cp.open_district(simulated_file) as district:
        writer.write(district, whole)
    expected = "whole" if writer.replaces else "nothing"
    assert kill_once(name, simulated_file, whole, own, ending) == f"{expected} after a kill"
