"""The layout shows the architecture: who may import whom, what the plan's SQL keeps to, what an import costs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "coursepush"
LAYERS = (
    "errors",
    "progress",
    "files",
    "optional",
    "html",
    "marks",
    "calls",
    "contract",
    "model",
    "store",
    "load",
    "simulate",
    "plan",
    "scenario",
    "apply",
    "forecast",
    "refresh",
    "reports",
    "share",
    "export",
    "queue",
    "widgets",
    "district",
    "statewide",
    "demo",
    "lab",
    "cli",
)
"""From the ground up: a module imports only its own part and what stands before it."""

DRAWING = {
    "great_tables": ("html",),
    "ipywidgets": ("widgets",),
    "itables": ("widgets",),
    "anywidget": ("widgets",),
    **dict.fromkeys(("nbformat", "nbconvert", "mistune", "pygments", "nh3"), ("share",)),
    "click": ("cli",),
    **dict.fromkeys(("sqlite3", "apprise"), ("queue",)),
}
"""Libraries for what a person looks at, or for one part alone, and the only parts that may use them."""

NOT_SHARED_WITH_SPARK = r"\b(pivot|unpivot|asof|positional|macro|hugeint|lambda|json\w*|to_json|qualify)\b|->"
"""What plan steps do without, so that one day they can run elsewhere."""


def part_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> list[str]:
    """Modules that `path` imports, wherever in it, except for types alone."""
    names: list[str] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        for child in ast.iter_child_nodes(node):
            look(child)

    look(ast.parse(path.read_text("utf-8")))
    return names


MODULES = [path for path in sorted(SOURCE.rglob("*.py")) if path != SOURCE / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_what_stands_above_it(path: Path) -> None:
    rank = LAYERS.index(part_of(path))
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "coursepush" and rest:
            assert LAYERS.index(rest[0]) <= rank, f"{path.name} imports {name}"
        if top in DRAWING:
            assert part_of(path) in DRAWING[top], f"{path.name} imports {name}"


def test_only_the_store_talks_to_duckdb() -> None:
    users = {str(path.relative_to(SOURCE)) for path in MODULES if "duckdb" in imported(path)}
    # the loader takes a user's relation
    assert users <= {
        "store/commit.py",
        "store/connection.py",
        "store/database.py",
        "store/engine.py",
        "store/faults.py",
        "store/frames.py",
        "store/guard.py",
        "store/holding.py",
        "store/making.py",
        "store/memory.py",
        "store/session.py",
        "scenario/overlay.py",
        "load/source.py",
        "load/staging.py",
        "load/tables.py",
    }


KINDS_OF_REQUEST = r"\b(MasterPush|CoursePush|LinkRequest|UndoRequest)\b"
A_PLANS_TABLE = r"\b(tables|plan|push|made|saved)\.prefix\b|\bverdict_([12]_|{)|\b(same|new_id)_([12]\b|{hop})"
RULES_AT_WORK = r'"coursepush\.plan"|\bcoursepush\.plan\.(fragments|judging|steps?)\b|\bused_by\b'
PLANNERS = r"\bcoursepush\.plan\.(planner|(links|undo)\.(planner|steps))\b"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_request_is_asked_what_it_is_and_not_told_apart_by_its_class(path: Path) -> None:
    assert not re.search(r"isinstance\([^()]*" + KINDS_OF_REQUEST, path.read_text("utf-8"))


@pytest.mark.parametrize("part", [part for part in LAYERS if LAYERS.index(part) > LAYERS.index("plan")])
def test_a_plan_is_made_by_its_door_and_its_tables_are_named_by_their_handle(part: str) -> None:
    found = [SOURCE / f"{part}.py"] if (SOURCE / f"{part}.py").is_file() else sorted((SOURCE / part).rglob("*"))
    for path in (one for one in found if one.suffix in (".py", ".sql")):
        text = path.read_text("utf-8")
        assert not re.search(A_PLANS_TABLE, text), f"{path} names a plan's table by itself"
        assert not re.search(PLANNERS, text), f"{path} plans past plan/door.py"
        assert not re.search(RULES_AT_WORK, text), f"{path} pairs or judges rows by itself, past plan/pairs.py"


READS = ("plan", "reports", "export", "share", "widgets", "cli", "district")


def test_what_reads_names_tables_without_the_database() -> None:
    """So that views can stand in for what a file of an earlier layout does not have yet."""
    for part in READS:
        place = SOURCE / part
        for path in [place] if place.is_file() else sorted((*place.rglob("*.py"), *place.rglob("*.sql"))):
            assert not re.search(r"\bdistrict\.(main|push)\.", path.read_text("utf-8")), path


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("sql/*.sql")), ids=lambda path: path.stem)
def test_a_step_is_a_commented_statement(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ";" not in re.sub(r"'[^']*'|--.*", "", text) or path.parent.parent.name == "simulate"
    lowered = re.sub(r"'[^']*'|--.*", "", text)
    assert not re.search(r"\b(SELECT|FROM|WHERE|JOIN)\b", lowered), "keywords are in lower case"
    if text.startswith("--"):
        assert re.search(r"^-- .*\b[Oo]ne (row|verdict)|^-- No row|^-- step", text), "says what one row is"


@pytest.mark.parametrize("path", sorted((SOURCE / "plan" / "sql").glob("*.sql")), ids=lambda path: path.stem)
def test_plan_steps_keep_to_what_other_engines_know(path: Path) -> None:
    text = re.sub(r"'[^']*'|--.*", "", path.read_text("utf-8"))
    assert not re.search(NOT_SHARED_WITH_SPARK, text, re.IGNORECASE)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, coursepush\n"
        "heavy = {'duckdb', 'polars', 'great_tables', 'ipywidgets', 'click'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
