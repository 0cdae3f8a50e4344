"""The golden cases of in-progress grades: what was worked out by hand is what comes out."""

from __future__ import annotations

import pytest
from grade_cases import CASE_OF, CYCLIC, EXPECTED, NOT_COMPUTED, tables
from grades_oracle import Grades, grades_of

import coursepush as cp


@pytest.fixture(scope="module")
def oracle() -> Grades:
    return grades_of({name: frame.to_dicts() for name, frame in tables().items()})


@pytest.mark.parametrize("section", CASE_OF, ids=CASE_OF.get)
def test_the_oracle_gives_what_was_worked_out_by_hand(section: int, oracle: Grades) -> None:
    expected = {key: told for key, told in EXPECTED.items() if key[1] == section}
    assert expected, "a case says what it gives"
    given = {key: (str(grade.percent), grade.mark) for key, grade in oracle.grades.items() if key[1] == section}
    assert given == {key: told for key, told in expected.items() if told[0] is not None}
    assert {one for one in oracle.not_computed if one[0] == section} == {
        one for one in NOT_COMPUTED if one[0] == section
    }
    assert {one for one in oracle.cyclic if one[0] == section} == {one for one in CYCLIC if one[0] == section}


def test_the_district_gives_what_was_worked_out_by_hand() -> None:
    with cp.load_district(tables()) as district:
        rows = district.grades().rows()
    given = {key: (str(percent), mark) for *key, percent, mark in rows for key in [tuple(key)]}
    expected = {key: told for key, told in EXPECTED.items() if told[0] is not None}
    differing = {key: (given.get(key), expected.get(key)) for key in {*given, *expected}}
    assert {(CASE_OF[key[1]], key): both for key, both in differing.items() if both[0] != both[1]} == {}
    assert len(rows) == len(expected), "each grade once"
