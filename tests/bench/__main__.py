"""The benchmark's command.

    python -m tests.bench                                   # all of it; writes tests/bench/RESULTS.md
    python -m tests.bench small medium --only floor         # a part of it; prints the table
    python -m tests.bench --districts FOLDER                # keeps the districts it makes for the next run

Every measurement has a fresh process. All of it takes an hour or two on two cores, some 8 GB of disk in the
temporary folder (TMPDIR), and for the alternatives the packages of the extra ``bench`` and PostgreSQL.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from . import against_floor, against_grades, against_others, against_queries, against_scores, clicks, one_course
from .machine import described
from .run import SIZES, Run
from .sections import HERE
from .table import rendered

PARTS = ("floor", "reports", "one-course", "alternatives", "grades", "loading", "panels")
RESULTS = HERE / "RESULTS.md"

NOTES = """\
Figures are the best of so many times in one fresh process; a ratio is how many times as long as what it is held
against (an alternative's: how many times as long as coursepush). The push is everywhere Push All Course Masters
of High School, 2026, overwrite, on to sections, all data, unless the line says otherwise. Peak memory is that of
the whole process, with what came before the measured part. The floor and the hand-written queries are in
`floor.sql` and `reports.sql`; they run over plain DuckDB with the same memory and threads, on a file attached
afresh each time. "Whole tables" compares the whole district, in all years, whatever is locked; "what this push
reaches" only the courses and sections of the push. Apply need not plan again, since the file is as it was planned
from; its aim is from when it had to, and has the plan in it. The alternatives start with the tables loaded and
indexed, and end with tables equal to coursepush's, ids included; but they say nothing of what they do: no verdict
and no reason, no history to undo it from, no second look before writing and no check after it. Coursepush does
all of that in its apply.
Grades are those of `GRADES.md`. A forecast is timed from the plan to its counts, of a push of the same kind, in a
copy of the district where one category of each course master of the catalog weighs 5 more; so it is of what that
push reaches. The joins it is held against sum points and know no rule. polars and the loop over students are given
the tables before and after the push, and give the percents alone, which have to be the forecast's.
Clicks in panels are measured in the kernel's process, from what the browser sends to what the panel sends back;
what the browser and the way to it add is not in them. Processor time stands beside, for a shared machine."""


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure coursepush.")
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help=f"of {', '.join(SIZES)}; all by default")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be given several times")
    parser.add_argument("--districts", type=Path, help="folder of <size>.duckdb; made there where missing")
    parser.add_argument("--repeats", type=int, default=5, help="best of so many; 5 by default")
    parser.add_argument(
        "--alternatives-on",
        nargs="+",
        choices=SIZES,
        default=["medium"],
        help="sizes for the alternatives; medium by default; a push is given up after 10 minutes",
    )
    known = [alternative.module for alternative in against_others.ALTERNATIVES]
    parser.add_argument(
        "--alternatives", nargs="+", choices=known, default=known, help="which of them; all by default"
    )
    parser.add_argument("--out", type=Path, help="write the table here; RESULTS.md by default if all was run")
    found = parser.parse_args(given)
    unknown = [size for size in found.sizes if size not in SIZES]
    if unknown:
        parser.error(f"there is no size {', '.join(unknown)}; there are {', '.join(SIZES)}")
    if found.repeats < 1:
        parser.error("--repeats must be at least 1")
    found.sizes = tuple(size for size in SIZES if size in found.sizes) or SIZES
    found.only = tuple(part for part in PARTS if part in (found.only or PARTS))
    is_all = found.sizes == SIZES and found.only == PARTS and set(found.alternatives) == set(known)
    if found.out is None and is_all:
        found.out = RESULTS
    return found


def report(run: Run, command: str) -> str:
    """The page: what ran, the table, what is not in it."""
    untold = "".join(f"\n- {line}" for line in run.untold)
    head = "  \n".join([f"`{command}`", *described()])
    return (
        f"# Benchmark\n\n{head}\n\n{rendered(run.rows)}\n"
        + (f"\nNot in the table:\n{untold}\n" if untold else "")
        + f"\n{NOTES}\n"
    )


def main(given: list[str]) -> int:
    asked = arguments(given)
    with tempfile.TemporaryDirectory(prefix="coursepush-bench-") as name:
        work = Path(name)
        folder = asked.districts.expanduser().resolve() if asked.districts else work
        folder.mkdir(parents=True, exist_ok=True)
        run = Run(asked.sizes, folder, work, asked.repeats)
        if "floor" in asked.only:
            against_floor.measure(run)
        if "reports" in asked.only:
            against_queries.measure(run)
        if "one-course" in asked.only:
            one_course.measure(run)
        if "alternatives" in asked.only:
            chosen = [one for one in against_others.ALTERNATIVES if one.module in asked.alternatives]
            against_others.measure(run, tuple(asked.alternatives_on), tuple(chosen))
        if "grades" in asked.only:
            against_grades.measure(run)
        if "loading" in asked.only:
            against_scores.measure(run)
        if "panels" in asked.only:
            clicks.measure(run)
        run.tell_of_all()
        # the folder of districts is the reader's own
        shown = [argument for argument in given if argument != str(asked.districts)]
        page = report(run, " ".join(["python -m tests.bench", *(one for one in shown if one != "--districts")]))
    print(page)
    if asked.out is not None:
        asked.out.write_text(page, "utf-8")
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
