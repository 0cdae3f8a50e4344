"""Why a section has, lacks or keeps something: against the oracle, level by level, on random districts."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import oracle
import oracle_why
import polars as pl
import pytest
from asking_why import ask
from engine import Tables, plan_of, store_of
from oracle import SECTION_ELEMENTS
from oracle_why import COUNTS, Question
from random_districts import make_district, make_request
from rounds import TIMES, first

from coursepush.plan.rules import RULES
from coursepush.reports.why.why import Why

Row = dict[str, Any]
SEEDS = first(range(900, 900 + 8 * TIMES))
ASKED = 5
"""Questions put to each random district."""


def steps_of(found: Why, level: str) -> Counter[tuple[Any, ...]]:
    rows = found.steps.filter(pl.col("level") == level)
    return Counter(rows.select("verdict", "reason", "link", "row_id").rows())


def some_questions(tables: Tables, seed: int, count: int = ASKED) -> list[Question]:
    """At random, more of the elements that sections have."""
    chance = random.Random(seed)
    by_element: dict[str, list[Question]] = {}
    for one in oracle_why.questions(tables):
        by_element.setdefault(one.element, []).append(one)
    weights = [3 if element in SECTION_ELEMENTS else 1 for element in by_element]
    return [chance.choice(one) for one in chance.choices(list(by_element.values()), weights, k=count)]


def assert_agrees(found: Why, expected: oracle_why.Answer) -> None:
    asked = expected.asked
    assert list(dict.fromkeys(found.steps["level"])) == ["catalog", *expected.steps], asked
    for level, steps in expected.steps.items():
        assert steps_of(found, level) == Counter(steps), (asked, level)
    assert found.protection.select(COUNTS).row(0) == expected.protection, asked
    read = {(row["level"], row["row_id"]) for row in found.rows.to_dicts() if row["row_id"] is not None}
    assert read == {(level, step[3]) for level, steps in expected.steps.items() for step in steps if step[3]}


def assert_rules_agree(found: Why) -> None:
    """The rule that is named gives the verdict that the plan gives; a category in the way is renamed instead."""
    steps = found.steps.filter(pl.col("mode").is_not_null()).to_dicts()
    for step in steps:
        hop = 1 if step["level"] == "course" else 2
        called = [rule for rule in RULES if rule.text == step["rule"]]
        named = [rule for rule in called if rule.hop in (None, hop) and rule.mode in (None, step["mode"])]
        assert named, step
        told = step["rule_section"].removesuffix(", 3.3")
        assert told in {rule.section for rule in named} | {"4.4"}, step
        assert (step["verdict"] == "rename") == step["rule_section"].endswith(", 3.3")
        for rule in named:
            if rule.inserts_beside and step["row_id"] is None:
                assert step["verdict"] == "insert"
            elif step["verdict"] != "rename":
                assert step["verdict"] == rule.verdict, step
            assert step["reason"] in (rule.reason, "missing_dependency", "no_such_term") or step["row_id"] is None


@pytest.mark.parametrize("seed", SEEDS)
def test_every_level_says_what_the_oracle_says(seed: int) -> None:
    tables = make_district(seed, 1 + seed % 4)
    store = store_of(tables)
    for asked in some_questions(tables, seed):
        found = ask(store, tables, asked)
        assert_agrees(found, oracle_why.Answer(tables, asked))
        assert_rules_agree(found)
    store.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_plan_every_level_says_what_the_oracle_says(seed: int) -> None:
    tables = make_district(seed, 1 + seed % 4)
    store = store_of(tables)
    kind, request = make_request(seed, tables)
    plan = plan_of(store, kind, request)
    push = oracle.plan_master_push if kind == "master" else oracle.plan_course_push
    verdicts = push(tables, **request)
    for asked in some_questions(tables, seed):
        found = ask(store, tables, asked, plan=plan)
        assert_agrees(found, oracle_why.Answer(tables, asked, verdicts))
        assert_rules_agree(found)
    store.close()
