"""One job from its claim to its outcome. At most once is a law, and the district's own history decides.

A job has one plan's id for as long as it lives, and a district takes each plan's id once, in the transaction that
writes it. So whatever becomes of a worker, its push is in the history, whole, or nothing of it is in the district;
and no second attempt can write it again. What a worker that is gone left behind is told by looking there.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from coursepush.apply.apply import apply_plan
from coursepush.apply.saved import load_saved
from coursepush.errors import (
    ApprovalNeededError,
    CoursepushError,
    DistrictBusyError,
    PlanError,
    StalePlanError,
    StoppedError,
    UsedPlanError,
    on_which_side,
)
from coursepush.plan.door import plan_again
from coursepush.plan.plan import Plan
from coursepush.plan.requests.form import Unfit
from coursepush.plan.requests.registry import request_of
from coursepush.progress import COMMIT, listening_too
from coursepush.queue.outcome import keep_moved, keep_result
from coursepush.queue.place import Place
from coursepush.queue.states import Job, Status
from coursepush.queue.submitting import plan_file, push_of
from coursepush.queue.words import failure_words, joined, moved_words
from coursepush.store.commit import writes
from coursepush.store.database import Store
from coursepush.store.owner import Owner, now_in_utc

Clock = Callable[[], dt.datetime]

_BETWEEN_LOOKS = 0.5
"""Seconds between two looks whether somebody canceled a job that runs."""

_UNTOUCHED = "Nothing of it is in the district, which is as it was. Restart the job to run it again."

_apply = writes(apply_plan)


class Stop:
    """What asks a job that runs to stop, and tells in which thread it runs.

    Args:
        puts_back: what is broken off waits for the next worker; otherwise it is canceled.
    """

    def __init__(self, *, puts_back: bool = False) -> None:
        self.puts_back = puts_back
        self.is_asked = threading.Event()
        self._runs: tuple[Store, int] | None = None
        self._mutex = threading.Lock()

    def runs(self, store: Store | None) -> None:
        with self._mutex:
            self._runs = None if store is None else (store, threading.get_ident())

    def ask(self) -> None:
        """Break off what is not being saved yet; what is, is saved."""
        self.is_asked.set()
        with self._mutex:
            if self._runs is not None:
                store, thread = self._runs
                store.interrupt(thread)


class Runner:
    """Runs the jobs of one district in this program, one at a time.

    Args:
        clock: what time it is: UTC, without a zone.
        wait: seconds to wait for others who use the district's file.

    Attributes:
        has_written: whether it found the push of a job in the district, having written it or looked it up.
    """

    def __init__(self, place: Place, clock: Clock = now_in_utc, wait: float | None = None) -> None:
        self.place = place
        self.jobs = place.jobs
        self.has_written = False
        self._clock = clock
        self._wait = wait

    @property
    def has_work(self) -> bool:
        """Whether a look at the district is worth its while."""
        return bool(self.jobs.due(self._clock()) or self.jobs.with_status(Status.PROCESSING))

    def look(self) -> None:
        """Find out what became of jobs whose program is gone."""
        if self.jobs.with_status(Status.PROCESSING):
            with self.place.turn("looking what became of a job") as has_turn:
                if has_turn:
                    self._settle_all()

    def run_next(self, stop: Stop, job: Job | None = None) -> Job | None:
        """Run `job`, or the next that is due; None where there is none, or another program has its turn."""
        with self.place.turn("running a job") as has_turn:
            if not has_turn:
                return None
            self._settle_all()
            claimed = self._claim(job)
            return None if claimed is None else self._run(claimed, stop)

    def _claim(self, wanted: Job | None) -> Job | None:
        for job in [wanted] if wanted is not None else self.jobs.due(self._clock()):
            owner = Owner.this_process("")
            claimed = self.jobs.change(
                job,
                "started",
                self._clock(),
                only_if=(Status.QUEUED,),
                same_attempt=True,
                status=Status.PROCESSING,
                started_at=self._clock(),
                finished_at=None,
                attempts=job.attempts + 1,
                worker=f"process {owner.pid} of user {owner.user}",
                is_cancel_asked=False,
                is_written=None,
                note="",
                told=None,
            )
            if claimed is not None:
                return claimed
        return None

    # -- running -----------------------------------------------------------------------------------------

    def _run(self, job: Job, stop: Stop) -> Job:
        store = Store(self.place.district, wait=self._wait)
        is_writing = False
        stop.runs(store)
        try:
            with listening_too(self._fence(job, stop)):
                job, plan = self._plan(store, job)
                if not plan.writes:
                    return self._end(
                        job, Status.COMPLETED, is_written=False, rows=0, could_not=0, note=_nothing(plan)
                    )
                is_writing = True
                receipt = _apply(store, plan, permitted=job.permitted)
            stop.runs(None)
            return self._written(store, job, *receipt.left_untidy)
        except BaseException as error:
            stop.runs(None)
            ended = self._broken_off(store, job, error, stop, is_writing)
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            return ended
        finally:
            stop.runs(None)
            store.close()

    def _plan(self, store: Store, job: Job) -> tuple[Job, Plan]:
        """The plan that the job is of: its saved one, or its request planned now."""
        with store.reading() as session:
            pushed = push_of(session, job.plan_id)
        if pushed is not None:  # after it the district has moved, which would be told otherwise
            raise UsedPlanError(f"This plan was applied before, as push {pushed[0]}.")
        if job.is_looked_at:
            assert job.plan_path is not None
            return job, load_saved(store, job.plan_path)
        try:
            request = request_of(json.loads(job.request))
        except (Unfit, ValueError) as error:
            raise PlanError(f"The queue's request cannot be read: {error}. Submit it again.") from error
        with store.reading() as session:
            plan = plan_again(store, session, request)
        plan.id, plan.made_by, plan.author, plan.is_unattended = job.plan_id, job.os_user, job.submitted_by, True
        plan.save(self.place.folder / plan_file(job.key))
        planned = self.jobs.change(
            job,
            "planned",
            self._clock(),
            only_if=(Status.PROCESSING,),
            same_attempt=True,
            plan_file=plan_file(job.key),
            digest=plan.digest,
        )
        if planned is None:
            raise StoppedError("Another program has taken the job.")
        return planned, plan

    def _fence(self, job: Job, stop: Stop) -> Callable[[str], None]:
        """A listener that stops the work when it is asked to, or when the job is no longer this one's to run."""
        looked = time.monotonic()
        is_past = False

        def heard(step: str) -> None:
            nonlocal looked, is_past
            if is_past:
                return
            if stop.is_asked.is_set():
                raise StoppedError("The worker was asked to stop.")
            if step == COMMIT or time.monotonic() - looked >= _BETWEEN_LOOKS:
                looked = time.monotonic()
                now = self.jobs.all(job.changed)
                mine = next((one for one in now if one.job_id == job.job_id), job)
                if (mine.status, mine.attempts) != (Status.PROCESSING, job.attempts):
                    raise StoppedError("Another program has taken the job.")
                if mine.is_cancel_asked:
                    raise StoppedError("The job was canceled.")
            is_past = step == COMMIT

        return heard

    # -- what came of it ---------------------------------------------------------------------------------

    def _broken_off(self, store: Store, job: Job, error: BaseException, stop: Stop, is_writing: bool) -> Job:
        """Keep why it was not written; where that is not certain, the history tells."""
        is_written = getattr(error, "written", None) if is_writing else False
        if is_written is not False or isinstance(error, UsedPlanError):
            return self._settle(store, job, error)
        if isinstance(error, DistrictBusyError):
            return self._put_back(job, f"The job waits for its turn. {error}")
        if isinstance(error, (StoppedError, KeyboardInterrupt, SystemExit)):
            now = self.jobs.one(job.job_id)
            if now.is_cancel_asked or not stop.puts_back:
                note = joined("It was canceled while it was being run.", _UNTOUCHED)
                return self._end(job, Status.CANCELED, is_written=False, note=note)
            return self._put_back(
                job, "The worker was stopped before it was saved; it is run when one is there again."
            )
        note, report = failure_words(error), ""
        if isinstance(error, StalePlanError):
            report = keep_moved(self.place, job, error.moved)
            note = joined(note, moved_words(error.moved), "The job cannot be run any more: submit a new plan.")
        elif isinstance(error, ApprovalNeededError) and not job.is_looked_at:
            note = joined(
                "It was planned and not run, since nobody has looked at the plan. It is saved as "
                f"{job.plan_path}: look "
                f"at it (coursepush show), then district.queue.restart({job.job_id}) runs just that plan.",
                note,
            )
        elif isinstance(error, ApprovalNeededError):
            note = joined(note, f"Then restart the job: district.queue.restart({job.job_id}).")
        return self._end(job, Status.FAILED, is_written=False, note=note, report=report)

    def _settle_all(self) -> None:
        for job in self.jobs.with_status(Status.PROCESSING):
            store = Store(self.place.district, wait=self._wait)
            try:
                self._settle(store, job, None)
            finally:
                store.close()

    def _settle(self, store: Store, job: Job, error: BaseException | None) -> Job:
        """What became of a job that was begun, by the district's history."""
        try:
            with store.reading() as session:
                district_id = str(session.value("district", "select district_id from push.district"))
                pushed = push_of(session, job.plan_id)
        except CoursepushError as trouble:
            note = f"Whether its push was written is not known yet: {trouble} It is looked up again."
            return job if job.note == note else self._keep(job, "", note=note)
        what = (
            f"The program that ran it ({job.worker}) ended before it could say what came of it."
            if error is None
            else failure_words(error)
        )
        if isinstance(error, UsedPlanError):
            note = f"{what} This job wrote nothing."
            return self._end(job, Status.FAILED, is_written=True, push_id=pushed and pushed[0], note=note)
        if pushed is not None and (not job.digest or pushed[1] == job.digest):
            return self._written(store, job, what)
        if pushed is not None:
            note = joined(what, f"Push {pushed[0]} has its plan's id and is another plan. Submit a new plan.")
            return self._end(job, Status.FAILED, is_written=True, push_id=pushed[0], note=note)
        if job.district_id != district_id:
            note = joined(what, "The district was loaded anew since. Submit a new plan.")
            return self._end(job, Status.FAILED, is_written=False, note=note)
        if job.is_cancel_asked:
            return self._end(job, Status.CANCELED, is_written=False, note=joined(what, _UNTOUCHED))
        return self._end(job, Status.FAILED, is_written=False, note=joined(what, _UNTOUCHED))

    def _written(self, store: Store, job: Job, *said: str) -> Job:
        """Keep that its push is in the district, and make the report."""
        with store.reading() as session:
            pushed = push_of(session, job.plan_id)
        assert pushed is not None
        self.has_written = True
        try:
            return self._keep_written(store, job, pushed, *said)
        except BaseException as error:
            on_which_side(error, True, f"Push {pushed[0]} of job {job.job_id} is written.")
            raise

    def _keep_written(self, store: Store, job: Job, pushed: tuple[int, str, int, str], *said: str) -> Job:
        push_id, digest, rows, approved_by = pushed
        kept = self._keep(
            job, "", is_written=True, push_id=push_id, rows=rows, digest=digest, approved_by=approved_by
        )
        result = keep_result(store, self.place, replace(job, push_id=push_id))
        status = Status.COMPLETED_WITH_ERRORS if result.could_not else Status.COMPLETED
        note = joined(*said, result.answer, result.trouble)
        return self._end(kept, status, could_not=result.could_not, report=result.file, note=note)

    def _put_back(self, job: Job, note: str) -> Job:
        return self._keep(job, "put back", status=Status.QUEUED, is_written=False, note=note, started_at=None)

    def _end(self, job: Job, status: Status, **values: object) -> Job:
        return self._keep(job, str(status), status=status, finished_at=self._clock(), **values)

    def _keep(self, job: Job, what: str, **values: object) -> Job:
        """Change the job, unless another program has settled it meanwhile."""
        detail = str(values.get("note", "")) if what else ""
        changed = self.jobs.change(
            job,
            what,
            self._clock(),
            only_if=(Status.PROCESSING,),
            same_attempt=True,
            by="the worker" if what else "",
            detail=detail,
            **values,
        )
        return self.jobs.one(job.job_id) if changed is None else changed


def _nothing(plan: Plan) -> str:
    return f"Nothing would change, so nothing was written ({plan.title})."
