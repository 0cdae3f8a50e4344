"""OneRoster rows marked as deleted, and names that lead nowhere: told with counts, and never a silent default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from oneroster_tiny import Files, again, read, row, tiny

from coursepush.errors import LoadError
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.store import Store


def told(found: SourceTables, rule: str) -> list[tuple[str, str]]:
    """File and message of the warnings of a rule."""
    return found.findings.filter(severity="warning", rule=rule).select("file", "message").rows()


def loads(found: SourceTables) -> None:
    """The loader takes it."""
    store = Store(None, threads=1)
    load_tables(store, found)
    store.close()


DELETED = ["tobedeleted", "inactive", "ToBeDeleted"]


@pytest.mark.parametrize("status", DELETED)
def test_what_a_deleted_row_names_is_not_looked_for(tmp_path: Path, status: str) -> None:
    files = tiny()
    gone = {"status": status, "courseSourcedId": "x", "schoolSourcedId": "x", "termSourcedIds": "x", "title": ""}
    again(files, "classes", "c1", sourcedId="c9", **gone)
    again(files, "courses", "art", sourcedId="x9", status=status, orgSourcedId="x", title="")
    again(files, "academicSessions", "f", sourcedId="f9", status=status, startDate="soon", endDate="", type="")
    again(files, "results", "r1", sourcedId="r9", status=status, lineItemSourcedId="", score="A+")
    found = read(files, tmp_path / "roster")
    loads(found)
    assert found.tables["section"].height == 4
    assert {file for file, _ in told(found, "left_out")} == {
        "classes.csv",
        "courses.csv",
        "academicSessions.csv",
        "results.csv",
    }
    assert told(found, "left_out_with") == told(found, "deleted_reference") == []


def test_of_two_rows_of_one_id_the_one_that_is_not_deleted_counts(tmp_path: Path) -> None:
    files = tiny()
    again(files, "classes", "c1", status="tobedeleted", classCode="99")
    found = read(files, tmp_path / "roster")
    assert sorted(found.tables["section"]["number"]) == ["01", "01", "01", "02"]
    assert told(found, "left_out_with") == []


def test_an_assignment_that_loses_its_category_is_told(tmp_path: Path) -> None:
    files = tiny()
    row(files, "categories", "k1")["status"] = "tobedeleted"
    again(files, "lineItems", "i1", sourcedId="i3")
    found = read(files, tmp_path / "roster")
    loads(found)
    assert found.tables["assignment"]["category_row_id"].null_count() == 2
    [(file, message)] = told(found, "deleted_reference")
    assert file == "lineItems.csv"
    assert message == (
        "lineItems.csv, 2 rows: categorySourcedId names a row of categories.csv that is marked deleted or "
        "inactive, or went with one; the assignment has no category. See k1."
    )


def test_a_class_that_loses_all_its_sessions_is_told(tmp_path: Path) -> None:
    files = tiny()
    row(files, "academicSessions", "sp")["status"] = "inactive"
    found = read(files, tmp_path / "roster")
    loads(found)
    # c3 meets in fall and spring, c4 in spring alone
    [(file, message)] = told(found, "deleted_reference")
    assert file == "classes.csv"
    assert message.startswith(
        "classes.csv, 2 rows: termSourcedIds names a row of academicSessions.csv that is marked"
    )
    assert (
        "; the class meets in the others; 1 row with no other, and so in every term of the school year." in message
    )
    assert [file for file, _ in told(found, "no_session")] == ["classes.csv"]


def test_what_must_name_a_deleted_row_goes_with_it(tmp_path: Path) -> None:
    files = tiny()
    row(files, "orgs", "n")["status"] = "tobedeleted"
    found = read(files, tmp_path / "roster")
    loads(found)
    assert found.tables["school"]["name"].to_list() == ["South"]
    assert {file for file, _ in told(found, "left_out_with")} == {
        "courses.csv",
        "classes.csv",
        "enrollments.csv",
        "lineItems.csv",
        "results.csv",
    }


def test_a_class_that_names_no_session_is_told(tmp_path: Path) -> None:
    files = tiny()
    row(files, "classes", "c1")["termSourcedIds"] = ""
    found = read(files, tmp_path / "roster")
    [(_, message)] = told(found, "no_session")
    assert message.startswith(
        "classes.csv, 1 row: the class names no session; it counts as meeting in every term."
    )


OPTIONAL: list[tuple[str, str, str, str]] = [
    ("orgs", "n", "parentSourcedId", "the row counts as one without"),
    ("academicSessions", "f", "parentSourcedId", "dates decide which school year it is in"),
    ("courses", "art", "schoolYearSourcedId", "the course counts as one without a school year"),
    ("classes", "c1", "termSourcedIds", "1 row with no other, and so in every term of the school year"),
    ("lineItems", "i1", "categorySourcedId", "the assignment has no category"),
    ("lineItems", "i1", "gradingPeriodSourcedId", "the due date decides in which term it counts"),
]


@pytest.mark.parametrize(("file", "key", "column", "comes_to"), OPTIONAL)
def test_a_name_that_a_row_may_do_without_is_no_reason_to_refuse(
    tmp_path: Path, file: str, key: str, column: str, comes_to: str
) -> None:
    files = tiny()
    row(files, file, key)[column] = "2019"
    found = read(files, tmp_path / "roster")
    loads(found)
    [(name, message)] = told(found, "unknown_reference")
    assert name == f"{file}.csv"
    assert column in message
    assert comes_to in message
    assert "See 2019." in message


@pytest.mark.parametrize(
    ("file", "key", "column"),
    [
        ("courses", "mus", "orgSourcedId"),
        ("classes", "c1", "schoolSourcedId"),
        ("results", "r1", "lineItemSourcedId"),
    ],
)
def test_a_name_that_must_be_there_is_refused(tmp_path: Path, file: str, key: str, column: str) -> None:
    files = tiny()
    row(files, file, key)[column] = "2019"
    with pytest.raises(LoadError, match="unknown_reference"):
        read(files, tmp_path / "roster")


# -- classes at the district -------------------------------------------------------------------------


def held(found: SourceTables) -> list[tuple[str, str]]:
    """School and course number of every course."""
    tables = found.tables
    rows = tables["course"].join(tables["calendar"].select("calendar_id", "school_id"), on="calendar_id")
    named = rows.join(tables["school"].select("school_id", school="name"), on="school_id")
    return sorted(named.select("school", "number").rows())


@pytest.mark.parametrize("kind", ["district", "local", "state", "national"])
def test_a_class_at_the_district_brings_its_course_there_and_no_other(tmp_path: Path, kind: str) -> None:
    files = tiny()
    row(files, "orgs", "d")["type"] = kind
    for course in ("pe", "lat"):  # of the district, in its year, like art
        again(files, "courses", "art", sourcedId=course, courseCode=course, title=course)
    again(files, "classes", "c1", sourcedId="c9", courseSourcedId="pe", schoolSourcedId="d")
    found = read(files, tmp_path / "roster")
    loads(found)
    assert held(found) == [("North", "A1"), ("North", "M1"), ("South", "A1"), ("Two Schools", "pe")]
    assert sorted(found.tables["course_master"]["number"]) == ["A1", "M1", "lat", "pe"]
    [(_, message)] = told(found, "classes_at_district")
    assert "See Two Schools." in message


def test_a_campus_by_another_name_is_a_school_with_its_own_courses(tmp_path: Path) -> None:
    files = tiny()
    row(files, "orgs", "n")["type"] = "campus"
    again(files, "courses", "mus", sourcedId="own", courseCode="own", schoolYearSourcedId="y27")
    found = read(files, tmp_path / "roster")
    assert ("North", "own") in held(found)
    assert [file for file, _ in told(found, "school_of_other_type")] == ["orgs.csv"]


# -- one code, two subjects --------------------------------------------------------------------------


def two_courses(**english: Any) -> Files:
    """Art at North and English 9 at South, both under 101."""
    files = tiny()
    files["courses"] = [
        {
            "sourcedId": "art",
            "title": "Art",
            "courseCode": "101",
            "orgSourcedId": "n",
            "subjects": "Fine Arts",
            "subjectCodes": "05154",
        },
        {"sourcedId": "eng", "title": "English 9", "courseCode": "101", "orgSourcedId": "s", **english},
        row(files, "courses", "mus"),
    ]
    row(files, "classes", "c4")["courseSourcedId"] = "eng"
    return files


LINKED: list[tuple[dict[str, str], bool]] = [
    ({"subjectCodes": "01001"}, False),
    ({"subjectCodes": "01001,05154"}, True),
    ({"subjectCodes": "01001", "subjects": "Fine Arts"}, False),
    ({"subjectCodes": "05154", "subjects": "English"}, True),
    ({"subjects": "English"}, False),
    ({"subjects": "English, fine arts"}, True),
    ({"subjectCodes": "none", "subjects": "English"}, False),
    ({}, True),
]


@pytest.mark.parametrize(("english", "linked"), LINKED)
def test_one_code_of_two_subjects_is_not_one_course_master(
    tmp_path: Path, english: dict[str, str], linked: bool
) -> None:
    found = read(two_courses(**english), tmp_path / "roster")
    loads(found)
    masters = found.tables["course_master"].select("number", "name").rows()
    assert masters == [("101", "Art"), ("M1", "Music")]
    assert dict(found.tables["course"].select("name", "master_id").rows()) == {
        "Art": 1,
        "English 9": 1 if linked else None,
        "Music": 2,
    }
    assert held(found) == [("North", "101"), ("North", "M1"), ("South", "101")]
    rule = "titles_differ" if linked else "one_code_two_subjects"
    [(_, message)] = told(found, rule)
    assert "101: English 9" in message
    assert "not Art" in message
    parents = found.tables["course_task"].sort("owner_id")["parent_row_id"].to_list()
    assert [parent is not None for parent in parents] == [True, True, linked]


def test_titles_that_share_a_word_are_a_note(tmp_path: Path) -> None:
    files = two_courses()
    row(files, "courses", "eng")["title"] = "ART (beginners)"
    found = read(files, tmp_path / "roster")
    assert told(found, "titles_differ") == []
    assert found.findings.filter(rule="courses_differ")["severity"].to_list() == ["note"]


def test_two_subjects_of_one_code_in_one_school_are_two_courses(tmp_path: Path) -> None:
    files = two_courses(subjectCodes="01001")
    row(files, "courses", "eng")["orgSourcedId"] = "n"
    row(files, "classes", "c4")["schoolSourcedId"] = "n"
    found = read(files, tmp_path / "roster")
    loads(found)
    assert held(found) == [("North", "101"), ("North", "101 (eng)"), ("North", "M1")]
    of_english = found.tables["course"].filter(name="English 9")["course_id"].to_list()
    assert found.tables["section"].filter(course_id=of_english[0]).height == 1
    assert [message for _, message in told(found, "code_taken")]


def test_which_of_two_subjects_is_the_course_master_does_not_hang_on_the_order_of_lines(tmp_path: Path) -> None:
    files = two_courses(subjectCodes="01001")
    one = read(files, tmp_path / "one")
    for rows in files.values():
        rows.reverse()
    two = read(files, tmp_path / "two")
    for name in ("course_master", "course", "section"):
        assert one.tables[name].equals(two.tables[name]), name


def test_a_second_subject_that_nobody_teaches_is_set_aside(tmp_path: Path) -> None:
    files = tiny()
    again(files, "courses", "art", sourcedId="eng", title="English 9", subjectCodes="01001")
    found = read(files, tmp_path / "roster")  # which checks that the row is accounted for
    loads(found)
    assert sorted(found.tables["course_master"]["name"]) == ["Art", "Music"]
    assert told(found, "course_left_out")
