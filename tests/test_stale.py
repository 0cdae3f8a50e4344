"""A plan is stale where the same request now gives another list of verdicts, and only there."""

from __future__ import annotations

import re

import pytest
from district_files import everything, plan_all, worn_district
from rounds import few
from small_district import ALL_LOCKS, EXAM, SEMESTER, SmallDistrict

import coursepush as cp
from coursepush.errors import StalePlanError
from coursepush.model.tables import TABLES
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
    d.new_course("OWN", master=None).category("Own", weight=1)
    return d


def edit(district: cp.District, *statements: str) -> None:
    with district._store.writing() as session:
        for sql in statements:
            session.run("edit", sql)


Moved = set[tuple[str, int, str, str]]


def moved_of(error: StalePlanError) -> Moved:
    assert error.moved.columns == ["change", *ROW_COLUMNS]
    return set(error.moved.select("change", "hop", "element", "verdict").rows())


def both(hop: int, element: str, verdict: str) -> Moved:
    """A row of before and one of now that differ in what they would write."""
    return {("was", hop, element, verdict), ("now", hop, element, verdict)}


ALL_GONE: Moved = {
    *(("was", 1, "categories", verdict) for verdict in ("insert", "update", "delete")),
    *(("was", 1, "grading_tasks", verdict) for verdict in ("keep", "same")),
    *(("was", 1, "grade_calc_options", verdict) for verdict in ("insert", "delete")),
    *(("was", 1, element, "insert") for element in ("assessments", "composite_grades")),
    *(("was", 2, "categories", verdict) for verdict in ("insert", "update", "delete", "rename")),
    ("was", 1, "course_info", "update"),
    ("was", 2, "composite_grades", "insert"),
    ("was", 2, "grade_calc_options", "relink"),
    ("was", 2, "advisory", "update"),
}


# One edit each, and what no longer holds and holds now: change, hop, element, verdict.
RELEVANT: dict[str, tuple[list[str], Moved]] = {
    "master_category": (
        ["update master_category set weight = 21 where name = 'Quizzes'"],
        both(1, "categories", "update") | both(2, "categories", "update"),
    ),
    "master_task": (
        [
            (
                "insert into master_task by name select 9001 as row_id, 41 as owner_id, 103 as "
                "task_id, false as is_post_only"
            )
        ],
        {("was", 1, "grading_tasks", "keep"), ("now", 1, "grading_tasks", "relink")},
    ),
    "master_assessment": (
        ["update master_assessment set copies_forward = true"],
        both(1, "assessments", "insert"),
    ),
    "master_grade_calc": (
        ["update master_grade_calc set use_percent = true"],
        both(1, "grade_calc_options", "insert") | both(2, "grade_calc_options", "relink"),
    ),
    "master_composite": (
        ["update master_composite set weight = 41"],
        both(1, "composite_grades", "insert") | both(2, "composite_grades", "insert"),
    ),
    "course_category": (
        ["update course_category set weight = 11 where name = 'Quizzes'"],
        both(1, "categories", "update"),
    ),
    "course_task": (
        ["update course_task set is_link_broken = true where task_id = 101"],
        {("was", 1, "grading_tasks", "same"), ("now", 1, "grading_tasks", "relink")},
    ),
    "course_grade_calc": (
        ["delete from course_grade_calc where task_id = 102"],
        {("was", 1, "grade_calc_options", "delete")},
    ),
    "course_master": (
        ["update course_master set state_code = 'B2' where master_id = 41"],
        both(1, "course_info", "update"),
    ),
    "course_master, inactive": (
        ["update course_master set is_active = false where master_id = 41"],
        ALL_GONE | {("now", 1, "*", "skip")},
    ),
    "course": (
        ["update course set state_code = 'A1' where course_id = 501"],
        {("was", 1, "course_info", "update"), ("now", 1, "course_info", "same")},
    ),
    "course, ignoring": (
        ["update course set ignore_master_push = true where course_id = 501"],
        ALL_GONE | {("now", 1, "*", "skip")},
    ),
    "custom_field": (
        ["update custom_field set value = 'blue' where field = 'house'"],
        both(1, "course_info", "update"),
    ),
    "section_category": (
        ["delete from section_category where name = 'Unused'"],
        {("was", 2, "categories", "delete")},
    ),
    "section_grade_calc": (["update section_grade_calc set last_n = 3"], both(2, "grade_calc_options", "relink")),
    "section": (
        ["update section set is_advisory = true where section_id = 601"],
        {("was", 2, "advisory", "update"), ("now", 2, "advisory", "same")},
    ),
    "section_term": (
        ["insert into section_term (section_id, term_seq) values (601, 4)"],
        {
            ("was", 2, "composite_grades", "insert"),
            ("was", 2, "grade_calc_options", "relink"),
            ("now", 2, "grade_calc_options", "delete"),
        },
    ),
    "assignment": (
        [
            (
                "insert into assignment select a.* replace (1 as assignment_id, false as is_active, "
                "c.row_id as category_row_id) from assignment as a, section_category as c where "
                "a.assignment_id = 5001 and c.name = 'Unused'"
            )
        ],
        {("was", 2, "categories", "delete"), ("now", 2, "categories", "keep")},
    ),
    "assignment_task": (
        ["delete from assignment_task where task_id <> 102"],
        {("was", 1, "grading_tasks", "keep"), ("now", 1, "grading_tasks", "delete")},
    ),
    "score": (
        [
            (
                "insert into score (assignment_id, student_id, is_missing, is_late, is_exempt, "
                "is_dropped, is_cheated, is_incomplete, is_turned_in) values (5002, 81, false, false, "
                "false, false, false, false, false)"
            )
        ],
        {
            ("was", 1, "grade_calc_options", "delete"),
            ("now", 1, "grade_calc_options", "keep"),
            ("now", 2, "grade_calc_options", "skip"),
        },
    ),
    "posted_grade": (
        [
            (
                "insert into posted_grade (section_id, student_id, task_id, term_seq, mark) values "
                "(601, 81, 101, 1, 'A')"
            )
        ],
        {("was", 2, "grade_calc_options", "relink"), ("now", 2, "grade_calc_options", "skip")},
    ),
    "catalog_lock": (
        ["delete from catalog_lock where lock = 'assessments'"],
        {("was", 1, "assessments", "insert"), ("now", 1, "assessments", "skip")},
    ),
    "catalog_school": (["update catalog_school set catalog_id = 12 where school_id = 21"], ALL_GONE),
    "term": (
        ["delete from term where calendar_id = 31 and term_seq = 1"],
        {
            ("was", 1, "composite_grades", "insert"),
            ("now", 1, "composite_grades", "skip"),
            ("was", 2, "composite_grades", "insert"),
            ("was", 1, "grade_calc_options", "insert"),
            ("now", 1, "grade_calc_options", "skip"),
            ("was", 2, "grade_calc_options", "relink"),
            ("now", 2, "grade_calc_options", "delete"),
        },
    ),
    "grading_task": (
        ["update grading_task set is_standard = true where task_id = 104"],
        {("was", 1, "grading_tasks", "same"), ("now", 1, "standards", "same")},
    ),
    "a same row vanishes": (
        ["delete from course_task where task_id = 104", "delete from master_task where task_id = 104"],
        {("was", 1, "grading_tasks", "same")},
    ),
    "a same row appears": (
        [
            (
                "insert into master_task by name select * replace (9001 as row_id, 112 as task_id) "
                "from master_task where task_id = 104"
            ),
            (
                "insert into course_task by name select * replace (9002 as row_id, 112 as task_id, "
                "9001 as parent_row_id) from course_task where task_id = 104"
            ),
        ],
        {("now", 1, "standards", "same")},
    ),
    "a lock on equal values": (
        ["insert into catalog_lock values (11, 'course_info.department')"],
        {("now", 1, "course_info", "same")},
    ),
    "a course enters": (
        [
            (
                "insert into course select * replace (509 as course_id, 'NEW' as number, true as "
                "ignore_master_push) from course where course_id = 501"
            )
        ],
        {("now", 1, "*", "skip")},
    ),
    "a calendar enters": (
        [
            (
                "insert into calendar select * replace (35 as calendar_id, 'Night school' as name) "
                "from calendar where calendar_id = 31"
            ),
            (
                "insert into course select * replace (509 as course_id, 35 as calendar_id, true as "
                "ignore_master_push) from course where course_id = 501"
            ),
        ],
        {("now", 1, "*", "skip")},
    ),
}

# One edit each that leaves the list of verdicts alone.
IRRELEVANT: dict[str, list[str]] = {
    "another course's row": ["update course_category set weight = 99 where owner_id = 503"],
    "another course": ["update course set name = 'Other', state_code = 'Z' where course_id in (502, 503)"],
    "a course with no master": [
        (
            "insert into course select * replace (509 as course_id, 'MORE' as number, null as "
            "master_id) from course where course_id = 503"
        )
    ],
    "a course of another year": [
        (
            "insert into course select * replace (509 as course_id, 34 as calendar_id) from "
            "course where course_id = 501"
        )
    ],
    "another section": ["update section set is_advisory = true where section_id = 602"],
    "another catalog's master": ["update course_master set state_code = 'Z' where master_id = 42"],
    "another catalog's lock": ["insert into catalog_lock values (12, 'categories')"],
    "a value that is not locked": [
        "update course_master set name = 'Renamed', department = 'Z' where master_id = 41"
    ],
    "a field that is not locked": ["update custom_field set value = 'y' where field = 'open'"],
    "a school's name": ["update school set name = 'Renamed'"],
    "a calendar's name": ["update calendar set name = name || '!'"],
    "a teacher's name": ["update teacher set name = 'Renamed'"],
    "a catalog's name": ["update catalog set name = name || '!'"],
    "a task's name": ["update grading_task set name = name || '!'"],
    "a test's name": ["update assessment_test set name = name || '!'"],
    "a section's number": ["update section set number = number || '!'"],
    "another year's calendar": [
        (
            "insert into calendar select * replace (35 as calendar_id, 'Later' as name) from "
            "calendar where calendar_id = 34"
        )
    ],
    "an enrollment": ["insert into enrollment (section_id, student_id) values (601, 82)"],
    "more of the same work": [
        ("insert into assignment_task select * replace (2 as term_seq) from assignment_task where task_id = 103")
    ],
    "the points of an assignment": ["update assignment set points = 99, name = 'Renamed'"],
    "a value that is the same on both sides": [
        f"update {level}_task set sequence = 7 where task_id = {EXAM}" for level in ("master", "course")
    ],
}


class _Passed(Exception):
    """Applying got as far as its first write."""


class Edited:
    """One district and one plan for all edits: each edit is taken back, and the plan is as good as before."""

    def __init__(self) -> None:
        self.district = cp.District(base().store())
        self.plan = plan_all(self.district)
        assert self.plan.digest
        assert self.plan.state
        self.before = everything(self.district._store)
        with self.district._store.writing() as session:
            for table in TABLES:
                session.run("keep", f"create temp table kept_{table} as from {table}")

    def apply_after(self, *statements: str) -> None:
        store = self.district._store
        edit(self.district, *statements)
        edited = everything(store)
        assert edited != self.before, "nothing was edited"
        store.on_statement = self._first_write
        try:
            self.district.apply(self.plan)
        finally:
            store.on_statement = None
            assert everything(store) == edited
            tables = {name for sql in statements for name in re.findall(r"(?:update|into|delete from) (\w+)", sql)}
            for table in tables:
                edit(self.district, f"delete from {table}", f"insert into {table} from temp.main.kept_{table}")
            assert everything(store) == self.before

    @staticmethod
    def _first_write(name: str, sql: str) -> None:
        if name == "create history":
            raise _Passed


@pytest.fixture(scope="module")
def edited() -> Edited:
    return Edited()


@few(6)
@pytest.mark.parametrize(("statements", "moved"), RELEVANT.values(), ids=RELEVANT)
def test_an_edit_of_what_the_plan_rests_on_is_refused(statements: list[str], moved: Moved, edited: Edited) -> None:
    with pytest.raises(StalePlanError, match=r"Nothing was written.*error\.moved") as raised:
        edited.apply_after(*statements)
    assert moved_of(raised.value) == moved


@few(4)
@pytest.mark.parametrize("statements", IRRELEVANT.values(), ids=IRRELEVANT)
def test_an_edit_of_anything_else_leaves_the_plan_good(statements: list[str], edited: Edited) -> None:
    with pytest.raises(_Passed):
        edited.apply_after(*statements)


def test_a_plan_is_applied_after_all_those_other_edits() -> None:
    district = cp.District(base().store())
    plan = plan_all(district)
    _ = plan.digest
    edit(
        district, *(sql for name, statements in IRRELEVANT.items() for sql in statements if "course " not in name)
    )
    assert district.apply(plan).rows == plan.writes


def test_a_refusal_shows_the_rows_of_before_and_now() -> None:
    district = cp.District(base().store())
    plan = plan_all(district)
    was = plan.rows(element="course_info")
    edit(district, "update course_master set state_code = 'B2' where master_id = 41")
    with pytest.raises(StalePlanError, match="1 of its verdicts no longer hold and 1 are new") as raised:
        district.apply(plan)
    now = plan_all(district).rows(element="course_info")
    moved = raised.value.moved
    assert moved["after"].to_list() == ['"A1"', '"B2"']
    for change, rows in (("was", was), ("now", now)):
        [row] = moved.filter(moved["change"] == change).drop("change").rows()
        assert row in rows.rows()


def test_named_calendars_stay_those_named() -> None:
    district = cp.District(base().store())
    plan = plan_all(district, calendars="Lincoln High 26-27")
    _ = plan.digest
    edit(district, *RELEVANT["a calendar enters"][0])
    assert district.apply(plan).rows == plan.writes


@few(1)
@pytest.mark.parametrize("base_is", ["worn", "empty", "pushed before"])
def test_of_two_plans_from_one_base_only_one_is_applied(base_is: str) -> None:
    """Empty: a course with no setup at all, so that both plans only insert."""
    d = base()
    if base_is == "empty":
        d = SmallDistrict(*ALL_LOCKS)
        d.tables()["course_task"].clear()
        d.master.category("Quizzes", weight=20)
    district = cp.District(d.store())
    if base_is == "pushed before":
        district.apply(plan_all(district, data=["course_info"]))
    first, second = plan_all(district), plan_all(district)
    assert first.digest == second.digest
    if base_is == "empty":
        assert set(first.counts()["verdict"]) == {"insert", "skip"}
    district.apply(first)
    before = everything(district._store)
    with pytest.raises(StalePlanError) as raised:
        district.apply(second)
    assert everything(district._store) == before
    assert "insert" in raised.value.moved.filter(raised.value.moved["change"] == "was")["verdict"].to_list()


def test_an_undo_plan_goes_stale_too() -> None:
    district = cp.District(base().store())
    district.apply(plan_all(district))
    plan = district.plan_undo(1)
    _ = plan.digest
    edit(district, "update course_category set weight = 77 where name = 'Tests'")
    with pytest.raises(StalePlanError):
        district.apply(plan)
