"""Workers of the batch queue: a thread of a notebook, and the command line."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from district_files import other_process

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import RequestError
from coursepush.queue.states import Job, Status
from coursepush.queue.worker import Worker

_LONG = 90.0


@pytest.fixture
def district(folder: Path) -> Generator[cp.District]:
    with cp.open_district(folder / "district.duckdb", wait=30) as district:
        yield district


def until(is_so: Callable[[], object], what: str) -> None:
    end = time.monotonic() + _LONG
    while not is_so():
        assert time.monotonic() < end, f"waited for {what} in vain"
        time.sleep(0.05)


# -- in a notebook ---------------------------------------------------------------------------------------------


def test_a_worker_in_a_notebook_runs_what_is_due_and_tells_of_it(folder: Path, district: cp.District) -> None:
    done: list[Job] = []
    steps: list[str] = []
    queue = district.queue
    assert not queue.has_worker
    worker = queue.start_worker(on_done=done.append, on_progress=steps.append)
    try:
        assert queue.has_worker
        job = queue.submit(folder / "plan.cpush")
        assert job.note == ""
        until(lambda: done, "the job")
    finally:
        assert worker.stop()
    assert (done[0].job_id, done[0].status) == (job.job_id, Status.COMPLETED_WITH_ERRORS)
    assert any("district.duckdb: commit" in step for step in steps)
    assert worker.ran[0].push_id == 1
    assert "ended; it ran 1 job" in worker.status
    assert not queue.has_worker
    assert "start_worker" in queue.submit(queue.request("plan_undo", 1)).note


def test_one_worker_looks_after_several_districts_and_a_broken_one_stops_none(
    folder: Path, district: cp.District, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.duckdb"
    shutil.copy(folder / "district.duckdb", broken)
    with cp.open_district(broken) as other:
        other.queue.cancel(other.queue.submit(folder / "plan.cpush"))
        other.queue._place.jobs.path.write_bytes(b"no database" * 100)
    district.queue.submit(folder / "plan.cpush")
    worker = Worker([broken, folder / "district.duckdb"])
    assert [job.status for job in worker.once()] == [Status.COMPLETED_WITH_ERRORS]
    assert "is damaged" in worker.troubles[broken]
    with pytest.raises(RequestError, match="at least one"):
        Worker([])


def test_a_job_waits_while_something_else_uses_the_district(folder: Path, district: cp.District) -> None:
    district.queue.submit(folder / "plan.cpush")
    code = "with Store(path).reading():\n    print('reads')\n    sys.stdin.readline()\n"
    with other_process(code, folder / "district.duckdb") as other:
        assert other.says() == "reads"
        worker = Worker([folder / "district.duckdb"], wait=0.05)
        assert worker.once() == []
        [job] = district.queue.jobs()
        assert job.status == Status.QUEUED
        assert "waits for its turn" in job.note
    assert [job.status for job in Worker([folder / "district.duckdb"]).once()] == [Status.COMPLETED_WITH_ERRORS]


# -- on the command line ----------------------------------------------------------------------------------------


def run(*arguments: object, code: int = 0, text: str | None = None) -> Result:
    result = CliRunner().invoke(cli, [str(one) for one in arguments], input=text)
    assert "Traceback" not in result.output
    assert result.exit_code == code, result.output
    return result


def test_a_push_is_submitted_listed_run_and_taken_back_by_commands(folder: Path) -> None:
    file = folder / "district.duckdb"
    high = ("--catalog", "High School", "--year", "2027", "--mode", "overwrite", "--to-sections")
    told = run("submit", "masters", file, *high, "--submitted-by", "Ana", "--comment", "Tonight.").output
    assert "Would be written" in told
    assert "coursepush worker district.duckdb" in told
    assert "coursepush run-now DISTRICT 1" in told
    later = run("reschedule", file, 1, "--at", "2099-12-01 22:00", "--zone", "UTC").output
    assert "2099-12-0" in later
    assert "1 queued" in run("queue", file).output
    assert "canceled" in run("cancel", file, 1, "--by", "Bo").output
    assert "queued" in run("restart", file, 1).output
    page = folder / "list.html"
    ended = run("worker", file, "--once").output
    assert "Job 1, completed with errors" in ended
    assert "Get the report" in ended
    listed = run("queue", file, "--page", page, "--out", folder / "list.csv").output
    assert "1 completed with errors" in listed
    assert "Batch Queue List" in page.read_text("utf-8")
    assert "Undo of push 1" in run("submit", "undo", file, 1, "--later").output
    refused = run("run-now", file, 2, code=1).output
    assert "nobody has looked at" in refused
    assert "coursepush restart DISTRICT 2" in refused
    assert "1 failed" in run("queue", file, "--status", "failed").output
    assert "queued" in run("restart", file, 2).output
    assert "Job 2, completed" in run("run-now", file, 2).output
    assert "Deleted: job 2" in run("delete-job", file, 2).output
    assert "cannot be canceled" in run("cancel", file, 1, code=1).output
    assert "no job 9" in run("restart", file, 9, code=1).output


def test_links_courses_and_saved_plans_are_submitted_by_commands(folder: Path) -> None:
    file = folder / "district.duckdb"
    at = ("--at", "2099-12-01 22:00", "--high-priority", "--keep")
    assert "Job 1, queued" in run("submit", "saved", file, folder / "plan.cpush", *at).output
    links = ("links", file, "--catalog", "High School", "--year", "2027")
    assert "Job 2, queued" in run("submit", *links, "--later", *at, "--zone", "America/Denver").output
    courses = ("courses", file, "--calendar", "Lincoln High 26-27", "--overwrite-categories", "--later", *at)
    assert "Job 3, queued" in run("submit", *courses).output
    assert "clocks go forward" in run(
        "submit", *links, "--later", "--at", "2027-03-14 02:30", "--zone", "America/Denver", code=1
    ).output  # fmt: skip
    assert "nobody" in run("notifications", file).output
    refused = run("notifications", file, "--from", "-", text="secret\n", code=1).output
    assert "Address 1 is none" in refused or "need apprise" in refused
    assert "secret" not in refused


def test_queues_are_asked_by_commands_while_a_push_is_written(folder: Path) -> None:
    file = folder / "district.duckdb"
    code = "with Store(path).writing() as s:\n    print('writes')\n    sys.stdin.readline()\n"
    with other_process(code, file) as other:
        assert other.says() == "writes"
        assert "Job 1, queued" in run("--wait", 0, "submit", "saved", file, folder / "plan.cpush").output
        assert "1 queued" in run("--wait", 0, "queue", file).output
        run("--wait", 0, "worker", file, "--once")
        assert "waits for its turn" in run("--wait", 0, "queue", file).output
        assert "canceled" in run("--wait", 0, "cancel", file, 1).output
    assert "no district file" in run("queue", folder / "nothing.duckdb", code=1).output
    assert not (folder / "nothing.duckdb.queue").exists()


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-c", "from coursepush.cli.main import main; main()", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
def test_a_worker_that_is_asked_to_end_leaves_nothing_half(folder: Path, district: cp.District) -> None:
    """It ends with 143; what it had begun is queued again, or is done."""
    queue = district.queue
    job = queue.submit(folder / "plan.cpush")
    process = start("worker", folder / "district.duckdb", "--poll", "0.1")
    try:
        until(lambda: queue.jobs()[0].attempts, "the worker")
        process.send_signal(signal.SIGTERM)
        said, errors = process.communicate(timeout=_LONG)
    finally:
        process.kill()
    found = queue.job(job)
    if found.status == Status.QUEUED:
        assert process.returncode == 128 + signal.SIGTERM, errors
        assert "waits in the queue" in errors
        assert district.history().is_empty()
    else:
        assert found.status == Status.COMPLETED_WITH_ERRORS, errors
        assert process.returncode in (0, 128 + signal.SIGTERM), errors
        assert district.history().height == 1
    assert "Waiting for jobs of district.duckdb" in said
    assert not queue.has_worker
    assert re.search(r"Stopped", errors)
