"""Proposing links: which rows of courses and sections come from which row one level up, told by business key.

Many extracts carry no links below the course. Such a plan pairs rows hop by hop as a push would and writes
nothing but `parent_row_id` and `is_link_broken`; every value stays as it is.
"""

from __future__ import annotations

import datetime as dt
import itertools

import polars as pl

from coursepush.errors import counted
from coursepush.model.elements import ELEMENT_LABELS, SETUP_ELEMENTS
from coursepush.model.verdicts import Reason
from coursepush.plan.in_use import tables_with_rows
from coursepush.plan.links.steps import LinkSteps
from coursepush.plan.made import Made
from coursepush.plan.planner import scope_step
from coursepush.plan.requests.links import LinkRequest
from coursepush.plan.step import run_steps
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import read_counts
from coursepush.plan.warnings import PlanWarning
from coursepush.store.database import Session
from coursepush.store.templates import template


def plan_links(session: Session, tables: PlanTables, request: LinkRequest, today: dt.date) -> Made:
    """Plan the links that `request` asks for; see :meth:`coursepush.District.plan_links`."""
    courses = scope_step(tables, *request.courses_sql())
    steps = LinkSteps(tables, request, tables_with_rows(session))
    made = run_steps(session, itertools.chain([courses], steps.build()), steps.seen)
    counts = read_counts(session, tables.knowing(made)).drop("unknown_use")
    matches = session.frame("matches", _matches_sql(tables))
    return Made(
        tables=made, counts=counts, warnings=_warnings(matches), notes=_notes(matches, counts), matches=matches
    )


def _matches_sql(tables: PlanTables) -> str:
    selects = [
        template("coursepush.plan.links", "match").format(hop=hop, element=element.name, rows=rows)
        for hop, element, rows in tables.judged()
    ]
    place = " ".join(f"when '{element.name}' then {place}" for place, element in enumerate(SETUP_ELEMENTS))
    every = "\nunion all\n".join(selects)
    return f"select * from (\n{every}\n) order by hop, case element {place} end"


# -- what it says --------------------------------------------------------------------------------------


def _warnings(matches: pl.DataFrame) -> list[PlanWarning]:
    rows = int(matches["differing"].sum())
    if not rows:
        return []
    have = "has" if rows == 1 else "have"
    return [
        PlanWarning(
            "values_differ",
            f"{counted(rows, 'row')} to be linked {have} other values than the row above. Linking leaves them as "
            "they are; the next push writes the values from above. Once linked, plan that push and look at what "
            "it would update before you apply it.",
        )
    ]


def _notes(matches: pl.DataFrame, counts: pl.DataFrame) -> list[str]:
    """A sentence for each level and data type of which something is to be said."""
    desynced = {
        (hop, element): rows
        for hop, element, reason, rows in counts.select("hop", "element", "reason", "rows").rows()
        if reason == Reason.DESYNCED
    }
    notes: list[str] = []
    for hop, element, equal, differing, unmatched in matches.rows():
        parts: list[str] = []
        if equal or differing:
            parts.append(
                f"{counted(equal + differing, 'row')} would be linked to the row above with the same "
                f"{'name' if element == 'categories' else 'key'} ({equal:,} with equal values, "
                f"{differing:,} differing)"
            )
        if unmatched:
            parts.append(f"{counted(unmatched, 'row')} without a counterpart above would stay unlinked")
        broken = desynced.get((hop, element), 0)
        if broken:
            parts.append(f"{counted(broken, 'row')} whose link is broken would be left alone")
        if parts:
            level = "courses" if hop == 1 else "sections"
            notes.append(f"{ELEMENT_LABELS[element]} on {level}: {'; '.join(parts)}.")
    return notes
