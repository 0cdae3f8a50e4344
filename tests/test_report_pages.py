"""What holds for every report: its page, how it shows itself, its files, its filters, the order of its rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from carried_out import frames
from engine import store_of
from every_report import ONE_BY_ONE, REPORTS, STUDENT, Told, filters_of, table, told, total
from page_reading import Page, complete_in_itself, name_everything_evil
from random_districts import make_district, make_request
from rounds import SLOW
from simulated import tables as simulated_tables
from small_district import SmallDistrict

from coursepush.district import District
from coursepush.errors import RequestError
from coursepush.model.elements import ELEMENT_LABELS, ELEMENT_ORDER
from coursepush.reports.audit import page as audit
from coursepush.reports.compare.page import HEADINGS
from coursepush.reports.drift.page import WHY as DRIFT_WHY
from coursepush.reports.files import ENDINGS
from coursepush.reports.parts import reasons
from coursepush.reports.plain import in_plain_words
from coursepush.reports.report import Report


def test_every_report_is_here(small: Told) -> None:
    public = {name for name in dir(small.district.reports) if not name.startswith("_")}
    # test_page.py, test_owners.py, test_rehearse.py
    apart = {"plan_page", "panel", "by_school", "by_teacher", "rehearsal"}
    assert public - apart == {name.partition(" ")[0] for name in REPORTS}


every_report = pytest.mark.parametrize("name", REPORTS)

SHOWS_NO_NAMES = ("cascade",)
"""Reports that count and list nothing."""


@pytest.fixture(scope="module")
def evil() -> Iterator[Told]:
    """A district whose every name is a bad one."""
    tables = make_district(14, 4)
    kind, request = make_request(14, tables)
    name_everything_evil(tables)
    found = told(tables, kind, request, 14)
    yield found
    found.district.close()


@pytest.fixture(scope="module")
def small() -> Iterator[Told]:
    """The simulated district after an overwrite push and a refresh."""
    tables = {name: [dict(row) for row in rows] for name, rows in simulated_tables().items()}
    request = {"catalog_id": "High School", "year": 2026, "mode": "overwrite", "to_sections": True}
    found = told(tables, "master", request, 3)
    yield found
    found.district.close()


@pytest.fixture(scope="module")
def whole(small: Told) -> dict[str, Report]:
    """Each report on it, nothing left out."""
    return {name: make(small) for name, make in REPORTS.items()}


@pytest.fixture(scope="module")
def badly_named(evil: Told) -> dict[str, Report]:
    return {name: make(evil) for name, make in REPORTS.items()}


def single_spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


# -- any name ----------------------------------------------------------------------------------------------------


@every_report
def test_bad_names_are_text_on_the_page(badly_named: dict[str, Report], name: str) -> None:
    report = badly_named[name]
    assert report.frame.height > 5 or name == "forecast", "no grade is there: see test_told_forecasts.py"
    page = str(report.page(max_rows=10_000))
    read = complete_in_itself(page)
    assert single_spaced(report.answer) in single_spaced(read.text)
    assert report.question in read.text
    columns = [one for one in ("school", "calendar", "catalog", "course_name", "master_name", "section_number")
               if one in report.columns]  # fmt: skip
    names = {value for one in columns for value in report.frame[one].drop_nulls()}
    on_page = {value for value in names if single_spaced(value).strip() in single_spaced(read.text)}
    assert name in (*SHOWS_NO_NAMES, "forecast") or len(on_page) >= min(5, len(names)) >= 2, on_page


@every_report
def test_bad_names_are_text_in_a_notebook_and_a_terminal(evil: Told, name: str) -> None:
    schools = evil.district.sql("select name from school order by school_id")["name"].to_list()
    takes_schools = "school" in filters_of(evil, name)
    report = REPORTS[name](evil, school=schools) if takes_schools else REPORTS[name](evil)
    shown = complete_in_itself(report._repr_html_())
    text = repr(report)
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert len(text.splitlines()) <= 25
    for school in schools if takes_schools else ():
        assert school in shown.text
        assert "".join(sign for sign in school if sign.isprintable()) in text


@every_report
def test_a_page_is_the_same_each_time(evil: Told, badly_named: dict[str, Report], name: str) -> None:
    again = REPORTS[name](evil)
    assert again.frame.equals(badly_named[name].frame)
    assert again.page() == badly_named[name].page()
    assert again._repr_html_() == badly_named[name]._repr_html_()


@every_report
def test_no_student_is_in_a_report(badly_named: dict[str, Report], name: str, tmp_path: Path) -> None:
    report = badly_named[name]
    assert not [one for one in report.columns if "student" in one and one not in ("students", "other_students")]
    digits = str(STUDENT)[:7]
    assert report.frame.filter(pl.any_horizontal(pl.all().cast(pl.String).str.contains(digits))).is_empty()
    texts = [str(report.page(max_rows=10_000)), report._repr_html_(), repr(report)]
    texts += [report.save(tmp_path / f"rows{ending}").read_text("utf-8") for ending in (".csv", ".md")]
    assert not any(digits in text for text in texts)


# -- what is cut, and what is empty -------------------------------------------------------------------------------


@every_report
@pytest.mark.parametrize("max_rows", [1, 4])
def test_a_page_lists_so_many_rows_and_counts_the_rest(whole: dict[str, Report], name: str, max_rows: int) -> None:
    report = whole[name]
    page = str(report.page(max_rows=max_rows))
    listed = sum(len(table(page, one)) for one in ONE_BY_ONE)
    if name in SHOWS_NO_NAMES:
        assert listed == 0
        return
    assert listed == max_rows
    assert f"report.save(&quot;{report.layout.name}.xlsx&quot;)" in page.replace('"', "&quot;")
    text = single_spaced(Page(page).text)
    everything = str(report.page(max_rows=100_000))
    all_rows = sum(len(table(everything, one)) for one in ONE_BY_ONE)
    left = re.findall(r"([\d,]+) more (?:row|course)s? not shown here", text)
    left += re.findall(r"([\d,]+) (?:row|course)s?, not listed here", text)
    assert sum(int(one.replace(",", "")) for one in left) == all_rows - max_rows
    assert f"<dt>Rows of the report</dt><dd><bdi>{report.height:,}</bdi></dd>" in page
    assert "not shown here" not in Page(everything).text


@pytest.fixture(scope="module")
def nothing() -> Iterator[Told]:
    """A district in which all follows, with a push that wrote nothing and a refresh that found nothing."""
    d = SmallDistrict("categories")
    upper = d.course.category("Quizzes", parent=d.master.category("Quizzes"))
    d.section.category("Quizzes", parent=upper)
    tables = d.tables()
    locks = ("grading_tasks", "standards", "assessments", "composite_grades", "grade_calc_options")
    tables["catalog_lock"] += [{"catalog_id": tables["catalog"][0]["catalog_id"], "lock": one} for one in locks]
    tables["catalog_lock"].append({"catalog_id": tables["catalog"][0]["catalog_id"], "lock": "course_info.terms"})
    district = District(store_of(tables))
    district.apply(district.plan_master_push("High School", year=2027))
    yield Told(district, district.plan_master_push("High School", year=2027), tables)
    district.close()


@every_report
def test_where_there_is_nothing_the_answer_says_why(nothing: Told, name: str) -> None:
    report = REPORTS[name](nothing)
    page = str(report.page())
    read = complete_in_itself(page)
    assert single_spaced(report.answer) in single_spaced(read.text)
    assert sum(len(table(page, one)) for one in ONE_BY_ONE) == 0
    assert "None" not in read.text.replace("None is desynced", "")
    expected = {
        "course_status": "No course is desynced: on the 1 course looked at nothing that is locked has come away",
        "course_audit": "nothing on the 1 course looked at differs from the course master",
        "master_awaiting_push": "Nothing awaits a push: the one course in scope",
        "course_awaiting_push": "Nothing awaits a push: the one section looked at",
        "cascade": "1 of 1 course is in sync with the course master. 1 of 1 section is in sync with the course.",
        "residual": "Nothing: all setup on courses and sections that students' work uses is set up above as well.",
        "push_result": "Nothing was written, and nothing is in its way.",
        "push_result of a plan": "Nothing would be written, and nothing is in its way.",
        "compare": "Neither plan would write anything.",
        "forecast": "as this push does not: no grade rests on what this changes.",
        "drift": "Not known yet: the district has not been refreshed since it was loaded.",
    }
    assert expected[name] in report.answer


# -- files -------------------------------------------------------------------------------------------------------


@every_report
@pytest.mark.parametrize("ending", [*ENDINGS, ".html"])
def test_every_file_has_all_rows(badly_named: dict[str, Report], name: str, ending: str, tmp_path: Path) -> None:
    report = badly_named[name]
    path = report.save(tmp_path / f"rows{ending}")
    match ending:
        case ".parquet":
            assert pl.read_parquet(path).equals(report.shown)
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                lines = list(csv.DictReader(file))
            assert len(lines) == report.height
            assert not any((cell or "")[:1] in "=+-@\t\r" for line in lines for cell in line.values() if cell)
        case ".xlsx":
            cells = [list(line) for line in openpyxl.load_workbook(path)["Report"].iter_rows()]
            assert len(cells) == report.height + 1
            assert [cell.value for cell in cells[0]] == in_plain_words(report.shown).columns
            assert not [cell for line in cells for cell in line if cell.data_type == "f" or cell.hyperlink]
        case ".md":
            lines = [line for line in path.read_text("utf-8").split("\n") if line.startswith("| ")]
            assert len(lines) == report.height + 2
        case _:
            assert path.read_text("utf-8") == report.page()


# -- filters -----------------------------------------------------------------------------------------------------

TAKE_SEVERAL = ("school", "element", "section")
"""Filters that the slow proofs try with two values, too; one stands for all of its kind."""

_COLUMNS = {"course": "course_number", "section": "section_number", "refresh": "refresh_id"}
"""The column that a filter is about, where it is called otherwise."""


def values_of(report: Report, chosen: str) -> list[Any]:
    """What a report may be filtered by: two values that stand in it, where it has a column of them."""
    frame = report.frame
    if chosen == "master" and "master_number" not in frame.columns:
        return []
    column = "master_number" if chosen == "master" else _COLUMNS.get(chosen, chosen)
    if column not in frame.columns:
        return []
    found = frame[column].drop_nulls().unique().sort()
    if chosen == "teacher":
        found = found.str.split("; ").explode().unique().sort()
    if chosen == "element":
        codes = {label: code for code, label in ELEMENT_LABELS.items()}
        found = found.replace(codes)
    return [found[0], found[-1]]


def keeps(report: Report, chosen: str, values: list[Any]) -> pl.Expr:
    """The rows that a filter is to keep, by polars."""
    column = pl.col("master_number" if chosen == "master" else _COLUMNS.get(chosen, chosen))
    if chosen == "teacher":  # a row of a course names all teachers in whose sections it is used
        return pl.any_horizontal(column.str.split("; ").list.contains(value) for value in values)
    if chosen == "element":
        return column.is_in([*values, *(ELEMENT_LABELS[value] for value in values)])
    return column.is_in(values)


@every_report
def test_each_filter_keeps_exactly_its_rows(small: Told, whole: dict[str, Report], name: str) -> None:
    report = whole[name]
    compared: list[str] = []
    for chosen in filters_of(small, name):
        values = values_of(report, chosen)
        if name == "course_status" and chosen == "element":
            values = []  # it narrows to courses, not to rows: see test_course_status.py
        for one in ([values[0]], values)[: 2 if SLOW and chosen in TAKE_SEVERAL else 1] if values else ():
            narrow = REPORTS[name](small, **{chosen: one if len(one) > 1 else one[0]})
            expected = report.frame.filter(keeps(report, chosen, one))
            assert narrow.frame.equals(expected), (chosen, one)
            assert expected.height > 0
            assert narrow.asked, chosen
            compared.append(chosen)
    at_least = {
        "cascade": 0,
        "forecast": 7,
        "master_awaiting_push": 4,
        "course_status": 7,
        "course_audit": 8,
    }.get(name, 8)
    assert len(set(compared)) >= at_least, compared


@every_report
def test_what_is_unknown_is_refused_with_the_valid_choices(small: Told, name: str) -> None:
    for chosen in filters_of(small, name):
        unknown = 1900 if chosen in ("year", "refresh") else "no such thing"
        with pytest.raises(RequestError) as caught:
            REPORTS[name](small, **{chosen: unknown})
        assert str(unknown) in str(caught.value)
        assert "Valid choices: " in str(caught.value), caught.value


# -- order -------------------------------------------------------------------------------------------------------


def after_all(value: Any) -> tuple[bool, Any]:
    return (value is None, value if value is not None else "")


def before_all(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else "")


@every_report
def test_rows_come_in_the_stated_order(
    badly_named: dict[str, Report], whole: dict[str, Report], name: str
) -> None:
    for frame in (badly_named[name].frame, whole[name].frame):
        in_order(name, frame)


def in_order(name: str, frame: pl.DataFrame) -> None:
    numbers = [one for one in frame.columns if one.endswith("_number")]
    assert all(frame.schema[one] == pl.String for one in numbers)
    places = {value: place for place, one in enumerate(ELEMENT_ORDER) for value in (one, ELEMENT_LABELS[one])}
    order: list[tuple[str, Callable[[Any], Any]]] = []
    if "outcome" in frame.columns:
        order.append(("outcome", lambda outcome: outcome != "written"))
    for column in ("catalog", "year", "school", "calendar", "course_number", "course_id"):
        order.append((column, after_all))
    order += [("section_number", before_all), ("section_id", before_all)]
    if name == "master_awaiting_push":
        order += [("master_number", after_all), ("master_id", after_all)]
    order.append(("element", lambda element: places.get(element, -1)))
    if name == "cascade":
        levels = {level: place for place, level in enumerate(("catalog", "master", "course", "section"))}
        order = [("level", levels.__getitem__)]
    order = [(column, key) for column, key in order if column in frame.columns]
    keys = [tuple(key(row[column]) for column, key in order) for row in frame.to_dicts()]
    assert keys == sorted(keys)
    assert len(set(keys)) >= 3 or (name == "forecast" and frame.is_empty())


# -- totals ------------------------------------------------------------------------------------------------------


def _count(frame: pl.DataFrame, **values: Any) -> int:
    return frame.filter(**values).height


def expected_totals(name: str, report: Report) -> dict[tuple[str, tuple[str, ...]], int]:
    """What the columns of the page's tables add up to: (table, columns) → sum, from the frame alone."""
    frame = report.frame
    if name == "residual":
        on_courses, in_sections = _count(frame, level="course"), _count(frame, level="section")
        return {
            (one, (heading,)): number
            for one in ("by-type", "by-school")
            for heading, number in (("Rows on courses", on_courses), ("Rows in sections", in_sections))
        } | {("reasons", ("Rows",)): frame.height}
    if name.startswith("push_result"):
        written, left = _count(frame, outcome="written"), _count(frame, outcome="could_not")
        fates = dict(frame["fate"].value_counts().rows())
        return {("by-type", (label,)): rows for label, rows in fates.items()} | {
            ("by-school", ("Rows written",)): written,
            ("by-school", ("Could not be pushed",)): left,
            ("reasons", ("Rows",)): left,
            ("by-school", ("Courses",)): frame.filter(outcome="written", level="course")["course_id"].n_unique(),
            ("by-school", ("Sections",)): frame.filter(outcome="written")["section_id"].drop_nulls().n_unique(),
        }
    if name == "compare":
        numbers = {heading: _count(frame, difference=one) for one, heading in HEADINGS.items()}
        numbers[HEADINGS["same"]] = int(report.facts["same"]["rows"].sum())
        return {(one, (heading,)): rows for one in ("by-type", "by-school") for heading, rows in numbers.items()}
    if name == "forecast":
        moving = frame.filter(pl.col("moves") > 0, pl.col("hidden_by").is_null())
        sections = moving["section_id"].n_unique()
        return {
            ("grades-by-school", ("Sections",)): sections,
            ("grades-by-teacher", ("Sections",)): sections,
            ("grades-by-school", ("Teachers",)): moving["teacher_id"].n_unique(),
        }
    if name == "drift":
        return {
            ("reasons", ("Rows",)): frame.height,
            ("by-type", ("Added", "Changed", "Removed", "Renamed", "Link changed")): frame.height,
            ("by-school", ("Rows changed",)): frame.height,
            ("by-school", ("Had been pushed",)): frame["push_id"].count(),
            ("by-school", ("Courses",)): frame.filter(level="course")["course_id"].n_unique(),
            ("by-school", ("Sections",)): frame["section_id"].drop_nulls().n_unique(),
        }
    if name == "course_audit":
        found = frame["difference"].count()
        kinds = tuple(audit.DIFFERENCES.values())
        courses = ("Desynced", "Course controlled", "No setup", "Linked")
        return {
            ("by-type", kinds): found,
            ("by-school", ("Differences",)): found,
            ("by-school", courses): frame["course_id"].n_unique(),
            ("reasons", ("Differences",)): found,
        }
    if name == "course_status":
        return {
            ("by-school", (label,)): _count(frame, status=status)
            for label, status in (
                ("Desynced", "desynced"),
                ("Course controlled", "course_controlled"),
                ("No setup", "no_setup"),
                ("Linked", "linked"),
            )
        }
    if name == "cascade":
        below = frame.filter(pl.col("level").is_in(["course", "section"]))
        labels = {
            "in_sync": "In sync",
            "differs": "Differs, no push changes it",
            "pending": "Awaiting push",
            "residual": "Residual data",
            "desynced": "Desynced",
            "ignored": "Left out of pushes",
        }
        return {
            (f"{level}s-by-school", (labels[state],)): owners
            for level, state, owners in below.select("level", "state", "owners").rows()
        } | {
            ("reasons", (f"{level.capitalize()}s",)): below.filter(pl.col("state") != "in_sync", level=level)[
                "owners"
            ].sum()
            for level in ("course", "section")
        }
    changes = {("by-type", ("Changes",)): frame.height}
    if name == "course_awaiting_push":
        return changes | {
            ("by-school", ("Changes",)): frame.height,
            ("by-school", ("Courses",)): frame["course_id"].n_unique(),
            ("by-school", ("Sections",)): frame["section_id"].n_unique(),
        }
    return changes | {("by-school", ("Changes on courses",)): frame["courses"].sum()}


@every_report
def test_the_tables_of_a_page_add_up_to_the_frame(whole: dict[str, Report], name: str) -> None:
    report = whole[name]
    page = str(report.page())
    expected = expected_totals(name, report)
    found = {(one, columns): total(table(page, one), *columns) for one, columns in expected}
    assert found == expected
    assert sum(expected.values()) > 0


def first_numbers(name: str, report: Report) -> list[int]:
    """Numbers that the answer has to give, from the frame alone."""
    frame = report.frame
    if name == "course_status":
        return [frame.height, *frame["status"].value_counts()["count"], int(frame["broken"].sum())]
    if name == "course_audit":
        found = frame.drop_nulls("difference")
        courses = frame["course_id"].n_unique()
        locked = found.filter(pl.col("hindrance").ne_missing("not_locked"))
        return [found.height, found["course_id"].n_unique(), courses, locked.height]
    if name == "master_awaiting_push":
        return [frame.height, frame["master_id"].n_unique()]
    if name == "cascade":
        totals = [int(frame.filter(level=level)["owners"].sum()) for level in ("course", "section")]
        return [*totals, *frame.filter(pl.col("level").is_in(["course", "section"]))["owners"]]
    if name == "forecast":
        moving = frame.filter(pl.col("moves") > 0, pl.col("hidden_by").is_null())
        return [moving[one].n_unique() for one in ("section_id", "teacher_id")]
    if name == "compare":
        return [*frame["difference"].value_counts()["count"], int(report.facts["same"]["rows"].sum())]
    numbers = [frame.height]
    if name.startswith("push_result"):
        numbers = [_count(frame, outcome="written"), _count(frame, outcome="could_not")]
        frame = frame.filter(outcome="written")
    if "level" in frame.columns:
        numbers.append(frame.filter(level="course")["course_id"].n_unique())
    return [*numbers, frame["section_id"].drop_nulls().n_unique()]


@every_report
def test_the_first_lines_have_the_numbers_of_the_frame(whole: dict[str, Report], name: str) -> None:
    lead = re.search(r"<p class='lead'>(.*?)</p>", str(whole[name].page()))
    assert lead is not None
    said = {int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", Page(lead[1]).text)}
    assert {one for one in first_numbers(name, whole[name]) if one} <= said


# -- named cases -------------------------------------------------------------------------------------------------


def test_a_result_has_room_for_what_could_not_be_pushed_and_for_what_was_written(small: Told) -> None:
    """The rows of both together are no more than asked for, and neither crowds the other out."""
    report = small.district.reports.push_result()
    written, left = _count(report.frame, outcome="written"), _count(report.frame, outcome="could_not")
    assert min(written, left) > 10
    for max_rows, shown in ((10, (5, 5)), (left + written, (left, written)), (2 * left + 7, (left, left + 7))):
        page = str(report.page(max_rows=max_rows))
        assert (len(table(page, "could-not")), len(table(page, "rows"))) == shown


def test_a_push_of_course_info_that_is_not_locked_is_named() -> None:
    d = SmallDistrict("categories")
    report = District(d.store()).reports.push_result(d.plan())
    row = report.filter(element="Course Info").row(0, named=True)
    assert (row["what"], row["reason"]) == ("all of it", "not_locked")


def test_reasons_that_come_as_often_stand_in_one_order() -> None:
    """Also where only what to do tells them apart; polars promises no order of groups."""
    rows = pl.DataFrame({"why": "It is so.", "what_to_do": [f"Do {place}." for place in range(9)]})
    counts = {"rows": ("Rows", pl.len())}
    found = [line["What to do"] for line in table(reasons(rows.reverse(), counts), "reasons")]
    assert found == rows["what_to_do"].to_list()


def test_a_row_that_drifted_back_needs_nothing_done() -> None:
    d = SmallDistrict("categories", "course_info.description", "course_info.state_code")
    d.master["description"], d.course["description"] = "wanted", "wanted"
    d.master["state_code"], d.course["state_code"] = "S1", "S2"
    district = District(d.store())
    tables = {name: [dict(row) for row in rows] for name, rows in d.tables().items()}
    tables["course"][0] |= {"description": "theirs", "state_code": "S1"}
    district.refresh(frames(tables))
    page = str(district.reports.drift().page())
    told = {line["Why"]: (line["Rows"], line["What to do"]) for line in table(page, "reasons")}
    assert told == {DRIFT_WHY[code][0]: ("1", DRIFT_WHY[code][1]) for code in ("as_above", "others")}
    district.close()
