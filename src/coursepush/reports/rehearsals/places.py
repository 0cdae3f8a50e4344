"""Where situations apply: the district's courses held against their course masters once, then a query for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl

from coursepush.model.elements import MASTER_PUSH_DATA, SETUP_ELEMENTS
from coursepush.plan.request import school_year_of
from coursepush.reports.audit.differences import Compared, compared, find_what_differs
from coursepush.reports.filters import Given
from coursepush.reports.reading import report_sql
from coursepush.reports.rehearsals.situation import Situation
from coursepush.store.database import Store


@dataclass(frozen=True)
class Found:
    """Courses held against their course masters, for as long as they are looked at."""

    compared: Compared

    def places(self, situation: Situation) -> pl.DataFrame:
        """Where it applies: the columns of ``sql/place.sql``."""
        return self.compared.frame("rehearsals/place", found=self.compared.step(f"rehearsals/{situation.where}"))


@contextmanager
def looked_at(store: Store, given: Given, today: dt.date) -> Generator[Found]:
    """Look at the district, or the catalogs and years that are asked for.

    Raises:
        RequestError: a filter names something unknown.
    """
    with compared(store, given, MASTER_PUSH_DATA, with_values=True) as found:
        found.made.append(find_what_differs(found))
        of_today: dict[str, Any] = {"today": today, "this_year": school_year_of(today)}
        _make(found, "reached", of_today)
        sections = "\n".join(
            report_sql(
                "rehearsals/own_row_in_sections",
                p=found.prefix,
                element=element.name,
                table=element.table("section"),
            )
            for element in SETUP_ELEMENTS
            if element.has_sections
        )
        _make(found, "change")
        _make(found, "own_row", sections=sections)
        _make(found, "left_over")
        yield Found(found)


def _make(found: Compared, table: str, values: dict[str, Any] | None = None, **words: str) -> None:
    found.make(table, report_sql(f"rehearsals/{table}", p=found.prefix, **words), values)
