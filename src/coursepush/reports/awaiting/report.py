"""Course Master Awaiting Push and Course Awaiting Push: what a push would write that has not been pushed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.text import be
from coursepush.model.elements import COURSE_INFO, COURSE_PUSH_DATA, MASTER_PUSH_DATA
from coursepush.model.verdicts import Reason
from coursepush.plan.fates import COULD_NOT_SQL
from coursepush.plan.request import as_list
from coursepush.reports.awaiting.calls import course_calls, master_call_notes, master_calls
from coursepush.reports.awaiting.steps import ASKED, Standing, standing, told
from coursepush.reports.filters import Given
from coursepush.reports.reading import SECTION_PLACE
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Store

MASTER_AWAITING_COLUMNS: tuple[str, ...] = (
    "catalog", "year", "master_number", "master_name", "element", "name", "key", "field", "change", "master_value",
    "course_value", "course_values", "in_words", "courses", "schools", "master_id",
)  # fmt: skip
COURSE_AWAITING_COLUMNS: tuple[str, ...] = (
    *SECTION_PLACE, "element", "name", "key", "field", "change", "course_value", "section_value", "in_words",
    "course_id", "section_id", "row_id",
)  # fmt: skip

WHOLE = (Reason.MASTER_INACTIVE, Reason.IGNORE_MASTER_PUSH, Reason.CROSS_SITE)
"""Reasons for which a whole course or section is left out, so that no row of it is looked at."""


@dataclass(frozen=True, slots=True)
class Awaiting:
    """One of the two reports with what its page tells beside its rows.

    Attributes:
        frame: the report.
        notes: what was left out or is not known, as sentences.
        facts: `totals` (a dict: writes, masters, courses, sections, teachers, schools, and looked_at: how many
            courses or sections the push has in scope; unknown_removals: of the writes, removals of what may be in
            use), `by_element` (element, changes, writes, masters, courses,
            sections), `by_school` (school, calendar, courses, sections, writes), `left_out` (reason, rows,
            courses, owners: the courses or sections) and `could_not` (the same, no course counted twice: a dict
            of `whole` for owners skipped whole, `rows` for all other rows, and of these `desynced` and `other`),
            `data` (the data types looked at, null: all), `calls` (which plan what is listed) and `call_notes`
            (where these come to something else). A write is a change on one course or section.
    """

    frame: pl.DataFrame
    notes: Sequence[str]
    facts: Mapping[str, Any]


def master_awaiting(store: Store, given: Given, *, attributes: bool = True) -> Awaiting:
    """What locked pushes of course masters would write on courses (RULES.md 8), by catalog, year and master.

    One row a course master, row or field and value to be written, whatever catalog and year it is of; see
    :meth:`coursepush.reports.reports.Reports.master_awaiting_push`. Values are JSON text as in plan rows. Summer
    calendars are left out unless a calendar is named. Naming courses narrows the rows, not the push: whether a
    number collides is judged with all courses of the calendar.

    Args:
        attributes: with Course Info, which the information system's own report leaves out.

    Raises:
        RequestError: a filter names something unknown.
    """
    pushed = [name for name in MASTER_PUSH_DATA if attributes or name != COURSE_INFO]
    data = pushed if given.element is None else [name for name in pushed if name in as_list(given.element)]
    with standing(store, given, MASTER_PUSH_DATA, hops=(1,), judged=True, data=pushed) as found:
        frame, facts = _told(found, 1)
        facts |= {
            "data": data if len(data) < len(MASTER_PUSH_DATA) else None,
            "calls": master_calls(found, given, data),
            "call_notes": master_call_notes(found, given, data),
        }
        facts["totals"]["looked_at"] = _count(found, "reach where is_asked")
        unreached = _count(found, "course") - facts["totals"]["looked_at"]
        notes = _unknown_note(found, 1, facts["totals"])
    notes.append("Only what a course catalog locks is pushed, and so listed here.")
    if unreached:
        notes.append(
            f"{counted(unreached, 'course')} {be(unreached)} not in scope of such a push: without a course "
            "master, of a course master that is not in the school's catalog of the year, or of a summer calendar "
            "that was not named."
        )
    if not attributes:
        notes.append("Course Info is left out, as asked.")
    return Awaiting(frame, notes, facts)


def course_awaiting(store: Store, given: Given) -> Awaiting:
    """What a push of courses would write on sections as things stand (categories not overwritten).

    One row a section, row or field; see :meth:`coursepush.reports.reports.Reports.course_awaiting_push`. Summer
    calendars are in, and so are courses without a course master.

    Raises:
        RequestError: a filter names something unknown.
    """
    with standing(store, given, COURSE_PUSH_DATA, hops=(2,), judged=True) as found:
        frame, facts = _told(found, 2)
        facts |= {"data": found.filters.elements, "calls": course_calls(found, given), "call_notes": []}
        facts["totals"]["looked_at"] = _count(found, "section")
        return Awaiting(frame, _unknown_note(found, 2, facts["totals"]), facts)


def _told(found: Standing, hop: int) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The rows, and what the page tells beside them."""
    frame = told(found, hop)
    session, elements = found.session, {"elements": found.filters.elements}
    words = {"asked": ASKED[hop], "upper": "a.master_id" if hop == 1 else "null::bigint"}
    counts = found.frame("awaiting/totals", elements, element_order=element_place_sql("w.element"), **words)
    changes = frame.group_by("element").agg(changes=pl.len().cast(pl.Int64))
    left_out = found.frame(
        "awaiting/left_out",
        elements,
        asked=ASKED[hop].replace("w.", "r."),
        could_not=COULD_NOT_SQL,
        cross_site=_cross_site(found) if hop == 2 else "",
        whole=", ".join(f"'{reason}'" for reason in WHOLE),
    )
    return frame, {
        "totals": counts.filter(pl.col("element").is_null()).drop("element").row(0, named=True),
        "by_element": counts.drop_nulls("element")
        .drop("unknown_removals")
        .join(changes, on="element", maintain_order="left"),
        "by_school": session.frame("by school", found.step("awaiting/by_school", **words), elements),
        "left_out": left_out.drop_nulls("reason").drop("part"),
        "could_not": {row.pop("part"): row for row in left_out.drop_nulls("part").drop("reason").to_dicts()},
    }


def _cross_site(found: Standing) -> str:
    """Sections that no push reaches: each counts once."""
    return (
        f"union all\n    select '{Reason.CROSS_SITE}', section_id, course_id, 1\n"
        f"    from {found.prefix}section\n    where is_cross_site"
    )


def _count(found: Standing, table: str) -> int:
    return int(found.session.value("count", f"select count(*) from {found.prefix}{table}"))


def _unknown_note(found: Standing, hop: int, totals: Mapping[str, Any]) -> list[str]:
    """That removals rest on what was not loaded."""
    if not found.unknown_work:
        return []
    tables, rows = sorted(found.unknown_work), totals["unknown_removals"]
    text = (
        "It is not known which setup is in use: "
        f"{', '.join(tables)} {'was' if len(tables) == 1 else 'were'} not loaded. "
    )
    if not rows:
        return [text + "Nothing that is listed here as removed rests on it."]
    place = "courses" if hop == 1 else "sections"
    return [
        f"{text}{counted(rows, 'removal')} on {place} {'rests' if rows == 1 else 'rest'} on it: what assignments "
        "or grades use would stay. Load the students' work, then run the report again."
    ]
