"""The district's file: who may open it, what is said when it cannot be opened, and what reading leaves behind."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from district_files import (
    HIGH,
    READS,
    WRITES,
    bytes_of,
    file_of,
    other_process,
    plan_all,
    worn_district,
)
from rounds import few
from small_district import CALENDAR

import coursepush as cp
from coursepush.errors import CoursepushError, DistrictBusyError, RequestError, StoreError
from coursepush.store import Store


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return file_of(worn_district(), tmp_path_factory.mktemp("made") / "district.duckdb")


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A district file of the test's own, alone in its folder."""
    folder = tmp_path / "own"
    folder.mkdir()
    return Path(shutil.copy(made, folder / "district.duckdb"))


@pytest.fixture
def district(path: Path) -> Generator[cp.District]:
    with cp.open_district(path) as opened:
        yield opened


# -- two processes ---------------------------------------------------------------------------------------

PLANS = """
district = cp.open_district(path)
plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
with district._store.reading():
    print(plan.digest)
    sys.stdin.readline()
"""


def test_two_processes_preview_one_file_at_once(district: cp.District, path: Path) -> None:
    with other_process(PLANS, path) as other:
        their_digest = other.says()  # and they have the file open from here on
        with district._store.reading():
            assert plan_all(district).digest == their_digest
        with cp.open_district(path) as again:
            assert plan_all(again).rows().height > 0


def test_a_second_writer_is_told_which_process_writes(district: cp.District, path: Path) -> None:
    plan = plan_all(district)
    assert plan.digest
    with other_process(WRITES, path) as other:
        assert other.says() == "writes"
        with pytest.raises(DistrictBusyError, match=rf"process {other.pid}\b.*Nothing was written"):
            district.apply(plan)
    assert district.apply(plan_all(district)).push_id == 1


@few(1)
@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda district, path: cp.open_district(path), id="open"),
        pytest.param(lambda district, path: plan_all(district), id="plan"),
        pytest.param(lambda district, path: district.history(), id="history"),
        pytest.param(lambda district, path: district.sql("select 1"), id="sql"),
    ],
)
def test_a_reader_is_told_which_process_writes(
    read: Callable[[cp.District, Path], object], district: cp.District, path: Path
) -> None:
    with other_process(WRITES, path) as other:
        assert other.says() == "writes"
        with pytest.raises(DistrictBusyError, match=rf"process {other.pid}\b"):
            read(district, path)
    assert district.sql("select distinct name from school")["name"].to_list() == ["Renamed"]


def test_a_writer_is_told_which_process_reads(district: cp.District, path: Path) -> None:
    plan = plan_all(district)
    assert plan.digest
    with other_process(READS, path) as other:
        assert other.says() == "1"
        with pytest.raises(DistrictBusyError, match=rf"process {other.pid}\b"):
            district.apply(plan)
    assert district.history().is_empty()
    assert district.apply(plan).push_id == 1


def test_an_open_district_stands_in_nobodys_way(district: cp.District, path: Path) -> None:
    plan = plan_all(district)
    assert plan.rows().height > 0
    applies = """
district = cp.open_district(path)
plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
print(district.apply(plan).push_id)
"""
    with other_process(applies, path) as other:
        assert other.says() == "1"
    assert district.history()["push_id"].to_list() == [1]


# -- one process -----------------------------------------------------------------------------------------


def test_a_district_opens_twice_in_one_process(district: cp.District, path: Path) -> None:
    with cp.open_district(path) as second:
        first_plan, second_plan = plan_all(district), plan_all(second)
        assert first_plan.digest == second_plan.digest
        assert first_plan.id != second_plan.id
        second.apply(second_plan)
        assert district.history()["plan_id"].to_list() == [second_plan.id]
    assert plan_all(district).writes == 0


def test_a_write_beside_work_of_the_same_process_is_busy_too(district: cp.District, path: Path) -> None:
    """Two threads of one program; DuckDB does not name a process then."""
    with cp.open_district(path) as second:
        plan = plan_all(second)
        assert plan.digest
        with district._store.reading(), pytest.raises(DistrictBusyError, match="same program"):
            second.apply(plan)
        with district._store.writing(), pytest.raises(DistrictBusyError, match="same program"):
            second.sql("select 1")
        assert second.apply(plan).push_id == 1


@pytest.mark.parametrize("where", ["file", "memory"])
def test_a_closed_district_says_so(where: str, path: Path) -> None:
    district = cp.open_district(path) if where == "file" else cp.District(worn_district().store())
    plan, other = plan_all(district), plan_all(district)
    assert plan.digest
    district.close()
    district.close()
    assert repr(district).endswith(", closed>")
    for work in (
        lambda: plan_all(district),
        lambda: district.plan_course_push(CALENDAR),
        lambda: district.plan_undo(1),
        lambda: district.apply(plan),
        district.history,
        district.catalogs,
        lambda: district.sql("select 1"),
        plan.rows,
        lambda: other.digest,
    ):
        with pytest.raises(StoreError, match="closed"):
            work()
    assert plan.counts().height > 0


def test_with_closes(path: Path) -> None:
    with cp.open_district(path) as district:
        assert not district._store.is_closed
    assert district._store.is_closed


# -- files that cannot be opened -------------------------------------------------------------------------


def _zapped(made: Path, path: Path) -> None:
    """The header is whole and what follows it is not."""
    content = bytearray(made.read_bytes())
    content[12288:] = b"\xff" * (len(content) - 12288)
    path.write_bytes(content)


def _newer(made: Path, path: Path) -> None:
    shutil.copy(made, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update push.district set layout_version = layout_version + 1")


def _other_database(made: Path, path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table course as select 1 as course_id")


def _other_push_schema(made: Path, path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema push; create table push.district as select 1 as a")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda made, path: None, "There is no district file", id="missing"),
        pytest.param(lambda made, path: path.touch(), "not a district file that can be read", id="empty"),
        pytest.param(
            lambda made, path: path.write_text("course_id,name\n" * 999), "not a district file", id="text"
        ),
        pytest.param(lambda made, path: path.mkdir(), "cannot be opened", id="directory"),
        pytest.param(_zapped, "damaged", id="corrupt"),
        pytest.param(lambda made, path: path.write_bytes(made.read_bytes()[:700_000]), "is not whole", id="cut"),
        pytest.param(_other_database, "no district that this version", id="another-database"),
        pytest.param(_other_push_schema, "no district that this version", id="another-push-schema"),
        pytest.param(_newer, "made or last written by a newer coursepush", id="newer-layout"),
    ],
)
def test_a_file_that_is_no_district_is_refused_in_words(
    make: Callable[[Path, Path], object],
    says: str,
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spill))
    path = tmp_path / "given.duckdb"
    make(made, path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CoursepushError, match=says) as raised:
        cp.open_district(path)
    assert str(path) in str(raised.value)
    assert sorted(tmp_path.iterdir()) == before
    assert list(spill.iterdir()) == []


def test_a_file_that_vanishes_or_breaks_after_opening_is_refused_in_words(path: Path) -> None:
    with cp.open_district(path) as district:
        kept = path.read_bytes()
        path.unlink()
        with pytest.raises(StoreError, match="There is no district file"):
            plan_all(district)
        path.write_bytes(kept[:700_000])
        with pytest.raises(StoreError, match="is not whole"):
            plan_all(district)
        path.write_bytes(kept)
        assert plan_all(district).writes > 0


@pytest.mark.parametrize("name", ["which?.duckdb", "which?/district.duckdb"])
def test_a_question_mark_in_the_path_is_refused_before_anything_is_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "which?").mkdir()
    place = tmp_path / name
    for make in (lambda: cp.simulate_district("small", into=place), lambda: cp.open_district(place)):
        with pytest.raises(StoreError, match="question mark"):
            make()
    assert [each.name for each in tmp_path.rglob("*")] == ["which?"]


def test_a_folder_that_is_missing_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="There is no folder"):
        cp.load_district({}, into=tmp_path / "no" / "district.duckdb")
    assert list(tmp_path.iterdir()) == []


# -- the spill folder ------------------------------------------------------------------------------------


def test_the_spill_folder_is_private_and_gone_after_close(path: Path) -> None:
    with cp.open_district(path) as district:
        [(folder,)] = district.sql("select current_setting('temp_directory') as folder").rows()
        spill = Path(folder)
        assert stat.S_IMODE(spill.stat().st_mode) == 0o700
        assert list(spill.iterdir()) == []
        (spill / "left over").write_text("students' work")
    assert not spill.exists()


@few(1)
@pytest.mark.parametrize("last", ["", "del district", "raise SystemExit(3)"])
def test_the_spill_folder_is_gone_when_nobody_closes(last: str, path: Path, tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    code = f"""
import sys, tempfile
tempfile.tempdir = sys.argv[2]
import coursepush as cp
district = cp.open_district(sys.argv[1])
import os
assert len(os.listdir(sys.argv[2])) == 1
{last}
"""
    ran = subprocess.run([sys.executable, "-c", code, str(path), str(spill)], check=False)
    assert ran.returncode in (0, 3)
    assert list(spill.iterdir()) == []


# -- reading changes nothing -----------------------------------------------------------------------------

READING: dict[str, Callable[[cp.District], object]] = {
    "plan": plan_all,
    "rows": lambda district: plan_all(district).rows(names=True, verdict="insert"),
    "digest": lambda district: (plan_all(district).digest, plan_all(district).state),
    "course push": lambda district: district.plan_course_push(CALENDAR).rows(),
    "undo": lambda district: district.plan_undo(1).rows(),
    "sql": lambda district: district.sql("from course"),
    "history": lambda district: district.history(),
    "catalogs": lambda district: (district.catalogs(), district.calendars(year=2027)),
    "findings": lambda district: district.findings(),
    "a refused request": lambda district: _refused(lambda: plan_all(district, year=1999)),
    "a refused query": lambda district: _refused(lambda: district.sql("drop table course")),
    "a failed query": lambda district: _refused(lambda: district.sql("select no from course")),
}


def _refused(work: Callable[[], object]) -> None:
    with pytest.raises(CoursepushError):
        work()


@pytest.fixture(scope="module")
def pushed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district file with a push in its history, and something left to push again."""
    path = Path(shutil.copy(made, tmp_path_factory.mktemp("pushed") / "district.duckdb"))
    with cp.open_district(path) as district:
        district.apply(district.plan_master_push(HIGH, year=2027, to_sections=True))
    return path


@few(3)
@pytest.mark.parametrize("read", READING.values(), ids=READING)
def test_reading_leaves_the_file_as_it_is(read: Callable[[cp.District], object], pushed: Path) -> None:
    before = bytes_of(pushed)
    with cp.open_district(pushed) as district:
        read(district)
        assert bytes_of(pushed) == before
    assert bytes_of(pushed) == before


def test_a_write_is_seen_by_the_comparison_of_bytes(district: cp.District, path: Path) -> None:
    before = bytes_of(path)
    district.apply(plan_all(district))
    assert bytes_of(path) != before


def test_a_reading_session_cannot_write(district: cp.District) -> None:
    for store in (district._store, worn_district().store()):
        for sql in ("delete from course", "create table district.main.x as select 1", "drop table course"):
            with store.reading() as session, pytest.raises(StoreError, match=r"read-only|read only"):
                session.run("write", sql)
            with store.reading() as session:
                assert session.value("count", "select count(*) from course") == 1


@pytest.mark.parametrize("failing", ["attach", "use", "begin"])
def test_a_store_works_on_after_a_step_around_a_piece_of_work_failed(
    failing: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(path)
    whole = Store.execute

    def stopping(self: Store, name: str, *rest: object) -> object:
        if name == failing:
            monkeypatch.setattr(Store, "execute", whole)
            raise KeyboardInterrupt
        return whole(self, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "execute", stopping)
    with pytest.raises(KeyboardInterrupt), store.writing() as session:
        session.value("count", "select count(*) from course")
    with store.reading() as session:
        assert session.value("count", "select count(*) from course") == 1
    with store.writing() as session:
        session.run("delete", "delete from section_term")
    with cp.open_district(path) as other:
        assert other.sql("select 1 as one").height == 1
    store.close()


class Interrupted:
    """A connection of DuckDB's in which Ctrl-C falls into the first statements that begin so."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, begins: str, times: int) -> None:
        self.connection = connection
        self.begins, self.times = begins, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def execute(self, sql: str, *rest: Any) -> Any:
        if self.times and sql.startswith(self.begins):
            self.times -= 1
            raise RuntimeError("Query interrupted")
        return self.connection.execute(sql, *rest)


def _rename_and_fail(store: Store) -> None:
    with store.writing() as session:
        session.run("rename", "update course set name = 'Renamed'")
        session.run("wrong", "select no_such_column from course")


@pytest.mark.parametrize(
    ("begins", "times"), [("rollback", 1), ("use memory.main", 1), ("detach", 1), ("detach", 2)]
)
def test_a_store_works_on_after_ctrl_c_while_it_clears_up(begins: str, times: int, path: Path) -> None:
    """Twice: while it lets go of the file, and again while it makes sure of that."""
    store = Store(path)
    store._connection = interrupted = Interrupted(store.connection, begins, times)  # type: ignore[assignment]
    with pytest.raises((KeyboardInterrupt, StoreError)) as raised:
        _rename_and_fail(store)
    assert interrupted.times == 0
    assert (begins, times) in (("use memory.main", 1), ("detach", 1)) or raised.type is KeyboardInterrupt
    with store.writing() as session:
        assert session.value("kept", "select count(*) from course where name = 'Renamed'") == 0
        session.run("rename", "update course set name = 'Renamed'")
    with cp.open_district(path) as other:
        assert other.sql("select count(*) as n from course where name = 'Renamed'").item() == 1
    store.close()


def test_a_query_with_bound_values_keeps_its_order() -> None:
    """Its result is kept before it is read, and read by several threads: it once came back in pieces."""
    store = Store(None, threads=4)
    with store.writing(create=True) as session:
        session.run(
            "numbers", "create table number as select (i * 7919) % 1000003 as n from range(1000003) as r (i)"
        )
    with store.reading() as session:
        for _ in range(3):
            found = session.frame("ordered", "select n from number where n < $most order by n", {"most": 900_000})
            assert found["n"].is_sorted()
    store.close()
