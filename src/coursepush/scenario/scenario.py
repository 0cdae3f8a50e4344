"""A scenario: edits in order, made on an overlay of a district (SCENARIO.md 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from coursepush.errors import RequestError, ScenarioError, StoreError
from coursepush.scenario.edits import Edit, edit
from coursepush.scenario.overlay import Overlay
from coursepush.scenario.text import text_of
from coursepush.store.database import Store


@dataclass(frozen=True, slots=True)
class Made:
    """An edit, and what came of it: how many rows it changed, or why it was missed (empty where it was made)."""

    edit: Edit
    rows: int = 0
    missed: str = ""


class Scenario:
    """The edits of a scenario, and the overlay that they are made on.

    Attributes:
        title: what it is called.
        overlay: its store, which reads like a district's.
        made: the edits so far, in order.
    """

    def __init__(self, base: Store, title: str, edits: Iterable[Edit] = ()) -> None:
        self.title = title
        self.overlay = Overlay(base, title)
        self.made: list[Made] = []
        self._make_all(list(edits))

    def do(self, kind: str, given: dict[str, Any]) -> int:
        """Make one more edit; how many rows it changed.

        Raises:
            ScenarioError: it is refused; nothing is changed. RequestError: it names what there is not.
            ScenarioMovedError: the district was written to.
        """
        wanted = edit(kind, given)
        with self.overlay.editing() as session:
            rows = wanted.run(session)
        self.made.append(Made(wanted, rows))
        self._say()
        return rows

    def take_back(self, number: int) -> Edit:
        """Take back an edit, by its number from 1; the others are made again without it.

        Raises:
            RequestError: there is no such edit.
        """
        if not 1 <= number <= len(self.made):
            raise RequestError.unknown("edit", number, range(1, len(self.made) + 1))
        edits = [one.edit for one in self.made]
        taken = edits.pop(number - 1)
        self._make_all(edits)
        return taken

    def rebase(self) -> list[Made]:
        """Make the edits again on the district as it is now; those that are missed."""
        self._make_all([one.edit for one in self.made])
        return self.missed

    @property
    def missed(self) -> list[Made]:
        return [one for one in self.made if one.missed]

    @property
    def text(self) -> str:
        return text_of(self.title, [one.edit for one in self.made])

    def close(self) -> None:
        self.overlay.close()

    def _make_all(self, edits: Sequence[Edit]) -> None:
        self.overlay.base_anew()
        self.made = []
        for one in edits:
            try:
                with self.overlay.editing() as session:
                    self.made.append(Made(one, one.run(session)))
            except (ScenarioError, RequestError, StoreError) as error:
                self.made.append(Made(one, missed=str(error)))
        self._say()

    def _say(self) -> None:
        """Plans from now on are of these edits: those that were made, whatever the scenario is called."""
        edits = [one.edit for one in self.made if not one.missed]
        self.overlay.edits = tuple(edits)
        self.overlay.say_scenario(text_of("", edits))
