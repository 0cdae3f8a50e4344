"""DuckDB relations as frames, with the columns that no frame can hold told apart."""

from __future__ import annotations

from typing import Any

import polars as pl

_UNFIT = ("INTERVAL", "UNION", "TIME WITH TIME ZONE", "VARIANT")
"""Words in the types that polars cannot take over."""


def relation_frame(relation: Any) -> tuple[pl.DataFrame, dict[str, str]]:
    """The whole relation at once (it would run again at each reading), and column → type of those that are unfit.

    Unfit columns stand in the frame without their values. Dates that are not finite stay as they are; whoever
    makes text of them asks :func:`coursepush.load.types.date_text`.

    Raises:
        duckdb.Error, polars errors: it cannot be read.
    """
    types = [str(kind).partition("TIMESTAMP")[0] or str(kind) for kind in relation.types]
    unfit = {
        name: str(given)
        for name, kind, given in zip(relation.columns, types, relation.types, strict=True)
        if any(word in kind for word in _UNFIT)
    }
    if unfit:
        shown = (
            f"cast(null as varchar) as {_quoted(name)}" if name in unfit else _quoted(name)
            for name in relation.columns
        )
        relation = relation.project(", ".join(shown))
    return pl.DataFrame(relation), unfit


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
