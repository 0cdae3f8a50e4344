"""Terms of a draft, and which of them sections meet in: numbered in their order, written down one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coursepush.load.mapping.draft_entry import Entry, key, quoted, table
from coursepush.load.mapping.draft_years import terms_in_order
from coursepush.load.mapping.guess import Look, LookColumn

if TYPE_CHECKING:
    from coursepush.load.mapping.draft_guess import Drafting

_DAY = r"^\d{4}-\d{2}-\d{2}"


def terms(drafting: Drafting) -> list[Entry]:
    """term and section_term, by the column that names the term or leads to it."""
    carrier = _carrier(drafting)
    if carrier is None:
        return _of_one_school(drafting)
    look, column = carrier
    guess = drafting.guess
    listed_in = guess.looks.get("term") if "term" in guess.ids else None
    numbers = terms_in_order(look, column) if listed_in is None else terms_in_order(listed_in, guess.ids["term"])
    term = Entry("term", look.name, merge=["calendar_id", "term_seq"])
    meets = Entry("section_term", look.name)
    if numbers is None:
        term.doubts.append(f"{column.name} names more terms than can be written down")
    seq = "…" if numbers is None else _numbered(column.name, numbers)
    if any("," in value for value in column.filled.unique().to_list()):
        for entry in (term, meets):
            entry.doubts.append(
                f"{column.name} lists several terms in a cell: a view can take it apart, see [view.NAME]"
            )
    for entry in (term, meets):
        if not column.is_complete:
            entry.needs.append(column.name)
        drafting.only_those_there(entry, look)
    if look is drafting.course_look or drafting.school is None:
        term.columns["calendar_id"] = drafting.calendar_id()
    else:
        course, of_section = drafting.course_look, guess.reference(look, "course")
        if course is not None and of_section is not None:
            by = {of_section.column.name: guess.ids["course"].name}
            term.lookups.append(drafting.lookup(course, "Course", by))
            term.columns["calendar_id"] = drafting.calendar_id("Course.")
    term.columns["term_seq"] = seq
    term.reasons = [
        f"numbered in their order by {column.name}; a new term needs a number here and in section_term"
    ]
    if listed_in is None:
        term.columns["name"] = quoted(column.name)
        term.columns |= _dates(look, "term", "")
    else:
        term.lookups.append(
            drafting.lookup(listed_in, "Term", {column.name: guess.ids["term"].name}, missing='"blank"')
        )
        name = listed_in.find("", "name") or guess.ids["term"]
        term.columns["name"] = quoted(f"Term.{name.name}")
        term.columns |= _dates(listed_in, "", "Term.")
    return [term, *_meets(drafting, meets, look, column, numbers)]


def _carrier(drafting: Drafting) -> tuple[Look, LookColumn] | None:
    """The file that says which term a section or course is in, sections first, and its column for it."""
    for look in (drafting.section, drafting.course):
        if look is None:
            continue
        found = look.find("term", "name") if "term" not in drafting.guess.ids else None
        led = drafting.guess.reference(look, "term")
        if found is not None:
            return look, found
        if led is not None and (led.is_sure or "," in "".join(led.column.filled.unique().to_list())):
            return look, led.column
    return None


def _of_one_school(drafting: Drafting) -> list[Entry]:
    """term, where nothing leads to the terms: all of them, if there is one calendar for everything."""
    guess, look = drafting.guess, drafting.guess.looks.get("term")
    if look is None or "term" not in guess.ids or drafting.school is not None:
        return []
    numbers = terms_in_order(look, guess.ids["term"])
    if numbers is None:
        return []
    entry = Entry("term", look.name)
    name = look.find("", "name") or guess.ids["term"]
    entry.columns = {
        "calendar_id": "{ value = 1 }",
        "term_seq": _numbered(guess.ids["term"].name, numbers),
        "name": quoted(name.name),
    } | _dates(look, "", "")
    drafting.only_those_there(entry, look)
    return [entry]


def _meets(
    drafting: Drafting, entry: Entry, look: Look, column: LookColumn, numbers: dict[str, int] | None
) -> list[Entry]:
    if numbers is None:
        return []
    guess, section = drafting.guess, drafting.section
    if look is section and "section" in guess.ids:
        entry.columns = {
            "section_id": drafting.id_of("section", guess.ids["section"].name),
            "term_seq": _numbered(column.name, numbers),
        }
        return [entry]
    led = None if section is None else guess.reference(section, "course")
    if section is None:
        entry.columns = {
            "section_id": drafting.id_of("course", guess.ids["course"].name),
            "term_seq": _numbered(column.name, numbers),
        }
        return [entry]
    if led is None or "section" not in guess.ids or drafting.course is None:
        return []
    doubts = entry.doubts
    entry = Entry(
        "section_term", section.name, doubts=doubts, reasons=["a section meets in the term of its course"]
    )
    by = {led.column.name: guess.ids["course"].name}
    entry.lookups = [drafting.lookup(drafting.course, "Course", by)]
    if not column.is_complete:
        entry.needs = [f"Course.{column.name}"]
    entry.columns = {
        "section_id": drafting.id_of("section", guess.ids["section"].name),
        "term_seq": _numbered(f"Course.{column.name}", numbers),
    }
    drafting.only_those_there(entry, section)
    return [entry]


def _numbered(header: str, numbers: dict[str, int]) -> str:
    values = table({key(name): str(number) for name, number in numbers.items()})
    return table({"column": quoted(header), "values": values, "otherwise": '"refuse"'})


def _dates(look: Look, thing: str, prefix: str) -> dict[str, str]:
    """Where a term begins and ends, if the dates are written as they are read."""
    found: dict[str, str] = {}
    for ours, what in (("start_date", "start"), ("end_date", "end")):
        column = look.find(thing, what)
        if column is not None and column.filled.str.contains(_DAY).all():
            found[ours] = quoted(f"{prefix}{column.name}")
    return found
