"""Work that nothing breaks off once it has begun: neither Ctrl-C nor a signal that is taken for it."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from queue import SimpleQueue


def finish(work: Callable[[], None]) -> list[BaseException]:
    """Do `work` in a thread of its own, to its end, and give what came meanwhile to stop it.

    Python delivers Ctrl-C to the main thread alone, wherever it is; DuckDB breaks off a statement of the main
    thread, and no other's. So the work is another thread's, and this one waits.

    Raises:
        BaseException: what `work` raised; or what stopped it before it began (then nothing of it was done).
    """
    word: SimpleQueue[bool] = SimpleQueue()  # to begin, or not to: the first word counts
    ended = threading.Event()
    begun: list[bool] = []
    failure: list[BaseException] = []
    context = contextvars.copy_context()

    def begin() -> None:
        try:
            if word.get():
                begun.append(True)
                context.run(work)
        except BaseException as error:
            failure.append(error)
        finally:
            ended.set()

    held_back: list[BaseException] = []
    try:
        threading.Thread(target=begin, name=threading.current_thread().name, daemon=True).start()
        try:
            word.put(True)
        except BaseException as error:  # before it was put, or after: the thread will tell
            held_back.append(error)
            word.put(False)
        _wait_for(ended, held_back)
    finally:
        word.put(False)
    if not begun:
        raise held_back[0]
    if failure:
        raise failure[0]
    return held_back


def _wait_for(ended: threading.Event, held_back: list[BaseException]) -> None:
    """What stops a wait may come when it is over, too: so it asks for a state, not for something it could lose."""
    while True:
        try:
            ended.wait()
            return
        except BaseException as error:
            held_back.append(error)
