"""Random scenarios made real and taken back on many districts: ``python -m tests.setups 300``."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> None:
    from test_setup_laws import check

    parser = argparse.ArgumentParser(prog="python -m tests.setups", description=__doc__)
    parser.add_argument("districts", type=int, nargs="?", default=300)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    given = parser.parse_args()
    begun = time.monotonic()
    came: Counter[str] = Counter()
    for seed in range(given.first, given.first + given.districts):
        try:
            came += check(seed)
        except BaseException:
            print(f"seed {seed}:", flush=True)
            raise
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(came.items()))
    print(
        f"{given.districts} districts: scenarios became real as the oracle says, and went back to the id "
        f"({told}; {time.monotonic() - begun:.0f} s)"
    )


if __name__ == "__main__":
    main()
