"""What hardly anybody means a push to do to grades: turn them off, or change what categories weigh in all."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.forecast.sides import setup_by
from coursepush.forecast.steps import Side
from coursepush.plan.plan import Plan
from coursepush.store.database import Session
from coursepush.store.templates import template


def harm_of(session: Session, prefix: str, sides: Sequence[Side]) -> pl.DataFrame:
    """What :attr:`coursepush.forecast.advice.Advice.harm` is.

    `prefix` is of the forecast, whose sections and options are there.
    """
    of_side = template("coursepush.forecast", "category_weight").format_map
    served = [of_side({"side": side.name, "rows": side.rows("section_category", prefix)}) for side in sides]
    words = {"p": prefix, "categories": "\n    union all\n    ".join(served)}
    session.run("grades harm", template("coursepush.forecast", "harm").format_map(words))
    try:
        return session.frame("grades harmed", template("coursepush.forecast", "harmed").format_map(words))
    finally:
        session.run("drop", f"drop table if exists {prefix}harm")


def harm_by(session: Session, plan: Plan) -> pl.DataFrame:
    """The same of a plan, without computing a grade."""
    steps = setup_by(session, plan)
    try:
        return harm_of(session, steps.prefix, steps.sides)
    finally:
        steps.drop()
