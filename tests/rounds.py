"""How much the tests try: few rounds in each run, all of them before a release.

A random law takes few districts, a list of seeds its first ones; what is marked `slow` is left out. With
`pytest --slow` (or COURSEPUSH_SLOW=1) everything runs; COURSEPUSH_EXAMPLES=20 makes either twenty times as many.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

SLOW = bool(os.environ.get("COURSEPUSH_SLOW"))
"""Set before tests are collected, by `--slow` too: settings of hypothesis are read when a test is defined."""

TIMES = int(os.environ.get("COURSEPUSH_EXAMPLES", "1"))

slow = pytest.mark.slow

few = pytest.mark.few
"""`@few(2)`: of a test with many parameters the first two run each time, the others only with `--slow`."""


def rounds(few: int, many: int) -> int:
    """How many random examples a test gets: in each run, and before a release."""
    return (many if SLOW else few) * TIMES


def first(values: Iterable[Any], keep: int = 1) -> list[Any]:
    """The same for one of several lists of parameters, each of which is combined with those of the others.

    A tuple is the values of several parameters. Put those first that reach most, not those that come first.
    """
    sets = [value if hasattr(value, "marks") else as_set(value) for value in values]
    kept = keep * TIMES
    return sets[:kept] + [pytest.param(*one.values, id=one.id, marks=(*one.marks, slow)) for one in sets[kept:]]


def as_set(value: Any) -> Any:
    return pytest.param(*value) if isinstance(value, tuple) else pytest.param(value)
