"""Columns under a name that is nearly a known one: told loudly, since what they hold would be lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

_CLOSE = 0.85
_SHORTEST_END = 4


def near_names(unknown: Iterable[str], absent: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Unknown name → the absent one that it may stand for, at most one each way.

    Args:
        unknown: names of columns that nothing is read from.
        absent: names that are read and are not there → what else people call them.

    It is near where only case and signs differ, where it is one of those other names, where one name ends with the
    other, or where they differ by a letter or so.

    >>> near_names(["code", "sourced_id", "notes"], {"courseCode": [], "sourcedId": [], "title": ["name"]})
    {'code': 'courseCode', 'sourced_id': 'sourcedId'}
    """
    left = {_squeezed(name): name for name in absent}
    found: dict[str, str] = {}
    for name in unknown:
        plain = _squeezed(name)
        meant = _meant(plain, left, absent) if plain else None
        if meant is not None:
            found[name] = left.pop(meant)
    return found


def near_message(file: str, name: str, meant: str) -> str:
    """What to say of a column that is near."""
    return (
        f"{file}: column {name} was left out, and there is no {meant}. If that is what it holds, rename it to "
        f"{meant} and load again."
    )


def _meant(plain: str, left: Mapping[str, str], absent: Mapping[str, Collection[str]]) -> str | None:
    if plain in left:
        return plain
    for each, name in left.items():
        if plain in {_squeezed(other) for other in absent[name]}:
            return each
    for each in left:
        if min(len(each), len(plain)) >= _SHORTEST_END and (each.endswith(plain) or plain.endswith(each)):
            return each
    return next(iter(get_close_matches(plain, list(left), n=1, cutoff=_CLOSE)), None)


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
