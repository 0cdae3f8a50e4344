"""The pages of Course Status and Course Audit: right in their numbers, capped, sound whatever names there are."""

from __future__ import annotations

import copy
import re
from typing import Any

import polars as pl
import pytest
from engine import store_of
from page_reading import EVIL, Page, complete_in_itself, name_everything_evil
from random_districts import make_district
from rounds import first
from simulated import tables as simulated_tables
from small_district import EXAM, GONE, SmallDistrict

from coursepush.model.elements import ELEMENT_LABELS
from coursepush.reports.audit.page import COURSE_AUDIT
from coursepush.reports.audit.report import SENTENCES, course_audit_frame
from coursepush.reports.filters import Given
from coursepush.reports.report import Report
from coursepush.reports.status.page import CAUSES, COURSE_STATUS, STATUS_LABELS
from coursepush.reports.status.report import course_status_frame
from coursepush.store import Store


def course_status(store: Store, one: str | None = None, **filters: Any) -> Report:
    frame = course_status_frame(store, one, Given(**filters))
    return Report(COURSE_STATUS, frame, asked=asked_for(one, filters))


def course_audit(store: Store, one: str | None = None, **filters: Any) -> Report:
    frame = course_audit_frame(store, one, Given(**filters))
    return Report(COURSE_AUDIT, frame, asked=asked_for(one, filters))


def asked_for(one: str | None, filters: dict[str, Any]) -> list[tuple[str, str]]:
    status = [("Status", STATUS_LABELS[one])] if one else []
    return [*status, *([("Data", ELEMENT_LABELS[filters["element"]])] if "element" in filters else [])]


NOT_LOCKED = (pl.col("hindrance") == "not_locked").fill_null(False)

BOTH = {"course_status": course_status, "course_audit": course_audit}


def read(report: Report, **options: Any) -> Page:
    page = report.page(**options)
    assert isinstance(page, str)
    return complete_in_itself(page)


@pytest.fixture(scope="module")
def simulated() -> Store:
    return store_of(simulated_tables())


@pytest.fixture(scope="module")
def status(simulated: Store) -> Report:
    return course_status(simulated)


@pytest.fixture(scope="module")
def audit(simulated: Store) -> Report:
    return course_audit(simulated)


def per_status(report: Report) -> dict[str, int]:
    return dict(report.frame.unique("course_id")["status"].value_counts().rows())


# -- the first lines ---------------------------------------------------------------------------------------


def test_course_status_answers_first_with_the_frames_numbers(status: Report) -> None:
    counts = per_status(status)
    broken = sum(status.frame["broken"].to_list())
    answer = (
        f"{counts['linked']} of {status.frame.height} courses follow their course master. "
        f"{counts['course_controlled']} are course controlled: the school manages some of it. "
        f"{counts['desynced']} are desynced: the link of {broken} locked rows to the course master is broken."
    )
    assert status.answer == answer
    text = read(status).text
    headings = ["Which courses follow", answer, "Why, and what to do", "Relinking", "School by school"]
    headings += ["Desynced courses", "Course controlled courses", "Linked courses"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    for one, label in STATUS_LABELS.items():
        assert one not in counts or f"{counts[one]} {label}" in text


def test_the_summary_adds_up_to_the_frame(status: Report, audit: Report) -> None:
    assert status.summary["Courses"].sum() == status.frame.height
    for column, heading in (("broken", "Rows desynced"), ("local", "Rows the school made")):
        assert status.summary[heading].sum() == status.frame[column].sum()
    found = audit.frame.filter(pl.col("difference").is_not_null())
    numbers = audit.summary.select(pl.all().exclude("Data", "Courses", "Rows desynced"))
    assert numbers.sum_horizontal().sum() == found.height
    assert audit.summary["Rows desynced"].sum() == status.frame["broken"].sum()


def test_both_pages_say_the_same_of_courses_and_rows(status: Report, audit: Report) -> None:
    assert per_status(status) == per_status(audit)
    broken = int(status.frame["broken"].sum())
    assert f"{broken} locked rows" in status.answer
    assert f"{per_status(audit)['desynced']} courses are desynced: {broken} locked rows have a broken link" in (
        audit.answer
    )


def test_course_audit_answers_first_with_the_frames_numbers(audit: Report) -> None:
    found = audit.frame.filter(pl.col("difference").is_not_null())
    assert audit.answer.startswith(
        f"{found.height} differences on {found['course_id'].n_unique()} of {audit.frame['course_id'].n_unique()} "
        f"courses, {found.filter(~NOT_LOCKED).height} of them in what is locked."
    )
    text = read(audit).text
    headings = ["Where do courses differ", audit.answer, "Why they differ, and what to do", "What kind of data"]
    headings += ["School by school", "Difference by difference"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_rows_that_lost_their_link_in_several_ways_are_told_apart() -> None:
    d = SmallDistrict("categories")
    other = d.new_master("BIO1").category("Elsewhere")
    d.course.category("Theirs", parent=other)
    for name in ("Quizzes", "Tests"):
        d.course.category(name, parent=d.master.category(name), broken=True)
    assert course_audit(d.store()).answer.endswith(
        "1 course is desynced: 3 locked rows have a broken link (2 changed on the course while not locked or by a "
        "script, 1 linked to another course master)."
    )


def test_one_is_told_as_one() -> None:
    d = SmallDistrict("categories")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    assert course_status(d.store()).answer == (
        "0 of 1 course follows its course master. 1 is desynced: the link of 1 locked row to the course master "
        "is broken."
    )
    assert course_audit(d.store()).answer == (
        "1 difference on the 1 course looked at, in what is locked. 1 course is desynced: 1 locked row has a "
        "broken link, changed on the course while not locked or by a script."
    )


def test_one_difference_that_is_not_locked_is_told_as_one() -> None:
    d = SmallDistrict()
    d.course.category("Own")
    assert course_audit(d.store()).answer == (
        "1 difference on the 1 course looked at, in what is not locked. No course is desynced: no locked row has "
        "a broken link."
    )


def test_both_pages_count_only_the_data_asked_for(simulated: Store) -> None:
    status = course_status(simulated, element="categories")
    audit = course_audit(simulated, element="categories")
    broken = audit.frame.filter("sets_status", link="broken")
    rows, courses = broken.unique(["course_id", "row_id"]).height, broken["course_id"].n_unique()
    assert courses < audit.frame.filter(status="desynced")["course_id"].n_unique(), "others are so by other data"
    assert f"{courses} are desynced: the link of {rows} locked rows" in status.answer
    assert f"{courses} courses are desynced: {rows} locked rows have a broken link" in audit.answer
    assert " courses are course controlled: " in status.answer.split(".")[0]
    differing = audit.frame["course_id"].n_unique()
    assert audit.answer.startswith(f"{audit.frame.height} differences on {differing} courses, ")
    assert f"{courses} Desynced courses" in read(audit).text
    assert "Linked courses" not in read(audit).text


def test_data_that_makes_no_course_desynced_is_told_so() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    d.master.task(EXAM)
    assert course_audit(d.store(), element="grading_tasks").answer == (
        "1 difference on 1 course, in what is locked. No course is desynced by this data: none of its locked rows "
        "has a broken link."
    )


def test_linked_courses_alone_are_not_all_of_them(simulated: Store) -> None:
    report = course_status(simulated, "linked")
    assert report.answer == (
        f"{report.frame.height} courses are linked. Values that only await a push count as linked: see Course "
        "Master Awaiting Push."
    )
    assert "desynced" not in course_audit(simulated, "linked").answer


def test_a_district_where_nothing_was_pushed_is_linked_and_awaits_a_push() -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes")
    report = course_status(d.store())
    assert report.answer.startswith("All of them. No course is desynced")
    assert report.answer.endswith(
        "Values that only await a push count as linked: see Course Master Awaiting Push."
    )
    assert "count as linked" in read(report).text.split("Linked courses")[-1]


def test_a_relink_is_said_to_remove_what_the_course_master_has_nothing_like() -> None:
    d = SmallDistrict("categories")
    d.course.category("Own", parent=GONE, broken=True)
    text = read(course_status(d.store())).text
    assert (
        "takes the course master's values and is linked again, or is removed if the course master has none like "
        "it (and students' work does not use it)"
    ) in text
    assert d.plan(mode="overwrite").rows(element="categories")["verdict"].to_list() == ["delete"]


def test_a_desynced_row_whose_weight_is_not_locked_is_not_called_unlocked() -> None:
    d = SmallDistrict("composite_grades")
    d.course.composite(weight=25, parent=d.master.composite(weight=50), broken=True)
    report = course_audit(d.store())
    assert reasons(str(report.page())).keys() == {SENTENCES["flagged"][0]}
    listed = read(report).text.split("Difference by difference")[1]
    assert "not locked" not in listed.replace(SENTENCES["flagged"][0], "")


# -- why, and what to do -----------------------------------------------------------------------------------


def reasons(page: str) -> dict[str, list[str]]:
    """The table of reasons: why → its other cells; of the more frequent, where it has two things to do."""
    return {why: rest for why, *rest in reversed(reason_rows(page))}


def reason_rows(page: str) -> list[list[str]]:
    """The table of reasons, line by line."""
    table = re.search(r'<div id="reasons".*?</table>', page, re.DOTALL)
    assert table
    body = table[0].split("<tbody")[1]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("<tr")[1:]]
    return [[Page(one).text for one in row] for row in rows]


def test_course_status_counts_the_courses_of_each_cause(status: Report) -> None:
    told = reasons(str(status.page()))
    frame = status.frame
    expected = {
        "broken": frame.filter(pl.col("broken") > 0),
        "local": frame.filter(pl.col("local") > 0),
        "residual": frame.filter(pl.col("residual") > 0),
        "ignored": frame.filter("ignore_master_push"),
        "master_inactive": frame.filter(~pl.col("master_is_active")),
    }
    assert told == {CAUSES[code][0]: [str(found.height), CAUSES[code][1]] for code, found in expected.items()}


def test_course_audit_counts_courses_and_differences_of_each_reason(audit: Report) -> None:
    told = reasons(str(audit.page()))
    why, what = SENTENCES["not_locked"]
    unlocked = audit.frame.filter(NOT_LOCKED)
    assert told[why] == [str(unlocked["course_id"].n_unique()), str(unlocked.height), what]
    flagged = audit.frame.filter(hindrance="desynced", because="flagged")
    assert told[SENTENCES["flagged"][0]][:2] == [str(flagged["course_id"].n_unique()), str(flagged.height)]
    numbers = [int(cells[2] or 0) for cells in reason_rows(str(audit.page()))]
    assert sum(numbers) == audit.frame["difference"].count()


def test_how_to_relink_is_a_line_of_code() -> None:
    d = SmallDistrict("categories", "grading_tasks")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    text = read(course_status(d.store())).text
    assert 'plan = report.relink(status="desynced", data=["categories"])' in text
    assert "One course catalog and one year at a time" not in text


def test_several_catalogs_and_years_are_relinked_one_at_a_time(status: Report) -> None:
    text = read(status).text
    desynced = status.frame.filter(status="desynced")
    kinds = desynced.select("catalog", "year").unique().sort("catalog", "year")
    assert f"these are {kinds.height}" in text
    catalog, year = kinds.row(0)
    assert f'report = district.reports.course_status(catalog="{catalog}", year={year})' in text
    told = re.search(r'relink\(status="desynced", data=\[(.*?)\]\)', text)
    assert told
    labels = {ELEMENT_LABELS[name] for name in told[1].replace('"', "").split(", ")}
    first = desynced.filter(catalog=catalog, year=year)["elements"]
    assert labels == {label for elements in first for label in elements.split(", ")}


def test_what_no_relink_reaches_is_said() -> None:
    d = SmallDistrict("categories")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    d.course["ignore_master_push"] = True
    page = course_status(d.store()).page()
    assert "No push reaches 1 desynced course, nor does a relink" in Page(str(page)).text
    assert reasons(str(page)).keys() == {CAUSES["broken"][0], CAUSES["ignored"][0]}
    d = SmallDistrict("categories")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    d.tables()["catalog_school"].clear()
    page = course_status(d.store()).page()
    assert "No push reaches 1 desynced course, nor does a relink" in Page(str(page)).text
    assert reasons(str(page)).keys() == {CAUSES["broken"][0], CAUSES["not_reached"][0]}


# -- the rows ----------------------------------------------------------------------------------------------


def test_linked_courses_are_counted_and_not_listed(status: Report) -> None:
    text = read(status).text
    linked = status.frame.filter(status="linked")
    assert f"{linked.height} courses are linked in all that is locked: counted above and not listed here" in text
    listed = status.frame.filter(pl.col("status") != "linked")
    names = set(listed["course_number"]) | set(listed["master_number"])
    assert any(number not in names for number in linked["course_number"])
    for number in set(linked["course_number"]) - names:
        assert f"{number} " not in text.split("Desynced courses")[1]


def test_desynced_courses_come_first_and_the_worst_where_there_is_no_room(status: Report) -> None:
    text = read(status, max_rows=3).text
    assert "The first 3 of 45 courses" in text
    assert "42 more courses not shown here." in text
    assert "Listed are those with the most rows that do not follow." in text
    worst = status.frame.filter(status="desynced").sort("broken", descending=True).head(3)
    for why in worst["why"]:
        assert why in text
    controlled = status.frame.filter(status="course_controlled").height
    assert f"{controlled} courses, not listed here." in text


def test_differences_are_capped_and_broken_ones_are_among_the_first(audit: Report) -> None:
    page = str(audit.page(max_rows=10))
    text = Page(page).text
    total = audit.frame["difference"].count()
    assert f"The first 10 of {total} rows" in text
    assert f"{total - 10} more rows not shown here." in text
    assert page.count("<span class='verdict delete'>desynced</span>") == 10
    assert len(page) < len(str(audit.page()))


def test_what_is_listed_of_a_course_stands_together(audit: Report) -> None:
    page = str(audit.page(max_rows=200))
    table = page[page.index('<div id="differences"') :]
    places: list[str] = []
    group = ""
    for row in table.split("<tr")[2:]:
        if "gt_group_heading_row" in row:
            group = Page(f"<p{row[row.index('>') :].replace('</tr>', '')}</p>").text.strip()
        elif cell := re.search(r"<td[^>]*>(.*?)</td>", row, re.DOTALL):
            place = f"{group}: {Page(cell[1]).text}"
            if not places or places[-1] != place:
                places.append(place)
    assert len(places) > 20
    assert len(places) == len(set(places))


def test_values_are_in_words() -> None:
    d = SmallDistrict("categories", "grade_calc_options", "assessments", "course_info.takes_attendance")
    d.course.category("Quizzes", weight=10, parent=d.master.category("Quizzes", weight=20))
    d.course.category("Own", weight=5, drop_lowest=1)
    d.master.option(use_percent=True)
    d.master.assessment()
    d.master["takes_attendance"], d.course["takes_attendance"] = True, None
    text = read(course_audit(d.store())).text
    for words in (
        "Quizzesweight", "Course master: 20", "Course: 10", "Course master: does not have it",
        "Course: weight 5, lowest scores dropped 1", "Course master: calculation in progress, uses percent yes",
        "Course master: has it", "Course: does not have it", "Course master: yes", "Course: blank",
    ):  # fmt: skip
        assert words in text, words
    assert '"' not in text.split("Difference by difference")[1].split("About this report")[0]


# -- nothing to show ---------------------------------------------------------------------------------------


def test_empty_states_say_why() -> None:
    d = SmallDistrict("categories")
    d.course["master_id"] = None
    store = d.store()
    assert course_status(store).answer == "None: no course of the district is linked to a course master."
    assert course_audit(store).answer == (
        "There is nothing to compare: no course of the district is linked to a course master."
    )
    for make in BOTH.values():
        assert "rows" not in read(make(store)).text.split("About this report")[0]

    store = SmallDistrict("categories").store()
    assert course_status(store).answer == (
        "All of them. No course is desynced: on the 1 course looked at nothing that is locked has come away from "
        "the course master. Values that only await a push count as linked: see Course Master Awaiting Push."
    )
    assert course_audit(store).answer == (
        "Nowhere: nothing on the 1 course looked at differs from the course master."
    )
    assert "there is nothing to relink" in read(course_status(store)).text
    read(course_audit(store))
    assert course_status(store, "desynced").answer == (
        "None to show: no course with a course master fits what was asked for."
    )
    assert "fits what was asked for" in course_audit(store, "desynced").answer


def test_of_one_status_only_that_is_told(simulated: Store) -> None:
    report = course_status(simulated, "desynced")
    assert report.answer.startswith(f"{report.frame.height} courses are desynced: the link of ")
    text = read(report).text
    assert "Linked courses" not in text
    assert "linked in all that is locked" not in text


# -- any district ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("seed", first([2, 5, 9]))
def test_any_name_is_shown_as_text(seed: int, name: str) -> None:
    tables = copy.deepcopy(make_district(seed))
    name_everything_evil(tables)
    page = read(BOTH[name](store_of(tables)))
    for evil in (EVIL[0], EVIL[2], EVIL[6]):
        assert evil in page.text


@pytest.mark.parametrize("name", BOTH)
def test_a_catalog_in_a_line_of_code_stays_text(name: str) -> None:
    d = SmallDistrict("categories")
    d.tables()["catalog"][0]["name"] = 'A "b" </code><script>\\'
    d.calendar(99, "Next", year=2028)
    d.tables()["catalog_school"].append({"school_id": 11, "end_year": 2028, "catalog_id": 1})
    above = d.master.category("Quizzes")
    d.course.category("Quizzes", parent=above, broken=True)
    d.new_course("MATH2", master=d.master, calendar=99).category("Quizzes", parent=GONE, broken=True)
    text = read(BOTH[name](d.store())).text
    if name == "course_status":
        assert 'course_status(catalog="A \\"b\\" </code><script>\\\\", year=2027)' in text


@pytest.mark.parametrize("name", BOTH)
def test_the_page_is_the_same_each_time_and_names_no_student(simulated: Store, name: str) -> None:
    one, other = (str(BOTH[name](simulated).page()) for _ in range(2))
    assert one == other
    assert not re.search(r"\bstudent_id\b|\bStudent \d", Page(one).text)


@pytest.mark.parametrize("name", BOTH)
def test_the_page_of_a_large_district_stays_small(simulated: Store, name: str) -> None:
    report = BOTH[name](simulated)
    copies = 44_000 // report.frame["course_id"].n_unique() + 1
    many = [
        report.frame.with_columns(pl.col("course_id") + copy * 1_000_000, pl.col("school") + f" {copy}")
        for copy in range(copies)
    ]
    large = Report(report.layout, pl.concat(many))
    assert large.frame["course_id"].n_unique() >= 44_000
    page = str(large.page())
    assert len(page) < 800_000
    text = complete_in_itself(page).text
    assert "The first 300 of" in text
    assert f"{per_status(large)['desynced']:,}" in large.answer
