"""A step of a plan: one SELECT, and the temporary table that its rows go into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coursepush.store.database import Session

Made = dict[str, int]
"""Tables, and how many rows are in each."""


@dataclass(frozen=True, slots=True)
class Step:
    """One statement.

    `makes`: the table; None where `sql`, a whole statement then, changes one. `values` are bound. `columns`: those
    of a table without rows, in the place of `sql`.
    """

    name: str
    makes: str | None
    sql: str = ""
    values: Mapping[str, Any] | None = None
    columns: Mapping[str, str] | None = None

    @property
    def statement(self) -> str:
        """The whole statement."""
        if self.makes is None:
            return self.sql
        if self.columns is not None:
            columns = ", ".join(f"{name} {kind}" for name, kind in self.columns.items())
            return f"create temp table {self.makes} ({columns})"
        return f"create temp table {self.makes} as\n{self.sql}"


def run_steps(session: Session, steps: Iterable[Step], seen: Made | None = None) -> Made:
    """Run the steps in order; gives each table that they made, in order, and how many rows went into it.

    `seen` is told of each as it is made: where steps are generated, which come next may depend on what is there.
    """
    made: Made = {}
    for step in steps:
        rows = session.run(step.name, step.statement, step.values)
        if step.makes is not None:
            made[step.makes] = rows or 0
            if seen is not None:
                seen[step.makes] = made[step.makes]
    return made
