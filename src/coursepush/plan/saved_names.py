"""The names that a saved plan needs to be read where the district is not: a few columns of a few of its tables.

Of courses, sections, teachers, calendars, schools and course masters those that the plan speaks of; of the banks
of tasks, tests, scales and score groups all. No row of them is about a student.
"""

from __future__ import annotations

import polars as pl

from coursepush.model.tables import TABLES, Column
from coursepush.plan.request import Request, bound_ids
from coursepush.store.database import Session
from coursepush.store.templates import template

NAMED: dict[str, tuple[str, ...]] = {
    "course": ("course_id", "calendar_id", "master_id", "number", "name"),
    "section": ("section_id", "course_id", "number", "teacher_id"),
    "teacher": ("teacher_id", "name"),
    "calendar": ("calendar_id", "school_id", "end_year", "name", "start_date", "end_date"),
    "school": ("school_id", "number", "name"),
    "course_master": ("master_id", "catalog_id", "number", "name"),
    "catalog_school": ("school_id", "end_year", "catalog_id"),
    "catalog": ("catalog_id", "name"),
    "grading_task": ("task_id", "name"),
    "assessment_test": ("test_id", "name"),
    "grading_scale": ("scale_id", "name"),
    "score_group": ("score_group_id", "name"),
}
"""Table → the columns of it that a saved plan's file holds, in the order in which it holds them."""

_BANKS = ("grading_task", "assessment_test", "grading_scale", "score_group")


def named_columns(table: str) -> tuple[Column, ...]:
    """The columns of `table` that a saved plan's file holds, as the model has them."""
    known = {column.name: column for column in TABLES[table].columns}
    return tuple(known[name] for name in NAMED[table])


def names_of_plan(session: Session, request: Request, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Table → its rows with the names that `request` and the `rows` of its plan need, in a stated order."""
    request = getattr(request, "then", None) or request  # of a plan of setup, what follows
    taken = {"course": "course_id", "section": "section_id"}
    for table, column in taken.items():
        asked = getattr(request, f"{table}s", None) or ()
        ids = pl.concat([rows[column].drop_nulls(), pl.Series(column, list(asked), pl.Int64)]).unique()
        session.take_in(f"saved_{table}", ids.to_frame())
    asked = {
        "masters": bound_ids([*(getattr(request, "masters", None) or ()), *_set_up(rows)]),
        "calendars": bound_ids([*getattr(request, "calendars", ()), *_one(request, "calendar_id")]),
        "catalogs": bound_ids(_one(request, "catalog_id")),
    }
    try:
        for table in NAMED:
            if table not in _BANKS:
                given = {name: value for name, value in asked.items() if name in _ASKED.get(table, ())}
                sql = f"create temp table saved_name_{table} as\n{template('coursepush.plan', f'saved_{table}')}"
                session.run(f"names: {table}", sql, given or None)
        return {table: _frame(session, table) for table in NAMED}
    finally:
        for table in NAMED:
            session.run("drop names", f"drop table if exists temp.main.saved_{table}")
            session.run("drop names", f"drop table if exists temp.main.saved_name_{table}")


def _set_up(rows: pl.DataFrame) -> list[int]:
    """The course masters whose setup the plan itself changes, by id."""
    keys = rows.filter(pl.col("hop") == 0, pl.col("course_id").is_null())["key"].drop_nulls()
    return keys.str.json_path_match("$.master_id").cast(pl.Int64).drop_nulls().unique().to_list()


_ASKED = {"calendar": ("calendars",), "course_master": ("masters",), "catalog": ("catalogs",)}
"""Table → which of the request's ids its statement binds."""


def _one(request: Request, field: str) -> tuple[int, ...]:
    found = getattr(request, field, None)
    return () if found is None else (found,)


def _frame(session: Session, table: str) -> pl.DataFrame:
    columns = ", ".join(f"t.{name}" for name in NAMED[table])
    source = f"{table} as t"
    if table not in _BANKS:
        key = TABLES[table].key
        same = " and ".join(f"n.{name} = t.{name}" for name in key)
        source = f"{table} as t semi join saved_name_{table} as n on {same}"
    return session.frame(f"names: {table}", f"select {columns} from {source} order by all")
