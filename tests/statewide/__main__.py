"""A state of fifty districts on an engine, held to one process: `python -m tests.statewide here sail`.

Digests, counts and rows of each district are those of a plain loop, whatever else is in the lake; on Spark
standalone an executor is killed in the middle, and nothing is lost and nothing is there twice. Sail needs an
environment with `coursepush[sail]`; `spark`, `connect`, `standalone`, `packed` and `cost` need one with
`coursepush[spark]` and Java 17, `packed` venv-pack besides. What was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from . import cost, packed
from .proofs import PROOFS
from .state import Kept


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.statewide", description=__doc__)
    parser.add_argument("engines", nargs="+", choices=[*PROOFS, "packed", "cost"])
    parser.add_argument("--small", type=int, default=45)
    parser.add_argument("--medium", type=int, default=3)
    parser.add_argument("--archive", type=Path, help="with packed: what venv-pack made; else it is made")
    parser.add_argument(
        "--keep",
        type=Path,
        default=Path(tempfile.gettempdir()) / "coursepush-state",
        help="where the state and what one process says of it are kept for the next engine",
    )
    given = parser.parse_args()
    for name in given.engines:
        if name == "packed":
            packed.prove(given.keep / "packed", given.archive)
            continue
        kept = Kept.within(given.keep, given.small, given.medium)
        kept.make()
        if name == "cost":
            cost.tell_cost(kept)
        else:
            PROOFS[name](kept)


if __name__ == "__main__":
    main()
