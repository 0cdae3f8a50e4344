"""Names that only look the same, and numbers that lost their leading zeros: warned of, and mended on request."""

from __future__ import annotations

import random
import unicodedata
from typing import Any

import polars as pl
import pytest
from engine import frame_of
from rounds import first
from small_district import SmallDistrict

import coursepush as cp
from coursepush.load import load_tables
from coursepush.load.lookalikes import shown
from coursepush.model.tables import TABLES
from coursepush.store import Store

Pairs = list[tuple[str, str]]

LOOKS = [
    ("Home\u00a0Work", "Home<no-break space U+00A0>Work"),
    ("Home  Work", "Home<2 blanks>Work"),
    ("Home \t Work", "Home <tab U+0009> Work"),
    ("Home\u200b Work", "Home<zero width space U+200B> Work"),
    ("\ufeffHome Work", "<zero width no-break space U+FEFF>Home Work"),
    ("Ho\u00adme Work", "Ho<soft hyphen U+00AD>me Work"),
    ("Home\u2009Work", "Home<thin space U+2009>Work"),
    ("Home\u3000Work", "Home<ideographic space U+3000>Work"),
    ("\uff28ome Work", "<fullwidth latin capital letter h U+FF28>ome Work"),
    ("home\u00a0work", "home<no-break space U+00A0>work"),
]


def given(d: SmallDistrict) -> dict[str, pl.DataFrame]:
    """The district as the tables that it would come in."""
    return {name: frame_of(TABLES[name], rows) for name, rows in d.tables().items() if rows}


def told(findings: pl.DataFrame, rule: str) -> list[tuple[str, str, str]]:
    """Table, column and pairs of the warnings of a rule."""
    return findings.filter(rule=rule, severity="warning").select("table", "column", "value").rows()


@pytest.mark.parametrize(("name", "visible"), first(LOOKS, keep=3))
def test_a_course_category_that_looks_like_the_masters(name: str, visible: str) -> None:
    d = SmallDistrict("categories")
    d.master.category("Home Work", weight=40)
    row = d.course.category(name, weight=50)
    source = given(d)
    with cp.load_district(source) as district:
        assert told(district.findings(), "look_alike") == [
            ("course_category", "name", f"'{visible}' looks like 'Home Work'")
        ]
        assert "--repair" in district.findings().filter(rule="look_alike")["message"][0]
        assert district.sql("select name from course_category").rows() == [(name,)]
    with cp.load_district(source, repair=True) as district:
        assert told(district.findings(), "look_alike") == []
        mended = "home work" if name.startswith("home") else "Home Work"
        assert district.sql("select name from course_category").rows() == [(mended,)]
        repairs = district.repairs().select("table", "row_id", "column", "rule", "before", "after").rows()
        assert repairs == [("course_category", row, "name", "look_alike", name, mended)]
        plan = district.plan_master_push("High School", year=2027)
        assert "insert" not in plan.rows(element="categories")["verdict"].to_list()


@pytest.mark.parametrize("level", ["master", "course", "section"])
def test_two_categories_of_one_owner_that_look_alike_are_numbered(level: str) -> None:
    d = SmallDistrict("categories")
    owner = getattr(d, level)
    owner.category("Home\u00a0Work", weight=1)
    owner.category("Home Work", weight=2)
    source = given(d)
    with cp.load_district(source) as district:
        assert [pairs for *_, pairs in told(district.findings(), "look_alike")] == [
            "'Home<no-break space U+00A0>Work' looks like 'Home Work'"
        ]
    with cp.load_district(source, repair=True) as district:
        rows = district.sql(f"select weight, name from {level}_category order by weight").rows()
        assert [name for _, name in rows] == ["Home Work", "Home Work(1)"]


def test_what_is_mended_is_mended_on_every_level() -> None:
    d = SmallDistrict("categories")
    d.master.category("Home Work")
    parent = d.course.category("Home\u00a0Work")
    d.section.category("Home\u00a0Work", parent=parent)  # as on its course: nothing to warn of here
    source = given(d)
    with cp.load_district(source) as district:
        assert [table for table, *_ in told(district.findings(), "look_alike")] == ["course_category"]
    with cp.load_district(source, repair=True) as district:
        for level in ("course", "section"):
            assert district.sql(f"select name from {level}_category").rows() == [("Home Work",)]


def test_what_looks_like_nothing_else_stays_as_it_is() -> None:
    d = SmallDistrict("categories")
    names = ["Home\u00a0Work", "Café", "H\u2082O lab", "½ credit", "東京"]
    for name in names:
        d.master.category(name)
    with cp.load_district(given(d), repair=True) as district:
        assert told(district.findings(), "look_alike") == []
        assert sorted(district.sql("select name from master_category")["name"]) == sorted(names)
        assert district.repairs().is_empty()


def test_numbers_and_names_of_courses_calendars_and_banks() -> None:
    d = SmallDistrict("categories")
    d.master["name"] = "Math 1"
    d.course["name"] = "Math\u00a01"
    d.course["number"] = d.master["number"] + "\u200b"
    d.add("grading_task", task_id=900, name="Term\u00a0Grade", is_standard=False)
    d.add("grading_task", task_id=901, name="Term Grade", is_standard=False)
    source = given(d)
    with cp.load_district(source) as district:
        assert {(table, column) for table, column, _ in told(district.findings(), "look_alike")} == {
            ("course", "name"),
            ("course", "number"),
            ("grading_task", "name"),
        }
    with cp.load_district(source, repair=True) as district:
        assert told(district.findings(), "look_alike") == []
        assert district.sql("select name, number from course").rows() == [("Math 1", d.master["number"])]


def test_a_number_that_is_taken_is_not_mended() -> None:
    d = SmallDistrict()
    d.new_course("ART 1", master=None)
    d.new_course("ART\u00a01", master=None)
    with cp.load_district(given(d), repair=True) as district:
        assert told(district.findings(), "look_alike") == [
            ("course", "number", "'ART<no-break space U+00A0>1' looks like 'ART 1'")
        ]
        assert district.repairs().is_empty()


def test_every_letter_shows() -> None:
    assert shown("plain name, Café") == "plain name, Café"
    assert shown("a   b") == "a<3 blanks>b"
    assert shown("a\u200d\u00a0b") == "a<zero width joiner U+200D><no-break space U+00A0>b"


# -- random names against plain Python ---------------------------------------------------------------


def look(name: str) -> str:
    """How a name looks, in the words of the model: compatibility form, nothing of no width, blanks collapsed."""
    kept = [
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFKC", name)
        if letter.isspace() or unicodedata.category(letter) not in ("Cf", "Cc")
    ]
    return " ".join("".join(kept).split())


def meant(
    owned: dict[int, list[str]], above: dict[int, list[str]], upper_of: dict[int, int]
) -> set[tuple[int, str]]:
    """Owner and look of the names of which somebody has to be told."""
    found: set[tuple[int, str]] = set()
    for owner, names in owned.items():
        upper = above.get(upper_of.get(owner, -1), [])
        for name in names:
            others = [*names, *upper]
            if any(look(one).lower() == look(name).lower() and one.lower() != name.lower() for one in others):
                found.add((owner, look(name).lower()))
    return found


@pytest.mark.parametrize("seed", first(range(10)))
def test_random_names(seed: int) -> None:
    chance = random.Random(seed)
    stock = [
        "Home Work",
        "Home\u00a0Work",
        "home  work",
        "Home\u200bWork",
        "HomeWork",
        "\uff28ome Work",
        "Lab",
        "Läb",
    ]
    d = SmallDistrict("categories")
    courses = [d.course, *(d.new_course(f"C{place}", master=d.master) for place in range(3))]
    sections = [d.section, *(d.new_section(chance.choice(courses)) for _ in range(4))]
    owned: dict[str, dict[int, list[str]]] = {}
    for level, owners in (("master", [d.master]), ("course", courses), ("section", sections)):
        for owner in owners:
            names = {name.lower(): name for name in chance.sample(stock, chance.randint(0, 4))}
            owned.setdefault(level, {})[owner.id] = list(names.values())
            for name in names.values():
                owner.category(name)
    tables = d.tables()
    upper_of = {
        "master": dict[int, int](),
        "course": {row["course_id"]: row["master_id"] for row in tables["course"]},
        "section": {row["section_id"]: row["course_id"] for row in tables["section"]},
    }
    above: dict[str, dict[int, list[str]]] = {"master": {}, "course": owned["master"], "section": owned["course"]}
    source = given(d)
    want = {level: meant(owned[level], above[level], upper_of[level]) for level in owned}
    with cp.load_district(source) as district:
        said = {table for table, *_ in told(district.findings(), "look_alike")}
        assert said == {f"{level}_category" for level, names in want.items() if names}
    with cp.load_district(source, repair=True) as district:
        assert told(district.findings(), "look_alike") == []
        looks = {one for names in want.values() for _, one in names}
        for level in owned:
            key = ["owner_id", "name"]
            rows = district.sql(f"select {', '.join(key)} from {level}_category").rows()
            assert len({(owner, name.lower()) for owner, name in rows}) == len(rows)
            before = [(owner, name) for owner, names in owned[level].items() for name in names]
            # what looks like nothing else stays to the letter; the rest is clean, but for a number behind it
            assert {row for row in before if look(row[1]).lower() not in looks} <= set(rows)
            assert all(look(name) == name for _, name in rows if look(name).split("(")[0].lower() in looks)
            assert len(rows) == len(before)


# -- leading zeros -----------------------------------------------------------------------------------


def zeros(*numbers: tuple[str, str]) -> SmallDistrict:
    """Masters and courses linked to them, by their numbers."""
    d = SmallDistrict("course_info.number")
    for number, of_course in numbers:
        d.new_course(of_course, master=d.new_master(number))
    return d


def test_a_column_that_lost_its_zeros() -> None:
    d = zeros(("02037", "2037"), ("00150", "150"), ("0007", "7"), ("0A1", "A1"), ("31", "31"), ("040", "0040"))
    source = given(d)
    with cp.load_district(source) as district:
        [found] = district.findings().filter(rule="lost_zeros").rows(named=True)
        assert (found["severity"], found["table"], found["column"]) == ("warning", "course", "number")
        assert ", 3 rows: number is the course master's without its leading zeros" in found["message"]
        assert "2037 beside 02037; 150 beside 00150; 7 beside 0007" in found["message"]
        [above] = district.findings().filter(rule="lost_zeros_above").rows(named=True)
        assert "1 row" in above["message"]
        assert "0040 beside 040" in above["message"]
    with cp.load_district(source, repair=True) as district:
        numbers = district.sql("select number from course order by course_id")["number"].to_list()
        assert numbers[1:] == ["02037", "00150", "0007", "A1", "31", "0040"]
        assert told(district.findings(), "lost_zeros") == []
        assert district.repairs().select("rule", "column", "before", "after").rows()[0] == (
            "lost_zeros",
            "number",
            "2037",
            "02037",
        )


def test_codes_and_grade_levels_too() -> None:
    d = SmallDistrict()
    codes = {"sced_subject_area": "05", "sced_course_id": "001", "sced_lowest_grade": "09", "state_code": "0401"}
    for column, code in codes.items():
        d.master[column], d.course[column] = code, code.lstrip("0")
    d.add("custom_field", level="master", owner_id=d.master.id, field="CTE", value="0015")
    d.add("custom_field", level="course", owner_id=d.course.id, field="CTE", value="15")
    source = given(d)
    with cp.load_district(source) as district:
        assert {column for _, column, _ in told(district.findings(), "lost_zeros")} == {*codes, "value"}
    with cp.load_district(source, repair=True) as district:
        assert district.sql(f"select {', '.join(codes)} from course").rows() == [tuple(codes.values())]
        assert district.sql("select value from custom_field order by level").rows() == [("0015",), ("0015",)]


def test_a_number_that_another_course_has_is_not_given() -> None:
    d = zeros(("02037", "2037"))
    d.new_course("02037", master=None)
    with cp.load_district(given(d), repair=True) as district:
        assert len(told(district.findings(), "lost_zeros")) == 1
        assert district.repairs().is_empty()


def test_course_masters_that_differ_by_zeros_alone() -> None:
    d = SmallDistrict()
    d.new_master("2037")
    d.new_master("02037")
    with cp.load_district(given(d), repair=True) as district:
        assert told(district.findings(), "numbers_alike") == [("course_master", "number", "2037 beside 02037")]


def test_plain_districts_are_told_of_nothing() -> None:
    store = Store(None, threads=1)
    found: Any = load_tables(store, {"teacher": pl.DataFrame({"teacher_id": [1], "name": ["Ng"]})}, repair=True)
    assert found.is_empty()
    store.close()
