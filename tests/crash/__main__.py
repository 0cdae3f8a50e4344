"""The proof as a command."""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from . import kills, stops
from .bench import rehearsed
from .works import WORKS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=60, help="of an apply; of each other work a fifth")
    parser.add_argument("--only", action="append", choices=WORKS, help="of these works alone, each so often")
    parser.add_argument("--stops", type=int, help="how often each command is stopped; a fifth of the kills")
    parser.add_argument(
        "--full",
        type=int,
        help="how often each command's disk is full, or, where none can be mounted, no file may grow; "
        "a fifth of the kills",
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    fifth = given.kills // 5
    chance = random.Random(given.seed)
    begun = time.monotonic()
    for name in given.only or WORKS:
        with rehearsed(WORKS[name]) as bench:
            number = given.kills if given.only or name == "apply" else fifth
            if number:
                print(kills.told(name, kills.kill_each(bench, number, chance)), flush=True)
            if bench.work.command:
                figures = stops.stop_each(bench, fifth if given.stops is None else given.stops, chance)
                full = fifth if given.full is None else given.full
                on_disk = stops.fill_disk(bench, full, chance)
                figures += stops.fill_each(bench, full if on_disk is None else full // 5, chance)
                print(stops.told(name, figures + (on_disk or stops.Figures())), flush=True)
                if on_disk is None:
                    print("  no small file system could be mounted here", flush=True)
    print(f"whole each time, and told truly: {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
