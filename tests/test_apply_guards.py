"""Every check of an apply, broken by hand: what it says, and that the district is as it was."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import polars as pl
import pytest
from district_files import everything, plan_all
from small_district import (
    ALL_LOCKS,
    EXAM,
    OTHER_TEST,
    PROGRESS,
    SEMESTER,
    STANDARD,
    TERM,
    TEST,
    SmallDistrict,
)

import coursepush as cp
from coursepush.apply import apply as apply_module
from coursepush.apply import write as write_module
from coursepush.apply.history import create_history
from coursepush.apply.write import WrittenTable, written_tables
from coursepush.errors import ApplyError
from coursepush.model.tables import TABLES
from coursepush.model.verdicts import WRITING
from coursepush.plan.door import plan_again
from coursepush.plan.plan import rows_as_text
from coursepush.store import Store
from coursepush.store.database import Session


def district_of_every_write() -> SmallDistrict:
    """An overwrite push to sections adds, changes and removes rows of every table on both hops."""
    d = SmallDistrict(
        *ALL_LOCKS, *(f"course_info.{name}" for name in ("name", "is_advisory", "custom.a", "custom.b"))
    )
    d.master["name"], d.master["is_advisory"] = "Algebra", True
    d.master.custom_field("a", "1")
    d.master.custom_field("b", "1")
    d.course.custom_field("b", "2")
    for task in (PROGRESS, EXAM):
        d.master.task(task)
    d.course.task(STANDARD)
    d.add("assessment_test", test_id=203, name="Test 203")
    d.master.assessment(203)
    d.master.assessment(TEST)
    d.course.assessment(OTHER_TEST)
    d.course.assessment(TEST, copies_forward=True)
    d.course.task(EXAM, sequence=4, parent=d.tables()["master_task"][-1]["row_id"])
    for owner in (d.course, d.section):
        owner.category("Own")
        owner.option(TERM, 4)
        owner.composite(SEMESTER, 4, TERM, 4)
        owner.category("Quizzes", weight=3)
        owner.option(TERM, 1, use_percent=True)
        owner.composite(weight=3)
    d.master.category("Quizzes", weight=20)
    d.master.category("Tests", weight=50)
    for term in (1, 2):
        d.master.option(TERM, term)
        d.master.composite(child_term=term)
    return d


class Prepared:
    """A district, and a plan on it that is written as it is: making it again is left out, to keep it short."""

    def __init__(self) -> None:
        self.district = cp.District(district_of_every_write().store())
        self.store = self.district.store
        request = plan_all(self.district).request
        with self.store.reading() as session:
            self.plan = plan_again(self.store, session, request)
        assert self.plan.digest
        assert self.plan.state
        self.before = everything(self.store)

    def apply(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(apply_module, "plan_again", lambda *given, **options: self.plan)
        self.district.apply(self.plan)


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return Prepared()


STEPS = [
    *(f"{what} {table.name}" for table in written_tables() for what in ("delete", "update", "insert")),
    "update course", "update custom_field", "insert custom_field", "update section",
]  # fmt: skip


def writes_less(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    whole = Store.execute

    def less(self: Store, name: str, sql: str, *rest: Any) -> Any:
        if name == step:
            sql = re.split(r"\sorder by ", sql)[0]
            sql += " and false" if re.search(r"\bwhere\b", sql) else " where false"
        return whole(self, name, sql, *rest)

    monkeypatch.setattr(Store, "execute", less)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_changes_fewer_rows_than_planned_is_noticed(
    step: str, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        writes_less(patched, step)
        with pytest.raises(ApplyError, match=rf"'{step}' changed 0 rows where the plan has [1-9]"):
            prepared.apply(patched)
    assert everything(prepared.store) == prepared.before
    assert prepared.district.history().is_empty()


def test_a_field_that_an_undo_does_not_take_away_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    d = SmallDistrict("course_info.custom.a")
    d.master.custom_field("a", "1")
    district = cp.District(d.store())
    district.apply(plan_all(district))
    plan = district.plan_undo(1)
    before = everything(district.store)
    with monkeypatch.context() as patched:
        writes_less(patched, "delete custom_field")
        with pytest.raises(ApplyError, match="'delete custom_field' changed 0 rows where the plan has 1"):
            district.apply(plan)
    assert everything(district.store) == before
    assert district.apply(plan).rows == 1


@pytest.mark.parametrize(
    ("meddling", "told"),
    [
        # another row under the key of one that is added
        (
            "insert into course_category by name select * replace (99999 as row_id) from course_category "
            "where name = 'Tests'",
            "0 rows did not stand as planned and 1 keys stood twice",
        ),
        # the same in other letters: case does not tell names apart
        (
            "insert into course_category by name select * replace (99999 as row_id, 'TESTS' as name) "
            "from course_category where name = 'Tests'",
            "0 rows did not stand as planned and 1 keys stood twice",
        ),
        (
            "update course_category set weight = 7 where name = 'Tests'",
            "1 rows did not stand as planned and 0 keys",
        ),
    ],
    ids=["key", "key in other letters", "value"],
)
def test_rows_that_somebody_else_writes_meanwhile_are_noticed(
    meddling: str, told: str, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meddle(name: str, sql: str) -> None:
        if name == "check course_category":
            prepared.store.connection.execute(meddling).fetchall()

    with monkeypatch.context() as patched:
        patched.setattr(prepared.store, "on_statement", meddle)
        with pytest.raises(ApplyError, match=f"After writing course_category, {told}"):
            prepared.apply(patched)
    assert everything(prepared.store) == prepared.before


# -- what is checked after each table ------------------------------------------------------------------------


class _Back(Exception):
    """Leaves the transaction."""


@contextmanager
def written(prepared: Prepared) -> Generator[tuple[Session, dict[str, str]]]:
    """The plan, written; and by table, what was to be written. All is taken back."""
    try:
        with prepared.store.writing() as session:
            session.run_all(create_history())
            counts = prepared.plan.counts().filter(pl.col("verdict").is_in(list(WRITING)))
            plan = prepared.plan
            write_module.write_plan(session, plan.tables, 1, counts, rows_as_text(plan, session))
            changes = {one.name: f"(select * from push.history_{one.name})" for one in written_tables()}
            yield session, changes
            raise _Back
    except _Back:
        pass


OTHERS = {
    "int": "coalesce({0}, 0) + 1", "id": "coalesce({0}, 0) + 1", "decimal4": "coalesce({0}, 0) + 1",
    "bool": "not coalesce({0}, false)", "text": "coalesce({0}, '') || '!'", "date": "date '2011-11-11'",
    "ids": "list_append({0}, 7)",
}  # fmt: skip


@pytest.mark.parametrize("verdict", ["update", "insert"])
def test_every_column_of_every_table_is_checked(verdict: str, prepared: Prepared) -> None:
    """Of a row that was changed and of one that was added."""
    verdicts = "('update', 'relink', 'rename')" if verdict == "update" else "('insert')"
    with written(prepared) as (session, changes):
        for table in written_tables():
            name = changes[table.name]
            row_id = session.value("row", f"select min(row_id) from {name} where verdict in {verdicts}")
            assert row_id is not None, table.name
            for column in TABLES[table.name].columns[1:]:
                where = f"where row_id = {row_id}"
                session.run("keep", f"create or replace temp table kept as select * from {table.name} {where}")
                other = OTHERS[column.kind].format(column.name)
                session.run("meddle", f"update {table.name} set {column.name} = {other} {where}")
                assert_noticed(session, table, "1 rows did not stand as planned")
                session.run("away", f"delete from {table.name} {where}")
                assert_noticed(session, table, "1 rows did not stand as planned")
                session.run("back", f"insert into {table.name} from temp.main.kept")
            write_module.check_written(session, table, 1)
    assert everything(prepared.store) == prepared.before


def test_rows_that_are_still_there_or_there_twice_are_noticed(prepared: Prepared) -> None:
    with written(prepared) as (session, changes):
        for table in written_tables():
            name = changes[table.name]
            images = ", ".join(column.name for column in TABLES[table.name].columns[1:])
            befores = ", ".join(f"before_{column.name}" for column in TABLES[table.name].columns[1:])
            row_id = session.value("row", f"select min(row_id) from {name} where verdict = 'delete'")
            assert row_id is not None, table.name
            session.run(
                "put back",
                f"insert into {table.name} (row_id, {images}) select row_id, {befores} from {name} "
                f"where row_id = {row_id}",
            )
            assert_noticed(session, table, "1 rows did not stand as planned and 0 keys")
            session.run("away", f"delete from {table.name} where row_id = {row_id}")
            kept_id = session.value("row", f"select min(row_id) from {name} where verdict = 'insert'")
            for new_id, told in ((99999, "0 rows did not stand as planned and 1 keys"), (kept_id, "and 2 keys")):
                session.run(
                    "twice",
                    f"insert into {table.name} by name select * replace ({new_id} as row_id) from {table.name} "
                    f"where row_id = {kept_id}",
                )
                assert_noticed(session, table, told)
                session.run("away", f"delete from {table.name} where row_id = 99999")
            session.run("away", f"delete from {table.name} where row_id = {kept_id}")
    assert everything(prepared.store) == prepared.before


def assert_noticed(session: Session, table: WrittenTable, told: str) -> None:
    with pytest.raises(ApplyError, match=f"After writing {table.name}, .*{told}"):
        write_module.check_written(session, table, 1)
