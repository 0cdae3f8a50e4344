"""Repair: what a load mends if asked to, checked against the sentences of the model in plain Python."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from good_extract import GOOD, add, write_good
from rounds import first

import coursepush as cp
from coursepush.errors import LoadError
from coursepush.load import load_tables
from coursepush.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store(None, threads=1)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_good(tmp_path / "extract")


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.reading() as session:
        return session.rows("look", sql)


MENDED = [
    ("outer_blanks", "3,1,Labs\u00a0,0,", [("name", "Labs\u00a0", "Labs")]),
    ("name_too_long", f"3,1,{'L' * 60},0,", [("name", "L" * 60, "L" * 50)]),
    ("name_too_long", f"3,1,{'L' * 48}  {'L' * 9},0,", [("name", f"{'L' * 48}  {'L' * 9}", "L" * 48)]),
    ("unsorted_task_ids", "3,1,Labs,0,2;1;2", [("task_ids", "2;1;2", "1;2")]),
    ("duplicate_key", "3,1,TESTS,0,", [("name", "TESTS", "TESTS(1)")]),
]


@pytest.mark.parametrize(("rule", "line", "repairs"), MENDED)
def test_what_is_refused_is_mended_on_request(
    store: Store, folder: Path, rule: str, line: str, repairs: list[tuple[str, str, str]]
) -> None:
    add(folder, "master_category", line)
    with pytest.raises(LoadError, match="repair=True") as caught:
        load_tables(store, folder)
    assert caught.value.findings is not None
    assert caught.value.findings["rule"].to_list() == [rule]
    said = load_tables(store, folder, repair=True).filter(pl.col("severity") == "repair")
    assert said.select("rule", "table", "file", "value").rows() == [
        (rule, "master_category", "master_category.csv", "1")
    ]
    assert rows(store, "select rule, line, row_id from push.repair") == [(rule, 4, 3)]
    assert rows(store, "select column_name, before, after from push.repair") == repairs
    column, _, after = repairs[0]
    value = f"array_to_string({column}, ';')" if column == "task_ids" else column
    assert rows(store, f"select {value} from master_category where row_id = 3") == [(after,)]


def test_one_name_may_need_all_three(store: Store, folder: Path) -> None:
    for line in (f"3,1,{'x' * 50},0,", f"4,1,{'x' * 50}y ,0,", f"5,1,{'X' * 55},0,"):
        text = (folder / "master_category.csv").read_text("utf-8")
        (folder / "master_category.csv").write_text(text + line + "\n", encoding="utf-8")
    load_tables(store, folder, repair=True)
    assert rows(store, "select name from master_category where row_id > 2 order by row_id") == [
        ("x" * 50,),
        ("x" * 47 + "(1)",),
        ("X" * 47 + "(2)",),
    ]
    assert rows(store, "select rule, row_id from push.repair order by row_id, rule") == [
        ("duplicate_key", 4),
        ("name_too_long", 4),
        ("outer_blanks", 4),
        ("duplicate_key", 5),
        ("name_too_long", 5),
    ]


def test_a_task_given_twice_cannot_be_numbered(store: Store, folder: Path) -> None:
    add(folder, "master_task", "3,1,1")
    with pytest.raises(LoadError) as caught:
        load_tables(store, folder, repair=True)
    assert caught.value.findings is not None
    assert caught.value.findings["rule"].to_list() == ["duplicate_key"]
    assert "repair" not in str(caught.value)


def test_everything_else_is_still_refused(store: Store, folder: Path) -> None:
    add(folder, "master_category", "3,77,Labs ,-1,")
    with pytest.raises(LoadError) as caught:
        load_tables(store, folder, repair=True)
    assert caught.value.findings is not None
    assert set(caught.value.findings["rule"]) == {"unknown_reference", "negative_weight"}


def test_assignments_stay_in_the_renamed_category(store: Store, folder: Path) -> None:
    add(folder, "section_category", "0,1,,tests ,0")
    load_tables(store, folder, repair=True)
    assert rows(store, "select row_id, name from section_category where owner_id = 1 order by row_id") == [
        (0, "tests"),
        (1, "Tests(1)"),
    ]
    assert rows(store, "select category_row_id from assignment") == [(1,)]


def test_next_weeks_lines_in_another_order_are_mended_as_this_weeks(tmp_path: Path, folder: Path) -> None:
    own = ["3,1,,Own,20", "5,1,,own,7", "4,1,,OWN,9"]
    names: list[list[tuple[Any, ...]]] = []
    (folder / "section_category.csv").write_text(GOOD["section_category"] + "\n".join(own), encoding="utf-8")
    with cp.load_district(folder, repair=True) as district:
        names.append(district.sql("select row_id, name from section_category order by row_id").rows())
        (folder / "section_category.csv").write_text(
            GOOD["section_category"] + "\n".join(reversed(own)), encoding="utf-8"
        )
        refreshed = district.refresh(folder, repair=True)
        assert refreshed.summary == "Nothing has changed since the last load."
        names.append(district.sql("select row_id, name from section_category order by row_id").rows())
    assert names[0] == names[1] == [(1, "Tests"), (2, "Tests"), (3, "Own"), (4, "OWN(1)"), (5, "own(2)")]


def test_the_district_shows_what_was_mended(folder: Path) -> None:
    add(folder, "master_category", "3,1,Tests ,0,")
    with cp.load_district(folder, repair=True) as district:
        assert district.repairs().rows() == [
            ("master_category", "master_category.csv", 4, 3, "name", "duplicate_key", "Tests", "Tests(1)"),
            ("master_category", "master_category.csv", 4, 3, "name", "outer_blanks", "Tests ", "Tests"),
        ]
        assert district.findings().filter(pl.col("severity") == "repair").height == 2


def test_nothing_to_mend_changes_nothing(store: Store, folder: Path) -> None:
    assert load_tables(store, folder, repair=True).rows() == []
    assert rows(store, "select count(*) from push.repair") == [(0,)]


# -- the sentences of the model, in plain Python -----------------------------------------------------


def mended(names: list[tuple[int, str]]) -> list[str]:
    """Names of the rows (owner, name) in the order of their ids, after all repairs."""
    cut = [(owner, name.strip()[:50].rstrip()) for owner, name in names]
    seen: set[tuple[int, str]] = set()
    later: list[int] = []
    for position, (owner, name) in enumerate(cut):
        key = (owner, name.lower())
        if key in seen:
            later.append(position)
        seen.add(key)
    result = [name for _, name in cut]
    for position in sorted(later, key=lambda one: (cut[one][0], cut[one][1].lower(), one)):
        owner, name = cut[position]
        number = 1
        while True:
            suffix = f"({number})"
            candidate = name[: 50 - len(suffix)] + suffix
            if (owner, candidate.lower()) not in seen:
                break
            number += 1
        seen.add((owner, candidate.lower()))
        result[position] = candidate
    return result


def repaired(folder: Path, names: list[tuple[int, str]], seed: int | None = None) -> list[str]:
    """Names of the rows (owner, name) in the order of their ids, as a load mends lines shuffled by `seed`."""
    tables = {name: path for name in ("catalog", "course_master") for path in [folder / f"{name}.csv"]}
    for name, path in tables.items():
        path.write_text(GOOD[name], encoding="utf-8")
    category = pl.DataFrame(
        [(row_id, owner, name) for row_id, (owner, name) in enumerate(names, start=1)],
        schema=["row_id", "owner_id", "name"],
        orient="row",
    )
    if seed is not None:
        category = category.sample(fraction=1, shuffle=True, seed=seed)
    opened = Store(None, threads=1)
    load_tables(opened, {**tables, "master_category": category}, repair=True)
    found = [row[0] for row in rows(opened, "select name from master_category order by row_id")]
    opened.close()
    return found


@pytest.mark.parametrize("seed", first(range(25), keep=5))
def test_random_names_are_mended_as_the_sentences_say(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    long = "A name that is a good deal longer than fifty characters, "
    stock = ["Tests", "tests", "Tests(1)", "TESTS (1)", "Tests(2)", "Labs", long + "one", long + "two", long[:50]]
    names = [
        (
            chance.choice([1, 2]),
            chance.choice(["", "", " ", "\t"]) + chance.choice(stock) + chance.choice(["", " "]),
        )
        for _ in range(chance.randint(2, 25))
    ]
    # the order of the lines says nothing
    assert repaired(tmp_path, names, seed if seed % 2 else None) == mended(names)


def test_a_thousand_rows_of_one_name_are_numbered_as_a_few_are(tmp_path: Path) -> None:
    """A file whose lines were copied over and over: names of two lengths share what numbers are left for both."""
    long = "A name that is a good deal longer than forty-six, "
    assert len(long) == 50
    names = [(1, long), (1, long[:48] + "!"), (2, "Tests"), (1, long[:46] + "(1)"), (1, long[:45] + "(12)")] * 300
    assert repaired(tmp_path, names, 7) == mended(names)
