"""What a migration is: the steps from one layout to the next, and what stands in for it until it has run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Earlier = Callable[[str], str]
"""Given ``push.history``: what to write after ``from`` for that table as the layout before had it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a migration.

    `where_there_is` names a table (``push.history``) without which there is nothing to do.
    """

    name: str
    sql: str
    where_there_is: str | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """The query that gives `table` (``push.migration``) as the layout made by the migration has it.

    `query` writes it over the tables of the layout before. Where the file has no table `where_there_is`, nothing
    stands in.

    >>> StandIn("push.history", lambda earlier: f"select *, null::varchar as note from {earlier('push.history')}")
    ... # doctest: +ELLIPSIS
    StandIn(table='push.history', ...)
    """

    table: str
    query: Callable[[Earlier], str]
    where_there_is: str | None = None


@dataclass(frozen=True, slots=True)
class Migration:
    """From layout `to` - 1 to layout `to`.

    Attributes:
        steps: run in their order, in one transaction.
        stand_ins: each table that is new, and each that has new columns, for readers of an earlier file.
        changes_rows: tables (``push.history``) that have another number of rows afterwards, or are gone.
    """

    to: int
    steps: tuple[Step, ...]
    stand_ins: tuple[StandIn, ...] = ()
    changes_rows: frozenset[str] = frozenset()
