"""A step of a plan: one SELECT, and the temporary table that its rows go into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coursepush.store.database import Session


@dataclass(frozen=True, slots=True)
class Step:
    """One statement.

    `makes`: the table; None where `sql`, a whole statement then, changes one. `values` are bound. `if_any`: a
    table that an earlier step makes; the step is left out where that has no row, or was itself left out.
    """

    name: str
    makes: str | None
    sql: str
    values: Mapping[str, Any] | None = None
    if_any: str | None = None


def run_steps(session: Session, steps: Iterable[Step]) -> dict[str, int]:
    """Run the steps in order; gives each table that they made, in order, and how many rows went into it."""
    made: dict[str, int] = {}
    for step in steps:
        if step.if_any is not None and not made.get(step.if_any):
            continue
        if step.makes is None:
            session.run(step.name, step.sql, step.values)
        else:
            sql = f"create temp table {step.makes} as\n{step.sql}"
            made[step.makes] = session.run(step.name, sql, step.values) or 0
    return made


def nothing_sql(columns: Mapping[str, str]) -> str:
    """A query of no row: its columns and their types."""
    return f"select {', '.join(f'null::{kind} as {name}' for name, kind in columns.items())}\nwhere false"
