"""Golden cases of marks, and of arithmetic.

Every expected number was worked out by hand; the comment beside it is the sum.
"""

from __future__ import annotations

from grade_sections import EXAM, FINE, FULL, TERM, UNUSED, Section, case

# -- GRADES.md 9: the mark -------------------------------------------------------------------------------------


@case
def a_mark_exactly_at_its_percent(s: Section) -> None:
    s.options()
    s.score(s.category(), 90, 100)
    s.gives("90.0000", "A")


@case
def half_a_hundredth_below_rounds_up_to_the_mark(s: Section) -> None:
    s.options()
    s.score(s.category(), "179.99", 200)
    s.gives("89.9950", "A")  # 89.995: 90.00


@case
def a_little_less_does_not(s: Section) -> None:
    s.options()
    s.score(s.category(), "451.774", "501.999")
    s.gives("89.9950", "B")  # 89.99499999004: 89.99499999, shown as 89.9950, and 89.99 for the mark


@case
def the_mark_is_found_from_the_8_decimals(s: Section) -> None:
    s.options()
    s.score(s.category(), "901.749", "1001.999")
    s.gives("89.9950", "A")  # 89.994999995010: 89.99500000, and so 90.00


@case
def below_the_lowest_mark_there_is_none(s: Section) -> None:
    s.options()
    s.score(s.category(), "59.994", 100)
    s.gives("59.9940")  # 59.99


@case
def over_100_is_the_highest_mark(s: Section) -> None:
    s.options()
    s.score(s.category(), 30, 20)
    s.gives("150.0000", "A")


@case
def without_a_scale_or_marks_there_is_a_percent_alone(s: Section) -> None:
    s.options(TERM, 1, scale_id=None)
    s.options(TERM, 2, scale_id=UNUSED)
    s.score(s.category(), 95, 100, tasks=((TERM, 1), (TERM, 2)))
    s.gives("95.0000")
    s.gives("95.0000", term=2)


@case
def a_mark_may_begin_between_two_hundredths(s: Section) -> None:
    for term, points in ((1, "79.555"), (2, "79.554")):
        s.options(TERM, term, scale_id=FINE)
        s.score(s.category(f"Homework {term}"), points, 100, tasks=((TERM, term),))
    s.gives("79.5550", "Good")  # 79.56 is not below 79.5555
    s.gives("79.5540", None, term=2)  # 79.55 is


# -- GRADES.md 10: arithmetic ----------------------------------------------------------------------------------


@case
def half_is_rounded_away_from_zero(s: Section) -> None:
    s.options(TERM, 1, scale_id=FULL)
    s.options(TERM, 2, scale_id=FULL)
    homework = s.category()
    s.score(homework, "0.001", 2000, tasks=((TERM, 1),))
    s.score(homework, "-0.001", 2000, tasks=((TERM, 2),))
    s.gives("0.0001", "F")  # 0.00005; 0.00 for the mark
    s.gives("-0.0001", "F", term=2)  # -0.00005; for the mark -0.00, which is not below 0


@case
def half_a_hundredth_below_zero_is_below_the_mark(s: Section) -> None:
    s.options(scale_id=FULL)
    s.score(s.category(), "-0.001", 20)
    s.gives("-0.0050")  # for the mark -0.01


@case
def the_pool_has_8_decimals_at_once(s: Section) -> None:
    s.options()
    s.score(s.category(), "1841.077", "2629.909")
    s.gives("70.0053", "C")  # 70.005349994999833: 70.00534999


@case
def a_category_has_12_decimals_before_it_weighs(s: Section) -> None:
    s.options(weight_categories=True)
    s.score(s.category(weight=40), "1841.077", "2629.909")
    s.gives("70.0054", "C")  # 70.005349994999833: 70.005349995000, and so 70.00535000


@case
def the_percent_of_a_score_has_12_decimals(s: Section) -> None:
    s.options(TERM, 1, use_percent=True)
    s.options(TERM, 2, use_percent=True)
    homework = s.category()
    s.score(homework, "1841.077", "2629.909", tasks=((TERM, 1),))
    s.score(homework, 2, 3, tasks=((TERM, 2),))
    s.score(homework, 0, 3, tasks=((TERM, 2),))
    s.gives("70.0054", "C")  # as above
    s.gives("33.3333", term=2)  # (66.666666666667 + 0)/2; with 66.6667 it were 33.3334


@case
def what_is_shown_comes_from_the_8_decimals(s: Section) -> None:
    s.options()
    s.composite((TERM, 1), (EXAM, 1), "49.9997")
    s.composite((TERM, 1), (EXAM, 2), "50.0003")
    s.posted(EXAM, 1, "70.0001")
    s.posted(EXAM, 2, "70.0000")
    s.gives("70.0001", "C")  # 70.0000499997: 70.00005000; at once to 4 it were 70.0000


@case
def thirds_of_a_percent_are_rounded_before_the_mean(s: Section) -> None:
    s.options(use_percent=True)
    homework = s.category()
    for points in (1, 2, 2):
        s.score(homework, points, 3)
    s.gives("55.5556")  # (33.333333333333 + 2 × 66.666666666667)/3 = 166.666666666667/3


@case
def the_largest_numbers_that_a_table_holds(s: Section) -> None:
    most = {"multiplier": "99999.9999", "percent": "99999.9999"}
    s.options(TERM, 1)
    s.options(TERM, 2, weight_categories=True)
    s.options(TERM, 3, weight_categories=True, use_percent=True)
    s.score(s.category(weight="99999.9999"), None, "999999.999", **most, tasks=tuple((TERM, n) for n in (1, 2, 3)))
    for term in (1, 2, 3):
        s.gives("99999.9999", "A", term=term)


@case
def the_largest_of_the_smallest(s: Section) -> None:
    s.options(TERM, 1)
    s.options(TERM, 2, weight_categories=True)
    s.options(TERM, 3, weight_categories=True, use_percent=True)
    tasks = tuple((TERM, term) for term in (1, 2, 3))
    s.score(s.category(weight="0.0001"), "-999999.999", "0.001", tasks=tasks, multiplier="0.0001")
    for term in (1, 2, 3):
        s.gives("-99999999900.0000", term=term)  # 100 × -999999.999/0.001
