"""A notebook's kernel that is told to end: nothing of a student is left behind.

A kernel does nothing at SIGTERM, and so ends at once, without any of Python's last acts. There, and only where
nobody else has a say in it, the private folders of the process are removed first; then it ends as it would have.
Everywhere else a library leaves signals to the program that uses it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType


def before_a_kernel_ends(tidy: Callable[[], None]) -> None:
    """Have `tidy` called when this process is a notebook's kernel and gets SIGTERM."""
    if "ipykernel" not in sys.modules or threading.current_thread() is not threading.main_thread():
        return
    from IPython import get_ipython  # pyright: ignore[reportUnknownVariableType, reportPrivateImportUsage]

    if getattr(get_ipython(), "kernel", None) is None or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        try:
            tidy()
        finally:
            os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, end)
