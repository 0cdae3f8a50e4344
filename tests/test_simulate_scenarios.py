"""What each scenario of a simulated district expects really happens, by the oracle."""

from __future__ import annotations

import oracle
import pytest
from simulated import HIGH_26, HIGH_27, WRITING, course_id, plan, tables, where, words

from coursepush.simulate import scenarios

both_seeds = pytest.mark.parametrize("seed", [7, 2027])


def test_all_thirteen_scenarios_are_listed() -> None:
    frame = scenarios()
    assert frame.columns == ["scenario", "question", "request", "look_at", "expect"]
    assert frame["scenario"].to_list() == list(range(1, 14))
    assert not any(frame[name].has_nulls() for name in frame.columns)
    assert all(f"test_scenario_{number:02}" in {name[:16] for name in globals()} for number in range(1, 14))


@both_seeds
def test_scenario_01_state_codes(seed: int) -> None:
    given = tables(seed)
    rows = plan(given, 1)
    numbers = ("03051-1", "03151-1", "03003-1")
    changed = where(rows, field="state_code", verdict="update")
    assert {row["course_id"] for row in changed} == {course_id(given, HIGH_27, number) for number in numbers}
    assert len(changed) == 3
    assert {row["element"] for row in where(rows, verdict=WRITING)} == {"course_info"}
    assert where(rows, element="categories", reason="not_selected")


@both_seeds
def test_scenario_02_one_course_master(seed: int) -> None:
    rows = plan(tables(seed), 2)
    assert words(where(rows, verdict=WRITING)) == {
        ("standards", "insert", None, None): 1,
        ("categories", "update", None, "linked"): 2,
        ("grade_calc_options", "update", None, "linked"): 1,
    }
    assert {row["course_id"] for row in rows} == {course_id(tables(seed), HIGH_27, "02056-1")}


@both_seeds
def test_scenario_03_all_but_one_course(seed: int) -> None:
    given = tables(seed)
    rows = plan(given, 3)
    ignoring = course_id(given, "Cedar Hill Elementary 26-27", "0306-2")
    assert words(where(rows, course_id=ignoring)) == {("*", "skip", "ignore_master_push", None): 1}
    reached = course_id(given, "Maple Grove Elementary 26-27", "0306")
    assert len(where(rows, course_id=reached, element="categories", verdict="update")) == 2
    assert len(where(rows, course_id=reached, field="custom.report_card_area", verdict="update")) == 1


@both_seeds
def test_scenario_04_next_year_from_scratch(seed: int) -> None:
    given = tables(seed)
    rows = plan(given, 4)
    assert not where(rows, reason=("residual", "residual_task", "in_use"))
    history = where(rows, course_id=course_id(given, HIGH_27, "04101-1"), hop=1)
    assert words(where(history, verdict=WRITING)) == {
        ("categories", "delete", None, "local"): 1,
        ("categories", "relink", None, "broken"): 1,
        ("grading_tasks", "delete", None, "local"): 1,
    }
    after = oracle.apply(given, rows)
    again = plan(after, 4)
    assert not where(again, verdict=WRITING)
    assert not where(again, link=("local", "broken", "orphan"))


@both_seeds
def test_scenario_05_schools_and_teachers_keep_theirs(seed: int) -> None:
    rows = plan(tables(seed), 5)
    assert words(where(rows, hop=1, link="local")) == {
        ("categories", "keep", "course_managed", "local"): 1,
        ("grade_calc_options", "same", None, "local"): 1,
        ("grade_calc_options", "skip", "course_managed", "local"): 1,
    }
    assert words(where(rows, hop=2, link="local")) == {("categories", "keep", "teacher_managed", "local"): 1}
    assert not where(rows, link="local", verdict=WRITING)


@both_seeds
def test_scenario_06_desynced(seed: int) -> None:
    rows = plan(tables(seed), 6)
    setup = where(rows, element=("categories", "grade_calc_options"))
    assert setup
    assert {(row["verdict"], row["reason"]) for row in setup} == {("fail", "desynced")}
    assert not where(rows, verdict=WRITING)


@both_seeds
def test_scenario_07_only_locked_data(seed: int) -> None:
    given = tables(seed)
    rows = plan(given, 7)
    assert words(where(rows, element="categories")) == {("categories", "skip", "not_locked", None): 1}
    course = course_id(given, "Stillwater Middle 26-27", "0613")
    above = {row["row_id"]: row["weight"] for row in given["master_category"]}
    differing = [
        row
        for row in given["course_category"]
        if row["owner_id"] == course and above[row["parent_row_id"]] != row["weight"]
    ]
    assert len(differing) == 2


@both_seeds
def test_scenario_08_residual(seed: int) -> None:
    rows = plan(tables(seed), 8)
    residual = where(rows, verdict="keep", reason="residual", link="local")
    assert {row["element"] for row in residual} == {"grading_tasks", "categories", "grade_calc_options"}
    assert [row["key"] for row in residual if row["element"] == "categories"] == ['{"name":"Warm-Ups"}']
    assert [row["key"] for row in residual if row["element"] == "grading_tasks"] == ['{"task_id":108}']
    assert where(rows, element="grade_calc_options", verdict="delete", link="local")


@both_seeds
def test_scenario_09_the_result(seed: int) -> None:
    given = tables(seed)
    rows = plan(given, 9)
    assert words(where(rows, verdict=WRITING)) == {
        ("grading_tasks", "insert", None, None): 1,
        ("grade_calc_options", "update", None, "linked"): 1,
    }
    assert words(where(rows, verdict=("skip", "fail"))) == {
        ("categories", "skip", "not_locked", None): 1,
        ("grade_calc_options", "fail", "desynced", "broken"): 1,
    }
    assert not where(plan(oracle.apply(given, rows), 9), verdict=WRITING)


@both_seeds
def test_scenario_10_back_to_the_course_masters(seed: int) -> None:
    given = tables(seed)
    rows = plan(given, 10)
    science = where(rows, course_id=course_id(given, "Cedar Hill Elementary 26-27", "0307-2"))
    assert len(where(science, verdict="relink", link="local")) > 20
    assert [row["key"] for row in where(science, verdict="delete")] == ['{"name":"Science Journal"}']
    assert where(rows, verdict="relink", link="broken")
    again = plan(oracle.apply(given, rows), 10)
    assert not where(again, verdict=WRITING)
    assert not where(again, link=("local", "broken", "orphan"))


@both_seeds
def test_scenario_11_a_task_comes_back(seed: int) -> None:
    rows = plan(tables(seed), 11)
    assert words(where(rows, hop=1, verdict=WRITING)) == {
        ("grading_tasks", "relink", None, "orphan"): 1,
        ("grade_calc_options", "relink", None, "orphan"): 4,
    }


@both_seeds
def test_scenario_11_the_whole_way(seed: int) -> None:
    """Take the task away, overwrite, give it back as new rows, overwrite: what stayed relinks."""
    given = tables(seed)
    given = oracle.apply(given, plan(given, 11))
    master = next(row["master_id"] for row in given["course_master"] if row["number"] == "05156-1")
    removed = dict(given)
    for name in ("master_task", "master_grade_calc"):
        removed[name] = [row for row in given[name] if row["owner_id"] != master or row["task_id"] != 107]
    removed = oracle.apply(removed, plan(removed, 11))
    restored = dict(removed)
    for name in ("master_task", "master_grade_calc"):
        back = [row for row in given[name] if row["owner_id"] == master and row["task_id"] == 107]
        restored[name] = removed[name] + [row | {"row_id": row["row_id"] + 100_000} for row in back]
    rows = plan(restored, 11)
    assert where(rows, hop=1, element="grading_tasks", verdict="relink", link="orphan")
    relinked = where(rows, hop=1, element="grade_calc_options", verdict="relink", link="orphan")
    assert relinked
    assert all('"in_progress"' in row["after"] for row in relinked)
    final = oracle.apply(restored, rows)
    assert not where(plan(final, 11), verdict=WRITING)
    assert not where(plan(final, 11), hop=1, link="orphan")


@both_seeds
def test_scenario_12_no_calculation(seed: int) -> None:
    given = tables(seed)
    rows = plan(given, 12)
    assert words(where(rows, hop=1, element="grading_tasks", reason="residual")) == {
        ("grading_tasks", "keep", "residual", "orphan"): 1
    }
    neutral = where(rows, hop=1, reason="residual_task")
    assert neutral
    assert {row["verdict"] for row in neutral} == {"update"}
    greyed = where(rows, hop=2, element="grade_calc_options", verdict="update", link="linked")
    assert greyed
    assert all('"calc_type":"none"' in row["after"] for row in greyed)
    assert where(rows, hop=2, reason="not_spread")
    # The cure: set the options up on the course, which makes them its own, and push to sections.
    after = oracle.apply(given, rows)
    course = course_id(given, HIGH_26, "03101-1")
    after["course_grade_calc"] = [
        row | {"parent_row_id": None, "calc_type": "in_progress"}
        if row["owner_id"] == course and row["task_id"] == 106
        else row
        for row in after["course_grade_calc"]
    ]
    cured = where(plan(after, 12), hop=2, element="grade_calc_options", verdict="update")
    assert cured
    assert all('"in_progress"' in row["after"] for row in cured)


@both_seeds
def test_scenario_13_all_but_categories(seed: int) -> None:
    rows = plan(tables(seed), 13)
    assert words(where(rows, element="categories")) == {("categories", "skip", "not_selected", None): 1}
    assert where(rows, element="grading_tasks", verdict="relink", link="broken")
    assert where(rows, element="grade_calc_options", verdict="relink", link="local")
    assert not where(rows, verdict=("delete", "rename"))
