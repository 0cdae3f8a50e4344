"""A refresh that would take much away asks first: each guard once tripped, and once asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from carried_out import frames
from click.testing import CliRunner
from rounds import few
from small_district import CALENDAR, CATALOG, TERM, SmallDistrict

from coursepush.cli.main import cli
from coursepush.district import District
from coursepush.errors import RemovalError

OTHER_CALENDAR = 41


def two_schools(courses: int = 12) -> SmallDistrict:
    """Lincoln High with one course of some setup, and Roosevelt High with `courses` of one category each."""
    d = SmallDistrict("categories")
    d.school(22, "Roosevelt High", CATALOG)
    d.calendar(OTHER_CALENDAR, "Roosevelt High 26-27", school=22)
    for number in range(courses):
        course = d.new_course(f"X{number}", master=d.master, calendar=OTHER_CALENDAR)
        section = d.new_section(course)
        section.category("Own", parent=course.category("Tests"))
    return d


def keep_rows(given: dict[str, pl.DataFrame], table: str, which: pl.Expr) -> None:
    given[table] = given[table].filter(which)


def only_first_school(given: dict[str, pl.DataFrame]) -> None:
    keep_rows(given, "course", pl.col("calendar_id") == CALENDAR)
    keep_rows(given, "section", pl.col("course_id").is_in(given["course"]["course_id"].implode()))
    keep_rows(given, "course_category", pl.col("owner_id").is_in(given["course"]["course_id"].implode()))
    keep_rows(given, "section_category", pl.col("owner_id").is_in(given["section"]["section_id"].implode()))


def without_school(given: dict[str, pl.DataFrame]) -> None:
    only_first_school(given)
    keep_rows(given, "school", pl.col("school_id") != 22)
    keep_rows(given, "catalog_school", pl.col("school_id") != 22)
    keep_rows(given, "term", pl.col("calendar_id") != OTHER_CALENDAR)
    keep_rows(given, "calendar", pl.col("calendar_id") != OTHER_CALENDAR)


def fewer_sections(given: dict[str, pl.DataFrame]) -> None:
    """All sections but one go, and what hangs on them; every course stays."""
    given["section"] = given["section"].head(1)
    keep_rows(given, "section_category", pl.col("owner_id").is_in(given["section"]["section_id"].implode()))


def fewer(table: str, stay: int) -> Callable[[dict[str, pl.DataFrame]], None]:
    def cut(given: dict[str, pl.DataFrame]) -> None:
        given[table] = given[table].head(stay)

    return cut


def emptied(table: str) -> Callable[[dict[str, pl.DataFrame]], None]:
    return fewer(table, 0)


def with_masters(d: SmallDistrict) -> None:
    for number in range(11):
        d.new_master(f"M{number}").category("Tests")


@few(3)
@pytest.mark.parametrize(
    ("cut", "said", "rules"),
    [
        pytest.param(
            without_school,
            "the whole school Roosevelt High; 12 of 13 courses; 12 of 13 sections",
            {"school_gone", "many_gone", "table_emptied"},
            id="a school that is no longer given",
        ),
        pytest.param(
            only_first_school, "the whole school Roosevelt High", {"school_gone", "many_gone", "table_emptied"},
            id="a school without any of its courses",
        ),
        pytest.param(fewer_sections, "12 of 13 sections", {"many_gone", "table_emptied"}, id="sections"),
        pytest.param(
            fewer("section_category", 2), "10 of 12 rows of sections' setup", {"many_gone"}, id="sections' setup"
        ),
        pytest.param(
            fewer("course_category", 2), "10 of 14 rows of courses' setup", {"many_gone"}, id="courses' setup"
        ),
        pytest.param(
            fewer("master_category", 1), "10 of 13 rows of course masters' setup", {"many_gone"},
            id="course masters' setup",
        ),
        pytest.param(emptied("term"), "all 8 rows of term", {"table_emptied"}, id="all rows of a table"),
        pytest.param(emptied("enrollment"), "the only row of enrollment", {"table_emptied"}, id="the only row"),
    ],
)  # fmt: skip
def test_much_is_not_taken_away_unasked(
    cut: Callable[[dict[str, pl.DataFrame]], None], said: str, rules: set[str]
) -> None:
    d = two_schools()
    with_masters(d)
    d.add("enrollment", section_id=d.section.id, student_id=7)
    district = District(d.store())
    before = {name: district.sql(f"select * from {name} order by all") for name in ("course", "section_category")}
    given = frames(d.tables())
    cut(given)
    with pytest.raises(RemovalError, match=said) as caught:
        district.refresh(given)
    assert "allow_removals=True" in str(caught.value)
    assert "--allow-removals" in str(caught.value)
    assert caught.value.findings is not None
    assert rules | {"gone_by_school"} >= set(caught.value.findings["rule"]) >= rules
    for name, rows in before.items():
        assert district.sql(f"select * from {name} order by all").equals(rows)
    assert district.refreshes().is_empty()
    refreshed = district.refresh(given, allow_removals=True)
    assert int(refreshed.changes["removed"].sum()) > 0
    assert district.sql("select count(*) from course").item() == given["course"].height
    district.close()


def test_the_numbers_are_those_of_each_school() -> None:
    d = two_schools()
    with_masters(d)
    given = frames(d.tables())
    only_first_school(given)
    given["master_category"] = given["master_category"].head(1)
    with pytest.raises(RemovalError) as caught:
        District(d.store()).refresh(given)
    assert caught.value.removals.select("level", "school", "held", "gone").rows() == [
        ("course", "Roosevelt High", 12, 12),
        ("section", "Roosevelt High", 12, 12),
        ("course_setup", "Roosevelt High", 12, 12),
        ("section_setup", "Roosevelt High", 12, 12),
        ("master_setup", None, 13, 10),
    ]
    assert "Roosevelt High: 12 of 12 courses, 12 of 12 sections" in str(caught.value)
    assert "The district: 10 of 13 rows of course masters' setup" in str(caught.value)


@few(2)
@pytest.mark.parametrize(("courses", "gone", "asks"), [(200, 10, False), (199, 10, True), (30, 9, False)])
def test_less_goes_as_before(courses: int, gone: int, asks: bool) -> None:
    """More than one in twenty, and at least ten."""
    d = SmallDistrict()
    for number in range(courses - 1):
        d.new_course(f"X{number}", master=None)
    given = frames(d.tables())
    given["course"] = given["course"].head(courses - gone)
    district = District(d.store())
    if asks:
        with pytest.raises(RemovalError, match=f"{gone} of {courses} courses"):
            district.refresh(given)
    else:
        assert district.refresh(given).moved.select("table", "removed").rows() == [("course", gone)]
    district.close()


def test_what_our_pushes_added_and_no_extract_has_does_not_count() -> None:
    d = SmallDistrict("categories")
    for number in range(12):
        d.master.category(f"Category {number}")
    district = District(d.store())
    district.apply(district.plan_master_push("High School", year=2027, to_sections=True))
    assert district.sql("select count(*) from section_category").item() == 12
    refreshed = district.refresh(frames(d.tables()))
    assert "24 rows that our pushes wrote here and the extract does not have" in refreshed.summary
    assert district.sql("select count(*) from section_category").item() == 0
    district.close()


def test_tables_that_are_let_go_were_asked_for() -> None:
    d = two_schools()
    given = frames(d.tables())
    del given["section_category"]
    district = District(d.store())
    district.refresh(given, not_given="forget")
    assert district.sql("select count(*) from section_category").item() == 0
    district.close()


def test_the_command_line_asks_too(tmp_path: Any) -> None:
    d = two_schools()
    district = District(d.store())
    district.export(tmp_path / "whole", students=True)
    district.close()
    file = str(tmp_path / "d.duckdb")
    run = CliRunner().invoke
    assert run(cli, ["load", str(tmp_path / "whole"), file]).exit_code == 0
    (tmp_path / "whole" / "coursepush-manifest.json").unlink()  # it would miss the rows
    given = frames(d.tables())
    only_first_school(given)
    for name in ("course", "section", "course_category", "section_category"):
        rows = given[name]
        if "task_ids" in rows.columns:
            rows = rows.drop("task_ids")
        rows.write_csv(tmp_path / "whole" / f"{name}.csv")
    refused = run(cli, ["refresh", file, str(tmp_path / "whole")])
    assert refused.exit_code != 0
    assert isinstance(refused.exception, RemovalError) or "Roosevelt High" in refused.output
    assert run(cli, ["refresh", file, str(tmp_path / "whole"), "--allow-removals"]).exit_code == 0


# -- what is gone is named ---------------------------------------------------------------------------


def test_an_undo_names_what_is_no_longer_there() -> None:
    d = two_schools(courses=2)
    d.master.category("Quizzes")
    district = District(d.store())
    receipt = district.apply(district.plan_master_push("High School", year=2027, to_sections=True))
    given = frames(d.tables())
    only_first_school(given)
    district.refresh(given, allow_removals=True)
    undo = district.plan_undo(receipt.push_id)
    gone = [str(one) for one in undo.warnings if one.code == "gone"]
    assert len(gone) == 1
    assert "course X0 (Roosevelt High 26-27)" in gone[0]
    assert "section 1 of course X1 (Roosevelt High 26-27)" in gone[0]
    result = district.reports.push_result(receipt.push_id).frame
    names = set(result.filter(pl.col("calendar").is_null())["course_name"])
    assert names == {
        "course X0 (Roosevelt High 26-27), no longer in the district",
        "course X1 (Roosevelt High 26-27), no longer in the district",
    }
    district.close()


def test_an_undo_counts_rows_that_went_from_what_is_there() -> None:
    d = SmallDistrict("categories", "grade_calc_options")
    d.master.category("Quizzes")
    d.master.option(TERM, 1)
    district = District(d.store())
    receipt = district.apply(district.plan_master_push("High School", year=2027))
    assert not [one for one in district.plan_undo(receipt.push_id).warnings if one.code == "gone"]
    district.refresh(frames(d.tables()))
    gone = [str(one) for one in district.plan_undo(receipt.push_id).warnings if one.code == "gone"]
    assert gone == [
        "2 rows or fields that push 1 wrote are no longer there: gone from courses and sections that are there. "
        "Nothing of that is taken back."
    ]
    district.close()
