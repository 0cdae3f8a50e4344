"""What an approval is, and whose counts."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coursepush.errors import RequestError

MOST_IN_COMMENTS = 2_000


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's yes to a plan, bound to the plan's digest.

    Attributes:
        approval_id: its number in the district; None of one that is in a file alone.
        key: tells it from every other, so that it is taken in once.
        digest, plan_id, title: of the plan.
        by: the name that was given. user: who the operating system said it was.
        comment: why, in their words.
        overrides: the guards that it lets the plan pass.
        at: when (UTC).
        from_file: whether it was made from the plan's file, and taken in.
    """

    approval_id: int | None
    key: str
    digest: str
    plan_id: str
    title: str
    by: str
    user: str
    comment: str
    overrides: tuple[str, ...]
    at: dt.datetime
    from_file: bool = False

    def __repr__(self) -> str:
        number = "" if self.approval_id is None else f" {self.approval_id}"
        over = f", overriding {', '.join(self.overrides)}" if self.overrides else ""
        return (
            f"<Approval{number} by {self.by} (user {self.user}) of {self.title}, digest {self.digest[:12]}{over}>"
        )


def called(name: str) -> str:
    """A name as names are compared: without case and blanks, however its signs are composed."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def people(approvals: Sequence[Approval], makers: Collection[str]) -> list[list[Approval]]:
    """The approvals that count, one list a person, in the order in which they came.

    None counts of whoever made the plan: of a user or name among `makers`. Approvals that share a user or a name
    are one person's, and so are those that only others tie together.
    """
    made = {called(one) for one in makers if called(one)}
    found: list[tuple[set[str], list[Approval]]] = []
    for approval in approvals:
        names = {called(approval.by), called(approval.user)}
        if names & made:
            continue
        same = [one for one in found if one[0] & names]
        together = (names.union(*(one[0] for one in same)), [*(a for one in same for a in one[1]), approval])
        found = [together if one is same[0] else one for one in found if one not in same[1:]] if same else found
        if not same:
            found.append(together)
    return [approvals_of_one for _, approvals_of_one in found]


def comment_given(comment: object) -> str:
    """A comment as given.

    Raises:
        RequestError: it is no text, or too long.
    """
    if isinstance(comment, str) and len(comment) <= MOST_IN_COMMENTS and _is_text(comment):
        return comment.strip()
    raise RequestError(f"A comment is text of at most {MOST_IN_COMMENTS:,} characters, not {comment!r:.60}.")


def _is_text(text: str) -> bool:
    return all(one.isprintable() or one in "\n\t" for one in text)
