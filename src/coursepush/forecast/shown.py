"""A forecast as it may leave the district: sections are counted in it, and never students (GRADES.md 12)."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from coursepush.errors import RequestError
from coursepush.forecast.words import FEWEST, NONE, SOME
from coursepush.store.templates import template

if TYPE_CHECKING:
    from coursepush.forecast.forecast import Forecast

GROUPS: dict[str, tuple[str, ...]] = {
    "school": ("school_id",),
    "teacher": ("school_id", "teacher_id"),
    "section": ("school_id", "teacher_id", "section_id"),
}
"""What there may be a line for, each with the columns that tell it from others."""

_NESTED = ("push", *GROUPS)
"""From the largest group to the smallest: what hides one hides all that come after."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What may be said of a forecast, of all of it or of some sections alone.

    It is decided once, on the whole: a section is told, or not, whatever it is narrowed to.

    Attributes:
        sections: school_id, teacher_id, section_id, `hidden_by` (the largest group that is hidden: ``push``,
            ``school``, ``teacher``, ``section``; null where none is), and a column an outcome: whether any student
            has it there.
        only: the sections that this is narrowed to; None for all.
    """

    found: Forecast
    sections: pl.DataFrame
    only: tuple[int, ...] | None = None

    def within(self, sections: Sequence[int]) -> Shown:
        """The same of some sections alone."""
        return Shown(self.found, self.sections.filter(pl.col("section_id").is_in(list(sections))), tuple(sections))

    @cached_property
    def told(self) -> pl.DataFrame:
        """The sections that are told."""
        return self.sections.filter(pl.col("hidden_by").is_null())

    @property
    def is_few(self) -> bool:
        """Grades move for so few students that nothing else is said."""
        return not self.sections.is_empty() and self.sections["hidden_by"].eq("push").any()

    @property
    def hides(self) -> bool:
        """Some of it is hidden."""
        return self.told.height < self.sections.height

    def any_of(self, outcome: str) -> bool:
        """Whether any student has an outcome, in hidden sections too."""
        return bool(self.sections[outcome].any())

    def number(self, outcome: str) -> int:
        """In how many sections that are told a student has an outcome."""
        return int(self.told[outcome].sum())

    def by(self, group: str) -> pl.DataFrame:
        """One row a group that is not inside a hidden one, in the order of their ids.

        Columns: its ids (see :data:`GROUPS`), is_hidden, teachers (of the sections in which a grade moves), and a
        column an outcome: in how many sections that are told a student has it; null where that is hidden.

        Args:
            group: ``school``, ``teacher`` or ``section``.
        """
        if group not in GROUPS:
            raise RequestError.unknown("group", group, GROUPS)
        above = _NESTED[: _NESTED.index(group)]
        told = pl.col("hidden_by").is_null()
        is_hidden = (pl.col("hidden_by") == group).fill_null(False).any()
        moving = told & pl.col("moves")
        outcomes = [
            pl.when(is_hidden | ((told & pl.col(one)).sum() == 0) & pl.col(one).any())
            .then(None)
            .otherwise((told & pl.col(one)).sum())
            .cast(pl.Int64)
            .alias(one)
            for one in self.sections.columns[4:]
        ]
        keys = GROUPS[group]
        return (
            self.sections.filter(~pl.col("hidden_by").is_in(above).fill_null(False))
            .group_by(keys)
            .agg(
                is_hidden.alias("is_hidden"),
                pl.col("teacher_id").filter(moving).drop_nulls().n_unique().alias("teachers"),
                *outcomes,
            )
            .sort(keys, nulls_last=True)
        )

    def classes(self) -> pl.DataFrame:
        """How far percents move: low, high (percent points; null: no bound), sections (null: hidden).

        It counts sections that are told in which a grade moves so far.
        """
        from coursepush.forecast.forecast import classes_sql

        found = self._read("told_classes", classes=classes_sql())
        hidden = (pl.col("sections") == 0) & pl.col("is_any")
        return found.select("low", "high", pl.when(hidden).then(None).otherwise("sections").alias("sections"))

    def causes(self) -> pl.DataFrame:
        """Which changes of setup move grades, in how many sections that are told: element, what, sections."""
        return self._read("told_causes")

    def _read(self, name: str, **words: str) -> pl.DataFrame:
        sql = template("coursepush.forecast", name).format_map({"p": self.found.prefix, **words})
        with self.found.store.reading() as session:
            return session.frame(name, sql, {"sections": None if self.only is None else str(list(self.only))})


def told_sections(found: Forecast, outcomes: Sequence[str]) -> pl.DataFrame:
    """:attr:`Shown.sections` of a forecast. `outcomes`: the columns of what may become of a grade."""
    table = f"{found.prefix}told"
    words = {
        "p": found.prefix,
        "fewest": str(FEWEST),
        "any_of": ", ".join(f"bool_or({one}) as {one}" for one in outcomes),
        "outcomes": ",\n    ".join(f"e.{one}" for one in outcomes),
    }
    with found.store.reading() as session:
        session.run("forecast told", template("coursepush.forecast", "told").format_map(words))
        weakref.finalize(found, found.store.forget, [table])
        return session.frame("forecast told", f"select * from {table} order by section_id")


def rows_in_words(rows: pl.DataFrame, outcomes: Sequence[str]) -> pl.DataFrame:
    """Rows of sections, tasks and terms as they may leave the district: those of hidden groups are left out.

    Args:
        rows: looked_at and a column an outcome, each a number of students, and `hidden_by`: the largest group that
            is hidden. Of what is told it is said whether there is any.
        outcomes: the columns of outcomes.
    """
    words = [pl.when(pl.col(one) > 0).then(pl.lit(SOME)).otherwise(pl.lit(NONE)).alias(one) for one in outcomes]
    return rows.filter(pl.col("hidden_by").is_null()).with_columns(words).drop("looked_at", "hidden_by")
