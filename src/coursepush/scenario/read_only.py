"""The refusal to edit what is read-only where it stands."""

from __future__ import annotations

from html import escape

from coursepush.errors import ScenarioError
from coursepush.marks import Drawn


class ReadOnlyError(ScenarioError, Drawn):
    """An edit of what a lock forbids on courses, or of what is linked in a section (SCENARIO.md 4).

    It names setup, courses and sections and no student, so a notebook that displays it can be shared with it.
    """

    def _repr_html_(self) -> str:
        return f"<div>{escape(str(self))}</div>"
