"""A district's database: opened for the length of one piece of work, read-only unless that work writes.

The district's tables live in a database attached under the name ``district``: a file, or memory. A file is
attached READ_ONLY to a private in-memory instance while something reads it, attached for writing only by
:meth:`Store.writing`, and let go in between, so an idle notebook stands in nobody's way. The instance can
reach no other file: DuckDB's access to the outside is switched off but for the district's file itself, and
files of a source that a reader names.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress

from coursepush.errors import DistrictBusyError, StoreError, on_which_side
from coursepush.progress import COMMIT, unheard
from coursepush.store.commit import settle, too_late, warn_of
from coursepush.store.engine import Measured, Rows, Statement
from coursepush.store.finish import finish
from coursepush.store.holding import HeldFile
from coursepush.store.migrations import SCHEMA_VERSION, bring_up, layout_of, migrations_after
from coursepush.store.proof import NOTHING_WRITTEN, Proof
from coursepush.store.session import Session, WritingSession
from coursepush.store.stamp import Stamp, stamp_of
from coursepush.store.turns import Patience, using, who_is_here

__all__ = ["Measured", "Proof", "Rows", "Session", "Statement", "Store", "WritingSession"]


class Store(HeldFile):
    """One district's database. `path` None keeps it in memory.

    `threads` limits DuckDB's threads; by default it takes all there are. `on_statement(name, sql)` is called
    before each statement, for logs and for counting. With `log_queries`, DuckDB keeps its own log of every
    query it runs, in ``duckdb_logs``. `readable`: files besides its own that its statements may open. `wait`:
    for how many seconds others who use the file are waited for (:mod:`coursepush.store.turns`). `memory` and
    `spill` are as in :mod:`coursepush.store.limits`.
    """

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
        self._depth = 0
        self._writes = 0
        self._forgotten: list[str] = []
        self._one_at_a_time = threading.RLock()
        super().__init__(path, threads, log_queries, readable, wait, memory, spill)

    def close(self) -> None:
        """Let go of everything, and empty the folder that long work may have spilled into.

        What another thread does with the district is waited for.
        """
        with self._one_at_a_time:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._spill.close()

    def forget(self, tables: list[str]) -> None:
        """Drop temporary tables that nothing needs any more, when the next piece of work begins."""
        self._forgotten.extend(tables)

    def _drop_forgotten(self) -> None:
        while self._forgotten:
            table = self._forgotten[0]
            self.execute("forget", f"drop table if exists temp.main.{table}")
            self._forgotten.remove(table)  # not by its place: another thread may add some meanwhile

    @property
    def scenario(self) -> str:
        """Which edits are laid over the district here, as a digest; empty: none, it is the district itself."""
        return ""

    # -- reading -------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session that cannot write to the district; may be nested. Whoever writes to it is waited for.

        Raises:
            DistrictBusyError: somebody wrote to it all the time.
        """
        with self._alone():
            if self._depth:
                yield Session(self)
                return
            self._drop_forgotten()
            self.attach(read_only=True)
            self._depth += 1
            try:
                with using(self.path, "reading"):
                    if self.path is None:
                        self.execute("begin", "begin transaction read only")
                    yield Session(self)
            finally:
                self._depth -= 1
                self._end_reading()

    def _end_reading(self) -> None:
        if self._connection is None:
            return
        if self.path is None:
            self.tidy("commit")  # a statement that failed has ended it
        trouble = self.let_go_surely()
        if trouble is not None:
            raise trouble

    # -- writing -------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, create: bool = False) -> Generator[WritingSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        The block sets `proof` on the session, by which is then looked whether it was saved: a commit that follows
        a failed statement saves nothing and says nothing, and one that raises may have saved all. From the commit
        on nothing breaks it off; what could not be done after it is in the session's `untidy`.

        With `create`, a file that is not there is made; where the block raises, there is none.

        Raises:
            DistrictBusyError: somebody else had the file open all the time; the message says who.
            OutcomeUnknownError: it could not be found out whether it was written.
        """
        with self._alone():
            if self._depth:
                raise StoreError("A write was asked for in the middle of a read. This is a mistake in coursepush.")
            session = WritingSession(self)
            earlier: int | None = None
            try:
                self.attach(read_only=False, create=create)
                self._depth += 1
                try:
                    with using(self.path, "writing"):
                        if self._layout is not None:
                            earlier = self._layout
                            bring_up(Session(self), earlier, self.fresh_session, self.path)
                        self.execute("begin", "begin transaction")
                        self._failed = None
                        yield session
                        self._check_nothing_failed()
                        self._tell(COMMIT, "commit")
                        if finish(lambda: self._settled(session)):
                            session.untidy.append(too_late(session.proof))
                finally:
                    self._depth -= 1
            except BaseException as error:
                self._broken_off(error, session, earlier)
            finally:
                self._writes += 1
            warn_of(session.untidy)

    def _settled(self, session: WritingSession) -> None:
        session.is_settled = True
        try:
            settle(self, session)
        except BaseException as error:
            session.failure = error
            raise

    def _broken_off(self, error: BaseException, session: WritingSession, earlier: int | None) -> None:
        """Roll back, and say so; of what came too late, that it did."""
        if session.is_settled:
            if session.failure is not None:
                raise session.failure
            session.untidy.append(too_late(session.proof))
            return
        self.roll_back()
        self.let_go_surely()
        self.give_up_new()
        on_which_side(error, False, NOTHING_WRITTEN + self._brought_up(earlier))
        raise error

    def _brought_up(self, earlier: int | None) -> str:
        """Whether the file was brought up to another layout, which is written before everything else."""
        if earlier is None or not migrations_after(earlier):
            return ""
        now: int | None = None
        with suppress(Exception), unheard():
            self.attach(read_only=True)
            now = layout_of(Session(self))
            self.let_go_surely()
        if now == earlier:
            return ""
        may = "may have been" if now is None else "was"
        return f" Before that, the file {may} brought up to layout {SCHEMA_VERSION}, without a change of its data."

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
            raise StoreError(f"The step {self._failed!r} failed and was passed over. Please report this.")

    # -- one at a time -------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Inside the block this thread alone works with the store; another one's work is waited for."""
        patience = Patience(self.wait)
        while not self._one_at_a_time.acquire(blocking=False):
            who = "the district is in use by other work of this same program"
            if not patience.again(who):
                here = "" if self.path is None else who_is_here(self.path)
                raise DistrictBusyError(
                    f"{who[0].upper()}{who[1:]}{f' ({here})' if here else ''}, and was for {self.wait:g} seconds. "
                    "Wait until that has finished, then try again."
                )
        try:
            yield
        finally:
            self._one_at_a_time.release()
