"""What a piece of work may do while the district is attached: run named statements, move frames."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import duckdb
import polars as pl

from coursepush.store.engine import Engine, Rows, Statement
from coursepush.store.frames import ArrowStream
from coursepush.store.proof import Proof


class Session:
    """Named statements on the district that is attached."""

    def __init__(self, engine: Engine, cursor: duckdb.DuckDBPyConnection | None = None) -> None:
        self._engine = engine
        self._cursor = cursor

    @property
    def engine(self) -> Engine:
        """What runs its statements."""
        return self._engine

    def run(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> int | None:
        """Run one statement for its effect; gives how many rows it made or changed, where it says so."""
        return self._engine.run(name, sql, values)

    def run_all(self, statements: list[Statement]) -> None:
        for name, sql in statements:
            self._engine.run(name, sql)

    def frame(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> pl.DataFrame:
        """The whole result as a polars frame."""
        return self._engine.fetch(name, sql, values)

    def rows(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> Rows:
        """The whole result as Python tuples, for small results."""
        return self._engine.execute(name, sql, values, self._cursor)

    def value(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        rows = self._engine.execute(name, sql, values, self._cursor)
        return rows[0][0] if rows else None

    def take_in(self, name: str, frame: pl.DataFrame) -> None:
        """Make `frame` a temporary table called `name`."""
        with self.lent("incoming_frame", frame):
            self.run(f"take in {name}", f"create or replace temp table {name} as from incoming_frame")

    @contextmanager
    def lent(self, name: str, frame: pl.DataFrame) -> Generator[None]:
        """Let statements read `frame` under `name`, without a copy, until the block ends."""
        stream = ArrowStream(frame)
        self._engine.connection.register(name, stream)
        try:
            yield
        finally:
            with suppress(duckdb.Error):  # DuckDB 2 refuses it in a transaction that failed, whose end drops it
                self._engine.connection.unregister(name)
            stream.release()


class WritingSession(Session):
    """A session whose work is written when its block ends.

    Attributes:
        proof: to be set by the work: how to find out whether it was saved.
        untidy: after the block: what could not be done once the work was written, in sentences. Empty: nothing.
        is_settled: whether the commit was begun, after which nothing is broken off; failure: what it ended in.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.proof = Proof()
        self.untidy: list[str] = []
        self.is_settled = False
        self.failure: BaseException | None = None
