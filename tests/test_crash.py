"""What is killed, stopped or out of room leaves all or nothing: the small version of `python -m tests.crash`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills its own processes with signals")

ROOT = Path(__file__).resolve().parents[1]


def test_a_few_kills_in_each_place_and_a_few_stops_leave_a_small_district_whole() -> None:
    """In a process of its own, since the children are forked from one that has opened no DuckDB."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.crash", "3", "--only", "small apply", "--stops", "2", "--full", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    for place in ("before BEGIN", "until COMMIT", "inside COMMIT", "after COMMIT", "in the checkpoint"):
        found = re.search(rf"{place} +(\d+) +as before +(\d+) +done +(\d+)", ran.stdout)
        assert found, ran.stdout
        killed, before, done = map(int, found.groups())
        assert killed == before + done >= 1
    assert len(re.findall(r"exit +\d+ (?:before|after)", ran.stdout)) >= 2, ran.stdout
