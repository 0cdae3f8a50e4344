"""What a single course or course master costs in a whole district, and what it takes to get there."""

from __future__ import annotations

from statistics import median

from . import aims
from .process import Failed, cpu_seconds
from .run import Run, of_process
from .table import Row, seconds

WORDS = {"courses": "one course", "masters": "one course master"}


def measure(run: Run) -> None:
    """In the largest district of the run."""
    size = run.sizes[-1]
    try:
        _import(run)
        _open(run, size)
        _previews(run, size)
    except Failed as error:
        run.failed(f"One course at {size}", error)


def _import(run: Run) -> None:
    bare = cpu_seconds("pass", run.repeats)
    with_package = cpu_seconds("import coursepush", run.repeats)
    cost = with_package - bare
    run.rows.append(
        Row(
            "import coursepush, CPU",
            "",
            seconds(max(cost, 0)),
            "a bare interpreter",
            seconds(bare),
            aim=aims.IMPORT.words,
            held=aims.IMPORT.held(cost),
            best_of=str(run.repeats),
        )
    )


def _open(run: Run, size: str) -> None:
    path = run.district(size)
    found = [run.ours("open", size, "open_file", path=path) for _ in range(run.repeats)]
    best = min(found, key=lambda figures: figures["seconds"])
    run.rows.append(
        Row(
            "open_district, the libraries it loads included",
            size,
            seconds(best["seconds"]),
            aim=aims.OPEN.words,
            held=aims.OPEN.held(best["seconds"]),
            **of_process({**best, "best_of": run.repeats}),
        )
    )


def _previews(run: Run, size: str) -> None:
    path = run.district(size)
    chosen = run.measured(f"choose courses, {size}", "choose", path=path)
    for kind, words in WORDS.items():
        for which, (first, second) in ((which, chosen[kind][which]) for which in ("small", "typical")):
            what = f"{words} previewed ({which}), the second of its process"
            found = [
                run.ours(f"{words} ({which})", size, "one", path=path, kind=kind, first=first, second=second)
                for _ in range(run.repeats)
            ]
            best = min(found, key=lambda figures: figures["seconds"])
            middle = median(figures["seconds"] for figures in found)
            run.rows.append(
                Row(
                    what,
                    size,
                    seconds(middle),
                    "the fastest of these processes (the figure is their median)",
                    seconds(best["seconds"]),
                    aim=aims.ONE.words,
                    held=aims.ONE.held(middle),
                    **of_process({"peak": best["peak"], "best_of": f"{run.repeats} processes"}),
                )
            )
