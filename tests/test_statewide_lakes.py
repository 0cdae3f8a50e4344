"""Lakes that are not as they should be: whatever is the matter is said, and nothing is quietly left out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lakes import CATALOG, PUSH, Tables, as_files, as_folders, as_partitions, inline, tiny_tables

import coursepush as cp
from coursepush.errors import RequestError, StoreError
from coursepush.statewide.asked import Asked, asked_of
from coursepush.statewide.lake import Source
from coursepush.statewide.task import Task, answer
from coursepush.store.limits import Limits


@pytest.fixture(scope="module")
def tiny() -> Tables:
    return tiny_tables()


@pytest.fixture(scope="module")
def file(tiny: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of one district file, which tests may read and must not change."""
    return as_files(tmp_path_factory.mktemp("one") / "lake", {"D001": tiny})


def asked() -> Asked:
    unsaid = dict.fromkeys(("calendars", "masters", "data", "today"))
    return asked_of(CATALOG, **PUSH, **unsaid, blanks="push", release="current", assume_unused=False, rows=True,
                    grades=False)  # type: ignore[arg-type] # fmt: skip


def told_of(source: Source, limits: Limits | None = None, timeout: float | None = None) -> dict[str, Any]:
    return answer(Task(source, asked(), limits or Limits(), timeout))["districts"].to_dicts()[0]


def test_of_two_deliveries_under_one_name_neither_is_taken(tmp_path: Path) -> None:
    lake = as_folders(tmp_path / "lake", ["D001", "D002"])
    shutil.make_archive(str(lake / "D001"), "zip", lake / "D001")
    found = cp.statewide(lake).lake.sources
    assert sorted(found) == ["D001", "D002"]
    assert not found["D002"].fault
    told = told_of(found["D001"])
    assert told["status"] == "refused"
    assert "more than once: D001 and D001.zip" in told["why"]


def test_a_table_that_lies_in_two_places_is_never_read_from_one_of_them(tiny: Tables, tmp_path: Path) -> None:
    few = {name: tiny[name] for name in ("school", "calendar", "score")}
    lake = as_partitions(tmp_path / "lake", {"D001": few, "D002": {"school": tiny["school"]}})
    others = tiny["score"].with_columns(district_id=pl.lit("D002"))
    others.write_parquet(lake / "score" / "rest.parquet")
    found = cp.statewide(lake).lake.sources
    told = told_of(found["D001"])
    assert told["status"] == "refused"
    assert told["why"].startswith(
        "score: the lake has a folder of this district (district_id=...) and files of all"
    )
    assert set(found["D002"].tables()) == {"school", "score"}, "it has no folder: its rows are in the files of all"
    others.write_parquet(lake / "score.parquet")
    with pytest.raises(RequestError, match=r"has the table score twice: score and score\.parquet"):
        cp.statewide(lake)


def test_what_is_read_of_no_district_is_named(file: Path, tiny: Tables, tmp_path: Path) -> None:
    lake = as_partitions(tmp_path / "lake", {"D001": {"school": tiny["school"]}})
    (lake / "school").rename(lake / "schools")
    (lake / "section").mkdir()
    tiny["section"].with_columns(district_id=pl.lit("D001")).write_parquet(lake / "section" / "all.parquet")
    assert repr(cp.statewide(lake)) == (
        "<State of 1 district, tables of all districts (not read: schools), on this machine>"
    )
    state = cp.statewide(file)
    assert "not read" not in repr(state)
    with pytest.raises(RequestError, match="is inside the lake"):
        state.plan_master_push(CATALOG, into=file / "run", **PUSH)
    assert not (file / "run").exists()


def test_a_district_that_takes_longer_than_it_may_has_no_plan(file: Path, tmp_path: Path) -> None:
    state = cp.statewide(file, timeout=1e-6)
    inline(state)
    run = state.plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    assert run.told == "1 not done in time; 0 rows would be written"
    assert run.districts(status="timed_out")["why"][0].startswith("It was not done in 1e-06 seconds. Give it more")
    state.timeout = 600
    assert run.again().districts()["status"].to_list() == ["planned"]
    with pytest.raises(RequestError, match="A timeout is a number of seconds"):
        cp.statewide(file, timeout=0)


def test_a_fault_of_the_machine_is_no_refusal_of_the_district(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = cp.statewide(file).lake.sources["D001"]
    told = told_of(source, Limits(spill=str(tmp_path / "nowhere")))
    assert told["status"] == "failed"
    assert "it must be a folder that there is" in told["why"]

    def out_of_room(*given: object, **more: object) -> None:
        raise StoreError("The step 'digest' ran out of disk space.")

    monkeypatch.setattr("coursepush.statewide.task.measured", out_of_room)
    told = told_of(source)
    assert (told["status"], told["why"]) == ("failed", "The step 'digest' ran out of disk space.")


class _NoWorkers:
    """A Spark session whose workers cannot do anything."""

    version = "4.3.0"

    def __init__(self, said: str) -> None:
        self.said = said
        self.jobs = 0

    def range(self, *given: object) -> _NoWorkers:
        return self

    def createDataFrame(self) -> None: ...

    def count(self) -> int:
        return 1

    def mapInArrow(self, *given: object) -> _NoWorkers:
        self.jobs += 1
        return self

    def toArrow(self) -> None:
        raise RuntimeError(self.said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "An exception was thrown from the Python worker:\nTraceback (most recent call last):\n  File x\n"
            "    import y\nModuleNotFoundError: No module named 'coursepush'\n",
            "No module named 'coursepush'. The Python",
        ),
        (
            "PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.12 than "
            "that in driver: 3.11, PySpark cannot run with different minor versions.\nPlease check",
            "Python in worker has different version: 3.12 than that in driver: 3.11, PySpark cannot run",
        ),
        (
            "An error occurred while calling o94.getResult.\n: org.apache.spark.SparkException: Job aborted: "
            'java.io.IOException: Cannot run program "./environment/bin/python": error=2, No such file\n\tat java',
            'Cannot run program "./environment/bin/python": error=2, No such file',
        ),
    ],
)
def test_workers_that_cannot_run_coursepush_are_no_fault_of_the_districts(
    said: str, why: str, file: Path, tmp_path: Path
) -> None:
    session = _NoWorkers(said)
    state = cp.statewide(file, engine=session, spill="/nowhere/on/the/driver")
    with pytest.raises(StoreError, match=r"^The workers of Spark 4\.3\.0 cannot run coursepush: ") as raised:
        state.plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    assert why in str(raised.value)
    assert session.jobs == 2, "the job, and a look at what a worker can do"
    assert state.open_run(tmp_path / "run").told == "1 not planned yet"
