"""``district.queue``: submit, list, cancel, restart, reschedule, delete, run now, and the worker."""

from __future__ import annotations

import datetime as dt
import inspect
import os
import uuid
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from coursepush.errors import RequestError
from coursepush.marks import Drawn
from coursepush.plan.request import Request
from coursepush.plan.requests.registry import KINDS
from coursepush.plan.saved import name_of_person
from coursepush.queue.deciding import AnyJob, At, Decisions
from coursepush.queue.history import history_report
from coursepush.queue.listing import jobs_chosen, list_report
from coursepush.queue.notify import Addresses, read_addresses, send, set_addresses
from coursepush.queue.states import WAITING, Job, Status
from coursepush.queue.submitting import approved_now, take_in, values_of
from coursepush.queue.times import moment, zone_named
from coursepush.queue.worker import Worker
from coursepush.reports.report import Report


class Queue(Decisions, Drawn):
    """The batch queue of a district: what is submitted here runs when its time comes and a worker is there.

    It lies in a folder beside the district's file. A push is applied at most once, and one at a time (RULES.md
    9.2).
    """

    @property
    def folder(self) -> Path:
        """Where the queue lies: its jobs, their plans, and their reports.

        Raises:
            RequestError: the district is in memory alone.
        """
        return self._place.folder

    # -- submitting --------------------------------------------------------------------------------------

    def submit(
        self,
        plan: Any,
        at: At = None,
        *,
        zone: str | None = None,
        priority: str = "normal",
        keep_until_deleted: bool = False,
        comment: str = "",
        by: str | None = None,
        report_folder: str | os.PathLike[str] | None = None,
        assume_unused: bool = False,
        partial: bool = False,
    ) -> Job:
        """*Submit to Batch*: have a push, links or an undo run by a worker, now or at a date and time.

        Args:
            plan: a plan; the file of a saved one, which is taken also while a push is written; or a request
                (:meth:`request`), which is planned when its time comes, and then is run only if somebody approved
                just that plan, or the district's policy says ``unattended=0``.
            at: a local date and time (``"2026-12-01 22:00"``), a time (``"22:00"``: the next one), a datetime, or
                None for now. On the night the clocks go forward what is not there is refused; of what comes twice
                in autumn the earlier is meant, unless it has an offset or ``fold=1``.
            zone: in which the time is said, such as ``America/Denver``; by default this machine's.
            priority: ``normal``, or ``high``, which runs before the others.
            keep_until_deleted: *Keep Until I Delete*: otherwise its files are gone 90 days after its end.
            comment: why. by: your name; the system's user is kept beside it.
            report_folder: where its report is saved; by default beside the queue.
            assume_unused, partial: of a plan from a file that was made with them: given again.

        Returns:
            The job. Its `note` says where no worker is there to run it, and what to do.

        Raises:
            RequestError: it is no plan, file or request; the time is past or is not there; or a job that waits has
                that plan.
            PlanError, ForeignPlanError, UsedPlanError, PermissionNeededError: it can never be run here.
            QueueError: the queue cannot be written.

        >>> district = cp.open_district("district.duckdb")
        >>> plan = district.plan_master_push("High School", year=2027, masters="03101-1")
        >>> job = district.queue.submit(plan, at="2099-12-01 22:00", by="Ana Analyst")
        >>> str(job.status), job.submitted_by
        ('queued', 'Ana Analyst')
        >>> district.queue.cancel(job, by="Ana Analyst").status.value
        'canceled'
        """
        now, place, key = self._clock(), self._place, uuid.uuid4().hex
        when = moment(at, now, None if zone is None else zone_named(zone))
        folder = _folder(report_folder)
        permitted = [name for name, given in (("assume_unused", assume_unused), ("partial", partial)) if given]
        if by is not None:
            name_of_person(by, "who submits it")
        given = take_in(self._store, place, plan, key, permitted, by)
        values = values_of(
            given,
            key,
            priority=priority,
            keep=keep_until_deleted,
            comment=comment,
            by=by,
            report_folder=folder,
        )
        values |= {"run_at": when.at, "zone": when.zone, "time_note": when.note, "queued_at": now}
        try:
            job = place.jobs.add(values, now)
        except BaseException:
            (place.folder / f"{key}.cpush").unlink(missing_ok=True)
            raise
        return self._with_worker(job)

    def request(self, method: str, /, *args: Any, **asked: Any) -> Request:
        """A request by name, to be submitted and planned when its time comes.

        Args:
            method: ``plan_master_push``, ``plan_course_push``, ``plan_links`` or ``plan_undo``, as of a district,
                or the name of the kind; the other arguments are that method's.

        Raises:
            RequestError: there is no such method, or something named is unknown.

        >>> district = cp.open_district("district.duckdb")
        >>> district.queue.request("plan_links", "High School", year=2027).title
        'Link setup by key, 2026-27, on courses and sections'
        """
        found = [kind for kind in KINDS.values() if method in (kind.name, kind.method)]
        if not found:
            raise RequestError.unknown("way to plan", method, [kind.method for kind in KINDS.values()])
        _, first, *_ = inspect.signature(found[0].resolve).parameters
        if len(args) > 1:
            raise RequestError(f"{method} takes one argument without its name; name the others.")
        named = {first: args[0], **asked} if args else asked
        try:
            with self._store.reading() as session:
                return found[0].resolve(session, **named)
        except TypeError as error:
            raise RequestError(f"{method} was not asked as it must be: {error}.") from error

    # -- looking -----------------------------------------------------------------------------------------

    def list(
        self,
        *,
        status: str | Sequence[str] | None = None,
        kind: str | Sequence[str] | None = None,
        submitted_by: str | Sequence[str] | None = None,
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> Report:
        """The *Batch Queue List*, newest first; what became of jobs whose program is gone is found out first.

        Columns: job, queued_time, catalog_or_calendar, school_year, mode, calendars, data, pushed_to_sections,
        status, started, finished, submitted_by, approvals, report (the file: *Get the report*); and scheduled,
        title, push_id, rows, could_not, note, notified, comment. Times are UTC; the page has local time.

        Args:
            status: queued, processing, completed, completed with errors, canceled, failed; one or several.
            kind: master_push, course_push, links, undo. submitted_by: names. since, until: days of queuing (UTC).

        Raises:
            RequestError: there is no such status. QueueError: the queue cannot be read.

        >>> district = cp.open_district("district.duckdb")
        >>> district.queue.list().columns[:5]
        ['job', 'queued_time', 'catalog_or_calendar', 'school_year', 'mode']
        """
        trouble = self._look()
        jobs = jobs_chosen(
            self._place.jobs.all(), status=status, kind=kind, submitted_by=submitted_by, since=since, until=until
        )
        digests = [job.digest for job in jobs if job.digest and job.status in WAITING]
        asked = {"Status": status, "Kind": kind, "Submitted by": submitted_by, "Since": since, "Until": until}
        notes = [trouble] if trouble else []
        if any(job.status == Status.QUEUED for job in jobs) and not self.has_worker:
            notes.append(
                "No worker runs for this district, so nothing that is queued happens by itself. Start one: "
                f"district.queue.start_worker(), or coursepush worker {self._place.district.name}."
            )
        return list_report(jobs, approved_now(self._store, digests), asked, self._clock(), notes)

    def history(
        self,
        *,
        what: str | Sequence[str] | None = None,
        who: str | Sequence[str] | None = None,
        push: int | None = None,
        since: dt.date | str | None = None,
        until: dt.date | str | None = None,
    ) -> Report:
        """Who pushed, undid, approved, refused, submitted and canceled what, when, and why; the newest first.

        Columns: when (UTC), what, push_id, job, title, who, os_user, comment, rows, approved_by, undoes, undone_by
        (pushes), digest, report (the file of the push's result, where the queue made one). A push that was queued
        is told by the name and the comment of whoever submitted it. Also of a district in memory.

        Args:
            what: pushed, undone, linked, approved, approval withdrawn, refused, policy set, refreshed; of jobs
                submitted, rescheduled, cancel asked, canceled, restarted, failed, deleted; one or several.
            who: names, or users of the operating system. push: a push's number. since, until: days (UTC).

        Raises:
            RequestError: there is no such kind of event, or a day is none.

        >>> district.queue.history(what="approved").answer
        'Nothing like that was done.'
        """
        return history_report(
            self._store,
            None if self._is_without else self._place.jobs,
            what=what,
            who=who,
            push=push,
            since=since,
            until=until,
        )

    def jobs(self, *, changed_since: int | None = None) -> Sequence[Job]:
        """The jobs as they are kept, oldest first: a few rows of its own file; the district is not opened.

        Args:
            changed_since: only what changed after that number (:attr:`changed`), deleted jobs too: for whoever
            looks
                again and again.

        >>> district = cp.open_district("district.duckdb")
        >>> [job.job_id for job in district.queue.jobs(changed_since=district.queue.changed)]
        []
        """
        return self._place.jobs.all(changed_since)

    @property
    def changed(self) -> int:
        """A number that grows whenever a job changes; 0 where there never was one."""
        return self._place.jobs.changed

    def job(self, job: AnyJob) -> Job:
        """A job as it stands now.

        Raises:
            RequestError: there is no such job.

        >>> district = cp.open_district("district.duckdb")
        >>> links = district.queue.request("plan_links", "High School", year=2027)
        >>> str(district.queue.job(district.queue.submit(links)).status)
        'queued'
        """
        self._look()
        return self._found(job)

    # -- workers -----------------------------------------------------------------------------------------

    def start_worker(
        self,
        *,
        on_done: Callable[[Job], object] | None = None,
        on_progress: Callable[[str], object] | None = None,
    ) -> Worker:
        """Run this district's jobs in a thread of this program, when their time comes, until ``worker.stop()``.

        Args:
            on_done: called in that thread with each job that came to its end. on_progress: with each step, in
            words.

        >>> district = cp.open_district("district.duckdb")
        >>> worker = district.queue.start_worker()
        >>> worker.stop()
        True
        """
        return Worker([self._place.district], on_done=on_done, on_progress=on_progress, clock=self._clock).start()

    # -- telling -----------------------------------------------------------------------------------------

    def set_notifications(self, urls: str | Sequence[str], *, when: str = "always") -> Addresses:
        """Say who is told when a job is done, by addresses of Apprise (mail, Teams, Slack, Google Chat, ...).

        They hold passwords: they are kept in a file that its owner alone can read, and shown nowhere. A message
        has counts, who submitted and approved, and a link to the report's file; no student and no row.

        Args:
            urls: such as ``mailtos://user:password@host?to=...``; an empty list tells nobody.
            when: ``always``, or ``failed``: of jobs that failed or could not push everything.

        Raises:
            RequestError: an address is none. MissingPackageError: ``pip install coursepush[notify]``.

        >>> district = cp.open_district("district.duckdb")
        >>> district.queue.set_notifications([])
        <Notifications of jobs (always): nobody is told>
        """
        return set_addresses(self._place, urls, when)

    def notifications(self) -> Addresses:
        """Who is told, by the kind of each address alone.

        >>> district = cp.open_district("district.duckdb")
        >>> district.queue.notifications().kinds
        []
        """
        return read_addresses(self._place)

    def test_notification(self) -> str:
        """Send a message to every address, and say what came of it.

        Raises:
            RequestError: there are none.

        >>> district = cp.open_district("district.duckdb")
        >>> district.queue.test_notification()
        Traceback (most recent call last):
        coursepush.errors.RequestError: ...
        """
        addresses = read_addresses(self._place)
        if not addresses.urls:
            raise RequestError("Nobody is told yet. Give addresses with district.queue.set_notifications(...).")
        text = f"This is how you will be told of jobs of {self._place.district.name}."
        failed = send(addresses.urls, "Batch queue: a test", text)
        return f"Not reached: {', '.join(failed)}." if failed else f"Told by {', '.join(addresses.kinds)}."

    # -- showing -----------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        if self._is_without:
            return "<A scenario, or a district in memory, has no batch queue>"
        return repr(self.list())

    def _repr_html_(self) -> str:
        if self._is_without:
            return escape(repr(self))
        found: Any = self.list()
        return str(found._repr_html_())


def _folder(given: str | os.PathLike[str] | None) -> str:
    if given is None:
        return ""
    folder = Path(given).expanduser().resolve()
    if not folder.is_dir():
        raise RequestError(f"There is no folder {folder} for the report. Make it first.")
    return str(folder)
