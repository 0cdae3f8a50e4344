"""What the README and the guide show is run: their Python and command lines, on a small simulated district."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.reports.reports import Reports

ROOT = Path(__file__).resolve().parents[1]
SHOWN = "\n".join((ROOT / page).read_text("utf-8") for page in ("README.md", ".github/GUIDE.md"))
PAGES = [ROOT / "README.md", *sorted((ROOT / ".github").glob("*.md")), ROOT / "data" / "README.md"]
PAGES.append(ROOT / "src" / "coursepush" / "queue" / "QUEUE.md")

BLOCKS = re.findall(r"```python\n(.*?)```", SHOWN, re.DOTALL)
COMMANDS = [line.partition(" #")[0].strip() for line in re.findall(r"^ {4}(coursepush .*)$", SHOWN, re.M)]
STAY_OPEN = ("coursepush lab", "coursepush worker")
"""Commands that serve until they are stopped; tests/test_lab.py and tests/test_queue_worker.py start them."""


@pytest.fixture(scope="module")
def extract(simulated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small district as its tables, one CSV each."""
    folder = tmp_path_factory.mktemp("readme") / "extract"
    with cp.open_district(simulated_file) as district:
        district.export(folder, students=True)
    return folder


@pytest.fixture
def here(extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all that the README names, as the current one."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(extract, "extract")
    for name in ("monday.zip", "next monday.zip", "next-week.zip"):
        with zipfile.ZipFile(name, "w") as packed:
            for file in sorted(extract.iterdir()):
                packed.write(file, file.name)
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# What was pushed?"}
    whole = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    Path("notebook.ipynb").write_text(json.dumps(whole), "utf-8")
    return tmp_path


# -- its Python --------------------------------------------------------------------------------------------


def names_for(block: str, simulated_file: Path) -> dict[str, Any]:
    """What a block takes for granted: the blocks before it set it up."""
    if "district = " in block.partition("\n")[0] or "import coursepush" in block:
        return {"cp": cp}
    district = cp.open_district(shutil.copy(simulated_file, "made.duckdb"))
    names: dict[str, Any] = {"cp": cp, "district": district}
    if "cp.statewide" in block:
        Path("lake").mkdir()
        shutil.copy(simulated_file, "lake/D001.duckdb")
    if "push_result" in block:
        district.apply(district.plan_master_push("Middle School", year=2027, masters="0601"))
    if "plan.save" in block or "queue.submit" in block:
        names["plan"] = district.plan_master_push("High School", year=2027, mode="overwrite")
    if "locked" in block:
        names["locked"] = district.plan_master_push("High School", year=2027)
        names["overwrite"] = names["plan"] = district.plan_master_push("High School", year=2027, mode="overwrite")
    return names


def as_typed(block: str) -> str:
    """The block, where `(...)` stands for the filters that the lines before it show."""
    return block.replace("(...)", "()")


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_its_python_runs(number: int, here: Path, simulated_file: Path) -> None:
    block = BLOCKS[number]
    names = names_for(block, simulated_file)
    if "reconcile(plan)" in block:  # a plan of before, on the district of this block
        planned = 'plan = district.plan_master_push("High School", year=2027, masters="03101-1")'
        block = block.replace("refreshed = ", f"{planned}\nrefreshed = ")
    exec(compile(as_typed(block), f"block {number + 1}", "exec"), names)
    names["district"].close()
    for name in re.findall(r'"([\w ]+\.(?:html|xlsx))"', block):
        assert Path(name).stat().st_size > 0, name


def test_a_false_line_would_be_found() -> None:
    with pytest.raises(AttributeError, match="no_such_report"):
        exec(as_typed("reports.no_such_report(...)"), {"reports": Reports})
    assert len(BLOCKS) >= 4


# -- its command lines -------------------------------------------------------------------------------------


def test_its_command_lines_run_one_after_the_other(here: Path) -> None:
    assert len(COMMANDS) >= 9
    planned, digest = "", ""
    for line in COMMANDS:
        if line.startswith(STAY_OPEN) or " --database " in line:  # that one is run by test_database.py
            continue
        if line.startswith("coursepush plan masters"):
            planned = line.partition("--year 2026-27")[2]
        typed = re.sub(r" --digest \w+", f" --digest {digest}", line.replace(" ...", planned))
        if line.startswith("coursepush undo"):
            typed += " --yes"  # instead of a person's yes
        done = CliRunner().invoke(cli, shlex.split(typed)[1:])
        assert done.exit_code == (2 if line.startswith("coursepush plan") else 0), (typed, done.output)
        found = re.search(r"^Digest: (\w+)", done.output, re.MULTILINE)
        digest = found[1] if found else digest
    assert all(Path(name).stat().st_size > 0 for name in ("findings.html", "status.html", "status.xlsx"))


def typed_in(text: str) -> Iterator[list[str]]:
    """Every `coursepush ...` that a page shows, in a line or in the text."""
    lines = re.findall(r"^(?: {4}|.*\.venv/bin/)(coursepush .*)$", text, re.MULTILINE)
    for line in [*lines, *re.findall(r"`(coursepush [^`]+)`", text)]:
        yield shlex.split(line.partition(" #")[0])[1:]


def unknown_of(words: list[str]) -> list[str]:
    """What is no command or option among the words of a command line."""
    command: click.Command = cli
    wrong: list[str] = []
    for word in words:
        known = getattr(command, "commands", {})
        if word.startswith("-"):
            options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
            wrong += [] if word in {*options, "--help", "-h", "--version"} else [word]
        elif known and (word.isupper() or word in ("...", "…")):
            return wrong
        elif known:
            if word not in known:
                return [*wrong, word]
            command = known[word]
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_shows_is_there(page: Path) -> None:
    told = list(typed_in(page.read_text("utf-8")))
    assert [words for words in told if unknown_of(words)] == []


def test_a_command_that_is_not_there_would_be_found() -> None:
    assert unknown_of(["plan", "masters", "x.duckdb", "--modes", "overwrite"]) == ["--modes"]
    assert unknown_of(["report", "statuses", "x.duckdb"]) == ["statuses"]


# -- its links -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_to_is_there(page: Path) -> None:
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [one for one in linked if not (page.parent / one).exists()] == []
