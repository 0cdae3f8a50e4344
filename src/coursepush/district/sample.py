"""The made-up district that every notebook is about, ready-made: made once on a computer, copied each time."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

from coursepush.district.district import District
from coursepush.district.opening import open_district, simulate_district
from coursepush.errors import CoursepushError, RequestError, StoreError
from coursepush.files import new_database, sweep_folder
from coursepush.store.database import Store
from coursepush.store.temporary import PrivateFolder

SIZE, SEED = "small", 7
NAME = "sample-district.duckdb"

_MADE_BY = f"simulate {SIZE}, seed {SEED}"
_PACKAGE = Path(__file__).resolve().parents[1]
_folders: WeakKeyDictionary[Store, PrivateFolder] = WeakKeyDictionary()
"""Each copy's folder, as long as anything holds its store: a plan needs it as the district does."""

_MAKING = ("model", "store", "load", "simulate")
"""Parts of the package that decide what a made-up district holds."""


def sample_district(into: str | os.PathLike[str] | None = None) -> District:
    """The made-up district of the notebooks: a copy of its own, to push into and to undo in.

    It is ``cp.simulate_district("small", seed=7)`` in a file. That is made once and kept in this user's folder for
    caches, so that a copy is there at once.

    Args:
        into: the district file to make; by default one that is gone when the district is let go of.

    Raises:
        RequestError: there is such a file already, or no such folder.
        WriteError: the file cannot be written.

    >>> district = cp.sample_district()
    >>> district.catalogs(year=2027)["name"].to_list()
    ['Elementary', 'High School', 'Middle School']
    """
    if into is None:
        folder = PrivateFolder()
        made = _make(folder.path / NAME)
        _folders[made.store] = folder
        return made
    place = Path(into).expanduser()
    if os.path.lexists(place):
        raise RequestError(f"There is a file {place} already. Open it (cp.open_district), or name another one.")
    return _make(place)


def _make(place: Path) -> District:
    return _copied(place) or simulate_district(SIZE, seed=SEED, into=place)


def _copied(place: Path) -> District | None:
    """A copy of the ready-made district, put where it belongs when it is whole; None where there cannot be one."""
    made = ready_made()
    if made is None:
        return None
    try:
        with new_database(place) as aside:
            shutil.copyfile(made, aside)
            _check(aside)
    except StoreError:  # it is not what was kept there, and is made anew
        with suppress(OSError):
            made.unlink()
        return None
    return open_district(place)


def _check(file: Path) -> None:
    """Look whether a file holds the sample district.

    Raises:
        StoreError: it does not.
    """
    with open_district(file) as district:
        if district.sql("select made_by from push.district").item() != _MADE_BY:
            raise StoreError(f"{file} is another district.")


def ready_made() -> Path | None:
    """The file that is copied; made, if it is not there yet. None where this computer keeps nothing for us."""
    try:
        folder = _cache()
        sweep_folder(folder)
        place = folder / f"sample-{_fingerprint()}.duckdb"
        if not place.is_file():
            with suppress(CoursepushError):  # another program has made it meanwhile
                simulate_district(SIZE, seed=SEED, into=place).close()
            _forget_others(folder, place)
        return place if place.is_file() and not place.is_symlink() else None
    except OSError:
        return None


def _cache() -> Path:
    """This user's folder for what can be made again; nobody else can write to it.

    Raises:
        OSError: there is none, or it is not safe.
    """
    if os.name == "nt":
        parent = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        parent = Path.home() / "Library" / "Caches"
    else:
        parent = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = parent / "coursepush"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    is_private = os.name == "nt" or (status.st_uid == os.getuid() and not status.st_mode & 0o022)
    if not stat.S_ISDIR(status.st_mode) or not is_private:
        raise OSError(f"{folder} is not this user's alone")
    return folder


def _forget_others(folder: Path, place: Path) -> None:
    """Remove what earlier versions kept."""
    for other in folder.glob("sample-*.duckdb"):
        if other != place:
            with suppress(OSError):
                other.unlink()


def _fingerprint() -> str:
    """Another one when anything is that decides what a made-up district holds."""
    found = hashlib.sha256()
    for part in _MAKING:
        for path in sorted((_PACKAGE / part).rglob("*")):
            if path.suffix in (".py", ".sql", ".csv", ".toml"):
                status = path.stat()
                found.update(f"{path.relative_to(_PACKAGE)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return found.hexdigest()[:16]
