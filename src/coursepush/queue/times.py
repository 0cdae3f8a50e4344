"""Local dates and times as people give them, and the moments that they are: UTC, to the second, with the zone.

On the night in spring some times are not there, on the one in autumn some come twice. The first are refused with
the times beside them; of the second the earlier is meant, unless an offset or ``fold=1`` says otherwise, and a
note says so.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coursepush.errors import RequestError

_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_GRACE = dt.timedelta(minutes=1)
_HOW = 'Give a date and a time such as "2026-12-01 22:00", a time such as "22:00", or leave it out to run it now.'


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is to run: `at` in UTC, without a zone; the zone in which it was said; what was decided."""

    at: dt.datetime
    zone: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its name, or this machine's own (`known` None), whose name may not be known."""

    name: str
    known: ZoneInfo | None

    def on(self, local: dt.datetime, fold: int) -> dt.datetime:
        """A local time as a moment with its offset."""
        given = local.replace(fold=fold)
        return given.astimezone() if self.known is None else given.replace(tzinfo=self.known)

    def local(self, at: dt.datetime) -> dt.datetime:
        """A moment (UTC, without a zone) in this zone."""
        return at.replace(tzinfo=dt.UTC).astimezone(self.known)


def zone_named(name: str) -> Zone:
    """The zone of that name.

    Raises:
        RequestError: it is not known on this machine.
    """
    try:
        return Zone(name, ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise RequestError(
            f"There is no time zone {name!r} on this machine. Name one such as America/Denver, or give an offset "
            'such as "2026-12-01 22:00-07:00". On Windows, pip install tzdata brings them.'
        ) from error


def zone_here() -> Zone:
    """This machine's zone: by its name where that can be found out, and by the system's own clock otherwise."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if not named and os.name != "nt":
        _, _, named = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    try:
        return Zone(named, ZoneInfo(named))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Zone("local time", None)


def moment(given: object, now: dt.datetime, zone: Zone | None = None) -> Moment:
    """When that is.

    Args:
        given: a datetime (without a zone: local time), text, or None for now.
        now: the moment it is: UTC, without a zone.
        zone: in which local time is said; by default this machine's.

    Raises:
        RequestError: it is no date and time, is past, or is not there on the night the clocks go forward.
    """
    where = zone or zone_here()
    if given is None:
        return Moment(now, where.name)
    if isinstance(given, str):
        given, where = _read(given, now, where)
    if not isinstance(given, dt.datetime):
        raise RequestError(f"{given!r:.60} is no date and time. {_HOW}")
    try:
        found = Moment(_utc(given), where.name) if given.tzinfo is not None else _local(given, where)
    except OverflowError as error:
        raise RequestError(f"{given!r:.60} is too far away. {_HOW}") from error
    if found.at < now - _GRACE:
        raise RequestError(f"{given:%Y-%m-%d %H:%M} is past. {_HOW}")
    return found


def _utc(given: dt.datetime) -> dt.datetime:
    return given.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0, fold=0)


def _read(text: str, now: dt.datetime, zone: Zone) -> tuple[dt.datetime, Zone]:
    said = text.strip()
    if found := _TIME.fullmatch(said):
        return _next(int(found[1]), int(found[2]), now, zone), zone
    try:
        made = dt.datetime.fromisoformat(said)
    except ValueError:
        said, _, named = said.rpartition(" ")
        if not re.fullmatch(r"[A-Za-z_]+(/[\w+-]+)+|UTC", named):
            raise RequestError(f"{text!r:.60} is no date and time. {_HOW}") from None
        zone = zone_named(named)
        try:
            made = dt.datetime.fromisoformat(said)
        except ValueError:
            raise RequestError(f"{text!r:.60} is no date and time. {_HOW}") from None
    if ":" not in said:
        raise RequestError(f"{text!r:.60} has no time. {_HOW}")
    return made, zone


def _next(hour: int, minute: int, now: dt.datetime, zone: Zone) -> dt.datetime:
    """The next time that clocks here show that."""
    if hour > 23 or minute > 59:
        raise RequestError(f"There is no time {hour}:{minute:02d}. {_HOW}")
    here = zone.local(now).replace(tzinfo=None)
    at = here.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    return at if at >= here.replace(second=0, microsecond=0) else at + dt.timedelta(days=1)


def _local(given: dt.datetime, zone: Zone) -> Moment:
    on = partial(zone.on, given)
    first, second = on(0), on(1)
    if first.utcoffset() == second.utcoffset():
        return Moment(_utc(first), zone.name)
    shown = f"{given:%Y-%m-%d %H:%M}"
    if zone.local(_utc(first)).replace(tzinfo=None, fold=0) != given.replace(microsecond=0, fold=0):
        beside = sorted(zone.local(_utc(one)).replace(tzinfo=None) for one in (first, second))
        before, after = (f"{one:%H:%M}" for one in beside)
        raise RequestError(
            f"There is no {shown} in {zone.name}: the clocks go forward that night. Say {before} or {after}."
        )
    if given.fold:
        return Moment(_utc(second), zone.name, f"{shown} comes twice that night; the later one is meant.")
    later = second.isoformat(" ", "minutes")
    return Moment(
        _utc(first), zone.name, f"{shown} comes twice that night; the earlier one is meant (the other is {later})."
    )


def local_words(at: dt.datetime | None, zone: Zone | None = None) -> str:
    """ "2026-11-28 22:00 MST": a moment as people read it; empty for None."""
    if at is None:
        return ""
    shown = (zone or zone_here()).local(at)
    return f"{shown:%Y-%m-%d %H:%M} {shown.tzname() or ''}".strip()
