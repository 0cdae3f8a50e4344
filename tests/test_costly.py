"""Costly tests take turns: after twelve turns each of them ran, and in each run something of every file."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import costly
import pytest
from costly import COSTLY, HANDS, IN_A_BROWSER, ROOT, function_of, most, read_costs, waiting

TURNS = range(1, HANDS + 1)


@pytest.fixture(scope="module")
def suite() -> tuple[list[str], dict[str, float]]:
    """Tests as they might be, with parameters, and what each costs."""
    chance = random.Random(5)
    nodeids, costs = list[str](), dict[str, float]()
    for file in range(60):
        folder = IN_A_BROWSER if file % 10 == 0 else "tests/"
        for number in range(chance.randrange(1, 30)):
            test = f"{folder}test_{file}.py::test_{number}"
            costs[test] = round(chance.expovariate(1.2), 1)
            nodeids += [f"{test}[{one}]" for one in range(chance.choice((1, 1, 1, 4, 12)))]
    return nodeids, costs


def ran(suite: tuple[list[str], dict[str, float]], turn: int) -> list[str]:
    nodeids, costs = suite
    wait = waiting(nodeids, turn, costs)
    return [nodeid for nodeid in nodeids if nodeid not in wait]


def test_over_all_turns_each_costly_test_runs_once_and_the_others_each_time(
    suite: tuple[list[str], dict[str, float]],
) -> None:
    nodeids, costs = suite
    runs = [set(ran(suite, turn)) for turn in TURNS]
    times = {nodeid: sum(nodeid in run for run in runs) for nodeid in nodeids}
    for nodeid in nodeids:
        costly = costs[function_of(nodeid)] >= COSTLY
        once = HANDS // 3 if nodeid.startswith(IN_A_BROWSER) else 1
        assert times[nodeid] == (once if costly else HANDS), nodeid
    assert {HANDS, HANDS // 3, 1} == set(times.values())


def test_each_turn_has_something_of_every_file_and_costs_about_the_same(
    suite: tuple[list[str], dict[str, float]],
) -> None:
    nodeids, costs = suite
    files = {
        file: sum(one.startswith(f"{file}::") for one in nodeids)
        for file in {one.partition("::")[0] for one in nodeids}
    }
    spent = []
    for turn in TURNS:
        run = ran(suite, turn)
        assert {one.partition("::")[0] for one in run} >= {
            file for file, number in files.items() if number >= 3 * HANDS
        }
        spent.append(sum(costs[function_of(one)] for one in run if not one.startswith(IN_A_BROWSER)))
    assert max(spent) <= 1.1 * min(spent)


def test_what_was_never_measured_runs_each_time() -> None:
    assert all(waiting(["tests/test_new.py::test_new"], turn, read_costs()) == set() for turn in TURNS)


def test_of_records_the_most_counts_and_parameters_share(tmp_path: Path) -> None:
    first, second = tmp_path / "first.tsv", tmp_path / "second.tsv"
    first.write_text("4.0\ta.py::one[x]\n0.0\ta.py::one[y]\n0.7\ta.py::two\n", encoding="utf-8")
    second.write_text("0.1\ta.py::one[x]\n0.9\ta.py::two\n", encoding="utf-8")
    assert most([first, second]) == {"a.py::one": 2.0, "a.py::two": 0.9}


def test_the_costs_are_of_tests_that_are_there() -> None:
    gone = [test for test in read_costs() if not _is_there(test)]
    known = len(read_costs())
    assert len(gone) <= known // 10, f"costs.tsv is old (CONTRIBUTING, What to run): {gone[:5]} are gone"
    assert known > 500


def _is_there(test: str) -> bool:
    file, *_, name = test.split("::")
    path = ROOT / file
    return path.exists() and re.search(rf"def {name}\b", path.read_text(encoding="utf-8")) is not None


def test_a_named_file_runs_whole_unless_a_turn_is_asked_for() -> None:
    whole, turn = collected(), collected("--turn", "2")
    costly = {nodeid for nodeid in whole if read_costs().get(function_of(nodeid), 0.0) >= COSTLY}
    assert whole - turn == waiting(sorted(whole), 2, read_costs()) != set()
    assert whole - turn < costly


def collected(*asked: str) -> set[str]:
    file = "tests/test_laws.py"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COURSEPUSH"))}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *asked, file]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    return {line for line in told.splitlines() if line.startswith(file)}


def test_where_git_says_nothing_it_is_the_first_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert costly.of_commit() == 1
