"""What the parts of a saved plan should be: in words, and whether a value of a file is that."""

from __future__ import annotations

import reprlib
from collections.abc import Callable

from coursepush.model.tables import LARGEST_ID

Check = tuple[str, Callable[[object], bool]]
"""What a field should be, in words, and whether a value is that."""

Form = dict[str, Check]
"""Field → what it should be."""


_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 60


class Unfit(ValueError):
    """A part of a file that is not as coursepush writes it: says which, what it is and what it should be."""


def shown(value: object) -> str:
    """A value of a file for a message, however large or deep it is."""
    return _short.repr(value)


def is_whole(value: object, low: int, high: int) -> bool:
    """A whole number of JSON in those bounds; true and false are none."""
    return type(value) is int and low <= value <= high


def _is_id(value: object) -> bool:
    return is_whole(value, -LARGEST_ID, LARGEST_ID)


def _is_ids(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_id, value)) and value == sorted(set(value))


ID: Check = ("an id", _is_id)
YEAR: Check = ("a year", _is_id)
FLAG: Check = ("true or false", lambda value: isinstance(value, bool))
IDS: Check = ("ids in ascending order", _is_ids)
IDS_OR_ALL: Check = ("ids in ascending order, or null", lambda value: value is None or _is_ids(value))
PUSH: Check = ("a push's number, 1 or more", lambda value: is_whole(value, 1, LARGEST_ID))


def choice(valid: tuple[str, ...]) -> Check:
    return (f"one of {', '.join(valid)}", lambda value: isinstance(value, str) and value in valid)


def data(valid: tuple[str, ...]) -> Check:
    """Some of the data types, each once, in the order of a push."""
    return (
        f"some of {', '.join(valid)}, in that order",
        lambda value: isinstance(value, list) and value == [name for name in valid if name in value],
    )
