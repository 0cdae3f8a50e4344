"""Text on its way into HTML and into sentences: escaped, counted, as people write it."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import Any

GONE = "Courses that are no longer there"
"""Where rows of such courses stand: of a push or an undo, after a refresh that took the course away."""


def safe(value: Any) -> str:
    """Text from the district, escaped, and kept from turning its surroundings' direction around."""
    return "" if value is None or value == "" else f"<bdi>{escape(str(value))}</bdi>"


def as_it_is(value: Any) -> str:
    """For cells that hold HTML made here."""
    return str(value)


def said(value: Any) -> str:
    """A value in a small table: numbers with separators, nothing for null."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def plain_number(number: Decimal | None) -> str:
    """A number without zeros behind it: 120.0000 is 120; nothing for null."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def be(number: int) -> str:
    """ "is" of one, "are" of more."""
    return "is" if number == 1 else "are"


def shown_of(number: int, total: int, noun: str = "row") -> str:
    """The heading of a list that may be cut."""
    if number < total:
        return f"The first {number:,} of {total:,} {noun}s"
    return f"The one {noun}" if total == 1 else f"All {total:,} {noun}s"
