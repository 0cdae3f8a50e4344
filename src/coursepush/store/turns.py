"""Whose turn it is at a district's file: who has it, who waits for it, and for how long.

DuckDB lets many read a file, or one write to it. Whoever meets another waits up to some seconds. A writer leaves a
note beside the file (``district.duckdb.writer``) from the moment it waits; whoever wants to read gives way to it
for a while, so that one reader after the other cannot keep it out.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from coursepush.errors import DistrictBusyError, RequestError
from coursepush.progress import Waiting, tell
from coursepush.store.owner import OwnerMark, if_gone, owner_of, user_of

WAIT = "COURSEPUSH_WAIT"
"""The environment's variable with the seconds to wait for others."""

_SECONDS = 10.0
_SHORTEST, _LONGEST = 0.01, 0.1
_BEFORE_A_WORD = 1.0


def seconds_to_wait(given: float | None) -> float:
    """What was given, else what the environment says, else ten seconds.

    Raises:
        RequestError: it is no number of seconds.
    """
    if given is None and WAIT not in os.environ:
        return _SECONDS
    try:
        seconds = float(os.environ[WAIT] if given is None else given)
    except (TypeError, ValueError):
        seconds = -1.0
    if not 0 <= seconds < threading.TIMEOUT_MAX:
        where = f"{WAIT} is" if given is None else "The wait for others is"
        shown = os.environ.get(WAIT) if given is None else given
        raise RequestError(f"{where} {shown!r}; it must be a number of seconds, such as 10 (0: do not wait).")
    return seconds


class Patience:
    """So many seconds of waiting for others, with a word of it after the first."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begun = time.monotonic()
        self._pause = _SHORTEST

    @property
    def left(self) -> float:
        return self._begun + self.seconds - time.monotonic()

    def again(self, why: str) -> bool:
        """Wait a little; False where no time is left. `why` is what to tell whoever listens."""
        left = self.left
        if left <= 0:
            return False
        if time.monotonic() - self._begun >= _BEFORE_A_WORD:
            tell(Waiting(f"Waiting: {why}"))
        time.sleep(min(self._pause, left))
        self._pause = min(self._pause * 1.5, _LONGEST)
        return True


@dataclass(frozen=True, slots=True)
class Use:
    """A piece of work of this process on a district's file."""

    path: Path
    doing: str
    thread: int
    name: str
    since: datetime


_uses: list[Use] = []
_uses_mutex = threading.Lock()


@contextmanager
def using(path: Path | None, doing: str) -> Generator[None]:
    """Inside the block, this thread is known to be `doing` something (``reading``, ``writing``) with the file."""
    if path is None:
        yield
        return
    thread = threading.current_thread()
    use = Use(path, doing, thread.ident or 0, thread.name, datetime.now().astimezone())
    with _uses_mutex:
        _uses.append(use)
    try:
        yield
    finally:
        with _uses_mutex:
            _uses.remove(use)


def others_here(path: Path, but: Use | None = None) -> list[Use]:
    """What else this process does with the file, the first first."""
    with _uses_mutex:
        return [use for use in _uses if use.path == path and use is not but]


def this_thread_uses(path: Path) -> bool:
    """Whether the thread that asks has the file itself: it would wait for ever."""
    return any(use.thread == threading.get_ident() for use in others_here(path))


class Turn:
    """A writer's turn at a file, or its place in front of those who come to read. Let it go when done."""

    def __init__(self, mark: OwnerMark | None) -> None:
        self._mark = mark

    def let_go(self) -> None:
        mark, self._mark = self._mark, None
        if mark is not None:
            with suppress(OSError):
                mark.release()


def note_beside(path: Path) -> Path:
    return path.with_name(path.name + ".writer")


def take_turn(path: Path, patience: Patience) -> Turn:
    """Say that this process wants to write, after other writers; whatever becomes of it, DuckDB has the last word.

    Where no note can be left (a folder that may not be written to), nobody is told.
    """
    note = note_beside(path)
    while True:
        try:
            return Turn(OwnerMark(note, "writing"))
        except FileExistsError:
            if if_gone(note, lambda: note.unlink(missing_ok=True)):
                continue
        except OSError:
            return Turn(None)
        if not patience.again(who_writes(path)):
            return Turn(None)


def give_way(path: Path, patience: Patience) -> None:
    """Wait for a writer who waits, up to half of the time there is, and no longer than it is there."""
    note, until = note_beside(path), patience.left / 2
    while note.exists() and patience.left > until:
        if if_gone(note, lambda: note.unlink(missing_ok=True)) or not patience.again(who_writes(path)):
            return


def sweep_note(path: Path) -> None:
    """Remove the note of a writer that was killed."""
    note = note_beside(path)
    if note.exists():
        with suppress(OSError):
            if_gone(note, lambda: note.unlink(missing_ok=True))


def who_writes(path: Path) -> str:
    """The writer that left its note, in words."""
    owner = owner_of(note_beside(path))
    if owner is None:
        return f"{path.name} is about to be written to by another program"
    since = _time_of_day(owner.since)
    if owner.pid == os.getpid():
        return f"{path.name} is being written to by other work of this same program (since {since})"
    return f"{path.name} is being written to by process {owner.pid} (user {owner.user}, since {since})"


def who_is_here(path: Path) -> str:
    """What else this process does with the file, in words; empty where nothing is known of it."""
    found = [use for use in others_here(path) if use.thread != threading.get_ident()] or others_here(path)
    return ", ".join(f"{use.doing} since {use.since:%H:%M:%S}, thread {use.name}" for use in found[:3])


def busy_error(path: Path, error: DistrictBusyError, waited: float) -> DistrictBusyError:
    """The error of a file that stayed in use, with all that can be known of who has it."""
    busy = DistrictBusyError("")
    busy.pid, busy.program, busy.user = error.pid, error.program, error.user
    if error.pid is None:
        here = who_is_here(path)
        busy.who = f"in use by other work of this same program{f' ({here})' if here else ''}"
    else:
        busy.who = _in_another_process(path, error)
    longer = f" It was waited for {waited:g} seconds; {WAIT} sets another number." if waited else ""
    busy.args = (
        f"The district file {path} is {busy.who}.{longer} Close it there, or wait until that has finished, then "
        "try again.",
    )
    busy.who = f"{path.name} is {busy.who}"
    return busy


def _in_another_process(path: Path, error: DistrictBusyError) -> str:
    if not error.pid:
        return "open in another process"
    writer = owner_of(note_beside(path))
    user = error.user or user_of(error.pid)
    facts = [f"process {error.pid}", *([f"user {user}"] if user else [])]
    doing = "open in another process"
    if writer is not None and writer.pid == error.pid:
        doing = "being written to by another process"
        facts.append(f"since {_time_of_day(writer.since)}")
    return f"{doing}: {error.program} ({', '.join(facts)})"


def _time_of_day(since: str) -> str:
    try:
        return f"{datetime.fromisoformat(since).astimezone():%H:%M:%S}"
    except ValueError:
        return since
