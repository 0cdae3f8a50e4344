"""Random edits of a scenario, such as a district allows, and some that it refuses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from scenario_oracle import ARGUMENTS, DEFAULTS, FAMILIES, KEYS, OWNERS, Refused, Row, Tables, edited

_KINDS = (
    ("set", 12),
    ("remove", 4),
    ("info", 3),
    ("ignore", 2),
    ("assign", 2),
    ("lock", 2),
    ("unlock", 3),
    ("link", 3),
    ("unlink", 2),
    ("realign", 3),
)
_ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "name": ("Algebra", "Biology"),
    "number": ("N1", "N2"),
    "department": ("Science", None),
    "is_advisory": (True, False, None),
    "gpa_weight": (Decimal("1.1000"), None),
}


def random_edits(
    seed: int, tables: Tables, often: int = 6, *, work: bool = True, steps: bool = False
) -> Iterator[tuple[str, Row, Tables | None]]:
    """Edits one after the other: the kind, its arguments, and the tables after it (None where it is refused).

    `work`: of students' work as well. `steps`: one of the year's steps first, every other time.
    """
    rng = random.Random(f"edits {seed}")
    district = tables
    if steps and rng.random() < 0.5:
        do, given = rng.choice((_roll, _copy))(rng, tables)
        tables = edited(tables, do, given, district)
        yield do, given, tables
    kinds = [(name, weight) for name, weight in _KINDS if work or name != "realign"]
    for _ in range(rng.randint(1, often)):
        do = rng.choices([name for name, _ in kinds], [weight for _, weight in kinds])[0]
        given = _ARGUMENTS[do](rng, tables)
        if given is None:
            continue
        try:
            after = edited(tables, do, given, district)
        except Refused:
            yield do, given, None
            continue
        yield do, given, after
        tables = after


def _whom(rng: random.Random, tables: Tables, levels: tuple[str, ...]) -> tuple[str, Row] | None:
    level = rng.choice(levels)
    table, key = OWNERS[level]
    ids = sorted(row[key] for row in tables[table])
    if not ids:
        return None
    if level == "master":
        catalog = rng.choice(tables["course_master"])["catalog_id"]
        own = sorted(row["master_id"] for row in tables["course_master"] if row["catalog_id"] == catalog)
        return level, {"catalog": catalog, **({} if rng.random() < 0.5 else {"masters": _some(rng, own)})}
    if level == "course":
        if rng.random() < 0.2:
            return level, {"calendar": rng.choice(tables["course"])["calendar_id"]}
        if rng.random() < 0.2:
            return level, {"courses": rng.choice(tables["course"])["number"]}
    return level, {f"{level}s": _some(rng, ids)}


def _some(rng: random.Random, ids: list[int]) -> list[int]:
    return rng.sample(ids, rng.randint(1, min(3, len(ids))))


def _setup(rng: random.Random, tables: Tables) -> tuple[str, Row, str] | None:
    """A data type, and whom an edit of its rows is about."""
    element = rng.choice(sorted(FAMILIES))
    levels = ("master", "course", "section") if f"section_{FAMILIES[element]}" in tables else ("master", "course")
    found = _whom(rng, tables, levels)
    return None if found is None else (element, found[1], found[0])


def _key(rng: random.Random, tables: Tables, element: str, level: str) -> Row:
    """A key that some row of that level has, mostly."""
    family = FAMILIES[element]
    rows = tables[f"{level}_{family}"]
    standards = {row["task_id"] for row in tables["grading_task"] if row["is_standard"]}
    if family == "task":
        rows = [row for row in rows if (row["task_id"] in standards) == (element == "standards")]
    tasks = sorted(row["task_id"] for row in tables["grading_task"])
    if family == "task":
        tasks = [task for task in tasks if (task in standards) == (element == "standards")]
    if rows and rng.random() < 0.75:
        row = rng.choice(rows)
        return {name: row[column] for name, column in KEYS[family].items()}
    return {
        "task": lambda: {"task": rng.choice(tasks)},
        "category": lambda: {"name": rng.choice(("Tests", "tests", "Projects", "Homework"))},
        "grade_calc": lambda: {"task": rng.choice(tasks), "term": rng.randint(1, 3)},
        "composite": lambda: {
            "task": rng.choice(tasks),
            "term": rng.randint(1, 3),
            "child": rng.choice(tasks),
            "child_term": rng.randint(1, 3),
        },
        "assessment": lambda: {"test": rng.choice(tables["assessment_test"])["test_id"]},
    }[family]()


def _value(rng: random.Random, tables: Tables, name: str) -> Any:
    tasks = sorted(row["task_id"] for row in tables["grading_task"])
    return {
        "weight": lambda: rng.choice((Decimal("0.0000"), Decimal("40.0000"), Decimal("12.5000"))),
        "sequence": lambda: rng.choice((None, 1, 7)),
        "is_excluded": lambda: rng.random() < 0.5,
        "drop_lowest": lambda: rng.randint(0, 2),
        "task_ids": lambda: rng.sample(tasks, rng.randint(0, min(2, len(tasks)))),
        "score_group_id": lambda: rng.choice([None, *(row["score_group_id"] for row in tables["score_group"])]),
        "credit_type": lambda: rng.choice((None, "Elective")),
        "credit": lambda: rng.choice((None, Decimal("0.5000"))),
        "term_gpa": lambda: rng.choice((None, Decimal("1.0000"))),
        "is_post_only": lambda: rng.random() < 0.5,
        "calc_type": lambda: rng.choice(("none", "in_progress")),
        "scale_id": lambda: rng.choice([None, *(row["scale_id"] for row in tables["grading_scale"])]),
        "weight_categories": lambda: rng.random() < 0.5,
        "use_percent": lambda: rng.random() < 0.5,
        "last_n": lambda: rng.choice((None, 3)),
        "cumulative_from_term_seq": lambda: rng.choice((None, 1)),
        "standard_task_id": lambda: rng.choice([None, *tasks]),
        "start_date": lambda: None,
        "end_date": lambda: None,
        "copies_forward": lambda: rng.random() < 0.5,
    }[name]()


def _set(rng: random.Random, tables: Tables) -> Row | None:
    found = _setup(rng, tables)
    if found is None:
        return None
    element, whom, level = found
    names = [name for name in DEFAULTS[FAMILIES[element]] if rng.random() < 0.4]
    values = {ARGUMENTS.get(name, name): _value(rng, tables, name) for name in names}
    if element == "categories" and rng.random() < 0.2:
        values["rename"] = rng.choice(("Quizzes", "Labs", "Tests"))
    return {"element": element, **_key(rng, tables, element, level), **values, **whom}


def _remove(rng: random.Random, tables: Tables) -> Row | None:
    found = _setup(rng, tables)
    return None if found is None else {"element": found[0], **_key(rng, tables, found[0], found[2]), **found[1]}


def _info(rng: random.Random, tables: Tables) -> Row | None:
    found = _whom(rng, tables, ("master", "course"))
    if found is None:
        return None
    name = rng.choice(sorted(_ATTRIBUTES))
    return {name: rng.choice(_ATTRIBUTES[name]), **found[1]}


def _ignore(rng: random.Random, tables: Tables) -> Row | None:
    found = _whom(rng, tables, ("course",))
    return None if found is None else {**found[1], "on": rng.random() < 0.6}


def _assign(rng: random.Random, tables: Tables) -> Row | None:
    found = _whom(rng, tables, ("course",))
    if found is None:
        return None
    if rng.random() < 0.4:
        return found[1]
    master = rng.choice(tables["course_master"])
    return {**found[1], "catalog": master["catalog_id"], "master": master["master_id"]}


def _locks(rng: random.Random, tables: Tables) -> Row:
    known = [*FAMILIES, "composite_weights", "course_info.name", "course_info.number", "course_info.department"]
    return {"catalog": rng.choice(tables["catalog"])["catalog_id"], "locks": rng.sample(known, rng.randint(1, 3))}


def _links(rng: random.Random, tables: Tables) -> Row | None:
    element = rng.choice(sorted(FAMILIES))
    levels = ("course", "section") if f"section_{FAMILIES[element]}" in tables else ("course",)
    found = _whom(rng, tables, levels)
    if found is None:
        return None
    names = {"name": rng.choice(("Tests", "Homework"))} if element == "categories" and rng.random() < 0.4 else {}
    return {"element": element, **names, **found[1]}


def _realign(rng: random.Random, tables: Tables) -> Row | None:
    if rng.random() < 0.5 or not tables["section_category"]:
        if not tables["section"]:
            return None
        tasks = sorted(row["task_id"] for row in tables["grading_task"])
        first, second = rng.sample(tasks, 2)
        sections = sorted(row["section_id"] for row in tables["section"])
        return {"sections": _some(rng, sections), "task": first, "to": second}
    section = rng.choice(tables["section_category"])["owner_id"]
    names = sorted(row["name"] for row in tables["section_category"] if row["owner_id"] == section)
    return {"sections": section, "category": rng.choice(names), "to": rng.choice([*names, "Nowhere"])}


_ARGUMENTS = {
    "set": _set,
    "remove": _remove,
    "info": _info,
    "ignore": _ignore,
    "assign": _assign,
    "lock": _locks,
    "unlock": _locks,
    "link": _links,
    "unlink": _links,
    "realign": _realign,
}


def _roll(rng: random.Random, tables: Tables) -> tuple[str, Row]:
    calendar = rng.choice(tables["calendar"])["calendar_id"]
    return "roll", {"calendar": calendar, "name": "Rolled", "inactive": rng.random() < 0.5}


def _copy(rng: random.Random, tables: Tables) -> tuple[str, Row]:
    masters = tables["course_master"]
    source = rng.choice(masters)
    data = rng.sample(["course_info", *sorted(FAMILIES)], 3)
    given: Row = {"catalog": source["catalog_id"], "master": source["master_id"]}
    others = [
        row["master_id"]
        for row in masters
        if row["catalog_id"] == source["catalog_id"] and row["master_id"] != source["master_id"]
    ]
    if others and rng.random() < 0.5:
        return "copy_master", {**given, "onto": sorted(_some(rng, others)), "data": data}
    new: Row = {"number": "C9", "name": "Copy"}
    if rng.random() < 0.5:
        new["to_catalog"] = rng.choice(tables["catalog"])["catalog_id"]
    return "copy_master", {**given, **new, **({"data": data} if rng.random() < 0.5 else {})}
