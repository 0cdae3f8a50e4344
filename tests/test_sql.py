"""district.sql: one SELECT, read-only, with no other file within reach; in a file and in memory alike."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from district_files import bytes_of, file_of, worn_district

import coursepush as cp
from coursepush.errors import CoursepushError, QueryError, RequestError, StoreError
from coursepush.model.tables import TABLES
from coursepush.store import Store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that a query might reach for: other.csv, other.parquet, other.json, other.duckdb."""
    folder = tmp_path_factory.mktemp("other files")
    frame = pl.DataFrame({"secret": ["taken"]})
    frame.write_csv(folder / "other.csv")
    frame.write_parquet(folder / "other.parquet")
    frame.write_ndjson(folder / "other.json")
    with duckdb.connect(str(folder / "other.duckdb")) as connection:
        connection.execute("create table secret as select 'taken' as secret")
    return folder


@pytest.fixture(scope="module", params=["file", "memory"])
def district(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[cp.District]:
    made = worn_district()
    if request.param == "file":
        path = file_of(made, tmp_path_factory.mktemp("sql") / "district.duckdb")
        opened = cp.open_district(path)
    else:
        opened = cp.District(made.store())
    yield opened
    opened.close()


# -- what it runs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "params", "expected"),
    [
        pytest.param("select count(*) as n from course", None, [(1,)], id="select"),
        pytest.param("SELECT number FROM course;\n", None, [("MATH1",)], id="semicolon"),
        pytest.param("-- why\nselect 1 as one /* and so on */", None, [(1,)], id="comments"),
        pytest.param("with c as (select number from course) select * from c", None, [("MATH1",)], id="with"),
        pytest.param("from course select number", None, [("MATH1",)], id="from-first"),
        pytest.param("values (1, 'a'), (2, 'b')", None, [(1, "a"), (2, "b")], id="values"),
        pytest.param("select number from course where course_id = $id", {"id": 501}, [("MATH1",)], id="named"),
        pytest.param("select number from course where course_id = $id", {"id": 9}, [], id="named-and-none"),
        pytest.param("select number from course where course_id = ?", [501], [("MATH1",)], id="in-order"),
        pytest.param("select ? || $2 as both", ["'; drop table course; --", "x"], None, id="as-they-are"),
        pytest.param("select number from district.main.course", None, [("MATH1",)], id="whole-name"),
        pytest.param(
            "select table_name from push.given_table where table_name = 'term'", None, [("term",)], id="push"
        ),
        pytest.param("select 'other.csv' as name", None, [("other.csv",)], id="a-name-is-no-file"),
    ],
)
def test_one_select_is_run(
    query: str, params: Any, expected: list[tuple[Any, ...]] | None, district: cp.District
) -> None:
    if expected is None:
        query, expected = query.replace("?", "$1"), [("".join(params),)]
    assert district.sql(query, params).rows() == expected


def test_a_result_is_a_frame_with_the_columns_types(district: cp.District) -> None:
    frame = district.sql("select course_id, number, is_active, gpa_weight, task_ids from course, course_category")
    assert frame.schema == {
        "course_id": pl.Int64,
        "number": pl.String,
        "is_active": pl.Boolean,
        "gpa_weight": pl.Decimal(9, 4),
        "task_ids": pl.List(pl.Int64),
    }


# -- what it refuses -------------------------------------------------------------------------------------

NOT_ONE_SELECT = {
    "copy-to": "copy course to '{folder}/out.csv'",
    "copy-query": "copy (select * from course) to '{folder}/out.parquet' (format parquet)",
    "copy-from": "copy course from '{folder}/other.csv'",
    "copy-database": "copy from database district to memory",
    "export": "export database '{folder}/out'",
    "import": "import database '{folder}'",
    "attach": "attach '{folder}/other.duckdb' as other",
    "attach-memory": "attach ':memory:' as other",
    "detach": "detach district",
    "use": "use memory.main",
    "set": "set enable_external_access = true",
    "set-threads": "set threads = 1",
    "set-variable": "set variable x = 1",
    "reset": "reset enable_external_access",
    "pragma": "pragma enable_profiling",
    "pragma-with-value": "pragma memory_limit = '1GB'",
    "install": "install httpfs",
    "load": "load httpfs",
    "call": "call enable_logging()",
    "checkpoint": "checkpoint district",
    "vacuum": "vacuum",
    "begin": "begin transaction",
    "commit": "commit",
    "rollback": "rollback",
    "prepare": "prepare p as select 1",
    "execute": "execute p",
    "explain": "explain analyze delete from course",
    "insert": "insert into school (school_id, name) values (1, 'x')",
    "insert-returning": "insert into school (school_id, name) values (1, 'x') returning *",
    "update": "update course set name = 'x'",
    "delete": "delete from course",
    "truncate": "truncate course",
    "merge": "merge into course using (select 1 as i) as x on course_id = i when matched then delete",
    "create-table": "create table x as select 1",
    "create-temp-table": "create temp table x as select 1",
    "create-view": "create view x as select 1",
    "create-macro": "create macro x() as 1",
    "create-schema": "create schema x",
    "create-secret": "create secret (type s3)",
    "drop": "drop table course",
    "alter": "alter table course add column x integer",
    "comment": "comment on table course is 'x'",
    "with-that-inserts": "with x as (insert into school (school_id, name) values (1, 'x') returning *) from x",
    "with-update": "with x as (update course set name = 'x' returning *) select count(*) from x",
    "with-delete": "with x as (delete from course returning *) from x",
    "with-copy": "with x as (copy (select 1) to '{folder}/out.csv') from x",
    "with-in-a-with": "with x as (with y as (delete from course returning *) from y) from x",
    "with-in-a-condition": "from school where exists (with y as (delete from course returning *) from y)",
    "with-in-a-limit": "from school limit (with y as (delete from course returning *) select count(*) from y)",
    "with-in-a-union": "select 1 union all (with y as (delete from course returning course_id) from y)",
    "with-on-a-temporary-table": "with x as (delete from temp.main.kept returning *) from x",
    "two": "select 1; select 2",
    "two-and-one-writes": "select 1; delete from course",
    "with-insert": "with x as (select 1 as i) insert into school (school_id) select i from x",
    "empty": "",
    "blank": " \n",
    "comment-only": "-- select 1",
    "syntax-error": "select from where",
    "pivot": "pivot course on number using count(*)",  # it would make a type first
}


@pytest.mark.parametrize("query", NOT_ONE_SELECT.values(), ids=NOT_ONE_SELECT)
def test_what_is_not_one_select_is_refused(query: str, district: cp.District, folder: Path) -> None:
    before = _state(district), sorted(folder.iterdir())
    with pytest.raises(QueryError, match=r"runs one SELECT and nothing else|cannot be read"):
        district.sql(query.format(folder=folder))
    assert (_state(district), sorted(folder.iterdir())) == before


OUT_OF_REACH = {
    "read_csv": "select * from read_csv('{folder}/other.csv')",
    "read_csv_auto": "from read_csv_auto('{folder}/other.csv')",
    "sniff_csv": "from sniff_csv('{folder}/other.csv')",
    "read_text": "from read_text('{folder}/other.csv')",
    "read_blob": "from read_blob('{folder}/other.csv')",
    "read_parquet": "from read_parquet('{folder}/other.parquet')",
    "parquet_metadata": "from parquet_metadata('{folder}/other.parquet')",
    "read_json": "from read_json('{folder}/other.json')",
    "read_duckdb": "from read_duckdb('{folder}/other.duckdb', table_name='secret')",
    "glob": "from glob('{folder}/*')",
    "glob-etc": "from glob('/etc/*')",
    "passwd": "from read_text('/etc/passwd')",
    "several-files": "from read_csv(['{folder}/other.csv', '{folder}/other.csv'])",
    "named-csv": "from '{folder}/other.csv'",
    "named-parquet": "from '{folder}/other.parquet'",
    "named-json": "from '{folder}/other.json'",
    "named-database": "from '{folder}/other.duckdb'",
    "here-csv": "from 'other.csv'",
    "http": "from 'https://localhost:1/other.csv'",
    "http-function": "from read_csv('https://localhost:1/other.csv')",
    "in-a-subquery": "select (select secret from read_csv('{folder}/other.csv')) as secret",
    "in-a-query-text": "from query('from read_csv(''{folder}/other.csv'')')",
    "in-a-with": "with x as (from '{folder}/other.csv') from x",
    "another-database": "from other.main.secret",
    "memory-database": "from memory.main.secret",
    "secrets": "from duckdb_secrets()",
}


@pytest.mark.parametrize("query", OUT_OF_REACH.values(), ids=OUT_OF_REACH)
def test_no_other_file_or_database_is_within_reach(
    query: str, district: cp.District, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(QueryError, match="The query failed"):
        district.sql(query.format(folder=folder))


@pytest.mark.parametrize("query", [q for name, q in OUT_OF_REACH.items() if name.startswith(("read_", "named-"))])
def test_a_database_without_these_bounds_would_reach_the_file(query: str, folder: Path) -> None:
    """The queries above are refused for what they reach for, not because they are wrong."""
    with duckdb.connect() as connection:
        found = pl.DataFrame(connection.sql(query.format(folder=folder)))
    assert "taken" in str(found.select(pl.last()).rows() + found.rows())


def test_python_variables_are_no_tables(district: cp.District) -> None:
    local_frame = pl.DataFrame({"secret": ["taken"]})
    assert local_frame.height == 1
    with pytest.raises(QueryError, match="local_frame does not exist"):
        district.sql("from local_frame")
    with pytest.raises(QueryError, match="global_frame does not exist"):
        district.sql("from global_frame")


global_frame = pl.DataFrame({"secret": ["taken"]})


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("select nowhere from course", id="unknown-column"),
        pytest.param("from nowhere", id="unknown-table"),
        pytest.param("select cast('x' as integer)", id="conversion"),
        pytest.param("select error('x')", id="error"),
        pytest.param("select $id", id="value-missing"),
        pytest.param("select nextval('x')", id="sequence"),
    ],
)
def test_a_query_that_fails_says_so(query: str, district: cp.District) -> None:
    with pytest.raises(QueryError, match="The query failed"):
        district.sql(query)
    assert district.sql("select 1 as one").rows() == [(1,)]


RESULTS_THAT_POLARS_CANNOT_HOLD = {
    "two-columns-of-one-name": "select course_id, course_id from course",
    "interval": "select interval 1 day as i",
    "union": "select union_value(a := 1) as u",
}


@pytest.mark.parametrize("query", RESULTS_THAT_POLARS_CANNOT_HOLD.values(), ids=RESULTS_THAT_POLARS_CANNOT_HOLD)
def test_a_result_that_no_frame_can_hold_is_refused_in_words(query: str, district: cp.District) -> None:
    with pytest.raises(QueryError, match="The query failed"):
        district.sql(query)


FUNCTIONS_THAT_CHANGE_THE_INSTANCE = {
    "enable-logging": "from enable_logging('QueryLog')",
    "logging-to-a-file": "from enable_logging('QueryLog', storage = 'file', storage_path = '/tmp/never')",
    "disable-logging": "from disable_logging()",
    "truncate-logs": "from truncate_duckdb_logs()",
    "profiling": "from enable_profiling()",
    "profiling-to-a-file": "from enable_profiling(format = 'json', save_location = '/tmp/never.json')",
    "checkpoint": "from checkpoint()",
    "in-a-query-text": "from query('from enable_' || 'profiling()')",
    "in-quotes": 'select 1 in (from "enable_profiling"())',
}


@pytest.mark.parametrize(
    "query", FUNCTIONS_THAT_CHANGE_THE_INSTANCE.values(), ids=FUNCTIONS_THAT_CHANGE_THE_INSTANCE
)
def test_a_select_cannot_change_the_instance(query: str, tmp_path: Path) -> None:
    """In a process of its own: the worst of them leave a district that fails at every query after it."""
    path = file_of(worn_district(), tmp_path / "district.duckdb")
    code = """
import sys, coursepush as cp
from coursepush.errors import QueryError
district = cp.open_district(sys.argv[1])
try:
    district.sql(sys.argv[2])
except QueryError:
    assert district.sql("select 1 as one").height == 1
    print("refused")
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, str(path), query], capture_output=True, text=True, check=False, env=os.environ
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "refused")


# -- and nothing is changed ------------------------------------------------------------------------------


def _state(district: cp.District) -> object:
    """What tables there are and how many rows each has; for a file its bytes too."""
    counts = " union all ".join(f"select '{name}', count(*) from {name}" for name in TABLES)
    named = "select database_name || schema_name || table_name, -1 from duckdb_tables()"
    path = district._store.path
    return (
        district.sql(f"select * from ({counts} union all {named}) order by all").rows(),
        district.sql("select name, value from duckdb_settings() order by all").rows(),
        None if path is None else bytes_of(path),
    )


def test_a_refusal_is_an_error_of_the_package(district: cp.District) -> None:
    with pytest.raises(CoursepushError):
        district.sql("delete from course")


# -- and it can be stopped -------------------------------------------------------------------------------

LONG = "select sum(hash(range)) from range(300000000)"
ENDLESS = "select sum(hash(a.range)) as total from range(100000000) as a, range(1000) as b"


@pytest.mark.parametrize("query", [ENDLESS, "select a.range as one from range(100000000) as a order by hash(one)"])
def test_a_query_is_stopped_when_its_time_is_over(query: str, district: cp.District) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryError, match=r"not done after 0.2 seconds .* timeout="):
        district.sql(query, timeout=0.2)
    assert time.monotonic() - begun < 10
    assert district.sql("select count(*) as n from course", timeout=60).rows() == [(1,)]


def test_a_time_limit_stops_no_other_work(district: cp.District) -> None:
    """A limit that is over stops what runs under it; another thread's work waits for the district, and is done."""
    done: list[int] = []
    district.store.wait = 60
    other = threading.Thread(target=lambda: done.append(district.sql("select count(*) as n from course").item()))
    threading.Timer(0.1, other.start).start()
    with pytest.raises(QueryError, match="not done after"):
        district.sql(ENDLESS, timeout=0.5)
    other.join(30)
    assert done == [1]
    assert not [thread for thread in threading.enumerate() if thread.name == "coursepush query"]


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), True, "5"])
def test_a_time_limit_is_a_time(timeout: Any, district: cp.District) -> None:
    with pytest.raises(RequestError, match="number of seconds above 0"):
        district.sql("select 1", timeout=timeout)


def test_a_query_is_stopped_by_an_interrupt(tmp_path: Path) -> None:
    """As a notebook's kernel is interrupted: KeyboardInterrupt, and the district is open as before."""
    path = file_of(worn_district(), tmp_path / "district.duckdb")
    code = """
import os, signal, sys, threading, coursepush as cp
district = cp.open_district(sys.argv[1])
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    district.sql(sys.argv[2])
except KeyboardInterrupt:
    print("stopped", district.sql("select count(*) as n from course").item())
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, str(path), ENDLESS], capture_output=True, text=True, check=False, timeout=120
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "stopped 1"), ran.stderr


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="has no timer that sends a signal")
def test_a_statement_of_ours_is_stopped_by_an_interrupt_too() -> None:
    """DuckDB makes a RuntimeError of what a signal's handler raises; it is Ctrl-C to whoever waits."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with Store(None, threads=1).reading() as session:  # another thread would finish its part first
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(KeyboardInterrupt):
                session.rows("endless", LONG)
            assert session.value("one", "select 1") == 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# -- memory ----------------------------------------------------------------------------------------------

NEEDS_MEMORY = "select list(range order by hash(range)) as all_of_them from range(30000000)"


def test_a_query_that_runs_out_of_memory_says_which_setting_allows_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEPUSH_MEMORY", "60MB")
    with cp.District(worn_district().store()) as district:
        small = cp.District(Store(None))
        with small._store.writing(create=True) as session:
            session.run("a table", "create table district.main.one as select 1 as one")
        with pytest.raises(
            QueryError, match=r"ran out of memory \(it may take up to 0.1 GiB here\).*COURSEPUSH_MEMORY"
        ):
            small.sql(NEEDS_MEMORY)
        assert small.sql("from one").item() == 1
        assert district.sql("select count(*) as n from course").item() == 1


@pytest.mark.parametrize("said", ["much", "8", "-1GB", "1KB", "1MB", "1e3GB"])
def test_an_amount_of_memory_that_is_none_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEPUSH_MEMORY", said)
    with pytest.raises(StoreError, match=r"COURSEPUSH_MEMORY is .* such as 500MB or 8GB"):
        Store(None)


def test_where_the_system_gives_no_memory_the_error_is_ours(tmp_path: Path) -> None:
    """A limit on the process's address space, as job schedulers set it."""
    pytest.importorskip("resource")
    path = file_of(worn_district(), tmp_path / "district.duckdb")
    code = """
import resource, sys, coursepush as cp
from coursepush.errors import CoursepushError
district = cp.open_district(sys.argv[1])
district.sql("select 1 as one")
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
least, most = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (held + 2**28, most))
try:
    district.sql(sys.argv[2])
except CoursepushError as error:
    resource.setrlimit(resource.RLIMIT_AS, (least, most))
    print(type(error).__name__, "COURSEPUSH_MEMORY" in str(error), district.sql("select 1 as one").item())
"""
    if not Path("/proc/self/statm").exists():
        pytest.skip("no /proc")
    ran = subprocess.run(
        [sys.executable, "-c", code, str(path), NEEDS_MEMORY],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "QueryError True 1"), ran.stderr
