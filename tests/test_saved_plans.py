"""A plan saved to a file: loaded again where it still is the plan it was, applied once, refused if changed."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from district_files import everything, file_of, other_process, plan_all, worn_district

import coursepush as cp
from coursepush.apply import saved as saved_module
from coursepush.errors import CoursepushError, ForeignPlanError, PlanError, StalePlanError, UsedPlanError


@pytest.fixture
def district() -> cp.District:
    return cp.District(worn_district().store())


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[cp.District, Any, Path]:
    """A district that no test writes to, a plan on it, and the plan's file."""
    unwritten = cp.District(worn_district().store())
    plan = plan_all(unwritten)
    return unwritten, plan, plan.save(tmp_path_factory.mktemp("kept") / "plan.json.gz")


def test_a_saved_plan_is_the_plan(kept: tuple[cp.District, Any, Path]) -> None:
    district, plan, path = kept
    loaded = district.load_plan(path)
    assert loaded is not plan
    assert (loaded.id, loaded.digest, loaded.state) == (plan.id, plan.digest, plan.state)
    assert loaded.request == plan.request
    assert loaded.rows().equals(plan.rows())
    assert loaded.counts().equals(plan.counts())
    first, *lines = gzip.decompress(path.read_bytes()).splitlines()
    named = sum(json.loads(first)["names"].values())
    assert named
    assert [json.loads(line) for line in lines[:-named]] == plan.rows().to_dicts()


def test_every_kind_of_plan_is_saved(district: cp.District, tmp_path: Path) -> None:
    district.apply(plan_all(district))
    plans = {
        "course push": district.plan_course_push("Lincoln High 26-27", courses=["MATH1"], data=["categories"]),
        "undo": district.plan_undo(1),
        "nothing to write": plan_all(district, masters=["MATH1"], data="categories", blanks="keep"),
    }
    for name, plan in plans.items():
        loaded = district.load_plan(plan.save(tmp_path / name))
        assert (loaded.id, loaded.digest, loaded.request) == (plan.id, plan.digest, plan.request)


def test_a_saved_plan_is_applied_once(district: cp.District, tmp_path: Path) -> None:
    plan = plan_all(district)
    path = plan.save(tmp_path / "plan.json.gz")
    first, second = district.load_plan(path), district.load_plan(path)
    assert district.apply(first).plan_id == plan.id
    for one in (first, second, plan):
        with pytest.raises(UsedPlanError, match="as push 1"):
            district.apply(one)
    with pytest.raises(StalePlanError):
        district.load_plan(path)
    assert district.history()["plan_id"].to_list() == [plan.id]


def test_a_saved_plan_that_writes_nothing_is_applied_once_too(district: cp.District, tmp_path: Path) -> None:
    district.apply(plan_all(district))
    plan = plan_all(district)
    path = plan.save(tmp_path / "plan.json.gz")
    assert district.apply(district.load_plan(path)).rows == 0
    with pytest.raises(UsedPlanError):
        district.apply(district.load_plan(path))


def test_a_saved_plan_is_applied_by_another_process(tmp_path: Path) -> None:
    path = file_of(worn_district(), tmp_path / "district.duckdb")
    with cp.open_district(path) as district:
        plan = plan_all(district)
        saved = plan.save(tmp_path / "plan.json.gz")
        applies = f"""
district = cp.open_district(path)
print(district.apply(district.load_plan({str(saved)!r})).plan_id)
"""
        with other_process(applies, path) as other:
            assert other.says() == plan.id
        assert district.history()["plan_id"].to_list() == [plan.id]
        with pytest.raises(UsedPlanError):
            district.apply(plan)


def test_a_saved_plan_of_another_district_is_refused(kept: tuple[cp.District, Any, Path]) -> None:
    _, _, path = kept
    other = cp.District(worn_district().store())
    with other._store.writing() as session:
        session.run("another", "update push.district set district_id = 'another'")
    with pytest.raises(ForeignPlanError, match="another district"):
        other.load_plan(path)


def test_a_saved_plan_of_other_rules_is_refused(
    kept: tuple[cp.District, Any, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    district, _, path = kept
    monkeypatch.setattr(saved_module, "RULES_VERSION", "another")
    with pytest.raises(ForeignPlanError, match="under the rules of"):
        district.load_plan(path)


def test_a_saved_plan_goes_stale_and_shows_what_moved(district: cp.District, tmp_path: Path) -> None:
    path = plan_all(district).save(tmp_path / "plan.json.gz")
    with district._store.writing() as session:
        session.run("edit", "update course_master set state_code = 'B2'")
    before = everything(district._store)
    with pytest.raises(StalePlanError, match="1 of its rows no longer hold and 1 are new") as raised:
        district.load_plan(path)
    assert raised.value.moved.select("change", "element", "after").rows() == [
        ("was", "course_info", '"A1"'),
        ("now", "course_info", '"B2"'),
    ]
    assert everything(district._store) == before


def test_a_saved_plan_goes_stale_by_rows_that_stay_the_same(district: cp.District, tmp_path: Path) -> None:
    path = plan_all(district).save(tmp_path / "plan.json.gz")
    with district._store.writing() as session:
        session.run("edit", "insert into catalog_lock values (11, 'course_info.department')")
    with pytest.raises(StalePlanError, match="rows that stay the same are others"):
        district.load_plan(path)


# -- files that are no saved plan, or were changed -----------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"", b"id,rows\n1,2\n", b"\x1f\x8b" + b"\x00" * 64])
def test_what_is_no_saved_plan_is_refused_in_words(
    content: bytes | None, kept: tuple[cp.District, Any, Path], tmp_path: Path
) -> None:
    path = tmp_path / "plan.json.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PlanError, match="not a plan saved by coursepush"):
        kept[0].load_plan(path)


def test_a_folder_and_any_other_file_are_refused_in_words(
    kept: tuple[cp.District, Any, Path], tmp_path: Path
) -> None:
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "other.parquet")
    for path in (tmp_path, tmp_path / "other.parquet"):
        with pytest.raises(PlanError, match="not a plan saved by coursepush"):
            kept[0].load_plan(path)


def _told(path: Path) -> dict[str, Any]:
    return json.loads(gzip.decompress(path.read_bytes()).partition(b"\n")[0])


def _resaved(path: Path, to: Path, about: dict[str, Any] | None = None, rows: pl.DataFrame | None = None) -> Path:
    """The saved plan with something changed in it by somebody who knows the format."""
    first, _, lines = gzip.decompress(path.read_bytes()).partition(b"\n")
    told = {**json.loads(first), **(about or {})}
    kept_lines = lines if rows is None else rows.write_ndjson().encode()
    to.write_bytes(gzip.compress(json.dumps(told).encode() + b"\n" + kept_lines))
    return to


@pytest.mark.parametrize(
    "changed",
    [
        {"digest": "0" * 64},
        {"state": "1-0"},
        {"request": {"kind": "undo"}},
        {"request": {"kind": "master_push", "year": 2027}},
        {"request": {"kind": "nothing"}},
        {"request": None},
        {"district_id": None},
        {"rules_version": None},
    ],
    ids=str,
)
def test_what_is_told_beside_the_rows_cannot_be_changed(
    changed: dict[str, Any], kept: tuple[cp.District, Any, Path], tmp_path: Path
) -> None:
    district, _, path = kept
    with pytest.raises(PlanError):
        district.load_plan(_resaved(path, tmp_path / "plan.json.gz", changed))


@pytest.mark.parametrize(
    "changed",
    [{"mode": "locked"}, {"to_sections": False}, {"assume_unused": True}, {"data": ["categories"]}],
    ids=str,
)
def test_the_request_cannot_be_changed(
    changed: dict[str, Any], kept: tuple[cp.District, Any, Path], tmp_path: Path
) -> None:
    district, _, path = kept
    request = _told(path)["request"]
    with pytest.raises(PlanError):
        district.load_plan(_resaved(path, tmp_path / "plan.json.gz", {"request": {**request, **changed}}))


def test_rows_that_were_read_by_a_reviewer_cannot_be_others(
    kept: tuple[cp.District, Any, Path], tmp_path: Path
) -> None:
    district, plan, path = kept
    rows = plan.rows()
    for other in (rows.head(-1), rows.with_columns(after=pl.lit("null")), rows.drop("before")):
        with pytest.raises(PlanError, match="was changed"):
            district.load_plan(_resaved(path, tmp_path / "plan.json.gz", rows=other))


def test_a_file_with_any_byte_changed_is_refused_or_says_the_same(
    kept: tuple[cp.District, Any, Path], tmp_path: Path
) -> None:
    """No other error than the package's own; what loads all the same is the plan, rows and all."""
    district, plan, path = kept
    content = path.read_bytes()
    refused = 0
    places = [0, 2, len(content) - 1, len(content) - 6, *range(40, len(content), len(content) // 15)]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 0x11
        target = tmp_path / "changed.json.gz"
        target.write_bytes(bytes(changed))
        try:
            loaded = district.load_plan(target)
        except CoursepushError:
            refused += 1
        else:
            assert loaded.rows().equals(plan.rows()), place
            assert loaded.digest == plan.digest
    assert refused >= len(places) - 4  # of the archive's header, some bytes say nothing of the content
    shutil.copy(path, tmp_path / "changed.json.gz")
    assert district.load_plan(tmp_path / "changed.json.gz").id == plan.id
