"""The door to this machine's cores: a process each, so that one that dies costs no other district its answer."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from coursepush.errors import RequestError, StoppedError
from coursepush.statewide.task import Answer, Status, Task, answered, unpacked
from coursepush.store.limits import spill_given
from coursepush.store.temporary import sweep

TRIES = 2
"""So often is a district tried whose process ends."""

_MOMENT = 5.0
"""Seconds that a process has to be gone after its last word."""


class Here:
    """This machine's cores.

    Args:
        workers: processes at a time; by default one for every core.
    """

    name = "this machine"

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and (isinstance(workers, bool) or workers < 1):
            raise RequestError(f"The number of workers is {workers!r}; it must be 1 or more.")
        self.workers = workers or _cores()
        self.wave = max(8, 4 * self.workers)
        self._idle: list[_Child] = []
        self._all: list[_Child] = []
        self._changing = threading.Lock()
        self._is_closed = False

    def __enter__(self) -> Here:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.close()

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[str, Answer]]:
        """Each task's district and its answer, as they come."""
        self._is_closed = False
        waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            waiting.put(task)
        done: queue.SimpleQueue[tuple[str, Answer] | BaseException] = queue.SimpleQueue()
        threads = [
            threading.Thread(target=self._work, args=(waiting, done), daemon=True)
            for _ in range(min(self.workers, len(tasks)))
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in tasks:
                found = done.get()
                if isinstance(found, BaseException):
                    raise found
                yield found
        except BaseException:
            self.close()
            raise
        for thread in threads:
            thread.join()

    def close(self) -> None:
        """End all processes, and sweep up what those that were killed had spilled."""
        with self._changing:
            self._is_closed = True
            children, self._all, self._idle = self._all, [], []
        for child in children:
            child.end()

    def _work(
        self, waiting: queue.SimpleQueue[Task], done: queue.SimpleQueue[tuple[str, Answer] | BaseException]
    ) -> None:
        try:
            while True:
                task = waiting.get_nowait()
                done.put((task.source.district, self._answer(task)))
        except queue.Empty:
            return
        except BaseException as error:
            done.put(error)

    def _answer(self, task: Task) -> Answer:
        ended = 0
        for tries in range(1, TRIES + 1):
            child = self._next()
            found = child.answer(task, tries)
            if found is not None:
                with self._changing:
                    self._idle.append(child)
                return found
            ended = child.ended()
            sweep(spill_given(task.limits.spill) or Path(tempfile.gettempdir()))
        return answered(task, Status.CRASHED, crashed(TRIES, _how(ended)), tries=TRIES)

    def _next(self) -> _Child:
        with self._changing:
            if self._is_closed:
                raise StoppedError("The run was stopped.")
            if self._idle:
                return self._idle.pop()
            child = _Child()
            self._all.append(child)
            return child


def crashed(times: int, how: str = "") -> str:
    """Why a district has no answer whose process ended each time."""
    return (
        f"Its process ended {times} times without a word{f' ({how})' if how else ''}. Most often that is memory: "
        "give it more (memory=...), or plan this district alone: state.open(...)."
    )


class _Child:
    """A process that answers tasks."""

    def __init__(self) -> None:
        package = str(Path(__file__).resolve().parents[2])
        known = os.environ.get("PYTHONPATH")
        environment = {**os.environ, "PYTHONPATH": package if not known else f"{package}{os.pathsep}{known}"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "coursepush.statewide.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=os.name != "nt",  # Ctrl-C is for who asked, who then ends this process
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def answer(self, task: Task, tries: int) -> Answer | None:
        """None where the process ended before it was done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{tries} {task.text()}\n".encode())
            self._process.stdin.flush()
            return unpacked(pickle.load(self._process.stdout))
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            return None

    def ended(self) -> int:
        """How a process ended that has given no answer."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_MOMENT)
        return self.end()

    def end(self) -> int:
        """End it; how it ended."""
        if self._process.poll() is None:
            with suppress(OSError):
                self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError, ValueError):
                    pipe.close()
        return code


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
