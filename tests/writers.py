"""Everything that coursepush writes to a path, by name, and how to see whether it is whole.

    python -m tests.writers [N]        # N kills of each, at random places; 3 by default

A child process writes and is ended: by a signal at a random byte of any file, or at a step that the writer
reports. What is then under the name is nothing, the former one, or the new one, whole; and the next write sweeps
what was left.
"""

from __future__ import annotations

import gzip
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from click.testing import CliRunner

import coursepush as cp
from coursepush.apply.approval.file import read_approval
from coursepush.cli.main import cli
from coursepush.files import aside
from coursepush.files.manifest import NAME, differences, read_manifest
from coursepush.model.tables import TABLES
from coursepush.simulate import write_simulated

SOURCE = Path(__file__).resolve().parents[1] / "data" / "tiny"
NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "01_first_push.ipynb"


@dataclass(frozen=True)
class Writer:
    """One thing that is written.

    Attributes:
        name: of the file or folder, with its ending.
        put: writes what `make` made to a path.
        read: what is in it, to be compared; raises if it is not whole.
        replaces: it may take the place of a former one.
        make: what is written, of a district; that itself, if nothing else.
    """

    name: str
    put: Callable[[Any, Path], object]
    read: Callable[[Path], Any]
    replaces: bool = True
    make: Callable[[cp.District], Any] = lambda district: district

    def write(self, district: cp.District, path: Path) -> object:
        return self.put(self.make(district), path)


def plan_of(district: cp.District) -> cp.Plan:
    return district.plan_master_push("High School", year=2027, masters="03101-1")


def _of_cli(*arguments: object) -> None:
    done = CliRunner().invoke(cli, [str(one) for one in arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception


def _plan_rows(path: Path) -> bytes:
    """Without the plan's id, which each has of its own; a packed file has a checksum at its end."""
    return gzip.decompress(path.read_bytes()).partition(b"\n")[2]


def _saved(district: cp.District) -> Path:
    """A plan's file beside the district's."""
    assert district.store.path is not None
    return plan_of(district).save(district.store.path.with_name("to approve.cpush"))


def _approval(path: Path) -> tuple[str, str]:
    """Without the ids and times that each has of its own."""
    approval, district_id, _ = read_approval(path)
    return approval.digest, district_id


def _page(path: Path) -> str:
    text = path.read_text("utf-8")
    assert text.endswith("</html>\n")
    return text


def _plan_page(path: Path) -> str:
    """Without the plan's id, which each has of its own."""
    return re.sub(r"<dt>Plan</dt><dd><bdi>\w+", "", _page(path))


def _excel(path: Path) -> list[Any]:
    book = openpyxl.load_workbook(path)
    return [list(sheet.values) for sheet in book]


def _folder(path: Path) -> dict[str, bytes]:
    """Every file of a folder, which has to be just as its manifest says."""
    manifest = read_manifest(path)
    assert manifest is not None, f"no {NAME}"
    assert not differences(path, manifest)
    return {each.name: each.read_bytes() for each in path.iterdir()}


def _district(path: Path) -> dict[str, int]:
    assert not path.with_name(path.name + ".wal").exists()
    with cp.open_district(path) as district:
        return {name: district.sql(f"select count(*) from {name}").item() for name in TABLES}


def _status(district: cp.District) -> Any:
    return district.reports.course_status(year=2027)


def _save(made: Any, path: Path) -> object:
    return made.save(path)


WRITERS: dict[str, Writer] = {
    "plan": Writer("plan.cpush", _save, _plan_rows, make=plan_of),
    "approval": Writer(
        "plan.approval", lambda plan, path: cp.approve(plan, by="Dana Director", into=path), _approval, make=_saved
    ),
    "plan page": Writer(
        "plan.html",
        lambda made, path: made[0].reports.plan_page(made[1], path),
        _plan_page,
        make=lambda d: (d, plan_of(d)),
    ),
    "report page": Writer("status.html", _save, _page, make=_status),
    "CSV": Writer("status.csv", _save, lambda path: pl.read_csv(path, infer_schema=False).rows(), make=_status),
    "Excel": Writer("status.xlsx", _save, _excel, make=_status),
    "Parquet": Writer("status.parquet", _save, lambda path: pl.read_parquet(path).rows(), make=_status),
    "Markdown": Writer("status.md", _save, lambda path: path.read_text("utf-8"), make=_status),
    "findings": Writer("findings.html", lambda d, path: d.findings_page(path), _page),
    "reconcile page": Writer(
        "real.html", lambda made, path: made.page(path), _page, make=lambda d: d.reconcile(plan_of(d))
    ),
    "shared page": Writer("notebook.html", lambda _, path: cp.share_notebook(NOTEBOOK, path), _page),
    "mapping": Writer(
        "mine.toml",
        lambda _, path: _of_cli("map", SOURCE, "--output", path),
        lambda path: path.read_text("utf-8"),
        replaces=False,
    ),
    "scenario": Writer(
        "tried.toml",
        _save,
        lambda path: path.read_text("utf-8"),
        make=lambda d: d.what_if("tried").lock("High School", "categories"),
    ),
    "change files": Writer(
        "to key in",
        lambda made, path: made[0].export_changes(made[1], path),
        _folder,
        make=lambda d: (d, plan_of(d)),
    ),
    "files for schools": Writer(
        "for the schools",
        lambda made, path: made.to_folder(path, form="workbook"),
        _folder,
        make=lambda d: d.reports.by_teacher(plan_of(d)),
    ),
    "tables as CSV": Writer("tables", lambda d, path: d.export(path, students=True), _folder),
    "tables as Parquet": Writer("tables", lambda d, path: d.export(path, format="parquet"), _folder),
    "simulated tables": Writer("made up", lambda _, path: write_simulated(path, "small", 7, threads=1), _folder),
    "loaded district": Writer(
        "new.duckdb", lambda _, path: cp.load_district(SOURCE, into=path).close(), _district, replaces=False
    ),
    "simulated district": Writer(
        "new.duckdb", lambda _, path: cp.simulate_district("small", into=path).close(), _district, replaces=False
    ),
}
"""What is written, each by the call that people use."""


def left_aside(folder: Path) -> list[str]:
    """What killed writers left in a folder."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(aside.ASIDE))


@contextmanager
def files_of_at_most(size: int) -> Generator[None]:
    """No file can have more bytes, as on a full disk; a process that does not ignore the signal is ended."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def end_at(step: str) -> None:
    """End this very process when its writer reports that step."""

    def look(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    aside.on_step = look


def write_in_child(name: str, file: Path, place: Path, ending: str) -> int:
    """Write in a process of its own, which is ended at a step or, by a number, at a byte; its exit code."""
    command = [sys.executable, "-B", str(Path(__file__).resolve()), "child", name, str(file), str(place), ending]
    return subprocess.run(command, capture_output=True).returncode


def _child(name: str, file: Path, place: Path, ending: str) -> None:
    writer = WRITERS[name]
    with cp.open_district(file) as district:
        if ending.isdigit():
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            with files_of_at_most(int(ending)):
                writer.write(district, place)
        else:
            end_at(ending)
            writer.write(district, place)


def kill_once(name: str, file: Path, whole: Path, folder: Path, ending: str) -> str:
    """Kill one write into the empty `folder`, over a former one where that may be, and look at what is left.

    Args:
        file: the district. whole: the same, written without a kill. ending: a step, or a number of bytes.
    """
    writer = WRITERS[name]
    place = folder / writer.name
    if writer.replaces:
        _copy(whole, place)
    code = write_in_child(name, file, place, ending)
    left = "nothing"
    if os.path.lexists(place):
        assert writer.read(place) == writer.read(whole), f"{name}: half of it is under its name"
        left = "whole"
    with cp.open_district(file) as district:
        if writer.replaces or left == "nothing":
            writer.write(district, place)
    assert writer.read(place) == writer.read(whole), name
    if writer.replaces or left == "nothing":
        assert not left_aside(folder), f"{name}: what was left is not swept"
    return f"{left} after {'a kill' if code < 0 else 'its end'}"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


STEPS = ("opened", "written", "file 1", "file 3", "flushed", "old aside", "renamed")


def main(kills: int = 3) -> None:
    chance = random.Random(kills)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="writers-") as made:
        folder = Path(made)
        file = folder / "district.duckdb"
        with cp.simulate_district("small", seed=7, into=file) as district:
            for name, writer in WRITERS.items():
                whole = folder / f"whole {writer.name}"
                writer.write(district, whole)
                size = max(path.stat().st_size for path in (whole, *(whole.iterdir() if whole.is_dir() else ())))
                for number in range(kills):
                    ending = str(chance.randrange(size)) if number % 2 else chance.choice(STEPS)
                    with tempfile.TemporaryDirectory(dir=folder) as own:
                        found[kill_once(name, file, whole, Path(own), ending)] += 1
                shutil.rmtree(whole) if whole.is_dir() else whole.unlink()
    told = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
    print(f"{kills} kills of each of {len(WRITERS)} writers, nothing half was left: {told}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        _child(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
