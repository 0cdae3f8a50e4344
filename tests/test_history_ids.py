"""History holds on to owner and business key: an id that is handed out again is another row's."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from carried_out import frames
from engine import tables_of
from rounds import few
from small_district import SmallDistrict

from coursepush.district import District
from coursepush.errors import StalePlanError

YEAR = 2027


def pushed_tests() -> tuple[SmallDistrict, District, int, int]:
    """The district, its number of the push that added Tests to course and section, and the section row's id."""
    d = SmallDistrict("categories")
    d.master.category("Tests", weight=60)
    d.section.category("Own", weight=20)
    district = District(d.store())
    receipt = district.apply(district.plan_master_push("High School", year=YEAR, to_sections=True))
    row_id = district.sql("select row_id from section_category where name = 'Tests'").item()
    return d, district, receipt.push_id, row_id


def why(district: District, name: str) -> Any:
    return district.why("1", "categories", name, course="MATH1", calendar="Lincoln High 26-27")


def keeps(district: District, push_id: int) -> list[Any]:
    return district.plan_undo(push_id).rows(verdict="keep").rows()


# -- by the source -----------------------------------------------------------------------------------


def test_an_id_of_ours_that_the_source_gives_to_another_row_is_not_ours() -> None:
    d, district, push_id, row_id = pushed_tests()
    d.add("section_category", row_id=row_id, owner_id=d.section.id, name="Warmups", weight=5)
    refreshed = district.refresh(frames(d.tables()))
    counts = refreshed.changes.filter(table="section_category").row(0, named=True)
    assert (counts["not_carried_out"], counts["added"], counts["renamed"]) == (1, 1, 0)
    assert why(district, "Warmups").pushes.is_empty()
    assert why(district, "Tests").pushes["push_id"].to_list() == [push_id, push_id]
    assert keeps(district, push_id) == []
    undo = district.plan_undo(push_id)
    assert undo.writes == 0
    drift = district.reports.drift().frame.filter(name="Warmups").row(0, named=True)
    assert (drift["change"], drift["push_id"], drift["last_pushed"]) == ("added", None, None)
    assert district.reconcile(push_id).rows(hop=2, verdict="insert")["outcome"].to_list() == ["not_done"]
    district.close()


@few(1)
@pytest.mark.parametrize("taken", ["other owner", "other key"])
def test_what_a_push_removed_comes_back_though_its_id_is_anothers(taken: str) -> None:
    d = SmallDistrict("categories")
    course_row = d.course.category("Old", parent=9_000)
    section_row = d.section.category("Old", parent=course_row, weight=7)
    district = District(d.store())
    receipt = district.apply(district.plan_master_push("High School", year=YEAR, to_sections=True))
    assert district.sql("select count(*) from section_category").item() == 0
    other = d.new_section(d.course, "2") if taken == "other owner" else d.section
    d.tables()["course_category"].clear()
    d.tables()["section_category"].clear()
    d.add("section_category", row_id=section_row, owner_id=other.id, name="Labs", weight=3)
    district.refresh(frames(d.tables()))
    undo = district.plan_undo(receipt.push_id)
    assert undo.rows(verdict="keep").is_empty()
    district.apply(undo)
    rows = district.sql(
        "select s.name, s.weight::integer, s.owner_id, c.name as above from section_category as s "
        "left join course_category as c on c.row_id = s.parent_row_id order by 1"
    ).rows()
    assert rows == [("Labs", 3, other.id, None), ("Old", 7, d.section.id, "Old")]
    district.close()


def test_a_push_that_is_carried_out_later_under_another_id_is_still_that_push() -> None:
    d, district, push_id, row_id = pushed_tests()
    d.add("section_category", row_id=row_id, owner_id=d.section.id, name="Warmups", weight=5)
    district.refresh(frames(d.tables()))
    course_row = 8_001
    d.add("course_category", row_id=course_row, owner_id=d.course.id, parent_row_id=1_301, name="Tests", weight=60)
    d.add(
        "section_category", row_id=8_002, owner_id=d.section.id, parent_row_id=course_row, name="Tests", weight=60
    )
    refreshed = district.refresh(frames(d.tables()))
    counts = refreshed.changes.filter(table="section_category").row(0, named=True)
    assert (counts["by_our_push"], counts["added"]) == (1, 0)
    undo = district.plan_undo(push_id)
    assert undo.rows(verdict="keep").is_empty()
    assert undo.rows(verdict="delete").height == 2
    district.apply(undo)
    assert district.sql("select name from section_category order by 1").rows() == [("Own",), ("Warmups",)]
    district.close()


def test_a_kept_row_does_not_hang_on_the_row_that_got_its_parents_id() -> None:
    """Sections' categories are not given; the course's Tests, ours, is gone, and Essays has its id."""
    d, district, _, _ = pushed_tests()
    course_row = district.sql("select row_id from course_category where name = 'Tests'").item()
    d.add("course_category", row_id=course_row, owner_id=d.course.id, name="Essays", weight=9)
    given = frames(d.tables())
    del given["section_category"]
    district.refresh(given)
    above = district.sql(
        "select s.name, c.name as above from section_category as s "
        "left join course_category as c on c.row_id = s.parent_row_id order by 1"
    ).rows()
    assert above == [("Own", None), ("Tests", None)]
    parent = district.sql("select parent_row_id from section_category where name = 'Tests'").item()
    assert parent not in (None, course_row)
    district.close()


def test_a_row_pushed_here_in_a_week_without_its_table_is_still_ours() -> None:
    """What was pushed before a refresh that did not give the table is held against the load before the push."""
    d, district, push_id, row_id = pushed_tests()
    given = frames(d.tables())
    district.refresh({name: given[name] for name in ("school", "teacher")})
    d.add("section_category", row_id=row_id, owner_id=d.section.id, name="Warmups", weight=5)
    refreshed = district.refresh(frames(d.tables()))
    counts = refreshed.changes.filter(table="section_category").row(0, named=True)
    assert (counts["not_carried_out"], counts["added"], counts["renamed"]) == (1, 1, 0)
    assert keeps(district, push_id) == []
    district.close()


# -- renamed -----------------------------------------------------------------------------------------


def test_a_category_that_was_renamed_reads_as_renamed() -> None:
    _, district, push_id, _ = pushed_tests()
    given = tables_of(district.store)
    row = next(row for row in given["section_category"] if row["name"] == "Own")
    row["name"] = "Mine"
    refreshed = district.refresh(frames(given))
    assert "1 row changed by others (0 added, 0 removed, 1 renamed, 0 changed)" in refreshed.summary
    drift = district.reports.drift()
    told = drift.frame.row(0, named=True)
    assert (told["change"], told["name"]) == ("renamed", "Mine")
    assert '"Own"' in told["before"]
    assert '"Mine"' in told["now"]
    assert "Renamed" in drift._repr_html_()
    assert district.refreshes().filter(table="section_category")["renamed"].to_list() == [1]
    # what a push added, carried out, and then renamed
    row = next(row for row in given["section_category"] if row["name"] == "Tests")
    row["name"] = "Exams"
    assert district.refresh(frames(given)).changes["renamed"].sum() == 1
    asked = why(district, "Exams")
    assert asked.pushes.filter(level="section")["push_id"].to_list() == [push_id]
    assert asked.drifted["change"].to_list() == ["renamed"]
    told = district.reports.drift(refresh=2).frame.row(0, named=True)
    assert (told["push_id"], told["change"]) == (push_id, "renamed")
    kept = district.plan_undo(push_id).rows(verdict="keep", hop=2)
    assert kept.select("key", "reason").rows() == [('{"name":"Exams"}', "changed_since")]
    assert district.reconcile(push_id).counts().filter(outcome="unforeseen", hop=2)["rows"].sum() == 2
    district.close()


def test_names_that_change_places_are_other_rows() -> None:
    """Owner and name decide; the ids say nothing against them."""
    d = SmallDistrict()
    for row_id, name, weight in ((3, "Tests", 10), (4, "Labs", 20)):
        d.add("section_category", row_id=row_id, owner_id=d.section.id, name=name, weight=weight)
    district = District(d.store())
    given = frames(d.tables())
    given["section_category"] = given["section_category"].with_columns(
        pl.col("row_id").replace_strict({3: 4, 4: 3})
    )
    assert district.refresh(given).moved.is_empty()
    district.close()


# -- by ourselves ------------------------------------------------------------------------------------


def test_an_id_that_we_give_again_is_not_the_earlier_rows() -> None:
    """Tests is pushed and taken back; the course master gets Labs, which gets its id."""
    _, district, push_id, row_id = pushed_tests()
    undone = district.apply(district.plan_undo(push_id))
    rows = tables_of(district.store)
    rows["master_category"][0]["name"] = "Labs"
    district.refresh(frames({"master_category": rows["master_category"]}))
    again = district.apply(district.plan_master_push("High School", year=YEAR, to_sections=True))
    assert district.sql("select row_id from section_category where name = 'Labs'").item() == row_id
    assert why(district, "Labs").pushes["push_id"].unique().to_list() == [again.push_id]
    assert keeps(district, push_id) == []
    assert district.plan_undo(push_id).writes == 0
    back = district.plan_undo(undone.push_id)
    assert back.rows(verdict="insert")["key"].to_list() == ['{"name":"Tests"}'] * 2
    district.apply(back)
    rows = district.sql(
        "select s.name, c.name as above from section_category as s "
        "left join course_category as c on c.row_id = s.parent_row_id order by 1"
    ).rows()
    assert rows == [("Labs", "Labs"), ("Own", None), ("Tests", "Tests")]
    district.close()


# -- saved plans -------------------------------------------------------------------------------------


def test_a_plan_whose_rows_moved_only_in_ids_says_just_that(tmp_path: Any) -> None:
    d = SmallDistrict("categories")
    tests = d.master.category("Tests", weight=60)
    course_row = d.course.category("Tests", parent=tests, weight=50)
    d.section.category("Tests", parent=course_row, weight=50)
    d.course.category("Old", parent=9_000)
    district = District(d.store())
    plan = district.plan_master_push("High School", year=YEAR, to_sections=True)
    plan.save(tmp_path / "kept.plan")
    given = frames(d.tables())
    given["course_category"] = given["course_category"].with_columns(pl.col("row_id") + 7_000)
    given["section_category"] = given["section_category"].with_columns(
        pl.col("row_id") + 5_000, pl.col("parent_row_id") + 7_000
    )
    assert district.refresh(given).moved.is_empty()
    for again in (lambda: district.load_plan(tmp_path / "kept.plan"), lambda: district.apply(plan)):
        with pytest.raises(StalePlanError, match="only ids have moved: 3 rows") as caught:
            again()
        assert "the same request gives the same changes" in str(caught.value)
        assert caught.value.moved.height == 6
    fresh = district.plan_master_push("High School", year=YEAR, to_sections=True)
    values = ["hop", "element", "verdict", "key", "before", "after"]
    assert fresh.rows().select(values).equals(plan.rows().select(values))
    given["section_category"] = given["section_category"].with_columns(weight=pl.lit("7").cast(pl.Decimal(9, 4)))
    district.refresh(given)
    with pytest.raises(StalePlanError, match="no longer hold and"):
        district.load_plan(tmp_path / "kept.plan")
    district.close()
