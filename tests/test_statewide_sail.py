"""A state on Spark Connect, by Sail, which needs no Java: extra `sail`, in an environment of its own."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lakes import CATALOG, PUSH, as_files, as_partitions, inline, renamed_catalog, tiny_tables

import coursepush as cp
from coursepush.errors import RequestError, StoreError
from coursepush.statewide.spark import SparkEngine

pytest.importorskip("pysail", reason="needs the extra sail")


@pytest.fixture(scope="module")
def session() -> Generator[Any]:
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    made = SparkSession.builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()
    yield made
    made.stop()
    server.stop()


def test_it_is_as_in_one_process(session: Any, tmp_path: Path) -> None:
    tiny = tiny_tables()
    lake = as_files(tmp_path / "lake", {"D001": tiny, "D002": renamed_catalog(tiny, "Secondary")})
    (lake / "D003.duckdb").write_text("no district")
    state = cp.statewide(lake, engine=session)
    assert state.engine.name.startswith("Spark ")
    run = state.plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    here = cp.statewide(lake)
    inline(here)
    alone = here.plan_master_push(CATALOG, into=tmp_path / "alone", **PUSH)
    assert run.told == alone.told
    assert run.changes(alone).is_empty()
    assert run.rows().equals(alone.rows())
    assert run.counts().equals(alone.counts())


def test_delta_tables_are_read_as_they_are_now(session: Any, tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    tiny = tiny_tables()
    parted, columns = tmp_path / "parted", tmp_path / "columns"
    for name, frame in tiny.items():
        for district in ("D001", "D002"):
            given = frame.with_columns(district_id=pl.lit(district))
            deltalake.write_deltalake(parted / name, given, partition_by=["district_id"], mode="append")
            deltalake.write_deltalake(columns / name, given, mode="append")
    deltalake.DeltaTable(parted / "score").delete("district_id = 'D002'")
    as_partitions(tmp_path / "plain", {"D001": tiny})
    digests = set()
    for lake in (tmp_path / "plain", parted, columns):
        state = cp.statewide(lake, engine=session)
        run = state.plan_master_push(CATALOG, into=tmp_path / f"run {lake.name}", **PUSH)
        digests |= set(run.districts().filter(district="D001")["digest"])
        assert run.districts(status="planned").height == len(state.lake.sources)
        if lake == parted:
            assert run.warnings(district="D002").filter(code="use_unknown").height == 1
            first = run
    assert len(digests) == 1

    checked = cp.statewide(parted, engine=session, checked=first.folder.path)
    again = checked.plan_master_push(CATALOG, into=tmp_path / "again", **PUSH)
    assert again.districts()["read"].to_list() == ["as_checked"] * 2
    assert again.changes(first).is_empty()
    deltalake.DeltaTable(parted / "section_category").delete("district_id = 'D002'")
    checked = cp.statewide(parted, checked=first.folder.path)
    inline(checked)
    later = checked.plan_master_push(CATALOG, into=tmp_path / "later", **PUSH)
    assert dict(later.districts().select("district", "read").rows()) == {"D001": "as_checked", "D002": "loaded"}


def test_a_delta_table_whose_log_is_not_whole_is_refused_in_words(tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    school = tiny_tables()["school"].with_columns(district_id=pl.lit("D001"))
    deltalake.write_deltalake(tmp_path / "school", school)
    [log] = (tmp_path / "school" / "_delta_log").glob("*.json")
    log.write_bytes(log.read_bytes()[:100])
    with pytest.raises(RequestError, match="The Delta table school cannot be read"):
        cp.statewide(tmp_path)
    log.unlink()
    with pytest.raises(RequestError, match="The Delta table school cannot be read"):
        cp.statewide(tmp_path)


def test_a_job_that_fails_is_halved_until_the_one_district_is_alone(session: Any, tmp_path: Path) -> None:
    class Gives(SparkEngine):
        def _job(self, tasks):
            if any(task.source.district == "D002" for task in tasks):
                raise RuntimeError("Job aborted: a task died four times.")
            return super()._job(tasks)

    tiny = tiny_tables()
    lake = as_files(tmp_path / "lake", {"D001": tiny})
    for district in ("D002", "D003"):
        (lake / f"{district}.duckdb").write_bytes((lake / "D001.duckdb").read_bytes())
    state = cp.statewide(lake)
    state.engine = Gives(session)
    run = state.plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    told = dict(run.districts().select("district", "status").rows())
    assert told == {"D001": "planned", "D002": "crashed", "D003": "planned"}


def test_an_engine_that_is_gone_is_no_fault_of_the_districts(tmp_path: Path) -> None:
    class Gone:
        version = "4.2.0"

        def range(self, *given: object) -> Any:
            raise RuntimeError("connection refused")

        createDataFrame = range

    lake = tmp_path / "lake"
    lake.mkdir()
    (lake / "D001.duckdb").write_text("no district")
    state = cp.statewide(lake, engine=Gone())
    with pytest.raises(StoreError, match=r"Spark 4\.2\.0 is gone: connection refused"):
        state.plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    assert state.open_run(tmp_path / "run").told == "1 not planned yet"
