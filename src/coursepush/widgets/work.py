"""One piece of work at a time beside the notebook, so that the kernel stays free, and what came of it.

The work runs in a thread. Whatever it has to say is handed over to the thread that started it, by the event loop
that runs there (a notebook's kernel has one) or by :meth:`Work.wait` (a script has none): widgets and state are
touched by one thread only.
"""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from coursepush.errors import StoppedError
from coursepush.progress import COMMIT, Waiting, listening
from coursepush.store.database import Store
from coursepush.widgets.steps import EXPECTED, step_words

T = TypeVar("T")

_BETWEEN_NEWS = 0.15
"""Seconds between two pieces of news of the progress, so that a notebook is not flooded."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is: the step under way, how many steps were begun, and the seconds it has taken."""

    step: str
    steps: int
    seconds: float

    @property
    def words(self) -> str:
        """The same in words; they may hold the name of a file, as it is."""
        if isinstance(self.step, Waiting):
            return f"{self.seconds:.0f} s. {self.step} …"
        return f"{self.seconds:.0f} s: {step_words(self.step)}"

    def words_of(self, what: str) -> str:
        """The same of a kind of work whose usual length is known: also how much of it is left."""
        left = EXPECTED.left_words(what, self.steps)
        return f"{self.words}; {left}" if left and not isinstance(self.step, Waiting) else self.words


class Work:
    """What a panel does beside the notebook. `store` is the district's: its statements can be broken off.

    Without one (a district is only being made) work stops at its next step.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._news: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._mutex = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_asked_to_stop = False
        self._is_past_stopping = False

    @property
    def is_running(self) -> bool:
        """From :meth:`start` until what came of it was handed over."""
        return self._thread is not None

    def start(
        self,
        job: Callable[[], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
        progress: Callable[[Progress], None] | None = None,
        what: str = "",
    ) -> bool:
        """Run `job` in a thread; hand what it gives to `done`, or what it raised to `failed`, in this one.

        `what` is its kind: how many steps one takes is remembered, to say of the next how many are left.

        Returns:
            Whether it was started: while something runs, nothing else is (a second click does nothing).
        """
        if self._thread is not None:
            return False
        self._is_asked_to_stop = self._is_past_stopping = False
        hand_over = self._hand_over()
        begun: list[str] = []

        def run() -> None:
            try:
                with listening(self._listener(progress, hand_over, begun)):
                    made = job()
            except BaseException as error:  # polars' panics too: the panel must not wait for ever
                hand_over(self._ended(failed, error))
            else:
                if what:
                    EXPECTED.learn(what, len(begun))
                hand_over(self._ended(done, made))

        self._thread = threading.Thread(target=run, name="coursepush", daemon=True)
        self._thread.start()
        return True

    def stop(self) -> bool:
        """Ask the work to stop; it then fails with :class:`~coursepush.errors.StoppedError`.

        Returns:
            Whether that is still possible: not once its transaction is being committed.
        """
        with self._mutex:
            if self._thread is None or self._is_past_stopping:
                return False
            self._is_asked_to_stop = True
            thread = self._thread.ident
        if thread is not None and self._store is not None:
            self._store.interrupt(thread)
        return True

    def wait(self, timeout: float = 600) -> None:
        """Wait until the work is done and what came of it has been handed over, for scripts and tests.

        Raises:
            TimeoutError: it takes longer than `timeout` seconds.
        """
        until = time.monotonic() + timeout
        while self._thread is not None:
            try:
                self._news.get(timeout=max(0.0, until - time.monotonic()))()
            except queue.Empty:
                raise TimeoutError(f"The work goes on after {timeout:g} seconds.") from None

    def _ended(self, call: Callable[[Any], None], what: Any) -> Callable[[], None]:
        def end() -> None:
            self._thread = None
            call(what)

        return end

    def _hand_over(self) -> Callable[[Callable[[], None]], None]:
        """How the thread hands something to the one that starts it now."""
        context = contextvars.copy_context()  # outputs belong to the cell or click that started the work
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._news.put

        def hand_over(news: Callable[[], None]) -> None:
            self._news.put(news)
            try:
                loop.call_soon_threadsafe(self._take_news, context=context)
            except RuntimeError:  # the kernel is shutting down: nobody is there to be told
                return

        return hand_over

    def _take_news(self) -> None:
        while True:
            try:
                news = self._news.get_nowait()
            except queue.Empty:
                return
            news()

    def _listener(
        self,
        progress: Callable[[Progress], None] | None,
        hand_over: Callable[[Callable[[], None]], None],
        steps: list[str],
    ) -> Callable[[str], None]:
        begun = told = time.monotonic()

        def listen(step: str) -> None:
            nonlocal told
            with self._mutex:
                if self._is_asked_to_stop and not self._is_past_stopping:
                    raise StoppedError("Stopped, as you asked.")
                if step == COMMIT:
                    self._is_past_stopping = True
            if not isinstance(step, Waiting):
                steps.append(step)
            now = time.monotonic()
            if progress is not None and now - told >= _BETWEEN_NEWS:
                told = now
                hand_over(partial(progress, Progress(step, len(steps), now - begun)))

        return listen
