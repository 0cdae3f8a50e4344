"""Undo: what is asked, by the number of a push."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coursepush.errors import RequestError
from coursepush.plan.request import Request
from coursepush.plan.requests import form
from coursepush.store.database import Session
from coursepush.store.layout import has_history


@dataclass(frozen=True, slots=True)
class UndoRequest(Request):
    """Take back push `push_id`; `partial`: also where not all of it can be taken back."""

    push_id: int
    partial: bool
    kind: str = "undo"

    @property
    def title(self) -> str:
        return f"Undo of push {self.push_id}"

    @property
    def undoes(self) -> int:
        return self.push_id

    def arguments(self) -> dict[str, Any]:
        return {"push_id": self.push_id, "partial": self.partial}


FORM: form.Form = {"push_id": form.PUSH, "partial": form.FLAG}


def resolve_undo(
    session: Session, *, push_id: int, partial: bool = False, unreached: list[str] | None = None
) -> UndoRequest:
    """An undo of a push that there is; `unreached` stays as it is.

    Raises:
        RequestError: there is no such push.
    """
    pushes: list[int] = []
    if has_history(session):
        pushes = [int(row[0]) for row in session.rows("pushes", "select push_id from push.history order by 1")]
    if push_id not in pushes:
        raise RequestError.unknown("push", push_id, pushes)
    return UndoRequest(int(push_id), bool(partial))


def undo_choices(session: Session, request: UndoRequest) -> list[tuple[str, str]]:
    """What each choice is called and what was chosen."""
    words = [("Push", request.title)]
    if request.partial:
        words.append(("What cannot go back", "left as it is; the rest goes back"))
    return words
