"""A scenario as text (TOML), to be kept, read, shared, and made again elsewhere.

    # A scenario of coursepush, version 1
    title = "Heavier tests"

    [[edit]]
    do = "set"
    element = "categories"
    name = "Tests"
    weight = 40
    catalog = "High School"

A value that an edit empties is named in ``empty = ["scale"]``, since TOML has no empty value.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from coursepush.errors import CoursepushError, RequestError, ScenarioError
from coursepush.files.kinds import SCENARIO_MARK
from coursepush.scenario.edits import Edit, edit

_MOST = 1_000_000
"""Bytes that the text of a scenario has at most: some thousand edits."""


def text_of(title: str, edits: Sequence[Edit]) -> str:
    """The text of a scenario; :func:`read_text` gives the same edits."""
    lines = [SCENARIO_MARK, f"title = {_value(title)}"]
    for one in edits:
        lines += ["", "[[edit]]", f"do = {_value(one.do)}"]
        lines += [f"{name} = {_value(value)}" for name, value in one.given.items() if value is not None]
        empty = [name for name, value in one.given.items() if value is None]
        if empty:
            lines.append(f"empty = {_value(empty)}")
    return "\n".join(lines) + "\n"


def read_text(text: str, called: str) -> tuple[str, list[Edit]]:
    """Title and edits of a scenario's text, which messages call `called`; names are looked up when they are made.

    Raises:
        ScenarioError: it is no scenario; the message lists everything that is wrong with it.
    """
    try:
        told = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"{called} is not valid TOML: {error}. Correct that line.") from error
    problems = [
        f"{name!r} is not known at the top; there are title and [[edit]]"
        for name in told
        if name not in ("title", "edit")
    ]
    title = told.get("title", "")
    if not isinstance(title, str):
        problems.append("the title must be text in quotes")
    entries = told.get("edit", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        problems.append("edits are tables: begin each with a line [[edit]]")
        entries = []
    edits: list[Edit] = []
    for number, entry in enumerate(entries, 1):
        try:
            edits.append(_edit(entry))
        except CoursepushError as error:
            problems.append(f"edit {number}: {error}")
    if problems:
        raise ScenarioError(f"{called} is no scenario that can be made: " + "; ".join(problems))
    return title, edits


def read_file(path: str | os.PathLike[str]) -> tuple[str, list[Edit]]:
    """The same of a file.

    Raises:
        RequestError: it cannot be read, or is no text. ScenarioError: as :func:`read_text`.
    """
    file = Path(path).expanduser()
    try:
        raw = file.read_bytes() if file.stat().st_size <= _MOST else None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RequestError(f"The scenario {file} cannot be read: {reason}.") from error
    if raw is None:
        raise RequestError(
            f"The scenario {file} has more than {_MOST:,} bytes; that is no scenario of coursepush's."
        )
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise RequestError(f"The scenario {file} is not UTF-8 text. Save it as UTF-8.") from error
    return read_text(text, f"The scenario {file}")


def _edit(entry: Mapping[str, Any]) -> Edit:
    given = dict(entry)
    do = given.pop("do", None)
    if not isinstance(do, str):
        raise ScenarioError('it must say what to do, such as do = "set"')
    empty = given.pop("empty", [])
    if not isinstance(empty, list) or not all(isinstance(one, str) for one in empty):
        raise ScenarioError('empty names the values to be emptied, such as empty = ["scale"]')
    return edit(do, {**given, **dict.fromkeys(empty)})


def _value(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}" if "." in f"{value:f}" else f"{value:f}.0"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
