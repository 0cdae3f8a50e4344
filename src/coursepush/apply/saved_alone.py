"""A saved plan read where the district is not: its rows held to their digest, its names as the tables they are of.

Nothing of it is held to the district, since that is not there: the digest is computed from the rows and the
request, and the names are the file's own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from coursepush.apply.saved_rows import rows_of
from coursepush.model.tables import SQL_TYPES, TABLES
from coursepush.plan.request import Request
from coursepush.plan.requests.form import Unfit
from coursepush.plan.requests.registry import request_of
from coursepush.plan.saved_file import SavedFile, read_saved, unfit
from coursepush.plan.saved_names import NAMED, named_columns
from coursepush.store.database import Store, WritingSession

ROWS = "saved_plan_verdicts"
"""The temporary table with the rows of the plan, in the columns of ``plan.rows()``."""


@dataclass(frozen=True, eq=False)
class ReadAlone:
    """What a saved plan's file says, in a database of its own in memory.

    Attributes:
        store: has the tables of :data:`coursepush.plan.saved_names.NAMED`, with the file's names, and
            :data:`ROWS`.
        digest: computed from the request and the rows.
        is_named: False for a file of before names were kept.
    """

    file: SavedFile
    request: Request
    digest: str
    store: Store
    is_named: bool


def read_alone(path: str | os.PathLike[str]) -> ReadAlone:
    """The plan saved in `path`.

    Raises:
        PlanError: it is no saved plan, was changed, or is another version's.
    """
    source = Path(path).expanduser()
    file = read_saved(source)
    store = Store(None, threads=1)
    try:
        request = request_of(file.request)
        with store.writing(create=True) as session:
            for table in NAMED:
                _take_in(session, table, file.names.get(table, ""))
        with store.reading() as session:
            # rows_of() has found the digest that the file says to be that of its rows and request
            session.take_in(ROWS, rows_of(session, file, request))
    except Unfit as error:
        store.close()
        raise unfit(source, error) from error
    except BaseException:
        store.close()
        raise
    return ReadAlone(file, request, file.digest, store, bool(file.names))


def _take_in(session: WritingSession, table: str, lines: str) -> None:
    """Make a table of the file's names, each of whose lines is one row of it.

    Raises:
        Unfit: a line is none, or stands there twice.
    """
    columns = named_columns(table)
    kinds = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in columns)
    # one row a row of the district's table that the plan speaks of
    session.run(f"create {table}", f"create table district.main.{table} ({kinds})")
    if not lines:
        return
    frame = pl.DataFrame({"line": [lines.removesuffix("\n")]}).select(pl.col("line").str.split("\n").explode())
    session.take_in("saved_name_lines", frame.with_row_index("number", offset=1))
    wrong = session.value("lines that are no names", _faults_sql(table))
    if wrong is not None:
        raise Unfit(f"line {wrong:,} of its names of {table} is none")
    typed = ", ".join(
        f"cast(texts[{place}] as {SQL_TYPES[column.kind]}) as {column.name}"
        for place, column in enumerate(columns, start=1)
    )
    session.run(
        f"fill {table}",
        f"insert into district.main.{table} select {typed} from (select json_extract_string(line, "
        f"{_paths(table)}) as texts from saved_name_lines)",
    )
    twice = session.value("names that stand twice", _twice_sql(table))
    if twice is not None:
        raise Unfit(f"its names of {table} have {twice} twice")
    session.run("drop lines", "drop table saved_name_lines")


def _paths(table: str) -> str:
    return "[" + ", ".join(f"'$.{name}'" for name in NAMED[table]) + "]"


def _faults_sql(table: str) -> str:
    """The first line that is not JSON of just the columns of the table, each of its type."""
    names = "[" + ", ".join(f"'{name}'" for name in NAMED[table]) + "]"
    key = TABLES[table].key
    tests: list[str] = []
    for place, column in enumerate(named_columns(table), start=1):
        kind, text = f"kinds[{place}]", f"texts[{place}]"
        sql_type = SQL_TYPES[column.kind].lower()
        is_right = f"{kind} = 'VARCHAR' and try_cast({text} as {sql_type}) is not null"
        if column.kind in ("id", "int"):
            is_right = f"{kind} in ('UBIGINT', 'BIGINT') and try_cast({text} as {sql_type}) is not null"
        empty = "" if column.name in key else f"{kind} = 'NULL' or "
        tests.append(f"({empty}{is_right})")
    return f"""
-- one row: the first line that is no row of the table
select min(number)
from (
    select number,
        case when is_row then json_type(line, {_paths(table)}) end as kinds,
        case when is_row then json_extract_string(line, {_paths(table)}) end as texts
    from (
        select number, line,
            case when json_valid(line) then json_type(line) = 'OBJECT' and json_keys(line) = {names} end as is_row
        from saved_name_lines
    )
)
where not coalesce({" and ".join(tests)}, false)
"""


def _twice_sql(table: str) -> str:
    """The key of a row that stands there twice: the joins by names must not make two rows of one."""
    key = ", ".join(TABLES[table].key)
    text = " || ', ' || ".join(f"cast({name} as varchar)" for name in TABLES[table].key)
    return (
        f"-- one row: a key that several rows have\nselect min({text}) from (select {key} from "
        f"district.main.{table} group by {key} having count(*) > 1)"
    )
