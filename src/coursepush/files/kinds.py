"""What kind of file is in the way: told by its content, never by its name.

A page, a saved plan, an Excel file and a Parquet file carry a mark of coursepush. CSV and Markdown have no place
for one; there a former file is known by how all files of coursepush of that kind begin.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from enum import Enum
from pathlib import Path

MARK = "coursepush"
"""What pages, Excel files and Parquet files have as the program that made them."""

PAGE_MARK = f'<meta name="generator" content="{MARK}">'
"""Stands in the head of every page."""

APPROVAL_MARK = {"coursepush": "approval", "version": 1}
"""What an approval's file begins with."""

SCENARIO_MARK = "# A scenario of coursepush, version 1"
"""The first line of a scenario's file."""

MAPPING_MARK = "# A mapping of coursepush, edited in the load panel"
"""The first line of a mapping that was edited there."""

NOTIFY_MARK = {"coursepush": "notifications", "version": 1}
"""What the file of those begins with who are told of a queue's jobs."""

PARQUET_MARK = {"made_by": MARK}
"""Stands among a Parquet file's own metadata."""

BOM = b"\xef\xbb\xbf"
"""How every CSV file of coursepush begins, for Excel's sake; few other programs write it."""

_HEAD = 64 * 1024
_MOST = 16 * 1024**2
"""So many bytes are read at most to tell a kind."""

_SECTOR = 512
_LOCKING = """
import sys
with open(sys.argv[1], "rb") as file:
    head = file.read(16)
print(int(head[8:12] == b"DUCK" or head == b"SQLite format 3\\0"))
"""


class Kind(Enum):
    """What is being written: what it is called in messages."""

    PLAN = "a saved plan"
    APPROVAL = "an approval"
    SCENARIO = "a scenario"
    MAPPING = "a mapping that was edited in the load panel"
    NOTIFY = "a list of addresses for notifications"
    PAGE = "a page"
    CSV = "a CSV file"
    EXCEL = "an Excel file"
    PARQUET = "a Parquet file"
    MARKDOWN = "a Markdown file"
    KEPT = "a file that is edited by hand"
    """A draft, a notebook: never replaced."""

    def is_former(self, path: Path) -> bool:
        """Whether the file at `path` is one that coursepush made, of this kind.

        Raises:
            OSError: it cannot be read.
        """
        tell = _FORMER.get(self)
        return tell is not None and not is_database(path) and tell(path, _head(path))


OF_ROWS = {".csv": Kind.CSV, ".xlsx": Kind.EXCEL, ".parquet": Kind.PARQUET, ".md": Kind.MARKDOWN}
"""What rows are written as, by the ending of the name."""

OF_PAGES = {".html": Kind.PAGE, ".htm": Kind.PAGE}


def what_is(path: Path) -> str:
    """What a file is, in words, as far as can be told; for messages."""
    if is_database(path):
        return "a district's file or another database"
    head = _head(path)
    for kind, tell in _FORMER.items():
        if tell(path, head):
            return f"{kind.value} that coursepush made"
    for begins, what in _BEGINS.items():
        if head.startswith(begins):
            return f"{what} that coursepush did not make"
    return "a file that coursepush did not make"


def is_database(path: Path) -> bool:
    """Whether a file is a DuckDB or SQLite database.

    Both lock their files in a way that a process loses when it closes any file of its own on them. So whatever may
    be one by its size is looked at by another process; and is taken for one where that cannot be done.
    """
    size = path.stat().st_size
    if not size or size % _SECTOR:
        return False
    if os.name == "nt":
        head = _head(path)
        return head[8:12] == b"DUCK" or head.startswith(b"SQLite format 3\0")
    command = [sys.executable or "python3", "-I", "-S", "-c", _LOCKING, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return True
    return done.stdout.strip() != b"0"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _is_plan(path: Path, head: bytes) -> bool:
    """The first line of a saved plan is JSON that has its digest and the version of the rules."""
    if not head.startswith(b"\x1f\x8b"):
        return False
    try:
        with path.open("rb") as file:
            unpacked = zlib.decompressobj(wbits=31).decompress(file.read(_MOST), _MOST)
    except zlib.error:
        return False
    first = unpacked.partition(b"\n")[0]
    return first.startswith(b"{") and b'"rules_version"' in first and b'"digest"' in first


def _is_approval(path: Path, head: bytes) -> bool:
    return re.match(rb'\{\s*"coursepush": "approval",', head) is not None


def _is_notify(path: Path, head: bytes) -> bool:
    return re.match(rb'\{\s*"coursepush": "notifications",', head) is not None


def _is_page(path: Path, head: bytes) -> bool:
    return head.startswith(b"<!doctype html>") and PAGE_MARK.encode() in head


def _is_csv(path: Path, head: bytes) -> bool:
    return head.startswith(BOM)


def _is_excel(path: Path, head: bytes) -> bool:
    """Who made it is among a workbook's properties, and stays there when Excel saves it."""
    if not head.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(path) as book, book.open("docProps/core.xml") as properties:
            return re.search(rb"<dc:creator>coursepush</dc:creator>", properties.read(_HEAD)) is not None
    except (KeyError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error, zipfile.BadZipFile):
        return False


def _is_parquet(path: Path, head: bytes) -> bool:
    """The metadata stand at the end: the length of them in four bytes, and ``PAR1``."""
    if not head.startswith(b"PAR1"):
        return False
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 8))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, end - 8 - min(length, _MOST)))
        metadata = file.read(min(length, _MOST))
    ((key, value),) = PARQUET_MARK.items()
    return key.encode() in metadata and value.encode() in metadata


def _is_markdown(path: Path, head: bytes) -> bool:
    """A report begins with what it is, rows alone with a table."""
    return head.startswith((b"**Report:** ", b"| "))


_FORMER: dict[Kind, Callable[[Path, bytes], bool]] = {
    Kind.PLAN: _is_plan,
    Kind.APPROVAL: _is_approval,
    Kind.NOTIFY: _is_notify,
    Kind.PAGE: _is_page,
    Kind.CSV: _is_csv,
    Kind.EXCEL: _is_excel,
    Kind.PARQUET: _is_parquet,
    Kind.MARKDOWN: _is_markdown,
    Kind.SCENARIO: lambda path, head: head.startswith(SCENARIO_MARK.encode()),
    Kind.MAPPING: lambda path, head: head.startswith(MAPPING_MARK.encode()),
}

_BEGINS = {
    b"PK": "an Excel file or another zip",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a packed file",
    b"<": "a page",
    b"%PDF": "a PDF file",
    b"{": "a notebook or another JSON file",
}
