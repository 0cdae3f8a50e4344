"""What the system says when something cannot be written, in words that say what to do next."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coursepush.errors import CoursepushError, StoreError, WriteError
from coursepush.files.aside import ASIDE

_NUMBER = re.compile(r"""os error (\d+)|\[Errno (\d+)\]|"errno":"(\d+)\"""")
"""How polars, XlsxWriter and DuckDB tell the system's number, which they do not keep as such."""

_TELLS = {
    errno.ENOSPC: "The disk is full. Free some space on the disk of {folder}, or name a folder on another disk.",
    errno.EDQUOT: "Your share of the disk is used up. Delete files of yours on the disk of {folder}, or name a "
    "folder on another disk.",
    errno.EFBIG: "It would be larger than a file may be: a limit of your programs, or one of the disk. Name a "
    "folder on another disk, or ask whoever looks after this computer.",
    errno.EROFS: "{folder} is on a disk that can only be read. Name another folder.",
    errno.EACCES: "You may not write to {folder}, or the file is open in another program. Close it there, name "
    "another folder, or ask whoever looks after this computer.",
    errno.ENAMETOOLONG: "The name has {bytes:,} bytes, and most disks take 255 (letters beyond English take two "
    "to four each). Shorten it.",
    errno.EILSEQ: "The disk of {folder} does not take such a name. Name it with plain letters and digits.",
    errno.EIO: "The disk of {folder} reports a fault. Name a folder on another disk.",
    errno.EBUSY: "It is in use by another program. Close it there, or choose another name.",
    errno.ELOOP: "It is a symbolic link that leads back to itself. Choose another name.",
    errno.ENOENT: "{folder} is no longer there. Make it, or name another folder.",
    errno.ESTALE: "{folder} is on another computer, which no longer knows it. Try again, or name another folder.",
}
for _same, _as in (("EPERM", "EACCES"), ("ENOTDIR", "ENOENT"), ("EINVAL", "EILSEQ"), ("ETXTBSY", "EBUSY")):
    _TELLS[getattr(errno, _same)] = _TELLS[getattr(errno, _as)]


@contextmanager
def explained(target: Path, *, named: bool = False) -> Generator[None]:
    """What goes wrong with the writing of `target` inside the block becomes a :class:`WriteError`.

    Args:
        named: only what names a file aside: the block does other things with files, too.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, CoursepushError) and not isinstance(error, StoreError):
            raise
        cause = error.__cause__ if isinstance(error, StoreError) else error
        if not isinstance(cause, Exception) or ((named or cause is not error) and ASIDE not in str(cause)):
            raise
        number = _number_of(cause)
        if number is None and not isinstance(cause, OSError):
            raise
        raise WriteError(f"{target} was not written. {_told(number, cause, target)} {_before(target)}") from cause


@contextmanager
def asked_again(file: BinaryIO) -> Generator[None]:
    """Where a library's error does not say that the system refused to write, the system is asked once more.

    polars has errors that keep nothing of why ("transport error").
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, CoursepushError) and _number_of(error) is None:
            try:
                file.seek(0, os.SEEK_END)
                file.write(bytes(_PROBE))
                file.flush()
                os.fsync(file.fileno())
            except OSError as refused:
                raise refused from error
        raise


_PROBE = 64 * 1024


def _number_of(error: Exception) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    text = str(error)
    found = _NUMBER.search(text)
    if found:
        return int(next(filter(None, found.groups())))
    return next((number for number in _TELLS if os.strerror(number) in text), None)


def _told(number: int | None, error: Exception, target: Path) -> str:
    if number in _TELLS:
        return _TELLS[number].format(folder=target.parent, bytes=len(os.fsencode(target.name)))
    said = os.strerror(number) if number is not None else str(error)
    return f"The system says: {said}. Name another folder, or ask whoever looks after this computer."


def _before(target: Path) -> str:
    return "What was there before is as it was." if os.path.lexists(target) else "Nothing was left of it."
