"""A district file of an earlier layout: read as it is, brought up by the first work that writes, nothing lost."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import duckdb
import layouts
import pytest
from click.testing import CliRunner
from district_files import READS, WRITES, bytes_of, other_process
from layouts import CASES, Content, content, layout_of, make_file, plans, told, told_then, undone

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import CoursepushError, DistrictBusyError, ForeignPlanError, StoreError
from coursepush.plan.rules import RULES_VERSION
from coursepush.progress import listening
from coursepush.store import Store
from coursepush.store.migrations import OLDEST, SCHEMA_VERSION, Migration, StandIn, Step, registry

ALL_CASES = sorted((int(path.parent.name), path.stem) for path in CASES.glob("*/*.sql"))
EVERY_CASE = pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: f"{case[0]}-{case[1]}")
Case = tuple[int, str]


@pytest.fixture
def case() -> Case:
    """The case of tests that need only one."""
    return ALL_CASES[-1]


@pytest.fixture
def path(case: Case, tmp_path: Path) -> Path:
    """The case as a file, alone in its folder."""
    folder = tmp_path / "own"
    folder.mkdir()
    return make_file(*case, folder / "district.duckdb")


@pytest.fixture
def district(path: Path) -> Generator[cp.District]:
    with cp.open_district(path) as opened:
        yield opened


def bring_up(path: Path) -> None:
    """Work that writes, and nothing but the layout."""
    store = Store(path)
    with store.writing():
        pass
    store.close()


def remembered(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(
            "select from_layout, to_layout, migrated_at is not null, coursepush_version, duckdb_version "
            "from push.migration order by to_layout"
        ).fetchall()


def every_row(path: Path) -> dict[str, list[str]]:
    """All tables of the file, with all their rows."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not internal order by all"
        ).fetchall()
        return {name: sorted(map(repr, connection.execute(f"from {name}").fetchall())) for (name,) in names}


def laid_out(path: Path) -> dict[str, Any]:
    """What the file is made of: every table's columns with their types, and whatever else a catalog may hold."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found: dict[str, Any] = {}
        for name, column in connection.execute(
            "select schema_name || '.' || table_name, "
            "row(column_name, data_type, is_nullable, column_default, comment) "
            "from duckdb_columns() where not internal order by schema_name, table_name, column_index"
        ).fetchall():
            found.setdefault(name, []).append(column)
        for kind in ("constraints", "indexes", "sequences", "types", "views"):
            where = "constraint_type <> 'NOT NULL'" if kind == "constraints" else "not internal"
            if kind in ("indexes", "sequences"):
                where = "true"
            found[kind] = connection.execute(f"select count(*) from duckdb_{kind}() where {where}").fetchall()
        return found


# -- the cases themselves ----------------------------------------------------------------------------------


def test_every_layout_that_is_brought_up_has_cases_and_a_migration() -> None:
    assert [each.to for each in registry.MIGRATIONS] == list(range(OLDEST + 1, SCHEMA_VERSION + 1))
    assert {layout for layout, _ in ALL_CASES} == set(range(OLDEST, SCHEMA_VERSION)), (
        "keep the cases of the last layout: coursepush.store.migrations says how"
    )


@EVERY_CASE
def test_a_case_holds_a_district_with_a_past(case: Case, path: Path) -> None:
    rows = every_row(path)
    for table in ("history", "history_row", "history_course_category", "refresh", "work", "scaffolded", "finding"):
        assert rows[f"push.{table}"], table
    assert layout_of(path) == case[0]
    then = told_then(*case)
    assert content(path, then["columns"]) == then["content"]


def test_a_file_as_text_is_that_file_again(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.duckdb"
    with duckdb.connect(str(again)) as connection:
        connection.execute(layouts.as_sql(path)).fetchall()
    assert every_row(again) == every_row(path)
    assert laid_out(again) == laid_out(path)


# -- read as it is -----------------------------------------------------------------------------------------


def tells_as_then(case: Case, district: cp.District) -> None:
    """The district tells what the build that made its file told, as long as the rules are the same."""
    then, now = told_then(*case), told(district)
    for what in ("history", "refreshes"):
        assert now[what] == then[what]
    if then["rules_version"] == RULES_VERSION:
        assert now["plans"] == then["plans"]


def every_report(district: cp.District) -> dict[str, Any]:
    """Every report's frame and answer, as lists."""
    found: dict[str, Any] = {}
    reports = district.reports
    names = [
        name
        for name, method in inspect.getmembers(type(reports), inspect.isfunction)
        if not name.startswith("_") and name not in ("compare", "plan_page", "panel")
    ]
    assert {"residual", "drift", "course_status", "push_result"} <= set(names)
    for name in names:
        report = getattr(reports, name)()
        found[name] = (report.frame.rows(), report.answer)
    return found


@EVERY_CASE
def test_a_reader_reads_it_as_it_is(case: Case, path: Path, district: cp.District) -> None:
    before = bytes_of(path)
    tells_as_then(case, district)
    read = every_report(district), told(district), district.findings().rows(), district.repairs().rows()
    assert district.sql("select count(*) from push.migration").item() == 0
    assert bytes_of(path) == before
    bring_up(path)
    assert (every_report(district), told(district), district.findings().rows(), district.repairs().rows()) == read


def test_an_export_and_a_why_of_an_earlier_file(path: Path, district: cp.District, tmp_path: Path) -> None:
    course = int(district.sql("select min(course_id) from course").item())
    why = district.why(course=course, element="categories").answer
    district.export(tmp_path / "out", students=True)
    with cp.load_district(tmp_path / "out", into=tmp_path / "new.duckdb") as new:
        assert new.sql("select * from course order by all").equals(
            district.sql("select * from course order by all")
        )
        assert layout_of(tmp_path / "new.duckdb") == SCHEMA_VERSION
    bring_up(path)
    assert district.why(course=course, element="categories").answer == why


def test_a_reader_leaves_nothing_standing_in(path: Path, district: cp.District) -> None:
    assert district.sql("select count(*) from push.migration").item() == 0
    databases = "select database_name from duckdb_databases() where not internal order by all"
    assert district.store.connection.execute(databases).fetchall() == [("memory",)]
    bring_up(path)
    assert district.sql("select count(*) from push.migration").item() == SCHEMA_VERSION - OLDEST


# -- brought up --------------------------------------------------------------------------------------------


def _apply(district: cp.District, folder: Path) -> None:
    district.apply(max(plans(district).values(), key=lambda plan: plan.writes))


def _undo(district: cp.District, folder: Path) -> None:
    last = int(district.history()["push_id"].max() or 0)
    district.apply(district.plan_undo(last, partial=True))


def _links(district: cp.District, folder: Path) -> None:
    catalog, year = district.catalogs().select("name", "year").row(0)
    district.apply(district.plan_links(catalog=catalog, year=year))


def _refresh(district: cp.District, folder: Path) -> None:
    district.export(folder / "out", students=True)
    assert district.refresh(folder / "out").moved["added"].sum() == 0


def _scaffold(district: cp.District, folder: Path) -> None:
    district.scaffold()


@EVERY_CASE
@pytest.mark.parametrize("work", [_apply, _undo, _links, _refresh, _scaffold])
def test_any_work_that_writes_brings_it_up(
    work: Callable[[cp.District, Path], None], case: Case, path: Path, district: cp.District, tmp_path: Path
) -> None:
    pushes = district.history().height
    work(district, tmp_path)
    assert layout_of(path) == SCHEMA_VERSION
    assert remembered(path) == [
        (layout, layout + 1, True, cp.__version__, f"v{duckdb.__version__}")
        for layout in range(case[0], SCHEMA_VERSION)
    ]
    assert district.history().height == pushes + (work in (_apply, _undo, _links))
    assert district.sql("select count(*) from push.migration").item() == SCHEMA_VERSION - case[0]


@EVERY_CASE
def test_every_row_is_kept(case: Case, path: Path) -> None:
    before = every_row(path)
    bring_up(path)
    after = every_row(path)
    changed = {each for migration in registry.migrations_after(case[0]) for each in migration.changes_rows}
    for name, rows in before.items():
        if name != "push.district" and name not in changed:
            assert len(after[name]) == len(rows), name
    then = told_then(*case)
    assert content(path, then["columns"]) == then["content"]


@pytest.fixture(scope="module")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as it is made now, with a history."""
    folder = tmp_path_factory.mktemp("new")
    path = folder / "district.duckdb"
    tiny = Path(__file__).resolve().parents[1] / "data" / "tiny"
    with cp.load_district(tiny, into=path) as district:
        district.apply(district.plan_master_push("Middle School", year=2027, to_sections=True))
    return path


WHAT_TO_DO = "The layout has changed: a migration has to say so. coursepush.store.migrations tells how."


@EVERY_CASE
def test_it_is_laid_out_as_a_file_that_is_made_now(case: Case, path: Path, new_file: Path) -> None:
    bring_up(path)
    brought_up, new = laid_out(path), laid_out(new_file)
    assert set(brought_up) == set(new), WHAT_TO_DO
    for table in new:
        assert brought_up[table] == new[table], f"{table}: {WHAT_TO_DO}"


def test_a_change_of_the_layout_without_a_migration_is_seen(path: Path, new_file: Path, tmp_path: Path) -> None:
    """What the test above is worth: it tells a column, a type, a null or a table apart."""
    bring_up(path)
    brought_up = laid_out(path)
    for change in (
        "alter table push.finding add column note varchar",
        "alter table main.course alter column periods type bigint",
        "alter table main.course alter column number drop not null",
        "alter table push.drift rename column field to what",
        "create table push.given_column (name varchar)",
        "create view push.late as select 1 as a",
    ):
        changed = Path(shutil.copy(new_file, tmp_path / "changed.duckdb"))
        with duckdb.connect(str(changed)) as connection:
            connection.execute(change).fetchall()
        assert laid_out(changed) != brought_up, change


def test_one_that_was_never_pushed(path: Path, new_file: Path, tmp_path: Path) -> None:
    """It has no tables of history: a migration of those has nothing to do there."""
    with duckdb.connect(str(path)) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where table_name like 'history%' order by all"
        ).fetchall()
        for (name,) in names:
            connection.execute(f"drop table push.{name}").fetchall()
    with cp.open_district(path) as district:
        assert district.history().is_empty()
        assert every_report(district)
        bring_up(path)
        new = {name: what for name, what in laid_out(new_file).items() if not name.startswith("push.history")}
        assert laid_out(path) == new
        _apply(district, tmp_path)
        assert district.history().height == 1
    assert laid_out(path) == laid_out(new_file)


def test_a_second_time_there_is_nothing_to_do(path: Path, district: cp.District) -> None:
    bring_up(path)
    before = every_row(path)
    steps: list[str] = []
    district.store.on_statement = lambda name, sql: steps.append(name)
    _apply(district, path)
    district.store.on_statement = None
    assert "commit" in steps
    assert not [step for step in steps if "layout " in step]
    assert every_row(path)["push.migration"] == before["push.migration"]
    assert len(before["push.migration"]) == SCHEMA_VERSION - OLDEST


# -- plans and undo of the past ----------------------------------------------------------------------------


@EVERY_CASE
def test_an_undo_restores_what_it_restored_then(case: Case, path: Path) -> None:
    then = told_then(*case)
    found: list[Content] = undone(path, then["columns"])
    assert layout_of(path) == SCHEMA_VERSION
    assert len(found) >= 2
    if then["rules_version"] == RULES_VERSION:
        assert found == then["undone"]


@EVERY_CASE
@pytest.mark.parametrize("what", ["push", "undo"])
@pytest.mark.parametrize("first", [True, False], ids=["brought-up-before", "brought-up-by-it"])
def test_a_saved_plan_is_applied(first: bool, what: str, case: Case, path: Path, district: cp.District) -> None:
    saved = CASES / str(case[0]) / f"{case[1]}-{what}.plan"
    if first:
        bring_up(path)
    if told_then(*case)["rules_version"] != RULES_VERSION:
        with pytest.raises(ForeignPlanError, match="Plan again"):
            district.load_plan(saved)
        return
    plan = district.load_plan(saved)
    digests = {one["digest"] for one in told_then(*case)["plans"].values()}
    assert what == "undo" or plan.digest in digests
    receipt = district.apply(plan)
    assert (receipt.rows, receipt.plan_id) == (plan.writes, plan.id)
    assert layout_of(path) == SCHEMA_VERSION


def test_a_plan_made_before_is_applied_and_read_after(path: Path, district: cp.District, tmp_path: Path) -> None:
    plan = max(plans(district).values(), key=lambda plan: plan.writes)
    other = next(iter(plans(district).values()))
    rows, digest = plan.rows(names=True), plan.digest
    bring_up(path)
    assert plan.rows(names=True).equals(rows)
    assert district.apply(plan).digest == digest
    assert other.digest
    assert plan.rows().height == rows.height


# -- refused -----------------------------------------------------------------------------------------------


def numbered(path: Path, layout: int) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("update push.district set layout_version = $layout", {"layout": layout}).fetchall()


@pytest.mark.parametrize(
    ("layout", "says"),
    [
        (
            SCHEMA_VERSION + 1,
            rf"newer coursepush \(layout {SCHEMA_VERSION + 1}\).*up to layout {SCHEMA_VERSION}\.",
        ),
        (SCHEMA_VERSION + 9, "Update coursepush"),
        (OLDEST - 1, rf"early coursepush \(layout {OLDEST - 1}\).*Load the district again"),
    ],
)
def test_another_layout_is_refused_and_left_alone(
    layout: int, says: str, path: Path, district: cp.District
) -> None:
    plan = max(plans(district).values(), key=lambda plan: plan.writes)
    assert plan.digest
    numbered(path, layout)
    before = bytes_of(path)
    with pytest.raises(StoreError, match=says) as raised:
        cp.open_district(path)
    assert str(path) in str(raised.value)
    for work in (district.history, lambda: district.apply(plan), district.scaffold, lambda: bring_up(path)):
        with pytest.raises(StoreError, match=says):
            work()
    assert bytes_of(path) == before
    numbered(path, SCHEMA_VERSION - 1)
    assert district.apply(plan).rows == plan.writes


def test_a_file_that_holds_no_district_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table course as select 1 as course_id").fetchall()
    before = every_row(path)
    bring_up(path)
    assert every_row(path) == before


# -- broken off --------------------------------------------------------------------------------------------


class BrokenOff(Exception):
    pass


def steps_of_bringing_up(path: Path, folder: Path) -> list[str]:
    """The statements of the migrations, tried on a copy."""
    steps: list[str] = []
    store = Store(shutil.copy(path, folder / "tried.duckdb"))
    store.on_statement = lambda name, sql: steps.append(name)
    with store.writing():
        steps.append("work")
    store.close()
    return steps[: steps.index("work")]


def test_whatever_step_fails_the_file_is_as_it_was(path: Path, district: cp.District, tmp_path: Path) -> None:
    before = every_row(path)
    steps = steps_of_bringing_up(path, tmp_path)
    last = steps.index("commit the layout")
    assert last > 5
    for number in range(last + 1):
        passed: list[str] = []

        def fail(name: str, passed: list[str] = passed, number: int = number) -> None:
            passed.append(name)
            if len(passed) > number:
                raise BrokenOff

        with pytest.raises(BrokenOff), listening(fail):
            _scaffold(district, tmp_path)
        assert passed == steps[: number + 1]
        assert every_row(path) == before
        assert district.history().height
    _scaffold(district, tmp_path)
    assert layout_of(path) == SCHEMA_VERSION


KILLED = """
import os, signal, sys
from coursepush.store import Store
store, before = Store(sys.argv[1], threads=1), int(sys.argv[2])
passed = 0

def count(name, sql):
    global passed
    passed += 1
    if passed == before:
        os.kill(os.getpid(), signal.SIGKILL)

store.on_statement = count
with store.writing():
    pass
"""


@pytest.mark.skipif(os.name != "posix", reason="kills its own process with a signal")
@pytest.mark.parametrize(
    ("after_commit", "left"),
    [
        pytest.param(-2, OLDEST, id="in-the-middle"),
        pytest.param(0, OLDEST, id="right-before-the-commit"),
        pytest.param(1, SCHEMA_VERSION, id="right-after-the-commit"),
    ],
)
def test_killed_it_is_of_one_layout_or_the_other(after_commit: int, left: int, path: Path, tmp_path: Path) -> None:
    rows = content(path, layouts.columns_of(path))
    number = steps_of_bringing_up(path, tmp_path).index("commit the layout") + 1 + after_commit
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(number)], check=False)
    assert done.returncode == -9
    with cp.open_district(path) as district:
        assert told(district)
        assert district.sql("select max(layout_version) from push.district").item() == left
        _scaffold(district, tmp_path)
    assert layout_of(path) == SCHEMA_VERSION
    assert content(path, layouts.columns_of(path)) == rows


def test_two_processes(path: Path, district: cp.District) -> None:
    with other_process(READS, path) as other:
        assert other.says() == str(district.sql("select count(*) from course").item())
        with pytest.raises(DistrictBusyError, match=rf"process {other.pid}\b"):
            bring_up(path)
        assert district.history().height
    assert layout_of(path) == OLDEST
    with other_process(WRITES, path) as other:
        assert other.says() == "writes"
        with pytest.raises(DistrictBusyError, match=rf"process {other.pid}\b"):
            bring_up(path)
    assert layout_of(path) == SCHEMA_VERSION
    assert len(remembered(path)) == SCHEMA_VERSION - OLDEST


# -- migrations to come ------------------------------------------------------------------------------------

NEXT, NEXT_BUT_ONE = SCHEMA_VERSION + 1, SCHEMA_VERSION + 2


def add_migrations(monkeypatch: pytest.MonkeyPatch, *more: Migration) -> None:
    monkeypatch.setattr(registry, "MIGRATIONS", (*registry.MIGRATIONS, *more))


ADDS = Migration(
    to=NEXT,
    what="a column that may be null, one that may not, one of the history, a table",
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
        Step("create push.given_column", "create table district.push.given_column (table_name VARCHAR)"),
        Step(
            "fill push.given_column",
            "insert into district.push.given_column select table_name from district.push.given_table where is_given",
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
            "push.given_column",
            lambda earlier: f"select table_name from {earlier('push.given_table')} where is_given",
        ),
    ),
)
CHANGES = Migration(
    to=NEXT_BUT_ONE,
    what="a column of the table and one of the column of the migration before; rows go",
    steps=(
        Step("add push.given_column.since", "alter table district.push.given_column add column since DATE"),
        Step("fill push.given_column.since", "update district.push.given_column set since = date '2026-11-02'"),
        Step("rename push.finding.note", "alter table district.push.finding rename column note to remark"),
        Step("forget repairs", "delete from district.push.repair"),
    ),
    stand_ins=(
        StandIn(
            "push.given_column",
            lambda earlier: f"select *, date '2026-11-02' as since from {earlier('push.given_column')}",
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
    "select table_name, since from push.given_column order by all",
    "select count(*) from push.repair",
    "select count(*) from course",
)


def test_a_reader_sees_what_several_migrations_will_make(
    monkeypatch: pytest.MonkeyPatch, path: Path, district: cp.District
) -> None:
    add_migrations(monkeypatch, ADDS, CHANGES)
    before = bytes_of(path)
    read = [district.sql(look).rows() for look in LOOKS]
    assert all(read)
    assert bytes_of(path) == before
    bring_up(path)
    assert layout_of(path) == NEXT_BUT_ONE
    assert [made[:2] for made in remembered(path)] == [(n, n + 1) for n in range(OLDEST, NEXT_BUT_ONE)]
    assert [district.sql(look).rows() for look in LOOKS] == read
    assert district.sql("from push.repair").is_empty()


def test_from_the_layout_before_only_the_last_migration_runs(
    monkeypatch: pytest.MonkeyPatch, path: Path, district: cp.District
) -> None:
    bring_up(path)
    add_migrations(monkeypatch, ADDS)
    assert district.sql("select count(*) from push.given_column").item() > 0
    bring_up(path)
    assert [made[:2] for made in remembered(path)] == [(n, n + 1) for n in range(OLDEST, NEXT)]


LOSES = Migration(to=NEXT, what="rows that it does not speak of", steps=(Step("lose", "delete from teacher"),))
FAILS = Migration(
    to=NEXT,
    what="a step that cannot work",
    steps=(
        Step("forget", "delete from district.push.finding"),
        Step("fail", "alter table push.none add column a int"),
    ),
)


@pytest.mark.parametrize(
    ("migration", "says"), [(LOSES, r"numbers of rows than before in main\.teacher"), (FAILS, "'layout 4: fail'")]
)
def test_a_migration_that_goes_wrong_changes_nothing(
    migration: Migration,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    path: Path,
    district: cp.District,
    tmp_path: Path,
) -> None:
    before = every_row(path)
    with monkeypatch.context() as patched:
        add_migrations(patched, migration)
        with pytest.raises(StoreError, match=rf"could not be brought up to layout {NEXT}.*{says}") as raised:
            _scaffold(district, tmp_path)
        assert "Nothing was written" in str(raised.value)
        assert every_row(path) == before
        assert district.history().height
    _scaffold(district, tmp_path)
    assert layout_of(path) == SCHEMA_VERSION


# -- the command line --------------------------------------------------------------------------------------


def test_the_command_line_on_an_earlier_file(case: Case, path: Path) -> None:
    def run(*words: object, code: int = 0) -> str:
        done = CliRunner().invoke(cli, [str(word) for word in words])
        assert done.exit_code == code, done.output
        return done.output

    before = bytes_of(path)
    assert "Push All Course Masters" in run("history", path)
    run("report", "residual", path)
    run("report", "drift", path)
    assert bytes_of(path) == before
    last = max(row[0] for row in told_then(*case)["history"])
    run("undo", path, last, "--partial", "--yes")
    assert layout_of(path) == SCHEMA_VERSION
    numbered(path, SCHEMA_VERSION + 1)
    done = CliRunner().invoke(cli, ["history", str(path)])
    assert done.exit_code == 1
    assert isinstance(done.exception, CoursepushError | SystemExit)
    assert "Update coursepush" in done.output
