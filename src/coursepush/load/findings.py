"""What a load finds: refusals, which stop it; repairs and warnings, which are kept and shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import polars as pl

from coursepush.load.causes import refused_by
from coursepush.load.quoting import quotes
from coursepush.marks import free_of_students
from coursepush.model.tables import STUDENT_TABLES

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "severity": pl.String(),
    "rule": pl.String(),
    "table": pl.String(),
    "file": pl.String(),
    "line": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
}
"""One row a finding. `line` is a file's line, or a frame's row counted from 1."""

MENDABLE = frozenset({"outer_blanks", "duplicate_key", "name_too_long", "unsorted_task_ids"})
"""Refusals of category tables that ``repair=True`` mends (MODEL.md 8)."""

ROWS_SHOWN = 20
"""So many rows of one rule, table and column are named one by one; one more finding counts the rest."""


@dataclass(frozen=True, slots=True)
class Finding:
    severity: Literal["refusal", "repair", "warning"]
    rule: str
    table: str | None
    file: str | None
    line: int | None
    column: str | None
    value: str | None
    message: str

    @property
    def is_mendable(self) -> bool:
        """Whether a load with ``repair=True`` mends it. Only a category's name can be numbered."""
        return self.rule in MENDABLE and self.table is not None and self.table.endswith("_category")


class Findings:
    """The findings of one load, in the order in which they were made."""

    def __init__(self) -> None:
        self._all: list[Finding] = []

    def refuse(
        self,
        rule: str,
        message: str,
        *,
        table: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        told = value if quotes(table) else None
        self._all.append(Finding("refusal", rule, table, file, line, column, told, message))

    def warn(
        self,
        rule: str,
        message: str,
        *,
        table: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self._all.append(Finding("warning", rule, table, file, line, column, value, message))

    def mended(self, rule: str, message: str, *, table: str, file: str | None, column: str, value: str) -> None:
        """What a load with ``repair=True`` has changed; `value` is how many values."""
        self._all.append(Finding("repair", rule, table, file, None, column, value, message))

    @property
    def refusals(self) -> list[Finding]:
        return [finding for finding in self._all if finding.severity == "refusal"]

    def has_refusal(self, table: str, column: str) -> bool:
        """Whether values of this column were refused, so that checks against them would only mislead."""
        return any(finding.table == table and finding.column == column for finding in self.refusals)

    def frame(self, *severities: str) -> pl.DataFrame:
        """Shape: :data:`FINDING_SCHEMA`, refusals first, then repairs, otherwise as found; all by default."""
        rows = [
            tuple(getattr(finding, name) for name in FINDING_SCHEMA)
            for finding in sorted(self._all, key=lambda finding: finding.severity)
            if not severities or finding.severity in severities
        ]
        return pl.DataFrame(rows, schema=FINDING_SCHEMA, orient="row")

    def summary(self, placed: pl.DataFrame | None = None) -> str:
        """One paragraph for the error: how many, of which rules, the first ones in full, and what to do.

        `placed`: :meth:`frame` with places that a reader knows better, whose messages are then shown.
        """
        refusals = self.refusals
        told = refused_by(self.frame() if placed is None else placed)
        shown = "".join(f"\n  {message}" for message in told.first)
        more = f"\n  and {told.things - len(told.first):,} more" if told.things > len(told.first) else ""
        mendable = sum(finding.is_mendable for finding in refusals)
        which = "Some" if mendable < len(refusals) else "It" if mendable == 1 else "All of them"
        cure = (
            f" {which} can be mended for you, with a list of what was changed: load with repair=True (--repair)."
            if mendable
            else ""
        )
        return (
            f"{told.count} this load ({told.rules}); nothing was written. Correct the source and load it again; "
            f"the error's .findings lists everything.{cure}{shown}{more}"
        )


def place(table: str, file: str | None, line: int | None) -> str:
    """Where a row is, in words: ``course.csv, line 7``; ``row 7 of course``; ``course``."""
    if line is None:
        return file or table
    if file is None:
        return f"row {line:,} of {table}"
    return f"{file}, {row_word(file)} {line:,}"


def row_word(file: str | None) -> str:
    """What counts the rows of a source: lines in a CSV or XML file, records in a JSON one, rows elsewhere."""
    name = "" if file is None else file.lower()
    if name.endswith((".json", ".jsonl", ".ndjson")):
        return "record"
    return "line" if name.endswith(".csv") or ".xml" in name else "row"


def close_matches(given: str, names: Iterable[str]) -> str:
    """A sentence with the names that look like `given`, or nothing."""
    found = get_close_matches(given.casefold(), list(names), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(found)}?" if found else ""


def marked(found: pl.DataFrame) -> pl.DataFrame:
    """Findings or repairs; marked as free of students where no table of theirs is meant: others quote values."""
    tables = found["table"]
    has_students = tables.is_null() | tables.is_in(list(STUDENT_TABLES))
    return found if has_students.any() else free_of_students(found)
