"""The exact arithmetic of grades, as SQL (GRADES.md 10): whole numbers, and one rounded quotient a step.

DuckDB divides decimals by way of floating point, so nothing here is divided but whole numbers. Each fits in 128
bits with room to spare: points have 3 decimals, percents, weights and multipliers 4.
"""

from __future__ import annotations

POINT = 10**9
"""A point that was earned, in the whole numbers it is counted in: a percent of points possible is exact."""

PERCENT = 10**8
"""A percent of a grade, likewise."""


SURE = 5 * 10**14
"""Below this a quotient of doubles is less than a half beside the exact one: it goes through five roundings, each
of which errs by 2^-53 of it (DuckDB makes a double of a 128-bit number in two)."""


def quotient(dividend: str, divisor: str) -> str:
    """The whole number next to a quotient, half away from zero; null if the divisor is 0. It is never below 0.

    DuckDB divides 128-bit numbers bit by bit. So the quotient is guessed by doubles, and mended by what is exactly
    left over: where it is not too large, the guess is never more than 1 beside it.

    >>> import duckdb
    >>> [duckdb.sql(f"select {quotient(n, '2::hugeint')}").fetchall()[0][0] for n in ("5", "-5", "4")]
    [3, -3, 2]
    """
    dividend, divisor = f"cast({dividend} as hugeint)", f"cast({divisor} as hugeint)"
    not_0 = f"nullif({divisor}, 0)"  # DuckDB 2 divides what a filter leaves out, too, and refuses 0
    guess = f"try_cast(round(cast({dividend} as double) / cast({not_0} as double)) as bigint)"
    # one less below 0, where a half is rounded downwards
    left_over = f"(2 * ({dividend} - {guess} * {divisor}) - cast({dividend} < 0 as integer))"
    mended = (
        f"{guess} + case when {left_over} >= {divisor} then 1 when {left_over} < -{divisor} then -1 else 0 end"
    )
    exact = f"sign({dividend}) * ((2 * abs({dividend}) + {divisor}) // (2 * {not_0}))"
    return f"case when {guess} between -{SURE} and {SURE} then {mended} else {exact} end"


def _in_64_bits(dividend: str, divisor: str, decimals: int, *, at_once: int, is_rounded: bool) -> str:
    """10^`decimals` times a quotient of bigints, by long division; half away from zero, or towards zero.

    2 × 10^`at_once` × the divisor must fit in 64 bits; `at_once` decimals are found in one step.
    """
    divisor = f"nullif({divisor}, 0)"
    found = f"cast({dividend} // {divisor} as hugeint)"
    left_over = f"({dividend} % {divisor})"
    for _ in range(0, decimals, at_once):
        left_over = f"({left_over} * {10**at_once})"
        found = f"({found} * {10**at_once} + ({left_over} // {divisor}))"
        left_over = f"({left_over} % {divisor})"
    return f"({found} + ((2 * {left_over}) // {divisor}))" if is_rounded else found


def whole(decimal: str, scale: int) -> str:
    """A decimal with at most so many decimals as a whole number: 12.5 of scale 3 is 12500."""
    return f"cast({decimal} * {10**scale}::decimal({scale + 1}, 0) as bigint)"


EARNED = f"""case
            when s.is_cheated then 0
            when s.is_missing and c.missing_percent is not null then c.missing_percent * c.possible
            when s.points is not null then {whole("s.points", 3)} * {POINT // 1000}
            else {whole("s.percent", 4)} * c.possible
        end"""
"""What a score (alias s) of an assignment that counts (alias c) earned, in billionths of a point (GRADES.md 3)."""

SCORE_PERCENT = _in_64_bits("earned", "possible", 8, at_once=8, is_rounded=True)
"""A score's percent at 12 decimals (GRADES.md 6, with `use_percent`)."""

EXACT_PERCENT = _in_64_bits("earned", "possible", 18, at_once=9, is_rounded=False)
"""What orders scores by their percent exactly: two that differ do so by more than 10^-18 (GRADES.md 5)."""

AMOUNT = f"case when use_percent then {SCORE_PERCENT} else earned end * multiplier"
DIVISOR = f"cast(case when use_percent then {10**8} else possible end as hugeint) * multiplier"
"""What a score adds to the two sums of its pool. Scaled alike with and without `use_percent`: 10^-4 of the
quotient of the sums is a percent."""

CATEGORY_PERCENT = quotient(f"(s.amount * {10**8})", "s.divisor")
"""A category's percent at 12 decimals, of the sums of its pool (GRADES.md 6)."""

GRADE_PERCENT = quotient("s.amount", "s.divisor")
"""A grade at 8 decimals (GRADES.md 7): of its categories' percents at 12 times their weights, over 10^4 times the
weights; or of 10^4 times the sums of all its scores as one pool."""

COMPOSITE_PERCENT = quotient("c.weighted", "c.weight")
"""A composite's percent at 8 decimals, of its children's at 8 times their weights (GRADES.md 8)."""


def rounded_percent(percent: str, decimals: int) -> str:
    """A grade's percent, of hundred-millionths rounded to so many decimals, as a decimal (GRADES.md 10)."""
    unit = f"{10**-decimals:.{decimals}f}::decimal({decimals}, {decimals})"
    whole_percent = quotient(percent, f"{PERCENT // 10**decimals}::hugeint")
    return f"cast({whole_percent} as decimal(18, 0)) * {unit}"
