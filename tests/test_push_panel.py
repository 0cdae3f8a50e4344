"""The push panel, driven in process by the clicks and values that a browser sends."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets as W
import nbformat
import oracle_fates
import polars as pl
import pytest
from rounds import few
from small_district import CATALOG, TERM, YEAR, SmallDistrict

import coursepush as cp
from coursepush.district import District
from coursepush.errors import RequestError
from coursepush.model.elements import MASTER_PUSH_DATA
from coursepush.model.verdicts import REASON_SENTENCES
from coursepush.plan.fates import Fate
from coursepush.widgets.push.panel import PushPanel, plan_panel
from coursepush.widgets.push.preview import headline
from coursepush.widgets.steps import Expected, step_words

TODAY = dt.date(2026, 7, 1)
WRITTEN = ("course", "course_task", "course_category", "section_category", "section_grade_calc")
LISTS = {
    "disappears": "Disappears",
    "other_values": "Gets other values",
    "renamed": "Renamed",
    "linked_again": "Only linked again",
    "added": "Added",
    "stays": "Stays",
    "could_not": "Could not be pushed",
}


@pytest.fixture
def district(district_file: Path) -> District:
    return cp.open_district(district_file)


@pytest.fixture
def panel(district: District) -> PushPanel:
    """Overwrite, this year, on to sections: everything happens in it."""
    return district.panel(catalog="High School", year=2026, mode="overwrite", to_sections=True, today=TODAY)


def previewed(panel: PushPanel) -> PushPanel:
    panel.preview_button.click()
    panel.wait()
    assert panel.state.said is None, panel.state.said
    return panel


def is_shown(widget: Any) -> bool:
    return widget.layout.display != "none"


def run_code(panel: PushPanel, district: District) -> dict[str, Any]:
    """The names that the code which the panel shows binds, run on an open district."""
    text = panel.state.code()
    assert repr(str(district.store.path)) in text
    told = "\n".join(line for line in text.split("\n") if not line.startswith(("receipt", "district.reports")))
    names: dict[str, Any] = {}
    exec(told, names)
    return names


# -- the choices -------------------------------------------------------------------------------------------


def test_it_opens_on_the_year_with_its_catalogs_and_calendars(district: District) -> None:
    form = district.panel(today=TODAY).form
    assert form.year.value == 2027, "July opens the next school year"
    assert [text for text, _ in form.year.options] == ["2026-27", "2025-26"]
    names = district.catalogs(year=2027)["name"].to_list()
    assert [value for _, value in form.catalog.options] == names
    form.catalog.value = "High School"
    offered = [value for _, value in form.calendars.options]
    assert offered == district.calendars(year=2027, catalog="High School")["name"].to_list()
    form.year.value = 2026
    assert form.catalog.value == "High School", "what the other year has too stays chosen"
    assert [value for _, value in form.calendars.options] != offered


@pytest.mark.parametrize(
    "choices",
    [
        {"mode": "overwrite", "to_sections": True},
        {"data": ["categories"], "blanks": "keep"},
        {"masters": ["04051-1"], "to_sections": True},
        {"calendars": ["Riverbend High 26-27"], "courses": ["04051-1"]},
    ],
    ids=str,
)
def test_the_preview_is_the_plan_of_the_same_call(district: District, choices: dict[str, Any]) -> None:
    panel = previewed(district.panel(catalog="High School", year=2027, today=TODAY, **choices))
    plan = district.plan_master_push("High School", year=2027, today=TODAY, **choices)
    assert panel.plan is not None
    assert panel.plan.digest == plan.digest
    assert panel.plan.counts().equals(plan.counts())
    names = run_code(panel, district)
    assert names["plan"].digest == plan.digest


def test_what_is_clicked_is_what_is_planned(district: District) -> None:
    panel = district.panel(catalog="High School", year=2027, today=TODAY)
    form = panel.form
    form.mode.value = "overwrite"
    form.to_sections.value = True
    form.data["categories"].value = False
    form.blanks.value = "keep"
    form.masters.value = "04051-1; 24052-1"
    form.calendars.value = ("Riverbend High 26-27",)
    plan = district.plan_master_push(
        "High School",
        year=2027,
        mode="overwrite",
        to_sections=True,
        data=[one for one in MASTER_PUSH_DATA if one != "categories"],
        blanks="keep",
        masters=["04051-1", "24052-1"],
        calendars=["Riverbend High 26-27"],
        today=TODAY,
    )
    assert previewed(panel).state.preview.digest == plan.digest
    assert run_code(panel, district)["plan"].digest == plan.digest


def test_push_to_courses_of_one_course_master_finds_its_catalog(district: District) -> None:
    in_catalogs = (
        "select m.number, c.name from course_master as m join catalog as c on c.catalog_id = m.catalog_id"
    )
    numbers = district.sql(
        f"select number, any_value(name) as name, count(*) as times from ({in_catalogs}) group by number"
    )
    for name in numbers.filter(times=1)["name"].unique():
        number = numbers.filter(times=1, name=name)["number"].min()
        panel = previewed(district.panel(masters=number, year=2026, today=TODAY))
        assert panel.form.catalog.value == name
        assert panel.plan.digest == district.plan_master_push(name, year=2026, masters=number, today=TODAY).digest


def test_push_to_sections_of_one_course(district: District) -> None:
    calendar = "Riverbend High 25-26"
    panel = previewed(district.panel(calendar=calendar, courses="24052-1", today=TODAY))
    assert panel.form.tool.value == "courses"
    assert "Push All Courses" in panel.title.value
    plan = district.plan_course_push(calendar, courses="24052-1", today=TODAY)
    assert panel.plan.digest == plan.digest
    assert run_code(panel, district)["plan"].digest == plan.digest
    panel.form.overwrite_categories.value = True
    panel.form.course_data["advisory"].value = False
    data = ["categories", "composite_grades", "grade_calc_options"]
    plan = district.plan_course_push(
        calendar, courses="24052-1", data=data, overwrite_categories=True, today=TODAY
    )
    assert previewed(panel).plan.digest == plan.digest


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"catalog": "Hihg School"}, "Did you mean 'High School'"),
        ({"year": 1999}, "school year"),
        ({"colour": "blue"}, "choice 'colour'"),
        ({"calendar": "Nowhere"}, "no calendar 'Nowhere'"),
        ({"catalog": "High School", "year": 2027, "calendars": "Riverbend High 25-26"}, "no calendar 'Riverbend"),
        ({"data": ["categories", "grading_task"]}, "Did you mean 'grading_tasks'"),
        ({"mode": "overwite"}, "Did you mean 'overwrite'"),
        ({"tool": "master"}, "no tool 'master'"),
    ],
    ids=str,
)
def test_a_choice_that_there_is_not_is_refused(district: District, choices: dict[str, Any], told: str) -> None:
    with pytest.raises(RequestError, match=told):
        district.panel(**choices)


def test_what_is_unknown_or_missing_is_told_in_the_panel(panel: PushPanel) -> None:
    panel.form.masters.value = "04051-9"
    panel.preview_button.click()
    panel.wait()
    assert panel.state.said.kind == "error"
    assert "04051-9" in panel.status.message.value
    assert "Valid choices" in panel.status.message.value
    panel.form.masters.value = ""
    for one in panel.form.data.values():
        one.value = False
    panel.preview_button.click()
    assert "Nothing is ticked" in panel.status.message.value
    assert panel.plan is None


def walk(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def test_names_are_only_text(panel: PushPanel, district: District) -> None:
    """Whatever a school, a catalog, a course or a category is called, no widget takes it for HTML."""
    evil = "<img src=x onerror=alert(1)>"
    with district.store.writing() as session:
        for table in ("school", "calendar", "teacher", "course", "course_master", "course_category"):
            session.run("rename", f"update {table} set name = left(name, 18) || '{evil}'")
    panel = district.panel(catalog="High School", year=2026, mode="overwrite", to_sections=True, masters=[evil])
    panel.preview_button.click()
    panel.wait()
    assert "&lt;img" in panel.status.message.value
    panel.form.masters.value = ""
    told = [previewed(panel).twin()]
    for title in LISTS.values():
        panel.preview_view.list_of(title).ask_why.click()
    told += html_of(panel)
    panel.run_view.keep.click()
    panel.form.mode.value = "locked"
    previewed(panel).run_view.keep.click()
    panel.compare_view.compare.click()
    panel.wait()
    panel.awaiting_button.click()
    panel.wait()
    told += html_of(panel)
    panel.run()
    panel.wait()
    panel.receipt_view.get_report.click()
    panel.wait()
    told += [*html_of(panel), panel.twin()]
    assert sum("&lt;img" in one for one in told) >= 5
    assert not any("<img" in one for one in told)


def html_of(panel: PushPanel) -> list[str]:
    return [one.value for one in walk(panel) if isinstance(one, W.HTML)]


def test_a_row_among_others_like_it_is_asked_its_own_why() -> None:
    """Three options for terms that the calendar does not have fail alike: their keys alone tell them apart."""
    d = SmallDistrict("grade_calc_options")
    for term in (9, 7, 8):
        d.master.option(TERM, term)
    panel = previewed(District(d.store()).panel(catalog=CATALOG, year=YEAR))
    found = panel.preview_view.list_of("Could not be pushed")
    found.rows.narrow(why=REASON_SENTENCES["no_such_term"][0])
    assert sorted(what[-1] for what in found.rows.matching["what"]) == ["7", "8", "9"]
    for place, what in enumerate(found.rows.matching["what"]):
        found.rows.table.selected_rows = [place]
        found.ask_why.click()
        assert what in found.why.value


# -- the preview -------------------------------------------------------------------------------------------


def test_the_tabs_have_each_row_once_and_add_up(panel: PushPanel, district: District) -> None:
    previewed(panel)
    preview, view = panel.state.preview, panel.preview_view
    assert preview is not None
    wanted = oracle_fates.totals(panel.plan.rows().to_dicts())
    assert all(wanted.values()), "each fate comes up here"
    assert preview.rows.height == panel.plan.rows().height
    for fate, title in LISTS.items():
        assert view.list_of(title).rows.frame.height == wanted[fate]
        assert f"{title} ({wanted[fate]:,})" in view.tabs.titles
    for title in ("By school", "By teacher"):
        lines = view.list_of(title).rows.frame
        of = panel.plan.rows() if title == "By school" else panel.plan.rows(hop=2)
        assert {one: lines[one].sum() for one in LISTS} == oracle_fates.totals(of.to_dicts())
    said = headline(preview)
    assert f"{wanted['disappears']:,} disappear, {wanted['other_values']:,} get other values" in said


def test_a_teachers_line_opens_to_their_sections_before_and_after(panel: PushPanel, district: District) -> None:
    teachers = previewed(panel).preview_view.list_of("By teacher")
    name = district.reports.by_teacher(panel.plan).sections["teacher"][0]
    teachers.rows.search.value = name
    teachers.before_and_after.click()
    assert is_shown(teachers.sides)
    sections = district.reports.by_teacher(panel.plan, teacher=name).sections["section_id"].n_unique()
    assert teachers.sides.value.count("<details class='section'>") == sections > 0
    teachers.rows.table.selected_rows = []  # the only line is chosen: a click opens it, and does not let go of it
    assert teachers.rows.chosen is not None
    assert is_shown(teachers.sides)


def test_who_loses_what_stands_first_with_a_page_to_send(panel: PushPanel, district: District) -> None:
    view = previewed(panel).preview_view
    for who, by in (("teacher", district.reports.by_teacher), ("school", district.reports.by_school)):
        lines = view.list_of(f"By {who}").rows
        told = by(panel.plan).frame.filter(pl.sum_horizontal(*map(str, Fate)) > 0)
        columns = [f"{who}_id", "sections", *map(str, Fate)]
        assert lines.frame.select(columns).sort(columns).equals(told.select(columns).sort(columns))
        assert lines.frame["disappears"].is_sorted(descending=True)
        losing = by(panel.plan, element="categories").frame.filter(pl.col("disappears") > 0)
        shown = lines.frame.with_columns(lost=pl.col("lost").str.extract(r"Categories: (\d+)").cast(pl.Int64))
        shown = shown.drop_nulls("lost").select(f"{who}_id", disappears="lost")
        assert shown.sort(f"{who}_id").equals(losing.select(f"{who}_id", "disappears").sort(f"{who}_id"))
        row = lines.frame.row(0, named=True)
        texts = ["" if row[name] is None else f" {row[name]} " for name in lines._columns]
        taken = lines.take_of_row(texts)()
        assert taken.name == f"{row[who]}.html"
        assert f"By {who}" in taken.content.decode()
        with pytest.raises(RequestError, match="not in the list any more"):
            lines.take_of_row(["nobody"] * len(texts))


def test_a_row_that_is_clicked_tells_why(panel: PushPanel) -> None:
    every = previewed(panel).preview_view.list_of("All rows")
    assert not is_shown(every.why)
    every.rows.pick(0)
    assert "What a push does" in every.why.value
    assert is_shown(every.why)


def test_filters_count_what_they_would_leave(panel: PushPanel) -> None:
    rows = previewed(panel).preview_view.list_of("Gets other values").rows
    school = rows.filters["school"].options[1][1]
    rows.filters["school"].value = school
    assert set(rows.matching["school"]) == {school}
    for text, value in rows.filters["element"].options[1:]:
        assert text == f"{value} ({rows.matching.filter(element=value).height:,})"
    rows.filters["element"].value = "Categories"
    assert f"{rows.matching.height:,} of {rows.frame.height:,} rows" in rows.count.value
    rows.search.value = "quizzes"
    assert rows.matching.height > 0
    assert all("quizzes" in f"{row['what']} {row['change']}".lower() for row in rows.matching.to_dicts())
    rows.search.value = "no such words anywhere"
    assert rows.matching.is_empty()
    rows.search.value = ""
    rows.narrow(school="", element="")
    assert rows.matching.equals(rows.frame)


@few(3)
@pytest.mark.parametrize("title", LISTS.values())
def test_every_row_can_be_asked_why(panel: PushPanel, title: str) -> None:
    found = previewed(panel).preview_view.list_of(title)
    kinds = found.rows.frame.with_row_index().unique(
        ["element", "verdict", "reason", "level"], keep="first", maintain_order=True
    )
    for place in kinds["index"].to_list():
        found.rows.table.selected_rows = [place]
        found.ask_why.click()
        row = found.rows.chosen
        assert is_shown(found.why)
        if row["element"] == "Whole course" or row["what"] == "all of it":
            assert row["why"] in found.why.value
        else:
            assert "<b>Why? " in found.why.value, (row, found.why.value)
            assert "Nobody has" not in found.why.value, row
            assert row["course_number"] in found.why.value
    found.rows.search.value = "a"
    assert found.rows.chosen is None, "what was chosen may not be listed any more"
    assert not is_shown(found.why)
    found.ask_why.click()
    assert is_shown(found.why), "without a click, of the first row: so it goes by keyboard too"


def test_grades_are_calculated_when_their_tab_is_opened(panel: PushPanel, district: District) -> None:
    view = previewed(panel).preview_view
    assert view.tabs.titles[-1] == "Grades"
    assert "plan.forecast()" not in panel.state.code()
    assert "Grades in progress" not in panel.twin()
    view.open_grades()
    assert panel.state.doing == "forecast", "beside the notebook"
    assert "Calculating whose grades would move" in panel.status.progress.value
    panel.wait()
    report = district.reports.forecast(panel.plan)
    assert report.answer in view.grades.head.value
    assert "<svg" in view.grades.head.value
    assert "student_id" not in view.grades.head.value
    assert report.answer in panel.twin()
    assert "plan.forecast()" in panel.state.code()
    sections = report.shown.filter(moves="some")["section_id"].n_unique()
    assert view.grades.rows.frame["moves"].sum() == sections
    view.grades.by.value = "teacher"
    assert view.grades.rows.frame["moves"].sum() == sections
    view.grades.by.value = "section"
    assert view.grades.rows.frame.height == sections
    teacher = view.grades.rows.filters["teacher"].options[1][1]
    view.grades.rows.filters["teacher"].value = teacher
    assert set(view.grades.rows.matching["teacher"]) == {teacher}
    view.tabs.selected_index = 0
    view.open_grades()
    assert not panel.state.doing, "it is calculated once"


def test_awaiting_push_is_one_click_away(panel: PushPanel, district: District) -> None:
    panel.awaiting_button.click()
    panel.wait()
    report = district.reports.master_awaiting_push(catalog="High School", year=2026)
    assert report.answer in panel.state.awaiting.answer
    assert is_shown(panel.awaiting)
    assert not is_shown(panel.awaiting_outdated)
    panel.form.year.value = 2027
    assert is_shown(panel.awaiting_outdated), "the report is of another year"
    panel.form.tool.value = "courses"
    assert not is_shown(panel.awaiting), "and of another tool"
    panel.form.calendar.value = "Riverbend High 25-26"
    panel.awaiting_button.click()
    panel.wait()
    assert (
        panel.state.awaiting.answer
        == district.reports.course_awaiting_push(calendar="Riverbend High 25-26").answer
    )


def test_the_page_is_saved(panel: PushPanel, tmp_path: Path) -> None:
    previewed(panel)
    panel.run_view.page_name.value = str(tmp_path / "preview.html")
    panel.run_view.page.click()
    panel.wait()
    assert panel.state.said.kind == "done"
    page = tmp_path / "preview.html"
    assert panel.plan.digest in page.read_text("utf-8")
    taken = panel.run_view.download.take("page")
    assert taken.name == f"{panel.plan.title}.html"
    assert panel.plan.digest in taken.content.decode(), "the same for a browser that has no folder here"
    page.write_text(page.read_text("utf-8").replace(panel.plan.digest, "last week's"), "utf-8")
    panel.run_view.page.click()
    assert "is there already" in panel.status.message.value
    assert "last week's" in page.read_text("utf-8")
    panel.run_view.page.click()
    panel.wait()
    assert panel.plan.digest in page.read_text("utf-8")
    page.write_text("<html>somebody's", "utf-8")
    for _ in range(2):
        panel.run_view.page.click()
        panel.wait()
    assert "is a page that coursepush did not make" in panel.status.message.value
    assert page.read_text("utf-8") == "<html>somebody's"


def test_a_page_never_takes_the_place_of_the_district(panel: PushPanel, district: District) -> None:
    previewed(panel).run_view.page_name.value = str(district.store.path)
    for _ in range(3):
        panel.run_view.page.click()
        panel.wait()
    assert "no ending &#x27;.duckdb&#x27; for a page" in panel.status.message.value
    assert district.history().is_empty()


# -- running it --------------------------------------------------------------------------------------------


def test_a_push_is_run_reported_and_undone(panel: PushPanel, district: District) -> None:
    before = {name: district.sql(f"select * from {name} order by all") for name in WRITTEN}
    writes, digest = previewed(panel).plan.writes, panel.plan.digest
    assert not is_shown(panel.run_view._asking)
    panel.run_view.run_now.click()
    assert is_shown(panel.run_view._asking)
    assert digest[:8] in panel.run_view.question.value
    assert f"{writes:,} rows will be written" in panel.run_view.question.value
    assert district.history().is_empty(), "one click writes nothing"
    panel.run_view.confirm.click()
    panel.wait()
    assert panel.receipt.rows == writes
    assert panel.receipt.digest == digest
    assert panel.plan is None, "a plan is applied once"
    panel.receipt_view.get_report.click()
    panel.wait()
    assert panel.state.report.answer == district.reports.push_result(panel.receipt).answer
    panel.receipt_view.undo.click()
    panel.wait()
    assert panel.state.preview.is_undo
    assert panel.run_view.run_now.description == "Run the undo now"
    assert panel.state.is_asked, "the second click takes it back"
    assert panel.run_view.confirm.description == "Yes, take it back"
    panel.run()
    panel.wait()
    assert district.history()["undoes"].to_list() == [1, None]
    for name, frame in before.items():
        assert district.sql(f"select * from {name} order by all").equals(frame)


def test_no_writes_nothing(panel: PushPanel, district: District) -> None:
    previewed(panel).run_view.run_now.click()
    panel.run_view.not_now.click()
    assert not is_shown(panel.run_view._asking)
    panel.run_view.confirm.click()
    panel.wait()
    assert district.history().is_empty()
    assert panel.plan is not None


def test_double_clicks_push_once(panel: PushPanel, district: District) -> None:
    panel.preview_button.click()
    panel.preview_button.click()
    panel.wait()
    for _ in range(2):
        panel.run_view.run_now.click()
    for _ in range(3):
        panel.run_view.confirm.click()
    panel.wait()
    panel.run_view.confirm.click()
    panel.wait()
    assert district.history().height == 1


def test_choices_changed_while_a_preview_is_under_way_are_not_in_it(panel: PushPanel, district: District) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def hold(step: str, _sql: str) -> None:
        if step == "attach" and not reached.is_set():
            reached.set()
            assert go_on.wait(20)

    district.store.on_statement = hold
    panel.preview_button.click()
    panel.form.mode.value = "locked"
    panel.form.to_sections.value = False
    assert reached.wait(20)
    go_on.set()
    panel.wait()
    district.store.on_statement = None
    assert panel.plan.request.mode == "overwrite"
    assert 'mode="overwrite", to_sections=True' in panel.state.preview.code
    assert panel.run_view.run_now.disabled
    assert 'mode="locked"' in panel.state.code(), "the code is of what is chosen now"


def test_choices_changed_since_the_preview_are_not_run(panel: PushPanel, district: District) -> None:
    previewed(panel)
    panel.form.mode.value = "locked"
    assert panel.run_view.run_now.disabled
    assert is_shown(panel.outdated)
    assert "cpp-old" in panel._preview_holder._dom_classes, "the old answer is dimmed"
    panel.run()
    panel.wait()
    assert district.history().is_empty()
    panel.form.mode.value = "overwrite"
    assert not panel.run_view.run_now.disabled


def test_a_stale_plan_is_refused_and_says_what_moved(panel: PushPanel, district: District) -> None:
    previewed(panel)
    with cp.open_district(district.store.path) as other:
        other.apply(other.plan_master_push("High School", year=2026, masters=["04051-1"], mode="overwrite"))
    panel.run()
    panel.wait()
    assert panel.state.said.kind == "error"
    assert "The district has moved since this plan was made" in panel.status.message.value
    assert panel.state.said.moved.height > 0
    assert "<table" in panel.status.message.value
    assert panel.run_view.run_now.disabled
    panel.run()
    panel.wait()
    assert district.history().height == 1
    previewed(panel).run()
    panel.wait()
    assert district.history().height == 2


def test_a_run_can_be_stopped(panel: PushPanel, district: District) -> None:
    previewed(panel)
    reached, go_on = threading.Event(), threading.Event()

    def hold(step: str, _sql: str) -> None:
        if step == "history course_category":
            reached.set()
            assert go_on.wait(20)

    district.store.on_statement = hold
    panel.run()
    assert reached.wait(20)
    assert panel.run_view.run_now.disabled
    assert not panel.status.stop.disabled
    panel.status.stop.click()
    go_on.set()
    panel.wait()
    district.store.on_statement = None
    assert "Stopped, as you asked. Nothing was written." in panel.status.message.value
    assert district.history().is_empty()
    panel.run()
    panel.wait()
    assert district.history().height == 1, "the preview is still good"


def test_a_file_that_another_process_holds_is_told(panel: PushPanel, district: District) -> None:
    previewed(panel)
    path = str(district.store.path)
    hold = f"import duckdb, sys; c = duckdb.connect({path!r}); print('held', flush=True); sys.stdin.read()"
    command, pipe = [sys.executable, "-c", hold], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout.readline() == "held\n"
        panel.run()
        panel.wait()
        assert "is open in another process" in panel.status.message.value
        assert "Nothing was written" in panel.status.message.value
        assert panel.plan is not None
        other.stdin.close()
    panel.run()
    panel.wait()
    assert district.history().height == 1


def test_an_undo_that_cannot_be_whole_offers_the_rest(panel: PushPanel, district: District) -> None:
    previewed(panel).run()
    panel.wait()
    with cp.open_district(district.store.path) as other, other.store.writing() as session:  # somebody else's edit
        session.run("edit", "update section_category set weight = 99 where weight is distinct from 99")
    panel.undo()
    panel.wait()
    assert panel.plan.left_alone
    assert is_shown(panel.receipt_view.undo_rest)
    assert panel.run_view.run_now.disabled
    assert is_shown(panel.run_view.hindered)
    left = panel.preview_view.list_of("Cannot go back").rows.frame
    assert left.height == panel.plan.left_alone
    assert f"{left.height} cannot go back" in panel.preview_title.value
    assert REASON_SENTENCES["changed_since"][0] in left["why"].to_list()
    panel.receipt_view.undo_rest.click()
    panel.wait()
    assert not is_shown(panel.run_view.hindered)
    assert panel.plan.request.partial
    panel.run()
    panel.wait()
    assert panel.receipt.kind == "undo"
    assert f"{left.height} rows could not" in district.reports.push_result().answer


# -- side by side ------------------------------------------------------------------------------------------


def test_two_previews_are_kept_and_compared(panel: PushPanel, district: District) -> None:
    previewed(panel).run_view.keep.click()
    first = panel.plan
    assert panel.run_view.keep.disabled
    panel.form.mode.value = "locked"
    previewed(panel).run_view.keep.click()
    second = panel.plan
    assert [one.plan for one in panel.state.kept] == [first, second]
    assert "Difference" in panel.compare_view.kept.children[-1].value
    panel.compare_view.compare.click()
    panel.wait()
    assert panel.state.comparison.frame.equals(district.reports.compare(first, second).frame)
    assert panel.compare_view.result.children[1].frame.height == panel.state.comparison.frame.height
    panel.state.forget(0)
    assert [one.plan for one in panel.state.kept] == [second]
    assert not panel.compare_view.result.children
    panel.form.to_sections.value = False
    previewed(panel).run_view.keep.click()
    panel.form.blanks.value = "keep"
    previewed(panel).run_view.keep.click()
    assert len(panel.state.kept) == 2, "the older makes way"
    assert panel.state.kept[1].plan is panel.plan


def test_a_plan_made_elsewhere_is_previewed_and_run(district: District) -> None:
    status = district.reports.course_status(catalog="High School", year=2026)
    panel = plan_panel(district, lambda: status.relink(), "plan = status.relink()")
    panel.wait()
    assert not is_shown(panel.form)
    assert "plan = status.relink()" in panel.state.code()
    writes = panel.plan.writes
    panel.run()
    panel.wait()
    assert panel.receipt.rows == writes > 0


def test_the_shown_code_is_what_the_button_shows(panel: PushPanel) -> None:
    assert not is_shown(panel.code)
    panel.code_button.value = True
    assert is_shown(panel.code)
    assert "plan = district.plan_master_push(&quot;High School&quot;" in panel.code.value


# -- where there is no kernel ------------------------------------------------------------------------------


def test_a_panel_has_a_twin_that_a_shared_page_shows(panel: PushPanel, tmp_path: Path) -> None:
    def shared() -> str:
        data, metadata = panel._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in data
        output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        cell = nbformat.v4.new_code_cell("panel", outputs=[output], execution_count=1)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "shown.ipynb")
        cp.share_notebook(tmp_path / "shown.ipynb")
        return (tmp_path / "shown.html").read_text("utf-8")

    assert "Nothing is previewed." in shared()
    digest = previewed(panel).plan.digest
    assert f"Digest {digest[:8]}" in shared()
    assert "Your schools keep their own setup here" in shared()
    assert str(tmp_path) not in shared(), "the page is no place for the names of folders"
    panel.run()
    panel.wait()
    assert "Push 1: Push All Course Masters" in shared()


def test_in_a_terminal_a_panel_is_one_line(panel: PushPanel) -> None:
    assert repr(panel) == "<PushPanel: shown in JupyterLab, a notebook or Voilà>"


# -- choosing -----------------------------------------------------------------------------------------------


def test_each_tool_begins_where_the_other_was_and_keeps_its_own_preview(district: District) -> None:
    panel = district.panel(catalog="High School", year=2026, today=TODAY)
    digest = previewed(panel).plan.digest
    panel.form.tool.value = "courses"
    assert panel.form.calendar.value == "Riverbend High 25-26"
    assert panel.plan is None, "what the other tool would do is no answer here"
    assert not is_shown(panel.run_view)
    previewed(panel)
    panel.form.tool.value = "masters"
    assert panel.plan is not None
    assert panel.plan.digest == digest
    assert panel.form.catalog.value == "High School"
    panel.form.tool.value = "courses"
    panel.form.calendar.value = "Cedar Hill Elementary 26-27"
    assert is_shown(panel.outdated)
    panel.form.tool.value = "masters"
    assert (panel.form.year.value, panel.form.catalog.value) == (2027, "Elementary")
    assert is_shown(panel.outdated)


def test_courses_are_found_by_parts_of_numbers_and_names(district: District) -> None:
    panel = district.panel(catalog="High School", year=2026, today=TODAY)
    finder = panel.form.more.choices.children[0]
    finder.search.value = "2052"
    assert finder.list.options[0] == ("02052-1 Algebra I", "02052-1")
    finder.add.click()
    finder.search.value = "algebra"
    assert all("Algebra" in label for label, _ in finder.list.options)
    assert panel.state.choices.masters == ("02052-1",)
    assert "02052-1 Algebra I" in finder.names.value
    panel.form.masters.value = "2052"
    panel.preview()
    panel.wait()
    assert "Did you mean &#x27;02052-1&#x27;?" in panel.status.message.value


def test_code_ends_where_the_clicks_ended(panel: PushPanel) -> None:
    assert panel.state.code().endswith("\nplan")
    assert "apply" not in previewed(panel).state.code()
    panel.run()
    panel.wait()
    assert panel.state.code().endswith("receipt = district.apply(plan)\ndistrict.reports.push_result(receipt)")
    panel.form.mode.value = "locked"
    assert "apply" not in panel.state.code()


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("verdict.2.grade_calc_options", "comparing Grade Calc Options on sections"),
        ("insert course_task", "writing Grading Tasks on courses"),
        ("update course", "writing Course Info on courses"),
        ("commit", "saving it"),
        ("anything else", "calculating"),
    ],
)
def test_progress_is_told_in_words(step: str, words: str) -> None:
    assert step_words(step) == words
    expected = Expected()
    expected.learn("preview", 80)
    assert expected.left_words("preview", 20) == "about 25 % done, about 60 of 80 steps left"
    assert expected.left_words("preview", 90) == "nearly done"


def test_the_twin_follows_the_panel_on_the_page(panel: PushPanel, district: District) -> None:
    """The page asks for it when it has changed; not while work is under way, which it would wait for."""
    panel._repr_mimebundle_()

    def asked() -> str:
        panel._twin._asked(None, {"kind": "twin"}, [])
        return panel._twin.html

    assert "Nothing is previewed." in asked()
    digest = previewed(panel).plan.digest
    assert digest[:8] in asked()
    panel.run_view.keep.click()
    panel.form.mode.value = "locked"
    assert "The choices had changed since this preview." in asked()
    panel.preview()
    was = panel._twin.html
    assert asked() == was, "not while something is under way"
    panel.wait()
    assert panel.plan.digest[:8] in asked()
    assert digest[:8] not in panel._twin.html
    assert "Push All Course Masters, 2025-26, overwrite mode" in panel._twin.html, "kept previews by their names"
