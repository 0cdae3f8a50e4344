"""Course Master Awaiting Push and Course Awaiting Push: what a push would write that has not been pushed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.model.elements import COURSE_INFO, COURSE_PUSH_DATA, MASTER_PUSH_DATA
from coursepush.model.verdicts import Reason
from coursepush.plan.fates import COULD_NOT_SQL
from coursepush.plan.request import as_list
from coursepush.reports.awaiting.calls import course_calls, master_call_notes, master_calls
from coursepush.reports.awaiting.steps import Standing, standing, told
from coursepush.reports.filters import Given
from coursepush.reports.reading import SECTION_PLACE
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Store

MASTER_AWAITING_COLUMNS: tuple[str, ...] = (
    "catalog",
    "year",
    "master_number",
    "master_name",
    "element",
    "name",
    "key",
    "field",
    "change",
    "master_value",
    "course_value",
    "course_values",
    "in_words",
    "courses",
    "schools",
    "master_id",
)

COURSE_AWAITING_COLUMNS: tuple[str, ...] = (
    *SECTION_PLACE,
    "element",
    "name",
    "key",
    "field",
    "change",
    "course_value",
    "section_value",
    "in_words",
    "course_id",
    "section_id",
    "row_id",
)

WHOLE = (Reason.MASTER_INACTIVE, Reason.IGNORE_MASTER_PUSH, Reason.CROSS_SITE)
"""Reasons for which a whole course or section is left out, so that no row of it is looked at."""

_ASKED = {1: "w.hop = 1 and a.is_asked", 2: "w.hop = 2 and s.section_id is not null"}
"""SQL: a change (alias w) is on a course or section that was asked for."""


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


def master_awaiting_frame(store: Store, given: Given, *, attributes: bool = True) -> pl.DataFrame:
    """Course Master Awaiting Push. Shape: :data:`MASTER_AWAITING_COLUMNS`, sorted by catalog, year and master.

    What locked pushes of course masters would write on courses (RULES.md 8), whatever catalog and year
    they are of: one row a course master, row or field and value, with the number of courses and schools.

    `field` is null where a whole row is added, removed or only linked again; `change` is add, change, relink,
    rename or remove. `master_value` is what the push would write (null where it removes), `course_value` what the
    courses have (null where they have nothing or differ among themselves), `course_values` in how many ways they
    have it: JSON text as in plan rows, of the field or of the row.

    Summer calendars are left out unless a calendar is named. Naming courses narrows the rows, not the push:
    whether a number collides is judged with all courses of the calendar.

    Args:
        attributes: with Course Info, which the information system's own report leaves out.

    Raises:
        RequestError: a filter names something unknown.
    """
    with _masters(store, given, attributes, judged=False) as found:
        return _master_rows(found)


def course_awaiting_frame(store: Store, given: Given) -> pl.DataFrame:
    """Course Awaiting Push. Shape: :data:`COURSE_AWAITING_COLUMNS`, sorted by course, section and data type.

    What a push of courses would write on sections as things stand (categories not overwritten): one row a
    section, row or field. `course_value` is what the push would write (null where it removes), `section_value`
    what the section has (null where it has nothing), `row_id` the section's row. Summer calendars are in, and so
    are courses without a course master.

    Raises:
        RequestError: a filter names something unknown.
    """
    with standing(store, given, COURSE_PUSH_DATA, hops=(2,)) as found:
        return _course_rows(found)


def master_awaiting(store: Store, given: Given, *, attributes: bool = True) -> Awaiting:
    """:func:`master_awaiting_frame`, with what its page tells beside the rows."""
    data = _master_data(given, attributes)
    with _masters(store, given, attributes, judged=True) as found:
        frame = _master_rows(found)
        facts: dict[str, Any] = {
            **_facts(found, 1, frame),
            "data": data if len(data) < len(MASTER_PUSH_DATA) else None,
            "calls": master_calls(found, given, data),
            "call_notes": master_call_notes(found, given, data),
        }
        facts["totals"]["looked_at"] = _count(found, "reach where is_asked")
        unreached = _count(found, "course") - facts["totals"]["looked_at"]
        notes = [
            *_unknown_note(found, 1, facts["totals"]),
            "Only what a course catalog locks is pushed, and so listed here.",
        ]
        if unreached:
            notes.append(
                f"{counted(unreached, 'course')} {'is' if unreached == 1 else 'are'} not in scope of such a push: "
                "without a course master, of a course master that is not in the school's catalog of the year, or "
                "of a summer calendar that was not named."
            )
        if not attributes:
            notes.append("Course Info is left out, as asked.")
    return Awaiting(frame, notes, facts)


def course_awaiting(store: Store, given: Given) -> Awaiting:
    """:func:`course_awaiting_frame`, with what its page tells beside the rows."""
    with standing(store, given, COURSE_PUSH_DATA, hops=(2,), judged=True) as found:
        frame = _course_rows(found)
        facts: dict[str, Any] = {
            **_facts(found, 2, frame),
            "data": found.filters.elements,
            "calls": course_calls(found, given),
            "call_notes": [],
        }
        facts["totals"]["looked_at"] = _count(found, "section")
        return Awaiting(frame, _unknown_note(found, 2, facts["totals"]), facts)


def _masters(store: Store, given: Given, attributes: bool, *, judged: bool) -> AbstractContextManager[Standing]:
    data = [name for name in MASTER_PUSH_DATA if attributes or name != COURSE_INFO]
    return standing(store, given, MASTER_PUSH_DATA, hops=(1,), judged=judged, data=data)


def _master_data(given: Given, attributes: bool) -> list[str]:
    """The data types that are listed, in the order of a push."""
    named = MASTER_PUSH_DATA if given.element is None else as_list(given.element)
    return [name for name in MASTER_PUSH_DATA if name in named and (attributes or name != COURSE_INFO)]


def _master_rows(found: Standing) -> pl.DataFrame:
    return told(found, 1, "awaiting/master").select(MASTER_AWAITING_COLUMNS)


def _course_rows(found: Standing) -> pl.DataFrame:
    return told(found, 2, "awaiting/course").select(COURSE_AWAITING_COLUMNS)


def _elements(found: Standing) -> dict[str, Any]:
    return {"elements": found.filters.elements}


# -- what the pages tell beside the rows -----------------------------------------------------------------


def _facts(found: Standing, hop: int, frame: pl.DataFrame) -> dict[str, Any]:
    session, elements = found.session, _elements(found)
    words = {"asked": _ASKED[hop], "upper": "a.master_id" if hop == 1 else "null::bigint"}
    counts = session.frame(
        "totals",
        found.step("awaiting/totals", element_order=element_place_sql("w.element"), **words),
        elements,
    )
    changes = frame.group_by("element").agg(changes=pl.len().cast(pl.Int64))
    by_element = (
        counts.drop_nulls("element").drop("unknown_removals").join(changes, on="element", maintain_order="left")
    )
    totals = counts.filter(pl.col("element").is_null()).drop("element").row(0, named=True)
    left_out = found.step(
        "awaiting/left_out",
        asked=_ASKED[hop].replace("w.", "r."),
        could_not=COULD_NOT_SQL,
        cross_site=_cross_site(found) if hop == 2 else "",
        whole=", ".join(f"'{reason}'" for reason in WHOLE),
    )
    stays = session.frame("left out", left_out, elements)
    return {
        "totals": totals,
        "by_element": by_element,
        "by_school": session.frame("by school", found.step("awaiting/by_school", **words), elements),
        "left_out": stays.drop_nulls("reason").drop("part"),
        "could_not": {row.pop("part"): row for row in stays.drop_nulls("part").drop("reason").to_dicts()},
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
    one = rows == 1
    return [
        f"{text}{counted(rows, 'removal')} on {place} {'rests' if one else 'rest'} on it: what assignments or "
        "grades use would stay. Load the students' work, then run the report again."
    ]
