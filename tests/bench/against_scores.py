"""Loading: what a score costs with all checks, and what is saved where a delivery was checked already."""

from __future__ import annotations

from . import aims
from .process import Failed
from .run import Run
from .table import Row, gib, seconds, times


def measure(run: Run) -> None:
    for size in run.sizes:
        try:
            _one_size(run, size)
        except Failed as error:
            run.failed(f"Loading {size}", error)


def _one_size(run: Run, size: str) -> None:
    lake = str(run.work / f"lake {size}")
    scores = run.measured(f"export {size}", "export_lake", path=run.district(size), into=lake)["scores"]
    often = 1 if size == "large" else run.repeats
    load = run.measured(f"load, {size}", "load", lake=lake, times=often)
    each = load["seconds"] / scores
    run.rows.append(
        Row(
            "load with all checks, one thread, CPU",
            size,
            figure=seconds(load["seconds"]),
            against="scores",
            against_figure=f"{scores:,}",
            ratio=f"{each * 1e6:.2f} µs a score",
            # where scores are few, what each load takes is most of it
            aim=aims.LOAD.words if size != "small" else "",
            held=aims.LOAD.held(each) if size != "small" else "",
            peak=gib(load["peak"]),
            best_of=str(load["best_of"]),
        )
    )
    into = str(run.work / f"run {size}")
    both = run.measured(f"as checked, {size}", "plan_of_lake", lake=lake, into=into, times=often)
    run.rows.append(
        Row(
            "plan from a lake that was checked, CPU",
            size,
            figure=seconds(both["checked"]),
            against="load and plan",
            against_figure=seconds(both["loaded"]),
            ratio=times(both["checked"] / both["loaded"]),
            best_of=str(both["best_of"]),
        )
    )
