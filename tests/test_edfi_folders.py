"""The Ed-Fi reader on small folders, most of them with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from coursepush.errors import LoadError
from coursepush.load.edfi import read_edfi
from coursepush.load.edfi_fields import FILES, header

Rows = dict[str, list[dict[str, str]]]


def _year(**more: str) -> dict[str, str]:
    return {"school": "10", "end_year": "2016-2017", **more}


def tiny() -> Rows:
    """Two schools, one course code that both have, by the field names of the reader."""
    fall = {"session": "Fall", "start_date": "8/22/2016 0:00", "end_date": "12/16/2016 0:00"}
    offered = {"session": "Fall", "local_code": "A1", "code": "A1", "org": "10"}
    return {
        "School.csv": [
            {"school": "10", "name": "North", "district": "1"},
            {"school": "9", "name": "South", "district": "1"},
        ],
        "LocalEducationAgency.csv": [{"district": "1", "name": "Two Schools ISD"}],
        "Session.csv": [
            _year(**fall),
            _year(**fall) | {"school": "9"},
            _year(session="Spring", start_date="2017-01-03", end_date="2017-05-26"),
        ],
        "GradingPeriod.csv": [
            _year(term_seq="1", name="uri://x#Q1", start_date="8/22/16 00:00", end_date="10/14/16 00:00"),
            _year(term_seq="2", name="uri://x#Q2", start_date="10/17/16", end_date="12/16/16"),
            _year(term_seq="3", name="uri://x#Q3", start_date="1/3/2017", end_date="3/10/2017"),
            _year(term_seq="1", name="uri://x#Q1", start_date="8/22/16", end_date="10/14/16") | {"school": "9"},
        ],
        "Course.csv": [
            {"org": "10", "code": "A1", "name": "Art (north)", "standard": "S.1", "grade": "uri://x#Ninth grade"},
            {"org": "10", "code": "A1", "name": "Art (north)", "standard": "S.2", "grade": "uri://x#Kindergarten"},
            {"org": "9", "code": "A1", "name": "Art", "standard": "S.2"},
        ],
        "CourseOffering.csv": [_year(**offered), _year(**offered) | {"school": "9", "org": "9"}],
        "Section.csv": [
            _year(number="01", session="Fall", local_code="A1"),
            _year(number="02", session="Fall", local_code="A1"),
            _year(number="01", session="Fall", local_code="A1") | {"school": "9"},
        ],
        "LearningStandard.csv": [
            {"code": "S.1", "description": "draw a line;"},
            {"code": "S.2", "description": "Naïve “art” – über alles"},
        ],
    }


Write = Callable[[Rows], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_folder(rows: Rows) -> Path:
        for name, given in rows.items():
            columns = [field.name for field in FILES[name].fields]
            frame = pl.DataFrame(given, schema=dict.fromkeys(columns, pl.String))
            frame.rename({column: header(name, column) for column in columns}).write_csv(tmp_path / name)
        return tmp_path

    return write_folder


def refused(folder: Path) -> LoadError:
    with pytest.raises(LoadError) as caught:
        read_edfi(folder)
    return caught.value


def rules(error: LoadError) -> list[tuple[str, str, int]]:
    assert error.findings is not None
    found = error.findings.filter(pl.col("severity") == "refusal")
    return sorted(found.select("rule", "file", "line").rows())


def test_a_small_folder(write: Write) -> None:
    district = read_edfi(write(tiny()))
    tables = district.tables
    assert tables["school"]["school_id"].to_list() == [9, 10]
    assert tables["catalog"]["name"].to_list() == ["Two Schools ISD"]
    assert tables["calendar"]["end_date"].to_list() == [date(2016, 12, 16), date(2017, 5, 26)]
    # the first school in order of school id tells the master's name; 9 goes before 10
    assert tables["course_master"]["name"].to_list() == ["Art"]
    assert tables["course"].select("course_id", "name", "sced_lowest_grade", "sced_highest_grade").rows() == [
        (1, "Art", None, None),
        (2, "Art (north)", "KG", "09"),
    ]
    assert "courses_differ" in district.findings["rule"].to_list()
    # both courses have S.2, so the master has; S.1 is local to the one
    assert tables["master_task"].select("owner_id", "task_id").rows() == [(1, 2)]
    shown = tables["course_task"].select("owner_id", "task_id", "parent_row_id").rows()
    assert shown == [(1, 2, 1), (2, 1, None), (2, 2, 1)]
    assert tables["section"]["number"].to_list() == ["01", "01", "02"]
    assert tables["section_term"].rows() == [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2)]
    assert tables["grading_task"]["name"].to_list() == ["draw a line", "Naïve “art” – über alles"]


def test_windows_text(write: Write) -> None:
    folder = write(tiny())
    file = folder / "LearningStandard.csv"
    file.write_bytes(file.read_text("utf-8").encode("cp1252"))
    district = read_edfi(folder)
    assert district.tables["grading_task"]["name"][1] == "Naïve “art” – über alles"
    note = district.findings.filter(pl.col("rule") == "encoding")
    assert note.select("severity", "file", "line").rows() == [("note", "LearningStandard.csv", 3)]


def test_order_of_rows_changes_nothing(write: Write) -> None:
    before = read_edfi(write(tiny()))
    turned = {name: given if name == "LearningStandard.csv" else given[::-1] for name, given in tiny().items()}
    after = read_edfi(write(turned))
    assert all(after.tables[name].equals(frame) for name, frame in before.tables.items())


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "not there" in str(refused(tmp_path / "nowhere"))
    (tmp_path / "file").touch()
    assert "a file, not a folder" in str(refused(tmp_path / "file"))


def test_empty_folder_names_all_required_files(tmp_path: Path) -> None:
    error = refused(tmp_path)
    required = ["Course.csv", "CourseOffering.csv", "School.csv", "Section.csv", "Session.csv"]
    assert all(name in str(error) for name in required)
    assert "no CSV files" in str(error)
    assert error.findings is not None
    assert sorted(error.findings["file"]) == required


def test_missing_files_are_named_with_what_was_found(write: Write) -> None:
    rows = tiny()
    del rows["Session.csv"], rows["Course.csv"]
    message = str(refused(write(rows)))
    assert "Session.csv, Course.csv are missing" in message
    assert "It holds CourseOffering.csv" in message


def test_optional_files(write: Write) -> None:
    rows = tiny()
    for name in ("GradingPeriod.csv", "LearningStandard.csv", "LocalEducationAgency.csv"):
        del rows[name]
    district = read_edfi(write(rows))
    absent = {"term", "section_term", "grading_task", "master_task", "course_task"}
    assert not absent & district.tables.keys()
    assert any("No grading periods" in text for text in district.lacks)
    assert any("No learning standards" in text for text in district.lacks)
    found = district.findings.filter(pl.col("severity") == "warning")["rule"].to_list()
    assert sorted(found) == ["catalog", "no_standards", "no_standards", "no_standards"]


def test_unreadable_files_are_found_together(write: Write) -> None:
    folder = write(tiny())
    (folder / "School.csv").write_bytes(b"")
    (folder / "Course.csv").write_bytes(b"a\xff\x81,b\n")
    (folder / "Session.csv").write_bytes(b"a,b\n1,2,3\n")
    (folder / "Section.csv").write_bytes("a,b\n".encode("utf-16"))
    (folder / "CourseOffering.csv").write_bytes(b"a,b\n1,2\n")
    error = refused(folder)
    assert error.findings is not None
    found = error.findings.filter(pl.col("severity") == "refusal").group_by("file").agg("rule")
    assert {file: set(rule) for file, rule in found.rows()} == {
        "School.csv": {"empty_file"},
        "Course.csv": {"encoding"},
        "Session.csv": {"unreadable"},
        "Section.csv": {"encoding"},
        "CourseOffering.csv": {"missing_column"},
    }


def test_unresolvable_references_all_at_once(write: Write) -> None:
    rows = tiny()
    rows["Session.csv"].append(rows["Session.csv"][0] | {"school": "77"})
    rows["Course.csv"].append({"org": "88", "code": "B", "name": "B", "standard": "S.9"})
    rows["CourseOffering.csv"].append(rows["CourseOffering.csv"][0] | {"code": "Z9", "local_code": "Z9"})
    rows["CourseOffering.csv"].append(rows["CourseOffering.csv"][0] | {"session": "Summer"})
    rows["Section.csv"].append(rows["Section.csv"][0] | {"local_code": "A2"})
    error = refused(write(rows))
    assert rules(error) == [
        ("unknown_reference", "Course.csv", 5),
        ("unknown_reference", "Course.csv", 5),
        ("unknown_reference", "CourseOffering.csv", 4),
        ("unknown_reference", "CourseOffering.csv", 5),
        ("unknown_reference", "Section.csv", 5),
        ("unknown_reference", "Session.csv", 5),
    ]
    assert "And 1 more" in str(error)


def test_values_that_cannot_be_understood(write: Write) -> None:
    rows = tiny()
    rows["Session.csv"][0]["start_date"] = "13/32/2016"
    rows["Session.csv"][1]["end_year"] = "soon"
    rows["Section.csv"][2]["number"] = " "
    rows["GradingPeriod.csv"][0]["term_seq"] = "first"
    assert [each for each in rules(refused(write(rows))) if each[0] != "unknown_reference"] == [
        ("missing_value", "Section.csv", 4),
        ("wrong_value", "GradingPeriod.csv", 2),
        ("wrong_value", "Session.csv", 2),
        ("wrong_value", "Session.csv", 3),
    ]


def test_repeated_rows(write: Write) -> None:
    rows = tiny()
    rows["Section.csv"].append(dict(rows["Section.csv"][0]))
    district = read_edfi(write(rows))
    assert district.tables["section"].height == 3
    dropped = district.findings.filter(pl.col("rule") == "duplicate_row")
    assert dropped.select("severity", "file", "line").rows() == [("note", "Section.csv", 5)]
    rows["School.csv"].append({"school": "10", "name": "Another", "district": "1"})
    assert rules(refused(write(rows))) == [("duplicate_id", "School.csv", 4)]


def test_blanks_are_trimmed_and_noted(write: Write) -> None:
    rows = tiny()
    rows["School.csv"][0]["name"] = "\u00a0North "
    district = read_edfi(write(rows))
    assert district.tables["school"]["name"].to_list() == ["South", "North"]
    assert district.findings.filter(pl.col("rule") == "outer_blanks")["line"].to_list() == [2]


def test_ids_that_are_no_numbers_are_numbered(write: Write) -> None:
    rows = tiny()
    for given in rows.values():
        for row in given:
            row |= {key: f"S{row[key]}" for key in ("school", "org") if key in row}
    assert read_edfi(write(rows)).tables["school"].select("school_id", "number").rows() == [
        (1, "S10"),
        (2, "S9"),
    ]


def test_a_course_of_the_district_offered_by_schools(write: Write) -> None:
    rows = tiny()
    rows["Course.csv"] = [{"org": "1", "code": "A1", "name": "Art"}]
    for offering in rows["CourseOffering.csv"]:
        offering["org"] = "1"
    tables = read_edfi(write(rows)).tables
    assert tables["course"].select("calendar_id", "master_id").rows() == [(1, 1), (2, 1)]
    assert tables["course_task"].height == 0


def test_a_session_without_grading_periods_is_a_warning(write: Write) -> None:
    rows = tiny()
    rows["GradingPeriod.csv"] = rows["GradingPeriod.csv"][:3]
    district = read_edfi(write(rows))
    found = district.findings.filter(pl.col("rule") == "no_terms")
    assert found.select("severity", "line").rows() == [("warning", 3)]
