"""The store of a scenario: a district's tables with some of them laid over, on a cursor of their own.

The cursor's search path finds a table of the overlay first, then the district's, so that every statement of
the package runs on a scenario as it does on a district. Temporary tables are the cursor's own: no other plan sees
them.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import duckdb

from coursepush.errors import ScenarioError, ScenarioMovedError
from coursepush.model.tables import STUDENT_TABLES, TABLES
from coursepush.store.database import Session, Store, WritingSession
from coursepush.store.layout import has_history, last_refresh
from coursepush.store.migrations.stand_in import STAND_IN
from coursepush.store.stamp import Stamp

if TYPE_CHECKING:
    from coursepush.scenario.edits import Edit

_NUMBERS = itertools.count(1)

LAID_OVER = tuple(name for name in TABLES if name not in {*STUDENT_TABLES, "assignment", "assignment_task"})
"""Tables that an edit may copy: none of students' work."""


class Overlay(Store):
    """What a scenario lays over the district in `base`; reads like a store, and is never written.

    Attributes:
        title: what the scenario is called.
        database: the name of the database in memory that holds the tables laid over.
        edits: those that were made.
        scenario: what the edits so far come to, as a digest that tells two scenarios apart.
    """

    def __init__(self, base: Store, title: str = "") -> None:
        self.base = base
        self.title = title
        self.database = f"scenario_{next(_NUMBERS)}"
        self.edits: tuple[Edit, ...] = ()
        self._scenario = ""
        self._copied: set[str] = set()
        self._edits = 0
        self._based_on: tuple[object, ...] | None = None
        self._connection_of_base: duckdb.DuckDBPyConnection | None = None
        super().__init__(base.path, memory=base.memory)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        self._connection_of_base = self.base.connection
        return self._connection_of_base.cursor()

    @property
    def scenario(self) -> str:
        return self._scenario

    def say_scenario(self, text: str) -> None:
        """Let plans that are made from now on say under which edits, whose text this is."""
        self._scenario = hashlib.sha256(text.encode()).hexdigest()

    # -- reading -------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session on the scenario; may be nested.

        Raises:
            ScenarioMovedError: the district was written to since the scenario was based on it.
            DistrictBusyError: somebody wrote to it all the time.
        """
        with self.base.reading() as district:
            if self._depth:
                yield Session(self)
                return
            self._check_base(district)
            self._drop_forgotten()
            self._look_through()
            self._depth += 1
            try:
                yield Session(self)
            finally:
                self._depth -= 1
                self._look_away()

    def _look_through(self) -> None:
        """Find tables in the overlay first, then where the district's own session finds them."""
        if self._based_on is None:
            raise ScenarioError("This scenario is closed. Open another one with district.what_if(...).")
        beside = f"{STAND_IN}.main,{STAND_IN}.push," if self.base.is_stood_in else ""
        path = f"{self.database}.main,{self.database}.push,{beside}district.main,district.push"
        self.execute("use", f"set search_path = '{path}'")

    def _look_away(self) -> None:
        """The district could not be let go of while this cursor looks there."""
        if self._connection is not None:
            self.tidy("use memory.main")

    @contextmanager
    def editing(self) -> Generator[Editing]:
        """A session that may change tables of the overlay; whole or not at all."""
        with self.reading():
            session = Editing(self)
            self.execute("begin", "begin transaction")
            try:
                yield session
                self.execute("end of the edit", "commit")
            except BaseException:
                self.roll_back()
                self._failed = None
                raise
            self._copied |= session.copied
            self._edits += 1

    @contextmanager
    def writing(self, create: bool = False) -> Generator[WritingSession]:
        """Refuse: a scenario is never written."""
        self._never_written()
        yield  # type: ignore[unreachable]

    def _never_written(self) -> NoReturn:
        raise ScenarioError(
            "This is a scenario, and a scenario is never written to the district. Set up what it tries in the "
            "information system (or load it), then plan on the district itself."
        )

    def stamp(self) -> Stamp | None:
        """What tells whether the scenario is that of another moment: its edits, on a base that has not moved."""
        return (self._edits,)

    # -- the district under it -----------------------------------------------------------------------

    def base_anew(self) -> None:
        """Begin again, without edits, on the district as it is now."""
        with self.base.reading() as district:
            if self._connection_of_base is not self.base.connection:
                self._connection = self._connect()
            for statement in (
                f"detach database if exists {self.database}",
                f"attach ':memory:' as {self.database}",
                f"create schema {self.database}.push",
            ):
                self.execute("overlay", statement)
            self._copied = set()
            self._edits += 1
            self._scenario = ""
            self._based_on = _state_of(district)

    def _check_base(self, district: Session) -> None:
        if self._based_on is None:
            return
        if self._connection_of_base is self.base.connection and self._based_on == _state_of(district):
            return
        raise ScenarioMovedError(
            "The district was written to since this scenario was made from it, so what the scenario says is no "
            "longer so. Call rebase() on it to make its edits again on the district as it is now."
        )

    def close(self) -> None:
        """Forget the edits; the district stays open."""
        with self._one_at_a_time:
            if self._connection is not None and not self.base.is_closed:
                self.tidy("use memory.main")
                self.tidy(f"detach database if exists {self.database}")
                self._connection.close()
            self._connection = None
            self._based_on = None
            self._spill.close()

    def copied(self, table: str) -> bool:
        return table in self._copied


class Editing(Session):
    """A session in which an edit changes tables of the overlay.

    Attributes:
        copied: the tables that were copied here for the first time.
    """

    def __init__(self, overlay: Overlay) -> None:
        super().__init__(overlay)
        self._overlay = overlay
        self.copied: set[str] = set()

    @property
    def database(self) -> str:
        """The name of the overlay, for statements that say in full what they make."""
        return self._overlay.database

    def lay_over(self, table: str) -> str:
        """The name of the overlay's copy of `table`, made now if nobody has edited it before."""
        assert table in LAID_OVER
        copy = f"{self.database}.main.{table}"
        if not self._overlay.copied(table) and table not in self.copied:
            self.run(f"lay over {table}", f"create table {copy} as from {table}")
            self.copied.add(table)
        return copy

    def once(self, name: str) -> bool:
        """Whether `name` (of something that edits make in the overlay) was not made yet; notes it as made."""
        if self._overlay.copied(name) or name in self.copied:
            return False
        self.copied.add(name)
        return True

    def fence(self, text: str) -> None:
        """See to it that `text`, an edit in SQL, can write to nothing but the overlay."""
        # a transaction writes to one database: with this, the statement cannot write to the district itself
        self.run("mark the overlay", f"create or replace table {self.database}.main.edit_in_sql as select 1 as n")


def _state_of(district: Session) -> tuple[object, ...]:
    """What every write of setup to a district changes: which load it is, its refreshes, pushes and scaffolds."""
    made = district.rows("which load", "select district_id, made_at from push.district")
    rest = (
        last_refresh(district),
        district.value("last push", "select max(push_id) from push.history") if has_history(district) else None,
        district.value("scaffolded", "select count(*) from push.scaffolded"),
    )
    return (*made[0], *rest)
