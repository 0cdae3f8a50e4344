"""Residual Data and the push result, against the rules read once more a row at a time."""

from __future__ import annotations

import copy
import inspect
import re
from pathlib import Path
from typing import Any

import oracle
import oracle_fates
import polars as pl
import pytest
from carried_out import frames
from engine import plan_of, store_of, tables_of
from oracle_residual import COUNTS, ExpectedResidual
from random_districts import make_district, make_request
from rounds import few, first
from simulated import tables as simulated_tables
from small_district import GONE, SmallDistrict

from coursepush.apply.apply import apply_plan
from coursepush.district import District
from coursepush.errors import ForeignPlanError, RequestError, UnknownUseError
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import REASON_SENTENCES, WRITING
from coursepush.plan.requests.registry import KINDS, fate_labels
from coursepush.reports import registry
from coursepush.reports.registry import QUESTIONS
from coursepush.reports.reports import Reports
from coursepush.reports.residual.report import RESIDUAL_COLUMNS
from coursepush.reports.result.report import RESULT_COLUMNS
from coursepush.store import Store

# -- residual data: the second opinion ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", first(range(30), keep=4))
def test_residual_is_what_a_walk_over_all_rows_finds(seed: int) -> None:
    tables = make_district(seed)
    found = Reports(store_of(tables)).residual()
    got = {
        (row["level"], row["element"], row["row_id"]): {name: row[name] for name in ("link", *COUNTS)}
        for row in found.iter_rows(named=True)
    }
    assert got == ExpectedResidual(tables).rows()
    assert len(got) == found.height


def test_the_random_districts_have_every_kind_of_residual_row() -> None:
    kinds: set[tuple[str, str, str]] = set()
    for seed in range(60):
        for (level, element, _), row in ExpectedResidual(make_district(seed)).rows().items():
            kinds.add((level, element, row["link"]))
    for level, element in (
        *(("course", name) for name in ("grading_tasks", "standards")),
        *((level, name) for level in ("course", "section") for name in oracle.SECTION_ELEMENTS),
    ):
        assert (level, element, "local") in kinds, (level, element)
        assert (level, element, "orphan") in kinds, (level, element)


@few(2)
@pytest.mark.parametrize(
    ("active", "why", "answer"),
    [
        ([False], "but inactive assignments use it", "1 inactive assignment uses it"),
        ([False, False], "but inactive assignments use it", "2 inactive assignments use it"),
        (
            [True, False],
            "but assignments, some of them inactive, use it",
            "2 assignments (1 of them inactive) use it",
        ),
        ([True], "but assignments use it", "1 assignment uses it"),
    ],
)
def test_what_keeps_a_row_may_be_switched_off(active: list[bool], why: str, answer: str) -> None:
    d = SmallDistrict("categories")
    kept = d.section.category("Homework", parent=GONE)
    for is_active in active:
        d.section.assignment(category=kept, active=is_active)
    with District(d.store()) as district:
        [row] = district.reports.residual().frame.to_dicts()
        assert (row["assignments"], row["inactive_assignments"]) == (len(active), active.count(False))
        assert why in row["why"]
        assert ("the teacher shows inactive assignments" in row["what_to_do"]) is (False in active)
        asked = district.why("1", "categories", "Homework", course="MATH1", calendar="Lincoln High 26-27")
        assert answer in asked.answer
        assert asked.protection["inactive_assignments"][0] == active.count(False)
        assert ("inactive" in str(district.reports.residual().page())) is (False in active)


# -- residual data: what it looks like ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulated() -> Store:
    return store_of(simulated_tables())


@pytest.fixture(scope="module")
def residual(simulated: Store) -> pl.DataFrame:
    return Reports(simulated).residual()


def test_residual_has_its_columns_and_says_why_and_what_to_do(residual: pl.DataFrame) -> None:
    assert tuple(residual.columns) == RESIDUAL_COLUMNS
    assert residual["why"].null_count() == residual["what_to_do"].null_count() == 0
    assert not residual["why"].str.contains(r"[{}_]").any()
    assert set(residual["link"]) == {"broken", "local", "orphan"}
    progress = residual.filter(name="Progress Grade", course_number="24052-1").row(0, named=True)
    assert progress["level"] == "course"
    assert progress["scores"] > 0 < progress["students"]
    assert progress["teacher"].startswith("Teacher ")


def test_residual_is_sorted_by_place_then_data_type(residual: pl.DataFrame) -> None:
    places = residual.select("catalog", "year", "school", "calendar", "course_number").rows()
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("filters", "column", "value"),
    [
        ({"catalog": "High School"}, "catalog", "High School"),
        ({"year": 2026}, "year", 2026),
        ({"school": "Riverbend High School"}, "school", "Riverbend High School"),
        ({"calendar": "Riverbend High 25-26"}, "calendar", "Riverbend High 25-26"),
        ({"course": "24052-1"}, "course_number", "24052-1"),
        ({"level": "section"}, "level", "section"),
        ({"element": ["categories"]}, "element", "categories"),
    ],
)
def test_a_filter_keeps_exactly_its_rows(
    simulated: Store, residual: pl.DataFrame, filters: dict[str, Any], column: str, value: object
) -> None:
    kept = Reports(simulated).residual(**filters)
    assert kept.height > 0
    assert kept.equals(residual.filter(pl.col(column) == value))


def test_a_teacher_sees_the_rows_that_their_sections_use(simulated: Store, residual: pl.DataFrame) -> None:
    name = residual.filter(level="section")["teacher"][0]
    kept = Reports(simulated).residual(teacher=name)
    assert kept.equals(residual.filter(pl.col("teacher").str.split("; ").list.contains(name)))


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"catalog": "Hgh School"}, "no course catalog 'Hgh School'.*High School"),
        ({"year": 1999}, "no year 1999.*2026, 2027"),
        ({"school": "Nowhere"}, "no school 'Nowhere'.*Riverbend High School"),
        ({"level": "master"}, "no level 'master'.*course, section"),
        ({"element": "assessments"}, "no data type 'assessments'.*categories"),
        ({"teacher": "Nobody"}, "no teacher 'Nobody'"),
    ],
)
def test_an_unknown_filter_lists_the_valid_ones(simulated: Store, filters: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        Reports(simulated).residual(**filters)


def test_without_students_work_residual_says_that_use_is_unknown() -> None:
    store = store_of(make_district(1), unknown=frozenset({"score", "posted_grade"}))
    with pytest.raises(UnknownUseError, match=r"posted_grade, score were not loaded"):
        Reports(store).residual()


def test_a_report_leaves_no_table_behind(simulated: Store) -> None:
    def temporary() -> int:
        with simulated.reading() as session:
            return int(session.value("count", "select count(*) from duckdb_tables() where temporary"))

    before = temporary()
    Reports(simulated).residual()
    with pytest.raises(RequestError):
        Reports(simulated).residual(level="nothing")
    assert temporary() <= before


# -- push result -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first(range(0, 60, 6)))
def test_push_result_has_what_was_written_and_what_could_not_be(seed: int) -> None:
    tables = make_district(seed)
    store = store_of(tables)
    plan = plan_of(store, *make_request(seed, tables))
    rows = plan.rows().to_dicts()
    kept = ("row_id", "course_id", "section_id", "field", "before", "after")
    outcomes = [("written", row) for row in rows if row["verdict"] in WRITING]
    outcomes += [("could_not", row) for row in rows if oracle_fates.fate(row) == "could_not"]
    expected = sorted(((outcome, *(row[name] for name in kept)) for outcome, row in outcomes), key=repr)
    names = ("outcome", *kept)
    planned = Reports(store).push_result(plan)
    assert tuple(planned.columns) == RESULT_COLUMNS
    assert sorted(planned.select(names).rows(), key=repr) == expected

    receipt = apply_plan(store, plan)
    told = Reports(store).push_result(receipt)
    assert sorted(told.select(names).rows(), key=repr) == expected
    assert told.equals(Reports(store).push_result(receipt.push_id).frame)
    assert told.equals(Reports(store).push_result().frame)
    told_reasons = told.filter(pl.col("reason").is_not_null())
    for reason, why, cure in told_reasons.select("reason", "why", "what_to_do").unique().rows():
        assert why.startswith(REASON_SENTENCES[reason][0].removesuffix("."))
        assert cure == REASON_SENTENCES[reason][1]
    assert set(told["element"]) <= set(ELEMENT_LABELS.values())


@pytest.fixture(scope="module")
def result(simulated: Store) -> pl.DataFrame:
    chosen = {"catalog_id": "High School", "year": 2026, "mode": "overwrite", "to_sections": True}
    return Reports(simulated).push_result(plan_of(simulated, "master", chosen))


def test_push_result_says_in_words_what_changes(result: pl.DataFrame) -> None:
    def change(course: str, what: str, section: str | None = None) -> tuple[str, str | None]:
        found = result.filter(
            pl.col("section_number").eq_missing(pl.lit(section)),
            outcome="written",
            course_number=course,
            what=what,
        )
        return found.select("verdict", "change").row(0)

    assert change("01002-1", "Semester Grade, term 4") == (
        "Taken over and relinked",
        "calculation No Calculation → in progress",
    )
    assert change("01001-1", "Extra Credit", "01") == (
        "Removed",
        "weight 10, sequence 30, left out of the calculation yes",
    )
    advisory = result.filter(element="Advisory").row(0, named=True)
    assert advisory["change"] == "no → yes"
    codes = result.filter(element="Course Info", what="state code")["change"].to_list()
    assert "S03051 → S03051-27" in codes


def test_push_result_names_the_course_that_has_the_number(result: pl.DataFrame) -> None:
    row = result.filter(reason="duplicate_number").row(0, named=True)
    assert row["outcome"] == "could_not"
    assert row["why"] == (
        "Another course of the calendar would have the same number: 24102-1 French Conversation and Culture."
    )


def test_push_result_can_be_narrowed(simulated: Store, result: pl.DataFrame) -> None:
    chosen = {"catalog_id": "High School", "year": 2026, "mode": "overwrite", "to_sections": True}
    plan = plan_of(simulated, "master", chosen)
    kept = Reports(simulated).push_result(plan, outcome="could_not", level="section", element="categories")
    assert kept.height > 0
    assert kept.equals(result.filter(outcome="could_not", level="section", element="Categories"))


def test_push_result_before_the_first_push_and_of_an_unknown_one(simulated: Store) -> None:
    with pytest.raises(RequestError, match="Nothing has been pushed"):
        Reports(simulated).push_result()
    with pytest.raises(RequestError, match=r"no outcome 'failed'.*written, could_not"):
        Reports(simulated).push_result(outcome="failed")
    tables = make_district(3)
    store = store_of(tables)
    apply_plan(store, plan_of(store, *make_request(3, tables)))
    with pytest.raises(RequestError, match=r"no push 99.*Valid choices: 1"):
        Reports(store).push_result(99)
    with pytest.raises(ForeignPlanError, match="another district"):
        Reports(simulated).push_result(plan_of(store, *make_request(3, tables)))


def test_the_reports_list_themselves_with_the_question_that_each_answers(simulated: Store) -> None:
    assert {name for name in dir(Reports) if not name.startswith("_")} == set(QUESTIONS)
    listed = repr(Reports(simulated)).splitlines()
    assert [line.split()[0].removeprefix("district.reports.") for line in listed] == list(QUESTIONS)
    assert Reports(simulated)._repr_html_().count("<tr") == len(QUESTIONS)


@pytest.mark.parametrize("kind", registry.KINDS.values(), ids=lambda kind: kind.name)
def test_a_report_takes_what_the_registry_says_and_nothing_else(kind: registry.Kind, simulated: Store) -> None:
    method = getattr(Reports, kind.name)
    taken = [name for name in inspect.signature(method).parameters if name not in ("self", "today")]
    assert taken == list(kind.filters)
    annotated = inspect.unwrap(method).__annotations__.get("filters", "Unpack[YearFilters]")
    assert annotated == f"Unpack[{kind.narrowed.__name__}]", "the type checker knows other filters"
    with pytest.raises(TypeError, match=rf"{kind.name}\(\) .*'rooms'"):
        method(Reports(simulated), *kind.of, rooms=1)


# -- what a push and its undo are called, and courses that are gone ---------------------------------------


def test_an_undo_has_its_own_words_and_the_push_says_that_it_was_taken_back() -> None:
    tables = make_district(4)
    district = District(store_of(tables))
    kind, request = make_request(4, tables)
    receipt = district.apply(plan_of(district.store, kind, request))
    assert not district.reports.push_result(receipt).notes
    undo = district.apply(district.plan_undo(receipt.push_id))
    result = district.reports.push_result(undo)
    labels = KINDS["undo"].labels
    assert set(result["verdict"]) <= set(labels.values())
    assert result.answer.endswith("could go back.")
    assert set(result.summary.columns[1:]) <= set(fate_labels("undo").values())
    assert district.reports.push_result(receipt).notes == [f"Push {undo.push_id} is an undo of this push."]


def test_a_result_counts_the_rows_of_courses_that_are_gone() -> None:
    tables = copy.deepcopy(simulated_tables())
    district = District(store_of(tables))
    receipt = district.apply(plan_of(district.store, "master", {"catalog_id": "High School", "year": 2027}))
    gone = district.reports.push_result(receipt, outcome="written")["course_id"][0]
    later = tables_of(district.store)
    later["course"] = [row for row in later["course"] if row["course_id"] != gone]
    sections = {row["section_id"] for row in later["section"] if row["course_id"] == gone}
    for name, rows in later.items():
        owners = {"course": {gone}, "section": sections}.get(name.partition("_")[0], set())
        later[name] = [
            row
            for row in rows
            if row.get("owner_id") not in owners
            and not (name != "course" and row.get("course_id") == gone)
            and row.get("section_id") not in sections
            and not (name == "custom_field" and row["level"] == "course" and row["owner_id"] == gone)
        ]
    work = {row["assignment_id"] for row in later["assignment"]}
    for name in ("assignment_task", "score"):
        later[name] = [row for row in later[name] if row["assignment_id"] in work]
    district.refresh(frames(later), allow_removals=True)
    written = district.reports.push_result(receipt, outcome="written")
    assert written.height == receipt.rows
    on_gone = written.filter(pl.col("school").is_null())
    assert on_gone.height == written.filter(course_id=gone).height > 0
    assert on_gone["course_name"].str.ends_with("no longer in the district").all()
    assert "Courses that are no longer there" in str(written.page())
    assert not written.filter(pl.col("school").is_not_null()).is_empty()
    narrowed = district.reports.push_result(receipt, outcome="written", year=2027)
    assert narrowed.frame["school"].null_count() == 0


def test_a_plan_of_another_district_has_no_page_here(simulated: Store) -> None:
    tables = make_district(4)
    other = plan_of(store_of(tables), *make_request(4, tables))
    for asked in (Reports(simulated).plan_page, Reports(simulated).by_school, Reports(simulated).push_result):
        with pytest.raises(ForeignPlanError, match="made from another district"):
            asked(other)


def test_a_file_in_no_folder_says_so(simulated: Store, tmp_path: Path) -> None:
    report = Reports(simulated).residual()
    for name in ("report.html", "report.xlsx", "report.csv"):
        with pytest.raises(RequestError, match=r"There is no folder .*nowhere\. Make it first\."):
            report.save(tmp_path / "nowhere" / name)
    with pytest.raises(RequestError, match="is a folder"):
        report.page(tmp_path)


def test_a_year_may_be_typed_as_text(simulated: Store) -> None:
    assert Reports(simulated).residual(year="2026").frame.equals(Reports(simulated).residual(year=2026).frame)


def test_schools_of_one_name_and_number_stay_apart() -> None:
    tables = copy.deepcopy(simulated_tables())
    for school in tables["school"]:
        school["name"], school["number"] = "Same", "1"
    schools = Reports(store_of(tables)).residual()["school"].unique().to_list()
    assert len(schools) == 4
    assert all(re.fullmatch(r"Same \(1, school \d+\)", school) for school in schools)


def test_what_is_not_known_of_use_is_noted() -> None:
    tables = simulated_tables()
    district = District(store_of(tables, frozenset({"score", "posted_grade"})))
    for report in (district.reports.cascade(), district.reports.course_status(), district.reports.course_audit()):
        assert report.notes == ["Students' work was not loaded, so it is not known which setup is in use."]
    assert not District(store_of(tables)).reports.cascade().notes
