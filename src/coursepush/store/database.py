"""A district's database: opened for the length of one piece of work, read-only unless that work writes.

The district's tables live in a database attached under the name ``district``: a file, or memory. A file is
attached READ_ONLY to a private in-memory instance while something reads it, attached for writing only by
:meth:`Store.writing`, and let go in between, so an idle notebook stands in nobody's way. The instance can
reach no other file: DuckDB's access to the outside is switched off but for the district's file itself, and
files of a source that a reader names.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from coursepush.errors import StoreError
from coursepush.progress import COMMIT, tell, unheard
from coursepush.store.faults import cause_of, explained, not_whole
from coursepush.store.frames import ArrowStream, check_fits_a_frame
from coursepush.store.memory import most_memory
from coursepush.store.migrations import (
    COMMIT_LAYOUT,
    bring_up,
    check_layout,
    layout_of,
    migrations_after,
    stand_in,
)
from coursepush.store.stamp import Stamp, stamp_of

Statement = tuple[str, str]
"""A step's name and its SQL."""

Rows = list[tuple[Any, ...]]
"""The whole result of a statement."""

_NEVER_BROKEN_OFF = (COMMIT, COMMIT_LAYOUT, "use", "detach")

NEW_FILES = "v1.0.0"
"""The format of new files, which every DuckDB in range reads and keeps when it writes: analysts with different
versions share a file. Left to itself DuckDB 2 makes files that DuckDB 1 cannot open."""

_SIZE_OF_FILE = """
-- one row: the bytes a file has at least, by its own word: three headers, and the blocks that are in use
select 3 * 4096 + block_size * used_blocks as bytes
from pragma_database_size()
where database_name = 'district'
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One statement: how many rows it made or changed, the seconds it took, and the bytes DuckDB held after it."""

    step: str
    rows: int | None
    seconds: float
    memory: int


class Store:
    """One district's database. `path` None keeps it in memory.

    `threads` limits DuckDB's threads; by default it takes all there are. `on_statement(name, sql)` is called
    before each statement, for logs and for counting. With `log_queries`, DuckDB keeps its own log of every
    query it runs, in ``duckdb_logs``. `readable`: files besides its own that its statements may open.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        threads: int | None = None,
        log_queries: bool = False,
        readable: Iterable[str | os.PathLike[str]] = (),
    ) -> None:
        self.path = None if path is None else _district_path(path)
        self._readable = [os.fspath(each) for each in readable]
        self._threads = threads
        self._log_queries = log_queries
        self.on_statement: Callable[[str, str], None] | None = None
        self._measured: list[Measured] | None = None
        self._spill = tempfile.mkdtemp(prefix="coursepush-")
        self._empty_spill = weakref.finalize(self, shutil.rmtree, self._spill, ignore_errors=True)
        self._attached = False
        self._layout: int | None = None
        self._stood_in = False
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._connection = self._connect()
        self._depth = 0
        self._failed: str | None = None
        self._whole: tuple[int, ...] | None = None
        self._writes = 0
        self._forgotten: list[str] = []
        self._one_at_a_time = threading.RLock()
        self._running_mutex = threading.Lock()
        self._interruptible_in: int | None = None

    # -- opening and closing -------------------------------------------------------------------------

    def _connect(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        for setting in (
            f"set temp_directory = {_quoted(self._spill)}",
            f"set memory_limit = '{_memory_limit(connection)}B'",
            "set preserve_insertion_order = true",  # without it a query with bound values may lose its ORDER BY
            "set enable_progress_bar = false",
            "set python_enable_replacements = false",
            "set autoinstall_known_extensions = false",
            "set autoload_known_extensions = false",
        ):
            connection.execute(setting)
        if self._threads is not None:
            connection.execute(f"set threads = {int(self._threads)}")
        if self.path is None:
            connection.execute("attach ':memory:' as district")
            connection.execute("use district.main")
        own = [] if self.path is None else [str(self.path) + suffix for suffix in _file_suffixes()]
        if own or self._readable:
            allowed = ", ".join(_quoted(each) for each in (*own, *self._readable))
            connection.execute(f"set allowed_paths = [{allowed}]")
        connection.execute("set enable_external_access = false")
        if self._log_queries:
            connection.execute("call enable_logging('QueryLog')")
        connection.execute("set lock_configuration = true")
        return connection

    def close(self) -> None:
        """Let go of everything, and empty the folder that long work may have spilled into.

        What another thread does with the district is waited for.
        """
        with self._one_at_a_time:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._empty_spill()

    @property
    def is_closed(self) -> bool:
        return self._connection is None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise StoreError("This district is closed. Open it again with coursepush.open_district(...).")
        return self._connection

    def forget(self, tables: list[str]) -> None:
        """Drop temporary tables that nothing needs any more, when the next piece of work begins."""
        self._forgotten.extend(tables)

    # -- the one execute -----------------------------------------------------------------------------

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
        connection = cursor or self.connection
        try:
            with self._interruptible(name):
                return (connection.execute(sql, values) if values else connection.execute(sql)).fetchall()
        except (duckdb.Error, MemoryError) as error:
            self._failed = self._failed or name
            raise explained(error, name, self.path, sql) from cause_of(error, f"{sql} {self.path}")

    def _tell(self, name: str, sql: str) -> None:
        tell(name)
        if self.on_statement is not None:
            self.on_statement(name, sql)

    def fetch(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> pl.DataFrame:
        """Run one query and fetch its whole result at once (a relation would run again at each reading)."""
        self._tell(name, sql)
        try:
            with self._interruptible(name):
                relation = self.connection.sql(sql, params=values) if values else self.connection.sql(sql)
                check_fits_a_frame(relation, name)
                return pl.DataFrame(relation)
        except (duckdb.Error, pl.exceptions.PolarsError, MemoryError) as error:
            self._failed = self._failed or name
            raise explained(error, name, self.path, sql) from cause_of(error, f"{sql} {self.path}")

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

    def run(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> None:
        """Run one statement for its effect, measured if anybody asked for it."""
        if self._measured is None:
            self.execute(name, sql, values)
            return
        begun = time.perf_counter()
        made = self.execute(name, sql, values)
        seconds = time.perf_counter() - begun
        [(held,)] = self.connection.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchall()
        rows = made[0][0] if made and isinstance(made[0][0], int) else None
        self._measured.append(Measured(name, rows, seconds, int(held or 0)))

    # -- reading and writing -------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session that cannot write to the district; may be nested. Another thread's work is waited for."""
        with self._one_at_a_time:
            if self._depth:
                yield Session(self)
                return
            self._drop_forgotten()
            self._attach(read_only=True)
            self._depth += 1
            try:
                if self.path is None:
                    self.execute("begin", "begin transaction read only")
                yield Session(self)
            finally:
                self._depth -= 1
                self._end(commit=self.path is None)

    @contextmanager
    def writing(
        self, create: bool = False, read_back: Callable[[Session], None] | None = None
    ) -> Generator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        `read_back` is called after the commit, while the file is still held, with a session on a fresh cursor:
        a commit that follows a failed statement saves nothing and says nothing. It names tables in full.

        Raises:
            DistrictBusyError: another process has the file open; the message names it.
        """
        with self._one_at_a_time:
            if self._depth:
                raise StoreError("A write was asked for in the middle of a read. This is a mistake in coursepush.")
            self._attach(read_only=False, create=create)
            self._depth += 1
            done = False
            try:
                if self._layout is not None:
                    bring_up(Session(self), self._layout, self._on_a_fresh_cursor, self.path)
                self.execute("begin", "begin transaction")
                self._failed = None
                yield Session(self)
                self._check_nothing_failed()
                self.execute(COMMIT, "commit")
                done = True
                if read_back is not None:
                    read_back(self._on_a_fresh_cursor())
            finally:
                self._depth -= 1
                self._writes += 1
                self._end(commit=done)

    def stamp(self) -> Stamp | None:
        """What tells whether the district is the one of another moment; asked while it is held.

        Of a file :func:`stamp_of` says what it can. A district in memory has no other writer than this store. One
        of an earlier layout has none: it is read as if it were of today's.
        """
        if self._stood_in:
            return None
        return (self._writes,) if self.path is None else stamp_of(self.path)

    def _check_nothing_failed(self) -> None:
        """A transaction in which a statement failed is lost whatever became of the error; COMMIT says nothing."""
        if self._failed is not None:
            raise StoreError(
                f"The step {self._failed!r} failed and was passed over. Nothing was written; please report this."
            )

    def _on_a_fresh_cursor(self) -> Session:
        return Session(self, self.connection.cursor())

    def _drop_forgotten(self) -> None:
        while self._forgotten:
            table = self._forgotten[0]
            self.execute("forget", f"drop table if exists temp.main.{table}")
            self._forgotten.remove(table)  # not by its place: another thread may add some meanwhile

    def _attach(self, *, read_only: bool, create: bool = False) -> None:
        if self.path is None:
            return
        if not create and not self.path.exists():
            raise StoreError(
                f"There is no district file {self.path}. Load one with coursepush.load_district(source, "
                f"into={str(self.path)!r}) or simulate one with coursepush.simulate_district('small', into=...)."
            )
        if self._attached:  # something stopped the work before in the middle of letting go
            self._let_go()
        mode = " (read_only)" if read_only else "" if self.path.exists() else f" (storage_version '{NEW_FILES}')"
        self.execute("attach", f"attach {_quoted(str(self.path))} as district{mode}")
        self._attached = True
        try:
            self.execute("use", "use district.main")
            self._check_whole()
            self._layout = None if create else self._read_layout(read_only)
        except BaseException:
            self._let_go()
            raise

    def _check_whole(self) -> None:
        """Refuse a file that was cut: DuckDB opens it all the same, and fails only where it reads what is missing.

        The file's size is asked for; it is never opened beside DuckDB, since closing it would drop DuckDB's locks.
        It is looked at once in each of its states.
        """
        assert self.path is not None
        file = self.path.stat()
        state = (file.st_ino, file.st_size, file.st_mtime_ns)
        if state == self._whole:
            return
        size = self.execute("size of the file", _SIZE_OF_FILE)[0][0]
        if size is not None and file.st_size < size:
            raise not_whole(self.path, f"It has {file.st_size:,} bytes of at least {size:,}.")
        self._whole = state

    def _read_layout(self, read_only: bool) -> int | None:
        """The file's layout, None if it holds no district; readers see an earlier one as if it were the newest."""
        session = Session(self)
        layout = layout_of(session)
        if layout is None:
            return None
        check_layout(layout, self.path)
        if read_only and migrations_after(layout):
            self._stood_in = True
            self.execute("attach", "attach ':memory:' as stand_in")
            stand_in(session, layout)
        return layout

    def _end(self, *, commit: bool) -> None:
        """Leave the transaction, if one is open, and let go of the file."""
        if self._connection is None:
            return
        if not commit or self.path is None:
            with suppress(duckdb.Error):  # none is open: its own commit, or the statement that failed, ended it
                self._connection.execute("commit" if commit else "rollback")
        if self.path is not None:
            self._let_go()

    def _let_go(self) -> None:
        """Without telling listeners, so that none can stop it half-way: the file would stay held."""
        with unheard():
            self.execute("use", "use memory.main")
            if self._stood_in:
                self.execute("detach", "detach database if exists stand_in")
                self._stood_in = False
            self.execute("detach", "detach district")
        self._attached = False


class Session:
    """What a piece of work may do while the district is attached: run named statements, move frames."""

    def __init__(self, store: Store, cursor: duckdb.DuckDBPyConnection | None = None) -> None:
        self._store = store
        self._cursor = cursor

    def run(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> None:
        """Run one statement for its effect."""
        self._store.run(name, sql, values)

    def run_all(self, statements: list[Statement]) -> None:
        for name, sql in statements:
            self._store.run(name, sql)

    def frame(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> pl.DataFrame:
        """The whole result as a polars frame."""
        return self._store.fetch(name, sql, values)

    def rows(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> Rows:
        """The whole result as Python tuples, for small results."""
        return self._store.execute(name, sql, values, self._cursor)

    def value(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        rows = self._store.execute(name, sql, values, self._cursor)
        return rows[0][0] if rows else None

    def take_in(self, name: str, frame: pl.DataFrame) -> None:
        """Make `frame` a temporary table called `name`."""
        with self.lent("incoming_frame", frame):
            self.run(f"take in {name}", f"create or replace temp table {name} as from incoming_frame")

    @contextmanager
    def lent(self, name: str, frame: pl.DataFrame) -> Generator[None]:
        """Let statements read `frame` under `name`, without a copy, until the block ends."""
        stream = ArrowStream(frame)
        self._store.connection.register(name, stream)
        try:
            yield
        finally:
            with suppress(duckdb.Error):  # DuckDB 2 refuses it in a transaction that failed, whose end drops it
                self._store.connection.unregister(name)
            stream.release()


_UNITS = {"bytes": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4}


def _memory_limit(connection: duckdb.DuckDBPyConnection) -> int:
    """The smaller of :func:`most_memory` and what DuckDB would take on this machine (80 % of its memory)."""
    [(limit,)] = connection.execute("select current_setting('memory_limit')").fetchall()
    number, unit = str(limit).split()
    return min(most_memory(), int(float(number) * _UNITS[unit]))


def _district_path(path: str | os.PathLike[str]) -> Path:
    """The whole path of a district file.

    Raises:
        StoreError: DuckDB would look for the file elsewhere: what follows a question mark is no path to it.
    """
    place = Path(path).expanduser().resolve()
    if "?" in str(place):
        raise StoreError(
            f"The path {place} has a question mark ('?') in it, and DuckDB cannot keep a district file there. "
            "Name a file and folders without one. A folder to load from may have it."
        )
    return place


def _file_suffixes() -> tuple[str, ...]:
    """The district's file itself and the files DuckDB keeps beside it while it writes."""
    return ("", ".wal", ".wal.checkpoint", ".wal.recovery")


def _quoted(text: str) -> str:
    """A SQL string literal, for the statements that take no bound values (ATTACH, SET)."""
    return "'" + text.replace("'", "''") + "'"
