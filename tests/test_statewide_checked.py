"""A lake that an earlier run has checked: read where it lies, to the same digest, as long as it is the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from lakes import CATALOG, PUSH, Tables, as_columns, as_partitions, inline, tiny_tables, with_a_course_twice

import coursepush as cp
from coursepush.errors import RequestError
from coursepush.model.tables import TABLES
from coursepush.reports.side_by_side.report import GRADES, measured
from coursepush.statewide import task as task_module
from coursepush.statewide.asked import versions_here
from coursepush.statewide.reading import open_source
from coursepush.statewide.run import Run
from coursepush.statewide.state import State
from coursepush.statewide.task import Answer, Task, answer
from coursepush.store.limits import Limits

_GRADES = ("grades", *(f"sections_{one}" for one in GRADES))
WORK = ("assignment", "assignment_task", "score", "posted_grade", "enrollment")


def settled(lake: Path) -> Path:
    """As files are that were written an hour ago."""
    for place, file in enumerate(sorted(one for one in lake.rglob("*") if one.is_file())):
        os.utime(file, (1_700_000_000 + place, 1_700_000_000 + place))
    return lake


def planned(lake: Path, into: Path, **given: object) -> Run:
    state = cp.statewide(lake, **given)  # type: ignore[arg-type]
    inline(state)
    return state.plan_master_push(CATALOG, into=into, **PUSH)  # type: ignore[arg-type]


def read_of(run: Run) -> dict[str, str]:
    return dict(run.districts().select("district", "read").rows())


@pytest.fixture(scope="module")
def tiny() -> Tables:
    return tiny_tables()


@pytest.fixture(scope="module")
def blanks(tiny: Tables) -> Tables:
    """Text that a load mends: blanks around it, a word for nothing, an accent of two signs."""
    said = pl.int_range(pl.len()).replace_strict({0: " late ", 1: "NULL", 2: "cafe\u0301"}, default="as it is")
    score = tiny["score"].with_columns(comment=said)
    names = tiny["section_category"]["name"].to_list()
    return {
        **tiny,
        "score": score,
        "course": tiny["course"].with_columns(description=pl.lit("a ")),
        "section": tiny["section"].drop("teacher_id", strict=False),
        "section_category": tiny["section_category"].with_columns(pl.Series("name", names, dtype=pl.Categorical)),
    }


@pytest.fixture(scope="module")
def lake(tiny: Tables, blanks: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    districts = {
        "D001": tiny,
        "D002": blanks,
        "D003": with_a_course_twice(tiny),
        "D004": {name: frame for name, frame in tiny.items() if name not in WORK},
    }
    return settled(as_partitions(tmp_path_factory.mktemp("parted") / "lake", districts))


@pytest.fixture(scope="module")
def first(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return planned(lake, tmp_path_factory.mktemp("first") / "run")


def test_a_checked_lake_comes_to_the_same_without_a_load(lake: Path, first: Run, tmp_path: Path) -> None:
    assert read_of(first) == dict.fromkeys(("D001", "D002", "D003", "D004"), "loaded")
    run = planned(lake, tmp_path / "run", checked=first.folder.path)
    assert read_of(run) == {"D001": "as_checked", "D002": "as_checked", "D003": "loaded", "D004": "as_checked"}
    assert run.changes(first).is_empty()
    assert run.rows().equals(first.rows())
    assert run.counts().equals(first.counts())
    assert run.warnings().equals(first.warnings())
    assert run.districts()["use_unknown"].equals(first.districts()["use_unknown"])
    assert run.told.endswith("; 3 read as checked before, nothing checked again")
    assert f"with all checks by <bdi>{first.folder.path}" in str(run.page())

    later = planned(lake, tmp_path / "later", checked=run.folder.path)
    assert read_of(later) == read_of(run), "what was taken over is as good as what was checked"
    assert later.districts()["checked_by"].drop_nulls().unique().to_list() == [str(first.folder.path)]


def test_text_that_a_load_mends_is_read_as_a_load_reads_it(lake: Path, first: Run) -> None:
    told = first.districts().filter(district="D002").select("tables_given", "tables_as_given").row(0)
    given, as_given = (set(one.split(", ")) for one in told)
    assert given - as_given == {"score", "course", "section_category"}
    source = checked_source(lake, first, "D002")
    with open_source(source, Limits()) as opened, open_source(replace(source, checked=None), Limits()) as loaded:
        for name in sorted(given):
            sql = f"select * from {name} order by all"
            assert opened.sql(sql).equals(loaded.sql(sql)), name
        assert opened.findings()["rule"].to_list() == ["not_checked_again"]
        with pytest.raises(cp.errors.CoursepushError):
            opened.sql(f"select count(*) from read_parquet('{next(lake.rglob('district_id=D001/*.parquet'))}')")


def checked_source(lake: Path, first: Run, district: str) -> cp.statewide.lake.Source:
    state: State = cp.statewide(lake, checked=first.folder.path)
    assert state.proofs is not None
    [found] = state.proofs.of([state.lake.sources[district]], versions_here())
    assert found.checked is not None
    return found


def test_rows_of_other_districts_and_tables_without_any_are_as_in_a_load(tiny: Tables, tmp_path: Path) -> None:
    without = {name: frame for name, frame in tiny.items() if name not in WORK}
    lake = settled(as_columns(tmp_path / "lake", {"D001": tiny, "D002": without}))
    first = planned(lake, tmp_path / "first")
    run = planned(lake, tmp_path / "run", checked=first.folder.path)
    assert set(read_of(run).values()) == {"as_checked"}
    assert run.changes(first).is_empty()
    assert run.warnings(district="D002").filter(code="use_unknown").height == 1


def test_grades_are_told_in_numbers_of_sections_whatever_a_district_is_read_from(
    simulated_file: Path, tmp_path: Path
) -> None:
    push = {**PUSH, "year": 2026}
    with cp.open_district(simulated_file) as district:
        tables = {name: district.sql(f"select * from {name}") for name in TABLES}
        plan = district.plan_master_push(
            "High School", **{name: one for name, one in push.items() if name != "grades"}
        )
        told = {**measured("", plan, grades=True), "digest": plan.digest}
    assert told["sections_moves"] > 0
    lake = settled(as_partitions(tmp_path / "lake", {"D001": {n: one for n, one in tables.items() if one.height}}))
    runs: list[Run] = []
    for checked in (None, tmp_path / "run 0"):
        state = cp.statewide(lake, checked=checked)
        inline(state)
        into = tmp_path / f"run {len(runs)}"
        runs.append(state.plan_master_push("High School", into=into, grades=True, **push))  # type: ignore[arg-type]
        [row] = runs[-1].districts().to_dicts()
        names = (*_GRADES, "digest")
        assert {name: row[name] for name in names} == {name: told[name] for name in names}
    assert [read_of(one)["D001"] for one in runs] == ["loaded", "as_checked"]
    assert told["grades"] in str(runs[1].page())


@pytest.fixture
def own(tiny: Tables, tmp_path: Path) -> tuple[Path, Run]:
    lake = settled(as_partitions(tmp_path / "own", {"D001": tiny}))
    return lake, planned(lake, tmp_path / "own run")


def rewrite(lake: Path) -> None:
    """An hour later the district delivers a score less."""
    file = lake / "score" / "district_id=D001" / "part-0.parquet"
    pl.read_parquet(file).head(-1).write_parquet(file)


def test_what_has_changed_since_is_checked(own: tuple[Path, Run], tmp_path: Path) -> None:
    lake, first = own
    file = next(lake.rglob("course/*/part-0.parquet"))
    os.utime(file, (1_800_000_000, 1_800_000_000))
    run = planned(lake, tmp_path / "run", checked=first.folder.path)
    assert read_of(run) == {"D001": "loaded"}, "the same bytes at another time are checked, too"


@pytest.mark.parametrize("when", ["before the task", "in the middle of it"])
def test_a_task_looks_for_itself_whether_its_files_are_the_same(
    own: tuple[Path, Run], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, first = own
    task = Task(checked_source(lake, first, "D001"), first._asked, Limits())
    plan: Callable[[Task, dict[str, object]], Answer] = task_module._planned_once
    reads: list[object] = []

    def once(task: Task, told: dict[str, object]) -> Answer:
        found = plan(task, told)
        reads.append(told["read"])
        if when == "in the middle of it" and len(reads) == 1:
            rewrite(lake)
        return found

    monkeypatch.setattr(task_module, "_planned_once", once)
    if when == "before the task":
        rewrite(lake)
    found = answer(task)["districts"]
    assert found.select("status", "read", "checked_by").row(0) == ("planned", "loaded", None)
    assert reads == (["loaded"] if when == "before the task" else ["as_checked", "loaded"])


def test_files_just_written_prove_nothing(tiny: Tables, tmp_path: Path) -> None:
    lake = as_partitions(tmp_path / "lake", {"D001": {"school": tiny["school"]}})
    first = planned(lake, tmp_path / "first")
    assert first.districts().select("read", "tables_given").row(0) == ("loaded", None)


def test_other_versions_and_other_lakes_prove_nothing(own: tuple[Path, Run], lake: Path, tmp_path: Path) -> None:
    here, first = own
    state = cp.statewide(here, checked=first.folder.path)
    assert state.proofs is not None
    newer = [(name, "9.9" if name == "build" else one) for name, one in versions_here()]
    assert state.proofs.of([state.lake.sources["D001"]], newer)[0].checked is None
    with pytest.raises(RequestError, match="it proves nothing of"):
        cp.statewide(lake, checked=first.folder.path)
    with pytest.raises(RequestError, match="There is no run in"):
        cp.statewide(lake, checked=tmp_path / "nowhere")
