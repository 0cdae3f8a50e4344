"""What a reader of another format hands to the loader: tables of the model, and an account of every row read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from coursepush.load.findings import place

ACCOUNT_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "rows": pl.Int64(),
    "table": pl.String(),
    "used": pl.Int64(),
    "set_aside": pl.Int64(),
}
"""One row a file (or table, sheet, view) of the source.

`rows`: data rows it holds, blank ones not counted. `table`: the model's table it feeds first, null where it
feeds none. `used`: rows that found a place in the model. `set_aside`: rows that did not; at least one finding
with this `file` says why. `rows = used + set_aside`, always.
"""

KEY_SCHEMA: dict[str, pl.DataType] = {"id": pl.Int64(), "source_key": pl.String()}
"""One row an id that the reader made up: what the source calls the thing. Both unique within a table."""


PARTS: dict[str, str] = {
    "standards": "standards",
    "used": "what students' work names",
}
"""What a format may give of a table of which it cannot give all, and what to call it."""


@dataclass(frozen=True)
class SourceTables:
    """What a source in another format than the model's comes to.

    Attributes:
        format: short name of the format and its version, for people: ``OneRoster 1.1``.
        tables: the model's table → frame of some or all of its columns, with values that the loader takes
            (typed, or text as in a CSV). A table that the source does not give is absent, not empty.
        findings: warnings and notes (:data:`coursepush.load.findings.FINDING_SCHEMA`).
        accounts: where every row read went (:data:`ACCOUNT_SCHEMA`).
        keys: table → the ids made up for it (:data:`KEY_SCHEMA`), for formats whose rows have no whole
            numbers as ids. With them a later refresh gives the same thing the same id again.
        lacks: sentences that say what the format or the source does not give.
        parts: table → what the format can give of it, a key of :data:`PARTS`, where that is not all: a refresh
            leaves
            the other rows as they are.
        places: table → file, line; where the rows of a table stand in the source, in the same order; for readers
            that keep rows one to one.
    """

    format: str
    tables: Mapping[str, Any]
    findings: pl.DataFrame
    accounts: pl.DataFrame
    keys: Mapping[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])
    lacks: tuple[str, ...] = ()
    places: Mapping[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])
    origin: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict[str, str])


def located(findings: pl.DataFrame, places: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Findings of the loader, which counts the rows of a table, with the file and line of each in the extract.

    Args:
        findings: shape :data:`coursepush.load.findings.FINDING_SCHEMA`.
        places: as :class:`SourceTables` has them.
    """
    rows: list[tuple[object, ...]] = []
    for row in findings.iter_rows(named=True):
        known = places.get(row["table"] or "")
        if row["file"] is None and row["line"] is not None and known is not None and row["line"] <= known.height:
            file, line = known.row(row["line"] - 1)
            if file is not None:
                before = place(row["table"], None, row["line"])
                after = str(row["message"]).replace(before, place(row["table"], file, line), 1)
                row |= {"file": file, "line": line, "message": after}
        rows.append(tuple(row.values()))
    return pl.DataFrame(rows, schema=findings.schema, orient="row")
