"""A district's file in DuckDB's hands: attached for the length of one piece of work, and let go of."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb

from coursepush.errors import DistrictBusyError, StoreError
from coursepush.files import sweep_folder
from coursepush.progress import COMMIT, unheard
from coursepush.store.connection import NEW_FILES, connect, district_path, quoted, with_those_beside
from coursepush.store.engine import Engine
from coursepush.store.faults import interrupt_in, not_whole
from coursepush.store.limits import spill_given, threads_given
from coursepush.store.memory import most_memory
from coursepush.store.migrations import check_layout, layout_of, migrations_after, stand_in
from coursepush.store.session import Session
from coursepush.store.turns import (
    Patience,
    Turn,
    busy_error,
    give_way,
    seconds_to_wait,
    sweep_note,
    take_turn,
    this_thread_uses,
)

_SIZE_OF_FILE = """
-- one row: the bytes a file has at least, by its own word: three headers, and the blocks that are in use
select 3 * 4096 + block_size * used_blocks as bytes
from pragma_database_size()
where database_name = 'district'
"""


class HeldFile(Engine):
    """The file at `path`, or a district in memory (None), as DuckDB holds it. See :class:`Store` for the rest."""

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        threads: int | None = None,
        log_queries: bool = False,
        readable: Iterable[str | os.PathLike[str]] = (),
        wait: float | None = None,
        memory: str | int | None = None,
        spill: str | os.PathLike[str] | None = None,
    ) -> None:
        self._readable = [os.fspath(each) for each in readable]
        self._threads = threads_given(threads)
        self._log_queries = log_queries
        self.wait = seconds_to_wait(wait)
        self._attached = False
        self._layout: int | None = None
        self._stood_in = False
        self._whole: tuple[int, ...] | None = None
        self._turn = Turn(None)
        self.is_new = False
        place = None if path is None else district_path(path)
        super().__init__(place, memory=most_memory(memory), spill=spill_given(spill))
        if place is not None:
            sweep_folder(place.parent)
            sweep_note(place)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        own = [] if self.path is None else with_those_beside(self.path)
        return connect(
            self._spill.path,
            files=[*own, *self._readable],
            threads=self._threads,
            memory=self.memory,
            in_memory=self.path is None,
            log_queries=self._log_queries,
        )

    @property
    def is_stood_in(self) -> bool:
        """Whether the file is of an earlier layout, and views stand in for what it lacks: while it is held."""
        return self._stood_in

    # -- taking hold ---------------------------------------------------------------------------------

    def attach(self, *, read_only: bool, create: bool = False) -> None:
        """Take hold of the file; whoever has it meanwhile is waited for.

        Raises:
            DistrictBusyError: somebody had it all the time. StoreError: it cannot be opened.
        """
        if self.path is None:
            return
        if self._attached:  # something stopped the work before in the middle of letting go
            self.let_go_surely()
        is_there = self.path.exists()
        if not create and not is_there:
            raise StoreError(
                f"There is no district file {self.path}. Load one with coursepush.load_district(source, "
                f"into={str(self.path)!r}) or simulate one with coursepush.simulate_district('small', into=...)."
            )
        try:
            if is_there:
                self._attach_in_turn(self.path, read_only)
            else:
                self.is_new = True
                self._attach_once(self.path, f" (storage_version '{NEW_FILES}')")
            self.execute("use", "use district.main")
            if is_there:
                self._check_whole(self.path)
            self._layout = None if create else self._read_layout(read_only)
        except BaseException:
            self.let_go_surely()
            self.give_up_new()
            raise

    def _attach_in_turn(self, path: Path, read_only: bool) -> None:
        # a thread that has the file itself would wait for ever
        patience = Patience(0.0 if this_thread_uses(path) else self.wait)
        if read_only:
            give_way(path, patience)
        else:
            self._turn = take_turn(path, patience)
        while True:
            try:
                self._attach_once(path, " (read_only)" if read_only else "")
                return
            except DistrictBusyError as error:
                busy = busy_error(path, error, patience.seconds)
                if not patience.again(busy.who):
                    raise busy from error.__cause__

    def _attach_once(self, file: Path, mode: str) -> None:
        self.execute("attach", f"attach {quoted(str(file))} as district{mode}")
        self._attached = True

    def _check_whole(self, path: Path) -> None:
        """Refuse a file that was cut: DuckDB opens it all the same, and fails only where it reads what is missing.

        The file's size is asked for; it is never opened beside DuckDB, since closing it would drop DuckDB's locks.
        It is looked at once in each of its states.
        """
        file = path.stat()
        state = (file.st_ino, file.st_size, file.st_mtime_ns)
        if state == self._whole:
            return
        size = self.execute("size of the file", _SIZE_OF_FILE)[0][0]
        if size is not None and file.st_size < size:
            raise not_whole(path, f"It has {file.st_size:,} bytes of at least {size:,}.")
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

    def commit(self) -> None:
        """Run COMMIT, of which was told before."""
        self._ask(COMMIT, "commit")

    def roll_back(self) -> None:
        """Leave the transaction, if one is open: a statement or a commit that failed has ended its own."""
        if self._connection is not None:
            self.tidy("rollback")

    # -- letting go ----------------------------------------------------------------------------------

    def let_go(self) -> None:
        """Without telling listeners, so that none can stop it half-way: the file would stay held.

        What was written is folded into the file from its journal (a checkpoint), which may fail.
        """
        if self.path is None:
            return
        with unheard():
            self.execute("use", "use memory.main")
            if self._stood_in:
                self.execute("detach", "detach database if exists stand_in")
                self._stood_in = False
            self.execute("detach", "detach district")
        self._attached = False
        self._turn.let_go()

    def let_go_surely(self) -> BaseException | None:
        """Let go of the file whatever happens; what happened."""
        if not self._attached or self._connection is None:
            self._turn.let_go()
            return None
        trouble: BaseException | None = None
        try:
            self.let_go()
        except BaseException as error:
            trouble = error
            self._let_go_again()
        return trouble

    def _let_go_again(self) -> None:
        """A checkpoint that fails has detached the file all the same; where nothing helps, with a new instance."""
        connection = self.connection
        try:
            connection.execute("use memory.main").fetchall()
            for name in ("stand_in", "district"):
                connection.execute(f"detach database if exists {name}").fetchall()
        except (duckdb.Error, RuntimeError) as error:
            with suppress(duckdb.Error):
                connection.close()
            self._connection = self._connect()
            if isinstance(error, RuntimeError):
                raise interrupt_in(error) or error from None
        finally:
            self._attached = self._stood_in = False
            self._turn.let_go()

    def give_up_new(self) -> None:
        """Remove a file that was made here, and does not hold what it was made for."""
        if self.is_new and self.path is not None:
            for each in with_those_beside(self.path):
                Path(each).unlink(missing_ok=True)
        self.is_new = False
