"""Setup itself as a plan: edits, and the push that follows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from coursepush.errors import RequestError
from coursepush.model.elements import SetupElement
from coursepush.plan.request import Request, Scope
from coursepush.plan.requests import form
from coursepush.plan.rules import Mode
from coursepush.plan.setup.edits import known_edits
from coursepush.store.database import Session

MOST_BYTES = 1_000_000
"""Of the text of the edits."""


@dataclass(frozen=True, slots=True)
class SetupRequest(Request):
    """Make `edits`, the text of a scenario's, on the district; `then`: what is pushed on what they leave."""

    edits: str
    then: Request | None = None
    kind: str = "setup"

    @property
    def title(self) -> str:
        number = self.edits.count("\n[[edit]]\n")
        own = f"Setup in {number:,} edit{'' if number == 1 else 's'}"
        return own if self.then is None else f"{own}, then {self.then.title}"

    @property
    def hops(self) -> tuple[int, ...]:
        return (0, *(self.then.hops if self.then is not None else ()))

    @property
    def missing_task_cure(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        return "" if self.then is None else self.then.missing_task_cure

    @property
    def spared_by(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        return "" if self.then is None else self.then.spared_by

    def milder(self) -> list[tuple[str, Request]]:
        milder = [] if self.then is None else self.then.milder()
        return [(words, replace(self, then=one)) for words, one in milder]

    def sparing(self, courses: Sequence[int], reached: Sequence[int]) -> Request | None:
        spared = None if self.then is None else self.then.sparing(courses, reached)
        return None if spared is None else replace(self, then=spared)

    @property
    def only_sections(self) -> tuple[int, ...] | None:
        return None if self.then is None else self.then.only_sections

    @property
    def keeps_blanks(self) -> bool:
        return self.then is not None and self.then.keeps_blanks

    @property
    def overwrites(self) -> bool:
        return self.then is not None and self.then.overwrites

    @property
    def permissions(self) -> tuple[str, ...]:
        return () if self.then is None else self.then.permissions

    def onward(self) -> Request | None:
        onward = None if self.then is None else self.then.onward()
        return None if onward is None else replace(self, then=onward)

    def mode_of(self, element: SetupElement) -> Mode | None:
        return None if self.then is None else self.then.mode_of(element)

    def reach(self, scope: Scope | None) -> list[tuple[int, str, bool]]:
        return [] if self.then is None else self.then.reach(scope)

    def arguments(self) -> dict[str, Any]:
        return {"edits": self.edits, "then": self.then}


FORM: form.Form = {
    "edits": (
        "the text of edits",
        lambda value: isinstance(value, str) and 0 < len(value.encode(errors="replace")) <= MOST_BYTES,
    ),
    "then": (
        "a request of a push or of links, or null",
        lambda value: value is None or (isinstance(value, dict) and value.get("kind") not in ("setup", "undo")),
    ),
}


def resolve_setup(
    session: Session, *, edits: Any, then: Any = None, unreached: list[str] | None = None
) -> SetupRequest:
    """A plan of setup; what the edits name is looked up when they are made, and `unreached` stays as it is.

    Args:
        edits: a scenario's text, edits, or a scenario's file.
        then: a request of a push or of links, made in a scenario of these edits.

    Raises:
        ScenarioError: there is no edit, or one that is never part of a plan.
        RequestError: `then` is no such request, or what is given cannot be read.
    """
    if then is not None and (not isinstance(then, Request) or then.undoes is not None or 0 in then.hops):
        raise RequestError(
            "What follows on setup is a push or a plan of links, planned in the scenario: "
            "then=w.plan_master_push(...)."
        )
    return SetupRequest(known_edits().text_of(edits), then)


def setup_choices(session: Session, request: SetupRequest) -> list[tuple[str, str]]:
    """What each choice is called and what was chosen: the edits in a line each."""
    words = known_edits().words_of(request.edits)
    return [(f"Edit {number}", one) for number, one in enumerate(words, 1)]
