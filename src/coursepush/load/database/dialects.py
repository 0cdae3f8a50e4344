"""What differs between databases: how to ask for their tables, and how to read at one moment without writing.

Sources: each product's manual (PostgreSQL: SET TRANSACTION, information_schema; SQLite: pragma query_only,
sqlite_schema; MySQL: START TRANSACTION; SQL Server: SET TRANSACTION ISOLATION LEVEL; Oracle: SET TRANSACTION).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _as_it_is(column: str, kind: str) -> str:
    return column


def _as_text(column: str, kind: str) -> str:
    return f"cast({column} as text)"


def _as_postgres_text(column: str, kind: str) -> str:
    return f"array_to_string({column}, ';')" if kind == "ARRAY" else f"cast({column} as text)"


def _as_duckdb_text(column: str, kind: str) -> str:
    return f"array_to_string({column}, ';')" if kind.endswith("]") else f"cast({column} as varchar)"


_STANDARD = """
    -- one row a column that may be read
    select table_schema, table_name, column_name, data_type
    from information_schema.columns
    where table_schema not in ('information_schema', 'INFORMATION_SCHEMA', 'pg_catalog', 'sys')
    order by table_schema, table_name, ordinal_position
"""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of database.

    `begin`: statements before anything is read; `finish`: those after the transaction's end. `schema`: a query
    for the schema in which names without one are looked up, `database`: one for the database's name. `columns`: a
    query for schema, table, column and type, in the order of the columns. `text` gives the SQL that reads a column
    (quoted, its type) as text, where the database writes every type in one form; elsewhere the driver's types are
    taken. `is_snapshot`: whether all tables are then read as of one moment.
    """

    name: str
    begin: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    schema: str | None = None
    database: str | None = None
    columns: str = _STANDARD
    text: Callable[[str, str], str] = _as_it_is
    quote: str = '"'
    is_snapshot: bool = False

    def quoted(self, name: str) -> str:
        """A name as SQL writes it, whatever is in it."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote


DIALECTS = {
    one.name: one
    for one in (
        Dialect(
            "postgresql",
            begin=(
                "set transaction isolation level repeatable read, read only",
                "set local datestyle = 'ISO, MDY'",
            ),
            schema="select current_schema()",
            database="select current_database()",
            text=_as_postgres_text,
            is_snapshot=True,
        ),
        Dialect(
            "sqlite",
            # a deferred transaction sees one moment from its first read on
            begin=("pragma query_only = on", "begin"),
            finish=("pragma query_only = off",),
            database="select file from pragma_database_list where name = 'main'",
            columns="""
                -- one row a column of a table or view
                select 'main' as table_schema, m.name as table_name, c.name as column_name, c.type as data_type
                from sqlite_master as m
                join pragma_table_info(m.name) as c
                where m.type in ('table', 'view') and m.name not like 'sqlite\\_%' escape '\\'
                order by m.name, c.cid
            """,
            text=_as_text,
            is_snapshot=True,
        ),
        Dialect(
            "duckdb",
            begin=("begin transaction read only",),
            schema="select current_schema()",
            database="select current_database()",
            columns=_STANDARD.replace("where", "where table_catalog = current_database() and", 1),
            text=_as_duckdb_text,
            is_snapshot=True,
        ),
        Dialect(
            "mysql",
            begin=("start transaction with consistent snapshot, read only",),
            schema="select database()",
            database="select database()",
            columns=_STANDARD.replace("where", "where table_schema = database() and", 1),
            quote="`",
            is_snapshot=True,
        ),
        Dialect(
            "oracle",
            begin=("set transaction read only",),
            schema="select sys_context('userenv', 'current_schema') from dual",
            columns="""
                -- one row a column that may be read
                select owner as table_schema, table_name, column_name, data_type
                from all_tab_columns
                where owner = sys_context('userenv', 'current_schema')
                order by table_name, column_id
            """,
            is_snapshot=True,
        ),
        Dialect(
            "mssql",
            finish=("set transaction isolation level read committed",),
            schema="select schema_name()",
            database="select db_name()",
        ),
    )
}

MSSQL_SNAPSHOT = "select snapshot_isolation_state from sys.databases where name = db_name()"
"""1 where the database may be read as of one moment: ``set transaction isolation level snapshot``."""

_DRIVERS = {
    "sqlite3": "sqlite",
    "pysqlite2": "sqlite",
    "adbc_driver_sqlite": "sqlite",
    "psycopg": "postgresql",
    "psycopg2": "postgresql",
    "pg8000": "postgresql",
    "adbc_driver_postgresql": "postgresql",
    "duckdb": "duckdb",
    "_duckdb": "duckdb",
    "pymysql": "mysql",
    "mysql": "mysql",
    "mysqldb": "mysql",
    "mariadb": "mysql",
    "oracledb": "oracle",
    "pymssql": "mssql",
}

_PRODUCTS = {
    "microsoft sql server": "mssql",
    "postgresql": "postgresql",
    "sqlite": "sqlite",
    "mysql": "mysql",
    "mariadb": "mysql",
    "duckdb": "duckdb",
    "oracle": "oracle",
}


def dialect_of(*names: str) -> Dialect:
    """By the first of `names` (of a driver's module, a product, SQLAlchemy's dialect) that is known."""
    for name in names:
        plain = name.strip().lower()
        known = plain if plain in DIALECTS else _PRODUCTS.get(plain) or _DRIVERS.get(plain)
        if known in DIALECTS:
            return DIALECTS[known]
    return Dialect("database")
