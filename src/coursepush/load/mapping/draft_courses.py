"""Course masters, courses and sections of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from coursepush.load.mapping.draft_entry import Entry, key_rule, quoted
from coursepush.load.mapping.guess import Look, LookColumn

if TYPE_CHECKING:
    from coursepush.load.mapping.draft_guess import Drafting


def courses(drafting: Drafting) -> list[Entry]:
    """course_master, course and section: of their own files, else of the file of sections."""
    look, number, name, guess = drafting.course_look, drafting.number, drafting.name, drafting.guess
    if look is None or number is None or name is None:
        return _masters(drafting, guess.looks.get("master"), None, None)
    told = "" if look is drafting.course else "course"
    listed_in, prefix = look, ""
    course = Entry("course", look.name, reasons=_told_by(drafting))
    if drafting.by_section is not None and drafting.course is not None:
        listed_in, prefix, told = drafting.course, "Course.", ""
        by = {drafting.by_section.column.name: guess.ids["course"].name}
        course.lookups = [drafting.lookup(listed_in, "Course", by)]
    course.columns = {
        "course_id": drafting.course_id(),
        "calendar_id": drafting.calendar_id(),
        "master_id": key_rule([prefix + number.name]),
        "number": quoted(prefix + number.name),
        "name": quoted(prefix + name.name),
    }
    drafting.attributes(course, listed_in, told, prefix)
    if look is not drafting.course:
        course.merge = ["course_id"]
    elif not _is_unique(look, drafting, number):
        course.merge = ["calendar_id", "number"]
        course.reasons.append(f"courses of one {number.name} at a school are one course with all their sections")
    drafting.only_those_there(course, look)
    if not number.is_complete:
        course.doubts.append(f"{number.name} is blank in {number.rows - number.filled.len():,} rows")
    masters = _masters(drafting, guess.looks.get("master") or listed_in, number, name)
    return [*masters, course, *_sections(drafting)]


def _masters(
    drafting: Drafting, look: Look | None, number: LookColumn | None, name: LookColumn | None
) -> list[Entry]:
    """course_master: of a file that lists them, else one for each number that courses have."""
    if look is None:
        return []
    if look.thing == "master":
        number = look.find("course", "short", "id") or look.find("", "short", "id") or number
        name = look.find("course", "name") or look.find("", "name") or number
    if number is None or name is None:
        return []
    entry = Entry("course_master", look.name, merge=["master_id"], reasons=[f"one for each {number.name}"])
    entry.columns = {
        "master_id": key_rule([number.name]),
        "catalog_id": "{ value = 1 }",
        "number": quoted(number.name),
        "name": quoted(name.name),
    }
    drafting.attributes(entry, look, "" if look is drafting.course else "course")
    drafting.only_those_there(entry, look)
    if not number.is_complete:
        entry.doubts.append(f"{number.name} is blank in {number.rows - number.filled.len():,} rows")
    return [entry]


def _told_by(drafting: Drafting) -> list[str]:
    look, number = drafting.course_look, drafting.number
    if look is None or number is None or look is drafting.course:
        return []
    if drafting.by_section is not None:
        return [f"{look.file.name} says at which school a course is held"]
    if number.thing == "course":
        return [f"no file lists the courses: {look.file.name} names them"]
    return [f"no file names the courses: {number.name} of {look.file.name} was taken for them"]


def _is_unique(look: Look, drafting: Drafting, number: LookColumn) -> bool:
    """Whether no two rows of a file have one number at one school."""
    if not number.is_complete:
        return True
    columns = [number.filled] + ([drafting.school.column.filled] if drafting.school else [])
    rows = pl.DataFrame([column.alias(f"part{place}") for place, column in enumerate(columns)])
    return rows.n_unique() == look.rows


def _sections(drafting: Drafting) -> list[Entry]:
    guess, look = drafting.guess, drafting.section
    if look is None:
        course = drafting.course
        if course is None:
            return []
        own = guess.ids["course"].name
        entry = Entry("section", course.name, reasons=["no file of sections: each course is one section"])
        entry.columns = {"section_id": drafting.id_of("course", own), "course_id": drafting.course_id()}
        entry.columns["number"] = '{ value = "1" }'
        drafting.only_those_there(entry, course)
        return [entry]
    entry = Entry("section", look.name)
    if "section" in guess.ids:
        entry.columns["section_id"] = drafting.id_of("section", guess.ids["section"].name)
    if drafting.course_look is look:
        entry.columns["course_id"] = drafting.course_id()
    elif (reference := guess.reference(look, "course")) is not None:
        entry.columns["course_id"] = drafting.id_of("course", reference.column.name)
        drafting.doubt(entry, reference)
        if not reference.column.is_complete:
            entry.needs.append(reference.column.name)
    if (number := look.find("", "short", "name")) is not None:
        entry.columns["number"] = quoted(number.name)
    drafting.only_those_there(entry, look)
    return [entry]
