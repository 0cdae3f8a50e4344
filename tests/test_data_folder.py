"""The folder `data`: the load format by example, and its dictionary, both true."""

from __future__ import annotations

from pathlib import Path

import coursepush as cp
from coursepush.load.dictionary import dictionary
from coursepush.load.mapping.campus import product_names
from coursepush.model.tables import TABLES

DATA = Path(__file__).resolve().parents[1] / "data"


def test_the_dictionary_is_the_model() -> None:
    assert (DATA / "README.md").read_text("utf-8") == dictionary(), (
        "run: python -m coursepush.load.dictionary > data/README.md"
    )


def test_the_dictionary_says_where_every_table_is_in_the_product() -> None:
    places = [line for line in dictionary().splitlines() if line.startswith("In Infinite Campus: ")]
    assert len(places) == len(TABLES)
    for line, (table, product) in zip(places, product_names().items(), strict=True):
        assert product, table
        for each in product:
            assert f"`{each.table}`" in line
            assert ("(not published)" in line) == any(name.known == "proposal" for name in product)


def test_the_tiny_district_loads_without_a_word_and_is_pushed() -> None:
    with cp.load_district(DATA / "tiny") as district:
        assert district.findings().is_empty()
        plan = district.plan_master_push("Middle School", year=2027, to_sections=True)
        verdicts = set(plan.counts()["verdict"])
        assert verdicts == {"insert", "update", "rename", "same", "keep", "skip", "fail"}
        renamed = plan.rows(verdict="rename", names=True).row(0, named=True)
        assert (renamed["key"], renamed["teacher"]) == ('{"name":"Homework(1)"}', "Teacher 0001")
        assert district.apply(plan).rows == plan.writes
