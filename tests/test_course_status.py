"""Course Status against the rules read once more a row at a time; its agreement with Course Audit."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
import pytest
from engine import store_of
from oracle_course_status import COLUMNS, course_statuses
from rounds import TIMES, first
from simulated import tables as simulated_tables
from small_district import EXAM, GONE, PROGRESS, TERM, YEAR, SmallDistrict
from status_districts import WORK, broken_category, district, status

from coursepush.errors import RequestError
from coursepush.model.verdicts import REASON_SENTENCES, Reason
from coursepush.reports.audit.report import SENTENCES as AUDIT_SENTENCES
from coursepush.reports.audit.report import course_audit_frame
from coursepush.reports.filters import Given
from coursepush.reports.status.report import HINDRANCES, SENTENCES, STATUS_COLUMNS
from coursepush.store import Store

# -- against the oracle ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first(range(700, 700 + 16 * TIMES)))
def test_each_course_has_the_status_and_counts_that_a_walk_over_its_rows_finds(seed: int) -> None:
    tables = district(seed)
    found = status(store_of(tables)).select(COLUMNS).to_dicts()
    assert {row["course_id"]: row for row in found} == course_statuses(tables)


def test_the_random_districts_have_every_status_and_state() -> None:
    statuses: Counter[str] = Counter()
    states: set[tuple[str, str]] = set()
    for seed in range(700, 748):
        for row in course_statuses(district(seed)).values():
            statuses[row["status"]] += 1
            states |= {(row["status"], state) for state in ("broken", "local", "residual") if row[state]}
    assert min(statuses[name] for name in ("desynced", "course_controlled", "linked")) >= 10, statuses
    assert states == {
        ("desynced", "broken"), ("desynced", "local"), ("desynced", "residual"),
        ("course_controlled", "local"), ("course_controlled", "residual"),
    }  # fmt: skip


@pytest.mark.parametrize("seed", first(range(720, 720 + 8 * TIMES)))
def test_a_filter_by_data_type_counts_only_what_was_asked_for(seed: int) -> None:
    tables = district(seed)
    store = store_of(tables)
    for element in (["categories"], ["grading_tasks", "composite_grades"]):
        found = status(store, element=element).select(COLUMNS).to_dicts()
        assert {row["course_id"]: row for row in found} == course_statuses(tables, asked=element)


@pytest.mark.parametrize("seed", first([3, 4, 5, 11]))
def test_use_that_is_not_known_keeps_a_row_residual(seed: int) -> None:
    tables = district(seed) | {name: [] for name in WORK}
    found = status(store_of(tables, unknown=frozenset(WORK)))
    expected = course_statuses(tables, unknown=True)
    assert {row["course_id"]: row for row in found.select(COLUMNS).to_dicts()} == expected
    assert any(row["residual"] for row in expected.values())
    assert not found["why"].str.contains("Students' work uses").any()


# -- agreement with Course Audit ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first(range(760, 760 + 4 * TIMES)))
def test_course_audit_says_the_same_of_every_course(seed: int) -> None:
    tables = district(seed)
    store = store_of(tables)
    found = status(store)
    audit = course_audit_frame(store, None, Given())
    shared = [
        "course_id",
        "status",
        "ignore_master_push",
        "catalog",
        "year",
        "school",
        "calendar",
        "master_number",
    ]
    assert Counter(audit.select(shared).unique().rows()) == Counter(found.select(shared).rows())
    counted = audit.filter("sets_status").unique(["course_id", "element", "row_id"])
    for state, link in (("broken", "broken"), ("local", "local"), ("residual", "orphan")):
        rows = counted.filter(link=link)["course_id"].value_counts()
        assert dict(rows.rows()) == {course: n for course, n in found.select("course_id", state).rows() if n}
    for column in ("master_number", "master_id"):
        told = course_audit_frame(store, None, Given(master=found[column][0]))
        narrow = status(store, master=found[column][0])
        assert narrow.equals(found.filter(pl.col(column) == found[column][0]))
        assert set(told["course_id"]) == set(narrow["course_id"])


# -- small cases -------------------------------------------------------------------------------------------


def only(d: SmallDistrict) -> dict[str, Any]:
    (row,) = status(d.store()).to_dicts()
    return row


def test_a_course_that_follows_its_master() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.course_has("categories")
    row = only(d)
    assert (row["status"], row["broken"], row["local"], row["residual"], row["elements"]) == (
        "linked",
        0,
        0,
        0,
        None,
    )
    assert (row["why"], row["what_to_do"]) == SENTENCES["linked"]


def test_a_value_that_merely_differs_desyncs_nothing() -> None:
    d = SmallDistrict("categories")
    d.course.category("Quizzes", weight=10, parent=d.master.category("Quizzes", weight=20))
    assert only(d)["status"] == "linked"


def test_broken_rows_are_counted_with_their_data_types_in_the_order_of_a_push() -> None:
    d = SmallDistrict("categories", "grade_calc_options", "grading_tasks")
    d.course.option(TERM, use_percent=True, parent=d.master.option(TERM), broken=True)
    for name in ("Quizzes", "Tests"):
        d.course.category(name, parent=d.master.category(name), broken=True)
    d.course.task(PROGRESS)  # local, of another data type
    row = only(d)
    assert (row["status"], row["broken"], row["local"], row["elements"]) == (
        "desynced", 3, 1, "Categories, Grade Calc Options",
    )  # fmt: skip
    assert row["why"] == (
        "The link to the course master is broken for 3 rows of Categories and Grade Calc Options."
    )
    assert row["what_to_do"] == SENTENCES["desynced"][1]


def test_a_row_with_two_values_that_differ_counts_once() -> None:
    d = SmallDistrict("categories")
    above = d.master.category("Quizzes", weight=20, drop_lowest=1)
    d.course.category("Quizzes", weight=10, parent=above, broken=True)
    assert only(d)["broken"] == 1


def test_what_is_not_locked_makes_no_status() -> None:
    d = SmallDistrict("composite_weights")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    d.course.composite(parent=d.master.composite(), broken=True)
    d.course.option()
    row = only(d)
    assert (row["status"], row["broken"], row["local"], row["elements"]) == ("linked", 0, 0, None)


def test_local_and_residual_rows_make_a_course_its_own() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.course.category("Own")
    row = only(d)
    assert (row["status"], row["local"], row["elements"]) == ("course_controlled", 1, "Categories")
    assert row["why"] == "The school set up 1 row of Categories on the course itself."

    d = SmallDistrict("categories", "grading_tasks")
    d.course.task(EXAM, parent=GONE)
    d.course.task(PROGRESS, parent=GONE)  # not used: a push removes it
    d.section.posted_grade(EXAM, 1, mark="A")
    row = only(d)
    assert (row["status"], row["residual"], row["elements"]) == ("course_controlled", 1, "Grading Tasks")
    assert row["why"] == "Students' work uses 1 row of Grading Tasks that the course master no longer has."

    d = SmallDistrict("categories", "grading_tasks")
    for category in ("Own", "Too"):
        d.course.category(category)
    d.course.task(EXAM, parent=GONE)
    d.section.posted_grade(EXAM, 1, mark="A")
    assert only(d)["why"] == (
        "The school set up 2 rows on the course itself, and students' work uses 1 row that the course master no "
        "longer has (Grading Tasks and Categories)."
    )


def test_ignore_master_push_makes_a_course_its_own() -> None:
    d = SmallDistrict("categories")
    d.course["ignore_master_push"] = True
    row = only(d)
    assert (row["status"], row["elements"]) == ("course_controlled", None)
    assert (row["why"], row["what_to_do"]) == REASON_SENTENCES[Reason.IGNORE_MASTER_PUSH]
    d = SmallDistrict("categories")
    d.course["ignore_master_push"] = True
    d.course.category("Own")
    assert only(d)["why"] == (
        "The course is marked Ignore Master Push. The school set up 1 row of Categories on the course itself."
    )


def test_what_keeps_every_push_away_comes_first_in_what_to_do() -> None:
    d = SmallDistrict("categories")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    d.course["ignore_master_push"] = True
    d.master["is_active"] = False
    row = only(d)
    assert (row["status"], row["master_is_active"]) == ("desynced", False)
    first, second = HINDRANCES["master_inactive"], HINDRANCES["ignored"]
    assert row["what_to_do"] == f"{first} {second} {SENTENCES['desynced'][1]}"

    d = SmallDistrict("categories")
    d.master["is_active"] = False
    assert only(d)["what_to_do"] == HINDRANCES["master_inactive"]

    d = SmallDistrict("categories")
    d.tables()["catalog_school"].clear()
    assert only(d)["what_to_do"] == HINDRANCES["not_reached"]


def test_codes_stand_beside_the_sentences() -> None:
    d = broken_category(SmallDistrict("categories"))
    d.course["ignore_master_push"] = True
    d.master["is_active"] = False
    row = only(d)
    assert (row["because"], row["hindrances"]) == ("desynced", "master_inactive, ignored")
    d = SmallDistrict("categories")
    row = only(d)
    assert (row["because"], row["hindrances"]) == ("linked", None)
    d = SmallDistrict("categories")
    d.course["ignore_master_push"] = True
    row = only(d)
    assert (row["because"], row["hindrances"]) == ("ignored", None)


def test_a_desynced_course_counts_only_the_data_asked_for() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    for task in (EXAM, PROGRESS):
        d.course.task(task, parent=d.master.task(task), broken=True)
    (row,) = status(d.store(), element="categories").to_dicts()
    assert (row["status"], row["broken"], row["elements"]) == ("desynced", 1, "Categories")
    assert status(d.store(), element="standards").is_empty()


def test_what_a_relink_would_leave_is_said() -> None:
    d = SmallDistrict("grading_tasks")
    d.course.task(EXAM, parent=GONE, broken=True)
    d.course.task(PROGRESS, parent=d.master.task(PROGRESS), broken=True)
    d.section.posted_grade(EXAM, 1, mark="A")
    row = only(d)
    assert row["broken"] == 2
    assert row["what_to_do"] == SENTENCES["desynced_used"][1].replace("{stays}", "1 row")
    d = SmallDistrict("grading_tasks")
    d.course.task(EXAM, parent=GONE, broken=True)
    (unknown,) = status(d.store(frozenset(WORK))).to_dicts()
    assert unknown["what_to_do"] == SENTENCES["desynced_unknown"][1]


def test_schools_of_one_name_are_told_apart() -> None:
    d = SmallDistrict("categories")
    d.school(99, "Lincoln High", 1)
    assert only(d)["school"].startswith("Lincoln High (0")


# -- filters and looks -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulated() -> Store:
    return store_of(simulated_tables())


@pytest.fixture(scope="module")
def whole(simulated: Store) -> pl.DataFrame:
    return status(simulated)


def test_it_has_its_columns_order_and_sentences(whole: pl.DataFrame) -> None:
    assert tuple(whole.columns) == STATUS_COLUMNS
    places = whole.select("catalog", "year", "school", "calendar", "course_number", "course_id").rows()
    assert places == sorted(places)
    assert whole.select("status", "why", "what_to_do").null_count().row(0) == (0, 0, 0)
    for column in ("why", "what_to_do"):
        assert not whole[column].str.contains(r"[{}_]| 1 rows|  ").any()
        assert whole[column].str.contains(r"^[A-Z].*\.$").all()


@pytest.mark.parametrize("column", ["catalog", "year", "school", "calendar", "course_number", "master_number"])
def test_a_filter_keeps_exactly_its_rows(simulated: Store, whole: pl.DataFrame, column: str) -> None:
    value = whole[column][-1]
    kept = status(simulated, **{column.removesuffix("_number"): value})
    assert 0 < kept.height < whole.height
    assert kept.equals(whole.filter(pl.col(column) == value))


def test_a_filter_by_status_or_data_type(simulated: Store, whole: pl.DataFrame) -> None:
    for one in ("desynced", "course_controlled", "linked"):
        assert status(simulated, one).equals(whole.filter(status=one))
    assert (
        status(simulated, ["linked", "desynced"]).height
        == whole.filter(pl.col("status").is_in(["linked", "desynced"])).height
    )
    kept = status(simulated, element=["standards", "assessments"])
    expected = whole.filter(pl.col("elements").str.contains("Standards|Assessments"))
    assert kept.select("course_id", "status").equals(expected.select("course_id", "status"))


def test_an_unknown_filter_lists_the_valid_ones(simulated: Store) -> None:
    with pytest.raises(RequestError, match=r"no status 'broken'.*linked, no_setup, course_controlled, desynced"):
        status(simulated, "broken")
    with pytest.raises(RequestError, match=r"no data type 'course_info'.*categories"):
        status(simulated, element="course_info")
    with pytest.raises(RequestError, match="no course master 'NO-1'"):
        status(simulated, master="NO-1")


def test_a_report_leaves_no_table_behind(simulated: Store) -> None:
    def temporary() -> int:
        with simulated.reading() as session:
            return int(session.value("count", "select count(*) from duckdb_tables() where temporary"))

    before = temporary()
    status(simulated)
    course_audit_frame(simulated, None, Given())
    assert temporary() == before


# -- what to do about each difference of Course Audit ------------------------------------------------------


def test_every_reason_of_the_audit_says_what_to_do() -> None:
    for why, what_to_do in AUDIT_SENTENCES.values():
        assert why.endswith(".")
        assert what_to_do.endswith(".")
        assert why != what_to_do


def test_what_to_do_about_a_difference_depends_on_what_a_push_reaches() -> None:
    d = SmallDistrict("categories")
    d.course.category("Quizzes", weight=10, parent=d.master.category("Quizzes"), broken=True)
    d.course.option()

    def told(d: SmallDistrict) -> dict[str, str]:
        found = course_audit_frame(d.store(), None, Given(year=YEAR))
        return dict(found.select("element", "what_to_do").rows())

    assert told(d) == {
        "categories": AUDIT_SENTENCES["flagged"][1],
        "grade_calc_options": AUDIT_SENTENCES["not_locked"][1],
    }
    d = broken_category(SmallDistrict("categories"))
    d.course["ignore_master_push"] = True
    assert told(d) == {"categories": AUDIT_SENTENCES["ignore_master_push"][1]}
    d = broken_category(SmallDistrict("categories"))
    d.master["is_active"] = False
    assert told(d) == {"categories": AUDIT_SENTENCES["master_inactive"][1]}
    assert told(SmallDistrict("categories")) == {None: None}
