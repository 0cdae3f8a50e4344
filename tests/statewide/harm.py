"""Workers and executors that are killed in the midst of a district, at a moment that is always the same.

The functions here go to the workers as they are (`by_value`), which know nothing of the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from lakes import CATALOG, PUSH, as_files, tiny_tables

import coursepush as cp
from coursepush.statewide import spark
from coursepush.statewide.run import Run
from coursepush.statewide.spark import SparkEngine
from coursepush.statewide.state import State
from coursepush.statewide.task import read_task

from .state import tell

EXECUTOR, WORKER = "executor", "worker"
"""What is killed: an executor, with its worker, at a district's first try; or its worker, at each."""


def harmed(
    harm: Mapping[str, str], spill: str, notes: str, texts: Sequence[bytes], tries: int, batches: Iterator[Any]
) -> Iterator[Any]:
    """As :func:`answer_batches`, but what is harmed is killed as soon as its district has a folder to spill in."""

    def own_folder() -> str | None:
        for one in Path(spill).glob("coursepush-*/files"):
            with suppress(OSError, ValueError):
                if json.loads((one.parent / "owner").read_text())["pid"] == os.getpid():
                    return one.parent.name
        return None

    def kill(what: str, district: str) -> None:
        while (folder := own_folder()) is None:
            time.sleep(0.005)
        parent = int(Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()[1])
        note = Path(notes) / f"{district}-{attempt}"
        note.write_text(f"{what} {parent if what == 'executor' else os.getpid()} {folder}")
        if what == "executor":
            os.kill(parent, signal.SIGKILL)  # the parent of Spark's daemon, which is this worker's
        os.kill(os.getpid(), signal.SIGKILL)

    attempt = spark._attempt()
    for batch in batches:
        [place] = batch.column(0).to_pylist()
        district = read_task(zlib.decompress(texts[int(place)]).decode()).source.district
        what = harm.get(district)
        is_last = attempt > 0 and attempt + 1 >= tries  # it is answered as crashed, and has no folder
        if (what == "worker" and not is_last) or (what == "executor" and not attempt):
            threading.Thread(target=kill, args=(what, district), daemon=True).start()
        yield from spark.answer_batches(texts, tries, iter([batch]))


class Harming(SparkEngine):
    """Spark, with harm done to some districts.

    Attributes:
        jobs: how many districts each job had.
    """

    def __init__(self, session: Any, harm: Mapping[str, str], folder: Path) -> None:
        super().__init__(session)
        by_value()
        self.spill, self.notes = folder / "spill", folder / "notes"
        for one in (self.spill, self.notes):
            shutil.rmtree(one, ignore_errors=True)
            one.mkdir(parents=True)
        self.jobs: list[int] = []
        self._answers = partial(harmed, dict(harm), str(self.spill), str(self.notes))

    def _job(self, tasks: Sequence[Any]) -> Any:
        self.jobs.append(len(tasks))
        return super()._job(tasks)

    def killed(self) -> list[str]:
        """What was killed: district and try, what, its process, its folders."""
        return [f"{one.name} {one.read_text()}" for one in sorted(self.notes.iterdir())]


def by_value() -> None:
    """Let this module's functions go to workers as they are."""
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])


def harming(lake: Path, session: Any, harm: Mapping[str, str], folder: Path, wave: int) -> tuple[State, Harming]:
    """A state that is planned on a session with harm done, its districts spilling into `folder`."""
    engine = Harming(session, harm, folder)
    state = cp.statewide(lake, engine=session, spill=engine.spill)
    engine.wave, state.engine = wave, engine
    return state, engine


def check_swept(engine: Harming, times: int) -> None:
    """So often was killed what had a folder to spill in, and nothing of it is left."""
    killed = engine.killed()
    assert len(killed) == times, killed
    assert all(len(one.split()) == 4 for one in killed), killed
    left = os.listdir(engine.spill)
    assert not left, left
    tell(f"killed, and swept: {'; '.join(killed)}")


def crash(session: Any, folder: Path) -> Run:
    """Three districts in one job, of which one ends its worker each time."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    lake = as_files(folder / "lake", {"D001": tiny_tables()})
    for other in ("D002", "D003"):
        shutil.copy(lake / "D001.duckdb", lake / f"{other}.duckdb")
    state, engine = harming(lake, session, {"D002": WORKER}, folder, wave=10)
    run = state.plan_master_push(CATALOG, into=folder / "run", **PUSH)
    told = run.districts().select("district", "status", "tries").rows()
    assert told == [("D001", "planned", 1), ("D002", "crashed", 3), ("D003", "planned", 1)], told
    assert engine.jobs == [3], "the job ends for all, and is not run again in halves"
    assert len(engine.killed()) == 3
    state.engine = SparkEngine(session)
    assert run.again().districts(status="planned").height == 3
    check_swept(engine, 3)
    return run
