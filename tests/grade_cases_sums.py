"""Golden cases of what categories come to, and the grade.

Every expected number was worked out by hand; the comment beside it is the sum.
"""

from __future__ import annotations

from grade_sections import EXAM, SEMESTER, TERM, Section, case

# -- GRADES.md 1: the setup that is looked at ------------------------------------------------------------------


@case
def without_options_or_with_none_there_is_no_grade(s: Section) -> None:
    s.options(TERM, 2, calc_type="none")
    homework = s.category()
    s.score(homework, 8, 10, tasks=((TERM, 1), (TERM, 2)))
    s.gives(None)
    s.gives(None, term=2)


@case
def another_type_is_not_computed(s: Section) -> None:
    s.options(calc_type="power_law")
    s.score(s.category(), 8, 10)
    s.gives(None)
    s.not_computed()


# -- GRADES.md 6: what a category comes to ---------------------------------------------------------------------


@case
def points_of_all_scores_together(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 5, 10)
    s.score(homework, 90, 100)
    s.gives("86.3636", "B")  # 95/110


@case
def use_percent_makes_scores_equal(s: Section) -> None:
    s.options(use_percent=True)
    homework = s.category()
    s.score(homework, 5, 10)
    s.score(homework, 90, 100)
    s.gives("70.0000", "C")  # (50 + 90)/2


@case
def use_percent_in_categories_that_weigh(s: Section) -> None:
    s.options(weight_categories=True, use_percent=True)
    homework, tests = s.category("Homework", 1), s.category("Tests", 3)
    s.score(homework, 5, 10)
    s.score(homework, 90, 100)
    s.score(tests, None, 7, percent=80)
    s.score(tests, 9, 10)
    s.gives("81.2500", "B")  # (1 × 70 + 3 × 85)/4


@case
def use_percent_without_weights_is_one_mean(s: Section) -> None:
    s.options(use_percent=True)
    s.score(s.category("Homework", 90), 6, 10)
    tests = s.category("Tests", 10)
    s.score(tests, 8, 10)
    s.score(tests, 10, 10)
    s.gives("80.0000", "B")  # (60 + 80 + 100)/3, not (60 + 90)/2


@case
def a_multiplier_multiplies_points_and_points_possible(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 5, 10)
    s.score(homework, 9, 10, multiplier="2.5")
    s.gives("78.5714", "C")  # (5 + 22.5)/35


@case
def a_multiplier_weighs_percents(s: Section) -> None:
    s.options(use_percent=True)
    homework = s.category()
    s.score(homework, 5, 10)
    s.score(homework, 90, 100, multiplier=3)
    s.gives("80.0000", "B")  # (50 + 3 × 90)/4


@case
def a_multiplier_of_zero_weighs_nothing(s: Section) -> None:
    s.options(weight_categories=True)
    s.options(SEMESTER, 1)
    s.options(EXAM, 1, use_percent=True)
    homework, tests = s.category("Homework", 50), s.category("Tests", 50)
    s.score(homework, 5, 10, multiplier=0, tasks=((TERM, 1), (SEMESTER, 1), (EXAM, 1)))
    s.score(tests, 9, 10, tasks=((TERM, 1),))
    s.gives("90.0000", "A")  # Homework comes to 0/0 and does not count
    s.gives(None, task=SEMESTER)
    s.gives(None, task=EXAM)


@case
def a_divisor_below_zero_does_not_count(s: Section) -> None:
    s.options(weight_categories=True)
    s.options(EXAM, 1, use_percent=True)
    homework, tests = s.category("Homework", 50), s.category("Tests", 50)
    s.score(homework, 5, 10, multiplier="-1", tasks=((TERM, 1), (EXAM, 1)))
    s.score(tests, 7, 10)
    s.gives("70.0000", "C")  # Homework comes to -5/-10 and does not count
    s.gives(None, task=EXAM)


# -- GRADES.md 7: the grade ------------------------------------------------------------------------------------


@case
def categories_by_their_weights(s: Section) -> None:
    s.options(weight_categories=True)
    homework, tests = s.category("Homework", 40), s.category("Tests", 60)
    s.score(homework, 8, 10)
    s.score(homework, 9, 10)
    s.score(tests, 70, 100)
    s.gives("76.0000", "C")  # (40 × 85 + 60 × 70)/100


@case
def a_category_without_scores_leaves_its_weight_to_the_others(s: Section) -> None:
    s.options(weight_categories=True)
    homework, projects = s.category("Homework", 40), s.category("Projects", 20)
    s.assignment(s.category("Tests", 60), 100)
    s.score(homework, 8, 10)
    s.score(homework, 9, 10)
    s.score(projects, 45, 50)
    s.gives("86.6667", "B")  # (40 × 85 + 20 × 90)/60


@case
def weights_need_not_total_100(s: Section) -> None:
    s.options(weight_categories=True)
    s.score(s.category("Homework", "0.0001"), 85, 100)
    s.score(s.category("Tests", "0.0002"), 70, 100)
    s.gives("75.0000", "C")  # (0.0001 × 85 + 0.0002 × 70)/0.0003


@case
def a_category_that_weighs_nothing_does_not_count(s: Section) -> None:
    s.options(weight_categories=True)
    s.enrol(2)
    work = s.assignment(s.category("Homework", 0), 10)
    s.earns(work, 2)
    s.earns(work, 2, student=2)
    s.score(s.category("Tests", 50), 9, 10)
    s.gives("90.0000", "A")
    s.gives(None, student=2)  # no category that weighs


@case
def without_weight_categories_all_scores_are_one_pool(s: Section) -> None:
    s.options()
    s.score(s.category("Homework", 40), 8, 10)
    s.score(s.category("Tests", 0), 70, 100)
    s.gives("70.9091", "C")  # 78/110


@case
def everything_at_once(s: Section) -> None:
    s.options(weight_categories=True, use_percent=True, last_n=4)
    homework, tests = s.category("Homework", 30, drop_lowest=1), s.category("Tests", 50)
    s.score(homework, 1, 10, due="09-01")  # not of the last four
    s.score(homework, 6, 10, due="10-01")  # the lowest
    s.score(homework, 7, 10, due="10-02")
    s.score(homework, 5, 0, due="10-03")  # extra credit: not with use_percent
    s.score(tests, 18, 20, due="10-04", multiplier=2)
    s.score(tests, None, 20, "missing", due="10-05")
    s.score(s.category("Projects", 20), 9, 10, "exempt", due="10-06")
    s.gives("63.7500", "D")  # Homework 70; Tests (2 × 90 + 0)/3 = 60: (30 × 70 + 50 × 60)/80
