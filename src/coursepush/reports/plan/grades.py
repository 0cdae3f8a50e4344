"""Whose grades a plan would move, on the page of the plan: the headline, the picture, and school by school."""

from __future__ import annotations

from coursepush.errors import StalePlanError
from coursepush.forecast.making import make_forecast
from coursepush.forecast.sides import reached_sections
from coursepush.html.text import safe
from coursepush.plan.plan import Plan
from coursepush.reports.filters import EVERYTHING
from coursepush.reports.forecast.page import group_table, moves_picture, outcome_lines
from coursepush.reports.forecast.report import forecast_rows
from coursepush.reports.plan.words import Words

MOST_SECTIONS = 10_000
"""Of a plan that reaches more sections than that a page forecasts nothing unasked: it takes a minute or more."""


def grades_of_plan(plan: Plan, words: Words, *, grades: bool | None) -> str:
    """The section of the page; nothing where the plan writes nothing that grades could rest on.

    A plan that was applied is no forecast any more: its page has none. `grades`: as of :func:`plan_page`.
    """
    if words.done or not plan.writes or grades is False:
        return ""
    if grades is None and (sections := reached_sections(plan)) > MOST_SECTIONS:
        return (
            f"<p>Not computed on this page: the plan reaches {sections:,} sections, for which that takes a minute "
            "or more. <code>plan.forecast()</code>, or the page with <code>grades=True</code>, has it.</p>"
        )
    try:
        found = make_forecast(plan)
    except StalePlanError:
        return "<p>Not known: the district has moved since this plan was made. Plan again to see it.</p>"
    told = f"<p>{safe(found.headline)}</p>"
    notes = "".join(f"<p class='more'>{safe(note)}</p>" for note in found.notes)
    if not found.is_known:
        return told + notes
    rows = forecast_rows(plan.store, found, EVERYTHING)
    lines = outcome_lines(found.shown)
    if not lines:
        return told + notes
    more = (
        "<p class='more'>Posted grades never change. Teacher by teacher and task by task: "
        "<code>district.reports.forecast(plan)</code>.</p>"
    )
    tables = group_table(found.shown, rows.frame, "school", lines)
    return f"{told}{moves_picture(found.shown)}{tables}{notes}{more}"
