"""Simulated districts for tests, and the calls of their scenarios planned by the oracle."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import oracle
import polars as pl

from coursepush.simulate import SCENARIOS, simulate_tables

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]


@cache
def frames(seed: int = 7) -> dict[str, pl.DataFrame]:
    return simulate_tables("small", seed)


@cache
def tables(seed: int = 7) -> Tables:
    return {name: frame.to_dicts() for name, frame in frames(seed).items()}


# -- a district as a scenario's request names it -----------------------------------------------------------


class RequestedDistrict:
    """Takes the calls that scenarios are written in and plans them by the oracle."""

    def __init__(self, given: Tables) -> None:
        self.given = given

    def plan_master_push(self, *, catalog: str, year: int, **options: Any) -> Rows:
        catalog_id = next(row["catalog_id"] for row in self.given["catalog"] if row["name"] == catalog)
        if "masters" in options:
            numbers = options["masters"]
            chosen = [
                row["master_id"]
                for row in self.given["course_master"]
                if row["catalog_id"] == catalog_id and row["number"] in numbers
            ]
            assert len(chosen) == len(numbers)
            options["masters"] = chosen
        if "calendars" in options:
            options["calendars"] = [calendar_id(self.given, name) for name in options["calendars"]]
        return oracle.plan_master_push(self.given, catalog_id=catalog_id, year=year, **options)

    def plan_course_push(self, *, calendar: str, **options: Any) -> Rows:
        return oracle.plan_course_push(self.given, calendar_id=calendar_id(self.given, calendar), **options)


def calendar_id(given: Tables, name: str) -> int:
    return next(row["calendar_id"] for row in given["calendar"] if row["name"] == name)


def course_id(given: Tables, calendar: str, number: str) -> int:
    calendar_key = calendar_id(given, calendar)
    return next(
        row["course_id"]
        for row in given["course"]
        if row["calendar_id"] == calendar_key and row["number"] == number
    )


def plan(given: Tables, scenario: int) -> Rows:
    request = next(entry.request for entry in SCENARIOS if entry.scenario == scenario)
    rows: Rows = eval(request, {"district": RequestedDistrict(given)})
    assert rows
    return rows


def where(rows: Rows, **wanted: Any) -> Rows:
    """The verdicts with these values; a tuple allows several."""
    return [
        row
        for row in rows
        if all(
            row[name] in value if isinstance(value, tuple) else row[name] == value
            for name, value in wanted.items()
        )
    ]


def words(rows: Rows) -> Counter[tuple[Any, ...]]:
    return Counter((row["element"], row["verdict"], row["reason"], row["link"]) for row in rows)


WRITING = ("insert", "update", "relink", "rename", "delete")
HIGH_26, HIGH_27 = "Riverbend High 25-26", "Riverbend High 26-27"
SUMMER = "Riverbend High Summer 2026"
