"""Proof of size: a district like Clark County's is made and loaded within 8 GiB of memory.

    python -m tests.size [medium]        # large by default

Makes the district as Parquet files in a temporary folder, then loads it into a file, each in a process of its
own, and prints rows against targets, seconds and peak memory. Ends with 1 where a number is out of bounds. Large
takes some ten minutes on two cores and about 5 GB of disk for a while.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

TARGETS: dict[str, dict[str, int]] = {
    "medium": {"section": 3_000, "score": 2_500_000},
    "large": {
        "school": 373,
        "course": 44_000,
        "course_task": 350_000,
        "section": 85_000,
        "course_grade_calc": 1_300_000,
        "section_grade_calc": 2_600_000,
        "section_category": 400_000,
        "assignment": 5_000_000,
        "assignment_task": 5_000_000,
        "posted_grade": 12_000_000,
        "score": 130_000_000,
    },
}
"""Rows a table, to be met within a tenth."""

RESIDUAL, BROKEN = 0.05, 0.02
"""Of the setup rows of courses and sections, how many are used and have nothing like them above; of those of
courses, how many have a broken link."""

MOST_MEMORY = 8 * 1024**3
SEED = 7

_WORK = """
create temp table work as
-- one row a section, task and term that is worked in (RULES.md 2)
select a.section_id, t.task_id, t.term_seq
from assignment_task as t join assignment as a on a.assignment_id = t.assignment_id
where a.is_active
union
select section_id, task_id, term_seq from posted_grade
"""

_KEYS = {
    "task": ("task_id",),
    "grade_calc": ("task_id", "term_seq"),
    "composite": ("task_id", "term_seq", "child_task_id", "child_term_seq"),
}

_COUNTERPARTS = {
    "course": "join course as o on o.course_id = r.owner_id "
    "anti join master_{what} as u on u.owner_id = o.master_id and {same}",
    "section": "join section as o on o.section_id = r.owner_id "
    "anti join course_{what} as u on u.owner_id = o.course_id and {same}",
}

_USED_CATEGORIES = {
    "course": "select r.row_id from course_category as r join course as o on o.course_id = r.owner_id "
    "join section_category as s on s.parent_row_id = r.row_id "
    "join assignment as a on a.category_row_id = s.row_id "
    "anti join master_category as u on u.owner_id = o.master_id and lower(u.name) = lower(r.name)",
    "section": "select r.row_id from section_category as r join section as o on o.section_id = r.owner_id "
    "join assignment as a on a.category_row_id = r.row_id "
    "anti join course_category as u on u.owner_id = o.course_id and lower(u.name) = lower(r.name)",
}


def _residual_sql(level: str, what: str) -> str:
    """Rows of a level that are used, although no row above has their key."""
    if what == "category":
        return f"select count(distinct row_id) from ({_USED_CATEGORIES[level]})"
    same = " and ".join(f"u.{key} = r.{key}" for key in _KEYS[what])
    above = _COUNTERPARTS[level].format(what=what, same=same)
    sections = (
        "select section_id, course_id as owner_id from section"
        if level == "course"
        else "select section_id, section_id as owner_id from section"
    )
    uses = {
        "task": [("r.task_id", "true")],
        "grade_calc": [("r.task_id", "w.term_seq = r.term_seq")],
        "composite": [
            ("r.task_id", "w.term_seq = r.term_seq"),
            ("r.child_task_id", "w.term_seq = r.child_term_seq"),
        ],
    }
    used = " union all ".join(
        f"select r.row_id from left_alone as r join ({sections}) as s on s.owner_id = r.owner_id "
        f"join work as w on w.section_id = s.section_id and w.task_id = {task} and {when}"
        for task, when in uses[what]
    )
    return (
        f"with left_alone as (select r.* from {level}_{what} as r {above}) "
        f"select count(distinct row_id) from ({used})"
    )


def shares(connection: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """The shares of residual and of broken rows, in tables or views called as the model's."""

    def number(sql: str) -> int:
        [(count,)] = connection.execute(sql).fetchall()
        return int(count)

    connection.execute(_WORK)
    rows = residual = broken = course_rows = 0
    for level, whats in (
        ("course", ("task", "assessment", "category", "grade_calc", "composite")),
        ("section", ("category", "grade_calc", "composite")),
    ):
        for what in whats:
            count = number(f"select count(*) from {level}_{what}")
            rows += count
            if level == "course":
                course_rows += count
                broken += number(f"select count(*) from course_{what} where is_link_broken")
            if what != "assessment":
                residual += number(_residual_sql(level, what))
    return residual / rows, broken / course_rows


def residual_on_courses(connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows of courses are used and have nothing like it on the course master, in the same tables."""
    connection.execute(_WORK)
    selects = " union all ".join(
        f"select ({_residual_sql('course', what)}) as rows"
        for what in ("task", "category", "grade_calc", "composite")
    )
    [(count,)] = connection.execute(f"select sum(rows) from ({selects})").fetchall()
    return int(count)


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection in which the tables are views of the files."""
    connection = duckdb.connect(config={"memory_limit": "4GiB"})
    for path in sorted(folder.glob("*.parquet")):
        connection.execute(f"create view {path.stem} as select * from read_parquet('{path}')")
    return connection


def row_counts(folder: Path) -> dict[str, int]:
    with opened(folder) as connection:
        return {
            path.stem: connection.execute(f"select count(*) from {path.stem}").fetchall()[0][0]
            for path in sorted(folder.glob("*.parquet"))
        }


# -- the command -------------------------------------------------------------------------------------------


def make(size: str, folder: Path) -> None:
    from coursepush.simulate import write_simulated

    write_simulated(folder, size, SEED)


def load(folder: Path, into: Path) -> None:
    import coursepush

    coursepush.load_district(folder, into=into).close()


def in_a_process(*arguments: str) -> tuple[float, int]:
    """Seconds and peak memory in bytes of one step in a process of its own; stops where it fails."""
    done = subprocess.run([sys.executable, "-m", "tests.size", *arguments], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{arguments[0]} failed")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told["seconds"], told["peak"]


def step(name: str, size: str, folder: Path) -> None:
    """What a process of its own does; tells its seconds and its peak memory."""
    began = time.perf_counter()
    if name == "make":
        make(size, folder / "tables")
    else:
        load(folder / "tables", folder / "district.duckdb")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": time.perf_counter() - began, "peak": peak}))


def main(size: str) -> int:
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="coursepush-size-") as name:
        folder = Path(name)
        for what in ("make", "load"):
            seconds, peak = in_a_process(what, size, name)
            print(f"{what} {size}: {seconds:,.0f} seconds, {peak / 1024**3:.2f} GiB at most", flush=True)
            if peak > MOST_MEMORY:
                faults.append(f"{what} took more than {MOST_MEMORY / 1024**3:.0f} GiB")
            if what == "load":
                continue
            counts = row_counts(folder / "tables")
            for table, target in TARGETS[size].items():
                away = counts[table] / target - 1
                print(f"{table:20} {counts[table]:>13,} rows, target {target:>13,} ({away:+.1%})")
                if abs(away) > 0.1:
                    faults.append(f"{table} is {away:+.1%} away from its target")
            with opened(folder / "tables") as connection:
                residual, broken = shares(connection)
            print(f"residual {residual:.1%} (target {RESIDUAL:.0%}), broken {broken:.1%} (target {BROKEN:.0%})")
            if abs(residual - RESIDUAL) > 0.01 or abs(broken - BROKEN) > 0.005:
                faults.append("the shares of residual or broken rows are off")
    print("\n".join(faults) or "All within bounds.")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) == 4:
        step(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "large"))
