"""A plan is stale where the same request now gives another list of verdicts, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from district_files import everything, file_of, plan_all, worn_district
from small_district import ALL_LOCKS, EXAM, SEMESTER, TERM, SmallDistrict

import coursepush as cp
from coursepush.errors import StalePlanError
from coursepush.plan.text import ROW_COLUMNS


def base() -> SmallDistrict:
    """The worn district and, beside it, what no push of the High School catalog reaches."""
    d = worn_district()
    d.lock("course_info.custom.house")
    d.master.custom_field("house", "red")
    d.master.custom_field("open", "x")
    d.course.task(EXAM, parent=d.master.task(EXAM))
    d.course.option(SEMESTER, 3)
    d.section.assignment((SEMESTER, 3), active=False)
    d.add("catalog", catalog_id=12, name="Middle School")
    d.school(22, "Cedar Middle", 12)
    d.calendar(33, "Cedar Middle 26-27", school=22)
    d.calendar(34, "Lincoln High 27-28", year=2028)
    other = d.new_course("OTHER", master=d.new_master("OTHER", catalog=12), calendar=33)
    d.new_section(other)
    d.new_course("OWN", master=None)
    return d


def edit(district: cp.District, *statements: str) -> None:
    with district._store.writing() as session:
        for sql in statements:
            session.run("edit", sql)


Moved = set[tuple[str, int, str, str]]


def moved_of(error: StalePlanError) -> Moved:
    assert error.moved.columns == ["change", *ROW_COLUMNS]
    return set(error.moved.select("change", "hop", "element", "verdict").rows())


# One edit each, and what no longer holds and holds now: change, hop, element, verdict.
RELEVANT: dict[str, tuple[str, Moved]] = {
    "master_category": ("update master_category set weight = 21 where name = 'Quizzes'", set()),
    "master_task": (f"insert into master_task (row_id, owner_id, task_id) values (9001, 41, {EXAM - 1})", set()),
    "master_assessment": ("update master_assessment set copies_forward = true", set()),
    "master_grade_calc": ("update master_grade_calc set use_percent = true", set()),
    "master_composite": ("update master_composite set weight = 41", set()),
    "course_category": ("update course_category set weight = 11 where name = 'Quizzes'", set()),
    "course_task": (f"update course_task set is_link_broken = true where task_id = {TERM}", set()),
    "course_grade_calc": (f"delete from course_grade_calc where task_id = {SEMESTER}", set()),
    "course_master": ("update course_master set state_code = 'B2' where master_id = 41", set()),
    "course_master, inactive": ("update course_master set is_active = false where master_id = 41", set()),
    "course": ("update course set state_code = 'A1' where course_id = 501", set()),
    "course, ignoring": ("update course set ignore_master_push = true where course_id = 501", set()),
    "custom_field": ("update custom_field set value = 'blue' where field = 'house'", set()),
    "section_category": ("delete from section_category where name = 'Unused'", set()),
    "section_grade_calc": ("update section_grade_calc set last_n = 3", set()),
    "section": ("update section set is_advisory = true where section_id = 601", set()),
    "section_term": ("insert into section_term (section_id, term_seq) values (601, 4)", set()),
    "assignment": (
        "insert into assignment (assignment_id, section_id, category_row_id, is_active) "
        "select 1, 601, row_id, false from section_category where name = 'Unused'",
        set(),
    ),
    "assignment_task": ("delete from assignment_task where task_id <> 102", set()),
    "score": ("insert into score (assignment_id, student_id) values (5002, 81)", set()),
    "posted_grade": (
        "insert into posted_grade (section_id, student_id, task_id, term_seq, mark) values (601, 81, 101, 1, 'A')",
        set(),
    ),
    "catalog_lock": ("delete from catalog_lock where lock = 'assessments'", set()),
    "catalog_school": ("update catalog_school set catalog_id = 12 where school_id = 21", set()),
    "term": ("delete from term where calendar_id = 31 and term_seq = 1", set()),
    "grading_task": (f"update grading_task set is_standard = true where task_id = {EXAM}", set()),
    "a same row vanishes": (
        f"delete from course_task where task_id = {EXAM};delete from master_task where task_id = {EXAM}",
        set(),
    ),
    "a same row appears": (
        "insert into master_task (row_id, owner_id, task_id) values (9001, 41, 112);"
        "insert into course_task (row_id, owner_id, task_id, parent_row_id) values (9002, 501, 112, 9001)",
        set(),
    ),
    "a lock on equal values": ("insert into catalog_lock values (11, 'course_info.department')", set()),
    "a course enters": (
        "insert into course (course_id, calendar_id, master_id, number, name, ignore_master_push) "
        "values (509, 31, 41, 'NEW', 'New', true)",
        set(),
    ),
    "a calendar enters": (
        "insert into calendar (calendar_id, school_id, end_year, name) values (35, 21, 2027, 'Night school');"
        "insert into course (course_id, calendar_id, master_id, number, name, ignore_master_push) "
        "values (509, 35, 41, 'NEW', 'New', true)",
        set(),
    ),
}


@pytest.mark.parametrize(("sql", "moved"), RELEVANT.values(), ids=RELEVANT)
def test_an_edit_of_what_the_plan_rests_on_is_refused(sql: str, moved: Moved) -> None:
    district = cp.District(base().store())
    plan = plan_all(district)
    _ = plan.digest
    edit(district, *sql.split(";"))
    before = everything(district._store)
    with pytest.raises(StalePlanError, match=r"Nothing was written.*error\.moved") as raised:
        district.apply(plan)
    print("MOVED", moved_of(raised.value))
    assert moved_of(raised.value) == moved
    assert everything(district._store) == before
