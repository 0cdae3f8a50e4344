"""Course Audit, against the rules read once more a row at a time."""

from __future__ import annotations

import copy
import json
from collections import Counter
from typing import Any

import oracle
import polars as pl
import pytest
from carried_out import frames
from engine import Tables, store_of
from oracle_course_audit import CourseAudit, Difference
from random_districts import make_district
from rounds import TIMES, first
from simulated import tables as simulated_tables
from small_district import CALENDAR, CATALOG, EXAM, GONE, TERM, SmallDistrict, number
from status_districts import WORK
from status_districts import district as of_every_status

from coursepush.district import District
from coursepush.errors import RequestError
from coursepush.model.verdicts import WRITING
from coursepush.reports.audit.report import AUDIT_COLUMNS, SENTENCES, SUMMER, course_audit_frame
from coursepush.reports.filters import Given
from coursepush.reports.reports import Reports

WHY = {code: why for code, (why, _) in SENTENCES.items()}
WHAT_TO_DO = {code: what for code, (_, what) in SENTENCES.items()}

SEEDS = [*range(500, 500 + 8 * TIMES), *range(700, 700 + 8 * TIMES)]


def district_of(seed: int) -> Tables:
    return make_district(seed) if seed < 700 else of_every_status(seed)


@pytest.mark.parametrize("seed", first(SEEDS))
def test_the_audit_is_what_a_walk_over_all_rows_finds(seed: int) -> None:
    tables = district_of(seed)
    assert_as_expected(audit_of(tables), CourseAudit(tables))


def assert_as_expected(found: pl.DataFrame, expected: CourseAudit) -> None:
    got = found.filter(pl.col("difference").is_not_null())
    assert Counter(got.select(Difference._fields).rows()) == Counter(map(tuple, expected.rows))
    assert dict(found.select("course_id", "status").unique().rows()) == expected.status
    whole = found.filter(pl.col("difference").is_null())
    assert set(whole["course_id"]) == set(expected.status) - {row.course_id for row in expected.rows}


@pytest.mark.parametrize("seed", first(SEEDS[::2]))
def test_nothing_is_in_the_way_of_just_what_locked_pushes_write(seed: int) -> None:
    """Of everything, to the calendars that a push takes by itself: every value that it writes, and every row that
    it adds, removes or only links again, is told, and nothing else is told with nothing in the way."""
    tables = district_of(seed)
    assert_told_is_written(tables, District(store_of(tables)))


def assert_told_is_written(tables: Tables, district: District) -> None:
    written: Counter[tuple[Any, ...]] = Counter()
    for catalog, year in {(row["catalog_id"], row["end_year"]) for row in tables["catalog_school"]}:
        plan = district.plan_master_push(catalog, year=year, mode="locked", to_sections=False)
        rows = plan.rows(verdict=list(WRITING), hop=1).to_dicts()
        written.update((*place(row), field) for row in rows for field in fields_written(row))
    told = district.reports.course_audit().filter(
        pl.col("difference").is_not_null(), pl.col("hindrance").is_null()
    )
    assert Counter((*place(row), row["field"]) for row in told.to_dicts()) == written


def place(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row that is there is told by its id, one that is not yet there by its key, and a field by its name."""
    what = row["row_id"] if row["row_id"] is not None else row["key"] or row["field"]
    return row["course_id"], row["element"], what


def fields_written(row: dict[str, Any]) -> list[str | None]:
    """The values that a verdict changes; None for a row that comes, goes or is only linked again."""
    if row["field"] is not None or row["verdict"] in ("insert", "delete"):
        return [row["field"]]
    before, after = json.loads(row["before"]), json.loads(row["after"])
    return [name for name in after if after[name] != before[name]] or [None]


def test_the_random_districts_have_every_kind_of_difference() -> None:
    kinds: set[tuple[str, str, str | None]] = set()
    statuses: set[str] = set()
    for seed in range(40):
        expected = CourseAudit(make_district(seed))
        kinds |= {(row.element, row.difference, row.link) for row in expected.rows}
        statuses |= set(expected.status.values())
    for element in oracle.ELEMENTS:
        for difference, link in (
            ("missing", None),
            *(("extra", link) for link in ("local", "orphan", "broken")),
            *(("differs", link) for link in ("linked", "local", "broken")),
            ("link", "orphan"),
        ):
            assert (element, difference, link) in kinds, (element, difference, link)
    assert statuses >= {"desynced", "course_controlled"}


@pytest.mark.parametrize("seed", [3, 4])
def test_use_that_is_not_known_is_not_unused(seed: int) -> None:
    tables = make_district(seed) | {name: [] for name in WORK}
    found = course_audit_frame(store_of(tables, unknown=frozenset(WORK)), None, Given())
    assert_as_expected(found, CourseAudit(tables, unknown=True))
    assert "unknown" in set(found["use"])
    assert "use_unknown" in set(found["hindrance"])


# -- small cases -------------------------------------------------------------------------------------


def audit(d: SmallDistrict, **filters: Any) -> pl.DataFrame:
    return Reports(d.store()).course_audit(**filters)


def audit_of(tables: Tables) -> pl.DataFrame:
    return course_audit_frame(store_of(tables), None, Given())


def told(d: SmallDistrict) -> list[tuple[str, str | None, str]]:
    """Of each difference: because, hindrance, what to do."""
    return audit_of(d.tables()).select("because", "hindrance", "what_to_do").rows()


def test_each_state_says_why() -> None:
    d = SmallDistrict("categories", "grade_calc_options")
    other = d.new_master("BIO1").category("Elsewhere")
    d.course.category("Broken", parent=d.master.category("Broken"), broken=True)
    d.course.category("Their master's", parent=other)
    d.course.category("Own")
    d.course.category("Lost", parent=GONE)
    d.course.category("Weight", weight=10, parent=d.master.category("Weight", weight=25))
    d.course.category("Again", parent=GONE)
    for name in ("Again", "Wanted"):
        d.master.category(name)
    d.course.option(EXAM, parent=d.master.option(TERM))
    rows = audit(d, element=["categories", "grade_calc_options"]).select("name", "state", "why", "status").rows()
    assert {row[:3] for row in rows} == {
        ("Again", "linked", WHY["orphan_paired"]),
        ("Broken", "desynced", WHY["flagged"]),
        ("Lost", "linked", WHY["orphan_unused"]),
        ("Own", "course managed", WHY["local_extra"]),
        ("Their master's", "desynced", WHY["other_master"]),
        ("Wanted", None, WHY["missing"]),
        ("Weight", "linked", WHY["differs"]),
        ("Exam, term 1", "desynced", WHY["other_key"]),
        ("Term Grade, term 1", None, WHY["missing"]),
    }
    assert {row[3] for row in rows} == {"desynced"}


def test_what_is_not_locked_desyncs_nothing() -> None:
    d = SmallDistrict()
    d.course.category("Broken", parent=d.master.category("Broken"), broken=True)
    d.course.category("Weight", weight=10, parent=d.master.category("Weight", weight=25))
    found = audit(d, element="categories")
    assert set(found["status"]) == {"linked"}
    assert found.select("state", "is_locked", "why").rows() == [
        ("desynced", False, WHY["flagged"]),
        ("linked", False, WHY["not_locked"]),
    ]


def test_weights_alone_govern_no_row() -> None:
    d = SmallDistrict("composite_weights")
    d.course.composite(weight=25, parent=d.master.composite(weight=50), broken=True)
    found = audit(d, element="composite_grades")
    assert found.select("field", "is_locked", "status").rows() == [("weight", True, "linked")]


def test_a_course_without_a_difference_has_one_row() -> None:
    d = SmallDistrict("categories")
    found = audit(d)
    assert found.select("status", "element", "name", "difference", "why").rows() == [("linked", *[None] * 4)]
    assert audit(d, element="categories").is_empty()
    d = SmallDistrict("categories")
    d.course["ignore_master_push"] = True
    assert audit(d).select("status", "why").rows() == [("course_controlled", WHY["ignore_master_push"])]


def post_only(master: bool, course: bool, *locks: str, option: str) -> list[tuple[Any, ...]]:
    """What is told of the option of a task that is post only on the one, the other or both."""
    d = SmallDistrict("grade_calc_options", *locks)
    d.course.task(EXAM, is_post_only=course, parent=d.master.task(EXAM, is_post_only=master))
    d.course.option(EXAM, calc_type=option, parent=d.master.option(EXAM))
    found = audit(d, element="grade_calc_options")
    return found.select("field", "master_value", "course_value", "because", "hindrance").rows()


def test_an_option_of_a_task_that_will_be_post_only_is_wanted_without_calculation() -> None:
    told = ("calc_type", '"none"', '"in_progress"', "post_only", None)
    assert post_only(True, True, option="in_progress") == [told]
    assert post_only(True, False, "grading_tasks", option="in_progress") == [told]
    assert post_only(True, True, option="none") == []
    assert post_only(True, False, "grading_tasks", option="none") == []


def test_an_option_of_a_task_that_will_not_be_post_only_is_wanted_as_it_is() -> None:
    told = ("calc_type", '"in_progress"', '"none"', "differs", None)
    assert post_only(False, True, "grading_tasks", option="none") == [told]
    assert post_only(True, False, option="none") == [told]
    assert post_only(False, True, option="none") == []
    assert post_only(False, True, "grading_tasks", option="in_progress") == []


def test_a_task_that_a_push_adds_may_be_post_only() -> None:
    d = SmallDistrict("grade_calc_options", "grading_tasks")
    d.master.task(EXAM, is_post_only=True)
    d.course.option(EXAM, parent=d.master.option(EXAM))
    found = audit(d, element="grade_calc_options")
    assert found.select("field", "because", "hindrance").rows() == [("calc_type", "post_only", None)]


@pytest.mark.parametrize("values", [{"broken": True}, {"parent": None}])
def test_a_task_that_no_push_changes_stays_post_only(values: dict[str, Any]) -> None:
    d = SmallDistrict("grade_calc_options", "grading_tasks")
    d.course.task(EXAM, is_post_only=True, **{"parent": d.master.task(EXAM), **values})
    d.course.option(EXAM, calc_type="none", parent=d.master.option(EXAM))
    assert audit(d, element="grade_calc_options").is_empty()


def test_a_task_that_will_stop_being_post_only_brings_its_option_back() -> None:
    """Whether the course's task is linked or an orphan: a push writes the option."""
    for values in ({}, {"parent": GONE}):
        d = SmallDistrict("grade_calc_options", "grading_tasks")
        d.course.task(EXAM, is_post_only=True, **{"parent": d.master.task(EXAM), **values})
        d.course.option(EXAM, calc_type="none", parent=d.master.option(EXAM))
        found = audit(d, element="grade_calc_options").select("field", "master_value", "because", "hindrance")
        assert found.rows() == [("calc_type", '"in_progress"', "differs", None)]
        assert_told_is_written(d.tables(), District(d.store()))


def test_a_category_that_has_to_give_up_its_name_says_so() -> None:
    d = SmallDistrict("categories")
    d.course.category("Quizzes", parent=d.master.category("Tests"))
    d.course.category("Tests")
    found = audit(d).select("name", "field", "difference", "course_value", "because", "hindrance")
    assert found.rows() == [
        ("Quizzes", "name", "differs", '"Quizzes"', "differs", None),
        ("Tests", None, "extra", '{"name":"Tests","weight":"0.0000","sequence":null,"is_excluded":false,'
         '"drop_lowest":0,"task_ids":[]}', "local_extra", "course_managed"),
        ("Tests", "name", "rename", '"Tests"', "renamed", None),
    ]  # fmt: skip
    assert_told_is_written(d.tables(), District(d.store()))
    d = SmallDistrict("categories")
    d.course.category("Quizzes", parent=d.master.category("Tests"))
    d.course.category("Tests", task_ids=[EXAM], parent=d.master.category("Quiz", task_ids=[EXAM]))
    told = audit(d).select("name", "field", "difference", "because", "hindrance")
    assert ("Tests", "name", "rename", "renamed", None) in told.rows()
    assert_told_is_written(d.tables(), District(d.store()))


def test_a_composite_row_is_linked_again_and_keeps_the_weight_that_is_not_locked() -> None:
    d = SmallDistrict("composite_grades")
    d.master.composite(weight=50)
    d.course.composite(weight=25, parent=GONE)
    found = audit(d, element="composite_grades").select("field", "difference", "hindrance")
    assert found.rows() == [(None, "link", None), ("weight", "differs", "not_locked")]
    assert_told_is_written(d.tables(), District(d.store()))


# -- what keeps a push away ------------------------------------------------------------------------------


def test_the_random_districts_have_every_hindrance() -> None:
    seen: set[str] = set()
    for seed in range(700, 712):
        seen |= {row.hindrance for row in CourseAudit(of_every_status(seed)).rows}
    assert seen == {
        None, "not_locked", "not_reached", "master_inactive", "ignore_master_push", "duplicate_number",
        "missing_dependency", "no_such_term", "desynced", "course_managed", "residual", "summer",
    }  # fmt: skip


def test_a_desynced_row_is_to_be_relinked_though_its_weight_is_not_locked() -> None:
    d = SmallDistrict("composite_grades")
    d.course.composite(weight=25, parent=d.master.composite(weight=50), broken=True)
    found = audit(d).select("field", "is_locked", "sets_status", "because", "hindrance", "what_to_do")
    assert found.rows() == [("weight", False, True, "flagged", "desynced", WHAT_TO_DO["flagged"])]


def test_no_push_takes_over_a_row_of_which_only_the_weight_is_locked() -> None:
    d = SmallDistrict("composite_weights")
    d.master.composite(weight=50)
    d.course.composite(weight=25)
    found = audit(d).select("is_locked", "sets_status", "hindrance", "what_to_do")
    assert found.rows() == [(True, False, "not_locked", WHAT_TO_DO["not_locked"])]


def test_a_school_without_the_catalog_is_not_told_to_push() -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes")
    d.tables()["catalog_school"].clear()
    assert told(d) == [("not_reached", "not_reached", WHAT_TO_DO["not_reached"])]


def test_a_summer_calendar_has_to_be_named_in_the_push() -> None:
    d = SmallDistrict("categories")
    d.tables()["calendar"][0]["is_summer"] = True
    d.master.category("Quizzes")
    d.course.category("Own")
    assert told(d) == [
        ("local_extra", "course_managed", f"{WHAT_TO_DO['local_extra']} {SUMMER}"),
        ("missing", "summer", f"{WHAT_TO_DO['missing']} {SUMMER}"),
    ]


def test_a_number_that_another_course_has_is_not_to_be_pushed() -> None:
    d = SmallDistrict("course_info.number")
    d.master["number"] = "MATH9"
    d.new_course("MATH9", master=None)
    assert told(d) == [("duplicate_number", "duplicate_number", WHAT_TO_DO["duplicate_number"])]


@pytest.mark.parametrize("others_number", ["MATH9", "MATH2"])
@pytest.mark.parametrize("why", ["ignores", "inactive master", "other year's catalog", "other calendar"])
def test_a_course_that_no_push_reaches_counts_with_the_number_that_it_has(why: str, others_number: str) -> None:
    """Whether another course has the number now, or is only to get it."""
    d = SmallDistrict("course_info.number")
    d.master["number"] = "MATH9"
    to_be = "MATH9" if others_number == "MATH2" else "MATH8"
    other = d.new_master(to_be, catalog=CATALOG, is_active=why != "inactive master")
    if why == "other year's catalog":
        d.add("catalog", catalog_id=12, name="Middle School")
        other["catalog_id"] = 12
    calendar = CALENDAR
    if why == "other calendar":
        calendar = 39
        d.calendar(calendar, "Lincoln High 26-27 evening")
    d.new_course(others_number, master=other, calendar=calendar, ignore_master_push=why == "ignores")
    (row,) = audit(d, course="MATH1").filter(field="number").to_dicts()
    stands_there = others_number == "MATH9" and why != "other calendar"
    assert row["hindrance"] == ("duplicate_number" if stands_there else None)


def test_a_number_clash_does_not_depend_on_the_filter() -> None:
    d = SmallDistrict("course_info.number")
    d.master["number"] = "MATH9"
    d.new_course("MATH2", master=d.master)
    found = audit(d, course="MATH1")
    assert found["hindrance"].to_list() == ["duplicate_number"]


def test_a_task_that_the_course_will_not_have_is_in_the_way() -> None:
    d = SmallDistrict("grade_calc_options")
    d.master.task(EXAM)  # not locked: a push does not bring it
    d.master.option(EXAM)
    wanted = [row for row in told(d) if row[0] != "not_locked"]
    assert wanted == [("missing_dependency", "missing_dependency", WHAT_TO_DO["missing_dependency"])]
    d = SmallDistrict("grade_calc_options", "grading_tasks")
    d.master.task(EXAM)
    d.master.option(EXAM)
    assert told(d) == [("missing", None, WHAT_TO_DO["missing"])] * 2
    d = SmallDistrict("categories", "grading_tasks")
    d.course.task(EXAM, parent=GONE)  # not used: a push takes it away
    d.master.category("Quizzes", task_ids=[EXAM])
    assert [row[:2] for row in told(d)] == [
        ("orphan_unused", None),
        ("missing_dependency", "missing_dependency"),
    ]


def test_a_term_that_the_calendar_does_not_have_is_in_the_way() -> None:
    d = SmallDistrict("grade_calc_options")
    above = d.master.option(TERM, term=6)
    d.course.option(TERM, term=6, use_percent=True, parent=above)
    d.course.option(TERM, term=7, parent=d.master.option(TERM, term=7), broken=True)
    found = told(d)
    assert {row[1] for row in found} == {"no_such_term"}
    assert {row[2] for row in found} == {WHAT_TO_DO["no_such_term"]}
    assert {row[0] for row in found} == {"no_such_term", "flagged"}


def test_a_broken_row_with_nothing_like_it_above_may_be_removed() -> None:
    d = SmallDistrict("categories")
    d.course.category("Own", parent=GONE, broken=True)
    ((because, _, what_to_do),) = told(d)
    assert because == "flagged"
    assert "or is removed if the course master has none like it (and students' work does not use it)" in what_to_do
    (verdict,) = d.plan(mode="overwrite").rows(element="categories").to_dicts()
    assert verdict["verdict"] == "delete"


# -- last pushed, and drift --------------------------------------------------------------------------


def test_last_pushed_and_drifted_since() -> None:
    d = SmallDistrict("categories", "course_info.name", "course_info.custom.fee")
    d.master.category("Quizzes", weight=20)
    d.master["name"] = "Algebra"
    d.master.custom_field("fee", "5")
    district = District(d.store())
    receipt = district.apply(district.plan_master_push("High School", year=2027))
    with district.store.reading() as session:
        standing = session.frame("rows", "select * from course_category").to_dicts()
    tables = copy.deepcopy(d.tables())
    tables["course_category"] = [row | {"weight": number(25), "task_ids": []} for row in standing]
    tables["course"][0]["name"] = "Algebra with Ms. B"
    tables["custom_field"].append({"level": "course", "owner_id": d.course.id, "field": "fee", "value": "5"})
    district.refresh(frames(tables))
    day = district.refreshes()["made_at"][0].date()
    found = district.reports.course_audit()
    told = found.select(
        "element", "field", "master_value", "course_value", "last_pushed", "push_id", "drifted_since"
    )
    assert told.rows() == [
        ("course_info", "name", '"Algebra"', '"Algebra with Ms. B"', '"Algebra"', receipt.push_id, day),
        ("categories", "weight", '"20.0000"', '"25.0000"', '"20.0000"', receipt.push_id, day),
    ]
    district.apply(district.plan_master_push("High School", year=2027))
    assert district.reports.course_audit()["difference"].to_list() == [None]
    with district.store.writing() as session:
        session.run("edit", "update master_category set weight = 30")
    (again,) = district.reports.course_audit().iter_rows(named=True)
    assert (again["last_pushed"], again["push_id"], again["drifted_since"]) == ('"20.0000"', 2, None)


def test_only_the_value_that_drifted_is_marked() -> None:
    d = SmallDistrict("categories")
    row_id = d.course.category("Quizzes", weight=10, drop_lowest=1, parent=d.master.category("Quizzes", weight=20))
    district = District(d.store())
    tables = copy.deepcopy(d.tables())
    next(row for row in tables["course_category"] if row["row_id"] == row_id)["weight"] = number(11)
    district.refresh(frames(tables))
    found = district.reports.course_audit(element="categories")
    assert found.select("field", pl.col("drifted_since").is_null()).rows() == [
        ("drop_lowest", True),
        ("weight", False),
    ]
    assert found["last_pushed"].null_count() == 2


# -- what it looks like ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulated() -> Reports:
    return Reports(store_of(simulated_tables()))


@pytest.fixture(scope="module")
def whole(simulated: Reports) -> pl.DataFrame:
    return simulated.course_audit()


def test_it_has_its_columns_and_order(whole: pl.DataFrame) -> None:
    assert tuple(whole.columns) == AUDIT_COLUMNS
    places = whole.select("catalog", "year", "school", "calendar", "course_number").rows()
    assert places == sorted(places)
    different = whole.filter(pl.col("difference").is_not_null())
    assert different.select("element", "name", "is_locked", "why").null_count().row(0) == (0, 0, 0, 0)
    assert not whole["why"].drop_nulls().str.contains("[{}_]").any()


@pytest.mark.parametrize(
    ("filters", "column", "value"),
    [
        ({"catalog": "High School"}, "catalog", "High School"),
        ({"year": 2026}, "year", 2026),
        ({"school": "Riverbend High School"}, "school", "Riverbend High School"),
        ({"calendar": "Riverbend High 25-26"}, "calendar", "Riverbend High 25-26"),
        ({"course": "24052-1"}, "course_number", "24052-1"),
        ({"element": "categories"}, "element", "categories"),
        ({"status": ["desynced"]}, "status", "desynced"),
    ],
)
def test_a_filter_keeps_exactly_its_rows(
    simulated: Reports, whole: pl.DataFrame, filters: dict[str, Any], column: str, value: object
) -> None:
    kept = simulated.course_audit(**filters)
    assert kept.height > 0
    assert kept.equals(whole.filter(pl.col(column) == value))


def test_an_unknown_filter_lists_the_valid_ones(simulated: Reports) -> None:
    with pytest.raises(RequestError, match=r"no status 'broken'.*linked, no_setup, course_controlled, desynced"):
        simulated.course_audit(status="broken")
    with pytest.raises(RequestError, match=r"no data type 'advisory'.*categories"):
        simulated.course_audit(element="advisory")
