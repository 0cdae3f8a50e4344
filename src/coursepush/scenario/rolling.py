"""Rolling a calendar forward: next year's courses, sections, terms and setup, and no work (SCENARIO.md 12)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from coursepush.errors import ScenarioError
from coursepush.model.elements import SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import TABLES
from coursepush.plan.request import Name, school_year, year_of
from coursepush.plan.requests.names import CALENDAR, find_one
from coursepush.scenario.overlay import Editing
from coursepush.scenario.setting import largest_id
from coursepush.scenario.values import value_of

_FAMILIES = tuple({element.family: element for element in SETUP_ELEMENTS}.values())
"""One data type of each table of setup."""


def roll_calendar(
    session: Editing,
    calendar: Name,
    *,
    year: int | str | None = None,
    name: str | None = None,
    start_date: dt.date | str | None = None,
    end_date: dt.date | str | None = None,
    inactive: bool = False,
) -> int:
    """Add the calendar of another year, made from `calendar`; how many rows are added.

    Raises:
        ScenarioError: the year is not a later one, or the name is taken. RequestError: there is no such calendar.
    """
    calendar_id = find_one(session, CALENDAR, calendar)
    [(own_name, own_year, school_id)] = session.rows(
        "calendar to roll",
        "select name, end_year, school_id from calendar where calendar_id = $calendar_id",
        {"calendar_id": calendar_id},
    )
    new_year = int(own_year) + 1 if year is None else year_of(year)
    if new_year <= int(own_year):
        raise ScenarioError(
            f"The calendar {own_name} is of {school_year(int(own_year))}; it is rolled forward to a later year, "
            f"not to {school_year(new_year)}."
        )
    columns = TABLES["calendar"]
    told = value_of(session, columns.column("name"), name or next_name(str(own_name), int(own_year), new_year))
    if session.value("calendar of that name", "select count(*) from calendar where name = $name", {"name": told}):
        raise ScenarioError(f"There is a calendar {told!r} already. Choose another name: name=....")
    words = {
        "calendar_id": calendar_id,
        "year": value_of(session, columns.column("end_year"), new_year),
        "later": new_year - int(own_year),
        "name": told,
        "start": None if start_date is None else value_of(session, columns.column("start_date"), start_date),
        "end": None if end_date is None else value_of(session, columns.column("end_date"), end_date),
    }
    added = _calendar(session, words, int(school_id), int(own_year))
    added += _courses(session, calendar_id, bool(inactive))
    added += _sections(session)
    for element in _FAMILIES:
        added += _setup(session, element, "course")
    for element in _FAMILIES:
        if element.has_sections:
            added += _setup(session, element, "section")
    for made in ("rolled_course", "rolled_section", *(f"rolled_{one.family}" for one in _FAMILIES)):
        session.run("drop", f"drop table if exists temp.main.{made}")
    return added


def next_name(name: str, own_year: int, year: int) -> str:
    """What a calendar is called in another year: its school year in another one's place, or behind it.

    >>> next_name("Riverbend High 26-27", 2027, 2028)
    'Riverbend High 27-28'
    >>> next_name("Riverbend High", 2027, 2028)
    'Riverbend High 2027-28'
    """
    short, other = f"{(own_year - 1) % 100:02d}-{own_year % 100:02d}", f"{(year - 1) % 100:02d}-{year % 100:02d}"
    long = (f"{own_year - 1}-{own_year}", f"{year - 1}-{year}")
    for was, will in (long, (school_year(own_year), school_year(year)), (short, other)):
        if re.search(rf"(?<!\d){was}(?!\d)", name):
            return re.sub(rf"(?<!\d){was}(?!\d)", will, name)
    return f"{name} {school_year(year)}"


def _largest(session: Editing, table: str, key: str) -> int:
    """The largest id of `table`, here or in the district."""
    both = f"select max({key}) as id from {table} union all select max({key}) from district.main.{table}"
    sql = f"select max(id) from ({both})"
    return int(session.value(f"largest {key}", sql) or 0)


def _calendar(session: Editing, words: dict[str, Any], school_id: int, own_year: int) -> int:
    """The calendar with its terms, dated as many years later, and the catalog that the school uses then."""
    new_id = max(_largest(session, "calendar", "calendar_id"), 0) + 1
    session.run(
        "new calendar",
        "create or replace temp table rolled_calendar as select cast($id as bigint) as calendar_id",
        {"id": new_id},
    )
    calendar, term = session.lay_over("calendar"), session.lay_over("term")
    later = "cast({0} + to_years(cast($later as integer)) as date)"
    session.run(
        "add the calendar",
        f"insert into {calendar} (calendar_id, school_id, end_year, name, is_summer, start_date, end_date)\n"
        f"select n.calendar_id, c.school_id, cast($year as integer), $name, c.is_summer, "
        f"coalesce(cast($start as date), {later.format('c.start_date')}), "
        f"coalesce(cast($end as date), {later.format('c.end_date')})\n"
        f"from {calendar} as c cross join temp.main.rolled_calendar as n where c.calendar_id = $calendar_id",
        words,
    )
    terms = int(
        session.value("terms", f"select count(*) from {term} where calendar_id = $calendar_id", _of(words))
    )
    session.run(
        "add its terms",
        f"insert into {term} (calendar_id, term_seq, name, start_date, end_date)\n"
        f"select n.calendar_id, t.term_seq, t.name, {later.format('t.start_date')}, {later.format('t.end_date')}\n"
        f"from {term} as t cross join temp.main.rolled_calendar as n where t.calendar_id = $calendar_id",
        {**_of(words), "later": words["later"]},
    )
    return 1 + terms + _catalog(session, school_id, own_year, int(words["year"]))


def _of(words: dict[str, Any]) -> dict[str, Any]:
    return {"calendar_id": words["calendar_id"]}


def _catalog(session: Editing, school_id: int, own_year: int, year: int) -> int:
    """The school goes on with its catalog, where it has none yet in the new year."""
    used = session.lay_over("catalog_school")
    values = {"school_id": school_id, "year": year, "own_year": own_year}
    which = (
        f"from {used} as u where u.school_id = $school_id and u.end_year = $own_year and not exists "
        f"(select 1 from {used} as n where n.school_id = $school_id and n.end_year = $year)"
    )
    added = int(session.value("catalog to go on with", f"select count(*) {which}", values))
    session.run(
        "go on with the catalog",
        f"insert into {used} (school_id, end_year, catalog_id) select u.school_id, $year, u.catalog_id {which}",
        values,
    )
    return added


def _courses(session: Editing, calendar_id: int, inactive: bool) -> int:
    """The courses, with their course masters, attributes and district-defined fields."""
    largest = max(_largest(session, "course", "course_id"), 0)
    course, fields = session.lay_over("course"), session.lay_over("custom_field")
    session.run(
        "courses to roll",
        # one row a course, and the id of the one made from it
        "create or replace temp table rolled_course as select course_id as old_id, "
        f"{largest} + row_number() over (order by course_id) as new_id from {course} "
        "where calendar_id = $calendar_id and (is_active or $inactive)",
        {"calendar_id": calendar_id, "inactive": inactive},
    )
    names = [name for name in TABLES["course"].names if name not in ("course_id", "calendar_id")]
    session.run(
        "add the courses",
        f"insert into {course} (course_id, calendar_id, {', '.join(names)})\n"
        f"select r.new_id, n.calendar_id, {', '.join(f'c.{name}' for name in names)}\n"
        f"from temp.main.rolled_course as r join {course} as c on c.course_id = r.old_id "
        "cross join temp.main.rolled_calendar as n order by r.new_id",
    )
    session.run(
        "add their fields",
        f"insert into {fields} (level, owner_id, field, value)\n"
        f"select f.level, r.new_id, f.field, f.value from {fields} as f "
        "join temp.main.rolled_course as r on r.old_id = f.owner_id where f.level = 'course'",
    )
    session.run("drop", "drop table temp.main.rolled_calendar")
    return int(session.value("courses", "select count(*) from temp.main.rolled_course"))


def _sections(session: Editing) -> int:
    """The sections of these courses, with their teachers and terms."""
    largest = max(_largest(session, "section", "section_id"), 0)
    section, terms = session.lay_over("section"), session.lay_over("section_term")
    session.run(
        "sections to roll",
        # one row a section, and the id of the one made from it
        "create or replace temp table rolled_section as select s.section_id as old_id, r.new_id as course_id, "
        f"{largest} + row_number() over (order by s.section_id) as new_id from {section} as s "
        "join temp.main.rolled_course as r on r.old_id = s.course_id",
    )
    session.run(
        "add the sections",
        f"insert into {section} (section_id, course_id, number, teacher_id, is_advisory)\n"
        f"select r.new_id, r.course_id, s.number, s.teacher_id, s.is_advisory from temp.main.rolled_section as r "
        f"join {section} as s on s.section_id = r.old_id order by r.new_id",
    )
    session.run(
        "add their terms",
        f"insert into {terms} (section_id, term_seq)\n"
        f"select r.new_id, t.term_seq from {terms} as t "
        "join temp.main.rolled_section as r on r.old_id = t.section_id",
    )
    return int(session.value("sections", "select count(*) from temp.main.rolled_section"))


def _setup(session: Editing, element: SetupElement, level: str) -> int:
    """Rows of setup of one table: links to course masters stay, those to the courses' rows follow them."""
    largest = largest_id(session, element, level)
    table = session.lay_over(element.table(level))
    made = f"rolled_{element.family}" if level == "course" else "rolled_below"
    forward = " and r.copies_forward" if element.family == "assessment" else ""
    session.run(
        "setup to roll",
        # one row a row, and the id of the one made from it
        f"create or replace temp table {made} as select r.row_id as old_id, o.new_id as owner_id, "
        f"{largest} + row_number() over (order by r.row_id) as new_id from {table} as r "
        f"join temp.main.rolled_{level} as o on o.old_id = r.owner_id where true{forward}",
    )
    names = [name for name in TABLES[element.table(level)].names if name not in ("row_id", "owner_id")]
    above, parent = "", "r.parent_row_id"
    if level == "section":
        above = f"left join temp.main.rolled_{element.family} as u on u.old_id = r.parent_row_id"
        parent = "coalesce(u.new_id, r.parent_row_id)"
    shown = ", ".join(parent if name == "parent_row_id" else f"r.{name}" for name in names)
    session.run(
        "add setup",
        f"insert into {table} (row_id, owner_id, {', '.join(names)})\n"
        f"select n.new_id, n.owner_id, {shown} from temp.main.{made} as n "
        f"join {table} as r on r.row_id = n.old_id {above} order by n.new_id",
    )
    rows = int(session.value("setup rolled", f"select count(*) from temp.main.{made}"))
    if level == "section":
        session.run("drop", f"drop table temp.main.{made}")
    return rows
