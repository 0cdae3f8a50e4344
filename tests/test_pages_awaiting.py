"""The pages of what awaits a push: their numbers are the reports', and any name is only text."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import pytest
from engine import Tables, store_of
from page_reading import EVIL, Page, complete_in_itself, name_everything_evil
from random_districts import make_district
from rounds import first
from simulated import tables as simulated_tables
from small_district import GONE, PROGRESS, TERM, SmallDistrict

from coursepush.model.verdicts import REASON_SENTENCES
from coursepush.reports.awaiting.page import COURSE_AWAITING, MASTER_AWAITING
from coursepush.reports.awaiting.report import Awaiting, course_awaiting, master_awaiting
from coursepush.reports.cascade.page import CASCADE
from coursepush.reports.cascade.report import cascade_frames
from coursepush.reports.filters import Given
from coursepush.reports.report import Layout, Report
from coursepush.store import Store

EVERYTHING = Given()


def told(layout: Layout, found: Awaiting) -> Report:
    return Report(layout, found.frame, notes=found.notes, facts=found.facts)


def of_masters(store: Store, given: Given = EVERYTHING, **more: Any) -> Report:
    return told(MASTER_AWAITING, master_awaiting(store, given, **more))


def of_courses(store: Store, given: Given = EVERYTHING) -> Report:
    return told(COURSE_AWAITING, course_awaiting(store, given))


@pytest.fixture(scope="module")
def masters() -> Report:
    return of_masters(store_of(simulated_tables()))


@pytest.fixture(scope="module")
def courses() -> Report:
    return of_courses(store_of(simulated_tables()))


def text_of(report: Report, max_rows: int = 300) -> str:
    """The page's text with single blanks."""
    read = complete_in_itself(str(report.page(max_rows=max_rows)))
    return re.sub(r"\s+", " ", read.text)


def table_of(page: str, table_id: str) -> list[list[str]]:
    """The cells of one table of the page, line by line."""
    body = page.split(f'id="{table_id}"', 1)[1].split("<tbody", 1)[1].split("</tbody>", 1)[0]
    lines = (re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, re.DOTALL) for line in body.split("<tr")[1:])
    return [[Page(cell).text.strip() for cell in line] for line in lines]


def number(cell: str) -> int:
    """A count; its unit is shown on a phone."""
    return int((cell.split() or ["0"])[0].replace(",", ""))


# -- numbers -------------------------------------------------------------------------------------------------


def test_the_answer_about_course_masters_has_the_reports_numbers(masters: Report) -> None:
    frame, totals = masters.frame, masters.facts["totals"]
    assert masters.answer.startswith(
        f"{frame.height} changes of {frame['master_id'].n_unique()} course masters await a push to "
        f"{totals['courses']} courses at {totals['schools']} schools."
    )
    left_out = {row["reason"]: row for row in masters.facts["left_out"].to_dicts()}
    desynced = left_out["desynced"]
    assert f"{desynced['rows']} rows on {desynced['courses']} courses could not be pushed" in masters.answer
    skipped = left_out["ignore_master_push"]["courses"] + left_out["master_inactive"]["courses"]
    assert f"{skipped} courses are left out" in masters.answer
    text = text_of(masters)
    assert text.index(masters.answer) < text.index("What to do")
    assert text.index("What to do") < text.index("School by school") < text.index("Change by change")


def test_the_answer_about_courses_has_the_reports_numbers(courses: Report) -> None:
    frame = courses.frame
    assert courses.answer.startswith(
        f"{frame.height} changes await a push to {frame['section_id'].n_unique()} sections of "
        f"{frame['course_id'].n_unique()} courses at {frame['school'].n_unique()} school"
    )
    assert courses.answer in text_of(courses)


@pytest.mark.parametrize("kind", ["masters", "courses"])
def test_the_tables_add_up_to_the_report(kind: str, request: pytest.FixtureRequest) -> None:
    report: Report = request.getfixturevalue(kind)
    page = str(report.page(max_rows=1_000))
    by_type = table_of(page, "by-type")
    assert sum(number(line[1]) for line in by_type) == report.frame.height
    assert len(by_type) == report.frame["element"].n_unique() == report.summary.height
    by_school = [line for line in table_of(page, "by-school") if len(line) > 1]
    assert sum(number(line[-1]) for line in by_school) == report.facts["totals"]["writes"]
    listed = [line for line in table_of(page, "changes") if len(line) > 1]
    assert len(listed) == report.frame.height
    left_out = table_of(page, "left-out")
    found = report.facts["left_out"].to_dicts()
    assert [line[0] for line in left_out] == [REASON_SENTENCES[row["reason"]][0] for row in found]
    assert [line[3] for line in left_out] == [REASON_SENTENCES[row["reason"]][1] for row in found]
    owners = "courses" if kind == "masters" else "owners"
    assert [number(line[2]) for line in left_out] == [row[owners] for row in found]


def test_each_change_stands_under_its_course_master_most_first(masters: Report) -> None:
    lines = table_of(str(masters.page(max_rows=1_000)), "changes")
    on_courses: dict[str, int] = {}
    heading = ""
    for line in lines:
        if len(line) == 1:
            heading = line[0]
            assert heading not in on_courses
            on_courses[heading] = 0
        else:
            on_courses[heading] += number(line[2])
    writes = list(on_courses.values())
    assert writes == sorted(writes, reverse=True)
    expected = masters.frame.group_by("catalog", "year", "master_number", "master_name").agg(
        pl.col("courses").sum()
    )
    assert on_courses == {
        f"{master} {name} · {catalog} · {year - 1}-{year % 100:02d}": total
        for catalog, year, master, name, total in expected.rows()
    }


def test_a_change_is_told_in_words() -> None:
    d = SmallDistrict("categories", "course_info.description")
    d.master["description"] = "blank"
    d.course["description"] = "added: more"
    quizzes = d.master.category("Quizzes", weight=25, task_ids=[TERM])
    d.course.category("Homework", parent=quizzes, weight=20, task_ids=[TERM])
    d.course.category("Quizzes", weight=7)
    d.course.category("Old", parent=GONE, weight=3)
    d.master.category("Labs", weight=0)
    d.master.category("Tests", weight=5)
    d.course.category("Tests", parent=GONE, weight=5)
    page = str(of_masters(d.store()).page())
    told_changes = [re.sub(r"\s+", " ", line[1]) for line in table_of(page, "changes") if len(line) > 1]
    assert told_changes == [
        "Changed: added: more → blank",
        "Added: weight 0",
        "Removed: weight 3",
        "Changed: name Homework → Quizzes",
        "Changed: weight 20 → 25",
        "Renamed: Quizzes → Quizzes(1)",
        "Linked again, its values stay",
    ]
    assert "district.plan_master_push(&#x27;High School&#x27;, year=2027)" in page


def test_rows_are_capped_and_the_rest_counted(masters: Report, courses: Report) -> None:
    for report in (masters, courses):
        text = text_of(report, max_rows=5)
        assert f"The first 5 of {report.frame.height} rows" in text
        assert f"{report.frame.height - 5} more rows not shown here." in text
        assert f'report.save("{report.layout.name}.xlsx")' in text
        assert report.page(max_rows=5) == report.page(max_rows=5)


# -- any name, and nothing at all ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first([2, 9]))
def test_any_name_is_shown_as_text(seed: int) -> None:
    tables = make_district(seed)
    name_everything_evil(tables)
    store = store_of(tables)
    for report in (of_masters(store), of_courses(store)):
        assert report.frame.height > 0
        assert any(name in complete_in_itself(str(report.page())).text for name in EVIL)
        assert "student" not in "".join(report.frame.columns)


def test_where_nothing_awaits_a_push_the_page_says_why() -> None:
    d = SmallDistrict("categories")
    d.section.category("Mine", weight=3)
    for report, answer in (
        (
            of_masters(d.store()),
            "Nothing awaits a push: the one course in scope of a push of course masters has what is locked as the "
            "course master has it, as far as a push would write it.",
        ),
        (
            of_courses(d.store()),
            "Nothing awaits a push: the one section looked at has what the course has, as far as a push would "
            "write it.",
        ),
    ):
        assert report.answer == answer
        assert report.summary.is_empty()
        text = text_of(report)
        assert answer in text
        assert "What to do Push All" not in text


def _nothing(d: SmallDistrict, more: Given = EVERYTHING) -> tuple[str, str]:
    """The two answers where nothing can be written, each on its page; no call is printed."""
    reports = of_masters(d.store(), more), of_courses(d.store(), more)
    for one in reports:
        assert one.frame.is_empty()
        assert one.answer in text_of(one)
        assert "before anything is written" not in text_of(one)
    return reports[0].answer, reports[1].answer


def test_what_could_not_be_pushed_is_not_said_to_be_equal() -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=25)
    d.course["ignore_master_push"] = True
    assert _nothing(d)[0] == "A push would write nothing; 1 course is left out: see below."
    d = SmallDistrict("categories")
    d.master["is_active"] = False
    assert _nothing(d)[0] == "A push would write nothing; 1 course is left out: see below."
    d = SmallDistrict("categories")
    d.course["is_cross_site"] = True
    d.course.category("Quizzes", weight=25)
    d.new_section(d.course, "2")
    assert _nothing(d)[1] == "A push would write nothing; 2 sections are left out: see below."


def test_rows_that_a_push_leaves_are_not_said_to_be_equal() -> None:
    one_row = "A push would write nothing; 1 row on 1 course could not be pushed: see below."
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=25)
    mine = d.course.category("Quizzes", weight=20)
    d.section.category("Quizzes", parent=mine, weight=20)
    assert _nothing(d)[0] == one_row
    d = SmallDistrict("course_info.number")
    d.course["number"] = "MATH-A"
    d.new_course("MATH1", master=None)
    assert _nothing(d)[0] == one_row
    d = SmallDistrict("categories")
    d.master.category("Quizzes", task_ids=[PROGRESS])
    d.course.category("Tests", task_ids=[PROGRESS])
    masters, courses = _nothing(d)
    assert masters == one_row
    assert courses == "A push would write nothing; 1 row on 1 section could not be pushed: see below."
    d = SmallDistrict("grade_calc_options")
    d.master.option(TERM, 9)
    d.master.option(TERM, 8)
    d.new_course("MATH2", master=d.master, ignore_master_push=True)
    assert _nothing(d)[0] == (
        "A push would write nothing; 2 rows on 1 course could not be pushed and 1 course is left out: see below."
    )


def test_equality_is_claimed_of_what_was_looked_at_alone() -> None:
    d = SmallDistrict("categories", "grade_calc_options")
    d.course_has("grade_calc_options")
    d.section.option(TERM, 1, parent=d.tables()["course_grade_calc"][0]["row_id"])
    d.master.category("Quizzes", weight=25)
    masters, courses = _nothing(d, Given(element="grade_calc_options"))
    assert "has what is locked of Grade Calc Options as the course master has it" in masters
    assert "has what the course has of Grade Calc Options" in courses


def test_every_reason_is_in_the_answer_beside_what_awaits() -> None:
    d = SmallDistrict("categories")
    d.master.category("Labs", weight=5)
    d.master.category("Quizzes", weight=25)
    mine = d.course.category("Quizzes", weight=20)
    d.section.category("Quizzes", parent=mine, weight=20)
    awaits = "1 change of 1 course master awaits a push to 1 course at 1 school."
    assert of_masters(d.store()).answer == (
        f"{awaits} 1 row on 1 course could not be pushed, for reasons given below."
    )
    d = SmallDistrict("categories")
    d.master.category("Labs", weight=5)
    d.master.category("Quizzes", weight=25)
    d.course.category("Quizzes", weight=20)
    tests = d.master.category("Tests", weight=30)
    d.course.category("Tests", parent=tests, broken=True)
    answer = of_masters(d.store()).answer
    assert "1 row on 1 course could not be pushed: the link to the course master is broken." in answer
    assert "1 row on 1 course could not be pushed, for other reasons." in answer


def _without_courses() -> Tables:
    tables = SmallDistrict("categories").tables()
    for name, rows in tables.items():
        if name.startswith(("course", "section", "master", "assignment")):
            rows.clear()
    return tables


def test_a_district_without_courses_has_pages() -> None:
    store = store_of(_without_courses())
    assert of_masters(store).answer == "Nothing awaits a push: no course is in scope of a push of course masters."
    assert of_courses(store).answer == "Nothing awaits a push: there is no section to look at."
    for report in (of_masters(store), of_courses(store)):
        assert report.answer in text_of(report)


def test_one_of_each_is_told_in_the_singular() -> None:
    d = SmallDistrict("categories")
    quizzes = d.master.category("Quizzes", weight=25)
    d.course.category("Quizzes", parent=quizzes, weight=20)
    d.course.category("Other", parent=quizzes, broken=True)
    ignored = d.new_course("MATH2", master=d.master, ignore_master_push=True)
    d.new_section(ignored)
    report = of_masters(d.store())
    assert report.answer == (
        "1 change of 1 course master awaits a push to 1 course at 1 school. 1 course is left out: marked Ignore "
        "Master Push, or of an inactive course master."
    )
    report = of_courses(d.store())
    assert report.answer == "2 changes await a push to 1 section of 1 course at 1 school."


def test_the_cascade_says_one_of_one_in_the_singular() -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=25)
    quizzes = d.course.category("Quizzes", weight=20)
    d.section.category("Quizzes", parent=quizzes, weight=10)
    frame, by_school = cascade_frames(d.store(), EVERYTHING)
    report = Report(CASCADE, frame, facts={"by_school": by_school})
    assert report.answer == (
        "0 of 1 course is in sync with the course master: 1 with differences that no push changes. "
        "0 of 1 section is in sync with the course: 1 awaiting push."
    )
    page = complete_in_itself(str(report.page())).text
    assert "Differs, no push changes it: what the level above has is not there" in page
    assert "Push All Courses: 1 section awaits it" in page


def test_what_is_left_out_of_the_whole_report_is_in_the_small_print(masters: Report) -> None:
    text = text_of(masters)
    assert "Only what a course catalog locks is pushed, and so listed here." in text
    unreached = next(note for note in masters.notes if "not in scope of such a push" in note)
    assert unreached in text
    tables = simulated_tables()
    assert (
        int(unreached.split()[0].replace(",", "")) == len(tables["course"]) - masters.facts["totals"]["looked_at"]
    )
    short = of_masters(store_of(simulated_tables()), Given(catalog="High School", year=2026), attributes=False)
    assert "Course Info is left out, as asked." in text_of(short)
