"""Asking why in tests: of a random district by a question of the oracle's, and of a small district."""

from __future__ import annotations

from typing import Any

import oracle
import oracle_why
import polars as pl
from engine import Tables
from oracle_why import Question
from small_district import SmallDistrict

from coursepush.reports.why.why import Why, why
from coursepush.store import Store


def key_text(tables: Tables, asked: Question) -> Any:
    """The key as plan rows have it, taken from a row that has it; a field's is its name."""
    if asked.element in oracle_why.FIELDS:
        return asked.key
    spec = oracle.ELEMENTS[asked.element]
    for level in ("master", "course", "section"):
        for row in tables.get(f"{level}_{spec.stem}", ()):
            if oracle.key_of(spec, row) == asked.key:
                return oracle.row_text({column: row[column] for column in spec.key})
    raise AssertionError(asked)


def ask(store: Store, tables: Tables, asked: Question, **more: Any) -> Why:
    section = {"section": asked.section_id} if asked.section_id is not None else {"course": asked.course_id}
    return why(store, element=asked.element, key=key_text(tables, asked), **section, **more)


def asked_of(d: SmallDistrict, element: str = "categories", key: Any = "Homework", **more: Any) -> Why:
    more = {"section": d.section.id, **more}
    return why(d.store(more.pop("unknown", frozenset())), element=element, key=key, **more)


def told(found: Why, level: str) -> tuple[str | None, str | None, str | None]:
    """(verdict, reason, link) of the first step of a level."""
    return found.steps.filter(pl.col("level") == level).select("verdict", "reason", "link").row(0)


def by_rule(found: Why) -> list[str | None]:
    """The sections of RULES.md that the steps name, from the catalog down."""
    return found.steps["rule_section"].to_list()


def sentence(found: Why, level: str) -> str:
    return found.steps.filter(pl.col("level") == level)["why"][0]


HERE = "Section 1 of MATH1 (Lincoln High 26-27)"
