"""What is decided of a job once it was submitted: cancel, restart, reschedule, delete, run now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from coursepush.errors import QueueError, RequestError, ScenarioError
from coursepush.plan.request import id_of
from coursepush.plan.saved import name_of_person
from coursepush.queue.notify import tell_of
from coursepush.queue.place import Place, place_of
from coursepush.queue.purge import delete
from coursepush.queue.running import Clock, Runner, Stop
from coursepush.queue.states import Job, Status
from coursepush.queue.times import local_words, moment, zone_named
from coursepush.queue.words import joined, nobody_runs_it
from coursepush.store.database import Store
from coursepush.store.owner import now_in_utc, user_name

At = dt.datetime | str | None
AnyJob = Job | int


class Decisions:
    """The jobs of one district's queue, and what people decide of them.

    Args:
        clock: what time it is, in UTC.
        panel: makes the list with buttons, by which they decide in a notebook.
    """

    def __init__(self, store: Store, clock: Clock = now_in_utc, panel: Callable[[], Any] | None = None) -> None:
        self._store = store
        self._clock = clock
        self._panel = panel

    @property
    def _place(self) -> Place:
        if self._store.scenario:
            raise ScenarioError(
                "A scenario has no batch queue: what it tries is not in the district. Set it up in the "
                "information system and load it, then plan on the district itself and submit that."
            )
        return place_of(self._store.path)

    # -- deciding ----------------------------------------------------------------------------------------

    def panel(self) -> Any:
        """The Batch Queue List for a notebook or Voilà, live, with what can be done about jobs, and a worker.

        Raises:
            RequestError: the district is in memory alone.

        >>> district = cp.open_district("district.duckdb")
        >>> panel = district.queue.panel()
        >>> panel.state.looked.jobs
        ()
        """
        assert self._place
        assert self._panel is not None, "a district's own queue has one"
        return self._panel()

    def cancel(self, job: AnyJob, *, by: str | None = None, comment: str = "") -> Job:
        """Cancel a job. One that runs is asked to stop, which it does until it is being saved.

        Raises:
            RequestError: it came to its end before.

        >>> district = cp.open_district("district.duckdb")
        >>> links = district.queue.request("plan_links", "High School", year=2027)
        >>> district.queue.cancel(district.queue.submit(links), by="Ana Analyst", comment="Not tonight.").note
        'Canceled by Ana Analyst. Not tonight.'
        """
        found, who = self._found(job), self._who(by)
        canceled = self._place.jobs.change(
            found,
            "canceled",
            self._clock(),
            only_if=(Status.QUEUED,),
            by=who,
            detail=comment,
            status=Status.CANCELED,
            finished_at=self._clock(),
            is_written=False,
            note=joined(f"Canceled by {who}.", comment),
        )
        if canceled is not None:
            return canceled
        asked = self._place.jobs.change(
            found,
            "cancel asked",
            self._clock(),
            only_if=(Status.PROCESSING,),
            by=who,
            detail=comment,
            is_cancel_asked=True,
            note=f"{who} asked for it to be canceled; it is, unless it is being saved already.",
        )
        if asked is None:
            raise self._not_so(found, "canceled", "What was pushed is taken back with district.plan_undo(...).")
        return asked

    def restart(self, job: AnyJob, at: At = None, *, zone: str | None = None, by: str | None = None) -> Job:
        """Queue a canceled or failed job anew, now or at a time; a plan that the queue made counts as looked at.

        Raises:
            RequestError: it waits or runs, or its push is in the district or may be.

        >>> district = cp.open_district("district.duckdb")
        >>> links = district.queue.request("plan_links", "High School", year=2027)
        >>> job = district.queue.cancel(district.queue.submit(links))
        >>> district.queue.restart(job, "2099-12-01 22:00", zone="America/Denver").run_at
        datetime.datetime(2099, 12, 2, 5, 0)
        """
        found, who, now = self._found(job), self._who(by), self._clock()
        when = moment(at, now, None if zone is None else zone_named(zone))
        if not found.can_be_restarted:
            pushed = f" Push {found.push_id} has it." if found.push_id is not None else ""
            raise self._not_so(found, "restarted", f"Only what surely was not written can be.{pushed}")
        again = self._place.jobs.change(
            found,
            "restarted",
            now,
            only_if=(Status.CANCELED, Status.FAILED),
            same_attempt=True,
            by=who,
            status=Status.QUEUED,
            is_looked_at=bool(found.plan_file),
            is_cancel_asked=False,
            run_at=when.at,
            zone=when.zone,
            time_note=when.note,
            started_at=None,
            finished_at=None,
            report="",
            note="",
            told=None,
        )
        if again is None:
            raise self._not_so(self._found(job), "restarted", "")
        return self._with_worker(again)

    def reschedule(self, job: AnyJob, at: At, *, zone: str | None = None, by: str | None = None) -> Job:
        """Have a queued job run at another time; see :meth:`submit` for how times are said.

        Raises:
            RequestError: it is not queued, or the time is past or is not there.

        >>> district = cp.open_district("district.duckdb")
        >>> links = district.queue.request("plan_links", "High School", year=2027)
        >>> job = district.queue.submit(links)
        >>> district.queue.reschedule(job, "2099-12-01 22:00", zone="America/Denver").run_at
        datetime.datetime(2099, 12, 2, 5, 0)
        """
        found, who, now = self._found(job), self._who(by), self._clock()
        when = moment(at, now, None if zone is None else zone_named(zone))
        later = self._place.jobs.change(
            found,
            "rescheduled",
            now,
            only_if=(Status.QUEUED,),
            by=who,
            detail=f"to {local_words(when.at)}",
            run_at=when.at,
            zone=when.zone,
            time_note=when.note,
        )
        if later is None:
            raise self._not_so(found, "rescheduled", "Only what is queued can be.")
        return self._with_worker(later)

    def delete(self, job: AnyJob, *, by: str | None = None) -> None:
        """Take a job out of the list, with its files; that there was one, stays in the history.

        Raises:
            RequestError: it runs just now.

        >>> district = cp.open_district("district.duckdb")
        >>> links = district.queue.request("plan_links", "High School", year=2027)
        >>> district.queue.delete(district.queue.submit(links))
        >>> district.queue.list().answer
        'Nothing is in the queue.'
        """
        found = self._found(job)
        if delete(self._place, found, self._clock(), self._who(by)) is None:
            raise self._not_so(found, "deleted", "Cancel it first.")

    def run_now(self, job: AnyJob, *, by: str | None = None) -> Job:
        """*Run Now*: run a queued job here, whatever its time, and wait for it.

        Raises:
            RequestError: it is not queued, or another job of this district runs just now.

        >>> district = cp.open_district("district.duckdb")
        >>> plan = district.plan_course_push("Riverbend High 26-27", courses="03101-1")
        >>> district.queue.run_now(district.queue.submit(plan)).note
        'Nothing would change, so nothing was written (Push All Courses to sections).'
        """
        self._look()
        found, who = self._found(job), self._who(by)
        if found.status != Status.QUEUED:
            raise self._not_so(found, "run", "Only what is queued can be.")
        self._place.jobs.change(found, "run now", self._clock(), only_if=(Status.QUEUED,), by=who, detail="")
        ended = Runner(self._place, self._clock, self._store.wait).run_next(Stop(), found)
        if ended is None:
            owner = self._place.runs_now
            raise RequestError(
                "Another job of this district runs just now"
                + (f" (process {owner.pid} of user {owner.user})" if owner else "")
                + ", one at a time. Try again when it is done; this one is queued."
            )
        tell_of(self._place, self._clock())
        return self._found(ended)

    @property
    def has_worker(self) -> bool:
        """Whether a worker looks after this district, here or in another program."""
        return self._place.has_worker

    @property
    def _is_without(self) -> bool:
        """Whether there can be no queue."""
        return self._store.path is None or bool(self._store.scenario)

    # -- within ------------------------------------------------------------------------------------------

    def _found(self, job: AnyJob) -> Job:
        number = job.job_id if isinstance(job, Job) else id_of(job, "job")
        return self._place.jobs.one(number)

    def _look(self) -> str:
        """Find out what became of jobs whose program is gone; why that cannot be kept, where it cannot.

        Who may only read the queue, or has no room on the disk, sees the jobs as they are kept.
        """
        try:
            Runner(self._place, self._clock, 0).look()
        except QueueError as error:
            return f"Jobs in processing may have ended: {error}"
        return ""

    def _who(self, by: str | None) -> str:
        return user_name() if by is None else name_of_person(by, "who does it")

    def _with_worker(self, job: Job) -> Job:
        """The job; where nobody is there to run it, its note says so for now."""
        if self.has_worker:
            return job
        return replace(job, note=nobody_runs_it(self._place.district, job.job_id))

    def _not_so(self, job: Job, what: str, how: str) -> RequestError:
        return RequestError(joined(f"Job {job.job_id} cannot be {what}: it is {job.status}.", how))
