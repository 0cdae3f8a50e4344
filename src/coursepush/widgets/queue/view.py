"""The Batch Queue List as widgets: the table, the chosen job with its buttons, the worker, what was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as W

from coursepush.queue.states import Job, Status
from coursepush.widgets.look import (
    box,
    button,
    buttons,
    code,
    drawn,
    heading,
    muted,
    on_change,
    on_click,
    show,
)
from coursepush.widgets.on_page import Views
from coursepush.widgets.queue.state import QueueState
from coursepush.widgets.queue.table import job_html, jobs_html, listed
from coursepush.widgets.queue.watch import Watch

_AUTO = {"description_width": "auto"}


@dataclass(frozen=True)
class Undoing:
    """Who shows the preview of an undo: of a push's number, of what can be undone only; and what hinders it."""

    preview: Callable[[int, bool], None]
    is_hindered: Callable[[], bool]


class QueueView(W.VBox):
    """The list, live as long as it is on a page."""

    _is_made = False

    def __init__(self, state: QueueState, undoing: Undoing, *, level: int = 3) -> None:
        self._state = state
        self._undoing = undoing
        self._is_busy = False
        self.news = W.HTML()
        self.worker = W.HTML()
        self.start = button("Start worker here", icon="play", tooltip="Have this notebook run jobs at their time")
        self.stop = button("Stop the worker", icon="stop", tooltip="What is being saved is saved; the rest waits")
        self.look = button("Look again", icon="refresh", tooltip="Look at the queue now")
        self.code_button = W.ToggleButton(
            description="Show the list as code", icon="code", layout={"width": "auto"}
        )
        self.table = W.HTML()
        self.jobs = W.Dropdown(description="Job", layout=W.Layout(width="auto", max_width="40em"), style=_AUTO)
        self.by = W.Text(
            description="Your name", placeholder="as others know you", layout=W.Layout(width="20em"), style=_AUTO
        )
        self.acts = _acts(state)
        self.undo = button("Undo", icon="undo", tooltip="Preview taking this job's push back")
        self.undo_rest = button(
            "Undo what can be undone", tooltip="Leave alone what has changed or is used since, take back the rest"
        )
        self.new_time = W.NaiveDatetimePicker(description="New time", style=_AUTO, layout=W.Layout(width="25em"))
        self.reschedule = button("Reschedule", icon="calendar", tooltip="Have it run at the new time (local time)")
        self.under_way = W.HTML()
        self.message = W.HTML()
        self.details = W.HTML()
        self.report = W.HTML()
        self.code = W.HTML()
        self.views = Views()
        self._watch = Watch(state)
        on_change(self.views, "views", self._watch.shown)
        on_change(self.jobs, "value", self._choose)
        on_change(self.by, "value", lambda name: setattr(state, "by", name))
        on_change(self.code_button, "value", lambda _: self.show())
        on_click(self.start, state.start_worker)
        on_click(self.stop, state.stop_worker)
        on_click(self.look, state.look_again)
        on_click(self.reschedule, lambda: state.reschedule(self.new_time.value))
        on_click(self.undo, lambda: self._undo(is_partial=False))
        on_click(self.undo_rest, lambda: self._undo(is_partial=True))
        self._chosen = W.VBox(
            [
                buttons(self.jobs, *self.acts.values(), self.undo, self.undo_rest),
                self.details,
                buttons(self.by, self.new_time, self.reschedule),
            ]
        )
        super().__init__(
            [
                self.views,
                W.HTML(heading("Batch Queue List", level)),
                self.news,
                self.worker,
                buttons(self.start, self.stop, self.look, self.code_button),
                self.code,
                self.table,
                self._chosen,
                self.under_way,
                self.message,
                self.report,
            ]
        )
        self._is_made = True
        self.show()

    def close(self) -> None:
        """Stop looking; the worker that this list started ends."""
        if self._is_made:
            self._watch.stop()
            self._state.close()
        super().close()

    # -- showing the state ---------------------------------------------------------------------------

    def show(self) -> None:
        """Show the state as it is."""
        state = self._state
        self._show_worker()
        self.news.value = "".join(box(one.kind, one.text, is_news=True) for one in state.news)
        self.table.value = jobs_html(state.looked.jobs, state.looked.approved, state.chosen)
        self._show_job()
        self.under_way.value = "".join(
            f"<div role='status'>{muted(f'{one} …{_progress(state) if one == state.running else str()}')}</div>"
            for one in (state.running, state.doing)
            if one
        )
        said = state.said
        self.message.value = "" if said is None else box(said.kind, said.text, is_news=True)
        show(self.code, self.code_button.value)
        self.code.value = code(state.code()) if self.code_button.value else ""

    def _show_worker(self) -> None:
        state = self._state
        here, there = state.is_worker_here, state.looked.has_worker
        if state.trouble:
            self.worker.value = box("error", state.trouble)
        elif here:
            self.worker.value = f"<div>{muted(f'A worker runs in this notebook. {state.looked.doing}')}</div>"
        elif there:
            self.worker.value = muted("A worker runs in another notebook or program.")
        else:
            waiting = any(job.status == Status.QUEUED for job in state.looked.jobs)
            command = f"coursepush worker {state.queue.folder.name.removesuffix('.queue')}"
            self.worker.value = (
                box("caution", f"{_NOBODY}, so nothing happens yet. {_WHAT_TO_DO} {command}")
                if waiting
                else muted(f"{_NOBODY}.")
            )
        self.start.disabled = bool(state.doing) or here
        self.stop.disabled = bool(state.doing) or not here

    def _show_job(self) -> None:
        state, job = self._state, self._state.job
        show(self._chosen, job is not None)
        self._show_choice()
        can = state.can
        for name, one in self.acts.items():
            one.disabled = name not in can
        self.undo.disabled = self.undo_rest.disabled = "undo" not in can
        show(self.undo_rest, self._undoing.is_hindered())
        show(self.reschedule, "reschedule" in can)
        show(self.new_time, "reschedule" in can)
        if job is None:
            self.report.value = ""
            return
        self.details.value = job_html(job)
        got = state.report
        self.report.value = drawn(got[1]) if got is not None and got[0] == job.job_id else ""

    def _show_choice(self) -> None:
        """The drop-down list; whoever has the focus in it keeps what they chose."""
        options = [(_choice(job), job.job_id) for job in listed(self._state.looked.jobs)]
        self._is_busy = True
        try:
            if tuple(self.jobs.options) != tuple(options):
                self.jobs.options = options
            if self._state.chosen in [number for _, number in options]:
                self.jobs.value = self._state.chosen
        finally:
            self._is_busy = False

    def _choose(self, number: int | None) -> None:
        if not self._is_busy:
            self._state.choose(number)

    def _undo(self, *, is_partial: bool) -> None:
        job = self._state.job
        if job is not None and job.push_id is not None:
            self._undoing.preview(job.push_id, is_partial)
            self.show()


_NOBODY = "No worker runs for this district"
_WHAT_TO_DO = (
    "Click “Start worker here” and leave this notebook open; or click “Run it now”; or, for every night, have "
    "this run on a computer that stays on:"
)


def _acts(state: QueueState) -> dict[str, W.Button]:
    """The buttons for the chosen job, by what they do."""
    told = {
        "run_now": ("Run it now", "play", "Run this job here, whatever its time", state.run_now),
        "cancel": ("Cancel", "ban", "Cancel this job; one that runs is asked to stop", state.cancel),
        "restart": ("Restart", "repeat", "Queue this job anew", state.restart),
        "delete": ("Delete", "trash", "Take this job out of the list, with its files", state.delete),
        "report": ("Get the report", "list-alt", "What its push wrote, and what could not be", state.get_report),
    }
    made: dict[str, W.Button] = {}
    for name, (words, icon, tooltip, call) in told.items():
        made[name] = button(words, icon=icon, tooltip=tooltip)
        on_click(made[name], call)
    return made


def _choice(job: Job) -> str:
    return f"{job.job_id}: {job.status}, {job.title}"


def _progress(state: QueueState) -> str:
    return "" if state.progress is None else f" {state.progress.words}"
