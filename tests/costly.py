"""Which tests run each time, and which take turns.

Most of the suite's time is spent by a quarter of its tests: whole ways from an extract to an undo. A run of
everything that names no test takes what costs little, and of what costs much one hand: the costly tests are dealt
into :data:`HANDS` hands, file by file, so that each hand has something of every file, and the commit says which
hand it is. After a few commits all have run, and any run can be had again. `--turn 3` takes the third hand,
`--turn all` (and `--slow`) all of them; who names files or tests gets what was named.

``costs.tsv`` has what a test costs, in seconds, as last measured: of processor time, in a browser of the clock. A
test that is not in it runs each time. It is made anew from records of runs (`COURSEPUSH_CPU=record.tsv`)::

    python -m tests.costly record.tsv ...

A test keeps the most it ever cost in them, since whichever test comes first pays for what it shares with others.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

COSTLY = 0.5
"""Seconds: what costs as much takes turns."""

HANDS = 12

IN_A_BROWSER = "tests/browser/"

HANDS_OF = {IN_A_BROWSER: 3}
"""Folders with another number of hands: few tests stand there for much."""

COSTS = Path(__file__).parent / "costs.tsv"

ROOT = Path(__file__).resolve().parents[1]


def function_of(nodeid: str) -> str:
    """A test without its parameters, of which each is dealt for itself."""
    return nodeid.partition("[")[0]


def read_costs(path: Path = COSTS) -> dict[str, float]:
    """Seconds by test."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {test: float(seconds) for seconds, test in (line.split("\t") for line in lines)}


def of_commit() -> int:
    """The turn of the commit that is checked out, from 1 to HANDS; 1 where there is no repository.

    >>> 1 <= of_commit() <= HANDS
    True
    """
    asked = ("git", "-C", str(ROOT), "rev-parse", "HEAD")
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return 1
    return int(told, 16) % HANDS + 1


def waiting(nodeids: Sequence[str], turn: int, costs: Mapping[str, float]) -> set[str]:
    """The costly ones among these tests that wait for another turn.

    >>> costs = {"a.py::one": 3.0, "a.py::two": 0.1}
    >>> hands = [waiting(["a.py::one", "a.py::two"], turn, costs) for turn in range(1, HANDS + 1)]
    >>> sum("a.py::one" not in hand for hand in hands), any("a.py::two" in hand for hand in hands)
    (1, False)
    """
    apart = defaultdict[str, list[str]](list)
    for nodeid in nodeids:
        if costs.get(function_of(nodeid), 0.0) >= COSTLY:
            apart[next((folder for folder in HANDS_OF if nodeid.startswith(folder)), "")].append(nodeid)
    found = set[str]()
    for folder, costly in apart.items():
        number = HANDS_OF.get(folder, HANDS)
        hand = (turn - 1) % number
        found.update(nodeid for nodeid, dealt in _deal(costly, number, costs).items() if dealt != hand)
    return found


def _deal(nodeids: Iterable[str], number: int, costs: Mapping[str, float]) -> dict[str, int]:
    """To each test its hand: the one that has least of its file, and of those the cheapest."""
    files = defaultdict[str, list[str]](list)
    for nodeid in nodeids:
        files[nodeid.partition("::")[0]].append(nodeid)
    total = [0.0] * number
    dealt: dict[str, int] = {}
    for file in sorted(files):
        of_file = Counter[int]()
        for nodeid in sorted(files[file], key=lambda one: (-costs[function_of(one)], one)):
            hand = min(range(number), key=lambda one: (of_file[one], total[one], one))
            dealt[nodeid] = hand
            of_file[hand] += 1
            total[hand] += costs[function_of(nodeid)]
    return dealt


def most(records: Iterable[Path]) -> dict[str, float]:
    """By test the most that one of its parameters cost on average over a record, of all records."""
    found = defaultdict[str, float](float)
    for record in records:
        spent, times = defaultdict[str, float](float), Counter[str]()
        for line in record.read_text(encoding="utf-8").splitlines():
            seconds, _, nodeid = line.partition("\t")
            spent[function_of(nodeid)] += float(seconds)
            times[function_of(nodeid)] += 1
        for test, seconds in spent.items():
            found[test] = max(found[test], seconds / times[test])
    return found


def main(records: Sequence[str]) -> None:
    if not records:
        raise SystemExit(
            "Name a record: COURSEPUSH_CPU=record.tsv python -m pytest --turn all, then this command."
        )
    costly = {test: seconds for test, seconds in most(map(Path, records)).items() if seconds >= COSTLY}
    lines = [f"{seconds:.1f}\t{test}\n" for test, seconds in sorted(costly.items())]
    COSTS.write_text("".join(lines), encoding="utf-8")
    print(f"{len(costly)} tests cost {COSTLY} seconds or more")


if __name__ == "__main__":
    main(sys.argv[1:])
