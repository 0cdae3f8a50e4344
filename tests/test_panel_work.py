"""Work beside the notebook: one thing at a time, handed over in one thread, stopped before anything is written."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

import coursepush as cp
from coursepush.apply.apply import Receipt
from coursepush.district import District
from coursepush.errors import StoppedError
from coursepush.plan.plan import Plan
from coursepush.progress import COMMIT, listening, tell
from coursepush.widgets.work import Progress, Work


@pytest.fixture
def district(district_file: Path) -> District:
    return cp.open_district(district_file)


def plan_of(district: District) -> Plan:
    return district.plan_master_push("High School", year=2026, mode="overwrite", to_sections=True)


def test_what_came_of_it_is_handed_over_in_the_thread_that_waits(district: District) -> None:
    work, threads, made = Work(district.store), [], []

    def job() -> int:
        threads.append(threading.current_thread())
        return 7

    def done(what: int) -> None:
        threads.append(threading.current_thread())
        made.append(what)

    assert work.start(job, done=done, failed=made.append)
    assert work.is_running
    assert not work.start(job, done=done, failed=made.append), "one thing at a time"
    work.wait()
    assert made == [7]
    assert threads[0] is not threads[1]
    assert threads[1] is threading.current_thread()
    assert not work.is_running


def test_what_it_raised_is_handed_over(district: District) -> None:
    work, failed = Work(district.store), []
    work.start(lambda: district.sql("select nothing"), done=lambda _: None, failed=failed.append)
    work.wait()
    assert "nothing" in str(failed[0])


def test_where_an_event_loop_runs_nobody_has_to_wait(district: District) -> None:
    made: list[str] = []

    async def notebook() -> None:
        work = Work(district.store)
        work.start(lambda: "done", done=made.append, failed=made.append)  # type: ignore[arg-type]
        for _ in range(500):
            if made:
                break
            await asyncio.sleep(0.01)
        assert not work.is_running

    asyncio.run(notebook())
    assert made == ["done"]


def test_waiting_within_a_running_loop_takes_the_news_itself(district: District) -> None:
    made: list[str] = []

    async def cell() -> None:
        work = Work(district.store)
        work.start(lambda: "done", done=made.append, failed=made.append)  # type: ignore[arg-type]
        work.wait(10)
        assert made == ["done"]
        await asyncio.sleep(0)

    asyncio.run(cell())
    assert made == ["done"], "once"


def test_waiting_too_long_says_so(district: District) -> None:
    work, hold = Work(district.store), threading.Event()
    work.start(hold.wait, done=lambda _: None, failed=lambda _: None)
    with pytest.raises(TimeoutError, match="goes on"):
        work.wait(0.05)
    hold.set()
    work.wait()


def test_progress_names_the_steps_as_they_come(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursepush.widgets.work._BETWEEN_NEWS", 0.0)
    work, told = Work(district.store), list[Progress]()
    work.start(lambda: plan_of(district), done=lambda _: None, failed=pytest.fail, progress=told.append)
    work.wait()
    assert [one.steps for one in told] == list(range(1, len(told) + 1))
    assert len({one.step for one in told}) > 20


class SlowStep:
    """Holds the work at a step until it is let go, and says when it is there."""

    def __init__(self, district: District, step: str) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self._step = step
        district.store.on_statement = self.hold

    def hold(self, step: str, _sql: str) -> None:
        if step == self._step and not self.reached.is_set():
            self.reached.set()
            assert self.go_on.wait(20)


@pytest.mark.parametrize("step", ["attach", "begin", "locks", "history course_category", "history", "district"])
def test_an_apply_stopped_at_any_step_writes_nothing_and_lets_go_of_the_file(
    district: District, step: str
) -> None:
    plan = plan_of(district)
    assert plan.digest, "read beforehand"
    before = district.sql("select * from course_category order by row_id")
    slow = SlowStep(district, step)
    work, failed = Work(district.store), list[Exception]()
    work.start(lambda: district.apply(plan, again=True), done=pytest.fail, failed=failed.append)
    assert slow.reached.wait(20)
    assert work.stop()
    slow.go_on.set()
    work.wait()
    assert isinstance(failed[0], StoppedError)
    assert "Nothing was written" in str(failed[0])
    assert district.history().is_empty()
    assert district.sql("select * from course_category order by row_id").equals(before)
    assert not district.store._attached
    assert district.apply(plan).rows == plan.writes, "the plan is as good as before"


def test_a_commit_cannot_be_stopped_any_more(district: District) -> None:
    plan = plan_of(district)
    slow = SlowStep(district, COMMIT)
    work, receipts = Work(district.store), list[Receipt]()
    work.start(lambda: district.apply(plan), done=receipts.append, failed=pytest.fail)
    assert slow.reached.wait(20)
    assert not work.stop()
    slow.go_on.set()
    work.wait()
    assert receipts[0].rows == plan.writes
    assert district.history().height == 1


def test_a_long_statement_is_broken_off(district: District) -> None:
    slow = "select count(*) from range(100000000) as a, range(100000000) as b where a.range + b.range = 7"
    work, failed = Work(district.store), list[Exception]()

    def job() -> None:
        with district.store.reading() as session:
            session.value("a long step", slow)

    work.start(job, done=pytest.fail, failed=failed.append)
    time.sleep(0.3)
    begun = time.monotonic()
    assert work.stop()
    work.wait(20)
    assert time.monotonic() - begun < 10
    assert isinstance(failed[0], StoppedError)
    assert district.sql("select 1 as one")["one"][0] == 1


def test_stopping_when_nothing_is_under_way_does_nothing(district: District) -> None:
    work = Work(district.store)
    assert not work.stop()
    work.start(lambda: plan_of(district).writes, done=lambda _: None, failed=pytest.fail)
    work.wait()
    assert not work.stop()


def test_another_thread_waits_for_its_turn(district: District) -> None:
    """A cell that asks the district something during an apply gets its answer after it, not half of it."""
    plan = plan_of(district)
    district.store.wait = 60.0
    slow = SlowStep(district, "history")
    work, receipts = Work(district.store), list[Receipt]()
    work.start(lambda: district.apply(plan), done=receipts.append, failed=pytest.fail)
    assert slow.reached.wait(20)
    threading.Timer(0.2, slow.go_on.set).start()
    assert district.history().height == 1
    work.wait()
    assert receipts[0].push_id == 1


def test_a_listener_that_raises_stops_what_it_listens_to() -> None:
    def refuse(step: str) -> None:
        raise StoppedError(step)

    with listening(refuse), pytest.raises(StoppedError, match="a step"):
        tell("a step")
    tell("a step")  # nobody listens any more
