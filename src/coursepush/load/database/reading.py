"""The tables of a database: which there are, and their rows as text, in batches.

Nothing is written. Where the database can, all tables are read as of one moment. Rows pass through a private
folder on the disk, as Parquet, which goes when the reading ends.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.errors import LoadError
from coursepush.load.database.dialects import MSSQL_SNAPSHOT, Dialect, dialect_of
from coursepush.load.database.url import Secrets, engine_of, failed, is_address
from coursepush.load.findings import Findings
from coursepush.load.types import text_expression
from coursepush.store.temporary import temporary_folder

BATCH_ROWS = 200_000
"""So many rows are fetched at a time."""


def is_database(source: object) -> bool:
    """Whether a source is a database: an address, or a connection of ADBC, SQLAlchemy, DuckDB or the DB-API."""
    if is_address(source):
        return True
    if isinstance(source, str | bytes | Path | Mapping | pl.DataFrame | pl.LazyFrame):
        return False
    is_engine = hasattr(source, "dialect") and hasattr(source, "connect")
    return is_engine or callable(getattr(source, "cursor", None)) or hasattr(source, "exec_driver_sql")


class Database:
    """An open database. `called` is its name for people: kind, host and name, never a user.

    `is_snapshot`: whether all is read as of one moment.

    `tables`: name → the table; those outside the schema in which the connection looks first are called
    ``schema.table``.
    """

    def __init__(
        self, connection: Any, dialect: Dialect, called: str, secrets: Secrets, folder: Path, is_snapshot: bool
    ) -> None:
        self._connection = connection
        self._secrets = secrets
        self._folder = folder
        self.dialect = dialect
        self.called = called
        if called.endswith("/") and dialect.database is not None:
            self.called += str(self.value(dialect.database) or "")
        self.is_snapshot = is_snapshot
        self.tables = self._tables()

    def _tables(self) -> dict[str, DatabaseTable]:
        first = self.value(self.dialect.schema) if self.dialect.schema else None
        columns = self.frame(self.dialect.columns)
        columns = columns.rename(dict(zip(columns.columns, ("schema", "table", "column", "type"), strict=True)))
        schemas = columns["schema"].unique(maintain_order=True).to_list()
        if first is None and schemas:
            first = next((name for name in ("main", "public", "dbo") if name in schemas), schemas[0])
        tables: dict[str, DatabaseTable] = {}
        for (schema, table), rows in columns.group_by("schema", "table", maintain_order=True):
            name = str(table) if schema == first else f"{schema}.{table}"
            place = f"{self.dialect.quoted(str(schema))}.{self.dialect.quoted(str(table))}"
            tables[name] = DatabaseTable(self, name, place, dict(rows.select("column", "type").rows()))
        return tables

    def notes(self) -> pl.DataFrame:
        """What a reader of its tables has to know; shape FINDING_SCHEMA."""
        findings = Findings()
        if not self.is_snapshot:
            findings.warn(
                "not_one_moment",
                f"The tables of {self.called} were read one after the other, not as of one moment: what was "
                "changed meanwhile may not fit together. Read a copy that nobody writes to.",
            )
        return findings.frame()

    def only(self, names: Collection[str]) -> dict[str, DatabaseTable]:
        """The tables of these names.

        Raises:
            LoadError: there is none of them.
        """
        found = {name: table for name, table in self.tables.items() if name in names}
        if not found:
            findings = Findings()
            shown = ", ".join(list(self.tables)[:20]) or "none that its user may read"
            findings.refuse(
                "no_table",
                f"The database {self.called} holds none of the tables that are looked for. Its tables are: "
                f"{shown}. Look at the database's name and at the tables that the mapping names.",
            )
            raise LoadError(findings.summary(), findings.frame())
        return found

    def value(self, query: str) -> Any:
        """The first value of a query."""
        frame = self.frame(query)
        return None if frame.is_empty() else frame.item(0, 0)

    def frame(self, query: str) -> pl.DataFrame:
        """The whole result of a small query."""
        batches = list(self.batches(query))
        return pl.concat(batches, how="vertical_relaxed") if batches else pl.DataFrame()

    def batches(self, query: str) -> Iterator[pl.DataFrame]:
        """The result of a query, at most :data:`BATCH_ROWS` rows at a time.

        Raises:
            LoadError: the database refuses it; without what must not be told.
        """
        try:
            if _is_duckdb(self._connection):
                yield from _duckdb_batches(self._connection, query)
                return
            with self._reader() as reader:
                yield from pl.read_database(
                    query, reader, iter_batches=True, batch_size=BATCH_ROWS, infer_schema_length=None
                )
        except LoadError:
            raise
        except Exception as error:
            raise failed(self.called, error, self._secrets, query) from None

    @contextmanager
    def _reader(self) -> Generator[Any]:
        """What reads a query without holding its whole result, where the driver has such a thing."""
        module = _module(self._connection)
        if module == "psycopg":
            with self._connection.cursor(name="coursepush") as cursor:
                yield cursor
        elif module == "sqlalchemy":
            yield self._connection.execution_options(stream_results=True, max_row_buffer=BATCH_ROWS)
        else:
            yield self._connection

    def spooled(self, table: DatabaseTable, columns: Sequence[str]) -> pl.LazyFrame:
        """The rows of a table as text, the order as the database gives it."""
        quoted = {name: self.dialect.quoted(name) for name in columns}
        shown = ", ".join(
            f"{self.dialect.text(quoted[name], table.types[name])} as {quoted[name]}" for name in columns
        )
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        files: list[Path] = []
        schema = dict.fromkeys(columns, pl.String())
        for batch in self.batches(f"select {shown} from {table.place}"):
            texts = [text_expression(pl.col(batch.columns[nth]), batch.dtypes[nth]) for nth in range(batch.width)]
            for name, text, kind in zip(columns, texts, batch.dtypes, strict=True):
                if text is None:
                    raise _unfit(self.called, table.name, name, kind)
            batch = batch.select(
                text.alias(name) for name, text in zip(columns, texts, strict=True) if text is not None
            )
            files.append(folder / f"{len(files):06}.parquet")
            batch.write_parquet(files[-1])
        if not files:
            return pl.LazyFrame(schema=schema)
        return pl.scan_parquet(files, glob=False, hive_partitioning=False)


@dataclass(frozen=True, slots=True)
class DatabaseTable:
    """One table or view. `place` is its name in SQL, `types` column → type as the database says it."""

    database: Database
    name: str
    place: str
    types: dict[str, str]

    @property
    def columns(self) -> list[str]:
        return list(self.types)

    def lazy(self, columns: Sequence[str]) -> pl.LazyFrame:
        """The rows, read now, of these columns: all String.

        Raises:
            LoadError: the database does not let them be read, or a column's type cannot be had as text.
        """
        return self.database.spooled(self, columns)


def _unfit(called: str, table: str, column: str, kind: pl.DataType) -> LoadError:
    findings = Findings()
    findings.refuse(
        "wrong_type",
        f"{table} in {called}: column {column} is of type {kind}, which cannot be read as text. Make a view that "
        "casts it, and name the view in the mapping.",
        column=column,
        value=str(kind),
    )
    return LoadError(findings.summary(), findings.frame())


# -- opening ---------------------------------------------------------------------------------------------------


@contextmanager
def opened_database(source: Any) -> Generator[Database]:
    """The database behind an address or a connection, for reading alone, as of one moment where it can.

    A connection that was given is left as it was, and open. Where it is in a transaction, or does not tell, that
    goes on, and a finding says that the tables may not be of one moment.

    Raises:
        RequestError: what an address needs is not installed.
        LoadError: it cannot be opened or read.
    """
    with ExitStack() as stack:
        secrets, called = Secrets(), ""
        if is_address(source):
            source, called, secrets = engine_of(source)
            stack.callback(source.dispose)
        connection = _connected(source, called, secrets, stack)
        is_ours = connection is not source
        dialect = _dialect_of(connection)
        called = called or _called(connection, dialect)
        is_snapshot = stack.enter_context(_snapshot(connection, dialect, is_ours, called, secrets))
        folder = stack.enter_context(temporary_folder())
        yield Database(connection, dialect, called, secrets, folder, is_snapshot)


def _connected(source: Any, called: str, secrets: Secrets, stack: ExitStack) -> Any:
    """A connection of our own where one can be had from what was given, else that."""
    try:
        if hasattr(source, "connect") and hasattr(source, "dialect"):
            return stack.enter_context(source.connect())
        if hasattr(source, "adbc_clone"):
            return stack.enter_context(source.adbc_clone())
        if _is_duckdb(source):
            return stack.enter_context(source.cursor())
    except Exception as error:
        raise failed(called or "that was given", error, secrets) from None
    return source


@contextmanager
def _snapshot(connection: Any, dialect: Dialect, is_ours: bool, called: str, secrets: Secrets) -> Generator[bool]:
    """A transaction that only reads, and whether it sees one moment; none where there is one already."""
    if not is_ours and not _is_idle(connection):
        yield False
        return
    is_snapshot, begin = dialect.is_snapshot, list(dialect.begin)
    try:
        if dialect.name == "mssql" and _value(connection, MSSQL_SNAPSHOT) == 1:
            connection.rollback()  # the question began a transaction, in which the level cannot be changed
            is_snapshot, begin = True, ["set transaction isolation level snapshot"]
        if dialect.name == "postgresql" and getattr(connection, "autocommit", False) is True:
            begin.insert(0, "begin")
        for statement in begin:
            _run(connection, statement)
    except Exception as error:
        raise failed(called, error, secrets) from None
    try:
        yield is_snapshot
    finally:
        with suppress(Exception):  # a connection that was lost has no transaction to end
            _run(connection, "rollback") if dialect.name == "duckdb" else connection.rollback()
            for statement in dialect.finish:
                _run(connection, statement)


def _is_duckdb(connection: Any) -> bool:
    return _module(connection) in ("duckdb", "_duckdb")


def _duckdb_batches(connection: Any, query: str) -> Generator[pl.DataFrame]:
    """As `polars.read_database` gives them, which wants pyarrow for DuckDB; at least one, to tell the names."""
    result = connection.execute(query)
    names = [column[0] for column in result.description]
    while True:
        rows = result.fetchmany(BATCH_ROWS)
        yield pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
        if len(rows) < BATCH_ROWS:
            return


def _is_idle(connection: Any) -> bool:
    """Whether no work of the caller's is under way on it; not where its driver does not tell."""
    state = getattr(connection, "in_transaction", None)
    if state is not None:
        return not (state() if callable(state) else state)
    status = getattr(getattr(connection, "info", None), "transaction_status", None)
    return status is not None and int(status) == 0


def _run(connection: Any, statement: str) -> None:
    if hasattr(connection, "exec_driver_sql"):
        connection.exec_driver_sql(statement)
        return
    if _is_duckdb(connection):
        connection.execute(statement).fetchall()
        return
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
    finally:
        cursor.close()


def _value(connection: Any, query: str) -> Any:
    return pl.read_database(query, connection).item(0, 0)


def _module(connection: Any) -> str:
    return type(connection).__module__.partition(".")[0]


def _dialect_of(connection: Any) -> Dialect:
    names = [_module(connection)]
    dialect = getattr(connection, "dialect", None)
    if dialect is not None:
        names.insert(0, str(dialect.name))
    if hasattr(connection, "adbc_get_info"):
        with suppress(Exception):
            names.insert(0, str(connection.adbc_get_info().get("vendor_name", "")))
    if hasattr(connection, "getinfo"):
        with suppress(Exception):
            names.insert(0, str(connection.getinfo(17)))  # SQL_DBMS_NAME, of pyodbc
    return dialect_of(*names)


def _called(connection: Any, dialect: Dialect) -> str:
    """Kind, host and name of the database behind a connection, as far as it tells."""
    from coursepush.load.database.url import called_by

    engine = getattr(connection, "engine", None)
    if engine is not None:
        return called_by(engine.url)
    info = getattr(connection, "info", None)
    host, name = getattr(info, "host", None), getattr(info, "dbname", None)
    if hasattr(connection, "getinfo"):
        with suppress(Exception):
            host, name = connection.getinfo(13), connection.getinfo(16)  # SQL_SERVER_NAME, SQL_DATABASE_NAME
    return f"{dialect.name}://{host or ''}/{name or ''}"
