"""School years, calendars and terms out of academic sessions, in the many ways in which vendors write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from oneroster_tiny import Files, again, read, row, rules, tiny, write
from test_oneroster import refusals, refused

from coursepush.load.reading import SourceTables


def sessions(*rows: tuple[str, str, str, str, str]) -> Files:
    """The small bundle without its grade book, with these sessions: key, type, start, end, parent."""
    files = tiny()
    for file in ("manifest", "categories", "lineItems", "results"):
        del files[file]
    files["academicSessions"] = [
        {
            "sourcedId": key,
            "title": key.upper(),
            "type": kind,
            "startDate": start,
            "endDate": end,
            "parentSourcedId": up,
        }
        for key, kind, start, end, up in rows
    ]
    for each in files["courses"]:
        each.pop("schoolYearSourcedId", None)
    return files


def named(files: Files, **of_classes: str) -> Files:
    """What sessions each class names."""
    for key, names in of_classes.items():
        row(files, "classes", key)["termSourcedIds"] = names
    return files


def terms(found: SourceTables, calendar: int = 1) -> list[tuple[int, str, date]]:
    rows = found.tables["term"].filter(calendar_id=calendar)
    return rows.select("term_seq", "name", "start_date").rows()


def met(found: SourceTables) -> dict[str, list[int]]:
    """Class → the terms it meets in; none: all of them."""
    classes = found.keys["section"].rename({"id": "section_id"})
    rows = found.tables["section_term"].join(classes, on="section_id").sort("source_key", "term_seq")
    return dict(rows.group_by("source_key", maintain_order=True).agg("term_seq").rows())


YEAR = ("y", "schoolYear", "2026-08-17", "2027-05-28", "")
FALL = ("f", "semester", "2026-08-17", "2026-12-18", "y")
SPRING = ("s", "semester", "2027-01-04", "2027-05-28", "y")
QUARTERS = (
    ("q1", "gradingPeriod", "2026-08-17", "2026-10-16", "f"),
    ("q2", "gradingPeriod", "2026-10-19", "2026-12-18", "f"),
    ("q3", "gradingPeriod", "2027-01-04", "2027-03-12", "s"),
    ("q4", "gradingPeriod", "2027-03-15", "2027-05-28", "s"),
)
TRIMESTERS = (
    ("t1", "term", "2026-08-17", "2026-11-13", "y"),
    ("t2", "term", "2026-11-16", "2027-02-26", "y"),
    ("t3", "term", "2027-03-01", "2027-05-28", "y"),
)


def flat(*rows: tuple[str, str, str, str, str]) -> list[tuple[str, str, str, str, str]]:
    return [(*each[:4], "") for each in rows]


@pytest.mark.parametrize("with_parents", [True, False])
def test_terms_are_the_quarters_that_semesters_are_made_of(tmp_path: Path, with_parents: bool) -> None:
    given = [YEAR, FALL, SPRING, *QUARTERS] if with_parents else flat(YEAR, FALL, SPRING, *QUARTERS)
    found = read(named(sessions(*given), c1="f", c2="y", c3="q2,q3", c4="s"), tmp_path)
    assert terms(found) == [
        (1, "Q1", date(2026, 8, 17)),
        (2, "Q2", date(2026, 10, 19)),
        (3, "Q3", date(2027, 1, 4)),
        (4, "Q4", date(2027, 3, 15)),
    ]
    assert met(found) == {"c1": [1, 2], "c3": [2, 3], "c4": [3, 4]}


def test_semesters_are_the_terms_where_nothing_is_below(tmp_path: Path) -> None:
    found = read(named(sessions(*flat(YEAR, FALL, SPRING)), c1="f", c2="f,s", c3="y", c4="s"), tmp_path)
    assert [name for _, name, _ in terms(found)] == ["F", "S"]
    assert met(found) == {"c1": [1], "c2": [1, 2], "c4": [2]}


def test_without_a_school_year_dates_make_one(tmp_path: Path) -> None:
    lost = (FALL, ("s", "semester", "2027-01-04", "2027-05-28", "nowhere"))
    found = read(named(sessions(*lost), c1="f", c2="f,s", c3="s", c4="s"), tmp_path)
    calendars = found.tables["calendar"].select("end_year", "start_date", "end_date").unique().rows()
    assert calendars == [(2027, date(2026, 8, 17), date(2027, 5, 28))]
    assert rules(found).count("unknown_reference") == 1
    assert met(found) == {"c1": [1], "c2": [1, 2], "c3": [2], "c4": [2]}


def test_a_year_without_sessions_below_is_one_term(tmp_path: Path) -> None:
    found = read(named(sessions(YEAR), c1="y", c2="y", c3="y", c4="y"), tmp_path)
    assert terms(found) == [(1, "Y", date(2026, 8, 17))]
    assert met(found) == {}
    assert "year_as_term" in rules(found, "note")


def test_a_school_year_for_every_school(tmp_path: Path) -> None:
    """Equal days are one year, whatever the sessions are called; terms take the title that the school uses."""
    south = [(f"{key}-s", *rest) for key, *rest in flat(YEAR, FALL, SPRING)]
    files = named(sessions(*flat(YEAR, FALL, SPRING), *south), c1="f", c2="f,s", c3="y", c4="f-s,s-s")
    found = read(files, tmp_path)
    assert found.tables["calendar"]["school_id"].to_list() == [1, 2]
    assert [name for _, name, _ in terms(found, 1)] == ["F", "S"]
    assert [name for _, name, _ in terms(found, 2)] == ["F-S", "S-S"]
    assert met(found) == {"c1": [1], "c2": [1, 2], "c4": [1, 2]}


@pytest.mark.parametrize("kind", ["term", "gradingPeriod"])
def test_trimesters_beside_quarters_go_to_those_who_use_them(tmp_path: Path, kind: str) -> None:
    given = [YEAR, FALL, SPRING, *QUARTERS, *((key, kind, *rest) for key, _, *rest in TRIMESTERS)]
    found = read(named(sessions(*given), c1="f", c2="s", c3="f,s", c4="t1,t2,t3"), tmp_path)
    assert [name for _, name, _ in terms(found, 1)] == ["Q1", "Q2", "Q3", "Q4"]
    assert [name for _, name, _ in terms(found, 2)] == ["T1", "T2", "T3"]
    assert met(found) == {"c1": [1, 2], "c2": [3, 4], "c3": [1, 2, 3, 4], "c4": [1, 2, 3]}


def test_grading_periods_go_before_terms_that_cross_them(tmp_path: Path) -> None:
    files = named(sessions(YEAR, *QUARTERS[:2], FALL, *TRIMESTERS[:1]), c1="f", c2="t1", c3="q1", c4="y")
    found = read(files, tmp_path)
    assert [name for _, name, _ in terms(found, 1)] == ["Q1", "Q2"]
    # the middle of the trimester is in the first quarter
    assert met(found) == {"c1": [1, 2], "c2": [1], "c3": [1]}


def test_summer_school_is_a_calendar_of_its_own(tmp_path: Path) -> None:
    summer = ("summer 2027", "schoolYear", "2027-06-07", "2027-07-16", "")
    half = ("h1", "term", "2027-06-07", "2027-06-25", "")
    found = read(
        named(sessions(*flat(YEAR, FALL, SPRING), summer, half), c1="f", c2="h1", c3="y", c4="s"), tmp_path
    )
    rows = found.tables["calendar"].select("school_id", "end_year", "name", "is_summer").rows()
    assert rows == [
        (1, 2027, "North 2026-27 (Y)", False),
        (1, 2027, "North 2026-27 (SUMMER 2027)", True),
        (2, 2027, "South 2026-27", False),
    ]
    assert found.tables["catalog_school"].select("school_id", "end_year").rows() == [(1, 2027), (2, 2027)]
    assert met(found) == {"c1": [1], "c2": [1], "c4": [2]}


def test_the_year_in_which_it_starts_is_corrected(tmp_path: Path) -> None:
    files = tiny()
    for each in files["academicSessions"]:
        each["schoolYear"] = "2026"
    found = read(files, tmp_path)
    assert found.tables["calendar"]["end_year"].to_list() == [2027, 2027]
    assert "school_year_differs" in rules(found)


def test_years_of_two_digits_and_spans(tmp_path: Path) -> None:
    files = tiny()
    for each, written in zip(files["academicSessions"], ("2026-2027", "2026-27", "2026/27"), strict=True):
        each["schoolYear"] = written
    assert read(files, tmp_path).tables["calendar"]["end_year"].to_list() == [2027, 2027]


def test_a_class_of_two_years_is_in_the_one_of_most_sessions(tmp_path: Path) -> None:
    later = ("z", "schoolYear", "2027-08-16", "2028-05-26", "")
    autumn = ("zf", "semester", "2027-08-16", "2027-12-17", "z")
    files = named(sessions(YEAR, FALL, SPRING, later, autumn), c1="f,s,zf", c2="zf", c3="y", c4="s")
    found = read(files, tmp_path)
    assert found.findings.filter(rule="two_years")["value"].to_list() == ["c1"]
    ends = found.tables["calendar"].select("school_id", "end_year").rows()
    assert ends == [(1, 2027), (1, 2028), (2, 2027)]
    assert met(found) == {"c1": [1, 2], "c2": [1], "c4": [2]}


def test_a_class_without_sessions_is_in_its_courses_year(tmp_path: Path) -> None:
    later = ("z", "schoolYear", "2027-08-16", "2028-05-26", "")
    files = named(sessions(YEAR, FALL, SPRING, later), c1="", c2="f", c3="", c4="s")
    row(files, "courses", "art")["schoolYearSourcedId"] = "z"
    files["enrollments"].append(row(files, "enrollments", "e2") | {"sourcedId": "e9", "classSourcedId": "c3"})
    found = read(files, tmp_path)
    assert found.findings.filter(rule="no_year")["value"].to_list() == ["c3"]
    assert found.findings.filter(rule="left_out_with")["file"].to_list() == ["enrollments.csv"]
    assert found.tables["calendar"]["end_year"].to_list() == [2027, 2028, 2027]


def test_only_one_year_leaves_no_doubt(tmp_path: Path) -> None:
    found = read(named(sessions(YEAR, FALL, SPRING), c1="", c2="f", c3="", c4="s"), tmp_path)
    assert found.tables["section"].height == 4
    assert met(found) == {"c2": [1], "c4": [2]}


def test_sessions_of_years_without_classes_are_set_aside(tmp_path: Path) -> None:
    later = ("z", "schoolYear", "2027-08-16", "2028-05-26", "")
    found = read(named(sessions(YEAR, FALL, SPRING, later), c1="f", c2="f", c3="s", c4="s"), tmp_path)
    account = found.accounts.filter(file="academicSessions.csv").row(0, named=True)
    assert (account["used"], account["set_aside"]) == (3, 1)


def test_sessions_in_a_circle(tmp_path: Path) -> None:
    first, second = (*FALL[:4], "s"), (*SPRING[:4], "f")
    found = read(named(sessions(YEAR, first, second), c1="f", c2="s", c3="y", c4="s"), tmp_path)
    assert "circle" in rules(found)
    assert found.tables["calendar"].height == 2


def test_a_session_that_ends_before_it_starts_is_refused(tmp_path: Path) -> None:
    files = sessions((*YEAR[:2], YEAR[3], YEAR[2], ""))
    error = refused(write(named(files, c1="", c2="", c3="", c4=""), tmp_path))
    assert refusals(error) == [("dates_reversed", "academicSessions.csv", 2)]


def test_other_types_count_as_terms(tmp_path: Path) -> None:
    odd = ("f", "ext:block", *FALL[2:])
    found = read(named(sessions(YEAR, odd, SPRING), c1="f", c2="s", c3="y", c4="s"), tmp_path)
    assert [name for _, name, _ in terms(found)] == ["F", "S"]
    assert "unknown_type" in rules(found)


# -- schools and catalogs ------------------------------------------------------------------------------------


def test_an_org_with_classes_is_a_school(tmp_path: Path) -> None:
    files = tiny()
    row(files, "orgs", "s")["type"] = "department"
    found = read(files, tmp_path)
    assert found.tables["school"].height == 2
    assert found.findings.filter(rule="school_of_other_type")["value"].to_list() == ["department"]


def test_the_catalog_is_named_after_the_district_of_most_schools(tmp_path: Path) -> None:
    files = tiny()
    files["orgs"] += [
        {"sourcedId": "area", "name": "North Area", "type": "department", "parentSourcedId": "e"},
        {"sourcedId": "e", "name": "Other District", "type": "local"},
        {"sourcedId": "w", "name": "West", "type": "school", "parentSourcedId": "area"},
    ]
    found = read(files, tmp_path)
    assert found.tables["catalog"]["name"].to_list() == ["Two Schools"]
    assert found.findings.filter(rule="catalog")["severity"].to_list() == ["warning"]
    aside = found.accounts.filter(file="orgs.csv").row(0, named=True)
    assert (aside["used"], aside["set_aside"]) == (4, 2)


def test_no_district_at_all(tmp_path: Path) -> None:
    files = tiny()
    row(files, "orgs", "d")["type"] = "state"
    found = read(files, tmp_path)
    assert found.tables["catalog"]["name"].to_list() == ["District"]
    assert found.keys["catalog"].rows() == [(1, "District")]


def test_schools_of_one_name_have_calendars_of_different_names(tmp_path: Path) -> None:
    files = tiny()
    row(files, "orgs", "s")["name"] = "North"
    found = read(files, tmp_path)
    assert found.tables["calendar"]["name"].to_list() == ["North (010) 2026-27", "North (020) 2026-27"]


# -- courses -------------------------------------------------------------------------------------------------


def courses(found: SourceTables) -> list[tuple[int, str, str]]:
    return found.tables["course"].select("calendar_id", "number", "name").rows()


def test_a_code_of_several_schools_is_one_master(tmp_path: Path) -> None:
    files = tiny()
    row(files, "courses", "art")["orgSourcedId"] = "n"
    again(files, "courses", "art", sourcedId="art-s", orgSourcedId="s", title="Art of the South")
    row(files, "classes", "c4")["courseSourcedId"] = "art-s"
    found = read(files, tmp_path)
    assert found.tables["course_master"].select("number", "name").rows() == [("A1", "Art"), ("M1", "Music")]
    assert courses(found) == [(1, "A1", "Art"), (1, "M1", "Music"), (2, "A1", "Art of the South")]
    assert found.tables["course"]["master_id"].to_list() == [1, 2, 1]
    assert found.findings.filter(rule="courses_differ")["value"].to_list() == ["A1"]


def test_two_courses_of_one_code_in_a_calendar_are_one(tmp_path: Path) -> None:
    files = tiny()
    again(files, "courses", "art", sourcedId="art-n", orgSourcedId="n", title="Art at North")
    row(files, "classes", "c2")["courseSourcedId"] = "art-n"
    found = read(files, tmp_path)
    # the district's words on the master, the school's own on its course
    assert found.tables["course_master"]["name"].to_list() == ["Art", "Music"]
    assert courses(found) == [(1, "A1", "Art at North"), (1, "M1", "Music"), (2, "A1", "Art")]
    assert found.tables["section"]["course_id"].to_list() == [1, 1, 2, 3]
    assert "same_code" in rules(found, "note")


def test_courses_without_classes(tmp_path: Path) -> None:
    files = tiny()
    files["orgs"].append({"sourcedId": "w", "name": "West", "type": "school"})
    files["courses"] += [
        {"sourcedId": "a", "title": "Of the district", "courseCode": "D1", "orgSourcedId": "d"},
        {
            "sourcedId": "b",
            "title": "Of the year",
            "courseCode": "Y1",
            "orgSourcedId": "s",
            "schoolYearSourcedId": "f",
        },
        {"sourcedId": "c", "title": "Of the school", "orgSourcedId": "s"},
        {"sourcedId": "e", "title": "Nowhere", "courseCode": "W1", "orgSourcedId": "w"},
    ]
    found = read(files, tmp_path)
    assert found.tables["course_master"]["number"].to_list() == ["A1", "D1", "M1", "Y1", "c"]
    assert [number for calendar, number, _ in courses(found) if calendar == 2] == ["A1", "Y1", "c"]
    assert found.findings.filter(rule="no_calendar")["value"].to_list() == ["e"]
    assert found.findings.filter(rule="no_course_code")["value"].to_list() == ["c"]
    account = found.accounts.filter(file="courses.csv").row(0, named=True)
    assert (account["used"], account["set_aside"]) == (5, 1)


def test_attributes_that_are_not_understood(tmp_path: Path) -> None:
    files = tiny()
    row(files, "courses", "art").update(grades="9,Seniors", subjects="Fine Arts,Crafts", subjectCodes="ART,05155")
    found = read(files, tmp_path)
    art = found.tables["course_master"].row(0, named=True)
    assert (art["sced_lowest_grade"], art["sced_highest_grade"], art["sced_course_id"]) == ("09", "09", "155")
    assert art["department"] == "Fine Arts"
    assert "unknown_grade" in rules(found)
    assert {"several_subjects", "unknown_subject_code"} <= set(rules(found, "note"))


# -- people --------------------------------------------------------------------------------------------------


def test_the_primary_teacher_then_who_has_not_left(tmp_path: Path) -> None:
    files = tiny()
    for number in (3, 4, 5):
        again(files, "users", "t1", sourcedId=f"t{number}", familyName=str(number))
    again(files, "enrollments", "e1", sourcedId="x1", userSourcedId="t2", primary="")
    for key, user, left in (("y1", "t3", "2026-09-01"), ("y2", "t5", ""), ("y3", "t4", "")):
        again(
            files,
            "enrollments",
            "e1",
            sourcedId=key,
            classSourcedId="c2",
            userSourcedId=user,
            primary="",
            endDate=left,
        )
    again(files, "enrollments", "e1", sourcedId="x2")
    again(files, "enrollments", "e1", sourcedId="z", role="aide")
    found = read(files, tmp_path)
    names = found.tables["section"].join(found.tables["teacher"], on="teacher_id", how="left").sort("section_id")
    assert names["name"].to_list() == ["Teacher 1", "Teacher 4", None, "Teacher 2"]
    said = found.findings.filter(pl.col("file") == "enrollments.csv", pl.col("rule") != "columns_not_read")
    assert said.select("rule", "line").sort("rule").rows() == [
        ("other_roles", 11),
        ("other_teachers", 6),
        ("repeated_enrollment", 10),
    ]
    account = found.accounts.filter(file="enrollments.csv").row(0, named=True)
    assert (account["used"], account["set_aside"]) == (5, 5)
    # people who only teach beside somebody are not needed by name
    assert found.tables["teacher"].height == 3
