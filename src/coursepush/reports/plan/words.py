"""How a plan is spoken of: before and after it was applied, and each kind of plan in words that fit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from coursepush.apply.apply import Receipt
from coursepush.errors import counted
from coursepush.model.verdicts import REASON_SENTENCES, Reason
from coursepush.plan.fates import Fate
from coursepush.plan.reading import ReadablePlan
from coursepush.plan.requests.registry import KINDS, fate_labels, fate_words, verdict_labels
from coursepush.reports.plan.data import Totals

_LINK_SENTENCES: dict[str | None, tuple[str, str]] = {
    Reason.MASTER_INACTIVE: (
        "The course master is inactive, so nothing on this course is linked.",
        "Make the course master active, or link the course to another one.",
    ),
    Reason.COURSE_MANAGED: (
        "Nothing above has the same name or key, so it stays the school's own.",
        "If it comes from the course master all the same, give both the same name first.",
    ),
    Reason.TEACHER_MANAGED: (
        "Nothing above has the same name or key, so it stays the teacher's own.",
        "If it comes from the course all the same, give both the same name first.",
    ),
    Reason.DESYNCED: (
        "Its link was broken on the course, and a plan of links leaves that alone.",
        "Relink it with an overwrite push of this course, after checking what the school changed.",
    ),
    None: (
        "It came from a row above that is no longer there.",
        "Push the course: the plan of that push says whether it can go or is in use.",
    ),
}


_MEANS: dict[str, str] = {
    Fate.DISAPPEARS: " No assignment and no grade uses them, as far as is known.",
    Fate.OTHER_VALUES: " They keep their assignments and grades, and get the values from above.",
    Fate.LINKED_AGAIN: " Their values stay to the letter; from now on they follow the level above.",
    Fate.STAYS: " They are left alone.",
}
"""What a fate means to whoever works with the rows, in a push."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words for one plan: here those for a push, below what is said otherwise of the other kinds.

    `kind`: of its request; `receipt`: of applying it, None for a preview.
    """

    kind: str
    receipt: Receipt | None

    says_what_it_keeps: ClassVar[bool] = False
    as_it_should: ClassVar[str] = "it should be"

    @staticmethod
    def of(plan: ReadablePlan, receipt: Receipt | None) -> Words:
        return _WORDS.get(plan.request.kind, Words)(plan.request.kind, receipt)

    @property
    def is_push(self) -> bool:
        """Whether values go down, as neither a plan of links nor an undo makes them."""
        return KINDS[self.kind].request.is_push

    @property
    def done(self) -> bool:
        return self.receipt is not None

    @property
    def what(self) -> str:
        """ "a push": what the page is the preview or the result of."""
        return KINDS[self.kind].called

    @property
    def noun(self) -> str:
        return KINDS[self.kind].noun if self.done else "preview"

    @property
    def labels(self) -> dict[str, str]:
        """What verdicts are called."""
        return verdict_labels(self.kind)

    @property
    def fates(self) -> dict[str, str]:
        """The headings of what becomes of rows."""
        return fate_labels(self.kind)

    def were(self, number: int) -> str:
        """The verb of what becomes of so many rows."""
        return ("was" if number == 1 else "were") if self.done else "would be"

    def sentences(self, reason: str | None) -> tuple[str, str]:
        """What a reason means in such a plan, and what to do about it."""
        return REASON_SENTENCES[reason] if reason else ("It could not be pushed.", "")

    def headline(self, totals: Totals, *, is_empty: bool) -> tuple[str, str]:
        """The answer: how much is written, to be emphasised, and where, and what could not be."""
        could_not = self.could_not(totals["could_not"]) if totals["could_not"] else ""
        if not totals["written"]:
            nothing = self._nothing()
            if could_not:
                return nothing, f": {could_not}."
            if is_empty:
                return nothing, ": there is no course in scope."
            return nothing, f": everything is already as {self.as_it_should}."
        places = [counted(totals["courses"], "course")] if totals["courses"] else []
        places += [counted(totals["sections"], "section")] if totals["sections"] else []
        at = f"{' and '.join(places)} at {counted(totals['schools'], 'school')}"
        where = f" {self._written(totals['written'])} on {at}"
        return counted(totals["written"], "row"), f"{where}; {could_not}." if could_not else f"{where}."

    def could_not(self, rows: int) -> str:
        """ "5 rows could not be pushed"."""
        return f"{counted(rows, 'row')} could not be pushed"

    @property
    def could_not_heading(self) -> str:
        return "What could not be pushed"

    def heading(self, fate: str) -> str:
        """Over the rows that have a fate: "What disappears"."""
        if fate == Fate.COULD_NOT:
            return self.could_not_heading
        one = fate_words(self.kind)[fate].one
        return f"What {one}"

    def told(self, fate: str, rows: int) -> str:
        """A sentence over the rows of a fate: how many, and what that means for work in it."""
        said = fate_words(self.kind)[fate]
        more = _MEANS.get(fate, "") if self.is_push else ""
        return f"{counted(rows, 'row')} {said.one if rows == 1 else said.many}.{more}"

    def renamed(self, number: int, named: str) -> str:
        """What becomes of so many categories whose name another takes."""
        return (
            f"{number:,} {named} {self.were(number)} renamed, because a category from above takes the name. "
            "Assignments and grades stay in the renamed one."
        )

    @property
    def warnings_heading(self) -> str:
        return "What the preview warned of" if self.done else "Read this first"

    def end(self) -> str:
        """By whom and when, or that nothing was written."""
        if self.receipt is None:
            return "This is a preview. Nothing was written to the district."
        receipt = self.receipt
        by = f", started by {receipt.applied_by}" if receipt.applied_by else ""
        return (
            f"Push {receipt.push_id} wrote {counted(receipt.rows, 'row')} on "
            f"{receipt.applied_at:%Y-%m-%d %H:%M} UTC{by}. It can be undone."
        )

    def _nothing(self) -> str:
        return "Nothing was written" if self.done else "Nothing would be written"

    def _written(self, number: int) -> str:
        return f"{self.were(number)} written"


class _LinkWords(Words):
    """Nothing is pushed, and what cannot be linked is skipped by the course."""

    __slots__ = ()

    says_what_it_keeps = True

    def sentences(self, reason: str | None) -> tuple[str, str]:
        return _LINK_SENTENCES[reason] if reason in _LINK_SENTENCES else super().sentences(reason)

    def could_not(self, rows: int) -> str:
        return f"{counted(rows, 'course')} could not be linked"

    @property
    def could_not_heading(self) -> str:
        return "What could not be linked"


class _UndoWords(Words):
    """An undo takes away only what its push brought, so that it loses nobody anything."""

    __slots__ = ()

    as_it_should = "it was before"

    def could_not(self, rows: int) -> str:
        return f"{counted(rows, 'row')} {'could not' if self.done else 'cannot'} go back"

    @property
    def could_not_heading(self) -> str:
        return "What could not go back" if self.done else "What cannot go back"

    def renamed(self, number: int, named: str) -> str:
        return f"{number:,} {named} that had to make way {self.were(number)} named as before."

    def _nothing(self) -> str:
        return "Nothing went back" if self.done else "Nothing would go back"

    def _written(self, number: int) -> str:
        return "went back" if self.done else "would go back"


_WORDS: dict[str, type[Words]] = {"links": _LinkWords, "undo": _UndoWords}
