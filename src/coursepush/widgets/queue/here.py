"""The workers that lists in this notebook started: one for each district, known to every list of it.

A cell that is run again makes a new list: the worker that the former one started must still be seen and stopped.
"""

from __future__ import annotations

import threading
from pathlib import Path

from coursepush.queue.calls import Queue
from coursepush.queue.worker import Worker

_workers: dict[Path, Worker] = {}
_mutex = threading.Lock()


def worker_here(folder: Path) -> Worker | None:
    """The worker of the queue in `folder` that was started here and still runs."""
    worker = _workers.get(folder)
    return worker if worker is not None and worker.is_running else None


def start_here(queue: Queue) -> Worker:
    """Start one, unless it runs."""
    with _mutex:
        running = worker_here(queue.folder)
        if running is None:
            running = _workers[queue.folder] = queue.start_worker()
        return running


def stop_here(folder: Path) -> bool:
    """Stop it, and wait until it has ended; whether there was one."""
    with _mutex:
        worker = _workers.pop(folder, None)
    return worker is not None and worker.stop()
