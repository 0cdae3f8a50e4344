"""A folder of files: made aside, and put in its place whole, with a manifest, in the place of a former one."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from coursepush.errors import RequestError, WriteError, counted, examples
from coursepush.files.aside import (
    OLD,
    aside_of,
    asides,
    flush_file,
    flush_folder,
    folder_aside,
    held,
    is_left,
    reached,
    remove,
    remove_left,
    sweep,
)
from coursepush.files.faults import asked_again, explained
from coursepush.files.manifest import NAME, Manifest, ManifestFault, differences, read_manifest, write_manifest


class FolderKind(Enum):
    """What a folder holds: its word in the manifest."""

    TABLES = "tables"
    SIMULATED = "simulated tables"
    CHANGES = "change files"
    PARTS = "a report in parts"
    ANSWERS = "answers of a state's districts"


@dataclass
class NewFolder:
    """A folder that is being filled.

    Attributes:
        path: where its files are to be written, for those that write by path; not where it will be.
        place: where it will be.
        rows: file → how many rows it has; each file has to be among them.
    """

    path: Path
    place: Path
    rows: dict[str, int] = field(default_factory=dict[str, int])

    @contextmanager
    def new_file(self, name: str) -> Generator[BinaryIO]:
        """A file to write to. Its rows have to be told in :attr:`rows`."""
        with (self.path / name).open("w+b") as file, asked_again(file):
            yield file
        reached(f"file {len(self.rows) + 1}")


@contextmanager
def new_folder(path: str | os.PathLike[str], kind: FolderKind) -> Generator[NewFolder]:
    """A folder to fill; when the block ends it is in its place whole, and where it raises there is none.

    It may take the place of an empty folder, or of a former one of its kind that is just as it was written and has
    no file that this one has not. That one stays until then. Folders above it are made.

    Raises:
        RequestError: what is there may not be replaced; says why, and what to do.
        WriteError: it cannot be written: no room, no right, a name too long. What was there before stays.
    """
    given = Path(path).expanduser()
    with explained(given):
        place = _place_of(given)
        sweep(place)
        _give_back(place)
        former, seen = _former(given, place, kind), _seen(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        with folder_aside(place, _mode_of(place)) as aside:
            reached("opened")
            new = NewFolder(aside, place)
            yield new
            reached("written")
            _finish(new, kind)
            reached("flushed")
            if _seen(place) != seen:
                former = _former(given, place, kind)
            _check_nothing_is_lost(given, former, new)
            _put(aside, place)


def _place_of(given: Path) -> Path:
    """Where a folder of that name really goes.

    Raises:
        RequestError: there is something that is no folder, or one that cannot be replaced.
    """
    try:
        place = Path(os.path.realpath(given))
    except ValueError as error:  # a NUL in it
        raise RequestError(f"{str(given)!r} cannot be the name of a folder. Choose another one.") from error
    try:
        there = place.lstat()
    except FileNotFoundError:
        return place
    if not stat.S_ISDIR(there.st_mode):
        raise RequestError(f"{given} is a file. Name a folder, or one that is to be made.")
    if place == Path.cwd() or os.path.ismount(place):
        raise RequestError(
            f"{given} is the folder that you are in, or a disk of its own. Name a new folder in it."
        )
    return place


def _mode_of(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode) | 0o700 if place.exists() else 0o777


def _seen(place: Path) -> dict[str, tuple[int, int]] | None:
    """Sizes and times of what is in a folder, by which it is known whether it was touched."""
    if not place.exists():
        return None
    return {each.name: (each.stat().st_size, each.stat().st_mtime_ns) for each in os.scandir(place)}


def _check_nothing_is_lost(given: Path, former: Manifest | None, new: NewFolder) -> None:
    lost = [] if former is None else sorted(former.files.keys() - new.rows.keys())
    if former is not None and lost:
        raise RequestError(
            f"{given} holds {former.kind} with {counted(len(lost), 'file')} that would not be there any more: "
            f"{examples(lost)}. It was left as it is. Name another folder, or delete it first."
        )


def _former(given: Path, place: Path, kind: FolderKind) -> Manifest | None:
    """The manifest of the former folder; None where there is none, or an empty one.

    Raises:
        RequestError: what is there may not be replaced.
    """
    if not place.exists():
        return None
    how = "Name another folder, or delete it first if nobody needs it."
    try:
        manifest = read_manifest(place)
    except ManifestFault as error:
        raise RequestError(f"{given} has a {NAME} that cannot be read ({error}). {how}") from error
    if manifest is None:
        inside = sorted(each.name for each in place.iterdir())
        if inside:
            raise RequestError(
                f"{given} is there already, and is not an empty folder: it holds {examples(inside)}. {how}"
            )
        return None
    if manifest.kind != kind.value:
        raise RequestError(f"{given} holds {manifest.kind}, not {kind.value}. {how}")
    found = differences(place, manifest)
    if found:
        told = [
            f"{what}: {examples(names)}"
            for what, names in (("missing", found.missing), ("changed", found.changed), ("added", found.added))
            if names
        ]
        raise RequestError(
            f"{given} is not as coursepush wrote it any more ({'; '.join(told)}), so it was left as it is. {how}"
        )
    return manifest


def _finish(new: NewFolder, kind: FolderKind) -> None:
    written = {path.name for path in new.path.iterdir() if not path.name.startswith(".")}
    if written != new.rows.keys():
        raise WriteError(f"{new.place} was not written: files and rows do not fit together. Please report this.")
    write_manifest(new.path, kind.value, new.rows)
    for name in (*new.rows, NAME):
        flush_file(new.path / name)
    flush_folder(new.path)


def _put(aside: Path, place: Path) -> None:
    """Give the folder its name; the former one makes room just before, and takes it back if that fails."""
    if not os.path.lexists(place):
        aside.rename(place)
        reached("renamed")
        flush_folder(place.parent)
        return
    os.chmod(aside, stat.S_IMODE(place.stat().st_mode))
    with held(place):
        old = aside_of(place, OLD)
        place.rename(old)
        reached("old aside")
        try:
            aside.rename(place)
        except BaseException:
            old.rename(place)
            raise
        reached("renamed")
        flush_folder(place.parent)
        with suppress(OSError):
            remove(old)


def _give_back(place: Path) -> None:
    """A writer that was killed between two names left the former folder aside: it gets its name back."""
    for old in asides(place, OLD):
        with suppress(OSError):
            if os.path.lexists(place):
                remove_left(old)
            elif is_left(old):
                old.rename(place)
