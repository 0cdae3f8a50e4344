"""A district file of an earlier layout: read as it is, brought up by the first work that writes, nothing lost."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import duckdb
import layouts
import pytest
from district_files import bytes_of
from layouts import (
    CASES,
    bring_up,
    columns_of,
    content,
    every_row,
    laid_out,
    layout_of,
    make_file,
    told,
    told_then,
    undone,
)
from rounds import first

import coursepush as cp
from coursepush.errors import CoursepushError, ForeignPlanError
from coursepush.plan.rules import RULES_VERSION
from coursepush.store.migrations import OLDEST, SCHEMA_VERSION, registry

ALL_CASES = sorted((int(path.parent.name), path.stem) for path in CASES.glob("*/*.sql"))
LONGEST_PAST = [case for case in ALL_CASES if case[1] == "weekly"]
"""Of each layout the one with the most in it: it is looked at each time, the others before a release."""
EVERY_CASE = pytest.mark.parametrize(
    "case",
    first(map(pytest.param, sorted(ALL_CASES, key=lambda case: case not in LONGEST_PAST)), len(LONGEST_PAST)),
    ids=lambda case: f"{case[0]}-{case[1]}",
)
Case = tuple[int, str]

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"


@pytest.fixture
def case() -> Case:
    """The case of tests that need only one."""
    return OLDEST, "weekly"


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


# -- the cases themselves ----------------------------------------------------------------------------------


def test_every_layout_that_is_brought_up_has_cases_and_a_migration() -> None:
    assert [each.to for each in registry.MIGRATIONS] == list(range(OLDEST + 1, SCHEMA_VERSION + 1))
    assert {layout for layout, _ in ALL_CASES} == set(range(OLDEST, SCHEMA_VERSION)), (
        "keep the cases of the last layout: coursepush.store.migrations says how"
    )


@EVERY_CASE
def test_a_case_holds_a_district_with_a_past(case: Case, path: Path) -> None:
    rows = every_row(path)
    for table in ("history", "history_row", "history_course_task", "refresh", "work", "scaffolded", "finding"):
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


def tells_as_then(case: Case, now: dict[str, Any]) -> None:
    """What is told now is what the build told that made the file, as long as the rules are the same."""
    then = told_then(*case)
    for what in ("history", "refreshes"):
        assert now[what] == then[what]
    if then["rules_version"] == RULES_VERSION:
        assert _without_state(now["plans"]) == _without_state(then["plans"])


def _without_state(plans: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What tells a stale plan is made otherwise from version to version (plan/state.py); a digest never is."""
    return {name: {what: told for what, told in plan.items() if what != "state"} for name, plan in plans.items()}


def every_report(district: cp.District) -> dict[str, Any]:
    """Every report's rows and answer, or why it cannot be made; and what the load said."""
    found: dict[str, Any] = {
        "findings": district.findings().rows(),
        "repairs": district.repairs().rows(),
        "scenarios": district.scenarios().rows(),
    }
    for name, method in inspect.getmembers(type(district.reports), inspect.isfunction):
        if name.startswith("_") or name in (
            "compare",
            "forecast",
            "by_school",
            "by_teacher",
            "plan_page",
            "panel",
        ):
            continue
        try:
            report = method(district.reports)
            found[name] = (report.frame.rows(), report.answer)
        except CoursepushError as error:
            found[name] = str(error)
    assert {"residual", "drift", "course_status", "push_result"} <= set(found)
    return found


@EVERY_CASE
def test_a_reader_reads_it_as_it_is(case: Case, path: Path, district: cp.District) -> None:
    before = bytes_of(path)
    now, reports = told(district), every_report(district)
    tells_as_then(case, now)
    assert [rows for rows, _ in (each for each in reports.values() if isinstance(each, tuple)) if rows]
    assert district.sql("select count(*) from push.migration").item() == 0
    assert bytes_of(path) == before
    bring_up(path)
    assert told(district) == now
    assert every_report(district) == reports


def test_an_export_and_a_why_of_an_earlier_file(path: Path, district: cp.District, tmp_path: Path) -> None:
    why = district.why(course=202, element="categories", key="Tests").answer
    district.export(tmp_path / "out", students=True)
    cp.load_district(tmp_path / "out", into=tmp_path / "new.duckdb").close()
    columns = columns_of(path)
    assert content(tmp_path / "new.duckdb", columns) == content(path, columns)
    assert layout_of(tmp_path / "new.duckdb") == SCHEMA_VERSION
    assert layout_of(path) == OLDEST
    bring_up(path)
    assert district.why(course=202, element="categories", key="Tests").answer == why


def test_a_reader_leaves_nothing_standing_in(path: Path, district: cp.District) -> None:
    assert district.sql("select count(*) from push.migration").item() == 0
    databases = "select database_name from duckdb_databases() where not internal order by all"
    assert district.store.connection.execute(databases).fetchall() == [("memory",)]
    bring_up(path)
    assert district.sql("select count(*) from push.migration").item() == SCHEMA_VERSION - OLDEST


# -- brought up --------------------------------------------------------------------------------------------


def _apply(district: cp.District, folder: Path) -> None:
    catalog, year = district.catalogs().select("name", "year").row(-1)
    district.apply(district.plan_master_push(catalog, year=year, mode="overwrite", to_sections=True))


def _undo(district: cp.District, folder: Path) -> None:
    last = int(district.history()["push_id"].max() or 0)
    district.apply(district.plan_undo(last, partial=True))


def _links(district: cp.District, folder: Path) -> None:
    catalog, year = district.catalogs().select("name", "year").row(0)
    district.apply(district.plan_links(catalog=catalog, year=year))


def _refresh(district: cp.District, folder: Path) -> None:
    district.export(folder / "out", students=True)
    district.refresh(folder / "out")


def _scaffold(district: cp.District, folder: Path) -> None:
    district.scaffold()


@pytest.mark.parametrize("work", [_apply, _undo, _links, _refresh, _scaffold])
def test_any_work_that_writes_brings_it_up(
    work: Callable[[cp.District, Path], None], case: Case, path: Path, district: cp.District, tmp_path: Path
) -> None:
    pushes, refreshes = district.history().height, district.refreshes()["refresh_id"].max()
    work(district, tmp_path)
    assert layout_of(path) == SCHEMA_VERSION
    made = district.sql("select * exclude migrated_at from push.migration order by to_layout").rows()
    versions = (cp.__version__, f"v{duckdb.__version__}")
    assert made == [(layout, layout + 1, *versions) for layout in range(case[0], SCHEMA_VERSION)]
    assert district.history().height == pushes + (work in (_apply, _undo, _links))
    assert (district.refreshes()["refresh_id"].max() != refreshes) == (work is _refresh)


@EVERY_CASE
def test_every_row_is_kept(case: Case, path: Path) -> None:
    before = every_row(path)
    bring_up(path)
    after = every_row(path)
    migrations = registry.migrations_after(case[0])
    changed = {each for migration in migrations for each in migration.changes_rows} | {"push.migration"}
    for name, rows in before.items():
        if name not in changed:
            assert len(after[name]) == len(rows), name
    then = told_then(*case)
    assert content(path, then["columns"]) == then["content"]


@pytest.fixture(scope="module")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as it is made now, with a history."""
    path = tmp_path_factory.mktemp("new") / "district.duckdb"
    with cp.load_district(TINY, into=path) as district:
        _apply(district, path)
    return path


WHAT_TO_DO = "The layout has changed: a migration has to say so. coursepush.store.migrations tells how."


@EVERY_CASE
def test_it_is_laid_out_as_a_file_that_is_made_now(case: Case, path: Path, new_file: Path) -> None:
    bring_up(path)
    brought_up, new = laid_out(path), laid_out(new_file)
    assert set(brought_up) == set(new), WHAT_TO_DO
    for table in new:
        assert brought_up[table] == new[table], f"{table}: {WHAT_TO_DO}"


def test_a_change_of_the_layout_without_a_migration_is_seen(new_file: Path, tmp_path: Path) -> None:
    """What the test above is worth: it tells a column, a type, a null or a table apart."""
    new = laid_out(new_file)
    for change in (
        "alter table push.finding add column note varchar",
        "alter table main.course alter column periods type bigint",
        "alter table main.course alter column number drop not null",
        "alter table push.drift rename column field to what",
        "create table push.made_up (name varchar)",
        "create view push.late as select 1 as a",
        "create index late on main.course (course_id)",
    ):
        changed = Path(shutil.copy(new_file, tmp_path / "changed.duckdb"))
        with duckdb.connect(str(changed)) as connection:
            connection.execute(change).fetchall()
        assert laid_out(changed) != new, change


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
        read = every_report(district)
        bring_up(path)
        assert every_report(district) == read
        new = {name: what for name, what in laid_out(new_file).items() if not name.startswith("push.history")}
        assert laid_out(path) == new
        _apply(district, tmp_path)
        assert district.history().height == 1
    assert laid_out(path) == laid_out(new_file)


def test_a_second_time_there_is_nothing_to_do(path: Path, district: cp.District) -> None:
    bring_up(path)
    before = every_row(path)["push.migration"]
    steps: list[str] = []
    district.store.on_statement = lambda name, sql: steps.append(name)
    _scaffold(district, path)
    district.store.on_statement = None
    assert "commit" in steps
    assert not [step for step in steps if "layout " in step]
    assert every_row(path)["push.migration"] == before
    assert len(before) == SCHEMA_VERSION - OLDEST


# -- plans and undo of the past ----------------------------------------------------------------------------


@EVERY_CASE
def test_an_undo_restores_what_it_restored_then(case: Case, path: Path) -> None:
    then = told_then(*case)
    found = undone(path, then["columns"])
    assert layout_of(path) == SCHEMA_VERSION
    assert len(found) >= 2
    if then["rules_version"] == RULES_VERSION:
        assert found == then["undone"]


@pytest.mark.parametrize(("what", "first"), [("push", True), ("push", False), ("undo", True)])
def test_a_saved_plan_is_applied(first: bool, what: str, case: Case, path: Path, district: cp.District) -> None:
    """`first`: the file was brought up before; else the plan is read before, and applying it brings it up."""
    saved = CASES / str(case[0]) / f"{case[1]}-{what}.plan"
    if first:
        bring_up(path)
    if told_then(*case)["rules_version"] != RULES_VERSION:
        with pytest.raises(ForeignPlanError, match="Plan again"):
            district.load_plan(saved)
        return
    plan = district.load_plan(saved)
    assert plan.writes > 0
    assert plan.digest in {one["digest"] for one in told_then(*case)["plans"].values()} or what == "undo"
    receipt = district.apply(plan)
    assert (receipt.rows, receipt.plan_id) == (plan.writes, plan.id)
    assert layout_of(path) == SCHEMA_VERSION


def test_a_plan_made_before_is_applied_and_read_after(path: Path, district: cp.District) -> None:
    plan, other = (
        district.plan_master_push("Middle School", year=year, mode="overwrite", to_sections=True)
        for year in (2027, 2026)
    )
    rows, digest = plan.rows(names=True), plan.digest
    assert rows.height
    bring_up(path)
    assert plan.rows(names=True).equals(rows)
    assert district.apply(plan).digest == digest
    assert other.digest
    assert plan.rows().height == rows.height
