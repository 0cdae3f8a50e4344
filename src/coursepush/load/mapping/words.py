"""Names of files and columns taken apart into words, and what the words mean in the systems of schools."""

from __future__ import annotations

import re

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

_NOISE = frozenset(
    {"sis", "lms", "source", "system", "sourced", "ref", "the", "tbl", "mdl", "dbo", "stg", "export", "v"}
)
"""Words that say where a thing is from, not what it is: SIS ID, LMSSection, sourcedId, mdl_course."""

_SINGULAR = {
    "classes": "class",
    "people": "person",
    "staff": "staff",
    "faculty": "faculty",
    "campus": "campus",
    "status": "status",
    "ids": "ids",
}

ID_WORDS = frozenset({"id", "ids", "identifier", "key", "guid", "uuid", "pk"})

MEANINGS = {
    **dict.fromkeys(
        ("school", "org", "organization", "organisation", "account", "campus", "building", "site"), "school"
    ),
    **dict.fromkeys(("course", "module"), "course"),
    **dict.fromkeys(("section", "class"), "section"),
    **dict.fromkeys(("term", "session", "semester", "trimester", "quarter"), "term"),
    **dict.fromkeys(("user", "person"), "user"),
    **dict.fromkeys(("teacher", "staff", "instructor", "faculty", "educator"), "teacher"),
    **dict.fromkeys(("student", "pupil", "learner"), "student"),
    **dict.fromkeys(
        ("enrollment", "enrolment", "registration", "roster", "membership", "association", "schedule"),
        "enrollment",
    ),
    **dict.fromkeys(("assignment", "assessment", "lineitem", "item", "activity"), "assignment"),
    **dict.fromkeys(("score", "submission", "result", "grade", "mark"), "score"),
    **dict.fromkeys(("category", "group"), "category"),
}
"""What a word of a file's or column's name means, where it means a thing of the model."""

_ATTRIBUTES: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("first", (("first", "name"), ("given", "name"), ("firstname",), ("forename",))),
    ("last", (("last", "name"), ("family", "name"), ("lastname",), ("surname",))),
    ("short", (("short", "name"), ("shortname",), ("code",), ("number",), ("no",), ("nr",), ("nbr",), ("num",))),
    ("name", (("long", "name"), ("full", "name"), ("fullname",), ("name",), ("title",), ("itemname",))),
    ("start", (("start", "date"), ("start", "time"), ("start",), ("begin", "date"), ("startdate",))),
    ("end", (("end", "date"), ("end", "time"), ("end",), ("enddate",))),
    ("due", (("due", "date"), ("due", "at"), ("due",), ("duedate",), ("due", "date", "time"))),
    (
        "points",
        (
            ("max", "point"),
            ("point", "possible"),
            ("total", "point"),
            ("maxpoint",),
            ("grademax",),
            ("max", "score"),
            ("point",),
        ),
    ),
    ("earned", (("earned", "point"), ("score",), ("final", "grade"), ("finalgrade",), ("result",))),
    ("weight", (("weight",), ("percent",), ("category", "weight"))),
    ("drop", (("drop", "low"), ("droplow",), ("drop", "lowest"))),
    ("role", (("role",), ("user", "role"), ("type",))),
    ("status", (("status",), ("state",), ("workflow", "state"))),
    ("subject", (("subject",), ("department",), ("sched", "department"))),
    ("description", (("description",), ("summary",))),
    ("year", (("year",), ("school", "year"), ("end", "year"))),
    ("category", (("category",), ("group",))),
)
"""What a column says of the thing it belongs to, by the words of its name without the thing's own."""


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, lower case and singular: ``LMSUserSourceSystemIdentifier`` is user, identifier."""
    parts = [_singular(part.lower()) for part in _PARTS.findall(name)]
    # courseid, itemid: run together
    found = [
        word
        for part in parts
        for word in ((part[:-2], "id") if part.endswith("id") and part[:-2] in MEANINGS else (part,))
    ]
    return tuple(word for word in found if word not in _NOISE) or tuple(found)


def _singular(word: str) -> str:
    if word in _SINGULAR:
        return _SINGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def thing_of_file(name: str) -> str | None:
    """What the rows of a file are by its name: school, course, section, ...; None where it says nothing."""
    words = words_of(name)
    found = {MEANINGS[word] for word in words if word in MEANINGS}
    text = "".join(words)
    if {"catalog", "master"} & set(words) and "course" in found:
        return "master"
    if "gradingperiod" in text or "markingperiod" in text or "academicsession" in text:
        return "term"
    if "enrollment" in found:
        return "roster" if "teacher" in found else "enrollment"
    if "score" in found and "category" in found:
        return "category"
    if "assignment" in found and "category" in found:
        return "category"
    if "score" in found and "item" in words:
        return "assignment"
    if "student" in found and found & {"assignment", "score"}:
        return "score"
    if "score" in found:
        return "score"
    if "student" in found and "section" in found:
        return "enrollment"
    if "teacher" in found and "section" in found:
        return "roster"
    for thing in ("assignment", "category", "section", "course", "term", "teacher", "student", "user", "school"):
        if thing in found:
            return thing
    return None


def meaning_of(header: str, own: str | None) -> tuple[str, str]:
    """Of which thing a column of a file of `own` things tells what: ``Course_name`` is course, name.

    The thing is empty where the header does not say one: then it is the row's own. ``id`` is an identifier,
    ``ids`` a list of them; what is empty where the words are not known.
    """
    words = list(words_of(header))
    ids = [word for word in words if word in ID_WORDS]
    plain = [word for word in words if word not in ID_WORDS]
    numbers = [word for word in plain if word.isdigit()]
    if ids and (numbers or "parent" in plain):
        return "", ""  # Teacher_2_id is one of several, and not the first; a parent is not the thing itself
    if ids:
        if "year" in plain:
            return "term", "id"  # a school year is one of the sessions, where sessions have ids
        things = [MEANINGS[word] for word in plain if word in MEANINGS]
        if plain and not things:
            return "", ""
        return (things[-1] if things else ""), ("ids" if "ids" in ids else "id")
    for drop in range(len(words) + 1):
        thing = MEANINGS.get(words[drop - 1], "") if drop else ""
        if drop and not thing:
            break
        rest = tuple(words[drop:])
        if drop and not rest and thing != own:
            return thing, "name"  # a column that is called Term holds the term's name
        for what, forms in _ATTRIBUTES:
            if rest in forms:
                return ("" if thing == own else thing), what
    return "", ""
