"""A district read out of a database: equal to the same by files, only read, and nothing told that opens it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from campus_database import HAS_POSTGRES, campus_tables, fill_postgres, fill_sqlite, postgres_server
from campus_extract import MAPPING, written
from click.testing import CliRunner
from good_extract import GOOD
from rounds import slow
from simulated import frames

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import LoadError, RequestError
from coursepush.load.database import reading
from coursepush.load.database.dialects import DIALECTS, dialect_of
from coursepush.load.database.url import Secrets, is_address, odbc_parts
from coursepush.model.tables import TABLES
from coursepush.store.frames import ArrowStream

PASSWORD = "Secret-Word-9@/"
ENCODED = "Secret-Word-9%40%2F"


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mapping") / "campus.toml"
    path.write_text(MAPPING, "utf-8")
    return path


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "campus.db")
    fill_sqlite(connection)
    yield connection
    connection.close()


def assert_same(district: cp.District) -> None:
    """The simulated district, row for row, as `test_campus_round_trip` finds it by files."""
    for name, table in TABLES.items():
        found = district.sql(f"select {', '.join(table.names)} from {name} order by {', '.join(table.key)}")
        assert found.equals(frames(7)[name]), name


def sources_of(district: cp.District) -> set[str]:
    with district.store.reading() as session:
        return {row[0] for row in session.rows("s", "select source from push.given_table where is_given")}


# -- SQLite, by the DB-API ---------------------------------------------------------------------------------


def test_sqlite_gives_the_district_that_files_give(
    sqlite: sqlite3.Connection, mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH_ROWS", 7_000)  # so that tables come in several batches
    with cp.load_district(sqlite, mapping=mapping) as district:
        assert_same(district)
        assert sources_of(district) == {f"sqlite:///{tmp_path / 'campus.db'}"}
        assert "not_one_moment" not in district.findings()["rule"]
        assert district.refresh(sqlite, mapping=mapping).summary == "Nothing has changed since the last load."
    # the connection is left as it was: writable, and in no transaction
    assert not sqlite.in_transaction
    sqlite.execute("delete from School")


def test_nothing_can_be_written_meanwhile_and_all_is_of_one_moment(
    sqlite: sqlite3.Connection, tmp_path: Path
) -> None:
    sqlite.execute("pragma journal_mode = wal")
    with reading.opened_database(sqlite) as database:
        first = database.tables["Section"].lazy(["sectionID"]).collect().height
        with sqlite3.connect(tmp_path / "campus.db") as other:
            other.execute("delete from Section")
            other.commit()
        assert database.tables["Section"].lazy(["sectionID"]).collect().height == first
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            sqlite.execute("delete from School")
    assert sqlite.execute("select count(*) from Section").fetchone() == (0,)


def test_a_transaction_of_the_caller_s_goes_on(sqlite: sqlite3.Connection, mapping: Path) -> None:
    sqlite.execute("update School set name = 'changed, not committed'")
    assert sqlite.in_transaction
    with cp.load_district(sqlite, mapping=mapping) as district:
        assert district.sql("select distinct name from school").item() == "changed, not committed"
        assert "not_one_moment" in district.findings()["rule"]
    assert sqlite.in_transaction
    sqlite.rollback()
    assert sqlite.execute("select count(*) from School where name like 'changed%'").fetchone() == (0,)


def test_only_columns_that_are_needed_are_read(sqlite: sqlite3.Connection, mapping: Path) -> None:
    asked: list[str] = []
    sqlite.execute("alter table Section add column secret")
    sqlite.execute("create table Payroll (employeeID, salary)")
    sqlite.set_trace_callback(asked.append)
    with cp.load_district(sqlite, mapping=mapping):
        pass
    read = [each for each in asked if each.startswith("select cast")]
    assert any('from "main"."Section"' in each for each in read)
    assert not any("secret" in each or "Payroll" in each for each in read)


def test_the_model_s_own_tables_need_no_mapping(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "own.db")
    for name, text in GOOD.items():
        header, *lines = text.splitlines()
        connection.execute(f"create table {name} ({header})")
        marks = ", ".join("?" * (header.count(",") + 1))
        connection.executemany(
            f"insert into {name} values ({marks})",
            [[part or None for part in line.split(",")] for line in lines],
        )
    with cp.load_district(connection) as district:
        assert district.sql("select count(*) from course").item() == 2
        assert sources_of(district) == {f"sqlite:///{tmp_path / 'own.db'}"}
    connection.close()


def test_a_database_without_the_tables_says_what_it_holds(tmp_path: Path, mapping: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("create table Buses (line)")
    with pytest.raises(LoadError, match=r"holds none of the tables.*Buses") as caught:
        cp.load_district(connection, mapping=mapping)
    assert caught.value.findings is not None
    with pytest.raises(RequestError, match="not from a database"):
        cp.load_district(connection, format="oneroster")
    connection.close()


def test_strange_names_are_quoted(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "odd.db")
    connection.execute('create table "Odd ""one""; drop" ("a""b;" , "select")')
    connection.execute('insert into "Odd ""one""; drop" values (1, 2)')
    with reading.opened_database(connection) as database:
        (table,) = database.tables.values()
        assert table.lazy(table.columns).collect().rows() == [("1", "2")]
    connection.close()


def test_duckdb(mapping: Path) -> None:
    with duckdb.connect() as connection:
        for name, frame in campus_tables().items():
            connection.register("rows", ArrowStream(frame))
            connection.execute(f'create table "{name}" as from rows')
            connection.unregister("rows")
        with cp.load_district(connection, mapping=mapping) as district:
            assert_same(district)


# -- addresses ---------------------------------------------------------------------------------------------


def test_what_is_an_address() -> None:
    assert is_address("postgresql+psycopg://user@host/name")
    assert is_address("env:CAMPUS")
    assert is_address("Driver={ODBC Driver 18 for SQL Server};Server=sis;Database=campus")
    assert not any(is_address(each) for each in ("extract", "C:\\extract", "/data/x.zip", Path("a://b"), 5))


def test_secrets_are_hidden_in_every_form() -> None:
    secrets = Secrets(["reader", PASSWORD])
    text = f"login reader/{PASSWORD} {ENCODED} failed for 'reader'"
    assert secrets.hidden(text) == "login …/… … failed for '…'"
    assert "user zq" not in Secrets(["zq"]).hidden("user zq is unknown")


def test_parts_of_an_odbc_line() -> None:
    line = "Driver={ODBC Driver 18 for SQL Server};Server=tcp:sis,1433;Database=campus;UID=me;PWD={a;b}}c}"
    assert odbc_parts(line) == {
        "driver": "ODBC Driver 18 for SQL Server",
        "server": "tcp:sis,1433",
        "database": "campus",
        "uid": "me",
        "pwd": "a;b}}c",
    }


def test_dialects_are_told_by_driver_product_or_name() -> None:
    assert dialect_of("pyodbc", "Microsoft SQL Server").name == "mssql"
    assert dialect_of("PostgreSQL").name == dialect_of("psycopg").name == "postgresql"
    assert dialect_of("something").begin == ()
    assert DIALECTS["mysql"].quoted("a`b") == "`a``b`"


def test_an_address_that_cannot_be_used_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAMPUS_NOWHERE", raising=False)
    with pytest.raises(RequestError, match="CAMPUS_NOWHERE is not set"):
        cp.load_district("env:CAMPUS_NOWHERE")
    pytest.importorskip("sqlalchemy")
    for address, said in (
        (f"postgresql+psycopg://reader:{ENCODED}@host:port/x", "no address of a database"),
        (f"mysql+nodriver://reader:{ENCODED}@host/x", "cannot be used"),
    ):
        with pytest.raises(RequestError, match=said) as caught:
            cp.load_district(address)
        assert_hidden(str(caught.value))


def test_without_sqlalchemy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(RequestError, match=r"coursepush\[database\]"):
        cp.load_district("postgresql+psycopg://reader@host/x")


def test_an_odbc_line_that_fails_is_said_without_user_and_password() -> None:
    pytest.importorskip("sqlalchemy")
    line = f"Driver={{No such driver}};Server=127.0.0.1;Database=campus;UID=campus_reader;PWD={PASSWORD}"
    with pytest.raises((RequestError, LoadError)) as caught:  # with pyodbc, or without it
        cp.load_district(line)
    assert_hidden(str(caught.value))


def test_an_odbc_address_shows_server_and_database_alone() -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from coursepush.load.database.url import called_by

    line = f"Driver={{ODBC Driver 18 for SQL Server}};Server=sis;Database=campus;UID=reader;PWD={PASSWORD}"
    url = sqlalchemy.URL.create("mssql+pyodbc", query={"odbc_connect": line})
    assert called_by(url) == "mssql://sis/campus"


@slow
def test_the_command_line_reads_a_database(sqlite: sqlite3.Connection, mapping: Path, tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    address = f"sqlite:///{tmp_path / 'campus.db'}"
    into = tmp_path / "district.duckdb"
    done = CliRunner().invoke(cli, ["load", "--database", address, "--mapping", str(mapping), str(into)])
    assert done.exit_code == 0, done.output
    with cp.open_district(into) as district:
        assert_same(district)
    arguments = ["refresh", str(into), "--database", "env:CAMPUS", "--mapping", str(mapping)]
    done = CliRunner().invoke(cli, arguments, env={"CAMPUS": address})
    assert done.exit_code == 0, done.output
    assert "Nothing has changed" in done.output


def assert_hidden(text: str) -> None:
    for secret in (PASSWORD, ENCODED, "campus_reader"):
        assert secret not in text


# -- PostgreSQL --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    """A server whose database has the tables in schema dbo, and a user who may read them."""
    if not HAS_POSTGRES:
        if os.environ.get("COURSEPUSH_POSTGRES") == "required":
            pytest.fail("PostgreSQL is not installed (Debian's package postgresql)")
        pytest.skip("PostgreSQL is not installed (Debian's package postgresql)")
    if os.environ.get("COURSEPUSH_POSTGRES") != "required":
        pytest.importorskip("psycopg")
        pytest.importorskip("sqlalchemy")
    with postgres_server() as server:
        fill_postgres(server.connection)
        for statement in (
            f"create role campus_reader login password '{PASSWORD}'",
            "grant usage on schema dbo to campus_reader",
            "grant select on all tables in schema dbo to campus_reader",
        ):
            server.connection.execute(statement)
        yield server


def socket_of(server: Any) -> str:
    return str(server.connection.info.host)


def test_postgres_by_its_address(postgres: Any, mapping: Path, tmp_path: Path) -> None:
    address = f"postgresql+psycopg://campus_reader:{ENCODED}@/postgres?host={socket_of(postgres)}"
    into = tmp_path / "district.duckdb"
    done = CliRunner().invoke(cli, ["load", "--database", address, "--mapping", str(mapping), str(into)])
    assert done.exit_code == 0, done.output
    assert_hidden(done.output)
    with cp.open_district(into) as district:
        assert_same(district)
        assert sources_of(district) == {f"postgresql://{socket_of(postgres)}/postgres"}
    for secret in (PASSWORD, ENCODED, "campus_reader"):
        assert secret.encode() not in into.read_bytes()


@slow
def test_postgres_by_its_connections(postgres: Any, mapping: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    monkeypatch.setattr(reading, "BATCH_ROWS", 5_000)
    for is_autocommit in (False, True):
        given = psycopg.connect(
            host=socket_of(postgres), user="postgres", dbname="postgres", autocommit=is_autocommit
        )
        with given as connection, cp.load_district(connection, mapping=mapping) as district:
            assert_same(district)
            assert "not_one_moment" not in district.findings()["rule"]
            assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_postgres_by_adbc(postgres: Any, mapping: Path) -> None:
    dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi")
    pytest.importorskip("pyarrow")
    given = dbapi.connect(f"postgresql://postgres@/postgres?host={socket_of(postgres)}")
    with given as connection, cp.load_district(connection, mapping=mapping) as district:
        assert_same(district)
        assert sources_of(district) == {"postgresql:///postgres"}


def test_postgres_is_read_as_of_one_moment_and_not_written(postgres: Any) -> None:
    import psycopg

    given = psycopg.connect(host=socket_of(postgres), user="postgres", dbname="postgres")
    with given as connection, reading.opened_database(connection) as database:
        table = database.tables["School"]
        before = table.lazy(["schoolID"]).collect().height
        postgres.connection.execute('insert into "School" ("schoolID") values (987654)')
        try:
            assert table.lazy(["schoolID"]).collect().height == before
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute('delete from "School"')
        finally:
            postgres.connection.execute('delete from "School" where "schoolID" = 987654')


def test_postgres_s_infinite_date_is_a_finding(postgres: Any, mapping: Path) -> None:
    import psycopg

    change = (
        'update "Calendar" set "startDate" = {} where "calendarID" = (select min("calendarID") from "Calendar")'
    )
    (before,) = postgres.connection.execute(
        'select "startDate" from "Calendar" order by "calendarID" limit 1'
    ).fetchone()
    postgres.connection.execute(change.format("'infinity'"))
    try:
        given = psycopg.connect(host=socket_of(postgres), user="postgres", dbname="postgres")
        with given as connection, pytest.raises(LoadError) as caught:
            cp.load_district(connection, mapping=mapping)
    finally:
        postgres.connection.execute(change.format(f"'{before}'"))
    assert caught.value.findings is not None
    found = caught.value.findings.filter(severity="refusal").select("rule", "table", "column", "value").rows()
    assert found == [("bad_date", "calendar", "start_date", "infinity")]


def test_what_postgres_refuses_is_said_without_user_and_password(postgres: Any, mapping: Path) -> None:
    socket = socket_of(postgres)
    for address in (
        f"postgresql+psycopg://no_{'campus_reader'}:{ENCODED}@/postgres?host={socket}",
        f"postgresql+psycopg://campus_reader:{ENCODED}@/nowhere?host={socket}",
        f"postgresql+psycopg://campus_reader:{ENCODED}@/postgres?host={socket}&sslmode=wrong",
    ):
        with pytest.raises(LoadError) as caught:
            cp.load_district(address, mapping=mapping)
        assert_hidden(str(caught.value))
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
    postgres.connection.execute('revoke select on "Section" from campus_reader')
    try:
        address = f"postgresql+psycopg://campus_reader:{ENCODED}@/postgres?host={socket}"
        with pytest.raises(LoadError) as caught:
            cp.load_district(address, mapping=mapping)
        assert_hidden(str(caught.value))
    finally:
        postgres.connection.execute('grant select on "Section" to campus_reader')


def test_types_of_drivers_become_text_in_one_form() -> None:
    assert written(campus_tables()["Calendar"]).height  # what files hold is compared in assert_same
    from coursepush.load.types import text_expression

    frame = pl.DataFrame({"a": [True, None], "b": [[1, 2], []], "c": [1.5, None]})
    texts = [text_expression(pl.col(name), kind) for name, kind in frame.schema.items()]
    assert frame.select(text for text in texts if text is not None).rows() == [
        ("true", "1;2", "1.5"),
        (None, "", None),
    ]
