"""Processes forked off one that has imported everything and opened no DuckDB: they start at once."""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import gc
import importlib
import json
import os
import pkgutil
import resource
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coursepush
from coursepush.files import aside
from coursepush.store.engine import Engine

from .places import STEP, Event

Work = Callable[[Callable[[], None]], Any]
"""Given what says that the work proper begins."""

READY, MADE = "\x01ready", "\x01made "
_TOO_LONG = 900.0
"""Seconds in which a child has to report something, on a machine that has much other work."""

_TASKS = Path("/proc/self/task")


def threads() -> int:
    """How many threads this process has; 0 where the system does not tell."""
    return len(os.listdir(_TASKS)) if _TASKS.exists() else 0


def warm_up() -> int:
    """Import everything that is imported only when it is needed, and give how many threads that begins.

    Those are polars' own (its allocator's), which work for it alone; its pool and DuckDB's begin with the first
    query, of which a process that forks others can have none.
    """
    for module in pkgutil.walk_packages(coursepush.__path__, "coursepush."):
        with contextlib.suppress(ImportError):  # what is optional
            importlib.import_module(module.name)
    gc.freeze()
    return threads()


_threads_at_first = warm_up()


def warm_up_with(modules: Iterable[str]) -> None:
    """Import what a child imported, so that the next ones need not."""
    for name in modules:
        if name not in sys.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    gc.freeze()


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
    """A process that has ended: what it reported, its exit code, what it gave back, and what it said."""

    said: str = ""
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
    assert threads() == _threads_at_first, "a process that forks others has begun threads"
    child, said = Child(), spill.with_name("said.txt")
    reads, writes = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        code = 70
        try:
            os.close(reads)
            code = _in_child(work, writes, spill, said, ending, bytes_a_file)
        finally:
            os._exit(code)
    os.close(writes)
    is_heard = _listen(child, reads)
    os.close(reads)
    if not is_heard:
        os.kill(pid, signal.SIGKILL)
    child.code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    child.said = said.read_text("utf-8") if said.exists() else ""  # of a child that was killed at once
    assert is_heard, f"a child does not go on after {child.names[-3:]}:\n{child.said}"
    return child


def _listen(child: Child, pipe: int) -> bool:
    """Hear what a child reports, until it ends; whether it did, and is not silent for too long."""
    text, began = "", time.monotonic()
    while True:
        if not select.select([pipe], [], [], _TOO_LONG)[0]:
            return False
        block = os.read(pipe, 65_536)
        child.seconds = time.monotonic() - began
        if not block:
            return True
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
    assert child.code == 0, child.said
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
    aside.on_step = lambda step: report(STEP + step)
    return ready


def _say(pipe: int, line: str) -> None:
    os.write(pipe, (line.replace("\n", " ") + "\n").encode())
