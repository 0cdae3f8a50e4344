"""Grades and forecasts: against the bare join of scores, against polars, and against a loop over students."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from typing import Any

from . import aims
from .against_floor import held_against
from .process import Failed
from .run import Run, of_process
from .table import Row, gib, seconds, times

Told = dict[str, Any]
SETUP = ["section_category", "section_grade_calc", "section_composite"]
FLOORS = {
    "whole/bare": "one bare join of all scores, by student and category",
    "whole/needed": "the same join, by task and term too, as grades need it",
    "reached/bare": "the bare join of the scores that this push reaches",
    "reached/needed": "the same, by task and term too, as grades need it",
}
STUDENTS = 40


def measure(run: Run) -> None:
    for size in run.sizes:
        try:
            _one_size(run, size)
        except Failed as error:
            run.failed(f"Grades at {size}", error)
    try:
        _one_course(run, run.sizes[-1])
    except Failed as error:
        run.failed(f"The forecast of one course at {run.sizes[-1]}", error)


def _changed(run: Run, size: str) -> str:
    """A copy of a district in which a category of every course master of the catalog weighs more."""
    path = run.work / f"{size}.weights.duckdb"
    if not path.exists():
        run.measured(f"change weights, {size}", "change_weights", path=run.district(size), into=str(path))
    return str(path)


def _one_size(run: Run, size: str) -> None:
    path, work, often = _changed(run, size), str(run.work), run.repeats
    floors = {
        name: run.measured(f"{name}, {size}", "group_scores", path=path, name=name, work=work, times=often)
        for name in FLOORS
    }
    percents = str(run.work / f"{size}.percents.parquet")
    forecast = run.measured(f"forecast, {size}", "forecast", path=path, times=often, into=percents)
    grades = run.measured(f"grades, {size}", "grades", path=path, times=often)
    what = f"forecast, a weight changed on every course master ({forecast['rows']:,} grades)"
    run.rows.append(
        held_against(what, size, forecast, FLOORS["whole/bare"], floors["whole/bare"]["seconds"], aims.FORECAST)
    )
    for name in ("reached/bare", "reached/needed"):
        run.rows.append(held_against("the same", size, forecast, _words(floors, name), floors[name]["seconds"]))
    what = f"all grades ({grades['rows']:,})"
    for name in ("whole/bare", "whole/needed"):
        run.rows.append(held_against(what, size, grades, _words(floors, name), floors[name]["seconds"]))
    most = max(forecast["peak"], grades["peak"])
    is_large = size == "large"
    run.rows.append(
        Row(
            "most memory of a forecast and of all grades",
            size,
            gib(most),
            aim=aims.GRADES_PEAK.words if is_large else "",
            held=aims.GRADES_PEAK.held(most) if is_large else "",
        )
    )
    _by_others(run, size, path, forecast, percents)


def _words(floors: dict[str, Told], name: str) -> str:
    return f"{FLOORS[name]} ({floors[name]['groups']:,} groups)"


def _by_others(run: Run, size: str, path: str, forecast: Told, expected: str) -> None:
    """The same percents by polars, and by a loop over some students; both have to agree with the forecast."""
    applied, expected = (
        str(run.work / f"{size}.weights.applied.duckdb"),
        str(run.work / f"{size}.percents.parquet"),
    )
    run.measured(f"apply weights, {size}", "apply_once", path=path, into=applied)
    loop = run.measured(
        f"grades by student, {size}", "by_student", path=path, after=applied, expected=expected, students=STUDENTS
    )
    tables, after = run.work / f"{size}.weights.before", run.work / f"{size}.weights.after"
    for folder, source, names in ((tables, path, None), (after, applied, SETUP)):
        folder.mkdir()
        run.measured(f"export {folder.name}", "export_tables", path=source, folder=str(folder), tables=names)
    Path(applied).unlink()
    polars = run.measured(
        f"grades by polars, {size}",
        "by_polars",
        tables=str(tables),
        after=str(after),
        expected=expected,
        times=run.repeats,
    )
    for folder in (tables, after):
        shutil.rmtree(folder)
    what = "forecast by polars, from Parquet files"
    _held_against_ours(run, size, what, polars, polars["seconds"], forecast, aims.GRADES_POLARS)
    every = loop["seconds"] / loop["students"] * loop["every"]
    what = f"forecast by a loop over students, reckoned from {loop['students']} of {loop['every']:,}"
    _held_against_ours(run, size, what, loop, every, forecast)


def _held_against_ours(
    run: Run, size: str, what: str, other: Told, taken: float, forecast: Told, aim: aims.Aim | None = None
) -> None:
    if "differs" in other:
        run.fault(f"{what} at {size}: {other['differs']}.")
        return
    ratio = taken / forecast["seconds"]
    run.rows.append(
        Row(
            what,
            size,
            seconds(taken),
            "coursepush, the forecast",
            seconds(forecast["seconds"]),
            times(ratio),
            aim.words if aim else "",
            aim.held(ratio) if aim else "",
            **of_process(other),
        )
    )


def _one_course(run: Run, size: str) -> None:
    path = _changed(run, size)
    chosen = run.measured(f"choose courses, {size}", "choose", path=path)["courses"]
    for which, (first, second) in chosen.items():
        found = [
            run.measured(f"forecast of one course, {size}", "one_forecast", path=path, first=first, second=second)
            for _ in range(run.repeats)
        ]
        best = min(found, key=lambda figures: figures["seconds"])
        middle = median(figures["seconds"] for figures in found)
        run.rows.append(
            Row(
                f"forecast of one course ({which}, {best['rows']:,} grades), the second of its process",
                size,
                seconds(middle),
                "the fastest of these processes (the figure is their median)",
                seconds(best["seconds"]),
                aim=aims.ONE_FORECAST.words,
                held=aims.ONE_FORECAST.held(middle),
                **of_process({"peak": best["peak"], "best_of": f"{run.repeats} processes"}),
            )
        )
