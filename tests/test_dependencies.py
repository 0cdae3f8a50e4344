"""What coursepush needs: every package has a range, and the slim package needs no more than it must."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from coursepush.errors import MissingPackageError
from coursepush.optional import module

ROOT = Path(__file__).resolve().parents[1]
ROOM_ABOVE = re.compile(r"^[\w.-]+(\[[\w,]+\])?>=[\d.]+(,!=[\d.]+)*,<[\d.]+$")
NOT_IN_CORE = ("great_tables", "jupyterlab", "ipywidgets", "anywidget", "itables", "xlsxwriter", "nh3", "nbformat",
               "mistune", "pygments", "IPython")  # fmt: skip


def project(folder: str = ".") -> dict[str, Any]:
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))["project"]


def test_every_dependency_has_a_floor_and_a_cap() -> None:
    whole = project()
    extras = [line for lines in whole["optional-dependencies"].values() for line in lines]
    for line in [*whole["dependencies"], *project("src/coursepush-core")["dependencies"], *extras]:
        own = line.startswith("coursepush[") or "==" in line
        assert own or ROOM_ABOVE.match(line), f"{line}: which range was run?"


def test_the_slim_package_needs_what_the_whole_one_needs_first() -> None:
    slim, whole = project("src/coursepush-core"), project()
    assert slim["dependencies"] == whole["dependencies"][: len(slim["dependencies"])]
    assert slim["requires-python"] == whole["requires-python"]
    assert slim["scripts"] == whole["scripts"]


def test_the_lowest_versions_are_those_of_the_project() -> None:
    command = [sys.executable, str(ROOT / ".ci" / "lowest.py"), "test"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    extras = project()["optional-dependencies"]
    asked = [*project()["dependencies"], *extras["database"], *extras["test"][1:]]
    floors = [re.match(r"([\w.-]+)(?:\[[\w,]+\])?>=([\d.]+)", line) for line in asked]
    assert set(told) == {f"{found[1]}=={found[2]}" for found in floors if found}
    assert len(told) == len(asked)


def test_what_is_installed_here_is_in_range() -> None:
    """As the packages themselves tell it: pip keeps ranges only at the moment of installing."""
    command = [sys.executable, "-m", "pip", "check"]
    told = subprocess.run(command, capture_output=True, text=True).stdout
    assert not [line for line in told.splitlines() if line.startswith("coursepush ")], told


SLIM_WAY = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {missing}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
import coursepush as cp
from coursepush.errors import MissingPackageError

with cp.load_district({tiny!r}, into={into!r}) as district:
    plan = district.plan_master_push("Middle School", year=2027, mode="overwrite", to_sections=True)
    assert repr(plan), plan.rows(names=True).height
    receipt = district.apply(plan)
    for name in ("course_status", "course_audit", "residual", "push_result", "cascade", "drift",
                 "master_awaiting_push", "course_awaiting_push"):
        report = getattr(district.reports, name)()
        assert report.frame.width and repr(report) and report._repr_html_() and report.save({into!r} + ".csv")
    district.apply(district.plan_undo(receipt.push_id))
    district.export({into!r} + ".tables")
    told = []
    for call in (
        district.panel,
        district.reports.panel,
        lambda: report.save({into!r} + ".xlsx"),
        lambda: district.reports.course_status().page({into!r} + ".html"),
        lambda: cp.share_notebook("any.ipynb"),
    ):
        try:
            call()
        except MissingPackageError as error:
            told.append(str(error).split(" need ")[0])
    assert told == ["Panels", "Panels", "Excel files", "Pages", "Shared pages"], told
print("the whole way")
"""


def test_loading_planning_applying_and_reports_need_nothing_of_a_notebook(tmp_path: Path) -> None:
    code = SLIM_WAY.format(
        missing=set(NOT_IN_CORE), tiny=str(ROOT / "data" / "tiny"), into=str(tmp_path / "district.duckdb")
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "the whole way"


def test_a_package_that_is_not_there_is_named_with_what_to_do() -> None:
    with pytest.raises(MissingPackageError, match="Pages need no-such-thing, which is not installed"):
        module("no-such-thing", "Pages")
    with pytest.raises(ImportError):
        module("no-such-thing", "Pages")
