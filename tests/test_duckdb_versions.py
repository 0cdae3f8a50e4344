"""What differs between the versions of DuckDB in range must not be seen through the store."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import duckdb
import polars as pl
import pytest
from district_files import plan_all, worn_district, write_file

import coursepush as cp
from coursepush.errors import StoreError
from coursepush.store import Store
from coursepush.store.faults import explained


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_file(worn_district().tables(), tmp_path / "district.duckdb")
    return tmp_path / "district.duckdb"


def test_a_result_is_always_read_to_its_end(path: Path) -> None:
    """DuckDB 2 runs nothing else on a connection while a result is not."""
    with Store(path).reading() as session:
        assert session.value("many", "select range from range(100000)") == 0
        assert session.frame("frame", "select count(*) as n from course").item() == 1
        session.run("nobody reads", "select range from range(100000)")
        session.take_in("taken", pl.DataFrame({"a": [1]}))


def _rename_and_pass_over(store: Store, mistake: str) -> None:
    with store.writing() as session:
        session.run("rename", "update school set name = 'Renamed'")
        with suppress(StoreError):
            session.run("wrong", mistake)


@pytest.mark.parametrize(
    "mistake",
    [
        "selekt 1",
        "select no_such_column from course",
        "select cast('a' as integer)",
        "insert into course values (1)",
    ],
    ids=["parser", "catalog", "conversion", "binder"],
)
def test_a_step_that_failed_and_was_passed_over_is_not_committed(mistake: str, path: Path) -> None:
    """Of some versions and kinds of mistake the transaction would be whole, of others lost without a word."""
    store = Store(path)
    with pytest.raises(StoreError, match=r"'wrong' failed and was passed over\. .*Nothing was written"):
        _rename_and_pass_over(store, mistake)
    with store.reading() as session:
        assert session.value("kept", "select count(*) from school where name = 'Renamed'") == 0
    with store.writing() as session:
        session.run("rename", "update school set name = 'Renamed'")
    with store.reading() as session:
        assert session.value("renamed", "select count(*) from school where name = 'Renamed'") > 0


def test_what_went_wrong_is_told_though_a_frame_was_lent(path: Path) -> None:
    store = Store(path)
    frame = pl.DataFrame({"name": ["a"]})
    with (
        pytest.raises(StoreError, match="no_such_table"),
        store.writing() as session,
        session.lent("lent_frame", frame),
    ):
        session.run("copy", "insert into no_such_table from lent_frame")
    with store.reading() as session:
        session.take_in("taken", frame)
        assert session.value("taken", "select name from taken") == "a"


def test_a_column_of_nothing_but_nulls_is_taken_in(path: Path) -> None:
    with Store(path).reading() as session:
        session.take_in("taken", pl.DataFrame({"a": [1, 2], "nothing": [None, None]}))
        assert session.rows("taken", "select a, nothing from taken order by a") == [(1, None), (2, None)]


def test_no_table_has_a_column_without_a_type(path: Path) -> None:
    """`null as x` without a type makes a column in DuckDB 2 into which nothing can be put."""
    untyped: list[tuple[str, str]] = []
    district = cp.open_district(path)
    run = district.store.execute

    def looked_at(name: str, sql: str, *more: object) -> object:
        made = run(name, sql, *more)  # type: ignore[arg-type]
        if " table " in sql and " as" in sql:
            untyped.extend(
                run(
                    "look",
                    "select table_name, column_name from duckdb_columns() "
                    "where database_name = 'temp' and data_type ilike '%null%'",
                )  # type: ignore[arg-type]
            )
        return made

    district.store.execute = looked_at  # type: ignore[method-assign, assignment]
    plan = plan_all(district)
    other = district.plan_course_push("Lincoln High 26-27", overwrite_categories=True)
    district.reports.compare(plan, other)
    for name in ("course_audit", "residual", "cascade", "master_awaiting_push", "course_awaiting_push"):
        assert getattr(district.reports, name)().frame.width > 0
    receipt = district.apply(plan)
    assert district.plan_undo(receipt.push_id).writes > 0
    district.close()
    assert not untyped


# -- files ---------------------------------------------------------------------------------------------------


def test_new_files_are_in_a_format_that_every_version_reads(path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as other (read_only)")
        [(tags,)] = connection.execute(
            "select tags from duckdb_databases() where database_name = 'other'"
        ).fetchall()
    assert tags["storage_version"] == "v1.0.0+"


def test_a_file_of_which_a_part_is_missing_is_refused(path: Path, tmp_path: Path) -> None:
    """However much of it: DuckDB opens what has its beginning, and fails only when it reads what is not there."""
    size = path.stat().st_size
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as other (read_only)")
        [(needed,)] = connection.execute(
            "select 12288 + block_size * used_blocks from pragma_database_size() where database_name = 'other'"
        ).fetchall()
    assert needed <= size
    for kept in (needed - 1, size // 2, 300_000, 12288, 4096):
        cut = tmp_path / f"{kept}.duckdb"
        shutil.copy(path, cut)
        os.truncate(cut, kept)
        with pytest.raises(StoreError, match="not whole") as raised:
            cp.open_district(cut)
        assert str(cut) in str(raised.value)
        assert "load the district again" in str(raised.value)


def test_a_file_with_blocks_that_are_free_is_whole(path: Path) -> None:
    """DuckDB's count of all its blocks is larger than many a file: only those in use are asked for."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table filler as select range, md5(range::varchar) as a from range(200000)")
        connection.execute("checkpoint")
        connection.execute("create table last as select 1 as a")
        connection.execute("drop table filler")
        connection.execute("checkpoint")
    with cp.open_district(path) as district:
        assert plan_all(district).writes > 0


def test_a_damaged_block_is_told_in_words(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(12288 + 100, len(content), 262144):
        content[place : place + 64] = bytes(byte ^ 0x55 for byte in content[place : place + 64])
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged|not whole") as raised, cp.open_district(path) as district:
        plan_all(district)
    assert str(path) in str(raised.value)


def test_a_file_that_is_too_new_is_told_in_words() -> None:
    said = duckdb.IOException(
        "IO Error: Trying to read a database file with version number 69, but we can only read versions between "
        "64 and 68.\nThe database file was created with a newer version of DuckDB."
    )
    told = str(explained(said, "attach", Path("district.duckdb")))
    assert "district.duckdb was written by a newer version of DuckDB than the one here" in told
    assert "pip install --upgrade duckdb" in told
