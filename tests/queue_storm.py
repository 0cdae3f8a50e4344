"""Queued pushes over several districts, with workers that are killed at random: `python -m tests.queue_storm 200`.

Each push is written once, or its job says that it was not and is restarted; none twice, none lost; and the queue,
the history and the rows agree.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from crash.children import done
from district_files import file_of
from small_district import ALL_LOCKS, SmallDistrict

import coursepush as cp
import coursepush.load.formats
from coursepush.queue.calls import Queue
from coursepush.queue.place import Place
from coursepush.queue.states import DONE, WAITING, Status
from coursepush.queue.worker import Worker
from coursepush.store import Store

FILE = "district.duckdb"
_TOO_LONG = 240.0
"""Seconds in which something has to come of the jobs."""


@dataclass
class Storm:
    """What happened: how many workers were killed, and how many jobs they left behind were restarted."""

    killed: int = 0
    restarted: int = 0


def prepare(folder: Path, pushes: int) -> None:
    """A district with as many course masters, each with something to push, and a job for each."""
    d = SmallDistrict(*ALL_LOCKS)
    for number in range(pushes):
        master = d.new_master(f"M{number}")
        master.category("Quizzes", weight=20)
        master.category("Tests", weight=80)
        d.new_section(d.new_course(f"M{number}", master=master))
    file_of(d, folder / FILE)
    with cp.open_district(folder / FILE) as district:
        for number in range(pushes):
            plan = district.plan_master_push("High School", year=2027, to_sections=True, masters=f"M{number}")
            assert plan.writes == 4
            district.queue.submit(plan, by="Ana Analyst")


def work(files: list[Path]) -> None:
    """A worker's life: until nothing waits any more, or it is killed."""
    worker = Worker(files, poll=0.05, wait=10)
    while any(Place(file).jobs.with_status(*WAITING) for file in files):
        worker.once()
        time.sleep(0.05)


def spawn(files: list[Path], spill: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        tempfile.tempdir = str(spill)
        work(files)
        code = 0
    finally:
        os._exit(code)


def look(folder: Path, pushes: int) -> dict[str, Any]:
    """What is in a district in the end, by its history, its rows and its queue."""
    with cp.open_district(folder / FILE) as district:
        history = district.history().sort("push_id")
        jobs = district.queue.jobs()
        rows = district.sql(
            "select (select count(*) from course_category) + (select count(*) from section_category) as rows"
        )
        return {
            "plans": history["plan_id"].to_list(),
            "digests": history["digest"].to_list(),
            "rows": rows.item(),
            "jobs": [[job.plan_id, job.digest, job.push_id, str(job.status), job.is_written] for job in jobs],
            "reports": sum(job.report_path is not None and job.report_path.exists() for job in jobs),
        }


def storm(pushes: int, districts: int, workers: int, seed: int) -> Storm:
    """Let it come down."""
    chance, found = random.Random(seed), Storm()
    each = pushes // districts
    folder = Path(tempfile.mkdtemp(prefix="storm-"))
    spill = folder / "spill"
    spill.mkdir()
    running: dict[int, list[Path]] = {}
    try:
        base = folder / "base"
        base.mkdir()
        done(lambda: prepare(base, each), spill)
        files = [shutil.copytree(base, folder / f"district {number}") / FILE for number in range(districts)]

        def begin() -> None:
            order = chance.sample(files, len(files))
            running[spawn(order, spill)] = order

        for _ in range(workers):
            begin()
        until = time.monotonic() + _TOO_LONG
        left, pace = pushes, 1.0
        while True:
            time.sleep(chance.uniform(0.05, 1.5) * pace)
            pace *= 1.1  # a machine with other work needs longer for a push than a worker would live
            restart(files, found)
            waiting = [job for file in files for job in Place(file).jobs.with_status(*WAITING, Status.FAILED)]
            if len(waiting) < left:
                left, pace, until = len(waiting), max(1.0, pace / 1.5), time.monotonic() + _TOO_LONG
            if not waiting:
                break
            assert time.monotonic() < until, f"nothing comes of {waiting}"
            reap(running)
            if running:
                pid = chance.choice(sorted(running))
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                del running[pid]
                found.killed += 1
            while len(running) < workers:
                begin()
        for file in files:
            agree(done(lambda place=file.parent: look(place, each), spill), each)
        return found
    finally:
        for pid in running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        shutil.rmtree(folder, ignore_errors=True)


def restart(files: list[Path], found: Storm) -> None:
    """What an analyst does in the morning: restart what failed, which has to say that it was not written."""
    for file in files:
        for job in Place(file).jobs.with_status(Status.FAILED):
            assert job.can_be_restarted, job
            assert "ended before it could say" in job.note, job
            found.restarted += 1
            Queue(Store(file)).restart(job)


def reap(running: dict[int, list[Path]]) -> None:
    """Forget workers that ended, each of which has to have ended well."""
    for pid in list(running):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            assert os.waitstatus_to_exitcode(status) == 0
            del running[pid]


def agree(seen: dict[str, Any], pushes: int) -> None:
    """Each push once: by the history, by the queue, and by the rows."""
    assert len(seen["plans"]) == len(set(seen["plans"])) == pushes, seen
    assert seen["rows"] == 4 * pushes, seen
    for plan_id, digest, push_id, status, is_written in seen["jobs"]:
        assert status in [str(one) for one in DONE], seen
        assert is_written, seen
        assert seen["plans"][push_id - 1] == plan_id
        assert seen["digests"][push_id - 1] == digest
    assert seen["reports"] == pushes, seen


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.queue_storm", description=__doc__)
    parser.add_argument("pushes", type=int, nargs="?", default=200)
    parser.add_argument("--districts", type=int, default=20)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun = time.monotonic()
    found = storm(given.pushes, given.districts, given.workers, given.seed)
    print(
        f"{given.pushes} pushes over {given.districts} districts by {given.workers} workers, {found.killed} of "
        f"which were killed: each is there once; {found.restarted} were found not written, said so, and were "
        f"restarted ({time.monotonic() - begun:.0f} s)"
    )


if __name__ == "__main__":
    main()
