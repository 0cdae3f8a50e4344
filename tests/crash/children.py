"""Processes forked off one that has imported everything and opened no DuckDB: they start at once."""

from __future__ import annotations

import atexit
import faulthandler
import json
import os
import resource
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursepush.files import aside
from coursepush.store.engine import Engine

from .places import Event

Work = Callable[[Callable[[], None]], Any]
"""Given what says that the work proper begins."""

READY, MADE = "\x01ready", "\x01made "
_TOO_LONG = 180.0


@dataclass(frozen=True)
class Ending:
    """By what signal a child is ended, how many seconds after so many reports.

    SIGKILL is sent by the system's own timer (as SIGALRM, at which it ends a process just so), others by a thread.
    """

    signal: int
    number: int
    seconds: float

    def begin(self) -> None:
        if not self.seconds:
            os.kill(os.getpid(), self.signal)
        elif self.signal == signal.SIGKILL:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, self.seconds)
        else:
            timer = threading.Timer(self.seconds, os.kill, (os.getpid(), self.signal))
            timer.daemon = True
            timer.start()


@dataclass
class Child:
    """A process that has ended: what it reported, its exit code, what it gave back, and a file of what it said."""

    said: Path
    events: list[Event] = field(default_factory=list[Event])
    code: int = 0
    made: Any = None
    seconds: float = 0.0

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.events]


def run(work: Work, spill: Path, *, ending: Ending | None = None, bytes_a_file: int | None = None) -> Child:
    """Do `work` in a process of its own, which reports each statement and each step of a writer of files.

    `spill` is its folder for temporary files. What `work` gives comes back; what it prints goes to a file. No file
    grows over `bytes_a_file`.
    """
    child = Child(spill.with_name("said.txt"))
    reads, writes = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        code = 70
        try:
            os.close(reads)
            code = _in_child(work, writes, spill, child.said, ending, bytes_a_file)
        finally:
            os._exit(code)
    os.close(writes)
    _listen(child, pid, reads)
    os.close(reads)
    child.code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return child


def _listen(child: Child, pid: int, pipe: int) -> None:
    text, began = "", time.monotonic()
    while True:
        if not select.select([pipe], [], [], _TOO_LONG)[0]:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            said = child.said.read_text("utf-8")
            raise AssertionError(f"a child does not go on after {child.names[-3:]}:\n{said}")
        block = os.read(pipe, 65_536)
        child.seconds = time.monotonic() - began
        if not block:
            return
        *lines, text = (text + block.decode()).split("\n")
        for line in lines:
            if line == READY:  # what it did before does not count
                began, child.events = time.monotonic(), []
            elif line.startswith(MADE):
                child.made = json.loads(line.removeprefix(MADE))
            else:
                child.events.append(Event(line, child.seconds))


def done(work: Callable[[], Any], spill: Path) -> Any:
    """What `work` gives, made by a process of its own that has to end well."""
    child = run(lambda ready: work(), spill)
    assert child.code == 0, child.said.read_text("utf-8")
    return child.made


# -- in the child ----------------------------------------------------------------------------------------------


def _in_child(
    work: Work, pipe: int, spill: Path, said: Path, ending: Ending | None, bytes_a_file: int | None
) -> int:
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout = sys.stderr = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    faulthandler.dump_traceback_later(_TOO_LONG * 0.9)  # says where it hangs
    tempfile.tempdir = str(spill)
    ready = _report(pipe, ending)
    if bytes_a_file is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_a_file, bytes_a_file))
    code = 0
    try:
        made = work(ready)
        _say(pipe, MADE + json.dumps(made))
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 71
    atexit._run_exitfuncs()  # what a process does at its end, and os._exit leaves out
    sys.stdout.flush()
    return code


def _report(pipe: int, ending: Ending | None) -> Callable[[], None]:
    """Report statements and writers' steps from now on, and end at the right one; gives what says "ready"."""
    told, reported = Engine._tell, 0

    def report(name: str) -> None:
        nonlocal reported
        _say(pipe, name)
        reported += 1
        if ending is not None and reported == ending.number:
            ending.begin()

    def ready() -> None:
        nonlocal reported
        _say(pipe, READY)
        reported = 0
        if ending is not None and not ending.number:
            ending.begin()

    def tell(self: Engine, name: str, sql: str) -> None:
        told(self, name, sql)
        report(name)

    reported = -1_000_000  # before it is ready
    Engine._tell = tell
    aside.on_step = report
    return ready


def _say(pipe: int, line: str) -> None:
    os.write(pipe, (line.replace("\n", " ") + "\n").encode())
