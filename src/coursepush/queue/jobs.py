"""Where jobs are kept: an SQLite file, of which every change is one transaction.

Nothing in it runs: a job is data, and what it may become is decided by comparing and setting its state. The file
is opened for the length of one statement or change, so that many programs use it together.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coursepush.errors import QueueError, RequestError
from coursepush.files.faults import explained
from coursepush.queue.states import COLUMNS, WAITING, Job, Status, job_of, kept
from coursepush.store.owner import user_name

LAYOUT = 1
"""Of the file; a newer one is refused."""

_MARK = 0x63707175
"""In SQLite's `application_id`, by which the file is known for a queue."""

_WAIT = 20.0
"""Seconds for which another program's change is waited for; each takes milliseconds."""

_TABLES = (
    # one row a job
    f"create table job ({COLUMNS.replace('job_id', 'job_id integer primary key autoincrement', 1)})",
    # one row a change of a job: who did what to it, when, and what was said of it
    "create table event (event_id integer primary key, job_id, at, what, by, os_user, detail)",
    # one row: the number of the last change
    "create table counter (changed)",
    "insert into counter values (0)",
    "create index job_status on job (status, run_at)",
)


class Jobs:
    """The jobs in the file at `path`; nothing is made before the first job is added."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def is_there(self) -> bool:
        """Whether there is one: while it is made it has no bytes yet."""
        try:
            return self.path.stat().st_size > 0
        except OSError:
            return False

    def make(self) -> None:
        """Make the folder and the file, if they are not there.

        Raises:
            QueueError: they cannot be made.
        """
        if self.is_there:
            return
        try:
            with explained(self.path):
                self.path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise QueueError(
                f"The batch queue cannot be kept beside the district: {error} Whoever submits jobs and "
                "whoever runs them must be able to write there."
            ) from error
        with self._open(make=True) as file, self._changing(file):
            # another program may have made it meanwhile
            if not file.execute("select count(*) from sqlite_master").fetchall()[0][0]:
                for statement in _TABLES:
                    file.execute(statement)
                file.execute(f"pragma application_id = {_MARK}")
                file.execute(f"pragma user_version = {LAYOUT}")

    # -- reading -----------------------------------------------------------------------------------------

    def one(self, job_id: int) -> Job:
        """The job of that number.

        Raises:
            RequestError: there is none.
        """
        found = self._select("job_id = ? and deleted_at is null", (job_id,))
        if not found:
            known = [job.job_id for job in self.all()]
            raise RequestError.unknown("job", job_id, known, "in the queue")
        return found[0]

    def all(self, changed_since: int | None = None, *, with_deleted: bool = False) -> list[Job]:
        """The jobs by number; of those that changed after that number, deleted ones too."""
        if changed_since is not None:
            return self._select("changed > ?", (changed_since,))
        return self._select("1" if with_deleted else "deleted_at is null", ())

    def with_status(self, *statuses: Status) -> list[Job]:
        marks = ", ".join("?" for _ in statuses)
        return self._select(f"status in ({marks}) and deleted_at is null", tuple(map(str, statuses)))

    def due(self, now: dt.datetime) -> list[Job]:
        """What is to be run by now: high priority first, then by time."""
        found = self._select("status = ? and run_at <= ?", (str(Status.QUEUED), kept(now)))
        return sorted(found, key=lambda job: (-job.priority, job.run_at, job.job_id))

    def untold(self) -> list[Job]:
        """Jobs that came to their end, of which nobody has been notified yet."""
        ends = tuple(str(one) for one in Status if one not in WAITING and one != Status.CANCELED)
        return self._select(
            f"told is null and deleted_at is null and status in ({', '.join('?' * len(ends))})", ends
        )

    @property
    def changed(self) -> int:
        """The number of the last change of any job."""
        if not self.is_there:
            return 0
        with self._open() as file:
            return int(file.execute("select changed from counter").fetchall()[0][0])

    def events(self) -> list[tuple[Any, ...]]:
        """job_id, at, what, by, os_user, detail: every change of every job, deleted ones too, in order."""
        if not self.is_there:
            return []
        with self._open() as file:
            sql = "select job_id, at, what, by, os_user, detail from event order by event_id"
            return file.execute(sql).fetchall()

    def _select(self, where: str, values: Sequence[object]) -> list[Job]:
        if not self.is_there:
            return []
        with self._open() as file:
            rows = file.execute(
                f"select {COLUMNS} from job where {where} order by job_id", tuple(values)
            ).fetchall()
            return [self._job(row) for row in rows]

    def _job(self, row: tuple[object, ...]) -> Job:
        try:
            return job_of(row, self.path.parent)
        except (ValueError, TypeError, KeyError) as error:
            raise _damaged(self.path, error) from error

    # -- changing ----------------------------------------------------------------------------------------

    def add(self, values: Mapping[str, object], now: dt.datetime) -> Job:
        """Add a job.

        Raises:
            RequestError: a job that waits or runs has the same plan.
        """
        self.make()
        with self._open() as file, self._changing(file):
            sql = "select job_id from job where plan_id = ? and status in (?, ?) and deleted_at is null"
            same = file.execute(sql, (values["plan_id"], *map(str, WAITING))).fetchall()
            if same:
                raise RequestError(
                    f"This plan is in the queue already, as job {same[0][0]}. A plan is applied once; plan "
                    "again to push again."
                )
            names = ", ".join(values)
            marks = ", ".join("?" for _ in values)
            made = file.execute(
                f"insert into job ({names}) values ({marks})", tuple(kept(one) for one in values.values())
            )
            job_id = made.lastrowid
            self._note(file, job_id, now, "submitted", str(values["submitted_by"]), str(values["comment"]))
            row = self._row(file, job_id)
        return self._job(row)

    def change(
        self,
        job: Job,
        what: str,
        now: dt.datetime,
        *,
        only_if: Sequence[Status] = (),
        same_attempt: bool = False,
        by: str = "",
        detail: str = "",
        **values: object,
    ) -> Job | None:
        """Change a job, if it still is in one of these states; gives it as it is then, None where it is not.

        Args:
            what: what was done to it, for the history; empty where that is not worth a line.
            same_attempt: only if it was not begun anew meanwhile.
        """
        sets = ", ".join(f"{name} = ?" for name in values) or "attempts = attempts"
        marks = ", ".join("?" for _ in only_if)
        where = "job_id = ? and deleted_at is null"
        asked: list[object] = [*(kept(one) for one in values.values()), job.job_id]
        if only_if:
            where += f" and status in ({marks})"
            asked += [str(one) for one in only_if]
        if same_attempt:
            where += " and attempts = ?"
            asked.append(job.attempts)
        with self._open() as file, self._changing(file):
            if not file.execute(f"update job set {sets} where {where}", asked).rowcount:
                return None
            self._note(file, job.job_id, now, what, by, detail)
            row = self._row(file, job.job_id)
        return self._job(row)

    def _note(
        self, file: sqlite3.Connection, job_id: int | None, now: dt.datetime, what: str, by: str, detail: str
    ) -> None:
        """Count the change, and keep what was done."""
        file.execute("update counter set changed = changed + 1")
        file.execute("update job set changed = (select changed from counter) where job_id = ?", (job_id,))
        if what:
            file.execute(
                "insert into event (job_id, at, what, by, os_user, detail) values (?, ?, ?, ?, ?, ?)",
                (job_id, kept(now), what, by, user_name(), detail),
            )

    def _row(self, file: sqlite3.Connection, job_id: int | None) -> tuple[object, ...]:
        return file.execute(f"select {COLUMNS} from job where job_id = ?", (job_id,)).fetchall()[0]

    # -- the file ----------------------------------------------------------------------------------------

    @contextmanager
    def _open(self, *, make: bool = False) -> Generator[sqlite3.Connection]:
        """The file, let go of when the block ends; what goes wrong with it becomes an error of ours."""
        uri = f"{self.path.absolute().as_uri()}?mode={'rwc' if make else 'rw'}"
        try:
            file = sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)
        except sqlite3.Error as error:
            raise _not_opened(self.path, error) from error
        try:
            if not make:
                self._check(file)
            yield file
        except sqlite3.DatabaseError as error:
            raise _fault(self.path, error) from error
        finally:
            file.close()

    def _check(self, file: sqlite3.Connection) -> None:
        mark = file.execute("pragma application_id").fetchall()[0][0]
        layout = file.execute("pragma user_version").fetchall()[0][0]
        if mark != _MARK:
            raise QueueError(
                f"{self.path} is no batch queue of coursepush. Move it away, then submit the job again."
            )
        if layout > LAYOUT:
            raise QueueError(
                f"{self.path} was made by a newer coursepush (layout {layout} of the queue; this one reads up to "
                f"{LAYOUT}). Update coursepush, here and where the worker runs: the queue is whole."
            )

    @contextmanager
    def _changing(self, file: sqlite3.Connection) -> Generator[None]:
        """One transaction, which nobody else's change comes into."""
        file.execute("begin immediate")
        try:
            yield
            file.execute("commit")
        except BaseException:
            if file.in_transaction:  # on a full disk SQLite has rolled back itself
                file.execute("rollback")
            raise


def _fault(path: Path, error: sqlite3.DatabaseError) -> Exception:
    """What SQLite says, in words that say what to do; a mistake of our own stays what it is."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return QueueError(
            f"The batch queue {path} was in use by another program for {_WAIT:g} seconds. Nothing of this was "
            "written to it. Try again; if it stays so, look for a program that hangs."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _not_opened(path, error)
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return QueueError(
            f"The batch queue {path} could not be written: {error}. Free some space on that disk, then try again."
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged(path, error)
    return error


def _not_opened(path: Path, error: Exception) -> QueueError:
    return QueueError(
        f"The batch queue {path} cannot be opened for writing: {error}. Whoever submits jobs and whoever runs "
        f"them must be able to write to the folder {path.parent} and the files in it."
    )


def _damaged(path: Path, error: Exception) -> QueueError:
    return QueueError(
        f"The batch queue {path} is damaged: {error}. The district itself is not touched by that, and its history "
        f"says what was pushed. Move the folder {path.parent.name} away and keep it; then submit again what "
        "is not in district.history()."
    )
