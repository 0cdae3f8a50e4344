"""Ed-Fi resources as the API gives them, in JSON: the same district, and what only JSON can do wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from edfi_district import JsonForm, Rows, resource, staffed, tiny, write_csv, write_json, write_xml
from hypothesis import HealthCheck, given, settings
from rounds import few, rounds
from test_edfi_xml import adds_up, districts, outcome, refused, rules, same

import coursepush as cp
from coursepush.load.edfi.files import read_source
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.edfi.resources import RESOURCES
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.store import Store

EXAMPLES = rounds(3, 15)


@few(2)
@pytest.mark.parametrize("form", get_args(JsonForm))
def test_csv_xml_and_json_read_as_the_same_tables(form: JsonForm, tmp_path: Path) -> None:
    of_csv = read_edfi(write_csv(tmp_path / "csv", staffed()))
    of_xml = read_edfi(write_xml(tmp_path / "xml", staffed()))
    of_json = read_edfi(write_json(tmp_path / "json", staffed(), form))
    assert of_json.format == "Ed-Fi JSON"
    same(of_csv, of_json)
    same(of_xml, of_json)
    assert rules(of_json) - {"columns_not_read"} == rules(of_csv) - {"columns_not_read"}
    adds_up(of_json)
    load_tables(Store(None), of_json)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=districts())
def test_whatever_the_district_json_reads_as_csv(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("both")
    one, other = outcome(write_csv(folder / "csv", rows)), outcome(write_json(folder / "json", rows))
    if isinstance(one, SourceTables) and isinstance(other, SourceTables):
        same(one, other)
        return
    assert one == other


@pytest.mark.shared_data
def test_a_public_district_reads_the_same_from_json(shared_data: Path, tmp_path: Path) -> None:
    of_xml = read_source(shared_data / "edfi_v52_grandbend")
    rows: Rows = {
        kind: frame.group_by("row", maintain_order=True)
        .agg(pl.exclude("file", "line", "row").cast(pl.String).drop_nulls())
        .drop("row", "^entry$")
        .with_columns(pl.all().list.unique(maintain_order=True))
        .rows(named=True)
        for kind, frame in of_xml.frames.items()
    }  # fmt: skip
    for kind, entities in rows.items():
        many = {"grade", "standard", "other_code", "code_system"} | (
            {"period", "period_name", "period_seq"} if kind == "Session" else set()
        )
        for entity in entities:
            entity |= {name: next(iter(entity[name]), None) for name in entity if name not in many}
    of_json = read_edfi(write_json(tmp_path, rows, "list"))
    of_xml = read_edfi(shared_data / "edfi_v52_grandbend")
    for name in of_xml.tables:
        if name not in ("course_master", "course"):  # codes and their systems were taken apart above
            assert of_json.tables[name].equals(of_xml.tables[name]), name


# -- as the versions of the Data Standard write it -----------------------------------------------------------


def written(folder: Path, resources: dict[str, list[dict[str, Any]]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in resources.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def of_version(major: int) -> dict[str, list[dict[str, Any]]]:
    """A school with a course, a section and an entry of its gradebook, as the API of this version gives them."""
    school, year = {"schoolId": 255}, {"schoolYear": 2027}
    session = {**school, **year, "sessionName": "Fall"}
    section = {**session, "localCourseCode": "ALG-1", "sectionIdentifier": "ALG-1-01"}
    quarter = "uri://ed-fi.org/GradingPeriodDescriptor#First Nine Weeks"
    named = {"gradingPeriodName": "Quarter 1"} if major >= 5 else {"periodSequence": 1}
    period = {"gradingPeriodDescriptor": quarter, **named, **school, **year}
    subject = {"academicSubjectDescriptor": "uri://ed-fi.org/AcademicSubjectDescriptor#Mathematics"}
    taught = {"sectionReference": section, "studentReference": {"studentUniqueId": "604821"}}
    days = {"beginDate": "2026-08-17", "endDate": "2026-12-18", "totalInstructionalDays": 80}
    entry = {"dateAssigned": "2026-09-01", "sectionReference": section, "gradingPeriodReference": period}
    of_entry = (
        {"gradebookEntryIdentifier": "E1", "namespace": "uri://sis.example"}
        if major >= 4
        else {"gradebookEntryTitle": "Quiz", "dateAssigned": "2026-09-01", **section}
    )
    titled = {**of_entry, "title": "Quiz", "maxPoints": 20} if major >= 4 else {"gradebookEntryTitle": "Quiz"}
    attended = {**section, "beginDate": "2026-08-17", "studentUniqueId": "604821"}
    graded = (
        {"studentReference": taught["studentReference"], "pointsEarned": 18.5}
        if major >= 4
        else {"studentSectionAssociationReference": attended, "numericGradeEarned": 92.5}
    )
    return {
        "localEducationAgencies": [{"localEducationAgencyId": 2, "nameOfInstitution": "Plains ISD"}],
        "schools": [
            {
                "id": "0a1b",
                **school,
                "nameOfInstitution": "Plains High",
                "localEducationAgencyReference": {"localEducationAgencyId": 2, "link": {"rel": "x", "href": "/y"}},
                "gradeLevels": [{"gradeLevelDescriptor": "uri://ed-fi.org/GradeLevelDescriptor#Ninth grade"}],
                "_etag": "1",
            }
        ],
        "sessions": [
            {
                "sessionName": "Fall",
                "schoolReference": school,
                "schoolYearTypeReference": year,
                **days,
                "gradingPeriods": [{"gradingPeriodReference": period}],
                "termDescriptor": "uri://ed-fi.org/TermDescriptor#Fall Semester",
            }
        ],
        "gradingPeriods": [
            {
                "gradingPeriodDescriptor": quarter,
                **named,
                "periodSequence": 1,
                "schoolReference": school,
                "schoolYearTypeReference": year,
                **days,
                "endDate": "2026-10-16",
            }
        ],
        "courses": [
            {
                "courseCode": "ALG-1",
                "courseTitle": "Algebra I",
                "educationOrganizationReference": {"educationOrganizationId": 2},
                **({"academicSubjects": [subject]} if major >= 5 else subject),
                "identificationCodes": [
                    {"courseIdentificationSystemDescriptor": "uri://x#LEA course code", "identificationCode": "1"},
                    {
                        "courseIdentificationSystemDescriptor": "uri://x#State course code",
                        "identificationCode": "S1",
                    },
                ],
                "offeredGradeLevels": [
                    {"gradeLevelDescriptor": "uri://ed-fi.org/GradeLevelDescriptor#Ninth grade"}
                ],
                "levelCharacteristics": [{"courseLevelCharacteristicDescriptor": "uri://x#Core Subject"}],
            }
        ],
        "courseOfferings": [
            {
                "localCourseCode": "ALG-1",
                "courseReference": {"courseCode": "ALG-1", "educationOrganizationId": 2},
                "schoolReference": school,
                "sessionReference": session,
            }
        ],
        "sections": [
            {
                "sectionIdentifier": "ALG-1-01",
                "courseOfferingReference": {**session, "localCourseCode": "ALG-1"},
                "_ext": {"state": {"isDual": False}},
                "_lastModifiedDate": "2026-08-01T10:00:00Z",
            }
        ],
        "staffs": [{"staffUniqueId": "501", "firstName": "Staff", "lastSurname": "One"}],
        "staffSectionAssociations": [
            {
                "sectionReference": section,
                "staffReference": {"staffUniqueId": "501"},
                "classroomPositionDescriptor": "uri://ed-fi.org/ClassroomPositionDescriptor#Teacher of Record",
                "beginDate": "2026-08-17",
            }
        ],
        "studentSectionAssociations": [{**taught, "beginDate": "2026-08-17"}],
        "gradebookEntries": [{**entry, **titled}],
        "studentGradebookEntries": [{"gradebookEntryReference": of_entry, **graded}],
        "grades": [
            {
                "gradeTypeDescriptor": "uri://ed-fi.org/GradeTypeDescriptor#Grading Period",
                "gradingPeriodReference": period,
                "studentSectionAssociationReference": attended,
                "letterGradeEarned": "A",
                "numericGradeEarned": 92.5,
            }
        ],
    }


@few(1)
@pytest.mark.parametrize("major", [3, 4, 5, 6])
def test_every_version_of_the_data_standard(major: int, tmp_path: Path) -> None:
    with cp.load_district(written(tmp_path / "fetched", of_version(major))) as district:
        assert district.sql("select name, number from school").rows() == [("Plains High", "255")]
        assert district.sql("select name from catalog").item() == "Plains ISD"
        master = "select number, name, department, course_type, state_code, sced_lowest_grade from course_master"
        expected = ("ALG-1", "Algebra I", "Mathematics", "Core Subject", "S1", "09")
        assert district.sql(master).rows() == [expected]
        assert district.sql("select s.number, t.name from section s join teacher t using (teacher_id)").rows() == [
            ("ALG-1-01", "Staff One")
        ]
        assert district.sql("select term_seq from section_term").rows() == [(1,)]
        assert district.sql("select name from assignment").rows() == [("Quiz",)]
        assert district.sql("select distinct term_seq from assignment_task").rows() == [(1,)]
        score = "select cast(coalesce(points, percent) as varchar) from score where student_id = 604821"
        assert float(district.sql(score).item()) == (18.5 if major >= 4 else 92.5)
        assert district.sql("select mark, term_seq, student_id from posted_grade").rows() == [("A", 1, 604821)]


# -- files and names -----------------------------------------------------------------------------------------


def test_files_are_told_by_name_folder_or_content(tmp_path: Path) -> None:
    plain = read_edfi(write_json(tmp_path / "plain", tiny()))
    folder = write_json(tmp_path / "odd", tiny())
    (folder / "courseOfferings.jsonl").rename(folder / "Course_Offerings_0001.ndjson")
    (folder / "sessions.jsonl").rename(folder / "export-of-monday.jsonl")
    lines = (folder / "sections.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "sections.jsonl").unlink()
    (folder / "sections").mkdir()
    for number, line in enumerate(lines):
        (folder / "sections" / f"{number:04}.jsonl").write_text(line, "utf-8")
    (folder / "students.jsonl").write_text('{"studentUniqueId": "1", "firstName": "Nobody"}\n', "utf-8")
    (folder / "sections_deletes.jsonl").write_text('{"id": "1", "keyValues": {}}\n', "utf-8")
    found = read_edfi(folder)
    same(plain, found)
    adds_up(found)
    assert set(found.accounts["file"]) >= {"sections/0000.jsonl", "Course_Offerings_0001.ndjson", "students.jsonl"}
    said = found.findings.filter(pl.col("rule") == "file_not_read")
    assert dict(said.select("file", "severity").rows()) == {
        "students.jsonl": "note",
        "sections_deletes.jsonl": "warning",
    }
    assert "Nobody" not in " ".join(found.findings["message"])


def test_both_forms_in_one_folder(tmp_path: Path) -> None:
    write_csv(tmp_path, tiny())
    write_json(tmp_path, tiny())
    found = refused(tmp_path)
    assert found["rule"].to_list() == ["two_forms"]
    assert "JSON (courseOfferings.jsonl, …)" in found["message"][0]


def test_a_resource_in_two_files_that_are_no_pages(tmp_path: Path) -> None:
    folder = write_json(tmp_path, tiny())
    (folder / "Sections.json").write_text("[]", "utf-8")
    found = refused(folder)
    assert found["rule"].to_list() == ["two_files"]
    assert "Sections.json and sections.jsonl" in found["message"][0]


def test_other_json_beside_csv_is_passed_over(tmp_path: Path) -> None:
    write_csv(tmp_path, tiny())
    (tmp_path / "settings.json").write_text('{"theme": "dark"}', "utf-8")
    found = read_edfi(tmp_path)
    assert found.format == "Ed-Fi CSV"
    other = found.findings.filter(pl.col("rule") == "other_files")
    assert other["message"].to_list() == ["Other files are not read: settings.json."]


def test_resources_that_must_be_there(tmp_path: Path) -> None:
    folder = write_json(tmp_path, tiny())
    (folder / "sections.jsonl").unlink()
    (folder / "sessions.jsonl").write_text("", "utf-8")
    found = refused(folder)
    assert sorted(found.select("rule", "value").rows()) == [("missing_file", "sections"), ("no_rows", "sessions")]


def test_repeated_pages_are_dropped_with_a_note(tmp_path: Path) -> None:
    folder = write_json(tmp_path, tiny())
    (folder / "sections_2.jsonl").write_text((folder / "sections.jsonl").read_text("utf-8"), "utf-8")
    found = read_edfi(folder)
    assert found.tables["section"].height == 3
    again = found.findings.filter(pl.col("rule") == "duplicate_row")
    assert again["message"][0].startswith(
        "sections_2.jsonl, record 1: 10 / 2017 / Fall / A1 / 01 stood in record 1"
    )


# -- what only JSON can do wrong -----------------------------------------------------------------------------

LIST = json.dumps([resource("Section", entity) for entity in tiny()["Section"]])


@pytest.mark.parametrize("cut", range(0, len(LIST), 97))
def test_a_list_cut_off_anywhere_is_refused(cut: int, tmp_path: Path) -> None:
    folder = write_json(tmp_path, tiny())
    (folder / "sections.jsonl").unlink()
    (folder / "sections.json").write_text(LIST[:cut], "utf-8")
    found = refused(folder)
    assert found["rule"].to_list() == ["no_rows" if cut == 0 else "damaged_json"]


def test_a_list_cut_off_behind_a_bracket_is_refused(tmp_path: Path) -> None:
    folder = write_json(tmp_path, tiny())
    whole = json.dumps([resource("Course", entity) for entity in tiny()["Course"]])
    (folder / "courses.jsonl").unlink()
    places = [at + 1 for at, letter in enumerate(whole[:-1]) if letter in "]}"]
    assert any(whole[place - 1] == "]" for place in places)
    for place in places[-6:]:
        (folder / "courses.json").write_text(whole[:place], "utf-8")
        assert "damaged_json" in refused(folder)["rule"].to_list(), whole[:place][-40:]


@pytest.mark.parametrize(
    ("data", "rule", "said"),
    [
        (b'{"sectionIdentifier": "01"\n', "damaged_json", "sections.jsonl"),
        (b'{"sectionIdentifier": "01"}\n{"sectionIdent', "damaged_json", "sections.jsonl, record 2: "),
        (b'{"sectionIdentifier": "\xe9"}\n{}\n', "damaged_json", "UTF-8"),
        ('{"sectionIdentifier": "01"}'.encode("utf-16"), "bad_encoding", "-Encoding utf8"),
        (b"<html><body>Not allowed</body></html>", "damaged_json", "web page"),
        (b"Service unavailable", "damaged_json", "no JSON"),
        (b'{"message": "The token has expired."}', "no_column", "it has message"),
        (b'[{"sectionIdentifier": "01"}, 7]', "not_an_object", "record 2"),
        (b'[{"sectionIdentifier": "01"}] 7', "damaged_json", "sections.jsonl"),
    ],
)  # fmt: skip
def test_files_that_are_no_resources(data: bytes, rule: str, said: str, tmp_path: Path) -> None:
    folder = write_json(tmp_path, tiny())
    (folder / "sections.jsonl").write_bytes(data)
    found = refused(folder)
    assert found["rule"].to_list() == [rule]
    assert said in found["message"][0]


@few(2)
@pytest.mark.parametrize("form", get_args(JsonForm))
def test_a_mark_at_the_beginning_is_passed_over(form: JsonForm, tmp_path: Path) -> None:
    plain = read_edfi(write_json(tmp_path / "plain", tiny(), form))
    marked = write_json(tmp_path / "marked", tiny(), form)
    for path in marked.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    same(plain, read_edfi(marked))


def test_nested_values_written_as_text_are_one_refusal(tmp_path: Path) -> None:
    folder = write_json(tmp_path, tiny())
    flat = [{"sectionIdentifier": str(number), "courseOfferingReference": "@{schoolId=10}"} for number in range(9)]
    (folder / "sections.jsonl").write_text(json.dumps(flat), "utf-8")
    found = refused(folder)
    assert found["rule"].to_list() == ["flattened"]
    assert "-Depth" in found["message"][0]


def test_faults_name_the_record_and_the_path(tmp_path: Path) -> None:
    rows = tiny()
    rows["Section"][1] = {**rows["Section"][1], "session": "Winter"}
    rows["Session"][0] = {**rows["Session"][0], "start_date": "soon"}
    found = refused(write_json(tmp_path, rows))
    assert found.select("rule", "file", "line", "column").rows() == [
        ("wrong_value", "sessions.jsonl", 1, "beginDate"),
        ("unknown_reference", "sections.jsonl", 2, "courseOfferingReference.localCourseCode"),
    ]
    assert found["message"][0].startswith("sessions.jsonl, record 1: beginDate 'soon' is not")


def test_an_odd_name_of_a_folder(tmp_path: Path) -> None:
    folder = write_json(tmp_path / "what? [of] it's * here", tiny(), "list")
    same(read_edfi(folder), read_edfi(write_csv(tmp_path / "csv", tiny())))


def test_every_kind_has_a_resource() -> None:
    assert len(set(RESOURCES.values())) == len(RESOURCES)
