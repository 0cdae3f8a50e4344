"""Each report against a hand-written query for the same rows."""

from __future__ import annotations

from . import aims
from .against_floor import held_against
from .process import Failed
from .run import Run, of_process
from .sections import REPORTS, read_sections
from .table import Row, seconds

NAMES = (
    "course_status",
    "course_audit",
    "master_awaiting_push",
    "course_awaiting_push",
    "residual",
    "push_result",
    "cascade",
)


def measure(run: Run) -> None:
    queries = read_sections(REPORTS) if REPORTS.exists() else {}
    for size in run.sizes:
        for name in NAMES:
            try:
                _one_report(run, size, name, name in queries)
            except Failed as error:
                run.failed(f"The report {name} at {size}", error)


def _one_report(run: Run, size: str, name: str, has_query: bool) -> None:
    # what a push wrote is asked after a push, the rest before
    path = run.applied(size)[0] if name == "push_result" else run.district(size)
    ours = run.ours(f"report {name}", size, "report", path=path, name=name, times=run.repeats)
    what = f"report {name}, {ours['rows']:,} rows"
    if not has_query:
        run.rows.append(Row(what, size, seconds(ours["seconds"]), **of_process(ours)))
        return
    try:
        floor = run.measured(
            f"query {name}, {size}", "query", path=path, name=name, work=str(run.work), times=run.repeats
        )
    except Failed as error:
        run.failed(f"The query for report {name} at {size}", error)
        run.rows.append(Row(what, size, seconds(ours["seconds"]), **of_process(ours)))
        return
    if floor["rows"] != ours["rows"]:
        run.fault(
            f"The report {name} at {size} gives {ours['rows']:,} rows and its query {floor['rows']:,}: "
            "the two are not held against each other."
        )
        run.rows.append(Row(what, size, seconds(ours["seconds"]), **of_process(ours)))
        return
    run.rows.append(held_against(what, size, ours, "hand-written query", floor["seconds"], aims.REPORT))
