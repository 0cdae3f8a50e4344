"""A grade step by step says what the grade is, which scores it counts, and why it does not count the others."""

from __future__ import annotations

from contextlib import closing

import grade_cases
import pytest
from engine import store_of, tables_of
from grade_districts import with_grades
from grades_oracle import District, grades_of
from random_districts import make_district
from rounds import rounds

import coursepush as cp
from coursepush.errors import RequestError

SHOWN = 12
"""So many grades of a district are explained: each takes some 25 statements."""


@pytest.mark.parametrize("seed", range(rounds(3, 30)))
def test_what_is_explained_is_the_grade_and_what_counts_counts(seed: int) -> None:
    tables = with_grades(make_district(seed), seed)
    with closing(store_of(tables)) as store:
        district, oracle = cp.District(store), District(tables_of(store))
        found = grades_of(tables_of(store)).grades
        every = [
            (student, *place)
            for place, options in sorted(oracle.options.items())
            if options["calc_type"] != "none"
            for student in sorted(oracle.students[place[0]])
        ]
        for student, section, task, term in every[:: max(1, len(every) // SHOWN)]:
            told = district.explain_grade(student=student, section=section, task=task, term=term)
            grade = found.get((student, section, task, term))
            assert told.percent == (None if grade is None else grade.percent)
            assert told.percent_exact == (None if grade is None else grade.percent8)
            assert told.mark == (None if grade is None else grade.mark)
            assert told.sentence.startswith("There is no grade: ") == (grade is None), told.sentence
            options = oracle.options[section, task, term]
            if options["calc_type"] != "in_progress":
                continue
            if (task, term) in oracle.children[section]:
                assert told.children.height == len(oracle.children[section][task, term])
                continue
            left = oracle.without_lowest(
                oracle.last_n(options["last_n"], oracle.scores(student, section, task, term))
            )
            left = [score for score in left if not (options["use_percent"] and score.is_extra_credit)]
            counts = told.scores.filter("counts")
            assert sorted(counts["assignment_id"]) == sorted(score.assignment for score in left)
            assert dict(counts.select("assignment_id", "earned").rows()) == {
                score.assignment: score.earned for score in left
            }
            others = told.scores.filter(~told.scores["counts"])
            assert not others["why"].has_nulls(), "each score that does not count has a reason"


@pytest.fixture(scope="module")
def cases() -> cp.District:
    return cp.load_district(grade_cases.tables())


def test_a_grade_is_drawn_for_who_may_see_it_and_carries_no_mark_of_what_may_be_shared(cases: cp.District) -> None:
    student, section, task, term = next(iter(grade_cases.EXPECTED))
    told = cases.explain_grade(student=student, section=section, task=task, term=term)
    assert "This shows a student's record" in told._repr_html_()
    assert not hasattr(told, "_repr_mimebundle_")


def test_what_is_asked_of_nothing_is_refused_with_the_choices(cases: cp.District) -> None:
    student, section, task, term = next(iter(grade_cases.EXPECTED))
    with pytest.raises(RequestError, match="There is no task 'Quartr'"):
        cases.explain_grade(student=student, section=section, task="Quartr", term=term)
    with pytest.raises(RequestError, match="There is no section 4000000000"):
        cases.explain_grade(student=student, section=4_000_000_000, task=task, term=term)
    told = cases.explain_grade(student=4_000_000_000, section=section, task=task, term=term)
    assert told.sentence == "There is no grade: the student is not enrolled in this section."
    told = cases.explain_grade(student=student, section=section, task=task, term=999)
    assert told.sentence.startswith("There is no grade: this task is not calculated in this term")
