"""Putting a district of plain rows into a store and reading it back, for tests that compare with the oracle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from coursepush.model.tables import TABLES, WORK_TABLES, Table, create_table_sql
from coursepush.plan.door import plan_request
from coursepush.plan.plan import Plan
from coursepush.plan.requests.course_push import CoursePush, resolve_course_push
from coursepush.plan.requests.master_push import MasterPush, resolve_master_push
from coursepush.store import Session, Store
from coursepush.store.layout import TOOLKIT_TABLES, create_toolkit_sql
from coursepush.store.migrations import SCHEMA_VERSION

POLARS_TYPES: dict[str, Any] = {
    "id": pl.Int64,
    "int": pl.Int32,
    "text": pl.String,
    "bool": pl.Boolean,
    "date": pl.Date,
    "decimal4": pl.Decimal(9, 4),
    "decimal3": pl.Decimal(9, 3),
    "ids": pl.List(pl.Int64),
}

Tables = dict[str, list[dict[str, Any]]]


def frame_of(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {column.name: POLARS_TYPES[column.kind] for column in table.columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


def fill(session: Session, tables: Tables, unknown: frozenset[str] = frozenset()) -> None:
    """Make every table and put the rows in, in their order; no checks: the districts are made to be sound."""
    made = ["create schema if not exists district.push"]
    made += [create_toolkit_sql(name, columns) for name, columns in TOOLKIT_TABLES]
    made += [f"insert into district.push.district values ({SCHEMA_VERSION}, 'test-district', 'test', null)"]
    made += [create_table_sql(table) for table in TABLES.values()]
    session.run("make the tables", ";\n".join(made))  # at once: tests make thousands of districts
    for table in TABLES.values():
        if tables[table.name]:
            with session.lent("rows_of_table", frame_of(table, tables[table.name])):
                session.run("fill", f"insert into district.main.{table.name} from rows_of_table")
    given = pl.DataFrame({"name": list(TABLES), "given": [name not in unknown for name in TABLES]})
    with session.lent("rows_of_table", given):
        session.run(
            "given",
            "insert into district.push.given_table "
            "select name, given, 'test', 0, timestamp '2026-11-02 00:00:00' from rows_of_table",
        )


def store_of(tables: Tables, unknown: frozenset[str] = frozenset()) -> Store:
    store = Store(None, threads=1)
    with store.writing(create=True) as session:
        fill(session, tables, unknown)
    return store


def request_of(
    session: Session, kind: str, chosen: dict[str, Any], *, assume_unused: bool = False
) -> MasterPush | CoursePush:
    options = dict(chosen)
    if kind == "master":
        catalog = options.pop("catalog_id")
        return resolve_master_push(session, catalog=catalog, assume_unused=assume_unused, **options)
    calendar = options.pop("calendar_id")
    return resolve_course_push(session, calendar=calendar, assume_unused=assume_unused, **options)


def plan_of(store: Store, kind: str, chosen: dict[str, Any], today: dt.date = dt.date(2026, 1, 15)) -> Plan:
    with store.reading() as session:
        return plan_request(store, session, request_of(session, kind, chosen), today=today)


def tables_of(store: Store) -> Tables:
    """Every table of the model as plain rows, ordered by key."""
    with store.reading() as session:
        return {
            table.name: session.frame(
                "read", f"select {', '.join(table.names)} from {table.name} order by {', '.join(table.key)}"
            ).to_dicts()
            for table in TABLES.values()
        }


__all__ = ["WORK_TABLES", "CoursePush", "MasterPush", "fill", "frame_of", "plan_of", "store_of", "tables_of"]
