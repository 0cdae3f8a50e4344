"""Who is told when a job is done: addresses that are kept beside the queue, and whom a message reached.

The addresses hold passwords and tokens. Their file can be read by its owner alone, and nothing shows more of them
than what kind each is. A message that does not get through changes nothing of the job, and is told in the list.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursepush.errors import CoursepushError, QueueError, RequestError
from coursepush.files import Kind, new_file
from coursepush.files.kinds import NOTIFY_MARK
from coursepush.optional import module
from coursepush.queue.place import Place
from coursepush.queue.states import Job
from coursepush.queue.words import message_of

WHEN = ("always", "failed")
"""Of which jobs is told: of all that ended; of those that failed, or could not push everything."""

_MOST = 20
_OWNER_ONLY = 0o600


@dataclass(frozen=True, repr=False)
class Addresses:
    """To whom messages go. The addresses themselves are shown nowhere."""

    urls: tuple[str, ...] = ()
    when: str = "always"

    @property
    def kinds(self) -> list[str]:
        """What kind each is: ``mailtos``, ``msteams``, ``slack``."""
        return [url.partition(":")[0].lower() for url in self.urls]

    def __repr__(self) -> str:
        return f"<Notifications of jobs ({self.when}): {', '.join(self.kinds) or 'nobody is told'}>"


def addresses_file(place: Place) -> Path:
    return place.folder / "notify.json"


def read_addresses(place: Place) -> Addresses:
    """Those that were set; none where none were.

    Raises:
        QueueError: they cannot be read.
    """
    path = addresses_file(place)
    try:
        told = json.loads(path.read_bytes())
        urls, when = told["urls"], told["when"]
        if not isinstance(urls, list) or not all(isinstance(one, str) for one in urls) or when not in WHEN:
            raise ValueError("its parts are others")
        return Addresses(tuple(urls), when)
    except FileNotFoundError:
        return Addresses()
    except PermissionError as error:
        raise QueueError(
            f"{path} belongs to another user, who alone may read it. Have them run the worker, or set the "
            "addresses anew as the user who runs it."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QueueError(f"{path} cannot be read ({type(error).__name__}). Set the addresses anew.") from None


def set_addresses(place: Place, urls: str | Sequence[str], when: str) -> Addresses:
    """Say who is told; each address is tried for its form, and none is sent anything.

    Raises:
        RequestError: an address is none that is known, or `when` is none of :data:`WHEN`.
        MissingPackageError: Apprise is not installed.
    """
    if when not in WHEN:
        raise RequestError.unknown("choice of when to tell", when, WHEN)
    given = [urls] if isinstance(urls, str) else list(urls)
    if len(given) > _MOST:
        raise RequestError(f"There are {len(given):,} addresses; {_MOST} are the most.")
    for number, url in enumerate(given, start=1):
        if not _is_address(url):
            raise RequestError(
                f"Address {number} is none that can be told. An address looks like "
                "mailtos://user:password@host or "
                "msteams://...; https://appriseit.com/services has one for each service. (It is not shown "
                "here, since it may hold a password.)"
            )
    made = Addresses(tuple(given), when)
    place.jobs.make()
    with new_file(addresses_file(place), Kind.NOTIFY, mode=_OWNER_ONLY) as file:
        file.write(
            json.dumps({**NOTIFY_MARK, "when": made.when, "urls": list(made.urls)}, indent=1).encode() + b"\n"
        )
    return made


def send(urls: Sequence[str], subject: str, text: str) -> list[str]:
    """Send a message to each; gives, by kind, those whom it did not reach."""
    failed: list[str] = []
    for url in urls:
        kind = url.partition(":")[0].lower()
        with _silence():
            try:
                told = _apprise(url)
                reached = told is not None and bool(told.notify(title=subject, body=text))
            except CoursepushError:
                raise
            except Exception:  # whatever a service's code makes of an answer must not stop a worker
                reached = False
        if not reached:
            failed.append(kind)
    return failed


def tell_of(place: Place, now: dt.datetime) -> list[Job]:
    """Send what is to be said of jobs that came to their end; gives those jobs, told or not."""
    ended: list[Job] = []
    if not place.jobs.untold():
        return ended
    with place.turn("telling of jobs") as has_turn:  # so that nobody is told twice
        for job in place.jobs.untold() if has_turn else ():
            told = place.jobs.change(
                job, "", now, only_if=(job.status,), same_attempt=True, told=_told(place, job)
            )
            if told is not None:
                ended.append(told)
    return ended


def _told(place: Place, job: Job) -> str:
    """Send the message of a job; what came of that, in words."""
    try:
        addresses = read_addresses(place)
        if not addresses.urls or (addresses.when == "failed" and job.status == "completed"):
            return ""
        failed = send(addresses.urls, *message_of(job))
    except CoursepushError as error:
        return f"Nobody could be told: {error}"
    reached = len(addresses.urls) - len(failed)
    if not failed:
        return f"Told by {', '.join(addresses.kinds)}."
    missed = ", ".join(failed)
    return f"{reached} of {len(addresses.urls)} told; not reached: {missed}. Look at the address and its server."


def _is_address(url: str) -> bool:
    with _silence():
        return _apprise(url) is not None


def _apprise(url: str) -> Any:
    """Apprise with one address; None where it is none."""
    apprise = module("apprise", "Notifications")
    # the message stays as it is: nothing in it is markup, and no address is written to a log
    asset = apprise.AppriseAsset(async_mode=False, secure_logging=True)
    made = apprise.Apprise(asset=asset)
    return made if made.add(url) else None


@contextmanager
def _silence() -> Generator[None]:
    """Inside the block Apprise logs nothing: of an address that it cannot read it logs the whole."""
    log = logging.getLogger("apprise")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def may_be_read_by_others(place: Place) -> bool:
    """Whether the file of addresses can be read by others than its owner."""
    path = addresses_file(place)
    return os.name != "nt" and path.exists() and bool(path.stat().st_mode & 0o077)
