"""The law of scenarios on many random districts: ``python -m tests.scenarios 300``."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> None:
    from test_scenario_laws import check

    parser = argparse.ArgumentParser(prog="python -m tests.scenarios", description=__doc__)
    parser.add_argument("districts", type=int, nargs="?", default=300)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    given = parser.parse_args()
    begun, came = time.monotonic(), Counter[str]()
    for seed in range(given.first, given.first + given.districts):
        try:
            came.update(check(seed))
        except BaseException:
            print(f"seed {seed}:", flush=True)
            raise
    told = ", ".join(f"{name} {number:,}" for name, number in sorted(came.items()))
    print(f"{given.districts} districts, each as really edited so ({time.monotonic() - begun:.0f} s): {told}")


if __name__ == "__main__":
    main()
