"""Turning what a user typed into a request: names into ids, with the valid choices where one is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from coursepush.errors import RequestError
from coursepush.model.elements import COURSE_PUSH_DATA, MASTER_PUSH_DATA
from coursepush.plan.request import (
    BLANKS,
    LINK_DATA,
    LINKS_BY,
    MODES,
    CoursePush,
    LinkRequest,
    MasterPush,
    Name,
    Push,
    as_list,
    bound_ids,
    check_choice,
    check_data,
    check_release,
    name_of,
    year_of,
)
from coursepush.store.database import Session


def find_one(session: Session, table: str, id_column: str, name_column: str, given: Name, what: str) -> int:
    """The id of the row of `table` named `given`, by id or by name."""
    given = name_of(given, what)
    column = id_column if isinstance(given, int) else name_column
    found = session.value(
        f"find {what}", f"select {id_column} from {table} where {column} = $given", {"given": given}
    )
    if found is None:
        shown = name_column if isinstance(given, str) else id_column
        valid = session.rows(f"list {what}", f"select {shown} from {table} order by all")
        raise RequestError.unknown(what, given, (row[0] for row in valid))
    return int(found)


def find_many(
    session: Session,
    table: str,
    id_column: str,
    name_column: str,
    given: Any,
    what: str,
    where: str,
    values: dict[str, Any],
    unreached: list[str] | None = None,
) -> tuple[int, ...] | None:
    """The ids that `given` names among the rows of `table` that hold `where`; None where nothing is named.

    A number may name several rows (one course number at many schools). A name that only rows outside `where`
    carry narrows to nothing, and is added to `unreached`, if that is given.
    """
    if given is None:
        return None
    names = [name_of(name, what) for name in as_list(given)]
    ids = [name for name in names if isinstance(name, int)]
    texts = [name for name in names if isinstance(name, str)]
    known = session.rows(
        f"find {what}",
        f"select {id_column}, {name_column} from {table} "
        f"where list_contains($ids::bigint[], {id_column}) or list_contains($texts::varchar[], {name_column})",
        {"ids": bound_ids(ids), "texts": texts},
    )
    _all_known(session, table, id_column, name_column, ids, texts, known, what, where, values)
    found = session.rows(
        f"choose {what}",
        f"select {id_column}, {name_column} from {table} where ({where}) "
        f"and (list_contains($ids::bigint[], {id_column}) or list_contains($texts::varchar[], {name_column})) "
        "order by all",
        {"ids": bound_ids(ids), "texts": texts, **values},
    )
    reached = {row[0] for row in found} | {row[1] for row in found}
    if unreached is not None:
        unreached += [f"{what} {name}" for name in names if name not in reached]
    return tuple(int(row[0]) for row in found)


def _all_known(
    session: Session,
    table: str,
    id_column: str,
    name_column: str,
    ids: Sequence[int],
    texts: Sequence[str],
    known: Iterable[tuple[Any, ...]],
    what: str,
    where: str,
    values: dict[str, Any],
) -> None:
    rows = list(known)
    known_ids = {row[0] for row in rows}
    known_texts = {row[1] for row in rows}
    for given, shown in (
        *((name, id_column) for name in ids if name not in known_ids),
        *((name, name_column) for name in texts if name not in known_texts),
    ):
        valid = session.rows(
            f"list {what}", f"select distinct {shown} from {table} where {where} order by all", values
        )
        raise RequestError.unknown(what, given, (row[0] for row in valid))


def resolve_master_push(
    session: Session,
    *,
    catalog: Name,
    year: int,
    mode: str,
    to_sections: bool,
    calendars: Any,
    masters: Any,
    courses: Any,
    data: Sequence[str] | None,
    blanks: str,
    release: str,
    assume_unused: bool,
    unreached: list[str] | None = None,
) -> MasterPush:
    """A Push All Course Masters with every choice made; raises RequestError before anything is planned.

    What is named but out of scope is added to `unreached`.
    """
    unreached = [] if unreached is None else unreached
    year = year_of(year)
    check_choice("mode", mode, MODES)
    check_choice("choice for blanks", blanks, BLANKS)
    check_release(release, mode=mode, calendars=calendars, data=data)
    ticked = check_data(data, MASTER_PUSH_DATA, "Push All Course Masters")
    catalog_id = _catalog(session, catalog, year)
    calendar_ids = _calendars(session, catalog_id, year, calendars, release)
    return MasterPush(
        catalog_id=catalog_id,
        year=int(year),
        mode="overwrite" if mode == "overwrite" else "locked",
        to_sections=bool(to_sections),
        all_calendars=calendars is None,
        calendars=calendar_ids,
        masters=find_many(
            session,
            "course_master",
            "master_id",
            "number",
            masters,
            "course master",
            "catalog_id = $catalog_id",
            {"catalog_id": catalog_id},
            unreached,
        ),
        courses=_courses(session, catalog_id, calendar_ids, courses, unreached),
        data=ticked,
        blanks="keep" if blanks == "keep" else "push",
        release=release,
        assume_unused=bool(assume_unused),
    )


def resolve_links(
    session: Session,
    *,
    catalog: Name,
    year: int,
    calendars: Any,
    courses: Any,
    data: Sequence[str] | None,
    by: str,
    unreached: list[str] | None = None,
) -> LinkRequest:
    """A request for links with every choice made, calendars and courses as in a push of course masters.

    What is named but out of scope is added to `unreached`. Raises RequestError before anything is planned.
    """
    unreached = [] if unreached is None else unreached
    year = year_of(year)
    check_choice("way to propose links", by, LINKS_BY)
    ticked = check_data(data, LINK_DATA, "a plan of links")
    catalog_id = _catalog(session, catalog, year)
    calendar_ids = _calendars(session, catalog_id, year, calendars, "current")
    return LinkRequest(
        catalog_id=catalog_id,
        year=int(year),
        all_calendars=calendars is None,
        calendars=calendar_ids,
        courses=_courses(session, catalog_id, calendar_ids, courses, unreached),
        data=ticked,
        by="key",
    )


def resolved_again(session: Session, request: Push | LinkRequest) -> Push | LinkRequest:
    """The same request on the district as it is now: default calendars are the year's of today."""
    if isinstance(request, CoursePush) or not request.all_calendars:
        return request
    release = request.release if isinstance(request, MasterPush) else "current"
    return replace(request, calendars=_calendars(session, request.catalog_id, request.year, None, release))


def _catalog(session: Session, given: Name, year: int) -> int:
    """The id of a course catalog that some school has in `year`."""
    catalog_id = find_one(session, "catalog", "catalog_id", "name", given, "course catalog")
    years = [
        int(row[0])
        for row in session.rows(
            "list years",
            "select distinct end_year from catalog_school where catalog_id = $catalog_id order by 1",
            {"catalog_id": catalog_id},
        )
    ]
    if year not in years:
        raise RequestError.unknown("year", year, years, f"in which a school has the course catalog {given!r}")
    return catalog_id


def _courses(
    session: Session, catalog_id: int, calendars: tuple[int, ...], given: Any, unreached: list[str]
) -> tuple[int, ...] | None:
    """The courses named, among those of the calendars that belong to a course master of the catalog."""
    return find_many(
        session,
        "course",
        "course_id",
        "number",
        given,
        "course",
        "list_contains($calendars::bigint[], calendar_id) "
        "and master_id in (select master_id from course_master where catalog_id = $catalog_id)",
        {"catalog_id": catalog_id, "calendars": bound_ids(calendars)},
        unreached,
    )


def _calendars(session: Session, catalog_id: int, year: int, given: Any, release: str) -> tuple[int, ...]:
    """The calendars of the push: those named, or the year's at schools that have the catalog."""
    possible = session.rows(
        "list calendars",
        "select c.calendar_id, c.name, c.is_summer from calendar as c "
        "join catalog_school as s on s.school_id = c.school_id and s.end_year = c.end_year "
        "where c.end_year = $year and s.catalog_id = $catalog_id order by c.calendar_id",
        {"year": year, "catalog_id": catalog_id},
    )
    if given is None:
        return tuple(int(row[0]) for row in possible if release != "current" or not row[2])
    by_name = {name: int(calendar_id) for calendar_id, name, _ in possible}
    ids = set(by_name.values())
    chosen: set[int] = set()
    for name in (name_of(one, "calendar") for one in as_list(given)):
        found = by_name.get(name) if isinstance(name, str) else (name if name in ids else None)
        if found is None:
            valid = sorted(by_name) if isinstance(name, str) else sorted(ids)
            raise RequestError.unknown(
                "calendar", name, valid, f"of {year} at a school that has this course catalog"
            )
        chosen.add(found)
    return tuple(sorted(chosen))


def resolve_course_push(
    session: Session,
    *,
    calendar: Name,
    courses: Any,
    sections: Any,
    data: Sequence[str] | None,
    overwrite_categories: bool,
    assume_unused: bool,
    unreached: list[str] | None = None,
) -> CoursePush:
    """A Push All Courses with every choice made; raises RequestError before anything is planned.

    What is named but out of scope is added to `unreached`.
    """
    unreached = [] if unreached is None else unreached
    ticked = check_data(data, COURSE_PUSH_DATA, "Push All Courses")
    calendar_id = find_one(session, "calendar", "calendar_id", "name", calendar, "calendar")
    course_ids = find_many(
        session,
        "course",
        "course_id",
        "number",
        courses,
        "course",
        "calendar_id = $calendar_id",
        {"calendar_id": calendar_id},
        unreached,
    )
    return CoursePush(
        calendar_id=calendar_id,
        courses=course_ids,
        sections=find_many(
            session,
            "section",
            "section_id",
            "number",
            sections,
            "section",
            "course_id in (select course_id from course where calendar_id = $calendar_id "
            "and ($courses::bigint[] is null or list_contains($courses::bigint[], course_id)))",
            {"calendar_id": calendar_id, "courses": bound_ids(course_ids)},
            unreached,
        ),
        data=ticked,
        overwrite_categories=bool(overwrite_categories),
        assume_unused=bool(assume_unused),
    )
