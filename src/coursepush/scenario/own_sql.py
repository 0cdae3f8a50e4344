"""Edits in SQL: one statement on one table of the overlay (SCENARIO.md 9)."""

from __future__ import annotations

import re

from coursepush.errors import RequestError, ScenarioError
from coursepush.scenario.overlay import LAID_OVER, Editing
from coursepush.store.guard import check_change

_TARGET = re.compile(r"\s*(?:update|insert\s+into|delete\s+from)\s+(\"?)(\w+)\1(?![\w.\"])", re.IGNORECASE)


def target_of(text: str) -> str | None:
    """The table that an edit in SQL changes; None where it is no such statement."""
    told = _TARGET.match(text)
    return None if told is None else told[2].lower()


def run_sql(session: Editing, text: str) -> int:
    """Run it; how many rows it changed.

    Raises:
        ScenarioError: it is no such statement, or fails.
        RequestError: there is no such table, or it may not be edited.
    """
    table = target_of(text)
    if table is None:
        raise ScenarioError(
            "An edit in SQL begins with UPDATE, INSERT INTO or DELETE FROM, and names one table without a schema: "
            "sql(\"update section_category set weight = 30 where name = 'Tests'\")."
        )
    if table not in LAID_OVER:
        raise RequestError.unknown("table", table, LAID_OVER, "that an edit may change")
    check_change(text, "sql")
    session.lay_over(table)
    session.fence(text)
    rows = session.rows("edit in SQL", text)
    return int(rows[0][0]) if rows and isinstance(rows[0][0], int) else 0
