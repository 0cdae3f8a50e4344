"""Who is told of each step while work is under way: nobody, unless somebody listens.

A listener that raises stops the work: what it was about to write is rolled back. Once it has been told of
:data:`COMMIT` it must not raise any more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str], object]
"""Told the name of each step, before it runs."""

COMMIT = "commit"
"""The step that makes written what was written; up to here work can be stopped."""


class Waiting(str):
    """A step that only waits for somebody else to be done with the district; its name is the sentence to show."""

    __slots__ = ()


_listener: ContextVar[Listener | None] = ContextVar("coursepush_listener", default=None)


@contextmanager
def listening(listener: Listener) -> Generator[None]:
    """Inside the block, `listener` is told of every step of whatever runs in it."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def listening_too(listener: Listener) -> Generator[None]:
    """The same, and whoever listens already is told after `listener`."""
    outer = _listener.get()

    def both(step: str) -> None:
        listener(step)
        if outer is not None:
            outer(step)

    with listening(both):
        yield


@contextmanager
def unheard() -> Generator[None]:
    """Inside the block nobody is told: for what must not be stopped."""
    token = _listener.set(None)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(step: str) -> None:
    """Say that `step` is about to run."""
    listener = _listener.get()
    if listener is not None:
        listener(step)
