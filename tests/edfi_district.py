"""A small Ed-Fi district by the reader's field names, and its forms: CSV, XML interchanges, JSON resources."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.resources import RESOURCES, json_paths

Value = str | None | list[str | None]
Entity = dict[str, Value]
Rows = dict[str, list[Entity]]

NAMESPACE = "http://ed-fi.org/5.2.0"


def tiny() -> Rows:
    """Two schools, one course code that both have."""
    year: Entity = {"school": "10", "end_year": "2016-2017"}
    fall: Entity = {"session": "Fall", "start_date": "8/22/2016 0:00", "end_date": "12/16/2016 0:00"}
    offered: Entity = {**year, "session": "Fall", "local_code": "A1", "code": "A1", "org": "10"}
    first: Entity = {"term_seq": "1", "name": "uri://x#Q1", "start_date": "8/22/16 00:00", "end_date": "10/14/16"}
    return {
        "School": [
            {"school": "10", "name": "North", "district": "1"},
            {"school": "9", "name": "South", "district": "1"},
        ],
        "LocalEducationAgency": [{"district": "1", "name": "Two Schools ISD"}],
        "Session": [
            {**year, **fall},
            {**year, **fall, "school": "9"},
            {**year, "session": "Spring", "start_date": "2017-01-03", "end_date": "2017-05-26"},
        ],
        "GradingPeriod": [
            {**year, **first},
            {**year, "term_seq": "2", "name": "uri://x#Q2", "start_date": "10/17/16", "end_date": "12/16/16"},
            {**year, "term_seq": "3", "name": "uri://x#Q3", "start_date": "1/3/2017", "end_date": "3/10/2017"},
            {**year, **first, "school": "9"},
        ],
        "Course": [
            {
                "org": "10",
                "code": "A1",
                "name": "Art (north)",
                "standard": ["S.1", "S.2"],
                "grade": ["uri://x#Ninth grade", "uri://x#Kindergarten"],
            },
            {"org": "9", "code": "A1", "name": "Art", "standard": ["S.2"]},
        ],
        "CourseOffering": [offered, {**offered, "school": "9", "org": "9"}],
        "Section": [section("01"), section("02"), section("01", "9")],
        "LearningStandard": [
            {"code": "S.1", "description": "draw a line;"},
            {"code": "S.2", "description": "Naïve “art” – über alles"},
        ],
    }


def section(number: str, school: str = "10") -> Entity:
    """The fields by which other entities refer to a section of `tiny`."""
    return {
        "number": number,
        "school": school,
        "end_year": "2016-2017",
        "session": "Fall",
        "local_code": "A1",
    }


def staffed() -> Rows:
    """`tiny` with staff, students and their work."""
    teaches: Entity = {**section("01"), "position": "uri://x#Teacher of Record", "start_date": "2016-08-22"}
    essay: Entity = {
        **section("01"),
        "identifier": "E1",
        "namespace": "uri://x",
        "title": "Essay <1> & more",
        "assigned": "2016-08-30",
        "due_date": "2016-09-02",
        "points": "20.5",
        "category": "uri://x#Homework",
        "standard": ["S.2", "S.1"],
    }
    quiz: Entity = {**section("01"), "identifier": "E2", "namespace": "uri://x", "title": "Quiz", "points": "10"}
    q2: Entity = {"period": "uri://x#Q2", "period_seq": "2"}
    graded: Entity = {"status": "uri://x#Graded", "late": "uri://x#Late"}
    return tiny() | {
        "Staff": [
            {"staff": "501", "given": "Staff", "family": "One"},
            {"staff": "502", "family": "Two"},
            {"staff": "503", "given": "Staff", "family": "Three"},
        ],
        "StaffSectionAssociation": [
            {**teaches, "staff": "502", "position": "uri://x#Assistant Teacher"},
            {**teaches, "staff": "501"},
            {**teaches, **section("01", "9"), "staff": "502", "position": "uri://x#Support Teacher"},
        ],
        "StudentSectionAssociation": [
            {**section("01"), "student": "9001", "start_date": "2016-08-22"},
            {**section("01"), "student": "9002", "start_date": "2016-08-22"},
            {**section("01"), "student": "9002", "start_date": "2016-10-22"},
        ],
        "GradebookEntry": [essay, {**quiz, **q2, "category": "uri://x#homework"}],
        "StudentGradebookEntry": [
            {"identifier": "E1", "namespace": "uri://x", "student": "9001", "points": "18.25", **graded},
            {"identifier": "E1", "namespace": "uri://x", "student": "9002", "status": "uri://x#Not Submitted"},
            {
                "identifier": "E2",
                "namespace": "uri://x",
                "student": "9002",
                "percent": "74.00",
                "comment": "Good.",
            },
        ],
        "Grade": [
            {
                **section("01"),
                **q2,
                "student": "9001",
                "start_date": "2016-08-22",
                "type": "uri://x#Grading Period",
                "mark": "B",
                "percent": "81.5",
                "standard": ["S.1", "S.2"],
                "standard_mark": ["3", None],
                "standard_percent": [None, "66"],
            },
            {
                **section("01"),
                **q2,
                "student": "9001",
                "start_date": "2016-08-22",
                "type": "uri://x#Semester",
                "mark": "A",
            },
        ],
    }


# -- CSV -----------------------------------------------------------------------------------------------------


def write_csv(folder: Path, rows: Rows) -> Path:
    """One file a kind; an entity with several values of a field stands in several rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, entities in rows.items():
        fields = KINDS[kind].fields
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([field.header for field in fields])
            for entity in entities:
                writer.writerows(_lines([entity.get(field.name) for field in fields]))
    return folder


def _lines(values: Sequence[Value]) -> Iterator[list[str]]:
    several = zip_longest(*(value for value in values if isinstance(value, list)))
    for place, _ in enumerate(list(several) or [()]):
        yield [
            (value[place] if place < len(value) else None) or "" if isinstance(value, list) else value or ""
            for value in values
        ]


# -- XML -----------------------------------------------------------------------------------------------------


def write_xml(folder: Path, rows: Rows, *, whole: bool = False, refs: bool = False) -> Path:
    """The interchanges in which the kinds usually stand; `whole`: one file that holds everything.

    `refs`: entities get an id, and what refers to one of the same file says its id, not its names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, ET.Element] = {}
    for kind, entities in rows.items():
        name = "Everything" if whole else KINDS[kind].usual
        root = files.setdefault(name, ET.Element(f"Interchange{name}", {"xmlns": NAMESPACE}))
        root.extend(_element(kind, entity) for entity in entities)
    for name, root in files.items():
        if refs:
            _refer(root)
        ET.indent(root, "\t")
        ET.ElementTree(root).write(folder / f"{name}.xml", encoding="UTF-8", xml_declaration=True)
    return folder


def _element(kind: str, entity: Entity) -> ET.Element:
    element = ET.Element(kind)
    made: dict[tuple[str, int], ET.Element] = {}
    for field in KINDS[kind].fields:
        value = entity.get(field.name)
        values = value if isinstance(value, list) else [value]
        repeated = field.repeats.replace(".", "/") if field.repeats else None
        for place, text in enumerate(values):
            if text is not None:
                _put(element, made, field.paths[0], repeated, place, text)
    return element


def _put(
    element: ET.Element,
    made: dict[tuple[str, int], ET.Element],
    path: str,
    repeated: str | None,
    place: int,
    text: str,
) -> None:
    """Set the text at `path`, making what is missing on the way; of the repeated element the one at `place`."""
    parts = path.split("/")
    here = element
    for length in range(1, len(parts) + 1):
        way = "/".join(parts[:length])
        inside = repeated is not None and (way == repeated or way.startswith(repeated + "/"))
        key = (way, place if inside else 0)
        if key not in made:
            made[key] = ET.SubElement(here, parts[length - 1])
        here = made[key]
    here.text = text


def _refer(root: ET.Element) -> None:
    """Give entities ids, and let references that name one of them say its id."""
    known: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
    references = [each for each in root.iter() if each.tag.endswith("Reference") and len(each) == 1]
    wanted = {(each[0].tag.removesuffix("Identity"), tuple(sorted(_leaves(each[0])))) for each in references}
    for number, entity in enumerate(root):
        leaves = set(_leaves(entity))
        for kind, names in sorted(wanted):
            is_organization = kind == "EducationOrganization" and (
                (f"{entity.tag}Id", names[0][1]) in leaves and len(names) == 1
            )
            if is_organization or (kind == entity.tag and names and set(names) <= leaves):
                entity.set("id", f"ID_{number}")
                known.setdefault((kind, names), f"ID_{number}")
    for each in references:
        key = (each[0].tag.removesuffix("Identity"), tuple(sorted(_leaves(each[0]))))
        if key in known:
            each.set("ref", known[key])
            each.remove(each[0])


def _leaves(element: ET.Element, path: str = "") -> Iterator[tuple[str, str]]:
    for child in element:
        way = f"{path}/{child.tag}" if path else child.tag
        if len(child):
            yield from _leaves(child, way)
        else:
            yield way, child.text or ""


# -- JSON ----------------------------------------------------------------------------------------------------

JsonForm = Literal["lines", "list", "indented", "pages", "objects"]

_WHOLE = ("Id", "SchoolYear", "PeriodSequence")
_NUMBERS = ("maxPoints", "pointsEarned", "numericGradeEarned")


def write_json(folder: Path, rows: Rows, form: JsonForm = "lines") -> Path:
    """A file a resource, as programs write what the API gave them.

    `form`: a resource a line; one list; one list over many lines; a list of two a line; objects over many lines.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for kind, entities in rows.items():
        made = [resource(kind, entity, number) for number, entity in enumerate(entities)]
        suffix = "json" if form in ("list", "indented", "objects") else "jsonl"
        (folder / f"{RESOURCES[kind]}.{suffix}").write_text(_written(made, form), "utf-8")
    return folder


def _written(made: list[dict[str, Any]], form: JsonForm) -> str:
    match form:
        case "lines":
            return "".join(json.dumps(each) + "\n" for each in made)
        case "list":
            return json.dumps(made)
        case "indented":
            return json.dumps(made, indent=2, ensure_ascii=False)
        case "pages":
            return "".join(json.dumps(made[at : at + 2]) + "\n" for at in range(0, len(made), 2))
        case "objects":
            return "".join(json.dumps(each, indent=1) + "\n" for each in made)


def resource(kind: str, entity: Entity, number: int = 0) -> dict[str, Any]:
    """An entity as the API gives it, with the bookkeeping that it adds, and an extension of the state's."""
    made: dict[str, Any] = {"id": f"{number:032x}"}
    for field in KINDS[kind].fields:
        path, value = json_paths(kind, field.name)[0], entity.get(field.name)
        if path.repeats is None:
            if value is not None:
                assert isinstance(value, str)
                _set(made, path.path, value)
            continue
        for place, text in enumerate(value if isinstance(value, list) else [value]):
            if text is not None:
                elements = made.setdefault(path.repeats, [])
                elements += [{} for _ in range(place + 1 - len(elements))]
                _set(elements[place], path.path, text)
    for reference in [name for name in made if name.endswith("Reference")]:
        made[reference]["link"] = {"rel": reference, "href": f"/ed-fi/x/{number}"}
    return made | {"_ext": {"state": {"localFlag": True}}, "_etag": str(number), "_lastModifiedDate": "2026-08-01"}


def _set(made: dict[str, Any], path: str, text: str) -> None:
    *before, last = path.split(".")
    for name in before:
        if name.endswith("[0]"):
            made = made.setdefault(name.removesuffix("[0]"), [{}])[0]
        else:
            made = made.setdefault(name, {})
    year = re.fullmatch(r"\d{4}-(\d{4})", text)
    if last == "schoolYear" and year:
        made[last] = int(year[1])
    elif last.endswith(_WHOLE) and re.fullmatch(r"[1-9]\d{0,15}", text) and "Unique" not in last:
        made[last] = int(text)
    elif last in _NUMBERS and re.fullmatch(r"[1-9]\d{0,8}(\.\d{1,4})?", text):
        made[last] = float(text)
    else:
        made[last] = text
