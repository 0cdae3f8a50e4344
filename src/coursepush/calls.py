"""Calls as text: what a click does, as a person would type it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any


def call_text(name: str, args: Sequence[Any], given: Mapping[str, Any]) -> str:
    """``district.reports.residual(year=2026)``."""
    texts = [literal(one) for one in args] + [f"{key}={literal(one)}" for key, one in given.items()]
    return f"{name}({', '.join(texts)})"


def literal(value: Any) -> str:
    """A value in Python, text in double quotes."""
    if isinstance(value, dt.date):
        return f"dt.date({value.year}, {value.month}, {value.day})"
    if isinstance(value, list):
        return f"[{', '.join(literal(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(one)}' for key, one in value.items())}}}"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if value.isprintable() else repr(value)
    return repr(value)
