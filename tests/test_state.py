"""What a plan is compared by when it is applied, a column at a time; test_laws_state.py has the law."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from engine import plan_of
from laws import all_that_it_says
from rounds import few
from small_district import (
    ALL_LOCKS,
    CALENDAR,
    CATALOG,
    EXAM,
    GONE,
    OTHER_TEST,
    PROGRESS,
    SEMESTER,
    STANDARD,
    TEST,
    YEAR,
    SmallDistrict,
)

from coursepush.model.tables import TABLES
from coursepush.plan.state import read_state
from coursepush.plan.text import ROW_COLUMNS, all_rows_sql, read_counts


def district() -> SmallDistrict:
    """Every kind of line is in it by itself, so that an edit can change one column of one line and nothing else.

    Standards are not locked: they come and go on the course without a verdict of their own.
    """
    d = SmallDistrict(
        "grading_tasks", "categories", "grade_calc_options", "assessments", "composite_grades",
        "course_info.state_code", "course_info.department", "course_info.is_advisory",
    )  # fmt: skip
    d.course.task(EXAM, parent=d.master.task(EXAM))
    d.course.category("Equal", parent=d.master.category("Equal"))
    d.course.category("Own", weight=1)
    held = d.master.category("Held", task_ids=[PROGRESS])
    d.course.category("Held", parent=held)
    d.master.option(STANDARD, 9)
    d.master.assessment()
    d.master.assessment(OTHER_TEST)
    d.course.assessment(OTHER_TEST)
    d.course["state_code"], d.course["department"] = "C", "D"
    d.master["state_code"], d.master["department"] = "M", "D"
    d.new_section(d.course)
    d.section.option(SEMESTER, 2)
    other = d.new_course("OTHER", master=d.new_master("OTHER", state_code="M"))
    idle = d.new_master("IDLE", is_active=False, state_code="M")
    d.new_course("IDLE", master=idle, ignore_master_push=True)
    flagged = d.new_master("FLAG", is_advisory=True, state_code="M")
    courses = [d.new_course(name, master=flagged, is_advisory=True, state_code="M") for name in ("F1", "F2")]
    d.new_section(courses[0])
    d.new_section(courses[0], "2", is_advisory=True)
    d.new_section(other)
    d.new_section(courses[0], "3", is_advisory=True).category("Kept")
    return d


# The columns in which one line of before and one of now differ, by what was edited; `same` has lines of its own.
MOVES: dict[str, tuple[str, set[str]]] = {
    "link": (f"update course_category set parent_row_id = {GONE} where name = 'Own'", {"link"}),
    "before": ("update course_category set weight = 2 where name = 'Own'", {"before"}),
    "row": ("update course_category set row_id = 88888 where name = 'Own'", {"row_id"}),
    "course": ("update course_category set owner_id = 502 where name = 'Own'", {"course_id"}),
    "section": (f"update section_grade_calc set owner_id = 602 where task_id = {SEMESTER}", {"section_id"}),
    "key": (f"update master_grade_calc set term_seq = 8 where task_id = {STANDARD}", {"key"}),
    "parent": (f"update master_grade_calc set row_id = 88888 where task_id = {STANDARD}", {"parent_row_id"}),
    "after": (f"update master_assessment set copies_forward = true where test_id = {TEST}", {"after"}),
    "reason": (
        f"insert into course_task by name select * replace (88888 as row_id, {STANDARD} as task_id) "
        f"from course_task where task_id = {EXAM}",
        {"reason"},
    ),
    "before of a field": ("update course set state_code = 'X' where number = 'MATH1'", {"before"}),
    "after of a field": ("update course_master set state_code = 'X' where number = 'MATH1'", {"after"}),
    "reason of a whole course": ("update course_master set is_active = true where number = 'IDLE'", {"reason"}),
    "a whole course": ("update course set course_id = 999 where number = 'IDLE'", {"course_id"}),
    "course of a flag": ("update section set course_id = 505 where section_id = 603", {"course_id"}),
    "section of a flag": ("update section set section_id = 999 where section_id = 603", {"section_id"}),
    "before of a flag": ("update section set is_advisory = false where section_id = 603", {"before"}),
}
SAME: dict[str, tuple[str, ...]] = {
    "row": (f"update course_task set row_id = 88888 where task_id = {EXAM}",),
    "row above": (
        f"update master_task set row_id = 88888 where task_id = {EXAM}",
        f"update course_task set parent_row_id = 88888 where task_id = {EXAM}",
    ),
    "row that is not linked": (f"update course_assessment set row_id = 88888 where test_id = {OTHER_TEST}",),
    "row above one that is not linked": (
        f"update master_assessment set row_id = 88888 where test_id = {OTHER_TEST}",
    ),
    "course of a flag": ("update section set course_id = 505 where section_id = 604",),
    "section of a flag": ("update section set section_id = 999 where section_id = 604",),
}
NOTHING: dict[str, str] = {
    "a flag that is not set, and one that is set to no": (
        "update section set is_advisory = false where section_id = 605"
    ),
    "a name above that is not pushed": "update course_master set name = 'Z'",
    "the name of a category above that cannot be pushed": (
        "update master_category set name = 'Held back' where name = 'Held'"
    ),
    "a value above that cannot be pushed": "update master_category set weight = 7 where name = 'Held'",
    "a value that is equal above and below": "update master_task set sequence = null",
    "where a row came from that is gone": f"update course_category set parent_row_id = {GONE} where name = 'Gone'",
}


class Edited:
    """One district and its plans, in locked and in overwrite mode; each edit is taken back."""

    def __init__(self) -> None:
        d = district()
        d.course.category("Gone", parent=GONE + 1)
        self.store = d.store()
        with self.store.writing() as session:
            for table in TABLES:
                session.run("keep", f"create temp table kept_{table} as from {table}")
        self.said = {mode: self.says(mode) for mode in ("locked", "overwrite", "course")}

    def says(self, mode: str) -> tuple[str, tuple[Any, ...]]:
        """Of a master push in that mode, or of Push All Courses of categories."""
        request: dict[str, Any] = {"catalog_id": CATALOG, "year": YEAR, "mode": mode, "to_sections": True}
        kind = "course" if mode == "course" else "master"
        if kind == "course":
            request = {"calendar_id": CALENDAR, "data": ["categories"]}
        plan = plan_of(self.store, kind, request)
        return plan.state, all_that_it_says(self.store, plan)

    def after(self, mode: str, *statements: str) -> tuple[str, tuple[Any, ...]]:
        with self.store.writing() as session:
            for sql in statements:
                assert session.value("edit", sql) > 0, "nothing was edited"
        try:
            return self.says(mode)
        finally:
            with self.store.writing() as session:
                for sql in statements:
                    table = sql.replace("insert into", "update").split()[1]
                    session.run("empty", f"delete from {table}")
                    session.run("put back", f"insert into {table} from temp.main.kept_{table}")


@pytest.fixture(scope="module")
def edited() -> Edited:
    return Edited()


@few(4)
@pytest.mark.parametrize(("statement", "columns"), MOVES.values(), ids=MOVES)
def test_the_state_tells_one_column_of_one_line(statement: str, columns: set[str], edited: Edited) -> None:
    assert_moves(edited, "overwrite", statement, columns)


def test_the_state_tells_the_course_of_a_sections_own_row(edited: Edited) -> None:
    assert_moves(edited, "course", "update section set course_id = 505 where section_id = 606", {"course_id"})


def assert_moves(edited: Edited, mode: str, statement: str, columns: set[str]) -> None:
    was_state, was = edited.said[mode]
    now_state, now = edited.after(mode, statement)
    assert was[3] == now[3]
    gone, come = Counter(was[2]) - Counter(now[2]), Counter(now[2]) - Counter(was[2])
    assert (gone.total(), come.total()) == (1, 1)
    (before,), (after,) = gone, come
    assert {name for name, one, two in zip(ROW_COLUMNS, before, after, strict=True) if one != two} == columns
    assert was_state != now_state


@few(3)
@pytest.mark.parametrize("statements", SAME.values(), ids=SAME)
def test_the_state_tells_which_rows_are_the_same(statements: tuple[str, ...], edited: Edited) -> None:
    was_state, was = edited.said["locked"]
    now_state, now = edited.after("locked", *statements)
    assert was[:3] == now[:3]
    assert was[3] != now[3]
    assert was_state != now_state


def test_the_state_tells_which_data_types_are_not_locked(edited: Edited) -> None:
    """Nobody has composite grades or standards."""
    was_state, was = edited.said["overwrite"]
    lock = "update catalog_lock set lock = 'standards' where lock = 'composite_grades'"
    now_state, now = edited.after("overwrite", lock)
    assert was[3] == now[3]
    assert {row[1] for row in (Counter(was[2]) - Counter(now[2]))} == {"standards"}
    assert was_state != now_state


def test_the_state_tells_of_which_courses_the_fields_are_the_same() -> None:
    """One course leaves the scope, and another that is like it enters it."""
    d = SmallDistrict(*ALL_LOCKS, "course_info.name")
    for table in ("master_task", "course_task"):
        d.tables()[table].clear()
    d.calendar(39, "Lincoln High 27-28", year=YEAR + 1)
    d.new_course("MATH2", master=d.master, calendar=39, name=d.course["name"])
    store = d.store()
    said = []
    for calendar in (CALENDAR, 39):
        with store.writing() as session:
            session.run(
                "edit", f"update course set calendar_id = {CALENDAR + 39 - calendar} where number = 'MATH2'"
            )
            session.run("edit", f"update course set calendar_id = {calendar} where number = 'MATH1'")
        plan = plan_of(store, "master", {"catalog_id": CATALOG, "year": YEAR})
        said.append((plan.state, all_that_it_says(store, plan)))
    (was_state, was), (now_state, now) = said
    assert was[:3] == now[:3]
    assert was[3].total() == now[3].total() == 1
    assert was[3] != now[3]
    assert was_state != now_state


@few(3)
@pytest.mark.parametrize("statement", NOTHING.values(), ids=NOTHING)
def test_the_state_leaves_out_what_no_plan_says(statement: str, edited: Edited) -> None:
    assert edited.after("overwrite", statement) == edited.said["overwrite"]


def test_the_districts_plan_has_every_part_of_a_state(edited: Edited) -> None:
    overwrite, locked = (edited.said[mode][1] for mode in ("overwrite", "locked"))
    assert {row[1] for row in overwrite[2]} >= {
        "*", "standards", "course_info", "categories", "assessments", "grade_calc_options", "advisory",
    }  # fmt: skip
    assert {row[1:3] for row in locked[3]} >= {
        ("assessments", "local"),
        ("categories", "linked"),
        ("advisory", None),
    }


@pytest.mark.parametrize("make", [district, SmallDistrict], ids=["some empty", "all empty"])
def test_that_tables_are_known_to_be_empty_changes_nothing_that_is_said(make: Any) -> None:
    store = make().store()
    plan = plan_of(
        store, "master", {"catalog_id": CATALOG, "year": YEAR, "mode": "overwrite", "to_sections": True}
    )
    unknowing = replace(plan.tables, empty=frozenset())
    assert len(plan.tables.filled()) < len(unknowing.filled()) == len(plan.tables.judged())
    with store.reading() as session:
        assert read_state(session, plan.tables) == read_state(session, unknowing)
        assert read_counts(session, plan.tables).equals(read_counts(session, unknowing))
        known, asked = (Counter(session.rows("rows", all_rows_sql(one))) for one in (plan.tables, unknowing))
    assert known == asked
    store.close()
