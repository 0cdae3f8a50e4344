"""Seconds of a piece of work: the best of a few times."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

ENOUGH = 120.0
"""Seconds after which work is repeated no more, once it was done :data:`LEAST` times."""
LEAST = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of each time."""

    seconds: list[float]

    @property
    def best(self) -> float:
        return min(self.seconds)


def repeated(times: int, once: Callable[[], float]) -> Timed:
    """Call `once`, which tells its own seconds, `times` times; fewer where that takes long (never under three)."""
    began = time.perf_counter()
    seconds: list[float] = []
    while len(seconds) < times:
        seconds.append(once())
        if len(seconds) >= LEAST and time.perf_counter() - began > ENOUGH:
            break
    return Timed(seconds)


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
