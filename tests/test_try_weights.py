"""Other weights tried in a section say what the grades are once they are really changed; nothing is written."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal

import pytest
from engine import Tables, store_of, tables_of
from grade_districts import with_grades
from grades_oracle import grades_of
from random_districts import make_district

import coursepush as cp
from coursepush.errors import RequestError
from coursepush.forecast.tried import weights_of

SEEDS = (2, 5, 7)


def section_to_try(tables: Tables) -> int:
    """The section with the most scores in weighted categories."""
    weighted = {row["owner_id"] for row in tables["section_grade_calc"] if row["weight_categories"]}
    places = {row["assignment_id"]: row["section_id"] for row in tables["assignment"]}
    scores = [places[row["assignment_id"]] for row in tables["score"]]
    return max(weighted, key=lambda section: (scores.count(section), section))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_tried_is_what_changing_the_weights_gives(seed: int) -> None:
    tables = with_grades(make_district(seed), seed)
    section = section_to_try(tables)
    with closing(store_of(tables)) as store:
        before = tables_of(store)
        weights = {one.name: Decimal(place * 7 % 60) for place, one in enumerate(weights_of(store, section), 1)}
        tried = cp.District(store).try_weights(section=section, weights=weights)
        rows = tried.rows(moves=False)
        assert tables_of(store) == before, "nothing is written"
    changed = dict(before)
    changed["section_category"] = [
        row | {"weight": weights[row["name"]]} if row["owner_id"] == section else row
        for row in before["section_category"]
    ]
    was, now = grades_of(before).grades, grades_of(changed).grades
    said = {row[:4]: row[4:6] for row in rows.rows()}
    for key, (percent_before, percent_after) in said.items():
        assert percent_before == (was[key].percent if key in was else None)
        assert percent_after == (now[key].percent if key in now else None)
    moving = {key for key in {*was, *now} if was.get(key) != now.get(key)}
    assert moving <= said.keys()


@pytest.fixture(scope="module")
def district() -> cp.District:
    return cp.simulate_district("small", seed=7)


def test_what_is_no_weight_is_refused(district: cp.District) -> None:
    with pytest.raises(RequestError, match="There is no category 'Test' in this section"):
        district.try_weights(section=115, weights={"Test": 40})
    for weight in (-1, "much", float("nan"), 100_000):
        with pytest.raises(RequestError, match="it must be a number from 0"):
            district.try_weights(section=115, weights={"Tests": weight})
    with pytest.raises(RequestError, match="There is no section 0"):
        district.try_weights(section=0, weights={})


def test_a_slider_shows_what_would_move_and_the_call_and_no_student(district: cp.District) -> None:
    panel = district.weights_panel(115)
    assert "No grade rests on what this changes" in panel.answer.value
    panel.sliders["Tests"].value = 5
    assert "would move in 1 section" in panel.answer.value
    assert "weights={&quot;Tests&quot;: 5.0}" in panel.code.value
    assert panel.tried is not None
    students = panel.tried.rows()["student_id"].to_list()
    assert students
    html, mark = panel._repr_mimebundle_()
    shown = panel.answer.value + panel.code.value + html["text/html"]
    assert not [student for student in students if str(student) in shown]
    assert mark["coursepush"]["students"] == "none"
    panel.back.click()
    assert panel.weights == {}
    assert "No grade rests on what this changes" in panel.answer.value
