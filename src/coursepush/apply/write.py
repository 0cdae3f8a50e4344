"""The statements that write a plan's changes; apply decides nothing here.

Of each table the push's history is written first, straight from the verdicts, and the table from the history: what
is deleted, changed and added is what the history says, and is counted and checked against it. A table without a
row to write takes no step.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from coursepush.apply.given_again import let_go_of_ids
from coursepush.apply.setup import join_hops, write_hop_0
from coursepush.apply.written import (
    WrittenTable,
    check_written,
    count_changed,
    was_used_sql,
    write_history_rows,
    written_tables,
)
from coursepush.model.elements import ADVISORY, COURSE_INFO
from coursepush.model.tables import ATTRIBUTES, SQL_TYPES, TABLES
from coursepush.model.verdicts import WRITING, Verdict
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import ROW_COLUMNS
from coursepush.store.database import Session
from coursepush.store.templates import template


def write_plan(session: Session, tables: PlanTables, push_id: int, written: pl.DataFrame, rows: str) -> None:
    """Write everything that a plan says, in the order of a push.

    Args:
        written: the plan's counts of the verdicts that write.
        rows: the table of all the plan's rows but `same`, as ``plan.rows()`` has them.
    """
    counts: dict[tuple[int, str], dict[str, int]] = {}
    for hop, element, verdict, number in written.select("hop", "element", "verdict", "rows").iter_rows():
        of_element = counts.setdefault((hop, element), {})
        of_element[verdict] = of_element.get(verdict, 0) + number
    if tables.has_setup:
        write_hop_0(session, tables, push_id)
    if (1, COURSE_INFO) in counts:
        write_attributes(session, tables, push_id)
    for table in written_tables():
        expected: dict[str, int] = {}
        for element in table.elements:
            for verdict, number in counts.get((table.hop, element.name), {}).items():
                expected[verdict] = expected.get(verdict, 0) + number
        if expected:
            write_setup(session, tables, push_id, table, expected)
    if (2, ADVISORY) in counts:
        write_advisory(session, tables, push_id, sum(counts[2, ADVISORY].values()))
    if tables.has_setup:
        join_hops(session, tables, push_id, follows=any(hop > 0 for hop, _ in counts))
    write_result_rows(session, push_id, rows)


# -- rows of setup -------------------------------------------------------------------------------------------


def write_setup(
    session: Session, tables: PlanTables, push_id: int, table: WrittenTable, expected: Mapping[str, int]
) -> None:
    """Write one setup table, history first; `expected` says how many rows the plan has of each verdict."""
    push = {"push_id": push_id}
    count_changed(session, f"history {table.name}", _history_sql(tables, table), sum(expected.values()), push)
    if push_id > 1 and expected.get(Verdict.INSERT):
        let_go_of_ids(session, table.name, push_id)
    write_history_rows(session, table, push_id, expected)


def _history_sql(tables: PlanTables, table: WrittenTable) -> str:
    """One row a row to write, with typed images before and after and the id it has or gets."""
    images = table.images
    columns: list[str] = []
    for name in images:
        if name != "owner_id":
            columns += [_typed(table.name, side, name) for side in "ba"]
    changes = [
        _template("history_of_element").format_map(
            {
                "element": element.name,
                "verdicts": tables.verdicts(table.hop, element),
                "new_ids": tables.new_ids(table.hop),
                "family": table.family,
                "was_used": was_used_sql(tables.work(table.hop), element),
                "columns": ",\n        ".join(columns),
                "writing": ", ".join(f"'{verdict}'" for verdict in WRITING),
            }
        )
        for element in table.elements
    ]
    return _template("history_of_rows").format_map(
        {
            "table": table.name,
            "columns": ", ".join(f"{when}_{name}" for when in ("before", "after") for name in images),
            "images": ", ".join(f"{side}_{name}" for side in "ba" for name in images),
            "changes": "\n    union all\n    ".join(changes),
        }
    )


def _typed(table: str, side: str, name: str) -> str:
    """A column of a table of verdicts as the setup table stores it: the text of a list becomes the list."""
    column = f"c.{side}_{name}"
    if TABLES[table].column(name).kind != "ids":
        return f"{column} as {side}_{name}"
    return (
        f"case when {column} = '' then []::bigint[] "
        f"else cast(string_split({column}, ';') as bigint[]) end as {side}_{name}"
    )


# -- attributes, district-defined fields, the advisory flag ------------------------------------------------------


def write_attributes(session: Session, tables: PlanTables, push_id: int) -> None:
    """Write course attributes and district-defined fields, history first."""
    [(courses, custom)] = session.rows(
        "count course",
        "select count(distinct course_id) filter (where not starts_with(field, 'custom.')), "
        f"count(*) filter (where starts_with(field, 'custom.')) from {tables.fields} "
        "where verdict = 'update'",
    )
    if courses:
        names = [column.name for column in ATTRIBUTES]
        written = [
            f"bool_or(field = '{c.name}') as has_{c.name},\n        "
            f"cast(max(after_value) filter (where field = '{c.name}') as {SQL_TYPES[c.kind]}) as new_{c.name}"
            for c in ATTRIBUTES
        ]
        words = {
            "fields": tables.fields,
            "columns": ", ".join(f"{when}_{name}" for when in ("before", "after") for name in names),
            "before": ", ".join(f"c.{name}" for name in names),
            "after": ", ".join(f"case when w.has_{n} then w.new_{n} else c.{n} end" for n in names),
            "written": ",\n        ".join(written),
            "sets": ", ".join(f"{name} = h.after_{name}" for name in names),
        }
        for name, step in (("history course", "history_of_attributes"), ("update course", "update_attributes")):
            count_changed(session, name, _template(step).format_map(words), courses, {"push_id": push_id})
    if custom:
        _write_custom_fields(session, tables, push_id, custom)


def _write_custom_fields(session: Session, tables: PlanTables, push_id: int, rows: int) -> None:
    push = {"push_id": push_id}
    history = _template("history_of_custom_fields").format(fields=tables.fields)
    count_changed(session, "history custom_field", history, rows, push)
    [(gone, changed, added)] = session.rows(
        "count custom_field",
        "select count(*) filter (where not has_row), count(*) filter (where had_row and has_row), "
        "count(*) filter (where not had_row) from push.history_custom_field where push_id = $push_id",
        push,
    )
    match = "h.push_id = $push_id and f.level = 'course' and f.owner_id = h.course_id and f.field = h.field"
    steps = (
        (
            "delete custom_field",
            f"delete from custom_field as f using push.history_custom_field as h where not h.has_row and {match}",
            gone,
        ),
        (
            "update custom_field",
            "update custom_field as f set value = h.after_value from push.history_custom_field as h "
            f"where h.had_row and h.has_row and {match}",
            changed,
        ),
        (
            "insert custom_field",
            "insert into custom_field (level, owner_id, field, value) "
            "select 'course', course_id, field, after_value from push.history_custom_field "
            "where push_id = $push_id and not had_row",
            added,
        ),
    )
    for name, sql, expected in steps:
        if expected:
            count_changed(session, name, sql, expected, push)


def write_advisory(session: Session, tables: PlanTables, push_id: int, rows: int) -> None:
    """Write the sections' advisory flags, history first."""
    count_changed(
        session,
        "history section",
        "insert into push.history_section (push_id, section_id, before_is_advisory, after_is_advisory)\n"
        f"select $push_id, section_id, before_value, after_value from {tables.flags} "
        "where verdict = 'update' order by section_id",
        rows,
        {"push_id": push_id},
    )
    count_changed(
        session,
        "update section",
        "update section as s set is_advisory = h.after_is_advisory from push.history_section as h "
        "where h.push_id = $push_id and h.section_id = s.section_id",
        rows,
        {"push_id": push_id},
    )


def write_result_rows(session: Session, push_id: int, rows: str) -> None:
    """Keep every verdict but `same` as `plan.rows()` shows it, for the push result."""
    columns = ", ".join(ROW_COLUMNS)
    session.run(
        "history_row",
        f"insert into push.history_row (push_id, {columns})\nselect $push_id, {columns} from {rows}",
        {"push_id": push_id},
    )


__all__ = ["WrittenTable", "check_written", "write_plan", "written_tables"]


def _template(name: str) -> str:
    return template("coursepush.apply", name)
