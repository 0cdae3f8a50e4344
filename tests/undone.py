"""Apply, undo, apply on many random districts, which must come out the same: ``python -m tests.undone 1000``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> None:
    from test_laws_undo import apply_undo_apply

    parser = argparse.ArgumentParser(prog="python -m tests.undone", description=__doc__)
    parser.add_argument("districts", type=int, nargs="?", default=1000)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    given = parser.parse_args()
    begun, pushes, rows = time.monotonic(), 0, 0
    for seed in range(given.first, given.first + given.districts):
        try:
            written = apply_undo_apply(seed, seed % 4 + 1)
        except AssertionError:
            print(f"seed {seed}:", flush=True)
            raise
        pushes, rows = pushes + bool(written), rows + written
    print(
        f"{given.districts} districts: {pushes} pushes of {rows:,} rows were taken back and pushed again, and "
        f"every value, link and id was as before ({time.monotonic() - begun:.0f} s)"
    )


if __name__ == "__main__":
    main()
