"""The edits that are made before a step's push: what somebody sets up, and what teachers realign."""

from __future__ import annotations

import polars as pl

from coursepush.model.elements import ELEMENT_LABELS
from coursepush.reports.reading import report_sql
from coursepush.reports.rehearsals.situation import Places
from coursepush.scenario.edits import Edit


def lock_first(places: Places, locks: list[str]) -> tuple[Edit, ...]:
    return (Edit("lock", {"catalog": places.catalog, "locks": locks}),) if locks else ()


def lock_words(locks: list[str]) -> str:
    named = {lock.partition(".")[0] for lock in locks}
    return ", ".join([*(label for one, label in ELEMENT_LABELS.items() if one in named), *_weights(named)])


def _weights(named: set[str]) -> list[str]:
    return ["Composite Weights"] if "composite_weights" in named else []


def set_up_on_courses(places: Places, frame: pl.DataFrame) -> tuple[Edit, ...]:
    """The options as the courses have them, made anew: as the course's own, and with a calculation."""
    named = [(course, *map(int, one.split(":"))) for course, one in frame.select("course_id", "detail").rows()]
    sql = report_sql("rehearsals/options_to_set_up")
    rows = places.session.rows("options to set up", sql, {"courses": places.courses(frame)})
    edits: list[Edit] = []
    for course, task, term, *values in rows:
        if (course, task, term) in named:
            key = {"element": "grade_calc_options", "task": task, "term": term, "courses": course}
            given = {name: one for name, one in zip(_OPTION_VALUES, values, strict=True) if one is not None}
            edits += [Edit("remove", key), Edit("set", {**key, **given})]
    return tuple(edits)


_OPTION_VALUES = ("calc_type", "scale", "weight_categories", "use_percent", "last_n", "cumulative_from_term")


def realign(places: Places, frame: pl.DataFrame) -> tuple[Edit, ...]:
    """Of every section of these courses that uses what is left over, to what the course master has."""
    named = [one.split(":") for one in frame["detail"]]
    categories = [int(row) for element, row in named if element == "categories"]
    tasks = [int(row) for element, row in named if element != "categories"]
    sql = report_sql("rehearsals/realign_category")
    moves = places.session.rows("categories to realign", sql, {"rows": categories}) if categories else []
    _note_without(places, sum(to is None for *_, to in moves), "category")
    edits = [
        Edit("realign", {"sections": section, "to": to, "category": name}) for section, name, to in moves if to
    ]
    return (*edits, *realign_tasks(places, tasks))


def realign_tasks(places: Places, rows: list[int]) -> tuple[Edit, ...]:
    sql = report_sql("rehearsals/realign_task")
    moves = places.session.rows("tasks to realign", sql, {"rows": rows}) if rows else []
    _note_without(places, sum(to is None for *_, to in moves), "task or standard")
    return tuple(
        Edit("realign", {"sections": section, "to": to, "task": task})
        for section, task, to in moves
        if to is not None
    )


def _note_without(places: Places, number: int, noun: str) -> None:
    if number:
        sections = "1 section has" if number == 1 else f"{number:,} sections have"
        places.notes.append(
            f"{sections} no other {noun} of the course master's to realign to, and is left as it is."
        )


def rows_of_tasks(places: Places, frame: pl.DataFrame) -> list[int]:
    """The course's rows of the tasks that these options are of."""
    tasks = sorted({int(one.partition(":")[0]) for one in frame["detail"]})
    found = places.session.rows(
        "tasks of courses",
        "select row_id from course_task where list_contains($courses::bigint[], owner_id) "
        "and list_contains($tasks::bigint[], task_id) order by row_id",
        {"courses": places.courses(frame), "tasks": tasks},
    )
    return [int(row[0]) for row in found]
