"""One file: written aside, flushed, and then put in the place of what was there, if that may be."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from coursepush.errors import CoursepushError, RequestError, WriteError
from coursepush.files.aside import aside_of, flush_file, flush_folder, folder_aside, hold, reached, sweep
from coursepush.files.faults import asked_again, explained
from coursepush.files.kinds import Kind, what_is
from coursepush.files.manifest import is_part_of_folder


def check_place(path: str | os.PathLike[str], kind: Kind) -> Path:
    """Look whether a file of that kind may be written to `path`, before the work for it begins.

    Returns:
        The place itself: where `path` is a symbolic link, what it leads to.

    Raises:
        RequestError: there is no such folder, or what is there is not a former file of this kind; says what it is.
    """
    given = Path(path).expanduser()
    with explained(given):
        place = place_of(given)
        try:
            old = place.lstat()
        except FileNotFoundError:
            return place
        _check_replaceable(given, place, old, kind)
    return place


def why_not(path: str | os.PathLike[str], kind: Kind) -> str:
    """Why a file of that kind may not be written to `path`, as :func:`check_place` says; empty where it may."""
    try:
        check_place(path, kind)
    except CoursepushError as error:
        return str(error)
    return ""


def place_of(given: Path) -> Path:
    """Where a file of that name really goes.

    Raises:
        RequestError: there is no such folder, or it is a folder itself.
    """
    try:
        place = Path(os.path.realpath(given))
        if place.is_dir():
            example = given / "report.html"
            raise RequestError(f"{given} is a folder. Name the file to write in it, such as {example}.")
        if not place.parent.is_dir():
            raise RequestError(f"There is no folder {place.parent}. Make it first.")
    except ValueError as error:  # a NUL in it
        if isinstance(error, RequestError):
            raise
        raise RequestError(f"{str(given)!r} cannot be the name of a file. Choose another one.") from error
    return place


def _check_replaceable(given: Path, place: Path, old: os.stat_result, kind: Kind) -> None:
    leads = f" (a link to {place})" if given.is_symlink() else ""
    how = "Choose another name, or delete it first if nobody needs it."
    if not stat.S_ISREG(old.st_mode):
        what = "a link that leads nowhere" if stat.S_ISLNK(old.st_mode) else "a device or the like"
        raise RequestError(f"{given}{leads} is no file but {what}. Choose another name.")
    if not old.st_size:
        return
    if kind is Kind.KEPT:
        raise RequestError(f"{given}{leads} is there already, perhaps with your edits. Choose another name.")
    if not old.st_mode & 0o222:
        raise RequestError(f"{given}{leads} is write-protected. {how}")
    if is_part_of_folder(place):
        raise RequestError(
            f"{given}{leads} belongs to the tables or files that coursepush wrote to {place.parent}. Choose "
            "another name."
        )
    if not kind.is_former(place):
        raise RequestError(
            f"{given}{leads} is there already, and is not {kind.value} that coursepush made: it is "
            f"{what_is(place)}. It was left as it is. {how}"
        )


@contextmanager
def new_file(path: str | os.PathLike[str], kind: Kind, *, mode: int | None = None) -> Generator[BinaryIO]:
    """A file to write to; when the block ends it is whole under its name, and where it raises there is none.

    A former file of the kind is replaced in that moment, and its permissions are kept; with `mode`, the new one
    has those from its first byte on, whatever the former one had.

    Raises:
        RequestError: as :func:`check_place`.
        WriteError: it cannot be written: no room, no right, a name too long. What was there before stays.

    >>> with new_file("plan.html", Kind.PAGE) as file:
    ...     _ = file.write(b"<!doctype html>")
    """
    given = Path(path).expanduser()
    place = check_place(given, kind)
    with explained(given):
        sweep(place)
        aside, file = _opened(place, mode)
        try:
            with file:
                reached("opened")
                with asked_again(file):
                    yield file
                file.flush()
                reached("written")
                os.fsync(file.fileno())
                reached("flushed")
                if os.name != "nt":  # which renames nothing that is open
                    _put(aside, check_place(given, kind), kind, mode)
            if os.name == "nt":
                _put(aside, check_place(given, kind), kind, mode)
        except BaseException:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise
    flush_folder(place.parent)


def _opened(place: Path, mode: int | None) -> tuple[Path, BinaryIO]:
    """A new file beside `place`, readable by nobody who may not read what it replaces, or by whom `mode` lets."""
    if mode is None:
        try:
            mode = stat.S_IMODE(place.stat().st_mode) & 0o666
        except FileNotFoundError:
            mode = 0o666
    while True:
        aside = aside_of(place)
        file = os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, mode | 0o200), "w+b")
        if hold(file.fileno(), aside):
            return aside, file
        file.close()


_BINARY = getattr(os, "O_BINARY", 0)


def _put(aside: Path, place: Path, kind: Kind, mode: int | None) -> None:
    """Give the file its name. Up to here what was there before stays as it is; after it the new one is whole."""
    if kind is Kind.KEPT and not place.exists():
        _put_new(aside, place)
        reached("renamed")
        return
    with suppress(FileNotFoundError):
        old = place.stat()
        if hasattr(os, "chown"):
            with suppress(OSError):  # only an administrator keeps another's
                os.chown(aside, old.st_uid, old.st_gid)
        os.chmod(aside, stat.S_IMODE(old.st_mode) if mode is None else mode)
    aside.replace(place)
    reached("renamed")


@contextmanager
def new_database(path: Path) -> Generator[Path]:
    """Where to make a new database, with the files it has beside it; when the block ends it gets its place.

    The block must have let go of it by then, and nothing may be at `path`: a district's file is never replaced.

    Raises:
        RequestError: there is no such folder, or something is at `path` by then.
        WriteError: it cannot be written, or is not whole: files beside it are left.
    """
    place = place_of(path)
    with explained(path):
        if os.path.lexists(place):
            raise RequestError(f"{path} is there already. Choose another name.")
        sweep(place)
    with explained(path, named=True), folder_aside(place, 0o700) as folder:
        aside = folder / "district.duckdb"
        reached("opened")
        yield aside
        reached("written")
        left = [each.name for each in folder.iterdir() if each != aside]
        if left or not aside.exists():
            raise WriteError(
                f"{path} was not written: not all of it got to the disk. Free some space on the disk of "
                f"{place.parent} and try again. Nothing was left of it."
            )
        flush_file(aside)
        reached("flushed")
        _put_new(aside, place)
        reached("renamed")
    flush_folder(place.parent)


def _put_new(aside: Path, place: Path) -> None:
    """Give it a name that is free: one that was taken meanwhile stays as it is."""
    try:
        os.link(aside, place)
    except FileExistsError as error:
        raise RequestError(f"{place} was made by another program meanwhile. Choose another name.") from error
    except OSError:  # a disk that knows no second names
        if place.exists():
            raise RequestError(f"{place} was made by another program meanwhile. Choose another name.") from None
        aside.rename(place)
    else:
        aside.unlink()
