"""SQL files of named sections: each statement stands under a line ``-- name: <name>``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FLOOR = HERE / "floor.sql"
REPORTS = HERE / "reports.sql"
GRADES = HERE / "grades.sql"

_HEADING = re.compile(r"^-- name: *(\S+) *$", re.MULTILINE)


def read_sections(path: Path) -> dict[str, str]:
    """Name to statement, in the order of the file; what stands before the first heading is for the reader.

    Raises:
        ValueError: a name comes twice, or has no statement.
    """
    _, *parts = _HEADING.split(path.read_text("utf-8"))
    sections: dict[str, str] = {}
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        if name in sections:
            raise ValueError(f"{path.name} has two sections called {name}")
        statement = text.strip().removesuffix(";").rstrip()
        if not re.sub(r"--.*", "", statement).strip():
            raise ValueError(f"{path.name} has no statement under {name}")
        sections[name] = statement
    return sections


def group(sections: dict[str, str], prefix: str) -> dict[str, str]:
    """The sections called ``<prefix>/<name>``, by name alone."""
    return {
        name.removeprefix(f"{prefix}/"): sql for name, sql in sections.items() if name.startswith(f"{prefix}/")
    }


def bound(sql: str, values: dict[str, Any]) -> dict[str, Any] | None:
    """Those of `values` that the statement names as ``$name``; None where it names none."""
    named = set(re.findall(r"\$(\w+)", re.sub(r"--.*", "", sql)))
    return {name: value for name, value in values.items() if name in named} or None
