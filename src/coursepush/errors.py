"""What can go wrong, in words that say what, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class CoursepushError(Exception):
    """Base of every error that coursepush raises on purpose."""


class RequestError(CoursepushError, ValueError):
    """A request that names something unknown or asks for what cannot be had."""

    @classmethod
    def unknown(cls, what: str, given: object, valid: Iterable[object], where: str = "") -> RequestError:
        """There is no `what` called `given`; lists the valid choices (the first 20 of many)."""
        choices = [str(choice) for choice in valid]
        shown = ", ".join(choices[:20]) or "none"
        more = f", and {len(choices) - 20:,} more" if len(choices) > 20 else ""
        close = get_close_matches(str(given), choices, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
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
    """Another process has the district's file open; names it."""


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


class ApplyError(CoursepushError):
    """Writing was stopped; everything was rolled back."""


class QueryError(CoursepushError):
    """A query that `district.sql` does not run."""


def examples(items: Sequence[object], limit: int = 5) -> str:
    """The first `limit` items as text, and how many more there are."""
    shown = ", ".join(str(item) for item in items[:limit])
    return shown if len(items) <= limit else f"{shown} and {len(items) - limit:,} more"


def counted(number: int, noun: str) -> str:
    """ "1 row", "2,031 rows"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
