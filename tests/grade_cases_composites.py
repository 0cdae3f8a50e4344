"""Golden cases of grades that are made of grades.

Every expected number was worked out by hand; the comment beside it is the sum.
"""

from __future__ import annotations

from grade_sections import EXAM, SEMESTER, TERM, YEAR, Section, case

# -- GRADES.md 8: composite grades -----------------------------------------------------------------------------


MARKS = {70: "C", 80: "B", 90: "A"}


def quarters(s: Section, *points: int) -> None:
    """Term grades with these points of 100, in term 1 and on."""
    homework = s.category()
    for term, earned in enumerate(points, 1):
        s.options(TERM, term)
        s.score(homework, earned, 100, tasks=((TERM, term),))
        s.gives(f"{earned}.0000", MARKS[earned], term=term)


@case
def a_composite_weighs_its_children(s: Section) -> None:
    quarters(s, 80, 90)
    s.options(SEMESTER, 2)
    s.composite((SEMESTER, 2), (TERM, 1), 1)
    s.composite((SEMESTER, 2), (TERM, 2), 3)
    s.gives("87.5000", "B", task=SEMESTER, term=2)  # (1 × 80 + 3 × 90)/4


@case
def its_own_assignments_do_not_count(s: Section) -> None:
    quarters(s, 80)
    s.options(SEMESTER, 1)
    s.options(EXAM, 1)
    s.score(s.category("Tests"), 10, 100, tasks=((SEMESTER, 1), (EXAM, 1)))
    s.composite((SEMESTER, 1), (TERM, 1))
    s.composite((EXAM, 1), (YEAR, 1))
    s.gives("80.0000", "B", task=SEMESTER)
    s.gives(None, task=EXAM)  # its child has no percent


@case
def composites_of_composites(s: Section) -> None:
    quarters(s, 80, 90, 70)
    for term in (2, 4):
        s.options(SEMESTER, term)
    s.options(YEAR, 4)
    s.composite((YEAR, 4), (SEMESTER, 2), 40)
    s.composite((YEAR, 4), (SEMESTER, 4), 60)
    s.composite((SEMESTER, 2), (TERM, 1), 50)
    s.composite((SEMESTER, 2), (TERM, 2), 50)
    s.composite((SEMESTER, 4), (TERM, 3), 50)
    s.composite((SEMESTER, 4), (TERM, 4), 50)
    s.gives("85.0000", "B", task=SEMESTER, term=2)
    s.gives("70.0000", "C", task=SEMESTER, term=4)  # TERM in term 4 has no grade
    s.gives("76.0000", "C", task=YEAR, term=4)  # (40 × 85 + 60 × 70)/100


@case
def a_posted_percent_goes_before_the_childs_own(s: Section) -> None:
    quarters(s, 80, 90)
    s.options(SEMESTER, 2)
    s.composite((SEMESTER, 2), (TERM, 1))
    s.composite((SEMESTER, 2), (TERM, 2))
    s.posted(TERM, 1, "60.5", mark="D")
    s.posted(TERM, 2, mark="F", comment="Well done")
    s.posted(TERM, 2, 40, student_id=2)
    s.posted(SEMESTER, 2, 10)
    s.gives("75.2500", "C", task=SEMESTER, term=2)  # (60.5 + 90)/2; a posted mark alone is none


@case
def a_posted_percent_stands_for_a_child_without_grade(s: Section) -> None:
    s.options(SEMESTER, 2)
    s.options(TERM, 1, calc_type="none")
    s.options(TERM, 2, calc_type="power_law")
    s.not_computed(TERM, 2)
    for child in ((TERM, 1), (TERM, 2), (EXAM, 2)):
        s.composite((SEMESTER, 2), child)
    s.posted(TERM, 1, 60)
    s.posted(TERM, 2, 70)
    s.posted(EXAM, 2, 95)
    s.gives("75.0000", "C", task=SEMESTER, term=2)  # (60 + 70 + 95)/3
    s.gives(None, term=1)


@case
def children_without_a_percent_are_left_out(s: Section) -> None:
    quarters(s, 80)
    s.options(SEMESTER, 2)
    s.options(TERM, 2, calc_type="none")
    s.options(TERM, 3, calc_type="power_law")
    s.not_computed(TERM, 3)
    s.score(s.category("Tests"), 10, 100, tasks=((TERM, 2), (TERM, 3), (EXAM, 2)))
    s.composite((SEMESTER, 2), (TERM, 1), 25)
    for child in ((TERM, 2), (TERM, 3), (EXAM, 2)):
        s.composite((SEMESTER, 2), child, 25)
    s.gives("80.0000", "B", task=SEMESTER, term=2)


@case
def a_composite_goes_by_its_own_options(s: Section) -> None:
    quarters(s, 80)
    s.options(SEMESTER, 1, calc_type="none")
    s.options(YEAR, 1, calc_type="power_law")
    s.not_computed(YEAR)
    for parent in (SEMESTER, EXAM, YEAR):
        s.composite((parent, 1), (TERM, 1))
        s.gives(None, task=parent)


@case
def weights_of_children_that_add_up_to_nothing(s: Section) -> None:
    quarters(s, 80, 90)
    s.options(SEMESTER, 2)
    s.composite((SEMESTER, 2), (TERM, 1), 0)
    s.composite((SEMESTER, 2), (TERM, 2), 0)
    s.composite((SEMESTER, 2), (TERM, 3), 50)
    s.gives(None, task=SEMESTER, term=2)  # the one that weighs has no percent


@case
def children_go_in_with_8_decimals(s: Section) -> None:
    s.options(TERM, 1)
    s.options(SEMESTER, 1)
    s.score(s.category(), 2, 3)
    s.composite((SEMESTER, 1), (TERM, 1))
    s.composite((SEMESTER, 1), (EXAM, 1))
    s.posted(EXAM, 1, 50)
    s.gives("66.6667", "D")
    s.gives("58.3333", task=SEMESTER)  # (66.66666667 + 50)/2 = 58.333333335; with 66.6667 it were 58.3334


@case
def what_reaches_itself_has_no_grade(s: Section) -> None:
    quarters(s, 80)
    for task in (SEMESTER, YEAR, EXAM):
        s.options(task, 1)
    s.composite((SEMESTER, 1), (YEAR, 1))
    s.composite((SEMESTER, 1), (TERM, 1))
    s.composite((YEAR, 1), (SEMESTER, 1), 0)
    s.composite((EXAM, 1), (SEMESTER, 1), 30)  # above the cycle, not in it
    s.composite((EXAM, 1), (TERM, 1), 70)
    s.cyclic((SEMESTER, 1), (YEAR, 1))
    s.gives(None, task=SEMESTER)
    s.gives(None, task=YEAR)
    s.gives("80.0000", "B", task=EXAM)


@case
def what_is_posted_does_not_break_a_cycle_but_counts_above_it(s: Section) -> None:
    quarters(s, 80)
    for task in (SEMESTER, YEAR, EXAM):
        s.options(task, 1)
    s.composite((SEMESTER, 1), (YEAR, 1))
    s.composite((YEAR, 1), (SEMESTER, 1))
    s.composite((EXAM, 1), (SEMESTER, 1), 30)
    s.composite((EXAM, 1), (TERM, 1), 70)
    s.posted(SEMESTER, 1, 90)
    s.posted(YEAR, 1, 95)
    s.cyclic((SEMESTER, 1), (YEAR, 1))
    s.gives(None, task=SEMESTER)
    s.gives(None, task=YEAR)
    s.gives("83.0000", "B", task=EXAM)  # (30 × 90 + 70 × 80)/100


@case
def a_grade_that_is_its_own_child(s: Section) -> None:
    quarters(s, 80)
    s.options(SEMESTER, 1)
    s.options(SEMESTER, 2)
    s.composite((SEMESTER, 1), (SEMESTER, 1))
    s.composite((SEMESTER, 1), (TERM, 1))
    s.composite((SEMESTER, 2), (SEMESTER, 1))  # of another term: no cycle, but its child has no percent
    s.cyclic((SEMESTER, 1))
    s.gives(None, task=SEMESTER)
    s.gives(None, task=SEMESTER, term=2)


@case
def a_cycle_goes_over_rows_without_options(s: Section) -> None:
    quarters(s, 80)
    s.options(SEMESTER, 1)
    s.composite((SEMESTER, 1), (TERM, 1))
    s.composite((SEMESTER, 1), (YEAR, 1))
    s.composite((YEAR, 1), (EXAM, 1))
    s.composite((EXAM, 1), (SEMESTER, 1))
    s.cyclic((SEMESTER, 1), (YEAR, 1), (EXAM, 1))
    s.gives(None, task=SEMESTER)


@case
def a_student_who_has_left_has_no_composite(s: Section) -> None:
    s.options(SEMESTER, 1)
    s.composite((SEMESTER, 1), (TERM, 1))
    s.posted(TERM, 1, 90)
    s.leaves(1)
    s.gives(None, task=SEMESTER)
