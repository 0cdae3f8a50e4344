"""What awaits a push, and the cascade's numbers: against the rules read once more, against plans, and as laws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import oracle
import oracle_awaiting
import polars as pl
import pytest
from engine import Tables, plan_of, store_of
from random_districts import make_district
from rounds import TIMES, few, first
from simulated import SUMMER, calendar_id
from simulated import tables as simulated_tables
from small_district import CALENDAR, GONE, PROGRESS, TERM, SmallDistrict
from taking_names import besides_names

from coursepush.apply.apply import apply_plan
from coursepush.errors import RequestError
from coursepush.model.elements import COURSE_INFO, MASTER_PUSH_DATA
from coursepush.reports.audit.report import course_audit_frame
from coursepush.reports.awaiting.report import (
    COURSE_AWAITING_COLUMNS,
    MASTER_AWAITING_COLUMNS,
    Awaiting,
    course_awaiting,
    master_awaiting,
)
from coursepush.reports.awaiting.steps import in_words_sql
from coursepush.reports.cascade.report import LEVELS, STATES, cascade_frames
from coursepush.reports.filters import Given
from coursepush.store import Store

SEEDS = first(range(16 * TIMES))
EVERYTHING = Given()


def master_awaiting_frame(store: Store, given: Given, **more: bool) -> pl.DataFrame:
    return master_awaiting(store, given, **more).frame


def course_awaiting_frame(store: Store, given: Given) -> pl.DataFrame:
    return course_awaiting(store, given).frame


def cascade_frame(store: Store, given: Given) -> pl.DataFrame:
    return cascade_frames(store, given)[0]


_GROUP = ("catalog", "year", "master_id", "element", "key", "field", "change", "master_value")
_COUNTED = ("master_number", "master_name", "course_value", "course_values", "courses", "schools")
_ROW = (
    "course_id",
    "section_id",
    "element",
    "key",
    "field",
    "change",
    "course_value",
    "section_value",
    "row_id",
)


def grouped(frame: pl.DataFrame) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of the report on course masters, as the oracle gives them."""
    assert frame.columns == list(MASTER_AWAITING_COLUMNS)
    found = {tuple(row[n] for n in _GROUP): {n: row[n] for n in _COUNTED} for row in frame.to_dicts()}
    assert len(found) == frame.height
    return found


def listed(frame: pl.DataFrame) -> Counter[tuple[Any, ...]]:
    """The rows of the report on courses, as the oracle gives them."""
    assert frame.columns == list(COURSE_AWAITING_COLUMNS)
    return Counter(frame.select(_ROW).rows())


def cascade_agrees(store: Store, tables: Tables, given: Given = EVERYTHING, **asked: Any) -> None:
    frame, schools = cascade_frames(store, given)
    expected = oracle_awaiting.Cascade(tables, **asked)
    places = [(level, state) for level in LEVELS for state in STATES]
    assert frame.select("level", "state").rows() == places
    owners, rows = expected.owners(), expected.row_counts()
    assert frame["owners"].to_list() == [owners[place] for place in places]
    assert frame["rows"].to_list() == [rows[place] for place in places]
    awaiting = expected.awaiting_owners()
    assert frame["awaiting"].to_list() == [awaiting[place] for place in places]
    names = {row["school_id"]: row["name"] for row in tables["school"]}
    assert len(set(names.values())) == len(names)
    by_school = Counter(
        {(names[id], level, state): n for (id, level, state), n in expected.owners_by_school().items()}
    )
    assert {row[:3]: row[3] for row in schools.rows() if row[3]} == by_school
    below = frame.filter(pl.col("level").is_in(["course", "section"]))
    counts = ("owners", "rows", "awaiting")
    assert schools.select(pl.col(counts).sum()).row(0) == below.select(pl.col(counts).sum()).row(0)


# -- the second opinion --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_random_districts_agree_with_the_oracle(seed: int) -> None:
    tables = make_district(seed, 1 + seed % 4)
    store = store_of(tables)
    try:
        assert grouped(master_awaiting_frame(store, Given())) == oracle_awaiting.master_awaiting(tables)
        assert listed(course_awaiting_frame(store, Given())) == oracle_awaiting.course_awaiting(tables)
        if seed % 2 == 0:
            cascade_agrees(store, tables)
    finally:
        store.close()


@pytest.fixture(scope="module")
def simulated() -> Store:
    return store_of(simulated_tables())


@pytest.fixture(scope="module")
def masters(simulated: Store) -> pl.DataFrame:
    return master_awaiting_frame(simulated, Given())


@pytest.fixture(scope="module")
def sections(simulated: Store) -> pl.DataFrame:
    return course_awaiting_frame(simulated, Given())


@pytest.fixture(scope="module")
def on_courses(simulated: Store) -> Awaiting:
    return master_awaiting(simulated, Given())


@pytest.fixture(scope="module")
def in_sections(simulated: Store) -> Awaiting:
    return course_awaiting(simulated, Given())


def test_the_simulated_district_agrees_with_the_oracle(
    simulated: Store, masters: pl.DataFrame, sections: pl.DataFrame
) -> None:
    tables = simulated_tables()
    assert masters.height > 20
    assert sections.height > 20
    assert grouped(masters) == oracle_awaiting.master_awaiting(tables)
    assert listed(sections) == oracle_awaiting.course_awaiting(tables)
    cascade_agrees(simulated, tables)


def _planned_by_the_engine(store: Store, monkeypatch: pytest.MonkeyPatch, **more: Any) -> None:
    """Let the oracle of the reports read the plans that the engine makes."""

    def master(_tables: Tables, **request: Any) -> list[dict[str, Any]]:
        return plan_of(store, "master", {**request, **more}).rows().to_dicts()

    def course(_tables: Tables, **request: Any) -> list[dict[str, Any]]:
        return plan_of(store, "course", request).rows().to_dicts()

    monkeypatch.setattr(oracle, "plan_master_push", master)
    monkeypatch.setattr(oracle, "plan_course_push", course)


@pytest.mark.parametrize("seed", first([26, None]))
def test_the_reports_are_what_the_plans_would_write(seed: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = simulated_tables() if seed is None else make_district(seed)
    store = store_of(tables)
    _planned_by_the_engine(store, monkeypatch)
    assert grouped(master_awaiting_frame(store, Given())) == oracle_awaiting.master_awaiting(tables)
    assert listed(course_awaiting_frame(store, Given())) == oracle_awaiting.course_awaiting(tables)


@pytest.mark.parametrize("seed", first([11, None]))
def test_without_attributes_it_is_a_push_without_course_info(
    seed: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = simulated_tables() if seed is None else make_district(seed)
    store = store_of(tables)
    found = master_awaiting_frame(store, Given(), attributes=False)
    everything = master_awaiting_frame(store, Given())
    assert 0 < found.height < everything.height
    assert found.equals(everything.filter(pl.col("element") != COURSE_INFO))
    data = [name for name in MASTER_PUSH_DATA if name != COURSE_INFO]
    _planned_by_the_engine(store, monkeypatch, data=data)
    assert grouped(found) == oracle_awaiting.master_awaiting(tables)


# -- laws ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first([2, 12]))
def test_after_the_locked_push_nothing_awaits_it(seed: int) -> None:
    tables = make_district(seed)
    store = store_of(tables)
    before = master_awaiting_frame(store, Given())
    assert before.height > 0
    first = before.select("catalog", "year").row(0, named=True)
    plan = plan_of(store, "master", {"catalog_id": first["catalog"], "year": first["year"], "mode": "locked"})
    assert apply_plan(store, plan).rows == plan.writes > 0
    this = Given(catalog=first["catalog"], year=first["year"])
    assert master_awaiting_frame(store, this).is_empty()
    pending = cascade_frame(store, this).filter(level="course", state="pending")
    assert pending.select("owners", "rows").row(0) == (0, 0)
    of_others = pl.col("catalog").ne(first["catalog"]) | pl.col("year").ne(first["year"])
    assert master_awaiting_frame(store, Given()).equals(before.filter(of_others))


@pytest.mark.parametrize("seed", first([2, 12]))
def test_after_push_all_courses_nothing_awaits_it(seed: int) -> None:
    tables = make_district(seed)
    store = store_of(tables)
    before = course_awaiting_frame(store, Given())
    assert before.height > 0
    calendar = before["calendar"][0]
    apply_plan(store, plan_of(store, "course", {"calendar_id": calendar}))
    this = Given(calendar=calendar)
    assert course_awaiting_frame(store, this).is_empty()
    pending = cascade_frame(store, this).filter(level="section", state="pending")
    assert pending.select("owners", "rows").row(0) == (0, 0)
    assert course_awaiting_frame(store, Given()).equals(before.filter(pl.col("calendar") != calendar))


def test_the_reports_and_the_cascade_agree(simulated: Store, on_courses: Awaiting, in_sections: Awaiting) -> None:
    """Whom a push would write to is as many in both, at each level; so is who was looked at."""
    frame = cascade_frame(simulated, Given())
    awaiting = dict(frame.group_by("level").agg(pl.col("awaiting").sum()).rows())
    totals = on_courses.facts["totals"]
    assert awaiting == {
        "catalog": on_courses.frame["catalog"].n_unique(),
        "master": totals["masters"],
        "course": totals["courses"],
        "section": in_sections.facts["totals"]["sections"],
    }
    cascade = {row[:2]: row[2:] for row in frame.rows()}
    for level, found in (("course", on_courses), ("section", in_sections)):
        assert sum(cascade[level, state][0] for state in STATES) == found.facts["totals"]["looked_at"]
        assert cascade[level, "pending"][0] == cascade[level, "pending"][2] > 0
        assert cascade[level, "in_sync"][2] == cascade[level, "differs"][2] == cascade[level, "ignored"][2] == 0
    assert cascade["course", "desynced"][2] > 0
    left_out = {row["reason"]: row for row in on_courses.facts["left_out"].to_dicts()}
    assert left_out["desynced"]["courses"] <= cascade["course", "desynced"][0]
    assert left_out["desynced"]["rows"] <= cascade["course", "desynced"][1]
    ignored = left_out["ignore_master_push"]["courses"] + left_out["master_inactive"]["courses"]
    assert ignored == cascade["course", "ignored"][0]
    sections_left = {row["reason"]: row for row in in_sections.facts["left_out"].to_dicts()}
    assert sections_left["cross_site"]["owners"] == cascade["section", "ignored"][0]
    # what gives way under another name is renamed, and not among what could not be pushed (RULES.md 6.1)
    assert 0 < sections_left["residual"]["rows"] <= cascade["section", "residual"][1]


@pytest.mark.parametrize("seed", first([3, 8, 17]))
def test_whom_the_cascade_counts_as_awaiting_is_who_is_listed(seed: int) -> None:
    store = store_of(make_district(seed, 4))
    for given in (Given(), Given(element=["categories", "composite_grades"])):
        awaiting = dict(cascade_frame(store, given).group_by("level").agg(pl.col("awaiting").sum()).rows())
        on_courses, in_sections = master_awaiting(store, given), course_awaiting(store, given)
        assert awaiting["course"] == on_courses.facts["totals"]["courses"] > 0
        assert awaiting["master"] == on_courses.facts["totals"]["masters"]
        assert awaiting["section"] == in_sections.facts["totals"]["sections"]


def course_and_section_states(d: SmallDistrict) -> tuple[str, str]:
    """The states of its one course and one section, checked by the oracle; of all four levels where asked."""
    cascade_agrees(d.store(), d.tables())
    there = cascade_frame(d.store(), Given()).filter(pl.col("owners") > 0)
    states = dict(there.select("level", "state").rows())
    assert states["master"] == states["course"]
    return states["course"], states["section"]


def test_a_locked_row_that_the_school_made_otherwise_differs_and_no_push_changes_it() -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=25)
    quizzes = d.course.category("Quizzes", weight=20)
    d.section.category("Quizzes", parent=quizzes, weight=20)
    assert course_and_section_states(d) == ("differs", "in_sync")
    frame = cascade_frame(d.store(), Given())
    assert frame.filter(level="course", state="differs").select("owners", "rows", "awaiting").row(0) == (1, 1, 0)
    assert frame.filter(level="catalog", state="differs")["owners"].item() == 1


def test_a_teachers_own_option_with_other_values_differs() -> None:
    d = SmallDistrict("grade_calc_options")
    d.course_has("grade_calc_options")
    d.section.option(TERM, 1, use_percent=True)
    assert course_and_section_states(d) == ("in_sync", "differs")


def test_a_number_that_collides_and_a_task_that_is_lacking_differ() -> None:
    d = SmallDistrict("course_info.number")
    d.course["number"] = "MATH-A"
    d.new_course("MATH1", master=None)
    assert course_and_section_states(d) == ("differs", "in_sync")
    d = SmallDistrict("categories")
    d.master.task(PROGRESS)
    d.master.category("Quizzes", task_ids=[PROGRESS])
    assert course_and_section_states(d) == ("differs", "in_sync")
    d = SmallDistrict("grade_calc_options")
    d.master.option(TERM, 9)
    assert course_and_section_states(d) == ("differs", "in_sync")


def test_what_schools_and_teachers_have_beyond_the_level_above_is_in_sync() -> None:
    d = SmallDistrict("categories")
    mine = d.course.category("School's", weight=3)
    d.section.category("School's", parent=mine, weight=3)
    d.section.category("Teacher's", weight=3)
    assert course_and_section_states(d) == ("in_sync", "in_sync")


@pytest.mark.parametrize(
    ("worse", "state"), [("pending", "pending"), ("residual", "residual"), ("desynced", "desynced")]
)
def test_what_is_worse_goes_before_a_difference_that_stays(worse: str, state: str) -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=25)
    d.course.category("Quizzes", weight=20)
    if worse == "pending":
        d.master.category("Labs", weight=5)
    else:
        old = d.course.category("Old", parent=GONE, broken=worse == "desynced")
        d.section.assignment((TERM, 1), category=d.section.category("Old", parent=old))
    assert course_and_section_states(d)[0] == state


@pytest.mark.parametrize("seed", first([28, None]))
def test_a_course_is_desynced_where_the_course_audit_says_so(seed: int | None) -> None:
    tables = simulated_tables() if seed is None else make_district(seed)
    store = store_of(tables)
    status = dict(course_audit_frame(store, None, EVERYTHING).select("course_id", "status").rows())
    states = oracle_awaiting.Cascade(tables).states["course"]
    followed = {course_id for course_id, state in states.items() if state != "ignored"}
    desynced = {course_id for course_id in followed if status[course_id] == "desynced"}
    assert desynced
    assert desynced == {course_id for course_id in followed if states[course_id] == "desynced"}


def test_the_facts_beside_the_rows_add_up(
    masters: pl.DataFrame, sections: pl.DataFrame, on_courses: Awaiting, in_sections: Awaiting
) -> None:
    for found, frame in ((on_courses, masters), (in_sections, sections)):
        assert found.frame.equals(frame)
        totals, by_element = found.facts["totals"], found.facts["by_element"]
        assert by_element["writes"].sum() == found.facts["by_school"]["writes"].sum() == totals["writes"]
        assert found.facts["by_school"]["courses"].sum() == totals["courses"]
        changes = dict(frame.group_by("element").agg(pl.len()).rows())
        assert dict(by_element.select("element", "changes").rows()) == changes
    totals = on_courses.facts["totals"]
    assert totals["masters"] == masters["master_id"].n_unique()
    assert totals["writes"] == masters["courses"].sum()
    totals = in_sections.facts["totals"]
    assert totals["courses"] == sections["course_id"].n_unique()
    assert totals["sections"] == sections["section_id"].n_unique()
    assert totals["writes"] == sections.height
    assert totals["teachers"] == sections["teacher"].n_unique()


def test_every_master_course_and_section_is_in_one_state(simulated: Store) -> None:
    tables = simulated_tables()
    calendars = {row["calendar_id"]: row for row in tables["calendar"]}
    assigned = {(row["school_id"], row["end_year"]): row["catalog_id"] for row in tables["catalog_school"]}
    catalog_of = {row["master_id"]: row["catalog_id"] for row in tables["course_master"]}
    reached = []
    for course in tables["course"]:
        calendar = calendars[course["calendar_id"]]
        catalog = assigned.get((calendar["school_id"], calendar["end_year"]))
        if course["master_id"] and catalog_of[course["master_id"]] == catalog and not calendar["is_summer"]:
            reached.append(course)
    owners = dict(cascade_frame(simulated, Given()).group_by("level").agg(pl.col("owners").sum()).rows())
    assert owners == {
        "catalog": len({catalog_of[course["master_id"]] for course in reached}),
        "master": len({course["master_id"] for course in reached}),
        "course": len(reached),
        "section": len(tables["section"]),
    }


# -- filters -------------------------------------------------------------------------------------------------


def _of(column: str, *values: Any) -> Callable[[dict[str, Any]], bool]:
    return lambda row: row[column] in values


def test_a_catalog_a_year_and_a_school_keep_their_rows(simulated: Store, masters: pl.DataFrame) -> None:
    found = master_awaiting_frame(simulated, Given(catalog="High School", year=2026))
    assert found.equals(masters.filter(catalog="High School", year=2026))
    assert found.height > 0
    tables = simulated_tables()
    school = tables["school"][0]
    here = [row["calendar_id"] for row in tables["calendar"] if row["school_id"] == school["school_id"]]
    expected = oracle_awaiting.master_awaiting(tables, keep=_of("calendar_id", *here))
    assert grouped(master_awaiting_frame(simulated, Given(school=school["name"]))) == expected


def test_a_summer_calendar_counts_only_where_it_is_named(simulated: Store) -> None:
    tables = simulated_tables()
    summer = calendar_id(tables, SUMMER)
    expected = oracle_awaiting.master_awaiting(tables, calendars=[summer])
    assert grouped(master_awaiting_frame(simulated, Given(calendar=SUMMER))) == expected
    cascade_agrees(simulated, tables, Given(calendar=SUMMER), calendars=[summer])
    courses = [row for row in tables["course"] if row["calendar_id"] == summer]
    assert courses
    looked_at = cascade_frame(simulated, Given(calendar=SUMMER)).filter(level="course")["owners"].sum()
    assert looked_at == len([row for row in courses if row["master_id"] is not None])
    of_sections = course_awaiting_frame(simulated, Given())
    here = course_awaiting_frame(simulated, Given(calendar=SUMMER))
    assert here.equals(of_sections.filter(calendar=SUMMER))


@few(1)
@pytest.mark.parametrize(
    ("seed", "table", "column", "filtered"),
    [
        (1, "course", "course_id", "course"),
        (7, "course", "number", "course"),
        (13, "course_master", "master_id", "master"),
        (22, "calendar", "calendar_id", "calendar"),
    ],
)
def test_a_filter_of_courses_keeps_what_the_oracle_keeps(
    seed: int, table: str, column: str, filtered: str
) -> None:
    tables = make_district(seed, 4)
    store = store_of(tables)
    value = tables[table][seed % len(tables[table])][column]
    given, keep = Given(**{filtered: value}), _of(column, value)
    named = [value] if filtered == "calendar" else None
    expected = oracle_awaiting.master_awaiting(tables, calendars=named, keep=keep)
    assert grouped(master_awaiting_frame(store, given)) == expected
    assert listed(course_awaiting_frame(store, given)) == oracle_awaiting.course_awaiting(tables, keep=keep)
    cascade_agrees(store, tables, given, calendars=named, keep=keep)


def test_a_filter_of_data_types_keeps_what_the_oracle_keeps() -> None:
    tables = make_district(5, 4)
    store = store_of(tables)
    elements = ["categories", "composite_grades"]
    given = Given(element=elements)
    expected = oracle_awaiting.master_awaiting(tables, elements=elements)
    assert grouped(master_awaiting_frame(store, given)) == expected
    of_sections = oracle_awaiting.course_awaiting(tables, elements=elements)
    assert listed(course_awaiting_frame(store, given)) == of_sections


@few(1)
@pytest.mark.parametrize(("filtered", "column"), [("section", "section_id"), ("teacher", "teacher_id")])
def test_a_filter_of_sections_keeps_what_the_oracle_keeps(filtered: str, column: str) -> None:
    tables = make_district(9, 4)
    store = store_of(tables)
    value = next(row[column] for row in tables["section"] if row[column] is not None)
    given, keep_section = Given(**{filtered: value}), _of(column, value)
    expected = oracle_awaiting.course_awaiting(tables, keep_section=keep_section)
    assert listed(course_awaiting_frame(store, given)) == expected
    cascade_agrees(store, tables, given, keep_section=keep_section)


def test_a_number_collides_with_a_course_that_is_not_asked_for() -> None:
    """Two courses would both get the number of their master; asked for one of them, neither gets it."""
    d = SmallDistrict("course_info.number")
    other = d.new_course("MATH-B", master=d.master)
    d.course["number"] = "MATH-A"
    store = d.store()
    assert oracle_awaiting.master_awaiting(d.tables()) == {}
    for given in (Given(), Given(course=d.course.id), Given(master="MATH1"), Given(course="MATH-B")):
        assert master_awaiting_frame(store, given).is_empty()
    left_out = master_awaiting(store, Given(course=other.id)).facts["left_out"]
    assert left_out.rows() == [("duplicate_number", 1, 1, 1)]


def test_removals_of_what_was_not_asked_for_are_not_noted() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.course.category("Old", parent=GONE, weight=3)
    d.course.task(PROGRESS, parent=GONE)
    d.section.assignment((TERM, 1))
    unknown = d.store(frozenset({"assignment", "assignment_task", "posted_grade"}))
    for given, said in (
        (Given(), "2 removals on courses rest on it"),
        (Given(element="categories"), "1 removal on courses rests on it"),
        (Given(element="assessments"), "Nothing that is listed here as removed rests on it."),
    ):
        assert said in master_awaiting(unknown, given).notes[0]


def test_schools_of_one_name_are_two() -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=25)
    d.school(22, "Lincoln High", 11)
    d.calendar(33, "Lincoln High 26-27", school=22)
    d.new_course("MATH1", master=d.master, calendar=33)
    found = master_awaiting(d.store(), Given())
    assert found.facts["totals"]["schools"] == found.frame["schools"].item() == 2


@pytest.mark.parametrize(
    ("element", "course", "section"),
    [
        ("categories", "pending", "residual"),
        ("grade_calc_options", "in_sync", "in_sync"),
        (None, "pending", "residual"),
    ],
)
def test_the_cascade_looks_at_the_data_types_that_are_named(
    element: str | None, course: str, section: str
) -> None:
    d = SmallDistrict("categories", "grade_calc_options")
    d.course_has("grade_calc_options")
    d.section.option(TERM, 1, parent=d.tables()["course_grade_calc"][0]["row_id"])
    d.master.category("Quizzes", weight=25)
    d.section.assignment((TERM, 1), category=d.section.category("Old", parent=GONE))
    frame = cascade_frame(d.store(), Given(element=element)).filter(pl.col("owners") > 0)
    states = dict(frame.select("level", "state").rows())
    assert (states["course"], states["section"]) == (course, section)
    assert states["master"] == course
    assert states["catalog"] == ("in_sync" if course == section == "in_sync" else "pending")


def test_what_is_unknown_is_refused_with_the_valid_choices(simulated: Store) -> None:
    with pytest.raises(RequestError, match=r"no data type 'advisory'.*course_info, grading_tasks"):
        master_awaiting_frame(simulated, Given(element="advisory"))
    with pytest.raises(RequestError, match=r"no data type 'standards'.*categories"):
        course_awaiting_frame(simulated, Given(element="standards"))
    with pytest.raises(RequestError, match=r"no course master 'X'"):
        cascade_frame(simulated, Given(master="X"))


# -- order, words and notes ----------------------------------------------------------------------------------


def test_rows_come_in_the_stated_order(masters: pl.DataFrame, sections: pl.DataFrame) -> None:
    places = {name: place for place, name in enumerate((*MASTER_PUSH_DATA, "advisory"))}
    for frame, by in (
        (masters, ("catalog", "year", "master_number")),
        (sections, ("catalog", "year", "school", "calendar", "course_number", "section_number")),
    ):
        place = pl.col("element").replace_strict(places, return_dtype=pl.Int64)
        order = frame.select(*by, place, pl.col("key", "field").fill_null("")).rows()
        assert order == sorted(order)


def test_a_relink_or_update_of_three_fields_is_three_rows() -> None:
    d = SmallDistrict("categories")
    d.master.category("Tests", weight=50, sequence=1, drop_lowest=1)
    d.course.category("Tests", parent=GONE, weight=40, sequence=2, drop_lowest=0)
    projects = d.master.category("Projects", weight=20, sequence=3)
    d.course.category("projects", parent=projects, weight=10, sequence=3)
    d.master.category("Labs", weight=5)
    d.course.category("Labs", parent=GONE, weight=5)
    found = master_awaiting_frame(d.store(), Given())
    labs = found["master_value"][0]
    assert found.select("name", "field", "change", "master_value", "course_value", "in_words").rows() == [
        ("Labs", None, "relink", labs, labs, "linked again, its values stay"),
        ("Projects", "name", "change", '"Projects"', '"projects"', "name projects → Projects"),
        ("Projects", "weight", "change", '"20.0000"', '"10.0000"', "weight 10 → 20"),
        ("Tests", "drop_lowest", "relink", "1", "0", "lowest scores dropped 0 → 1"),
        ("Tests", "sequence", "relink", "1", "2", "sequence 2 → 1"),
        ("Tests", "weight", "relink", '"50.0000"', '"40.0000"', "weight 40 → 50"),
    ]
    assert set(found["courses"]) == set(found["schools"]) == set(found["course_values"]) == {1}


def test_what_is_added_removed_and_renamed_is_a_row_of_its_own() -> None:
    d = SmallDistrict("categories", "grading_tasks", "course_info.state_code")
    d.master["state_code"] = "S1"
    d.master.task(PROGRESS, credit="0.5")
    quizzes = d.master.category("Quizzes", weight=25, task_ids=[TERM])
    d.course.category("Homework", parent=quizzes, weight=25, task_ids=[TERM])
    d.course.category("Quizzes", weight=7)
    d.course.category("Old", parent=GONE, weight=3)
    d.section.category("Old", parent=GONE, weight=3)
    found = master_awaiting_frame(d.store(), Given())
    assert found.select("element", "name", "field", "change", "course_values", "in_words").rows() == [
        ("course_info", "state code", "state_code", "change", 1, "blank → S1"),
        ("grading_tasks", "Progress", None, "add", 0, "added: credit 0.5"),
        ("categories", "Old", None, "remove", 1, "removed: weight 3"),
        ("categories", "Quizzes", "name", "change", 1, "name Homework → Quizzes"),
        ("categories", "Quizzes(1)", "name", "rename", 1, "renamed: Quizzes → Quizzes(1)"),
    ]
    values = {row["name"]: (row["master_value"], row["course_value"]) for row in found.to_dicts()}
    assert values["state code"] == ('"S1"', "null")
    assert values["Old"][0] is None
    assert values["Progress"][1] is None


def test_courses_that_differ_among_themselves_are_told_together() -> None:
    d = SmallDistrict("categories")
    quizzes = d.master.category("Quizzes", weight=25)
    weights = (20, 20, 30, 40, 10, 20, 30)
    for place, weight in enumerate(weights):
        d.calendar(900 + place, f"Calendar {place}")
        d.new_course("MATH1", master=d.master, calendar=900 + place).category(
            "Quizzes", parent=quizzes, weight=weight
        )
    d.course.category("Quizzes", parent=quizzes, weight=25)
    found = master_awaiting_frame(d.store(), Given()).filter(field="weight").row(0, named=True)
    assert found["in_words"] == "weight 20, 30 or 2 others → 25"
    assert (found["course_value"], found["course_values"]) == (None, 4)
    assert (found["courses"], found["schools"]) == (7, 1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (1, "weight 20 → 25"),
        (2, "weight 20 or 30 → 25"),
        (3, "weight 20, 30 or 1 other → 25"),
        (4, "weight 20, 30 or 2 others → 25"),
    ],
)
def test_several_values_in_words(simulated: Store, values: int, words: str) -> None:
    with simulated.reading() as session:
        told = session.value(
            "words",
            f"select {in_words_sql()} from (select 'categories' as element, '{{}}' as key, 'weight' as field, "
            "'change' as change, $many as course_values) as r cross join (select '20' as words) as first "
            "cross join (select '30' as words) as second cross join (select '25' as words) as after",
            {"many": values},
        )
    assert told == words


def test_a_section_row_names_its_course_section_and_teacher() -> None:
    d = SmallDistrict("categories")
    quizzes = d.course.category("Quizzes", weight=25)
    d.section.category("Quizzes", parent=quizzes, weight=20)
    d.course["is_advisory"] = True
    rows = course_awaiting_frame(d.store(), Given()).to_dicts()
    kept = ("school", "calendar", "course_number", "section_number", "teacher", "element", "name", "in_words")
    place = ("Lincoln High", "Lincoln High 26-27", "MATH1", "1", "Ms. Rivera")
    assert [tuple(row[name] for name in kept) for row in rows] == [
        (*place, "categories", "Quizzes", "weight 20 → 25"),
        (*place, "advisory", "advisory", "blank → yes"),
    ]
    assert [row["row_id"] is None for row in rows] == [False, True]


def test_a_removal_that_rests_on_work_that_was_not_loaded_is_listed_and_noted() -> None:
    d = SmallDistrict("categories")
    d.course.category("Old", parent=GONE, weight=3)
    d.section.category("Older", parent=GONE, weight=3)
    d.section.assignment((TERM, 1))
    unknown = d.store(frozenset({"assignment"}))
    for found in (master_awaiting(unknown, Given()), course_awaiting(unknown, Given())):
        assert "remove" in found.frame["change"].to_list()
        assert found.notes[0].startswith(
            "It is not known which setup is in use: assignment was not loaded. 1 removal on "
        )
    known = d.store()
    for found in (master_awaiting(known, Given()), course_awaiting(known, Given())):
        assert not any("not known" in note for note in found.notes)


# -- what it costs -------------------------------------------------------------------------------------------


def _statements(store: Store, work: Callable[[Store, Given], object], given: Given) -> Counter[str]:
    names: Counter[str] = Counter()
    store.on_statement = lambda name, _: names.update([name])
    try:
        work(store, given)
    finally:
        store.on_statement = None
    return Counter({name: count for name, count in names.items() if name != "forget"})


@few(1)
@pytest.mark.parametrize("work", [master_awaiting, course_awaiting, cascade_frames])
def test_statements_depend_on_the_number_of_catalogs_alone(
    work: Callable[[Store, Given], object], simulated: Store
) -> None:
    d = SmallDistrict("categories")
    d.course_has("categories")
    one_course = _statements(d.store(), work, Given())
    one_catalog = _statements(simulated, work, Given(catalog="High School"))
    one_catalog.subtract({"find course catalog": 1, "choose course catalog": 1})
    assert besides_names(+one_catalog) == besides_names(one_course)
    all_catalogs = _statements(simulated, work, Given())
    assert sum(besides_names(all_catalogs).values()) <= 3 * sum(besides_names(one_course).values())


def test_nothing_is_left_behind(simulated: Store) -> None:
    def temporary() -> int:
        with simulated.reading() as session:
            return int(
                session.value(
                    "count",
                    "select (select count(*) from duckdb_tables() where temporary) "
                    "+ (select count(*) from duckdb_views() where temporary and not internal)",
                )
            )

    before = temporary()
    master_awaiting(simulated, Given())
    course_awaiting(simulated, Given())
    cascade_frame(simulated, Given())
    with pytest.raises(RequestError):
        cascade_frame(simulated, Given(calendar="nowhere"))
    assert temporary() <= before


def test_a_district_without_courses_awaits_nothing() -> None:
    d = SmallDistrict("categories")
    tables = d.tables()
    for name, rows in tables.items():
        if name.startswith(("course", "section", "master", "assignment")):
            rows.clear()
    store = store_of(tables)
    assert master_awaiting(store, Given(calendar=CALENDAR)).frame.is_empty()
    assert course_awaiting(store, Given()).frame.is_empty()
    frame, schools = cascade_frames(store, Given())
    assert frame.height == len(LEVELS) * len(STATES)
    assert frame["owners"].sum() == 0
    assert schools.is_empty()
