"""The values of a profile, as the model keeps them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from coursepush.load.toml import Part, shown

THE_WHOLE = "the profile"


class ProfilePart(Part):
    """One table of a profile: names without blanks around them, numbers within the model's bounds."""

    def _needed(self, key: str, must: bool) -> Any:
        value = self.take(key)
        if must and not self.has(key):
            self.problem(f"{key} is missing.")
        return value

    def label(self, key: str, must: bool = False) -> str | None:
        """A name or code: text that is not blank."""
        value = self._needed(key, must)
        if value is None:
            return None
        text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
        if not text:
            self.problem(f"{key} is {value!r}; it must be text.")
        return text or None

    def labels(self, key: str) -> tuple[str, ...]:
        """A list of names; none where the key is not there."""
        value = self.take(key)
        if value is None:
            return ()
        items: list[Any] = cast(list[Any], value) if isinstance(value, list) else [None]
        if not all(isinstance(each, str) and each.strip() for each in items):
            self.problem(f"{key} is {shown(value)}; it must be a list of texts.")
            return ()
        return tuple(unicodedata.normalize("NFC", each).strip() for each in items)

    def whole(self, key: str, default: Any, least: int = -(2**31), most: int = 2**31 - 1) -> Any:
        """A whole number, or `default` (a number or None)."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(f"{key} is {shown(value)}; it must be a whole number.")
            return default
        if not least <= value <= most:
            self.problem(f"{key} is {value}; it must be {max(least, 0)} or more and not beyond {most}.")
            return default
        return value

    def number(self, key: str, must: bool = False) -> Decimal | None:
        """A number as the model keeps it: not negative, at most 4 decimals, under 100,000."""
        value = self._needed(key, must)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            self.problem(f"{key} is {shown(value)}; it must be a number.")
            return None
        number = Decimal(value)
        if number < 0:
            self.problem(f"{key} is {number}; it cannot be negative.")
        elif number >= 100_000 or number != round(number, 4):
            self.problem(f"{key} is {number}; it must be under 100,000 with at most 4 decimals.")
        else:
            return round(number, 4)
        return None

    def part(self, key: str) -> ProfilePart | None:
        """A table within this one."""
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.problem(f"{key} is {shown(value)}; it must be a table such as {{ … }}.")
            return None
        return ProfilePart(self.problems, cast(dict[str, Any], value), f"{self.where}, {key}")

    def parts(self, key: str) -> list[ProfilePart]:
        """The tables of a list within this one."""
        value = self.take(key)
        if value is None:
            return []
        items: list[Any] = cast(list[Any], value) if isinstance(value, list) else [None]
        if not all(isinstance(each, dict) for each in items):
            self.problem(f"{key} must be a list of tables.")
            return []
        within = "" if self.where == THE_WHOLE else f"{self.where}, "
        return [
            ProfilePart(self.problems, each, f"{within}{key} {_called(each, place)}")
            for place, each in enumerate(items, 1)
        ]


def _called(raw: Mapping[str, Any], place: int) -> str:
    """How a table is called in messages: its name, or its place in the list."""
    name = raw.get("name") or raw.get("task") or raw.get("mark")
    return repr(name) if isinstance(name, str) else f"no. {place}"
