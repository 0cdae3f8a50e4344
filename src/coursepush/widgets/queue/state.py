"""The Batch Queue List's state: the jobs as they stand, what was chosen, done and said. Plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from coursepush.queue.calls import Queue
from coursepush.queue.states import DONE, Job, Status
from coursepush.widgets.calls import call_text
from coursepush.widgets.queue.here import start_here, stop_here, worker_here
from coursepush.widgets.queue.looking import Looked, Looker
from coursepush.widgets.queue.words import Kind, News, Told, explained, news_of, queued_words, told_of_end
from coursepush.widgets.work import Progress, Work

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.reports.report import Report

MOST_NEWS = 3
"""So many jobs that ended are told of at once."""


class QueueState:
    """What the list is at. `changed` is called whenever something of it is another.

    Attributes:
        looked: the queue at the last look.
        trouble: why it could not be looked at; empty where it could.
        chosen: the number of the job that the buttons are about.
        by: who does what is clicked; empty for the system's user.
        doing, running: what is under way here, and which job is being run here, in words; empty when nothing is.
        news: jobs that ended while this list was shown, the latest first.
        to_be_deleted: the job that Delete was clicked for once.
        report: what came of the chosen job's push.
        clicks: what was clicked, as Python.
    """

    def __init__(self, district: District, changed: Callable[[], None] = lambda: None) -> None:
        self.district = district
        self.queue: Queue = district.queue
        self.changed = changed
        self.looked = Looked()
        self.trouble = ""
        self.chosen: int | None = None
        self.by = ""
        self.doing = self.running = ""
        self.progress: Progress | None = None
        self.said: Told | None = None
        self.news: list[News] = []
        self.to_be_deleted: int | None = None
        self.report: tuple[int, Report] | None = None
        self.clicks: list[str] = []
        self.is_starter = False
        self._looks, self._acts, self._runs = (Work(district.store) for _ in range(3))
        self._again = False
        self._was: dict[int, tuple[Status, int]] | None = None
        self._looker = Looker(district)

    # -- looking -------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look at the queue, beside the notebook; while that is under way, once more after it."""
        if not self._looks.start(lambda: self._looker.look(self.looked), done=self._take, failed=self._not_looked):
            self._again = True

    def look_again(self) -> None:
        """Look at once who approved what, too: for that the district is opened."""
        self._looker.forget()
        self.look()

    def wait(self, timeout: float = 600) -> None:
        """Wait until what is under way is done and shown, for scripts and tests.

        Raises:
            TimeoutError: it takes longer than `timeout` seconds.
        """
        for work in (self._acts, self._runs, self._looks):
            work.wait(timeout)

    def _take(self, looked: Looked) -> None:
        is_other = looked != self.looked or bool(self.trouble) or self._was is None
        self.looked, self.trouble = looked, ""
        if self._was is not None:
            was = self._was  # between two looks a job may have been submitted, or restarted, and have ended
            ended = [job for job in looked.jobs if job.is_done and was.get(job.job_id) != _end_of(job)]
            told = [news_of(job) for job in ended if job.status != Status.CANCELED]
            self.news = [*reversed(told), *self.news][:MOST_NEWS]
        self._was = {job.job_id: _end_of(job) for job in looked.jobs}
        if self.job is None:
            self.chosen = looked.jobs[-1].job_id if looked.jobs else None
        self._looked_once(is_other)

    def _not_looked(self, error: BaseException) -> None:
        is_other = self.trouble != (text := explained(error).text)
        self.trouble = text
        self._looked_once(is_other)

    def _looked_once(self, is_other: bool) -> None:
        if self._again:
            self._again = False
            self.look()
        if is_other:
            self.changed()

    # -- choosing ------------------------------------------------------------------------------------

    @property
    def job(self) -> Job | None:
        """The job that the buttons are about."""
        return next((job for job in self.looked.jobs if job.job_id == self.chosen), None)

    def submitted(self, job: Job) -> None:
        """A job was submitted beside the list: the buttons are about it."""
        self.choose(job.job_id)
        self.look()

    def choose(self, job_id: int | None) -> None:
        """Have the buttons be about that job."""
        if job_id != self.chosen:
            self.chosen, self.said, self.to_be_deleted = job_id, None, None
            self.changed()

    @property
    def can(self) -> frozenset[str]:
        """What can be done with the chosen job now: cancel, restart, run_now, reschedule, delete, report, undo."""
        job = self.job
        if job is None or self.doing:
            return frozenset()
        is_queued, is_running = job.status == Status.QUEUED, job.status == Status.PROCESSING
        is_pushed = job.status in DONE and job.push_id is not None
        able = {
            "cancel": is_queued or is_running,
            "restart": job.can_be_restarted,
            "run_now": is_queued and not self.running,
            "reschedule": is_queued,
            "delete": not is_running,
            "report": is_pushed,
            "undo": is_pushed,
        }
        return frozenset(name for name, is_so in able.items() if is_so)

    @property
    def is_worker_here(self) -> bool:
        """Whether the worker is one that a list in this notebook started, and can stop."""
        return worker_here(self.queue.folder) is not None

    # -- what a click does ---------------------------------------------------------------------------

    def cancel(self) -> None:
        """Cancel the chosen job; one that runs is asked to stop."""
        self._decide("cancel", "Canceling", lambda job: job.note)

    def restart(self) -> None:
        """Queue the chosen job anew."""
        self._decide("restart", "Restarting", queued_words)

    def reschedule(self, at: Any) -> None:
        """Have the chosen job run at another local date and time."""
        if at is None:
            self._say("error", "Say the new date and time.")
            return
        self._decide("reschedule", "Rescheduling", queued_words, f"{at:%Y-%m-%d %H:%M}")

    def delete(self) -> None:
        """Take the chosen job out of the list, at the second click."""
        job = self.job
        if job is None or "delete" not in self.can:
            return
        if self.to_be_deleted != job.job_id:
            self.to_be_deleted = job.job_id
            self._say(
                "caution",
                f"Delete job {job.job_id}, with its plan and its report? Click Delete once more. The push that it "
                "wrote stays, and so does its line in the history.",
            )
            return
        number = job.job_id
        self._decide("delete", "Deleting", lambda _: f"Job {number} is deleted.")

    def run_now(self) -> None:
        """Run the chosen job here, whatever its time; *Cancel* stops it."""
        job = self.job
        if job is None or "run_now" not in self.can:
            return
        number, given = job.job_id, self._given
        code = call_text("district.queue.run_now", [number], given)
        call = self.queue.run_now
        self._begin(f"Running job {number}", code, lambda: call(number, **given), self._ran, is_run=True)

    def get_report(self) -> None:
        """Get the report: what the chosen job's push wrote, and what could not be pushed."""
        job = self.job
        if job is None or job.push_id is None or "report" not in self.can:
            return
        number, push, reports = job.job_id, job.push_id, self.district.reports

        def got(report: Report) -> None:
            self.report = (number, report)

        code = call_text("district.reports.push_result", [push], {})
        self._begin("Getting the report", code, lambda: reports.push_result(push), got)

    def start_worker(self) -> None:
        """Have this notebook run the jobs when their time comes, until it is stopped or its kernel ends."""

        def started(_: Any) -> None:
            self.is_starter = True
            self._say("done", "A worker runs in this notebook, until you stop it or the notebook's kernel ends.")

        code = "worker = district.queue.start_worker()"
        self._begin("Starting the worker", code, lambda: start_here(self.queue), started)

    def stop_worker(self) -> None:
        """Stop it: what is being saved is saved, the rest waits for the next worker."""
        folder = self.queue.folder

        def stopped(_: Any) -> None:
            self._say("note", "The worker has ended. What is queued waits for the next one.")

        self._begin("Stopping the worker", "worker.stop()", lambda: stop_here(folder), stopped)

    def close(self) -> None:
        """The list is gone: the worker that it started ends beside it."""
        if self.is_starter:
            self.is_starter = False
            self._acts.start(lambda: stop_here(self.queue.folder), done=_nothing, failed=_nothing)

    # -- the same as code ----------------------------------------------------------------------------

    def code(self) -> str:
        """What was clicked, as Python."""
        path = self.district.store.path
        opened = [f"district = cp.open_district({str(path)!r})"] if path is not None else []
        return "\n".join(["import coursepush as cp", "", *opened, *self.clicks, "district.queue.list()"])

    # -- beside the notebook -------------------------------------------------------------------------

    @property
    def _given(self) -> dict[str, Any]:
        return {"by": self.by.strip()} if self.by.strip() else {}

    def _decide(self, method: str, doing: str, told: Callable[[Any], str], *more: str) -> None:
        job, given = self.job, self._given
        if job is None or method not in self.can:
            return
        number, call = job.job_id, getattr(self.queue, method)

        def done(made: Job | None) -> None:
            self._say("done", told(made))

        code = call_text(f"district.queue.{method}", [number, *more], given)
        self._begin(f"{doing} job {number}", code, lambda: call(number, *more, **given), done)

    def _begin(
        self, doing: str, code: str, job: Callable[[], Any], done: Callable[[Any], None], *, is_run: bool = False
    ) -> None:
        """Start something beside the notebook; a run has a place of its own, so that it can be canceled."""

        def over() -> None:
            if is_run:
                self.running, self.progress = "", None
            else:
                self.doing = ""

        def ended(made: Any) -> None:
            over()
            self.clicks.append(code)
            done(made)
            self.look()
            self.changed()

        def failed(error: BaseException) -> None:
            over()
            self.said = explained(error)
            self.look()
            self.changed()

        def moved(progress: Progress) -> None:
            self.progress = progress
            self.changed()

        work = self._runs if is_run else self._acts
        if not work.start(job, done=ended, failed=failed, progress=moved if is_run else None):
            return
        self.said, self.to_be_deleted = None, None
        if is_run:
            self.running = doing
            self.look()
        else:
            self.doing = doing
        self.changed()

    def _ran(self, job: Job) -> None:
        self._say(*told_of_end(job))

    def _say(self, kind: Kind, text: str) -> None:
        self.said = Told(kind, text)
        self.changed()


def _end_of(job: Job) -> tuple[Status, int]:
    """What tells one end of a job from another: what came of it, and at which attempt."""
    return job.status, job.attempts


def _nothing(_: Any) -> None:
    return None
