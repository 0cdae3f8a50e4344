"""District files for tests, and other processes that work on them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine import Tables, fill
from small_district import ALL_LOCKS, GONE, PROGRESS, SmallDistrict

import coursepush as cp
from coursepush.model.tables import TABLES
from coursepush.store import Store
from coursepush.store.work import keep_work

HIGH = "High School"


def worn_district(*locks: str) -> SmallDistrict:
    """A district in which an overwrite push to sections writes every kind of change on both hops."""
    d = SmallDistrict(*(locks or (*ALL_LOCKS, "course_info.state_code", "course_info.is_advisory")))
    d.master["state_code"], d.master["is_advisory"] = "A1", True
    quizzes = d.master.category("Quizzes", weight=20)
    d.master.category("Tests", weight=50)
    d.master.option(calc_type="in_progress")
    d.master.composite(weight=40)
    d.master.typical("assessments")
    course_quizzes = d.course.category("Quizzes", parent=quizzes, weight=10)
    d.course.category("Local", weight=1)
    d.course.task(PROGRESS, parent=GONE)
    d.section.category("Quizzes", parent=course_quizzes, weight=10)
    d.section.category("Unused", weight=1)
    taught = d.section.category("Tests", weight=30)
    d.section.assignment((PROGRESS, 1), category=taught)
    d.section.option(calc_type="none")
    return d


def file_of(d: SmallDistrict, path: Path, unknown: frozenset[str] = frozenset()) -> Path:
    """The district in a file."""
    write_file(d.tables(), path, unknown)
    return path


def write_file(tables: Tables, path: Path, unknown: frozenset[str] = frozenset()) -> None:
    store = Store(path)
    with store.writing(create=True) as session:
        fill(session, tables, unknown)
        keep_work(session)
    store.close()


def bytes_of(path: Path) -> str:
    """A hash of the file, and of the names beside it."""
    beside = sorted(entry.name for entry in path.parent.iterdir())
    return hashlib.sha256(path.read_bytes()).hexdigest() + str(beside)


def everything(store: Store) -> dict[str, tuple[int, int]]:
    """Every table of the district, the toolkit's own too: how many rows it has, and a hash of all of them.

    A table that is empty is left out, so that it does not matter when the history's tables are made.
    """
    with store.reading() as session:
        names = session.rows(
            "tables",
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'district'",
        )
        counted = " union all ".join(
            f"select '{name}', count(*), sum(hash(t)) from district.{name} as t" for (name,) in names
        )
        found = {name: (rows, total) for name, rows, total in session.rows("everything", counted)}
    assert {f"main.{name}" for name in TABLES} <= set(found)
    return {name: state for name, state in found.items() if state[0]}


def plan_all(district: cp.District, **request: Any) -> Any:
    """Push All Course Masters of the High School catalog for 2026-27, in overwrite mode and to sections."""
    return district.plan_master_push(HIGH, **{"year": 2027, "mode": "overwrite", "to_sections": True, **request})


def locked_then_pushed(district: cp.District) -> Any:
    """A plan of setup: a lock of that catalog, and the same push of what it leaves."""
    with district.what_if("locked") as w:
        w.lock(HIGH, "course_info.gpa_weight")
        return w.plan_setup(then=plan_all(w, masters=["MATH1"], data=["categories"]))


# -- other processes -----------------------------------------------------------------------------------


_PLACES = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
"""Where another process looks for modules: here, and wherever this one was told to."""


class OtherProcess:
    """Python code at work in another process; `says()` waits for its next line."""

    def __init__(self, code: str, path: Path) -> None:
        preamble = "import sys, coursepush as cp\nfrom coursepush.store import Store\npath = sys.argv[1]\n"
        self._running = subprocess.Popen(
            [sys.executable, "-u", "-c", preamble + code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_PLACES)},
        )

    @property
    def pid(self) -> int:
        return self._running.pid

    def says(self) -> str:
        assert self._running.stdout is not None
        return self._running.stdout.readline().strip()

    def go_on(self) -> None:
        """Let it continue after its `sys.stdin.readline()`."""
        assert self._running.stdin is not None
        self._running.stdin.write("\n")
        self._running.stdin.flush()

    def end(self) -> int:
        """Let it run to its end; the exit code."""
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        try:
            self._running.stdin.close()
            return self._running.wait(timeout=60)
        finally:
            self._running.kill()
            self._running.stdout.close()


@contextmanager
def other_process(code: str, path: Path) -> Generator[OtherProcess]:
    other = OtherProcess(code, path)
    try:
        yield other
    finally:
        other.end()


READS = """
with Store(path).reading() as session:
    print(session.value("count", "select count(*) from course"))
    sys.stdin.readline()
"""
WRITES = """
with Store(path).writing() as session:
    session.run("rename", "update school set name = 'Renamed'")
    print("writes")
    sys.stdin.readline()
"""
