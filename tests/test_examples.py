"""Every public function has an example in its docstring, and the examples come out as they say."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import edfi_district
import polars as pl
import pytest
from lakes import as_folders, inline

import coursepush as cp
from coursepush.apply.apply import Receipt
from coursepush.contract.documents import Passage
from coursepush.district.what_if import WhatIf
from coursepush.plan.plan import Plan
from coursepush.queue.calls import Queue
from coursepush.queue.deciding import Decisions
from coursepush.queue.worker import Worker
from coursepush.refresh.refresh import Refreshed
from coursepush.reports.owners.report import OwnerReport
from coursepush.reports.plan.saved import SavedPlan
from coursepush.reports.plan_reports import PlanReports
from coursepush.reports.reconcile.report import Reconciliation
from coursepush.reports.report import Report
from coursepush.reports.reports import Reports
from coursepush.reports.status.relink import CourseStatus
from coursepush.reports.why.why import Why
from coursepush.share.notebook import SharedNotebook
from coursepush.statewide.run import Run
from coursepush.statewide.state import State, statewide

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
RESULTS = (
    Plan,
    SavedPlan,
    Receipt,
    Reports,
    PlanReports,
    Report,
    OwnerReport,
    CourseStatus,
    Refreshed,
    Reconciliation,
    Why,
    SharedNotebook,
    Passage,
    WhatIf,
    Queue,
    Decisions,
    Worker,
    State,
    Run,
)
PARTS = {f"coursepush.district.{path.stem}" for path in Path(cp.district.__file__).parent.glob("*.py")}
"""A district's functions stand in several classes, by what they are about."""

WRITING = {"Pushes.apply", "Agreement.approve", "Agreement.withdraw_approval"}
"""Those whose example writes to the district that the others share."""


def public_functions() -> dict[str, Callable[..., Any]]:
    """What a user calls, by name: the package's functions, a district's, and those of what these give back."""
    exported = {name: getattr(cp, name) for name in cp.__all__}
    found = {name: one for name, one in exported.items() if inspect.isfunction(one)}
    found["statewide"] = statewide  # which the package of its name calls
    for kind in (cp.District, *RESULTS):
        for part in [one for one in kind.__mro__ if one is kind or one.__module__ in PARTS]:
            for name, one in vars(part).items():
                if inspect.isfunction(one) and not name.startswith("_"):
                    found.setdefault(f"{part.__name__}.{name}", one)
    return found


FUNCTIONS = public_functions()


def test_all_that_is_exported_is_looked_at() -> None:
    others = {name for name in cp.__all__ if name not in FUNCTIONS}
    assert others == {"District", "CoursepushError", "SavedPlan"}
    assert len(FUNCTIONS) > 50


def test_every_public_function_has_an_example() -> None:
    assert [name for name, one in FUNCTIONS.items() if ">>> " not in (inspect.getdoc(one) or "")] == []


def test_every_example_shows_what_comes_of_it() -> None:
    """An example that shows nothing could be wrong unseen: each says at least one value."""
    parser = doctest.DocTestParser()
    for name, one in FUNCTIONS.items():
        assert any(example.want for example in parser.get_examples(one.__doc__ or "")), name


# -- what the examples are of --------------------------------------------------------------------------------


@dataclasses.dataclass
class World:
    """A district, and a push of it that was planned, or applied."""

    district: cp.District
    plan: Plan
    receipt: Receipt | None = None

    @classmethod
    def of(cls, file: Path, *, applied: bool) -> World:
        district = cp.open_district(file)
        plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
        return cls(district, plan, district.apply(plan) if applied else None)


@pytest.fixture(scope="module")
def worlds(simulated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bool], World]]:
    """The small district as it was simulated, and with a push applied; each made when it is first asked for."""
    made: dict[bool, World] = {}

    def world(applied: bool) -> World:
        if applied not in made:
            file = Path(shutil.copy(simulated_file, tmp_path_factory.mktemp("examples")))
            made[applied] = World.of(file, applied=applied)
        return made[applied]

    yield world
    for one in made.values():
        one.district.close()


def a_state(name: str) -> dict[str, Any]:
    """The districts of the folder `lake`, and a run over them where there is to be one."""
    state = cp.statewide("lake")
    inline(state)
    if name.startswith("Run.") or name == "State.open_run":
        into = "run/" if name == "State.open_run" else "a run/"
        return {
            "state": state,
            "run": state.plan_master_push("Middle School", year=2027, mode="overwrite", into=into),
        }
    return {"state": state}


def files_named(text: str, simulated_file: Path) -> None:
    """Put the files that an example reads in the current folder."""
    if re.search(r">>> .*\b(state|statewide|run)\b", text):
        as_folders(Path("lake"), ["D001", "D002"])
        catalog = Path("lake", "D002", "catalog.csv")
        catalog.write_text(catalog.read_text("utf-8").replace("Middle School", "Secondary"), "utf-8")
    if '"extract/"' in text:
        shutil.copytree(TINY, "extract")
    if '"edfi/"' in text:
        edfi_district.write_csv(Path("edfi"), edfi_district.tiny())
    if '"district.duckdb"' in text:
        shutil.copy(simulated_file, "district.duckdb")
    if '"notebook.ipynb"' in text:
        cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# What was pushed?"}
        whole = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        Path("notebook.ipynb").write_text(json.dumps(whole), "utf-8")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_example_comes_out_as_it_says(
    name: str,
    worlds: Callable[[bool], World],
    simulated_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = inspect.getdoc(FUNCTIONS[name]) or ""
    monkeypatch.chdir(tmp_path)
    files_named(text, simulated_file)
    names: dict[str, Any] = {"cp": cp, "pl": pl}
    if name in WRITING:
        names["district"] = cp.open_district(shutil.copy(simulated_file, "example.duckdb"))
        names["plan"] = names["district"].plan_master_push("High School", year=2027, masters="03101-1")
    elif name.startswith(("State.", "Run.", "statewide")):
        names |= a_state(name)
    elif re.search(r">>> .*\b(district|plan|receipt)\b", text):
        world = worlds("receipt" in text.partition(">>>")[2])
        names |= {"district": world.district, "plan": world.plan, "receipt": world.receipt}
    test = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    told: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=told.append)
    assert outcome.failed == 0, "".join(told)
    assert outcome.attempted > 0
