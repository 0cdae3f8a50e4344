"""The page of a plan: right in its numbers, sound whatever names a district has, and complete in itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import oracle_fates
import pytest
from engine import Tables, plan_of, store_of
from linking import links_plan_of
from page_reading import EVIL, name_everything_evil
from random_districts import make_district, make_request
from rounds import first
from simulated import tables as simulated_tables
from small_district import CATALOG, YEAR, SmallDistrict

from coursepush.apply.apply import Receipt, apply_plan
from coursepush.errors import RequestError
from coursepush.model.tables import WORK_TABLES
from coursepush.model.verdicts import REASON_SENTENCES
from coursepush.plan.door import plan_asked
from coursepush.plan.fates import FATE_WORDS
from coursepush.plan.glance import plan_html
from coursepush.plan.plan import Plan
from coursepush.reports.filters import Given
from coursepush.reports.plan.page import plan_page
from coursepush.store import Store


class _Read(HTMLParser):
    """Tags, attributes and text as a browser shows them; every tag must be closed in order.

    Of pictures the text is what they show, not what they tell besides. Blanks and line breaks are one blank.
    """

    _VOID = frozenset({"meta", "br", "img", "hr", "link", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.text = " ".join(self.text.split())
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self._VOID:
            self._open.append(tag)
        if tag == "small":
            self.text += " "

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag not in ("bdi", "strong", "code", "b", "span"):
            self.text += " "

    def handle_data(self, data: str) -> None:
        if not {"style", "desc"} & set(self._open) and ("svg" not in self._open or "title" not in self._open):
            self.text += data


def _assert_complete_in_itself(page: str) -> _Read:
    read = _Read(page)
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in read.tags)
    for _, attributes in read.tags:
        assert not any(name in ("src", "srcset") or name.startswith("on") for name in attributes)
        assert str(attributes.get("href", "#")).startswith("#")  # to another part of the page itself
    assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org/2000/svg\")", page)
    return read


@pytest.fixture(scope="module")
def high_school() -> Plan:
    chosen = {"catalog_id": "High School", "year": 2026, "mode": "overwrite", "to_sections": True}
    return plan_of(store_of(simulated_tables()), "master", chosen)


def test_the_first_lines_say_what_would_happen(high_school: Plan) -> None:
    rows = high_school.rows()
    written = rows.filter(rows["verdict"].is_in(["insert", "update", "relink", "rename", "delete"]))
    courses = written.filter(hop=1)["course_id"].n_unique()
    sections = written["section_id"].drop_nulls().n_unique()
    text = _assert_complete_in_itself(plan_page(high_school)).text
    assert (
        f"{high_school.writes:,} rows would be written on {courses} courses and {sections} sections at 1 school; "
        f"{_totals(high_school)['could_not']} rows could not be pushed." in text
    )
    assert (
        text.index("could not be pushed")
        < text.index(f"Read these {len(high_school.warnings) + 2} first")
        < text.index("What kind of data")
    )
    assert all(str(warning) in text for warning in high_school.warnings)
    assert "Preview of a push: High School · 2025-26" in text
    assert "Overwrite existing course and section level data" in text
    assert high_school.digest in text
    assert "Nothing was written to the district." in text


def test_the_page_is_the_same_each_time_and_names_no_student(high_school: Plan) -> None:
    page = plan_page(high_school)
    assert page == plan_page(high_school)
    text = _Read(page).text
    assert not re.search(r"\bstudent_id\b|\bStudent \d", text)
    assert "24102-1 French Conversation and Culture" in text


def test_rows_are_capped_and_the_rest_counted(high_school: Plan) -> None:
    page = plan_page(high_school, max_rows=10)
    text = _Read(page).text
    long = {fate: rows for fate, rows in _totals(high_school).items() if rows > 10}
    assert len(long) > 3
    for rows in long.values():
        assert f"The first 10 of {rows} rows" in text
        assert f"{rows - 10} more rows not shown here; plan.rows(names=True) lists them" in text
    assert len(page) < len(plan_page(high_school))


def test_what_collides_is_told_with_old_and_new_name_whose_it_is_and_why(high_school: Plan) -> None:
    text = _assert_complete_in_itself(plan_page(high_school)).text
    assert "16 categories would be renamed, because a category from above takes the name." in text
    assert "Homework → Homework(1) The teacher The teacher's own row is in use, so it is not replaced." in text
    assert "Daily Work → Daily Work(1) From the course master" in text
    assert "Assessments → Assessments(1) The school" in text
    assert "1 course could not get the number of the course master" in text
    assert "24102-1A French I 24102-1 24102-1 French Conversation and Culture" in text


def _totals(plan: Plan) -> dict[str, int]:
    return oracle_fates.totals(plan.rows().to_dicts())


def test_what_becomes_of_rows_has_the_same_numbers_wherever_it_is_told(high_school: Plan) -> None:
    """Above, in the tiles, by data type, by maker, by school, and over each list; and they add up."""
    text = _assert_complete_in_itself(plan_page(high_school)).text
    totals = _totals(high_school)
    tiles = " ".join(f"{rows:,} {FATE_WORDS[fate].label}" for fate, rows in totals.items())
    assert tiles in text
    assert f"{totals['disappears']} rows disappear, " in text
    for fate, rows in totals.items():
        if fate not in ("renamed", "could_not"):
            assert f"What {FATE_WORDS[fate].one} {rows} rows {FATE_WORDS[fate].many}." in text
    assert f"What could not be pushed {totals['could_not']} rows could not be pushed. Why" in text
    one_school = " ".join(f"{rows:,}" for rows in totals.values())
    assert one_school in text  # the line of the one school
    assert sum(totals[one] for one in oracle_fates.WRITTEN) == high_school.writes
    assert (
        "Its task was removed from the course master but is still in use, so it is set to No Calculation." in text
    )


def test_a_page_of_a_school_or_a_teacher_has_that_part(high_school: Plan) -> None:
    teachers = high_school.rows(names=True)["teacher"].drop_nulls()
    name = teachers.mode().sort()[0]
    rows = high_school.rows(teacher=name).to_dicts()
    text = _assert_complete_in_itself(plan_page(high_school, given=Given(teacher=name))).text
    totals = oracle_fates.totals(rows)
    assert " ".join(f"{n:,} {FATE_WORDS[fate].label}" for fate, n in totals.items() if n) in text
    assert f"High School · {name}" in text or name in text
    assert "Whose grades would move" not in text
    school = high_school.rows(names=True)["school"][0]
    of_school = _assert_complete_in_itself(plan_page(high_school, given=Given(school=school))).text
    assert f"{_totals(high_school)['disappears']} rows disappear" in of_school
    with pytest.raises(RequestError, match="no teacher 'Nobody'"):
        plan_page(high_school, given=Given(teacher="Nobody"))


def test_a_title_and_a_receipt() -> None:
    tables = make_district(4)
    store = store_of(tables)
    plan = plan_of(store, *make_request(4, tables))
    preview = _assert_complete_in_itself(plan_page(plan)).text
    receipt = apply_plan(store, plan)
    page = plan_page(plan, title="Fall <push>", receipt=receipt)
    text = _assert_complete_in_itself(page).text
    assert "Fall <push>" in text
    assert "Result of a push" in text
    told = f"Push {receipt.push_id} wrote {plan.writes} rows on {receipt.applied_at:%Y-%m-%d %H:%M} UTC"
    assert (
        text.count(f"{told}, started by {receipt.applied_by}. It can be undone.") == 2
    )  # at the head and the end
    assert f"{plan.writes} rows were written on" in text
    assert text.index(told) < text.index("What kind of data")
    assert "would" in preview
    told_by_rules = [
        *map(str, plan.warnings),
        *plan.notes,
        *(why for two in REASON_SENTENCES.values() for why in two),
    ]
    for sentence in [*told_by_rules, "would have the same number", "or would have it"]:
        text = text.replace(sentence, "")
    assert "would" not in text
    assert "Read th" not in text


def test_a_receipt_of_another_plan_is_refused() -> None:
    tables = make_district(4)
    store = store_of(tables)
    plans = [plan_of(store, *make_request(4, tables)) for _ in range(2)]
    receipt = apply_plan(store, plans[0])
    with pytest.raises(RequestError, match=f"is of plan {plans[0].id}, and this is plan {plans[1].id}"):
        plan_page(plans[1], receipt=receipt)


# -- undo and links ----------------------------------------------------------------------------------------


def _pushed() -> tuple[Store, Receipt]:
    """A push that changed one category, added one and took one of the school's own away."""
    d = SmallDistrict("categories")
    d.course.category("Quizzes", parent=d.master.category("Quizzes", weight=20), weight=10)
    d.master.category("Tests")
    d.course.category("Labs")
    store = d.store()
    return store, apply_plan(store, plan_of(store, "master", _overwrite()))


def _undo(store: Store, push_id: int) -> Plan:
    with store.reading() as session:
        return plan_asked(store, session, "undo", push_id=push_id, partial=True)


def test_an_undo_has_its_own_words() -> None:
    store, receipt = _pushed()
    undo = _undo(store, receipt.push_id)
    text = _assert_complete_in_itself(plan_page(undo)).text
    assert "Preview of an undo" in text
    assert "3 rows would go back on 1 course at 1 school." in text
    assert "1 Taken away again 1 Values set back 1 Put back" in text
    for wrong in ("pushed", "What schools and teachers made", "not set up above", "Taken over", "Removed"):
        assert wrong not in text
    done = apply_plan(store, undo)
    after = _assert_complete_in_itself(plan_page(undo, receipt=done)).text
    assert "Result of an undo" in after
    assert "3 rows went back on 1 course at 1 school." in after
    assert "would" not in after
    again = _Read(plan_page(_undo(store, receipt.push_id))).text
    assert "Nothing would go back: everything is already as it was before." in again


def test_an_undo_says_what_cannot_go_back_and_why() -> None:
    store, receipt = _pushed()
    with store.writing() as session:
        session.run("edit", "update course_category set weight = 33 where name = 'Quizzes'")
    undo = _undo(store, receipt.push_id)
    text = _assert_complete_in_itself(plan_page(undo)).text
    assert "2 rows would go back on 1 course at 1 school; 1 row cannot go back." in text
    assert "What cannot go back 1 row cannot go back." in text
    why = "It has changed since the push, or something newer rests on it, so it is left alone."
    assert f"Categories Quizzes From the course master {why}" in text
    after = _Read(plan_page(undo, receipt=apply_plan(store, undo))).text
    assert "2 rows went back on 1 course at 1 school; 1 row could not go back." in after


def test_rows_of_a_course_that_is_gone_have_a_place_too() -> None:
    store, receipt = _pushed()
    with store.writing() as session:
        for table in ("course", "section", "course_category", "course_task"):
            session.run("edit", f"delete from {table}")
    undo = _undo(store, receipt.push_id)
    assert undo.left_alone == 2
    text = _assert_complete_in_itself(plan_page(undo)).text
    assert "Nothing would go back: 2 rows cannot go back." in text
    assert text.count("Courses that are no longer there") == 2  # by school, and over the rows


def test_a_plan_of_links_says_what_could_not_be_linked() -> None:
    d = SmallDistrict()
    d.master.category("Quizzes", weight=20)
    d.course.category("Quizzes", weight=20)
    old = d.new_master("OLD1", is_active=False)
    for number in ("OLD1", "OLD2"):
        d.new_course(number, master=old).category("Quizzes")
    plan = links_plan_of(d.store(), {"catalog_id": CATALOG, "year": YEAR})
    text = _assert_complete_in_itself(plan_page(plan)).text
    assert "1 row would be written on 1 course at 1 school; 2 courses could not be linked." in text
    assert "What could not be linked 2 courses could not be linked." in text
    assert "The course master is inactive, so nothing on this course is linked." in text
    assert "could not be pushed" not in text
    assert "nothing is pushed" not in text


# -- schools -----------------------------------------------------------------------------------------------


def _schools(number: int, *, names: str = "School {}") -> SmallDistrict:
    """So many schools with a course each, at which a push adds two categories (one school: three)."""
    d = SmallDistrict("categories")
    d.master.category("Quizzes")
    d.master.category("Tests")
    for place in range(number):
        d.school(1_000 + place, names.format(place), CATALOG)
        d.calendar(2_000 + place, f"Calendar {place}", school=1_000 + place)
        d.new_course("MATH1", master=d.master, calendar=2_000 + place)
    return d


def test_schools_of_one_name_are_told_apart_by_their_numbers() -> None:
    d = _schools(2, names="Lincoln High")
    page = plan_page(plan_of(d.store(), "master", {"catalog_id": CATALOG, "year": YEAR}))
    text = _assert_complete_in_itself(page).text
    for number in ("021", "01000", "01001"):
        assert text.count(f"Lincoln High ({number})") >= 3  # picture, by school, row by row
    assert "Lincoln High ·" not in text


def test_schools_and_data_are_told_by_table_and_picture() -> None:
    d = _schools(2)
    d.course.category("Labs")
    read = _assert_complete_in_itself(plan_page(plan_of(d.store(), "master", _overwrite())))
    text = read.text
    assert "School Calendar Courses Disappears Added" in text
    assert "Lincoln High Lincoln High 26-27 1 1 2" in text  # 1 course, 1 row goes, 2 come
    assert "1 row disappears, 1 that schools made among them." in text
    assert "Rows by kind of data School Calendar Categories Lincoln High Lincoln High 26-27 3" in text
    assert [tag for tag, attributes in read.tags if attributes.get("role") == "img"] == ["svg", "svg"]


def test_a_school_with_two_calendars_has_a_heading() -> None:
    d = _schools(1)
    d.calendar(3_000, "Calendar 0, evening", school=1_000)
    d.new_course("MATH1", master=d.master, calendar=3_000)
    text = _Read(plan_page(plan_of(d.store(), "master", {"catalog_id": CATALOG, "year": YEAR}))).text
    assert "School by school" in text
    assert "Calendar Courses Added" in text
    assert "School 0 Calendar 0 1 2 " in text
    assert "Calendar 0, evening 1 2 " in text


def _overwrite() -> dict[str, Any]:
    return {"catalog_id": CATALOG, "year": YEAR, "mode": "overwrite", "data": ["categories"]}


def test_a_page_with_many_schools_is_cut_and_says_so() -> None:
    d = _schools(160)
    plan = plan_of(d.store(), "master", {"catalog_id": CATALOG, "year": YEAR})
    page = plan_page(plan, max_rows=40)
    text = _assert_complete_in_itself(page).text
    assert "and 131 more schools" in text  # of 161, 30 have a bar
    assert "61 more calendars with 122 rows not shown here" in text
    assert "The first 40 of 322 rows" in text
    assert len(page) < 200_000


def test_where_it_is_not_known_whether_work_uses_a_row_the_row_says_so() -> None:
    d = SmallDistrict("categories")
    d.section.category("Labs")
    plan = plan_of(d.store(frozenset(WORK_TABLES)), "master", {**_overwrite(), "to_sections": True})
    text = _assert_complete_in_itself(plan_page(plan)).text
    assert "The teacher It is not known whether students' work uses it." in text


# -- names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first([2, 5, 9, 14]))
def test_any_name_is_shown_as_text(seed: int) -> None:
    tables = make_district(seed)
    kind, request = make_request(seed, tables)
    name_everything_evil(tables)
    plan = plan_of(store_of(tables), kind, request)
    read = _assert_complete_in_itself(plan_page(plan))
    _Read(plan_html(plan))
    if plan.writes > 20:
        assert any(name in read.text for name in EVIL)
    receipt = apply_plan(plan.store, plan)
    _assert_complete_in_itself(plan_page(plan, receipt=receipt))
    _assert_complete_in_itself(plan_page(_undo(plan.store, receipt.push_id)))


@pytest.mark.parametrize("seed", first(range(6)))
def test_random_plans_have_a_sound_page(seed: int) -> None:
    tables = make_district(seed)
    _assert_complete_in_itself(plan_page(plan_of(store_of(tables), *make_request(seed, tables))))


def _empty(tables: Tables) -> dict[str, Any]:
    """A request that has nothing in scope: a course of another catalog's master."""
    link = tables["catalog_school"][0]
    for course in tables["course"]:
        course["master_id"] = None
    return {"catalog_id": link["catalog_id"], "year": link["end_year"]}


def test_an_empty_plan_has_a_page() -> None:
    tables = make_district(8)
    request = _empty(tables)
    plan = plan_of(store_of(tables), "master", request)
    assert plan.counts().is_empty()
    text = _assert_complete_in_itself(plan_page(plan)).text
    assert "Nothing would be written: there is no course in scope." in text
    assert "Nothing is in scope" in _Read(plan_html(plan)).text


# -- the small pieces for notebooks ------------------------------------------------------------------------


def test_a_plan_in_a_notebook_reads_none_of_its_rows(high_school: Plan) -> None:
    """All it asks the district is whether anybody has to agree."""
    asked: dict[str, str] = {}
    high_school.store.on_statement = lambda name, sql: asked.update({name: sql})
    try:
        piece = high_school._repr_html_()
    finally:
        high_school.store.on_statement = None
    assert {"policy", "approvals"} <= asked.keys()
    assert len(asked) <= 6
    assert not any(high_school.tables.prefix in sql for sql in asked.values())
    read = _Read(piece)
    assert "nothing is written" in read.text
    assert "Only linked again" in read.text
    assert "Grade Calc Options" in read.text
    assert all(str(warning) in read.text for warning in high_school.warnings)
    assert len(piece) < 20_000


def test_a_receipt_in_a_notebook() -> None:
    tables = make_district(4)
    store = store_of(tables)
    receipt = apply_plan(store, plan_of(store, *make_request(4, tables)))
    read = _Read(receipt._repr_html_())
    assert f"district.plan_undo({receipt.push_id})" in read.text
