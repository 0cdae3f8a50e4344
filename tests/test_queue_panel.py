"""The Batch Queue List's panel, driven in process by the clicks and values that a browser sends."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from district_files import worn_district

import coursepush as cp
from coursepush.district import District
from coursepush.errors import RequestError
from coursepush.queue.states import Job, Status
from coursepush.widgets.queue import watch
from coursepush.widgets.queue.panel import QueuePanel
from coursepush.widgets.queue.state import QueueState
from coursepush.widgets.queue.table import MOST_JOBS, jobs_html

LATER = "2099-12-01 22:00"


@pytest.fixture
def district(folder: Path) -> Generator[cp.District]:
    with cp.open_district(folder / "district.duckdb", wait=30) as district:
        yield district


def is_shown(widget: Any) -> bool:
    return widget.layout.display != "none"


def looked(panel: QueuePanel) -> QueuePanel:
    panel.look()
    panel.wait()
    return panel


def clicked(panel: QueuePanel, name: str) -> None:
    assert not panel.view.acts[name].disabled, name
    panel.view.acts[name].click()
    panel.wait()


def until(panel: QueuePanel, is_so: Callable[[], object], what: str) -> None:
    end = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < end, f"waited for {what} in vain"
        time.sleep(0.05)
        looked(panel)


def able(panel: QueuePanel) -> set[str]:
    return {name for name, one in panel.view.acts.items() if not one.disabled}


def test_what_is_queued_is_rescheduled_canceled_restarted_and_deleted(folder: Path, district: District) -> None:
    panel = district.queue.panel()
    assert "Nothing is in the queue" in panel.view.table.value
    assert not is_shown(panel.view.jobs) or panel.state.job is None
    job = district.queue.submit(folder / "plan.cpush", at=LATER, zone="UTC")
    view = looked(panel).view
    assert view.jobs.value == job.job_id
    assert able(panel) == {"cancel", "run_now", "delete"}
    assert "coursepush worker district.duckdb<" in view.worker.value
    view.by.value = "Bo"
    view.reschedule.click()
    assert "Say the new date" in view.message.value
    view.new_time.value = dt.datetime(2098, 5, 1, 7, 30)
    view.reschedule.click()
    panel.wait()
    assert "to run at 2098-05-01 07:30" in view.table.value
    clicked(panel, "cancel")
    assert "Canceled by Bo." in view.message.value
    assert able(panel) == {"restart", "delete"}
    assert panel.state.news == [], "who clicked knows"
    clicked(panel, "restart")
    assert "Job 1 is queued" in view.message.value
    clicked(panel, "delete")
    assert "once more" in view.message.value
    assert len(district.queue.jobs()) == 1
    clicked(panel, "delete")
    assert district.queue.jobs() == []
    assert "Nothing is in the queue" in view.table.value
    told = panel.state.code().split("\n")
    assert told[-5:] == [
        'district.queue.reschedule(1, "2098-05-01 07:30", by="Bo")',
        'district.queue.cancel(1, by="Bo")',
        'district.queue.restart(1, by="Bo")',
        'district.queue.delete(1, by="Bo")',
        "district.queue.list()",
    ]


def test_a_worker_is_started_runs_a_job_and_is_stopped_and_the_push_taken_back(
    folder: Path, district: District
) -> None:
    panel = district.queue.panel()
    district.queue.submit(folder / "plan.cpush")
    looked(panel)
    panel.view.start.click()
    panel.wait()
    try:
        assert district.queue.has_worker
        until(panel, lambda: panel.state.news, "news of the job")
        assert "A worker runs in this notebook" in panel.view.worker.value
        again = district.queue.panel()
        assert not again.view.stop.disabled, "a cell that is run again still can stop it"
        [news] = panel.state.news
        assert news.text.startswith("Job 1 is completed with errors (push 1)")
        assert "written." in panel.view.news.value
        assert again.state.news == [], "of what ended before nothing is news"
        until(panel, lambda: not panel.state.looked.doing.startswith("district"), "the worker's rest")
        assert able(panel) == {"delete", "report"}
        clicked(panel, "report")
        assert "could not be pushed" in panel.view.report.value
        assert "Its report is the file" in panel.view.details.value
    finally:
        panel.view.stop.click()
        panel.wait()
    assert not district.queue.has_worker
    assert "has ended" in panel.view.message.value
    panel.view.undo.click()
    panel.wait()
    undoing = panel.undoing
    assert undoing is not None
    assert undoing.plan is not None
    assert undoing.plan.request.undoes == 1
    assert undoing.together.queue == (), "the list is above"
    undoing.together.batch.submit.click()
    panel.wait()
    assert panel.view.jobs.value == 2
    clicked(panel, "run_now")
    assert "Job 2 is completed" in panel.view.message.value
    assert [news.job_id for news in looked(again).state.news] == [2], "also of what it had not seen waiting"
    assert district.history().sort("push_id")["undoes"].to_list() == [None, 1]
    assert "district.queue.run_now(2)" in panel.state.code()


def test_the_worker_ends_with_the_panel_that_started_it(folder: Path, district: District) -> None:
    panel, other = district.queue.panel(), district.queue.panel()
    panel.view.start.click()
    panel.wait()
    other.close()
    assert district.queue.has_worker
    panel.close()
    panel.wait()
    assert not district.queue.has_worker


def test_a_job_that_runs_here_can_be_canceled(
    folder: Path, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coursepush.queue import running

    panel = district.queue.panel()
    district.queue.submit(folder / "plan.cpush", at=LATER)
    looked(panel)
    real = running.load_saved

    def canceled_meanwhile(*args: Any) -> Any:
        district.queue.cancel(1, by="Bo")
        return real(*args)

    monkeypatch.setattr(running, "load_saved", canceled_meanwhile)
    monkeypatch.setattr(running, "_BETWEEN_LOOKS", 0.0)
    panel.view.acts["run_now"].click()
    assert "Running job 1" in panel.view.under_way.value
    panel.wait()
    assert "Job 1 is canceled" in panel.view.message.value
    assert district.history().is_empty()
    assert able(looked(panel)) == {"restart", "delete"}


def test_a_failed_job_says_why_and_what_to_do(folder: Path, district: District) -> None:
    panel = district.queue.panel()
    district.queue.submit(folder / "plan.cpush")
    district.set_policy(approvals={"every_plan": 1})
    looked(panel)
    clicked(panel, "run_now")
    assert "cpp-error" in panel.view.message.value
    assert "It needs 1 approval" in panel.view.details.value
    assert able(panel) == {"restart", "delete"}


def test_a_queue_that_cannot_be_read_is_told_and_looked_at_again(folder: Path, district: District) -> None:
    panel = district.queue.panel()
    district.queue.submit(folder / "plan.cpush", at=LATER)
    file = district.queue.folder / "jobs.sqlite"
    whole = file.read_bytes()
    file.write_bytes(b"no database" * 100)
    assert "is damaged" in looked(panel).view.worker.value
    file.write_bytes(whole)
    assert "is damaged" not in looked(panel).view.worker.value
    assert "to run at 2099-12-0" in panel.view.table.value


def test_it_looks_by_itself_as_long_as_it_is_on_a_page(
    folder: Path, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_SOON", 0.05)
    panel = district.queue.panel()

    async def on_a_page() -> None:
        panel.view.views.views = 1
        district.queue.submit(folder / "plan.cpush", at=LATER)
        end = time.monotonic() + 30
        while "to run at" not in panel.view.table.value:
            assert time.monotonic() < end
            await asyncio.sleep(0.05)
        panel.view.views.views = 0
        await asyncio.sleep(0.2)
        district.queue.cancel(1)
        await asyncio.sleep(0.5)

    asyncio.run(on_a_page())
    assert "to run at" in panel.view.table.value, "on none nobody looks"
    assert "canceled" in looked(panel).view.table.value


def test_who_approved_what_waits_is_seen(
    folder: Path, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = district.queue.panel()
    district.queue.submit(folder / "plan.cpush", at=LATER)
    assert "Dana" not in looked(panel).view.table.value
    with monkeypatch.context() as other:
        other.setenv("LOGNAME", "dana")
        yes = cp.approve(folder / "plan.cpush", by="Dana Director")
    district.approve(folder / "plan.cpush", yes)
    panel.view.look.click()
    panel.wait()
    assert "Dana Director" in panel.view.table.value


def test_what_happened_between_two_looks_is_news_once(folder: Path, district: District) -> None:
    panel, queue = district.queue.panel(), district.queue
    queue.submit(folder / "plan.cpush")
    queue.cancel(1)
    assert looked(panel).state.news == []
    queue.restart(1)
    queue.run_now(1)
    assert [news.job_id for news in looked(panel).state.news] == [1]
    queue.submit(queue.request("plan_undo", 1))
    queue.run_now(2)
    assert [(news.job_id, news.kind) for news in looked(panel).state.news] == [(2, "error"), (1, "done")]
    assert len(looked(panel).state.news) == 2


def test_nothing_changes_where_nothing_changed(folder: Path, district: District) -> None:
    changes: list[int] = []
    state = QueueState(district, lambda: changes.append(1))
    district.queue.submit(folder / "plan.cpush", at=LATER)
    for _ in range(3):
        state.look()
        state.wait()
    assert len(changes) == 1


def test_the_twin_names_no_folder(folder: Path, district: District) -> None:
    district.queue.submit(folder / "plan.cpush", at=LATER, comment="<b>why</b>")
    panel = looked(district.queue.panel())
    data, _ = panel._repr_mimebundle_()
    assert "to run at" in data["text/html"]
    assert str(folder) not in data["text/html"]
    assert "&lt;b&gt;why" in panel.view.details.value
    assert repr(panel) == "<QueuePanel: shown in JupyterLab, a notebook or Voilà>"


def test_a_long_list_shows_what_waits_and_the_newest(folder: Path, district: District) -> None:
    job = district.queue.submit(folder / "plan.cpush", at=LATER)
    ended = [_copy(job, number, Status.CANCELED) for number in range(2, MOST_JOBS + 5)]
    told = jobs_html([job, *ended], {job.digest: "<i>Dana</i>"}, 1)
    assert told.count('scope="row"') == MOST_JOBS + 1
    assert "3 older jobs not listed here" in told
    assert "&lt;i&gt;Dana" in told
    assert told.count("cpp-chosen") == 1


def _copy(job: Job, number: int, status: Status) -> Job:
    from dataclasses import replace

    return replace(job, job_id=number, status=status)


def test_a_district_in_memory_has_no_queue_panel() -> None:
    with pytest.raises(RequestError, match="in memory has no batch queue"):
        District(worn_district().store()).queue.panel()
