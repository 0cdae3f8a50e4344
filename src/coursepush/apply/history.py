"""What a push leaves behind: who pushed what and when, and each row's state before and after, typed.

Tables of schema ``push``: ``history`` (one row a push), ``history_row`` (one row a verdict but `same`, as
``plan.rows()`` shows it, for the push result), and per written table a ``history_<table>`` with typed
``before_`` and ``after_`` columns, from which an undo restores exactly.
"""

from __future__ import annotations

import polars as pl

from coursepush.model.elements import SETUP_ELEMENTS
from coursepush.model.tables import ATTRIBUTES, SQL_TYPES, Column, image_columns
from coursepush.plan.text import ROW_COLUMNS
from coursepush.store.database import Session, Statement
from coursepush.store.layout import has_history

_HEADER = (
    "push_id BIGINT, kind VARCHAR, title VARCHAR, request VARCHAR, digest VARCHAR, rules_version VARCHAR, "
    "plan_id VARCHAR, rows BIGINT, undoes BIGINT, applied_at TIMESTAMP, applied_by VARCHAR"
)
_ROW_TYPES = {
    "hop": "INTEGER",
    "course_id": "BIGINT",
    "section_id": "BIGINT",
    "row_id": "BIGINT",
    "parent_row_id": "BIGINT",
}


def history_tables() -> list[str]:
    """The setup tables that a push writes, in the order in which it does."""
    tables = [element.table("course") for element in SETUP_ELEMENTS]
    tables += [element.table("section") for element in SETUP_ELEMENTS if element.has_sections]
    return list(dict.fromkeys(tables))


def create_history() -> list[Statement]:
    """The statements that make the history's tables where they are not there yet."""
    rows = ", ".join(f"{name} {_ROW_TYPES.get(name, 'VARCHAR')}" for name in ROW_COLUMNS)
    definitions = {
        "history": _HEADER,
        "history_row": f"push_id BIGINT, {rows}",
        "history_course": "push_id BIGINT, course_id BIGINT, " + _images(ATTRIBUTES),
        "history_custom_field": "push_id BIGINT, course_id BIGINT, field VARCHAR, had_row BOOLEAN, "
        "has_row BOOLEAN, before_value VARCHAR, after_value VARCHAR",
        "history_section": "push_id BIGINT, section_id BIGINT, before_is_advisory BOOLEAN, "
        "after_is_advisory BOOLEAN",
    }
    for table in history_tables():
        definitions[f"history_{table}"] = (
            "push_id BIGINT, element VARCHAR, verdict VARCHAR, was_used BOOLEAN, row_id BIGINT, "
            + _images(image_columns(table))
        )
    return [
        (f"create {name}", f"create table if not exists district.push.{name} ({columns})")
        for name, columns in definitions.items()
    ]


def create_setup_history() -> Statement:
    """The statement that makes the history of setup itself, where it is not there yet: the first such plan does.

    One row a row, or column of a row, that hop 0 wrote, but for rows of setup on courses and sections, which are
    kept with those of pushes. As in :data:`coursepush.plan.tables.SETUP`.
    """
    names = ("table_name", "verdict", "row_at", "field_at", "was", "will")
    columns = ", ".join(f"{name} VARCHAR" for name in names)
    return (
        "create history_setup",
        f"create table if not exists district.push.history_setup (push_id BIGINT, {columns})",
    )


def _images(columns: tuple[Column, ...]) -> str:
    return ", ".join(
        f"{when}_{column.name} {SQL_TYPES[column.kind]}" for when in ("before", "after") for column in columns
    )


def history_frame(session: Session) -> pl.DataFrame:
    """The pushes applied, newest first: push_id, kind, title, rows, undoes, digest, plan_id, when, by whom, with
    whose approval."""
    columns = "push_id, kind, title, rows, undoes, digest, plan_id, applied_at, applied_by"
    if not has_history(session):
        return session.frame(
            "no history",
            "select null::bigint as push_id, null::varchar as kind, null::varchar as title, "
            "null::bigint as rows, null::bigint as undoes, null::varchar as digest, "
            "null::varchar as plan_id, null::timestamp as applied_at, null::varchar as applied_by, "
            "null::varchar as approved_by where false",
        )
    return session.frame(
        "history",
        # one row a push, with the names of those whose approval counted
        f"select {columns}, "
        "(select string_agg(a.approved_by, '; ' order by a.approval_id) from push.approval_use as u "
        "join push.approval as a on a.approval_id = u.approval_id where u.push_id = h.push_id and u.is_counted) "
        "as approved_by from push.history as h order by push_id desc",
    )
