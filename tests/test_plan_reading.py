"""Reading a plan: its rows and their filters, its counts, and its digest (RULES.md 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import oracle_fates
import pytest
from engine import plan_of, request_of
from small_district import ALL_LOCKS, CALENDAR, CATALOG, EXAM, GONE, PROGRESS, TERM, YEAR, SmallDistrict

from coursepush.errors import RequestError
from coursepush.model.elements import ELEMENT_ORDER
from coursepush.plan.door import plan_request
from coursepush.plan.names import NAME_COLUMNS
from coursepush.plan.plan import Plan
from coursepush.plan.text import ROW_COLUMNS

Row = dict[str, Any]


def busy_district() -> SmallDistrict:
    """Two courses, three sections, and something of nearly everything."""
    d = SmallDistrict(*ALL_LOCKS, "course_info.name", "course_info.number")
    d.master["name"] = "Algebra I"
    art = d.new_course("ART1", master=d.new_master("ART1"))
    d.new_section(d.course, "2")
    d.new_section(art, "1")
    labs = d.course.category("Labs", parent=GONE)
    d.section.assignment((PROGRESS, 2), category=d.section.category("Labs", parent=labs))
    for course in (d.course, art):
        course.category("Own")
        course.task(PROGRESS, parent=GONE)
        course.option(PROGRESS, 2)
    d.master.category("Quizzes")
    d.course.category("quizzes", parent=d.master.category("Pop quizzes"), broken=True)
    d.master.option(EXAM, 1)
    d.course.option(TERM, 1, parent=d.master.option(TERM, 1, use_percent=True))
    return d


@pytest.fixture(scope="module")
def plan() -> Plan:
    return busy_district().plan(to_sections=True)


@pytest.fixture(scope="module")
def rows(plan: Plan) -> list[Row]:
    return plan.rows().to_dicts()


Filter = tuple[dict[str, Any], Callable[[Row], bool]]
FILTERS: dict[str, Filter] = {
    "one verdict": ({"verdict": "insert"}, lambda row: row["verdict"] == "insert"),
    "two verdicts": (
        {"verdict": ["skip", "delete"]},
        lambda row: row["verdict"] in ("skip", "delete"),
    ),
    "element": ({"element": "categories"}, lambda row: row["element"] == "categories"),
    "reason": ({"reason": ["residual", "desynced"]}, lambda row: row["reason"] in ("residual", "desynced")),
    "link": ({"link": "local"}, lambda row: row["link"] == "local"),
    "hop": ({"hop": 2}, lambda row: row["hop"] == 2),
    "course by number": ({"course": "ART1"}, lambda row: row["course_id"] == 502),
    "course by id": ({"course": 501}, lambda row: row["course_id"] == 501),
    "courses by both": ({"course": ["ART1", 501]}, lambda row: True),
    "section": ({"section": 602}, lambda row: row["section_id"] == 602),
    "sections": ({"section": [601, 603]}, lambda row: row["section_id"] in (601, 603)),
    "section by number": ({"section": "2"}, lambda row: row["section_id"] == 602),
    "fate": ({"fate": ["added", "stays"]}, lambda row: oracle_fates.fate(row) in ("added", "stays")),
    "made by": ({"made_by": "school"}, lambda row: oracle_fates.made_by(row) == "school"),
    "teacher": ({"teacher": "Ms. Rivera"}, lambda row: row["section_id"] is not None),
    "school": ({"school": "Lincoln High"}, lambda row: True),
    "several at once": (
        {"hop": 1, "element": ["categories", "grading_tasks"], "link": "orphan", "course": 501},
        lambda row: (
            (row["hop"], row["link"], row["course_id"]) == (1, "orphan", 501)
            and row["element"] in ("categories", "grading_tasks")
        ),
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_rows_can_be_filtered(plan: Plan, rows: list[Row], name: str) -> None:
    chosen, holds = FILTERS[name]
    expected = [row for row in rows if holds(row)]
    assert expected
    assert plan.rows(**chosen).to_dicts() == expected


@pytest.mark.parametrize(
    ("chosen", "lists"),
    [
        ({"verdict": "add"}, "insert, update, relink, rename, delete, same, keep, skip, fail"),
        ({"element": ["categories", "category"]}, "Did you mean 'categories'?"),
        ({"reason": "used"}, "residual"),
        ({"link": "lost"}, "linked, broken, orphan, local"),
        ({"fate": "lost"}, "disappears, other_values, renamed, linked_again, added, stays, could_not"),
        ({"made_by": "me"}, "district, school, teacher"),
        ({"section": "9"}, "Valid choices: 1, 2."),
        ({"teacher": "Ms. Nobody"}, "Ms. Rivera"),
        ({"school": "Nowhere High"}, "Lincoln High"),
        ({"hop": 3}, "1, 2"),
    ],
    ids=str,
)
def test_a_filter_that_is_unknown_lists_the_valid_choices(plan: Plan, chosen: dict[str, Any], lists: str) -> None:
    with pytest.raises(RequestError, match="Valid choices") as refused:
        plan.rows(**chosen)
    assert lists in str(refused.value)


def test_rows_have_their_columns_and_leave_out_what_stays_the_same(plan: Plan, rows: list[Row]) -> None:
    assert tuple(plan.rows().columns) == ROW_COLUMNS
    assert tuple(plan.rows(names=True).columns) == (*ROW_COLUMNS, *NAME_COLUMNS)
    assert plan.rows(verdict="same").is_empty()
    assert not [row for row in rows if row["verdict"] == "same"]


def test_a_limit_gives_the_first_rows(plan: Plan, rows: list[Row]) -> None:
    assert plan.rows(limit=3).to_dicts() == rows[:3]
    assert plan.rows(limit=2, hop=2).to_dicts() == [row for row in rows if row["hop"] == 2][:2]


def test_names_of_schools_courses_and_teachers_can_be_added(plan: Plan, rows: list[Row]) -> None:
    named = plan.rows(names=True)
    assert named.select(ROW_COLUMNS).to_dicts() == rows
    [row] = plan.rows(names=True, section=602, verdict="insert", limit=1).select(NAME_COLUMNS).to_dicts()
    assert row == {
        "school": "Lincoln High",
        "calendar": "Lincoln High 26-27",
        "course_number": "MATH1",
        "course_name": "Course MATH1",
        "section_number": "2",
        "teacher": "Ms. Rivera",
        "use": None,
        "fate": "added",
        "made_by": "district",
    }
    on_course = plan.rows(names=True, hop=1, element="course_info").to_dicts()
    assert [(one["course_number"], one["section_number"], one["teacher"]) for one in on_course] == [
        ("MATH1", None, None)
    ]
    uses = plan.rows(names=True, reason="residual")["use"].unique().to_list()
    assert uses == ["used"]


def test_rows_come_by_hop_element_course_section_and_key(rows: list[Row]) -> None:
    def place(row: Row) -> tuple[Any, ...]:
        key, field = row["key"] or "", row["field"] or ""
        return (
            row["hop"],
            ELEMENT_ORDER.index(row["element"]),
            row["course_id"],
            row["section_id"] or 0,
            key,
            field,
        )

    assert [place(row) for row in rows] == sorted(map(place, rows))


def test_counts_add_up_to_the_rows_and_what_stays_the_same(plan: Plan, rows: list[Row]) -> None:
    counts = plan.counts()
    assert counts.columns == ["hop", "element", "verdict", "reason", "link", "rows"]
    not_same = counts.filter(counts["verdict"] != "same")
    assert not_same["rows"].sum() == len(rows)
    assert counts["rows"].sum() > len(rows)
    assert plan.writes == len(plan.rows(verdict=["insert", "update", "relink", "rename", "delete"]))


def test_texts_have_one_form(plan: Plan) -> None:
    d = SmallDistrict("categories", "assessments")
    d.master.category('Say "é"', weight="33.3", task_ids=[102, 101], drop_lowest=1)
    d.master.assessment(start_date=dt.date(2026, 9, 1), copies_forward=True)
    found = {row["element"]: row for row in d.plan(data=["categories", "assessments"]).rows().to_dicts()}
    assert found["categories"]["key"] == '{"name":"Say \\"é\\""}'
    assert found["categories"]["after"] == (
        '{"name":"Say \\"é\\"","weight":"33.3000","sequence":null,"is_excluded":false,"drop_lowest":1,'
        '"task_ids":[101,102]}'
    )
    assert found["assessments"]["after"] == (
        '{"test_id":201,"standard_task_id":null,"start_date":"2026-09-01","end_date":null,"copies_forward":true}'
    )


# -- the digest ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def district() -> SmallDistrict:
    return busy_district()


def digest(d: SmallDistrict, push: str = "master", **request: Any) -> str:
    return d.plan(push, **request).digest


def test_the_order_and_repetition_of_names_make_no_difference(district: SmallDistrict) -> None:
    one = digest(
        district,
        calendars=[CALENDAR],
        masters=[41, 42],
        courses=[501, 502],
        data=["categories", "course_info"],
    )
    other = digest(
        district,
        catalog_id="High School",
        calendars=["Lincoln High 26-27", CALENDAR],
        masters=["ART1", "MATH1", 41],
        courses=[502, 501, "ART1", 502],
        data=["course_info", "categories", "course_info"],
    )
    assert one == other
    assert digest(district, "course", sections=[602, 601, 602]) == digest(district, "course", sections=[601, 602])


def test_planning_again_gives_another_plan_with_the_same_digest(district: SmallDistrict, plan: Plan) -> None:
    again = district.plan(to_sections=True)
    assert again.digest == plan.digest
    assert again.id != plan.id
    assert again.state == plan.state


def test_the_digest_knows_no_clock(district: SmallDistrict, plan: Plan) -> None:
    named = {"catalog_id": CATALOG, "year": YEAR, "to_sections": True}
    in_session = plan_of(district.store(), "master", named, dt.date(2027, 1, 15))
    before = plan_of(district.store(), "master", named, dt.date(2026, 1, 15))
    assert in_session.warnings != before.warnings
    assert in_session.digest == before.digest == plan.digest


def test_the_digest_depends_on_what_is_asked_for(district: SmallDistrict, plan: Plan) -> None:
    with district.store().reading() as session:
        chosen = {"catalog_id": CATALOG, "year": YEAR, "to_sections": True}
        assumed = plan_request(
            district.store(),
            session,
            request_of(session, "master", chosen, assume_unused=True),
            today=dt.date(2026, 1, 15),
        )
    digests = [
        plan.digest,
        assumed.digest,
        digest(district),
        digest(district, to_sections=True, mode="overwrite"),
        digest(district, to_sections=True, blanks="keep"),
        digest(district, to_sections=True, data=["categories"]),
        digest(district, to_sections=True, release=".2251"),
        digest(district, to_sections=True, courses=[501, 502]),
        digest(district, "course"),
        digest(district, "course", overwrite_categories=True),
    ]
    assert len(set(digests)) == len(digests)


def test_the_digest_depends_on_the_verdicts_and_not_on_the_order_of_rows(plan: Plan) -> None:
    d = busy_district()
    for table in d.tables().values():
        table.reverse()
    assert d.plan(to_sections=True).digest == plan.digest
    d = busy_district()
    d.new_section(d.course, "9")
    assert d.plan(to_sections=True).digest != plan.digest


def test_the_digest_is_of_one_form(plan: Plan) -> None:
    assert len(plan.digest) == 64
    assert set(plan.digest) <= set("0123456789abcdef")
