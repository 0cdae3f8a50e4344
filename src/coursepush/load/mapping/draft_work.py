"""Categories, assignments and scores of a draft, where the files have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coursepush.load.mapping.draft_entry import Entry, key_rule, quoted
from coursepush.load.mapping.guess import Look

if TYPE_CHECKING:
    from coursepush.load.mapping.draft_guess import Drafting


def work(drafting: Drafting) -> list[Entry]:
    """section_category, assignment and score."""
    categories = _categories(drafting)
    return [*categories, *_assignments(drafting, categories), *_scores(drafting)]


def _categories(drafting: Drafting) -> list[Entry]:
    guess = drafting.guess
    look = guess.looks.get("category")
    if look is not None and (led := drafting.section_of(look)) is not None:
        entry = Entry("section_category", look.name)
        if "category" in guess.ids:
            entry.columns["row_id"] = drafting.id_of("category", guess.ids["category"].name)
        entry.columns["owner_id"] = drafting.section_id(led.column.name)
        drafting.doubt(entry, led)
        if (name := look.find("", "name", "short")) is not None:
            entry.columns["name"] = quoted(name.name)
            if not name.is_complete:
                entry.needs.append(name.name)
        for ours, what in (("weight", "weight"), ("drop_lowest", "drop")):
            if (column := look.find("", what)) is not None:
                entry.columns[ours] = quoted(column.name)
        drafting.only_those_there(entry, look)
        return [entry]
    assignments = guess.looks.get("assignment")
    named = None if assignments is None else assignments.find("", "category")
    led = None if assignments is None else drafting.section_of(assignments)
    if assignments is None or named is None or led is None:
        return []
    entry = Entry("section_category", assignments.name, merge=["row_id"])
    entry.reasons = [f"no file of categories: those that {named.name} of {assignments.file.name} names"]
    entry.columns = {
        "row_id": key_rule([led.column.name, named.name]),
        "owner_id": drafting.section_id(led.column.name),
        "name": quoted(named.name),
    }
    if not named.is_complete:
        entry.needs.append(named.name)
    drafting.doubt(entry, led)
    return [entry]


def _assignments(drafting: Drafting, categories: list[Entry]) -> list[Entry]:
    guess, look = drafting.guess, drafting.guess.looks.get("assignment")
    if look is None:
        return []
    entry = Entry("assignment", look.name)
    if "assignment" in guess.ids:
        entry.columns["assignment_id"] = drafting.id_of("assignment", guess.ids["assignment"].name)
    led = drafting.section_of(look)
    if led is not None:
        entry.columns["section_id"] = drafting.section_id(led.column.name)
        drafting.doubt(entry, led)
    if categories and (category := _category(drafting, look, led.column.name if led else "")):
        entry.columns["category_row_id"] = category
    name = look.find("", "name", "short")
    if name is not None:
        entry.columns["name"] = quoted(name.name)
        if not name.is_complete:
            entry.needs.append(name.name)  # totals of courses and categories have none
    if (points := look.find("", "points")) is not None:
        entry.columns["points"] = quoted(points.name)
    due = look.find("", "due")
    if due is not None and due.filled.str.contains(r"^\d{4}-\d{2}-\d{2}").all():
        entry.columns["due_date"] = quoted(due.name)
    drafting.only_those_there(entry, look)
    return [entry]


def _category(drafting: Drafting, look: Look, section: str) -> str:
    """How an assignment leads to its category: by id, else by the name that its category was made of."""
    reference = drafting.guess.reference(look, "category")
    if "category" in drafting.guess.ids and reference is not None and reference.is_sure:
        return drafting.id_of("category", reference.column.name)
    named = look.find("", "category")
    return (
        "" if named is None or not section or "category" in drafting.guess.ids else key_rule([section, named.name])
    )


def _scores(drafting: Drafting) -> list[Entry]:
    guess, look = drafting.guess, drafting.guess.looks.get("score")
    if look is None:
        return []
    entry = Entry("score", look.name)
    assignment, student = guess.reference(look, "assignment"), guess.reference(look, "student", "user")
    if assignment is not None:
        entry.columns["assignment_id"] = drafting.id_of("assignment", assignment.column.name)
        drafting.doubt(entry, assignment)
    if student is not None:
        entry.columns["student_id"] = drafting.id_of("student", student.column.name)
    if (points := look.find("", "earned", "points")) is not None:
        entry.columns["points"] = f"{{ column = {quoted(points.name)}, numbers = true }}"
    return [entry] if len(entry.columns) > 1 else []
