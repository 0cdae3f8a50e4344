"""A worker: a thread that runs the jobs of one or several districts when their time comes, one job at a time."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from html import escape
from pathlib import Path

from coursepush.errors import CoursepushError, RequestError, counted
from coursepush.marks import Drawn
from coursepush.progress import Waiting, listening
from coursepush.queue.notify import tell_of
from coursepush.queue.place import Place
from coursepush.queue.purge import purge
from coursepush.queue.running import Clock, Runner, Stop
from coursepush.queue.states import WAITING, Job, Status
from coursepush.store.owner import now_in_utc

_BETWEEN_LOOKS = 2.0
"""Seconds between two looks at a queue that has nothing to run; each reads a few rows."""

_SHORTLY = 0.05
"""Seconds between two tries to break off the statement that runs."""

_UNTIL_TRIED_AGAIN = 15.0
"""Seconds until a job is tried again for which the district was in use too long."""


class Worker(Drawn):
    """Runs jobs of these districts in a thread of this program, until it is stopped or the program ends.

    Attributes:
        troubles: district → why its queue cannot be looked after just now.
        ran: the jobs that it ran, as they ended. not_known: those of which it could not be found out what came of
            them; they are looked up again.
    """

    def __init__(
        self,
        districts: Sequence[Path],
        *,
        on_done: Callable[[Job], object] | None = None,
        on_progress: Callable[[str], object] | None = None,
        poll: float = _BETWEEN_LOOKS,
        wait: float | None = None,
        clock: Clock = now_in_utc,
    ) -> None:
        if not districts:
            raise RequestError("Name at least one district file for the worker.")
        self._places = [Place(path) for path in dict.fromkeys(districts)]
        self._runners = [Runner(place, clock, wait) for place in self._places]
        self._on_done = on_done
        self._on_progress = on_progress
        self._poll = poll
        self._clock = clock
        self._stop = Stop(puts_back=True)
        self._thread: threading.Thread | None = None
        # and not the thread's own end: after an interrupted join Python takes a thread for ended
        self._has_ended = threading.Event()
        self._failure: BaseException | None = None
        self._now = ""
        self._not_before: dict[Path, float] = {}
        self._not_purged = {place.district for place in self._places}
        self.troubles: dict[Path, str] = {}
        self.ran: list[Job] = []
        self.not_known: list[Job] = []

    # -- its life ----------------------------------------------------------------------------------------

    def start(self) -> Worker:
        """Begin; gives itself. One that was stopped can not be started again.

        >>> district = cp.open_district("district.duckdb")
        >>> worker = district.queue.start_worker()
        >>> worker.start().is_running
        True
        >>> worker.stop()
        True
        """
        if self._thread is None:
            stack = ExitStack()
            for place in self._places:
                stack.enter_context(place.as_worker())
            self._thread = threading.Thread(
                target=self._work, args=(stack,), name="coursepush worker", daemon=True
            )
            atexit.register(self.stop)
            self._thread.start()
        return self

    def stop(self, timeout: float | None = None) -> bool:
        """End: what is being saved is saved, what is not saved yet is rolled back and waits for the next worker.

        Returns:
            Whether it has ended; False where it did not in `timeout` seconds.

        >>> district = cp.open_district("district.duckdb")
        >>> worker = district.queue.start_worker()
        >>> worker.stop()
        True
        """
        self._stop.ask()
        atexit.unregister(self.stop)
        if self._thread is not None:
            until = None if timeout is None else time.monotonic() + timeout
            while not self._has_ended.wait(_SHORTLY) and (until is None or time.monotonic() < until):
                self._stop.ask()  # a statement that had not quite begun was not broken off
        return not self.is_running

    @property
    def is_busy(self) -> bool:
        """Whether a job is being run now."""
        return bool(self._now)

    @property
    def is_running(self) -> bool:
        """Whether its thread is there, busy or not."""
        return self._thread is not None and not self._has_ended.is_set()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until it ends, or so many seconds; what ended it other than :meth:`stop` is raised here.

        >>> district = cp.open_district("district.duckdb")
        >>> worker = district.queue.start_worker()
        >>> worker.wait(0.01)
        >>> worker.stop(), worker.status
        (True, 'The worker has ended; it ran 0 jobs.')
        """
        if self._thread is not None:
            self._has_ended.wait(timeout)
        if self._failure is not None:
            raise self._failure

    @property
    def status(self) -> str:
        """What it does now, in words."""
        if not self.is_running:
            return f"The worker has ended; it ran {counted(len(self.ran), 'job')}."
        told = [f"{path.name}: {why}" for path, why in self.troubles.items()]
        return " ".join([self._now or f"The worker waits; it ran {counted(len(self.ran), 'job')}.", *told])

    def __repr__(self) -> str:
        return f"<Worker of {', '.join(place.district.name for place in self._places)}. {self.status}>"

    def _repr_html_(self) -> str:
        return f"<div>{escape(repr(self)[1:-1])}</div>"

    # -- its work ----------------------------------------------------------------------------------------

    def once(self) -> list[Job]:
        """Run in this thread whatever is due, and no more; gives the jobs as they ended.

        >>> district = cp.open_district("district.duckdb")
        >>> worker = district.queue.start_worker()
        >>> worker.stop()
        True
        >>> worker.once()
        []
        """
        with ExitStack() as stack:
            for place in self._places:
                stack.enter_context(place.as_worker())
            try:
                while not self._stop.is_asked.is_set() and self._round():
                    pass
            except KeyboardInterrupt:
                self._tell_what_ended()
                raise
        return self.ran

    @property
    def has_written(self) -> bool:
        """Whether the push of a job was written, also where the worker was stopped right after that."""
        return any(runner.has_written for runner in self._runners)

    def _work(self, stack: ExitStack) -> None:
        try:
            with stack:
                while not self._stop.is_asked.is_set():
                    if not self._round():
                        self._stop.is_asked.wait(self._poll)
        except BaseException as error:
            self._failure = error
        finally:
            self._has_ended.set()

    def _round(self) -> bool:
        """One look at each district; whether anything was run."""
        ran = False
        for runner in self._runners:
            if self._stop.is_asked.is_set():
                break
            ran = self._look(runner) or ran
        return ran

    def _look(self, runner: Runner) -> bool:
        path = runner.place.district
        try:
            ended: Job | None = None
            if runner.has_work and time.monotonic() >= self._not_before.get(path, 0.0):
                with self._telling(path):
                    ended = runner.run_next(self._stop)
            self._tell(runner)
            if ended is not None or path in self._not_purged:
                purge(runner.place, self._clock())
                self._not_purged.discard(path)
            self.troubles.pop(path, None)
        except CoursepushError as error:
            self.troubles[path] = str(error)
            return False
        if ended is None:
            return False
        if ended.status in WAITING:  # put back; or it is not known what came of it
            self._not_before[path] = time.monotonic() + _UNTIL_TRIED_AGAIN
            if ended.status == Status.PROCESSING:
                self.not_known.append(ended)
            return False
        self.ran.append(ended)
        return True

    def _tell_what_ended(self) -> None:
        """What came to its end although the worker was stopped in the midst of it."""
        for runner in self._runners:
            with suppress(CoursepushError):
                self._tell(runner)

    def _tell(self, runner: Runner) -> None:
        for job in tell_of(runner.place, self._clock()):
            self._done(job)

    def _done(self, job: Job) -> None:
        if self._on_done is not None:
            self._on_done(job)

    @contextmanager
    def _telling(self, path: Path) -> Generator[None]:
        """Inside the block the steps of the work are told."""

        self._now = f"{path.name}: a job begins"

        def heard(step: str) -> None:
            shown = str(step) if isinstance(step, Waiting) else step.replace("_", " ")
            self._now = f"{path.name}: {shown}"
            if self._on_progress is not None:
                self._on_progress(self._now)

        try:
            with listening(heard):
                yield
        finally:
            self._now = ""
