"""Writing setup itself, hop 0 of a plan, and joining its history with that of the hops that follow.

Rows of setup on courses and sections are written as a push writes them, and kept with those of pushes. The others
are kept in ``push.history_setup`` as JSON text, from which the district's tables are written.
"""

from __future__ import annotations

from coursepush.apply.given_again import let_go_of_ids
from coursepush.apply.history import create_setup_history, history_tables
from coursepush.apply.written import WrittenTable, count_changed, was_used_sql, write_history_rows, written_tables
from coursepush.model.tables import TABLES, Column, Table, image_columns
from coursepush.model.verdicts import WRITING
from coursepush.plan.setup.steps import PLANNED_TABLES, image_sql, value_sql
from coursepush.plan.setup.work import forget_work, work_of_setup
from coursepush.plan.tables import PlanTables
from coursepush.store.database import Session
from coursepush.store.templates import template

BEFORE_PUSHES = 0
"""The number under which the history holds rows of hop 0 until the hops that follow are written."""

_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)


def write_hop_0(session: Session, tables: PlanTables, push_id: int) -> None:
    """Write what the plan says of setup itself, history first."""
    session.run_all([create_setup_history()])
    rows = dict(
        session.rows(
            "count setup",
            f"select table_name, count(*) from {tables.setup} where verdict in ({_WRITING}) "
            "group by table_name order by table_name",
        )
    )
    typed = {table.name: table for table in written_tables()}
    work = work_of_setup(session, tables) if typed.keys() & rows.keys() else None
    for name in PLANNED_TABLES:
        if name in rows and name in typed and work is not None:
            _write_setup_rows(session, tables, typed[name], int(rows[name]), work)
        elif name in rows:
            _write_around(session, tables, TABLES[name], push_id, int(rows[name]))
    if work is not None:
        forget_work(session, work)


# -- rows of setup on courses and sections -----------------------------------------------------------------


def _write_setup_rows(
    session: Session, tables: PlanTables, table: WrittenTable, rows: int, work: PlanTables
) -> None:
    columns: list[str] = []
    for side, image in (("b", "was"), ("a", "will")):
        columns += [f"{json_cast(c, f's.{image}')} as {side}_{c.name}" for c in image_columns(table.name)]
    used = [f"when '{one.name}' then {was_used_sql(work.work(table.hop), one)}" for one in table.elements]
    history = template("coursepush.apply", "history_of_setup_rows").format(
        table=table.name,
        names=", ".join(f"{when}_{c.name}" for when in ("before", "after") for c in image_columns(table.name)),
        images=", ".join(f"c.{side}_{c.name}" for side in "ba" for c in image_columns(table.name)),
        columns=",\n        ".join(columns),
        was_used=" ".join(used),
        setup=tables.setup,
        writing=_WRITING,
    )
    count_changed(session, f"history {table.name}", history, rows, {"push_id": BEFORE_PUSHES})
    found = session.rows(
        f"count {table.name}",
        f"select verdict, count(*) from push.history_{table.name} where push_id = $push_id "
        "group by verdict order by verdict",
        {"push_id": BEFORE_PUSHES},
    )
    write_history_rows(session, table, BEFORE_PUSHES, {str(verdict): int(number) for verdict, number in found})


def json_cast(column: Column, image: str, path: str | None = None) -> str:
    """SQL of a column's value from the JSON text of a whole row."""
    place = f"'$.{path or column.name}'"
    if column.kind == "ids":
        return f"cast(json_extract({image}, {place}) as bigint[])"
    return f"cast(json_extract_string({image}, {place}) as {column.sql_type})"


# -- what is around setup, and rows of course masters --------------------------------------------------------


def _write_around(session: Session, tables: PlanTables, table: Table, push_id: int, rows: int) -> None:
    push = {"push_id": push_id, "table_name": table.name}
    count_changed(
        session,
        f"history {table.name}",
        "insert into push.history_setup (push_id, table_name, verdict, row_at, field_at, was, will)\n"
        f"select $push_id, table_name, verdict, row_at, field_at, was, will from {tables.setup}\n"
        f"where table_name = $table_name and verdict in ({_WRITING}) order by row_at, field_at",
        rows,
        push,
    )
    mine = "h.push_id = $push_id and h.table_name = $table_name"
    same = _same_key(table)
    found = session.rows(
        f"count {table.name}",
        "select field_at, count(*) filter (where was is not null and will is null), "
        "count(*) filter (where was is not null and will is not null), count(*) filter (where was is null) "
        f"from push.history_setup as h where {mine} group by field_at order by all",
        push,
    )
    for field_at, gone, changed, added in found:
        if field_at is not None:
            column = table.column(str(field_at))
            value = json_cast(column, "h.will").replace(f"'$.{column.name}'", "'$'")
            sql = (
                f"update {table.name} as r set {column.name} = {value} from push.history_setup as h\n"
                f"where {mine} and h.field_at = '{column.name}' and {same}"
            )
            count_changed(session, f"update {table.name}.{column.name}", sql, int(gone + changed + added), push)
            continue
        whole = f"{mine} and h.field_at is null"
        steps = (
            (f"delete from {table.name} as r using push.history_setup as h where h.will is null", gone),
            (f"update {table.name} as r set {_sets(table)} from push.history_setup as h "
             "where h.was is not null and h.will is not null", changed),
        )  # fmt: skip
        for sql, expected in steps:
            if expected:
                count_changed(session, f"write {table.name}", f"{sql} and {whole} and {same}", int(expected), push)
        if added:
            values = ", ".join(json_cast(c, "h.will") for c in table.columns)
            sql = (
                f"insert into {table.name} ({', '.join(table.names)})\n"
                f"select {values} from push.history_setup as h\n"
                f"where {whole} and h.was is null order by h.row_at"
            )
            count_changed(session, f"insert {table.name}", sql, int(added), push)


def _same_key(table: Table) -> str:
    """SQL: the history's row (h) is about the row of the table (r)."""
    key = [column for column in table.columns if column.name in table.key]
    return " and ".join(f"r.{column.name} = {json_cast(column, 'h.row_at')}" for column in key)


def _sets(table: Table) -> str:
    return ", ".join(f"{c.name} = {json_cast(c, 'h.will')}" for c in table.columns if c.name not in table.key)


# -- one history of all hops ---------------------------------------------------------------------------------


def join_hops(session: Session, tables: PlanTables, push_id: int, *, follows: bool) -> None:
    """Make one history of hop 0 and what followed: each row once, as it was before and as it is now.

    Args:
        follows: other hops wrote something.
    """
    if follows:
        _join_around(session, push_id)
    for table in history_tables():
        held = session.value(
            f"hop 0 of {table}", f"select count(*) from push.history_{table} where push_id = {BEFORE_PUSHES}"
        )
        if not held:
            continue
        words = {
            "table": table,
            "befores": ", ".join(f"before_{c.name} = z.before_{c.name}" for c in image_columns(table)),
        }
        for step in ("join_rows", "join_drop_earlier", "join_drop_nothing", "join_name"):
            sql = template("coursepush.apply", step).format_map(words)
            values = {"push_id": push_id} if "$push_id" in sql else None
            session.run(f"{step} {table}", sql, values)
        let_go_of_ids(session, table, push_id)


def _join_around(session: Session, push_id: int) -> None:
    """Let the history of courses, sections and fields that hop 0 wrote say what became of them in the end."""
    push = {"push_id": push_id}
    for name in ("course", "section", "custom_field"):
        table = TABLES[name]
        fields = session.rows(
            f"written of {name}",
            "select distinct field_at from push.history_setup where push_id = $push_id and table_name = $name "
            "and will is not null order by all",
            {**push, "name": name},
        )
        same = _same_key(table)
        for (field_at,) in fields:
            now = image_sql(table, "r") if field_at is None else value_sql(table.column(str(field_at)), "r")
            which = "h.field_at is null" if field_at is None else f"h.field_at = '{field_at}'"
            session.run(
                f"in the end {name}",
                f"update push.history_setup as h set will = {now} from {name} as r where h.push_id = $push_id "
                f"and h.table_name = '{name}' and h.will is not null and {which} and {same}",
                push,
            )
            _forget_twice(session, name, None if field_at is None else str(field_at), push_id)


def _forget_twice(session: Session, name: str, field_at: str | None, push_id: int) -> None:
    """What hop 0 keeps in the end, the hops that followed need not keep as well."""
    history = {"course": "history_course", "section": "history_section", "custom_field": "history_custom_field"}[
        name
    ]
    key = {"course": "course_id", "section": "section_id", "custom_field": "owner_id"}[name]
    own = "course_id" if name == "custom_field" else key
    same = f"t.{own} = cast(json_extract_string(h.row_at, '$.{key}') as bigint)"
    if name == "custom_field":
        same += " and json_extract_string(h.row_at, '$.level') = 'course'"
        same += " and t.field = json_extract_string(h.row_at, '$.field')"
    mine = f"t.push_id = $push_id and h.push_id = $push_id and h.table_name = '{name}' and {same}"
    if field_at is None:
        sql = f"delete from push.{history} as t using push.history_setup as h where {mine} and h.field_at is null"
    elif session.value(
        "kept by pushes",
        "select count(*) from duckdb_columns() where database_name = 'district' and schema_name = 'push' "
        "and table_name = $history and column_name = $column",
        {"history": history, "column": f"after_{field_at}"},
    ):
        sql = (
            f"update push.{history} as t set after_{field_at} = t.before_{field_at} from push.history_setup as h "
            f"where {mine} and h.field_at = '{field_at}'"
        )
    else:
        return
    session.run(f"kept once {name}", sql, {"push_id": push_id})
