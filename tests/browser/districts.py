"""District files for the panel's tests, and what another program does to them meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import coursepush as cp
from coursepush.model.tables import TABLES

_HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_for_writing(file: Path) -> Generator[None]:
    """Another process has the file open for writing as long as the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield
    finally:
        process.stdin.close()
        process.wait(20)


def state(file: Path) -> dict[str, tuple[Any, ...]]:
    """Number of rows and a sum over their contents, per table of the model."""
    with cp.open_district(file) as district:
        return {
            name: district.sql(f"select count(*), bit_xor(hash(t)) from {name} as t").row(0) for name in TABLES
        }


def pushes(file: Path) -> list[tuple[int, int | None]]:
    """The pushes in the history: number, and the push that it undoes."""
    with cp.open_district(file) as district:
        return district.history().sort("push_id").select("push_id", "undoes").rows()
