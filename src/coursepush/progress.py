"""How long work says how far it is, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each step: what it is, how many are done and how many there are (0: not known)."""

    def step(self, name: str, done: int, total: int) -> None: ...


class Silent:
    """Nobody listens."""

    def step(self, name: str, done: int, total: int) -> None:
        """Do nothing."""
