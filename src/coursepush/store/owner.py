"""Whose a folder or a note of ours is, and whether that process is still there.

An owner holds a lock on a small file for as long as it lives; the system lets go of it however the process ends.
Where a file system has no such locks, the file's text decides: process, start time and machine.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

_UNFINISHED_FOR = 3600.0
"""Seconds after which a mark that was never written to its end is nobody's any more, where there are no locks."""

_LONGEST_NAME = 200

_MOMENT, _SHORTLY = 0.2, 0.01
"""How long its maker has, between making a mark and locking it; and the pause between two looks at it."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A process: `started` and `machine` tell it from another that gets its number later, or elsewhere."""

    pid: int
    started: str
    machine: str
    user: str
    since: str
    doing: str

    @classmethod
    def this_process(cls, doing: str) -> Owner:
        pid = os.getpid()
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        return cls(pid, _started(pid), _machine(), user_name(), since, doing)

    @property
    def is_surely_gone(self) -> bool:
        """Whether no such process is there any more; False where that cannot be told from here."""
        if self.machine != _machine() or not self.machine:
            return False
        return not _is_there(self.pid) or (bool(self.started) and _started(self.pid) != self.started)


class OwnerMark:
    """A file that says whose something is, locked for as long as this process lives or holds on to it.

    Raises:
        FileExistsError: there is such a file; another process may be its owner.
        FileNotFoundError: it was taken for that of a process that is gone, this one having stood still meanwhile.
        OSError: it cannot be made.
    """

    def __init__(self, path: Path, doing: str = "") -> None:
        self.path = path
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o644)
        try:
            _lock_in_the_end(self._file)
            text = json.dumps(asdict(Owner.this_process(doing))) + "\n"  # the last sign says that it is whole
            os.write(self._file, text.encode())
            if not self._is_in_place(self._file):
                raise FileNotFoundError(errno.ENOENT, "taken away while it was made", str(path))
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Remove the file and let go of its lock."""
        if self._file is not None:
            file, self._file = self._file, None
            # while it is locked, so that nobody takes the next one's for this
            if os.name != "nt" and self._is_in_place(file):
                self.path.unlink(missing_ok=True)
            os.close(file)
            if os.name == "nt":  # Windows removes no file that is open
                with suppress(OSError):
                    self.path.unlink(missing_ok=True)

    def _is_in_place(self, file: int) -> bool:
        return os.name == "nt" or _is_same(self.path, os.fstat(file))


def owner_of(path: Path) -> Owner | None:
    """What the mark at `path` says; None where it says nothing that can be read."""
    try:
        return _read(path.read_bytes())
    except OSError:
        return None


def if_gone(path: Path, then: Callable[[], None]) -> bool:
    """Do `then` while nobody else can, if the owner of the mark at `path` is gone; whether it was done."""
    try:
        file = _opened(path)
    except OSError:
        return False
    try:
        locked = _lock(file)
        if locked is False:
            return False
        status = os.fstat(file)
        text = _text(file, path)
        owner = _read(text)
        if locked is True and not text:
            gone = _stays_empty(file, path)
        elif owner is None:
            gone = time.time() - status.st_mtime > _UNFINISHED_FOR
        else:
            gone = locked is True or owner.is_surely_gone
        # the name may lead to the next owner's mark by now
        if not gone or not _is_same(path, status):
            return False
        if os.name == "nt":
            os.close(file)
            file = -1
        then()
        return True
    finally:
        if file >= 0:
            os.close(file)


def _stays_empty(file: int, path: Path) -> bool:
    """Whether a mark that nobody locks or wrote is nobody's: a maker that lives writes it in a moment."""
    until = time.monotonic() + _MOMENT
    while time.monotonic() < until:
        time.sleep(_SHORTLY)
        if _text(file, path):
            return False
    return True


def _text(file: int, path: Path) -> bytes:
    return os.pread(file, 65_536, 0) if hasattr(os, "pread") else path.read_bytes()


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | _NO_FOLLOW)
    except PermissionError:  # another user's
        return os.open(path, os.O_RDONLY | _NO_FOLLOW)


def user_name() -> str:
    """Who runs this process, as the system calls them, on one line."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
    return "".join(sign for sign in name if sign.isprintable())[:_LONGEST_NAME] or "unknown"


def now_in_utc() -> datetime:
    """The time as the toolkit keeps it: UTC, without a zone, to the second."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def user_of(pid: int) -> str:
    """Who runs a process, where the system tells; else nothing."""
    try:
        import pwd

        return pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name
    except (ImportError, OSError, KeyError):
        return ""


def _is_same(path: Path, status: os.stat_result) -> bool:
    try:
        now = path.lstat()
    except OSError:
        return False
    return (now.st_dev, now.st_ino) == (status.st_dev, status.st_ino)


def _read(text: bytes) -> Owner | None:
    if not text.endswith(b"\n"):
        return None
    try:
        return Owner(**json.loads(text))
    except (ValueError, TypeError):
        return None


_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BEYOND = 1 << 20
"""Where Windows locks a byte: beyond the text, which others must be able to read."""


def _lock_in_the_end(file: int) -> None:
    """Lock what this process made, as soon as nobody looks whose it is."""
    until = time.monotonic() + 5 * _MOMENT
    while _lock(file) is False and time.monotonic() < until:
        time.sleep(_SHORTLY)


def _lock(file: int) -> bool | None:
    """Lock an open file: whether that worked; None where this file system knows no locks."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(file, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        except OSError:
            return None
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _machine() -> str:
    """This machine as it was started, and which processes can be seen on it; empty where that is not known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return "" if os.name == "nt" else platform.node()


def _started(pid: int) -> str:
    """When a process began, in whatever the system counts; empty where that is not known."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[19]


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True
