"""On which side of the commit something is: what history tells of it, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursepush.store.session import Session

NOTHING_WRITTEN = "Nothing was written."
"""What every error of a call that writes ends in, as long as that is so."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How to find out whether a piece of work was saved. Its statements name tables in full.

    Attributes:
        what: the work, as a sentence begins with it: ``Push 3``.
        found: whether the district has it; None where nothing in the file tells.
        damage: what is wrong with a file that has it, as a sentence; empty where nothing is.
        look: where a person looks for it, after "Look".
    """

    what: str = "This work"
    found: Callable[[Session], bool] | None = None
    damage: Callable[[Session], str] | None = None
    look: str = "at the district's tables"

    @property
    def is_written(self) -> str:
        return f"{self.what} is written."
