"""Fresh processes: what is measured starts with nothing in memory."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """A measurement ended without figures; the message says why."""


def in_process(task: str, *, within: float | None = None, **arguments: Any) -> dict[str, Any]:
    """Do one of the worker's tasks in a fresh process and give what it tells.

    `within` seconds it must be done; then it is asked to end, and made to.

    Raises:
        Failed: it told nothing.
    """
    command = [sys.executable, "-m", "tests.bench.worker", task, json.dumps(arguments)]
    # in a group of its own, so that servers it started end with it
    child = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        out, complaints = child.communicate(timeout=within)
    except BaseException as error:
        _end(child)
        if isinstance(error, subprocess.TimeoutExpired):
            raise Failed(f"{task} was not done within {within:,.0f} seconds") from None
        raise
    if child.returncode or not out.strip():
        sys.stderr.write(complaints)
        raise Failed(f"{task} failed: {_reason(complaints)}")
    return json.loads(out.splitlines()[-1])


def _reason(complaints: str) -> str:
    """The line of a traceback that names the error, which may have several lines of its own after it."""
    lines = complaints.strip().splitlines() or ["no reason given"]
    return next((line for line in reversed(lines) if re.match(r"[A-Za-z_][\w.]*: ", line)), lines[-1])


def _end(child: subprocess.Popen[str]) -> None:
    child.terminate()
    try:
        child.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def cpu_seconds(code: str, times: int) -> float:
    """The least CPU time that a fresh interpreter takes to run `code`, user and system together."""
    found: list[float] = []
    for _ in range(times):
        child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise Failed(f"{code!r} ended with {child.returncode}")
        found.append(used.ru_utime + used.ru_stime)
    return min(found)
