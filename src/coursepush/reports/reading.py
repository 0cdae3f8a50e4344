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
from coursepush.model.verdicts import WRITING
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.reports.filters import EVERY_ROW, EVERYTHING, Filters, Given, resolve_filters
from coursepush.store.database import Session, Store
from coursepush.store.templates import template

PLACE = ("catalog", "year", "school", "calendar", "course_number", "course_name")
SECTION_PLACE = (*PLACE, "section_number", "teacher")
"""The columns that say where a row of a report stands, which come first."""

WRITING_SQL = ", ".join(f"'{verdict}'" for verdict in WRITING)
"""SQL: the verdicts that write, with commas."""

_MAKES = re.compile(r"\bcreate temp table (\w+)")
_TYPES = {"elements": "varchar", "refreshes": "integer", "years": "integer"}
_numbers = itertools.count(1)


class _Word:
    """A piece of SQL with a column or alias in it: `%` stands for what follows the colon in ``{word:column}``."""

    def __init__(self, sql: str) -> None:
        self._sql = sql

    def __format__(self, column: str) -> str:
        return self._sql.replace("%", column)


class _Within:
    """``{within:elements r.element}``: the column is one of a bound list, or that is null."""

    def __format__(self, asked: str) -> str:
        name, column = asked.split(" ")
        ids = f"${name}::{_TYPES.get(name, 'bigint')}[]"
        return f"({ids} is null or list_contains({ids}, {column}))"


def name_key_sql(image: str) -> str:
    """SQL of a category's key to compare by, of the JSON text of its row."""
    return f"""lower('{{"name":' || cast(to_json({image} ->> '$.name') as varchar) || '}}')"""


_LEVEL = "case %.hop when 1 then 'course' else 'section' end"

_WORDS: dict[str, Any] = {
    # where a row stands, `k` being {p}course; and the order in which reports list courses
    "place": ",\n    ".join(f"k.{name}" for name in PLACE),
    "in_order": "k.catalog nulls last, k.year, k.school, k.calendar, k.course_number, k.course_id",
    "level": _Word(_LEVEL),
    # what tells a row or field of the history or of a drift apart on its owner: its field, or key to compare by
    "place_of": _Word("case when %.element = 'categories' then lower(%.key) else coalesce(%.field, %.key) end"),
    "named": _Word(name_key_sql("%")),
    "within": _Within(),
    # within the filters of rows; of a row `r` of a section `s`
    "rows_asked": f"($level::varchar is null or $level = {_LEVEL.replace('%', 'r')})\n    and "
    + "\n    and ".join(
        format(_Within(), one) for one in ("elements r.element", "teachers s.teacher_id", "sections r.section_id")
    ),
    "writing": WRITING_SQL,
}
"""What the text of any step may name in braces beside what is filled in for it alone."""


def report_sql(step: str, /, **words: str | int) -> str:
    """The SQL of a step: ``audit/rows`` is ``audit/sql/rows.sql``, ``scope_course`` is here in ``sql/``."""
    folder, _, name = step.rpartition("/")
    package = f"coursepush.reports.{folder}" if folder else "coursepush.reports"
    return template(package, name).format_map({**_WORDS, **words})


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

    def step(self, name: str, /, **words: str | int) -> str:
        """The SQL of a step on these tables."""
        return report_sql(name, **{"p": self.prefix, **words})

    def do(self, name: str, values: dict[str, Any] | None = None, /, **words: str | int) -> None:
        """Run a step that makes a table."""
        self.run(name, self.step(name, **words), values)

    def frame(self, name: str, values: dict[str, Any] | None = None, /, **words: str | int) -> pl.DataFrame:
        """The rows of a step."""
        return self.session.frame(name, self.step(name, **words), values)

    def make(self, table: str, sql: str, values: dict[str, Any] | None = None) -> None:
        """Make a table of the rows of a query."""
        self.run(table.replace("_", " "), f"create temp table {self.prefix}{table} as\n{sql}", values)

    def take_in(self, table: str, frame: pl.DataFrame) -> None:
        """Make a table of the rows of a frame."""
        self.made.append(f"{self.prefix}{table}")
        self.session.take_in(f"{self.prefix}{table}", frame)

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
    with reading_all(store) as found, as_hop_0_leaves(found.session, of):
        read = Reading(found.session, found.prefix, resolve_filters(found.session, given, elements), found.made)
        read.do("scope_course", read.filters.courses)
        yield read


@contextmanager
def reading_all(store: Store) -> Generator[Reading]:
    """The same without filters, and without ``{p}course``."""
    with store.reading() as session:
        found = Reading(session, f"report{next(_numbers)}_", EVERY_ROW, [])
        try:
            yield found
        finally:
            store.forget(found.made)
