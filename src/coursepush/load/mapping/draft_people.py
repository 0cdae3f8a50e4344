"""Teachers and students of a draft: from lists of them, from rosters, or from enrollments that name a role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coursepush.load.mapping.draft_entry import Entry, key, listed, quoted, table
from coursepush.load.mapping.guess import Look, LookColumn

if TYPE_CHECKING:
    from coursepush.load.mapping.draft_guess import Drafting


def people(drafting: Drafting) -> list[Entry]:
    """teacher and enrollment; what sections lead to is added by :func:`lead_to_teachers`."""
    return [*_teachers(drafting), *_enrollments(drafting)]


def lead_to_teachers(drafting: Drafting, section: Entry) -> None:
    """Give the entry of sections a teacher: of its own columns, else of a roster or of enrollments."""
    guess, look = drafting.guess, drafting.section
    if look is not None and (own := guess.reference(look, "teacher", "user")) is not None:
        rule = drafting.id_of("teacher", own.column.name)
        if own.is_sure:
            section.columns["teacher_id"] = rule
        else:
            section.unsure["teacher_id"] = rule, drafting.why_not(own)
        return
    source = _roster(drafting)
    if source is None or "section_id" not in section.columns:
        return
    roster, person, where = source
    led = drafting.section_of(roster)
    of_section = guess.ids.get("section" if look is not None else "course")
    if led is None or of_section is None:
        return
    more = {"where": where} if where else {}
    section.lookups.append(
        drafting.lookup(
            roster, "Teacher", {of_section.name: led.column.name}, **more, missing='"blank"', take='"first"'
        )
    )
    section.columns["teacher_id"] = drafting.id_of("teacher", f"Teacher.{person.name}")


def _roster(drafting: Drafting) -> tuple[Look, LookColumn, str] | None:
    """Where it stands who teaches what: the file, its column of people, and the condition on their role."""
    guess = drafting.guess
    for thing in ("roster", "enrollment"):
        look = guess.looks.get(thing)
        if look is None:
            continue
        person = guess.reference(look, "teacher", "user")
        role = look.find("", "role")
        taught = (
            [] if role is None else sorted(each for each in role.filled.unique().to_list() if _is_teacher(each))
        )
        if person is not None and (thing == "roster" or taught):
            where = table({key(role.name): listed(taught)}) if role is not None and taught else ""
            return look, person.column, where
    return None


def _teachers(drafting: Drafting) -> list[Entry]:
    guess = drafting.guess
    listed_in = guess.looks.get("teacher")
    if listed_in is not None and "teacher" in guess.ids:
        own = guess.ids["teacher"]
        entry = Entry("teacher", listed_in.name)
        entry.columns = {"teacher_id": drafting.id_of("teacher", own.name)} | _name(listed_in)
        if not own.is_unique:
            entry.merge = ["teacher_id"]
        drafting.only_those_there(entry, listed_in)
        return [entry]
    users = guess.looks.get("user") if "user" in guess.ids else None
    source = _roster(drafting)
    if source is not None:
        look, person, where = source
        entry = Entry("teacher", look.name, merge=["teacher_id"])
        entry.columns["teacher_id"] = drafting.id_of("teacher", person.name)
        if where:
            role = look.find("", "role")
            assert role is not None
            entry.where[role.name] = listed(
                sorted(each for each in role.filled.unique().to_list() if _is_teacher(each))
            )
        if users is not None and (name := _name(users, "Person.")):
            by = {person.name: guess.ids["user"].name}
            entry.lookups = [drafting.lookup(users, "Person", by, missing='"blank"', take='"first"')]
            entry.columns |= name
        return [entry]
    role = None if users is None else users.find("", "role")
    taught = [] if role is None else sorted(each for each in role.filled.unique().to_list() if _is_teacher(each))
    if users is None or role is None or not taught:
        return []
    entry = Entry("teacher", users.name, where={role.name: listed(taught)}, merge=["teacher_id"])
    entry.columns = {"teacher_id": drafting.id_of("teacher", guess.ids["user"].name)} | _name(users)
    return [entry]


def _name(look: Look, prefix: str = "") -> dict[str, str]:
    first, last, whole = look.find("", "first"), look.find("", "last"), look.find("", "name")
    if first is not None and last is not None:
        joined = listed([f"{prefix}{last.name}", f"{prefix}{first.name}"])
        return {"name": table({"join": joined, "with": '", "'})}
    return {} if whole is None else {"name": quoted(f"{prefix}{whole.name}")}


def _enrollments(drafting: Drafting) -> list[Entry]:
    guess, look = drafting.guess, drafting.guess.looks.get("enrollment")
    if look is None:
        return []
    entry = Entry("enrollment", look.name, merge=["section_id", "student_id"])
    section, student = drafting.section_of(look), guess.reference(look, "student", "user")
    if section is not None:
        entry.columns["section_id"] = drafting.section_id(section.column.name)
        drafting.doubt(entry, section)
        if not section.column.is_complete:
            entry.needs.append(section.column.name)
    bare = look.find("", "id")
    if student is not None:
        entry.columns["student_id"] = drafting.id_of("student", student.column.name)
    elif bare is not None:
        entry.columns["student_id"] = drafting.id_of("student", bare.name)
    role = look.find("", "role")
    if role is not None:
        learns = sorted(each for each in role.filled.unique().to_list() if _is_student(each))
        if learns:
            entry.where[role.name] = listed(learns)
    drafting.only_those_there(entry, look, "completed", "concluded")
    return [entry]


def _is_student(role: str) -> bool:
    return bool(re.search(r"student|learner|pupil", role.lower()))


def _is_teacher(role: str) -> bool:
    found = re.search(r"teacher|professor|instructor|faculty|lecturer", role.lower())
    return found is not None and not re.search(r"assistant|aide", role.lower())
