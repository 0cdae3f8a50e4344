"""The exact arithmetic of grades: quotients of whole numbers of any size, against Python's own."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import duckdb
import pytest

from coursepush.forecast import arithmetic

Pairs = list[tuple[int, int]]


def half_away_from_zero(exact: Fraction) -> int:
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return size if exact >= 0 else -size


def computed(expression: str, pairs: Pairs, kind: str) -> list[int]:
    """The SQL of a quotient of two columns, for each pair."""
    with duckdb.connect() as connection:
        connection.execute(f"create table pair (place integer, dividend {kind}, divisor {kind})")
        rows = ", ".join(f"({place}, {one}, {other})" for place, (one, other) in enumerate(pairs))
        connection.execute(f"insert into pair values {rows}").fetchall()
        found = connection.execute(f"select {expression} from pair order by place").fetchall()
    return [row[0] for row in found]


Drawn = Callable[[random.Random], int]


def pairs_of(seed: int, dividend: Drawn, divisor: Drawn) -> Pairs:
    draw = random.Random(seed)
    return [(dividend(draw), divisor(draw)) for _ in range(400)]


def of_any_length(digits: int) -> Drawn:
    return lambda draw: draw.randrange(10 ** draw.randrange(1, digits + 1)) * draw.choice((1, -1))


def test_a_quotient_is_rounded_exactly_whatever_its_size() -> None:
    def divisors(draw: random.Random) -> int:
        return draw.randrange(1, 10 ** draw.randrange(1, 19))

    pairs = pairs_of(1, of_any_length(37), divisors)
    # halves, and what is next to them, where the guess is just good enough and where it is not
    for whole in (0, 1, 10**14, arithmetic.SURE - 1, arithmetic.SURE, 4 * 10**15 + 1, 10**17 + 1):
        for divisor in (2, 10**9, 2 * 10**17 + 2):
            pairs += [
                (sign * (whole * divisor + divisor // 2 + beside), divisor)
                for sign in (1, -1)
                for beside in (-1, 0, 1)
            ]
    assert computed(arithmetic.quotient("dividend", "divisor"), pairs, "hugeint") == [
        half_away_from_zero(Fraction(*pair)) for pair in pairs
    ]


def test_nothing_is_divided_by_nothing() -> None:
    assert computed(arithmetic.quotient("dividend", "divisor"), [(5, 0), (0, 0)], "hugeint") == [None, None]


@pytest.fixture(scope="module")
def scores() -> Pairs:
    """Points earned, in billionths, and possible, in thousandths; both up to the most there is."""
    pairs = pairs_of(2, of_any_length(18), lambda draw: draw.randrange(1, 10 ** draw.randrange(1, 10)))
    return [*pairs, (10**18 - 1, 1), (1 - 10**18, 1), (10**18 - 1, 10**9 - 1), (1, 10**9 - 1), (-1, 10**9 - 2)]


def with_columns(expression: str) -> str:
    return expression.replace("earned", "dividend").replace("possible", "divisor")


def test_a_score_s_percent_has_12_decimals(scores: Pairs) -> None:
    found = computed(with_columns(arithmetic.SCORE_PERCENT), scores, "bigint")
    assert found == [half_away_from_zero(Fraction(earned * 10**8, possible)) for earned, possible in scores]


def test_scores_are_ordered_by_their_percents_exactly(scores: Pairs) -> None:
    # two that are as near to each other as two can be, on either side of 0
    near = [(10**9 - 3, 10**9 - 2), (10**9 - 2, 10**9 - 1), (3 - 10**9, 10**9 - 2), (2 - 10**9, 10**9 - 1)]
    pairs = [*scores, *near]
    found = computed(with_columns(arithmetic.EXACT_PERCENT), pairs, "bigint")
    by_key = sorted(range(len(pairs)), key=lambda place: (found[place], place))
    assert by_key == sorted(range(len(pairs)), key=lambda place: (Fraction(*pairs[place]), place))
