"""Where things are written before they get their name: beside their place, under names that are known again.

Whoever writes holds a lock on what is written aside, which the system lets go of when its process ends, however it
ends. So what a killed writer left is told from what another one is writing just now.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ASIDE = ".coursepush-"
"""How all that is written aside begins."""

NEW, OLD = "new", "old"
"""Endings of what is not finished yet, and of a folder that makes room for its successor."""

_NAME = re.compile(r"\.coursepush-([0-9a-f]{16})-[0-9a-f]{16}\.(new|old)")
_FORGOTTEN = 24 * 3600
"""Seconds after which what was left unfinished counts as left behind, where there are no locks."""

on_step: Callable[[str], None] | None = None
"""Called when a writer reaches a step, for tests that end the process there."""


def reached(step: str) -> None:
    if on_step is not None:
        on_step(step)


def aside_of(target: Path, what: str = NEW) -> Path:
    """A free name beside `target`: short, whatever its own length, and never anybody else's."""
    return target.parent / f"{ASIDE}{_tag(target)}-{secrets.token_hex(8)}.{what}"


def asides(target: Path, what: str) -> list[Path]:
    """What writers of `target` have beside it, finished or not, oldest first."""
    tag = _tag(target)
    with suppress(OSError), os.scandir(target.parent) as entries:
        found = [
            Path(entry.path) for entry in entries
            if (match := _NAME.fullmatch(entry.name)) and match.groups() == (tag, what)
            and not entry.is_symlink()
        ]  # fmt: skip
        return sorted(found, key=_changed)
    return []


def sweep(target: Path) -> None:
    """Remove what killed writers of `target` left unfinished; what others are writing stays."""
    for path in asides(target, NEW):
        with suppress(OSError):
            remove_left(path)


def sweep_folder(folder: Path) -> None:
    """Remove what killed writers of anything left unfinished in a folder; what others are writing stays."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match and match[2] == NEW and not entry.is_symlink():
                with suppress(OSError):
                    remove_left(Path(entry.path))


def remove_left(path: Path) -> None:
    """Remove a file or folder aside if its writer is gone.

    Raises:
        OSError: it cannot be looked at or removed.
    """
    if is_left(path):
        remove(path)


def is_left(path: Path) -> bool:
    """Whether the writer of what is aside is gone: its lock can be had, or, where there are none, it is old.

    Raises:
        OSError: it cannot be looked at.
    """
    if fcntl is None:
        return _is_old(path)
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return _is_old(path)
    finally:
        os.close(file)
    return True


def remove(path: Path) -> None:
    if stat.S_ISDIR(path.lstat().st_mode):
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def hold(file: int, path: Path) -> bool:
    """Lock an open file or folder for as long as it is open; whether it is still there under its name.

    It is not where another writer took it for left behind between its making and this call.
    """
    if fcntl is not None:
        with suppress(OSError):  # a disk that knows no locks
            fcntl.flock(file, fcntl.LOCK_EX)
    try:
        return os.path.samestat(os.fstat(file), path.lstat())
    except FileNotFoundError:
        return False


@contextmanager
def folder_aside(target: Path, mode: int = 0o777) -> Generator[Path]:
    """A new empty folder beside `target`, locked while the block lasts; gone after it unless it got its name."""
    while True:
        folder = aside_of(target)
        folder.mkdir(mode)
        with held(folder) as is_there:
            if not is_there:
                continue
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            return


@contextmanager
def held(folder: Path) -> Generator[bool]:
    """Lock a folder, whatever it is called meanwhile, while the block lasts; gives whether it is still there."""
    if fcntl is None:
        yield True
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        yield hold(file, folder)
    finally:
        os.close(file)


def flush_file(path: Path) -> None:
    """See to it that a file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk, where a system has such a thing.

    What it is called for has its name already, so nothing that goes wrong here is an error.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def _is_old(path: Path) -> bool:
    return _changed(path) < time.time() - _FORGOTTEN


def _changed(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return float("inf")


def _tag(target: Path) -> str:
    return hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
