"""Workers that are killed at random: the small versions of `python -m tests.queue_storm` and of `tests.crash`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rounds import slow

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills its own processes with signals")

ROOT = Path(__file__).resolve().parents[1]


def ran(*arguments: str) -> str:
    """What a command of the tests prints, in a process of its own: it forks, and has opened no DuckDB."""
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_pushes_of_workers_that_are_killed_are_there_once() -> None:
    told = ran("tests.queue_storm", "3", "--districts", "1", "--workers", "2")
    found = re.search(
        r"3 pushes over 1 districts by 2 workers, (\d+) of which were killed: each is there once", told
    )
    assert found, told


@slow
def test_a_queued_push_that_is_killed_in_any_place_is_before_or_after_and_the_queue_knows() -> None:
    told = ran("tests.crash", "5", "--only", "queued apply")
    for place in ("before BEGIN", "until COMMIT", "inside COMMIT", "after COMMIT", "in the checkpoint"):
        assert re.search(rf"{place} +1 +as before +\d+ +done +\d+", told), told
