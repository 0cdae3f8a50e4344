"""Categories, line items and results out of OneRoster, and what the model makes of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from oneroster_tiny import Files, again, read, row, rules, tiny, write
from test_oneroster import refusals, refused

from coursepush.errors import LoadError
from coursepush.load.reading import SourceTables, located
from coursepush.load.tables import load_tables
from coursepush.store import Store


def scores(found: SourceTables) -> dict[tuple[str, str], dict[str, object]]:
    """Line item and student → what the score says."""
    items = found.keys["assignment"].select(assignment_id="id", item="source_key")
    students = found.keys["student"].select(student_id="id", student="source_key")
    rows = found.tables["score"].join(items, on="assignment_id").join(students, on="student_id")
    return {(each.pop("item"), each.pop("student")): each for each in rows.to_dicts()}


def terms(found: SourceTables) -> dict[str, int]:
    """Line item → the term it counts in."""
    items = found.keys["assignment"].select(assignment_id="id", item="source_key")
    rows = found.tables["assignment_task"].filter(task_id=1).join(items, on="assignment_id")
    return dict(rows.select("item", "term_seq").rows())


def item(files: Files, **changed: str) -> None:
    """Other values of the first line item."""
    row(files, "lineItems", "i1").update(changed)


# -- categories ----------------------------------------------------------------------------------------------


def test_a_class_has_the_categories_its_line_items_name(tmp_path: Path) -> None:
    files = tiny()
    files["categories"] += [{"sourcedId": "k3", "title": "Tests"}, {"sourcedId": "k4", "title": "Projects"}]
    again(files, "lineItems", "i1", sourcedId="i3", categorySourcedId="k3")
    again(files, "lineItems", "i1", sourcedId="i4", classSourcedId="c4", categorySourcedId="k3")
    again(files, "lineItems", "i1", sourcedId="i5", categorySourcedId="")
    found = read(files, tmp_path)
    # two of one name and weight are one category of the class
    assert found.tables["section_category"].select("row_id", "owner_id", "name").rows() == [
        (1, 1, "Tests"),
        (2, 1, "Homework"),
        (3, 4, "Tests"),
    ]
    assert found.tables["assignment"]["category_row_id"].to_list() == [1, 2, 1, 3, None]
    assert found.keys["section_category"]["source_key"].to_list() == ["c1 / k1", "c1 / k2", "c4 / k3"]
    assert found.findings.filter(rule="category_not_used")["value"].to_list() == ["Projects"]
    account = found.accounts.filter(file="categories.csv").row(0, named=True)
    assert (account["used"], account["set_aside"]) == (3, 1)
    load_tables(Store(None), found.tables)


def test_without_categories_line_items_stay(tmp_path: Path) -> None:
    files = tiny()
    del files["categories"]
    found = read(files, tmp_path)
    assert "section_category" not in found.tables
    assert found.tables["assignment"]["category_row_id"].null_count() == 2
    assert "file_not_given" in rules(found)


def test_a_slash_in_a_key_makes_no_two_keys_one(tmp_path: Path) -> None:
    files = tiny()
    files["categories"] += [{"sourcedId": "b / k", "title": "One"}, {"sourcedId": "k", "title": "Two"}]
    for key, name in (("a", "c5"), ("a / b", "c6")):
        again(files, "classes", "c1", sourcedId=key, classCode=name)
    again(files, "lineItems", "i1", sourcedId="i3", classSourcedId="a", categorySourcedId="b / k")
    again(files, "lineItems", "i1", sourcedId="i4", classSourcedId="a / b", categorySourcedId="k")
    keys = read(files, tmp_path).keys["section_category"]["source_key"].to_list()
    assert keys[:2] == [r"a / b \/ k", r"a \/ b / k"]


# -- terms of assignments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("session", "due", "term"),
    [
        ("f", "2026-09-10", 1),
        ("f", "", 1),
        ("sp", "2026-09-10", 2),  # the session goes before the date
        ("y27", "2026-09-10", 1),  # of several terms, the one it is due in
        ("y27", "2026-12-28", 2),  # else the last
        ("", "2027-02-01", 2),
        ("", "2026-12-28", 1),  # between terms: the last that began
        ("", "2026-08-01", 1),  # before all
        ("", "2027-08-01", 2),  # after all
        ("", "", 1),  # the only term that its class meets in
        ("old", "2027-02-01", 2),  # a session of another year says nothing
    ],
)
def test_the_term_of_an_assignment(tmp_path: Path, session: str, due: str, term: int) -> None:
    files = tiny()
    again(
        files,
        "academicSessions",
        "f",
        sourcedId="old",
        startDate="2025-08-18",
        endDate="2025-12-19",
        parentSourcedId="",
    )
    files["academicSessions"][-1]["schoolYear"] = "2026"
    item(files, gradingPeriodSourcedId=session, dueDate=due)
    assert terms(read(files, tmp_path))["i1"] == term


def test_an_assignment_of_no_term_is_warned_of(tmp_path: Path) -> None:
    files = tiny()
    item(files, classSourcedId="c2", gradingPeriodSourcedId="", dueDate="")
    found = read(files, tmp_path)
    assert terms(found) == {"i2": 1}
    assert found.findings.filter(rule="no_term")["value"].to_list() == ["i1"]
    assert found.tables["assignment"].height == 2


# -- scores --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        ("Fully Graded", {"is_turned_in"}),
        ("partially graded", {"is_turned_in"}),
        ("submitted", {"is_turned_in"}),
        ("late", {"is_turned_in", "is_late"}),
        ("not submitted", {"is_missing"}),
        ("exempt", {"is_exempt"}),
        ("", set[str]()),
        ("ext:lost", set[str]()),
    ],
)
def test_score_statuses(tmp_path: Path, status: str, flags: set[str]) -> None:
    files = tiny()
    row(files, "results", "r1")["scoreStatus"] = status
    found = read(files, tmp_path)
    score = scores(found)["i1", "p1"]
    assert {name for name, value in score.items() if value is True} == flags
    assert score["points"] == Decimal("87.125")
    assert ("unknown_status" in rules(found)) == (status == "ext:lost")


def test_flags_of_1_2_go_before_the_status(tmp_path: Path) -> None:
    files = tiny()
    row(files, "results", "r1").update(missing="true", late="true", incomplete="1", textScore="B")
    row(files, "results", "r3").update(missing="false", textScore="B")
    found = read(files, tmp_path)
    first, last = scores(found)["i1", "p1"], scores(found)["i2", "p1"]
    assert all(first[flag] for flag in ("is_missing", "is_late", "is_incomplete"))
    assert not last["is_missing"]
    # only where there are no points is a text a loss
    assert found.findings.filter(rule="text_score")["line"].to_list() == [4]


def test_points_are_exact_or_said_to_be_rounded(tmp_path: Path) -> None:
    files = tiny()
    row(files, "results", "r1")["score"] = "66.66666666666667"
    row(files, "results", "r2")["score"] = "0.3"
    row(files, "results", "r3")["score"] = "1.25E+1"
    found = read(files, tmp_path)
    assert [each["points"] for each in scores(found).values()] == [
        Decimal("66.667"),
        Decimal("0.300"),
        Decimal("12.500"),
    ]
    assert found.findings.filter(rule="rounded").select("file", "line").rows() == [("results.csv", 2)]


def test_two_results_of_one_student(tmp_path: Path) -> None:
    files = tiny()
    again(files, "results", "r1", sourcedId="r8", score="90", scoreDate="2026-10-01")
    again(files, "results", "r1", sourcedId="r9", score="80", scoreDate="")
    found = read(files, tmp_path)
    assert scores(found)["i1", "p1"]["points"] == Decimal("90.000")
    assert found.findings.filter(rule="earlier_result")["message"][0].startswith("results.csv, 2 rows")
    again(files, "results", "r1", sourcedId="r10", score="70", scoreDate="2026-10-01")
    assert refusals(refused(write(files, tmp_path))) == [("duplicate_result", "results.csv", 7)]


def test_scores_of_students_who_left_are_kept(tmp_path: Path) -> None:
    files = tiny()
    again(files, "results", "r1", sourcedId="r8", studentSourcedId="gone")
    files["enrollments"] = [each for each in files["enrollments"] if each["userSourcedId"] != "p2"]
    found = read(files, tmp_path)
    assert {student for _, student in scores(found)} == {"gone", "p1", "p2"}
    [told] = found.findings.filter(rule="unknown_student").to_dicts()
    assert (told["file"], told["line"], told["value"]) == ("results.csv", 5, None)
    assert found.tables["enrollment"].height == 1


def test_results_need_their_line_items(tmp_path: Path) -> None:
    files = tiny()
    del files["lineItems"]
    assert refusals(refused(write(files, tmp_path))) == [("missing_file", "results.csv", 2)]


def test_line_items_without_results_leave_scores_unknown(tmp_path: Path) -> None:
    files = tiny()
    del files["results"], files["manifest"]
    found = read(files, tmp_path)
    assert "assignment" in found.tables
    assert "score" not in found.tables
    assert found.findings.filter(rule="least_points").is_empty()


# -- learning objectives -------------------------------------------------------------------------------------


def test_objectives_are_standards_of_courses_and_of_masters_where_all_courses_have_them(tmp_path: Path) -> None:
    files = tiny()
    again(files, "lineItems", "i1", sourcedId="i3", classSourcedId="c4", gradingPeriodSourcedId="sp")
    files["lineItemLearningObjectiveIds"] = [
        {"sourcedId": str(place), "lineItemSourcedId": named, "source": "case", "learningObjectiveId": objective}
        for place, (named, objective) in enumerate([("i1", "S.1"), ("i2", "S.2"), ("i3", "S.1"), ("i3", "S.1")])
    ]
    files["resultLearningObjectiveIds"] = [
        {"sourcedId": "1", "resultSourcedId": "r1", "learningObjectiveId": "S.1"}
    ]
    found = read(files, tmp_path)
    assert found.tables["grading_task"].select("task_id", "code", "is_standard").rows() == [
        (1, "TERM", False),
        (2, "S.1", True),
        (3, "S.2", True),
    ]
    assert found.tables["assignment_task"].rows() == [
        (1, 1, 1),
        (1, 2, 1),
        (2, 1, 1),
        (2, 3, 1),
        (3, 1, 2),
        (3, 2, 2),
    ]
    assert found.tables["master_task"].select("owner_id", "task_id").rows() == [(1, 1), (1, 2), (2, 1)]
    linked = found.tables["course_task"].select("owner_id", "task_id", "parent_row_id").rows()
    assert linked == [(1, 1, 1), (1, 2, 2), (1, 3, None), (2, 1, 3), (3, 1, 1), (3, 2, 2)]
    aside = found.findings.filter(pl.col("file") == "resultLearningObjectiveIds.csv")["message"]
    assert "one score an assignment and student" in aside[0]
    kept = load_tables(Store(None), found.tables)
    assert kept["rule"].to_list() == ["no_links"]


# -- what the loader says of them ----------------------------------------------------------------------------


def test_findings_of_the_loader_name_the_file_and_line(tmp_path: Path) -> None:
    files = tiny()
    files["categories"][1]["title"] = "Homework " * 9
    found = read(files, tmp_path)
    with pytest.raises(LoadError) as caught:
        load_tables(Store(None), found.tables)
    assert caught.value.findings is not None
    placed = located(caught.value.findings, found.places).filter(severity="refusal")
    assert placed.select("rule", "file", "line").rows() == [("name_too_long", "categories.csv", 3)]


def test_places_are_the_rows_of_the_files(tmp_path: Path) -> None:
    found = read(tiny(), tmp_path)
    assert {table: frame.height for table, frame in found.places.items()} == {
        table: found.tables[table].height for table in found.places
    }
    shown = {table: (frame["file"][0], frame["line"].to_list()) for table, frame in found.places.items()}
    assert shown == {
        "school": ("orgs.csv", [3, 4]),
        "course_master": ("courses.csv", [2, 3]),
        "course": ("courses.csv", [2, 3, 2]),
        "section": ("classes.csv", [2, 3, 4, 5]),
        "teacher": ("users.csv", [2, 3]),
        "enrollment": ("enrollments.csv", [3, 4]),
        "section_category": ("categories.csv", [2, 3]),
        "assignment": ("lineItems.csv", [2, 3]),
        "score": ("results.csv", [2, 3, 4]),
    }
