"""What Spark adds to a district: CPU time by who spent it, beside a plain loop in one process.

A loop in another process, before or after, may well cost a third more or less on a machine that others use. So
what a loop would cost is measured in the workers themselves: the CPU time of each task, from its text to its
answer. The rest is Spark's: its JVM, the driver, and what workers do between tasks.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import coursepush as cp
from coursepush.statewide.asked import Asked
from coursepush.statewide.kept import RunFolder
from coursepush.statewide.spark import SparkEngine, answer_batches
from coursepush.statewide.state import State
from coursepush.statewide.task import Task, answer, packed

from .engines import spark
from .state import CATALOG, PUSH, Kept, tell

ROUNDS = 3
"""Times that each is measured, the loops and Spark by turns; the least counts."""

_COPIES = 8
"""Times that each medium district is there: what a job costs once is little of it, then."""


@dataclass(frozen=True)
class Spent:
    """CPU seconds of this process, of Spark's JVM, and of its Python workers, the ended ones too."""

    driver: float
    jvm: float
    workers: float

    @property
    def all(self) -> float:
        return self.driver + self.jvm + self.workers

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.driver - other.driver, self.jvm - other.jvm, self.workers - other.workers)


def spent() -> Spent:
    """Up to now, of this process and of all that descend from it."""
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(place.name)] = int(told[1])
        # its own time, and that of its ended children, whom nobody else tells of any more
        seconds[int(place.name)] = sum(int(one) for one in told[11:15]) / os.sysconf("SC_CLK_TCK")
    kinds = {"driver": seconds[os.getpid()], "jvm": 0.0, "workers": 0.0}
    for process in parents:
        above = _above(process, parents)
        if os.getpid() in above[1:]:
            kinds["jvm" if _is_java(process) else "workers"] += seconds[process]
    return Spent(**kinds)


def _above(process: int, parents: dict[int, int]) -> list[int]:
    found = [process]
    while (process := parents.get(process, 0)) > 1:
        found.append(process)
    return found


def _is_java(process: int) -> bool:
    try:
        return (Path("/proc") / str(process) / "comm").read_text().strip() == "java"
    except OSError:
        return False


def tell_cost(kept: Kept) -> None:
    """A district of medium size, warm, on local Spark of two cores, beside two loops over the same files."""
    mediums = kept.folder / "mediums"
    if not mediums.is_dir():
        mediums.mkdir()
        for number in range(kept.medium * _COPIES):
            shutil.copy(kept.lake / f"M{number % kept.medium:03}.duckdb", mediums / f"M{number:03}.duckdb")
    number = kept.medium * _COPIES
    loops: dict[str, list[Spent]] = {"plans": [], "tasks": []}
    on_spark: list[Spent] = []
    with spark("local[2]") as session:
        state = cp.statewide(mediums, engine=session)
        state.engine = Timing(session, kept.folder / "times.txt")
        in_tasks: list[float] = []

        def run() -> RunFolder:
            into = kept.folder / "run cost"
            shutil.rmtree(into, ignore_errors=True)
            run = state.plan_master_push(CATALOG, into=into, **PUSH)
            assert run.districts(status="planned").height == number
            return run.folder

        asked = run().asked
        for part in range(ROUNDS):
            run()  # Spark ends workers that were idle for a minute: these are warm again
            state.engine.times.unlink()
            on = _of(run)
            in_tasks.append(sum(float(one) for one in state.engine.times.read_text().split()))
            found = {"plans": _of(lambda: _plans(mediums)), "tasks": _of(lambda: _tasks(state, asked))}
            tell(f"round {part}: {found}, Spark {on}, in its tasks {in_tasks[-1]:.2f}")
            on_spark.append(on)
            for name, one in found.items():
                loops[name].append(one)
    all_of_it, tasks = sum(one.all for one in on_spark), sum(in_tasks)
    each = ", ".join(
        f"{name} {sum(getattr(one, name) for one in on_spark) / number / ROUNDS:.3f}"
        for name in ("workers", "jvm", "driver")
    )
    beside = ", ".join(
        f"over {name} {min(one.driver for one in some) / number:.3f}" for name, some in loops.items()
    )
    print(
        f"cost: {all_of_it / number / ROUNDS:.3f} CPU-s a medium district on Spark ({each}), of which the tasks "
        f"{tasks / number / ROUNDS:.3f}: {all_of_it / tasks:.2f} x (in a loop of its own, at best, {beside})",
        flush=True,
    )


def timed(times: str, texts: Sequence[bytes], tries: int, batches: Iterator[Any]) -> Iterator[Any]:
    """As :func:`answer_batches`, and how long it took this process is noted."""
    begun = time.process_time()
    yield from answer_batches(texts, tries, batches)
    with Path(times).open("a") as file:
        file.write(f"{time.process_time() - begun:.4f}\n")


class Timing(SparkEngine):
    """Spark, with each task's CPU seconds noted in a file."""

    def __init__(self, session: Any, times: Path) -> None:
        from pyspark import cloudpickle

        super().__init__(session)
        cloudpickle.register_pickle_by_value(sys.modules[__name__])
        self.times = times
        self._answers = partial(timed, str(times))


def _of(work: Callable[[], object]) -> Spent:
    before = spent()
    work()
    return spent() - before


def _plans(lake: Path) -> None:
    """A plain loop of somebody who wants digests, rows and counts."""
    for file in sorted(lake.glob("*.duckdb")):
        with cp.open_district(file, threads=1, memory="1GiB") as district:
            plan = district.plan_master_push(CATALOG, **PUSH)
            assert plan.digest
            plan.rows()
            plan.counts()


def _tasks(state: State, asked: Asked) -> None:
    """A plain loop over all that a run keeps of a district."""
    for source in state.lake.sources.values():
        assert list(packed(answer(Task(source, asked, state.limits))))
