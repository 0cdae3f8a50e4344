"""Ed-Fi's own sample district (XML, Data Standard 5.2): every count, and the whole way to an undone push."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from engine import tables_of
from rounds import slow

import coursepush as cp
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.store import Store

pytestmark = pytest.mark.shared_data

ROWS = {
    "AssessmentMetadata-LearningStandardsMastery.xml": {
        "Assessment": 1,
        "ObjectiveAssessment": 12,
        "AssessmentItem": 25,
        "AssessmentScoreRangeLearningStandard": 2,
    },
    "EducationOrgCalendar.xml": {"Session": 6, "GradingPeriod": 18, "Calendar": 1, "CalendarDate": 2},
    "EducationOrganization.xml": {
        "EducationServiceCenter": 1,
        "LocalEducationAgency": 1,
        "School": 3,
        "CommunityOrganization": 1,
        "CommunityProvider": 1,
        "CommunityProviderLicense": 1,
        "Location": 56,
        "ClassPeriod": 21,
        "Course": 84,
        "Program": 25,
        "AccountabilityRating": 4,
        "PostSecondaryInstitution": 1,
        "OrganizationDepartment": 1,
    },
    "MasterSchedule.xml": {"CourseOffering": 169, "Section": 532, "BellSchedule": 3},
    "StaffAssociation.xml": {
        "Staff": 68,
        "StaffEducationOrganizationEmploymentAssociation": 68,
        "StaffEducationOrganizationAssignmentAssociation": 69,
        "StaffSchoolAssociation": 56,
        "StaffSectionAssociation": 528,
        "StaffLeave": 37,
        "Credential": 56,
        "Person": 6,
    },
    "Standards.xml": {"LearningStandard": 5597, "LearningStandardEquivalenceAssociation": 4},
    "Student.xml": {"Student": 960, "Person": 3},
    "StudentGradebook.xml": {"GradebookEntry": 10, "StudentGradebookEntry": 250, "SectionReference": 1},
}
"""As the folder's SOURCES.md counts them."""

SET_ASIDE = {
    "MasterSchedule.xml: CourseOffering": (1, "duplicate_row"),  # one offering stands there twice
    "StaffAssociation.xml: Staff": (12, "no_class"),
    "StaffAssociation.xml: StaffSectionAssociation": (2, "other_teachers"),
}
"""Of the kinds that are read: how many, and why."""

COUNTS = {
    "school": 3,
    "calendar": 3,
    "term": 18,
    "catalog": 1,
    "catalog_school": 3,
    "grading_task": 5598,  # the standards, and Grade
    "course_master": 84,
    "course": 84,
    "teacher": 56,
    "section": 532,
    "section_term": 1596,
    "master_task": 38,
    "course_task": 38,
    "assignment": 10,
    "assignment_task": 10,
    "score": 250,
}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "edfi_v52_grandbend"


@pytest.fixture(scope="module")
def grandbend(folder: Path) -> SourceTables:
    return read_edfi(folder)


def test_every_element_is_counted(grandbend: SourceTables) -> None:
    counted = {f"{file}: {kind}": rows for file, kinds in ROWS.items() for kind, rows in kinds.items()}
    assert dict(grandbend.accounts.select("file", "rows").rows()) == counted
    assert grandbend.format == "Ed-Fi XML 5.2"


def test_every_element_is_used_or_set_aside_with_a_reason(grandbend: SourceTables) -> None:
    accounts = grandbend.accounts
    assert accounts.filter(pl.col("used") + pl.col("set_aside") != pl.col("rows")).is_empty()
    read = accounts.filter(pl.col("table").is_not_null() & (pl.col("set_aside") > 0))
    assert dict(read.select("file", "set_aside").rows()) == {file: rows for file, (rows, _) in SET_ASIDE.items()}
    reasons = set(grandbend.findings.select("file", "rule").rows())
    assert {(file, rule) for file, (_, rule) in SET_ASIDE.items()} <= reasons
    unread = accounts.filter(pl.col("table").is_null())
    assert unread["used"].sum() == 0
    assert {(file, "element_not_read") for file in unread["file"]} <= reasons
    assert set(grandbend.findings["severity"]) == {"note"}


def test_the_models_tables(grandbend: SourceTables) -> None:
    assert {name: frame.height for name, frame in grandbend.tables.items()} == COUNTS
    assert grandbend.tables["catalog"]["name"].to_list() == ["Grand Bend ISD"]
    calendar = grandbend.tables["calendar"].row(0)
    named = "Grand Bend High School 2021-22"
    assert calendar == (1, 255901001, 2022, named, False, date(2021, 8, 23), date(2022, 5, 27))
    terms = grandbend.tables["term"].filter(pl.col("calendar_id") == 1)
    assert terms["term_seq"].to_list() == [1, 2, 3, 4, 5, 6]
    assert terms.row(2) == (1, 3, "Third Six Weeks", date(2021, 11, 8), date(2021, 12, 17))
    algebra = grandbend.tables["course_master"].row(by_predicate=pl.col("number") == "ALG-1", named=True)
    assert (algebra["name"], algebra["state_code"], algebra["department"]) == (
        "Algebra I",
        "ALG-1",
        "Mathematics",
    )


def test_sections_are_told_apart_by_their_offering(grandbend: SourceTables) -> None:
    assert grandbend.tables["section"]["number"].n_unique() == 520
    keys = grandbend.keys["section"]
    assert keys["source_key"].n_unique() == 532
    assert keys["source_key"][0] == (
        "255901001 / 2022 / 2021-2022 Fall Semester / ALG-1 / 25590100102Trad220ALG112011"
    )
    met = grandbend.tables["section_term"].group_by("section_id").agg(pl.col("term_seq").sort())
    assert {tuple(terms) for terms in met["term_seq"]} == {(1, 2, 3), (4, 5, 6)}


def test_teachers_of_record(grandbend: SourceTables) -> None:
    sections = grandbend.tables["section"]
    assert sections["teacher_id"].null_count() == 6  # 528 associations of 526 sections
    assert set(sections["teacher_id"].drop_nulls()) == set(grandbend.tables["teacher"]["teacher_id"])
    assert "teacher" not in grandbend.keys  # StaffUniqueId is a number
    assert grandbend.tables["teacher"]["name"].null_count() == 0


def test_the_gradebook(grandbend: SourceTables, folder: Path) -> None:
    assignments = grandbend.tables["assignment"]
    assert assignments["section_id"].n_unique() == 1
    assert assignments.filter(pl.col("due_date").is_null())["name"].to_list() == ["Quiz 1", "Unit 1 Test"]
    assert assignments["points"].null_count() == 10
    assert grandbend.tables["assignment_task"].select("task_id", "term_seq").unique().rows() == [(1, 1)]
    task = grandbend.tables["grading_task"].row(0, named=True)
    assert (task["name"], task["code"], task["is_standard"]) == ("Grade", "TERM", False)
    scores = grandbend.tables["score"]
    assert (scores["percent"].min(), scores["percent"].max()) == (Decimal("27"), Decimal("103"))
    assert scores["is_late"].sum() == 25
    assert scores["is_turned_in"].all()
    known = (folder / "Student.xml").read_text("utf-8")
    assert all(f"<StudentUniqueId>{student}</StudentUniqueId>" in known for student in set(scores["student_id"]))


def test_deterministic(grandbend: SourceTables, folder: Path) -> None:
    again = read_edfi(sorted(folder.iterdir(), reverse=True))
    assert all(again.tables[name].equals(frame) for name, frame in grandbend.tables.items())
    assert all(again.keys[name].equals(frame) for name, frame in grandbend.keys.items())
    assert again.findings.equals(grandbend.findings)


def test_loads_without_refusal(grandbend: SourceTables) -> None:
    store = Store(None)
    said = load_tables(store, grandbend)
    assert said.filter(pl.col("severity") == "warning")["rule"].to_list() == ["task_not_aligned", "no_setup"]
    store.close()


@slow
def test_grand_bend_is_loaded_pushed_and_undone(folder: Path) -> None:
    with cp.load_district(folder, format="edfi", scaffold=True) as district:
        before = tables_of(district.store)
        plan = district.plan_master_push("Grand Bend ISD", year=2022, mode="overwrite", to_sections=True)
        verdicts = dict(plan.counts().group_by("verdict").agg(pl.col("rows").sum()).rows())
        # 84 courses: 4 tasks, 4 categories, 8 composites, 10 options each; 532 sections: 4, 4 and 5
        assert verdicts == {"insert": 84 * 26 + 532 * 13, "same": 794}
        receipt = district.apply(plan)
        assert receipt.rows == verdicts["insert"]
        again = district.plan_master_push("Grand Bend ISD", year=2022, mode="overwrite", to_sections=True)
        assert again.writes == 0
        aligned = district.sql(
            "select count(*) from assignment_task as work join assignment using (assignment_id) "
            "join section using (section_id) join course_task as task "
            "on task.owner_id = section.course_id and task.task_id = work.task_id "
            "where task.parent_row_id is not null"
        )
        assert aligned.item() == 10  # the scaffold took the task of the gradebook for its own
        undone = district.apply(district.plan_undo(receipt.push_id))
        assert undone.rows == receipt.rows
        assert tables_of(district.store) == before
