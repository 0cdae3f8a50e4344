"""Proof by killing: an apply killed at any instant leaves the district exactly as before or exactly as after.

    python -m tests.crash [N]        # N kills, 60 by default

A child process applies an overwrite push to a copy of a small simulated district and is killed (SIGKILL) at a
random instant, or right before a given statement. The file is then opened again: its tables are those of before
or those of after, the push is in the history in the second case only, and there it can be taken back.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import coursepush as cp
from coursepush.model.tables import TABLES
from coursepush.store import Store

State = dict[str, tuple[int, int]]
"""Per table: how many rows, and a hash of all of them."""


def state_of(district: cp.District) -> State:
    with district._store.reading() as session:
        return {
            name: session.rows("state", f"select count(*), coalesce(sum(hash(t)), 0) from {name} as t")[0]
            for name in TABLES
        }


def make_plan(district: cp.District) -> cp.Plan:
    return district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)


def apply_in_child(path: Path, before_statement: int) -> None:
    """Apply, and kill this very process right before that statement (0: never)."""
    store = Store(path, threads=1)
    district = cp.District(store)
    plan = make_plan(district)
    assert plan.digest
    assert plan.state
    passed = commit = 0

    def count(name: str, sql: str) -> None:
        nonlocal passed, commit
        passed += 1
        if name == "commit":
            commit = passed
        if passed == before_statement:
            os.kill(os.getpid(), signal.SIGKILL)

    store.on_statement = count
    print("applies", flush=True)
    district.apply(plan)
    print(passed, commit, flush=True)


@dataclass(frozen=True)
class Rehearsal:
    """A district file, its state before and after the push, and how long applying takes.

    `commit` is the number of the statement that commits.
    """

    path: Path
    before: State
    after: State
    statements: int
    commit: int
    seconds: float


def rehearse(folder: Path) -> Rehearsal:
    path = folder / "base.duckdb"
    with cp.simulate_district("small", seed=7, into=path) as district:
        before = state_of(district)
    copy = Path(shutil.copy(path, folder / "rehearsal.duckdb"))
    with _child(copy, 0) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "applies\n"
        began = time.monotonic()
        statements, commit = (int(number) for number in child.stdout.readline().split())
        seconds = time.monotonic() - began
    with cp.open_district(copy) as district:
        after = state_of(district)
    assert before != after
    return Rehearsal(path, before, after, statements, commit, seconds)


def _child(path: Path, before_statement: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).resolve()), "child", str(path), str(before_statement)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill_once(made: Rehearsal, folder: Path, *, statement: int = 0, after_seconds: float = 0.0) -> str:
    """Kill one apply and look at what it left: `before` or `after`, or `finished` where it was too quick."""
    path = Path(shutil.copy(made.path, folder / "killed.duckdb"))
    try:
        with _child(path, statement) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "applies\n"
            if not statement:
                time.sleep(after_seconds)
                child.kill()
        if statement:
            assert child.returncode == -signal.SIGKILL, f"statement {statement} was never reached"
        return _left(made, path, "after" if child.returncode else "finished")
    finally:
        for leftover in folder.glob("killed.duckdb*"):
            leftover.unlink()


def _left(made: Rehearsal, path: Path, done: str) -> str:
    with cp.open_district(path) as district:
        pushes = district.history()["push_id"].to_list()
        state = state_of(district)
        if state == made.before:
            assert pushes == [], "nothing was pushed, and the history says otherwise"
            assert district.apply(make_plan(district)).push_id == 1
            assert state_of(district) == made.after
            return "before"
        assert state == made.after, "the district is neither as before nor as after the push"
        assert pushes == [1], "the push is done and not in the history"
        undo = district.plan_undo(1)
        assert undo.left_alone == 0
        district.apply(undo)
        assert state_of(district) == made.before
        return done


def main(kills: int = 60) -> Counter[str]:
    chance = random.Random(kills)
    found: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="crash-") as name:
        folder = Path(name)
        made = rehearse(folder)
        for number in range(kills):
            if number % 2:
                found[kill_once(made, folder, after_seconds=chance.uniform(0, made.seconds * 1.1))] += 1
            else:
                found[kill_once(made, folder, statement=chance.randint(1, made.statements))] += 1
    outcome = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
    print(f"{kills} kills in {time.monotonic() - began:.0f} s, the district was whole each time: {outcome}")
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        apply_in_child(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
