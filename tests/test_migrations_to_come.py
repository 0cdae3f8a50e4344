"""Migrations yet to come, made up: what one can do, what stands in for it, and what is never let through."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from district_files import bytes_of
from layouts import bring_up, every_row, layout_of

import coursepush as cp
from coursepush.errors import StoreError
from coursepush.store.migrations import OLDEST, SCHEMA_VERSION, Migration, StandIn, Step, registry

NEXT, NEXT_BUT_ONE = SCHEMA_VERSION + 1, SCHEMA_VERSION + 2


@pytest.fixture
def district(earlier_file: Path) -> Generator[cp.District]:
    with cp.open_district(earlier_file) as opened:
        yield opened


def layouts_gone_through(path: Path) -> list[str]:
    return [row.split(", datetime")[0].strip("(") for row in every_row(path)["push.migration"]]


def add_migrations(monkeypatch: pytest.MonkeyPatch, *more: Migration) -> None:
    monkeypatch.setattr(registry, "MIGRATIONS", (*registry.MIGRATIONS, *more))


ADDS = Migration(
    to=NEXT,  # a column that may be null, one that may not, one of the history, a table
    steps=(
        Step("add push.finding.note", "alter table district.push.finding add column note VARCHAR"),
        Step("fill push.finding.note", "update district.push.finding set note = rule || '!'"),
        Step("hold teachers", "create temp table held_teacher as from district.main.teacher"),
        Step(
            "make main.teacher anew",
            "create or replace table district.main.teacher "
            "(teacher_id BIGINT not null, name VARCHAR, is_active BOOLEAN not null)",
        ),
        Step(
            "fill main.teacher",
            "insert into district.main.teacher select teacher_id, name, true from held_teacher",
        ),
        Step("drop held", "drop table held_teacher"),
        Step(
            "add push.history.reason",
            "alter table district.push.history add column reason VARCHAR",
            where_there_is="push.history",
        ),
        Step("create push.made_up", "create table district.push.made_up (table_name VARCHAR)"),
        Step(
            "fill push.made_up",
            "insert into district.push.made_up select table_name from district.push.given_table where is_given",
        ),
    ),
    stand_ins=(
        StandIn("push.finding", lambda earlier: f"select *, rule || '!' as note from {earlier('push.finding')}"),
        StandIn("main.teacher", lambda earlier: f"select *, true as is_active from {earlier('main.teacher')}"),
        StandIn(
            "push.history",
            lambda earlier: f"select *, null::varchar as reason from {earlier('push.history')}",
            where_there_is="push.history",
        ),
        StandIn(
            "push.made_up",
            lambda earlier: f"select table_name from {earlier('push.given_table')} where is_given",
        ),
    ),
)
CHANGES = Migration(
    to=NEXT_BUT_ONE,  # a column of the table and one of the column of the migration before; rows go
    steps=(
        Step("add push.made_up.since", "alter table district.push.made_up add column since DATE"),
        Step("fill push.made_up.since", "update district.push.made_up set since = date '2026-11-02'"),
        Step("rename push.finding.note", "alter table district.push.finding rename column note to remark"),
        Step("forget repairs", "delete from district.push.repair"),
    ),
    stand_ins=(
        StandIn(
            "push.made_up",
            lambda earlier: f"select *, date '2026-11-02' as since from {earlier('push.made_up')}",
        ),
        StandIn(
            "push.finding",
            lambda earlier: f"select * exclude (note), note as remark from {earlier('push.finding')}",
        ),
        StandIn("push.repair", lambda earlier: f"from {earlier('push.repair')} where false"),
    ),
    changes_rows=frozenset({"push.repair"}),
)

LOOKS = (
    "select remark from push.finding order by all",
    "select teacher_id, name, is_active from teacher order by all",
    "select push_id, reason from push.history order by all",
    "select table_name, since from push.made_up order by all",
    "select count(*) from push.repair",
    "select count(*) from course",
)


def test_a_reader_sees_what_several_migrations_will_make(
    monkeypatch: pytest.MonkeyPatch, earlier_file: Path, district: cp.District
) -> None:
    add_migrations(monkeypatch, ADDS, CHANGES)
    before = bytes_of(earlier_file)
    read = [district.sql(look).rows() for look in LOOKS]
    assert all(read)
    assert bytes_of(earlier_file) == before
    bring_up(earlier_file)
    assert layout_of(earlier_file) == NEXT_BUT_ONE
    assert layouts_gone_through(earlier_file) == [f"{n}, {n + 1}" for n in range(OLDEST, NEXT_BUT_ONE)]
    assert [district.sql(look).rows() for look in LOOKS] == read
    assert district.sql("from push.repair").is_empty()


def test_from_the_layout_before_only_the_last_migration_runs(
    monkeypatch: pytest.MonkeyPatch, earlier_file: Path, district: cp.District
) -> None:
    bring_up(earlier_file)
    add_migrations(monkeypatch, ADDS)
    assert district.sql("select count(*) from push.made_up").item() > 0
    bring_up(earlier_file)
    assert layouts_gone_through(earlier_file) == [f"{n}, {n + 1}" for n in range(OLDEST, NEXT)]


LOSES = Migration(to=NEXT, steps=(Step("lose", "delete from teacher"),))
FAILS = Migration(
    to=NEXT,  # a step that cannot work
    steps=(
        Step("forget", "delete from district.push.finding"),
        Step("fail", "alter table push.none add column a int"),
    ),
)


@pytest.mark.parametrize(
    ("migration", "says"),
    [(LOSES, r"numbers of rows than before in main\.teacher"), (FAILS, f"'layout {NEXT}: fail'")],
)
def test_a_migration_that_goes_wrong_changes_nothing(
    migration: Migration,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    earlier_file: Path,
    district: cp.District,
) -> None:
    before = every_row(earlier_file)
    with monkeypatch.context() as patched:
        add_migrations(patched, migration)
        with pytest.raises(StoreError, match=rf"could not be brought up to layout {NEXT}.*{says}") as raised:
            district.scaffold()
        assert "Nothing was written" in str(raised.value)
        assert every_row(earlier_file) == before
        assert district.history().height
    district.scaffold()
    assert layout_of(earlier_file) == SCHEMA_VERSION
