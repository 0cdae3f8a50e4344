"""The exact arithmetic of grades, as SQL (GRADES.md 10): whole numbers, and one rounded quotient a step.

DuckDB divides decimals by way of floating point, so nothing here is divided but whole numbers. Each fits in 128
bits with room to spare: points have 3 decimals, percents, weights and multipliers 4.
"""

from __future__ import annotations

POINT = 10**9
"""A point that was earned, in the whole numbers it is counted in: a percent of points possible is exact."""

PERCENT = 10**8
"""A percent of a grade, likewise."""


_EXACT_DOUBLES = "4e15"
"""Below this, a double tells whole numbers apart (2^53 is 9e15)."""


def quotient(dividend: str, divisor: str) -> str:
    """The whole number next to a quotient, half away from zero; null if the divisor is 0.

    DuckDB divides 128-bit numbers bit by bit. Where the quotient is no larger than a double can tell apart, it is
    guessed by one, and mended by what is exactly left over: the guess is never more than 1 beside it.

    >>> import duckdb
    >>> [duckdb.sql(f"select {quotient(n, '2::hugeint')}").fetchall()[0][0] for n in ("5", "-5", "4")]
    [3, -3, 2]
    """
    divisor = f"nullif({divisor}, 0)"  # DuckDB 2 divides what a filter leaves out, too, and refuses 0
    size = f"abs(cast({dividend} as hugeint))"
    guess = f"cast(round(cast({size} as double) / cast({divisor} as double)) as hugeint)"
    left_over = f"2 * ({size} - {guess} * {divisor})"
    mended = (
        f"{guess} + case when {left_over} >= {divisor} then 1 when {left_over} < -{divisor} then -1 else 0 end"
    )
    is_small = f"cast({size} as double) < cast({divisor} as double) * {_EXACT_DOUBLES}"
    exact = f"(2 * {size} + {divisor}) // (2 * {divisor})"
    return f"(sign({dividend}) * case when {is_small} then {mended} else {exact} end)"


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

_EARNED_EXACTLY = "cast(earned as hugeint)"

SCORE_PERCENT = quotient(f"({_EARNED_EXACTLY} * {10**8})", "cast(possible as hugeint)")
"""A score's percent at 12 decimals (GRADES.md 6, with `use_percent`)."""

EXACT_PERCENT = f"{_EARNED_EXACTLY} * {10**19}::hugeint // nullif(possible, 0)"
"""What orders scores by their percent exactly: two that differ do so by 10^-18 or more (GRADES.md 5)."""

AMOUNT = f"""case
            when use_percent then {SCORE_PERCENT} * multiplier
            else {_EARNED_EXACTLY} * multiplier
        end"""
DIVISOR = f"""case
            when use_percent then cast(multiplier as hugeint) * {10**8}
            else cast(possible as hugeint) * multiplier
        end"""
"""What a score adds to the two sums of its pool. Scaled alike with and without `use_percent`: 10^-4 of the
quotient of the sums is a percent."""

CATEGORY_PERCENT = quotient(f"(s.amount * {10**8})", "s.divisor")
"""A category's percent at 12 decimals, of the sums of its pool (GRADES.md 6)."""

WEIGHTED_PERCENT = quotient("s.weighted", f"(s.weight * {10**4})")
"""A grade at 8 decimals, of its categories' percents at 12 times their weights (GRADES.md 7)."""

POOLED_PERCENT = quotient(f"(s.amount * {10**4})", "s.divisor")
"""A grade at 8 decimals, of all its scores as one pool (GRADES.md 7)."""

COMPOSITE_PERCENT = quotient("c.weighted", "c.weight")
"""A composite's percent at 8 decimals, of its children's at 8 times their weights (GRADES.md 8)."""


def rounded_percent(percent: str, decimals: int) -> str:
    """A grade's percent, of hundred-millionths rounded to so many decimals, as a decimal (GRADES.md 10)."""
    unit = f"{10**-decimals:.{decimals}f}::decimal({decimals}, {decimals})"
    whole_percent = quotient(percent, f"{PERCENT // 10**decimals}::hugeint")
    return f"cast({whole_percent} as decimal(18, 0)) * {unit}"
