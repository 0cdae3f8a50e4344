"""Every temporary folder that coursepush makes: private, and gone however the process ends.

Students' work may lie in them in clear: what DuckDB spills, what was in a zip, a district file that is not whole
yet. A folder is this user's alone, holds its owner's mark, and is emptied when its work is done. One whose owner
was killed is removed by the next start of coursepush that looks there: each looks into the system's temporary
folder, and beside the district file that it opens.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import tempfile
import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from coursepush.store.ending import before_a_kernel_ends
from coursepush.store.owner import OwnerMark, if_gone

_NAME = re.compile(r"coursepush-[0-9a-f]{12}")
_OWNER, _FILES = "owner", "files"
_TRIES = 5

_here: set[weakref.ref[PrivateFolder]] = set()


def private_name() -> str:
    """A name for a private folder that nobody has."""
    return f"coursepush-{secrets.token_hex(6)}"


class PrivateFolder:
    """A folder of this user's alone, in the system's temporary folder or in `parent`. `path` is where to write.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, parent: Path | None = None, name: str | None = None) -> None:
        place = Path(tempfile.gettempdir()) if parent is None else parent
        sweep(place)
        before_a_kernel_ends(remove_all)
        self.path = self.place(place, name or private_name())
        self._root = self.path.parent
        mark = self._made(_TRIES)
        self._close = weakref.finalize(self, _empty, self._root, mark, os.getpid())
        _here.add(weakref.ref(self, _here.discard))

    def _made(self, tries: int) -> OwnerMark:
        """Make the folder; again, if another process took it for what one that was killed had begun."""
        self._root.mkdir(mode=0o700)
        mark: OwnerMark | None = None
        try:
            mark = OwnerMark(self._root / _OWNER)
            self.path.mkdir(mode=0o700)
        except BaseException as error:
            if mark is not None:
                mark.release()
            with suppress(OSError):
                self._root.rmdir()
            if isinstance(error, FileNotFoundError) and tries > 1:
                return self._made(tries - 1)
            raise
        return mark

    @staticmethod
    def place(parent: Path, name: str) -> Path:
        """Where the folder called `name` in `parent` keeps its files."""
        return parent / name / _FILES

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        self._close()


@contextmanager
def temporary_folder() -> Generator[Path]:
    """A private folder for the length of a block."""
    folder = PrivateFolder()
    try:
        yield folder.path
    finally:
        folder.close()


def sweep(place: Path) -> None:
    """Remove the private folders in `place` whose owners are gone. What cannot be looked at is left."""
    try:
        with os.scandir(place) as entries:
            found = [Path(each.path) for each in entries if _NAME.fullmatch(each.name)]
    except OSError:
        return
    for root in found:
        with suppress(OSError):
            if _is_ours(root):
                _sweep_one(root)


def remove_all() -> None:
    """Remove every private folder of this process, for a process that is about to end at once."""
    for each in list(_here):
        folder = each()
        if folder is not None:
            folder.close()


def _is_ours(root: Path) -> bool:
    """A folder, no link to one, and this user's."""
    status = root.lstat()
    return stat.S_ISDIR(status.st_mode) and (not hasattr(os, "getuid") or status.st_uid == os.getuid())


def _sweep_one(root: Path) -> None:
    mark = root / _OWNER
    if mark.exists():
        if_gone(mark, lambda: _remove(root))
    else:
        root.rmdir()  # only an empty folder lets it be done; a maker that lives makes it anew


def _empty(root: Path, mark: OwnerMark, pid: int) -> None:
    if os.getpid() == pid:  # a process that was forked off has no say in it
        shutil.rmtree(root / _FILES, ignore_errors=True)
        with suppress(OSError):
            mark.release()
            root.rmdir()


def _remove(root: Path) -> None:
    """The mark last, so that what is killed here is found again."""
    shutil.rmtree(root / _FILES, ignore_errors=True)
    if not (root / _FILES).exists():
        (root / _OWNER).unlink(missing_ok=True)
        root.rmdir()
