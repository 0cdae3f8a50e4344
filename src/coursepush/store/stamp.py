"""What tells that a district's file is, byte for byte, the one that it was at another moment.

A plan keeps the stamp of the file that it was made from. Where the file has the same stamp when the plan is
applied, planning again could give nothing else. The file is only looked at, never opened: closing it would give up
DuckDB's own locks on it. It is looked at while it is held, so that nobody writes it meanwhile.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

Stamp = tuple[int, ...]

_SETTLED = 2.0
"""Seconds. Of a file written less long ago a later write might not show: some keep times in such steps."""

_LOCAL = frozenset(
    "bcachefs btrfs ext2 ext3 ext4 f2fs jfs nilfs2 overlay ramfs reiserfs tmpfs xfs zfs".split()  # noqa: SIM905
)
"""File systems of this machine's own kernel, which tells of each write at once and to the nanosecond or nearly."""

_MOUNTS = Path("/proc/self/mountinfo")


def stamp_of(path: Path) -> Stamp | None:
    """Device, inode, size and both times of the file, in nanoseconds; None where they would prove nothing.

    They prove nothing where they may be kept elsewhere or told late (network drives, folders of another system
    that are lent to a container), where a file system is not known, and on Windows, where a file's ctime is when
    it was made.
    """
    if not _is_local(path) or Path(f"{path}.wal").exists():
        return None
    found = os.stat(path)
    if time.time() - max(found.st_mtime, found.st_ctime) < _SETTLED:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _is_local(path: Path) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        mounts = _MOUNTS.read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    return _kind_of_mount(path, mounts) in _LOCAL


def _kind_of_mount(path: Path, mounts: list[str]) -> str | None:
    """The file system that `path` is in: of the mounts above it the deepest, of those in one place the last."""
    above = {str(place) for place in path.parents}
    found: tuple[int, str | None] = (0, None)
    for line in mounts:
        own, _, source = line.partition(" - ")
        fields = own.split()
        if len(fields) < 5 or not source:
            continue
        place = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        if place in above and len(place) >= found[0]:
            found = (len(place), source.split()[0])
    return found[1]
