"""What is not killed has to say the truth: commands that are stopped or whose disk is full, and how they exit."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from .bench import AS_BEFORE, DONE, Bench
from .children import Child, Ending, done, run
from .works import fresh_copy

WRITTEN, NOT_KNOWN = (0, 3), 4
NOTHING = "Nothing was written"

Figures = Counter[tuple[str, int, str, str]]
"""What was done to it, the exit code, what was left, the last line that it said: how often."""


def command(bench: Bench, place: Path, *, ending: Ending | None = None, bytes_a_file: int | None = None) -> Child:
    """The work as a command in a process of its own, on what it starts from."""
    if place == bench.place:
        bench.fresh()
    else:
        fresh_copy(bench.base, place)

    def begin(ready: Callable[[], None]) -> None:
        from coursepush.cli.main import main

        os.chdir(place)
        sys.argv = ["coursepush", *bench.work.command]
        ready()
        main()

    return run(begin, bench.spill, ending=ending, bytes_a_file=bytes_a_file)


def rehearse(bench: Bench) -> Child:
    """Do it once: what is there afterwards is what the command makes, which names its source in its own way."""
    child = command(bench, bench.place)
    assert child.code == 0, child.said
    bench.after = done(lambda: bench.work.look(bench.place), bench.spill)
    return child


def stop_each(bench: Bench, times: int, chance: random.Random) -> Figures:
    """Ctrl-C or SIGTERM at any of the statements, so often."""
    figures: Figures = Counter()
    names = rehearse(bench).names
    # half of them where it matters: from a little before the commit to the end
    late = len(names) - 1 - names[::-1].index("commit")
    for time in range(times):
        number = chance.randint(late - 5, len(names) - 1) if time % 2 else chance.randrange(len(names))
        kind = chance.choice((signal.SIGINT, signal.SIGTERM))
        ending = Ending(kind, number + 1, chance.choice((0.0, chance.uniform(0, 0.003))))
        child = command(bench, bench.place, ending=ending)
        assert child.code in (*WRITTEN, 128 + kind), f"{bench.work.name}, {kind.name}: {child.code}, {child.said}"
        figures[kind.name, child.code, *checked(bench, child)] += 1
    return figures


def fill_each(bench: Bench, times: int, chance: random.Random) -> Figures:
    """A file that grows no further than to a random byte, so often."""
    figures: Figures = Counter()
    rehearse(bench)
    largest = max(path.stat().st_size for path in bench.place.iterdir()) * 1.2
    for _ in range(times):
        child = command(bench, bench.place, bytes_a_file=_some_bytes(largest, chance))
        figures["file limit", child.code, *checked(bench, child)] += 1
    return figures


def fill_disk(bench: Bench, times: int, chance: random.Random) -> Figures | None:
    """The same on a small file system that is full at a random byte; None where none can be mounted."""
    figures: Figures = Counter()
    rehearse(bench)
    size, done_size = _pages(bench.base), _pages(bench.place)
    for _ in range(times):
        with _small_disk(bench.place.with_name("disk"), size + _some_bytes(done_size, chance)) as disk:
            if disk is None:
                return None
            place = disk / "work"
            child = command(bench, place)
            if bench.work.needs_room:
                subprocess.run(["mount", "-o", f"remount,size={4 * (size + done_size)}", str(disk)], check=True)
            kept, bench.place = bench.place, place
            try:
                found = checked(bench, child)
            finally:
                bench.place = kept
            figures["full disk", child.code, *found] += 1
    return figures


def _pages(folder: Path) -> int:
    """Bytes that a folder takes on such a file system: whole pages, and one a name."""
    return sum(4096 * (2 + path.stat().st_size // 4096) for path in folder.rglob("*"))


def _some_bytes(most: float, chance: random.Random) -> int:
    """A number of bytes, small ones as likely as large ones: a journal is small, a file large."""
    return int(most ** chance.uniform(0.6, 1.0))


@contextmanager
def _small_disk(place: Path, size: int) -> Generator[Path | None]:
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def checked(bench: Bench, child: Child) -> tuple[str, str]:
    """What is left, and the last line that was said: message and exit code are true to it."""
    outcome = bench.left(child)
    said = child.said
    what = f"{bench.work.name} ended with {child.code} at {child.names[-1:]} and left it as {outcome}:\n{said}"
    if child.code in WRITTEN:
        assert outcome == DONE, what
    elif child.code != NOT_KNOWN:
        assert child.code in (1, 130, 143), what
        assert outcome == AS_BEFORE, what
    if outcome == DONE:
        assert NOTHING not in said, what
    assert "Traceback" not in said, what
    lines = [line for line in said.splitlines() if line.strip()]
    return outcome, re.sub(r"/\S*/|\d+", "…", lines[-1]) if lines else ""


def told(name: str, figures: Figures) -> str:
    lines = [
        f"  {kind:12} exit {code:4} {outcome:7} {number:5}   {said}"
        for (kind, code, outcome, said), number in sorted(figures.items())
    ]
    return "\n".join([f"{name}, as a command", *lines])
