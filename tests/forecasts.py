"""The law of forecasts on many random districts: ``python -m tests.forecasts 500``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> None:
    from test_forecast import check

    parser = argparse.ArgumentParser(prog="python -m tests.forecasts", description=__doc__)
    parser.add_argument("districts", type=int, nargs="?", default=500)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    given = parser.parse_args()
    begun, looked_at, moving, moved = time.monotonic(), 0, 0, 0
    for seed in range(given.first, given.first + given.districts):
        try:
            looked, moves = check(seed)
        except AssertionError:
            print(f"seed {seed}:", flush=True)
            raise
        looked_at, moving, moved = looked_at + looked, moving + moves, moved + bool(moves)
    print(
        f"{given.districts} districts: {looked_at:,} grades looked at, {moving:,} move, in {moved} districts; "
        f"each as computed anew after applying ({time.monotonic() - begun:.0f} s)"
    )


if __name__ == "__main__":
    main()
