"""What Spark adds to a district: CPU time by who spent it, beside a plain loop in one process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import coursepush as cp
from coursepush.statewide.asked import Asked
from coursepush.statewide.kept import RunFolder
from coursepush.statewide.state import State
from coursepush.statewide.task import Task, answer, packed

from .engines import spark
from .state import CATALOG, PUSH, Kept, tell

ROUNDS = 3
"""Times that each is measured, the loop and Spark by turns; the least counts."""


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
        for number in range(kept.medium * 4):
            shutil.copy(kept.lake / f"M{number % kept.medium:03}.duckdb", mediums / f"M{number:03}.duckdb")
    number = kept.medium * 4
    loops: dict[str, list[Spent]] = {"plans": [], "tasks": []}
    on_spark: list[Spent] = []
    with spark("local[2]") as session:
        state = cp.statewide(mediums, engine=session)

        def run() -> RunFolder:
            into = kept.folder / "run cost"
            shutil.rmtree(into, ignore_errors=True)
            run = state.plan_master_push(CATALOG, into=into, **PUSH)
            assert run.districts(status="planned").height == number
            return run.folder

        asked = run().asked
        for part in range(ROUNDS):
            found = {"plans": _of(lambda: _plans(mediums)), "tasks": _of(lambda: _tasks(state, asked))}
            on = _of(run)
            tell(f"round {part}: {found}, Spark {on}")
            on_spark.append(on)
            for name, one in found.items():
                loops[name].append(one)
    best = min(on_spark, key=lambda one: one.all)
    each = {name: min(one.driver for one in some) / number for name, some in loops.items()}
    by = f"workers {best.workers / number:.3f}, JVM {best.jvm / number:.3f}, driver {best.driver / number:.3f}"
    beside = ", ".join(
        f"{seconds:.3f} in a loop over {name}: {best.all / number / seconds:.2f} x"
        for name, seconds in each.items()
    )
    print(f"cost: {best.all / number:.3f} CPU-s a medium district on Spark ({by}); {beside}", flush=True)


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
