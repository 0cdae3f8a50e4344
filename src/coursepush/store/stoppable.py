"""Work on the database that can be stopped from outside, by Ctrl-C and by a time limit, whatever DuckDB is doing.

While a statement runs, Python's own handling of Ctrl-C waits: DuckDB 1 looks for it now and then, DuckDB 2 in some
statements not at all. So the work runs in a thread of its own, and the one that asked for it waits where it can be
interrupted.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from coursepush.errors import RequestError, StoppedError
from coursepush.store.database import Store

T = TypeVar("T")

_LOOKS = 0.1
"""Seconds between two looks whether the work is done or its time over; its end is noticed at once."""

_AGAIN = 0.05
"""Seconds until a statement that had not quite begun, and so was not broken off, is broken off again."""


class TimeOverError(StoppedError):
    """Work that was stopped because it was not done in the time that it had."""


def check_timeout(seconds: object) -> None:
    """Raise unless `seconds` is None or a time.

    Raises:
        RequestError: it is none.
    """
    if seconds is None:
        return
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 < seconds <= threading.TIMEOUT_MAX:  # type: ignore[operator]
        raise RequestError(f"A timeout is a number of seconds above 0, or None, not {seconds!r}.")


def stoppable(store: Store, work: Callable[[], T], seconds: float | None = None) -> T:
    """What `work` gives or raises; its statement is broken off by an interrupt here, and when `seconds` are over.

    The work of others goes on, and the connection stays good.

    Raises:
        TimeOverError: it was not done in time.
        KeyboardInterrupt: it was interrupted.
    """
    given: list[T] = []
    raised: list[BaseException] = []
    is_done = threading.Event()  # and not the thread's end: after an interrupted join Python takes it for ended

    def run() -> None:
        try:
            given.append(work())
        except BaseException as error:
            raised.append(error)
        finally:
            is_done.set()

    context = contextvars.copy_context()
    worker = threading.Thread(target=context.run, args=(run,), name="coursepush query", daemon=True)
    end = None if seconds is None else time.monotonic() + seconds
    worker.start()
    is_over = True
    try:
        while is_over and (end is None or time.monotonic() < end):
            is_over = not is_done.wait(_LOOKS if end is None else max(0, min(_LOOKS, end - time.monotonic())))
    finally:
        while not is_done.is_set():
            with suppress(KeyboardInterrupt):  # somebody who presses it twice: it is being stopped
                store.interrupt(worker.ident or 0)
                is_done.wait(_AGAIN)
    if raised and is_over and isinstance(raised[0], StoppedError):
        raise TimeOverError(f"It was not done after {seconds:,g} seconds.") from raised[0]
    if raised:
        raise raised[0]
    return given[0]
