"""Edits of setup as planning needs them: their text, and how they are made on a district that nobody else sees.

What edits are and do is told above this part (:mod:`coursepush.scenario`), which hands it in here.
"""

from __future__ import annotations

from typing import Any, Protocol

from coursepush.errors import ScenarioError
from coursepush.store.database import Session


class Edits(Protocol):
    """What knows edits."""

    def text_of(self, given: Any) -> str:
        """The edits in `given` as text in one form, without a title.

        Raises:
            ScenarioError: it holds none, or one that is never part of a plan. RequestError: it cannot be read.
        """
        ...

    def words_of(self, text: str) -> list[str]:
        """Each edit of such a text in a line."""
        ...

    def make(self, session: Session, text: str) -> list[str]:
        """Make the edits in `session` on copies of tables that stand before the district's own; the tables copied.

        Each copy is a temporary table of its table's name.

        Raises:
            ScenarioError: an edit is refused, or cannot be made; the message names it. No copy is left.
        """
        ...


_known: list[Edits] = []


def edits_by(edits: Edits) -> None:
    """Let `edits` read and make the edits of plans of setup."""
    _known[:] = [edits]


def known_edits() -> Edits:
    """What was handed in.

    Raises:
        ScenarioError: nothing was, since only a part of the package was imported.
    """
    if not _known:
        raise ScenarioError("Plans of setup need coursepush.scenario.planned: import coursepush.district first.")
    return _known[0]
