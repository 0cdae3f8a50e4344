"""Which row of a target is which row above it (RULES.md 3), for one owner and one element."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from coursepush.model.tables import SETUP_KEYS, TABLES

NAME_LENGTH = 50


class Row(NamedTuple):
    """A setup row as it stands on a course or section; `values` in the order of the element's columns."""

    row_id: int
    parent_row_id: int | None
    is_link_broken: bool
    values: tuple[Any, ...]


class Upper(NamedTuple):
    """A row of the level above, as a target is to have it.

    `is_unpushable`: it names a task or term that the target lacks (RULES.md 4.3). Where it does not `spread`,
    only rows linked to it want it (5.1).
    """

    row_id: int
    values: tuple[Any, ...]
    is_unpushable: bool = False
    spreads: bool = True


class Pair(NamedTuple):
    upper: Upper
    row: Row | None
    by_link: bool


def fold(name: str) -> str:
    """A category's name, case ignored: lower-cased character by character."""
    return name.lower() if name.isascii() else "".join(character.lower()[0] for character in name)


@dataclass(frozen=True)
class Element:
    """A data type that is kept in rows: its columns, and where among them its key and what it names are."""

    name: str
    family: str
    columns: tuple[str, ...]
    key: Callable[[Sequence[Any]], Any]
    tasks: tuple[int, ...]
    terms: tuple[int, ...]
    is_standard: int | None = None  # tasks and standards share a table

    @property
    def is_category(self) -> bool:
        return self.family == "category"

    def at(self, column: str) -> int:
        return self.columns.index(column)


def _element(
    name: str, family: str, tasks: Iterable[str] = (), terms: Iterable[str] = (), is_standard: int | None = None
) -> Element:
    columns = TABLES[f"master_{family}"].names[2:]  # after row_id, owner_id
    places = [columns.index(column) for column in SETUP_KEYS[family]]
    key = itemgetter(*places)
    if family == "category":
        key = lambda values: fold(values[places[0]])  # noqa: E731
    return Element(
        name,
        family,
        columns,
        key,
        tuple(columns.index(column) for column in tasks),
        tuple(columns.index(column) for column in terms),
        is_standard,
    )


TASKS = (_element("grading_tasks", "task", is_standard=0), _element("standards", "task", is_standard=1))
ASSESSMENTS = _element("assessments", "assessment", tasks=["standard_task_id"])
CATEGORIES = _element("categories", "category")  # the list of its tasks is looked at separately
COMPOSITES = _element(
    "composite_grades", "composite", tasks=["task_id", "child_task_id"], terms=["term_seq", "child_term_seq"]
)
OPTIONS = _element(
    "grade_calc_options", "grade_calc", tasks=["task_id"], terms=["term_seq", "cumulative_from_term_seq"]
)
TO_SECTIONS = (CATEGORIES, COMPOSITES, OPTIONS)


def pair(element: Element, wanted: list[Upper], present: list[Row]) -> tuple[list[Pair], list[Row]]:
    """Pair first by link, then by business key; returns every wanted row, and the present rows left over."""
    by_id = {upper.row_id: upper for upper in wanted}
    children: defaultdict[int, list[Row]] = defaultdict(list)
    left: list[Row] = []
    for row in present:
        if row.parent_row_id in by_id:
            children[row.parent_row_id].append(row)
        else:
            left.append(row)
    linked: dict[int, Row] = {}
    for parent, rows in children.items():
        key = element.key(by_id[parent].values)
        chosen = next((row for row in rows if element.key(row.values) == key), None)
        if chosen is None and element.is_category:
            chosen = min(rows, key=lambda row: element.key(row.values))
        if chosen is not None:
            linked[parent] = chosen
        left += [row for row in rows if row is not chosen]
    by_key = {element.key(row.values): row for row in left}
    pairs: list[Pair] = []
    for upper in wanted:
        row = linked.get(upper.row_id)
        by_link = row is not None
        if not by_link and upper.spreads:
            row = by_key.pop(element.key(upper.values), None)
        pairs.append(Pair(upper, row, by_link))
    return pairs, list(by_key.values())


def blocked(
    element: Element, uppers: Iterable[Upper], post_only: dict[int, bool], terms: set[int], task_lists: TaskLists
) -> list[Upper]:
    """The upper rows as a target is to have them: unpushable ones marked, options of post-only tasks `none`.

    `post_only`: the tasks the course has after the push, and whether each is post-only. `terms`: its calendar's.
    """
    wanted: list[Upper] = []
    for upper in uppers:
        values = upper.values
        lacks = any(values[at] is not None and values[at] not in post_only for at in element.tasks) or any(
            values[at] is not None and values[at] not in terms for at in element.terms
        )
        if element is CATEGORIES:
            lacks = not task_lists[values[_TASK_IDS]] <= post_only.keys()
        elif element is OPTIONS and post_only.get(values[_OPTION_TASK]):
            values = (*values[:_CALC_TYPE], "none", *values[_CALC_TYPE + 1 :])
        wanted.append(Upper(upper.row_id, values, lacks, upper.spreads))
    return wanted


class TaskLists(dict[str, frozenset[int]]):
    """The tasks in a list written as text ("3;5;8"), taken apart once."""

    def __missing__(self, text: str) -> frozenset[int]:
        self[text] = tasks = frozenset(int(task) for task in text.split(";") if task)
        return tasks


_TASK_IDS = CATEGORIES.at("task_ids")
_OPTION_TASK, _CALC_TYPE = OPTIONS.at("task_id"), OPTIONS.at("calc_type")


def free_names(written: set[str], kept: list[str]) -> dict[str, str]:
    """New names for kept categories whose name this push gives to another (RULES.md 3), old name → new name.

    `written`: the names given, folded; `kept`: the names of the owner's categories that the push leaves alone.
    """
    losers = [name for name in kept if fold(name) in written]
    if not losers:
        return {}
    taken = written | {fold(name) for name in kept}
    renamed: dict[str, str] = {}
    for name in sorted(losers, key=fold):
        number = 1
        while fold(new := _numbered(name, number)) in taken:
            number += 1
        taken.add(fold(new))
        renamed[name] = new
    return renamed


def _numbered(name: str, number: int) -> str:
    suffix = f"({number})"
    return name[: NAME_LENGTH - len(suffix)] + suffix
