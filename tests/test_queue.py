"""The batch queue (RULES.md 9.2): what is submitted runs at most once, and the job says what became of it."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from district_files import everything, file_of, other_process, plan_all, worn_district
from rounds import slow

import coursepush as cp
from coursepush.errors import (
    ApprovalNeededError,
    ForeignPlanError,
    PermissionNeededError,
    PlanError,
    QueueError,
    RequestError,
    ScenarioError,
    UsedPlanError,
)
from coursepush.files.aside import ASIDE, aside_of
from coursepush.queue import running
from coursepush.queue.calls import Queue
from coursepush.queue.jobs import Jobs
from coursepush.queue.listing import LIST_COLUMNS
from coursepush.queue.running import Runner, Stop
from coursepush.queue.states import COLUMNS, Job, Status
from coursepush.queue.worker import Worker
from coursepush.store import Store

NIGHT = dt.datetime(2026, 11, 28, 22, 0)
QUEUED, PROCESSING, CANCELED, FAILED = Status.QUEUED, Status.PROCESSING, Status.CANCELED, Status.FAILED
WITH_ERRORS = Status.COMPLETED_WITH_ERRORS


class Clock:
    """A clock that is set."""

    def __init__(self, now: dt.datetime = NIGHT) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def district(folder: Path) -> Any:
    with cp.open_district(folder / "district.duckdb") as district:
        yield district


@pytest.fixture
def plan(folder: Path) -> Path:
    return folder / "plan.cpush"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(district: cp.District, clock: Clock) -> Queue:
    return Queue(district.store, clock)


def begin(queue: Queue, job: Job) -> Job:
    """The job as a worker leaves it that died after its claim."""
    claimed = Runner(queue._place, queue._clock)._claim(job)
    assert claimed is not None
    assert claimed.status == PROCESSING
    return claimed


# -- submitting, and the list ----------------------------------------------------------------------------------


def test_a_saved_plan_runs_once_and_the_list_says_what_came_of_it(
    queue: Queue, district: cp.District, plan: Path, tmp_path: Path
) -> None:
    job = queue.submit(plan, comment="After report cards.", by="Ana Analyst")
    assert "coursepush worker district.duckdb" in job.note
    assert "run_now(1)" in job.note
    ended = queue.run_now(job)
    [push] = district.history().rows(named=True)
    assert (ended.status, ended.push_id, ended.rows) == (WITH_ERRORS, 1, push["rows"])
    assert push["plan_id"] == job.plan_id
    report = queue.list()
    assert report.columns == list(LIST_COLUMNS)
    assert report.columns[1:14] == [
        "queued_time", "catalog_or_calendar", "school_year", "mode", "calendars", "data", "pushed_to_sections",
        "status", "started", "finished", "submitted_by", "approvals", "report",
    ]  # fmt: skip
    [row] = report.frame.rows(named=True)
    assert (row["catalog_or_calendar"], row["school_year"], row["pushed_to_sections"]) == (
        "High School",
        "2026-27",
        "yes",
    )
    assert "Overwrite" in row["mode"]
    assert row["calendars"] == "Lincoln High 26-27"
    assert row["could_not"] == district.reports.push_result(1).filter(outcome="could_not").height > 0
    assert Path(row["report"]).read_text("utf-8").endswith("</html>\n")
    assert "Get the report" in report.page()
    for name in ("list.csv", "list.xlsx", "list.md"):
        assert report.save(tmp_path / name).stat().st_size
    with pytest.raises(RequestError, match=r"cannot be restarted: it is completed with errors.*Push 1 has it"):
        queue.restart(job)
    with pytest.raises(RequestError, match=r"cannot be canceled.*plan_undo"):
        queue.cancel(job)
    with pytest.raises(UsedPlanError, match="push 1"):
        queue.submit(plan)


def test_an_undo_goes_the_same_way_and_the_district_is_as_it_was(queue: Queue, district: cp.District) -> None:
    before = everything(district.store)
    push = queue.run_now(queue.submit(plan_all(district)))
    undo = queue.run_now(queue.submit(district.plan_undo(push.push_id or 0)))
    assert undo.status == Status.COMPLETED
    assert undo.words["mode"] == "Undo of push 1"
    after = everything(district.store)
    assert {name: one for name, one in after.items() if not name.startswith("push.")} == {
        name: one for name, one in before.items() if not name.startswith("push.")
    }


def test_a_plan_of_setup_goes_the_same_way(queue: Queue, district: cp.District) -> None:
    with district.what_if() as w:
        w.category("Tests", weight=45, catalog="High School")
        plan = w.plan_setup(then=w.plan_master_push("High School", year=2027, data=["categories"]))
    job = queue.run_now(queue.submit(plan, assume_unused=False))
    assert job.status == Status.COMPLETED, job.note
    assert district.history().select("kind", "rows").row(0) == ("setup", plan.writes)


def test_every_kind_of_request_can_be_queued(queue: Queue) -> None:
    high = {"catalog": "High School", "year": 2027}
    for method, asked in {
        "plan_master_push": high,
        "course_push": {"calendar": "Lincoln High 26-27"},
        "plan_links": high,
    }.items():
        job = queue.submit(queue.request(method, **asked), at="2099-01-01 10:00")
        assert (job.status, job.digest, job.words["school_year"]) == (QUEUED, "", "2026-27")
    assert queue.request("plan_links", "High School", year=2027) == queue.request("links", **high)
    with pytest.raises(RequestError, match="no push 7"):
        queue.request("plan_undo", 7)
    with pytest.raises(RequestError, match="no way to plan 'apply'"):
        queue.request("apply")
    with pytest.raises(RequestError, match="not asked as it must be"):
        queue.request("plan_links", "High School")


def test_jobs_are_submitted_while_a_push_is_written(folder: Path, plan: Path) -> None:
    with cp.open_district(folder / "district.duckdb", wait=0) as district:
        code = "with Store(path).writing() as s:\n    print('writes')\n    sys.stdin.readline()\n"
        with other_process(code, folder / "district.duckdb") as other:
            assert other.says() == "writes"
            assert district.queue.submit(plan).status == QUEUED
            assert district.queue.list()["status"].to_list() == ["queued"]
            assert district.queue.cancel(1).status == CANCELED


def test_what_cannot_be_run_here_is_refused_at_once(
    queue: Queue, district: cp.District, plan: Path, tmp_path: Path
) -> None:
    queue.submit(plan)
    with pytest.raises(RequestError, match="in the queue already, as job 1"):
        queue.submit(plan)
    queue.cancel(1)
    assert queue.submit(plan).job_id == 2
    with pytest.raises(RequestError, match="Submit a plan"):
        queue.submit(7)
    with pytest.raises(RequestError, match="no priority 'urgent'"):
        queue.submit(queue.request("plan_links", "High School", year=2027), priority="urgent")
    with pytest.raises(RequestError, match="no folder"):
        queue.submit(plan, report_folder=tmp_path / "nowhere")
    with pytest.raises(RequestError, match="is past"):
        queue.submit(plan, at="2020-01-01 10:00")
    (tmp_path / "no.cpush").write_text("no")
    with pytest.raises(PlanError):
        queue.submit(tmp_path / "no.cpush")
    other = file_of(worn_district(), tmp_path / "other.duckdb")
    with cp.open_district(other) as elsewhere:
        with elsewhere.store.writing() as session:
            session.run("another", "update push.district set district_id = 'another'")
        with pytest.raises(ForeignPlanError):
            elsewhere.queue.submit(plan)
    asks = plan_all(district, assume_unused=True)
    with pytest.raises(PermissionNeededError):
        queue.submit(asks.save(tmp_path / "asks.cpush"))
    assert queue.submit(tmp_path / "asks.cpush", assume_unused=True).permitted == ("assume_unused",)
    assert queue.submit(plan_all(district, assume_unused=True)).permitted == ("assume_unused",)
    with pytest.raises(RequestError, match="in memory"):
        _ = cp.District(Store(None)).queue.folder
    assert len(list(queue.folder.glob("*.cpush"))) == 4, "of what was refused nothing is left"


# -- deciding --------------------------------------------------------------------------------------------------


def test_high_priority_runs_first_then_the_earlier_then_the_lower_number(queue: Queue, clock: Clock) -> None:
    def submit(at: str, priority: str = "normal") -> int:
        asked = queue.request("plan_links", "High School", year=2027)
        return queue.submit(asked, at=at, zone="UTC", priority=priority).job_id

    first, second, third = submit("22:30"), submit("22:10"), submit("22:10")
    high, later = submit("22:40", "high"), submit("23:30", "high")
    assert [job.job_id for job in queue._place.jobs.due(clock())] == []
    clock.now = NIGHT.replace(minute=45)
    assert [job.job_id for job in queue._place.jobs.due(clock())] == [high, second, third, first]
    queue.reschedule(later, "22:50", zone="UTC")
    queue.reschedule(high, "23:50", zone="UTC")
    clock.now = NIGHT.replace(minute=55)
    assert [job.job_id for job in queue._place.jobs.due(clock())] == [later, second, third, first]


def test_a_job_is_canceled_restarted_rescheduled_and_deleted_in_the_states_in_which_it_may(
    queue: Queue, plan: Path
) -> None:
    job = queue.submit(plan, at="23:00", zone="UTC")
    assert queue.reschedule(job, "23:30", zone="UTC", by="Bo").run_at == NIGHT.replace(hour=23, minute=30)
    assert "Canceled by Ana." in queue.cancel(job, by="Ana", comment="Not tonight.").note
    for refused in (queue.cancel, queue.run_now, lambda one: queue.reschedule(one, "23:00", zone="UTC")):
        with pytest.raises(RequestError, match="it is canceled"):
            refused(job)
    again = queue.restart(job, "23:15", zone="UTC", by="Bo")
    assert (again.status, again.run_at, again.finished_at) == (QUEUED, NIGHT.replace(hour=23, minute=15), None)
    running = begin(queue, again)
    asked = queue.cancel(running)
    assert (asked.status, asked.is_cancel_asked) == (PROCESSING, True)
    with pytest.raises(RequestError, match="cannot be deleted: it is processing"):
        queue.delete(job)
    assert queue.job(job).status == CANCELED, "its program is gone, and nothing of it is there"
    queue.delete(job, by="Bo")
    assert queue.list().is_empty()
    assert not list(queue.folder.glob("*.cpush"))
    with pytest.raises(RequestError, match="no job 1"):
        queue.job(1)
    done = [(what, by) for _, _, what, by, _, _ in queue._place.jobs.events()]
    assert ("canceled", "Ana") in done
    assert done[-1] == ("deleted", "Bo")


def test_whoever_looks_again_and_again_reads_only_what_changed(queue: Queue, plan: Path) -> None:
    assert (queue.changed, queue.jobs()) == (0, [])
    job = queue.submit(plan, at="23:00", zone="UTC")
    seen = queue.changed
    assert queue.jobs(changed_since=seen) == []
    queue.cancel(job)
    assert [(one.job_id, one.status) for one in queue.jobs(changed_since=seen)] == [(1, CANCELED)]
    seen = queue.changed
    queue.delete(job)
    assert [one.deleted_at for one in queue.jobs(changed_since=seen)] == [NIGHT]


def test_the_list_is_narrowed_down(queue: Queue, plan: Path, district: cp.District) -> None:
    queue.cancel(queue.submit(plan, by="Ana"))
    queue.submit(queue.request("plan_links", "High School", year=2027), by="Bo")
    for filters, jobs in (
        ({"status": "canceled"}, [1]),
        ({"status": ["canceled", "queued"]}, [2, 1]),
        ({"kind": "links"}, [2]),
        ({"submitted_by": "Ana"}, [1]),
        ({"since": NIGHT.date()}, [2, 1]),
        ({"until": NIGHT.date() - dt.timedelta(1)}, []),
    ):
        assert queue.list(**filters)["job"].to_list() == jobs, filters
    with pytest.raises(RequestError, match="no status 'done'"):
        queue.list(status="done")
    assert "No worker runs" in queue.list().notes[0]
    district.approve(plan, by="Dana Director")
    queue.restart(1)
    assert queue.list(status="queued")["approvals"].to_list() == ["", "Dana Director"]


# -- at most once ----------------------------------------------------------------------------------------------


def test_a_job_whose_program_died_before_it_was_written_can_be_restarted(
    queue: Queue, district: cp.District, plan: Path
) -> None:
    before = everything(district.store)
    died = begin(queue, queue.submit(plan))
    [row] = queue.list().frame.rows(named=True)
    assert row["status"] == "failed"
    assert "ended before it could say" in row["note"]
    assert "Nothing of it is in the district" in row["note"]
    assert everything(district.store) == before
    assert queue.job(died).can_be_restarted
    assert queue.restart(died).status == QUEUED
    assert queue.jobs()[0].is_written is False


def test_a_job_whose_program_died_after_it_was_written_is_completed(
    queue: Queue, district: cp.District, plan: Path
) -> None:
    died = begin(queue, queue.submit(plan))
    district.apply(district.load_plan(plan))
    found = queue.job(died)
    assert (found.status, found.push_id, found.is_written) == (WITH_ERRORS, 1, True)
    assert found.report_path is not None
    assert found.report_path.exists()
    with pytest.raises(RequestError, match="cannot be restarted"):
        queue.restart(found)


def test_as_long_as_the_district_cannot_be_looked_into_nothing_is_claimed(folder: Path, plan: Path) -> None:
    with cp.open_district(folder / "district.duckdb", wait=0) as district:
        begin(district.queue, district.queue.submit(plan))
        code = "with Store(path).writing() as s:\n    print('writes')\n    sys.stdin.readline()\n"
        with other_process(code, folder / "district.duckdb") as other:
            assert other.says() == "writes"
            [row] = district.queue.list().frame.rows(named=True)
            assert row["status"] == "processing"
            assert "not known yet" in row["note"]
            with pytest.raises(RequestError, match="it is processing"):
                district.queue.restart(1)
        assert district.queue.job(1).status == FAILED


def test_while_a_program_runs_a_job_no_other_begins_one_or_takes_it_for_dead(queue: Queue, plan: Path) -> None:
    job = begin(queue, queue.submit(plan))
    queue.submit(queue.request("plan_links", "High School", year=2027))
    with queue._place.turn("running a job") as has_turn:
        assert has_turn
        assert queue.list()["status"].to_list() == ["queued", "processing"]
        with pytest.raises(RequestError, match="Another job of this district runs just now"):
            queue.run_now(2)
        assert Runner(queue._place).run_next(Stop()) is None
    assert queue.job(job).status == FAILED


def test_a_worker_whose_job_was_taken_from_it_writes_nothing(
    queue: Queue, district: cp.District, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a disk knows no locks: the fence before the commit finds the job in other hands."""
    job = queue.submit(plan)
    load = running.load_saved

    def taken_meanwhile(store: Store, path: Path) -> Any:
        queue._place.jobs.change(job, "", NIGHT, status=QUEUED, attempts=5)
        return load(store, path)

    monkeypatch.setattr(running, "load_saved", taken_meanwhile)
    assert queue.run_now(job).status == QUEUED
    assert district.history().is_empty()


def test_a_plan_that_was_applied_by_hand_meanwhile_is_not_applied_again(
    queue: Queue, district: cp.District, plan: Path
) -> None:
    job = queue.submit(plan)
    district.apply(district.load_plan(plan))
    ended = queue.run_now(job)
    assert ended.status == FAILED
    assert "applied before, as push 1" in ended.note
    assert district.history().height == 1
    assert not ended.can_be_restarted


def test_a_clock_that_is_set_back_runs_nothing_twice(
    queue: Queue, district: cp.District, plan: Path, clock: Clock
) -> None:
    queue.submit(plan, at="22:30", zone="UTC")
    runner = Runner(queue._place, clock)
    assert runner.run_next(Stop()) is None
    clock.now = NIGHT.replace(minute=31)
    assert getattr(runner.run_next(Stop()), "status", None) == WITH_ERRORS
    for now in (NIGHT, NIGHT.replace(minute=31), NIGHT + dt.timedelta(days=400)):
        clock.now = now
        assert runner.run_next(Stop()) is None
        assert not runner.has_work
    assert district.history().height == 1


# -- judged when its time comes --------------------------------------------------------------------------------


def test_an_edit_that_changes_the_verdicts_is_refused_and_named_and_another_is_not(
    queue: Queue, district: cp.District, plan: Path
) -> None:
    stale = queue.submit(plan)
    with district.store.writing() as session:
        session.run("edit", "update course_category set weight = 33 where name = 'Quizzes'")
    before = everything(district.store)
    ended = queue.run_now(stale)
    assert ended.status == FAILED
    assert "The district has moved since" in ended.note
    assert "What moved: Categories (" in ended.note
    assert ended.report_path is not None
    assert "33" in ended.report_path.read_text("utf-8-sig")
    assert everything(district.store) == before
    with district.store.writing() as session:
        session.run("edit", "update course_category set weight = 10 where name = 'Quizzes'")
        session.run("edit", "update school set name = 'Renamed High'")
    assert queue.run_now(queue.restart(ended)).status == WITH_ERRORS


@pytest.fixture
def director(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever approves is another user than whoever made the plan."""
    monkeypatch.setattr("coursepush.apply.approval.calls.user_name", lambda: "dana")


@pytest.mark.usefixtures("director")
def test_approvals_are_asked_for_when_its_time_comes(queue: Queue, district: cp.District, plan: Path) -> None:
    district.set_policy(approvals={"overwrite": 1}, guards={"nothing_disappears": True})
    job = queue.run_now(queue.submit(plan))
    assert job.status == FAILED
    assert "It needs 1 approval and has none" in job.note
    assert "nothing_disappears" in job.note
    assert district.refusals().height == 1
    district.approve(plan, by="Dana Director", overrides="nothing_disappears")
    done = queue.run_now(queue.restart(job))
    assert (done.status, done.approved_by) == (WITH_ERRORS, "Dana Director")


def high(queue: Queue) -> Any:
    return queue.request("plan_master_push", "High School", year=2027, mode="overwrite", to_sections=True)


def test_a_request_that_nobody_looked_at_is_planned_and_not_run(queue: Queue, district: cp.District) -> None:
    job = queue.submit(high(queue), by="Ana Analyst")
    ended = queue.run_now(job)
    assert ended.status == FAILED
    assert "nobody has looked at" in ended.note
    assert f"restart({job.job_id})" in ended.note
    assert district.history().is_empty()
    saved = cp.read_plan(str(ended.plan_path))
    assert (saved.digest, saved.id, saved.author) == (ended.digest, job.plan_id, "Ana Analyst")
    district.approve(str(ended.plan_path), by="Ana Analyst")
    done = queue.run_now(queue.restart(ended))
    assert done.status == WITH_ERRORS
    [push] = district.history().rows(named=True)
    assert (push["digest"], push["plan_id"]) == (saved.digest, job.plan_id)


@pytest.mark.usefixtures("director")
def test_a_request_runs_where_somebody_else_approved_just_that_plan(
    queue: Queue, district: cp.District, plan: Path
) -> None:
    district.approve(plan, by="Dana Director")
    done = queue.run_now(queue.submit(high(queue)))
    assert (done.status, done.approved_by) == (WITH_ERRORS, "Dana Director")


@slow
def test_a_request_runs_where_the_policy_lets_it(queue: Queue, district: cp.District) -> None:
    assert "No approval" in repr(district.set_policy(approvals={"unattended": 0}))
    assert queue.run_now(queue.submit(high(queue))).status == WITH_ERRORS


def test_a_plan_that_nobody_looked_at_is_refused_by_apply_itself(district: cp.District) -> None:
    plan = plan_all(district)
    plan.is_unattended = True
    assert plan.approvals.missing == 1
    with pytest.raises(ApprovalNeededError, match="unattended"):
        district.apply(plan)


# -- the history -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("director")
def test_the_history_says_who_did_what_when_and_why(
    queue: Queue, district: cp.District, plan: Path, tmp_path: Path
) -> None:
    assert queue.history().answer == "Nothing was done yet."
    district.set_policy(approvals={"overwrite": 1}, by="Pat Principal", comment="As the board wants it.")
    first = queue.submit(plan, by="Ana Analyst", comment="After report cards.")
    queue.run_now(first)
    district.approve(plan, by="Dana Director", comment="On my word.")
    queue.reschedule(queue.restart(first, by="Bo"), "23:00", zone="UTC", by="Bo")
    pushed = queue.run_now(first)
    district.set_policy()
    district.apply(district.plan_undo(1))
    history = queue.history()
    for name, which in {
        "pushed": ("Ana Analyst", "After report cards."),
        "undone": (None, None),
        "approved": ("Dana Director", "On my word."),
        "refused": (None, None),
        "policy set": ("Pat Principal", "As the board wants it."),
        "submitted": ("Ana Analyst", "After report cards."),
        "failed": ("the worker", None),
        "restarted": ("Bo", ""),
        "rescheduled": ("Bo", None),
    }.items():
        rows = history.filter(what=name)
        assert rows.height >= 1, name
        who, why = which
        assert who is None or who in rows["who"].to_list(), name
        assert why is None or why in rows["comment"].to_list(), name
    [push] = history.filter(what="pushed").rows(named=True)
    assert (push["push_id"], push["job"], push["undone_by"]) == (1, 1, "2")
    assert push["approved_by"] == "Dana Director"
    assert push["report"] == str(pushed.report_path)
    assert history["when"].is_sorted(descending=True)
    for filters, count in (
        ({"what": "pushed"}, 1),
        ({"who": "Bo"}, 2),
        ({"push": 2}, 1),
        ({"until": "2020-01-01"}, 0),
        ({"since": "2020-01-01", "what": ["undone", "pushed"]}, 2),
    ):
        assert queue.history(**filters).height == count, filters
    page = history.page()
    for words in ("Who pushed, approved and undid what", "taken back by push 2", "As the board wants it."):
        assert words in page
    assert history.save(tmp_path / "history.xlsx").stat().st_size
    with pytest.raises(RequestError, match="no kind of event 'eaten'"):
        queue.history(what="eaten")


def test_a_district_in_memory_has_a_history_and_no_queue() -> None:
    district = cp.District(worn_district().store())
    assert district.queue.history().is_empty()
    assert "no batch queue" in repr(district.queue)


def test_a_scenario_has_no_queue_and_its_plans_are_not_queued(queue: Queue, district: cp.District) -> None:
    scenario = district.what_if("Heavier tests").category(
        "Tests", weight=60, catalog="High School", masters="MATH1"
    )
    with pytest.raises(ScenarioError, match="cannot be submitted to the batch queue"):
        queue.submit(plan_all(scenario))
    with pytest.raises(ScenarioError, match="no batch queue"):
        scenario.queue.submit(queue.request("plan_links", "High School", year=2027))
    assert "no batch queue" in repr(scenario.queue)
    assert scenario.queue.history().is_empty()
    assert not queue.folder.exists()


# -- stopping --------------------------------------------------------------------------------------------------


def test_a_job_that_runs_is_canceled_until_it_is_being_saved(
    queue: Queue, district: cp.District, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_BETWEEN_LOOKS", 0.0)
    job = queue.submit(plan)
    load = running.load_saved

    def canceled_meanwhile(store: Store, path: Path) -> Any:
        queue.cancel(job, by="Bo")
        return load(store, path)

    monkeypatch.setattr(running, "load_saved", canceled_meanwhile)
    ended = queue.run_now(job)
    assert ended.status == CANCELED
    assert ended.can_be_restarted
    assert district.history().is_empty()


@pytest.mark.parametrize("puts_back", [True, False])
def test_what_is_broken_off_waits_for_the_next_worker_or_is_canceled(
    queue: Queue, district: cp.District, plan: Path, puts_back: bool
) -> None:
    queue.submit(plan)
    stop = Stop(puts_back=puts_back)
    stop.ask()
    ended = Runner(queue._place, queue._clock).run_next(stop)
    assert ended is not None
    assert ended.status == (QUEUED if puts_back else CANCELED)
    assert ended.is_written is False
    assert district.history().is_empty()


def test_what_goes_wrong_in_a_program_is_told_without_what_it_said(
    queue: Queue, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(store: Store, path: Path) -> Any:
        raise ZeroDivisionError("of student 4711")

    monkeypatch.setattr(running, "load_saved", broken)
    ended = queue.run_now(queue.submit(plan))
    assert ended.status == FAILED
    assert "ZeroDivisionError" in ended.note
    assert "4711" not in ended.note


# -- its files -------------------------------------------------------------------------------------------------


@slow
def test_a_report_goes_where_a_folder_was_named(queue: Queue, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    job = queue.run_now(queue.submit(plan, report_folder=tmp_path / "reports"))
    assert job.report_path == tmp_path / "reports" / "push 1, job 1.html"
    queue.delete(job)
    assert job.report_path.exists(), "it is not the queue's"


def test_files_of_a_job_are_gone_after_a_while_unless_it_is_kept(queue: Queue, clock: Clock, plan: Path) -> None:
    from coursepush.queue.purge import purge

    queue.cancel(queue.submit(plan))
    kept = queue.cancel(queue.submit(plan, keep_until_deleted=True))
    # what a program left that was killed in the midst of submitting, and what another one is about to submit
    aside_of(queue.folder / f"{'0' * 32}.cpush").touch()
    for key, day in (("1" * 32, NIGHT), ("2" * 32, NIGHT + dt.timedelta(days=89))):
        shutil.copy(plan, queue.folder / f"{key}.cpush")
        seconds = day.replace(tzinfo=dt.UTC).timestamp()
        os.utime(queue.folder / f"{key}.cpush", (seconds, seconds))
    purge(queue._place, NIGHT + dt.timedelta(days=89))
    assert [path.name for path in queue.folder.iterdir() if path.name[:8] in (ASIDE[:8], "1" * 8, "2" * 8)] == [
        f"{'2' * 32}.cpush"
    ]
    (queue.folder / f"{'2' * 32}.cpush").unlink()
    assert len(queue.jobs()) == 2
    purge(queue._place, NIGHT + dt.timedelta(days=91))
    assert [job.job_id for job in queue.jobs()] == [kept.job_id]
    assert [path.name for path in queue.folder.glob("*.cpush")] == [f"{kept.key}.cpush"]


def test_a_full_disk_is_said_and_the_list_is_read_all_the_same(
    queue: Queue, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queue.submit(plan)
    begin(queue, job)
    opened = Jobs._open

    @contextmanager
    def full(self: Jobs, *, make: bool = False) -> Generator[sqlite3.Connection]:
        with opened(self, make=make) as file:
            file.execute("pragma max_page_count = 1")  # no more than it has
            yield file

    def look(self: Runner) -> None:
        self.jobs.change(job, "", NIGHT, note="n" * 100_000)

    monkeypatch.setattr(Jobs, "_open", full)
    monkeypatch.setattr(Runner, "look", look)
    with pytest.raises(QueueError, match=r"could not be written: database or disk is full\. Free some space"):
        queue._place.jobs.change(job, "", NIGHT, note="n" * 100_000)
    report = queue.list()
    assert report.frame["status"].to_list() == ["processing"]
    assert "Jobs in processing may have ended" in report.notes[0]


def test_a_push_that_its_queue_has_no_room_for_is_told_as_written(
    queue: Queue, district: cp.District, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise QueueError("The batch queue could not be written: disk full.")

    queue.submit(plan)
    kept = Runner._keep
    monkeypatch.setattr(Runner, "_keep", no_room)
    worker = Worker([queue._place.district])
    worker.once()
    assert worker.has_written
    assert list(worker.troubles.values()) == [
        "The batch queue could not be written: disk full. Push 1 of job 1 is written."
    ]
    monkeypatch.setattr(Runner, "_keep", kept)
    assert [job.push_id for job in queue.jobs()] == [None]
    assert queue.list().frame["push_id"].to_list() == [1], "the next look finds it out"
    assert district.history().height == 1


def test_what_is_stopped_after_its_commit_is_told_as_written(
    queue: Queue, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Job] = []

    def stopped(*_: object) -> None:
        monkeypatch.setattr(running, "keep_result", made)
        raise KeyboardInterrupt

    queue.submit(plan)
    made = running.keep_result
    monkeypatch.setattr(running, "keep_result", stopped)
    worker = Worker([queue._place.district], on_done=told.append)
    with pytest.raises(KeyboardInterrupt):
        worker.once()
    assert worker.has_written
    assert [(job.push_id, job.status) for job in told] == [(1, WITH_ERRORS)]


def damage_text(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def damage_pages(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))


def another_database(path: Path) -> None:
    path.unlink()
    sqlite3.connect(path).executescript("create table other (a)")


def newer(path: Path) -> None:
    sqlite3.connect(path).execute("pragma user_version = 99")


def strange_row(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("update job set status = 'done'")


def strange_file(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("update job set plan_file = '../district.duckdb'")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (damage_text, "is damaged.*Move the folder"),
        (damage_pages, "is damaged"),
        (another_database, "no batch queue of coursepush"),
        (newer, "newer coursepush .layout 99.*Update"),
        (strange_row, "is damaged"),
        (strange_file, "is damaged"),
    ],
)
def test_a_damaged_queue_is_told_in_words_and_the_district_is_not_touched(
    queue: Queue, plan: Path, damage: Any, words: str, district: cp.District
) -> None:
    queue.submit(plan)
    damage(queue._place.jobs.path)
    with pytest.raises(QueueError, match=words):
        queue.list()
    assert district.history().is_empty()


def test_a_queue_that_cannot_be_made_is_told(queue: Queue, plan: Path) -> None:
    queue.folder.write_text("a file is in its place")
    with pytest.raises(QueueError, match="must be able to write there"):
        queue.submit(plan)


def test_the_queue_holds_no_student_and_nothing_pickled(queue: Queue, plan: Path) -> None:
    queue.submit(plan, comment="why")
    with sqlite3.connect(queue._place.jobs.path) as file:
        kinds = {row[0] for row in file.execute("select distinct typeof(words) from job")}
        [words] = file.execute("select words from job").fetchall()[0]
    assert kinds == {"text"}
    assert json.loads(words)["catalog_or_calendar"] == "High School"


def test_many_programs_make_the_queue_and_add_to_it_at_once(tmp_path: Path) -> None:
    import threading

    def values(number: int) -> dict[str, object]:
        empty = dict.fromkeys(COLUMNS.split(", "), "")
        for name in ("job_id", "started_at", "finished_at", "deleted_at", "changed"):
            del empty[name]
        times = {"queued_at": NIGHT, "run_at": NIGHT}
        return {**empty, **times, "key": f"k{number}", "plan_id": f"p{number}", "status": "queued", "words": {}}

    threads = [
        threading.Thread(target=lambda n=n: Jobs(tmp_path / "q" / "jobs.sqlite").add(values(n), NIGHT))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    jobs = Jobs(tmp_path / "q" / "jobs.sqlite")
    assert sorted(job.key for job in jobs.all()) == [f"k{n}" for n in range(8)]
    assert sorted(job.changed for job in jobs.all()) == list(range(1, 9))


def test_what_moved_is_told_by_data_type_and_never_by_row() -> None:
    from coursepush.queue.words import moved_words

    moved = pl.DataFrame(
        {"change": ["was", "now", "now"], "element": ["categories"] * 3, "course_id": [1, 1, 2], "key": ["a"] * 3}
    )
    assert moved_words(moved) == "What moved: Categories (1 no longer hold, 2 are new), on 2 courses."
    assert moved_words(moved.clear()) == ""
