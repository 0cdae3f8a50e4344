"""Drift: what others changed on courses and sections, beside what we pushed, what stands and what is wanted."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from typing import Any

import oracle
import polars as pl
import pytest
from carried_out import frames
from engine import Tables, plan_of, store_of, tables_of
from oracle_reconcile import WRITES, Standing, changes, folded, old_key
from random_districts import make_district
from rounds import TIMES, first
from small_district import SmallDistrict, number
from vendor import asked, shown_later

from coursepush.district import District
from coursepush.errors import RequestError
from coursepush.reports.drift.report import DRIFT_COLUMNS
from coursepush.reports.reports import Reports

Row = dict[str, Any]


def place_of(row: Row) -> tuple[Any, ...]:
    owner = row["section_id"] if row["level"] == "section" else row["course_id"]
    what = row["field"] or folded(row["element"], row["key"])
    return {"course": 1, "section": 2}[row["level"]], row["element"], owner, what


def was_at(row: Row) -> tuple[Any, ...]:
    """Where the level above and our last push have what the row tells of: of a renamed category the old name."""
    place = place_of(row)
    if row["change"] != "renamed":
        return place
    name = json.loads(row["before"])["name"]
    return (*place[:3], folded("categories", oracle.row_text({"name": name})))


def wanted(tables: Tables) -> dict[tuple[Any, ...], str | None]:
    """What the level above has for each place of a course or section that is there."""
    d, standing = oracle.District(tables), Standing(tables)
    above: dict[tuple[Any, ...], str | None] = {}
    for course in tables["course"]:
        master = d.masters.get(course["master_id"])
        if master is None:
            continue
        for element, spec in oracle.ELEMENTS.items():
            for row in d.rows("master", element, master["master_id"]):
                key = oracle.row_text({column: row[column] for column in spec.key})
                text = oracle.row_text(oracle.values_of(spec, row))
                above[1, element, course["course_id"], folded(element, key)] = text
        fields = [f"custom.{field}" for level, owner, field in d.custom]
        for field in (*oracle.ATTRIBUTES, *fields):
            value = oracle._text(oracle._plain(field, oracle.attribute(d, "master", master, field)))
            above[1, "course_info", course["course_id"], field] = value
    for section in tables["section"]:
        at, course = section["section_id"], section["course_id"]
        for (hop, element, owner, what), (text, _) in standing.rows.items():
            if hop == 1 and owner == course and element in oracle.SECTION_ELEMENTS:
                above[2, element, at, what] = text
        above[2, "advisory", at, "is_advisory"] = "true" if d.courses[course]["is_advisory"] else "false"
    return above


Place = tuple[Any, ...]


def renamed(was: Tables, now: Tables) -> dict[Place, Place]:
    """The place of each category that others renamed, and where it was: its id and owner, a name nobody had."""
    found: dict[Place, Place] = {}
    for hop, level in ((1, "course"), (2, "section")):
        before, after = ({row["row_id"]: row for row in one[f"{level}_category"]} for one in (was, now))
        places = {
            id(rows): {row_id: _place_of_category(hop, row) for row_id, row in rows.items()}
            for rows in (before, after)
        }
        for row_id, place in places[id(after)].items():
            old = places[id(before)].get(row_id)
            is_same_owner = old is not None and old[2] == place[2]
            if (
                is_same_owner
                and old not in places[id(after)].values()
                and place not in places[id(before)].values()
            ):
                found[place] = old
    return found


def _place_of_category(hop: int, row: Row) -> Place:
    return hop, "categories", row["owner_id"], folded("categories", oracle.row_text({"name": row["name"]}))


@pytest.mark.parametrize("seed", first(range(700, 700 + 4 * TIMES)))
def test_without_a_push_it_is_every_difference_of_two_extracts(seed: int) -> None:
    district = District(store_of(make_district(seed)))
    was = tables_of(district.store)
    later = shown_later(was, was, random.Random(seed))
    district.refresh(frames(later), allow_removals=True)
    now = Standing(tables_of(district.store))
    found = district.reports.drift()
    told = {
        place_of(row): (row["before"], row["now"]) for row in found.filter(pl.col("change") != "link").to_dicts()
    }
    expected = {place: (before, after) for place, before, after in changes(Standing(was), now) if before != after}
    for place, old in renamed(was, later).items():
        expected[place] = expected.pop(old)[0], expected[place][1]
    assert told == expected
    above = wanted(tables_of(district.store))
    assert {place_of(row): row["wanted"] for row in found.to_dicts()} == {
        place_of(row): above.get(was_at(row)) for row in found.to_dicts()
    }
    assert set(found["last_pushed"]) | set(found["push_id"]) <= {None}
    district.close()


@pytest.mark.parametrize("seed", first(range(800, 800 + 4 * TIMES)))
def test_beside_what_our_last_push_wrote(seed: int) -> None:
    tables, kind, request = asked(seed)
    district = District(store_of(tables))
    last: dict[tuple[Any, ...], tuple[int, str | None]] = {}
    before = tables_of(district.store)
    for round in (1, 2):
        plan = plan_of(district.store, kind, request)
        rows = [row for row in plan.rows().to_dicts() if row["verdict"] in WRITES]
        push = district.apply(plan).push_id
        for row in rows:  # a row may leave a key that another takes in the same push
            if row["key"] is not None and old_key(row) not in (None, folded(row["element"], row["key"])):
                last[at(row), old_key(row)] = (push, None)
        for row in rows:
            last[at(row), row["field"] or folded(row["element"], row["key"])] = (push, row["after"])
        after = tables_of(district.store)
        district.refresh(frames(shown_later(before, after, random.Random(seed + round))), allow_removals=True)
        before = tables_of(district.store)
    standing, above = Standing(before), wanted(before)
    found = district.reports.drift()
    kept = district.sql("select * from push.drift")
    there = kept.filter(
        pl.col("course_id").is_in([row["course_id"] for row in before["course"]])
        & (pl.col("hop").eq(1) | pl.col("section_id").is_in([row["section_id"] for row in before["section"]]))
    )
    events = ("refresh_id", "element", "course_id", "section_id", "key", "field", "before")
    assert Counter(found.select(events).rows()) == Counter(there.select(events).rows())
    for row in found.to_dicts():
        place = place_of(row)
        now = standing.field(place) if row["field"] else standing.text(place)
        former = was_at(row)
        push, left = last.get((former[:3], former[3]), (None, None))
        assert (row["now"], row["wanted"]) == (now, above.get(former)), place
        assert (row["push_id"], row["last_pushed"]) == (push, left), place
    district.close()


def at(row: Row) -> tuple[Any, ...]:
    return row["hop"], row["element"], row["section_id"] if row["hop"] == 2 else row["course_id"]


# -- small cases -------------------------------------------------------------------------------------


def drifted() -> tuple[District, SmallDistrict]:
    """A course and its section with one category; two extracts in which others changed it."""
    d = SmallDistrict("categories", "course_info.name")
    upper = d.course.category("Quizzes", weight=20, parent=d.master.category("Quizzes", weight=20))
    own = d.section.category("Quizzes", weight=20, parent=upper)
    d.section.category("Tests", parent=d.course.category("Tests", parent=d.master.category("Tests")))
    d.section["is_advisory"] = False
    district = District(d.store())
    tables = copy.deepcopy(d.tables())
    for table, row_id in (("course_category", upper), ("section_category", own)):
        next(row for row in tables[table] if row["row_id"] == row_id)["weight"] = number(25)
    district.refresh(frames(tables))
    tables["course"][0]["name"] = "Their own"
    tables["section"][0]["is_advisory"] = True
    next(row for row in tables["section_category"] if row["row_id"] == own)["parent_row_id"] = None
    district.refresh(frames(tables))
    return district, d


def test_each_change_with_its_refresh() -> None:
    district, _ = drifted()
    found = district.reports.drift()
    assert tuple(found.columns) == DRIFT_COLUMNS
    told = found.select("level", "element", "refresh_id", "change", "before", "now", "wanted").rows()
    weights = [f'"weight":"{weight}.0000"' for weight in (20, 25)]
    assert [row[:4] for row in told] == [
        ("course", "course_info", 2, "changed"),
        ("course", "categories", 1, "changed"),
        ("section", "categories", 1, "changed"),
        ("section", "categories", 2, "link"),
        ("section", "advisory", 2, "changed"),
    ]
    assert told[0][4:] == ('"Course MATH1"', '"Their own"', '"Course MATH1"')
    for row, places in ((told[1], (0, 1, 0)), (told[2], (0, 1, 1)), (told[3], (1, 1, 1))):
        assert all(weights[place] in text for place, text in zip(places, row[4:], strict=True))
    assert told[4][4:] == ("false", "true", "false")
    assert found["when"].null_count() == 0
    assert found["teacher"].to_list() == [None, None, "Ms. Rivera", "Ms. Rivera", "Ms. Rivera"]


@pytest.fixture(scope="module")
def of_drifted() -> Reports:
    """The reports on it; it is not to be changed."""
    return drifted()[0].reports


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({"refresh": 1}, [1, 2]),
        ({"refresh": [1, 2]}, [0, 1, 2, 3, 4]),
        ({"element": ["advisory", "course_info"]}, [0, 4]),
        ({"level": "section"}, [2, 3, 4]),
        ({"teacher": "Ms. Rivera"}, [2, 3, 4]),
        ({"catalog": "High School", "year": 2027, "calendar": "Lincoln High 26-27"}, [0, 1, 2, 3, 4]),
        ({"course": "MATH1", "school": "Lincoln High", "refresh": 2, "level": "course"}, [0]),
    ],
)
def test_a_filter_keeps_exactly_its_rows(filters: dict[str, Any], rows: list[int], of_drifted: Reports) -> None:
    assert of_drifted.drift(**filters).equals(of_drifted.drift()[rows])


def test_before_any_refresh_nothing_drifted() -> None:
    district = District(SmallDistrict("categories").store())
    found = district.reports.drift()
    assert found.is_empty()
    assert tuple(found.columns) == DRIFT_COLUMNS


def test_an_unknown_filter_lists_the_valid_ones(of_drifted: Reports) -> None:
    with pytest.raises(RequestError, match=r"no refresh 3.*Valid choices: 1, 2"):
        of_drifted.drift(refresh=3)
    with pytest.raises(RequestError, match=r"no data type 'tests'.*categories"):
        of_drifted.drift(element="tests")


def test_what_a_push_took_away_was_last_pushed_as_nothing() -> None:
    d = SmallDistrict("categories")
    d.course.category("Labs", weight=5)
    district = District(d.store())
    receipt = district.apply(district.plan_master_push("High School", year=2027, mode="overwrite"))
    tables = tables_of(district.store)
    district.refresh(frames(tables))
    tables["course_category"] = copy.deepcopy(d.tables()["course_category"])
    tables["course_category"][0]["weight"] = number(6)
    district.refresh(frames(tables))
    (row,) = district.reports.drift().to_dicts()
    assert (row["change"], row["push_id"], row["last_pushed"]) == ("added", receipt.push_id, None)
    assert row["wanted"] is None
    assert '"weight":"6.0000"' in row["now"]
