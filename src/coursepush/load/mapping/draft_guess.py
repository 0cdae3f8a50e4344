"""The entries of a mapping for files of no known system: what a person would write after a look at the values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from coursepush.load.mapping.draft_courses import courses
from coursepush.load.mapping.draft_entry import Entry, key, key_rule, quoted, table
from coursepush.load.mapping.draft_people import lead_to_teachers, people
from coursepush.load.mapping.draft_terms import terms
from coursepush.load.mapping.draft_work import work
from coursepush.load.mapping.draft_years import Years, school_year_of
from coursepush.load.mapping.guess import Guess, Look, LookColumn, Reference
from coursepush.model.tables import TABLES

GONE = ("deleted", "tobedeleted", "inactive")
MOST = 0.5
"""Of a reference that so much of the values bear out, the rest is set aside; with less the entry is in doubt."""

_STATES = (*GONE, "active", "completed", "concluded", "available", "published")


_ORDER = tuple(TABLES)


class Drafting:
    """What the entries of one draft share: where courses come from, what schools are told by, the school year."""

    def __init__(self, guess: Guess, today: dt.date) -> None:
        self.guess = guess
        self.years: Years = school_year_of(guess, today)
        self.section = guess.looks.get("section")
        self.course = guess.looks.get("course") if "course" in guess.ids else None
        self.course_look, self.number, self.name = self._courses()
        self.doubtful_school: Reference | None = None
        self.school = self._school()
        self.by_section = self._held_by_sections()
        self.people_are_whole = self._people_are_whole()

    # -- what the others are made from ----------------------------------------------------------------

    def _courses(self) -> tuple[Look | None, LookColumn | None, LookColumn | None]:
        """The file that tells the courses, and its columns for their number and name: courses, else sections."""
        course, section = self.course, self.section
        if course is not None:
            number = course.find("", "short") or course.find("", "name") or self.guess.ids["course"]
            return course, number, course.find("", "name") or number
        if section is None:
            return None, None, None
        number = (
            section.find("course", "short")
            or section.find("course", "id")
            or section.find("course", "name")
            or section.find("", "name", "short")
        )
        return section, number, section.find("course", "name") or section.find("", "name") or number

    def _school(self) -> Reference | None:
        """The column of the courses' file that leads to their school; None: there is one school for all."""
        if "school" not in self.guess.ids or self.course_look is None:
            return None
        found = self.guess.reference(self.course_look, "school")
        if found is not None and found.is_sure and found.column.is_complete:
            return found
        self.doubtful_school = found
        return None

    def _held_by_sections(self) -> Reference | None:
        """The sections' column for their course, where they say at which school it is held and courses do not."""
        if (
            self.course is None
            or self.section is None
            or self.school is not None
            or "school" not in self.guess.ids
        ):
            return None
        school, led = self.guess.reference(self.section, "school"), self.guess.reference(self.section, "course")
        if school is None or led is None or not (school.is_sure and led.is_sure):
            return None
        if not (school.column.is_complete and led.column.is_complete):
            return None
        self.course_look, self.school, self.doubtful_school = self.section, school, None
        return led

    def _people_are_whole(self) -> bool:
        bare = [
            column
            for thing in ("enrollment", "roster", "score")
            if (look := self.guess.looks.get(thing)) is not None and (column := look.find("", "id")) is not None
        ]
        return self.guess.is_whole("user", "student", "teacher") and all(column.is_whole for column in bare)

    # -- pieces of entries ----------------------------------------------------------------------------

    def id_of(self, thing: str, header: str) -> str:
        """An id of a thing: as it stands where all are whole numbers, else made up."""
        is_person = thing in ("user", "student", "teacher")
        is_whole = self.people_are_whole if is_person else self.guess.is_whole(thing)
        return quoted(header) if is_whole else key_rule([header])

    def calendar_id(self, prefix: str = "") -> str:
        """The calendar of a row that has the courses' column for its school (after `prefix`, a lookup's name)."""
        return "{ value = 1 }" if self.school is None else self.id_of("school", prefix + self.school.column.name)

    def course_id(self) -> str:
        """The id of a course in the rows that tell it."""
        assert self.number is not None
        if self.by_section is not None and self.school is not None:
            return key_rule([self.school.column.name, self.by_section.column.name])
        if self.course_look is self.course and self.course is not None:
            return self.id_of("course", self.guess.ids["course"].name)
        return key_rule([*([self.school.column.name] if self.school else []), self.number.name])

    def section_of(self, look: Look) -> Reference | None:
        """The column that leads to a section; to a course, where there are no sections: then each is one."""
        if self.section is None and self.course is not None:
            return self.guess.reference(look, "course")
        return self.guess.reference(look, "section")

    def section_id(self, header: str) -> str:
        of_courses = self.section is None and self.course is not None
        return self.id_of("course" if of_courses else "section", header)

    def lookup(self, look: Look, called: str, by: dict[str, str], **more: str) -> str:
        """A lookup in TOML: `by` pairs our column with theirs."""
        same = len(by) == 1 and all(ours.rpartition(".")[2] == theirs for ours, theirs in by.items())
        pairs = quoted(next(iter(by))) if same else table({key(ours): quoted(by[ours]) for ours in by})
        return table({"table": quoted(look.name), "as": quoted(called), "by": pairs, **more})

    def only_those_there(self, entry: Entry, look: Look, *more_gone: str) -> None:
        """Leave out the rows that are marked deleted (or `more_gone`), where a column of the file says so."""
        status = look.find("", "status")
        if status is None:
            return
        found = [str(value) for value in status.filled.unique().sort()]
        if found and all(value.lower() in _STATES for value in found):
            kept = [value for value in found if value.lower() not in (*GONE, *more_gone)] or ["active"]
            entry.where[status.name] = f"[{', '.join(quoted(value) for value in kept)}]"

    def attributes(self, entry: Entry, look: Look, thing: str, prefix: str = "") -> None:
        for ours, what in (("description", "description"), ("department", "subject")):
            if (column := look.find(thing, what) or look.find("", what)) is not None:
                entry.columns[ours] = quoted(prefix + column.name)

    def doubt(self, entry: Entry, reference: Reference) -> None:
        """Doubt an entry whose reference the values do not bear out; where most do, the others are set aside."""
        if reference.share is None:
            entry.doubts.append(f"no file lists what {reference.column.name} leads to")
        elif reference.share < MOST:
            entry.doubts.append(self.why_not(reference))
        elif reference.share < 1:
            entry.sets_aside = True
            entry.reasons.append(f"{self.why_not(reference)}: the rows of the others are set aside")

    def why_not(self, reference: Reference) -> str:
        target = self.guess.looks.get(reference.thing) or self.guess.looks.get("user")
        ids = "" if target is None else f" of {target.file.name}"
        if reference.share == 1:
            return f"{reference.column.name} is blank in some rows"
        return f"only {reference.share or 0:.0%} of the values of {reference.column.name} are in the ids{ids}"


def entries(guess: Guess, today: dt.date) -> list[Entry]:
    """The entries that `guess` comes to, in the order of the model."""
    drafting = Drafting(guess, today)
    found = [*_organisation(drafting), *courses(drafting), *people(drafting), *terms(drafting), *work(drafting)]
    for entry in found:
        if entry.table == "section":
            lead_to_teachers(drafting, entry)
    found.sort(key=lambda entry: _ORDER.index(entry.table))
    usable: set[str] = set()
    for entry in found:
        _doubt_what_leads_nowhere(entry, usable)
        if entry.is_usable:
            usable.add(entry.table)
    return found


def _doubt_what_leads_nowhere(entry: Entry, usable: set[str]) -> None:
    """Doubt an entry, or a column of it that need not be given, that needs a table which is not there."""
    for column in TABLES[entry.table].columns:
        target = column.reference
        if target is None or target in usable or column.name not in entry.columns:
            continue
        said = f"it needs {target}, which is not there or not sure"
        if column.required and column.default is None:
            entry.doubts.append(said)
        else:
            entry.unsure[column.name] = entry.columns.pop(column.name), said


def _organisation(drafting: Drafting) -> list[Entry]:
    year, guess = drafting.years.year, drafting.guess
    catalog = Entry(
        "catalog", rows='[{ catalog_id = 1, name = "District" }]', reasons=["one catalog for all schools"]
    )
    look, reference = guess.looks.get("school"), drafting.school
    short = f"{year - 1}-{year % 100:02}"
    if look is None or reference is None or drafting.course_look is None:
        said = "no file of schools" if look is None else f"nothing leads to the schools of {look.file.name}"
        if look is not None and drafting.doubtful_school is not None:
            said = drafting.why_not(drafting.doubtful_school)
        return [
            Entry("school", rows='[{ school_id = 1, name = "School" }]', reasons=[f"{said}: one was made up"]),
            Entry(
                "calendar",
                rows=f'[{{ calendar_id = 1, school_id = 1, end_year = {year}, name = "School {short}" }}]',
                reasons=[drafting.years.said],
            ),
            catalog,
            Entry("catalog_school", rows=f"[{{ school_id = 1, end_year = {year}, catalog_id = 1 }}]"),
        ]
    own = guess.ids["school"]
    name = look.find("", "name") or own
    school = Entry("school", look.name)
    held = reference.column.name
    if not own.filled.is_in(reference.column.filled.unique().implode()).all():
        school.lookups = [
            drafting.lookup(drafting.course_look, "Held", {own.name: held}, missing='"blank"', take='"first"')
        ]
        school.needs = [f"Held.{held}"]
        school.reasons = [f"the rows of {look.file.name} that {held} of {drafting.course_look.file.name} leads to"]
    ids = {"school_id": drafting.id_of("school", own.name)}
    calendar = Entry(
        "calendar", look.name, lookups=school.lookups, needs=school.needs, reasons=[drafting.years.said]
    )
    used = Entry("catalog_school", look.name, lookups=school.lookups, needs=school.needs)
    number = look.find("", "short") or own
    school.columns = {**ids, "number": quoted(number.name), "name": quoted(name.name)}
    # names of calendars are unique
    named = quoted(name.name) if name.is_complete and name.is_unique else _joined([name.name, own.name])
    calendar.columns = {
        **ids,
        "calendar_id": ids["school_id"],
        "end_year": f"{{ value = {year} }}",
        "name": named,
    }
    used.columns = {**ids, "end_year": f"{{ value = {year} }}", "catalog_id": "{ value = 1 }"}
    for entry in (school, calendar, used):
        drafting.only_those_there(entry, look)
    return [school, calendar, catalog, used]


def _joined(headers: Sequence[str]) -> str:
    return table({"join": f"[{', '.join(quoted(header) for header in dict.fromkeys(headers))}]", "with": '" "'})
