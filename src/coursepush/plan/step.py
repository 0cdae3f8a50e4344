"""A step of a plan: one SELECT, and the temporary table that its rows go into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coursepush.store.database import Session


@dataclass(frozen=True, slots=True)
class Step:
    """One statement.

    `makes`: the table; None where `sql`, a whole statement then, changes one. `values` are bound.
    """

    name: str
    makes: str | None
    sql: str
    values: Mapping[str, Any] | None = None


def run_steps(session: Session, steps: Iterable[Step]) -> list[str]:
    """Run the steps in order; gives the names of the tables that they made."""
    made: list[str] = []
    for step in steps:
        sql = step.sql if step.makes is None else f"create temp table {step.makes} as\n{step.sql}"
        session.run(step.name, sql, step.values)
        made += [step.makes] if step.makes is not None else []
    return made


def nothing_sql(columns: Mapping[str, str]) -> str:
    """A query of no row: its columns and their types."""
    return f"select {', '.join(f'null::{kind} as {name}' for name, kind in columns.items())}\nwhere false"
