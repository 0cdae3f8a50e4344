"""A scenario as Python: each edit as the method that makes it."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from coursepush.calls import call_text
from coursepush.scenario.edits import Edit

_SETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "categories": ("category", ("name",)),
    "grading_tasks": ("grading_task", ("task",)),
    "standards": ("standard", ("task",)),
    "assessments": ("assessment", ("test",)),
    "grade_calc_options": ("option", ("task", "term")),
    "composite_grades": ("composite", ("task", "term", "child", "child_term")),
}
"""The method that sets a row of a data type, and its arguments without a name."""

_METHODS: dict[str, tuple[str, tuple[str, ...]]] = {
    "remove": ("remove", ("element",)),
    "info": ("info", ()),
    "new_master": ("new_master", ("catalog", "number", "name")),
    "assign": ("assign", ("courses",)),
    "ignore": ("ignore", ("courses",)),
    "use_catalog": ("use_catalog", ("school", "year", "catalog")),
    "new_catalog": ("new_catalog", ("name",)),
    "link": ("link", ("element",)),
    "unlink": ("unlink", ("element",)),
    "copy_master": ("copy_master", ("catalog", "master")),
    "roll": ("roll", ("calendar",)),
    "realign": ("realign", ("sections",)),
    "sql": ("edit_sql", ("text",)),
}
"""The same of the other edits but locks."""


def edit_code(edit: Edit, name: str) -> str:
    """``w.category("Tests", weight=45, catalog="High School")``, in the scenario that is called `name`."""
    given = {key: _plain(value) for key, value in edit.given.items()}
    if edit.do in ("lock", "unlock"):
        locks = given["locks"]
        return call_text(
            f"{name}.{edit.do}", [given["catalog"], *(locks if isinstance(locks, list) else [locks])], {}
        )
    if edit.do == "set":
        method, first = _SETS[str(given.pop("element"))]
    else:
        method, first = _METHODS[edit.do]
    return call_text(f"{name}.{method}", [given.pop(one, None) for one in first], given)


def variable_names(titles: Sequence[str]) -> list[str]:
    """A variable for each scenario, after its title: ``heavier_tests``, ``w2``."""
    names: list[str] = []
    for number, title in enumerate(titles, 1):
        name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
        is_good = re.fullmatch(r"[a-z]\w*", name) and not keyword.iskeyword(name)
        is_good = is_good and name not in (*names, *_TAKEN)
        names.append(name if is_good else f"w{number}")
    return names


_TAKEN = frozenset({"cp", "dt", "district"})


def _plain(value: Any) -> Any:
    """A value that can be written down in code: numbers of a file are decimals."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
