"""Fuzzed extracts: each is refused in words, or it loads and everything works; none takes long or much memory.

    python -m tests.fuzz_extracts [N] [--from NUMBER] [--jobs 2]      # N extracts, 200 by default

Each extract (:mod:`fuzzed`) is loaded in a child process. It is refused with findings that say what to do; or it
loads, and every plan and report of it is made. Any other error, a process that dies, more than ten seconds or more
than a GiB is a fault, told with the extract's number: `--from NUMBER 1` does it again.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

try:
    import resource
except ImportError:  # Windows
    resource = None

MOST_SECONDS = 10
MOST_MEMORY = 1024**3
PATIENCE = 60
"""Seconds of the processor after which an extract is given up, and its process ended by the system."""

_SILENCE = 3 * 3600
"""Seconds after which a process is killed that waits for something, on a machine that has much other work."""

BATCH = 25
"""Extracts one after another in one process."""


class Came(NamedTuple):
    """What came of an extract: `what` is refused, loaded or a fault; `said` what was done, or what went wrong."""

    number: int
    what: str
    seconds: float
    memory: int
    said: str


def try_one(number: int) -> Came:
    """Load the extract of that number here, and whatever can be asked of it."""
    sys.path.insert(0, str(Path(__file__).parent))
    from fuzzed import make_extract

    folder = Path(tempfile.mkdtemp(prefix="fuzzed-"))
    try:
        source, done = make_extract(number, folder)
        _forget_peak()
        begun, cpu = time.perf_counter(), time.process_time()
        what, said = _outcome(source, number)
        seconds = min(time.perf_counter() - begun, time.process_time() - cpu)  # others may have the processor
        return Came(number, what, seconds, _peak(), f"{done}{said}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _outcome(source: Path, number: int) -> tuple[str, str]:
    from whole_way import every_plan, every_report

    import coursepush as cp
    from coursepush.errors import LoadError

    try:
        district = cp.load_district(source, repair=number % 3 == 0)
    except LoadError as error:
        found = error.findings
        if found is None or not found.height or found["message"].null_count() or len(str(error)) > 20_000:
            return "fault", f": refused without findings, or without end: {str(error)[:500]}"
        return "refused", ""
    except BaseException:
        return "fault", f"\n{traceback.format_exc(limit=-6)}"
    with district:
        try:
            every_plan(district)
            every_report(district)
        except BaseException:
            return "fault", f"\n{traceback.format_exc(limit=-6)}"
    return "loaded", ""


def _forget_peak() -> None:
    with contextlib.suppress(OSError):  # where there is none, the peak is that of all extracts until now
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """Bytes that this process has held at most since then; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    return 0


# -- many of them ----------------------------------------------------------------------------------------


def try_many(numbers: range) -> Iterator[Came]:
    """One after another in a child process, a new one after each that died or took too long."""
    left = list(numbers)
    while left:
        command = [sys.executable, "-u", __file__, "--child", *map(str, left)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, said = child.communicate(timeout=_SILENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            out, said = child.communicate()
        came = [Came(*_parsed(line)) for line in out.splitlines() if line.startswith("came\t")]
        yield from came
        left = left[len(came) :]
        if left:
            yield Came(left[0], "fault", 0, 0, f"the process ended with {child.returncode}: {said[-500:]}")
            left = left[1:]


def _parsed(line: str) -> tuple[int, str, float, int, str]:
    _, number, what, seconds, memory, said = line.split("\t", 5)
    return int(number), what, float(seconds), int(memory), said.replace("\\n", "\n")


def child(numbers: list[int]) -> None:
    for number in numbers:
        _give_up_after(PATIENCE)
        came = try_one(number)
        said = came.said.replace("\n", "\\n").replace("\t", " ")
        line = f"came\t{came.number}\t{came.what}\t{came.seconds:.3f}\t{came.memory}\t{said}\n"
        sys.stdout.buffer.write(line.encode("utf-8", "replace"))
        sys.stdout.flush()


def _give_up_after(seconds: int) -> None:
    """Let the system end this process when it has had the processor for so long from now on."""
    if resource is not None:
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds, most))


def main(extracts: int, first: int, jobs: int) -> int:
    """Try them, print what came of them, and give the number of faults."""
    batches = [range(at, min(at + BATCH, first + extracts)) for at in range(first, first + extracts, BATCH)]
    came: list[Came] = []
    with ThreadPoolExecutor(jobs) as pool:
        for some in pool.map(lambda numbers: list(try_many(numbers)), batches):
            came += some
            for one in filter(is_fault, some):
                print(f"\nFAULT in {one.number}: {one.seconds:.1f} s, {_mib(one)}, {one.said}\n")
            print(f"{len(came):,} extracts: {dict(Counter(one.what for one in came))}", flush=True)
    slow, large = max(came, key=lambda one: one.seconds), max(came, key=lambda one: one.memory)
    print(f"the slowest: {slow.seconds:.1f} s ({slow.number}: {slow.said.splitlines()[0]})")
    print(f"the largest: {_mib(large)} ({large.number}: {large.said.splitlines()[0]})")
    faults = sum(map(is_fault, came))
    print(f"faults: {faults} in {len(came):,} extracts")
    return faults


def is_fault(one: Came) -> bool:
    return one.what == "fault" or one.seconds > MOST_SECONDS or one.memory > MOST_MEMORY


def _mib(one: Came) -> str:
    return f"{one.memory / 1024**2:,.0f} MiB"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child([int(each) for each in sys.argv[2:]])
    else:
        parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
        parser.add_argument("extracts", type=int, nargs="?", default=200)
        parser.add_argument("--from", type=int, default=0, dest="first", help="the number of the first")
        parser.add_argument("--jobs", type=int, default=2, help="so many processes at a time")
        given = parser.parse_args()
        sys.exit(bool(main(given.extracts, given.first, given.jobs)))
