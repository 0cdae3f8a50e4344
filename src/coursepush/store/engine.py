"""DuckDB at work: one connection, and the one place through which every statement goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from coursepush.errors import StoreError
from coursepush.progress import COMMIT, tell
from coursepush.store.faults import cause_of, explained, interrupt_in
from coursepush.store.frames import check_fits_a_frame
from coursepush.store.migrations.bring_up import COMMIT_LAYOUT
from coursepush.store.temporary import PrivateFolder

if TYPE_CHECKING:
    from coursepush.store.session import Session

Statement = tuple[str, str]
"""A step's name and its SQL."""

Rows = list[tuple[Any, ...]]
"""The whole result of a statement."""

_NEVER_BROKEN_OFF = (COMMIT, COMMIT_LAYOUT, "use", "detach")


@dataclass(frozen=True, slots=True)
class Measured:
    """One statement: how many rows it made or changed, the seconds it took, and the bytes DuckDB held after it."""

    step: str
    rows: int | None
    seconds: float
    memory: int


class Engine:
    """A connection that its kind of store opens, and the statements on it.

    Attributes:
        path: the file its errors name.
        memory: bytes that its work may take before it spills into a private folder in `spill`.
    """

    def __init__(self, path: Path | None, *, memory: int, spill: Path | None = None) -> None:
        self.path = path
        self.memory = memory
        self.on_statement: Callable[[str, str], None] | None = None
        self._measured: list[Measured] | None = None
        self._spill = PrivateFolder(spill)
        self._failed: str | None = None
        self._running_mutex = threading.Lock()
        self._interruptible_in: int | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        try:
            self._connection = self._connect()
        except RuntimeError as error:
            raise interrupt_in(error) or error from None

    def _connect(self) -> duckdb.DuckDBPyConnection:
        raise NotImplementedError

    @property
    def is_closed(self) -> bool:
        return self._connection is None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise StoreError("This district is closed. Open it again with coursepush.open_district(...).")
        return self._connection

    def execute(
        self,
        name: str,
        sql: str,
        values: Mapping[str, Any] | list[Any] | None = None,
        cursor: duckdb.DuckDBPyConnection | None = None,
    ) -> Rows:
        """Run one statement to its end and give its rows; `values` are bound.

        Every statement of the package goes through here. A result that is not read to its end would keep DuckDB 2
        from running the next statement, so there is no way to get one.
        """
        self._tell(name, sql)
        return self._ask(name, sql, values, cursor)

    def _tell(self, name: str, sql: str) -> None:
        tell(name)
        if self.on_statement is not None:
            self.on_statement(name, sql)

    def _ask(
        self,
        name: str,
        sql: str,
        values: Mapping[str, Any] | list[Any] | None = None,
        cursor: duckdb.DuckDBPyConnection | None = None,
    ) -> Rows:
        connection = cursor or self.connection
        try:
            with self._interruptible(name):
                return (connection.execute(sql, values) if values else connection.execute(sql)).fetchall()
        except RuntimeError as error:
            self._failed = self._failed or name
            raise interrupt_in(error) or error from None
        except (duckdb.Error, MemoryError) as error:
            self._failed = self._failed or name
            raise explained(error, name, self.path, sql, self.memory) from cause_of(error, f"{sql} {self.path}")

    def fetch(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> pl.DataFrame:
        """Run one query and fetch its whole result at once (a relation would run again at each reading)."""
        self._tell(name, sql)
        try:
            with self._interruptible(name):
                relation = self.connection.sql(sql, params=values) if values else self.connection.sql(sql)
                check_fits_a_frame(relation, name)
                return pl.DataFrame(relation)
        except RuntimeError as error:
            self._failed = self._failed or name
            raise interrupt_in(error) or error from None
        except (duckdb.Error, pl.exceptions.PolarsError, MemoryError) as error:
            self._failed = self._failed or name
            raise explained(error, name, self.path, sql, self.memory) from cause_of(error, f"{sql} {self.path}")

    def tidy(self, sql: str) -> None:
        """Run a statement that clears up, of which nobody is told: where it fails there was nothing to clear.

        A Ctrl-C that falls into it is raised when it is done.
        """
        try:
            with suppress(duckdb.Error):
                self.connection.execute(sql).fetchall()
        except RuntimeError as error:
            stopped = interrupt_in(error)
            if stopped is None:
                raise
            with suppress(duckdb.Error):
                self.connection.execute(sql).fetchall()
            raise stopped from None

    def interrupt(self, thread: int) -> None:
        """Break off the statement that runs in `thread` (its ident), with :class:`StoppedError` there.

        A commit is never broken off, nor letting go of the file, and where that thread runs no statement nothing
        happens: whoever wants work to stop raises :class:`StoppedError` from a listener
        (:mod:`coursepush.progress`) as well.
        """
        with self._running_mutex:
            if self._interruptible_in == thread:
                self.connection.interrupt()

    @contextmanager
    def fresh_session(self) -> Generator[Session]:
        """A session on a cursor of its own: it sees what is committed, and knows no search path."""
        from coursepush.store.session import Session

        cursor = self.connection.cursor()
        try:
            yield Session(self, cursor)
        finally:
            cursor.close()

    @contextmanager
    def _interruptible(self, name: str) -> Generator[None]:
        with self._running_mutex:
            self._interruptible_in = None if name in _NEVER_BROKEN_OFF else threading.get_ident()
        try:
            yield
        finally:
            with self._running_mutex:
                self._interruptible_in = None

    @contextmanager
    def measuring(self) -> Generator[list[Measured]]:
        """Inside the block, each statement that makes or changes something is measured; the list grows."""
        self._measured = []
        try:
            yield self._measured
        finally:
            self._measured = None

    def run(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> int | None:
        """Run one statement for its effect, measured if anybody asked for it.

        Gives how many rows it made or changed; None of a statement that says nothing of rows.
        """
        begun = time.perf_counter()
        made = self.execute(name, sql, values)
        rows = made[0][0] if made and isinstance(made[0][0], int) else None
        if self._measured is not None:
            seconds = time.perf_counter() - begun
            [(held,)] = self.connection.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchall()
            self._measured.append(Measured(name, rows, seconds, int(held or 0)))
        return rows
