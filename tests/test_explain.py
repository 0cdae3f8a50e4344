"""plan.explain(): what each step of planning costs, measured on a plan made once more."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from district_files import worn_district, write_file

import coursepush as cp


@pytest.fixture
def district(tmp_path: Path) -> cp.District:
    path = tmp_path / "district.duckdb"
    write_file(worn_district().tables(), path)
    return cp.open_district(path)


def test_each_step_comes_with_its_rows_seconds_and_memory(district: cp.District) -> None:
    plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
    steps = plan.explain()
    assert steps.schema == {"step": pl.String, "rows": pl.Int64, "seconds": pl.Float64, "memory": pl.Int64}
    assert steps["step"].is_unique().all()
    assert steps["seconds"].min() > 0  # type: ignore[operator]
    assert steps["memory"].min() > 0  # type: ignore[operator]
    rows = dict(steps.select("step", "rows").rows())
    counts = plan.counts()
    for hop in (1, 2):
        # a category's verdict is made by one step; the rest of what stands there is listed as the same
        on_hop = counts.filter((pl.col("hop") == hop) & ~pl.col("element").is_in(["*", "course_info", "advisory"]))
        judged = sum(made for step, made in rows.items() if step.startswith(f"verdict.{hop}."))
        assert judged + rows[f"same.{hop}"] == on_hop["rows"].sum() > 0


def test_every_kind_of_plan_can_be_explained_and_stays_as_it_was(district: cp.District) -> None:
    push = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
    receipt = district.apply(push)
    for plan in (
        district.plan_course_push("Lincoln High 26-27"),
        district.plan_links("High School", year=2027),
        district.plan_undo(receipt.push_id),
    ):
        digest = plan.digest
        assert plan.explain().height > 10
        assert plan.digest == digest
        assert not plan.counts().is_empty()
    district.close()
