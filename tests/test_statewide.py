"""Many districts of a state: what one comes to, whatever the lake, the engine and the other districts do."""

from __future__ import annotations

import os
import re
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from lakes import (
    CATALOG,
    PUSH,
    TINY,
    Tables,
    as_columns,
    as_files,
    as_folders,
    as_partitions,
    inline,
    renamed_catalog,
    tiny_tables,
    with_a_course_twice,
)

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import DistrictBusyError, RequestError
from coursepush.statewide import here
from coursepush.statewide.asked import Asked, asked_of, read_asked, versions_here
from coursepush.statewide.state import State
from coursepush.statewide.task import Answer, Task, answer, packed, read_task, unpacked
from coursepush.store.limits import Limits


@pytest.fixture(scope="module")
def tiny() -> Tables:
    return tiny_tables()


@pytest.fixture(scope="module")
def alone(tiny: Tables) -> tuple[str, pl.DataFrame]:
    """Digest and rows of the same push in one process, without any of this."""
    with cp.load_district(tiny) as district:
        plan = district.plan_master_push(CATALOG, **PUSH)
        return plan.digest, plan.rows()


@pytest.fixture(scope="module")
def mixed(tiny: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake parted by district: one as it should be, one refused, one without students' work."""
    work = ("assignment", "assignment_task", "score", "posted_grade", "enrollment")
    return as_partitions(
        tmp_path_factory.mktemp("mixed") / "lake",
        {
            "D001": tiny,
            "D003": with_a_course_twice(tiny),
            "D004": {name: frame for name, frame in tiny.items() if name not in work},
        },
    )


@pytest.fixture(scope="module")
def files(tiny: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of district files, which are open at once: one of them is none, and one has another catalog."""
    lake = tmp_path_factory.mktemp("files") / "lake"
    as_files(lake, {"D001": tiny, "D002": renamed_catalog(tiny, "Secondary")})
    (lake / "D003.duckdb").write_text("no district")
    shutil.copy(lake / "D001.duckdb", lake / "D004.duckdb")
    return lake


@pytest.fixture
def own(files: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(files, tmp_path / "own lake"))


def status_of(run: cp.statewide.run.Run) -> dict[str, str]:
    return dict(run.districts().select("district", "status").rows())


def test_a_district_gets_the_same_plan_with_the_rows_of_others_beside_its_own(
    tiny: Tables, alone: tuple[str, pl.DataFrame], tmp_path: Path
) -> None:
    school = {"school": tiny["school"]}
    state = cp.statewide(as_columns(tmp_path / "lake", {"D001": tiny, "D002": school, "D003": school}))
    found = answer(Task(state.lake.sources["D001"], asked(to_sections=True, mode="overwrite"), Limits()))
    assert found["districts"]["digest"][0] == alone[0]
    assert found["rows"].equals(alone[1])
    assert set(state.lake.sources["D002"].tables()) == {"school"}


def test_whatever_is_the_matter_with_one_district_costs_no_other_its_answer(
    mixed: Path, alone: tuple[str, pl.DataFrame], tmp_path: Path
) -> None:
    state = cp.statewide(mixed)
    inline(state)
    run = state.plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    assert status_of(run) == {"D001": "planned", "D003": "refused", "D004": "planned"}
    assert run.told == f"2 planned, 1 refused; {run.districts()['writes'].sum()} rows would be written"
    told = {row["district"]: row for row in run.districts().to_dicts()}
    assert told["D001"]["digest"] == alone[0]
    assert run.rows(district="D001").drop("district").equals(alone[1])
    assert told["D003"]["findings"] == 2
    assert run.findings()["rule"].to_list() == ["duplicate_id", "duplicate_key"]
    assert told["D001"]["use_unknown"] == 0
    assert run.warnings(district="D004").filter(code="use_unknown").height == 1
    with state.open("D004") as opened:
        plan = opened.plan_master_push(CATALOG, **PUSH)
        assert told["D004"]["digest"] == plan.digest
        assert told["D004"]["use_unknown"] == plan.unknown_use_rows
        assert run.counts(district="D004").drop("district").equals(plan.counts())
        could_not = plan.fates(reasons=True).filter(fate="could_not").drop("fate")
        assert run.reasons(district="D004").drop("district").equals(could_not)


def test_the_same_call_again_plans_nothing_and_again_takes_what_was_not_good(own: Path, tmp_path: Path) -> None:
    state, into = cp.statewide(own), tmp_path / "run"
    engine = inline(state)
    state.plan_master_push(CATALOG, into=into, **PUSH)
    run = state.plan_master_push(CATALOG, into=into, **PUSH)
    assert sorted(engine.asked) == ["D001", "D002", "D003", "D004"]
    good = run.rows()

    engine.asked.clear()
    run.again()
    assert sorted(engine.asked) == ["D002", "D003"]
    assert run.rows().equals(good), "nothing is there twice"

    engine.asked.clear()
    shutil.copy(own / "D004.duckdb", own / "D001.duckdb")
    shutil.copy(own / "D002.duckdb", own / "D005.duckdb")
    state = cp.statewide(own)
    state.engine = engine
    run = state.open_run(into)
    assert run.districts(status="planned").filter("is_changed")["district"].to_list() == ["D001"]
    assert "1 not planned yet; " in run.told
    run.again()
    assert sorted(engine.asked) == ["D001", "D002", "D003", "D005"]
    assert not run.districts()["is_changed"].any()


def test_a_run_that_is_broken_off_goes_on_where_it_was(files: Path, tmp_path: Path) -> None:
    class Breaks(type(inline(cp.statewide(files)))):
        def run(self, tasks: Sequence[Task]) -> Iterator[tuple[str, Answer]]:
            for one in super().run(tasks):
                if len(self.asked) == 4:
                    raise KeyboardInterrupt
                yield one

    state, into = cp.statewide(files), tmp_path / "run"
    state.engine = Breaks()
    state.engine.wave = 2
    with pytest.raises(KeyboardInterrupt):
        state.plan_master_push(CATALOG, into=into, **PUSH)
    first = state.engine.asked[:2]
    assert state.open_run(into).districts()["district"].to_list() == sorted(first), "a wave is whole or not there"
    engine = inline(state)
    run = state.plan_master_push(CATALOG, into=into, **PUSH)
    assert sorted(engine.asked) == sorted({"D001", "D002", "D003", "D004"} - {*first})
    assert run.districts().height == 4


def test_a_worker_that_is_killed_costs_its_district_alone(
    files: Path, alone: tuple[str, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = here._Child.answer

    def killed(self, task: Task, tries: int) -> Answer | None:
        if task.source.district == "D004" or (task.source.district, tries) == ("D003", 1):
            os.kill(self.pid, signal.SIGKILL)
        return answers(self, task, tries)

    monkeypatch.setattr(here._Child, "answer", killed)
    state = cp.statewide(files, workers=2)
    run = state.plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    assert status_of(run) == {"D001": "planned", "D002": "not_there", "D003": "refused", "D004": "crashed"}
    told = {row["district"]: row for row in run.districts().to_dicts()}
    assert told["D001"]["digest"] == alone[0]
    assert "Secondary" in told["D002"]["why"]
    assert "SIGKILL" in told["D004"]["why"]
    assert [told[one]["tries"] for one in ("D003", "D004")] == [2, 2]
    assert not state.engine._all, "no process is left"


def test_what_a_killed_worker_spilled_into_is_swept(
    files: Path, alone: tuple[str, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, spill = here._Child.answer, tmp_path / "spill"
    seen: list[str] = []

    def kill_when_it_spills(process: int) -> None:
        while not seen:
            seen.extend(one.name for one in spill.glob("coursepush-*/files"))
            time.sleep(0.005)
        os.kill(process, signal.SIGKILL)

    def killed(self, task: Task, tries: int) -> Answer | None:
        if tries == 1:
            threading.Thread(target=kill_when_it_spills, args=(self.pid,), daemon=True).start()
        return answers(self, task, tries)

    spill.mkdir()
    lake = tmp_path / "lake"
    lake.mkdir()
    shutil.copy(files / "D001.duckdb", lake)
    monkeypatch.setattr(here._Child, "answer", killed)
    run = cp.statewide(lake, workers=1, spill=spill).plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    assert seen, "it was killed while it had a folder"
    assert run.districts().select("status", "tries", "digest").row(0) == ("planned", 2, alone[0])
    assert not list(spill.iterdir())


def test_lakes_that_are_not_whole_are_a_status_each(tiny: Tables, tmp_path: Path) -> None:
    few = {name: tiny[name] for name in ("school", "calendar", "catalog", "catalog_school", "course", "section")}
    lake = as_partitions(tmp_path / "lake", dict.fromkeys(("D002", "D003", "D004", " "), few))
    for table in ("course", "calendar"):
        shutil.rmtree(lake / table / "district_id=D002")
    half = lake / "course" / "district_id=D003" / "part-1.parquet"
    half.write_bytes(half.read_bytes()[:200])
    other = lake / "section" / "district_id=D004" / "part-1.parquet"
    pl.read_parquet(other).rename({"number": "section_number"}).write_parquet(other)
    state = cp.statewide(lake)
    inline(state)
    run = state.plan_master_push(CATALOG, into=tmp_path / "run", **PUSH)
    assert status_of(run) == dict.fromkeys((" ", "D002", "D003", "D004"), "refused")
    rules = run.findings().filter(severity="refusal").select("district", "rule", "table").rows()
    assert (" ", "district_id", None) in rules
    assert ("D002", "unknown_reference", "section") in rules
    assert ("D003", "unreadable_file", "course") in rules
    assert ("D004", "unreadable_file", "section") in rules
    assert "without a district id" in run.districts()["why"][0]


def test_folders_without_districts_are_refused(tmp_path: Path, tiny: Tables) -> None:
    with pytest.raises(RequestError, match="There is no folder"):
        cp.statewide(tmp_path / "nowhere")
    with pytest.raises(RequestError, match="is an address, and a lake is a folder"):
        cp.statewide("abfss://lake@state.dfs.core.windows.net/districts")
    with pytest.raises(RequestError, match="There is no district in"):
        cp.statewide(tmp_path)
    lake = as_partitions(tmp_path / "lake", {"D001": {"course": tiny["course"]}})
    with pytest.raises(RequestError, match="is parted by district_id, not by lea"):
        cp.statewide(lake, district="lea")
    with pytest.raises(RequestError, match="An engine is a Spark session"):
        cp.statewide(lake, engine="spark")


def test_each_district_may_have_its_own_name_for_the_catalog(tmp_path: Path, files: Path) -> None:
    state = cp.statewide(files)
    inline(state)
    names = {"D00[14]": CATALOG, "D002": "Secondary"}
    run = state.plan_master_push(names, into=tmp_path / "run", **PUSH)
    told = run.districts().select("district", "status", "catalog").rows()
    assert told == [
        ("D001", "planned", CATALOG),
        ("D002", "planned", "Secondary"),
        ("D003", "refused", None),
        ("D004", "planned", CATALOG),
    ]
    with pytest.raises(RequestError, match="go by names"):
        state.plan_master_push(7, into=tmp_path / "other", **PUSH)  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="no mode 'replace'"):
        state.plan_master_push(CATALOG, into=tmp_path / "other", **{**PUSH, "mode": "replace"})
    assert not (tmp_path / "other").exists()


def test_a_run_is_one_request_by_one_version_in_one_folder(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, into = cp.statewide(files), tmp_path / "run"
    engine = inline(state)
    run = state.plan_master_push(CATALOG, into=into, today="2026-09-01", **PUSH)
    assert state.plan_master_push(CATALOG, into=into, **PUSH).asked["today"].isoformat() == "2026-09-01"
    with pytest.raises(RequestError, match=re.escape("asks for something else (mode)")):
        state.plan_master_push(CATALOG, into=into, **{**PUSH, "mode": "locked"})
    with pytest.raises(RequestError, match="holds other things"):
        state.plan_master_push(CATALOG, into=files, **PUSH)
    with run.folder.alone(), pytest.raises(DistrictBusyError, match="is adding to the run"):
        run.again()

    newer = tuple((name, "9.9" if name == "polars" else one) for name, one in versions_here())
    monkeypatch.setattr("coursepush.statewide.state.versions_here", lambda: newer)
    engine.asked.clear()
    with pytest.raises(RequestError, match="planned with other versions"):
        run.again()
    assert not engine.asked


def test_a_worker_of_another_version_answers_so_and_plans_nothing(tmp_path: Path) -> None:
    state = cp.statewide(as_folders(tmp_path / "lake", ["D001"]))
    task = Task(state.lake.sources["D001"], asked(calendars=["A & B"], data=["categories"]), Limits())
    other = task.text().replace(dict(versions_here())["build"], "0123456789ab")
    found = answer(read_task(other))["districts"]
    assert found["status"][0] == "other_version"
    assert "instead of 0123456789ab" in found["why"][0]


def asked(catalog: object = CATALOG, **given: object) -> Asked:
    """What is asked where most of it does not matter."""
    usual = {"year": 2027, "mode": "locked", "to_sections": False, "blanks": "push", "release": "current"}
    unnamed = dict.fromkeys(("calendars", "masters", "data", "today"))
    return asked_of(
        catalog, **{**usual, **unnamed, "assume_unused": False, "rows": True, "grades": False, **given}
    )  # type: ignore[arg-type]


def test_a_task_is_the_same_after_its_way_to_a_worker(mixed: Path) -> None:
    state = cp.statewide(mixed)
    for source in state.lake.sources.values():
        task = Task(source, asked(calendars=["A & B"], data=["categories"]), Limits(None, 1, 10**9, None))
        assert read_task(task.text()) == task
    assert read_asked(asked({"ü*": "Ä"}).text()) == asked({"ü*": "Ä"})


def test_an_answer_counts_only_whole(mixed: Path) -> None:
    source = cp.statewide(mixed).lake.sources["D003"]
    pieces = list(packed(answer(Task(source, asked(), Limits()))))
    assert len(pieces) == 2
    whole = unpacked(pieces[::-1])
    assert whole is not None
    assert whole["findings"].height == 2
    assert unpacked(pieces[:1]) is None
    assert unpacked([*pieces, pieces[0]]) is None
    assert unpacked([]) is None


def test_a_fault_of_ours_is_told_without_a_value(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object, **more: object) -> None:
        raise ValueError("could not convert 'Student 4711'")

    monkeypatch.setattr("coursepush.statewide.task.measured", fails)
    found = answer(Task(cp.statewide(files).lake.sources["D001"], asked(), Limits()))["districts"]
    assert found["status"][0] == "failed"
    assert found["why"][0].startswith("ValueError at ")
    assert "4711" not in found["why"][0]


def test_it_is_called_by_its_name_whatever_was_imported_before(tmp_path: Path) -> None:
    as_folders(tmp_path, ["D001"])
    assert TINY.is_dir()
    assert isinstance(cp.statewide(tmp_path), State)
    assert repr(cp.statewide(tmp_path)) == "<State of 1 district, a folder each, on this machine>"


def test_the_page_says_which_districts_have_no_plan_and_what_has_changed(own: Path, tmp_path: Path) -> None:
    (own / "D003.duckdb").rename(own / "D<i>3.duckdb")
    state = cp.statewide(own)
    inline(state)
    run = state.plan_master_push(CATALOG, into=tmp_path / "run", rows=False, **PUSH)
    with pytest.raises(RequestError, match="counts and no rows"):
        run.rows()
    before = state.plan_master_push({"D001": CATALOG, "D002": "Secondary"}, into=tmp_path / "before", **PUSH)
    assert run.changes(before).select("district", "status_before", "status").rows() == [
        ("D002", "planned", "not_there"),
        ("D004", "not_there", "planned"),
    ]
    page = run.page(tmp_path / "state.html", since=before.folder.path)
    text = Path(page).read_text("utf-8")
    assert "D<i>3" not in text
    assert "D&lt;i&gt;3" in text
    for told in ("2 planned, 1 refused, 1 without what was named", "Valid choices: Secondary", "What has changed",
                 "Each district applies its own push"):  # fmt: skip
        assert told in text
    assert str(run.districts()["digest"].drop_nulls()[0])[:12] in text
    assert "1 refused" in run._repr_html_()


def test_the_command_plans_a_state_and_its_code_says_whether_all_have_a_plan(files: Path, tmp_path: Path) -> None:
    command = ["statewide", "plan", str(files), "--into", str(tmp_path / "run"), "--year", "2026-27",
               "--workers=1", "--timeout=600", "--wave=3",
               "--catalog", "Secondary", "--catalog", f"D00[14]={CATALOG}"]  # fmt: skip
    done = CliRunner().invoke(cli, [*command, "--page", str(tmp_path / "state.html")])
    assert done.exit_code == 2, done.output
    assert done.output.startswith("3 planned, 1 refused; ")
    assert (tmp_path / "state.html").is_file()
    again = CliRunner().invoke(cli, [*command, "--remote", "sc://localhost"])
    assert again.exit_code == 1
    assert "give --engine spark, too" in again.output
    again = CliRunner().invoke(cli, [*command, "--catalog", "High School"])
    assert again.exit_code == 1
    assert "two catalogs" in again.output
