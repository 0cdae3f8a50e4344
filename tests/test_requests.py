"""What can be asked for, and what is in scope of it (RULES.md 1)."""

from __future__ import annotations

from typing import Any

import pytest
from both_readings import verdicts_of
from engine import plan_of, request_of
from small_district import CALENDAR, CATALOG, SUMMER, YEAR, SmallDistrict

from coursepush.errors import RequestError
from coursepush.model.elements import COURSE_PUSH_DATA, MASTER_PUSH_DATA

LAST_YEAR, ADAMS, ADAMS_SUMMER, MIDDLE = 33, 34, 35, 36
MIDDLE_CATALOG = 12


def two_catalogs() -> SmallDistrict:
    """Lincoln and Adams have High School in 2027 (Lincoln in 2026 too), Grant has Middle School."""
    d = SmallDistrict("categories", "grading_tasks")
    d.add("catalog", catalog_id=MIDDLE_CATALOG, name="Middle School")
    d.add("catalog", catalog_id=13, name="Nobody's")
    d.school(22, "Adams High", CATALOG)
    d.school(23, "Grant Middle", MIDDLE_CATALOG)
    d.add("catalog_school", school_id=21, end_year=2026, catalog_id=CATALOG)
    d.add("catalog_school", school_id=23, end_year=2025, catalog_id=MIDDLE_CATALOG)
    d.calendar(SUMMER, "Lincoln High summer 27", summer=True)
    d.calendar(LAST_YEAR, "Lincoln High 25-26", year=2026)
    d.calendar(ADAMS, "Adams High 26-27", school=22)
    d.calendar(ADAMS_SUMMER, "Adams High summer 27", school=22, summer=True)
    d.calendar(MIDDLE, "Grant Middle 26-27", school=23)
    d.new_master("ART1")
    d.new_master("MS1", catalog=MIDDLE_CATALOG)
    d.new_course("MATH1", master=d.master, calendar=ADAMS)
    d.new_course("MATH1", master=d.master, calendar=SUMMER)
    d.new_course("MATH0", master=d.master, calendar=LAST_YEAR)
    return d


@pytest.fixture(scope="module")
def district() -> SmallDistrict:
    return two_catalogs()


def asked(d: SmallDistrict, push: str = "master", **request: Any) -> Any:
    """The request with every choice made."""
    named = {"catalog_id": CATALOG, "year": YEAR} if push == "master" else {"calendar_id": CALENDAR}
    with d.store().reading() as session:
        return request_of(session, push, {**named, **request})


def refusal(d: SmallDistrict, push: str = "master", **request: Any) -> str:
    """The message with which a request is refused; nothing but names may have been looked up for it."""
    store, ran = d.store(), []
    store.on_statement = lambda name, sql: ran.append(name)
    try:
        named = {"catalog_id": CATALOG, "year": YEAR} if push == "master" else {"calendar_id": CALENDAR}
        with pytest.raises(RequestError) as refused:
            plan_of(store, push, {**named, **request})
    finally:
        store.on_statement = None
    assert {name.split()[0] for name in ran} <= {"begin", "find", "list", "choose"}, ran
    return str(refused.value)


def only_requests(part: object) -> str:
    """Names a case by what is asked for."""
    return str(part) if isinstance(part, dict) else ""


# -- what is unknown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "lists"),
    [
        ({"catalog_id": "High Skool"}, ["Did you mean 'High School'?", "High School, Middle School, Nobody's"]),
        ({"catalog_id": 99}, ["course catalog 99", "11, 12, 13"]),
        ({"year": 2025}, ["year 2025", "2026, 2027"]),
        ({"catalog_id": "Middle School", "year": 2026}, ["2025, 2027"]),
        ({"catalog_id": 13}, ["Valid choices: none"]),
        ({"calendars": ["Lincoln"]}, ["of 2027", "Adams High 26-27", "Lincoln High summer 27"]),
        ({"calendars": [CALENDAR, 99]}, ["calendar 99", "31, 32, 34, 35"]),
        ({"masters": ["MATH9"]}, ["course master 'MATH9'", "ART1, MATH1"]),
        ({"masters": 99}, ["course master 99", "41, 42"]),
        ({"courses": ["MATH1", "MATH9"]}, ["course 'MATH9'", "Valid choices: MATH1."]),
        ({"courses": 99}, ["course 99", "501, 502"]),
        ({"data": ["categories", "grades"]}, ["data type 'grades'", ", ".join(MASTER_PUSH_DATA)]),
        ({"data": "advisory"}, ["data type 'advisory' in Push All Course Masters"]),
        ({"mode": "unlocked"}, ["mode 'unlocked'", "locked, overwrite"]),
        ({"blanks": "drop"}, ["'drop'", "push, keep"]),
        ({"release": ".2301"}, ["release '.2301'", "current, .2251, .2211"]),
    ],
    ids=only_requests,
)
def test_what_a_master_push_does_not_know_lists_the_valid_choices(
    district: SmallDistrict, request_: dict[str, Any], lists: list[str]
) -> None:
    message = refusal(district, **request_)
    assert all(text in message for text in lists), message


@pytest.mark.parametrize(
    ("request_", "lists"),
    [
        ({"calendar_id": "Lincoln High"}, ["Adams High 26-27", "Grant Middle 26-27", "Lincoln High 25-26"]),
        ({"calendar_id": 99}, ["calendar 99", "31, 32, 33, 34, 35, 36"]),
        ({"courses": "MATH9"}, ["course 'MATH9'", "Valid choices: MATH1."]),
        ({"sections": [99]}, ["section 99", "601"]),
        ({"sections": ["1", "7"]}, ["section '7'", "Valid choices: 1."]),
        ({"data": ["course_info"]}, ["data type 'course_info'", ", ".join(COURSE_PUSH_DATA)]),
    ],
    ids=only_requests,
)
def test_what_a_course_push_does_not_know_lists_the_valid_choices(
    district: SmallDistrict, request_: dict[str, Any], lists: list[str]
) -> None:
    message = refusal(district, "course", **request_)
    assert all(text in message for text in lists), message


@pytest.mark.parametrize(
    "calendar",
    ["Lincoln High 25-26", LAST_YEAR, "Grant Middle 26-27", MIDDLE],
)
def test_a_calendar_of_another_year_or_of_another_catalogs_school_is_refused(
    district: SmallDistrict, calendar: str | int
) -> None:
    message = refusal(district, calendars=[calendar])
    assert f"no calendar {calendar!r} of 2027" in message
    assert ("Lincoln High 26-27" if isinstance(calendar, str) else "31, 32") in message


def test_a_name_that_is_no_name_is_refused(district: SmallDistrict) -> None:
    assert "by a whole number or by text, not by True" in refusal(district, masters=[True])
    assert "by a whole number or by text, not by 1.5" in refusal(district, "course", sections=[1.5])


# -- releases --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "request_", "lacks"),
    [
        (".2251", {"calendars": [CALENDAR]}, "cannot choose calendars"),
        (".2211", {"calendars": [CALENDAR]}, "cannot choose calendars"),
        (".2211", {"mode": "overwrite"}, "has no push modes"),
        (".2211", {"data": ["categories"]}, "cannot choose data types"),
    ],
)
def test_a_release_refuses_what_it_lacks_and_is_named(
    district: SmallDistrict, release: str, request_: dict[str, Any], lacks: str
) -> None:
    assert f"Release {release} {lacks}" in refusal(district, release=release, **request_)


def test_release_2251_reaches_all_calendars_summer_too_and_has_modes_and_data(district: SmallDistrict) -> None:
    request = asked(district, release=".2251", mode="overwrite", data=["categories"])
    assert request.calendars == (CALENDAR, SUMMER, ADAMS, ADAMS_SUMMER)
    assert (request.mode, request.data) == ("overwrite", ("categories",))


def test_release_2211_pushes_everything_locked_everywhere(district: SmallDistrict) -> None:
    request = asked(district, release=".2211", to_sections=True, blanks="keep")
    assert request.calendars == (CALENDAR, SUMMER, ADAMS, ADAMS_SUMMER)
    assert (request.mode, request.data, request.to_sections) == ("locked", MASTER_PUSH_DATA, True)
    assert request.blanks == "keep"


def test_a_release_without_calendars_reaches_the_summer_courses(district: SmallDistrict) -> None:
    older = {row.course_id for row in verdicts_of(district, release=".2251")}
    newer = {row.course_id for row in verdicts_of(district)}
    assert older - newer == {503}


# -- calendars, and names --------------------------------------------------------------------------------


def test_summer_calendars_are_left_out_unless_named(district: SmallDistrict) -> None:
    assert asked(district).calendars == (CALENDAR, ADAMS)
    assert asked(district, calendars="Lincoln High summer 27").calendars == (SUMMER,)
    assert asked(district, calendars=[ADAMS, SUMMER]).calendars == (SUMMER, ADAMS)


def test_names_and_numbers_serve_as_well_as_ids(district: SmallDistrict) -> None:
    by_name = asked(
        district,
        catalog_id="High School",
        calendars=["Adams High 26-27", "Lincoln High 26-27"],
        masters="MATH1",
        courses=["MATH1"],
    )
    by_id = asked(district, calendars=[CALENDAR, ADAMS], masters=[41], courses=[501, 502])
    assert by_name == by_id
    by_name = asked(
        district, "course", calendar_id="Lincoln High 26-27", courses="MATH1", sections="1", data="categories"
    )
    assert by_name == asked(district, "course", courses=[501], sections=601, data=["categories"])


def test_all_data_types_go_by_default_in_the_order_of_a_push(district: SmallDistrict) -> None:
    assert asked(district).data == MASTER_PUSH_DATA
    assert asked(district, "course").data == COURSE_PUSH_DATA
    shuffled = list(reversed(MASTER_PUSH_DATA))
    assert asked(district, data=shuffled).data == MASTER_PUSH_DATA


# -- narrowing -------------------------------------------------------------------------------------------


def narrowable() -> SmallDistrict:
    """MATH1 with two sections, ART1 with one, and a course without a master."""
    d = SmallDistrict("categories")
    d.new_section(d.course, "2")
    art = d.new_master("ART1")
    d.new_section(d.new_course("ART1", master=art), "1")
    d.new_section(d.new_course("OWN1", master=None), "1")
    for course_number in range(3):
        d.tables()["course"][course_number]["department"] = "x"
    d.master.category("Quizzes")
    art.category("Sketches")
    d.course.category("Labs")
    return d


def courses_in(d: SmallDistrict, **request: Any) -> set[int]:
    return {row.course_id for row in verdicts_of(d, **request)}


def test_named_masters_and_courses_only_narrow() -> None:
    d = narrowable()
    assert courses_in(d) == {501, 502}
    assert courses_in(d, masters=[42]) == {502}
    assert courses_in(d, courses=[501]) == {501}
    assert courses_in(d, masters=[41], courses=[502]) == set()
    assert courses_in(d, courses=[503]) == set()  # it has no master: known, but out of the universe


def test_a_master_of_another_catalog_or_a_course_of_another_calendar_narrows_to_nothing(
    district: SmallDistrict,
) -> None:
    assert asked(district, masters=["MS1"]).masters == ()
    assert courses_in(district, masters=[]) == set()
    assert asked(district, courses=["MATH0"]).courses == ()


def test_push_all_courses_reaches_every_course_of_its_calendar() -> None:
    d = narrowable()
    d.tables()["course"][1]["ignore_master_push"] = True
    assert courses_in(d, push="course") == {501, 502, 503}
    assert courses_in(d, push="course", courses=[502, 503]) == {502, 503}


def test_naming_sections_narrows_to_them_and_their_courses() -> None:
    d = narrowable()
    d.tables()["course"][1]["is_cross_site"] = True
    rows = verdicts_of(d, push="course", sections=[602])
    assert {(row.course_id, row.section_id) for row in rows} == {(501, 602)}
    rows = verdicts_of(d, push="course", sections=[602, 603])
    assert {(row.course_id, row.section_id) for row in rows} == {(501, 602), (502, None)}
    assert courses_in(d, push="course", courses=[503], sections=[602]) == set()
