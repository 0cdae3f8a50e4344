"""A previewed push that others agree to and that a worker runs: Save, Ask for approval, Submit to Batch."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import ipywidgets as W
import pytest
from district_files import HIGH, file_of, worn_district
from test_push_panel import walk

import coursepush as cp
from coursepush.district import District
from coursepush.widgets.push.panel import PushPanel

OVERWRITE = {"catalog": HIGH, "year": 2027, "mode": "overwrite", "to_sections": True}
LATER = dt.datetime(2099, 12, 1, 22, 0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return file_of(worn_district(), tmp_path_factory.mktemp("made") / "district.duckdb")


@pytest.fixture
def district(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[cp.District]:
    """A district of its own; the folder that it is in is the current one."""
    monkeypatch.chdir(tmp_path)
    with cp.open_district(shutil.copy(made, tmp_path / "district.duckdb")) as district:
        yield district


@pytest.fixture
def panel(district: cp.District) -> PushPanel:
    return previewed(district.panel(**OVERWRITE))


def previewed(panel: PushPanel) -> PushPanel:
    panel.preview()
    panel.wait()
    assert panel.state.said is None, panel.state.said
    return panel


def is_shown(widget: Any) -> bool:
    return widget.layout.display != "none"


def approved_by(name: str, user: str, monkeypatch: pytest.MonkeyPatch, **given: Any) -> Path:
    """The file that somebody else makes of the plan's file, as another user of the system."""
    with monkeypatch.context() as other:
        other.setenv("LOGNAME", user)
        return cp.approve("to review.cpush", by=name, **given)


def run_code(panel: PushPanel) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(panel.state.code(), names)
    return names


def test_a_push_is_asked_for_agreed_to_and_run(
    district: cp.District, panel: PushPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = panel.together.approvals
    assert "asks for no approvals" in view.standing.value
    district.set_policy(approvals={"overwrite": 1}, guards={"nothing_disappears": True})
    view.look.click()
    panel.wait()
    assert "Still needed: 1 more. 1 approval for a plan that overwrites" in view.standing.value
    assert "Blocked by the guard nothing_disappears" in view.standing.value

    view.by.value = "Ana Analyst"
    view.ask.click()
    panel.wait()
    assert panel.state.said.kind == "done"
    assert cp.read_plan("to review.cpush").digest == panel.plan.digest
    assert cp.read_plan("to review.cpush").author == "Ana Analyst"
    assert is_shown(view.text)
    for told in (
        panel.plan.title,
        panel.plan.digest[:12],
        'coursepush show "to review.cpush" --page "to review.html"',
        'coursepush approve "to review.cpush" --by "Your name"',
        "--override nothing_disappears",
        "1 approval for a plan that overwrites",
        "Ana Analyst",
    ):
        assert told in view.text.value
    assert str(Path.cwd()) not in view.text.value, "the mail names no folder"

    approved_by("Bo", "bo", monkeypatch)
    assert view.yes_name.value == "to review.approval"
    view.take_in.click()
    panel.wait()
    assert "Bo (user bo)" in view.standing.value
    assert "Still needed" not in view.standing.value
    assert "Blocked by the guard nothing_disappears" in view.standing.value
    panel.run()
    panel.wait()
    assert "The guard nothing_disappears blocks it" in panel.state.said.text
    assert panel.receipt is None

    approved_by("Dana Director", "dana", monkeypatch, overrides="nothing_disappears", comment="<b>Now</b>.")
    view.take_in.click()
    panel.wait()
    assert "nothing_disappears is overridden by Dana Director" in view.standing.value
    assert "Nothing more is needed" in view.standing.value
    assert "&lt;b&gt;Now" in view.standing.value
    code = panel.state.code()
    for line in (
        "plan.approvals",
        'plan.save("to review.cpush", by="Ana Analyst")',
        'district.approve(plan, "to review.approval")',
    ):
        assert line in code.split("\n")
    panel.run()
    panel.wait()
    assert panel.receipt is not None
    assert not is_shown(view)
    assert district.history()["approved_by"][0] == "Bo; Dana Director"


def test_who_made_the_plan_does_not_count(district: cp.District, panel: PushPanel) -> None:
    district.set_policy(approvals={"every_plan": 1})
    view = panel.together.approvals
    view.by.value = "Ana"
    view.ask.click()
    panel.wait()
    cp.approve("to review.cpush", by="Ana")
    view.take_in.click()
    panel.wait()
    assert "Not counted" in view.standing.value
    assert "Still needed: 1 more" in view.standing.value


def test_what_is_there_is_replaced_only_when_asked_for_twice(panel: PushPanel) -> None:
    view = panel.together.approvals
    Path("other.txt").write_text("mine")
    view.name.value = "other.txt"
    view.save.click()
    panel.wait()
    assert "ends in .cpush" in panel.state.said.text
    Path("mine.cpush").write_text("mine")
    view.name.value = "mine.cpush"
    view.save.click()
    panel.wait()
    assert panel.state.said.kind == "error"
    assert Path("mine.cpush").read_text() == "mine"
    assert panel.plan.save("taken.cpush")
    before = Path("taken.cpush").read_bytes()
    view.name.value, view.by.value = "taken.cpush", "Ana"
    view.save.click()
    panel.wait()
    assert panel.state.said.kind == "caution"
    assert Path("taken.cpush").read_bytes() == before
    view.save.click()
    panel.wait()
    assert panel.state.said.kind == "done"
    assert cp.read_plan("taken.cpush").author == "Ana"
    view.save.click()
    panel.wait()
    assert panel.state.said.kind == "done", "what was saved from here is not asked about again"


def test_an_approval_that_cannot_be_taken_in_is_told(panel: PushPanel) -> None:
    view = panel.together.approvals
    view.take_in.click()
    assert "Name the approval's file" in panel.state.said.text
    view.yes_name.value = "nowhere.approval"
    view.take_in.click()
    panel.wait()
    assert panel.state.said.kind == "error"
    assert panel.state.where == "agree"
    assert "nowhere.approval" in panel.status.message.value


def test_a_preview_is_submitted_at_a_date_and_time(district: cp.District, panel: PushPanel) -> None:
    batch, queue = panel.together.batch, panel.together.queue[0]
    panel.together.approvals.by.value = "Ana"
    batch.when.value = "At a date and time"
    batch.submit.click()
    assert "Say at which date and time" in panel.state.said.text
    batch.at.value = dt.datetime(2020, 1, 1, 8, 0)
    batch.submit.click()
    panel.wait()
    assert "is past" in panel.status.message.value
    batch.at.value, batch.priority.value, batch.keep.value = LATER, "high", True
    batch.comment.value = "Tonight <b>"
    batch.submit.click()
    panel.wait()
    [job] = district.queue.jobs()
    assert (job.run_at, job.priority, job.keep) == (LATER.astimezone(dt.UTC).replace(tzinfo=None), 1, True)
    assert (job.submitted_by, job.comment, job.digest) == ("Ana", "Tonight <b>", panel.plan.digest)
    assert panel.state.said.kind == "caution"
    assert "No worker runs for this district" in panel.state.said.text
    assert "to run at 2099-12-01" in queue.table.value
    assert "Tonight &lt;b&gt;" in queue.details.value
    assert queue.jobs.value == job.job_id
    code = panel.state.code()
    assert code.endswith("district.queue.list()")
    assert "district.apply" not in code
    district.queue.delete(job)
    again = run_code(panel)
    assert (again["job"].run_at, again["job"].digest) == (job.run_at, job.digest)
    again["district"].close()
    batch.submit.click()
    panel.wait()
    assert district.queue.jobs()[-1].digest == panel.plan.digest


def test_a_job_s_push_is_taken_back_from_the_list_below(district: cp.District, panel: PushPanel) -> None:
    batch, queue = panel.together.batch, panel.together.queue[0]
    batch.submit.click()
    panel.wait()
    queue.acts["run_now"].click()
    panel.wait()
    assert "written" in queue.message.value
    assert district.history().height == 1
    queue.undo.click()
    panel.wait()
    assert panel.plan.request.undoes == 1
    assert is_shown(batch), "an undo goes the same way"
    panel.run()
    panel.wait()
    assert district.history().height == 2


def test_what_of_a_job_cannot_be_taken_back_is_left_alone(district: cp.District, panel: PushPanel) -> None:
    queue = panel.together.queue[0]
    panel.together.batch.submit.click()
    panel.wait()
    queue.acts["run_now"].click()
    panel.wait()
    with district.store.writing() as session:  # somebody else's edit
        session.run("edit", "update course_category set weight = 99 where weight is distinct from 99")
    assert not is_shown(queue.undo_rest)
    queue.undo.click()
    panel.wait()
    assert panel.plan.left_alone
    assert panel.run_view.run_now.disabled
    assert panel.together.batch.submit.disabled
    assert is_shown(queue.undo_rest)
    queue.undo_rest.click()
    panel.wait()
    assert panel.plan.request.partial
    panel.together.batch.submit.click()
    panel.wait()
    assert district.queue.jobs()[-1].permitted == ("partial",)
    queue.acts["run_now"].click()
    panel.wait()
    assert district.history().sort("push_id")["kind"].to_list() == ["master_push", "undo"]


def test_names_are_only_text(district: cp.District) -> None:
    evil = "<img src=x onerror=alert(1)>"
    with district.store.writing() as session:
        for table in ("catalog", "calendar", "school"):
            session.run("rename", f"update {table} set name = left(name, 18) || '{evil}'")
    district.set_policy(guards={"no_open_term": True, "freeze_dates": [("2020-01-01", "2099-01-01", evil)]})
    panel = previewed(district.panel(**OVERWRITE | {"catalog": f"High School{evil}"}))
    view = panel.together.approvals
    view.by.value = evil
    view.ask.click()
    panel.wait()
    panel.together.batch.comment.value = evil
    panel.together.batch.submit.click()
    panel.wait()
    panel.together.queue[0].acts["run_now"].click()
    panel.wait()
    told = [one.value for one in walk(panel) if isinstance(one, W.HTML)]
    assert sum("&lt;img" in one for one in told) >= 4
    assert not any("<img" in one for one in told)


def test_a_district_in_memory_has_no_queue() -> None:
    panel = previewed(District(worn_district().store()).panel(**OVERWRITE))
    assert panel.together.queue == ()
    panel.together.batch.submit.click()
    panel.wait()
    assert "in memory has no batch queue" in panel.status.message.value
