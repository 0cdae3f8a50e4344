"""The what-if panel, driven in process by the clicks and values that a browser sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_district import ALL_LOCKS, TERM, SmallDistrict

import coursepush as cp
from coursepush.errors import RequestError
from coursepush.scenario.code import edit_code, variable_names
from coursepush.scenario.edits import edit
from coursepush.widgets.what_if.panel import WhatIfPanel

STUDENT = 987_654_321


def made() -> SmallDistrict:
    """A course that follows its course master, with a category and an option, and a scored assignment."""
    d = SmallDistrict(*ALL_LOCKS)
    for name, weight in (("Quizzes", 20), ("Tests", 80)):
        course = d.course.category(name, parent=d.master.category(name, weight=weight), weight=weight)
        section = d.section.category(name, parent=course, weight=weight)
        d.section.assignment((TERM, 1), category=section, score=8 if name == "Tests" else 2)
    option = d.course.option(
        TERM, 1, parent=d.master.option(TERM, 1, weight_categories=True), weight_categories=True
    )
    d.section.option(TERM, 1, parent=option, weight_categories=True)
    d.add("enrollment", section_id=d.section.id, student_id=STUDENT)
    for row in d.tables()["score"]:
        row["student_id"] = STUDENT
    return d


@pytest.fixture
def district() -> Iterator[cp.District]:
    with cp.District(made().store()) as one:
        yield one


@pytest.fixture
def panel(district: cp.District) -> Iterator[WhatIfPanel]:
    opened = district.what_if_panel("heavier tests", catalog="High School", master="MATH1", year=2027)
    opened.wait()
    yield opened
    opened.close()


def move(panel: WhatIfPanel, name: str, weight: float) -> None:
    panel.fields.sliders[name].value = weight
    panel.wait()


def edits(panel: WhatIfPanel) -> list[str]:
    return panel.scenario.edits()["what"].to_list()


def said(panel: WhatIfPanel) -> str:
    return "" if panel.state.said is None else panel.state.said.text


def test_moves_of_one_slider_are_one_edit_and_back_at_the_start_none(panel: WhatIfPanel) -> None:
    assert {name: one.value for name, one in panel.fields.sliders.items()} == {"Quizzes": 20, "Tests": 80}
    for weight in (70, 60, 55):
        panel.fields.sliders["Tests"].value = weight  # while what the last one does is worked out
    panel.wait()
    assert edits(panel) == ["set categories: name Tests, weight 55; catalog High School, masters MATH1"]
    move(panel, "Quizzes", 45)
    move(panel, "Tests", 50)
    assert len(edits(panel)) == 3, "another edit came between"
    panel.edits_view.take_back.click()
    panel.wait()
    assert panel.fields.sliders["Tests"].value == 55
    move(panel, "Quizzes", 20)
    assert edits(panel) == ["set categories: name Tests, weight 55; catalog High School, masters MATH1"]
    assert "They weigh 75 in all." in panel.fields.total.value


def test_what_is_shown_is_what_the_code_gives(panel: WhatIfPanel, district: cp.District) -> None:
    move(panel, "Tests", 40)
    panel.new_title.value = "not locked"
    panel.copy.click()
    panel.wait()
    panel.fields.locks["categories"].value = False
    panel.wait()
    panel.fields.use_percent.value = True
    panel.wait()
    shown = panel.state.compared
    assert shown is not None
    assert shown["name"].to_list() == ["as it is", "heavier tests", "not locked"]
    assert shown["other_values"].to_list() == [0, 2, 2], "the weight goes, and without the lock the option alone"
    panel.code_button.value = True
    names: dict[str, Any] = {"district": district}
    *lines, compared = panel.state.code().replace("cp.compare(", "\0cp.compare(").split("\0")
    exec("".join(lines), names)
    given = eval(compared, {**names, "cp": cp})
    assert given.frame.equals(shown.frame)
    assert "heavier_tests" in names
    assert names["not_locked"].text == panel.scenario.text
    assert str(STUDENT) not in panel.result_view.told.value + panel.twin()
    assert "<b>" not in panel.twin()
    assert "How far grades in progress would move" in panel.twin()


def test_what_is_read_only_is_refused_and_goes_back(panel: WhatIfPanel, district: cp.District) -> None:
    panel.form.level.value = "course"
    panel.wait()
    panel.form.calendar.value = "Lincoln High 26-27"
    panel.wait()
    panel.form.owner.value = "MATH1"
    panel.wait()
    assert panel.state.whom.owners() == {"courses": "MATH1", "calendar": "Lincoln High 26-27"}
    move(panel, "Tests", 10)
    assert "the lock 'categories' of the catalog High School forbids it" in said(panel)
    assert panel.fields.sliders["Tests"].value == 80
    assert edits(panel) == []
    panel.fields.ignores.value = True
    panel.wait()
    panel.form.push.value = "to_course"
    panel.wait()
    assert edits(panel) == ["ignore: on True; courses MATH1, calendar Lincoln High 26-27"]
    compared = panel.state.compared
    assert compared is not None
    assert [
        plan.rows()["reason"].to_list() for plan in map(panel.state.whom.plan, (district, panel.scenario))
    ] == [
        ["not_locked"],
        ["ignore_master_push"],
    ]
    assert compared["could_not"].to_list() == [1, 1]


def test_a_section_is_edited_by_its_id(district: cp.District) -> None:
    section = district.sql("select section_id from section").item()
    panel = district.what_if_panel(section=section)
    panel.wait()
    assert panel.state.whom.course == "MATH1"
    assert list(panel.fields.sliders) == ["Quizzes", "Tests"]
    panel.fields.new_name.value = "Extra"
    panel.fields.add_category.click()
    panel.wait()
    move(panel, "Extra", 10)
    assert edits(panel) == [
        f"set categories: name Extra, weight 0; sections {section}",
        f"set categories: name Extra, weight 10; sections {section}",
    ] or edits(panel) == [f"set categories: name Extra, weight 10; sections {section}"]
    assert panel.fields.add_task.disabled
    panel.close()


def test_a_scenario_is_saved_and_opened(panel: WhatIfPanel, tmp_path: Path) -> None:
    move(panel, "Tests", 40)
    file = tmp_path / "heavier.toml"
    panel.edits_view.path.value = str(file)
    panel.edits_view.save.click()
    assert said(panel).startswith("Saved as ")
    before = file.read_text("utf-8")
    move(panel, "Tests", 45)
    panel.edits_view.save.click()
    assert "Save once more to replace it" in said(panel)
    assert file.read_text("utf-8") == before
    panel.edits_view.save.click()
    assert "weight = 45" in file.read_text("utf-8")
    panel.edits_view.read.click()
    panel.wait()
    assert [one.name for one in panel.state.tried] == ["heavier tests", "heavier tests (2)"]
    assert edits(panel) == ["set categories: name Tests, weight 45; catalog High School, masters MATH1"]
    panel.edits_view.path.value = str(tmp_path / "none.toml")
    panel.edits_view.read.click()
    panel.wait()
    assert "cannot be read" in said(panel)
    panel.drop.click()
    panel.wait()
    assert [one.name for one in panel.state.tried] == ["heavier tests"]


def test_it_says_when_the_district_has_moved_and_makes_the_edits_again(
    panel: WhatIfPanel, district: cp.District
) -> None:
    move(panel, "Tests", 40)
    with district.what_if() as w:
        w.category("Quizzes", weight=30, catalog="High School")
    district.apply(district.plan_links("High School", year=2027))
    move(panel, "Quizzes", 10)
    assert "The district was written to since these scenarios were made" in said(panel)
    assert panel.rebase_button.layout.display is None
    panel.rebase_button.click()
    panel.wait()
    assert said(panel) == "The edits are made again."
    assert panel.rebase_button.layout.display == "none"
    move(panel, "Quizzes", 10)
    assert len(edits(panel)) == 2


def test_it_is_made_a_plan_which_is_run_like_any_other(panel: WhatIfPanel, district: cp.District) -> None:
    assert panel.plan_button.disabled, "there is no edit yet"
    move(panel, "Tests", 40)
    panel.plan_button.click()
    panel.wait()
    assert panel.push_panel is not None
    plan = panel.push_panel.plan
    assert plan is not None
    assert plan.rows(verdict="update").select("hop", "element").rows() == [
        (0, "categories"), (1, "categories"), (2, "categories"),
    ]  # fmt: skip
    names: dict[str, Any] = {"district": district}
    exec(panel.state.plan_code(), names)
    assert names["plan"].digest == plan.digest
    assert plan.digest[:8] in panel.twin(), "what is saved of the panel has the plan"
    panel.push_panel.run()
    panel.wait()
    weights = {
        district.sql(f"select weight from {level}_category where name = 'Tests'").item()
        for level in ("master", "course", "section")
    }
    assert weights == {40}
    panel.close_button.click()
    assert panel.push_panel is None


def test_a_curve_is_the_sweep_of_the_district(panel: WhatIfPanel, district: cp.District) -> None:
    panel.fields.of.value = "Tests"
    panel.fields.low.value, panel.fields.high.value, panel.fields.step.value = 40, 80, 20
    panel.fields.draw.click()
    panel.wait()
    curve = panel.state.curve
    assert curve is not None
    assert curve.select("value", "other_values").rows() == [(40.0, 2), (60.0, 2), (80.0, 0)]
    names: dict[str, Any] = {"district": district}
    exec(panel.state.code(), names)
    assert names["curve"].frame.equals(curve.frame)
    panel.fields.step.value = 0
    panel.fields.draw.click()
    assert "in steps above 0" in said(panel)


def test_who_is_not_there_is_refused(district: cp.District) -> None:
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"master": "NONE", "catalog": "High School"}, "There is no course master 'NONE'"),
        ({"course": "NONE"}, "There is no course 'NONE'"),
        ({"section": 1}, "There is no section with the id 1"),
        ({"teacher": "Ms. Rivera"}, "There is no choice 'teacher'"),
    )
    for given, says in cases:
        with pytest.raises(RequestError, match=says):
            district.what_if_panel(**given)


EVERY_EDIT = (
    edit("set", {"element": "categories", "name": "Tests", "weight": 40, "catalog": "High School"}),
    edit("set", {"element": "grading_tasks", "task": "Exam", "sequence": None, "catalog": "High School"}),
    edit("set", {"element": "grade_calc_options", "task": TERM, "term": 2, "last_n": 3, "courses": "MATH1"}),
    edit("remove", {"element": "categories", "name": "Tests", "catalog": "High School"}),
    edit("info", {"gpa_weight": 1.5, "catalog": "High School"}),
    edit("new_master", {"catalog": "High School", "number": "M2", "name": "Two"}),
    edit("assign", {"courses": "MATH1", "catalog": "High School", "master": "M2"}),
    edit("ignore", {"courses": ["MATH1"], "on": False}),
    edit("lock", {"catalog": "High School", "locks": ["course_info", "categories"]}),
    edit("use_catalog", {"school": "Lincoln High", "year": 2027, "catalog": "High School"}),
    edit("new_catalog", {"name": "Summer"}),
    edit("unlink", {"element": "categories", "courses": "MATH1"}),
    edit("realign", {"sections": 601, "to": "Quizzes", "category": "Tests"}),
    edit("sql", {"text": "update course set name = 'x'"}),
)


def test_every_edit_as_code_makes_that_edit(district: cp.District) -> None:
    for one in EVERY_EDIT:
        with district.what_if() as w:
            if one.given.get("master") == "M2":
                w.new_master("High School", "M2", "Two")
            exec(edit_code(one, "w"), {"w": w})
            last = w.scenario.made[-1].edit
        assert last.do == one.do
        assert {name: value for name, value in last.given.items() if value is not None or name in one.given} == (
            one.given
        )


def test_variables_are_good_python() -> None:
    assert variable_names(["Heavier tests", "heavier tests", "2nd", "district", "if", "Größer"]) == [
        "heavier_tests", "w2", "w3", "w4", "w5", "gr_er",
    ]  # fmt: skip
