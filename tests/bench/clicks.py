"""Clicks in panels: opening one, a preview with its lists against the plan alone, a filter, a header, a why."""

from __future__ import annotations

from typing import Any

from . import aims
from .process import Failed
from .run import Run, of_process
from .table import Row, seconds, times

PANELS = {
    "push": "the push panel",
    "reports": "the reports panel",
    "what if": "the what-if panel",
    "load": "the load panel",
}
IN_LIST = {"school": "a school chosen", "search": "a word searched", "sort": "sorted by a header"}


def measure(run: Run) -> None:
    for size in run.sizes:
        try:
            _one_size(run, size)
        except Failed as error:
            run.failed(f"Clicks in panels at {size}", error)


def _one_size(run: Run, size: str) -> None:
    path, often = run.district(size), run.repeats
    for which, words in PANELS.items():
        opened = run.ours(f"open {words}", size, "open_panel", path=path, which=which, times=often)
        run.rows.append(_held(f"{words} opened", size, opened["seconds"], opened["cpu"], aims.OPEN_PANEL, opened))
    _preview(run, size, path)
    found = run.ours("filters of a list", size, "in_list", path=path, times=often)
    what = f"a list of {found['rows']:,} rows"
    for name, words in IN_LIST.items():
        figure = found["seconds"][name]
        run.rows.append(_held(f"{what}: {words}", size, figure, found["cpu"][name], aims.FILTER, found))
    why = found["seconds"]["why"]
    run.rows.append(_held("a row clicked, and its why", size, why, found["cpu"]["why"], None, found))
    status = run.ours("course status in its panel", size, "narrow_report", path=path, times=often)
    what = f"Course Status shown in the panel, {status['rows']:,} rows"
    run.rows.append(_against(what, size, status["shown"], "the report alone", status["plain"], None, status))
    run.rows.append(
        _held("Course Status: a status chosen", size, status["filter"], status["cpu"], aims.FILTER, status)
    )


def _preview(run: Run, size: str, path: str) -> None:
    told = run.ours("preview in the panel", size, "preview", path=path, times=run.repeats)
    plan, shown, lists = told["plan"], told["shown"], told["lists"]
    longest = max(lists.values())
    for what, figure, aim in (
        ("Preview clicked, until it is shown", shown, None),
        ("the same, and the slowest of its lists opened", shown + longest, aims.PREVIEW),
        (f"the same, and all {len(lists)} of its lists", shown + sum(lists.values()), None),
    ):
        run.rows.append(_against(what, size, figure, "the plan alone", plan, aim, told))
    cpu = told["cpu"]
    what = "the same and its slowest list, in processor time"
    run.rows.append(_against(what, size, cpu["shown"] + cpu["longest"], "the plan alone", cpu["plan"], None, told))


def _held(what: str, size: str, figure: float, cpu: float, aim: aims.Aim | None, told: dict[str, Any]) -> Row:
    return Row(
        what,
        size,
        seconds(figure),
        "of it processor time",
        seconds(cpu),
        aim=aim.words if aim else "",
        held=aim.held(figure) if aim else "",
        **of_process(told),
    )


def _against(
    what: str, size: str, figure: float, words: str, other: float, aim: aims.Aim | None, told: dict[str, Any]
) -> Row:
    return Row(
        what,
        size,
        seconds(figure),
        words,
        seconds(other),
        ratio=times(figure / other),
        aim=aim.words if aim else "",
        held=aim.held(figure / other) if aim else "",
        **of_process(told),
    )
