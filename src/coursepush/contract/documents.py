"""The contract, section by section: rules of a push, model of a district, grades, what-ifs, and the glossary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from coursepush.contract.plain import plain_text, unmarked
from coursepush.errors import RequestError

DOCUMENTS: dict[str, str] = {
    "rules": "plan/RULES.md",
    "model": "model/MODEL.md",
    "grades": "forecast/GRADES.md",
    "scenario": "scenario/SCENARIO.md",
    "statewide": "statewide/STATEWIDE.md",
    "glossary": "model/GLOSSARY.md",
}
"""What each is asked for by, and where it stands in the package. A number alone is a section of the rules."""

_HOW: dict[str, str] = {
    "rules": "One section: `coursepush rules 4.2`. All of it: `coursepush rules rules`.",
    "model": "One section: `coursepush rules model 5`. All of it: `coursepush rules model`.",
    "grades": "One section: `coursepush rules grades 4`. All of it: `coursepush rules grades`.",
    "scenario": "One section: `coursepush rules scenario 3`. All of it: `coursepush rules scenario`.",
    "statewide": "One section: `coursepush rules statewide 2`. All of it: `coursepush rules statewide`.",
    "glossary": "One word: `coursepush rules orphan`. All of it: `coursepush rules glossary`.",
}

_HEADING = re.compile(r"^(#{1,3}) (?:(\d+(?:\.\d+)*)\.? )?(.*)$")
_TERM = re.compile(r"^\*\*(.+?)\*\*")
_ASKED = re.compile(r"(?:(?P<document>[a-z]+)(?:\.md)?)?\s*(?P<number>\d+(?:\.\d+)*)?\.?")


@dataclass(frozen=True, slots=True)
class Passage:
    """A section, a whole document, a term of the glossary, or the list of what there is.

    Attributes:
        document: ``rules``, ``model``, ``grades``, ``scenario`` or ``glossary``; empty for the list.
        number: the section's; empty for what has none.
        title: its heading.
        text: Markdown, the heading and sections within it included. A notebook shows it so; `str` and `print` give
            plain text of 80 columns.
    """

    document: str
    number: str
    title: str
    text: str

    def __str__(self) -> str:
        return plain_text(self.text)

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return self.text


def rules(section: str | float | None = None) -> Passage:
    """The rules of a push, a section at a time; also the model, how grades are made, what-ifs, and the glossary.

    A notebook shows what comes back as formatted text, `print` as plain text of 80 columns.

    Args:
        section: ``"4.2"``, a section of the rules, as :meth:`District.why` names them; ``"model 5"``, one of the
            model; ``"grades 4"``, one of the calculation of grades; ``"orphan"``, a word of the glossary;
            ``"rules"``, ``"model"``, ``"grades"``, ``"scenario"`` or ``"glossary"``, all of it. By default the
            list of what there is.

    Raises:
        RequestError: there is no such section or word; the message lists what there is.

    >>> print(cp.rules("orphan"))
    orphan: a row that came from the level above, where it is no more (2.2).
    """
    asked = section
    if asked is None or not str(asked).strip():
        return _contents()
    words = " ".join(str(asked).split())
    told = _ASKED.fullmatch(words.lower())
    if told is not None and (told["document"] in DOCUMENTS or told["document"] is None):
        document = told["document"] or "rules"
        return _section(document, told["number"]) if told["number"] else _whole(document)
    return _term(words)


def sections_of(document: str) -> Sequence[Passage]:
    """The numbered sections of a document in order, each with those within it."""
    return [one for one in _passages(document) if one.number]


def terms() -> dict[str, str]:
    """The glossary: a term → what it is, as Markdown, the term in front."""
    paragraphs = (" ".join(one.split("\n")) for one in _read("glossary").split("\n\n"))
    return {told[1]: one for one in paragraphs if (told := _TERM.match(one)) is not None}


def _whole(document: str) -> Passage:
    return _passages(document)[0]


def _section(document: str, number: str) -> Passage:
    there = {one.number: one for one in sections_of(document)}
    if number not in there:
        if not there:
            raise RequestError(
                f"The {document} has no numbered sections. Ask for a term of it, such as 'orphan', or leave the "
                "number out."
            )
        listed = ", ".join(f"{one.number} {one.title}" for one in there.values())
        raise RequestError(f"There is no section {number!r} in the {document}. There are: {listed}.")
    return there[number]


def _term(words: str) -> Passage:
    asked = words.lower().removeprefix("glossary ")
    known = terms()
    names = {name.lower(): name for name in known}
    name = names.get(asked)
    if name is None:
        near = [names[one] for one in names if asked in re.split(r"[\s*,()-]+", one)]
        if len(near) != 1:
            raise RequestError.unknown(
                "section or term", words, (*DOCUMENTS, *(one.number for one in sections_of("rules")), *known)
            )
        name = near[0]
    return Passage("glossary", "", name, known[name])


def _contents() -> Passage:
    lines = ["# What there is to read", ""]
    for document in DOCUMENTS:
        whole = _whole(document)
        numbered = sections_of(document)
        lines += [f"## {whole.title}", "", _HOW[document], ""]
        for one in numbered:
            indent = "  " * one.number.count(".")
            lines.append(f"{indent}- {one.number} {one.title}")
        lines.append("")
    return Passage("", "", "What there is to read", "\n".join(lines).rstrip() + "\n")


@cache
def _read(document: str) -> str:
    return files("coursepush").joinpath(DOCUMENTS[document]).read_text("utf-8")


@cache
def _passages(document: str) -> tuple[Passage, ...]:
    """The document itself, and each heading in it with what belongs to it."""
    lines = _read(document).splitlines()
    heads = [(place, told) for place, line in enumerate(lines) if (told := _HEADING.match(line)) is not None]
    found: list[Passage] = []
    for number, (start, told) in enumerate(heads):
        depth = len(told[1])
        end = next((place for place, other in heads[number + 1 :] if len(other[1]) <= depth), len(lines))
        text = "\n".join(lines[start:end]).rstrip() + "\n"
        found.append(Passage(document, told[2] or "", unmarked(told[3]), text))
    return tuple(found)
