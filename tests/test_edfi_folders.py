"""The Ed-Fi reader on small folders, most of them with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from edfi_district import Rows, staffed, tiny, write_csv
from rounds import few

from coursepush.errors import LoadError
from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.reader import read_edfi

Write = Callable[[Rows], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return lambda rows: write_csv(tmp_path, rows)


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


def test_a_standard_that_is_not_there_is_no_reason_to_refuse(write: Write) -> None:
    rows = tiny()
    rows["Course"][1]["standard"] = ["S.2", "S.9"]
    found = read_edfi(write(rows))
    lost = found.findings.filter(rule="unknown_reference")
    assert lost.select("severity", "file", "value").rows() == [("warning", "Course.csv", "S.9")]
    assert found.tables["course_task"].select("owner_id", "task_id").rows() == [(1, 2), (2, 1), (2, 2)]


@pytest.mark.parametrize(
    ("subjects", "linked"),
    [
        (("uri://x#Art", "uri://y#ART"), True),
        (("uri://x#Art", "uri://x#Music"), False),
        (("uri://x#Art", ""), True),
    ],
)
def test_one_code_of_two_subjects_is_not_one_course_master(
    write: Write, subjects: tuple[str, str], linked: bool
) -> None:
    rows = tiny()
    for course, subject in zip(rows["Course"], subjects, strict=True):
        course["department"] = subject
    rows["Course"][0]["name"] = "Symphony"
    found = read_edfi(write(rows))
    masters = found.tables["course_master"].select("number", "name").rows()
    assert masters == [("A1", "Art")]
    assert found.tables["course"].select("name", "master_id").rows() == [
        ("Art", 1),
        ("Symphony", 1 if linked else None),
    ]
    parents = found.tables["course_task"].filter(pl.col("owner_id") == 2)["parent_row_id"]
    assert (parents.null_count() == parents.len()) is not linked
    told = found.findings.filter(severity="warning")["rule"].to_list()
    assert ("one_code_two_subjects" in told, "titles_differ" in told) == (not linked, linked)


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
    turned = {name: given if name == "LearningStandard" else given[::-1] for name, given in tiny().items()}
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
    del rows["Session"], rows["Course"]
    error = refused(write(rows))
    assert error.findings is not None
    assert error.findings.select("rule", "file").rows() == [
        ("missing_file", "Session.csv"),
        ("missing_file", "Course.csv"),
    ]
    assert "Session.csv is missing; the files given are CourseOffering.csv" in str(error)


def test_optional_files(write: Write) -> None:
    rows = tiny()
    for name in ("GradingPeriod", "LearningStandard", "LocalEducationAgency"):
        del rows[name]
    district = read_edfi(write(rows))
    absent = {"term", "section_term", "grading_task", "master_task", "course_task"}
    assert not absent & district.tables.keys()
    assert any("No grading periods" in text for text in district.lacks)
    assert any("No learning standards" in text for text in district.lacks)
    found = district.findings.filter(pl.col("severity") == "warning")["rule"].to_list()
    assert sorted(found) == ["catalog", "no_standards"]


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
        "Course.csv": {"bad_encoding"},
        "Session.csv": {"missing_column"},
        "Section.csv": {"bad_encoding"},
        "CourseOffering.csv": {"missing_column"},
    }


def test_unresolvable_references_all_at_once(write: Write) -> None:
    rows = tiny()
    rows["Session"].append(rows["Session"][0] | {"school": "77"})
    rows["Course"].append({"org": "88", "code": "B", "name": "B", "standard": "S.9"})
    rows["CourseOffering"].append(rows["CourseOffering"][0] | {"code": "Z9", "local_code": "Z9"})
    rows["CourseOffering"].append(rows["CourseOffering"][0] | {"session": "Summer"})
    rows["Section"].append(rows["Section"][0] | {"local_code": "A2"})
    error = refused(write(rows))
    assert rules(error) == [
        ("unknown_reference", "Course.csv", 5),
        ("unknown_reference", "CourseOffering.csv", 4),
        ("unknown_reference", "CourseOffering.csv", 5),
        ("unknown_reference", "Section.csv", 5),
        ("unknown_reference", "Session.csv", 5),
    ]
    assert "5 things stand in the way" in str(error)


def test_values_that_cannot_be_understood(write: Write) -> None:
    rows = tiny()
    rows["Session"][0]["start_date"] = "13/32/2016"
    rows["Session"][1]["end_year"] = "soon"
    rows["Section"][2]["number"] = " "
    rows["GradingPeriod"][0]["term_seq"] = "first"
    assert [each for each in rules(refused(write(rows))) if each[0] != "unknown_reference"] == [
        ("missing_value", "Section.csv", 4),
        ("wrong_value", "GradingPeriod.csv", 2),
        ("wrong_value", "Session.csv", 2),
        ("wrong_value", "Session.csv", 3),
    ]


def test_repeated_rows(write: Write) -> None:
    rows = tiny()
    rows["Section"].append(dict(rows["Section"][0]))
    district = read_edfi(write(rows))
    assert district.tables["section"].height == 3
    dropped = district.findings.filter(pl.col("rule") == "duplicate_row")
    assert dropped.select("severity", "file", "line").rows() == [("note", "Section.csv", 5)]
    rows["School"].append({"school": "10", "name": "Another", "district": "1"})
    assert rules(refused(write(rows))) == [("duplicate_id", "School.csv", 4)]


def test_blanks_are_trimmed_and_noted(write: Write) -> None:
    rows = tiny()
    rows["School"][0]["name"] = "\u00a0North "
    district = read_edfi(write(rows))
    assert district.tables["school"]["name"].to_list() == ["South", "North"]
    assert district.findings.filter(pl.col("rule") == "outer_blanks")["line"].to_list() == [2]


def test_ids_that_are_no_numbers_are_numbered(write: Write) -> None:
    rows = tiny()
    for given in rows.values():
        for row in given:
            row |= {key: f"S{row[key]}" for key in ("school", "org") if key in row}
    district = read_edfi(write(rows))
    assert district.tables["school"].select("school_id", "number").rows() == [(1, "S10"), (2, "S9")]
    assert district.keys["school"].rows() == [(1, "S10"), (2, "S9")]
    assert district.keys["course"].rows() == [(1, "S10 / 2017 / A1"), (2, "S9 / 2017 / A1")]


def test_ids_beyond_the_largest_are_numbered(write: Write) -> None:
    rows = tiny()
    for row in (row for entities in rows.values() for row in entities):
        row |= {key: f"9{row[key]:0>18}" for key in ("school", "org") if key in row}
    assert read_edfi(write(rows)).tables["school"]["school_id"].to_list() == [1, 2]


def test_a_course_of_the_district_offered_by_schools(write: Write) -> None:
    rows = tiny()
    rows["Course"] = [{"org": "1", "code": "A1", "name": "Art"}]
    for offering in rows["CourseOffering"]:
        offering["org"] = "1"
    tables = read_edfi(write(rows)).tables
    assert tables["course"].select("calendar_id", "master_id").rows() == [(1, 1), (2, 1)]
    assert tables["course_task"].height == 0


def test_a_session_without_grading_periods_is_a_warning(write: Write) -> None:
    rows = tiny()
    rows["GradingPeriod"] = rows["GradingPeriod"][:3]
    district = read_edfi(write(rows))
    found = district.findings.filter(pl.col("rule") == "no_terms")
    assert found.select("severity", "line").rows() == [("warning", 3)]


def test_accounts_add_up_and_say_why(write: Write) -> None:
    rows = tiny()
    rows["School"].append({"school": "11", "name": "West", "district": "2"})
    rows["LocalEducationAgency"].append({"district": "2", "name": "Another ISD"})
    rows["Course"].append({"org": "11", "code": "A1", "name": "Art"})  # the school has no sessions
    rows["GradingPeriod"].append({**rows["GradingPeriod"][0], "school": "11"})
    rows["Section"].append(dict(rows["Section"][0]))
    folder = write(rows)
    (folder / "Descriptor.csv").write_text("a,b\n1,2\n3,4\n")
    district = read_edfi(folder)
    aside = district.accounts.filter(pl.col("set_aside") > 0).select("file", "rows", "used", "set_aside")
    assert aside.rows() == [
        ("Course.csv", 4, 3, 1),
        ("Descriptor.csv", 2, 0, 2),
        ("GradingPeriod.csv", 5, 4, 1),
        ("LocalEducationAgency.csv", 2, 1, 1),
        ("Section.csv", 4, 3, 1),
    ]
    why = {
        "Course.csv": "no_calendar",
        "Descriptor.csv": "file_not_read",
        "GradingPeriod.csv": "no_calendar",
        "LocalEducationAgency.csv": "catalog",
        "Section.csv": "duplicate_row",
    }
    found = set(district.findings.select("file", "rule").rows())
    assert set(why.items()) <= found


def test_a_course_of_a_school_without_sessions_still_makes_its_master(write: Write) -> None:
    rows = tiny()
    rows["School"].append({"school": "11", "name": "West", "district": "1"})
    rows["Course"].append({"org": "11", "code": "B1", "name": "Band"})
    district = read_edfi(write(rows))
    assert district.tables["course_master"]["number"].to_list() == ["A1", "B1"]
    assert district.tables["course"]["number"].unique().to_list() == ["A1"]
    assert district.accounts.filter(pl.col("set_aside") > 0).is_empty()


def test_grading_periods_without_a_sequence_of_their_own_are_counted_by_date(write: Write) -> None:
    rows = tiny()
    year = {"school": "10", "end_year": "2016-2017"}
    rows["GradingPeriod"].append(
        {**year, "term_seq": "1", "name": "uri://x#S1", "start_date": "2016-08-22", "end_date": "2016-12-16"}
    )
    district = read_edfi(write(rows))
    terms = district.tables["term"].select("calendar_id", "term_seq", "name").rows()
    assert terms == [(1, 1, "Q1"), (2, 1, "Q1"), (2, 2, "S1"), (2, 3, "Q2"), (2, 4, "Q3")]
    counted = district.findings.filter(pl.col("rule") == "terms_counted")
    assert counted.select("severity", "line").rows() == [("warning", 2)]


def test_terms_that_a_session_names_are_its_own_wherever_they_lie(write: Write) -> None:
    rows = tiny()
    rows["GradingPeriod"][1]["end_date"] = "12/20/16"  # ends after the session does
    bare = read_edfi(write(rows)).tables["section_term"].filter(pl.col("section_id") == 2)
    assert bare["term_seq"].to_list() == [1]
    rows["Session"][0] |= {"period": ["uri://x#Q1", "uri://x#Q2"], "period_seq": ["1", "2"]}
    named = read_edfi(write(rows)).tables["section_term"].filter(pl.col("section_id") == 2)
    assert named["term_seq"].to_list() == [1, 2]


def test_codes_of_the_state_stand_beside_others(write: Write) -> None:
    rows = tiny()
    codes = {
        "other_code": ["A-1", "0310"],
        "code_system": ["uri://x#LEA course code", "uri://x#State course code"],
    }
    rows["Course"][0] |= codes
    rows["Course"][1] |= {"other_code": ["7"], "code_system": [None]}
    assert read_edfi(write(rows)).tables["course"]["state_code"].to_list() == [None, "0310"]


def test_standards_below_others(write: Write) -> None:
    rows = tiny()
    rows["LearningStandard"][0]["parent"] = "S.2"
    rows["LearningStandard"][1]["parent"] = "S.0"
    district = read_edfi(write(rows))
    assert district.tables["grading_task"]["parent_task_id"].to_list() == [2, None]
    assert district.findings.filter(pl.col("rule") == "lost_parent")["value"].to_list() == ["S.0"]


def test_headers_and_rows_that_do_not_fit(write: Write) -> None:
    folder = write(tiny())
    school, section = folder / "School.csv", folder / "Section.csv"
    school.write_text(school.read_text().replace("StateOrganizationId", "SchoolId"))
    section.write_text(section.read_text().replace("\n01,10", "\n01,10,extra", 1) + "03,10\n")
    error = refused(folder)
    assert rules(error) == [("duplicate_header", "School.csv", 1), ("ragged_row", "Section.csv", 2)]
    assert error.findings is not None
    assert error.findings.filter(pl.col("rule") == "short_row")["line"].to_list() == [5]


def test_headers_in_any_case(write: Write) -> None:
    folder = write(tiny())
    plain = read_edfi(folder)
    for path in folder.iterdir():
        header, _, rest = path.read_text("utf-8").partition("\n")
        path.write_text(f"\ufeff{header.upper()}\n{rest}", "utf-8")
    shouted = read_edfi(folder)
    assert all(shouted.tables[name].equals(frame) for name, frame in plain.tables.items())


def test_files_that_are_one_kind(write: Write) -> None:
    folder = write(tiny())
    (folder / "SCHOOL.CSV").write_bytes((folder / "School.csv").read_bytes())
    error = refused(folder)
    assert error.findings is not None
    assert error.findings["rule"].to_list() == ["two_files"]


def test_a_list_of_files(write: Write) -> None:
    folder = write(tiny())
    whole = read_edfi(folder)
    some = read_edfi(path for path in folder.iterdir() if path.name != "LearningStandard.csv")
    assert set(whole.tables) - set(some.tables) == {"grading_task", "master_task", "course_task"}
    assert some.tables["section"].equals(whole.tables["section"])


def test_other_files_and_folders_are_named(write: Write) -> None:
    folder = write(tiny())
    (folder / "readme.txt").touch()
    (folder / "more").mkdir()
    (folder / "config.xml").write_text("<Config><School/></Config>")
    notes = dict(read_edfi(folder).findings.select("rule", "message").rows())
    assert "readme.txt" in notes["other_files"]
    assert "more" in notes["folder_not_read"]
    assert "config.xml" in notes["file_not_read"]


@few(3)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if not KINDS[kind].must])
def test_a_file_without_rows(kind: str, write: Write) -> None:
    rows = staffed() | {kind: []}
    if kind == "LearningStandard":
        rows["Course"] = [{**course, "standard": None} for course in rows["Course"]]
    district = read_edfi(write(rows))
    table = KINDS[kind].table
    assert district.accounts.filter(pl.col("file") == f"{kind}.csv").row(0)[1:] == (0, table, 0, 0)
    if table in ("term", "enrollment", "assignment", "score", "posted_grade"):
        assert district.tables[table].is_empty()  # given, and nothing in it


def test_files_that_must_have_rows_and_have_none(write: Write) -> None:
    error = refused(write({kind: [] for kind in KINDS if KINDS[kind].must}))
    assert error.findings is not None
    assert error.findings["rule"].to_list() == ["no_rows"] * 5
