"""How links are proposed, case by case; engine and oracle must agree on every row."""

from __future__ import annotations

from typing import Any

import oracle_links
import pytest
from both_readings import Said, _said, assert_agree, by_name
from linking import links_plan_of
from rounds import few
from small_district import CATALOG, GONE, PROGRESS, STANDARD, SUMMER, TERM, TEST, YEAR, SmallDistrict

from coursepush.model.elements import SETUP_ELEMENTS
from coursepush.plan.plan import Plan

LOCAL = ("relink", "key_match", "local")
ORPHAN = ("relink", "key_match", "orphan")
ALREADY = ("same", None, "linked")
DESYNCED = ("keep", "desynced", "broken")
SCHOOL_OWNS = ("keep", "course_managed", "local")
TEACHER_OWNS = ("keep", "teacher_managed", "local")
LEFT_ORPHAN = ("keep", None, "orphan")


def plan_links(d: SmallDistrict, **chosen: Any) -> Plan:
    return links_plan_of(d.store(), {"catalog_id": CATALOG, "year": YEAR, **chosen})


def links(d: SmallDistrict, *, hop: int, element: str = "categories", **chosen: Any) -> list[Said]:
    """What a plan of links says of one element, by engine and oracle, which agree on everything."""
    expected = oracle_links.plan_links(d.tables(), catalog_id=CATALOG, year=YEAR, **chosen)
    plan = plan_links(d, **chosen)
    assert_agree(plan, expected)
    matches = {(hop, element): tuple(rows) for hop, element, *rows in plan.matches().rows()}
    assert matches == oracle_links.matches(expected)
    return [row for row in map(_said, expected) if (row.hop, row.element) == (hop, element)]


def words(d: SmallDistrict, *, hop: int, element: str = "categories", **chosen: Any) -> list[Any]:
    return [row.words for row in links(d, hop=hop, element=element, **chosen)]


def matches(d: SmallDistrict, hop: int, element: str = "categories") -> tuple[int, int, int]:
    """(equal, differing, unmatched)"""
    return {row[:2]: row[2:] for row in plan_links(d).matches().rows()}[hop, element]


# -- pairing by key ----------------------------------------------------------------------------------------


@few(8)
@pytest.mark.parametrize("element", [element.name for element in SETUP_ELEMENTS])
@pytest.mark.parametrize("other", [False, True], ids=["equal", "differing"])
def test_a_row_without_a_link_gets_one_to_the_row_with_its_key_and_keeps_its_values(
    element: str, other: bool
) -> None:
    d = SmallDistrict()
    wanted = d.master.typical(element)
    present = d.course.typical(element, other=other)
    row = next(row for row in links(d, hop=1, element=element) if row.row_id == present)
    assert row.words == LOCAL
    assert row.parent_row_id == wanted
    assert row.before == row.after == d.typical_values("course", element)
    assert matches(d, 1, element)[:2] == (not other, other)


@pytest.mark.parametrize("element", [element.name for element in SETUP_ELEMENTS if element.has_sections])
def test_a_section_row_gets_a_link_to_the_course_row_with_its_key(element: str) -> None:
    d = SmallDistrict()
    wanted, present = d.course.typical(element), d.section.typical(element, other=True)
    [row] = links(d, hop=2, element=element)
    assert (row.words, row.row_id, row.parent_row_id) == (LOCAL, present, wanted)
    assert row.before == row.after == d.typical_values("section", element)
    assert matches(d, 2, element) == (0, 1, 0)


def test_names_pair_whatever_their_case_and_then_differ() -> None:
    d = SmallDistrict()
    d.master.category("Quizzes", weight=20)
    d.course.category("QUIZZES", weight=20)
    assert words(d, hop=1) == [LOCAL]
    assert matches(d, 1) == (0, 1, 0)


def test_a_key_has_one_row_on_one_owner_so_that_a_row_above_gets_one() -> None:
    d = SmallDistrict()
    quizzes = d.master.category("Quizzes")
    for course in (d.course, d.new_course("MATH2", master=d.master)):
        course.category("Quizzes")
        course.category("Quizzes(1)")
    rows = links(d, hop=1)
    assert sorted((row.course_id, row.parent_row_id) for row in rows if row.parent_row_id) == [
        (501, quizzes),
        (502, quizzes),
    ]


def test_what_has_no_counterpart_stays_whose_it_is_and_what_is_only_wanted_has_no_verdict() -> None:
    d = SmallDistrict()
    d.master.category("Wanted alone")
    d.course.category("School's")
    d.course.category("Left over", parent=GONE)
    d.section.category("Teacher's")
    d.section.category("Gone", parent=GONE)
    assert by_name(links(d, hop=1)) == {"School's": SCHOOL_OWNS, "Left over": LEFT_ORPHAN}
    assert by_name(links(d, hop=2)) == {"Teacher's": TEACHER_OWNS, "Gone": LEFT_ORPHAN}
    assert matches(d, 1) == matches(d, 2) == (0, 0, 2)


# -- rows that have a link -------------------------------------------------------------------------------


def test_a_linked_row_is_linked_whatever_its_values_and_nothing_else_gets_its_row_above() -> None:
    d = SmallDistrict()
    quizzes = d.master.category("Quizzes", weight=20)
    d.course.category("Pop quizzes", parent=quizzes, weight=5)
    d.course.category("Quizzes")
    assert sorted(words(d, hop=1)) == [SCHOOL_OWNS, ALREADY]
    assert matches(d, 1) == (0, 0, 1)


def test_an_orphan_is_linked_to_the_row_that_came_back_under_another_id() -> None:
    d = SmallDistrict()
    tests = d.master.category("Tests")
    course_tests = d.course.category("Tests", parent=GONE)
    d.section.category("Tests", parent=GONE)
    [on_course], [on_section] = links(d, hop=1), links(d, hop=2)
    assert (on_course.words, on_course.parent_row_id) == (ORPHAN, tests)
    assert (on_section.words, on_section.parent_row_id) == (ORPHAN, course_tests)


def test_a_broken_link_is_left_alone() -> None:
    d = SmallDistrict()
    other = d.new_master("ART1").category("Labs")
    d.course.category("Quizzes", parent=d.master.category("Quizzes"), broken=True)
    d.master.category("Labs")
    d.course.category("Labs", parent=other)
    d.course.category("Own", parent=GONE, broken=True)
    assert by_name(links(d, hop=1)) == {"Quizzes": DESYNCED, "Labs": DESYNCED, "Own": DESYNCED}
    assert matches(d, 1) == (0, 0, 0)


def test_a_row_of_another_element_is_no_row_above() -> None:
    """Grading tasks and standards share a table."""
    d = SmallDistrict()
    standard = d.master.task(STANDARD)
    d.master.task(PROGRESS)
    d.course.task(PROGRESS, parent=standard)
    assert words(d, hop=1, element="grading_tasks") == [ALREADY, ALREADY, DESYNCED]


def test_a_broken_row_holds_on_to_its_row_above() -> None:
    """A push pairs the two; a row linked beside them would be a second one of the same parent."""
    d = SmallDistrict()
    quizzes = d.master.category("Quizzes")
    d.course.category("Pop quizzes", parent=quizzes, broken=True)
    d.course.category("Quizzes")
    assert by_name(links(d, hop=1)) == {"Pop quizzes": DESYNCED, "Quizzes": SCHOOL_OWNS}


def test_of_several_categories_with_one_parent_the_others_are_local() -> None:
    d = SmallDistrict()
    quizzes, tests = d.master.category("Quizzes"), d.master.category("Tests")
    d.course.category("Quizzes", parent=quizzes)
    d.course.category("Tests", parent=quizzes, broken=True)
    d.course.category("Labs", parent=quizzes)
    rows = {row.key["name"]: row for row in links(d, hop=1)}
    assert {name: row.words for name, row in rows.items()} == {
        "Quizzes": ALREADY,
        "Tests": LOCAL,
        "Labs": SCHOOL_OWNS,
    }
    assert rows["Tests"].parent_row_id == tests


def test_a_row_with_another_key_than_its_parent_is_broken_on_a_course_and_linked_by_its_key_on_a_section() -> None:
    d = SmallDistrict()
    first, second = d.master.option(TERM, 1), d.master.option(TERM, 2)
    course_second = d.course.option(TERM, 2, parent=first)
    course_first = d.course.option(TERM, 1, parent=first)
    d.section.option(TERM, 2, parent=course_first)
    rows = links(d, hop=1, element="grade_calc_options")
    assert [(row.words, row.parent_row_id) for row in rows] == [(DESYNCED, second), (ALREADY, first)]
    [row] = links(d, hop=2, element="grade_calc_options")
    assert (row.words, row.parent_row_id) == (ORPHAN, course_second)


def test_a_local_row_may_be_flagged_broken_and_is_linked_all_the_same() -> None:
    d = SmallDistrict()
    d.master.category("Quizzes")
    d.course.category("Quizzes", broken=True)
    assert words(d, hop=1) == [LOCAL]


# -- what may be linked ----------------------------------------------------------------------------------


def test_what_cannot_be_pushed_can_be_linked() -> None:
    """Of a task that the course lacks, in a term that its calendar lacks or its section does not meet in."""
    d = SmallDistrict()
    for owner in (d.master, d.course):
        owner.category("Essays", task_ids=[PROGRESS])
        owner.option(PROGRESS, 9)
        owner.option(TERM, 4)
        owner.assessment(TEST, standard_task_id=STANDARD)
    d.section.option(TERM, 4)
    d.section.meets_in(1, 2)
    assert words(d, hop=1) == [LOCAL]
    assert words(d, hop=1, element="assessments") == [LOCAL]
    assert words(d, hop=1, element="grade_calc_options") == [LOCAL, LOCAL]
    assert words(d, hop=2, element="grade_calc_options") == [LOCAL]


def test_what_is_left_over_on_a_course_is_a_row_above_like_any_other() -> None:
    d = SmallDistrict()
    left_over = d.course.category("Old", parent=GONE)
    d.section.category("Old")
    [row] = links(d, hop=2)
    assert (row.words, row.parent_row_id) == (LOCAL, left_over)


def test_a_link_does_not_wait_for_a_lock_and_reaches_courses_that_no_push_does() -> None:
    d = SmallDistrict()  # not one lock
    d.master.category("Quizzes")
    d.course["ignore_master_push"] = d.course["is_cross_site"] = True
    d.course.category("Quizzes")
    d.section.category("Quizzes")
    assert words(d, hop=1) == words(d, hop=2) == [LOCAL]


def test_courses_of_an_inactive_master_are_skipped() -> None:
    d = SmallDistrict()
    d.master["is_active"] = False
    d.master.category("Quizzes")
    d.course.category("Quizzes")
    d.section.category("Quizzes")
    assert words(d, hop=1, element="*") == [("skip", "master_inactive", None)]
    assert words(d, hop=1) == words(d, hop=2) == []


def test_other_catalogs_years_and_courses_without_a_master_are_out_of_reach() -> None:
    d = SmallDistrict()
    d.add("catalog", catalog_id=12, name="Middle School")
    d.calendar(33, "Lincoln High 25-26", year=YEAR - 1)
    other = d.new_master("ART1", catalog=12)
    for course in (
        d.new_course("OWN", master=None),
        d.new_course("ART1", master=other),
        d.new_course("MATH1", master=d.master, calendar=33),
    ):
        course.category("Quizzes")
    d.master.category("Quizzes")
    other.category("Quizzes")
    assert words(d, hop=1) == []


def test_summer_calendars_are_linked_where_they_are_named() -> None:
    d = SmallDistrict()
    d.calendar(SUMMER, "Lincoln High Summer 2027", summer=True)
    d.master.category("Quizzes")
    d.new_course("MATH1", master=d.master, calendar=SUMMER).category("Quizzes")
    assert words(d, hop=1) == []
    assert words(d, hop=1, calendars=[SUMMER]) == [LOCAL]


def test_data_narrows_to_the_elements_named() -> None:
    d = SmallDistrict()
    for owner in (d.master, d.course, d.section):
        owner.category("Quizzes")
        owner.option()
    assert words(d, hop=1, data=["grade_calc_options"]) == []
    assert words(d, hop=2, data=["grade_calc_options"]) == []
    assert words(d, hop=1, element="grade_calc_options", data=["grade_calc_options"]) == [LOCAL]
    assert words(d, hop=2, element="grade_calc_options", data=["grade_calc_options"]) == [LOCAL]
    assert plan_links(d, data=["assessments"]).counts().is_empty()


# -- equal and differing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("post_only", [False, True])
def test_values_are_compared_as_a_push_would_write_them(post_only: bool) -> None:
    """The options of a post-only task are pushed without calculation."""
    d = SmallDistrict()
    d.course.task(PROGRESS, is_post_only=post_only)
    d.master.option(PROGRESS, 1, calc_type="in_progress")
    d.course.option(PROGRESS, 1, calc_type="none")
    d.course.option(PROGRESS, 2, calc_type="in_progress")
    d.section.option(PROGRESS, 1, calc_type="none")
    d.section.option(PROGRESS, 2, calc_type="none")
    assert matches(d, 1, "grade_calc_options") == (post_only, not post_only, 1)
    assert matches(d, 2, "grade_calc_options") == (1 + post_only, not post_only, 0)
    links(d, hop=1)


def test_weights_of_composites_are_compared_whatever_is_locked() -> None:
    d = SmallDistrict("composite_grades")  # a push of structure alone would not look at the weight
    d.master.composite(weight=40)
    d.course.composite(weight=50)
    assert matches(d, 1, "composite_grades") == (0, 1, 0)
