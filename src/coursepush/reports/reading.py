"""One reading of the district for a report: what was asked for, and temporary tables that go when it is made."""

from __future__ import annotations

import itertools
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl

from coursepush.model.elements import ELEMENT_ORDER
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.reports.filters import EVERYTHING, Filters, Given, resolve_filters
from coursepush.store.database import Session, Store
from coursepush.store.templates import template

PLACE = ("catalog", "year", "school", "calendar", "course_number", "course_name")
SECTION_PLACE = (*PLACE, "section_number", "teacher")
"""The columns that say where a row of a report stands, which come first."""

_MAKES = re.compile(r"\bcreate temp table (\w+)")
_numbers = itertools.count(1)


def report_sql(name: str) -> str:
    """The text of a step: ``audit/rows`` is ``audit/sql/rows.sql``, ``scope_course`` is here in ``sql/``."""
    folder, _, step = name.rpartition("/")
    return template(f"coursepush.reports.{folder}" if folder else "coursepush.reports", step)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the steps of a report share.

    Attributes:
        prefix: what the names of its temporary tables begin with, ``{p}`` in the text of steps.
        filters: what it was narrowed to; ``{p}course`` has the courses, with names.
        made: its temporary tables. Whoever makes some by other ways adds them.
    """

    session: Session
    prefix: str
    filters: Filters
    made: list[str]

    def step(self, name: str, /, **words: str) -> str:
        """The SQL of a step on these tables."""
        return report_sql(name).format_map({"p": self.prefix, **words})

    def do(self, name: str, values: dict[str, Any] | None = None, /, **words: str) -> None:
        """Run a step that makes a table."""
        self.run(name, self.step(name, **words), values)

    def frame(self, name: str, values: dict[str, Any] | None = None, /, **words: str) -> pl.DataFrame:
        """The rows of a step."""
        return self.session.frame(name, self.step(name, **words), values)

    def make(self, table: str, sql: str, values: dict[str, Any] | None = None) -> None:
        """Make a table of the rows of a query."""
        self.run(table.replace("_", " "), f"create temp table {self.prefix}{table} as\n{sql}", values)

    def run(self, what: str, sql: str, values: dict[str, Any] | None = None) -> None:
        """Run a statement that makes a table."""
        self.made.extend(_MAKES.findall(sql))
        self.session.run(what, sql, values)


@contextmanager
def reading(
    store: Store, given: Given = EVERYTHING, elements: Sequence[str] = ELEMENT_ORDER, *, of: object = None
) -> Generator[Reading]:
    """Read a district for a report.

    Args:
        elements: the data types that may be named.
        of: the plan that it is about: what that adds before its push is there with its names.

    Raises:
        RequestError: a filter names something unknown.
    """
    with store.reading() as session, as_hop_0_leaves(session, of):
        found = Reading(session, f"report{next(_numbers)}_", resolve_filters(session, given, elements), [])
        try:
            found.do("scope_course", found.filters.courses)
            yield found
        finally:
            store.forget(found.made)
