"""Files of other systems: named by their headers, with the mapping that reads them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import oneroster_tiny
import polars as pl
import pytest
from edfi_district import tiny, write_csv, write_json
from good_extract import write_good

import coursepush as cp
from coursepush.errors import LoadError
from coursepush.load.known import KNOWN, headers_below, recognised
from coursepush.load.oneroster.reader import read_oneroster

HEADERS = {
    "Canvas SIS CSV": {
        "courses": "course_id,short_name,long_name,account_id,term_id,status",
        "sections": "section_id,course_id,name,status,start_date,end_date",
        "enrollments": "course_id,user_id,role,section_id,status",
        "users": "user_id,login_id,password,first_name,last_name,email,status",
        "terms": "term_id,name,status,start_date,end_date",
    },
    "Canvas gradebook exports": {
        "2026-10-04T1853_Grades-BIO-1": "Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (5501),Final Score",
    },
    "Microsoft School Data Sync V1": {
        "School": "SIS ID,Name",
        "Section": "SIS ID,School SIS ID,Section Name,Section Number,Course Number",
        "Teacher": "SIS ID,School SIS ID,Username",
        "TeacherRoster": "Section SIS ID,SIS ID",
    },
    "Microsoft School Data Sync V2": {
        "orgs": "sourcedId,name,type,parentSourcedId",
        "users": "sourcedId,orgSourcedIds,givenName,familyName,username,password,role,grade",
        "classes": "sourcedId,orgSourcedId,title",
        "enrollments": "classSourcedId,userSourcedId,role",
    },
    "Microsoft School Data Sync V2.1": {
        "orgs": "sourcedId,name,type,parentSourcedId",
        "academicSessions": "sourcedId,title,type,schoolYear,startDate,endDate",
        "courses": "sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade",
        "classes": "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId",
        "enrollments": "classSourcedId,userSourcedId,role",
    },
    "Clever CSV": {
        "schools": "School_id,School_name,School_number,State_id",
        "teachers": "School_id,Teacher_id,Teacher_email,First_name,Last_name",
        "sections": "School_id,Section_id,Teacher_id,Name,Course_name,Course_number,Term_name,Term_start",
        "enrollments": "School_id,Section_id,Student_id",
    },
    "Moodle gradebook exports": {
        "BIO1 Grades": "First name,Last name,Email address,Quiz: One (Real),Last downloaded from this course",
    },
    "Moodle course lists": {"courses": "shortname,fullname,category"},
    "tables of Moodle's database": {
        "mdl_course": "id,category,sortorder,fullname,shortname",
        "mdl_grade_items": "id,courseid,categoryid,itemname,itemtype,grademax",
    },
    "the Ed-Fi LMS Toolkit's files": {
        "sections/2026-09-17": "SourceSystemIdentifier,SourceSystem,SISSectionIdentifier,Title,CreateDate",
        "section=17/assignments/2026-09-17": "SourceSystemIdentifier,SourceSystem,Title,MaxPoints,CreateDate",
    },
}  # fmt: skip


def write_headers(folder: Path, name: str) -> Path:
    for file, header in HEADERS[name].items():
        path = folder / f"{file}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header + "\n", "utf-8")
    return folder


def test_every_format_that_is_known_is_tried() -> None:
    assert {known.name for known in KNOWN} == set(HEADERS)


@pytest.mark.parametrize("name", HEADERS)
def test_files_are_called_what_they_are(name: str, tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        cp.load_district(write_headers(tmp_path, name))
    assert caught.value.findings is not None
    assert caught.value.findings.select("severity", "rule", "value").rows() == [("refusal", "other_format", name)]
    assert name in str(caught.value)
    assert "coursepush map" in str(caught.value) or "--mapping" in str(caught.value)


def test_a_mapping_that_comes_along_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mappings = tmp_path / "mappings"
    mappings.mkdir()
    monkeypatch.setattr("coursepush.load.known._MAPPINGS", mappings)
    folder = write_headers(tmp_path / "two words", "Canvas SIS CSV")
    for there, said in ((False, f"coursepush map '{folder}'"), (True, "--mapping canvas")):
        if there:
            (mappings / "canvas.toml").write_text("")
        with pytest.raises(LoadError) as caught:
            cp.load_district(folder)
        assert said in str(caught.value)


def test_a_zip_is_told_like_a_folder(tmp_path: Path) -> None:
    folder = write_headers(tmp_path / "folder", "Clever CSV")
    with zipfile.ZipFile(tmp_path / "clever.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    with pytest.raises(LoadError, match="Clever CSV"):
        cp.load_district(tmp_path / "clever.zip")


def test_one_roster_is_not_taken_for_another(tmp_path: Path) -> None:
    folder = oneroster_tiny.write(oneroster_tiny.tiny(), tmp_path)
    assert recognised(headers_below(folder)) is None
    cp.load_district(folder).close()


def test_files_of_the_model_and_of_ed_fi_are_not_taken_for_others(tmp_path: Path) -> None:
    for folder in (write_good(tmp_path / "ours"), write_csv(tmp_path / "csv", tiny())):
        assert recognised(headers_below(folder)) is None
    ours = write_good(tmp_path / "more")
    (ours / "course.csv").write_text("course_id,short_name,long_name\n", "utf-8")
    (ours / "section.csv").write_text("section_id,course_id,name,status\n", "utf-8")
    assert recognised(headers_below(ours)) is None


def test_a_format_given_by_hand_that_fails_says_what_the_files_are_first(tmp_path: Path) -> None:
    folder = write_headers(tmp_path, "Canvas SIS CSV")
    with pytest.raises(LoadError) as caught:
        cp.load_district(folder, format="oneroster")
    assert str(caught.value).startswith("By their headers these are Canvas SIS CSV")
    assert caught.value.findings is not None
    assert caught.value.findings["rule"][0] == "other_format"
    assert caught.value.findings.height > 5


def test_json_of_ed_fi_is_told(tmp_path: Path) -> None:
    folder = write_json(tmp_path / "fetched", tiny())
    with zipfile.ZipFile(tmp_path / "fetched.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    for source in (folder, tmp_path / "fetched.zip"):
        with cp.load_district(source) as district:
            assert district.sql("select count(*) from section").item() == 3


# -- near headers --------------------------------------------------------------------------------------------


def near(findings: pl.DataFrame) -> list[tuple[str, str]]:
    return findings.filter(pl.col("rule") == "near_header").select("value", "column").rows()


def edit_header(path: Path, before: str, after: str) -> None:
    header, _, rest = path.read_text("utf-8").partition("\n")
    assert before in header
    path.write_text(header.replace(before, after) + "\n" + rest, "utf-8")


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("courses", "courseCode", "code"),
        ("courses", "courseCode", "course_code"),
        ("classes", "termSourcedIds", "sessionSourcedIds"),
        ("classes", "classCode", "clasCode"),
        ("orgs", "identifier", "number"),
    ],
)
def test_a_near_header_of_oneroster_is_a_warning(file: str, before: str, after: str, tmp_path: Path) -> None:
    folder = oneroster_tiny.write(oneroster_tiny.tiny(), tmp_path)
    edit_header(folder / f"{file}.csv", before, after)
    found = read_oneroster(folder).findings
    assert near(found) == [(after, before)]
    assert not any(after in text for text in found.filter(pl.col("rule") == "columns_not_read")["message"])


def test_a_near_header_that_must_be_there_is_named_in_the_refusal(tmp_path: Path) -> None:
    folder = oneroster_tiny.write(oneroster_tiny.tiny(), tmp_path)
    edit_header(folder / "classes.csv", "schoolSourcedId", "orgsourcedid")
    with pytest.raises(LoadError, match=r"lacks the column schoolSourcedId\. It has orgsourcedid; rename it"):
        read_oneroster(folder)


def test_a_near_header_of_ed_fi_is_a_warning(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, tiny())
    path = folder / "GradingPeriod.csv"
    path.write_text(path.read_text("utf-8").replace("PeriodSequence", "Period_Sequence", 1), "utf-8")
    with cp.load_district(folder) as district:
        assert near(district.findings()) == [("Period_Sequence", "PeriodSequence")]
