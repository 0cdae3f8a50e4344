"""A large table that comes in the order of its key goes straight to the district, and is checked there.

Staged first, its rows would be held twice and written twice. What is refused is rolled back like all of a load. A
table that turns out not to be in order goes on as any other: staged, then sorted.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from coursepush.load import checks
from coursepush.load.checks import staged
from coursepush.load.csv_text import SOURCE_LINE
from coursepush.load.source import Given
from coursepush.model.tables import Table
from coursepush.store import Session


class InPlace:
    """The place of one table that is being read, a block at a time.

    Attributes:
        is_used: whether its rows are in the district; they are staged otherwise.
    """

    def __init__(self, session: Session, given: Given) -> None:
        self._session = session
        self._table = given.table
        self._last: tuple[int, ...] | None = None
        keys = [given.table.column(name) for name in given.table.key]
        is_numbered = given.width is None  # the rows of a frame are counted from 1, those of a file are its lines
        self._may = is_numbered and all(
            one.kind in ("id", "int") and one.name in given.names and one.name not in given.texts for one in keys
        )
        self.is_used = False

    @property
    def name(self) -> str:
        return f"district.main.{self._table.name}"

    def look(self, block: pl.DataFrame, is_sure: Callable[[str], bool]) -> None:
        """See, before a block is taken, whether the table is in order with it.

        Args:
            is_sure: whether every value of a column passes its checks.
        """
        if not self._may:
            return
        key = self._table.key
        is_large = self.is_used or block.height >= checks.MANY_ROWS
        self._may = is_large and all(is_sure(name) for name in key) and self._rises(block)
        if self._may and not self.is_used:
            self._session.run(f"create {self._table.name} in its place", _without_constraints(self._table))
            self.is_used = True
        elif self.is_used and not self._may:
            self._give_up()
        self._last = block.select(key).row(-1)

    def _rises(self, block: pl.DataFrame) -> bool:
        """Whether each key is there and above the one before it."""
        keys = self._table.key
        if self._last is not None and not self._last < block.select(keys).row(0):
            return False
        rises = pl.lit(False)
        for name in reversed(keys):
            here, before = pl.col(name), pl.col(name).shift()
            rises = (here > before) | ((here == before) & rises)
        return bool(block.select(rises.slice(1).all()).item())

    def _give_up(self) -> None:
        """Stage what is in the district so far."""
        names = ", ".join(self._table.names)
        self._session.run(
            f"stage {self._table.name} after all",
            # one row a row of the source
            f"insert into {staged(self._table.name)} ({SOURCE_LINE}, {names}) "
            f"select row_number() over (), {names} from {self.name}",
        )
        self._session.run("drop what is not in order", f"drop table {self.name}")
        self.is_used = False

    def show(self) -> None:
        """Let the checks find the rows where they look for them."""
        self._session.run("drop what was not staged", f"drop table {staged(self._table.name)}")
        self._session.run(
            f"see {self._table.name} in its place",
            # one row a row of the source
            f"create temp view {staged(self._table.name)} as "
            f"select row_number() over () as {SOURCE_LINE}, * from {self.name}",
        )


def _without_constraints(table: Table) -> str:
    """What is missing is found by a check, and told with all the rest."""
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
    return f"create table district.main.{table.name} ({columns})"


def settle(session: Session, table: Table) -> None:
    """What was filled in place and has passed becomes as any table of a district."""
    for column in table.columns:
        if column.required:
            session.run(
                f"{table.name}.{column.name} is required",
                f"alter table district.main.{table.name} alter column {column.name} set not null",
            )
