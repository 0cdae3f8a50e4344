"""What may come between: another layout, a step that fails, a kill, another process, the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from district_files import READS, WRITES, bytes_of, other_process
from layouts import bring_up, columns_of, content, every_row, layout_of, told

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import DistrictBusyError, StoreError
from coursepush.progress import listening
from coursepush.store import Store
from coursepush.store.migrations import OLDEST, SCHEMA_VERSION


@pytest.fixture
def district(earlier_file: Path) -> Generator[cp.District]:
    with cp.open_district(earlier_file) as opened:
        yield opened


# -- refused -----------------------------------------------------------------------------------------------


def numbered(path: Path, layout: int) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("update push.district set layout_version = $layout", {"layout": layout}).fetchall()


@pytest.mark.parametrize(
    ("layout", "says"),
    [
        (
            SCHEMA_VERSION + 1,
            rf"newer coursepush \(layout {SCHEMA_VERSION + 1}\).*up to layout {SCHEMA_VERSION}\.",
        ),
        (SCHEMA_VERSION + 9, "Update coursepush"),
        (OLDEST - 1, rf"early coursepush \(layout {OLDEST - 1}\).*Load the district again"),
    ],
)
def test_another_layout_is_refused_and_left_alone(
    layout: int, says: str, earlier_file: Path, district: cp.District
) -> None:
    plan = district.plan_master_push("Middle School", year=2027, mode="overwrite", to_sections=True)
    assert plan.digest
    numbered(earlier_file, layout)
    before = bytes_of(earlier_file)
    with pytest.raises(StoreError, match=says) as raised:
        cp.open_district(earlier_file)
    assert str(earlier_file) in str(raised.value)
    for work in (
        district.history,
        lambda: district.apply(plan),
        district.scaffold,
        lambda: bring_up(earlier_file),
    ):
        with pytest.raises(StoreError, match=says):
            work()
    assert bytes_of(earlier_file) == before
    numbered(earlier_file, OLDEST)
    assert district.apply(plan).rows == plan.writes


def test_a_file_that_holds_no_district_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table course as select 1 as course_id").fetchall()
    before = every_row(path)
    bring_up(path)
    assert every_row(path) == before


# -- broken off --------------------------------------------------------------------------------------------


class BrokenOff(Exception):
    pass


def steps_of_bringing_up(path: Path, folder: Path) -> list[str]:
    """The statements of the migrations, tried on a copy."""
    steps: list[str] = []
    store = Store(shutil.copy(path, folder / "tried.duckdb"))
    store.on_statement = lambda name, sql: steps.append(name)
    with store.writing():
        steps.append("work")
    store.close()
    return steps[: steps.index("work")]


def test_whatever_step_fails_the_file_is_as_it_was(
    earlier_file: Path, district: cp.District, tmp_path: Path
) -> None:
    before = every_row(earlier_file)
    steps = steps_of_bringing_up(earlier_file, tmp_path)
    steps = steps[steps.index("begin") : steps.index("commit the layout") + 1]
    assert len(steps) > 5
    for number in range(len(steps)):
        passed: list[str] = []

        def fail(name: str, passed: list[str] = passed, number: int = number) -> None:
            if passed or name == "begin":
                passed.append(name)
            if len(passed) > number:
                raise BrokenOff

        with pytest.raises(BrokenOff), listening(fail):
            district.scaffold()
        assert passed == steps[: number + 1]
        assert every_row(earlier_file) == before
        assert district.history().height
    district.scaffold()
    assert layout_of(earlier_file) == SCHEMA_VERSION


KILLED = """
import os, signal, sys
from coursepush.store import Store
store, before = Store(sys.argv[1], threads=1), int(sys.argv[2])
passed = 0

def count(name, sql):
    global passed
    passed += 1
    if passed == before:
        os.kill(os.getpid(), signal.SIGKILL)

store.on_statement = count
with store.writing():
    pass
"""


@pytest.mark.skipif(os.name != "posix", reason="kills its own process with a signal")
@pytest.mark.parametrize(
    ("after_commit", "left"),
    [
        pytest.param(-2, OLDEST, id="in-the-middle"),
        pytest.param(0, OLDEST, id="right-before-the-commit"),
        pytest.param(1, SCHEMA_VERSION, id="right-after-the-commit"),
    ],
)
def test_killed_it_is_of_one_layout_or_the_other(
    after_commit: int, left: int, earlier_file: Path, tmp_path: Path
) -> None:
    rows = content(earlier_file, columns_of(earlier_file))
    number = steps_of_bringing_up(earlier_file, tmp_path).index("commit the layout") + 1 + after_commit
    done = subprocess.run([sys.executable, "-c", KILLED, str(earlier_file), str(number)], check=False)
    assert done.returncode == -9
    with cp.open_district(earlier_file) as district:
        assert told(district)
        assert district.sql("select max(layout_version) from push.district").item() == left
        district.scaffold()
    assert layout_of(earlier_file) == SCHEMA_VERSION
    assert content(earlier_file, columns_of(earlier_file)) == rows


def test_two_processes(earlier_file: Path, district: cp.District) -> None:
    with other_process(READS, earlier_file) as other:
        assert other.says() == str(district.sql("select count(*) from course").item())
        with pytest.raises(DistrictBusyError, match=rf"process {other.pid}\b"):
            bring_up(earlier_file)
        assert district.history().height
    assert layout_of(earlier_file) == OLDEST
    with other_process(WRITES, earlier_file) as other:
        assert other.says() == "writes"
        with pytest.raises(DistrictBusyError, match=rf"process {other.pid}\b"):
            bring_up(earlier_file)
    assert layout_of(earlier_file) == SCHEMA_VERSION
    assert len(every_row(earlier_file)["push.migration"]) == SCHEMA_VERSION - OLDEST


# -- the command line --------------------------------------------------------------------------------------


def test_the_command_line_on_an_earlier_file(earlier_file: Path) -> None:
    def run(*words: object, code: int = 0) -> str:
        done = CliRunner().invoke(cli, [str(word) for word in words])
        assert done.exit_code == code, done.output
        return done.output

    before = bytes_of(earlier_file)
    assert "Push All Course Masters" in run("history", earlier_file)
    run("report", "residual", earlier_file)
    run("report", "drift", earlier_file)
    assert bytes_of(earlier_file) == before
    run("undo", earlier_file, 2, "--partial", "--yes")
    assert layout_of(earlier_file) == SCHEMA_VERSION
    numbered(earlier_file, SCHEMA_VERSION + 1)
    assert "Update coursepush" in run("history", earlier_file, code=1)
