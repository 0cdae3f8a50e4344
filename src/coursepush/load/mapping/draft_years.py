"""The school year that an extract is of, and its terms in their order, from the dates and names that it has."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import polars as pl

from coursepush.load.mapping.guess import Guess, Look, LookColumn
from coursepush.load.mapping.views import DATE_OF, SCHOOL_YEAR
from coursepush.store import Store

MOST_TERMS = 60
"""With more terms than this, a draft does not write them down one by one."""


@dataclass(frozen=True, slots=True)
class Years:
    """`year` is the year that most say; `said` is how that came about; `is_sure`: they all say it."""

    year: int
    said: str
    is_sure: bool


def school_year_of(guess: Guess, today: dt.date) -> Years:
    """The school year of the extract: by the ends of its terms, else their beginnings, names and years."""
    for things, whats in (
        (("term", "section", "course"), ("end",)),
        (("term", "section", "course"), ("start",)),
        (("term", "section", "course"), ("name", "short", "id", "year")),
    ):
        for thing in things:
            look = guess.looks.get(thing)
            column = None if look is None else _of_terms(look, *whats)
            years = {} if column is None else _years(column.filled)
            if look is not None and column is not None and years:
                listed = ", ".join(f"{year} ({number:,} times)" for year, number in sorted(years.items()))
                year = max(years, key=lambda each: (years[each], each))
                said = f"the school year ends in {year}, by {column.name} of {look.file.name}"
                if len(years) > 1:
                    said += f", which names several: {listed}. All rows are put in that one"
                return Years(year, f"{said}.", len(years) == 1)
    year = today.year + (today.month >= 7)
    return Years(year, f"no file says the school year: {year} is this year's. Correct it.", False)


def terms_in_order(look: Look, column: LookColumn) -> dict[str, int] | None:
    """Each value of `column`, which names or leads to a term, with a number: by ends, the shorter first.

    None where there are too many to write down.
    """
    names = pl.DataFrame({"term": column.filled.unique()})
    if not 0 < names.height <= MOST_TERMS:
        return None
    start, end = _of_terms(look, "start"), _of_terms(look, "end")
    if start is None or end is None or not (start.is_complete and end.is_complete and column.is_complete):
        return {name: place for place, name in enumerate(sorted(names["term"]), 1)}
    rows = pl.DataFrame({"term": column.filled, "start_text": start.filled, "end_text": end.filled})
    ordered = _asked(
        rows,
        """
        select term
        from looked_at
        group by term
        order by max(date_of(end_text)), min(date_of(start_text)) desc, term
        """,
    )
    return {str(name): place for place, (name,) in enumerate(ordered.iter_rows(), 1)}


def _of_terms(look: Look, *whats: str) -> LookColumn | None:
    """A column of a term: the file's own where it lists terms, else one whose header says so (Term_end)."""
    return look.find("term", *whats) or (look.find("", *whats) if look.thing == "term" else None)


def _years(values: pl.Series) -> dict[int, int]:
    found = _asked(pl.DataFrame({"said": values}), "select school_year(said) as year from looked_at")
    return dict(Counter(year for year in found["year"].to_list() if year is not None))


def _asked(rows: pl.DataFrame, select: str) -> pl.DataFrame:
    """The answer of a query over `rows`, called looked_at, with the dates and school years that views have."""
    store = Store(None)
    try:
        with store.writing() as session:
            session.run("what a date is", DATE_OF)
            session.run("what a school year is", SCHOOL_YEAR)
            session.take_in("looked_at", rows)
            return session.frame("a look at years", select)
    finally:
        store.close()
