"""What an extract does not give is unknown, not empty: columns, and the part of a table that a format lacks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import edfi_district
import oneroster_tiny
import polars as pl
import pytest
from carried_out import frames
from engine import tables_of
from good_extract import GOOD, put, write_good
from rounds import few, slow
from small_district import TERM, SmallDistrict

import coursepush as cp
from coursepush.district import District

SETUP_DATA = ("grading_tasks", "standards", "categories", "composite_grades", "grade_calc_options")
"""All but Course Info, which these formats give."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_good(tmp_path / "extract")


@pytest.fixture
def district(tmp_path: Path, good_file: Path) -> Any:
    with cp.open_district(shutil.copy(good_file, tmp_path / "district.duckdb")) as opened:
        yield opened


def told(found: pl.DataFrame, rule: str) -> list[tuple[str, str | None]]:
    """The table and column of each finding of a rule."""
    return found.filter(pl.col("rule") == rule).select("table", "column").rows()


def without(folder: Path, table: str, *columns: str) -> None:
    """Take columns out of a file."""
    frame = pl.read_csv((folder / f"{table}.csv").read_bytes(), infer_schema=False).drop(columns)
    put(folder, table, frame.write_csv())


# -- columns -----------------------------------------------------------------------------------------


def test_a_column_that_is_no_longer_given_keeps_its_values(district: District, folder: Path) -> None:
    put(folder, "section_category", GOOD["section_category"] + "3,2,,Own,15\n")
    without(folder, "section_category", "weight")
    refreshed = district.refresh(folder)
    weights = district.sql("select name, weight::integer from section_category order by row_id").rows()
    assert weights == [("Tests", 60), ("Tests", 60), ("Own", 0)]
    assert told(refreshed.warnings, "column_kept") == [("section_category", "weight")]
    said = refreshed.warnings.filter(rule="column_kept")["message"][0]
    assert "no column weight of section_category: 2 rows kept as loaded on 20" in said
    assert "1 row that are new get 0" not in said
    assert "1 row that is new gets 0" in said
    again = district.refresh(folder)
    assert told(again.warnings, "column_kept") == [("section_category", "weight")]
    assert again.moved.is_empty()


@few(3)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("section_category", "parent_row_id"),
        ("course", "master_id"),
        ("master_category", "task_ids"),
        ("section", "teacher_id"),
        ("assignment", "category_row_id"),
        ("assignment", "points"),
        ("course_grade_calc", "weight_categories"),
        ("grading_task", "is_standard"),
        ("grading_scale_mark", "is_passing"),
        ("school", "number"),
        ("posted_grade", "percent"),
        ("custom_field", "value"),
    ],
)
def test_no_optional_column_is_emptied(district: District, folder: Path, table: str, column: str) -> None:
    before = tables_of(district.store)
    without(folder, table, column)
    refreshed = district.refresh(folder)
    assert tables_of(district.store) == before
    assert refreshed.moved.is_empty()
    rule = "links_kept" if column == "parent_row_id" else "column_kept"
    assert told(refreshed.warnings, rule) == [(table, column)]


def test_columns_can_be_let_go(district: District, folder: Path) -> None:
    without(folder, "section_category", "weight")
    refreshed = district.refresh(folder, not_given="forget")
    assert set(district.sql("select weight::integer from section_category").rows()) == {(0,)}
    assert told(refreshed.warnings, "column_kept") == []


def test_a_column_that_was_never_given_keeps_what_a_push_wrote(district: District, folder: Path) -> None:
    put(folder, "master_category", "row_id,owner_id,name,weight,sequence\n1,1,Tests,60,7\n2,1,Homework,40,8\n")
    district.refresh(folder)
    district.apply(district.plan_master_push("High School", year=2027, mode="overwrite"))
    refreshed = district.refresh(folder)
    assert district.sql("select sequence from course_category order by 1").rows() == [(7,), (8,)]
    assert ("course_category", "sequence") in told(refreshed.warnings, "column_kept")


def test_a_kept_value_whose_row_is_gone_is_blank_and_told(district: District, folder: Path) -> None:
    put(folder, "course_master", "master_id,catalog_id,number,name\n2,2,0102,Art\n")
    for table in ("master_task", "master_category", "custom_field"):
        (folder / f"{table}.csv").unlink()
    put(folder, "catalog_lock", "catalog_id,lock\n1,categories\n")
    without(folder, "course", "master_id")
    refreshed = district.refresh(folder, allow_removals=True)
    assert district.sql("select master_id from course").rows() == [(None,), (None,)]
    said = refreshed.warnings.filter(rule="column_kept")["message"].to_list()
    assert any("1 row named a course_master that is gone, and is blank now" in one for one in said), said


def test_a_kept_category_of_an_assignment_follows_its_new_id(district: District, folder: Path) -> None:
    put(folder, "section_category", GOOD["section_category"].replace("1,1,1,Tests", "7,1,1,Tests"))
    without(folder, "assignment", "category_row_id")
    district.refresh(folder)
    assert district.sql("select category_row_id from assignment").rows() == [(7,)]


@few(1)
@pytest.mark.parametrize("ids", [{3: 4, 4: 5}, {3: 4, 4: 3}, {3: 5, 4: 3}])
def test_a_kept_assignment_follows_its_category(ids: dict[int, int]) -> None:
    """Also where its old id is another category's now."""
    d = SmallDistrict()
    for row_id, name in ((3, "Tests"), (4, "Labs")):
        d.add("section_category", row_id=row_id, owner_id=d.section.id, name=name)
    d.section.assignment((TERM, 1), category=3)
    d.section.assignment((TERM, 1), category=4)
    district = District(d.store())
    given = frames(d.tables())
    categories = given["section_category"].with_columns(pl.col("row_id").replace_strict(ids))
    district.refresh({"section_category": categories})
    named = district.sql(
        "select a.assignment_id, c.name from assignment as a "
        "left join section_category as c on c.row_id = a.category_row_id order by 1"
    ).rows()
    assert [name for _, name in named] == ["Tests", "Labs"]
    district.close()


def test_a_pushed_column_that_is_not_given_is_not_called_carried_out(district: District, folder: Path) -> None:
    put(folder, "master_category", "row_id,owner_id,name,weight\n1,1,Tests,70\n2,1,Homework,40\n")
    district.refresh(folder)
    plan = district.plan_master_push("High School", year=2027, mode="overwrite", data=["categories"])
    receipt = district.apply(plan)
    without(folder, "course_category", "weight")
    refreshed = district.refresh(folder)
    assert refreshed.moved.is_empty()
    for asked in (plan, receipt):
        counts = district.reconcile(asked).counts().filter(pl.col("verdict") == "update")
        assert set(counts["outcome"]) == {"not_checked"}
    assert "They do not give" in district.reconcile(receipt).summary
    assert "weight" in district.reconcile(receipt).summary


# -- a part of a table -------------------------------------------------------------------------------


@slow
def test_edfi_never_removes_the_grading_tasks_it_cannot_give(tmp_path: Path) -> None:
    edfi_district.write_csv(tmp_path / "edfi", edfi_district.tiny())
    with cp.load_district(tmp_path / "edfi", scaffold=True) as district:
        catalog, year = district.catalogs().select("name", "year").row(0)
        receipt = district.apply(district.plan_master_push(catalog, year=year, to_sections=True, data=SETUP_DATA))
        before = tables_of(district.store)
        assert receipt.written.filter(element="grading_tasks")["rows"].sum() > 0
        refreshed = district.refresh(tmp_path / "edfi")
        assert tables_of(district.store) == before
        assert refreshed.moved.is_empty()
        assert ("course_task", None) in told(refreshed.warnings, "part_kept")
        assert district.plan_master_push(catalog, year=year, to_sections=True, data=SETUP_DATA).writes == 0
        counts = (
            district.reconcile(receipt).counts().filter(~pl.col("element").is_in(["standards", "course_info"]))
        )
        assert set(counts["outcome"]) == {"not_checked"}, counts
        undo = district.plan_undo(receipt.push_id)
        assert undo.counts().filter(pl.col("verdict") == "keep").is_empty()
        district.refresh(tmp_path / "edfi")
        assert tables_of(district.store) == before


def test_standards_that_edfi_gives_no_more_go(tmp_path: Path) -> None:
    rows = edfi_district.tiny()
    edfi_district.write_csv(tmp_path / "one", rows)
    rows["Course"][0]["standard"] = ["S.1"]
    edfi_district.write_csv(tmp_path / "two", rows)
    with cp.load_district(tmp_path / "one", scaffold=True) as district:
        catalog, year = district.catalogs().select("name", "year").row(0)
        district.apply(district.plan_master_push(catalog, year=year))
        tasks = "select count(*) from course_task as r join grading_task as t on t.task_id = r.task_id where "
        standards = district.sql(f"{tasks} t.is_standard").item()
        others = district.sql(f"{tasks} not t.is_standard").item()
        district.refresh(tmp_path / "two")
        assert district.sql(f"{tasks} t.is_standard").item() < standards
        assert district.sql(f"{tasks} not t.is_standard").item() == others > 0


@slow
def test_oneroster_never_removes_categories_without_line_items(tmp_path: Path) -> None:
    oneroster_tiny.write(oneroster_tiny.tiny(), tmp_path / "roster")
    with cp.load_district(tmp_path / "roster", scaffold=True) as district:
        catalog, year = district.catalogs().select("name", "year").row(0)
        theirs = [name for (name,) in district.sql("select distinct name from section_category").rows()]
        theirs += [f"{name}(1)" for name in theirs]
        receipt = district.apply(
            district.plan_master_push(catalog, year=year, to_sections=True, data=SETUP_DATA, assume_unused=True)
        )
        idle = f"select * from section_category where not list_contains({theirs}, name) order by all"
        before, tasks = district.sql(idle), district.sql("select * from course_task order by all")
        assert before.height > 0
        refreshed = district.refresh(tmp_path / "roster")
        assert district.sql(idle).equals(before)
        assert district.sql("select * from course_task order by all").equals(tasks)
        assert ("section_category", None) in told(refreshed.warnings, "part_kept")
        found = district.reconcile(receipt).rows(hop=2, element="categories", verdict="insert")
        pushed = found.filter(~pl.col("key").str.json_path_match("$.name").is_in(theirs))
        assert set(pushed["outcome"]) == {"not_checked"}


# -- what a scaffold added ---------------------------------------------------------------------------


def test_a_starting_setup_stays_though_the_source_gives_its_ids_to_others() -> None:
    d = SmallDistrict("categories")
    d.master.category("Own")
    bare = d.new_master("BARE")
    district = District(d.store())
    district.scaffold()
    of_bare = f"select name from master_category where owner_id = {bare.id} order by name"
    scaffolded = district.sql(of_bare).rows()
    first = district.sql(f"select min(row_id) from master_category where owner_id = {bare.id}").item()
    d.add("master_category", row_id=first, owner_id=d.master.id, name="Tests")
    refreshed = district.refresh(frames(d.tables()))
    assert district.sql(of_bare).rows() == scaffolded
    assert district.sql(f"select owner_id, name from master_category where row_id = {first}").rows() == [
        (d.master.id, "Tests")
    ]
    assert ("master_category", None) in told(refreshed.warnings, "scaffold_kept")
    # the id is the source's now: what it takes away goes
    d.tables()["master_category"].clear()
    d.add("master_category", row_id=first + 900, owner_id=d.master.id, name="Labs")
    district.refresh(frames(d.tables()))
    assert district.sql(of_bare).rows() == scaffolded
    assert district.sql(f"select name from master_category where owner_id = {d.master.id}").rows() == [("Labs",)]
    district.close()
