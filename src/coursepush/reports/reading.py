"""How a report reads a district."""

from __future__ import annotations

from coursepush.store.templates import template


def report_sql(name: str) -> str:
    """The text of a step: ``audit/rows`` is ``audit/sql/rows.sql``, ``scope_course`` is here in ``sql/``."""
    folder, _, step = name.rpartition("/")
    return template(f"coursepush.reports.{folder}" if folder else "coursepush.reports", step)
