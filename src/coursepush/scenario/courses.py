"""Edits of courses, course masters and catalogs themselves (SCENARIO.md 5 and 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coursepush.errors import RequestError, ScenarioError, counted, examples
from coursepush.model.elements import (
    ATTRIBUTE_LOCK,
    ATTRIBUTE_LOCKS,
    COURSE_INFO,
    CUSTOM_FIELD_LOCK,
    KNOWN_LOCKS,
    field_label,
)
from coursepush.model.tables import ATTRIBUTES, TABLES
from coursepush.plan.request import Name, as_list, year_of
from coursepush.plan.requests.names import CATALOG, MASTER, SCHOOL, find_many, find_one
from coursepush.scenario.overlay import Editing
from coursepush.scenario.owners import TABLES_OF_OWNERS, Owners, Where, find_owners
from coursepush.scenario.values import value_of
from coursepush.store.templates import template

_NUMBERED_WITHIN = {"master": "catalog_id", "course": "calendar_id"}


def set_info(session: Editing, where: Where, given: Mapping[str, Any]) -> int:
    """Set attributes of course masters or courses; how many of them change.

    Raises:
        ScenarioError: a lock forbids it, a number is taken, or something is no such value.
        RequestError: a name or an attribute is unknown.
    """
    owners = find_owners(session, where)
    if owners.level == "section":
        raise ScenarioError("Sections have no Course Info. Name the courses, or catalog and course masters.")
    columns = {column.name: column for column in ATTRIBUTES}
    for name in given:
        if name not in columns:
            raise RequestError.unknown("attribute", name, columns)
    if not given:
        raise ScenarioError("Say which attributes to set, such as name=... or gpa_weight=....")
    values = {name: value_of(session, columns[name], one) for name, one in given.items()}
    table, key = TABLES_OF_OWNERS[owners.level]
    differs = " or ".join(
        f"r.{name} is distinct from cast($v_{name} as {columns[name].sql_type})" for name in values
    )
    bound = {f"v_{name}": one for name, one in values.items()}
    changed = f"list_contains($owners::bigint[], r.{key}) and ({differs})"
    if owners.level == "course":
        _check_unlocked(session, owners, values, columns)
    copy = session.lay_over(table)
    count = int(
        session.value(
            "owners that change",
            f"select count(*) from {copy} as r where {changed}",
            {**bound, "owners": owners.bound},
        )
    )
    sets = ", ".join(f"{name} = cast($v_{name} as {columns[name].sql_type})" for name in values)
    session.run(
        "set attributes", f"update {copy} as r\nset {sets}\nwhere {changed}", {**bound, "owners": owners.bound}
    )
    if "number" in values:
        _check_numbers(session, owners, copy)
    return count


def new_master(session: Editing, catalog: Name, number: str, name: str, **attributes: Any) -> int:
    """Add a course master without setup.

    Raises:
        ScenarioError: the catalog has that number. RequestError: there is no such catalog or attribute.
    """
    catalog_id = find_one(session, CATALOG, catalog)
    columns = {column.name: column for column in ATTRIBUTES}
    given = {"number": number, "name": name, **attributes}
    for one in given:
        if one not in columns:
            raise RequestError.unknown("attribute", one, columns)
    values = {one: value_of(session, columns[one], value) for one, value in given.items()}
    taken = session.value(
        "number in the catalog",
        "select count(*) from course_master where catalog_id = $catalog_id and number = $number",
        {"catalog_id": catalog_id, "number": values["number"]},
    )
    if taken:
        raise ScenarioError(
            f"The catalog {catalog!r} has a course master {number!r} already. Choose another number."
        )
    copy = session.lay_over("course_master")
    names = ", ".join(values)
    shown = ", ".join(f"cast($v_{one} as {columns[one].sql_type})" for one in values)
    session.run(
        "add a course master",
        f"insert into {copy} (master_id, catalog_id, is_active, {names})\n"
        "select (select greatest(coalesce((select max(master_id) from course_master), 0), "
        f"coalesce((select max(master_id) from course), 0))) + 1, $catalog_id, true, {shown}",
        {"catalog_id": catalog_id, **{f"v_{one}": value for one, value in values.items()}},
    )
    return 1


def assign(session: Editing, where: Where, catalog: Name | None, master: Name | None) -> int:
    """Give courses a course master, or none; how many get another one.

    Raises:
        ScenarioError: no courses are named. RequestError: a name is unknown.
    """
    owners = _courses(session, where)
    master_id: int | None = None
    if master is not None:
        if catalog is None:
            raise ScenarioError("A course master is named within a catalog: give catalog=... too.")
        catalog_id = find_one(session, CATALOG, catalog)
        found = find_many(session, MASTER, master, "catalog_id = $catalog_id", {"catalog_id": catalog_id}) or ()
        if not found:
            raise ScenarioError(f"The catalog {catalog!r} has no course master {master!r}.")
        master_id = found[0]
    return _set_column(session, owners, "master_id", "bigint", master_id)


def ignore(session: Editing, where: Where, on: bool) -> int:
    """Set Ignore Master Push, or clear it; how many courses change.

    Raises:
        ScenarioError: no courses are named. RequestError: a name is unknown.
    """
    return _set_column(session, _courses(session, where), "ignore_master_push", "boolean", bool(on))


def set_locks(session: Editing, catalog: Name, locks: Any, *, on: bool) -> int:
    """Set locks of a catalog, or clear them; how many change.

    Raises:
        RequestError: there is no such catalog or lock.
    """
    catalog_id = find_one(session, CATALOG, catalog)
    fields = [
        row[0] for row in session.rows("custom fields", "select distinct field from custom_field order by 1")
    ]
    known = (*KNOWN_LOCKS, *(CUSTOM_FIELD_LOCK + field for field in fields))
    named: list[str] = []
    for lock in as_list(locks):
        if lock != COURSE_INFO and lock not in known:
            raise RequestError.unknown("lock", lock, (COURSE_INFO, *known))
        named += ATTRIBUTE_LOCKS if lock == COURSE_INFO else [lock]
    copy = session.lay_over("catalog_lock")
    values = {"catalog_id": catalog_id, "locks": named}
    asked = "select distinct $catalog_id::bigint as catalog_id, unnest($locks::varchar[]) as lock"
    count = int(
        session.value(
            "locks that change",
            f"select count(*) from ({asked}) as n {'anti' if on else 'semi'} join {copy} as l "
            "on l.catalog_id = n.catalog_id and l.lock = n.lock",
            values,
        )
    )
    if on:
        session.run(
            "lock",
            f"insert into {copy} (catalog_id, lock)\nselect n.catalog_id, n.lock from ({asked}) as n "
            f"anti join {copy} as l on l.catalog_id = n.catalog_id and l.lock = n.lock\norder by n.lock",
            values,
        )
    else:
        session.run(
            "unlock",
            f"delete from {copy} where catalog_id = $catalog_id and list_contains($locks::varchar[], lock)",
            values,
        )
    return count


def use_catalog(session: Editing, school: Name, year: int, catalog: Name) -> int:
    """Give a school the catalog it uses in a year; 1 if that is another than before.

    Raises:
        RequestError: there is no such school or catalog. ScenarioError: `year` is none.
    """
    values = {
        "school_id": find_one(session, SCHOOL, school),
        "year": value_of(session, TABLES["catalog_school"].column("end_year"), year_of(year)),
        "catalog_id": find_one(session, CATALOG, catalog),
    }
    copy = session.lay_over("catalog_school")
    same = session.value(
        "catalog of the school",
        f"select count(*) from {copy} "
        "where school_id = $school_id and end_year = $year and catalog_id = $catalog_id",
        values,
    )
    session.run(
        "no catalog",
        f"delete from {copy} where school_id = $school_id and end_year = $year",
        {"school_id": values["school_id"], "year": values["year"]},
    )
    session.run(
        "use a catalog",
        f"insert into {copy} (school_id, end_year, catalog_id) values ($school_id, $year, $catalog_id)",
        values,
    )
    return 0 if same else 1


def new_catalog(session: Editing, name: str) -> int:
    """Add a catalog without locks or course masters.

    Raises:
        ScenarioError: there is one of that name, or it is none.
    """
    text = value_of(session, TABLES["catalog"].column("name"), name)
    copy = session.lay_over("catalog")
    if session.value("catalog of that name", f"select count(*) from {copy} where name = $name", {"name": text}):
        raise ScenarioError(f"There is a catalog {name!r} already. Choose another name.")
    session.run(
        "add a catalog",
        f"insert into {copy} (catalog_id, name)\n"
        "select (select coalesce(max(catalog_id), 0) from (select catalog_id from catalog union all "
        "select catalog_id from catalog_school union all select catalog_id from course_master)) + 1, $name",
        {"name": text},
    )
    return 1


def _courses(session: Editing, where: Where) -> Owners:
    owners = find_owners(session, where)
    if owners.level != "course":
        raise ScenarioError("This edit is of courses: name them by courses=... (and calendar=...).")
    return owners


def _set_column(session: Editing, owners: Owners, column: str, kind: str, value: Any) -> int:
    copy = session.lay_over("course")
    changed = f"list_contains($owners::bigint[], course_id) and {column} is distinct from cast($value as {kind})"
    values = {"owners": owners.bound, "value": value}
    count = int(session.value("courses that change", f"select count(*) from {copy} where {changed}", values))
    session.run("set courses", f"update {copy} set {column} = cast($value as {kind}) where {changed}", values)
    return count


def _check_unlocked(
    session: Editing, owners: Owners, values: Mapping[str, Any], columns: Mapping[str, Any]
) -> None:
    """Refuse attributes that the catalog of a course's master locks (SCENARIO.md 4)."""
    entries = ", ".join(
        f"{{'lock': '{ATTRIBUTE_LOCK}{name}', "
        f"'differs': r.{name} is distinct from cast($v_{name} as {columns[name].sql_type})}}"
        for name in values
    )
    sql = template("coursepush.scenario", "edit_locked_info").format(entries=entries)
    rows = session.rows(
        "locked attributes", sql, {"owners": owners.bound, **{f"v_{name}": one for name, one in values.items()}}
    )
    if rows:
        lock, catalog = rows[0][2], rows[0][3]
        shown = examples([f"{number} in {calendar}" for number, calendar, *_ in rows])
        raise ScenarioError(
            f"Course Info: the lock {lock!r} of the catalog {catalog} forbids another "
            f"{field_label(lock.removeprefix(ATTRIBUTE_LOCK))} on {shown}. Unlock it "
            f"(unlock({catalog!r}, {lock!r})), or edit the course master."
        )


def _check_numbers(session: Editing, owners: Owners, copy: str) -> None:
    within = _NUMBERED_WITHIN[owners.level]
    rows = session.rows(
        "numbers given twice",
        f"select number, count(*) from {copy} group by {within}, number having count(*) > 1 order by 1",
    )
    if rows:
        where = {"master": "catalog", "course": "calendar"}[owners.level]
        raise ScenarioError(
            f"The number {rows[0][0]} would stand {counted(rows[0][1], 'time')} in one {where}. "
            "Choose another one."
        )
