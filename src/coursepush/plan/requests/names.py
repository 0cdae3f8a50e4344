"""Names turned into ids, with the valid choices where one is unknown; and ids into names again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from coursepush.errors import RequestError, examples
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.request import Name, as_list, bound_ids, name_of
from coursepush.store.database import Session

_SHOWN = 12


class Named(NamedTuple):
    """What a user names by its id, or by its name or number.

    `called`: in sentences; `words`: SQL of what it is shown as where it was chosen.
    """

    table: str
    id: str
    name: str
    called: str
    words: str


_NUMBERED = "number || ' ' || name"
CATALOG = Named("catalog", "catalog_id", "name", "course catalog", "name")
CALENDAR = Named("calendar", "calendar_id", "name", "calendar", "name")
MASTER = Named("course_master", "master_id", "number", "course master", _NUMBERED)
COURSE = Named("course", "course_id", "number", "course", _NUMBERED)
SCHOOL = Named("school", "school_id", "name", "school", "name")
SECTION = Named("section", "section_id", "number", "section", "number")
TASK = Named("grading_task", "task_id", "name", "task", "name")
TEACHER = Named("teacher", "teacher_id", "name", "teacher", "name")


def find_one(session: Session, what: Named, given: Name) -> int:
    """The id of the one named `given`."""
    given = name_of(given, what.called)
    column, shown = (what.id, what.id) if isinstance(given, int) else (what.name, what.name)
    sql = f"select {what.id} from {what.table} where {column} = $given"
    found = session.value(f"find {what.called}", sql, {"given": given})
    if found is None:
        valid = session.rows(f"list {what.called}", f"select {shown} from {what.table} order by all")
        raise RequestError.unknown(what.called, given, (row[0] for row in valid))
    return int(found)


def find_many(
    session: Session,
    what: Named,
    given: Any,
    where: str = "true",
    values: Mapping[str, Any] | None = None,
    unreached: list[str] | None = None,
) -> tuple[int, ...] | None:
    """The ids that `given` names among those that hold `where`; None where nothing is named.

    A number may name several rows (one course number at many schools). A name that only rows outside `where`
    carry narrows to nothing, and is added to `unreached`, if that is given.
    """
    if given is None:
        return None
    values = values or {}
    names = [name_of(name, what.called) for name in as_list(given)]
    texts = [name for name in names if isinstance(name, str)]
    chosen = {"ids": bound_ids([name for name in names if isinstance(name, int)]), "texts": texts}
    is_named = f"(list_contains($ids::bigint[], {what.id}) or list_contains($texts::varchar[], {what.name}))"
    select = f"select {what.id}, {what.name} from {what.table} where"
    known = {one for row in session.rows(f"find {what.called}", f"{select} {is_named}", chosen) for one in row}
    for name in sorted((name for name in names if name not in known), key=lambda name: isinstance(name, str)):
        shown = what.name if isinstance(name, str) else what.id
        valid = f"select distinct {shown} from {what.table} where {where} order by all"
        found = session.rows(f"list {what.called}", valid, values)
        raise RequestError.unknown(what.called, name, (row[0] for row in found))
    sql = f"{select} ({where}) and {is_named} order by all"
    rows = session.rows(f"choose {what.called}", sql, {**chosen, **values})
    reached = {one for row in rows for one in row}
    if unreached is not None:
        unreached += [f"{what.called} {name}" for name in names if name not in reached]
    return tuple(int(row[0]) for row in rows)


def find_catalog(session: Session, given: Name, year: int) -> int:
    """The id of a course catalog that some school has in `year`."""
    catalog_id = find_one(session, CATALOG, given)
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


def find_courses(
    session: Session, catalog_id: int, calendars: tuple[int, ...], given: Any, unreached: list[str]
) -> tuple[int, ...] | None:
    """The courses named, among those of the calendars that belong to a course master of the catalog."""
    return find_many(
        session,
        COURSE,
        given,
        "list_contains($calendars::bigint[], calendar_id) "
        "and master_id in (select master_id from course_master where catalog_id = $catalog_id)",
        {"catalog_id": catalog_id, "calendars": bound_ids(calendars)},
        unreached,
    )


def find_calendars(session: Session, catalog_id: int, year: int, given: Any, release: str) -> tuple[int, ...]:
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


def names_of(session: Session, what: Named, ids: Sequence[int] | None) -> str:
    """What was chosen, for people; None is all."""
    if ids is None:
        return "all"
    found = session.rows(
        f"names of {what.table}",
        f"select coalesce({what.words}, '') from {what.table} where list_contains($ids::bigint[], {what.id}) "
        "order by 1",
        {"ids": bound_ids(ids)},
    )
    return examples([row[0] for row in found], _SHOWN) or "none"


def data_of(names: Sequence[str]) -> str:
    """The data types that were ticked, for people."""
    return ", ".join(ELEMENT_LABELS[name] for name in names) or "none"


def assumed(assume_unused: bool) -> list[tuple[str, str]]:
    """What was assumed of students' work, for people."""
    return [("Students' work", "not loaded; assumed to use nothing")] if assume_unused else []
