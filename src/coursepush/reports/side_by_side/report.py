"""Any number of plans side by side: what becomes of rows, whom it touches, whose grades would move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from coursepush.errors import ForeignPlanError, RequestError, StalePlanError
from coursepush.forecast.making import make_forecast
from coursepush.forecast.shown import Shown
from coursepush.forecast.sides import reached_sections
from coursepush.model.verdicts import Reason
from coursepush.plan.fates import Fate, Maker, totals_by_fate
from coursepush.plan.plan import Plan
from coursepush.reports.plan.grades import MOST_SECTIONS
from coursepush.reports.reading import report_sql
from coursepush.reports.report import Report
from coursepush.reports.side_by_side.page import SIDE_BY_SIDE

if TYPE_CHECKING:
    from coursepush.district.what_if import WhatIf

GRADES: tuple[str, ...] = ("moves", "passes", "fails", "appears", "vanishes")
"""What may become of grades, in numbers of sections; columns ``sections_<outcome>``."""

SCHEMA: dict[str, pl.DataType] = {
    "name": pl.String(),
    "request": pl.String(),
    **{str(one): pl.Int64() for one in Fate},
    **dict.fromkeys(("teachers_setup", "schools_setup", "residual"), pl.Int64()),
    **dict.fromkeys(("courses", "sections", "teachers", "warnings"), pl.Int64()),
    **{f"sections_{one}": pl.Int64() for one in GRADES},
    "grades": pl.String(),
}
"""The columns of a comparison, one row a plan: see :func:`compare`."""

_LOST = (Fate.DISAPPEARS, Fate.OTHER_VALUES, Fate.RENAMED)
_RESIDUAL = (Reason.RESIDUAL, Reason.RESIDUAL_TASK)

Plans = Sequence[Plan] | Mapping[str, Plan]


def compare(plans: Plans, *, grades: bool | None = None) -> Report:
    """Any number of plans of one district side by side, in scenarios or not: one row a plan.

    Columns: name, request; how many rows have each fate (RULES.md 6.1): disappears, other_values, renamed,
    linked_again, added, stays, could_not; teachers_setup and schools_setup (of the first three, those that
    teachers or schools made), residual (of could_not); the courses, sections and teachers that are written to;
    warnings; and in how many sections grades in progress would move, pass, no longer pass, appear or vanish
    (GRADES.md 12: null where that is hidden, or nothing is known; `grades` says so in words).

    Args:
        plans: plans, or a dict of name → plan. Without names, scenarios go by their titles.
        grades: whether to forecast grades. By default of plans that reach no more than 10,000 sections.

    Raises:
        RequestError: there are fewer than two, or one is no plan.
        ForeignPlanError: they are of two districts.

    >>> milder = district.plan_master_push("High School", year=2027, to_sections=True)
    >>> found = cp.compare({"overwrite": plan, "locked": milder})
    >>> found.select("name", "disappears", "could_not").rows()[0]
    ('overwrite', 78, 4)
    """
    named = list(plans.items()) if isinstance(plans, Mapping) else [("", one) for one in plans]
    _check(named)
    if not isinstance(plans, Mapping):
        named = list(zip(short_names([one for _, one in named]), plans, strict=True))
    rows = [measured(name, plan, grades=grades) for name, plan in named]
    return told_side_by_side(rows, "Plans side by side")


def told_side_by_side(rows: Sequence[Mapping[str, Any]], what: str, axis: str = "") -> Report:
    """The report of these rows of measures; `axis`: what `name` is a value of, where it is one."""
    frame = pl.DataFrame(rows, schema={**SCHEMA, **({"value": pl.Float64()} if axis else {})})
    return Report(SIDE_BY_SIDE, frame, [("Compared", what)], facts={"axis": axis})


def measured(name: str, plan: Plan, *, grades: bool | None = None) -> dict[str, Any]:
    """A row of the comparison; once it is made, the plan is not needed any more."""
    return measured_with_grades(name, plan, grades=grades)[0]


def measured_with_grades(
    name: str, plan: Plan, *, grades: bool | None = None
) -> tuple[dict[str, Any], Shown | None]:
    """The same, and what may be said of the grades that would move; None where nothing is known or asked for."""
    fates = plan.fates(reasons=True)
    lost = fates.filter(pl.col("fate").is_in([str(one) for one in _LOST]))
    touched = report_sql("side_by_side/touched", rows=plan.rows_sql)
    with plan.store.reading() as session:
        found = session.rows("whom a plan touches", touched)[0]
    in_grades, shown = _grades(plan, grades)
    row = {
        "name": name,
        "request": plan.title,
        **totals_by_fate(fates),
        "teachers_setup": _sum(lost.filter(made_by=str(Maker.TEACHER))),
        "schools_setup": _sum(lost.filter(made_by=str(Maker.SCHOOL))),
        "residual": _sum(fates.filter(pl.col("reason").is_in([str(one) for one in _RESIDUAL]))),
        **dict(zip(("courses", "sections", "teachers"), found, strict=True)),
        "warnings": len(plan.warnings),
        **in_grades,
    }
    return row, shown


def _grades(plan: Plan, grades: bool | None) -> tuple[dict[str, Any], Shown | None]:
    """In how many sections grades would move, and a sentence on it; and what may be said of them."""
    unknown: dict[str, Any] = {f"sections_{one}": None for one in GRADES}
    if grades is False or (grades is None and reached_sections(plan) > MOST_SECTIONS):
        return {**unknown, "grades": "Not computed: ask for it with grades=True."}, None
    try:
        found = make_forecast(plan)
    except StalePlanError:
        return {**unknown, "grades": "Not known: what it was planned on has changed since."}, None
    if not found.is_known:
        return {**unknown, "grades": found.headline}, None
    shown = found.shown
    if shown.is_few:
        return {**unknown, "grades": found.headline}, shown
    numbers = {f"sections_{one}": shown.number(one) or (None if shown.any_of(one) else 0) for one in GRADES}
    return {**numbers, "grades": found.headline}, shown


def sweep(
    make: Callable[[str], WhatIf],
    values: Sequence[float],
    edit: Callable[[Any, Any], object],
    plan: Callable[[Any], Plan],
    axis: str,
    *,
    grades: bool | None = None,
) -> Report:
    """See :meth:`coursepush.District.sweep`."""
    wanted: list[Any] = list(values)
    if len(wanted) < 2 or any(isinstance(one, bool) or not isinstance(one, int | float) for one in wanted):
        raise RequestError("A sweep goes over two or more numbers, such as range(10, 45, 5).")
    rows: list[dict[str, Any]] = []
    for value in wanted:
        with make(f"{axis} {value:g}") as scenario:
            edit(scenario, value)
            planned = plan(scenario)
            _check_plan(planned)
            rows.append({**measured(f"{value:g}", planned, grades=grades), "value": float(value)})
    return told_side_by_side(rows, axis, axis)


def short_names(plans: Sequence[Plan]) -> list[str]:
    """What plans are called where nobody named them: their scenarios' titles, and what was asked differently."""
    asked = [plan.title.split(", ") for plan in plans]
    common = set(asked[0]).intersection(*asked[1:])
    names: list[str] = []
    for plan, parts in zip(plans, asked, strict=True):
        own = [part for part in parts if part not in common]
        scenario = str(getattr(plan.store, "title", ""))
        names.append(", ".join([*([scenario] if scenario else []), *own]) or "as it is")
    return [
        f"{name} ({names[: place + 1].count(name)})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]


def _check(named: Sequence[tuple[str, object]]) -> None:
    if len(named) < 2:
        raise RequestError("Give two plans or more to compare, as a list or as a dict of name → plan.")
    for _, plan in named:
        _check_plan(plan)
    if len({cast(Plan, plan).district_id for _, plan in named}) > 1:
        raise ForeignPlanError("These plans are of two districts. Compare plans of one district.")


def _check_plan(plan: object) -> None:
    if not isinstance(plan, Plan):
        raise RequestError(f"Only plans are compared, and this is none: {plan!r:.60}.")


def _sum(counts: pl.DataFrame) -> int:
    return int(counts["rows"].sum())
