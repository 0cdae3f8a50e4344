"""Course info: attributes, district-defined fields, blanks and course numbers (RULES.md 4.1)."""

from __future__ import annotations

from typing import Any

import pytest
from both_readings import Said, gives, verdicts_of
from small_district import CATALOG, SCHOOL, Owner, SmallDistrict, number

from coursepush.model.elements import ATTRIBUTE_LOCKS
from coursepush.model.tables import ATTRIBUTES


def locked(*fields: str) -> SmallDistrict:
    return SmallDistrict(*(f"course_info.{field}" for field in fields))


def fields_of(d: SmallDistrict, course: Owner | None = None, **request: Any) -> dict[str, Said]:
    """What a push of course info says of each field of the course."""
    rows = verdicts_of(d, element="course_info", data=["course_info"], **request)
    return {row.field or "*": row for row in rows if row.course_id == (course or d.course).id}


def test_each_locked_field_goes_by_itself() -> None:
    d = locked("name", "gpa_weight", "takes_attendance", "max_students", "department")
    d.master["name"], d.course["name"] = "Algebra I", "Algebra"
    d.master["gpa_weight"] = d.course["gpa_weight"] = number(1)
    d.master["takes_attendance"], d.course["takes_attendance"] = True, False
    d.master["max_students"], d.course["max_students"] = 30, None
    d.master["state_code"], d.course["state_code"] = "02", "2"  # not locked
    said = {name: (row.words, row.before, row.after) for name, row in fields_of(d).items()}
    assert said == {
        "name": (("update", None, None), "Algebra", "Algebra I"),
        "gpa_weight": (("same", None, None), "1.0000", "1.0000"),
        "takes_attendance": (("update", None, None), False, True),
        "max_students": (("update", None, None), None, 30),
        "department": (("same", None, None), None, None),
    }


def test_every_attribute_has_a_lock_and_is_compared() -> None:
    d = SmallDistrict(*ATTRIBUTE_LOCKS)
    samples = {"text": "x", "int": 3, "bool": True, "decimal4": number("1.5")}
    for column in ATTRIBUTES:
        d.master[column.name] = samples[column.kind]
    said = fields_of(d)
    assert {row.words for row in said.values()} == {("update", None, None)}
    assert list(said) == [column.name for column in ATTRIBUTES]


def test_not_said_differs_from_no() -> None:
    d = locked("is_activity", "on_transcript")
    d.master["is_activity"], d.course["is_activity"] = False, None
    d.master["on_transcript"], d.course["on_transcript"] = None, False
    said = fields_of(d)
    assert (said["is_activity"].before, said["is_activity"].after) == (None, False)
    assert (said["on_transcript"].before, said["on_transcript"].after) == (False, None)


@gives("not_locked")
def test_no_field_locked_is_one_skip_for_the_element() -> None:
    d = SmallDistrict("categories")
    d.master["name"] = "Algebra I"
    [row] = verdicts_of(d, element="course_info")
    assert (row.words, row.field) == (("skip", "not_locked", None), None)


def test_the_plans_notes_name_the_unlocked_fields_once() -> None:
    d = locked("number", "custom.area")
    for field in ("area", "pathway"):
        d.master.custom_field(field, "x")
    d.new_course("ART1", master=d.master)
    [note] = d.plan().notes
    assert note.count("name, ") == 1
    assert note.endswith("GPA weight, pathway.")
    assert "number" not in note
    assert "custom.area" not in note


def test_district_defined_fields_are_attributes() -> None:
    d = locked("custom.area", "custom.pathway", "custom.room", "custom.bell", "custom.nobody")
    d.lock("course_info.name")
    d.master.custom_field("area", "Mathematics")
    d.course.custom_field("area", "Math")
    d.master.custom_field("pathway", "STEM")  # the course has no row
    d.course.custom_field("room", "12")  # the master has no row
    d.master.custom_field("bell", "A")
    d.course.custom_field("bell", "A")
    d.master.custom_field("unlocked", "x")
    said = {name: (row.verdict, row.before, row.after) for name, row in fields_of(d).items()}
    assert said == {
        "name": ("same", "Course MATH1", "Course MATH1"),
        "custom.area": ("update", "Math", "Mathematics"),
        "custom.pathway": ("update", None, "STEM"),
        "custom.room": ("update", "12", None),
        "custom.bell": ("same", "A", "A"),
        "custom.nobody": ("same", None, None),
    }


@gives("blank_kept")
def test_an_empty_master_value_empties_the_courses_unless_blanks_are_kept() -> None:
    d = locked("department", "description", "honors_code", "custom.room")
    d.course["department"] = "Math"
    d.master["honors_code"] = "H"
    d.course.custom_field("room", "12")
    pushed = {name: row.words for name, row in fields_of(d, blanks="push").items()}
    update, kept, same = ("update", None, None), ("skip", "blank_kept", None), ("same", None, None)
    assert pushed == {
        "department": update,
        "description": same,
        "honors_code": update,
        "custom.room": update,
    }
    said = fields_of(d, blanks="keep")
    assert {name: row.words for name, row in said.items()} == {
        "department": kept,
        "description": same,
        "honors_code": update,
        "custom.room": kept,
    }
    assert said["department"].before == said["department"].after == "Math"


def test_the_mode_makes_no_difference() -> None:
    d = locked("name", "number", "department")
    d.master["name"], d.master["number"] = "Algebra I", "MATH2"
    d.course["department"] = "Math"
    d.new_course("MATH2", master=None)
    assert fields_of(d, mode="locked") == fields_of(d, mode="overwrite")


# -- numbers stay unique in a calendar -------------------------------------------------------------------


def numbered(
    *wishes: tuple[str, str | None], ignoring: str | None = None
) -> tuple[SmallDistrict, dict[str, Owner]]:
    """Courses by number, each with the number its master wants for it (None: it has no master)."""
    d = locked("number")
    courses: dict[str, Owner] = {}
    for own, wish in wishes:
        master = None if wish is None else d.new_master(wish)
        courses[own] = d.new_course(own, master=master, ignore_master_push=own == ignoring)
    return d, courses


def numbers_said(d: SmallDistrict, among: dict[str, Owner], **request: Any) -> dict[str, Any]:
    rows = verdicts_of(d, element="course_info", data=["course_info"], **request)
    name = {course.id: own for own, course in among.items()}
    return {name[row.course_id]: row.words[:2] for row in rows if row.course_id in name}


UPDATE, FAIL, SAME = ("update", None), ("fail", "duplicate_number"), ("same", None)


@gives("duplicate_number")
def test_a_number_that_another_course_keeps_fails() -> None:
    d, courses = numbered(("100", "200"), ("200", None), ("300", "301"))
    rows = verdicts_of(d, element="course_info", data=["course_info"])
    [failed] = [row for row in rows if row.verdict == "fail"]
    assert (failed.course_id, failed.before, failed.after) == (courses["100"].id, "100", "100")
    assert numbers_said(d, courses) == {"100": FAIL, "300": UPDATE}


def test_two_courses_can_swap_numbers() -> None:
    assert numbers_said(*numbered(("100", "200"), ("200", "100"))) == {"100": UPDATE, "200": UPDATE}


def test_a_chain_of_numbers_goes_through_when_its_end_is_free() -> None:
    assert numbers_said(*numbered(("100", "200"), ("200", "300"), ("300", "400"))) == {
        "100": UPDATE,
        "200": UPDATE,
        "300": UPDATE,
    }


def test_a_chain_of_numbers_fails_back_to_its_start_when_its_end_is_taken() -> None:
    said = numbers_said(*numbered(("100", "200"), ("200", "300"), ("300", "400"), ("400", "400"), ("500", "501")))
    assert said == {"100": FAIL, "200": FAIL, "300": FAIL, "400": SAME, "500": UPDATE}


def test_two_courses_that_want_one_number_both_fail() -> None:
    d = locked("number")
    wanted = d.new_master("900")
    courses = {own: d.new_course(own, master=wanted) for own in ("100", "200")}
    assert numbers_said(d, courses) == {"100": FAIL, "200": FAIL}


@gives("duplicate_number", "ignore_master_push")
def test_courses_that_are_skipped_or_not_named_keep_their_numbers() -> None:
    d, courses = numbered(("100", "200"), ("200", "300"), ignoring="200")
    assert numbers_said(d, courses) == {"100": FAIL}
    d, courses = numbered(("100", "200"), ("200", "300"))
    assert numbers_said(d, courses, courses=[courses["100"].id]) == {"100": FAIL}


def test_another_calendar_may_have_the_number() -> None:
    d = locked("number")
    d.school(22, "Adams High", CATALOG)
    d.calendar(33, "Adams High 26-27", school=22)
    d.calendar(34, "Lincoln High night 26-27", school=SCHOOL)
    d.master["number"] = "MATH2"
    for calendar in (33, 34):
        d.new_course("MATH2", master=None, calendar=calendar)
    assert fields_of(d)["number"].words == ("update", None, None)


@gives("duplicate_number")
def test_a_failed_number_does_not_stop_the_courses_other_fields() -> None:
    d = locked("number", "name")
    d.master["number"], d.master["name"] = "MATH2", "Algebra I"
    d.new_course("MATH2", master=None)
    said = {name: row.words for name, row in fields_of(d).items()}
    assert said == {"number": ("fail", "duplicate_number", None), "name": ("update", None, None)}


@pytest.mark.parametrize("data", [["categories"], ["course_info"]])
def test_numbers_collide_only_where_numbers_go(data: list[str]) -> None:
    d = SmallDistrict("categories", "course_info.name")
    d.master["number"] = "MATH2"
    d.new_course("MATH2", master=None)
    assert not [row for row in verdicts_of(d, data=data) if row.verdict == "fail"]
