"""A real district the whole way: load, scaffold, push, a year of drift, push again, undo to the byte."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from engine import tables_of
from rounds import slow

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import UnknownUseError
from coursepush.simulate.drift import drift

pytestmark = pytest.mark.shared_data


def verdicts(counts: pl.DataFrame) -> dict[str, int]:
    return dict(counts.group_by("verdict").agg(pl.col("rows").sum()).rows())


def test_northridge_is_loaded_pushed_pushed_again_and_undone(shared_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "northridge.duckdb"
    with cp.load_district(shared_data / "edfi_northridge_csv", into=file, scaffold=True) as district:
        counted = district.sql(
            "select (select count(*) from school), (select count(*) from course_master), "
            "(select count(*) from course), (select count(*) from section), "
            "(select count(*) from grading_task where is_standard)"
        ).row(0)
        assert counted == (5, 135, 184, 2944, 5357)

        first = district.plan_master_push("Northridge ISD", year=2017, mode="overwrite", to_sections=True)
        assert verdicts(first.counts()) == {"insert": 43056, "same": 1737}
        receipt = district.apply(first)
        assert receipt.rows == 43056
        again = district.plan_master_push("Northridge ISD", year=2017, mode="overwrite", to_sections=True)
        assert again.writes == 0

        drifted = drift(district.store)
        assert drifted["rows"].min() > 0, drifted

        before = tables_of(district.store)
        locked = district.plan_master_push(
            "Northridge ISD", year=2017, mode="locked", to_sections=True, assume_unused=True
        )
        assert {"update", "delete", "relink", "fail", "insert", "skip", "keep"} <= set(verdicts(locked.counts()))
        careful = district.plan_master_push("Northridge ISD", year=2017, mode="locked", to_sections=True)
        with pytest.raises(UnknownUseError, match="not known"):
            district.apply(careful)
        pushed = district.apply(locked)
        assert tables_of(district.store) != before
        undone = district.apply(district.plan_undo(pushed.push_id))
        assert undone.rows == pushed.rows
        assert tables_of(district.store) == before
        assert district.history()["push_id"].to_list() == [3, 2, 1]


@slow
def test_one_command_shows_the_whole_way(shared_data: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["demo", "--edfi", str(shared_data / "edfi_northridge_csv"), "--folder", str(tmp_path / "demo")]
    )
    assert done.exit_code == 0, done.output
    assert "push 1 wrote 43,056 rows" in done.output
    assert "exactly as they were before that push" in done.output
    assert Path(done.output.splitlines()[-1]).read_text("utf-8").count("Northridge ISD") > 0
