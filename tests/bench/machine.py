"""What was measured, when, and on what machine."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

WRITTEN_HERE = "tests/bench/RESULTS.md"


def commit() -> str:
    """The commit of the package that runs, with ``+ changes`` where files differ from it."""
    found = find_spec("coursepush")
    assert found is not None
    assert found.origin is not None
    place = Path(found.origin).parent
    try:
        name = _git(place, "rev-parse", "--short=12", "HEAD")
        top = _git(place, "rev-parse", "--show-toplevel")
        changes = _git(Path(top), "status", "--porcelain", "--", ".", f":(exclude){WRITTEN_HERE}")
    except (OSError, subprocess.CalledProcessError):
        return "not in a git checkout"
    return name + (" + changes" if changes else "")


def _git(place: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=place, check=True, capture_output=True, text=True
    ).stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def described() -> list[str]:
    """Sentences: the commit and the day; the machine; the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    now = dt.datetime.now(dt.UTC)
    return [
        f"Commit {commit()}, {now:%Y-%m-%d %H:%M} UTC.",
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}.",
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}, polars {version('polars')}.",
    ]
