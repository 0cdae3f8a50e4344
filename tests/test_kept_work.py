"""Where students work is kept by a load and read by plans: it says what the tables of their work say."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine import plan_of, store_of
from random_districts import make_district, make_request
from rounds import first

import coursepush as cp
from coursepush.plan.rules import RULES, rules_for
from coursepush.store import Session, Store
from coursepush.store.work import keep_work, work_by_task_sql, work_is_kept


def as_told(session: Session, sql: str) -> list[tuple[int, int, list[int]]]:
    rows = session.rows("work", f"select section_id, task_id, list_sort(terms) from ({sql}) order by all")
    return [(int(section), int(task), list(terms)) for section, task, terms in rows]


def check_kept(store: Store) -> None:
    with store.reading() as session:
        assert work_is_kept(session)
        kept = as_told(session, "select * from push.work")
        assert kept == as_told(session, work_by_task_sql())
        in_use = session.rows("in use", "select row_id from push.category_in_use order by 1")
        assert in_use == session.rows(
            "in use",
            "select distinct category_row_id from assignment where category_row_id is not null order by 1",
        )
        assert kept
        assert in_use


def test_a_simulated_district_keeps_it(district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        check_kept(district._store)  # pyright: ignore[reportPrivateUsage]


def test_a_load_and_a_refresh_keep_it(tmp_path: Path, simulated_file: Path) -> None:
    with cp.open_district(simulated_file) as made:
        made.export(tmp_path / "extract", students=True)
    with cp.load_district(tmp_path / "extract", into=tmp_path / "district.duckdb") as district:
        store = district._store  # pyright: ignore[reportPrivateUsage]
        check_kept(store)
        before = district.sql("select count(*) as n from push.work")["n"][0]
        (tmp_path / "extract" / "coursepush-manifest.json").unlink()  # it would miss the rows
        path = next((tmp_path / "extract").glob("posted_grade.*"))
        header, *lines = path.read_text("utf-8").splitlines()
        path.write_text("\n".join([header, *lines[len(lines) // 2 :]]) + "\n", "utf-8")
        district.refresh(tmp_path / "extract")
        check_kept(store)
        assert district.sql("select count(*) as n from push.work")["n"][0] <= before


@pytest.mark.parametrize("number", first(range(24), keep=2))
def test_a_plan_is_the_same_with_it_and_without(number: int) -> None:
    tables = make_district(9000 + number, 2)
    kind, request = make_request(9000 + number, tables)
    plain, keeping = store_of(tables), store_of(tables)
    with keeping.writing() as session:
        keep_work(session)
    one, other = plan_of(plain, kind, request), plan_of(keeping, kind, request)
    assert one.digest == other.digest
    assert one.state == other.state
    assert one.counts().equals(other.counts())
    plain.close()
    keeping.close()


def test_work_that_came_another_way_is_seen(district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        store = district._store  # pyright: ignore[reportPrivateUsage]
        with store.writing() as session:
            session.run("clear", "delete from posted_grade")
        with store.reading() as session:
            assert not work_is_kept(session)
        cleared = district.plan_master_push("High School", year=2026, mode="overwrite", to_sections=True)
        with store.writing() as session:
            keep_work(session)
        kept = district.plan_master_push("High School", year=2026, mode="overwrite", to_sections=True)
        assert kept.digest == cleared.digest


def test_what_is_linked_and_equal_is_the_same_by_every_rule() -> None:
    """The statement that judges leaves such pairs out before the rules are asked (plan/meeting.py)."""
    for hop in (1, 2):
        for mode in ("locked", "overwrite"):
            for category in (True, False):
                rules = rules_for(hop, [mode])
                first = next(
                    rule
                    for _, rule in rules
                    if rule.pairing == "paired"
                    and rule.category in (None, category)
                    and rule.link in (None, "linked")
                    and rule.differs in (None, False)
                    and not rule.used
                    and not rule.residual_task
                )
                assert (first.verdict, first.reason) == ("same", None)
                assert first in RULES
