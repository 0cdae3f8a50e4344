"""What can go wrong, in words that say what, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class CoursepushError(Exception):
    """Base of every error that coursepush raises on purpose.

    Attributes:
        written: of a call that writes to a district: False where nothing was written, True where its work is
            written and something failed after that, None where that could not be found out. The message says
            which. None, too, of a call that does not write.
    """

    written: bool | None = None
    _side = ""

    @property
    def side(self) -> str:
        """On which side of the commit it is, as a sentence; empty where that is not said."""
        return self._side

    def __str__(self) -> str:
        text = super().__str__()
        return text if not self._side or self._side in text else f"{text} {self._side}"


def on_which_side(error: BaseException, written: bool | None, sentence: str) -> None:
    """Let `error` say on which side of the commit it is, unless it says so already.

    An error of coursepush says it in its message, any other (Ctrl-C, a failure of a library) in a note under it.
    """
    if getattr(error, "has_side", False):
        return
    vars(error).update(has_side=True, written=written)
    if isinstance(error, CoursepushError):
        error._side = sentence  # pyright: ignore[reportPrivateUsage]
    else:
        error.add_note(sentence)


class LeftUntidyWarning(UserWarning):
    """What was asked for is written; something that comes after could not be done."""


class RequestError(CoursepushError, ValueError):
    """A request that names something unknown or asks for what cannot be had."""

    @classmethod
    def unknown(cls, what: str, given: object, valid: Iterable[object], where: str = "") -> RequestError:
        """There is no `what` called `given`; lists the valid choices (the first 20 of many)."""
        choices = [str(choice) for choice in valid]
        shown = ", ".join(choices[:20]) or "none"
        more = f", and {len(choices) - 20:,} more" if len(choices) > 20 else ""
        close = nearest(str(given), choices)
        hint = f" Did you mean {close!r}?" if close is not None else ""
        place = f" {where}" if where else ""
        return cls(f"There is no {what} {given!r}{place}.{hint} Valid choices: {shown}{more}.")


class MissingPackageError(CoursepushError, ImportError):
    """Something that needs a package which is not installed here; names it."""


class LoadError(CoursepushError):
    """A source that was refused whole, with all findings.

    `findings` is a polars frame: severity, rule, table, file, line, column, value, message; one row each.
    """

    def __init__(self, message: str, findings: pl.DataFrame | None = None) -> None:
        super().__init__(message)
        self.findings = findings


class RemovalError(LoadError):
    """A refresh that would take away much of the district, and was not asked to.

    `removals` is a polars frame: level (course, section, master_setup, course_setup, section_setup), school
    (null: the district), held, gone; one row a school and level that would lose some.
    """

    def __init__(self, message: str, findings: pl.DataFrame, removals: pl.DataFrame) -> None:
        super().__init__(message, findings)
        self.removals = removals


class WriteError(CoursepushError, OSError):
    """A file or folder that could not be written; what was there before is as it was."""


class StoreError(CoursepushError):
    """The district's file cannot be opened, read or written."""


class DistrictBusyError(StoreError):
    """The district's file was in use for as long as was waited for it; says by whom.

    Attributes:
        pid, program, user: the process that has it, as far as the system tells; None for work of this program.
        who: the same as a part of a sentence.
    """

    pid: int | None = None
    program: str = ""
    user: str = ""
    who: str = ""


class QueueError(StoreError):
    """The batch queue beside a district's file cannot be opened, read or written; says what to do."""


class OutcomeUnknownError(StoreError):
    """It could not be found out whether the work was written; says how to look."""


class StoppedError(StoreError):
    """Work that was stopped by whoever asked for it, before anything was written."""


class PlanError(CoursepushError):
    """A plan that cannot be made or used."""


class StalePlanError(PlanError):
    """The same request, planned on the data as they are now, gives another list of verdicts.

    `moved` is a polars frame: change (`was` or `now`) and the columns of ``plan.rows()``, old and new
    verdicts side by side.
    """

    def __init__(self, message: str, moved: pl.DataFrame) -> None:
        super().__init__(message)
        self.moved = moved


class UsedPlanError(PlanError):
    """A plan that was applied before; a plan is applied once."""


class ForeignPlanError(PlanError):
    """A plan that was made for another district or under other rules."""


class UnknownUseError(PlanError):
    """The plan removes or replaces setup although it is not known whether students' work uses it."""


class PermissionNeededError(PlanError):
    """A plan from a file asks for what only a person who applies it can permit; `permissions` names it."""

    def __init__(self, message: str, permissions: tuple[str, ...]) -> None:
        super().__init__(message)
        self.permissions = permissions


class ApprovalError(PlanError):
    """A file that is no approval, or approves another plan."""


class ApprovalNeededError(PlanError):
    """The district's policy asks for approvals that the plan does not have, or a guard does not let it through.

    Attributes:
        needed: how many approvals it needs.
        approved_by: the names of those that count so far.
        missing: what is missing, a sentence each.
        guards: the guards that block it.
    """

    def __init__(
        self,
        message: str,
        *,
        needed: int,
        approved_by: tuple[str, ...],
        missing: tuple[str, ...],
        guards: tuple[str, ...],
    ) -> None:
        super().__init__(message)
        self.needed = needed
        self.approved_by = approved_by
        self.missing = missing
        self.guards = guards


class ScenarioError(CoursepushError):
    """What a scenario does not do, or an edit that it refuses; the scenario is as it was."""


class ScenarioMovedError(ScenarioError):
    """The district was written to since the scenario was made from it; ``rebase()`` makes its edits again."""


class ApplyError(CoursepushError):
    """Writing was stopped; everything was rolled back."""


class QueryError(CoursepushError):
    """A query that `district.sql` does not run."""


def nearest(given: str, choices: Sequence[str]) -> str | None:
    """The choice that `given` most likely stands for: one that has it as a part before one that looks like it.

    Leading zeros do not count, for nobody types them: 2052 is 02052-1 rather than 2055-1.
    """
    bare = given.strip().lstrip("0").casefold()
    parts = [one for one in choices if bare and bare in one.casefold()]
    if parts:
        return min(parts, key=lambda one: (not one.lstrip("0").casefold().startswith(bare), len(one), one))
    return next(iter(get_close_matches(given, choices, n=1)), None)


def examples(items: Sequence[object], limit: int = 5) -> str:
    """The first `limit` items as text, and how many more there are."""
    shown = ", ".join(str(item) for item in items[:limit])
    return shown if len(items) <= limit else f"{shown} and {len(items) - limit:,} more"


def counted(number: int, noun: str) -> str:
    """ "1 row", "2,031 rows"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def cleaned(text: str) -> str:
    """Text on one line with nothing in it that a terminal would obey: names come from other people's files."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
