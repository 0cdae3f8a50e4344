"""Being asked to end, as by Ctrl-C: work is broken off in order, and nothing of it is left behind.

The command line is the main program and may say what signals do; the library leaves them to whoever uses it.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Terminated(KeyboardInterrupt):
    """The system, or another program, asked for an end; `signal` is how."""

    def __init__(self, signal: int) -> None:
        super().__init__()
        self.signal = signal


_asked = [int(signal.SIGINT)]
"""The last signal that asked for an end: DuckDB, if it runs then, ends its statement and loses which it was."""


def end_in_order() -> None:
    """From now on, SIGTERM and a terminal that is closed (SIGHUP) end the program as Ctrl-C does.

    What is ignored already (``nohup``) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    _asked[:] = [number]
    raise Terminated(number)


def exit_code(stopped: BaseException) -> int:
    """As shells know it: 128 and the signal's number. `stopped` is what came of it: a stop, or a broken step."""
    return 128 + (stopped.signal if isinstance(stopped, Terminated) else _asked[0])
