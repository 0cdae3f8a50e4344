"""Every report there is, on a district in which each has something to tell, and how its page is read."""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from carried_out import frames
from engine import Tables, plan_of, store_of, tables_of
from page_reading import Page
from vendor import shown_later

from coursepush.district import District
from coursepush.plan.plan import Plan
from coursepush.reports.report import Report

STUDENT = 987_650_000_000
"""Ids of students begin here, so that none is taken for anything else."""


@dataclass(frozen=True)
class Told:
    """A district after a push and a refresh, a plan of what is next, and one that was asked for otherwise."""

    district: District
    plan: Plan
    tables: Tables
    other: Plan | None = None


def told(tables: Tables, kind: str, request: dict[str, Any], seed: int) -> Told:
    """The district after that push, and after a refresh in which others had their hands in it."""
    for name in ("enrollment", "score", "posted_grade"):
        for row in tables[name]:
            row["student_id"] += STUDENT
    district = District(store_of(tables))
    district.apply(plan_of(district.store, kind, request))
    later = shown_later(tables, tables_of(district.store), random.Random(seed))
    district.refresh(frames(later), allow_removals=True)
    plans = [plan_of(district.store, kind, one) for one in (request, _otherwise(kind, request))]
    return Told(district, plans[0], tables_of(district.store), plans[1])


def _otherwise(kind: str, request: dict[str, Any]) -> dict[str, Any]:
    """The same push in the other mode."""
    if kind == "course":
        return {**request, "overwrite_categories": not request.get("overwrite_categories")}
    return {**request, "mode": "locked" if request.get("mode") == "overwrite" else "overwrite"}


REPORTS: dict[str, Callable[..., Report]] = {
    "course_status": lambda told, **filters: told.district.reports.course_status(**filters),
    "course_audit": lambda told, **filters: told.district.reports.course_audit(**filters),
    "master_awaiting_push": lambda told, **filters: told.district.reports.master_awaiting_push(**filters),
    "course_awaiting_push": lambda told, **filters: told.district.reports.course_awaiting_push(**filters),
    "cascade": lambda told, **filters: told.district.reports.cascade(**filters),
    "residual": lambda told, **filters: told.district.reports.residual(**filters),
    "push_result": lambda told, **filters: told.district.reports.push_result(**filters),
    "push_result of a plan": lambda told, **filters: told.district.reports.push_result(told.plan, **filters),
    "compare": lambda told, **filters: told.district.reports.compare(
        told.plan, told.other or told.plan, **filters
    ),
    "forecast": lambda told, **filters: told.district.reports.forecast(told.other or told.plan, **filters),
    "drift": lambda told, **filters: told.district.reports.drift(**filters),
}
"""How to make each, by name."""

ONE_BY_ONE = ("rows", "could-not", "changes", "differences", "desynced", "controlled")
"""The tables of pages in which rows stand one by one."""

NO_FILTERS = ("push_id", "attributes", "first", "second", "plan")
"""Arguments that say what the report is of."""


def filters_of(told: Told, name: str) -> list[str]:
    """The filters that a report takes."""
    taken = inspect.signature(getattr(told.district.reports, name.partition(" ")[0])).parameters
    return [one for one in taken if one not in NO_FILTERS]


# -- its page ----------------------------------------------------------------------------------------------------


def table(page: str, table_id: str) -> list[dict[str, str]]:
    """The lines of one table of the page by heading, group headings left out; none where it has no such table."""
    if f'<div id="{table_id}"' not in page:
        return []
    made = page.split(f'<div id="{table_id}"', 1)[1].split("</table>", 1)[0]
    head, body = made.split("<tbody", 1)
    heads = [_text(cell) for cell in re.findall(r"<th [^>]*>(.*?)</th>", head, re.DOTALL)]
    lines = [re.findall(r"<td[^>]*>(.*?)</td>", line, re.DOTALL) for line in body.split("<tr")[1:]]
    return [
        {head: _text(cell) for head, cell in zip(heads, line, strict=True)}
        for line in lines
        if len(line) == len(heads)
    ]


def total(lines: list[dict[str, str]], *columns: str) -> int:
    """The sum of the counts of some columns; a blank is none, and a unit stands behind on a phone."""
    cells = [line.get(column, "").split() for line in lines for column in columns]
    return sum(int(cell[0].replace(",", "")) for cell in cells if cell)


def _text(cell: str) -> str:
    return re.sub(r"\s+", " ", Page(cell).text).strip()
