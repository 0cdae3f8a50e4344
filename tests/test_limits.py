"""Threads, memory and the place to spill in are settings of whoever opens a district, or of the environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import coursepush as cp
from coursepush.errors import StoreError
from coursepush.store.memory import most_memory, pool_of

MIB = 1024**2


def settings_of(district: cp.District) -> tuple[Any, ...]:
    names = ("threads", "memory_limit", "temp_directory")
    asked = ", ".join(f"current_setting('{name}') as {name}" for name in names)
    return district.sql(f"select {asked}").row(0)


def test_they_are_given_where_a_district_is_opened(simulated_file: Path, tmp_path: Path) -> None:
    with cp.open_district(simulated_file, threads=1, memory="1GiB", spill=tmp_path) as district:
        threads, memory, spill = settings_of(district)
        assert (threads, memory) == (1, "832.0 MiB")
        assert Path(spill).is_relative_to(tmp_path)
        assert district.what_if().store.memory == 1024 * MIB
    assert not list(tmp_path.iterdir()), "the folder is emptied"


def test_they_are_said_by_the_environment(
    simulated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEPUSH_THREADS", "1")
    monkeypatch.setenv("COURSEPUSH_MEMORY", "512MiB")
    monkeypatch.setenv("COURSEPUSH_SPILL", str(tmp_path))
    with cp.open_district(simulated_file) as district:
        threads, memory, spill = settings_of(district)
        assert (threads, memory) == (1, "320.0 MiB")
        assert Path(spill).is_relative_to(tmp_path)
    with cp.open_district(simulated_file, threads=2) as district:
        assert settings_of(district)[0] == 2, "what is given goes first"


def test_a_load_and_a_simulation_take_them(tmp_path: Path) -> None:
    with cp.simulate_district("small", threads=1, memory=256 * MIB, spill=tmp_path) as district:
        assert settings_of(district)[:2] == (1, "128.0 MiB")
    tiny = Path(__file__).resolve().parents[1] / "data" / "tiny"
    with cp.load_district(tiny, into=tmp_path / "new.duckdb", threads=1, memory="256MiB") as district:
        assert settings_of(district)[:2] == (1, "128.0 MiB")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"threads": 0}, "The number of threads is 0"),
        ({"threads": True}, "The number of threads is True"),
        ({"threads": "2"}, "The number of threads is '2'"),
        ({"memory": "much"}, "The memory is 'much'"),
        ({"memory": 5}, "The memory is 5"),
        ({"memory": ""}, "The memory is ''"),
        ({"spill": "no such folder"}, "The folder to spill in is 'no such folder'"),
    ],
)
def test_what_is_none_is_refused(simulated_file: Path, given: dict[str, Any], said: str) -> None:
    with pytest.raises(StoreError, match=said):
        cp.open_district(simulated_file, **given)


@pytest.mark.parametrize(
    ("name", "value"),
    [("COURSEPUSH_THREADS", "many"), ("COURSEPUSH_THREADS", "-1"), ("COURSEPUSH_SPILL", "nowhere")],
)
def test_an_environment_that_says_none_is_refused(
    simulated_file: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match=f"The environment variable {name} is '{value}'"):
        cp.open_district(simulated_file)


def test_the_pool_leaves_room_for_what_is_taken_beside_it() -> None:
    assert pool_of(3 * 1024 * MIB) == (3 * 1024 - 192) * MIB
    assert pool_of(100 * MIB) == 50 * MIB
    assert most_memory("1.5GB") == 1_500_000_000


_SPILLS = """
import resource, sys
import coursepush as cp
with cp.open_district(sys.argv[1], memory="600MiB", threads=1) as district:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = "select hash(range) as a, range as b from range(30000000) order by a, b"
    district.sql(f"select sum(a) as a from ({rows}) limit 1")
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counted in kilobytes on Linux")
def test_a_process_that_spills_stays_within_what_was_asked(simulated_file: Path) -> None:
    """30 million rows of two numbers, sorted: some 700 MB, which do not fit."""
    ran = subprocess.run(
        [sys.executable, "-c", _SPILLS, str(simulated_file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    assert float(ran.stdout) < 600, "MiB beyond what the process had before"
