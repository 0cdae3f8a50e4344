"""One grade, step by step: the table that a teacher would check by hand (GRADES.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.forecast import arithmetic
from coursepush.forecast.explained_html import grade_html, move_html
from coursepush.forecast.grades import next_prefix, not_known, work_not_loaded
from coursepush.forecast.steps import GradeSteps, Side, standing
from coursepush.html.text import plain_number
from coursepush.plan.request import Name, id_of
from coursepush.plan.requests.names import SECTION, TASK, find_one
from coursepush.store.database import Session, Store
from coursepush.store.templates import template


@dataclass(frozen=True, eq=False)
class ExplainedGrade:
    """How a student's grade comes about, or why there is none. It names a student: not to be sent around.

    Attributes:
        title: which grade: course, section, task and term.
        sentence: what it is and how it is reached, or why there is none.
        percent: with 4 decimals; None where there is no grade. mark: None without a scale, or below its lowest.
        percent_exact: with the 8 decimals from which the two are rounded.
        scores: one row an assignment that is aligned to the task: assignment_id, assignment, category, due_date,
            possible, multiplier, points, percent, flags, earned (what it counts with, in points), counts, why (it
            does not count, or that it is extra credit). Empty of a composite.
        categories: one row a category that counts for the task: category, weight, scores (how many count), earned,
            possible (their sums times the multipliers; where percents are used: of percents, and of multipliers),
            percent (12 decimals), counts, why (it does not count).
        children: of a composite, one row a child: task, term_seq, weight, percent (what it counts with),
            is_posted, why (it has none), task_id.
        posted_percent, posted_mark: what was posted, which nothing here changes.
    """

    title: str
    sentence: str
    task_id: int
    percent: Decimal | None
    mark: str | None
    percent_exact: Decimal | None
    scores: pl.DataFrame = field(repr=False)
    categories: pl.DataFrame = field(repr=False)
    children: pl.DataFrame = field(repr=False)
    posted_percent: Decimal | None = None
    posted_mark: str | None = None

    def __repr__(self) -> str:
        return f"{self.title}: {self.sentence}"

    def _repr_html_(self) -> str:
        return grade_html(self)


@dataclass(frozen=True, eq=False)
class ExplainedMove:
    """How a student's grade comes about as the setup stands, and as a plan would leave it.

    It names a student: not to be sent around. `cause`: the changes of setup that the grade rests on.
    """

    before: ExplainedGrade
    after: ExplainedGrade
    cause: str

    def __repr__(self) -> str:
        return (
            f"{self.before.title}\nBefore: {self.before.sentence}\nAfter: {self.after.sentence}\n"
            f"Cause: {self.cause}"
        )

    def _repr_html_(self) -> str:
        return move_html(self)


def explain_grade(store: Store, *, student: int, section: int, task: Name, term: int) -> ExplainedGrade:
    """See :meth:`coursepush.District.explain_grade`."""
    with store.reading() as session:
        missing = work_not_loaded(session)
        if missing:
            raise RequestError(not_known(missing))
        return explained(session, Side("now", standing), student=student, section=section, task=task, term=term)


def explained(
    session: Session, side: Side, *, student: int, section: int, task: Name, term: int
) -> ExplainedGrade:
    """The grade on one way in which the setup stands."""
    asked = {
        "section": find_one(session, SECTION, id_of(section, "section")),
        "task": find_one(session, TASK, task),
        "term": id_of(term, "term"),
    }
    who = {"student": id_of(student, "student")}
    prefix = next_prefix()
    steps = GradeSteps(session, prefix, [side], students=[who["student"]])
    try:
        steps.setup("select cast($section as bigint) as section_id", {"section": asked["section"]})
        steps.run("asked_one", asked)
        steps.grades()
        given = {**who, "students": str([who["student"]])}

        def read(name: str, values: dict[str, Any] | None = None, **words: str) -> pl.DataFrame:
            sql = template("coursepush.forecast", name).format_map({"p": prefix, **words})
            return session.frame(f"grades {name}", sql, values)

        grade = read("explained", who).row(0, named=True)
        scores = read(
            "explained_score",
            given,
            scores_left=steps.scores_left(),
            categories=side.rows("section_category", prefix),
            earned=arithmetic.EARNED,
        )
        categories = read(
            "explained_category",
            {"students": given["students"]},
            pool_sums=steps.pool_sums(),
            category_percent=arithmetic.CATEGORY_PERCENT,
        )
        children = read("explained_child")
    finally:
        steps.drop()
    is_composite = bool(grade["is_composite"])
    return ExplainedGrade(
        title=_title(grade, asked),
        sentence=_sentence(grade, categories, children),
        task_id=asked["task"],
        percent=grade["percent"],
        mark=grade["mark"],
        percent_exact=grade["percent_exact"] if grade["is_enrolled"] else None,
        scores=scores.clear() if is_composite else scores,
        categories=categories.clear() if is_composite else categories,
        children=children,
        posted_percent=grade["posted_percent"],
        posted_mark=grade["posted_mark"],
    )


def _title(grade: dict[str, Any], asked: dict[str, int]) -> str:
    section = f"section {grade['section'] or asked['section']}"
    course = " ".join(str(grade[name]) for name in ("course_number", "course_name") if grade[name])
    return f"{grade['task']}, term {asked['term']}, {course}, {section}"


def _sentence(grade: dict[str, Any], categories: pl.DataFrame, children: pl.DataFrame) -> str:
    """What the grade is and how it is reached, or the first reason for which there is none."""
    if not grade["is_enrolled"]:
        return "There is no grade: the student is not enrolled in this section."
    if grade["calc_type"] is None:
        return "There is no grade: this task is not calculated in this term (no options, or No Calculation)."
    if grade["calc_type"] != "in_progress":
        return f"There is no grade: the calculation is of the type {grade['calc_type']!r}, which is not computed."
    if grade["is_composite"]:
        if grade["is_cyclic"]:
            return "There is no grade: this composite grade rests on itself. Take one of its children out."
        if grade["percent"] is None:
            return "There is no grade: none of the children that weigh anything has a percent."
        return f"{_shown(grade)}: the children's percents by their weights{_sum_of(children)}."
    if grade["percent"] is None:
        counting = categories.filter("counts")
        return (
            "There is no grade: no score counts."
            if counting.is_empty()
            else "There is no grade: there is nothing to divide by."
        )
    if grade["weight_categories"]:
        return f"{_shown(grade)}: the categories' percents by their weights{_sum_of(categories)}."
    how = (
        "the mean of the scores' percents" if grade["use_percent"] else "all points earned of all points possible"
    )
    return f"{_shown(grade)}: {how}, categories not weighted."


def _shown(grade: dict[str, Any]) -> str:
    mark = f", {grade['mark']}" if grade["mark"] is not None else ""
    return f"{plain_number(grade['percent'])} %{mark}"


def _sum_of(parts: pl.DataFrame) -> str:
    """ " (40 × 82.5 + 60 × 91, over 100)", of the parts that count."""
    counting = parts.filter(pl.col("percent").is_not_null() & (pl.col("weight") > 0))
    if counting.is_empty():
        return ""
    terms = [
        f"{plain_number(weight)} × {plain_number(round(percent, 4))}"
        for weight, percent in counting.select("weight", "percent").iter_rows()
    ]
    return f" ({' + '.join(terms)}, over {plain_number(Decimal(counting['weight'].sum()))})"
