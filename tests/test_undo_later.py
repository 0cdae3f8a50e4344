"""Undo, plans and ids when other pushes came in between: small cases that random districts seldom meet."""

from __future__ import annotations

import json
from typing import Any

import pytest
from engine import tables_of
from small_district import CATALOG, YEAR, SmallDistrict

from coursepush.apply.apply import Receipt
from coursepush.district import District
from coursepush.errors import PlanError


def two_courses() -> SmallDistrict:
    """MATH1 and ART1, each with a section; both masters want categories that the courses lack."""
    d = SmallDistrict("categories", "course_info.state_code")
    art = d.new_master("ART1", state_code="A1")
    d.new_section(d.new_course("ART1", master=art), "1")
    d.master.category("Quizzes")
    art.category("Sketches")
    return d


def push(district: District, **request: Any) -> Receipt:
    return district.apply(district.plan_master_push(CATALOG, year=YEAR, mode="overwrite", **request))


def undo(district: District, push_id: int) -> Receipt:
    return district.apply(district.plan_undo(push_id))


def test_a_push_that_was_taken_back_does_not_take_back_a_later_one() -> None:
    """The later push wrote the same rows under the same ids; the first has nothing left to undo."""
    with District(two_courses().store()) as district:
        first = push(district)
        undo(district, first.push_id)
        push(district)
        plan = district.plan_undo(first.push_id)
        assert "undone_before" in [warning.code for warning in plan.warnings]
        assert plan.writes == 0
        assert set(plan.counts()["reason"]) == {"changed_since"}
        with pytest.raises(PlanError, match="cannot be taken back whole"):
            district.apply(plan)


def test_a_push_is_undone_again_after_its_undo_was_undone() -> None:
    with District(two_courses().store()) as district:
        before = tables_of(district.store)
        first = push(district)
        redone = undo(district, undo(district, first.push_id).push_id)
        assert redone.rows == first.rows
        undo(district, first.push_id)
        assert tables_of(district.store) == before


def test_a_plan_does_not_go_stale_by_a_push_to_another_course() -> None:
    """That push takes the ids this plan's new rows would have got; the list of verdicts is the same."""
    with District(two_courses().store()) as district:
        plan = district.plan_master_push(CATALOG, year=YEAR, masters=["MATH1"], to_sections=True)
        push(district, masters=["ART1"], to_sections=True)
        assert district.apply(plan).rows == plan.writes


def test_the_id_of_a_row_that_was_removed_is_kept_free_for_its_undo() -> None:
    d = two_courses()
    d.course.category("Labs")  # local, the largest id: the first push removes it
    with District(d.store()) as district:
        before = tables_of(district.store)
        first = push(district, masters=["MATH1"])
        second = push(district, masters=["ART1"])
        plan = district.plan_undo(first.push_id)
        assert plan.left_alone == 0
        undo(district, first.push_id)
        labs = district.sql("select row_id from course_category where name = 'Labs'").item()
        assert labs in [row["row_id"] for row in before["course_category"]]
        undo(district, second.push_id)
        assert tables_of(district.store) == before


def test_a_field_written_by_two_pushes_goes_back_one_at_a_time() -> None:
    d = two_courses()
    d.tables()["course_master"][0]["state_code"] = "M1"
    with District(d.store()) as district:
        first = push(district, data=["course_info"])
        with district.store.writing() as session:
            session.run("edit", "update course_master set state_code = 'M2' where number = 'MATH1'")
        second = push(district, data=["course_info"])
        kept = district.plan_undo(first.push_id).rows(verdict="keep")
        assert [(row["field"], json.loads(row["before"])) for row in kept.to_dicts()] == [("state_code", "M2")]
        undo(district, second.push_id)
        undo(district, first.push_id)
        codes = district.sql("select state_code from course where number in ('MATH1', 'ART1')")
        assert codes["state_code"].to_list() == [None, None]


def test_the_flag_of_a_section_that_a_later_push_wrote_again_is_left_to_that_push() -> None:
    """It stands as the first push left it; what was there in between is the later push's to give back."""
    d = SmallDistrict("course_info.is_advisory")
    d.master["is_advisory"] = True
    with District(d.store()) as district:
        first = push(district, to_sections=True)
        edit(district, "update section set is_advisory = false")
        second = push(district, to_sections=True)
        kept = district.plan_undo(first.push_id).rows(verdict="keep")
        assert kept.select("element", "reason").rows() == [("advisory", "changed_since")]
        undo(district, second.push_id)
        assert district.sql("select is_advisory from section").item() is False


def test_what_was_removed_from_a_section_that_is_gone_is_not_put_back() -> None:
    d = two_courses()
    d.section.category("Labs")  # the teacher's own: an overwrite push removes it
    with District(d.store()) as district:
        first = push(district, to_sections=True)
        edit(district, f"delete from section where section_id = {d.section.id}")
        edit(district, f"delete from section_category where owner_id = {d.section.id}")
        plan = district.plan_undo(first.push_id, partial=True)
        kept = [
            (row["element"], json.loads(row["key"]), row["reason"]) for row in plan.rows(verdict="keep").to_dicts()
        ]
        assert kept == [("categories", {"name": "Labs"}, "changed_since")]
        district.apply(plan)
        assert district.sql(f"from section_category where owner_id = {d.section.id}").is_empty()


def test_a_number_is_taken_only_by_a_course_of_its_calendar() -> None:
    d = SmallDistrict("course_info.number")
    d.master["number"] = "MATH9"
    d.calendar(39, "Lincoln High 26-27 evening")
    d.new_course("MATH1", master=None, calendar=39)
    with District(d.store()) as district:
        undo(district, push(district).push_id)
        assert district.sql("select distinct number from course").item() == "MATH1"


@pytest.mark.parametrize(("above", "below"), [("1", None), (None, "1")], ids=["was blank", "became blank"])
def test_a_field_whose_row_others_took_away_has_changed(above: str | None, below: str | None) -> None:
    """Blank it is with the row and without; but nobody of ours took the row away."""
    d = SmallDistrict("course_info.custom.fee")
    d.master.custom_field("fee", above)
    d.course.custom_field("fee", below)
    with District(d.store()) as district:
        first = push(district)
        assert first.rows == 1
        edit(district, "delete from custom_field where level = 'course'")
        plan = district.plan_undo(first.push_id, partial=True)
        assert plan.rows().select("verdict", "reason").rows() == [("keep", "changed_since")]
        district.apply(plan)
        assert district.sql("from custom_field where level = 'course'").is_empty()


def edit(district: District, statement: str) -> None:
    with district.store.writing() as session:
        session.run("edit", statement)
