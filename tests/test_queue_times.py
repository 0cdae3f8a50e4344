"""When a job is to run: local time, on the two nights on which the clocks change too."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Generator

import pytest

from coursepush.errors import RequestError
from coursepush.queue.times import Zone, local_words, moment, zone_here, zone_named

DENVER = zone_named("America/Denver")
NOW = dt.datetime(2026, 10, 1, 12, 0)

CASES: dict[str, tuple[object, str, str]] = {
    "summer": ("2026-10-02 22:00", "2026-10-03 04:00", ""),
    "winter": ("2026-12-01 22:00", "2026-12-02 05:00", ""),
    "with a T and seconds": ("2026-12-01T22:00:30", "2026-12-02 05:00", ""),
    "an offset": ("2026-12-01 22:00-05:00", "2026-12-02 03:00", ""),
    "a zone of its own": ("2026-12-01 22:00 America/New_York", "2026-12-02 03:00", ""),
    "UTC": ("2026-12-01 22:00Z", "2026-12-01 22:00", ""),
    "a time later today": ("22:00", "2026-10-02 04:00", ""),
    "a time that is over today": ("05:59", "2026-10-02 11:59", ""),
    "a datetime": (dt.datetime(2026, 12, 1, 22, 0), "2026-12-02 05:00", ""),
    "a datetime with a zone": (dt.datetime(2026, 12, 1, 22, tzinfo=dt.UTC), "2026-12-01 22:00", ""),
    "now": (None, "2026-10-01 12:00", ""),
    # 2026-11-01: at 2:00 the clocks go back to 1:00
    "before what comes twice": ("2026-11-01 00:59", "2026-11-01 06:59", ""),
    "what comes twice": ("2026-11-01 01:30", "2026-11-01 07:30", "the earlier one is meant"),
    "the later of it": (dt.datetime(2026, 11, 1, 1, 30, fold=1), "2026-11-01 08:30", "the later one is meant"),
    "the later of it by its offset": ("2026-11-01 01:30-07:00", "2026-11-01 08:30", ""),
    "after what comes twice": ("2026-11-01 02:00", "2026-11-01 09:00", ""),
    # 2027-03-14: at 2:00 the clocks go forward to 3:00
    "before what is not there": ("2027-03-14 01:59", "2027-03-14 08:59", ""),
    "after what is not there": ("2027-03-14 03:00", "2027-03-14 09:00", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_time_is_the_moment_that_people_mean(name: str) -> None:
    given, at, note = CASES[name]
    found = moment(given, NOW, DENVER)
    assert f"{found.at:%Y-%m-%d %H:%M}" == at
    assert note in found.note
    assert bool(found.note) == bool(note)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("2027-03-14 02:30", "clocks go forward that night. Say 01:30 or 03:30"),
        (dt.datetime(2027, 3, 14, 2, 0, fold=1), "clocks go forward"),
        ("2026-09-30 22:00", "is past"),
        ("2026-12-01", "has no time"),
        ("tonight", "no date and time"),
        ("2026-13-01 22:00", "no date and time"),
        ("25:00", "no time 25:00"),
        ("2026-12-01 22:00 America/Nowhere", "no time zone 'America/Nowhere'"),
        ("9999-12-31 23:59", "too far away"),
        (dt.date(2026, 12, 1), "no date and time"),
        (22, "no date and time"),
    ],
)
def test_what_is_no_time_is_refused_with_what_to_say(given: object, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        moment(given, NOW, DENVER)


def test_a_time_of_day_on_the_nights_themselves() -> None:
    """The next 01:30 after 01:30 of the longer night, and the next 02:30 where there is none."""
    between = dt.datetime(2026, 11, 1, 7, 45)  # 01:45 for the first time
    assert moment("01:30", between, DENVER).at == dt.datetime(2026, 11, 2, 8, 30)
    with pytest.raises(RequestError, match="clocks go forward"):
        moment("02:30", dt.datetime(2027, 3, 14, 7, 0), DENVER)


@pytest.fixture
def in_denver(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    monkeypatch.setenv("TZ", "America/Denver")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_denver")
def test_this_machines_zone_has_the_same_rules_with_a_name_and_without() -> None:
    assert zone_here() == DENVER
    for given, at, note in CASES.values():
        found = moment(given, NOW, Zone("local time", None))
        assert f"{found.at:%Y-%m-%d %H:%M}" == at
        assert note in found.note
    with pytest.raises(RequestError, match="Say 01:30 or 03:30"):
        moment("2027-03-14 02:30", NOW, Zone("local time", None))


def test_moments_are_told_in_local_time() -> None:
    assert local_words(dt.datetime(2026, 11, 1, 7, 30), DENVER) == "2026-11-01 01:30 MDT"
    assert local_words(dt.datetime(2026, 11, 1, 8, 30), DENVER) == "2026-11-01 01:30 MST"
    assert local_words(None) == ""
