"""Applying without planning again, where the district is provably the one that was planned, and only there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from district_files import everything, file_of, plan_all, worn_district
from engine import plan_of, store_of
from laws import on_random_districts, push_for
from random_districts import make_district

import coursepush as cp
from coursepush.apply import apply as apply_module
from coursepush.apply.apply import apply_plan
from coursepush.errors import StalePlanError
from coursepush.plan.plan import Plan
from coursepush.store import Store, stamp

EDIT = "update master_category set weight = 71 where name = 'Tests'"


class Counted:
    """How often a request is planned again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        whole = apply_module.plan_again

        def counting(*given: Any, **options: Any) -> Plan:
            self.times += 1
            return whole(*given, **options)

        monkeypatch.setattr(apply_module, "plan_again", counting)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


@pytest.fixture(scope="module")
def worn_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return file_of(worn_district(), tmp_path_factory.mktemp("worn") / "district.duckdb")


@pytest.fixture
def path(worn_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the test's own, which counts as one that was written long ago."""
    monkeypatch.setattr(stamp, "_SETTLED", 0.0)
    return Path(shutil.copy(worn_file, tmp_path / "district.duckdb"))


def edit(store: Store, sql: str = EDIT) -> None:
    with store.writing() as session:
        session.run("edit", sql)


# -- it is the same ------------------------------------------------------------------------------------------


@on_random_districts()
def test_it_writes_what_planning_again_writes(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    kind, request = push_for(seed, tables)
    left: list[dict[str, tuple[int, int]]] = []
    for again in (False, True):
        store = store_of(tables)
        plan = plan_of(store, kind, request)
        receipt = apply_plan(store, plan, again=again)
        assert receipt.rows == plan.writes
        apply_plan(store, cp.District(store).plan_undo(receipt.push_id), again=again)
        # the history's first table has the time and the plan's own id
        left.append({name: state for name, state in everything(store).items() if name != "push.history"})
        store.close()
    assert left[0] == left[1]


# -- where it is known ---------------------------------------------------------------------------------------


def test_of_a_file_that_nobody_wrote_since(path: Path, counted: Counted) -> None:
    with cp.open_district(path) as district:
        plan = plan_all(district)
        other = plan_all(district)
        assert district.apply(plan).rows == plan.writes > 0
        assert counted.times == 0
        with pytest.raises(StalePlanError):
            district.apply(other)
        assert counted.times == 1
        assert district.apply(district.plan_undo(1)).rows > 0
        assert counted.times == 1


def test_of_a_district_in_memory_that_nothing_was_written_to_since(counted: Counted) -> None:
    store = worn_district().store()
    district = cp.District(store)
    plan = plan_all(district)
    assert district.apply(plan).rows > 0
    assert counted.times == 0
    plan = district.plan_undo(1)
    edit(store, "update course set name = 'Elsewhere' where false")
    assert district.apply(plan).rows > 0
    assert counted.times == 1


def test_in_any_case_if_asked_to(path: Path, counted: Counted) -> None:
    with cp.open_district(path) as district:
        assert district.apply(plan_all(district), again=True).rows > 0
    assert counted.times == 1


# -- where it is not -----------------------------------------------------------------------------------------


def refused(district: cp.District, plan: Plan, counted: Counted) -> None:
    before = counted.times
    with pytest.raises(StalePlanError):
        district.apply(plan)
    assert counted.times == before + 1
    assert district.history().is_empty()


def test_of_a_file_that_another_wrote(path: Path, counted: Counted) -> None:
    with cp.open_district(path) as district:
        plan = plan_all(district)
        other = Store(path)
        edit(other)
        other.close()
        refused(district, plan, counted)


def test_of_a_file_that_was_replaced_by_a_copy_of_its_size_and_time(path: Path, counted: Counted) -> None:
    with cp.open_district(path) as district:
        plan = plan_all(district)
        Path(shutil.copy2(path, path.with_name("copy.duckdb"))).replace(path)
        assert district.apply(plan).rows > 0
    assert counted.times == 1


def test_of_a_file_that_was_written_just_before(
    path: Path, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(path)
    monkeypatch.setattr(stamp, "_SETTLED", 3600.0)
    with cp.open_district(path) as district:
        assert district.apply(plan_all(district)).rows > 0
    assert counted.times == 1


def test_of_a_plan_of_another_store(path: Path, counted: Counted) -> None:
    with cp.open_district(path) as first, cp.open_district(path) as second:
        assert second.apply(plan_all(first)).rows > 0
    assert counted.times == 1


def test_a_log_of_writes_that_is_not_in_the_file_yet_counts_as_written(path: Path) -> None:
    assert stamp.stamp_of(path) is not None
    path.with_name(f"{path.name}.wal").touch()
    assert stamp.stamp_of(path) is None


@pytest.mark.parametrize(
    ("kind", "is_known"), [("ext4", True), ("tmpfs", True), ("nfs4", False), ("cifs", False), ("9p", False)]
)
def test_the_deepest_and_last_mount_says_where_a_file_is(
    kind: str, is_known: bool, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spaced = str(path.parent).replace(" ", r"\040")
    lines = [
        "22 1 0:21 / / rw - ext4 /dev/a rw",
        f"23 22 0:22 / {spaced} rw shared:1 - fuse.some server rw",
        f"24 22 0:23 / {spaced} rw shared:2 - {kind} server rw",
        f"25 22 0:24 / {spaced}/deeper rw - nfs server rw",
    ]
    mounts = path.with_name("mountinfo")
    mounts.write_text("\n".join(lines))
    monkeypatch.setattr(stamp, "_MOUNTS", mounts)
    monkeypatch.setattr(stamp.sys, "platform", "linux")
    assert (stamp.stamp_of(path) is not None) == is_known


def test_on_another_system_nothing_is_taken_for_granted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp.sys, "platform", "win32")
    assert stamp.stamp_of(path) is None
