"""A policy out of what a user gives, or of what is kept: each value looked at, and refused in words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from coursepush.apply.approval.policy import CONDITIONS, GUARDS, Freeze, GuardValue, Policy, Wanted, parts
from coursepush.errors import RequestError
from coursepush.plan.request import as_list, day_of

MOST_APPROVALS = 20
_MOST_LIMIT = 10**9
_MOST_FREEZES = 200


def policy_of(approvals: Mapping[str, Any] | None, guards: Mapping[str, Any] | None) -> Policy:
    """A policy of what a user gives; what is 0, False or empty is not asked for.

    What is asked for unless a policy says otherwise is kept with its 0.

    Raises:
        RequestError: a name is unknown, or a value is not what it should be.
    """
    wanted: dict[str, Wanted] = {}
    for name, given in (approvals or {}).items():
        if name not in CONDITIONS:
            raise RequestError.unknown("condition", name, CONDITIONS, "in a policy")
        found = _wanted(name, given)
        if parts(found)[1] or CONDITIONS[name].usual:
            wanted[name] = found
    kept: dict[str, GuardValue] = {}
    for name, given in (guards or {}).items():
        if name not in GUARDS:
            raise RequestError.unknown("guard", name, GUARDS, "in a policy")
        value = _VALUES[GUARDS[name].kind](name, given)
        if value is not False and value != ():
            kept[name] = value
    return Policy(
        {name: wanted[name] for name in CONDITIONS if name in wanted},
        {name: kept[name] for name in GUARDS if name in kept},
    )


def policy_of_json(text: str, set_by: str | None, set_at: dt.datetime | None) -> Policy:
    """A policy as it is kept.

    Raises:
        RequestError, ValueError: it is none of this version.
    """
    told = json.loads(text)
    made = policy_of(told["approvals"], told["guards"])
    return Policy(made.approvals, made.guards, set_by, set_at)


def check_overrides(given: object) -> tuple[str, ...]:
    """The guards named, in their order.

    Raises:
        RequestError: there is no such guard.
    """
    names = [] if given is None else as_list(given)
    for name in names:
        if name not in GUARDS:
            raise RequestError.unknown("guard", name, GUARDS)
    return tuple(name for name in GUARDS if name in names)


def _whole(given: object, most: int) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= most else None


def _wanted(name: str, given: Any) -> Wanted:
    if not CONDITIONS[name].has_limit:
        number = _whole(given, MOST_APPROVALS)
        if number is None:
            raise RequestError(f"{name} is how many approvals, 0 to {MOST_APPROVALS}, not {given!r:.60}.")
        return number
    pair = as_list(given)
    numbers = [_whole(one, most) for one, most in zip(pair, (_MOST_LIMIT, MOST_APPROVALS), strict=False)]
    if len(pair) != 2 or None in numbers:
        raise RequestError(
            f"{name} is a limit and how many approvals a plan over it needs, such as (100, 2), not {given!r:.60}."
        )
    limit, number = numbers
    assert limit is not None
    assert number is not None
    return (limit, number)


def _flag(name: str, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    raise RequestError(f"{name} is True or False, not {given!r:.60}.")


def _number(name: str, given: Any) -> bool | int:
    if given is None or given is False:
        return False
    number = _whole(given, _MOST_LIMIT)
    if number is None:
        raise RequestError(f"{name} is the largest number that is let through, or None, not {given!r:.60}.")
    return number


def _dates(name: str, given: Any) -> tuple[Freeze, ...]:
    found: list[Freeze] = []
    for one in given or ():
        three = as_list(one)
        if len(three) != 3 or not isinstance(three[2], str) or not three[2].strip() or len(three[2]) > 500:
            raise RequestError(f"{name} is a list of (from, to, why), not with {one!r:.80} in it.")
        begin, end = day_of(three[0]), day_of(three[1])
        if begin is None or end is None or begin > end or not three[2].isprintable():
            raise RequestError(f"{name} has {one!r:.80}: give a first and a last day, and why on one line.")
        found.append((begin, end, three[2].strip()))
    if len(found) > _MOST_FREEZES:
        raise RequestError(f"{name} has {len(found):,} spans; {_MOST_FREEZES} are the most.")
    return tuple(sorted(found))


_VALUES: dict[str, Callable[[str, Any], GuardValue]] = {"flag": _flag, "number": _number, "dates": _dates}
