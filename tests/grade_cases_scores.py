"""Golden cases of single assignments and scores: which count, and for how much.

Every expected number was worked out by hand; the comment beside it is the sum.
"""

from __future__ import annotations

from grade_sections import EXAM, HALF, READS, TERM, TYPED, Section, case, case_at

# -- GRADES.md 2: assignments that count -----------------------------------------------------------------------


@case
def an_inactive_assignment_does_not_count(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 0, 10, is_active=False)
    s.gives("80.0000", "B")  # 8/10


@case
def an_assignment_of_another_task_or_term_does_not_count(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10, tasks=((TERM, 1), (EXAM, 1)))
    s.score(homework, 1, 10, tasks=((EXAM, 1), (TERM, 2)))
    s.score(homework, 2, 10, tasks=())
    s.gives("80.0000", "B")  # 8/10


@case
def a_standard_is_graded_like_a_task(s: Section) -> None:
    s.options(READS, 1)
    homework = s.category()
    s.score(homework, 7, 10, tasks=((READS, 1), (TERM, 1)))
    s.gives("70.0000", "C", task=READS)  # 7/10
    s.gives(None)  # the task has no options


@case
def an_assignment_without_a_category_does_not_count(s: Section) -> None:
    s.options()
    s.score(s.category(), 8, 10)
    s.score(None, 0, 10)
    s.gives("80.0000", "B")  # 8/10


@case
def an_excluded_category_does_not_count(s: Section) -> None:
    s.options()
    s.score(s.category("Homework"), 8, 10)
    s.score(s.category("Practice", is_excluded=True), 0, 10)
    s.gives("80.0000", "B")  # 8/10


@case
def a_category_counts_for_the_tasks_that_it_names(s: Section) -> None:
    s.options()
    s.options(EXAM, 1)
    both = ((TERM, 1), (EXAM, 1))
    s.score(s.category("All"), 8, 10, tasks=both)
    s.score(s.category("Both", task_ids=[TERM, EXAM]), 6, 10, tasks=both)
    s.score(s.category("Exams", task_ids=[EXAM]), 1, 10, tasks=both)
    s.gives("70.0000", "C")  # (8 + 6)/20
    s.gives("50.0000", task=EXAM)  # (8 + 6 + 1)/30


@case
def points_possible_unknown_or_below_zero_do_not_count(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 5, None)
    s.score(homework, None, None, percent=10)
    s.score(homework, 5, "-10")
    s.gives("80.0000", "B")  # 8/10


@case
def cumulative_takes_the_terms_before_and_each_assignment_once(s: Section) -> None:
    for term in (1, 2):
        s.options(TERM, term, cumulative_from_term_seq=1)
    homework = s.category()
    s.score(homework, 6, 10, tasks=((TERM, 1),))
    s.score(homework, 9, 10, tasks=((TERM, 2),))
    s.score(homework, 10, 20, tasks=((TERM, 1), (TERM, 2)))
    s.score(homework, 0, 10, tasks=((TERM, 3),))
    s.gives("53.3333", term=1)  # (6 + 10)/30
    s.gives("62.5000", "D", term=2)  # (6 + 9 + 10)/40, not (6 + 9 + 20)/60


@case
def cumulative_begins_where_it_says(s: Section) -> None:
    s.options(TERM, 3, cumulative_from_term_seq=2)
    s.options(TERM, 1, cumulative_from_term_seq=3)
    homework = s.category()
    for term, points in ((1, 1), (2, 7), (3, 9), (4, 2)):
        s.score(homework, points, 10, tasks=((TERM, term),))
    s.gives("80.0000", "B", term=3)  # (7 + 9)/20
    s.gives("10.0000", term=1)  # 1/10: one later than its own adds nothing


# -- GRADES.md 3: scores that count ----------------------------------------------------------------------------


@case
def missing_is_nothing_whatever_is_typed(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 7, 10, "missing")
    s.gives("40.0000")  # (8 + 0)/20


@case_at(HALF)
def missing_is_the_schools_percent(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, None, 20, "missing")
    s.score(homework, 7, 10, "missing")
    s.gives("57.5000")  # (8 + 10 + 5)/40


@case_at(TYPED)
def missing_counts_by_what_is_typed_where_the_school_says_so(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 7, 10, "missing")
    s.score(homework, None, 10, "missing")
    s.score(homework, None, 20, "missing", percent=90)
    s.gives("82.5000", "B")  # (8 + 7 + 18)/40; where nothing is typed it does not count


@case_at(HALF)
def cheated_is_zero_and_goes_before_missing(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 10, 10, "cheated")
    s.score(homework, None, 10, "cheated", "missing")
    s.score(homework, None, 10, "cheated", percent=70)
    s.gives("20.0000")  # (8 + 0 + 0 + 0)/40


@case
def exempt_and_dropped_do_not_count_whatever_else_they_bear(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 1, 10, "exempt")
    s.score(homework, 2, 10, "dropped")
    s.score(homework, 3, 10, "exempt", "cheated")
    s.score(homework, None, 10, "dropped", "missing")
    s.gives("80.0000", "B")  # 8/10


@case
def late_incomplete_and_turned_in_change_nothing(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10, "late", "incomplete", "turned_in")
    s.score(homework, None, 10, "late", "incomplete", "turned_in")
    s.gives("80.0000", "B")  # 8/10; nothing is typed for the other


@case
def points_go_before_a_percent_and_a_percent_is_of_the_points_possible(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10, percent=10)
    s.score(homework, None, 20, percent=85)
    s.gives("83.3333", "B")  # (8 + 17)/30


@case
def a_percent_of_the_points_is_not_rounded(s: Section) -> None:
    s.options()
    s.score(s.category(), None, "0.001", percent="50.0001")
    s.gives("50.0001")  # 0.001 × 50.0001 % = 0.000000500001; /0.001


@case
def without_scores_there_is_no_grade(s: Section) -> None:
    s.options()
    s.score(s.category(), None, 10)
    s.enrol(2)
    s.gives(None)  # nothing is typed
    s.gives(None, student=2)  # no score at all


@case
def scores_are_each_students_own_and_only_of_those_enrolled(s: Section) -> None:
    s.options()
    s.enrol(2, 3)
    work = s.assignment(s.category(), 10)
    s.earns(work, 8)
    s.earns(work, 9, student=2)
    s.earns(work, 10, student=3)
    s.leaves(3)
    s.gives("80.0000", "B")
    s.gives("90.0000", "A", student=2)
    s.gives(None, student=3)


@case
def points_below_zero_and_over_the_possible_count_as_they_stand(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, "-3", 10)
    s.score(homework, "12.5", 10)
    s.gives("47.5000")  # 9.5/20
