"""A plan of links as a plan: asked for, read, shown, saved, applied, undone; and what a push is after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from district_files import everything, plan_all, worn_district, write_file
from engine import frame_of, store_of
from linking import without_links
from query_plans import joins_of_all_with_all
from simulated import tables as simulated_tables
from small_district import CATALOG, GONE, SUMMER, YEAR, SmallDistrict
from test_statements import Counted, differ_only_in_what_is_written

import coursepush as cp
from coursepush.errors import LoadError, RequestError, StalePlanError, UsedPlanError
from coursepush.model.elements import MASTER_PUSH_DATA, SETUP_ELEMENTS
from coursepush.model.tables import TABLES, WORK_TABLES
from coursepush.plan.plan import Plan
from coursepush.reports.plan.page import plan_page
from coursepush.store import Store

HIGH = "High School"


def unlinked() -> SmallDistrict:
    """Quizzes on all three levels, differing below; Labs on a section alone; a task whose link is broken."""
    d = SmallDistrict("categories", "grading_tasks")
    d.master.category("Quizzes", weight=20)
    d.course.category("Quizzes", weight=10, broken=True)
    taught = d.section.category("quizzes", weight=10)
    d.section.category("Labs")
    d.section.assignment(category=taught)
    d.master.task(103)
    d.course.task(103, parent=d.master.task(104), broken=True)
    return d


@pytest.fixture
def district() -> Generator[cp.District]:
    with cp.District(unlinked().store()) as opened:
        yield opened


def plan_links(district: cp.District, **chosen: Any) -> Plan:
    return district.plan_links(HIGH, **{"year": YEAR, **chosen})


# -- asking for it -----------------------------------------------------------------------------------------


def test_the_defaults_are_filled_in(district: cp.District) -> None:
    plan = plan_links(district)
    assert plan.request_text == (
        '{"all_calendars":true,"by":"key","calendars":[31],"catalog_id":11,"courses":null,"data":["grading_tasks",'
        '"standards","assessments","categories","composite_grades","grade_calc_options"],"kind":"links","year":2027}'
    )
    named = district.plan_links(
        CATALOG,
        year="2027",  # type: ignore[arg-type]
        calendars="Lincoln High 26-27",
        courses="MATH1",
        data="categories",
        by="key",
    )
    assert (named.request.calendars, named.request.courses, named.request.data) == ((31,), (501,), ("categories",))


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"by": "name"}, r"no way to propose links 'name'\. Valid choices: key\."),
        (
            {"data": ["course_info"]},
            r"no data type 'course_info' in a plan of links\. Valid choices: grading_tasks",
        ),
        ({"data": ["advisory"]}, r"no data type 'advisory'"),
        ({"year": 2031}, r"no year 2031 in which a school has .* Valid choices: 2027"),
        ({"catalog": "Hihg School"}, r"no course catalog 'Hihg School'\. Did you mean 'High School'"),
        ({"calendars": ["Lincoln"]}, r"no calendar 'Lincoln' of 2027"),
        ({"courses": ["MATH2"]}, r"no course 'MATH2'"),
    ],
)
def test_what_is_unknown_is_refused_with_what_there_is(
    chosen: dict[str, Any], message: str, district: cp.District
) -> None:
    with pytest.raises(RequestError, match=message):
        district.plan_links(**{"catalog": HIGH, "year": YEAR, **chosen})


def test_what_is_named_and_not_within_reach_is_said() -> None:
    d = unlinked()
    d.new_course("OWN1", master=None)
    with cp.District(d.store()) as district:
        warnings = plan_links(district, courses=["MATH1", "OWN1"]).warnings
        assert [warning.code for warning in warnings] == ["not_reached", "values_differ"]
        assert "course OWN1" in warnings[0]


# -- reading it --------------------------------------------------------------------------------------------


def test_what_pairs_is_counted_and_said_in_a_sentence_each(district: cp.District) -> None:
    plan = plan_links(district)
    assert plan.matches().schema == {
        "hop": pl.Int32,
        "element": pl.String,
        "equal": pl.Int64,
        "differing": pl.Int64,
        "unmatched": pl.Int64,
    }
    assert plan.matches().rows() == [
        (1, "grading_tasks", 0, 0, 0),
        (1, "categories", 0, 1, 0),
        (2, "categories", 0, 1, 1),
    ]
    assert plan.notes == [
        "Grading Tasks on courses: 1 row whose link is broken would be left alone.",
        "Categories on courses: 1 row would be linked to the row above with the same name (0 with equal values, "
        "1 differing).",
        "Categories on sections: 1 row would be linked to the row above with the same name (0 with equal values, "
        "1 differing); 1 row without a counterpart above would stay unlinked.",
    ]
    assert [(warning.code, warning[:60]) for warning in plan.warnings] == [
        ("values_differ", "2 rows to be linked have other values than the row above. Li")
    ]
    [row] = plan.rows(verdict="relink", hop=2).to_dicts()
    assert (row["link"], row["section_id"], row["key"]) == ("local", 601, '{"name":"quizzes"}')
    assert row["before"] == row["after"]


def test_a_plan_of_links_is_told_by_its_title_and_shown_with_its_notes(district: cp.District) -> None:
    plan = plan_links(district)
    assert plan.title == "Link setup by key, 2026-27, on courses and sections"
    assert plan_links(district, data="standards").title == "Link setup by key, 2026-27, on courses"
    assert repr(plan).endswith("on courses and sections: 2 are linked, 2 stay as they are; 2 linked already>")
    shown = unescape(plan._repr_html_())
    assert all(text in shown for text in (*plan.notes, *plan.warnings, "Linked", "linked already"))
    assert "Taken over" not in shown


@pytest.mark.parametrize("kind", ["master", "course", "undo"])
def test_other_plans_have_no_matches(kind: str, district: cp.District) -> None:
    plan: Plan
    if kind == "undo":
        plan = district.plan_undo(district.apply(plan_links(district)).push_id)
    elif kind == "course":
        plan = district.plan_course_push("Lincoln High 26-27")
    else:
        plan = district.plan_master_push(HIGH, year=YEAR)
    assert plan.matches().is_empty()
    assert plan.matches().schema == plan_links(district).matches().schema


def test_the_page_tells_what_would_be_linked_and_that_no_value_changes(district: cp.District) -> None:
    plan = plan_links(district)
    page = plan_page(plan)
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("</style>")[2])).split())
    assert "Link setup by key, 2026-27, on courses and sections" in text
    assert "2 rows would be written on 1 course and 1 section at 1 school." in text
    assert (
        "It has the same name or key as a row above and was not linked to it; its values stay as they are." in text
    )
    assert "Course catalog High School" in text
    assert "Data to be linked Grading Tasks, Standards, Assessments, Categories" in text
    assert all(sentence in text for sentence in (*plan.notes, *plan.warnings))
    assert "What is linked 2 rows are linked." in text
    assert "Disappears" not in text
    assert "Taken over" not in text
    assert "could not be pushed." not in text  # nothing failed: what is kept is no failure


def test_the_result_tells_what_was_linked(district: cp.District) -> None:
    receipt = district.apply(plan_links(district))
    assert (receipt.kind, receipt.rows) == ("links", 2)
    assert "Linked" in receipt._repr_html_()
    assert "Taken over" not in receipt._repr_html_()
    result = district.reports.push_result(receipt.push_id)
    assert result.select("outcome", "level", "what", "change", "reason").rows() == [
        ("written", "course", "Quizzes", None, "key_match"),
        ("written", "section", "quizzes", None, "key_match"),
    ]
    assert district.history().select("push_id", "kind", "title", "rows").rows() == [
        (1, "links", "Link setup by key, 2026-27, on courses and sections", 2)
    ]


# -- saving, applying, undoing -------------------------------------------------------------------------------


def test_a_saved_plan_of_links_is_the_plan_and_is_applied_once(district: cp.District, tmp_path: Path) -> None:
    plan = plan_links(district)
    loaded = district.load_plan(plan.save(tmp_path / "links.plan"))
    assert (loaded.id, loaded.digest, loaded.state) == (plan.id, plan.digest, plan.state)
    assert loaded.request == plan.request
    assert loaded.matches().equals(plan.matches())
    district.apply(loaded)
    with pytest.raises(UsedPlanError):
        district.apply(plan)


def test_a_plan_of_links_goes_stale_where_a_verdict_moves_and_only_there(district: cp.District) -> None:
    plans = [plan_links(district) for _ in range(2)]
    with district.store.writing() as session:
        session.run("edit", "update master_category set weight = 33")
    district.apply(plans[0])  # other values above: the same links
    district.apply(district.plan_undo(1))
    with district.store.writing() as session:
        session.run("edit", "update master_category set name = 'Tests'")
    before = everything(district.store)
    with pytest.raises(StalePlanError) as raised:
        district.apply(plans[1])
    assert raised.value.moved.select("change", "verdict", "reason").rows() == [
        ("was", "relink", "key_match"),
        ("now", "keep", "course_managed"),
    ]
    assert everything(district.store) == before


def test_calendars_that_came_later_belong_to_the_request_if_none_were_named() -> None:
    d = unlinked()
    d.calendar(SUMMER, "Lincoln High Summer 2027", summer=True)
    d.new_course("MATH1", master=d.master, calendar=SUMMER).category("Quizzes")
    with cp.District(d.store()) as district:
        plans = plan_links(district), plan_links(district, calendars=[31])
        with district.store.writing() as session:
            session.run("edit", "update calendar set is_summer = false")
        with pytest.raises(StalePlanError):
            district.apply(plans[0])
        district.apply(plans[1])


def test_applying_clears_the_flag_of_a_row_that_had_no_parent_and_undo_brings_it_back(
    district: cp.District,
) -> None:
    rows = "select parent_row_id is not null, is_link_broken, name, weight from course_category"
    before = everything(district.store)
    receipt = district.apply(plan_links(district, data=["categories"]))
    assert district.sql(rows).rows() == [(True, False, "Quizzes", 10)]
    district.apply(district.plan_undo(receipt.push_id))
    assert district.sql(rows).rows() == [(False, True, "Quizzes", 10)]
    after = everything(district.store)
    assert {name: rows for name, rows in after.items() if not name.startswith("push.")} == {
        name: rows for name, rows in before.items() if not name.startswith("push.")
    }


def test_an_undo_leaves_alone_what_a_push_has_changed_since(district: cp.District) -> None:
    receipt = district.apply(plan_links(district))
    district.apply(district.plan_master_push(HIGH, year=YEAR, data=["categories"]))
    undo = district.plan_undo(receipt.push_id, partial=True)
    assert undo.counts().select("hop", "verdict", "reason", "rows").rows() == [
        (1, "keep", "changed_since", 1),
        (2, "relink", "undo", 1),
    ]


def test_students_work_that_is_not_known_does_not_matter() -> None:
    """Nothing is removed or replaced, so nothing rests on it."""
    with cp.District(unlinked().store(frozenset(WORK_TABLES))) as district:
        plan = plan_links(district)
        assert [warning.code for warning in plan.warnings] == ["values_differ"]
        assert district.apply(plan).rows == 2


# -- the push before and after -----------------------------------------------------------------------------


def warned(plan: Plan) -> list[str]:
    return [str(warning) for warning in plan.warnings if warning.code == "nothing_linked"]


def test_after_linking_a_push_to_sections_renames_no_teachers_category(district: cp.District) -> None:
    def push() -> Plan:
        return district.plan_master_push(HIGH, year=YEAR, to_sections=True, data=["categories"])

    before = push()
    assert before.rows(verdict="rename").select("hop", "reason").rows() == [(2, "teacher_managed")]
    on_courses, on_sections = warned(before)
    remedy = "district.plan_links(...) proposes the links by name and key."
    assert "renamed" not in on_courses  # nothing is: a course's category of the name stays or is taken over
    assert on_courses.endswith(remedy)
    assert f"1 teacher's category of the same name would be renamed. {remedy}" in on_sections
    district.apply(plan_links(district))
    after = push()
    assert warned(after) == []
    assert after.rows(verdict=["rename", "insert"]).is_empty()
    assert after.rows(verdict="update").select("hop", "link").rows() == [(1, "linked"), (2, "linked")]


def test_a_push_of_a_calendar_warns_of_the_same() -> None:
    d = SmallDistrict()
    for name in ("Quizzes", "Tests"):
        d.course.category(name)
        d.section.category(name)
    with cp.District(d.store()) as district:
        [text] = warned(district.plan_course_push("Lincoln High 26-27"))
        assert "2 teachers' categories of the same name would be renamed." in text
        [text] = warned(district.plan_course_push("Lincoln High 26-27", overwrite_categories=True))
        assert "renamed" not in text  # unused ones are taken over
        district.apply(plan_links(district))
        assert warned(district.plan_course_push("Lincoln High 26-27")) == []


# -- where the rows come from --------------------------------------------------------------------------------


def sources(d: SmallDistrict) -> dict[str, pl.DataFrame]:
    return {name: frame_of(TABLES[name], rows) for name, rows in d.tables().items()}


def test_a_load_names_the_remedy_for_a_level_without_links() -> None:
    d = SmallDistrict()
    d.section.category("Quizzes")
    with cp.load_district(sources(d)) as district:
        [message] = district.findings().filter(rule="no_links")["message"]
        assert message.endswith("After loading, district.plan_links(...) proposes them by key.")


def test_two_rows_of_one_key_on_an_owner_are_no_district_so_that_a_pair_is_the_only_one() -> None:
    d = SmallDistrict()
    d.section.category("Quizzes")
    d.section.category("QUIZZES")
    with pytest.raises(LoadError):
        cp.load_district(sources(d))


# -- how it is done ----------------------------------------------------------------------------------------


def statements(path: Path) -> dict[str, Any]:
    counted = Counted(path)
    made: dict[str, Any] = {}

    def plan() -> None:
        made["plan"] = plan_links(counted.district)

    def read() -> None:
        _ = made["plan"].digest, made["plan"].state, made["plan"].rows(names=True)

    def apply() -> None:
        made["rows"] = counted.district.apply(made["plan"]).rows

    steps: list[Callable[[], None]] = [plan, read, apply]
    counts = [counted.count(step)[0] for step in steps]
    counted.district.close()
    for names in counts:
        names.pop("forget", None)
    return {"counts": counts, "rows": made["rows"]}


def test_a_whole_district_takes_as_many_statements_as_one_course(tmp_path: Path) -> None:
    small, large = tmp_path / "small.duckdb", tmp_path / "large.duckdb"
    write_file(unlinked().tables(), small)
    write_file(without_links(simulated_tables()), large)
    one, other = statements(small), statements(large)
    assert other["rows"] > 500 * one["rows"]
    for first, second in zip(one["counts"], other["counts"], strict=True):
        differ_only_in_what_is_written(first, second)


def test_no_step_compares_all_rows_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    run = Store.execute

    def explained(store: Store, name: str, sql: str, values: Any = None, cursor: Any = None) -> Any:
        if re.match(r"\s*(--[^\n]*\n\s*)*(create temp table|insert|update|delete|select|with)\b", sql):
            seen.append(name)
            assert not joins_of_all_with_all(store, sql, values), name
        return run(store, name, sql, values, cursor)

    with cp.District(store_of(without_links(worn_district().tables()))) as district:
        monkeypatch.setattr(Store, "execute", explained)
        plan = plan_links(district)
        monkeypatch.undo()
        assert {"verdict.1.categories", "verdict.2.grade_calc_options", "whole"} <= set(seen)
        assert plan.writes > 0


def test_every_element_takes_part() -> None:
    assert {element.name for element in SETUP_ELEMENTS} == set(MASTER_PUSH_DATA) - {"course_info"}
    d = SmallDistrict()
    for element in SETUP_ELEMENTS:
        for owner in (d.master, d.course, d.section) if element.has_sections else (d.master, d.course):
            owner.typical(element.name)
    d.course.category("Gone", parent=GONE)
    with cp.District(d.store()) as district:
        plan = plan_links(district)
        linked = {(row[0], row[1]) for row in plan.matches().rows() if row[2]}
        assert linked == {(1, e.name) for e in SETUP_ELEMENTS} | {
            (2, e.name) for e in SETUP_ELEMENTS if e.has_sections
        }
        district.apply(plan)
        assert plan_all(district).counts().filter(link="local")["rows"].sum() == 0
