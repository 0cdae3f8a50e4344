"""What a person's clicks cost in the kernel's process: opening a panel, a preview with its lists, a filter, a why.

A click is what the browser sends: a widget's value or a button's press. Its time ends when all that the panel
shows of it is made, as it is sent to the page; work beside the notebook is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import coursepush as cp

from .ours import CATALOG, YEAR, Told, plan_of
from .timing import repeated

PUSH: dict[str, Any] = {"catalog": CATALOG, "year": YEAR, "mode": "overwrite", "to_sections": True}
WORD = "Homework"


class Clock:
    """Seconds, and processor time, of the fastest time that something was done."""

    def __init__(self) -> None:
        self.seconds = self.cpu = float("inf")

    def time(self, work: Callable[[], object]) -> float:
        began, spent = time.perf_counter(), time.process_time()
        work()
        seconds, cpu = time.perf_counter() - began, time.process_time() - spent
        if seconds < self.seconds:
            self.seconds, self.cpu = seconds, cpu
        return seconds


def _open(make: Callable[[], Any]) -> Any:
    """A panel as it is shown: made, and drawn for the notebook."""
    panel = make()
    panel._repr_mimebundle_()
    return panel


def open_panel(path: str, which: str, times: int) -> Told:
    """From the call to what the notebook gets of the panel, in a process that has drawn one before."""
    clock = Clock()
    with cp.open_district(path) as district:
        makers: dict[str, Callable[[], Any]] = {
            "push": lambda: district.panel(**PUSH),
            "reports": lambda: district.reports.panel("course_status", catalog=CATALOG, year=YEAR),
            "what if": lambda: district.what_if_panel("heavier tests", catalog=CATALOG, year=YEAR),
            "load": lambda: cp.load_panel(into=path),
        }
        _open(makers[which]).close()
        made: list[Any] = []

        def once() -> float:
            seconds = clock.time(lambda: made.append(_open(makers[which])))
            made.pop().close()
            return seconds

        timed = repeated(times, once)
        return {"seconds": clock.seconds, "cpu": clock.cpu, "best_of": len(timed.seconds)}


def preview(path: str, times: int) -> Told:
    """A plan, then Preview in the panel, then each of its lists opened, one after the other; the best of each."""
    plan, shown, lists = Clock(), Clock(), dict[str, Clock]()
    with cp.open_district(path) as district:

        def once() -> float:
            taken = plan.time(lambda: plan_of(district).counts())
            panel = district.panel(**PUSH)
            taken += shown.time(lambda: (panel.preview(), panel.wait()))
            view = panel.preview_view
            assert view is not None
            for title in view.titles:
                taken += lists.setdefault(title, Clock()).time(lambda title=title: view.list_of(title))
            panel.close()
            return taken

        timed = repeated(times, once)
        return {
            "plan": plan.seconds,
            "shown": shown.seconds,
            "lists": {title: clock.seconds for title, clock in lists.items()},
            "cpu": {"plan": plan.cpu, "shown": shown.cpu, "longest": max(clock.cpu for clock in lists.values())},
            "best_of": len(timed.seconds),
        }


def in_list(path: str, times: int) -> Told:
    """In the longest list of a preview: a school chosen, a word searched, a header clicked; and a row's why."""
    with cp.open_district(path) as district:
        panel = district.panel(**PUSH)
        panel.preview()
        panel.wait()
        view = panel.preview_view
        assert view is not None
        rows = view.list_of(view.titles[0]).rows
        school = rows.filters["school"].options[1][1]
        clicks: dict[str, Callable[[], object]] = {
            "school": lambda: setattr(rows.filters["school"], "value", school),
            "search": lambda: setattr(rows.search, "value", WORD),
            "sort": lambda: rows.sort("course"),
            "why": lambda: rows.pick(0),
        }
        clocks = {name: Clock() for name in clicks}
        for _ in range(times):
            for name, click in clicks.items():
                rows.show_all.click()
                clocks[name].time(click)
        return {
            "rows": rows.frame.height,
            "seconds": {name: clock.seconds for name, clock in clocks.items()},
            "cpu": {name: clock.cpu for name, clock in clocks.items()},
            "best_of": times,
        }


def narrow_report(path: str, times: int) -> Told:
    """A report alone, the same shown by a click in the reports panel, and a filter of its list."""
    alone, shown, filtered = Clock(), Clock(), Clock()
    with cp.open_district(path) as district:
        panel = district.reports.panel("course_status", catalog=CATALOG, year=YEAR)
        for _ in range(times):
            alone.time(lambda: district.reports.course_status(catalog=CATALOG, year=YEAR))
            shown.time(lambda: (panel.show(), panel.wait()))
            assert panel.result is not None
            rows = panel.result.rows
            status = rows.filters["told"]
            filtered.time(lambda status=status: setattr(status, "value", status.options[1][1]))
        return {
            "rows": rows.frame.height,
            "plain": alone.seconds,
            "shown": shown.seconds,
            "filter": filtered.seconds,
            "cpu": filtered.cpu,
            "best_of": times,
        }
