"""A OneRoster 1.1 bundle by hand, of two schools and a few rows a file, for tests to change one thing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from coursepush.load.oneroster.reader import read_oneroster
from coursepush.load.reading import SourceTables

Row = dict[str, str]
Files = dict[str, list[Row]]


def tiny() -> Files:
    """North has art and music, South art; one year of two semesters; a grade book in one class of North."""
    year = {"startDate": "2026-08-17", "endDate": "2027-05-28", "schoolYear": "2027"}
    fall = {"startDate": "2026-08-17", "endDate": "2026-12-18", "schoolYear": "2027", "parentSourcedId": "y27"}
    spring = {"startDate": "2027-01-04", "endDate": "2027-05-28", "schoolYear": "2027", "parentSourcedId": "y27"}
    return {
        "manifest": [
            {"propertyName": "manifest.version", "value": "1.0"},
            {"propertyName": "oneroster.version", "value": "1.1"},
            *({"propertyName": f"file.{file}", "value": "bulk"} for file in ("orgs", "classes", "results")),
        ],
        "orgs": [
            {"sourcedId": "d", "name": "Two Schools", "type": "district"},
            {"sourcedId": "n", "name": "North", "type": "school", "identifier": "010", "parentSourcedId": "d"},
            {"sourcedId": "s", "name": "South", "type": "school", "identifier": "020", "parentSourcedId": "d"},
        ],
        "academicSessions": [
            {"sourcedId": "y27", "title": "Year", "type": "schoolYear", **year},
            {"sourcedId": "f", "title": "Fall", "type": "semester", **fall},
            {"sourcedId": "sp", "title": "Spring", "type": "semester", **spring},
        ],
        "courses": [
            {
                "sourcedId": "art",
                "title": "Art",
                "courseCode": "A1",
                "orgSourcedId": "d",
                "grades": "10,9,KG",
                "subjects": "Fine Arts",
                "subjectCodes": "05154",
                "schoolYearSourcedId": "y27",
            },
            {"sourcedId": "mus", "title": "Music", "courseCode": "M1", "orgSourcedId": "n"},
        ],
        "classes": [
            _class("c1", "01", "art", "n", "f"),
            _class("c2", "02", "art", "n", "y27"),
            _class("c3", "01", "mus", "n", "f,sp"),
            _class("c4", "01", "art", "s", "sp"),
        ],
        "users": [
            {
                "sourcedId": "t1",
                "givenName": "Teacher",
                "familyName": "1",
                "role": "teacher",
                "enabledUser": "true",
            },
            {
                "sourcedId": "t2",
                "givenName": "Teacher",
                "familyName": "2",
                "role": "teacher",
                "enabledUser": "true",
            },
            {
                "sourcedId": "p1",
                "givenName": "Student",
                "familyName": "1",
                "role": "student",
                "enabledUser": "true",
            },
            {
                "sourcedId": "p2",
                "givenName": "Student",
                "familyName": "2",
                "role": "student",
                "enabledUser": "true",
            },
        ],
        "enrollments": [
            _enrolled("e1", "c1", "t1", "teacher", "true"),
            _enrolled("e2", "c1", "p1", "student", "false"),
            _enrolled("e3", "c1", "p2", "student", "false"),
            _enrolled("e4", "c4", "t2", "teacher", "false"),
        ],
        "categories": [{"sourcedId": "k1", "title": "Tests"}, {"sourcedId": "k2", "title": "Homework"}],
        "lineItems": [
            _item("i1", "Test 1", "k1", "2026-09-10", "f", "100"),
            _item("i2", "Homework 1", "k2", "2026-09-11", "f", "12.5"),
        ],
        "results": [
            _result("r1", "i1", "p1", "fully graded", "87.125"),
            _result("r2", "i1", "p2", "exempt", ""),
            _result("r3", "i2", "p1", "not submitted", ""),
        ],
    }


def _class(key: str, code: str, course: str, school: str, sessions: str) -> Row:
    return {
        "sourcedId": key,
        "title": f"Class {key}",
        "courseSourcedId": course,
        "classCode": code,
        "schoolSourcedId": school,
        "termSourcedIds": sessions,
        "grades": "",
    }


def _enrolled(key: str, klass: str, user: str, role: str, primary: str) -> Row:
    return {
        "sourcedId": key,
        "classSourcedId": klass,
        "userSourcedId": user,
        "role": role,
        "primary": primary,
        "endDate": "",
    }


def _item(key: str, title: str, category: str, due: str, session: str, points: str) -> Row:
    return {
        "sourcedId": key,
        "title": title,
        "classSourcedId": "c1",
        "categorySourcedId": category,
        "dueDate": due,
        "gradingPeriodSourcedId": session,
        "resultValueMin": "0",
        "resultValueMax": points,
    }


def _result(key: str, item: str, student: str, status: str, score: str) -> Row:
    return {
        "sourcedId": key,
        "lineItemSourcedId": item,
        "studentSourcedId": student,
        "scoreStatus": status,
        "score": score,
        "scoreDate": "2026-09-15",
        "comment": "",
    }


def row(files: Files, file: str, key: str) -> Row:
    """The row of a file with that sourcedId."""
    return next(each for each in files[file] if each["sourcedId"] == key)


def again(files: Files, file: str, key: str, **changed: str) -> Row:
    """A copy of a row with something changed, added to its file."""
    copied = row(files, file, key) | changed
    files[file].append(copied)
    return copied


def text_of(rows: list[Row]) -> str:
    """Rows as CSV; status and dateLastModified behind sourcedId, then the columns in the order they turn up."""
    columns = list(dict.fromkeys(name for each in rows for name in each))
    if "sourcedId" in columns:
        columns = list(dict.fromkeys(["sourcedId", "status", "dateLastModified", *columns]))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(files: Files, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for file, rows in files.items():
        (folder / f"{file}.csv").write_text(text_of(rows), "utf-8")
    return folder


def read(files: Files, folder: Path) -> SourceTables:
    """What the reader makes of the bundle; every row of every file must be accounted for."""
    found = read_oneroster(write(files, folder))
    check_accounts(found)
    return found


def check_accounts(found: SourceTables) -> None:
    """Rows in are rows used and rows set aside, and of these some finding tells."""
    accounts = found.accounts
    assert accounts.filter(pl.col("rows") != pl.col("used") + pl.col("set_aside")).is_empty(), accounts
    assert accounts.filter((pl.col("used") < 0) | (pl.col("set_aside") < 0)).is_empty(), accounts
    aside = set(accounts.filter(pl.col("set_aside") > 0)["file"])
    assert aside <= set(found.findings["file"]), aside - set(found.findings["file"])


def rules(found: SourceTables, severity: str = "warning") -> list[str]:
    return found.findings.filter(pl.col("severity") == severity)["rule"].to_list()
