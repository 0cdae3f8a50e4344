"""A TOML file that a person writes, taken apart key by key, with all its mistakes found at once."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from coursepush.errors import RequestError
from coursepush.load.findings import close_matches


def toml_of(text: str, name: str, otherwise: str = "") -> dict[str, Any]:
    """The tables and values of TOML text; `name` is what messages call it, `otherwise` what else can be done.

    Raises:
        RequestError: it is not TOML; the message has the line.
    """
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:  # a TOMLDecodeError, or a number of more digits than Python takes
        raise RequestError(f"{name} is not valid TOML: {error}. Correct that line.") from error
    except RecursionError as error:
        raise RequestError(
            f"{name} has brackets inside brackets, too deep to be read. Correct it{otherwise}."
        ) from error


def toml_text(file: Path, name: str) -> str:
    """The text of a file in UTF-8; `name` is what messages call it.

    Raises:
        RequestError: the file cannot be read, or is not UTF-8.
    """
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise RequestError(f"{name} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise RequestError(f"{name} is not UTF-8 text. Save it as UTF-8.") from error


def refuse(name: str, problems: list[str]) -> None:
    """Raise RequestError with all `problems`, where there are any."""
    if problems:
        listed = "".join(f"\n  - {problem}" for problem in dict.fromkeys(problems))
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise RequestError(f"{name} has {count}:{listed}")


class Part:
    """One table of the file. Values are taken out by kind; :meth:`done` names the keys that nobody took.

    `problems` is shared by all parts of a file; `where` says where this part is, for messages.
    """

    def __init__(self, problems: list[str], raw: Mapping[str, Any], where: str) -> None:
        self.problems = problems
        self.where = where
        self._raw = raw
        self._asked: list[str] = []

    def problem(self, text: str) -> None:
        self.problems.append(f"{self.where}: {text}")

    def done(self) -> None:
        for key in self._raw:
            if key not in self._asked:
                self.problem(f"unknown key {key!r}.{close_matches(key, self._asked)}")

    def has(self, key: str) -> bool:
        return key in self._raw

    def take(self, key: str) -> Any:
        """The value as TOML has it, or None."""
        self._asked.append(key)
        return self._raw.get(key)

    def text(self, key: str, default: str = "") -> str:
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.problem(f"{key} is {shown(value)}; it must be text in quotes.")
            return default
        return value

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        """One of some words; the first where the key is not there."""
        value = self.text(key, choices[0])
        if value not in choices:
            listed = ", ".join(repr(each) for each in choices)
            self.problem(f"{key} is {value!r}; it can be {listed}.{close_matches(value, choices)}")
            return choices[0]
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts; none where the key is not there."""
        value = self.take(key)
        items = texts_of(value)
        if items is None:
            self.problem(f"{key} is {shown(value)}; it must be text, or a list of texts.")
            return ()
        return items

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            self.problem(f"{key} is {shown(value)}; it must be true or false.")
        return value is True

    def items(self, key: str) -> dict[str, Any]:
        """The keys and values of a table within this one; none where it is not there."""
        value = self.take(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problem(f"{key} is {shown(value)}; it must be a table such as {{ name = … }}.")
            return {}
        return cast(dict[str, Any], value)

    def tables(self, key: str) -> list[dict[str, Any]]:
        """A table or a list of tables; none where the key is not there."""
        value = self.take(key)
        if value is None:
            return []
        items: list[Any] = cast(list[Any], value) if isinstance(value, list) else [value]
        if not all(isinstance(each, dict) for each in items):
            self.problem(f"{key} must be a table {{ … }} or a list of tables.")
            return []
        return cast(list[dict[str, Any]], items)


def texts_of(value: Any) -> tuple[str, ...] | None:
    """A text or a list of texts; none for nothing, None for anything else."""
    if value is None:
        return ()
    items: list[Any] = cast(list[Any], value) if isinstance(value, list) else [value]
    if not all(isinstance(each, str) and each.strip() for each in items):
        return None
    return tuple(items)


def constant_text(value: Any) -> str | None:
    """A TOML value as the text that a CSV would hold; None for what is no single value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() else None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return value if isinstance(value, str) else None


def shown(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)
