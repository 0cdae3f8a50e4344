"""Whoever meets another at a district's file waits for it, says for whom, and keeps no writer out."""

from __future__ import annotations

import getpass
import shutil
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from district_files import READS, WRITES, file_of, other_process, plan_all, worn_district

import coursepush as cp
from coursepush.errors import DistrictBusyError, RequestError
from coursepush.progress import Waiting, listening
from coursepush.store import Store, turns


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return file_of(worn_district(), tmp_path_factory.mktemp("made") / "district.duckdb")


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "district.duckdb"))


@pytest.fixture
def patient(path: Path) -> Generator[cp.District]:
    with cp.open_district(path, wait=30) as district:
        yield district


@pytest.mark.parametrize(
    ("code", "line"), [pytest.param(READS, "1", id="reads"), pytest.param(WRITES, "writes", id="writes")]
)
def test_an_apply_waits_for_another_process_and_says_for_whom(
    code: str, line: str, patient: cp.District, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_all(patient)
    assert plan.digest
    monkeypatch.setattr(turns, "_BEFORE_A_WORD", 0.0)
    heard: list[str] = []
    with other_process(code, path) as other:
        assert other.says() == line

        def listen(step: str) -> None:
            if isinstance(step, Waiting):
                if not heard:
                    other.go_on()
                heard.append(step)

        with listening(listen):
            if code == READS:
                assert patient.apply(plan).push_id == 1
            else:
                assert patient.sql("select distinct name from school")["name"].to_list() == ["Renamed"]
    assert f"process {other.pid}" in heard[0]
    assert f"user {getpass.getuser()}" in heard[0]
    assert ("being written to" in heard[0] and "since" in heard[0]) == (code == WRITES)


def test_threads_of_one_program_wait_for_one_another(patient: cp.District, path: Path) -> None:
    plan = plan_all(patient)
    assert plan.digest
    reads, goes_on = threading.Event(), threading.Event()

    def read() -> None:
        with Store(path).reading():
            reads.set()
            goes_on.wait(30)

    reader = threading.Thread(target=read, name="a panel")
    reader.start()
    reads.wait(30)
    with cp.open_district(path, wait=0.05) as hasty, pytest.raises(DistrictBusyError) as raised:
        hasty.scaffold()
    assert "same program (reading since" in str(raised.value)
    assert "thread a panel" in str(raised.value)
    threading.Timer(0.2, goes_on.set).start()
    assert patient.apply(plan).push_id == 1
    reader.join()


def test_one_store_in_two_threads_waits_no_longer_than_it_may(path: Path) -> None:
    store = Store(path, wait=0.05)
    came: list[BaseException] = []

    def read() -> None:
        try:
            with store.reading():
                pass
        except DistrictBusyError as error:
            came.append(error)

    with store.reading():
        reader = threading.Thread(target=read)
        reader.start()
        reader.join()
    assert "same program" in str(came[0])
    store.close()


def test_readers_that_come_one_after_the_other_keep_no_writer_out(path: Path) -> None:
    """Three of them, so that the file is never without one: until a writer waits."""
    ends = threading.Event()
    reads = [0, 0, 0]

    def read(place: int) -> None:
        store = Store(path, wait=30)
        while not ends.is_set():
            with store.reading():
                reads[place] += 1
                time.sleep(0.05)
        store.close()

    readers = [threading.Thread(target=read, args=(place,)) for place in range(3)]
    for each in readers:
        each.start()
    try:
        while min(reads) < 3:
            time.sleep(0.01)
        writer = Store(path, wait=20)
        for _ in range(3):
            with writer.writing() as session:
                session.run("rename", "update school set name = name || '.'")
        writer.close()
    finally:
        ends.set()
        for each in readers:
            each.join()
    with cp.open_district(path) as district:
        assert district.sql("select min(name) as name from school")["name"][0].endswith("...")
    assert not turns.note_beside(path).exists()


def test_the_note_of_a_writer_that_was_killed_holds_nobody_up(path: Path) -> None:
    killed = "import os, signal\nwith Store(path).writing():\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    with other_process(killed, path) as other:
        assert other.says() == ""
    assert turns.note_beside(path).exists()
    begun = time.monotonic()
    with cp.open_district(path, wait=60) as district:
        assert district.apply(plan_all(district)).push_id == 1
    assert time.monotonic() - begun < 30
    assert not turns.note_beside(path).exists()


def test_how_long_is_waited_is_a_setting(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(turns.WAIT, "3.5")
    with cp.open_district(path) as district:
        assert district.store.wait == 3.5
    monkeypatch.setenv(turns.WAIT, "a while")
    with pytest.raises(RequestError, match=r"COURSEPUSH_WAIT is 'a while'.*number of seconds"):
        cp.open_district(path)
    with pytest.raises(RequestError, match="number of seconds"):
        cp.open_district(path, wait=-1)
