"""Golden cases of the last n, extra credit and drop lowest.

Every expected number was worked out by hand; the comment beside it is the sum.
"""

from __future__ import annotations

from grade_sections import HALF, TERM, TYPED, Section, case, case_at

# -- GRADES.md 3: the last n -----------------------------------------------------------------------------------


@case
def the_last_two_by_due_date_whatever_the_category(s: Section) -> None:
    s.options(last_n=2)
    homework, tests = s.category("Homework"), s.category("Tests")
    s.score(tests, 8, 10, due="10-15")
    s.score(homework, 10, 10, due="10-01")
    s.score(homework, 6, 10, due="10-08")
    s.gives("70.0000", "C")  # (6 + 8)/20


@case
def no_due_date_is_earlier_than_any(s: Section) -> None:
    s.options(last_n=2)
    homework = s.category()
    s.score(homework, 6, 10, due="10-08")
    s.score(homework, 8, 10, due="10-15")
    s.score(homework, 10, 10)
    s.gives("70.0000", "C")  # (6 + 8)/20


@case
def of_one_due_date_the_larger_id_is_later(s: Section) -> None:
    s.options(last_n=3)
    homework = s.category()
    s.score(homework, 10, 10)
    s.score(homework, 4, 10)
    s.score(homework, 6, 10, due="10-08")
    s.score(homework, 8, 10, due="10-08")
    s.gives("60.0000", "D")  # (4 + 6 + 8)/30: of those without a date the second


@case
def the_last_none_leaves_none(s: Section) -> None:
    s.options(last_n=0)
    homework = s.category()
    s.score(homework, 6, 10)
    s.score(homework, 6, 0)
    s.gives(None)


@case
def more_than_there_are_leaves_all(s: Section) -> None:
    s.options(last_n=9999)
    homework = s.category()
    s.score(homework, 6, 10)
    s.score(homework, 9, 10)
    s.gives("75.0000", "C")  # 15/20


@case
def the_last_n_are_of_those_that_count(s: Section) -> None:
    s.options(last_n=2)
    homework = s.category()
    s.score(homework, 9, 10, due="10-01")
    s.score(homework, 0, 10, "missing", due="10-02")
    s.score(homework, 10, 10, "exempt", due="10-03")
    s.score(homework, None, 10, due="10-04")
    s.score(s.category("Practice", is_excluded=True), 10, 10, due="10-05")
    s.gives("45.0000")  # (9 + 0)/20


@case
def the_last_n_go_before_drop_lowest(s: Section) -> None:
    s.options(last_n=3)
    homework = s.category(drop_lowest=1)
    for points, due in ((2, "10-01"), (9, "10-02"), (5, "10-03"), (7, "10-04")):
        s.score(homework, points, 10, due=due)
    s.gives("80.0000", "B")  # of 9, 5, 7 the 5 goes: 16/20. The other way round it were 21/30


@case
def the_last_n_of_a_cumulative_grade_are_of_all_its_terms(s: Section) -> None:
    s.options(TERM, 2, cumulative_from_term_seq=1, last_n=2)
    homework = s.category()
    s.score(homework, 6, 10, due="10-20", tasks=((TERM, 1),))
    s.score(homework, 8, 10, due="10-15", tasks=((TERM, 2),))
    s.score(homework, 1, 10, due="10-10", tasks=((TERM, 1), (TERM, 2)))
    s.gives("70.0000", "C", term=2)  # (6 + 8)/20


# -- GRADES.md 4: extra credit ---------------------------------------------------------------------------------


@case
def extra_credit_adds_its_points_times_its_multiplier(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, "1.5", 0, multiplier=2)
    s.gives("110.0000", "A")  # (8 + 3)/10


@case
def extra_credit_counts_in_its_category(s: Section) -> None:
    s.options(weight_categories=True)
    homework, tests = s.category("Homework", 50), s.category("Tests", 50)
    s.score(homework, 8, 10)
    s.score(homework, 1, 0)
    s.score(tests, 70, 100)
    s.gives("80.0000", "B")  # (50 × 90 + 50 × 70)/100


@case
def extra_credit_alone_in_a_category_is_lost(s: Section) -> None:
    s.options(weight_categories=True)
    s.score(s.category("Homework", 50), 5, 0)
    s.score(s.category("Tests", 50), 70, 100)
    s.gives("70.0000", "C")


@case
def extra_credit_alone_gives_no_grade(s: Section) -> None:
    s.options()
    s.score(s.category(), 5, 0)
    s.gives(None)


@case
def with_use_percent_extra_credit_does_not_count(s: Section) -> None:
    s.options(use_percent=True)
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 3, 0)
    s.gives("80.0000", "B")


@case_at(HALF)
def extra_credit_missing_cheated_or_in_percent_adds_nothing(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 3, 0, "missing")
    s.score(homework, 3, 0, "cheated")
    s.score(homework, None, 0, percent=50)
    s.gives("80.0000", "B")


@case_at(TYPED)
def extra_credit_that_is_missing_adds_what_is_typed_where_the_school_says_so(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, 1, 0, "missing")
    s.gives("90.0000", "A")  # (8 + 1)/10


@case
def extra_credit_below_zero_takes_away(s: Section) -> None:
    s.options()
    homework = s.category()
    s.score(homework, 8, 10)
    s.score(homework, "-2", 0)
    s.gives("60.0000", "D")  # 6/10


@case
def extra_credit_is_none_of_the_last_n(s: Section) -> None:
    s.options(last_n=1)
    homework = s.category()
    s.score(homework, 6, 10, due="10-01")
    s.score(homework, 1, 0, due="10-20")
    s.score(homework, 8, 10, due="10-15")
    s.score(homework, "0.5", 0)
    s.gives("95.0000", "A")  # (8 + 1 + 0.5)/10


@case
def extra_credit_is_not_dropped_and_does_not_stay_for_another(s: Section) -> None:
    s.options()
    homework = s.category(drop_lowest=1)
    s.score(homework, 5, 10)
    s.score(homework, 2, 0)
    s.gives("70.0000", "C")  # (5 + 2)/10: the one score that is not extra credit stays


# -- GRADES.md 5: drop lowest ----------------------------------------------------------------------------------


@case
def of_equal_percents_that_with_fewer_points_possible_goes(s: Section) -> None:
    s.options()
    homework = s.category(drop_lowest=1)
    s.score(homework, 10, 20)
    s.score(homework, 5, 10)
    s.score(homework, 9, 10)
    s.gives("63.3333", "D")  # 5/10 goes: 19/30. Were it 10/20: 14/20


@case
def of_equal_scores_the_lower_id_goes_whatever_the_multiplier(s: Section) -> None:
    s.options()
    homework = s.category(drop_lowest=1)
    s.score(homework, 5, 10)
    s.score(homework, 5, 10, multiplier=3)
    s.score(homework, 9, 10)
    s.gives("60.0000", "D")  # (15 + 9)/40. Were it the second: 14/20


@case
def the_lowest_is_compared_exactly(s: Section) -> None:
    s.options()
    homework = s.category(drop_lowest=1)
    s.score(homework, "0.001", "30000.001")  # 0.0000033333332222...
    s.score(homework, "0.001", "30000.000", multiplier=0)  # 0.0000033333333333..., the same at 12 decimals
    s.score(homework, 9, 10)
    s.gives("90.0000", "A")  # the first goes, and the second weighs nothing: 9/10


@case
def a_third_is_a_third_however_it_is_written(s: Section) -> None:
    s.options()
    homework = s.category(drop_lowest=1)
    s.score(homework, 3, 9, multiplier=0)
    s.score(homework, 1, 3)
    s.score(homework, 9, 10)
    s.gives("90.0000", "A")  # equal: of fewer points possible, 1/3 goes: 9/10. Were it 3/9: 10/13


@case
def at_least_one_stays(s: Section) -> None:
    s.options()
    s.enrol(2)
    homework = s.category(drop_lowest=5)
    work = s.assignment(homework, 10)
    s.earns(work, 5)
    s.earns(work, 4, student=2)
    s.score(homework, 8, 10)
    s.gives("80.0000", "B")  # 5/10 goes, 8/10 stays
    s.gives("40.0000", student=2)  # the only one stays


@case
def the_lowest_go_per_category_without_weights_too(s: Section) -> None:
    s.options()
    homework, tests = s.category("Homework", drop_lowest=1), s.category("Tests")
    s.score(homework, 6, 10)
    s.score(homework, 9, 10)
    s.score(tests, 5, 10)
    s.gives("70.0000", "C")  # 6/10 goes, though 5/10 is lower: (9 + 5)/20


@case
def what_is_dropped_is_by_percent_not_by_points(s: Section) -> None:
    s.options()
    homework = s.category(drop_lowest=2)
    s.score(homework, 50, 100)
    s.score(homework, 8, 10)
    s.score(homework, 0, 5, "missing")
    s.gives("80.0000", "B")  # 0/5 and 50/100 go


@case
def a_multiplier_of_zero_can_be_the_lowest(s: Section) -> None:
    s.options()
    homework = s.category(drop_lowest=1)
    s.score(homework, 5, 10, multiplier=0)
    s.score(homework, 6, 10)
    s.score(homework, 8, 10)
    s.gives("70.0000", "C")  # the 5 goes: (6 + 8)/20
