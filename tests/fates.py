"""What becomes of rows, and sections side by side, on many random districts: ``python -m tests.fates 240``."""

from __future__ import annotations

import argparse
import random
import sys
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> None:
    from engine import plan_of, store_of
    from random_districts import make_district, make_request
    from test_before_after import holds
    from test_fates import agree, lines_add_up

    parser = argparse.ArgumentParser(prog="python -m tests.fates", description=__doc__)
    parser.add_argument("districts", type=int, nargs="?", default=240)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    given = parser.parse_args()
    begun, rows = time.monotonic(), 0
    for seed in range(given.first, given.first + given.districts):
        try:
            tables = make_district(seed)
            with closing(store_of(tables)) as store:
                plan = plan_of(store, *make_request(seed, tables))
                rows += len(agree(plan))
                lines_add_up(plan, tables, random.Random(seed))
            holds(seed)
        except AssertionError:
            print(f"seed {seed}:", flush=True)
            raise
    print(
        f"{given.districts} districts: {rows:,} rows, each counted once by fate, school and teacher; sections "
        f"side by side are what stands before and after applying ({time.monotonic() - begun:.0f} s)"
    )


if __name__ == "__main__":
    main()
