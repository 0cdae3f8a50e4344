"""The reports panel, driven in process by the clicks and values that a browser sends."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import threading
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import pytest
from carried_out import frames
from engine import store_of, tables_of
from random_districts import make_district
from rounds import few, first, rounds, slow
from small_district import CATALOG, TERM, YEAR, SmallDistrict
from vendor import shown_later

import coursepush as cp
from coursepush.district import District
from coursepush.errors import RequestError
from coursepush.reports.registry import IN_PANEL
from coursepush.reports.report import Report
from coursepush.reports.reports import Reports
from coursepush.reports.small_counts import COUNTS, MANY
from coursepush.widgets.reports.panel import ReportsPanel
from coursepush.widgets.reports.result import ResultView

TODAY = dt.date(2026, 7, 1)


@pytest.fixture(scope="module")
def made(simulated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district with a push and the undo of nothing: reports of what was done have something to tell."""
    path = Path(shutil.copy(simulated_file, tmp_path_factory.mktemp("made") / "district.duckdb"))
    with cp.open_district(path) as district:
        district.apply(district.plan_master_push("High School", year=2027, to_sections=True, today=TODAY))
    return path


@pytest.fixture
def district(made: Path, tmp_path: Path) -> Iterator[District]:
    with cp.open_district(shutil.copy(made, tmp_path / "district.duckdb")) as opened:
        yield opened


def shown(district: District, report: str, **filters: Any) -> tuple[ReportsPanel, ResultView]:
    panel = district.reports.panel(report, **{"year": 2026, **filters})
    look(panel)
    return panel, result_of(panel)


def look(panel: ReportsPanel) -> None:
    panel.show_button.click()
    panel.wait()


def result_of(panel: ReportsPanel) -> ResultView:
    assert panel.result is not None, panel.state.said
    return panel.result


def choose(view: ResultView, place: int = 0) -> dict[str, Any]:
    """Click the row at this place of the list."""
    view.rows.table.selected_rows = [place]
    assert view.rows.chosen is not None
    return view.rows.chosen


def is_shown(widget: Any) -> bool:
    return widget.layout.display != "none"


def run_code(panel: ReportsPanel) -> dict[str, Any]:
    """The names that the code which the panel shows binds, without opening the district again."""
    names: dict[str, Any] = {"district": panel.state.district}
    lines = [line for line in panel.state.code().split("\n") if not line.startswith("district = ")]
    exec("\n".join(lines), names)
    return names


# -- every report ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", IN_PANEL)
def test_each_report_is_the_one_that_its_code_gives(district: District, report: str) -> None:
    panel, view = shown(district, report, **({} if IN_PANEL[report].is_of_now else {"year": None}))
    again: Report = run_code(panel)["report"]
    assert panel.report is not None
    assert panel.report.frame.equals(again.frame)
    assert again.answer[:40] in view.head.value.replace("&#x27;", "'")
    assert is_shown(view.rows) == (report != "drift"), "the district was never refreshed"


@pytest.mark.parametrize("report", IN_PANEL)
def test_only_the_filters_that_a_report_has_are_shown(district: District, report: str) -> None:
    panel = district.reports.panel()
    panel.form.report.value = report
    there = {name for name, one in panel.form.filters.items() if is_shown(one)}
    there |= {"attributes"} if is_shown(panel.form.attributes) else set()
    assert there == set(IN_PANEL[report].filters)
    assert escape(IN_PANEL[report].question) in panel.form.question.value


def test_every_report_of_the_district_is_offered() -> None:
    # of plans, which have a panel of their own
    apart = {"plan_page", "compare", "forecast", "by_school", "by_teacher", "panel"}
    methods = {name for name in dir(Reports) if not name.startswith("_")}
    assert set(IN_PANEL) == methods - apart


def test_every_data_type_that_is_offered_can_be_asked_for(district: District) -> None:
    """An offered data type that the report does not have would be an error."""
    for kind in IN_PANEL.values():
        for element in kind.elements[:: rounds(4, 1)] if "element" in kind.filters else ():
            getattr(district.reports, kind.name)(element=element)


# -- filters -----------------------------------------------------------------------------------------------


def test_the_example(district: District) -> None:
    panel = district.reports.panel(year=None)
    panel.form.filters["catalog"].value = "High School"
    panel.form.filters["year"].value = 2026
    panel.form.filters["status"].value = "desynced"
    call = 'district.reports.course_status(catalog="High School", year=2026, status="desynced")'
    assert call in panel.state.code()
    panel.code_button.value = True
    assert "catalog=&quot;High School&quot;" in panel.code.value
    assert is_shown(panel.code)
    look(panel)
    assert panel.report is not None
    assert set(panel.report["status"]) == {"desynced"}


def test_typed_numbers_are_a_list(district: District) -> None:
    panel, _ = shown(district, "course_status")
    numbers = panel.report["course_number"].unique().sort()[:2].to_list()  # type: ignore[index]
    panel.form.filters["course"].value = f" {numbers[0]}; {numbers[1]},"
    assert is_shown(panel.outdated), "the report is of other filters"
    look(panel)
    assert not is_shown(panel.outdated)
    assert set(panel.report["course_number"]) == set(numbers)  # type: ignore[index]
    assert f"course={numbers!r}".replace("'", '"') in panel.state.code()


def test_courses_and_course_masters_are_found_by_a_part_of_their_name(district: District) -> None:
    form = district.reports.panel("course_status").form
    for what, table in (("course", "course"), ("master", "course_master")):
        number, name = district.sql(f"select number, name from {table} order by length(name) desc, number").row(0)
        finder = form.finders[what]
        finder.search.value = name[:-1].upper()
        assert number in finder.list.value
        finder.list.value = (number,)
        finder.add.click()
        assert form.filters[what].value == number
        assert name in finder.names.value.replace("&amp;", "&").replace("&#x27;", "'")


def test_what_is_unknown_is_told_with_what_there_is(district: District) -> None:
    panel = district.reports.panel(year=2026)
    panel.form.filters["course"].value = "no such course"
    look(panel)
    assert panel.report is None
    assert "no such course" in panel.message.value
    assert "Valid choices" in panel.message.value


def test_a_calendar_belongs_to_the_year_and_the_school(district: District) -> None:
    panel = district.reports.panel(year=2026, school="Riverbend High School")
    field = panel.form.filters["calendar"]
    offered = [value for _, value in field.options if value]
    assert offered
    assert all("Riverbend High" in name for name in offered)
    field.value = offered[0]
    panel.form.filters["year"].value = 2027
    assert field.value == "", "a calendar of another year is not kept"
    assert "calendar=" not in panel.state.code()


def test_reports_of_pushes_have_filters_of_their_own(district: District) -> None:
    panel = district.reports.panel(year=2026, catalog="High School")
    panel.form.report.value = "push_result"
    assert panel.state.choices.code() == "district.reports.push_result()"
    panel.form.filters["push_id"].value = 1
    panel.form.report.value = "residual"
    assert panel.state.choices.code() == 'district.reports.residual(catalog="High School", year=2026)'


def test_it_begins_with_the_school_year_it_is(district: District) -> None:
    years = district.calendars()["year"].to_list()
    assert district.reports.panel().form.filters["year"].value in years
    assert district.reports.panel(year=None).form.filters["year"].value == ""


def test_several_values_that_a_caller_names_are_one_choice(district: District) -> None:
    panel, _ = shown(district, "course_status", status=["desynced", "linked"])
    assert panel.form.filters["status"].label == "Desynced, Linked"
    assert set(panel.report["status"]) <= {"desynced", "linked"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("report", "filters", "text"),
    [
        ("no_report", {}, "no_report"),
        ("course_status", {"outcome": "written"}, "outcome"),
        ("course_status", {"status": "lost"}, "lost"),
        ("course_status", {"catalog": "Nowhere"}, "Nowhere"),
        ("push_result", {"push_id": 99}, "99"),
    ],
)
def test_a_choice_that_there_is_not(district: District, report: str, filters: Any, text: str) -> None:
    with pytest.raises(RequestError, match=text):
        district.reports.panel(report, **filters)


def test_reports_that_are_no_districts_have_no_panel(district: District) -> None:
    with pytest.raises(RequestError, match=r"district\.reports\.panel"):
        Reports(district.store).panel()


# -- a chosen row ------------------------------------------------------------------------------------------


@few(2)
@pytest.mark.parametrize("report", ["course_audit", "course_awaiting_push", "residual", "push_result"])
def test_why_of_rows_of_every_data_type(district: District, report: str) -> None:
    """The answer is of the row's course or section, and its code gives the same."""
    panel, view = shown(district, report, **({"year": None} if report == "push_result" else {}))
    places = view.rows.matching.with_row_index("place").unique("element", keep="first").sort("place")["place"]
    assert len(places) > 2
    for place in places.head(rounds(2, 99)):
        row = choose(view, place)
        view.ask_why.click()
        panel.wait()
        if row["element"] == "Whole course":
            assert row["why"] in view.message.value.replace("&#x27;", "'")
            continue
        assert panel.state.said is None, (row, panel.state.said)
        assert is_shown(view.why)
        assert row["course_number"] in view.why.value
        code = panel.state.code().split("\n")[-1]
        why = eval(code, {"district": district})
        assert why._repr_html_() == view.why.value


def test_rows_that_are_not_there_and_were_not_made_are_told_apart_by_their_key() -> None:
    """Three options for terms that the calendar does not have fail alike; one is written."""
    d = SmallDistrict("grade_calc_options")
    d.master.option(TERM, 1)
    for term in (9, 7, 8):
        d.master.option(TERM, term)
    district = District(d.store())
    district.apply(district.plan_master_push(CATALOG, year=YEAR))
    panel = district.reports.panel("push_result", outcome="could_not", element="grade_calc_options")
    look(panel)
    view = result_of(panel)
    assert view.rows.frame["twin"].to_list() == [0, 1, 2]
    for place, term in enumerate((7, 8, 9)):
        assert choose(view, place)["what"].endswith(f"term {term}")
        view.ask_why.click()
        panel.wait()
        assert f'"term_seq": {term}' in panel.state.code()


def test_why_of_a_removed_row_is_asked_by_its_old_key(district: District) -> None:
    panel, view = shown(district, "push_result", year=None)
    removed = view.rows.matching.with_row_index("place").filter(verdict="Removed", element="Categories")
    row = choose(view, removed["place"][0])
    view.ask_why.click()
    panel.wait()
    assert panel.state.said is None
    assert f'"{row["what"]}"' in panel.state.code()
    assert "Push 1 removed it" in view.why.value


def test_the_why_goes_with_its_row(district: District) -> None:
    panel, view = shown(district, "residual")
    choose(view)
    view.ask_why.click()
    panel.wait()
    assert is_shown(view.why)
    choose(view, 1)
    assert not is_shown(view.why)


@pytest.mark.parametrize("report", ["course_status", "master_awaiting_push"])
def test_a_row_without_a_data_type_says_what_to_ask(district: District, report: str) -> None:
    panel, view = shown(district, report)
    choose(view)
    view.ask_why.click()
    panel.wait()
    assert "Course Audit" in view.message.value
    assert panel.state.why == ""


def test_course_audit_of_a_chosen_course(district: District) -> None:
    panel, view = shown(district, "course_status", status="desynced")
    row = choose(view)
    view.audit.click()
    panel.wait()
    assert panel.form.report.value == "course_audit"
    assert panel.report is not None
    assert set(panel.report["course_id"]) == {row["course_id"]}
    assert panel.form.filters["course"].value == str(row["course_id"])
    assert panel.form.filters["status"].value == "", "the other filters are set aside"


def test_buttons_wait_for_a_row(district: District) -> None:
    _, view = shown(district, "course_status")
    assert view.ask_why.disabled
    assert view.relink_one.disabled
    linked = view.rows.matching["status"].to_list().index("linked")
    choose(view, linked)
    assert not view.ask_why.disabled
    assert view.relink_one.disabled, "a linked course has nothing to relink"


# -- pushes ------------------------------------------------------------------------------------------------


@slow
def test_relink_of_all_that_are_listed(district: District) -> None:
    panel, view = shown(district, "course_status", catalog="High School")
    view.relink_all.click()
    panel.wait()
    assert panel.push_panel is not None
    plan = panel.push_panel.plan
    assert plan is not None
    wanted = district.reports.course_status(catalog="High School", year=2026).relink()
    assert plan.digest == wanted.digest
    assert run_code(panel)["plan"].digest == wanted.digest
    assert panel.push_panel.state.code().count("relink()") == 1


@slow
def test_relink_of_the_listed_and_of_one(district: District) -> None:
    panel, view = shown(district, "course_status", catalog="High School")
    desynced = view.rows.matching.filter(status="desynced")
    school = desynced["school"].value_counts().sort("count")["school"][0]
    if desynced["school"].n_unique() > 1:
        view.rows.narrow(school=school)
    else:
        view.rows.search.value = desynced["course_number"][0]
    listed = view.rows.matching.filter(status="desynced")["course_id"].to_list()
    view.relink_all.click()
    panel.wait()
    assert panel.push_panel is not None
    assert list(panel.push_panel.plan.request.courses) == sorted(listed)  # type: ignore[union-attr]
    place = view.rows.matching["status"].to_list().index("desynced")
    row = choose(view, place)
    view.relink_one.click()
    panel.wait()
    assert panel.push_panel.plan.request.courses == (row["course_id"],)  # type: ignore[union-attr]


def test_a_relink_is_run_and_shown(district: District) -> None:
    panel, view = shown(district, "course_status", catalog="High School", status="desynced")
    before = len(view.rows.matching)
    view.relink_all.click()
    panel.wait()
    assert panel.push_panel is not None
    panel.push_panel.run()
    panel.wait()
    assert panel.push_panel.receipt is not None
    look(panel)
    assert panel.report is not None
    assert len(panel.report) < before
    panel.form.report.value = "push_result"
    assert [value for _, value in panel.form.filters["push_id"].options] == ["", 2, 1]


def test_courses_of_several_catalogs_are_not_relinked_at_once(district: District) -> None:
    panel, view = shown(district, "course_status", year=None)
    view.relink_all.click()
    panel.wait()
    assert panel.push_panel is None
    assert "one course catalog in one year" in view.message.value


def test_push_to_courses_of_a_course_master(district: District) -> None:
    panel, view = shown(district, "master_awaiting_push")
    row = choose(view)
    view.to_courses.click()
    assert panel.push_panel is not None
    push = panel.push_panel
    choices = push.state.choices
    assert (choices.tool, choices.catalog, choices.year) == ("masters", row["catalog"], row["year"])
    assert choices.masters == (row["master_number"],)
    push.preview()
    panel.wait()
    assert push.plan is not None
    assert push.plan.request.masters == (row["master_id"],)  # type: ignore[union-attr]
    panel.close_button.click()
    assert panel.push_panel is None
    assert "district.panel" not in panel.state.code()


def test_push_to_sections_of_a_course(district: District) -> None:
    panel, view = shown(district, "course_awaiting_push")
    row = choose(view)
    view.to_sections.click()
    assert panel.push_panel is not None
    choices = panel.push_panel.state.choices
    assert (choices.tool, choices.calendar, choices.courses) == (
        "courses",
        row["calendar"],
        (row["course_number"],),
    )


def test_nothing_is_begun_while_a_push_is_under_way(district: District) -> None:
    panel, view = shown(district, "course_status", catalog="High School", status="desynced")
    view.relink_all.click()  # its preview is under way until it is waited for
    made = panel.report
    look_at = panel.push_panel
    panel.show_button.click()
    assert "under way" in view.message.value
    assert panel.report is made
    assert panel.push_panel is look_at
    panel.wait()


# -- students ----------------------------------------------------------------------------------------------


def test_counts_of_students_reach_no_browser(district: District) -> None:
    panel, view = shown(district, "residual")
    assert panel.report is not None
    sent = view.rows.frame
    assert MANY in sent["students"]
    assert sent.select(COUNTS).equals(panel.report.shown.select(COUNTS))
    assert "other_students" not in sent.columns
    assert "is_hidden" not in sent.columns
    assert "“10 or more”" in "".join(child.value for child in view.children if hasattr(child, "value"))


# -- files -------------------------------------------------------------------------------------------------


@few(2)
@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".html", ".md", ".parquet"])
def test_a_report_is_saved(
    district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.chdir(tmp_path)
    panel, view = shown(district, "residual")
    view.export.kind.value = ending
    assert view.export.name.value == f"residual_data{ending}"
    view.export.save.click()
    panel.wait()
    file = tmp_path / f"residual_data{ending}"
    assert file.stat().st_size > 500
    assert str(file) in view.export.message.value
    assert f'report.save("residual_data{ending}")' in panel.state.code()


def test_a_file_that_is_there_is_replaced_only_when_asked_twice(district: District, tmp_path: Path) -> None:
    file = tmp_path / "there.csv"
    former = "\ufefflast week's"
    file.write_text(former, "utf-8")
    panel, view = shown(district, "course_status")
    export = view.export
    export.name.value = str(file)
    assert export.kind.value == ".csv", "the name says what kind of file it is"
    export.save.click()
    panel.wait()
    assert file.read_text("utf-8") == former
    assert "Replace it?" in export.message.value
    export.keep.click()
    assert not is_shown(export._asking)
    export.save.click()
    export.name.value = str(tmp_path / "other.csv")
    (tmp_path / "other.csv").write_text(former, "utf-8")
    export.replace.click()
    panel.wait()
    assert (tmp_path / "other.csv").read_text("utf-8") == former, "the other file was not asked about"
    export.name.value = str(file)
    export.save.click()
    export.replace.click()
    panel.wait()
    assert file.read_text("utf-8-sig").startswith("catalog,year,school")
    assert not is_shown(export._asking)
    file.write_text("mine")
    export.save.click()
    panel.wait()
    assert "is not a CSV file that coursepush made" in export.message.value
    assert not is_shown(export._asking)
    assert file.read_text() == "mine"


def test_a_folder_that_is_not_there_is_told(district: District, tmp_path: Path) -> None:
    panel, view = shown(district, "course_status")
    view.export.name.value = str(tmp_path / "nowhere" / "report.csv")
    view.export.save.click()
    panel.wait()
    assert "There is no folder" in view.export.message.value
    view.export.name.value = str(tmp_path / "report.doc")
    view.export.save.click()
    panel.wait()
    assert ".doc" in view.export.message.value
    assert not (tmp_path / "report.doc").exists()


# -- clicks, threads, strange names ------------------------------------------------------------------------


def test_a_double_click_makes_one_report(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    whole = Reports.residual

    def counted(self: Reports, **filters: Any) -> Report:
        calls.append(threading.current_thread().name)
        return whole(self, **filters)

    monkeypatch.setattr(Reports, "residual", counted)
    panel = district.reports.panel("residual")
    panel.show_button.click()
    panel.show_button.click()
    assert panel.show_button.disabled
    assert is_shown(panel.stop_button)
    panel.wait()
    assert calls == ["coursepush"], "once, and beside the notebook"


def test_a_report_is_stopped(district: District) -> None:
    panel = district.reports.panel("course_audit", year=None)
    panel.show_button.click()
    panel.stop_button.click()
    panel.wait()
    assert panel.report is None
    assert "Stopped" in panel.message.value
    look(panel)
    assert panel.report is not None


@few(4)
@pytest.mark.parametrize("seed", first([3, 700]))
@pytest.mark.parametrize("report", IN_PANEL)
def test_a_random_district(seed: int, report: str) -> None:
    panel = random_district(seed).reports.panel(report, year=None)
    look(panel)
    view = result_of(panel)
    kinds = [name for name in ("element", "level", "told") if name in view.rows.frame.columns]
    places = view.rows.matching.with_row_index("place").unique(kinds, keep="first")["place"].head(rounds(2, 12))
    for place in places:
        choose(view, place)
        view.ask_why.click()
        panel.wait()
        said = panel.state.said
        assert bool(panel.state.why) == (said is None), said
        assert said is None or said.kind == "note" or "This is about all" in said.text, said
    assert report in ("residual", "course_awaiting_push") or len(places)


@cache
def random_district(seed: int) -> District:
    """Names that are missing, twice there or odd, courses without a master, and what others changed since."""
    district = District(store_of(make_district(seed)))
    catalog, year = district.catalogs()[0, "catalog_id"], district.catalogs()[0, "year"]
    district.apply(district.plan_master_push(catalog, year=year, to_sections=True, assume_unused=True))
    was = tables_of(district.store)
    district.refresh(frames(shown_later(was, was, random.Random(seed))), allow_removals=True)
    return district


def test_names_are_only_text() -> None:
    """What a district's files call a thing is no markup in the panel."""
    d = SmallDistrict("categories")
    evil = "<img src=x onerror=alert(1)>"
    above = d.master.category(evil, weight=20)
    d.course.category(evil, weight=10, parent=above, broken=True)
    d.course["name"] = evil
    panel = District(d.store()).reports.panel("course_audit", year=None)
    look(panel)
    view = result_of(panel)
    choose(view)
    view.ask_why.click()
    panel.wait()
    assert panel.state.said is None
    told = [view.head.value, view.details.value, view.why.value, panel.code.value]
    assert not [one for one in told if "<img" in one]
    assert "&lt;img" in view.why.value
